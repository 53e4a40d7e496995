"""How long snapshots serve: what the log learns later of their day, or of a day before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from app.domain.state.late_events import may_be_applied_late

# A log has a boundary each time it has grown by so much, and a very long one by a share of it: what
# was known at any moment stays near a snapshot, at a cost that does not grow with the square.
EVENTS_PER_STEP, EVENTS_PER_GROWTH = 500, 100_000
# Reads apply late events one by one; after so many steps a snapshot that was overtaken is taken
# again.
STEPS_OF_PATIENCE = 4
# A part of the statement that appends: if rows were `written`, the use of snapshots ends. What
# overtakes them the server finds itself, and this is no more than a hint: a read that trusts it in
# vain finds out. See `ending`.
ENDING = """
    ended AS (
        UPDATE snapshot SET usable_until = (
                SELECT min(sequence) FROM unnest(%(ending)s::bigint[], %(ending_days)s::date[])
                    AS ending (sequence, effective_on)
                WHERE ending.effective_on <= snapshot.as_of)
        WHERE fund_id = %(fund)s AND usable_until IS NULL AND as_of >= %(ending_from)s
            AND EXISTS (SELECT FROM written)
    )
"""


class Later(NamedTuple):
    """An event, as far as it concerns the snapshots that were taken before it."""

    sequence: int
    effective_on: date
    yields: bool  # whether it may be let in late


class Validity(NamedTuple):
    """Up to where in the log a snapshot serves; None while it serves to the end."""

    # The first event that it lacks: up to there it is what the log folds to on its day.
    valid_before: int | None = None
    # The first that cannot be let in late: up to there it serves with what came late.
    usable_until: int | None = None


class Overtaking:
    """The events after a sequence that first overtake snapshots of it, whatever their days."""

    def __init__(self, later: Sequence[Later]) -> None:
        """Find them among all that came after it, in the order of the log."""
        self.all = first_overtaking(later)
        self.ending = first_overtaking([each for each in later if not each.yields])

    def validity(self, as_of: date) -> Validity:
        """Tell how long a snapshot of a day serves."""
        return Validity(_first(self.all, as_of), _first(self.ending, as_of))


def later_of(
    sequence: int, effective_on: date, event_type: str, voided_type: str | None = None
) -> Later:
    """See an event as what comes later than a snapshot; of a void, say what it voids."""
    return Later(sequence, effective_on, may_be_applied_late(event_type, voided_type))


def ending(appended: Sequence[Later]) -> dict[str, Any]:
    """Return the parameters of ENDING: the events that cannot be let in late."""
    last = Overtaking(appended).ending
    return {
        "ending": [each.sequence for each in last],
        "ending_days": [each.effective_on for each in last],
        "ending_from": last[-1].effective_on if last else date.max,
    }


def later_events(driver: psycopg.Connection, fund_id: UUID, after: int) -> list[Later]:
    """Read the events after a sequence, in the order of the log."""
    query = """
        SELECT event.sequence, event.effective_on, event.event_type, target.event_type
        FROM event LEFT JOIN event AS target
            ON target.fund_id = event.fund_id AND target.sequence = event.voids
        WHERE event.fund_id = %s AND event.sequence > %s ORDER BY event.sequence
    """
    return [later_of(*row) for row in driver.execute(query, (fund_id, after), binary=True)]


def hold_head(driver: psycopg.Connection, fund_id: UUID) -> None:
    """Keep appends out until the transaction ends; without it one may overtake a new snapshot.

    The builds are counted for an append of one statement that comes to wait for this: it began
    before the new snapshots, does not see them, and must know that there are any.
    """
    driver.execute("UPDATE ledger_head SET builds = builds + 1 WHERE fund_id = %s", (fund_id,))


def first_overtaking(appended: Sequence[Later]) -> list[Later]:
    """Keep the events, in the order of their sequences, that are dated before all earlier ones.

    Whatever day a snapshot is of, the first event that overtakes it is among them.
    """
    kept: list[Later] = []
    for each in appended:
        if not kept or each.effective_on < kept[-1].effective_on:
            kept.append(each)
    return kept


def _first(overtaking: Sequence[Later], as_of: date) -> int | None:
    return next((each.sequence for each in overtaking if each.effective_on <= as_of), None)
