"""Looks at what may hang: one at a time, and nobody waits for it longer than a moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

_Seen = TypeVar("_Seen")


class SingleFlight(Generic[_Seen]):
    """A look that is begun by who asks first, and shared by who asks while it goes on."""

    def __init__(self, look: Callable[[], _Seen]) -> None:
        """Take what looks; it runs in a thread of its own."""
        self._look = look
        self._lock = Lock()
        self._going_on: Future[_Seen] | None = None

    def within(self, seconds: float) -> _Seen:
        """Return what is seen. Raises TimeoutError, and whatever the look raises."""
        with self._lock:
            going_on = self._going_on
            if going_on is None or going_on.done():
                going_on = self._going_on = Future()
                Thread(target=self._run, args=(going_on,), daemon=True).start()
        return going_on.result(seconds)

    def _run(self, seen: Future[_Seen]) -> None:
        try:
            seen.set_result(self._look())
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            seen.set_exception(error)
