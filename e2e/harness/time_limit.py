"""The time that each phase of a test may take; who exceeds it fails alone, and drives on.

The limit of a test is that of pytest-timeout, whose timer would raise wherever the signal finds the
program: within Playwright's connection to its driver, too, which then ends for all later tests.
Here the error is raised in the test itself, and nothing is limited while a report is made.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Protocol

import pytest
from greenlet import getcurrent

from tests.machine import patience

_PREPARED_WITHIN, _LEFT_WITHIN = 240.0, 120.0  # seconds, for whole sites
_DONE_WITHIN = 60.0  # seconds, where neither a test nor a setting says it
_AGAIN_AFTER = 5.0  # seconds, until what did not end is ended wherever it is
_LIMIT = pytest.StashKey[float]()
EXCEEDED = pytest.StashKey[bool]()  # of a run whose browser may hang since a limit was exceeded

Phase = Generator[None, object, object]


class _Settings(Protocol):
    timeout: float


class TimeLimitError(BaseException):
    """Something took longer than it may; what handles any Exception does not handle this."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in what takes longer; one limit at a time."""
    test, is_over, was_asked = getcurrent(), False, False
    error = TimeLimitError(f"not done within {seconds:.0f} s")

    def throw() -> None:
        if not is_over:
            test.throw(error)

    def end(*_: object) -> None:
        nonlocal was_asked
        if getcurrent() is test or was_asked:
            raise error
        was_asked = True
        # Playwright's loop runs while the test waits: it hands the error to the test.
        asyncio.get_running_loop().call_soon_threadsafe(throw)

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_AFTER)
    try:
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl
def pytest_timeout_set_timer(item: pytest.Item, settings: _Settings) -> bool:
    """Take note of a test's limit, in place of setting pytest-timeout's own timer."""
    item.stash[_LIMIT] = settings.timeout
    return True


@pytest.hookimpl
def pytest_timeout_cancel_timer(item: pytest.Item) -> bool:  # noqa: ARG001 (named by the hook)
    """Return that there is no timer of pytest-timeout's to cancel."""
    return True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Phase:
    """Limit what prepares a test; the first of a run prepares for all others."""
    return (yield from _limited(item, _PREPARED_WITHIN))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Phase:
    """Limit a test."""
    return (yield from _limited(item, item.stash.get(_LIMIT, _DONE_WITHIN)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Phase:
    """Limit what comes after a test."""
    return (yield from _limited(item, _LEFT_WITHIN))


def _limited(item: pytest.Item, seconds: float) -> Phase:
    try:
        with time_limit(patience(seconds)):
            return (yield)
    except TimeLimitError:
        item.config.stash[EXCEEDED] = True
        raise
