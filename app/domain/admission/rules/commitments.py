"""How much the general partner may promise: no more than the whole fund.

What all partners promise together may exceed the fund's size; that is for a warning.
"""

from __future__ import annotations

from decimal import Decimal

from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import CommitmentMade, EventVoided, TermsAmended
from app.domain.money import plain_text


def excess_over_size(promised: Decimal, size: Decimal, shown: str) -> str | None:
    """Say why a GP commitment is refused, with the size as it is `shown`; None where it is not."""
    return f"must not exceed the fund's size of {shown}" if promised > size else None


def check_gp_commitment(proposal: Proposal) -> None:
    """Refuse what would leave all that the general partner promised above the fund's size."""
    payload = proposal.draft.payload
    if not isinstance(payload, CommitmentMade | TermsAmended):
        return
    terms = proposal.index.terms_in_force
    if terms is None:
        return
    size = Decimal(terms["size"])
    if isinstance(payload, TermsAmended):
        if payload.terms.size < size:
            _check_size(proposal, payload.terms.size)
    elif payload.partner == "gp":
        _check_promise(proposal, payload.amount, size)


def size_voided(proposal: Proposal) -> Decimal | None:
    """Return the size in force once a void takes back an amendment; see `check_size_left`."""
    payload, index = proposal.draft.payload, proposal.index
    if not isinstance(payload, EventVoided) or index.terms_in_force is None:
        return None
    target = index.entries[payload.voids]
    return Decimal(index.terms_in_force["size"]) if "terms" in target.payload else None


def check_size_left(proposal: Proposal, before: Decimal) -> None:
    """Refuse a void of an amendment that leaves the general partner's promise above a lesser size.

    To be asked at the end of the void's batch, which may hold another amendment in its place.
    """
    terms = proposal.index.terms_in_force
    size, promised = Decimal(terms["size"]) if terms else before, proposal.index.promised_by_gp()
    if size < before and promised > size:
        assert isinstance(proposal.draft.payload, EventVoided)
        raise proposal.refused(
            "voids",
            proposal.draft.payload.voids,
            f"the fund's size would fall back from {plain_text(before)} to {plain_text(size)}, "
            f"below the GP commitment of {plain_text(promised)}: void or lower that commitment "
            "first, or amend terms.size instead",
        )


def _check_promise(proposal: Proposal, amount: Decimal, size: Decimal) -> None:
    before = proposal.index.promised_by_gp()
    if excess := excess_over_size(before + amount, size, plain_text(size)):
        beside = f", with the {plain_text(before)} promised before," if before else ""
        reason = f"the GP commitment{beside} {excess}: lower it, or amend terms.size first"
        raise proposal.refused("amount", plain_text(amount), reason)


def _check_size(proposal: Proposal, size: Decimal) -> None:
    promised = proposal.index.promised_by_gp()
    if promised > size:
        reason = f"is less than the GP commitment of {plain_text(promised)}: give at least that"
        raise proposal.refused("terms.size", plain_text(size), reason)
