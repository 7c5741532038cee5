"""Puts back what a cell has changed of the REPL, and of the modules that the REPL and most cells use."""


def _make_guard():
    """Notes how everything is now, and returns the function that makes it so again.

    The function is handed to the host and is in no namespace. While a cell runs it is on no stack either, and what it
    needs is in its closure: a cell cannot spoil it by what it finds.
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
    loaded.pop("__main__", None)

    tables = [(mine, {name: value for name, value in mine.items() if name not in ("_session", "_make_guard")})]
    # A stopped thread may hold a lock for ever, so locks are replaced then, and stay so.
    locks = (type(threading.Lock()), type(threading.RLock()))
    tables += [
        (module.__dict__, {name: value for name, value in module.__dict__.items() if not isinstance(value, locks)})
        for module in set(loaded.values())
        if hasattr(module, "__dict__")
    ]
    tables += [(sys.modules, loaded), (_host, dict(_host))]
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
    output, threads, source = _output, _threads, _input
    output_kinds = {"_parts": list, "_limit": int, "_room": int, "_flushes": int, "_batch": int, "_lock": object}
    local = threads._local
    adopted = {}

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

    def restore_objects():
        whole(source, source_kind, {})
        if not whole(output, output_kind, output_kinds):
            output.begin(0)
        if not whole(threads, threads_kind, {"cell": number, "began": object, "_local": object}):
            threads.cell = 0
        threads.began, threads._local = True if threads.__dict__.get("began") else False, local
        session = adopted.get("session")
        if session is None:
            return
        mine["_session"] = session
        if kind_of(session) is not session_kind:
            attribute(session, "__class__", session_kind)
        state = session.__dict__
        for name in sequence(state):
            if name not in session_state:
                del state[name]
        update(state, adopted["fixed"])
        state["names"] = table(adopted["names"])
        # In which order the variables were assigned is lost then, but not that they were.
        unordered = {name: 0 for name in state["namespace"] if kind_of(name) is text}
        for name, default in (("before", {}), ("stores", {}), ("recency", unordered), ("stamp", 0)):
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

    source_kind, output_kind, threads_kind, session_kind = type(source), type(output), type(threads), _Session
    isinstance_of, failure_kind, tuple_kind = isinstance, BaseException, tuple
    session_state = frozenset(vars(_Session()))

    def guard(adopt=False):
        """Puts everything back; with True, the session of the moment is the one to keep."""
        set_trace(None)
        set_profile(None)
        enable()
        if limit() < least_limit:
            set_limit(least_limit)
        if adopt:
            session = mine["_session"]
            adopted["session"], adopted["names"] = session, table(session.names)
            adopted["fixed"] = {name: session.__dict__[name] for name in ("module", "namespace", "context", "documents")}
        restore_names()
        restore_objects()

    return guard
