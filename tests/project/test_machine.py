"""A run knows its machine: how much it carries at a time, and how long things take on it."""

from __future__ import annotations

import pytest

from tests import machine


@pytest.mark.parametrize(
    ("processors", "gib", "load", "code", "browser"),
    [
        (2, 16, 0, 2, 4),
        (2, 16, 1, 2, 4),  # one process on each: ours among them
        (2, 16, 9, 1, 3),  # others leave us half
        (8, 64, 0, 8, 10),
        (8, 64, 9, 4, 6),
        (8, 4, 0, 5, 2),  # memory is what is scarce
        (0.5, 0.5, 0, 1, 1),
    ],
)
def test_as_many_run_at_a_time_as_processors_memory_and_load_allow(
    processors: float, gib: float, load: float, code: int, browser: int
) -> None:
    assert machine.at_a_time(processors, gib, load, browser=False) == code
    assert machine.at_a_time(processors, gib, load, browser=True) == browser


def test_waits_are_stretched_by_how_slow_the_machine_is_and_no_further_than_tenfold() -> None:
    assert 1 <= machine.slowness() <= 10
    assert 30 <= machine.patience(30) <= 300
    assert 1 <= machine.measured_slowness() <= 10


def test_there_is_something_to_run_on() -> None:
    assert machine.processors() > 0
    assert machine.workers(browser=True) >= machine.workers(browser=False) >= 1
