"""Makes cells repeatable: chance derives from a seed, and what clocks say is recorded and said again.

Strings have the same hashes in every process of GraalPy, and its sets keep the order in which they were filled.
"""

import datetime
import functools
import os
import random
import sys
import time
import warnings
from itertools import accumulate, count
from operator import index

MOST_READINGS = 10_000

# Both in seconds.
_PIECE_OF_SLEEP = 0.05
_LONGEST_SLEEP = 2**63 / 1e9


class _Clock:
    """A clock in nanoseconds. In a cell that runs again it says what it said, and then goes on from there."""

    def __init__(self, read):
        self._read = read
        self.begin([])

    def begin(self, recorded):
        self._recorded = recorded
        self._positions = count()
        self._said, self._told = list(recorded), len(recorded)
        self._last = None
        self._skipped = 0

    def now(self):
        position = next(self._positions)
        if position < len(self._recorded):
            said = self._recorded[position]
            self._last = (said, self._read())
            self._skipped = 0
            return said
        now = self._read()
        if self._last is not None:
            said, then = self._last
            now = said + now - then + self._skipped
        if position < MOST_READINGS:
            self._said.append(now)
        return now

    def skip(self, nanos):
        self._skipped += nanos

    def packed(self):
        return _packed(list(self._said))

    def news(self):
        """The readings that were not told yet, after the position of the first one; empty if there are none."""
        start = self._told
        readings = self._said[start:]
        self._told = start + len(readings)
        return f"{start}:{_packed(readings)}" if readings else ""


def _packed(readings):
    """Readings as text: the first one, then how much later each was."""
    return ",".join(str(later - earlier) for earlier, later in zip([0] + readings, readings))


def _unpacked(text):
    return list(accumulate(int(step) for step in text.split(","))) if text else []


def _joined(news):
    """The readings of a clock from what news() gave again and again: threads may have told some twice, or lost some."""
    pieces = [(int(start), _unpacked(text)) for start, _, text in (piece.partition(":") for piece in news if piece)]
    readings = []
    for start, piece in sorted(pieces):
        if start > len(readings):
            break
        readings[start : start + len(piece)] = piece
    return readings


def _recorded_readings(how, said):
    """The readings of each clock, in order, from what was recorded of a cell that has ended or has not."""
    if how == "begun":
        return [_joined(news) for news in zip(*(line.split(";") for line in said.split("\n")))]
    return [_unpacked(text) for text in said.split(";")]


_READ = {name: getattr(time, name + "_ns") for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")}

# Held here, since a cell may put anything in the place of the module's.
_common_chance, _plain_seed = random._inst, random.Random.seed
_DRAWS = [
    name
    for name, value in vars(random).items()
    if getattr(value, "__self__", None) is _common_chance and name not in ("seed", "setstate")
]


class _Entropy:
    """What the operating system's chance is replaced by: another stream for every cell, whatever came before."""

    def __init__(self):
        self._stream = random.Random(0)

    def begin(self, number):
        _plain_seed(self._stream, number)

    def bytes(self, size):
        if size < 0:
            raise ValueError("negative argument not allowed")
        return self._stream.randbytes(size)


class _Repeatability:
    """The chance and the clocks of one REPL."""

    def __init__(self, chance):
        self.chance, self.entropy = chance, _Entropy()
        self.clocks = {name: _Clock(read) for name, read in _READ.items()}
        # Whether a cell has seeded its chance, and whether the cell runs again and may be faster than it was.
        self.chance_is_seeded = self.skips_sleep = False

    def begin_cell(self, seed, number, clocks):
        """Before a cell: clocks is None, or what traces_of_clocks() gave after it ran before; if it never came to its
        end, "begun|" and a line for each news_of_clocks()."""
        base = (seed & 0xFFFF_FFFF_FFFF_FFFF) << 32
        # Its own stream for every cell: what a cell that was killed has drawn must not change the cells after it.
        if not self.chance_is_seeded:
            _plain_seed(self.chance, base + number - 1)
        self.entropy.begin((base + number) << 1 | 1 << 100)
        self.skips_sleep = False
        recorded = {}
        if clocks is not None:
            how, _, said = clocks.partition("|")
            # A cell that was stopped may have been in a sleep, beyond which it never came.
            self.skips_sleep = how == "ended"
            try:
                recorded = dict(zip(self.clocks, _recorded_readings(how, said)))
            except ValueError:
                recorded = {}
        for name, clock in self.clocks.items():
            clock.begin(recorded.get(name, []))

    def traces_of_clocks(self, stopped):
        """After a cell: what its clocks said, for when it must run again."""
        return ("stopped" if stopped else "ended") + "|" + ";".join(clock.packed() for clock in self.clocks.values())

    def news_of_clocks(self):
        """In a cell: what its clocks have said since this was last asked, for when it must run again without having
        ended; empty if there is nothing."""
        news = [clock.news() for clock in self.clocks.values()]
        return ";".join(news) if any(news) else ""

    def seed(self, a=None, version=2):
        self.chance_is_seeded = a is not None
        self.chance.seed(a, version)

    def setstate(self, state):
        self.chance_is_seeded = True
        self.chance.setstate(state)


def _mine():
    """The chance and the clocks of the REPL that this thread works for."""
    return _runs.current().repeatable


def share_chance():
    """Lets the functions of the module random draw from the chance of each REPL; until then there is only the root's."""
    for name in _DRAWS:
        setattr(random, name, _drawing(name))
    return {name: getattr(random, name) for name in _DRAWS}


def _drawing(name):
    @functools.wraps(getattr(_common_chance, name))
    def draw(*args, **kwargs):
        return getattr(_mine().chance, name)(*args, **kwargs)

    return draw


def _install_clocks():
    for name in _READ:
        setattr(time, name + "_ns", _named(name + "_ns", _in_nanoseconds(name)))
        setattr(time, name, _named(name, _in_seconds(name)))
    time.sleep = _named("sleep", _sleeping(time.sleep))
    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, _named(name, _from_now(getattr(time, name))))
    time.strftime = _named("strftime", _formatting(time.strftime, 1))
    time.asctime = _named("asctime", _formatting(time.asctime, 0))


def _named(name, function):
    try:
        function.__name__ = function.__qualname__ = name
        function.__module__ = "time"
    except AttributeError:
        pass
    return function


def _in_nanoseconds(name):
    return lambda: _mine().clocks[name].now()


def _in_seconds(name):
    return lambda: _mine().clocks[name].now() / 1e9


def _wall():
    """What the wall clock says, in nanoseconds."""
    return _mine().clocks["time"].now()


def _sleeping(sleep):
    def skipping(seconds, /):
        mine = _mine()
        if mine.skips_sleep and isinstance(seconds, (int, float)) and 0 <= seconds < 1e9 and _is_alone():
            for name in ("time", "monotonic", "perf_counter"):
                mine.clocks[name].skip(int(seconds * 1e9))
        else:
            _sleep(sleep, seconds if isinstance(seconds, (int, float)) else index(seconds))

    return skipping


def _sleep(sleep, seconds):
    """Sleeps in pieces: the interpreter's own sleep cannot be interrupted in all cases before it is over."""
    if seconds > _LONGEST_SLEEP:
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    now = _READ["monotonic"]
    end = now() + int(seconds * 1e9) if seconds > 0 else 0
    sleep(min(seconds, _PIECE_OF_SLEEP))
    # It may also be over a little too early.
    while (left := end - now()) > 0:
        sleep(min(left / 1e9, _PIECE_OF_SLEEP))


def _is_alone():
    """Whether no other thread works in this REPL, which might wait for what a sleep waits for."""
    return len(_runs.current().session.threads) == 1


def _from_now(convert):
    return lambda seconds=None, /: convert(_wall() / 1e9 if seconds is None else seconds)


def _formatting(form, position):
    return lambda *arguments: form(*arguments, *() if len(arguments) > position else (time.localtime(),))


def _install_chance():
    def seed(a=None, version=2):
        _mine().seed(a, version)

    def setstate(state):
        _mine().setstate(state)

    random.seed, random.setstate = seed, setstate

    def seed_of_instance(self, a=None, version=2):
        _plain_seed(self, int.from_bytes(_mine().entropy.bytes(32), "big") if a is None else a, version)

    random.Random.seed = seed_of_instance
    random._urandom = os.urandom = _urandom
    posix = sys.modules.get(os.name)
    if posix is not None:
        posix.urandom = _urandom
    if hasattr(os, "getrandom"):
        os.getrandom = lambda size, flags=0: _urandom(size)


def _urandom(size, /):
    return _mine().entropy.bytes(size)


def make_dates_repeatable(set_attribute):
    """Lets dates ask the recorded clock where they are built in; elsewhere they ask the time module, which does."""
    if "_pydatetime" in sys.modules and datetime.datetime is sys.modules["_pydatetime"].datetime:
        return

    def today(cls):
        """Current date or datetime: same as self.__class__.fromtimestamp(time.time())."""
        return cls.fromtimestamp(_wall() / 1e9)

    def now(cls, tz=None):
        """Returns new datetime object representing current time local to tz."""
        seconds, nanos = divmod(_wall(), 10**9)
        return cls.fromtimestamp(seconds, tz).replace(microsecond=nanos // 1000)

    def utcnow(cls):
        """Return a new datetime representing UTC day and time."""
        warnings.warn(
            "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. "
            "Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).",
            DeprecationWarning,
            stacklevel=2,
        )
        return now(cls, datetime.timezone.utc).replace(tzinfo=None)

    for type, functions in ((datetime.date, (today,)), (datetime.datetime, (today, now, utcnow))):
        for function in functions:
            set_attribute(type, function.__name__, classmethod(function))


_install_clocks()
_install_chance()
_runs.root = _Run(None, _Repeatability(_common_chance))
