"""asyncio without sockets: event loops that a thread wakes by an event, and what they need to outlive stopped cells."""

import concurrent.futures
import sys
import threading

_MOST_LOOP_THREADS = 64


class _Wakeups:
    """What a loop waits for between callbacks, in the place of a selector: there are no files or sockets to watch."""

    def __init__(self):
        self._called = threading.Event()

    def select(self, timeout=None):
        if timeout is None or timeout > 0:
            self._called.wait(timeout)
        # Who wakes the loop has queued a callback before, and the loop looks at its queue after this.
        self._called.clear()
        return ()

    def wake(self):
        self._called.set()


class _AdaptingFinder:
    """Finds modules as the other finders do, and makes some fit for the sandbox right after they were imported."""

    def __init__(self, adaptations):
        self._adaptations = adaptations

    def find_spec(self, name, path=None, target=None):
        if name not in self._adaptations:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec is not None:
                spec.loader = _AdaptingLoader(spec.loader, self._adaptations[name])
                return spec
        return None


class _AdaptingLoader:
    def __init__(self, loader, adapt):
        self._loader, self._adapt = loader, adapt

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        # asyncio takes ssl where it is there; without a network it would only cost time.
        without_ssl = "ssl" not in sys.modules
        if without_ssl:
            sys.modules["ssl"] = None
        try:
            self._loader.exec_module(module)
        finally:
            if without_ssl:
                sys.modules.pop("ssl", None)
        module.__spec__.loader = module.__loader__ = self._loader
        self._adapt(module)


def _adapt_asyncio(asyncio):
    """Gives asyncio event loops that need no socket."""
    run = asyncio.run

    class EventLoop(asyncio.BaseEventLoop):
        """An event loop for coroutines, timers and threads. It has no files, sockets or processes."""

        def __init__(self):
            super().__init__()
            self._selector = _Wakeups()
            _runs.current().session.loops.add(self)

        def _process_events(self, events):
            pass

        def _write_to_self(self):
            self._selector.wake()

        def run_in_executor(self, executor, func, *args):
            if executor is None and self._default_executor is None and not self._executor_shutdown_called:
                # The default would be a few threads for each processor, but threads here wait for sub-models.
                self.set_default_executor(
                    concurrent.futures.ThreadPoolExecutor(_MOST_LOOP_THREADS, thread_name_prefix="asyncio")
                )
            return super().run_in_executor(executor, func, *args)

    class EventLoopPolicy(asyncio.events.BaseDefaultEventLoopPolicy):
        _loop_factory = EventLoop

        def get_event_loop(self):
            """The loop of this thread. The cells' thread always has one: a closed one is replaced."""
            loop = self._local._loop
            if _runs.is_cell_thread() and (loop is None or loop.is_closed()):
                self.set_event_loop(self.new_event_loop())
            return super().get_event_loop()

    def run_main(main, *, debug=None, loop_factory=None):
        if asyncio.isfuture(main) and asyncio.events._get_running_loop() is None:
            # gather(...) outside of a coroutine is a future of the cells' loop.
            return main.get_loop().run_until_complete(main)
        policy = asyncio.get_event_loop_policy()
        local = getattr(policy, "_local", None)
        before = getattr(local, "_loop", None)
        try:
            return run(main, debug=debug, loop_factory=loop_factory)
        finally:
            # run() leaves the thread without a loop; the cells' own has tasks that later cells await.
            if before is not None and not before.is_closed():
                policy.set_event_loop(before)

    run_main.__name__ = run_main.__qualname__ = "run"
    run_main.__doc__ = run.__doc__
    asyncio.run = asyncio.runners.run = run_main
    for name in ("EventLoop", "SelectorEventLoop"):
        setattr(asyncio, name, EventLoop)
    asyncio.DefaultEventLoopPolicy = EventLoopPolicy
    asyncio.set_event_loop_policy(EventLoopPolicy())


def _adapt_thread_pool(pools):
    """Lets multiprocessing's pool of threads wait for its pipe by reading it: there is no select() here."""
    pools.Pool._wait_for_updates = staticmethod(lambda sentinels, notifier, timeout=None: notifier.get())


sys.meta_path.insert(0, _AdaptingFinder({"asyncio": _adapt_asyncio, "multiprocessing.pool": _adapt_thread_pool}))


def run_on_event_loop(parts, namespace):
    """Runs the parts of a cell on the loop that all cells share, so that tasks live on; returns the last part's value."""
    import asyncio

    # The error comes as a value, so that its traceback does not show the loop.
    value, error = asyncio.get_event_loop().run_until_complete(_run_parts(parts, namespace))
    if error is not None:
        raise error
    return value


async def _run_parts(parts, namespace):
    value = None
    try:
        for code, awaiting in parts:
            value = eval(code, namespace)
            if awaiting:
                value = await namespace.pop(COROUTINE)()
    except BaseException as error:
        return None, error
    return value, None


def renew_wakeups(session):
    """Lets threads wake the REPL's loops, none of which runs now, again: one that was stopped may hold what that takes."""
    for loop in list(session.loops):
        loop._selector = _Wakeups()


def abandon_event_loops(session):
    """Makes asyncio usable after a cell was stopped inside of it, where no cleaning up was done."""
    asyncio = sys.modules.get("asyncio")
    if not hasattr(asyncio, "set_event_loop_policy"):
        return
    asyncio.events._set_running_loop(None)
    asyncio.get_event_loop_policy().set_event_loop(None)
    for loop in list(session.loops):
        asyncio.tasks._current_tasks.pop(loop, None)
        loop._thread_id = None
        loop._stopping = False
