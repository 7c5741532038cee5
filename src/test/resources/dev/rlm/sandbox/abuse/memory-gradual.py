# Memory, gradual: the heap fills and the worker ends itself; no other worker notices.

# %% Buffers are hoarded and MemoryError is swallowed
#> exhausts the memory or is killed
#> limit 5 s
hoard = []
while True:
    try:
        hoard.append(bytearray(10_000_000))
    except MemoryError:
        pass

# %% Small objects are hoarded
#> exhausts the memory or is killed
#> limit 5 s
hoard = []
while True:
    hoard.append([len(hoard)])

# %% A string doubles itself
#> fails with (MemoryError|OverflowError) or exhausts the memory
#> limit 5 s
text = "x"
while True:
    text += text

# %% A dictionary grows
#> exhausts the memory or is killed
#> limit 5 s
table = {}
while True:
    table[str(len(table))] = "value" * 20

# %% Closures hold one another
#> exhausts the memory or is killed
#> limit 5 s
link = None
while True:
    def link(before=link, weight=bytearray(10_000)):
        return before

# %% Threads hoard together
#> exhausts the memory or is killed or fails with .+
#> limit 5 s
import threading
hoard = []
def hoarder():
    while True:
        try:
            hoard.append(bytearray(1_000_000))
        except BaseException:
            pass
threads = [threading.Thread(target=hoarder) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

# %% A cache without a bound
#> exhausts the memory or is killed
#> limit 5 s
import functools
@functools.lru_cache(None)
def cached(n):
    return "x" * 10_000 + str(n)
n = 0
while True:
    cached(n)
    n += 1

# %% Every reply is kept, and they are long
#> exhausts the memory or is killed
#> limit 5 s
kept_prompts = []
while True:
    kept_prompts.append("x" * 5_000_000 + str(len(kept_prompts)))
    llm_query(kept_prompts[-1])

# %% The output is hoarded in its own buffer
#> fails with .+ or exhausts the memory or is killed or is stopped
#> limit 5 s
import io
buffer = io.StringIO()
while True:
    buffer.write("x" * 1_000_000)
