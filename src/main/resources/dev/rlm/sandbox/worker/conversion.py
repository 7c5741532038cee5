"""Turns a final value into text and JSON, as close to the value as JSON allows."""

import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import json
import math

LONGEST_VALUE = 10_000_000
DEEPEST_VALUE = 200
_SOON_COUNTED = 100_000


def final_forms(value):
    """The value as text and as JSON; a ValueError tells what to do if it is too long."""
    if isinstance(value, Document):
        value = value.text
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE:
            raise _too_long(len(value))
        text = str.__str__(value)
        return text, json.dumps(text, ensure_ascii=False)
    if isinstance(value, collections.abc.Iterator):
        raise ValueError("The final value is an iterator: hand over its items, as list(value).")
    # What holds itself would be counted up to any limit, which takes long.
    if weight(value, _SOON_COUNTED) > _SOON_COUNTED and not _holds_itself(value):
        size = weight(value, 2 * LONGEST_VALUE)
        if size > 2 * LONGEST_VALUE:
            raise _too_long(size)
    try:
        plain = _plain(value, ())
        text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, indent=2)
        compact = json.dumps(plain, ensure_ascii=False)
    except Exception:
        text = _safe_repr(value)
        compact = json.dumps(text, ensure_ascii=False)
    if max(len(text), len(compact)) > LONGEST_VALUE:
        raise _too_long(max(len(text), len(compact)))
    return text, compact


def _too_long(size):
    return ValueError(
        f"The final value has {size:,} characters or more and at most {LONGEST_VALUE:,} are taken: hand over less."
    )


def _safe_repr(value):
    try:
        return short_repr(value, 100_000)
    except Exception:
        return f"<{type(value).__name__}>"


def _holds_itself(value):
    """Whether a list, tuple or dict is, at any depth, among its own items. Looks at each one once."""
    entered, left, path = {id(value)}, set(), [(value, _containers(value))]
    while path:
        container, items = path[-1]
        for item in items:
            if id(item) not in entered:
                entered.add(id(item))
                path.append((item, _containers(item)))
                break
            if id(item) not in left:
                return True
        else:
            left.add(id(container))
            path.pop()
    return False


def _containers(value):
    items = dict.values(value) if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return iter([item for item in items if isinstance(item, (dict, list, tuple))])


def _plain(value, parents):
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, enum.Enum):
        return _plain(value.value, parents)
    if isinstance(value, int):
        # Readers of JSON refuse numbers of a thousand digits.
        return int(value) if value.bit_length() <= 1024 else str(int(value))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value)).replace("inf", "Infinity").replace("nan", "NaN")
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", errors="replace")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (datetime.timedelta, decimal.Decimal)):
        return str(value)
    if len(parents) == DEEPEST_VALUE or any(value is parent for parent in parents):
        raise ValueError("a value that is nested too deeply, or holds itself")
    return _plain_container(value, parents + (value,))


def _plain_container(value, parents):
    if isinstance(value, dict):
        return {_key(key, parents): _plain(item, parents) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name, None), parents) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        try:
            value = sorted(value)
        except TypeError:
            value = list(value)
        return [_plain(item, parents) for item in value]
    if isinstance(value, (list, tuple, range, collections.deque, collections.abc.MappingView)):
        return [_plain(item, parents) for item in value]
    return _safe_repr(value)


def _key(key, parents):
    plain = _plain(key, parents)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, (list, dict)):
        return short_repr(key, 1_000)
    return json.dumps(plain)
