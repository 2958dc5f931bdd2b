"""One function over many items in processes of their own, where the machine and the work allow it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# What the forked processes inherit.
_inherited: list[Callable[[Any], Any]] = []


class WorkerLostError(Exception):
    """A process ended without an answer, as when the system runs out of memory."""


def processes(wanted: int, items: int) -> int:
    """How many processes to use: `wanted`, or for 0 as many as processors; 1 where processes cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    return max(1, min(wanted or _processors(), items))


def each(function: Callable[[Item], Result], items: Sequence[Item], count: int) -> Iterator[Result]:
    """Give `function(item)` for each item in their order, worked out in `count` forked processes.

    The function may be a closure: what it refers to is inherited and may change in each process apart.
    Results are pickled. Raises what the function or the pickling raises, and `WorkerLostError`.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    _inherited[:] = [function]
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("fork"), _begin)
    try:
        for future in [pool.submit(_call, item) for item in items]:
            yield future.result()
        pool.shutdown()
    except BrokenProcessPool:
        raise WorkerLostError from None
    except BaseException:
        # An interrupt must not wait for what is being worked out. Nothing is cancelled: in Python 3.11 the thread of
        # the pool fails where it finds a cancelled item after the end of a process.
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        pool.shutdown(wait=False)
        raise
    finally:
        _inherited.clear()


def _begin() -> None:
    """Make a process end with the one that it works for, and by that one's word only."""
    import multiprocessing
    import signal
    import threading

    # A terminal interrupts all of them, and each would tell about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _call(item: Any) -> Any:
    return _inherited[0](item)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
