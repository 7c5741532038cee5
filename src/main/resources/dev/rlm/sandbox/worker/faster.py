"""Puts functions in the places of some of the standard library's: faster ones with the same results, and repeatable ones."""

import builtins
import collections
import csv
import datetime
import functools
import re
import sys
import _strptime

_LEAST_ITEMS = 200
_MOST_PATTERNS = 500


def install(
    set_type_attribute, sort_strings, count_strings, parse_date, row_of_table, split_lines,
    regex_compile, regex_findall, regex_split, regex_sub, part_of_text,
):
    """Takes the native functions. Each returns None for what it leaves to the original."""
    global _part_of_text
    _part_of_text = part_of_text

    def set_attribute(type, name, value):
        if not set_type_attribute(type, name, value):
            raise TypeError(f"{type.__name__}.{name} cannot be set")

    make_dates_repeatable(set_attribute)
    _install_sorting(set_attribute, sort_strings)
    _install_counting(count_strings)
    _install_dates(set_attribute, parse_date)
    _install_tables(row_of_table)
    _install_lines(set_attribute, split_lines)
    _install_regex(set_attribute, regex_compile, regex_findall, regex_split, regex_sub)


def _install_sorting(set_attribute, sort_strings):
    original = list.sort

    @functools.wraps(original)
    def sort(self, /, *, key=None, reverse=False):
        if key is not None or type(self) is not list or len(self) < _LEAST_ITEMS or not sort_strings(self, bool(reverse)):
            original(self, key=key, reverse=reverse)

    @functools.wraps(builtins.sorted)
    def sorted(iterable, /, *, key=None, reverse=False):
        result = list(iterable)
        if key is not None or len(result) < _LEAST_ITEMS or not sort_strings(result, bool(reverse)):
            original(result, key=key, reverse=reverse)
        return result

    set_attribute(list, "sort", sort)
    builtins.sorted = sorted


def _install_counting(count_strings):
    original = collections._count_elements

    @functools.wraps(original)
    def _count_elements(mapping, iterable):
        pairs = None
        if type(iterable) is list and len(iterable) >= _LEAST_ITEMS and type(mapping) is collections.Counter:
            pairs = count_strings(iterable)
        if pairs is None:
            original(mapping, iterable)
        elif mapping:
            get = mapping.get
            for elem, count in zip(pairs[0::2], pairs[1::2]):
                mapping[elem] = get(elem, 0) + count
        else:
            dict.update(mapping, zip(pairs[0::2], pairs[1::2]))

    collections._count_elements = _count_elements


def _install_dates(set_attribute, parse_date):
    original = _strptime._strptime_datetime

    def strptime(cls, date_string, format, /):
        """string, format -> new datetime parsed from a string (like time.strptime())."""
        fields = parse_date(date_string, format)
        if fields is None:
            if not isinstance(date_string, str):
                raise TypeError(f"strptime() argument 1 must be str, not {type(date_string).__name__}")
            if not isinstance(format, str):
                raise TypeError(f"strptime() argument 2 must be str, not {type(format).__name__}")
            return original(cls, date_string, format)
        return cls(*fields)

    set_attribute(datetime.datetime, "strptime", classmethod(strptime))


def _install_tables(row_of_table):
    original = csv.DictReader.__next__

    @functools.wraps(original)
    def __next__(self):
        names = self._fieldnames
        if names is None or type(self) is not csv.DictReader or self.line_num == 0:
            return original(self)
        reader = self.reader
        row = next(reader)
        self.line_num = reader.line_num
        if row == []:
            while row == []:
                row = next(reader)
            self.line_num = reader.line_num
        found = row_of_table(names, row)
        if found is not None:
            return found
        found = dict(zip(names, row))
        if len(names) < len(row):
            found[self.restkey] = row[len(names):]
        else:
            for key in names[len(row):]:
                found[key] = self.restval
        return found

    csv.DictReader.__next__ = __next__


def _install_lines(set_attribute, split_lines):
    # The original does not end lines at \x1c, \x1d and \x1e, as CPython does.
    original = str.splitlines

    @functools.wraps(original)
    def splitlines(self, /, keepends=False):
        lines = split_lines(self, bool(keepends))
        return original(self, keepends) if lines is None else lines

    set_attribute(str, "splitlines", splitlines)


def _install_regex(set_attribute, regex_compile, regex_findall, regex_split, regex_sub):
    translations = {}

    def translation_of(pattern):
        translation = translations.get(pattern, False)
        if translation is False:
            if len(translations) >= _MOST_PATTERNS:
                translations.clear()
            translation = translations[pattern] = translate(pattern)
        return translation

    def translate(pattern):
        if not isinstance(pattern.pattern, str):
            return None
        translated, prefix = _translation(pattern.pattern, pattern.flags)
        return None if translated is None else regex_compile(translated, pattern.flags, prefix)

    findall, split, sub = re.Pattern.findall, re.Pattern.split, re.Pattern.sub

    @functools.wraps(findall)
    def fast_findall(self, string, pos=0, endpos=sys.maxsize):
        if pos == 0 and endpos == sys.maxsize:
            found = regex_findall(translation_of(self), string)
            if found is not None:
                return found
        return findall(self, string, pos, endpos)

    @functools.wraps(split)
    def fast_split(self, string, maxsplit=0):
        if maxsplit == 0:
            parts = regex_split(translation_of(self), string)
            if parts is not None:
                return parts
        return split(self, string, maxsplit)

    @functools.wraps(sub)
    def fast_sub(self, repl, string, count=0):
        if count == 0 and type(repl) is str and "\\" not in repl:
            result = regex_sub(translation_of(self), repl, string)
            if result is not None:
                return result
        return sub(self, repl, string, count)

    for name, function in (("findall", fast_findall), ("split", fast_split), ("sub", fast_sub)):
        set_attribute(re.Pattern, name, function)


class _Untranslatable(Exception):
    """A pattern that the other engine might understand differently."""


def _translation(pattern, flags):
    """A pattern in Java's syntax for texts of Latin-1 characters, or None, and the literal that its matches begin with."""
    if flags & ~(re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.UNICODE | re.ASCII):
        return None, ""
    try:
        tree = re._parser.parse(pattern, flags & ~re.UNICODE)
        if tree.getwidth()[0] == 0:
            # After a match of nothing, Python looks for something at the same place; Java goes on.
            return None, ""
        return _Translator(flags).sequence(tree), "" if flags & re.IGNORECASE else _literal_prefix(tree)
    except (_Untranslatable, RecursionError, re.error):
        return None, ""


def _literal_prefix(tree):
    prefix = ""
    for op, argument in tree:
        if op is not re._constants.LITERAL:
            break
        prefix += chr(argument)
    return prefix


_ALNUM = [chr(i) for i in range(256) if chr(i).isalnum() or chr(i) == "_"]
_SPACE = [chr(i) for i in range(256) if chr(i).isspace()]
_DIGIT = list("0123456789")


def _java_set(characters):
    return "".join(f"\\x{ord(c):02x}" for c in characters)


class _Translator:
    def __init__(self, flags):
        self.flags = flags
        only_ascii = flags & re.ASCII
        keep = (lambda c: c < "\x80") if only_ascii else (lambda c: True)
        constants = re._constants
        self.sets = {
            constants.CATEGORY_DIGIT: _java_set(_DIGIT),
            constants.CATEGORY_SPACE: _java_set(filter(lambda c: keep(c) and not (only_ascii and "\x1c" <= c <= "\x1f"), _SPACE)),
            constants.CATEGORY_WORD: _java_set(filter(keep, _ALNUM)),
        }
        self.opposites = {
            constants.CATEGORY_NOT_DIGIT: constants.CATEGORY_DIGIT,
            constants.CATEGORY_NOT_SPACE: constants.CATEGORY_SPACE,
            constants.CATEGORY_NOT_WORD: constants.CATEGORY_WORD,
        }
        word = self.sets[constants.CATEGORY_WORD]
        self.boundary = f"(?:(?<=[{word}])(?![{word}])|(?<![{word}])(?=[{word}]))"
        self.no_boundary = f"(?:(?<=[{word}])(?=[{word}])|(?<![{word}])(?![{word}]))"

    def sequence(self, tree):
        return "".join(self.item(op, argument) for op, argument in tree)

    def item(self, op, argument):
        method = getattr(self, "_" + str(op).lower(), None)
        if method is None:
            raise _Untranslatable
        return method(argument)

    def _character(self, code):
        if code >= 0x80 and self.flags & re.IGNORECASE:
            raise _Untranslatable
        return f"\\x{{{code:x}}}"

    def _literal(self, code):
        return self._character(code)

    def _not_literal(self, code):
        return f"[^{self._character(code)}]"

    def _any(self, _):
        return "[\\x00-\\x{10ffff}]" if self.flags & re.DOTALL else "[^\\n]"

    def _in(self, items):
        constants = re._constants
        parts, negated = [], False
        for op, argument in items:
            if op is constants.NEGATE:
                negated = True
            elif op is constants.LITERAL:
                parts.append(self._character(argument))
            elif op is constants.RANGE:
                parts.append(f"{self._character(argument[0])}-{self._character(argument[1])}")
            elif op is constants.CATEGORY:
                parts.append(self._category(argument))
            else:
                raise _Untranslatable
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _category(self, category):
        if category in self.sets:
            return self.sets[category]
        return _java_set(chr(i) for i in range(256) if f"\\x{i:02x}" not in self.sets[self.opposites[category]])

    def _branch(self, argument):
        return "(?:" + "|".join(self.sequence(each) for each in argument[1]) + ")"

    def _subpattern(self, argument):
        group, add_flags, del_flags, tree = argument
        if add_flags or del_flags:
            raise _Untranslatable
        return f"({'?:' if group is None else ''}{self.sequence(tree)})"

    def _repeat(self, argument, suffix):
        least, most, tree = argument
        body = self.sequence(tree)
        simple = len(tree) == 1 and tree[0][0] in (
            re._constants.LITERAL, re._constants.NOT_LITERAL, re._constants.ANY, re._constants.IN
        )
        if not simple:
            # Groups that repeat without end go deep into Java's stack, and may keep what another engine forgets.
            if most > 20 or most > 1 and "(" in body.replace("(?", "") or tree.getwidth()[0] == 0:
                raise _Untranslatable
            body = f"(?:{body})"
        bound = "" if most is re._constants.MAXREPEAT else most
        return f"{body}{{{least},{bound}}}{suffix}"

    def _max_repeat(self, argument):
        return self._repeat(argument, "")

    def _min_repeat(self, argument):
        return self._repeat(argument, "?")

    def _assert(self, argument):
        direction, tree = argument
        return f"(?{'<' if direction < 0 else ''}={self.sequence(tree)})"

    def _assert_not(self, argument):
        direction, tree = argument
        return f"(?{'<' if direction < 0 else ''}!{self.sequence(tree)})"

    def _at(self, place):
        constants = re._constants
        multiline = self.flags & re.MULTILINE
        if place is constants.AT_BEGINNING:
            return "(?<![^\\n])" if multiline else "\\A"
        if place is constants.AT_BEGINNING_STRING:
            return "\\A"
        if place is constants.AT_END:
            return "(?![^\\n])" if multiline else "(?=\\n?\\z)"
        if place is constants.AT_END_STRING:
            return "\\z"
        if place is constants.AT_BOUNDARY:
            return self.boundary
        if place is constants.AT_NON_BOUNDARY:
            return self.no_boundary
        raise _Untranslatable
