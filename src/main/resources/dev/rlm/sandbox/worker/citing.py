"""Citations: passages of the context that are there, for whoever must check an answer."""

_LONGEST_SOUGHT = 10_000
_LEAST_ALIKE = 20


class Citation(str):
    """A passage that stands in the context, as '[document:lines] "quote"'.

    It has document (its name), line and last_line, start and end (context[start:end]), and quote (the exact text, of a long
    passage its start).
    """

    def __new__(cls, document, line, last_line, start, end, quote):
        lines = str(line) if line == last_line else f"{line}-{last_line}"
        citation = str.__new__(cls, f'[{document}:{lines}] "{quote}"')
        citation.document, citation.line, citation.last_line = document, line, last_line
        citation.start, citation.end, citation.quote = start, end, quote
        return citation

    def __repr__(self):
        lines = str(self.line) if self.line == self.last_line else f"{self.line}-{self.last_line}"
        return f"<Citation {self.document}:{lines} {short_repr(self.quote, 120)}>"


Citation.__module__ = "rlm"


def cite(source, document=None):
    """Makes a citation of an exact quote (its first occurrence, in a document if one is given), a (start, end) of `context`,
    a match of grep, a passage of search or a document. Raises ValueError if the context has no such passage.
    """
    session = _runs.current().session
    if isinstance(source, Citation):
        source = (source.start, source.end)
    if document is not None:
        document = session.documents[_positions(document, session.documents)[0]]
    start, end = _cited_place(source, document, session)
    found = list(session.host["cite"](start, end))
    if found[0] is not None:
        raise ValueError(found[0])
    name, line, last_line, quote = found[1:]
    return Citation(name, line, last_line, start, end, quote)


def _cited_place(source, document, session):
    if isinstance(source, Document):
        return source.start, source.end
    if isinstance(source, Passage):
        return _without_white_space(source)
    if isinstance(source, Match):
        return _whole_lines(source, session)
    if isinstance(source, slice):
        source = (source.start or 0, len(session.context) if source.stop is None else source.stop)
    if isinstance(source, (tuple, list)) and len(source) == 2 and all(type(place) is int for place in source):
        start, end = source
        if not 0 <= start < end <= len(session.context):
            raise ValueError(
                f"the context has {len(session.context):,} characters, and no passage from {start} to {end}: "
                "give a start and a later end within it"
            )
        return start, end
    if not isinstance(source, str):
        raise TypeError(
            "cite takes a quote, a (start, end) of context, a match of grep, a passage of search or a document, "
            f"not {type(source).__name__}"
        )
    quote = str.__str__(source)
    if not quote.strip():
        raise ValueError("the quote is empty: give the exact words")
    for sought in (quote, quote.strip()):
        start = _quote_in_documents(sought, document, session)
        if start >= 0:
            return start, start + len(sought)
    raise ValueError(_absence(quote.strip(), document, session))


def _without_white_space(passage):
    """A passage ends with a line break mostly, which is no part of a quote."""
    text = passage.text
    end = passage.start + len(text.rstrip())
    return passage.start + len(text) - len(text.lstrip()), max(end, passage.start + 1)


def _whole_lines(match, session):
    """The lines that a match is in, without the line break at their end."""
    context, inside = session.context, next((d for d in session.documents if d.start <= match.start and match.end <= d.end), None)
    if inside is None:
        return match.start, match.end
    start = max(inside.start, context.rfind("\n", inside.start, match.start) + 1)
    end = context.find("\n", max(match.end - 1, start), inside.end)
    if end < match.end:
        end = inside.end if end < 0 else match.end
    return (start, end) if start < end else (match.start, max(match.end, match.start + 1))


def _quote_in_documents(quote, document, session):
    """Where a quote stands first, or -1. What crosses from one document into another is no quote."""
    if document is not None:
        return session.context.find(quote, document.start, document.end)
    start = session.context.find(quote)
    while start >= 0:
        if any(each.start <= start and start + len(quote) <= each.end for each in session.documents):
            return start
        start = session.context.find(quote, start + 1)
    return -1


def _absence(quote, document, session):
    where = "the context" if document is None else f"the document {document.name}"
    sentence = f"{where} has no such text: {short_repr(quote, 200)}. Quote it exactly, as it is printed by print(repr(...))"
    if len(quote) > _LONGEST_SOUGHT or _quote_in_documents(quote[:_LEAST_ALIKE], document, session) < 0:
        return sentence
    there, absent = _LEAST_ALIKE, len(quote)
    while absent - there > 1:
        middle = (there + absent) // 2
        if _quote_in_documents(quote[:middle], document, session) < 0:
            absent = middle
        else:
            there = middle
    place = _quote_in_documents(quote[:there], document, session)
    goes_on = session.context[place + there : place + there + 60]
    return f"{sentence}. Its first {there} characters stand at context[{place}], and go on there with {goes_on!r}"
