"""The state of a REPL."""

import ast
import builtins
import random
import types
import weakref

MOST_NAMES = 1_000


class _Session:
    """The state of a REPL; number 0 is the task's own, and the host's functions are those for this REPL."""

    def __init__(self, number, host):
        self.number, self.host = number, host
        self.output = _Output(host)
        self.streams = {}
        self.repeatable = _Repeatability(_common_chance if number == 0 else random.Random())
        self.run = _Run(self, self.repeatable, over=True)
        self.stopped = False
        # What a stopped cell would leave unusable.
        self.loops, self.executors, self.running_items = weakref.WeakSet(), weakref.WeakSet(), set()
        self.threads = set()
        # Under which names tracebacks find the sources of its cells.
        self.filenames = set()
        self.module = types.ModuleType("__main__")
        self.namespace = self.module.__dict__
        self.context, self.documents = "", ()
        self.answer = {"content": "", "ready": False}
        self.ended = None
        self.levels, self.told, self.last_place, self.published, self.turns = 0, set(), 0, 0, None
        self.failure = self.unparsed = None
        self.source = ""
        self.before, self.stores = {}, {}
        self.changed, self.altered, self.loads = set(), set(), set()
        self.recency, self.stamp = {}, 0
        self.names, self.yielding = {}, {}

    def open(self, text, packed, offered):
        fields = packed.split("\0")
        self.context = text
        self.documents = tuple(
            Document(name, int(start), int(end), text, _image_of(name, image))
            for name, start, end, image in zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4])
        )
        asking = (llm_query, llm_query_batched, llm_map, rlm_query, rlm_query_batched, budget, SubCallError, SubCallFailure)
        lent = (*asking, publish, grep, cite, SHOW_VARS, FINAL, FINAL_VAR, SUBMIT)
        self.names = {each.__name__: each for each in lent} | offered | {"context": text}
        self.yielding = {"history": _turns_so_far, "search": search}
        self.restore()

    def restore(self):
        self.restore_streams()
        self.namespace.update(self.names)
        self.namespace["documents"] = list(self.documents)
        self.namespace["__builtins__"] = builtins
        self.namespace["__name__"] = "__main__"
        self.namespace["answer"] = self.answer
        # Code may have variables of these names.
        for name, value in self.yielding.items():
            if name not in self.recency:
                self.namespace[name] = value

    def restore_streams(self):
        for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
            self.streams[name] = self.output

    def begin_run(self):
        """The thread that calls works for a new cell from now on; what still works for the one before is overdue."""
        self.end_run()
        self.stopped = False
        self.take_back_answer()
        self.run = _Run(self, self.repeatable)
        if self.number == 0:
            _runs.root = self.run
        _runs.work_for(self.run)

    def end_run(self):
        self.run.over = True

    def forget(self):
        """Holds nothing of what cells made: the interpreter may know a thread of the REPL, and so the session, for long."""
        for name in vars(self).keys() - {"number", "host", "output", "streams", "repeatable", "run", "threads"}:
            setattr(self, name, None)

    def filename(self, cell):
        """What tracebacks call a cell of this number; sources are found by it, so each REPL has its own."""
        return f"<cell {cell}>" if self.number == 0 else f"<cell {cell} of REPL {self.number}>"

    def tell_once(self, sentence):
        """Says something in the output of the cell, unless it has been said there."""
        if sentence not in self.told:
            self.told.add(sentence)
            self.output.write(sentence)

    def adopt_answer(self):
        """Keeps what a cell has made of the name `answer`: another dict, or a value, which is its content."""
        mine = self.namespace.get("answer")
        if isinstance(mine, dict):
            self.answer = mine
        elif mine is not None:
            self.answer["content"] = mine
            self.output.write("`answer` is a dict again; the value that was assigned to it is answer['content'].\n")
        self.namespace["answer"] = self.answer

    def run_source(self, source, filename, limit):
        self.restore()
        self.source = source
        self.failure = self.unparsed = None
        self.before = dict(self.namespace)
        self.stores = {}
        self.changed, self.altered, self.loads = set(), set(), set()
        show_source(filename, source)
        self.filenames.add(filename)
        try:
            tree = ast.parse(source, filename)
        except SyntaxError as error:
            self.unparsed = error
            raise
        self.altered, self.loads = _altered_names(tree, self.namespace), _loaded_names(tree)
        self.stores = dict(sorted(_stored_names(tree), key=lambda store: store[1]))
        if awaits(tree):
            value = run_on_event_loop(compile_awaiting(tree.body, filename), self.namespace)
        else:
            value = self._run_plain(tree, filename)
        if value is not None:
            self.namespace["_"] = value
            self.output.write(short_repr(value, limit) + "\n")

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
        if any(value is own for own in self.yielding.values()):
            return False
        # isinstance asks the value too, which may lie or raise.
        kind = type(value)
        if issubclass(kind, types.ModuleType):
            return False
        return not issubclass(kind, (type, types.FunctionType, types.BuiltinFunctionType)) or (
            getattr(value, "__module__", None) == "__main__"
        )

    def take_back_answer(self):
        """That another cell runs says that the final value of the one before was not taken: only a new one counts."""
        if self.ended is not None:
            self.ended = None
            dict.__setitem__(self.answer, "ready", False)

    def take_answer(self):
        """Ends the run if the answer is ready and has content, in whichever order that was set."""
        self.adopt_answer()
        # What a subclass of dict may make of get() does not matter.
        if self.ended is not None or not dict.get(self.answer, "ready"):
            return
        content = dict.get(self.answer, "content", "")
        if isinstance(content, str) and not content or content is None:
            self.output.write("answer['ready'] is set but answer['content'] is empty: set it, or call FINAL(value).\n")
        else:
            self.ended = final_forms(content)


def _image_of(name, packed):
    number, _, media_type = packed.partition(" ")
    return Image(name, media_type, int(number)) if packed else None


def _stored_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, (node.lineno, node.col_offset)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, (node.lineno, node.col_offset)


def _loaded_names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _altered_names(tree, namespace):
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
            value = namespace.get(changed.id)
            if not isinstance(value, (str, bytes, int, float, tuple, frozenset, range, type(None))):
                names.add(changed.id)
    return names
