"""Establishes the fund of an import file that does not do so itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.errors import RefusedError
from app.domain.events.catalogue import CommitmentMade, EventType
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft
from app.services.import_files.faults import TERMS, RowFault, terms_fault

_NO_SIZE = (
    "is not known: no row is a Commitment (COMMITMENT_MADE) with an amount: add the commitments, "
    "or give the size in the terms"
)


def implied_terms(
    drafts: list[Draft | None], terms: Mapping[str, Any], faults: list[RowFault]
) -> Draft | None:
    """Establish the fund on the terms given, and what the file implies where they say nothing."""
    sound = [draft for draft in drafts if draft]
    days = [draft.effective_on for draft in sound if draft.effective_on]
    if not days:
        return None
    first: date = min(days)
    raw = {
        "event_type": EventType.FUND_ESTABLISHED.value,
        "effective_on": first.isoformat(),
        "payload": {"terms": _implied(sound, first, terms) | dict(terms)},
    }
    try:
        opening = parse_draft(raw)
    except RefusedError as error:
        whole = len(sound) == len(drafts)
        for fault in error.faults:
            if fault.field != "terms.size" or "size" in terms:
                faults.append(terms_fault(fault))
            elif whole:  # else the commitments may be in the rows at fault
                faults.append(RowFault(TERMS, "size", "", _NO_SIZE))
        return None
    return opening._replace(recorded_at=sound[0].recorded_at)


def _implied(drafts: list[Draft], first: date, terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms that the rows imply."""
    commitments = [
        draft.payload.amount for draft in drafts if isinstance(draft.payload, CommitmentMade)
    ]
    inception = str(terms.get("inception_on", first.isoformat()))
    return {
        "currency": "USD",
        "size": str(sum(commitments, Decimal(0))),
        "vintage_year": int(inception[:4]) if inception[:4].isdigit() else first.year,
        "inception_on": inception,
    }
