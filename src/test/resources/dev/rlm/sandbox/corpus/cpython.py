"""Runs the corpus in CPython, with the REPL's names and its way to show values and errors.

Reads {"documents": [[name, path], ...], "cells": [source, ...]} and writes the list of the cells' outputs, both as JSON.
"""

import ast
import io
import json
import linecache
import random
import re
import sys
import traceback
import types


class SubCallError(RuntimeError):
    pass


class SubCallFailure(str):
    failed = True


class Document:
    def __init__(self, name, start, end):
        self.name, self.start, self.end = name, start, end

    @property
    def text(self):
        return CONTEXT[self.start : self.end]

    def __len__(self):
        return self.end - self.start

    def __getitem__(self, key):
        return getattr(self, key) if isinstance(key, str) else self.text[key]

    def __repr__(self):
        return f"<Document {self.name!r}, {len(self):,} characters, context[{self.start}:{self.end}]>"


class Match:
    def __init__(self, document, line, start, end, text, before, after):
        self.document, self.line, self.start, self.end = document, line, start, end
        self.text, self.before, self.after = text, before, after

    def __repr__(self):
        return f"<Match {self.document}:{self.line} [{self.start}:{self.end}] {self.text!r}>"


class Matches(list):
    truncated = False

    def __repr__(self):
        return "[" + ",\n ".join(map(repr, self)) + "]"


def reply(prompt):
    """The rules of CorpusCalls."""
    if "REFUSE" in prompt:
        raise SubCallError("The model refused this prompt.")
    words = len(re.split("[ \n]+", prompt.strip())) if prompt.strip() else 0
    if "JSON" in prompt:
        return json.dumps({"length": len(prompt), "words": words})
    if "yes or no" in prompt:
        return "yes" if "refund" in prompt else "no"
    if prompt.startswith("Count "):
        head, _, text = prompt.partition("\n")
        return str(text.count(head[len("Count ") :]))
    return f"A reply to {len(prompt)} characters and {words} words."


def llm_query(prompt):
    return reply(prompt)


def llm_query_batched(prompts):
    replies = []
    for prompt in prompts:
        try:
            replies.append(reply(prompt))
        except SubCallError as error:
            replies.append(SubCallFailure(f"ERROR: {error}"))
    return replies


def grep(pattern, ignore_case=False, context_lines=0, max_matches=100_000, documents=None):
    """For patterns that mean the same in RE2 and in re."""
    compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    found = Matches()
    for document in DOCUMENTS:
        if documents is not None and document.name not in documents:
            continue
        text = document.text
        lines = text.split("\n")
        for match in compiled.finditer(text):
            number = text.count("\n", 0, match.start())
            before = lines[max(0, number - context_lines) : number]
            after = lines[number + 1 : number + 1 + context_lines]
            place = document.start + match.start(), document.start + match.end()
            found.append(Match(document.name, number + 1, *place, lines[number], before, after))
    found.truncated = len(found) > max_matches
    del found[max_matches:]
    return found


def budget():
    return {"sub_calls": 100}


def show_error(error, parsed):
    if not parsed:
        return "".join(traceback.format_exception_only(error))
    shown = traceback.TracebackException.from_exception(error)
    link = shown
    while link is not None:
        frames = [frame for frame in link.stack if frame.filename != __file__]
        for frame in frames:
            frame.filename = re.sub(r"^.*/lib/python3", "lib/python3", frame.filename)
            # GraalPy marks other columns than CPython, so that the REPL shows no marks.
            frame.colno = frame.end_colno = None
        link.stack[:] = frames
        link = link.__cause__ or link.__context__
    return "".join(shown.format())


def run(source, number, namespace):
    filename = f"<cell {number}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    out = sys.stdout = sys.stderr = io.StringIO()
    parsed = False
    try:
        tree = ast.parse(source, filename)
        parsed = True
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), filename, "eval"), namespace)
            if value is not None:
                namespace["_"] = value
                out.write(repr(value) + "\n")
    except BaseException as error:
        out.write(show_error(error, parsed))
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return out.getvalue()


def main():
    global CONTEXT, DOCUMENTS
    request = json.load(sys.stdin)
    parts, DOCUMENTS, length = [], [], 0
    for number, (name, path) in enumerate(request["documents"], 1):
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        header = f"===== Document {number} of {len(request['documents'])}: {name} =====\n"
        parts += ["\n" if number > 1 else "", header, text]
        start = length + len(parts[-3]) + len(header)
        length = start + len(text)
        DOCUMENTS.append(Document(name, start, length))
    CONTEXT = "".join(parts)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    names = (llm_query, llm_query_batched, grep, budget, SubCallError, SubCallFailure)
    for each in names:
        each.__module__ = "rlm" if isinstance(each, type) else each.__module__
    module.__dict__.update({each.__name__: each for each in names}, context=CONTEXT, documents=DOCUMENTS)
    for error in (SubCallError, SubCallFailure):
        # Shown without a module, as the REPL shows them.
        error.__module__ = "builtins"
    random.seed(0)
    outputs = [run(source, number, module.__dict__) for number, source in request["cells"]]
    json.dump(outputs, sys.__stdout__)


main()
