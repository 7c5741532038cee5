# Endless built-ins: no interrupt reaches them; the worker is killed and the REPL rebuilt.

# %% sum over an endless iterator
#> is killed
import itertools
sum(itertools.repeat(1))

# %% A deque that swallows an endless iterator
#> is killed
import collections, itertools
collections.deque(itertools.count(), maxlen=0)

# %% The largest number of a huge range
#> is killed
max(range(10**13))

# %% A search through a huge range by comparison
#> is killed
-1.5 in range(10**13)

# %% A search through an endless iterator
#> is stopped or is killed
import itertools
2 in itertools.repeat(1)

# %% all over an endless iterator
#> is killed
import itertools
all(itertools.repeat(True))

# %% Counting through a filter that lets nothing through
#> is killed
import itertools
next(filter(None, itertools.repeat(0)))

# %% What is printed before the kill is told
#> is killed
#> prints seen
import itertools
print("seen")
any(itertools.repeat(False))

# %% The sorting of a list that compares slowly is stopped
#> is stopped
class Slow:
    def __lt__(self, other):
        for _ in range(10**6):
            pass
        return False
sorted([Slow() for _ in range(1000)])

# %% A long sleep is stopped or is killed
#> is stopped
import time
time.sleep(10**6)

# %% Waiting on an empty queue is stopped
#> is stopped
import queue
queue.Queue().get()

# %% select on nothing is stopped or refused
#> is stopped or fails with .+
import select
select.select([], [], [])
