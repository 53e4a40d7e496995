"""The walk of a handle that a person drags over a fund's days, frame by frame."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

_WIDTHS = (640, 1100, 1280)  # of the strip, in pixels
_SPEEDS = (0.5, 32)  # pixels a frame: as often slow, near what one looks for, as fast, to get there
_FRAMES = (8, 40)  # of one sweep, before the hand turns, rests or goes elsewhere
_JITTER = 0.3  # the share of its speed by which a hand is off it
_REST = 0.08  # the share of frames in which it does not move: the frame is asked for again
_ELSEWHERE = 0.2  # of the sweeps, which begin where one clicks
_BACK = 0.5  # of the others, which turn back over the same days


def walk(first: date, days: int, chance: random.Random) -> Iterator[date]:
    """Return the day under the handle in each frame, for ever.

    The handle moves by pixels, each of which is several days of a long history, and a hand that
    looks for something goes back and forth over neighbouring days.
    """
    width = chance.choice(_WIDTHS)
    place, way = chance.uniform(0, width), chance.choice((-1, 1))
    while True:
        if chance.random() < _ELSEWHERE:
            place = chance.uniform(0, width)
        elif chance.random() < _BACK:
            way = -way
        slow, fast = _SPEEDS
        speed = slow * (fast / slow) ** chance.random()
        for _ in range(chance.randint(*_FRAMES)):
            if chance.random() >= _REST:
                place += way * speed * (1 + chance.uniform(-_JITTER, _JITTER))
            if not 0 <= place <= width:
                place, way = min(max(place, 0), width), -way
            yield first + timedelta(days=round(round(place) / width * days))
