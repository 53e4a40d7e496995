"""The handle that load tests drag moves as a hand moves it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise
from random import Random

from loadtests.gates.dragging import walk

_FIRST, _DAYS = date(2015, 7, 1), 3800
_FRAMES = 6000


def frames(seed: int) -> list[date]:
    return list(islice(walk(_FIRST, _DAYS, Random(seed)), _FRAMES))


def test_it_stays_on_the_strip_and_gets_all_over_it() -> None:
    days = frames(1)
    assert min(days) >= _FIRST
    assert max(days) <= _FIRST + timedelta(days=_DAYS)
    assert (max(days) - min(days)).days > 0.95 * _DAYS


def test_most_frames_are_neighbours_of_the_one_before() -> None:
    steps = [abs((after - before).days) for before, after in pairwise(frames(2))]
    assert sum(step <= 180 for step in steps) > 0.97 * len(steps)
    assert len(set(steps)) > 50


def test_some_days_come_again_and_most_of_them_later() -> None:
    days = frames(3)
    again = len(days) - len(set(days))
    at_once = sum(before == after for before, after in pairwise(days))
    assert 0.02 * len(days) < at_once < 0.2 * len(days)
    assert again > 2 * at_once


def test_everybody_drags_differently() -> None:
    assert frames(4) != frames(5)
