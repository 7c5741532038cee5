# sandbox only
# %% numpy
import numpy as np
# %% pandas
from pandas import DataFrame
# %% requests
import requests
# %% openai
import openai
# %% a library without advice
import some_library.part
# %% a caught import error
try:
    import numpy
except ImportError as e:
    print(e)
# %% databases
try:
    import sqlite3
except ImportError as e:
    print(e)
# %% read a file
with open("data.txt") as f:
    print(f.read())
# %% write a file
open("/tmp/out.txt", "w")
# %% list a folder
import os
os.listdir(".")
# %% where am I
os.getcwd(), os.path.exists("data.txt"), os.path.join("a", "b"), dict(os.environ)
# %% run a program
os.system("ls")
# %% run a subprocess
import subprocess
try:
    subprocess.run(["ls"], check=True)
except Exception as e:
    print(type(e).__name__, e)
# %% open a pipe
os.popen("ls")
# %% pools of processes
from concurrent.futures import ProcessPoolExecutor
try:
    ProcessPoolExecutor()
except NotImplementedError as e:
    print(type(e).__name__)
# %% a shell command
!pip install numpy
# %% a magic command
%timeit sum(range(10))
# %% await a sub-call
await llm_query("x")
# %% input
name = input("Your name? ")
# %% time zones
from zoneinfo import ZoneInfo
try:
    ZoneInfo("Europe/Berlin")
except Exception as e:
    print(type(e).__name__, e)
# %% await outside of a function
import asyncio
replies = await asyncio.gather(*(asyncio.to_thread(llm_query, f"question {i}") for i in range(3)))
replies
# %% gather handed to run
asyncio.run(asyncio.gather(asyncio.to_thread(llm_query, "one"), asyncio.to_thread(llm_query, "two")))
