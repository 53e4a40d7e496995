"""The same fact twice: refused as a slip, or numbered as a second occurrence."""

from __future__ import annotations

from datetime import date

from app.domain.admission.log_index import LogIndex
from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import PERIOD_EVENTS, EventType
from app.domain.events.event_json import JsonObject, payload_hash

# A repeated statement of these is a duplicate only while nothing later has taken its place; the
# fields say which statements take each other's place.
_LAST_WORD_FIELDS: dict[EventType, tuple[str, ...]] = {
    EventType.VALUATION_UPDATED: ("company_id",),
    EventType.RESERVE_ALLOCATED: ("company_id",),
    EventType.COMPANY_UPDATED: ("company_id",),
    EventType.TERMS_AMENDED: (),
    EventType.APPROVAL_CHANGED: (),
    EventType.FORECAST_CREATED: ("company_id", "metric_type", "period_end", "scenario"),
    EventType.ACTUAL_RECORDED: ("company_id", "metric_type", "period_end"),
}


def settled_occurrence(
    proposal: Proposal, effective_on: date, payload: JsonObject, *, allow_duplicate: bool
) -> tuple[JsonObject, bytes]:
    """Return the payload with its occurrence, and its hash.

    Refuses a duplicate of an event in force, unless `allow_duplicate` says that it is another fact,
    or it asks for an occurrence of its own. A duplicate of a voided event takes the next occurrence
    by itself; so does that of a close or a reopening, which only comes where the first was followed
    by its opposite.
    """
    index, event_type = proposal.index, proposal.draft.event_type
    asked = payload.pop("occurrence", None)
    occurrence, form, fingerprint = 1, payload, payload_hash(effective_on, payload)
    while (first := index.same_fact(event_type, fingerprint)) is not None:
        stands = first not in index.voided and _is_last_word(index, first)
        stands = stands and event_type not in PERIOD_EVENTS
        if stands and not allow_duplicate and (asked is None or occurrence >= asked):
            raise proposal.refused(
                "event_type",
                event_type,
                f"this is the same as event {first}: leave it out, or record it as a second one "
                f'with "occurrence": {occurrence + 1} in its payload',
                "twin",
                first,
            )
        occurrence += 1
        form = payload | {"occurrence": occurrence}
        fingerprint = payload_hash(effective_on, form)
    return form, fingerprint


def _is_last_word(index: LogIndex, sequence: int) -> bool:
    entry = index.entries[sequence]
    fields = _LAST_WORD_FIELDS.get(entry.event_type)
    if fields is None:
        return True
    subject = [entry.payload.get(field) for field in fields]
    peers = index.by_peer[entry.event_type, entry.effective_on, entry.payload.get("company_id")]
    return not any(
        peer > sequence
        and peer not in index.voided
        and [index.entries[peer].payload.get(field) for field in fields] == subject
        for peer in peers
    )
