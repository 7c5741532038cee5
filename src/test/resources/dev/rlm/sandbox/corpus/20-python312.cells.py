# needs python 3.12
# %% nested quotes in f-strings
names = {"a": ["x", "y"]}
print(f"{", ".join(names["a"])} {f"{f"{1 + 1}"}"} {"\n".join(["p", "q"])}")
print(f"{
    sum(  # a comment
        [1, 2]
    )
:>5}")
# %% type aliases and parameters
type Pair[T] = tuple[T, T]
def first[T](pair: Pair[T]) -> T:
    return pair[0]
class Box[T]:
    def __init__(self, item: T): self.item = item
print(first((1, 2)), Pair.__name__, Box(3).item, Pair)
# %% batched
import itertools
list(itertools.batched("abcdefg", 3)), [len(b) for b in itertools.batched(range(10), 4)]
# %% other news
import math, datetime
print(math.sumprod([1, 2], [3, 4]))
from typing import override
class A:
    def f(self): return 1
class B(A):
    @override
    def f(self): return 2
B().f(), [x for x in (1, 2) if (lambda: x)() > 1]
