"""The REPL of one task: runs cells in one namespace and lends them its names."""

import ast
import builtins
import errno
import io
import os
import posix
import re
import sys
import threading
import types


MOST_PROMPTS = 10_000
MOST_NAMES = 1_000

_HOST_FUNCTIONS = (
    "query",
    "budget",
    "write",
    "skip",
    "grep",
    "hand_over",
    "thread_wanted",
    "thread_not_started",
    "thread_began",
    "thread_ended",
)

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


class Document:
    """One document of the context: name, text, start and end (context[start:end] == text)."""

    __slots__ = ("name", "start", "end")
    _KEYS = ("name", "text", "start", "end")

    def __init__(self, name, start, end):
        for attribute, value in (("name", name), ("start", start), ("end", end)):
            object.__setattr__(self, attribute, value)

    def __setattr__(self, name, value):
        raise AttributeError("documents cannot be changed: assign what you make of them to a variable")

    def __delattr__(self, name):
        raise AttributeError("documents cannot be changed: assign what you make of them to a variable")

    @property
    def text(self):
        return _session.context[self.start : self.end]

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
            raise KeyError(f"{key}: a document has name, text, start and end")
        return self.text[key]

    def get(self, key, default=None):
        return getattr(self, key) if key in self._KEYS else default

    def keys(self):
        return self._KEYS

    def __repr__(self):
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


class _Output(io.TextIOBase):
    """Gathers what a cell prints. The first writes pass at once, so that they are seen even if the cell is killed."""

    encoding = "utf-8"
    errors = "replace"

    def begin(self, limit):
        self._parts, self._lock = [], threading.Lock()
        self._limit = self._room = max(limit, 4096)
        self._flushes, self._batch = 0, 1

    def write(self, text):
        if type(text) is not str:
            text = _plain_text(text, "write() argument")
        if _threads.began and _threads.overdue():
            return len(text)
        parts = self._parts
        parts.append(text)
        self._room -= len(text)
        if self._room < 0 or len(parts) >= self._batch:
            self.flush()
        return len(text)

    def flush(self):
        with self._lock:
            count = len(self._parts)
            text = "".join(self._parts[:count])
            del self._parts[:count]
            self._room = self._limit
            self._flushes += 1
            if self._flushes == 200:
                self._batch = 256
            if len(text) > 2 * self._limit:
                _host["skip"](text[: self._limit], len(text) - 2 * self._limit)
                text = text[-self._limit :]
            if text:
                _host["write"](text)

    def writable(self):
        return True

    def close(self):
        self.flush()


class _NoInput(io.TextIOBase):
    def readable(self):
        return True

    def readline(self, size=-1):
        raise EOFError("there is no input in this REPL: the data is in `context`")

    read = __next__ = readline


def _plain_text(text, what):
    """The text as a str itself: a subclass may lie about its length and content."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be str, not {type(text).__name__}")
    return str.__str__(text)


def _no_input(prompt=""):
    """There is no input in this REPL."""
    raise EOFError("there is no input in this REPL: the data is in `context`")


def _no_process(*command):
    """There are no other processes here."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def _no_audit_hook(hook):
    """Audit hooks cannot be removed again: one would stay for all later cells."""
    raise RuntimeError("audit hooks cannot be added in this REPL")


def _leave(code=None):
    """Ends the cell; the REPL goes on."""
    raise SystemExit(code)


def llm_query(prompt):
    """Asks a sub-model and returns its reply as a str. Raises SubCallError if there is none."""
    if not isinstance(prompt, str):
        advice = "use llm_query_batched(prompts) for several" if isinstance(prompt, (list, tuple)) else "use str() or an f-string"
        raise TypeError(f"llm_query takes one prompt as a str, not {type(prompt).__name__}: {advice}")
    done, reply = _ask([_checked_prompt(prompt, "the prompt")])
    if not done:
        raise SubCallError(reply)
    return reply


def llm_query_batched(prompts):
    """Asks a sub-model all prompts at once, in parallel, and returns the replies in the prompts' order.

    A prompt without a reply has a SubCallFailure in its place: a str 'ERROR: ...' whose .failed is True.
    """
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
    answers = _ask(prompts)
    return [
        reply if done else SubCallFailure("ERROR: " + reply) for done, reply in zip(answers[0::2], answers[1::2])
    ]


def _checked_prompt(prompt, what):
    prompt = _plain_text(prompt, what)
    if not prompt.strip():
        raise ValueError(f"{what} is empty: write what the sub-model shall do")
    if len(prompt) > 10_000_000:
        raise ValueError(f"{what} has {len(prompt):,} characters, which fits no model: send a slice of it")
    return prompt


def _ask(prompts):
    if _threads.overdue():
        raise SubCallError(_OVERDUE)
    if _session.ended is not None:
        raise _RunEnded
    _output.flush()
    return list(_host["query"](prompts))


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
    chosen = None if documents is None else _positions(documents)
    found = list(_host["grep"](pattern, bool(ignore_case), int(context_lines), int(max_matches), chosen))
    if found[0] is not None:
        raise ValueError(found[0])
    matches = Matches()
    matches.truncated = found[1]
    for i in range(2, len(found), 7):
        position, line, start, end, text, before, after = found[i : i + 7]
        name = _session.documents[position].name
        matches.append(Match(name, line, start, end, text, list(before), list(after)))
    if matches.truncated:
        _output.write(f"grep stopped at {max_matches:,} matches; there are more.\n")
    return matches


def _positions(documents):
    if isinstance(documents, (str, Document)):
        documents = [documents]
    by_name = {document.name: position for position, document in enumerate(_session.documents)}
    by_start = {document.start: position for position, document in enumerate(_session.documents)}
    positions = []
    for document in documents:
        position = by_start.get(document.start) if isinstance(document, Document) else by_name.get(document)
        if position is None:
            raise ValueError(f"there is no document {short_repr(document, 200)}: see [d.name for d in documents]")
        positions.append(position)
    return positions


def SHOW_VARS():
    """The variables that your cells have assigned: a str with one line for each."""
    _session.note_assignments()
    lines = [f"{name}: {kind}{f' of {size:,}' if size >= 0 else ''} = {preview}" for name, kind, size, preview in variables()]
    return _Shown("\n".join(lines) or "no variables yet")


class _Shown(str):
    def __repr__(self):
        return str(self)


def FINAL(value):
    """Ends the run with this value as the answer."""
    if _threads.overdue():
        raise RuntimeError(_OVERDUE)
    if _session.ended is None:
        if value is _session.answer:
            value = dict.get(value, "content", "")
        _session.ended = final_forms(value)
        _host["hand_over"](*_session.ended)
    raise _RunEnded


def SUBMIT(value):
    """Ends the run with this value as the answer."""
    FINAL(value)


def FINAL_VAR(name):
    """Ends the run with the value of the variable of this name as the answer."""
    if not isinstance(name, str):
        FINAL(name)
    name = name.strip().strip("'\"")
    if name not in _session.namespace:
        _session.note_assignments()
        known = ", ".join(_session.assigned()) or "none yet"
        raise NameError(f"there is no variable {short_repr(name, 200)}; variables: {known}")
    FINAL(_session.namespace[name])


def budget():
    """What is left for this task, as a dict."""
    import json

    return json.loads(_host["budget"]())


class _Session:
    """The state of one task's REPL."""

    def __init__(self):
        self.module = types.ModuleType("__main__")
        self.namespace = self.module.__dict__
        self.context, self.documents = "", ()
        self.answer = {"content": "", "ready": False}
        self.ended = None
        self.failure = self.unparsed = None
        self.source = ""
        self.before, self.stores = {}, {}
        self.changed, self.altered, self.loads = set(), set(), set()
        self.recency, self.stamp = {}, 0
        self.names = {}

    def open(self, text, packed):
        fields = packed.split("\0")
        self.context = text
        self.documents = tuple(
            Document(name, int(start), int(end)) for name, start, end in zip(fields[0::3], fields[1::3], fields[2::3])
        )
        lent = (llm_query, llm_query_batched, grep, SHOW_VARS, FINAL, FINAL_VAR, SUBMIT, budget, SubCallError, SubCallFailure)
        self.names = {each.__name__: each for each in lent} | {"context": text}
        begin_task()
        self.restore()

    def restore(self):
        self.namespace.update(self.names)
        self.namespace["documents"] = list(self.documents)
        self.namespace["__builtins__"] = builtins
        self.namespace["__name__"] = "__main__"
        sys.modules["__main__"] = self.module
        self.namespace["answer"] = self.answer

    def adopt_answer(self):
        """Keeps what a cell has made of the name `answer`: another dict, or a value, which is its content."""
        mine = self.namespace.get("answer")
        if isinstance(mine, dict):
            self.answer = mine
        elif mine is not None:
            self.answer["content"] = mine
            _output.write("`answer` is a dict again; the value that was assigned to it is answer['content'].\n")
        self.namespace["answer"] = self.answer

    def run(self, source, filename, limit):
        self.restore()
        self.source = source
        self.failure = self.unparsed = None
        self.before = dict(self.namespace)
        self.stores = {}
        self.changed, self.altered, self.loads = set(), set(), set()
        show_source(filename, source)
        try:
            tree = ast.parse(source, filename)
        except SyntaxError as error:
            self.unparsed = error
            raise
        self.altered, self.loads = _altered_names(tree), _loaded_names(tree)
        self.stores = dict(sorted(_stored_names(tree), key=lambda store: store[1]))
        if awaits(tree):
            value = run_on_event_loop(compile_awaiting(tree.body, filename), self.namespace)
        else:
            value = self._run_plain(tree, filename)
        if value is not None:
            self.namespace["_"] = value
            _output.write(short_repr(value, limit) + "\n")

    def _run_plain(self, tree, filename):
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec", dont_inherit=True), self.namespace)
        if last is None:
            return None
        return eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), self.namespace)

    def note_assignments(self):
        """Notes what was assigned since the cell began, in the order of the cell's text."""
        now = {name: value for name, value in self.namespace.items() if type(name) is str}
        missing = object()
        changed = [name for name, value in now.items() if self.before.get(name, missing) is not value]
        self.changed.update(name for name in self.before if name not in now)
        for name in sorted(changed, key=lambda name: self.stores.get(name, (0, 0))):
            self.stamp += 1
            self.recency[name] = self.stamp
        self.changed.update(changed)
        self.before = now

    def traces(self):
        """The names of variables that the cell assigned or may have changed, and of those that it read."""
        variables = set(self.assigned())
        gone = {name for name in self.changed if isinstance(name, str) and name in self.recency and name not in self.namespace}
        assigned = variables & self.changed | variables & self.altered | gone
        read = variables & self.loads
        return [sorted(name for name in names if len(name) <= 200)[:MOST_NAMES] for names in (assigned, read)]

    def assigned(self):
        names = [name for name in self.recency if isinstance(name, str) and self._is_variable(name)]
        return sorted(names, key=self.recency.__getitem__, reverse=True)

    def _is_variable(self, name):
        if name.startswith("_") or name in self.names or name in ("documents", "answer") or name not in self.namespace:
            return False
        value = self.namespace[name]
        if isinstance(value, types.ModuleType):
            return False
        return not isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) or (
            getattr(value, "__module__", None) == "__main__"
        )

    def take_answer(self):
        """Ends the run if the answer is ready and has content, in whichever order that was set."""
        self.adopt_answer()
        # What a subclass of dict may make of get() does not matter.
        if self.ended is not None or not dict.get(self.answer, "ready"):
            return
        content = dict.get(self.answer, "content", "")
        if isinstance(content, str) and not content or content is None:
            _output.write("answer['ready'] is set but answer['content'] is empty: set it, or call FINAL(value).\n")
        else:
            self.ended = final_forms(content)


def _stored_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, (node.lineno, node.col_offset)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, (node.lineno, node.col_offset)


def _loaded_names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _altered_names(tree):
    """The names whose objects a cell may change in place: by a method, an item, an attribute or a deletion."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            changed = node.func.value
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            changed = node.value
        else:
            continue
        while isinstance(changed, (ast.Subscript, ast.Attribute)):
            changed = changed.value
        if isinstance(changed, ast.Name):
            value = _session.namespace.get(changed.id)
            if not isinstance(value, (str, bytes, int, float, tuple, frozenset, range, type(None))):
                names.add(changed.id)
    return names


_host = {}
_output, _input = _Output(), _NoInput()
_output.begin(0)
_session = _Session()
_stopped = False


def connect(*functions):
    """Takes the host's functions and closes what the sandbox has no use for."""
    _host.update(zip(_HOST_FUNCTIONS, functions))
    os.environ.clear()
    # sysconfig, zoneinfo and others ask for it when they are imported, and the sandbox refuses it.
    os.getcwd, os.getcwdb = (lambda: "/"), (lambda: b"/")
    os.system = os.popen = os.fork = _no_process
    os._exit = posix._exit = builtins.exit = builtins.quit = _leave
    builtins.input = _no_input
    sys.addaudithook = _no_audit_hook
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = _output
    sys.stdin = sys.__stdin__ = _input
    _lend_threads()


def open_documents(text, packed):
    """Begins a REPL with this context."""
    global _session
    _session = _Session()
    _session.open(text, packed)


def run_cell(source, number, limit, seed, clocks):
    """Runs a cell, again if it is told what clocks said before; finish_cell tells what came of it."""
    global _stopped
    _stopped = False
    _output.begin(limit)
    _threads.cell += 1
    begin_cell(seed, number, clocks)
    try:
        _session.run(source, f"<cell {number}>", limit)
    except _RunEnded:
        pass
    except BaseException as error:
        _session.failure = error


def finish_cell():
    """Tells the cell's error in the output. Returns its last line, or None."""
    sys.stdout = sys.stderr = _output
    line, failure = None, _session.failure
    try:
        _session.note_assignments()
        _session.take_answer()
    except Exception as error:
        failure = error
    if failure is not None and _session.ended is None:
        line = error_line(without_folders(failure))
        _output.write(format_error(failure, failure is not _session.unparsed))
        advice = advice_on(failure, _session.source)
        if advice is not None:
            line = f"{line} ({advice})"
            _output.write(f"({advice})\n")
        if isinstance(failure, SystemExit):
            _output.write("The REPL goes on with its variables; FINAL(value) ends the run.\n")
    _output.flush()
    _session.failure = _session.unparsed = None
    _threads.cell += 1
    return line


def finish_stopped_cell():
    """Tidies up after a cell that was stopped from outside."""
    global _stopped
    _stopped = True
    _output._lock = threading.Lock()
    _output.flush()
    _session.note_assignments()
    _session.adopt_answer()
    abandon_half_imported_modules()
    abandon_thread_pool_work()
    abandon_event_loops()
    _threads.cell += 1


def traces():
    """What is needed to run the cell again: what clocks said, the names it assigned and those it read."""
    assigned, read = _session.traces()
    return [traces_of_clocks(_stopped), "\0".join(assigned), "\0".join(read)]


def ended():
    """The final value as (text, json), or None while the run goes on."""
    return _session.ended


def variables():
    """The assigned variables, most recent first, as (name, type, size, preview)."""
    rows = []
    for name in [name for name in _session.assigned() if len(name) <= 200][:MOST_NAMES]:
        value = _session.namespace[name]
        try:
            size = len(value) if hasattr(value, "__len__") and not isinstance(value, type) else -1
            preview = short_repr(value, 150)[:200]
        except Exception as error:
            size, preview = -1, f"<no repr: {type(error).__name__}>"
        rows.append((name, type(value).__name__[:200], size, preview))
    return rows


def value_of(name):
    """A variable as (text, json), or None if there is no such variable."""
    if name not in _session.namespace:
        return None
    return final_forms(_session.namespace[name])


def warm_up(pieces, waiting):
    """Runs pieces of code in a namespace of their own until somebody waits for this worker."""
    namespace = {}
    for piece in pieces.split("\n# %%\n"):
        if waiting():
            break
        exec(compile(piece, "<warm-up>", "exec", dont_inherit=True), namespace)
    re.purge()
