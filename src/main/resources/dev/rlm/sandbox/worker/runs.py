"""Which run a thread works for: a cell of one of the REPLs in this interpreter, from its beginning to its end."""

import _thread


class _Run:
    """A cell of a REPL that runs or ran; over when it has ended."""

    __slots__ = ("session", "repeatable", "over")

    def __init__(self, session, repeatable, over=False):
        self.session, self.repeatable, self.over = session, repeatable, over


class _Runs:
    """Knows what each thread works for. A thread that nobody told works for the task's own REPL."""

    def __init__(self):
        self.root = None
        self.sessions = []
        self._local = _thread._local()

    def current(self):
        """The run that this thread works for."""
        try:
            return self._local.run
        except AttributeError:
            return self.root

    def work_for(self, run):
        """This thread works for another run from now on; returns the one before."""
        before = getattr(self._local, "run", None)
        self._local.run = run
        return before

    def become_cell_thread(self):
        """This thread is the one on which the cells of a REPL run."""
        self._local.runs_cells = True

    def is_cell_thread(self):
        return getattr(self._local, "runs_cells", False)


_runs = _Runs()
