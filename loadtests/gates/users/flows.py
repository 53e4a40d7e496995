"""The critical flows: the state over the API and on the page, the timeline, a snapshot."""

from __future__ import annotations

from typing import Any

from locust import between, task

from loadtests.gates.users.visiting import PARTIAL, Visitor, instead

STATE, PAGE = "state, API", "state, page"
TIMELINE, SNAPSHOT = "timeline of 50", "ask for a snapshot"


class FlowUser(Visitor):
    """Somebody who reads now and then, and asks for a snapshot."""

    abstract = True
    _rest = between(0.05, 0.25)

    def wait_time(self) -> float:
        """Return how long it rests after a request: longer, as all else, on a slow machine."""
        self.reconnect_in_each_window()
        return self._rest() * self.measuring.slowness

    @task(4)
    def state_by_api(self) -> None:
        self.ask("GET", f"state?at={self.any_day()}", STATE)

    @task(4)
    def state_of_page(self) -> None:
        path = f"/funds/{self.part.fund}/?as_of={self.any_day()}"
        with self.client.get(path, name=PAGE, headers=PARTIAL, catch_response=True) as answer:
            self.judge(answer, 200)

    @task(3)
    def timeline(self) -> None:
        self.ask("GET", f"timeline?limit=50&end={self.any_day()}", TIMELINE)

    @task(1)
    def snapshot(self) -> None:
        self.ask("POST", "snapshots", SNAPSHOT, {"at": self.any_day().isoformat()}, status=202)

    def ask(
        self, method: str, path: str, name: str, body: object = None, status: int = 200
    ) -> None:
        """Ask the API about the fund, as a program with a token."""
        with self.client.request(
            method,
            f"/api/funds/{self.part.fund}/{path}",
            name=name,
            json=body,
            headers={"Authorization": f"Bearer {self.part.token}"},
            catch_response=True,
        ) as answer:
            self.judge(answer, status)

    def judge(self, answer: Any, status: int) -> None:  # noqa: ANN401 (Locust's own)
        """Take the answer for right where it has the status."""
        if answer.status_code != status:
            answer.failure(instead(answer, str(status)))
