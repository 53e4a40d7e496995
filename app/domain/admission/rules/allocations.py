"""Whom money may be allocated to: investors who committed, and carried interest to the GP alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.domain.admission.log_index import Partner
from app.domain.admission.rules.proposal import Proposal
from app.domain.errors import Fault
from app.domain.events.catalogue import CapitalCalled, DistributionMade
from app.domain.fields import name_key
from app.domain.suggestions import closest

Partners = Mapping[str, Partner]  # by the folded name


def allocates(proposal: Proposal) -> bool:
    """Return whether a fact names investors."""
    payload = proposal.draft.payload
    return isinstance(payload, CapitalCalled | DistributionMade) and bool(payload.allocations)


def allocation_faults(proposals: Iterable[Proposal], partners: Partners) -> Iterator[Fault]:
    """Find the investors who hold no commitment, and the LPs who are given carried interest.

    To be asked at the end of the batch, which may hold their commitments.
    """
    for proposal in proposals:
        payload = proposal.draft.payload
        assert isinstance(payload, CapitalCalled | DistributionMade)
        is_carry = isinstance(payload, DistributionMade) and payload.kind == "carried_interest"
        for investor in payload.allocations or ():
            known = partners.get(name_key(investor))
            if known is None:
                yield proposal.fault("allocations", investor, _unknown(investor, partners))
            elif is_carry and "gp" not in known.kinds:
                reason = "is an LP, and carried interest goes to the GP: take it out of this"
                yield proposal.fault("allocations", investor, reason)


def _unknown(investor: str, partners: Partners) -> str:
    near = [partners[key].name for key in closest(name_key(investor), partners)]
    mend = f"did you mean {near[0]}?" if near else "record the COMMITMENT_MADE first"
    return f"holds no commitment of this fund: {mend}"
