"""A GP who drags the handle of a fund's page without a rest, ten frames a second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from locust import constant_throughput, task

from loadtests.gates.dragging import walk
from loadtests.gates.users.visiting import PARTIAL, Visitor, instead

FRAME = "scrub frame"
# A little more than ten: at ten exactly, the sum of all is a frame below it as often as above.
_FRAMES_A_SECOND = 10.2


class DraggingGP(Visitor):
    """Each frame is asked for as htmx asks, after the one before was answered."""

    abstract = True
    wait_time = constant_throughput(_FRAMES_A_SECOND)
    days: Iterator[date]

    def on_start(self) -> None:
        super().on_start()
        self.days = walk(self.part.first_day, self.part.days, self.chance)
        # The session's cookie stays as it is; a jar would look at it anew for each frame.
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.client.cookiejar)
        self.client.cookiejar.clear()
        self.headers = PARTIAL | {"Cookie": cookies}

    @task
    def frame(self) -> None:
        day = next(self.days)
        path = f"/funds/{self.part.fund}/?as_of={day}"
        with self.client.get(path, name=FRAME, headers=self.headers, catch_response=True) as answer:
            if answer.status_code != 200 or f'data-as-of="{day}"'.encode() not in answer.content:
                answer.failure(instead(answer, "the fund on the day"))
