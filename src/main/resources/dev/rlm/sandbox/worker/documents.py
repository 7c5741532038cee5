"""What cells find in `documents`, and what grep and search give them."""

MOST_IMAGES = 20


class Image:
    """An image of the context, to be shown to sub-models: llm_query(prompt, images=[documents[i].image])."""

    __slots__ = ("name", "media_type", "_number")

    def __init__(self, name, media_type, number):
        for attribute, value in (("name", name), ("media_type", media_type), ("_number", number)):
            object.__setattr__(self, attribute, value)

    def __setattr__(self, name, value):
        raise AttributeError("images cannot be changed")

    def __delattr__(self, name):
        raise AttributeError("images cannot be changed")

    def __repr__(self):
        return f"<Image {self.name!r}, {self.media_type}>"


def _numbers_of_images(images, what):
    """What goes with a prompt, as the host takes it: the numbers of images, such as '3,5'."""
    if images is None:
        return ""
    if isinstance(images, (Image, Document)):
        images = [images]
    numbers = []
    for image in images:
        if isinstance(image, Document):
            if image.image is None:
                raise ValueError(f"{what}: the document {short_repr(image.name, 200)} is no image: see [d.name for d in documents if d.image]")
            image = image.image
        if not isinstance(image, Image):
            raise TypeError(f"{what} takes images of documents, such as documents[0].image, not {type(image).__name__}")
        numbers.append(str(image._number))
    if len(numbers) > MOST_IMAGES:
        raise ValueError(f"{what}: {len(numbers):,} images are more than {MOST_IMAGES} for one prompt: ask about fewer at a time")
    return ",".join(numbers)


class Document:
    """One document of the context: name, text, start and end (context[start:end] == text); image, if it is one."""

    __slots__ = ("name", "start", "end", "image", "_context")
    _KEYS = ("name", "text", "start", "end", "image")

    def __init__(self, name, start, end, context, image=None):
        for attribute, value in (("name", name), ("start", start), ("end", end), ("image", image), ("_context", context)):
            object.__setattr__(self, attribute, value)

    def __setattr__(self, name, value):
        raise AttributeError("documents cannot be changed: assign what you make of them to a variable")

    def __delattr__(self, name):
        raise AttributeError("documents cannot be changed: assign what you make of them to a variable")

    @property
    def text(self):
        return self._context[self.start : self.end]

    def __len__(self):
        return self.end - self.start

    def __bool__(self):
        return True

    def __contains__(self, text):
        return text in self.text

    def __iter__(self):
        return iter(self.text)

    def __str__(self):
        return self.text

    def __getitem__(self, key):
        if isinstance(key, str):
            if key in self._KEYS:
                return getattr(self, key)
            raise KeyError(f"{key}: a document has name, text, start, end and image")
        return self.text[key]

    def get(self, key, default=None):
        return getattr(self, key) if key in self._KEYS else default

    def keys(self):
        return self._KEYS

    def __repr__(self):
        if self.image is not None:
            return f"<Document {self.name!r}, {self.image.media_type}>"
        return f"<Document {self.name!r}, {len(self):,} characters, context[{self.start}:{self.end}]>"


class Match:
    """Where grep found something: document, line, start, end (context[start:end]), text, before, after."""

    __slots__ = ("document", "line", "start", "end", "text", "before", "after")
    _KEYS = __slots__

    def __init__(self, *fields):
        self.document, self.line, self.start, self.end, self.text, self.before, self.after = fields

    def __getitem__(self, key):
        if key in self._KEYS:
            return getattr(self, key)
        raise KeyError(f"{key}: a match has {', '.join(self._KEYS)}")

    def keys(self):
        return self._KEYS

    def __str__(self):
        lines = [f"{self.document}-{self.line - len(self.before) + i}- {text}" for i, text in enumerate(self.before)]
        lines.append(f"{self.document}:{self.line}: {self.text}")
        last = self.line + self.text.count("\n")
        lines.extend(f"{self.document}-{last + 1 + i}- {text}" for i, text in enumerate(self.after))
        return "\n".join(lines)

    def __repr__(self):
        return f"<Match {self.document}:{self.line} [{self.start}:{self.end}] {short_repr(self.text, 300)}>"


class Matches(list):
    """A list of matches; truncated tells whether there are more."""

    truncated = False

    def __repr__(self):
        shown = [repr(match) for match in self[:200]]
        if len(self) > 200:
            shown.append(f"... {len(self) - 200} more in this list")
        if self.truncated:
            shown.append("... there are more matches: raise max_matches or narrow the pattern")
        return "[" + ",\n ".join(shown) + "]"


class Passage:
    """What search found: document (its name), line, start, end (context[start:end] == text), text and score."""

    __slots__ = ("document", "line", "start", "end", "text", "score")
    _KEYS = __slots__

    def __init__(self, *fields):
        self.document, self.line, self.start, self.end, self.text, self.score = fields

    def __getitem__(self, key):
        if isinstance(key, str):
            if key in self._KEYS:
                return getattr(self, key)
            raise KeyError(f"{key}: a passage has {', '.join(self._KEYS)}")
        return self.text[key]

    def keys(self):
        return self._KEYS

    def __contains__(self, text):
        return text in self.text

    def __str__(self):
        return f"{self.document}:{self.line}: {self.text.rstrip()}"

    def __repr__(self):
        return f"<Passage {self.document}:{self.line} [{self.start}:{self.end}] score {self.score:.2f} {short_repr(self.text, 300)}>"


class Passages(list):
    """A list of passages, the best first; truncated tells whether there are more."""

    truncated = False

    def __repr__(self):
        return "[" + ",\n ".join(map(repr, self)) + "]"
