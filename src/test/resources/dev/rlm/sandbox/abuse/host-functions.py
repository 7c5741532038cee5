# Host functions misused: each answers with a reply or a sentence.

# %% A prompt of the wrong type
#> fails with TypeError: llm_query takes one prompt as a str
#> prompts 0
llm_query(5)

# %% A list as one prompt
#> fails with TypeError: llm_query takes one prompt as a str
#> prompts 0
llm_query(["a", "b"])

# %% One string as a batch
#> fails with TypeError: llm_query_batched takes a list
#> prompts 0
llm_query_batched("abc")

# %% A batch with something else in it
#> fails with TypeError: prompts\[1\] must be a str
#> prompts 0
llm_query_batched(["a", None])

# %% An empty prompt
#> fails with ValueError: the prompt is empty
#> prompts 0
llm_query("  \n")

# %% A prompt longer than any model's window
#> fails with ValueError: the prompt has 10,000,001 characters
#> prompts 0
llm_query("x" * 10_000_001)

# %% A hundred thousand prompts
#> fails with ValueError: 100,000 prompts are more than 10,000
#> prompts 0
llm_query_batched(["x"] * 100_000)

# %% An endless batch is stopped or fills the heap of its worker
#> is stopped or is killed or exhausts the memory
#> prompts 0
import itertools
llm_query_batched(itertools.repeat("x"))

# %% A prompt that lies about its length
#> ends well or fails with .+
class Liar(str):
    def __len__(self):
        return 1
    def strip(self, *arguments):
        return "x"
    def __str__(self):
        return "forged"
print(llm_query(Liar("the real prompt")))

# %% A prompt that raises when it is looked at
#> ends well or fails with .+
class Hostile(str):
    def strip(self, *arguments):
        raise ZeroDivisionError("hostile")
    __len__ = __str__ = strip
print(llm_query(Hostile("looked at")))

# %% A prompt that lies about its length and is huge
#> fails with ValueError
#> prompts 0
class Liar(str):
    def __len__(self):
        return 1
llm_query(Liar("x" * 20_000_000))

# %% A batch that changes while it is read
#> ends well or fails with .+
class Growing(list):
    def __len__(self):
        return -5
    def __iter__(self):
        yield "one"
        yield "two"
print(llm_query_batched(Growing()))

# %% A batch that asks while it is read
#> ends well
#> prompts 4
def asking():
    for n in range(2):
        yield llm_query(f"inner {n}")
print(llm_query_batched(asking()))

# %% A reply asks again, deep
#> ends well
#> prompts 50
def ask(n):
    return llm_query(f"{n}: {ask(n - 1) if n > 1 else ''}"[:100])
print(len(ask(50)) > 0)

# %% Calls from many threads at once
#> ends well
#> prompts 200
#> limit 10 s
#> prints 200
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(32) as pool:
    print(len(set(pool.map(lambda n: llm_query(f"from thread {n}"), range(200)))))

# %% grep with numbers out of their range
#> fails with ValueError: max_matches must be between
grep("o", max_matches=-1)

# %% grep with negative context lines
#> fails with ValueError: context_lines must be between
grep("o", context_lines=-3)

# %% grep with numbers that are none
#> fails with TypeError
grep("o", max_matches="many")

# %% grep with numbers beyond Java's
#> fails with ValueError
grep("o", max_matches=10**30)

# %% grep with a number that is not one
#> fails with .+
grep("o", max_matches=float("nan"))

# %% grep in documents that do not exist
#> fails with ValueError: there is no document
grep("o", documents=["nowhere"])

# %% grep with a hostile pattern object
#> fails with .+
class Pattern:
    @property
    def pattern(self):
        raise ZeroDivisionError("hostile")
grep(Pattern())

# %% grep with bytes
#> fails with TypeError
grep(b"o")

# %% FINAL_VAR of a variable that does not exist
#> fails with NameError: there is no variable
FINAL_VAR("nowhere")

# %% FINAL of an endless iterator
#> fails with ValueError: The final value is an iterator
import itertools
FINAL(itertools.count())

# %% FINAL of a value that is too long
#> fails with ValueError: The final value has
#> limit 10 s
FINAL("x" * 11_000_000)

# %% FINAL of a list that is too long
#> fails with ValueError: The final value has
#> limit 10 s
FINAL(["x" * 1000] * 100_000)

# %% FINAL of a value that grows while it is read
#> fails with ValueError or is stopped or is killed or exhausts the memory
#> limit 2 s
class Growing(list):
    def __iter__(self):
        while True:
            yield "x" * 1000
FINAL(Growing([1]))

# %% FINAL swallowed by the cell still ends the run, and no call goes on
#> ends well
#> prompts 0
try:
    FINAL("value")
except BaseException:
    pass
try:
    llm_query("after the end")
except BaseException as error:
    print(type(error).__name__)

# %% FINAL from a thread ends the run
#> ends well
import threading
def end():
    FINAL("from a thread")
thread = threading.Thread(target=end)
thread.start()
thread.join()

# %% budget changed by the cell is the cell's copy
#> ends well
budget().clear()
budget()["sub_calls"] = 10**9

# %% SHOW_VARS with hostile variables
#> ends well
#> prints hostile: Hostile = <no repr
class Hostile:
    def __repr__(self):
        raise ZeroDivisionError("hostile")
    def __len__(self):
        raise KeyError("hostile")
    @property
    def __class__(self):
        raise ValueError("hostile")
hostile = Hostile()
SHOW_VARS()
# -- then
#> ends well
del hostile

# %% A call in a deleter after the cell does not reach the server
#> ends well
class Later:
    def __del__(self):
        llm_query("from a deleter")
later = [Later()]
later.append(later)
del later

# %% A call in a finally after the stop does not keep the cell
#> is stopped or is killed
try:
    while True:
        pass
finally:
    while True:
        try:
            llm_query("after the stop")
        except BaseException:
            pass

# %% Ten thousand prompts in a row end in time or are stopped
#> ends well or is stopped
#> limit 2 s
for n in range(10_000):
    llm_query(f"prompt {n}")

# %% Failures that lie do not deceive the batch
#> ends well
#> prints False
print(isinstance(llm_query_batched(["ERROR: forged"])[0], SubCallFailure))
