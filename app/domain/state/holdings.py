"""What each kind of event does to one holding: fair value F, cost K, gain R and income Y."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.money import EXACT, ZERO, to_cent
from app.domain.state.state import Holding


def _added(holding: Holding, event: Foldable) -> None:
    holding.added_on = event.effective_on
    _particulars(holding, event)


def _particulars(holding: Holding, event: Foldable) -> None:
    payload = event.payload
    holding.name = payload.get("new_name", holding.name)
    holding.sector = payload.get("sector", holding.sector)
    holding.stage = payload.get("stage", holding.stage)
    holding.country = payload.get("country", holding.country)


def _ownership(holding: Holding, event: Foldable) -> None:
    if "ownership" in event.payload:
        _owns(holding, event, Decimal(event.payload["ownership"]))


def _owns(holding: Holding, event: Foldable, share: Decimal) -> None:
    holding.ownership = share
    holding.owned_on, holding.owned_by = event.effective_on, event.sequence


def _invested(holding: Holding, event: Foldable) -> None:
    amount = event.amount()
    holding.invested += amount
    holding.fair_value += amount
    holding.remaining_cost += amount
    holding.exited_on = None
    holding.moved_on = event.effective_on
    holding.security = event.payload.get("security", holding.security)
    if holding.first_invested_on is None:
        holding.first_invested_on = event.effective_on
    if event.payload["from_reserves"]:
        holding.reserve_deployed += amount
        holding.reserve_left = max(holding.reserve_left - amount, ZERO)
    _ownership(holding, event)


def _marked(holding: Holding, event: Foldable) -> None:
    holding.fair_value = event.amount("new_valuation")
    holding.marked_on, holding.marked_by = event.effective_on, event.sequence
    holding.method = event.payload.get("method")
    holding.fair_value_level = event.payload.get("fair_value_level")
    holding.residual_estimated = False
    _ownership(holding, event)


def _proceeds(holding: Holding, event: Foldable) -> None:
    amount = event.amount()
    holding.proceeds += amount
    holding.moved_on = event.effective_on
    match event.payload["kind"]:
        case "full_exit":
            _sell_all(holding, event, amount)
        case "partial_exit":
            _sell_part(holding, event, amount)
        case "escrow":
            holding.realised_gain += amount
            holding.fair_value -= min(holding.fair_value, amount)
        case _:
            holding.income += amount
    _ownership(holding, event)


def _sell_all(holding: Holding, event: Foldable, amount: Decimal) -> None:
    holding.realised_gain += amount - holding.remaining_cost
    holding.remaining_cost = ZERO
    holding.fair_value = event.amount("escrow_held") if "escrow_held" in event.payload else ZERO
    holding.exited_on = event.effective_on
    _owns(holding, event, ZERO)
    holding.reserve_left = ZERO
    holding.residual_estimated = False


def _sell_part(holding: Holding, event: Foldable, amount: Decimal) -> None:
    payload, value, cost = event.payload, holding.fair_value, holding.remaining_cost
    fraction = Decimal(payload["fraction_sold"]) if "fraction_sold" in payload else None
    if "cost_relieved" in payload:
        relieved = event.amount("cost_relieved")
    elif fraction is not None:
        relieved = to_cent(EXACT.multiply(fraction, cost))
    else:
        holding.relied_on = event.effective_on
        relieved = to_cent(_relieved_by_value(amount, value, cost))
    relieved = min(relieved, cost)
    holding.realised_gain += amount - relieved
    holding.remaining_cost -= relieved
    if fraction is not None:
        holding.fair_value -= min(value, to_cent(EXACT.multiply(fraction, value)))
    else:
        holding.fair_value -= min(value, amount)
        holding.residual_estimated = True


def _relieved_by_value(amount: Decimal, value: Decimal, cost: Decimal) -> Decimal:
    """Relieve the share of cost that the amount is of fair value; all of it where none is left."""
    if amount >= value:
        return cost
    return EXACT.divide(EXACT.multiply(amount, cost), value)


def _converted(holding: Holding, event: Foldable) -> None:
    holding.security = event.payload["to_security"]
    holding.moved_on = event.effective_on
    _ownership(holding, event)


def _reserved(holding: Holding, event: Foldable) -> None:
    holding.reserve_allocated = holding.reserve_left = event.amount()


HOLDING_STEPS: dict[str, Callable[[Holding, Foldable], None]] = {
    EventType.COMPANY_ADDED: _added,
    EventType.COMPANY_UPDATED: _particulars,
    EventType.INVESTMENT_MADE: _invested,
    EventType.VALUATION_UPDATED: _marked,
    EventType.PROCEEDS_RECEIVED: _proceeds,
    EventType.SECURITY_CONVERTED: _converted,
    EventType.RESERVE_ALLOCATED: _reserved,
}
