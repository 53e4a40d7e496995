"""Looks at what may hang: one at a time, and nobody waits for it longer than a moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class SingleFlight(Generic[_Result]):
    """A call that whoever asks first begins, and that all who ask while it runs share."""

    def __init__(self, call: Callable[[], _Result]) -> None:
        """Take the call; it runs in a thread of its own."""
        self._call = call
        self._lock = Lock()
        self._going_on: Future[_Result] | None = None

    def within(self, seconds: float) -> _Result:
        """Return its result. Raises TimeoutError, and whatever the call raises."""
        with self._lock:
            going_on = self._going_on
            if going_on is None or going_on.done():
                going_on = self._going_on = Future()
                Thread(target=self._run, args=(going_on,), daemon=True).start()
        return going_on.result(seconds)

    def _run(self, going_on: Future[_Result]) -> None:
        try:
            going_on.set_result(self._call())
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            going_on.set_exception(error)
