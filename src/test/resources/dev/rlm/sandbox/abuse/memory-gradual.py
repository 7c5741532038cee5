# Memory, gradual: the heap fills and the worker ends itself, or the time limit comes first; no other worker notices.
# What is hoarded is local, so that a cell that was stopped leaves room.

# %% Buffers are hoarded and MemoryError is swallowed
#> exhausts the memory or is killed
#> limit 5 s
def hoard():
    held = []
    while True:
        try:
            held.append(bytearray(10_000_000))
        except MemoryError:
            pass
hoard()

# %% Small objects are hoarded
#> exhausts the memory or is killed or is stopped
#> limit 2 s
def hoard():
    held = []
    while True:
        held.append([len(held)])
hoard()

# %% A string doubles itself
#> fails with (MemoryError|OverflowError) or exhausts the memory
#> limit 5 s
def double():
    text = "x"
    while True:
        text += text
double()

# %% A dictionary grows
#> exhausts the memory or is killed or is stopped
#> limit 2 s
def grow():
    table = {}
    while True:
        table[str(len(table))] = "value" * 20
grow()

# %% Closures hold one another
#> exhausts the memory or is killed or is stopped
#> limit 2 s
def chain():
    link = None
    while True:
        def link(before=link, weight=bytearray(100_000)):
            return before
chain()

# %% Threads hoard together
#> exhausts the memory or is killed or is stopped
#> limit 5 s
import threading
def hoarder():
    held = []
    while True:
        try:
            held.append(bytearray(1_000_000))
        except BaseException:
            pass
threads = [threading.Thread(target=hoarder) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

# %% A cache without a bound
#> exhausts the memory or is killed or is stopped
#> limit 2 s
import functools
def fill():
    @functools.lru_cache(None)
    def cached(n):
        return str(n) * 20_000
    n = 0
    while True:
        cached(n)
        n += 1
fill()

# %% Long prompts are all kept
#> exhausts the memory or is killed or is stopped
#> limit 2 s
def keep():
    prompts = []
    while True:
        prompts.append("x" * 5_000_000 + str(len(prompts)))
        llm_query(prompts[-1])
keep()

# %% Text is hoarded in a buffer
#> fails with .+ or exhausts the memory or is killed or is stopped
#> limit 2 s
import io
def write():
    buffer = io.StringIO()
    while True:
        buffer.write("x" * 1_000_000)
write()
