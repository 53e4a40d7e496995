"""What a fund looks like from one viewpoint: the sums, holdings and flows that events leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.state.company_metrics import Metrics
from app.domain.terms import Terms

Flows = dict[date, Decimal]


@dataclass(slots=True)
class Holding:
    """One portfolio company as the fund holds it; money in the fund's currency."""

    company_id: str
    name: str
    sector: str | None = None
    stage: str | None = None
    country: str | None = None
    added_on: date | None = None
    invested: Decimal = ZERO  # ever, whatever was sold since
    fair_value: Decimal = ZERO
    remaining_cost: Decimal = ZERO
    realised_gain: Decimal = ZERO
    income: Decimal = ZERO
    proceeds: Decimal = ZERO  # exits, escrow and dividends, ever
    ownership: Decimal | None = None
    security: str | None = None
    first_invested_on: date | None = None
    marked_on: date | None = None  # None while the holding stands at cost
    method: str | None = None
    fair_value_level: int | None = None
    exited_on: date | None = None
    shares: dict[str, Decimal | None] = field(default_factory=dict)  # by security; None: not known
    # Worked out from a sale of which the log does not say how much of the holding was sold: fair
    # value, cost with realised gain (until the next mark), ownership (until it is stated).
    residual_estimated: bool = False
    cost_estimated: bool = False
    ownership_estimated: bool = False
    reserve_allocated: Decimal = ZERO
    reserve_deployed: Decimal = ZERO  # ever
    reserve_left: Decimal = ZERO
    # What tells whether a late mark still counts, see `domain.state.late_events`.
    marked_by: int = 0  # the mark that stands, by its sequence
    owned_on: date | None = None  # since when the ownership stands
    owned_by: int = 0  # the event that said so
    moved_on: date | None = None  # of the last investment, proceeds or conversion
    relied_on: date | None = None  # of the last sale whose cost was worked out from fair value

    @property
    def unrealised_gain(self) -> Decimal:
        """Fair value less remaining cost."""
        return self.fair_value - self.remaining_cost

    @property
    def known_shares(self) -> Decimal | None:
        """The shares of all securities; None where those of one are not known, or there is none."""
        counts = list(self.shares.values())
        known = [each for each in counts if each is not None]
        return sum(known, ZERO) if known and len(known) == len(counts) else None


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one investor promised, over all closings."""

    investor: str
    partner: str  # lp or gp
    amount: Decimal


@dataclass(slots=True)
class FundState:
    """A fund after its known, effective and unvoided events.

    All amounts are positive in the direction of their name. `flows` are signed as the receiver
    of money sees them: to partners for `partner_flows`, to the fund for `deal_flows`.
    """

    terms: Terms | None = None
    committed: Decimal = ZERO
    called: Decimal = ZERO
    called_outside_commitment: Decimal = ZERO  # less what of it was returned
    returned_calls: Decimal = ZERO
    recallable: Decimal = ZERO
    distributed: Decimal = ZERO
    carry_paid: Decimal = ZERO
    invested: Decimal = ZERO
    proceeds: Decimal = ZERO
    proceeds_in_kind: Decimal = ZERO  # of the proceeds, those that were securities
    paid_in_kind: Decimal = ZERO  # of distributions, returns of calls and carry
    expenses: Decimal = ZERO  # paid or accrued
    payables: Decimal = ZERO  # of the expenses, those that are not paid yet
    income: Decimal = ZERO
    drawn: Decimal = ZERO
    repaid: Decimal = ZERO
    holdings: dict[str, Holding] = field(default_factory=dict)
    # By the folded name of the investor, and the kind of partner.
    commitments: dict[tuple[str, str], Commitment] = field(default_factory=dict)
    forecasts: Metrics = field(default_factory=Metrics)
    actuals: Metrics = field(default_factory=Metrics)
    partner_flows: Flows = field(default_factory=dict)
    deal_flows: Flows = field(default_factory=dict)
    events: int = 0
    last_event: int = 0  # of those in it, the one recorded last, by its sequence

    @property
    def paid_in(self) -> Decimal:
        """Calls less returns of calls."""
        return self.called - self.returned_calls

    @property
    def borrowings(self) -> Decimal:
        """What the fund owes on its credit line."""
        return self.drawn - self.repaid

    @property
    def total_value(self) -> Decimal:
        """Fair value of all holdings."""
        return sum((holding.fair_value for holding in self.holdings.values()), ZERO)

    @property
    def securities_held(self) -> Decimal:
        """What was received in kind less what was paid out in kind, at the values of those days."""
        return self.proceeds_in_kind - self.paid_in_kind

    @property
    def cash(self) -> Decimal:
        """All money that came in less all that went out; negative where more went out."""
        received = self.paid_in + self.proceeds + self.income + self.drawn
        expenses = self.expenses - self.payables
        spent = self.repaid + self.invested + expenses + self.distributed + self.carry_paid
        return received - spent - self.securities_held

    @property
    def nav(self) -> Decimal:
        """Net asset value before accrued carry."""
        assets = self.total_value + self.cash + self.securities_held
        return assets - self.borrowings - self.payables

    @property
    def unfunded(self) -> Decimal:
        """What partners may still be called for; negative after over-calls."""
        within = self.paid_in - self.called_outside_commitment
        return self.committed - within + self.recallable

    @property
    def reserves_left(self) -> Decimal:
        """What is set aside for follow-ons and not yet used."""
        return sum((holding.reserve_left for holding in self.holdings.values()), ZERO)
