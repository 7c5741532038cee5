"""Questions to children: each has a REPL of its own over a part of this context, or over texts."""

MOST_QUESTIONS = 1_000
LONGEST_QUESTION = 20_000

# What is no part of `context` is sent; more than this fits into no message.
_MOST_SENT = 15_000_000
# What is shorter is sent rather than looked for in `context`.
_LEAST_SOUGHT = 200
# More than this is too much for one prompt, where no children can be had.
_LONGEST_DIRECT = 400_000
_MOST_LISTED = 40
_PREVIEW = 500


def rlm_query(question, context=None, schema=None):
    """Asks a child, which works on its own context with its own REPL as you do, and returns its answer as a str.

    The context is a str, a document, or a list of these; left out, it is all of yours. A part of `context` is handed on
    without being copied. Raises SubCallError if there is no answer. With a schema the answer is checked, and comes back as a
    value, as in llm_query.
    """
    if not isinstance(question, str):
        raise TypeError(f"rlm_query takes one question as a str, not {type(question).__name__}: use rlm_query_batched for several")
    form = form_of(schema)
    done, answer = _ask_children([(question, context)], ["the question"], form)[0]
    value = _typed_reply(done, answer, form)
    if isinstance(value, SubCallFailure):
        raise SubCallError(value.removeprefix("ERROR: "))
    return value


def rlm_query_batched(questions, contexts=None, schema=None):
    """Asks one child for each question, several at a time, and returns the answers in the questions' order.

    `contexts` has one context for each question; a single question is asked about each of them. A question without an
    answer has a SubCallFailure in its place. The schema is that of each answer, as in llm_query.
    """
    form = form_of(schema)
    if contexts is not None:
        if isinstance(contexts, (str, Document, dict)):
            raise TypeError("rlm_query_batched takes a list of contexts, one for each question")
        contexts = list(contexts)
    if isinstance(questions, str):
        if contexts is None:
            raise TypeError("rlm_query_batched takes a list of questions, or one question and a list of contexts")
        questions = [questions] * len(contexts)
    questions = list(questions)
    if contexts is None:
        contexts = [None] * len(questions)
    if len(contexts) != len(questions):
        raise ValueError(f"{len(questions):,} questions need as many contexts, not {len(contexts):,}")
    if len(questions) > MOST_QUESTIONS:
        raise ValueError(f"{len(questions):,} questions are more than {MOST_QUESTIONS:,}: ask in parts, about more text at a time")
    for position, question in enumerate(questions):
        if not isinstance(question, str):
            raise TypeError(f"questions[{position}] must be a str, not {type(question).__name__}")
    if not questions:
        return []
    answers = _ask_children(list(zip(questions, contexts)), [f"questions[{i}]" for i in range(len(questions))], form)
    return [_typed_reply(done, answer, form) for done, answer in answers]


def _ask_children(asked, names, form):
    session = _runs.current().session
    mine = {id(document) for document in session.documents}
    questions = []
    for (question, context), name in zip(asked, names):
        question = _plain_text(question, name)
        if not question.strip():
            raise ValueError(f"{name} is empty: write what the child shall find out")
        if len(question) > LONGEST_QUESTION:
            raise ValueError(f"{name} has {len(question):,} characters: ask in at most {LONGEST_QUESTION:,}, and pass the text as context")
        ranges, texts = _parts_of_context(context, session, mine)
        questions.append((question, ranges, texts))
    if session.levels == 0:
        return _ask_directly(questions, session, form)
    sent = sum(len(text) for _, _, texts in questions for _, text in texts)
    if sent > _MOST_SENT:
        raise ValueError(f"the contexts have {sent:,} characters that are no part of `context`: at most {_MOST_SENT:,} can be sent at once")
    answers = _from_host("ask", [_packed_question(*question, session, form) for question in questions])
    return list(zip(answers[0::2], answers[1::2]))


def _parts_of_context(context, session, mine):
    """The context as ranges of this one, or else as named texts; one of the two is empty."""
    whole = session.context
    if context is None or context is whole:
        return [(0, len(whole))], []
    if isinstance(context, dict) and not isinstance(context, Document):
        parts = [(str(name), part) for name, part in context.items()]
    elif isinstance(context, (list, tuple)):
        parts = [(f"part {number}", part) for number, part in enumerate(context, 1)]
    else:
        parts = [("text", context)]
    if not parts:
        raise ValueError("the context has no parts: pass text, or leave it out for all of `context`")
    if len(parts) > 10_000:
        raise ValueError(f"the context has {len(parts):,} parts: join some of them")
    ranges, texts = [], []
    for name, part in parts:
        if isinstance(part, Document):
            texts.append((part.name, part))
        elif isinstance(part, str):
            part = _plain_text(part, "the context")
            texts.append((name, part))
        else:
            raise TypeError(f"a context is a str, a document or a list of these, not {type(part).__name__}")
        found = _place(part, session, mine)
        if found is not None:
            ranges.append(found)
    if len(ranges) == len(parts):
        return ranges, []
    if any(isinstance(part, Document) and part.image is not None for _, part in texts):
        raise ValueError("an image can be handed on as a document of `context`, but not together with other texts: ask about these apart")
    return [], [(name[:200], part.text if isinstance(part, Document) else part) for name, part in texts]


def _place(part, session, mine):
    """Where in this context the part stands, or None."""
    if isinstance(part, Document):
        return (part.start, part.end) if id(part) in mine else None
    if len(part) < _LEAST_SOUGHT or len(part) > len(session.context):
        return None
    # Chunks mostly follow each other.
    next_to_last = session.last_place
    start = next_to_last if session.context.startswith(part, next_to_last) else session.context.find(part)
    if start < 0:
        return None
    session.last_place = start + len(part)
    return start, start + len(part)


def _packed_question(question, ranges, texts, session, form):
    """The question as the host takes it: text, ranges, texts, and what the child is told of its context, schema."""
    if texts:
        listed = [(name, len(text), text.count("\n") + 1) for name, text in texts[:_MOST_LISTED]]
        size, count, preview = sum(len(text) for _, text in texts), len(texts), texts[0][1][:_PREVIEW]
    else:
        within = _documents_within(ranges, session)
        listed = [(name, end - start, session.context.count("\n", start, end) + 1) for name, start, end in within[:_MOST_LISTED]]
        size, count = sum(end - start for start, end in ranges), len(within)
        start, end = ranges[0]
        preview = session.context[start : min(end, start + _PREVIEW)]
    return [
        question,
        [place for span in ranges for place in span],
        [each for text in texts for each in text],
        size,
        count,
        [each for document in listed for each in document],
        preview,
        "" if form is None else form.json,
    ]


def _documents_within(ranges, session):
    within = []
    for start, end in ranges:
        for document in session.documents:
            first, last = max(start, document.start), min(end, document.end)
            if first < last or first == last and document.image is not None:
                within.append((document.name, first, last))
    return within


def _ask_directly(questions, session, form):
    """What happens where no level of children is left: the sub-model reads the context itself."""
    session.tell_once("rlm_query: there is no further level of children, so the sub-model reads each context itself.\n")
    prompts, answers = [], [None] * len(questions)
    for position, (question, ranges, texts) in enumerate(questions):
        size = sum(end - start for start, end in ranges) + sum(len(text) for _, text in texts)
        if size > _LONGEST_DIRECT:
            answers[position] = (
                False,
                f"The context has {size:,} characters, which is too much for one prompt, and there is no further level of "
                "children: split it, and use llm_query_batched.",
            )
        else:
            parts = [session.context[start:end] for start, end in ranges] + [text for _, text in texts]
            prompts.append((position, question + "\n\n" + "\n\n".join(parts), _images_within(ranges, session)))
    if prompts:
        images = [shown for _, _, shown in prompts]
        replies = _ask([prompt for _, prompt, _ in prompts], form, images if any(images) else ())
        for (position, _, _), done, reply in zip(prompts, replies[0::2], replies[1::2]):
            answers[position] = (done, reply)
    return answers


def _images_within(ranges, session):
    """The images of documents that stand in the ranges, as they go with a prompt; no more than a prompt may have."""
    images = [
        document.image
        for start, end in ranges
        for document in session.documents
        if document.image is not None and start <= document.start and document.end <= end
    ]
    return _numbers_of_images(images[:MOST_IMAGES], "images")
