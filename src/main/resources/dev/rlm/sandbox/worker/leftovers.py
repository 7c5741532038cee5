"""What a stopped cell leaves behind: no code tidies up when it is stopped, so it is done here."""

import concurrent.futures.thread as _pools
import importlib._bootstrap
import queue
import sys
import threading
import types

_run_item = _pools._WorkItem.run
_adjust_thread_count = _pools.ThreadPoolExecutor._adjust_thread_count
_module_kind, _plain_kind, _reentrant_kind = types.ModuleType, type(threading.Lock()), type(threading.RLock())
_lock_kinds = {_plain_kind: threading.Lock, _reentrant_kind: threading.RLock}
_LONGEST_HOLD = 0.2


def _run_noted_item(item):
    running_items = _runs.current().session.running_items
    running_items.add(item)
    _run_item(item)
    # Not in a finally clause: an item that was stopped stays noted.
    running_items.discard(item)


def _note_executor(executor):
    _runs.current().session.executors.add(executor)
    _adjust_thread_count(executor)


_pools._WorkItem.run = _run_noted_item
_pools.ThreadPoolExecutor._adjust_thread_count = _note_executor


def abandon_half_imported_modules(session):
    """Forgets modules whose import was cut short, and parts of packages that were forgotten, so that they can be imported."""
    for name, module in list(sys.modules.items()):
        if getattr(getattr(module, "__spec__", None), "_initializing", False) and not _imported_elsewhere(name, session):
            sys.modules.pop(name, None)
    for name in sorted(sys.modules):
        parent = name.rpartition(".")[0]
        if parent and parent not in sys.modules:
            sys.modules.pop(name, None)
    for reference in list(importlib._bootstrap._module_locks.values()):
        lock = reference()
        if lock is not None and lock.count and not _held_elsewhere(lock, session):
            lock.owner = None
            lock.count.clear()
            if lock.waiters:
                lock.waiters.pop()
                lock.wakeup.release()


def _imported_elsewhere(name, session):
    """Whether a thread of another REPL is about to import the module."""
    return _held_elsewhere(importlib._bootstrap._module_locks.get(name, lambda: None)(), session)


def _held_elsewhere(module_lock, session):
    return any(getattr(module_lock, "owner", None) in each.threads for each in _runs.sessions if each is not session)


def free_locks_of_modules():
    """Frees the locks that a thread which was stopped holds: it would do so for ever, and others may wait for them."""
    taken = [
        (module.__dict__, name, lock)
        for module in list(sys.modules.values())
        if type(module) is _module_kind
        for name, lock in list(module.__dict__.items())
        if type(lock) in _lock_kinds and not _is_free(lock)
    ]
    if taken:
        # Nobody who lives keeps one for so long.
        threading.Event().wait(_LONGEST_HOLD)
    for names, name, lock in taken:
        if not _is_free(lock):
            names[name] = _lock_kinds[type(lock)]()
            if type(lock) is _plain_kind:
                # Whoever waits for this one goes on.
                lock.release()


def _is_free(lock):
    """Whether a lock can be taken; this thread gives back what it holds of it."""
    if type(lock) is _reentrant_kind:
        while lock._is_owned():
            lock.release()
    if not lock.acquire(blocking=False):
        return False
    lock.release()
    return True


def abandon_thread_pool_work(session):
    """Ends the calls that stopped threads left in thread pools, and lets the pools take new ones."""
    items = list(session.running_items)
    session.running_items.clear()
    for executor in list(session.executors):
        left = executor._work_queue
        while not left.empty():
            items.append(left.get_nowait())
        executor._work_queue = queue.SimpleQueue()
        executor._idle_semaphore = threading.Semaphore(0)
        executor._shutdown_lock = threading.Lock()
        executor._threads = set()
    for item in items:
        if item is not None:
            # A thread that is gone may hold the old lock, without which the future does not even tell its state.
            item.future._condition, item.future._waiters = threading.Condition(), []
            if item.future.done():
                continue
            item.future.set_exception(RuntimeError("the cell of this call was stopped: submit it again if it is needed"))
