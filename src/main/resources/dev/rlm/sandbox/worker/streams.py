"""Standard output, input and the main module: each REPL has its own, whichever thread of it asks."""

import io
import sys
import threading
import types


class _Output(io.TextIOBase):
    """Gathers what the cells of a REPL print. The first writes pass at once, so that they are seen even if the cell is killed."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, host):
        super().__init__()
        self._host = host
        self.begin(0)

    def begin(self, limit):
        self._parts, self._lock = [], threading.Lock()
        self._limit = self._room = max(limit, 4096)
        self._flushes, self._batch = 0, 1

    def write(self, text):
        if type(text) is not str:
            text = _plain_text(text, "write() argument")
        if _runs.current().over:
            return len(text)
        parts = self._parts
        parts.append(text)
        self._room -= len(text)
        if self._room < 0 or len(parts) >= self._batch:
            self.flush()
        return len(text)

    def flush(self):
        with self._lock:
            count = len(self._parts)
            text = "".join(self._parts[:count])
            del self._parts[:count]
            self._room = self._limit
            self._flushes += 1
            if self._flushes == 200:
                self._batch = 256
            if len(text) > 2 * self._limit:
                self._host["skip"](text[: self._limit], len(text) - 2 * self._limit)
                text = text[-self._limit :]
            if text:
                self._host["write"](text)

    def writable(self):
        return True

    def close(self):
        self.flush()


class _NoInput(io.TextIOBase):
    def readable(self):
        return True

    def readline(self, size=-1):
        raise EOFError("there is no input in this REPL: the data is in `context`")

    read = __next__ = readline


class _StreamOfRun(io.TextIOBase):
    """What print() finds: it passes everything to what the REPL of its thread has as sys.stdout or sys.stderr."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name):
        super().__init__()
        self._name = name

    def write(self, text):
        stream = _runs.current().session.streams[self._name]
        return len(text) if stream is None else stream.write(text)

    def flush(self):
        stream = _runs.current().session.streams[self._name]
        if hasattr(stream, "flush"):
            stream.flush()

    def writable(self):
        return True

    def close(self):
        self.flush()


def _stream(name):
    def read(module):
        return _runs.current().session.streams[name]

    def assign(module, stream):
        session = _runs.current().session
        # Who reads the module's dict finds what passes to the stream, which must not pass to itself.
        session.streams[name] = session.output if isinstance(stream, _StreamOfRun) else stream

    return property(read, assign)


class _System(types.ModuleType):
    """The module sys, whose standard output is the REPL's own: one that redirects it does so for itself."""

    stdout, stderr, __stdout__, __stderr__ = (_stream(name) for name in ("stdout", "stderr", "__stdout__", "__stderr__"))


class _MainModule(types.ModuleType):
    """What is imported as __main__: for each thread the module of its REPL."""

    def __getattribute__(self, name):
        return getattr(_runs.current().session.module, name)

    def __setattr__(self, name, value):
        setattr(_runs.current().session.module, name, value)

    def __delattr__(self, name):
        delattr(_runs.current().session.module, name)

    def __dir__(self):
        return dir(_runs.current().session.module)


_input = _NoInput()
_main = _MainModule("__main__")


def _lend_streams():
    sys.stdin = sys.__stdin__ = _input
    sys.stdout = sys.__stdout__ = _StreamOfRun("stdout")
    sys.stderr = sys.__stderr__ = _StreamOfRun("stderr")
    sys.__class__ = _System


def _plain_text(text, what):
    """The text as a str itself: a subclass may lie about its length and content."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be str, not {type(text).__name__}")
    return str.__str__(text)
