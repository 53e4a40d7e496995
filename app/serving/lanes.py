"""Threads in which the application works, in lanes: what is quick has its own."""

from __future__ import annotations

import contextlib
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_WAITING_MOST = 512  # requests; more are told to come back


class LaneFullError(Exception):
    """So many requests wait already that one more would wait too long."""


class Lane:
    """A few threads with one queue; asyncio's executor takes three times as long to hand over."""

    def __init__(self, name: str, threads: int) -> None:
        """Start the threads; they end with the process."""
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        for number in range(threads):
            Thread(target=self._work, name=f"{name}-{number + 1}", daemon=True).start()

    def run(self, loop: AbstractEventLoop, work: Callable[[], _Result]) -> Future[_Result]:
        """Have a thread do it, in its turn. Raises LaneFullError."""
        if self._queue.qsize() >= _WAITING_MOST:
            raise LaneFullError
        future: Future[_Result] = loop.create_future()
        self._queue.put((future, work))
        return future

    def _work(self) -> None:
        while True:
            future, work = self._queue.get()
            if future.cancelled():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
                _tell(future, future.set_exception, error)
            else:
                _tell(future, future.set_result, result)
            del future, work


def _tell(future: Future[Any], tell: Callable[[Any], None], outcome: object) -> None:
    def settle() -> None:
        if not future.done():
            tell(outcome)

    with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
        future.get_loop().call_soon_threadsafe(settle)
