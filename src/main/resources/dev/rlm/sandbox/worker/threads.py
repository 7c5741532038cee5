"""Threads of cells: their number is bounded, and each works for the cell that gave it its work and for no later one."""

import _thread
import concurrent.futures.thread
import sys
import threading

MOST_THREADS = 256


class _Threads:
    """Knows which cell a thread works for."""

    def __init__(self):
        self.cell = 0
        self.began = False
        self._local = _thread._local()

    def cell_of_this_thread(self):
        """The number of the cell that this thread works for."""
        cell = getattr(self._local, "cell", None)
        return self.cell if cell is None else cell

    def work_for(self, cell):
        """This thread works for another cell from now on; returns the one before."""
        before = getattr(self._local, "cell", None)
        self._local.cell = cell
        return before

    def overdue(self):
        """Whether the cell that this thread works for has ended."""
        return self.cell_of_this_thread() != self.cell

    def start(self, function, args, kwargs={}):
        """Starts a thread; takes the place of the function of this name in the module _thread."""
        if not isinstance(args, tuple):
            raise TypeError("2nd arg must be a tuple")
        if self.overdue():
            raise RuntimeError(_OVERDUE)
        if not _host["thread_wanted"](MOST_THREADS):
            raise RuntimeError(
                f"{MOST_THREADS} threads are running and no more can be started: wait for some of them, "
                "or use a ThreadPoolExecutor with fewer workers"
            )
        cell = self.cell_of_this_thread()
        self.began = True

        def run():
            _host["thread_began"]()
            try:
                self.work_for(cell)
                function(*args, **kwargs)
            except SystemExit:
                pass
            except BaseException as error:
                _tell_of_thread(_thread.get_ident(), error)
            finally:
                _host["thread_ended"]()

        try:
            return _start_thread(run, ())
        except BaseException:
            _host["thread_not_started"]()
            raise


class _WorkItem(concurrent.futures.thread._WorkItem):
    """A task of a pool: it belongs to the cell that submitted it, whichever cell's thread does it."""

    def __init__(self, *fields):
        super().__init__(*fields)
        self.cell = _threads.cell_of_this_thread()

    def run(self):
        before = _threads.work_for(self.cell)
        try:
            super().run()
        finally:
            _threads.work_for(before)


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


_threads = _Threads()
_start_thread = _thread.start_new_thread
_adjust_pool = concurrent.futures.thread.ThreadPoolExecutor._adjust_thread_count


def _lend_threads():
    _thread.start_new_thread = _thread.start_new = threading._start_new_thread = _threads.start
    threading.excepthook = _thread_failed
    concurrent.futures.thread._WorkItem = _WorkItem
    concurrent.futures.thread.ThreadPoolExecutor._adjust_thread_count = _adjust_lent_pool
