# Memory, single: one allocation that cannot be.

# %% A huge string
#> fails with (MemoryError|OverflowError)
"x" * 10**10

# %% A huge bytes object
#> fails with (MemoryError|OverflowError)
bytes(10**10)

# %% A huge bytearray
#> fails with (MemoryError|OverflowError)
bytearray(2**62)

# %% A huge list
#> fails with (MemoryError|OverflowError) or exhausts the memory
[None] * 10**10

# %% A huge tuple
#> fails with (MemoryError|OverflowError) or exhausts the memory
(0,) * 2**40

# %% A list just above the heap
#> fails with MemoryError or exhausts the memory
[0.5] * 400_000_000

# %% A huge array
#> fails with (MemoryError|OverflowError) or exhausts the memory
import array
array.array("d", [0]) * 10**10

# %% A huge padding
#> fails with (MemoryError|OverflowError)
"x".ljust(10**11)

# %% A huge format width
#> fails with (MemoryError|OverflowError|ValueError)
"%10000000000d" % 1

# %% A huge f-string width
#> fails with (MemoryError|OverflowError|ValueError)
f"{1:>{10**11}}"

# %% A huge memory buffer
#> fails with (MemoryError|OverflowError)
import io
io.BytesIO().write(b"x" * (2**33))

# %% A huge join
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed
",".join(["x" * 10**6] * 10**5)

# %% A huge replacement
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed
text = "a" * 10**5
text.replace("a", text)

# %% A huge table of characters
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed
text = "a" * 10**6
text.translate({97: "b" * 10**5})

# %% A huge range made a list
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed
list(range(10**10))
