"""The same question about each of many small items: packed into numbered prompts, asked at once, and put in order again."""

import json

# A prompt of twenty times less than one may read at most, so that the sub-model overlooks nothing.
_SHARE_OF_PROMPT = 20
_LEAST_BATCH, _MOST_BATCH = 2_000, 20_000
# Without a server that tells it.
_USUAL_PROMPT = 200_000
# How many items go into a prompt: of results that are a word or a number, and of others.
_MOST_SMALL, _MOST_LARGE = 100, 40
# Who asks for larger prompts wants more items in them.
_CHARACTERS_OF_ITEM = 50
# What has no result is asked again in prompts that are so much smaller, so often.
_SMALLER, _ROUNDS = 4, 3
_NAMED_FAILURES = 10


def llm_map(items, template, schema=None, batch_chars=None, context=""):
    """Asks a sub-model the same about each of many small items, and returns one result for each, in order.

    `template` says what to do with an item, such as "Classify the question by what it asks for."; {item} in it stands for the
    item. Items are str, documents, numbers or dicts. Small ones share a prompt, of at most batch_chars characters of items;
    equal ones are asked once. `schema` is that of one result, as in llm_query; without it results are str. `context` stands
    in each prompt. An item without a result has a SubCallFailure in its place.
    """
    form = form_of(str if schema is None else schema)
    template = _checked_prompt(_instruction(template), "the template")
    context = _plain_text(context.text if isinstance(context, Document) else _only_text(context), "the context")
    texts = _texts_of_items(items)
    different = list(dict.fromkeys(texts))
    if not different:
        return []
    most = _MOST_SMALL if form.is_small else _MOST_LARGE
    size, most = _sizes(different, batch_chars, most)
    results = _Mapping(template, context, form).ask(different, size, most)
    failed = [position for position, text in enumerate(texts) if isinstance(results[text], SubCallFailure)]
    if failed:
        _tell_failures(failed, len(texts), results[texts[failed[0]]])
    return [results[text] for text in texts]


def _instruction(template):
    if isinstance(template, str):
        return template
    raise TypeError(
        f"llm_map takes the template as a str, not {type(template).__name__}: write what to do with an item, with {{item}} "
        "in the item's place or without it"
    )


def _only_text(context):
    if isinstance(context, str):
        return context
    raise TypeError(f"llm_map takes the context as a str, not {type(context).__name__}")


def _texts_of_items(items):
    if isinstance(items, (str, bytes, Document)):
        raise TypeError(
            f"llm_map takes a list of items, not {type(items).__name__}: pass a list such as text.splitlines()"
        )
    if isinstance(items, dict):
        raise TypeError("llm_map takes a list of items, not dict: pass list(items.values()) or list(items)")
    return [_plain_text(_text_of_item(item, position), f"items[{position}]") for position, item in enumerate(items)]


def _text_of_item(item, position):
    if isinstance(item, str):
        return item
    if isinstance(item, (Document, Match)):
        return item.text
    if isinstance(item, (dict, list, tuple, int, float, type(None))):
        try:
            return json.dumps(item, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            pass
    raise TypeError(
        f"items[{position}] is a {type(item).__name__}, and items are str, documents, numbers or dicts of these: use str()"
    )


def _sizes(texts, batch_chars, most):
    """How many characters of items, and how many items, go into a prompt."""
    if batch_chars is not None:
        if isinstance(batch_chars, bool) or not isinstance(batch_chars, int) or batch_chars < 1:
            raise ValueError(f"batch_chars must be a whole number of at least 1, not {short_repr(batch_chars, 100)}")
        return batch_chars, max(most, batch_chars // _CHARACTERS_OF_ITEM)
    known = budget()
    left = known.get("sub_calls_left")
    size = known.get("sub_call_characters", _USUAL_PROMPT) // _SHARE_OF_PROMPT
    size = max(_LEAST_BATCH, min(size, _MOST_BATCH))
    # Larger prompts are less exact, and better than none.
    for _ in range(2):
        # A fifth is kept for what must be asked again.
        if left is None or 5 * len(_in_batches(texts, size, most)) <= 4 * left:
            break
        size, most = 2 * size, 2 * most
    needed = len(_in_batches(texts, size, most))
    if left is not None and needed > max(left, 1):
        raise ValueError(
            f"llm_map needs {needed:,} sub-calls for {len(texts):,} items and {left:,} are left: pass fewer items, or a "
            "larger batch_chars"
        )
    return size, most


def _in_batches(texts, size, most):
    """The texts in batches, in order; one that is too large for a batch goes alone."""
    batches, batch, room = [], [], size
    for text in texts:
        if batch and (len(text) > room or len(batch) >= most):
            batches.append(batch)
            batch, room = [], size
        batch.append(text)
        room -= len(text)
    if batches and len(batch) == 1 < len(batches[-1]) and len(batch[0]) <= size:
        # One left over is no reason for another prompt.
        batches[-1].extend(batch)
    else:
        batches.append(batch)
    return batches


class _Mapping:
    """Asks about items until each has a result, or is given up."""

    def __init__(self, template, context, form):
        self.template, self.context, self.form = template, context, form
        self.form_of_batch = _form_of_batch(json.loads(form.json))
        self.results = {}

    def ask(self, texts, size, most):
        """The results by the items' texts."""
        open_texts = texts
        for _ in range(_ROUNDS):
            batches = _in_batches(open_texts, size, most)
            if len(batches) > MOST_PROMPTS:
                raise ValueError(
                    f"llm_map needs {len(batches):,} prompts, and {MOST_PROMPTS:,} are possible: use a larger batch_chars"
                )
            answered = self._ask_batches(batches)
            open_texts = [text for text in open_texts if isinstance(self.results[text], SubCallFailure)]
            # Where nobody answers at all, smaller prompts would help nobody.
            if not open_texts or not answered and len(batches) > 1:
                break
            size, most = max(1, size // _SMALLER), max(1, min(most // _SMALLER, (len(open_texts) + 1) // 2))
        return self.results

    def _ask_batches(self, batches):
        """Asks all batches at once; whether there was a reply to any."""
        single = [batch for batch in batches if len(batch) == 1]
        several = [batch for batch in batches if len(batch) > 1]
        replies = _typed_replies([self._prompt_of_one(batch[0]) for batch in single], self.form)
        for batch, reply in zip(single, replies):
            self.results[batch[0]] = reply
        lists = _typed_replies([self._prompt_of_several(batch) for batch in several], self.form_of_batch)
        for batch, reply in zip(several, lists):
            self._take(batch, reply)
        return any(not isinstance(reply, SubCallFailure) for reply in replies + lists)

    def _take(self, batch, reply):
        """Takes the results out of a reply to several items: each number once, and none that was not asked for."""
        if isinstance(reply, SubCallFailure):
            self.results.update(dict.fromkeys(batch, reply))
            return
        named = {}
        for entry in reply:
            named.setdefault(int(entry["id"]), []).append(entry["value"])
        for number, text in enumerate(batch, 1):
            values = named.get(number, [])
            if not values:
                self.results[text] = SubCallFailure("ERROR: The sub-model left this item out.")
            elif any(value != values[0] for value in values):
                self.results[text] = SubCallFailure("ERROR: The sub-model gave this item more than one result.")
            else:
                self.results[text] = _typed_reply(True, json.dumps(values[0]), self.form)

    def _prompt_of_one(self, text):
        if "{item}" in self.template:
            return self.template.replace("{item}", text) + self._shared_text()
        return self.template + self._shared_text() + "\n\n" + text

    def _prompt_of_several(self, batch):
        task = self.template
        if "{item}" in task:
            task = "In this task {item} stands for the item:\n\n" + task
        return (
            f"{task}{self._shared_text()}\n\nDo this for each of the {len(batch)} items below, on its own. Reply with a list "
            'of objects {"id": the item\'s number, "value": the result}, in the items\' order: each number from 1 to '
            f"{len(batch)} exactly once.\n\n{_numbered(batch)}"
        )

    def _shared_text(self):
        return f"\n\n{self.context}" if self.context else ""


def _typed_replies(prompts, form):
    if not prompts:
        return []
    answers = _ask([_checked_prompt(prompt, "a prompt of llm_map") for prompt in prompts], form)
    return [_typed_reply(done, reply, form) for done, reply in zip(answers[0::2], answers[1::2])]


def _form_of_batch(schema):
    """The form of a list of results, each with the number of its item; references in a schema go on leading where they did."""
    named = {name: schema.pop(name) for name in ("$schema", "$defs", "definitions") if name in schema}
    entry = {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "value": schema},
        "required": ["id", "value"],
        "additionalProperties": False,
    }
    return _Form(named | {"type": "array", "items": entry}, lambda plain: plain)


def _numbered(batch):
    if any("\n" in text for text in batch):
        return "\n".join(f"<item id={number}>\n{text}\n</item>" for number, text in enumerate(batch, 1))
    return "\n".join(f"[{number}] {text}" for number, text in enumerate(batch, 1))


def _tell_failures(failed, count, first):
    named = ", ".join(f"{position}" for position in failed[:_NAMED_FAILURES])
    more = " and more" if len(failed) > _NAMED_FAILURES else ""
    reason = first.removeprefix("ERROR: ").splitlines()[0][:300]
    _runs.current().session.output.write(
        f"llm_map: {len(failed):,} of {count:,} items have no result, at the positions {named}{more}. The first: {reason}\n"
    )
