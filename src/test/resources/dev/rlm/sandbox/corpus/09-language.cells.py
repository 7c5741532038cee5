# %% a class with everything
from dataclasses import dataclass, field, asdict, replace, astuple
from typing import Optional, NamedTuple, Iterator, Any
from enum import Enum, IntEnum, Flag, auto
class Level(IntEnum):
    LOW = 1
    HIGH = 5
@dataclass(order=True)
class Finding:
    score: float
    text: str = field(compare=False)
    tags: list[str] = field(default_factory=list, repr=False)
    level: Level = Level.LOW
    @property
    def short(self) -> str:
        return self.text[:5] + "…"
f = Finding(0.5, "needle in a haystack")
print(f, f.short, f < Finding(0.7, "x"), asdict(f), astuple(f), replace(f, score=1), f == Finding(0.5, "other"), Level(5), Level.HIGH > 3, f"{Level.HIGH} {Level.HIGH!r}")
# %% enums and named tuples
class Color(Enum):
    RED = "r"
    BLUE = "b"
class Perm(Flag):
    R = auto()
    W = auto()
class Span(NamedTuple):
    start: int
    end: int = 0
    def size(self): return self.end - self.start
s = Span(3, 9)
print(Color("r"), Color["BLUE"].value, list(Color), Perm.R | Perm.W, Perm.R in Perm.R | Perm.W, s, s.size(), s._asdict(), s._replace(end=4), [*s], Color.RED.name)
# %% generators
def windows(items, n):
    from collections import deque
    window = deque(maxlen=n)
    for item in items:
        window.append(item)
        if len(window) == n:
            yield tuple(window)
def averager():
    total, count, value = 0, 0, None
    while True:
        value = yield (total / count if count else None)
        if value is None:
            return total
        total, count = total + value, count + 1
a = averager(); next(a)
print(list(windows("abcd", 2)), a.send(10), a.send(20))
try:
    a.send(None)
except StopIteration as stop:
    print("returned", stop.value)
def outer():
    result = yield from (x for x in "ab")
    yield result
print(list(outer()), sum(x * x for x in range(10) if x % 2), next((x for x in [] ), "none"))
# %% itertools
import itertools as it, operator, functools
print(list(it.accumulate([1, 2, 3], operator.mul)), list(it.chain.from_iterable(["ab", "c"])), list(it.combinations("abc", 2)), list(it.islice(it.count(5, 2), 3)), [(k, list(g)) for k, g in it.groupby("aabba")], list(it.zip_longest([1], "ab", fillvalue=0)), list(it.pairwise("abc")), list(it.product("a", [1, 2])), list(it.permutations([1, 2])), list(it.takewhile(lambda x: x < 2, range(5))), list(it.compress("abc", [1, 0, 1])), list(it.starmap(pow, [(2, 3)])), list(it.dropwhile(str.isalpha, "a1b")), [list(t) for t in it.tee("x")], list(it.filterfalse(None, [0, 1])))
print(functools.reduce(lambda a, b: a * 10 + b, [1, 2, 3]), functools.partial(int, base=2)("101"), operator.itemgetter(1, 0)("ab"), operator.attrgetter("real")(3), operator.methodcaller("upper")("x"), sorted("bca", key=functools.cmp_to_key(lambda a, b: (a < b) - (a > b))))
# %% collections
from collections import Counter, defaultdict, deque, OrderedDict, ChainMap, namedtuple
c = Counter("mississippi")
print(c, c.most_common(2), c + Counter("miss"), c - Counter("issi"), c & Counter("sip"), c | Counter(z=2), c["zz"], sorted(c.elements())[:4], c.total(), Counter(a=1, b=-2), +Counter(a=1, b=-2), Counter({"x": 0}), c > Counter("m"))
c.update("mm"); c.subtract({"i": 10}); del c["p"]
print(c, c.most_common()[:-3:-1], dict(c), Counter(["a", 1, None, (2,)]), Counter([1, 1.0, True]), Counter({}) == Counter(a=0), Counter("ab") * 2 if False else "", repr(Counter()), c.copy() == c, Counter(x for x in "aab"))
d = deque([1, 2, 3], maxlen=3); d.append(4); d.rotate(1)
o = OrderedDict(a=1, b=2); o.move_to_end("a")
dd = defaultdict(lambda: defaultdict(int)); dd["x"]["y"] += 1
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(d, dict(o), list(o), dd["x"], dict(m), m["b"], namedtuple("P", "x y", defaults=[0])(1), list(o.popitem(last=False)), defaultdict(int, a=1))
# %% ties keep their order
Counter("abcabcxyz").most_common(4), Counter("zyxzyx").most_common(2), sorted([("b", 1), ("a", 1)], key=lambda x: x[1]), max(["bb", "aa"], key=len), min([(1, "b"), (1, "a")])
# %% comprehensions
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], {k: v for k, v in zip("ab", it.count())}, {x % 3 for x in range(9)}, [y for x in range(4) if (y := x * x) > 1], [(i, j) for i in range(3) for j in range(i)], list(zip(*matrix)), [*range(3), *"ab"], {**{"a": 1}, "b": 2}, y)
first, *rest, last = range(5)
(a, b), c = (1, 2), 3
print(first, rest, last, a + b + c, [x if x else "-" for x in (0, 1)], any(x > 4 for x in rest), all([]), sum([[1], [2]], []))
# %% match statements
def describe(value):
    match value:
        case {"type": "point", "x": x, **more}: return f"point {x} {more}"
        case [first, *_] if first == 0: return "starts with zero"
        case [a, b]: return f"pair {a} {b}"
        case str() | bytes() as s: return f"text of {len(s)}"
        case Span(start=3, end=e): return f"span to {e}"
        case int(n) if n > 10: return "large"
        case None: return "nothing"
        case Color.RED: return "red"
        case _: return "other"
[describe(v) for v in ({"type": "point", "x": 1, "y": 2}, [0, 1, 2], (1, 2), "abc", b"x", Span(3, 7), 11, 5, None, Color.RED, [1, 2, 3])]
# %% decorators and closures
def timed(label):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            inner.calls += 1
            return f"{label}:{function(*args, **kwargs)}"
        inner.calls = 0
        return inner
    return wrap
@timed("t")
def add(a, b=2, *args, key=None, **more):
    """Adds."""
    return a + b + len(args) + len(more)
counter = [lambda i=i: i for i in range(3)]
print(add(1), add(1, 1, 1, 1, key=0, z=9), add.calls, add.__name__, add.__doc__, [f() for f in counter])
def make():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up
up = make(); up(); up()
# %% context managers
from contextlib import contextmanager, suppress, redirect_stdout, ExitStack, closing, nullcontext
import io
@contextmanager
def tag(name):
    print(f"<{name}>", end="")
    try:
        yield name.upper()
    except ValueError as e:
        print("caught", e, end="")
    finally:
        print(f"</{name}>")
with tag("a") as t, tag("b"):
    print(t, end="")
with tag("c"):
    raise ValueError("inside")
with suppress(KeyError):
    {}["x"]
with redirect_stdout(io.StringIO()) as captured:
    print("hidden")
with ExitStack() as stack:
    stack.callback(print, "bye")
    print("hi")
captured.getvalue()
# %% inheritance
from abc import ABC, abstractmethod
class Shape(ABC):
    registry = {}
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Shape.registry[cls.__name__] = cls
    @abstractmethod
    def area(self): ...
    def __repr__(self): return f"{type(self).__name__}({self.area():.2f})"
    def __lt__(self, other): return self.area() < other.area()
class Square(Shape):
    __slots__ = ("side",)
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2
class Circle(Shape):
    def __init__(self, r): self.r = r
    def area(self): return 3.14159 * self.r ** 2
    def __eq__(self, other): return isinstance(other, Circle) and self.r == other.r
    __hash__ = None
print(sorted([Circle(1), Square(1.5), Square(2)]), list(Shape.registry), Circle(1) == Circle(1), isinstance(Square(1), Shape), Square.__mro__[1].__name__)
for bad in (lambda: hash(Circle(1)), lambda: Circle(1) + 1, lambda: Square()):
    try:
        bad()
    except TypeError as e:
        print("TypeError:", e)
# %% numbers
import math, decimal, fractions, statistics
print(7 // -2, -7 % 3, divmod(-7, 2), 2 ** 100, round(2.5), round(-1.567, 2), 0.1 + 0.2, 1e300 * 1e10, 10 ** -2, int("ff", 16), int("1_000"), float("1e3"), 5 / 2, abs(-3 + 4j), (255).to_bytes(2, "big"), (1023).bit_length(), (12).bit_count(), 3.0.is_integer(), (0.75).as_integer_ratio(), complex("1+2j"), True + True, round(12345, -2), 1 / 3)
print(math.isclose(0.1 + 0.2, 0.3), math.comb(5, 2), math.gcd(12, 18), math.floor(-1.5), math.sqrt(2), math.log(100, 10), math.prod([1, 2, 3]), math.hypot(3, 4), math.fsum([0.1] * 10), math.inf, math.nan, math.factorial(20), math.isqrt(17), math.e, math.degrees(1), math.lcm(4, 6), math.dist((0, 0), (1, 1)))
print(decimal.Decimal("1.10") + decimal.Decimal("2.20"), decimal.Decimal(1) / 3, decimal.Decimal("2.675").quantize(decimal.Decimal("0.01")), fractions.Fraction(1, 3) + fractions.Fraction("1/6"), fractions.Fraction(0.5), decimal.Decimal(0.1))
data = [2, 4, 4, 4, 5, 5, 7, 9]
print(statistics.mean(data), statistics.pstdev(data), statistics.stdev(data), statistics.mode(data), statistics.multimode("aabb"), statistics.median_low(data), statistics.harmonic_mean([1, 2]), statistics.correlation([1, 2, 3], [2, 4, 7]), statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.fmean([1, 2]), statistics.variance(data), statistics.geometric_mean([1, 8]))
# %% sorting by several keys
rows = [("b", 2, 1.5), ("a", 2, 0.5), ("a", 10, 2.5), ("C", 1, -1.0)]
print(sorted(rows, key=lambda r: (-r[1], r[0])), sorted(rows, key=operator.itemgetter(0)), sorted(rows, key=lambda r: r[0].lower(), reverse=True), sorted("10 9 2 33".split(), key=int))
import heapq
heap = [5, 1, 4]; heapq.heapify(heap); heapq.heappush(heap, 0)
print(heapq.heappop(heap), heapq.nsmallest(2, heap), heapq.nlargest(2, rows, key=lambda r: r[2]), list(heapq.merge([1, 4], [2, 3])), heapq.heappushpop(heap, 9))
# %% copies
import copy
nested = {"a": [1, {"b": 2}]}
shallow, deep = nested.copy(), copy.deepcopy(nested)
nested["a"][1]["b"] = 99
shallow["a"][1]["b"], deep["a"][1]["b"], nested is not shallow
# %% typing at run time
from typing import TypedDict, Protocol, Generic, TypeVar, Literal, Union, Callable, get_type_hints
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self) -> None: self.items: list[T] = []
    def push(self, item: T) -> "Stack[T]":
        self.items.append(item)
        return self
class Movie(TypedDict, total=False):
    title: str
def f(x: Optional[int], y: "list[str] | None" = None) -> Literal["a"]: ...
print(Stack[int]().push(1).items, Movie(title="x"), get_type_hints(f), Union[int, None], list[int], Callable[[int], str], int | str)
# %% exceptions
class AppError(Exception):
    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code
def risky(n):
    try:
        if n == 0: raise AppError("zero", code=7)
        return 10 / (n - 1)
    except ZeroDivisionError as e:
        raise ValueError("one") from e
    else:
        print("never")
    finally:
        print("finally", n)
for n in range(3):
    try:
        print(risky(n))
    except AppError as e:
        print(repr(e), e.code, e.args)
    except ValueError as e:
        print(repr(e), repr(e.__cause__))
# %% exception groups
def many():
    raise ExceptionGroup("several", [ValueError("a"), TypeError("b"), ExceptionGroup("inner", [KeyError("k"), ValueError("c")])])
try:
    many()
except* ValueError as group:
    print("values", [str(e) for e in group.exceptions], group.message)
except* (TypeError, KeyError) as group:
    print("others", group, [type(e).__name__ for e in group.exceptions])
e = ValueError("noted"); e.add_note("a note")
e.__notes__
# %% global state and dynamic code
exec("z = 41\ndef g(): return z + 1")
print(eval("g() * 2", {"g": g}), eval("[x for x in range(3)]"), (lambda *a, **k: (a, k))(1, b=2), globals()["z"], callable(g), [n for n in ("z", "zz") if n in globals()])
import types
types.SimpleNamespace(a=1, b=[2]), type("Made", (), {"x": 5}).x, isinstance(g, types.FunctionType), vars(Span(1, 2)._make([3, 4])) if False else Span._make([3, 4])
# %% assert and walrus
text = "key: value"
if (i := text.find(":")) > 0 and (value := text[i + 1 :].strip()):
    print(i, value)
while (n := len(text)) > 8:
    text = text[:-1]
print(n, text)
try:
    assert n == 3, f"n is {n}"
except AssertionError as e:
    print("AssertionError:", e)
