"""What the REPL lends to cells: asking sub-models, searching, and ending the run."""

import re

MOST_PROMPTS = 10_000
MOST_PUBLISHED = 100
MOST_PASSAGES = 1_000

_OVERDUE = "The cell that this thread belongs to has ended: wait for threads in the cell that starts them"


class SubCallError(RuntimeError):
    """A sub-model gave no reply; the message says why."""


class SubCallFailure(str):
    """Stands in the place of a reply that a batch did not get: a str that starts with 'ERROR: '."""

    failed = True


class _RunEnded(BaseException):
    """Ends the cell after a final value was handed over."""


for _type in (SubCallError, SubCallFailure):
    _type.__module__ = "rlm"


def llm_query(prompt, schema=None, images=None):
    """Asks a sub-model and returns its reply as a str. Raises SubCallError if there is none.

    With a schema the reply is checked, and comes back as a value: `schema` is int, list[str], Literal["a", "b"], an Enum, a
    TypedDict, a NamedTuple, a dataclass, ..., or a JSON Schema as a dict. `images` are shown with the prompt, where the
    sub-model sees images: [documents[i].image, ...].
    """
    if not isinstance(prompt, str):
        advice = "use llm_query_batched(prompts) for several" if isinstance(prompt, (list, tuple)) else "use str() or an f-string"
        raise TypeError(f"llm_query takes one prompt as a str, not {type(prompt).__name__}: {advice}")
    form = form_of(schema)
    shown = _numbers_of_images(images, "images")
    done, answer = _ask([_checked_prompt(prompt, "the prompt")], form, [shown] if shown else ())
    reply = _typed_reply(done, answer, form)
    if isinstance(reply, SubCallFailure):
        raise SubCallError(reply.removeprefix("ERROR: "))
    return reply


def llm_query_batched(prompts, schema=None, images=None):
    """Asks a sub-model all prompts at once, in parallel, and returns the replies in the prompts' order.

    A prompt without a reply has a SubCallFailure in its place: a str 'ERROR: ...' whose .failed is True. The schema is that
    of each reply, as in llm_query. `images` has one entry for each prompt: an image, a list of images, or None.
    """
    form = form_of(schema)
    if isinstance(prompts, (str, bytes, dict)):
        raise TypeError(
            f"llm_query_batched takes a list of prompts, not {type(prompts).__name__}: "
            "pass a list such as [prompt1, prompt2], or use llm_query(prompt) for one"
        )
    prompts = [prompt for prompt in prompts]
    if len(prompts) > MOST_PROMPTS:
        raise ValueError(
            f"{len(prompts):,} prompts are more than {MOST_PROMPTS:,}: put several items into one prompt, or ask in parts"
        )
    for position, prompt in enumerate(prompts):
        if not isinstance(prompt, str):
            raise TypeError(f"prompts[{position}] must be a str, not {type(prompt).__name__}: use str() or an f-string")
        prompts[position] = _checked_prompt(prompt, f"prompts[{position}]")
    if not prompts:
        return []
    answers = _ask(prompts, form, _images_of_each(images, len(prompts)))
    return [_typed_reply(done, reply, form) for done, reply in zip(answers[0::2], answers[1::2])]


def _checked_prompt(prompt, what):
    prompt = _plain_text(prompt, what)
    if not prompt.strip():
        raise ValueError(f"{what} is empty: write what the sub-model shall do")
    if len(prompt) > 10_000_000:
        raise ValueError(f"{what} has {len(prompt):,} characters, which fits no model: send a slice of it")
    return prompt


def _images_of_each(images, count):
    if images is None:
        return ()
    if isinstance(images, (Image, Document)):
        images = [images] * count
    images = list(images)
    if len(images) != count:
        raise ValueError(f"images has {len(images):,} entries for {count:,} prompts: give one for each (an image, a list of images, or None)")
    return [_numbers_of_images(each, f"images[{position}]") for position, each in enumerate(images)]


def _ask(prompts, form=None, images=()):
    return _from_host("query", prompts, "" if form is None else form.json, list(images))


def _from_host(function, asked, *more):
    """Whether there is an answer and the answer or the reason, for each that is asked, one after the other."""
    run = _runs.current()
    if run.over:
        raise SubCallError(_OVERDUE)
    if run.session.ended is not None:
        raise _RunEnded
    run.session.output.flush()
    return list(run.session.host[function](asked, run.session.repeatable.news_of_clocks(), *more))


def grep(pattern, ignore_case=False, context_lines=0, max_matches=100_000, documents=None):
    """Finds a regular expression (RE2 syntax, linear time) in all documents, or in those given (objects or names).

    Returns a list of matches with document (its name), line, start, end (context[start:end] is what matched),
    text (the line), before and after (context_lines lines each); .truncated tells whether there are more, which is
    printed as well.
    """
    ignore_case = ignore_case or bool(getattr(pattern, "flags", 0) & re.IGNORECASE)
    pattern = getattr(pattern, "pattern", pattern)
    if not isinstance(pattern, str):
        raise TypeError(f"grep takes the pattern as a str, not {type(pattern).__name__}")
    if not 1 <= max_matches <= 1_000_000:
        raise ValueError(f"max_matches must be between 1 and 1,000,000, not {max_matches}")
    if not 0 <= context_lines <= 100:
        raise ValueError(f"context_lines must be between 0 and 100, not {context_lines}")
    session = _runs.current().session
    chosen = None if documents is None else _positions(documents, session.documents)
    found = list(session.host["grep"](pattern, bool(ignore_case), int(context_lines), int(max_matches), chosen))
    if found[0] is not None:
        raise ValueError(found[0])
    matches = Matches()
    matches.truncated = found[1]
    for i in range(2, len(found), 7):
        position, line, start, end, text, before, after = found[i : i + 7]
        name = session.documents[position].name
        matches.append(Match(name, line, start, end, text, list(before), list(after)))
    if matches.truncated:
        session.output.write(f"grep stopped at {max_matches:,} matches; there are more.\n")
    return matches


def search(query, k=10, documents=None):
    """Finds the k passages that fit words best (BM25) in all documents, or in those given (objects or names).

    The query is words in any order, and phrases in double quotes that must be there; case and accents do not matter, and
    names such as getUserName are found by their parts, too. Returns a list, the best first, of passages of about 1,000
    characters with document (its name), line, start, end (context[start:end]), text and score; .truncated tells whether
    more passages have a word of the query.
    """
    if not isinstance(query, str):
        advice = ": join the words with spaces" if isinstance(query, (list, tuple, set)) else ""
        raise TypeError(f"search takes the query as a str, not {type(query).__name__}{advice}")
    if type(k) is not int:
        raise TypeError(f"k, the number of passages, must be an int, not {type(k).__name__}")
    if not 1 <= k <= MOST_PASSAGES:
        raise ValueError(f"k must be between 1 and {MOST_PASSAGES:,}, not {short_repr(k, 100)}")
    session = _runs.current().session
    chosen = None if documents is None else _positions(documents, session.documents)
    found = list(session.host["search"](str.__str__(query), k, chosen))
    if found[0] is not None:
        raise (MemoryError if found[1] else ValueError)(found[0])
    passages = Passages()
    passages.truncated = found[1]
    for i in range(2, len(found), 5):
        position, line, start, end, score = found[i : i + 5]
        name = session.documents[position].name
        passages.append(Passage(name, line, start, end, session.context[start:end], score))
    return passages


def _positions(documents, all_documents):
    if isinstance(documents, (str, Document)):
        documents = [documents]
    by_name = {document.name: position for position, document in enumerate(all_documents)}
    by_start = {document.start: position for position, document in enumerate(all_documents)}
    positions = []
    for document in documents:
        position = by_start.get(document.start) if isinstance(document, Document) else by_name.get(document)
        if position is None:
            raise ValueError(f"there is no document {short_repr(document, 200)}: see [d.name for d in documents]")
        positions.append(position)
    return positions


def SHOW_VARS():
    """The variables that your cells have assigned: a str with one line for each."""
    session = _runs.current().session
    session.note_assignments()
    lines = [
        f"{name}: {kind}{f' of {size:,}' if size >= 0 else ''} = {preview}" for name, kind, size, preview in variables(session)
    ]
    return _Shown("\n".join(lines) or "no variables yet")


class _Shown(str):
    def __repr__(self):
        return str(self)


def publish(value):
    """Shows the caller what there is so far, a partial answer of any type. The latest counts if a limit ends the run."""
    run = _runs.current()
    if run.over:
        raise RuntimeError(_OVERDUE)
    session = run.session
    if session.ended is not None:
        raise _RunEnded
    if session.published >= MOST_PUBLISHED:
        raise ValueError(f"{MOST_PUBLISHED} values were published in this cell: publish when there is much that is new")
    text, plain = final_forms(value)
    session.published += 1
    session.output.flush()
    taken, reason = list(session.host["publish"](text, plain, session.repeatable.news_of_clocks()))
    if not taken:
        raise ValueError(reason)


def FINAL(value):
    """Ends the run with this value as the answer."""
    run = _runs.current()
    if run.over:
        raise RuntimeError(_OVERDUE)
    session = run.session
    if session.ended is None:
        if value is session.answer:
            value = dict.get(value, "content", "")
        session.ended = final_forms(value)
        session.host["hand_over"](*session.ended)
    raise _RunEnded


def SUBMIT(value):
    """Ends the run with this value as the answer."""
    FINAL(value)


def FINAL_VAR(name):
    """Ends the run with the value of the variable of this name as the answer."""
    if not isinstance(name, str):
        FINAL(name)
    session = _runs.current().session
    name = name.strip().strip("'\"")
    if name not in session.namespace:
        session.note_assignments()
        known = ", ".join(session.assigned()) or "none yet"
        raise NameError(f"there is no variable {short_repr(name, 200)}; variables: {known}")
    FINAL(session.namespace[name])


def budget():
    """What is left for this task, as a dict."""
    import json

    return json.loads(_runs.current().session.host["budget"]())
