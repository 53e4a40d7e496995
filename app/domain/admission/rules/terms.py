"""What an amendment of the terms may change, and when."""

from __future__ import annotations

from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import FundEstablished, TermsAmended
from app.domain.events.event_json import as_json
from app.domain.terms import Terms
from app.domain.viewpoint import FIRST_DAY

_LOCKED = ("currency", "vintage_year")


def check_terms(proposal: Proposal) -> None:
    """Refuse another currency or vintage once cash has moved, and new carry without a reason."""
    payload = proposal.draft.payload
    if isinstance(payload, (FundEstablished, TermsAmended)):
        _check_inception(proposal, payload.terms)
    if not isinstance(payload, TermsAmended):
        return
    before = proposal.index.terms_in_force
    if before is None:
        return
    terms = as_json(payload.terms)
    for field in _LOCKED:
        if terms[field] != before[field] and (first := proposal.index.first_cash()):
            raise proposal.refused(
                f"terms.{field}",
                terms[field],
                f"cannot change any more, for money has moved (event {first}): keep "
                f"{before[field]}",
                sequence=first,
            )
    if terms["carry"] != _carry(before) and not payload.reason:
        raise proposal.refused("reason", "", "a change of carry needs a reason: say why it changes")


def _check_inception(proposal: Proposal, terms: Terms) -> None:
    """Refuse an inception that nobody could look at."""
    if terms.inception_on < FIRST_DAY:
        reason = (
            f"lies before {FIRST_DAY}, the first day that can be looked at: write the year in full"
        )
        raise proposal.refused("terms.inception_on", terms.inception_on, reason)


def _carry(terms: dict[str, object]) -> object:
    """Return the carry with every key, as terms are compared."""
    return as_json(Terms.model_validate(terms))["carry"]
