"""The REPLs of one task in this interpreter: opens them, runs their cells and closes them."""

import builtins
import errno
import linecache
import os
import posix
import re
import sys
import threading


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


_HOST_FUNCTIONS = (
    "query",
    "ask",
    "publish",
    "history",
    "budget",
    "write",
    "skip",
    "grep",
    "hand_over",
    "thread_wanted",
    "thread_not_started",
    "thread_began",
    "thread_ended",
    "cite",
    "search",
    "call",
)


def close_what_is_of_no_use():
    """Closes what the sandbox has no use for, and lends the REPLs their own streams and threads."""
    os.environ.clear()
    # sysconfig, zoneinfo and others ask for it when they are imported, and the sandbox refuses it.
    os.getcwd, os.getcwdb = (lambda: "/"), (lambda: b"/")
    os.system = os.popen = os.fork = _no_process
    os._exit = posix._exit = builtins.exit = builtins.quit = _leave
    builtins.input = _no_input
    sys.addaudithook = _no_audit_hook
    sys.modules["__main__"] = _main
    _lend_streams()
    _lend_threads()


def open_session(number, text, packed, offered, *functions):
    """Begins a REPL with this context and these functions of others, whose cells will run on the calling thread; returns its session."""
    session = _Session(number, dict(zip(_HOST_FUNCTIONS, functions)))
    session.open(text, packed, functions_of(offered))
    _runs.work_for(session.run)
    _runs.become_cell_thread()
    session.threads.add(threading.get_ident())
    if number == 0:
        _runs.root = session.run
    _runs.sessions.append(session)
    return session


def open_slice(number, parent, start, end, packed, offered, *functions):
    """Begins a REPL whose context is a part of another's, with which it shares the text."""
    return open_session(number, _part_of_text(parent.context, start, end), packed, offered, *functions)


def close_session(session):
    """Forgets what is kept of a REPL outside of its session; called by its thread."""
    session.end_run()
    _runs.sessions.remove(session)
    for filename in session.filenames:
        linecache.cache.pop(filename, None)
    threading._active.pop(threading.get_ident(), None)
    session.forget()
    _runs.work_for(_runs.root)


def run_cell(session, source, number, limit, seed, levels, clocks):
    """Runs a cell, again if it is told what clocks said before; finish_cell tells what came of it."""
    session.levels, session.told, session.published, session.turns = levels, set(), 0, None
    session.output.begin(limit)
    session.begin_run()
    session.repeatable.begin_cell(seed, number, clocks)
    try:
        session.run_source(source, session.filename(number), limit)
    except _RunEnded:
        pass
    except BaseException as error:
        session.failure = error


def finish_cell(session):
    """Tells the cell's error in the output. Returns its last line, or None."""
    session.restore_streams()
    line, failure = None, session.failure
    try:
        session.note_assignments()
        session.take_answer()
    except Exception as error:
        failure = error
    if failure is not None and session.ended is None:
        line = error_line(without_folders(failure))
        session.output.write(format_error(failure, failure is not session.unparsed))
        advice = advice_on(failure, session.source)
        if advice is not None:
            line = f"{line} ({advice})"
            session.output.write(f"({advice})\n")
        if isinstance(failure, SystemExit):
            session.output.write("The REPL goes on with its variables; FINAL(value) ends the run.\n")
    session.output.flush()
    session.failure = session.unparsed = None
    session.end_run()
    return line


def finish_stopped_threads(session):
    """Tidies up after threads that were stopped from outside."""
    session.output._lock = threading.Lock()
    free_locks_of_modules()
    abandon_half_imported_modules(session)
    renew_wakeups(session)
    abandon_thread_pool_work(session)


def finish_stopped_cell(session):
    """Tidies up after a cell that was stopped from outside."""
    session.stopped = True
    finish_stopped_threads(session)
    session.restore_streams()
    session.output.flush()
    session.note_assignments()
    session.adopt_answer()
    abandon_event_loops(session)
    session.threads.intersection_update({threading.get_ident()})
    session.end_run()


def traces(session):
    """What is needed to run the cell again: what clocks said, the names it assigned and those it read."""
    assigned, read = session.traces()
    return [session.repeatable.traces_of_clocks(session.stopped), "\0".join(assigned), "\0".join(read)]


def ended(session):
    """The final value as (text, json), or None while the run goes on."""
    return session.ended


def variables(session):
    """The assigned variables, most recent first, as (name, type, size, preview)."""
    rows = []
    for name in [name for name in session.assigned() if len(name) <= 200][:MOST_NAMES]:
        value = session.namespace[name]
        try:
            size = len(value) if hasattr(value, "__len__") and not isinstance(value, type) else -1
            preview = short_repr(value, 150)[:200]
        except Exception as error:
            size, preview = -1, f"<no repr: {type(error).__name__}>"
        rows.append((name, type(value).__name__[:200], size, preview))
    return rows


def value_of(session, name):
    """A variable as (text, json), or None if there is no such variable."""
    if name not in session.namespace:
        return None
    return final_forms(session.namespace[name])


def warm_up(pieces, waiting):
    """Runs pieces of code in a namespace of their own until somebody waits for this worker."""
    namespace = {}
    for piece in pieces.split("\n# %%\n"):
        if waiting():
            break
        exec(compile(piece, "<warm-up>", "exec", dont_inherit=True), namespace)
    re.purge()
