# Regular expressions: backtracking without end is stopped.

# %% Nested repetitions do not backtrack here
#> ends well
import re
re.match(r"(a+)+$", "a" * 60 + "b")

# %% Alternatives that overlap do not backtrack here
#> ends well
import re
re.fullmatch(r"(a|a|aa)*b", "a" * 200 + "c")

# %% Back references
#> is stopped
import re
re.search(r"(a*)(a*)(a*)(a*)(a*)(a*)(a*)\1\2\3\4\5\6\7z", "a" * 3000)

# %% Nested repetitions in a search through a long text do not backtrack here
#> ends well
import re
re.sub(r"(\w+\s*)+:", "", "word " * 5000)

# %% Look-behinds and look-aheads
#> is stopped or ends well
import re
re.search(r"(?=(a+)+b)(?<=a)x", "a" * 100 + "c")

# %% A huge bounded repetition is refused, stopped or ends
#> fails with .+ or is stopped or is killed or ends well
import re
re.match(r"((((a{1,1000}){1,1000}){1,1000}){1,1000})b", "a" * 100)

# %% A pattern of a megabyte is refused, stopped or ends
#> ends well or is stopped or is killed or fails with .+
import re
re.match("|".join(f"word{n}" for n in range(100_000)), "x")

# %% Deep groups are refused
#> ends well or fails with .+
import re
re.compile("(" * 20_000 + ")" * 20_000)

# %% grep does not backtrack
#> ends well
#> prints []
print(grep(r"(o+)+$x"))

# %% grep refuses what its engine cannot do with a sentence
#> fails with ValueError
grep(r"(d)\1")

# %% grep refuses a huge repetition with a sentence
#> fails with ValueError
grep(r"((x{1000}){1000}){1000}")

# %% grep of a huge pattern ends or is refused
#> ends well or fails with .+ or is stopped or is killed
grep("|".join(f"word{n}" for n in range(50_000)))
print("done")

# %% A cache full of patterns
#> ends well or is stopped
#> limit 5 s
import re
for n in range(2000):
    re.compile(f"pattern{n}")
print("compiled")

# %% Matching with a hostile str subclass
#> ends well or fails with .+
import re
class Text(str):
    def __len__(self):
        return -1
    def __getitem__(self, key):
        raise ValueError("hostile")
print(re.findall("a", Text("aaa")))

# %% difflib on long lines is stopped
#> is stopped or ends well
import difflib
difflib.SequenceMatcher(None, "ab" * 20_000, "ba" * 20_000, autojunk=False).ratio()
