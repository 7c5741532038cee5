# Recursion: an error like in Python, and the worker goes on.

# %% A function that calls itself
#> fails with RecursionError
def again(n):
    return again(n + 1)
again(0)

# %% The limit of recursion is raised
#> fails with RecursionError
#> limit 10 s
import sys
sys.setrecursionlimit(10**9)
def again(n):
    return again(n + 1)
again(0)

# %% The limit of recursion is lowered, and the next cell runs as before
#> ends well or fails with .+
import sys
sys.setrecursionlimit(30)
# -- then
#> ends well
#> prints 200
def depth(n):
    return n if n == 200 else depth(n + 1)
print(depth(0))

# %% A repr of a structure that holds itself
#> ends well
#> prints [[...]]
loop = []
loop.append(loop)
loop

# %% A repr of a structure that is deep
#> ends well or fails with RecursionError
deep = []
for _ in range(100_000):
    deep = [deep]
print(len(repr(deep)))
# -- then
#> ends well
deep = None

# %% A deep variable can be listed
#> ends well
#> prints deep: list
deep = []
for _ in range(100_000):
    deep = [deep]
SHOW_VARS()
# -- then
#> ends well
deep = None

# %% A deep structure as JSON
#> fails with RecursionError
import json
deep = []
for _ in range(100_000):
    deep = [deep]
json.dumps(deep)
# -- then
#> ends well
deep = None

# %% Deep JSON
#> fails with (RecursionError|json.decoder.JSONDecodeError)
import json
json.loads("[" * 1_000_000)

# %% Deep source
#> fails with (RecursionError|SyntaxError|MemoryError|RuntimeError)
eval("-" * 100_000 + "1")

# %% Deep source of a cell's own
#> fails with (RecursionError|SyntaxError|MemoryError|RuntimeError)
compile("+".join(["1"] * 100_000) + "+(", "<x>", "eval")

# %% A deep chain of comparisons
#> ends well or fails with (RecursionError|SyntaxError|MemoryError|RuntimeError)
eval("+".join(["1"] * 50_000))

# %% A deep copy of a deep structure
#> fails with RecursionError
import copy
deep = []
for _ in range(100_000):
    deep = [deep]
copy.deepcopy(deep)
# -- then
#> ends well
deep = None

# %% Two deep structures are compared
#> fails with RecursionError
def deep():
    value = []
    for _ in range(100_000):
        value = [value]
    return value
deep() == deep()

# %% A deep structure is hashed
#> ends well or fails with RecursionError
deep = ()
for _ in range(100_000):
    deep = (deep,)
print(isinstance(hash(deep), int))
# -- then
#> ends well
deep = None

# %% An attribute that looks for itself
#> fails with RecursionError
class Endless:
    def __getattr__(self, name):
        return getattr(self, name + "x")
Endless().a

# %% An exception handler that fails deeper and deeper
#> fails with RecursionError
def fail():
    try:
        fail()
    finally:
        fail_once = 1
fail()

# %% Handlers that call again are stopped
#> is stopped or is killed or fails with .+
def fail():
    try:
        fail()
    except RecursionError:
        fail()
fail()

# %% Exceptions chained a thousand times are told briefly
#> fails with ValueError: 1000
error = None
for n in range(1001):
    try:
        raise ValueError(n) from error
    except ValueError as caught:
        error = caught
raise error

# %% A class that inherits a thousand times
#> ends well or fails with (RecursionError|RuntimeError)
kind = object
for n in range(1000):
    kind = type(f"K{n}", (kind,), {})
print(kind())

# %% A final value that is deep
#> ends well or fails with .+
deep = []
for _ in range(100_000):
    deep = [deep]
FINAL(deep)
