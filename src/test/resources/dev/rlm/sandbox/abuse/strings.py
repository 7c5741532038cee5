# Strings: none spoils the frames, the output or the REPL.

# %% Lone surrogates are printed
#> ends well
print("\ud800 \udfff a\udc80b")
"\ud83d"

# %% Lone surrogates are asked
#> ends well or fails with .+
#> prints lone
print("lone", llm_query("\ud800 lone \udfff"))

# %% A lone surrogate is the final value
#> ends well or fails with .+
FINAL("a\ud800b")

# %% Lone surrogates in an exception
#> fails with ValueError
raise ValueError("\udcff broken \ud800")

# %% Lone surrogates name a variable
#> ends well
globals()["odd\ud800name"] = 1
SHOW_VARS()
# -- then
#> ends well
del globals()["odd\ud800name"]

# %% NUL characters everywhere
#> ends well
print("a\0b", llm_query("\0 ask"))
globals()["nul\0name"] = "\0"
SHOW_VARS()
# -- then
#> ends well
del globals()["nul\0name"]

# %% Variables that have no string as name
#> ends well
globals()[5] = 1
globals()[None] = 2
globals()[(1, 2)] = 3
SHOW_VARS()
# -- then
#> ends well
for name in (5, None, (1, 2)):
    del globals()[name]

# %% A variable of a megabyte's name
#> ends well
globals()["n" * 1_000_000] = 1
print(len(SHOW_VARS()) > 0)
# -- then
#> ends well
del globals()["n" * 1_000_000]

# %% A hundred thousand variables
#> ends well
#> limit 60 s
for n in range(100_000):
    globals()[f"v{n}"] = n
# -- then
#> ends well
#> limit 60 s
for n in range(100_000):
    del globals()[f"v{n}"]

# %% A variable whose type has a hostile name
#> ends well
odd = type("\x1b[2J\u202etype" * 1000, (), {})()
SHOW_VARS()
# -- then
#> ends well
odd = None

# %% An exception whose type has a hostile name
#> fails with .+
raise type("\x1b]0;title\x07\u202e", (Exception,), {})("\x1b[31mred")

# %% A str subclass as a variable's name
#> ends well
class Name(str):
    def startswith(self, *arguments):
        raise ValueError("hostile")
    __lt__ = __eq__ = __gt__ = startswith
    __hash__ = str.__hash__
globals()[Name("hostile_name")] = 1
# -- then
#> ends well or fails with .+
for name in list(globals()):
    if type(name) is not str:
        del globals()[name]

# %% Formatting that reaches for attributes finds nothing secret
#> ends well
#> never prints canary
print("{0.__globals__[_runs].root.session.host}".format(FINAL)[:200])
print("{0.__class__.__mro__}".format(context))

# %% A million replacements in a row end
#> ends well
#> limit 10 s
text = "ab" * 500_000
print(len(text.replace("a", "cd").replace("b", "").split("c")))

# %% Quadratic concatenation is stopped or ends
#> ends well or is stopped
text = ""
for n in range(10_000_000):
    text = text + "xy" + str(n)[:1] if len(text) < 200_000 else "z" + text[1:]

# %% Normal forms of a text of marks are killed, stopped or end
#> is killed or is stopped or ends well
import unicodedata
print(len(unicodedata.normalize("NFKC", "\ufdfa" * 300_000 + "a" + "\u0301\u0316" * 300_000)))

# %% Encodings that expand are refused or end
#> ends well or fails with .+
print(len(("x" * 1_000_000).encode("punycode")) if False else len("\udc80".encode("utf-8", "surrogateescape")))

# %% A template of format calls itself no further
#> fails with (ValueError|RecursionError|KeyError|IndexError)
"{0:{0:{0}}}".format(5)
