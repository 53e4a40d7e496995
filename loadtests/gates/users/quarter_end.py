"""Twenty analysts record valuation rounds by the forms, while twenty GPs drag the handle."""

from __future__ import annotations

import re
from typing import Any

import gevent
from locust import constant, task

from loadtests.gates.judging import Gate
from loadtests.gates.users import dragging_gp, measuring
from loadtests.gates.users.visiting import BROWSER, FORM, PARTIAL, Visitor, encoded, field

LIST, START, GRID = "round: list", "round: start", "round: grid"
TYPE, REVIEW, RECORD = "round: type six marks", "round: review", "round: record"
_ROW = re.compile(r'name="mark\.([^"]+)"')
_QUARTER = re.compile(r'<option value="(\d{4}-\d{2}-\d{2})">')
_FIELDS = ("mark", "ownership", "method", "level", "note")
_AT_ONCE = 6  # marks pasted together
_THINK = (0.8, 2.0)  # seconds between two steps
_TWICE = 0.25  # of the rounds, whose button is pressed twice


class GP(dragging_gp.DraggingGP):
    """One of those who look at the funds meanwhile."""


class Analyst(Visitor):
    """Records round after round of a fund, the quarters in their order."""

    wait_time = constant(0)

    @task
    def round(self) -> None:
        home = f"/funds/{self.part.fund}/valuations/"
        page = self.look(home, LIST)
        quarters = _QUARTER.findall(page)
        if not quarters:
            self.measuring.over.wait()
            return
        form = {"csrf_token": field(page, "csrf_token"), "as_of": quarters[-1]}
        address = self.send(home, form, START)
        cells = self._type(address, self.look(address, GRID))
        review = self.send(address, cells | {"review": "1"}, REVIEW)
        page = self.look(review, REVIEW)
        form = {name: field(page, name) for name in ("csrf_token", "round", "version", "through")}
        self._record(f"{address}record", form, quarters[-1])

    def look(self, address: str, name: str) -> str:
        """Open a page, after a while in which the one before was read."""
        self._think()
        with self.client.get(address, name=name, headers=BROWSER) as answer:
            return answer.text or ""

    def _type(self, address: str, page: str) -> dict[str, str]:
        """Type a mark for each holding, as pasted columns, each kept as it goes."""
        rows = _ROW.findall(page)
        cells = {name: field(page, name) for name in ("csrf_token", "round", "base")}
        cells |= {f"{name}.{row}": "" for row in rows for name in _FIELDS}
        for place in range(0, len(rows), _AT_ONCE):
            for row in rows[place : place + _AT_ONCE]:
                cells[f"mark.{row}"] = f"{self.chance.uniform(0.8, 2.4):.2f}x"
            self._think()
            answer = self.client.post(address, encoded(cells), name=TYPE, headers=PARTIAL | FORM)
            cells["base"] = field(answer.text, "base")
        return cells

    def _record(self, address: str, form: dict[str, Any], quarter: str) -> None:
        self._think()
        presses = 2 if self.chance.random() < _TWICE else 1
        pressed = [gevent.spawn(self.send, address, form, RECORD) for _ in range(presses)]
        gevent.joinall(pressed)
        if all(press.value for press in pressed):
            self.measuring.told.append({"fund": self.part.fund, "as_of": quarter})

    def _think(self) -> None:
        self.measuring.over.wait(self.chance.uniform(*_THINK))


measuring.judged_by(
    Gate("p95", "<", 100, dragging_gp.FRAME),
    Gate("p95", "<", 500, RECORD),
    Gate("errors %", "≤", 0),
)
