# Endless Python: the interrupt reaches it, and the variables are kept.

# %% An endless loop
#> is stopped
while True:
    pass

# %% What was printed and assigned before the stop is there
#> is stopped
#> prints before
print("before")
assigned = 1
while True:
    pass
# -- then
#> ends well
#> prints 1
print(assigned)

# %% An endless generator
#> is stopped
def endless():
    while True:
        yield
list(x for x in endless() if x)

# %% An endless comprehension over an endless iterator
#> is stopped
import itertools
[n for n in itertools.count() if n < 0]

# %% A repr that never ends
#> is stopped
class Endless:
    def __repr__(self):
        while True:
            pass
Endless()

# %% A repr that never ends, in a variable, does not hold up the listing of variables
#> is stopped
class Endless:
    def __repr__(self):
        while True:
            pass
trap = Endless()
SHOW_VARS()
# -- then
#> ends well
del trap

# %% An exception whose message never ends
#> is stopped
class Endless(Exception):
    def __str__(self):
        while True:
            pass
raise Endless

# %% A class whose creation never ends
#> is stopped
class Meta(type):
    def __new__(*arguments):
        while True:
            pass
class Endless(metaclass=Meta):
    pass

# %% A descriptor that never ends
#> is stopped
class Endless:
    @property
    def value(self):
        return self.value if [1 for _ in iter(int, 1)] else None
Endless().value

# %% An event loop that never ends
#> is stopped or fails with io.UnsupportedOperation
import asyncio
async def endless():
    while True:
        pass
asyncio.run(endless())

# %% Coroutines without an event loop that never end
#> is stopped
async def endless():
    while True:
        pass
endless().send(None)

# %% Swallowed stops, again and again
#> is stopped or is killed
import contextlib
while True:
    with contextlib.suppress(BaseException):
        while True:
            pass

# %% A deleter that never ends
#> is stopped
class Endless:
    def __del__(self):
        while True:
            pass
Endless().__del__()

# %% A comparison that never ends, in what the REPL compares
#> ends well
class Endless:
    def __eq__(self, other):
        while True:
            pass
    __hash__ = object.__hash__
    def __bool__(self):
        raise ValueError("neither")
odd = Endless()
answer["content"] = ""

# %% A final value that never ends is stopped
#> is stopped
class Endless(list):
    def __iter__(self):
        while True:
            pass
FINAL(Endless([1]))

# %% Source that takes long to parse is stopped, refused or run
#> ends well or fails with .+ or is stopped or is killed
exec("(" * 5000 + ")" * 5000)

# %% Source of a million lines is stopped or run
#> ends well or is stopped or is killed
exec("x = 1\n" * 1_000_000)

# %% An exponential expansion in a literal
#> is stopped or is killed or fails with MemoryError
value = "x"
while True:
    value = f"{value}{value}"[: 2**22]
