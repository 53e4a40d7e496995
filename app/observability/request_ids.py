"""The id of the request at work: what it records, asks for and logs can be traced by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")
NAMESPACE = UUID("0b9e4b9c-6c2b-4f0e-8f5c-6a1d3f6f2f7e")  # of ids that are no UUIDs
_NOTHING: dict[str, str] = {}
_at_work: ContextVar[dict[str, str]] = ContextVar("at_work", default=_NOTHING)


def taken_or_made(sent: str | None) -> str:
    """Take the id that a proxy sent where it is well formed, else make one."""
    return sent if sent and _WELL_FORMED.fullmatch(sent) else str(uuid7())


def current() -> str | None:
    """Return the id of the request at work, or of the one that asked for the job at work."""
    return _at_work.get().get("request_id")


def log_fields() -> dict[str, str]:
    """Return what each log line tells of what is at work."""
    return _at_work.get()


def correlation_id() -> UUID | None:
    """Return it as events carry it: as it is, or as a UUID that it always leads to."""
    found = current()
    if found is None:
        return None
    try:
        return UUID(found)
    except ValueError:
        return uuid5(NAMESPACE, found)


def begin(request_id: str) -> None:
    """Begin a request in this thread, which may have served another."""
    _at_work.set({"request_id": request_id})


def end() -> None:
    """End it."""
    _at_work.set({})


@contextmanager
def carried_on(request_id: str | None, **about: str) -> Iterator[None]:
    """Do something that a request asked for earlier; `about` tells in each log line what."""
    asked = {"request_id": request_id} if request_id else {}
    before = _at_work.set({**asked, **about})
    try:
        yield
    finally:
        _at_work.reset(before)
