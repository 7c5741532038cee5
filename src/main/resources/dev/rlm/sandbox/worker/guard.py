"""Puts back what a cell has changed of the REPL, and of the modules that the REPL and most cells use."""


def _make_guard():
    """Notes how everything is now, and returns the function that makes it so again, and those that tell it of REPLs.

    The functions are handed to the host and are in no namespace. While a cell runs they are on no stack of its thread
    either, and what they need is in their closures: a cell cannot spoil them by what it finds. What is shared is put back
    for all REPLs, also while cells of others run; of the REPLs themselves only the one whose cell is about to run.
    """
    import gc
    import sys
    import threading
    import types

    absent = object()
    put, remove, names_of = type.__setattr__, type.__delattr__, type.__dict__["__dict__"].__get__
    attribute, kind_of, update, length = object.__setattr__, type, dict.update, len
    text, number, table, sequence = str, int, dict, list
    missing = KeyError
    set_trace, set_profile, set_limit, limit = sys.settrace, sys.setprofile, sys.setrecursionlimit, sys.getrecursionlimit
    least_limit, enable = limit(), gc.enable
    mine = globals()
    loaded = dict(sys.modules)
    main = loaded.pop("__main__")

    tables = [(mine, {name: value for name, value in mine.items() if name != "_make_guard"})]
    # A stopped thread may hold a lock for ever, so locks are replaced then, and stay so.
    locks = (type(threading.Lock()), type(threading.RLock()))
    tables += [
        (module.__dict__, {name: value for name, value in module.__dict__.items() if not isinstance(value, locks)})
        for module in set(loaded.values())
        if hasattr(module, "__dict__")
    ]
    tables.append((sys.modules, loaded | {"__main__": main}))
    lists = [(each, list(each)) for each in (sys.meta_path, sys.path_hooks, sys.path)]

    own = [each for each in mine.values() if isinstance(each, type) and each.__module__ in ("__main__", "rlm")]
    usual = [
        each
        for name, module in loaded.items()
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == name and each.__flags__ & (1 << 9)
    ]
    kinds = [(kind, dict(names_of(kind))) for kind in own + usual]
    functions = [
        (each, each.__code__, each.__defaults__, each.__kwdefaults__)
        for each in [*mine.values(), *(value for kind in own for value in names_of(kind).values())]
        if isinstance(each, types.FunctionType) and each is not _make_guard
    ]
    runs, source, system = _runs, _input, sys
    output_kinds = {"_host": object, "_parts": list, "_limit": int, "_room": int, "_flushes": int, "_batch": int, "_lock": object}
    local = runs._local
    adopted = []
    share, shared_chance = share_chance, []

    def whole(thing, kind, kinds):
        """Makes the thing one of its class again; tells whether its attributes are of these kinds."""
        if kind_of(thing) is not kind:
            attribute(thing, "__class__", kind)
        state = thing.__dict__
        for name in sequence(state):
            if name not in kinds:
                del state[name]
        for name, expected in kinds.items():
            value = state.get(name, absent)
            if value is absent or expected is not object and kind_of(value) is not expected:
                return False
        return True

    def restore_kind(kind, before):
        now = names_of(kind)
        for name, value in before.items():
            if now.get(name, absent) is not value:
                put(kind, name, value)
        for name in sequence(now):
            if name not in before:
                remove(kind, name)

    def restore_names():
        for current, before in tables:
            update(current, before)
        for current, before in lists:
            if current != before:
                current[:] = before
        for kind, before in kinds:
            now = names_of(kind)
            # By identity, since what equals the old value may be a forgery. There are thousands, so this is kept plain.
            try:
                changed = length(now) != length(before)
                for name, value in before.items():
                    if now[name] is not value:
                        changed = True
                        break
            except missing:
                changed = True
            if changed:
                restore_kind(kind, before)
        for function, code, defaults, keyword_defaults in functions:
            if function.__code__ is not code:
                function.__code__ = code
            if function.__defaults__ is not defaults:
                function.__defaults__ = defaults
            if function.__kwdefaults__ is not keyword_defaults:
                function.__kwdefaults__ = keyword_defaults

    def restore_shared():
        if kind_of(system) is not system_kind:
            attribute(system, "__class__", system_kind)
        whole(source, source_kind, {})
        whole(runs, runs_kind, {"root": object, "_local": object, "sessions": object})
        runs._local, runs.sessions = local, [session for session, _, _ in adopted]
        for session, fixed, _ in adopted:
            if fixed["number"] == 0 and runs.__dict__.get("root") is not session.__dict__.get("run"):
                runs.root = run_of(session, fixed)

    def run_of(session, fixed):
        run = session.__dict__.get("run")
        if kind_of(run) is not run_kind or run.session is not session or run.repeatable is not fixed["repeatable"]:
            run = session.__dict__["run"] = run_kind(session, fixed["repeatable"], True)
        return run

    def restore_session(session, fixed, repeatable):
        if kind_of(session) is not session_kind:
            attribute(session, "__class__", session_kind)
        state = session.__dict__
        for name in sequence(state):
            if name not in session_state:
                del state[name]
        update(state, fixed)
        for name in tables_of_session:
            state[name] = table(fixed[name])
        if not whole(state["output"], output_kind, output_kinds):
            state["output"].begin(0)
        state["output"]._host = state["host"]
        now = state["repeatable"].__dict__
        for name, default in repeatable.items():
            if kind_of(now.get(name)) is not kind_of(default):
                now[name] = default
        run_of(session, fixed)
        # In which order the variables were assigned is lost then, but not that they were.
        unordered = {name: 0 for name in state["namespace"] if kind_of(name) is text}
        for name, default in (("before", {}), ("stores", {}), ("streams", {}), ("recency", unordered), ("stamp", 0)):
            if kind_of(state.get(name)) is not kind_of(default):
                state[name] = default
        for name in ("failure", "unparsed"):
            if not isinstance_of(state.get(name), failure_kind):
                state[name] = None
        if not isinstance_of(state.get("answer"), table):
            state["answer"] = {"content": "", "ready": False}
        ended = state.get("ended")
        if kind_of(ended) is not tuple_kind or [kind_of(each) for each in ended] != [text, text]:
            state["ended"] = None

    source_kind, output_kind, runs_kind, session_kind, run_kind = type(source), _Output, type(runs), _Session, _Run
    isinstance_of, failure_kind, tuple_kind, system_kind = isinstance, BaseException, tuple, type(system)
    session_state = frozenset(vars(_Session(0, {})))
    fixed_names = (
        "number", "host", "output", "repeatable", "loops", "executors", "running_items", "threads", "filenames", "module",
        "namespace", "context", "documents", "names", "yielding",
    )

    tables_of_session = ("names", "yielding", "host")

    def guard(session):
        """Puts everything back before a cell of this REPL."""
        set_trace(None)
        set_profile(None)
        enable()
        if limit() < least_limit:
            set_limit(least_limit)
        restore_names()
        restore_shared()
        for each, fixed, repeatable in adopted:
            if each is session:
                restore_session(session, fixed, repeatable)

    def adopt(session):
        """This REPL has been opened."""
        if adopted and not shared_chance:
            functions_of_random = share()
            shared_chance.append(functions_of_random)
            for current, before in tables:
                if current is random_names:
                    update(before, functions_of_random)
        fixed = {name: session.__dict__[name] for name in fixed_names}
        for name in tables_of_session:
            fixed[name] = table(fixed[name])
        adopted.append((session, fixed, table(fixed["repeatable"].__dict__)))

    def forget(session):
        """This REPL is about to be closed."""
        nonlocal adopted
        # A list that shrinks may go on holding in its memory what it had at its end.
        adopted = [each for each in adopted if each[0] is not session]

    random_names = sys.modules["random"].__dict__
    return guard, adopt, forget
