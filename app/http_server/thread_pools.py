"""Threads in which the application works, in lanes: what is quick has its own."""

from __future__ import annotations

import contextlib
import time
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_WAITING_MOST = 512  # requests; more are told to come back
_SLOW = 0.1  # seconds, after which another thread may go on meanwhile
_LOOK_AGAIN = 0.05  # seconds


class LaneFullError(Exception):
    """So many requests wait already that one more would wait too long."""


@dataclass(slots=True, eq=False)
class _Work:
    future: Future[Any]
    do: Callable[[], Any]
    begun: float = 0.0
    done: bool = False
    stood_in_for: bool = False


class Lane:
    """A few threads with one queue, and more that stand in for those at something slow.

    Few threads at once are faster than many: they hold each other up, since one computes at a time.
    """

    def __init__(self, name: str, threads: int, stand_ins: int = 0) -> None:
        """Start the threads; they end with the process."""
        self._queue: SimpleQueue[_Work] = SimpleQueue()
        self._slow: SimpleQueue[_Work] = SimpleQueue()
        self._at_work: set[_Work] = set()
        for number in range(threads):
            Thread(target=self._work, name=f"{name}-{number + 1}", daemon=True).start()
        for number in range(stand_ins):
            Thread(target=self._stand_in, name=f"{name}-also-{number + 1}", daemon=True).start()

    def run(self, loop: AbstractEventLoop, do: Callable[[], _Result]) -> Future[_Result]:
        """Have a thread do it, in its turn. Raises LaneFullError."""
        if self._queue.qsize() >= _WAITING_MOST:
            raise LaneFullError
        future: Future[_Result] = loop.create_future()
        self._queue.put(_Work(future, do))
        return future

    def relieve(self) -> None:
        """Have a thread stand in for each one that is at something slow."""
        late = time.monotonic() - _SLOW
        for work in tuple(self._at_work):
            if not work.stood_in_for and work.begun < late:
                work.stood_in_for = True
                self._slow.put(work)

    def _work(self) -> None:
        while True:
            self._do(self._queue.get())

    def _stand_in(self) -> None:
        while True:
            slow = self._slow.get()
            while not slow.done:
                with contextlib.suppress(Empty):
                    self._do(self._queue.get(timeout=_LOOK_AGAIN))

    def _do(self, work: _Work) -> None:
        if work.future.cancelled():
            return
        work.begun = time.monotonic()
        self._at_work.add(work)
        try:
            result = work.do()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            _settle(work.future, work.future.set_exception, error)
        else:
            _settle(work.future, work.future.set_result, result)
        finally:
            work.done = True
            self._at_work.discard(work)


def _settle(future: Future[Any], set_outcome: Callable[[Any], None], outcome: object) -> None:
    def settle() -> None:
        if not future.done():
            set_outcome(outcome)

    with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
        future.get_loop().call_soon_threadsafe(settle)
