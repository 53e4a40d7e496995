"""Entries: the demo fund's events, with when and by whom each was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from app.domain.events.event_json import plain
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft
from app.services.demo.entries.days import CLOSES, OPENS, working_day

GP = "r.alvarez@example.com"
ANALYST = "maya.chen@example.com"
CONTROLLER = "tomas.lindqvist@example.com"


@dataclass(eq=False, slots=True)
class Entry:
    """An event of the demo fund; its sequence, and what it voids, are known once it is numbered."""

    event_type: str
    effective_on: date
    payload: dict[str, Any]
    recorded_at: datetime
    recorded_by: str
    correlation_id: UUID | None = None
    voids: Entry | None = None
    sequence: int = 0

    def draft(self) -> Draft:
        """Read it as any event that comes in from outside."""
        raw = {
            "event_type": self.event_type,
            "effective_on": self.effective_on.isoformat(),
            "payload": self.payload,
        }
        return parse_draft(raw)._replace(
            recorded_at=self.recorded_at,
            recorded_by=self.recorded_by,
            correlation_id=self.correlation_id,
        )


class Desk:
    """Where entries are written: in working hours, a while after what they tell of."""

    def __init__(self, seed: int, name: str) -> None:
        """Take a seed of its own, so that one desk's work does not depend on another's."""
        self.chance = Random(f"{seed}/{name}")  # noqa: S311 - a story, not a secret

    def write(
        self,
        event_type: str,
        on: date,
        *,
        by: str = ANALYST,
        within: tuple[int, int] = (1, 3),
        after: date | None = None,
        **payload: Any,  # noqa: ANN401 - any JSON
    ) -> Entry:
        """Write an event some days after it took effect, or after another day."""
        recorded_at = self.moment(after or on, within)
        return Entry(event_type, on, payload_of(payload), recorded_at, by)

    def moment(self, day: date, within: tuple[int, int]) -> datetime:
        """Choose a moment of work, some days after a day."""
        worked = working_day(day + timedelta(self.chance.randint(*within)))
        second = timedelta(seconds=self.chance.randint(OPENS, CLOSES))
        return datetime.combine(worked, time(), UTC) + second

    def together(self, *entries: Entry) -> list[Entry]:
        """Record entries as one batch, at the moment of the first."""
        if len(entries) > 1:
            moment, correlation_id = entries[0].recorded_at, self.new_id()
            for entry in entries:
                entry.recorded_at, entry.correlation_id = moment, correlation_id
        return list(entries)

    def new_id(self) -> UUID:
        """Make an id that is the same whenever the same story is told."""
        return UUID(int=self.chance.getrandbits(128), version=4)

    def about(self, amount: Decimal, spread: int, to: int) -> Decimal:
        """Vary an amount by up to `spread` per cent, rounded to a multiple of `to`."""
        per_mille = 1000 + self.chance.randint(-10 * spread, 10 * spread)
        return rounded(amount * per_mille / 1000, to)


def void(desk: Desk, target: Entry, reason: str, *, by: str, within: tuple[int, int]) -> Entry:
    """Write the void of an entry, some days after that was recorded."""
    entry = desk.write(
        "EVENT_VOIDED",
        target.effective_on,
        by=by,
        within=within,
        after=target.recorded_at.date(),
        reason=reason,
    )
    entry.voids = target
    return entry


def rounded(amount: Decimal, to: int) -> Decimal:
    """Round to a multiple of `to`."""
    return (amount / to).quantize(Decimal(1)) * to


def payload_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Write fields as JSON has them, and leave out what is empty."""
    return {name: plain(value) for name, value in fields.items() if value is not None}
