"""What each kind of event does to one holding: fair value F, cost K, gain R and income Y."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.fields import name_key
from app.domain.money import EXACT, ONE, ZERO, normalised, rounded, to_cent
from app.domain.state.state import Holding

_STAKE = Decimal("1e-12")  # what a stake that was worked out is rounded to
_UNNAMED = ""  # the security of an investment that names none


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
    holding.ownership, holding.ownership_estimated = share, False
    holding.owned_on, holding.owned_by = event.effective_on, event.sequence


def _invested(holding: Holding, event: Foldable) -> None:
    amount = event.amount()
    holding.invested += amount
    holding.fair_value += amount
    holding.remaining_cost += amount
    holding.exited_on = None
    holding.moved_on = event.effective_on
    holding.security = event.payload.get("security", holding.security)
    _add_shares(holding, event, event.payload.get("security"))
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
    holding.residual_estimated = holding.cost_estimated = False
    _ownership(holding, event)


def _proceeds(holding: Holding, event: Foldable) -> None:
    amount = event.amount()
    holding.proceeds += amount
    holding.moved_on = event.effective_on
    kind = event.payload["kind"]
    if kind == "full_exit":
        _sell_all(holding, event, amount)
        return
    if kind == "partial_exit":
        _sell_part(holding, event, amount)
    elif kind == "escrow":
        holding.realised_gain += amount
        holding.fair_value -= min(holding.fair_value, amount)
    else:
        holding.income += amount
    _ownership(holding, event)


def _sell_all(holding: Holding, event: Foldable, amount: Decimal) -> None:
    holding.realised_gain += amount - holding.remaining_cost
    holding.remaining_cost = ZERO
    holding.fair_value = _escrow(event)
    holding.exited_on = event.effective_on
    holding.shares = {}
    holding.reserve_left = ZERO
    holding.residual_estimated = holding.cost_estimated = False
    _owns(holding, event, ZERO)


def _escrow(event: Foldable) -> Decimal:
    """Return what is still owed of an exit, at the value that it is taken for."""
    for field in ("escrow_value", "escrow_held"):
        if field in event.payload:
            return event.amount(field)
    return ZERO


def _sell_part(holding: Holding, event: Foldable, amount: Decimal) -> None:
    value, cost, fraction = (
        holding.fair_value,
        holding.remaining_cost,
        fraction_sold(holding, event),
    )
    if fraction is None:
        left = value - min(value, amount)
        relieved = to_cent(_relieved_by_value(amount, value, cost))
        holding.relied_on = event.effective_on
        holding.residual_estimated = True
        holding.cost_estimated |= "cost_relieved" not in event.payload
    else:
        left = value - min(value, to_cent(EXACT.multiply(fraction, value)))
        relieved = to_cent(EXACT.multiply(fraction, cost))
    if "cost_relieved" in event.payload:
        relieved = event.amount("cost_relieved")
    relieved = min(relieved, cost)
    holding.realised_gain += amount - relieved
    holding.remaining_cost -= relieved
    _dilute(holding, fraction, _by_value(amount, value))
    _take_shares(holding, event, fraction)
    holding.fair_value = left + _escrow(event)


def fraction_sold(holding: Holding, event: Foldable) -> Decimal | None:
    """Return how much of the holding was sold; None where the log does not say."""
    if "fraction_sold" in event.payload:
        return Decimal(event.payload["fraction_sold"])
    held = holding.known_shares
    if "shares_sold" in event.payload and held:
        return min(EXACT.divide(event.amount("shares_sold"), held), ONE)
    return None


def _by_value(amount: Decimal, value: Decimal) -> Decimal:
    """Return the share that an amount is of fair value; all of it where no value is left."""
    return ONE if amount >= value else EXACT.divide(amount, value)


def _relieved_by_value(amount: Decimal, value: Decimal, cost: Decimal) -> Decimal:
    """Relieve the share of cost that the amount is of fair value; all of it where none is left."""
    if amount >= value:
        return cost
    return EXACT.divide(EXACT.multiply(amount, cost), value)


def _dilute(holding: Holding, fraction: Decimal | None, estimate: Decimal) -> None:
    """Let the stake fall by what was sold; a sale that states the stake puts it right."""
    if holding.ownership is not None:
        sold = estimate if fraction is None else fraction
        left = EXACT.multiply(holding.ownership, EXACT.subtract(ONE, sold))
        holding.ownership = normalised(rounded(left, _STAKE))
        holding.ownership_estimated |= fraction is None


def _take_shares(holding: Holding, event: Foldable, fraction: Decimal | None) -> None:
    """Take the shares that were sold out of the only security; of several nobody knows which."""
    for security, held in holding.shares.items():
        left = None
        if held is not None and len(holding.shares) == 1:
            if "shares_sold" in event.payload:
                left = held - min(held, event.amount("shares_sold"))
            elif fraction is not None:
                left = EXACT.multiply(held, EXACT.subtract(ONE, fraction))
        holding.shares[security] = left


def _add_shares(holding: Holding, event: Foldable, security: str | None) -> None:
    """Add an event's shares to those of a security; where it tells none, nobody knows how many."""
    key = name_key(security) if security else _UNNAMED
    held = holding.shares.get(key, ZERO)
    told = event.amount("shares") if "shares" in event.payload else None
    holding.shares[key] = None if held is None or told is None else held + told


def _converted(holding: Holding, event: Foldable) -> None:
    """Put the shares of one security in the place of those of another."""
    before = name_key(event.payload["from_security"])
    if before not in holding.shares and list(holding.shares) == [_UNNAMED]:
        before = _UNNAMED
    if before in holding.shares:
        del holding.shares[before]
    elif holding.shares:
        holding.shares[_UNNAMED] = None  # which of them it was nobody knows
    holding.security = event.payload["to_security"]
    holding.moved_on = event.effective_on
    _add_shares(holding, event, holding.security)
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
