"""What a stopped cell leaves behind: no code tidies up when it is stopped, so it is done here."""

import concurrent.futures.thread as _pools
import importlib._bootstrap
import queue
import sys
import threading
import types

_run_item = _pools._WorkItem.run
_adjust_thread_count = _pools.ThreadPoolExecutor._adjust_thread_count
_module_kind, _lock_kinds = types.ModuleType, {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}


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


def _imported_elsewhere(name, session):
    """Whether a thread of another REPL is about to import the module."""
    lock = importlib._bootstrap._module_locks.get(name, lambda: None)()
    return any(getattr(lock, "owner", None) in each.threads for each in _runs.sessions if each is not session)


def free_locks_of_modules():
    """Replaces the locks that are taken: a thread that was stopped may hold them for ever. Who works with one goes on so."""
    for module in list(sys.modules.values()):
        if type(module) is _module_kind:
            for name, lock in list(module.__dict__.items()):
                make = _lock_kinds.get(type(lock))
                if make is not None:
                    if lock.acquire(blocking=False):
                        lock.release()
                    else:
                        module.__dict__[name] = make()


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
        if item is not None and not item.future.done():
            # A thread that is gone may hold the old lock.
            item.future._condition = threading.Condition()
            item.future.set_exception(RuntimeError("the cell of this call was stopped: submit it again if it is needed"))
