# %% a name error
resluts = [1, 2, 3]
print(results_of_nothing)
# %% repaired
print(sum(resluts))
# %% an index error in a function
def third(items):
    return items[2]
kept = third("abc")
third([1])
# %% what was assigned before is there
kept
# %% a key error
orders = {"a": 1}
orders["b"]
# %% type errors
for bad in (lambda: "a" + 1, lambda: 1 + "a", lambda: len(5), lambda: [1][("a")], lambda: None.x if False else None[0], lambda: {}[[]], lambda: sorted([1, "a"]), lambda: (lambda x: x)(), lambda: "%d" % "x", lambda: sum(["a"]), lambda: 5(), lambda: "a" * "b", lambda: range("a"), lambda: "x".join([1])):
    try:
        bad()
    except TypeError as e:
        print("TypeError:", e)
# %% value errors
for bad in (lambda: int("x1"), lambda: float("abc"), lambda: "abc".index("z"), lambda: chr(-1), lambda: list(zip([1], [1, 2], strict=True)), lambda: "{} {}".format(1) if False else int("9", 5), lambda: round(float("nan"))):
    try:
        bad()
    except ValueError as e:
        print("ValueError:", e)
# %% attribute errors
for bad in (lambda: "a".foo, lambda: [].push(1), lambda: None.group(), lambda: (5).x, lambda: {}.has_key, lambda: documents[0].text.contains):
    try:
        bad()
    except AttributeError as e:
        print("AttributeError:", e)
# %% the usual mistake with a search without a match
import re
m = re.search(r"price: (\d+)", context)
print(m.group(1))
# %% repaired with a guard
print(m.group(1) if m else "no price")
# %% arithmetic
1 / 0
# %% unpacking
a, b = [1, 2, 3]
# %% a syntax error runs nothing
untouched = 1
x = = 2
print("x")
# %% nothing was run
"untouched" in globals()
# %% indentation
def f():
return 1
# %% a bracket that does not fit
rows = [1, 2)
# %% raised from
try:
    int("x")
except ValueError as e:
    raise RuntimeError("cannot parse the answer") from e
# %% while handling
def load(text):
    try:
        return int(text)
    except ValueError:
        return text["key"]
load("{broken")
# %% a custom exception
class NoAnswer(Exception):
    def __init__(self, question):
        super().__init__(f"no answer to {question!r}")
        self.question = question
raise NoAnswer("who?")
# %% an assertion
total = 5
assert total == 6, f"expected 6, got {total}"
# %% recursion
def depth(n):
    return 1 + depth(n + 1)
try:
    depth(0)
except RecursionError as e:
    print("RecursionError:", e)
# %% a traceback in the output
import traceback
try:
    third([])
except IndexError as e:
    print(traceback.format_exception_only(e), type(e).__name__, e, traceback.extract_tb(e.__traceback__)[-1].name, traceback.extract_tb(e.__traceback__)[-1].lineno)
# %% an error inside of a comprehension
rows = [{"n": "1"}, {"n": None}]
try:
    [int(r["n"]) for r in rows]
except TypeError as e:
    print("TypeError of", type(rows[1]["n"]).__name__)
[int(r["n"]) if r["n"] else None for r in rows]
# %% an error in a generator
def halves(items):
    for i in items:
        yield 10 // i
list(halves([5, 0]))
# %% partial output
for i in range(5):
    print("step", i)
    if i == 2:
        raise StopIteration("enough")
# %% an error with notes
e = ValueError("bad row")
e.add_note("in row 7")
raise e
# %% a group
raise ExceptionGroup("two failed", [ValueError("a"), KeyError("b")]) if False else ValueError("only one", 2)
# %% locals that are unbound
def lost():
    print(later)
    later = 1
try:
    lost()
except UnboundLocalError as e:
    print(type(e).__name__, isinstance(e, NameError))
# %% a missing import
json_text = collections.OrderedDict()
# %% with the import it works
import collections
print(list(collections.OrderedDict(a=1).items()))
# %% a sub-call that is refused
llm_query("REFUSE this")
# %% the cell goes on after the error is caught
try:
    llm_query("REFUSE this")
except SubCallError as error:
    print("caught:", error)
# %% an import that does not exist
try:
    from collections import Conter
except ImportError as e:
    print(type(e).__name__, e.name)
# %% deleted names
del kept
kept
