"""What a sale of a part may say: no more cost or shares than are held, and how much was sold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.domain.admission.rules.proposal import Proposal
from app.domain.errors import Fault
from app.domain.events.catalogue import ProceedsReceived
from app.domain.events.model import Fact
from app.domain.money import plain_text
from app.domain.state.fold import fold_key, fold_onto
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
    for proposal, sale in sales:
        payload = proposal.draft.payload
        assert isinstance(payload, ProceedsReceived)
        held = _held_before(sale, events_of(sale.payload["company_id"]))
        if payload.cost_relieved is not None and payload.cost_relieved > held.remaining_cost:
            left = plain_text(held.remaining_cost)
            reason = f"is more than the cost that is left: at most {left} on {sale.effective_on}"
            yield proposal.fault("cost_relieved", plain_text(payload.cost_relieved), reason)
        shares = held.known_shares
        if payload.shares_sold is not None and shares is not None and payload.shares_sold > shares:
            reason = f"is more than is held: at most {plain_text(shares)} on {sale.effective_on}"
            yield proposal.fault("shares_sold", plain_text(payload.shares_sold), reason)
        if not held.fair_value and fraction_sold(held, sale) is None:
            reason = (
                f"is required: the holding has no fair value on {sale.effective_on}, so that the "
                "amount does not tell how much of it was sold"
            )
            yield proposal.fault("fraction_sold", "", reason)


def _held_before(sale: Fact, events: list[Fact]) -> Holding:
    before = [each for each in events if fold_key(each) < fold_key(sale)]
    company_id = sale.payload["company_id"]
    state = fold_onto(FundState(), sorted(before, key=fold_key))
    return state.holdings.get(company_id) or Holding(company_id, sale.payload["company"])
