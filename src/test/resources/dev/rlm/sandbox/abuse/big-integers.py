# Big integers: arithmetic that never ends is killed, text of huge numbers is refused.

# %% A tower of powers
#> is killed or fails with (MemoryError|OverflowError)
9**9**8

# %% A tower of powers, one higher
#> is killed or fails with (MemoryError|OverflowError)
9**9**9

# %% The factorial of two million
#> is killed
import math
math.factorial(2_000_000)

# %% A shift beyond all memory
#> fails with (MemoryError|OverflowError)
1 << 10**12

# %% The text of a huge number is refused as in Python
#> fails with ValueError
str(10**100_000)

# %% A number from huge text is refused as in Python
#> fails with ValueError
int("9" * 100_000)

# %% The limit of digits is lifted, and the cell is killed or ends
#> is killed or ends well or is stopped
import sys
sys.set_int_max_str_digits(0)
print(len(str(1 << 40_000_000)))
# -- then
#> ends well
import sys
sys.set_int_max_str_digits(4300)

# %% A huge number as the cell's value is told briefly
#> ends well
#> prints bits>
1 << 5_000_000

# %% A huge number as the final value is handed over or refused
#> ends well or fails with .+
#> never prints Exception:
FINAL(1 << 100_000)

# %% A huge number in a list is told briefly
#> ends well
#> prints bits
print(str([1])), [1 << 5_000_000]

# %% Powers modulo a huge number are killed or end
#> is killed or ends well
pow(3, 1 << 200_000, (1 << 200_000) + 1)
print("done")

# %% Division of huge numbers is killed or ends
#> is killed or is stopped or ends well
a = 3 ** 3_000_000
b = 7 ** 1_000_000
print((a // b).bit_length() > 0)

# %% The greatest common divisor of huge numbers is killed or ends
#> is killed or is stopped or ends well
import math
print(math.gcd(3 ** 2_000_000, 5 ** 1_000_000))

# %% A decimal of a billion digits is killed or refused
#> is killed or is stopped or fails with .+
import decimal
decimal.getcontext().prec = 10**9
decimal.Decimal(1) / 3

# %% A fraction of huge numbers is killed, stopped or ends
#> is killed or is stopped or ends well
import fractions
f = fractions.Fraction(3, 7)
while True:
    f = f * f + f

# %% A list of a huge length asked from a range
#> fails with OverflowError
len(range(10**30))
