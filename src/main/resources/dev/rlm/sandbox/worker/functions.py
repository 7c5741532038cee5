"""Functions of other servers, which the operator lends to cells."""

import dataclasses
import datetime
import decimal
import enum
import inspect
import json

MOST_ARGUMENTS = 1_000_000

_ARGUMENTS_REFUSED = "The arguments were not taken. "
_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict, "None": type(None)}


class FunctionError(RuntimeError):
    """A function of another server has failed; the message says why, in that server's words if it gave some."""


FunctionError.__module__ = "rlm"


def functions_of(offered):
    """What cells can call, by name; the error that goes with it is there only if there is something."""
    offered = list(offered)
    functions = {
        name: _lent_function(name, documentation, more, list(parameters))
        for name, documentation, more, parameters in zip(offered[0::4], offered[1::4], offered[2::4], offered[3::4])
    }
    return functions | {"FunctionError": FunctionError} if functions else {}


def _lent_function(name, documentation, more, packed):
    parameters, keys, types = [], {}, {}
    for parameter, key, type_names, required in zip(packed[0::4], packed[1::4], packed[2::4], packed[3::4]):
        keys[parameter], types[parameter] = key, tuple(_TYPES[each] for each in type_names.split(" | ") if each)
        parameters.append(_parameter(parameter, types[parameter], required))
    if more:
        parameters.append(inspect.Parameter("more", inspect.Parameter.VAR_KEYWORD))
    signature = inspect.Signature(parameters)

    def function(*args, **kwargs):
        return _call_lent(name, signature, keys, types, args, kwargs)

    function.__name__ = function.__qualname__ = name
    function.__module__ = "rlm"
    function.__doc__ = documentation
    function.__signature__ = signature
    return function


def _parameter(name, types, required):
    """What must be given may be given by position; the order of the rest means nothing, so it is given by name."""
    annotation = inspect.Parameter.empty
    if types:
        annotation = types[0]
        for each in types[1:] if required or type(None) in types else (*types[1:], type(None)):
            annotation = annotation | each
    if required:
        return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _call_lent(name, signature, keys, types, args, kwargs):
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{name}() {error}; it is {name}{signature}") from None
    more = given.pop("more", {}) if "more" not in keys else {}
    arguments = {}
    for parameter, value in given.items():
        if value is None and signature.parameters[parameter].default is None:
            continue
        if types[parameter] and not _is_of(value, types[parameter]):
            raise TypeError(
                f"{name}() takes {parameter} as {_names(types[parameter])}, not {type(value).__name__}; it is {name}{signature}"
            )
        arguments[keys[parameter]] = value
    answered, text = _from_host("call", [name, _json_of(name, arguments | more)])
    if answered:
        return json.loads(text)
    if text.startswith(_ARGUMENTS_REFUSED):
        raise TypeError(f"{name}(): {text.removeprefix(_ARGUMENTS_REFUSED)}")
    raise FunctionError(text)


def _is_of(value, types):
    if isinstance(value, bool):
        return bool in types
    if isinstance(value, int):
        return int in types or float in types
    if isinstance(value, float):
        return float in types or int in types and value.is_integer()
    if isinstance(value, (list, tuple, set, frozenset)):
        return list in types
    if isinstance(value, Document):
        return str in types
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict in types
    if isinstance(value, (datetime.date, datetime.time, decimal.Decimal, enum.Enum)):
        return True
    return isinstance(value, types)


def _names(types):
    return " or ".join("None" if each is type(None) else each.__name__ for each in types)


def _json_of(name, arguments):
    """In one order, so that equal calls are the same call, and in ASCII, which carries whatever is in a str."""
    try:
        text = json.dumps(arguments, default=_json_form, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"the arguments of {name}() cannot be sent as JSON: {error}") from None
    if len(text) > MOST_ARGUMENTS:
        raise ValueError(f"the arguments of {name}() have {len(text):,} characters as JSON: at most {MOST_ARGUMENTS:,} are sent")
    return text


def _json_form(value):
    if isinstance(value, Document):
        return value.text
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"a {type(value).__name__} is no JSON")
