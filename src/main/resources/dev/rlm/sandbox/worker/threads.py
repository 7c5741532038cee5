"""Threads of cells: their number is bounded, and each works for the cell that gave it its work and for no other one."""

import _thread
import concurrent.futures.thread
import sys
import threading

MOST_THREADS = 256


def _start(function, args, kwargs={}):
    """Starts a thread; takes the place of the function of this name in the module _thread."""
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    run = _runs.current()
    if run.over:
        raise RuntimeError(_OVERDUE)
    session = run.session
    host = session.host
    if not host["thread_wanted"](MOST_THREADS):
        raise RuntimeError(
            f"{MOST_THREADS} threads are running and no more can be started: wait for some of them, "
            "or use a ThreadPoolExecutor with fewer workers"
        )

    task = (function, args, kwargs)

    def work():
        # The interpreter may know an ended thread for long, and with it this function.
        nonlocal task
        (function, args, kwargs), task = task, None
        host["thread_began"]()
        identity = _thread.get_ident()
        session.threads.add(identity)
        try:
            _runs.work_for(run)
            function(*args, **kwargs)
        except SystemExit:
            pass
        except BaseException as error:
            _tell_of_thread(identity, error)
        finally:
            session.threads.discard(identity)
            host["thread_ended"]()

    try:
        return _start_thread(work, ())
    except BaseException:
        host["thread_not_started"]()
        raise


class _WorkItem(concurrent.futures.thread._WorkItem):
    """A task of a pool: it belongs to the cell that submitted it, whichever cell's thread does it."""

    def __init__(self, *fields):
        super().__init__(*fields)
        self.of = _runs.current()

    def run(self):
        before = _runs.work_for(self.of)
        try:
            super().run()
        finally:
            _runs.work_for(before)


def _adjust_lent_pool(executor):
    """Forgets threads that a stopped cell has taken along, or the pool would wait for them for ever."""
    ended = [thread for thread in executor._threads if thread.ident is not None and not thread.is_alive()]
    if ended:
        executor._threads.difference_update(ended)
        while executor._idle_semaphore.acquire(timeout=0):
            pass
    _adjust_pool(executor)


def _tell_of_thread(name, error):
    print(f"Exception in thread {name}:\n{format_error(error)}", end="", file=sys.stderr)


def _thread_failed(failure):
    if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
        _tell_of_thread(getattr(failure.thread, "name", "?"), failure.exc_value)


_start_thread = _thread.start_new_thread
_adjust_pool = concurrent.futures.thread.ThreadPoolExecutor._adjust_thread_count


def _lend_threads():
    _thread.start_new_thread = _thread.start_new = threading._start_new_thread = _start
    threading.excepthook = _thread_failed
    concurrent.futures.thread._WorkItem = _WorkItem
    concurrent.futures.thread.ThreadPoolExecutor._adjust_thread_count = _adjust_lent_pool
