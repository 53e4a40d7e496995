"""What a sale of a part may say: no more cost or shares than are held, and how much was sold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.domain.admission.rules.proposal import Proposal
from app.domain.errors import Fault
from app.domain.events.catalogue import ProceedsReceived
from app.domain.events.model import Fact
from app.domain.money import plain_text
from app.domain.state.fold import apply, fold_key
from app.domain.state.holdings import fraction_sold
from app.domain.state.state import FundState, Holding


def depends_on_holding(proposal: Proposal) -> bool:
    """Return whether a fact can only be judged by what was held before it."""
    payload = proposal.draft.payload
    if not isinstance(payload, ProceedsReceived) or payload.kind != "partial_exit":
        return False
    return payload.cost_relieved is not None or payload.fraction_sold is None


def partial_exit_faults(
    sales: Iterable[tuple[Proposal, Fact]], events_of: Callable[[str], list[Fact]]
) -> Iterator[Fault]:
    """Find the sales of more cost or shares than are left, and those that tell too little.

    To be asked at the end of the batch. `events_of` gives the events in force of a company.
    """
    by_company: dict[str, dict[int, Proposal]] = {}
    for sold, sale in sales:
        company = by_company.setdefault(sale.payload["company_id"], {})
        company[sale.sequence] = sold
    for company_id, proposals in by_company.items():
        state = FundState()
        for event in sorted(events_of(company_id), key=fold_key):
            proposal = proposals.get(event.sequence)
            if proposal:
                held = state.holdings.get(company_id)
                yield from _faults(proposal, event, held or Holding(company_id, ""))
            apply(state, event)


def _faults(proposal: Proposal, sale: Fact, held: Holding) -> Iterator[Fault]:
    payload, day = proposal.draft.payload, sale.effective_on
    assert isinstance(payload, ProceedsReceived)
    cost, shares = payload.cost_relieved, payload.shares_sold
    if cost is not None and cost > held.remaining_cost:
        left = plain_text(held.remaining_cost)
        reason = f"is more than the cost that is left: at most {left} on {day}"
        yield proposal.fault("cost_relieved", plain_text(cost), reason)
    if shares is not None and held.known_shares is not None and shares > held.known_shares:
        reason = f"is more than is held: at most {plain_text(held.known_shares)} on {day}"
        yield proposal.fault("shares_sold", plain_text(shares), reason)
    if not held.fair_value and fraction_sold(held, sale) is None:
        reason = (
            f"is required: the holding has no fair value on {day}, so that the amount does not "
            "tell how much of it was sold"
        )
        yield proposal.fault("fraction_sold", "", reason)
