"""Types of replies: a type is told to models as a JSON Schema, and what comes back as JSON becomes a value of it."""

import dataclasses
import enum
import json
import types

LONGEST_SCHEMA = 100_000

_DEEPEST_TYPE = 20
_SCHEMA_REFUSED = "The schema was not taken. "
_ALLOWED = (
    "a JSON Schema as a dict, int, float, str, bool, list[...], dict[str, ...], tuple[...], Literal[...], Optional[...], "
    "unions, an Enum, a TypedDict, a NamedTuple or a dataclass"
)


class _Form:
    """What replies must be: a JSON Schema as text, and what makes values of the JSON that fits it."""

    __slots__ = ("json", "value", "is_small")

    def __init__(self, schema, value):
        try:
            self.json = json.dumps(schema, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            raise TypeError(f"the schema {short_repr(schema, 200)} is no JSON: use {_ALLOWED}") from None
        if len(self.json) > LONGEST_SCHEMA:
            raise ValueError(f"the schema has {len(self.json):,} characters: at most {LONGEST_SCHEMA:,} are taken")
        self.value = value
        # Whether a value takes few tokens.
        self.is_small = isinstance(schema, dict) and (
            "enum" in schema or schema.get("type") in ("integer", "number", "boolean", "null")
        )

    def read(self, text):
        """The value that JSON is."""
        return self.value(json.loads(text))


class _Kind:
    """A type: its JSON Schema, whether JSON is of it, and what makes a value of that."""

    __slots__ = ("schema", "fits", "value")

    def __init__(self, schema, fits, value=lambda plain: plain):
        self.schema, self.fits, self.value = schema, fits, value


def form_of(schema):
    """The form of replies for what a cell gave as the schema; None if it gave none."""
    if schema is None:
        return None
    if isinstance(schema, dict) and not _is_shorthand(schema):
        return _Form(schema, lambda plain: plain)
    kind = _kind(schema, 0)
    return _Form(kind.schema, kind.value)


def _is_shorthand(schema):
    """Whether a dict is no JSON Schema but tells the types of fields, as {"name": str, "year": int}."""
    return bool(schema) and all(isinstance(key, str) for key in schema) and not all(
        isinstance(value, (str, int, float, bool, list, tuple, dict, type(None))) for value in schema.values()
    )


def _is_number(plain):
    return isinstance(plain, (int, float)) and not isinstance(plain, bool)


def _is_whole(plain):
    return _is_number(plain) and plain == int(plain)


def _is_text(plain):
    return isinstance(plain, str)


_PLAIN_KINDS = {
    bool: ({"type": "boolean"}, lambda plain: isinstance(plain, bool), bool),
    int: ({"type": "integer"}, _is_whole, int),
    float: ({"type": "number"}, _is_number, float),
    str: ({"type": "string"}, _is_text, str),
    type(None): ({"type": "null"}, lambda plain: plain is None, lambda plain: None),
}


def _refused_type(wanted, why=""):
    return TypeError(f"{short_repr(wanted, 200)} cannot be the schema of a reply{why}: use {_ALLOWED}")


def _kind(wanted, depth):
    if depth > _DEEPEST_TYPE:
        raise _refused_type(wanted, ", because it is nested too deeply or holds itself")
    if wanted is None:
        wanted = type(None)
    try:
        plain = _PLAIN_KINDS.get(wanted)
    except TypeError:
        plain = None
    if plain is not None:
        return _Kind(dict(plain[0]), *plain[1:])
    if isinstance(wanted, dict):
        return _object_kind({name: (_kind(each, depth + 1), True) for name, each in wanted.items()}, dict)
    if isinstance(wanted, list) and len(wanted) == 1:
        return _list_kind(_kind(wanted[0], depth + 1), list)
    if isinstance(wanted, types.UnionType):
        return _union_kind([_kind(each, depth + 1) for each in wanted.__args__])
    if isinstance(wanted, type) and not isinstance(wanted, types.GenericAlias):
        return _class_kind(wanted, depth)
    return _generic_kind(wanted, depth)


def _class_kind(wanted, depth):
    if issubclass(wanted, enum.Enum):
        return _enum_kind(wanted)
    if dataclasses.is_dataclass(wanted):
        hints = _hints(wanted)
        fields = {
            field.name: (
                _kind(hints[field.name], depth + 1),
                field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            )
            for field in dataclasses.fields(wanted)
            if field.init
        }
        return _object_kind(fields, wanted, lambda values: wanted(**values))
    if issubclass(wanted, tuple) and hasattr(wanted, "_fields"):
        hints = _hints(wanted)
        defaults = getattr(wanted, "_field_defaults", {})
        fields = {name: (_kind(hints.get(name, str), depth + 1), name not in defaults) for name in wanted._fields}
        return _object_kind(fields, wanted, lambda values: wanted(**values))
    if issubclass(wanted, dict) and hasattr(wanted, "__required_keys__"):
        fields = {
            name: (_kind(hint, depth + 1), name in wanted.__required_keys__) for name, hint in _hints(wanted).items()
        }
        return _object_kind(fields, wanted)
    if wanted in (list, set, frozenset, tuple):
        return _list_kind(_Kind({}, lambda plain: True), wanted)
    if wanted is dict:
        return _Kind({"type": "object"}, lambda plain: isinstance(plain, dict))
    if wanted is object or (wanted.__module__, wanted.__name__) == ("typing", "Any"):
        return _Kind({}, lambda plain: True)
    raise _refused_type(wanted)


def _generic_kind(wanted, depth):
    import typing

    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return _literal_kind(wanted, arguments)
    if origin is typing.Union:
        return _union_kind([_kind(each, depth + 1) for each in arguments])
    if origin in (typing.Annotated, typing.Required, typing.NotRequired):
        return _kind(arguments[0] if arguments else wanted.__origin__, depth + 1)
    if origin is tuple and not (len(arguments) == 2 and arguments[1] is ...):
        return _tuple_kind([_kind(each, depth + 1) for each in arguments])
    if isinstance(origin, type) and issubclass(origin, dict) or getattr(origin, "__name__", "") in ("Mapping", "MutableMapping"):
        return _dict_kind(wanted, arguments, depth)
    if origin in (list, set, frozenset, tuple):
        return _list_kind(_kind(arguments[0], depth + 1), origin)
    if getattr(origin, "__name__", "") in ("Sequence", "Iterable", "Collection"):
        return _list_kind(_kind(arguments[0], depth + 1), list)
    supertype = getattr(wanted, "__supertype__", None)
    if supertype is not None:
        return _kind(supertype, depth + 1)
    raise _refused_type(wanted)


def _hints(wanted):
    """The types of a class's fields; those that are written as text are looked up among the cell's names."""
    import typing

    try:
        return typing.get_type_hints(wanted, globalns=_runs.current().session.namespace)
    except NameError as error:
        raise _refused_type(wanted, f", because {error}") from None


def _enum_kind(wanted):
    members = list(wanted)
    if not members:
        raise _refused_type(wanted, ", because it has no members")
    # A number tells a model nothing; a name does.
    by_value = all(isinstance(member.value, str) for member in members)
    known = {str(member.value) if by_value else member.name: member for member in members}
    return _Kind(
        {"type": "string", "enum": list(known)}, lambda plain: _is_text(plain) and plain in known, known.__getitem__
    )


def _literal_kind(wanted, values):
    if not all(isinstance(value, (str, int, bool, type(None))) and not isinstance(value, enum.Enum) for value in values):
        raise _refused_type(wanted, ", because its values are not all str, int, bool or None")
    schema = {"enum": list(values)}
    for kind, name in ((str, "string"), (bool, "boolean"), (int, "integer")):
        if all(type(value) is kind for value in values):
            schema = {"type": name} | schema
    return _Kind(schema, lambda plain: any(type(plain) is type(value) and plain == value for value in values))


def _union_kind(kinds):
    def value(plain):
        for kind in kinds:
            if kind.fits(plain):
                return kind.value(plain)
        return plain

    return _Kind({"anyOf": [kind.schema for kind in kinds]}, lambda plain: any(kind.fits(plain) for kind in kinds), value)


def _list_kind(item, made):
    return _Kind(
        {"type": "array", "items": item.schema},
        lambda plain: isinstance(plain, list) and all(item.fits(each) for each in plain),
        lambda plain: made(item.value(each) for each in plain),
    )


def _tuple_kind(kinds):
    return _Kind(
        {
            "type": "array",
            "prefixItems": [kind.schema for kind in kinds],
            "items": False,
            "minItems": len(kinds),
            "maxItems": len(kinds),
        },
        lambda plain: isinstance(plain, list)
        and len(plain) == len(kinds)
        and all(kind.fits(each) for kind, each in zip(kinds, plain)),
        lambda plain: tuple(kind.value(each) for kind, each in zip(kinds, plain)),
    )


def _dict_kind(wanted, arguments, depth):
    key, item = arguments if len(arguments) == 2 else (str, object)
    kind = _kind(item, depth + 1)
    schema = {"type": "object", "additionalProperties": kind.schema}
    if key is str:
        keys = _Kind({}, _is_text)
    elif key is int:
        schema["propertyNames"] = {"pattern": "^-?[0-9]+$"}
        keys = _Kind({}, lambda name: name.lstrip("-").isdigit(), int)
    else:
        keys = _kind(key, depth + 1)
        if keys.schema.get("type") != "string":
            raise _refused_type(wanted, ", because the keys of JSON objects are str")
        schema["propertyNames"] = keys.schema
    return _Kind(
        schema,
        lambda plain: isinstance(plain, dict)
        and all(keys.fits(name) and kind.fits(each) for name, each in plain.items()),
        lambda plain: {keys.value(name): kind.value(each) for name, each in plain.items()},
    )


def _object_kind(fields, wanted, made=None):
    """Fields by name, each with its kind and whether it must be there."""
    if not fields:
        raise _refused_type(wanted, ", because it has no fields")
    schema = {
        "type": "object",
        "properties": {name: kind.schema for name, (kind, _) in fields.items()},
        "required": [name for name, (_, required) in fields.items() if required],
        "additionalProperties": False,
    }

    def fits(plain):
        return (
            isinstance(plain, dict)
            and all(name in fields and fields[name][0].fits(each) for name, each in plain.items())
            and all(name in plain for name, (_, required) in fields.items() if required)
        )

    def value(plain):
        values = {name: fields[name][0].value(each) for name, each in plain.items()}
        return values if made is None else made(values)

    return _Kind(schema, fits, value)


def _typed_reply(done, reply, form):
    """What a cell gets for a reply: the value, or a SubCallFailure."""
    if not done:
        if form is not None and reply.startswith(_SCHEMA_REFUSED):
            raise ValueError(reply.removeprefix(_SCHEMA_REFUSED))
        return SubCallFailure("ERROR: " + reply)
    if form is None:
        return reply
    try:
        return form.read(reply)
    except Exception as error:
        # A class of the cell's own may refuse what fits its schema.
        return SubCallFailure(f"ERROR: no value can be made of the reply {short_repr(reply, 300)}: {error_line(error)}")
