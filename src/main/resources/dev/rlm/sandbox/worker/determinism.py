"""Makes cells repeatable: chance derives from a seed, and what clocks say is recorded and said again.

Strings have the same hashes in every process of GraalPy, and its sets keep the order in which they were filled.
"""

import datetime
import os
import random
import sys
import threading
import time
import warnings
from itertools import accumulate, count

MOST_READINGS = 10_000


class _Clock:
    """A clock in nanoseconds. In a cell that runs again it says what it said, and then goes on from there."""

    def __init__(self, read):
        self._read = read
        self.begin([])

    def begin(self, recorded):
        self._recorded = recorded
        self._positions = count()
        self._said = []
        self._last = None
        self._skipped = 0

    def now(self):
        position = next(self._positions)
        if position < len(self._recorded):
            said = self._recorded[position]
            self._last = (said, self._read())
            self._skipped = 0
            return said
        real = self._read()
        if self._last is not None:
            said, then = self._last
            return said + real - then + self._skipped
        if position < MOST_READINGS:
            self._said.append(real)
        return real

    def skip(self, nanos):
        self._skipped += nanos

    def packed(self):
        """The readings: the first one, then how much later each was."""
        readings = list(self._said)
        return ",".join(str(later - earlier) for earlier, later in zip([0] + readings, readings))

    @staticmethod
    def unpacked(text):
        return list(accumulate(int(step) for step in text.split(","))) if text else []


_CLOCKS = {
    name: _Clock(getattr(time, name + "_ns")) for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")
}
_wall = _CLOCKS["time"]

# Held here, since a cell may put anything in the place of the module's.
_common_chance, _plain_seed = random._inst, random.Random.seed


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


class _Replay:
    """Whether the cell runs again, and whether it may be faster than it was."""

    def __init__(self):
        self.skips_sleep = False
        self.chance_is_seeded = False


_entropy, _replay = _Entropy(), _Replay()


def begin_task():
    """Forgets how the cells before have seeded their chance."""
    _replay.chance_is_seeded = False


def begin_cell(seed, number, clocks):
    """Before a cell: clocks is what traces_of_clocks() gave after it ran before, or None."""
    base = (seed & 0xFFFF_FFFF_FFFF_FFFF) << 32
    # Its own stream for every cell: what a cell that was killed has drawn must not change the cells after it.
    if not _replay.chance_is_seeded:
        _plain_seed(_common_chance, base + number - 1)
    _entropy.begin((base + number) << 1 | 1 << 100)
    _replay.skips_sleep = False
    recorded = {}
    if clocks is not None:
        ended, _, readings = clocks.partition("|")
        # A cell that was stopped may have been in a sleep, beyond which it never came.
        _replay.skips_sleep = ended == "ended"
        try:
            recorded = {name: _Clock.unpacked(text) for name, text in zip(_CLOCKS, readings.split(";"))}
        except ValueError:
            recorded = {}
    for name, clock in _CLOCKS.items():
        clock.begin(recorded.get(name, []))


def traces_of_clocks(stopped):
    """After a cell: what its clocks said, for when it must run again."""
    return ("stopped" if stopped else "ended") + "|" + ";".join(clock.packed() for clock in _CLOCKS.values())


def _install_clocks():
    for name, clock in _CLOCKS.items():
        setattr(time, name + "_ns", _named(name + "_ns", clock.now))
        setattr(time, name, _named(name, _in_seconds(clock)))
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


def _in_seconds(clock):
    return lambda: clock.now() / 1e9


def _sleeping(sleep):
    def skipping(seconds, /):
        if _replay.skips_sleep and isinstance(seconds, (int, float)) and 0 <= seconds < 1e9 and threading.active_count() == 1:
            for clock in (_wall, _CLOCKS["monotonic"], _CLOCKS["perf_counter"]):
                clock.skip(int(seconds * 1e9))
        else:
            sleep(seconds)

    return skipping


def _from_now(convert):
    return lambda seconds=None, /: convert(_wall.now() / 1e9 if seconds is None else seconds)


def _formatting(form, position):
    return lambda *arguments: form(*arguments, *() if len(arguments) > position else (time.localtime(),))


def _install_chance():
    setstate_of_common = _common_chance.setstate

    def seed(a=None, version=2):
        _replay.chance_is_seeded = a is not None
        _common_chance.seed(a, version)

    def setstate(state):
        _replay.chance_is_seeded = True
        setstate_of_common(state)

    random.seed, random.setstate = seed, setstate

    def seed_of_instance(self, a=None, version=2):
        _plain_seed(self, int.from_bytes(_entropy.bytes(32), "big") if a is None else a, version)

    random.Random.seed = seed_of_instance
    random._urandom = os.urandom = _urandom
    posix = sys.modules.get(os.name)
    if posix is not None:
        posix.urandom = _urandom
    if hasattr(os, "getrandom"):
        os.getrandom = lambda size, flags=0: _urandom(size)


def _urandom(size, /):
    return _entropy.bytes(size)


def make_dates_repeatable(set_attribute):
    """Lets dates ask the recorded clock where they are built in; elsewhere they ask the time module, which does."""
    if "_pydatetime" in sys.modules and datetime.datetime is sys.modules["_pydatetime"].datetime:
        return

    def today(cls):
        """Current date or datetime: same as self.__class__.fromtimestamp(time.time())."""
        return cls.fromtimestamp(_wall.now() / 1e9)

    def now(cls, tz=None):
        """Returns new datetime object representing current time local to tz."""
        seconds, nanos = divmod(_wall.now(), 10**9)
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
