"""Closes the books of a fund through a date, opens them again, and takes either back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import Fault, RefusedError, StaleHeadError, UnknownCloseError
from app.domain.events.catalogue import EventType
from app.domain.events.event_json import canonical_json
from app.domain.period_closes import Close
from app.services.reads.period_closes import closes, head_of, named, opened_with
from app.services.recording.batches import Appended, Author, Batch, parse_drafts, record_events

Raw = dict[str, Any]
_TRIES = 20  # before it is given up that others write at the same time


def close(  # noqa: PLR0913 (a close is what it says, who says it, and what they saw)
    engine: Engine,
    fund_id: UUID,
    fields: Mapping[str, str],
    author: Author,
    key: str,
    *,
    expected_head: int | None = None,
) -> Appended:
    """Close the books with the fields of a close. Sent twice under one key it is one close.

    Raises RefusedError, and StaleHeadError where the log does not end as it is expected to.
    """
    given = {name: text for name, text in fields.items() if text}
    raw = _turn(EventType.PERIOD_CLOSED, given)
    # The key of a form says nothing of what was typed: with another day it is another wish.
    key = f"close {key} {sha256(canonical_json(raw)).hexdigest()}"
    batch = Batch(parse_drafts([raw]), author, key, expected_head=expected_head)
    return record_events(engine, fund_id, batch)


def reopen(
    engine: Engine, fund_id: UUID, sequence: int, note: str, author: Author
) -> Appended | None:
    """Open the books again from a close on; None where they are open already.

    Raises UnknownCloseError and RefusedError.
    """

    def turns(known: Sequence[Close]) -> list[Raw]:
        chosen = named(known, sequence)
        return [_reopening(chosen, note)] if chosen.stands else []

    return _record(engine, fund_id, turns, author)


def undo(engine: Engine, fund_id: UUID, sequence: int, author: Author) -> Appended | None:
    """Take the last close back; None where its books are open already.

    Raises UnknownCloseError, and RefusedError for one that others have followed.
    """

    def turns(known: Sequence[Close]) -> list[Raw]:
        chosen = named(known, sequence)
        opened = opened_with(known, chosen)
        if len(opened) > 1:
            reason = f"was followed by {opened[-1].name}: reopen that one first"
            raise RefusedError([Fault("closed_through", chosen.name, reason)])
        return [_reopening(chosen, "Closed by mistake, undone")] if opened else []

    return _record(engine, fund_id, turns, author)


def close_again(engine: Engine, fund_id: UUID, sequence: int, author: Author) -> Appended | None:
    """Close what a reopening opened, each period under its name; None where that is done already.

    Raises UnknownCloseError for what is no reopening, and RefusedError.
    """

    def turns(known: Sequence[Close]) -> list[Raw]:
        opened = [each for each in known if each.is_reopened_by(sequence)]
        if not opened:
            raise UnknownCloseError(f"no books were reopened by event {sequence}")
        last = max((each.closed_through for each in known if each.stands), default=date.min)
        return [
            _turn(
                EventType.PERIOD_CLOSED,
                {
                    "closed_through": each.closed_through.isoformat(),
                    "note": f"Closed again: the reopening #{sequence} was undone",
                }
                | ({"label": label} if (label := each.event.payload.get("label")) else {}),
            )
            for each in sorted(opened, key=lambda each: each.closed_through)
            if each.closed_through > last
        ]

    return _record(engine, fund_id, turns, author)


def _record(
    engine: Engine,
    fund_id: UUID,
    turns: Callable[[Sequence[Close]], list[Raw]],
    author: Author,
) -> Appended | None:
    """Record what follows from the closes as they stand, and look again where they moved on."""
    for tries_left in reversed(range(_TRIES)):
        head = head_of(engine, fund_id)
        raw = turns(closes(engine, fund_id, head))
        if not raw:
            return None
        batch = Batch(parse_drafts(raw), author, expected_head=head)
        try:
            return record_events(engine, fund_id, batch)
        except StaleHeadError:
            if not tries_left:
                raise
    return None


def _reopening(chosen: Close, note: str) -> Raw:
    day = chosen.closed_through.isoformat()
    return _turn(EventType.PERIOD_REOPENED, {"closed_through": day, "note": note})


def _turn(event_type: EventType, payload: Mapping[str, str]) -> Raw:
    """Close or reopen; it takes effect on the day on which it is recorded."""
    today = datetime.now(UTC).date().isoformat()
    return {"event_type": event_type.value, "effective_on": today, "payload": dict(payload)}
