"""How values and errors are shown: bounded, so that nothing huge is built only to be cut."""

import collections
import dataclasses
import linecache
import traceback
import types

_VIEWS = (type({}.keys()), type({}.values()), type({}.items()))
_SEQUENCES = (list, tuple, set, frozenset, collections.deque) + _VIEWS
_MOST_FRAMES = 40
_MOST_ERRORS = 8
_LONGEST_MESSAGE = 4_000


def weight(value, limit):
    """About how many characters the value's repr has; counting stops soon after the limit."""
    total, pending = 0, [value]
    while pending and total <= limit:
        item = pending.pop()
        if isinstance(item, (str, bytes, bytearray)):
            total += len(item) + 2
        elif isinstance(item, int):
            total += item.bit_length() // 3 + 1
        elif isinstance(item, dict):
            total += 6 * dict.__len__(item) + 2
            if total <= limit:
                pending.extend(dict.keys(item))
                pending.extend(dict.values(item))
        elif isinstance(item, _SEQUENCES):
            total += 2 * len(item) + 2
            if total <= limit:
                pending.extend(item)
        elif isinstance(item, range):
            total += 8 * min(max(0, (item.stop - item.start) // item.step), limit)
        elif isinstance(item, BaseException):
            total += 16
            pending.extend(item.args)
        elif isinstance(item, types.SimpleNamespace) or dataclasses.is_dataclass(item) and not isinstance(item, type):
            total += 16
            pending.extend(getattr(item, "__dict__", {}).values())
        else:
            total += 16
    return total


def short_repr(value, limit):
    """The value's repr, or its start and a note where it is longer than the limit."""
    if weight(value, limit) <= limit:
        text = repr(value)
        return text if len(text) <= limit else _cut(text[:limit], value)
    kept, room = [], limit
    for piece in _pieces(value, limit, ()):
        kept.append(piece[:room])
        room -= len(piece)
        if room < 0:
            return _cut("".join(kept), value)
    return "".join(kept)


def _cut(text, value):
    if isinstance(value, (dict, str, bytes, bytearray) + _SEQUENCES):
        unit = "characters" if isinstance(value, str) else "bytes" if isinstance(value, (bytes, bytearray)) else "items"
        return f"{text}... [cut: a {type(value).__name__} of {len(value):,} {unit}]"
    return f"{text}... [cut: a {type(value).__name__}]"


def _pieces(value, limit, parents):
    if isinstance(value, (str, bytes, bytearray)):
        yield repr(value[:limit])
    elif isinstance(value, int):
        yield repr(value) if value.bit_length() < 10_000 else f"<int of {value.bit_length():,} bits>"
    elif isinstance(value, (dict,) + _SEQUENCES):
        start, end = _brackets(value)
        yield start
        if len(parents) > 20 or any(value is parent for parent in parents):
            yield "..." + end
            return
        parents += (value,)
        separator = ""
        for item in value.items() if isinstance(value, dict) else value:
            yield separator
            separator = ", "
            if isinstance(value, dict):
                yield from _pieces(item[0], limit, parents)
                yield ": "
                yield from _pieces(item[1], limit, parents)
            else:
                yield from _pieces(item, limit, parents)
        yield "," + end if type(value) is tuple and len(value) == 1 else end
    elif weight(value, limit) > limit:
        yield f"<{type(value).__name__}>"
    else:
        yield repr(value)


def _brackets(value):
    kind = type(value)
    for plain, start, end in ((list, "[", "]"), (tuple, "(", ")"), (set, "{", "}"), (dict, "{", "}")):
        if kind is plain:
            return start, end
        if isinstance(value, plain):
            return f"{kind.__name__}({start}", f"{end})"
    return f"{kind.__name__}([", "])"


def show_source(filename, source):
    """Lets tracebacks show the lines of a source that is no file."""
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)


def error_line(error):
    """The last line of the error's traceback."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__", "rlm") else f"{kind.__module__}.{kind.__qualname__}"
    # GraalPy adds Java's own trace to the messages of some errors.
    message = _message(error).partition("\n\nJava stack trace:")[0]
    return f"{name}: {message}" if message else name


def _message(error):
    if weight(error, _LONGEST_MESSAGE) > _LONGEST_MESSAGE and type(error).__str__ in (
        BaseException.__str__,
        KeyError.__str__,
    ):
        only = error.args[0] if len(error.args) == 1 else error.args
        return only[:_LONGEST_MESSAGE] + "..." if type(only) is str else short_repr(only, _LONGEST_MESSAGE)
    try:
        text = str(error)
    except Exception:
        return "<exception str() failed>"
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "..."


def format_error(error, with_frames=True):
    """The error's traceback as Python shows it, without the frames of the REPL itself."""
    if not with_frames:
        return "".join(traceback.format_exception_only(error))
    chain = []
    while error is not None and len(chain) < _MOST_ERRORS and not any(error is link for link, _ in chain):
        if error.__cause__ is not None:
            chain.append((error, "\nThe above exception was the direct cause of the following exception:\n\n"))
            error = error.__cause__
        elif error.__context__ is not None and not error.__suppress_context__:
            chain.append((error, "\nDuring handling of the above exception, another exception occurred:\n\n"))
            error = error.__context__
        else:
            chain.append((error, ""))
            break
    chain.reverse()
    text = _format_one(chain[0][0])
    for link, joint in chain[1:]:
        text += joint + _format_one(link)
    return text


def _hide_folder(frame):
    """Shows a file of the standard library without the folder in which this machine has it, and lines without marks."""
    # GraalPy marks a name where CPython marks the whole call: marks would mislead.
    frame.colno = frame.end_colno = None
    folder, library, file = frame.filename.rpartition("/lib/python3")
    if library and frame.line is not None:
        frame.filename = "lib/python3" + file


def _format_one(error):
    links, link = [], error.__traceback__
    while link is not None:
        if not link.tb_frame.f_code.co_filename.startswith("<rlm "):
            links.append(link)
        link = link.tb_next
    half = _MOST_FRAMES // 2
    left_out = len(links) - 2 * half
    if left_out > 0:
        links[half:-half] = []
    frames = [traceback.extract_tb(link, limit=1)[0] for link in links]
    for frame in frames:
        _hide_folder(frame)
    if left_out > 0:
        head, tail = traceback.format_list(frames[:half]), traceback.format_list(frames[half:])
        lines = head + [f"  ... {left_out} frames left out ...\n"] + tail
    else:
        lines = traceback.format_list(frames)
    text = "Traceback (most recent call last):\n" + "".join(lines) if lines else ""
    if isinstance(error, SyntaxError):
        text += "".join(traceback.format_exception_only(error))
    else:
        text += error_line(error) + "\n"
    for note in getattr(error, "__notes__", ()):
        text += f"{note}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions[:_MOST_ERRORS]:
            text += "".join(f"  | {line}\n" for line in _format_one(inner).splitlines())
    return text
