# Output: bounded at the worker, and without anything that steers a terminal or hides.

# %% A flood of prints is stopped
#> is stopped
#> prints characters left out
while True:
    print("flood " * 20)

# %% One line of ten megabytes is cut
#> ends well
#> prints characters left out
print("x" * 10_000_000)

# %% A million small prints end in time
#> ends well
#> prints characters left out
#> limit 60 s
for n in range(1_000_000):
    print(n)

# %% A million small writes end in time
#> ends well
#> limit 60 s
import sys
for n in range(1_000_000):
    sys.stdout.write("x")

# %% Terminal escapes become visible characters
#> ends well
#> prints ␛[2J
print("\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b31m")

# %% All control characters become visible
#> ends well
print("".join(chr(n) for n in range(256)))

# %% Carriage returns and backspaces do not overwrite
#> ends well
#> prints honest
print("honest\r\b\b\b\b\b\b\b\b\b\bforged")

# %% Text that turns its direction becomes visible
#> ends well
#> prints \u202e
#> never prints ‮
print("safe \u202egnp.exe \u2066 \u2069 \u200f")

# %% Invisible characters become visible
#> ends well
#> prints \u200b
#> prints \U000e0041
print("zero\u200bwidth \ufeff tag\U000e0041\U000e0042 line\u2028separator")

# %% Invisible characters in an error become visible
#> fails with ValueError
#> prints \u202e
raise ValueError("\u202e reversed \u2067")

# %% Binary is printed
#> ends well
import random
print(bytes(range(256)).decode("latin-1"), bytes(range(256)))

# %% Standard error is the same output
#> ends well
#> prints to stderr
import sys
print("to stderr", file=sys.stderr)
sys.stderr.write("and again\n")

# %% The original streams are the same output
#> ends well
#> prints original
import sys
print("original", file=sys.__stdout__)
print("original", file=sys.__stderr__)

# %% A flood to the file descriptor of the output is bounded
#> ends well or is stopped or fails with .+
import os
for _ in range(2000):
    os.write(1, b"flood " * 1000)

# %% A flood to the file descriptor of the errors is bounded
#> ends well or is stopped or fails with .+
import os
for _ in range(2000):
    os.write(2, b"flood " * 1000)

# %% Closing the descriptors silences nothing
#> ends well or fails with .+
import os
for descriptor in (0, 1, 2):
    try:
        os.close(descriptor)
    except OSError:
        pass
print("done")
# -- then
#> ends well
#> prints still here
print("still here")

# %% A huge value is not built to be shown
#> ends well
#> prints [cut: a list of 3,000,000 items]
list(range(3_000_000))

# %% A huge message of an error is cut
#> fails with ValueError
raise ValueError("x" * 50_000_000)

# %% An error of a thousand notes is bounded
#> fails with ValueError
error = ValueError("noted")
for n in range(1000):
    error.add_note("note " * 1000)
raise error

# %% A group of a thousand errors is bounded
#> fails with ExceptionGroup
raise ExceptionGroup("many", [ValueError("x" * 1000) for _ in range(1000)])

# %% A deep group of errors is bounded
#> fails with .+
error = ValueError("bottom")
for _ in range(500):
    error = ExceptionGroup("deeper", [error])
raise error

# %% Prints of nothing end in time
#> ends well
#> limit 10 s
for _ in range(300_000):
    print(end="")

# %% A str subclass is printed as what it is
#> ends well
#> prints really
class Hostile(str):
    def __len__(self):
        return -10**9
    def __str__(self):
        return self
    def __getitem__(self, key):
        return "x" * 10**6
import sys
sys.stdout.write(Hostile("really\n"))

# %% The interpreter's own warnings are bounded
#> ends well
import warnings
warnings.simplefilter("always")
for n in range(2000):
    warnings.warn("x" * 1000)
# -- then
#> ends well
import warnings
warnings.resetwarnings()

# %% The input is empty
#> fails with EOFError
input("password: ")

# %% The input's descriptor is empty
#> ends well or fails with .+
import os, sys
print(os.read(0, 100))
