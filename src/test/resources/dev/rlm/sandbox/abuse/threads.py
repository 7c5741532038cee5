# Threads: their number is bounded, and none works for a cell that has ended.

# %% A flood of threads ends with a sentence
#> fails with RuntimeError: .*threads
#> limit 5 s
import threading
release = threading.Event()
threads = []
try:
    while True:
        thread = threading.Thread(target=release.wait)
        thread.start()
        threads.append(thread)
finally:
    release.set()

# %% A flood of threads through the module below threading ends with a sentence
#> fails with RuntimeError: .*threads
#> limit 5 s
import _thread, threading
release = threading.Event()
try:
    while True:
        _thread.start_new_thread(release.wait, ())
finally:
    release.set()

# %% Threads that start threads are stopped or refused
#> ends well or is stopped
import threading
def breed():
    for _ in range(2):
        try:
            threading.Thread(target=breed).start()
        except RuntimeError:
            return
breed()
# -- then
#> ends well
#> prints calm
print("calm")

# %% A daemon that never ends is ended with its cell
#> ends well
#> prints started
import threading
counter, go = [0], threading.Event()
def count():
    go.wait()
    while True:
        counter[0] += 1
threading.Thread(target=count, daemon=True).start()
print("started")
go.set()
# -- then
#> ends well
#> prints rests
import time
time.sleep(0.3)
first = counter[0]
time.sleep(0.3)
print("rests" if counter[0] == first else "still counts")

# %% A thread that is no daemon is ended with its cell too
#> ends well
import threading
counter, go = [0], threading.Event()
def spin():
    go.wait()
    while True:
        try:
            while True:
                counter[0] += 1
        except BaseException:
            pass
for _ in range(4):
    threading.Thread(target=spin).start()
go.set()
# -- then
#> ends well
#> prints rests
import time
first = counter[0]
time.sleep(0.3)
print("rests" if counter[0] == first else "still counts")

# %% A thread does not print into the next cell
#> ends well
import threading, time
def speak():
    time.sleep(0.3)
    print("too late")
threading.Thread(target=speak).start()
# -- then
#> ends well
#> never prints too late
import time
time.sleep(0.8)
print("listened")

# %% A thread that prints all the time falls silent with its cell
#> ends well
import threading, time
def speak():
    while True:
        print("noise")
        time.sleep(0.01)
threading.Thread(target=speak, daemon=True).start()
time.sleep(0.1)
# -- then
#> ends well
#> never prints noise
import time
time.sleep(0.3)
print("quiet?")

# %% A thread does not ask sub-models for the next cell
#> ends well
#> prompts 0
import threading, time
told = []
def ask():
    time.sleep(0.3)
    try:
        told.append(llm_query("too late"))
    except BaseException as error:
        told.append(str(error))
threading.Thread(target=ask).start()
# -- then
#> ends well
#> prompts 0
#> prints has ended
import time
time.sleep(0.8)
print(told)

# %% A thread does not end the run for the next cell
#> ends well
import threading, time
def end():
    time.sleep(0.3)
    try:
        FINAL("too late")
    except BaseException:
        pass
threading.Thread(target=end).start()
# -- then
#> ends well
#> prints goes on
import time
time.sleep(0.8)
print("goes on")

# %% A timer does not fire into the next cell's output
#> ends well
import threading
threading.Timer(0.3, print, ["fired"]).start()
# -- then
#> ends well
#> never prints fired
import time
time.sleep(0.8)

# %% A thread's error is not told in the next cell
#> ends well
import threading, time
def fail():
    time.sleep(0.3)
    raise ValueError("too late")
threading.Thread(target=fail).start()
# -- then
#> ends well
#> never prints too late
import time
time.sleep(0.8)

# %% A pool of threads works in the cells after the one that made it
#> ends well
#> prints [0, 1, 4]
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
print(list(pool.map(lambda n: n * n, range(3))))
# -- then
#> ends well
#> prints ['1: 0', '1: 1', '1: 2']
#> prints printed in the pool
print(list(pool.map(llm_query, ["0", "1", "2"])))
pool.submit(print, "printed in the pool").result()

# %% A pool of threads works after a cell was stopped
#> is stopped
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
list(pool.map(str, range(10)))
while True:
    pass
# -- then
#> ends well
#> prints ['0', '1', '2']
print(list(pool.map(str, range(3))))

# %% A thread in an endless built-in does not outlive the cell
#> is killed
import itertools, threading
go = threading.Event()
threading.Thread(target=lambda: go.wait() and sum(itertools.repeat(1)), daemon=True).start()
go.set()

# %% Deadlocks are stopped
#> is stopped
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()

# %% A thread that holds the output's lock does not silence the next cell
#> ends well or is stopped
import sys, threading, time
held = threading.Event()
def hold():
    lock = getattr(sys.stdout, "_lock", threading.Lock())
    lock.acquire()
    held.set()
    time.sleep(100)
threading.Thread(target=hold, daemon=True).start()
held.wait(1)

# %% Joining a thread that never ends is stopped
#> is stopped
import threading
thread = threading.Thread(target=threading.Event().wait)
thread.start()
thread.join()

# %% Threads that the cell joins see no refusal
#> ends well
#> prompts 20
#> prints 20
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    replies = list(pool.map(lambda n: llm_query(f"prompt {n}"), range(20)))
print(len(replies))

# %% The module of threads is spoiled, and the next cell has it again
#> ends well or fails with .+
import _thread, threading
threading.Thread = threading.Lock = threading.current_thread = None
_thread.start_new_thread = None
# -- then
#> ends well
#> prints done
import threading
thread = threading.Thread(target=print, args=("done",))
thread.start()
thread.join()

# %% A huge stack for each thread is refused or does no harm
#> ends well or fails with .+
import threading
threading.stack_size(2**30)
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
threading.stack_size(0)
