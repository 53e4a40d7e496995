"""The critical flows, and people who record events, while the database goes away and comes back.

An answer may be a refusal in clear words (503) or none at all; it may not be anything else.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from locust import between, task

from loadtests.gates.judging import Gate
from loadtests.gates.users import flows, measuring
from loadtests.gates.users.visiting import Visitor, instead

RECORD, OUT, UNANSWERED = "record an event", "refused: database out", "no answer"
_TRACES = (b"Traceback", b"psycopg", b"sqlalchemy")
_CLEAR = 40  # characters; fewer say nothing to anybody


def judge(answer: Any, status: int) -> None:  # noqa: ANN401 (Locust's own)
    """Count what is no proper answer under a name of its own; fail what is not clear."""
    content = answer.content or b""
    if any(trace in content for trace in _TRACES):
        answer.failure(f"{answer.status_code} with a stack trace")
    elif not answer.status_code:
        answer.request_meta["name"] = UNANSWERED
        answer.success()
    elif answer.status_code == 503 and len(content) > _CLEAR:
        answer.request_meta["name"] = OUT
        answer.success()
    elif answer.status_code != status:
        answer.failure(instead(answer, str(status)))


class Reader(flows.FlowUser):
    """One of the readers, who is refused for a while and goes on."""

    def judge(self, answer: Any, status: int) -> None:  # noqa: ANN401 (Locust's own)
        """Take a clear refusal for an answer."""
        judge(answer, status)


class Recorder(Visitor):
    """Records events, each under a key, until it is told that they are there."""

    wait_time = between(0.02, 0.1)

    @task
    def record(self) -> None:
        key = str(UUID(int=self.chance.getrandbits(128)))
        day = self.any_day().isoformat()
        payload = {"amount": str(self.chance.randrange(1, 10**6)), "reference": key}
        event = {"event_type": "CAPITAL_CALLED", "effective_on": day, "payload": payload}
        while not self._is_recorded(key, event):
            self.measuring.over.wait(0.05)

    def _is_recorded(self, key: str, event: dict[str, Any]) -> bool:
        with self.client.post(
            f"/api/funds/{self.part.fund}/events",
            json=event,
            name=RECORD,
            headers={"Authorization": f"Bearer {self.part.token}", "Idempotency-Key": key},
            catch_response=True,
        ) as answer:
            judge(answer, 201)
            if answer.status_code == 201:
                told = {"reference": key, "sequence": answer.json()["first_sequence"]}
                self.measuring.told.append(told)
            # What is refused for good will be refused again: it is a failure, and is let go.
            return bool(answer.status_code) and answer.status_code < 500


measuring.judged_by(Gate("errors %", "≤", 0))
