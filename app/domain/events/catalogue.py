"""The event catalogue: what each type of event carries."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.fields import (
    WHOLE,
    Day,
    Flag,
    Money,
    Name,
    Positive,
    Record,
    Share,
    SignedAmount,
    Text,
    Yes,
    distinct_names,
)
from app.domain.terms import Terms

Method = Literal[
    "calibrated_round_price",
    "market_multiple",
    "discounted_cash_flow",
    "net_assets",
    "quoted_price",
    "write_off",
    "other",
]
MetricType = Literal["revenue", "arr", "ebitda", "cash", "cash_burn", "headcount", "valuation"]
METRIC_TYPES: tuple[MetricType, ...] = get_args(MetricType)
METRICS_OVER_A_PERIOD = {"revenue", "ebitda", "cash_burn"}


class EventType(StrEnum):
    """Everything that can happen to a fund, in the past tense."""

    FUND_ESTABLISHED = "FUND_ESTABLISHED"
    TERMS_AMENDED = "TERMS_AMENDED"
    COMMITMENT_MADE = "COMMITMENT_MADE"
    COMPANY_ADDED = "COMPANY_ADDED"
    COMPANY_UPDATED = "COMPANY_UPDATED"
    INVESTMENT_MADE = "INVESTMENT_MADE"
    VALUATION_UPDATED = "VALUATION_UPDATED"
    PROCEEDS_RECEIVED = "PROCEEDS_RECEIVED"
    SECURITY_CONVERTED = "SECURITY_CONVERTED"
    CAPITAL_CALLED = "CAPITAL_CALLED"
    DISTRIBUTION_MADE = "DISTRIBUTION_MADE"
    DISTRIBUTION_RETURNED = "DISTRIBUTION_RETURNED"
    EXPENSE_ACCRUED = "EXPENSE_ACCRUED"
    EXPENSE_PAID = "EXPENSE_PAID"
    INCOME_RECEIVED = "INCOME_RECEIVED"
    CREDIT_LINE_DRAWN = "CREDIT_LINE_DRAWN"
    CREDIT_LINE_REPAID = "CREDIT_LINE_REPAID"
    RESERVE_ALLOCATED = "RESERVE_ALLOCATED"
    FORECAST_CREATED = "FORECAST_CREATED"
    ACTUAL_RECORDED = "ACTUAL_RECORDED"
    PERIOD_CLOSED = "PERIOD_CLOSED"
    PERIOD_REOPENED = "PERIOD_REOPENED"
    APPROVAL_CHANGED = "APPROVAL_CHANGED"
    EVENT_VOIDED = "EVENT_VOIDED"


CASH_EVENTS = frozenset(
    {
        EventType.INVESTMENT_MADE,
        EventType.PROCEEDS_RECEIVED,
        EventType.CAPITAL_CALLED,
        EventType.DISTRIBUTION_MADE,
        EventType.DISTRIBUTION_RETURNED,
        EventType.EXPENSE_PAID,
        EventType.INCOME_RECEIVED,
        EventType.CREDIT_LINE_DRAWN,
        EventType.CREDIT_LINE_REPAID,
    }
)
PERIOD_EVENTS = frozenset({EventType.PERIOD_CLOSED, EventType.PERIOD_REOPENED})


class Payload(Record):
    """What every event may carry besides its own fields."""

    reference: Text | None = None
    note: Text | None = None
    local_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    local_amount: SignedAmount | None = None
    fx_rate: Positive | None = None
    occurrence: Annotated[int, Field(ge=2, le=10_000), WHOLE] | None = None
    adjustment: Yes = None
    attributed_to: Name | None = None  # who recorded it where it was brought from


class CompanyPayload(Payload):
    """A fact about one portfolio company, named by any of its names or by its id."""

    company: Name
    company_id: UUID | None = None


class FundEstablished(Payload):
    """The terms on which the fund starts."""

    terms: Terms
    reason: Text | None = None


class TermsAmended(FundEstablished):
    """The whole terms anew, in force from the event's date."""


class CommitmentMade(Payload):
    """A promise of capital."""

    investor: Name
    amount: Money
    partner: Literal["lp", "gp"] = "lp"


class CompanyAdded(CompanyPayload):
    """A company that the fund deals with."""

    sector: Name | None = None
    stage: Name | None = None
    country: Name | None = None


class CompanyUpdated(CompanyAdded):
    """What is new of a company, from the event's date."""

    new_name: Name | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any((self.sector, self.stage, self.country, self.new_name, self.note)):
            raise PydanticCustomError(
                "nothing", "changes nothing: give sector, stage, country or new_name"
            )
        return self


class InvestmentMade(CompanyPayload):
    """Money put into a company; `ownership` is the fund's whole stake afterwards."""

    amount: Money
    round: Name | None = None
    security: Name | None = None
    ownership: Share | None = None
    from_reserves: Flag = False
    shares: Money | None = None
    price_per_share: Money | None = None
    post_money: Money | None = None


class ValuationUpdated(CompanyPayload):
    """The fair value of the fund's whole holding at the close of the event's date."""

    new_valuation: Money
    ownership: Share | None = None
    method: Method | None = None
    fair_value_level: Annotated[int, Field(ge=1, le=3), WHOLE] | None = None
    post_money: Money | None = None
    prepared_by: Name | None = None  # the id of who typed it in a round; in a file, any words
    self_approved: Yes = None  # by the only GP of a fund that asks for approval


# Which kinds of an event use a field: the others refuse it rather than ignore it.
_KINDS_OF_PROCEEDS = {
    "fraction_sold": ("partial_exit",),
    "shares_sold": ("partial_exit",),
    "cost_relieved": ("partial_exit",),
    "escrow_held": ("full_exit", "partial_exit"),
    "escrow_value": ("full_exit", "partial_exit"),
    "escrow_release_on": ("full_exit", "partial_exit"),
}
_KINDS_OF_DISTRIBUTION = {"outside_commitment": ("return_of_call",)}


def _refuse_unused(payload: Payload, kind: str, kinds: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a field that the event's kind does not use."""
    for field, using in kinds.items():
        if kind not in using and getattr(payload, field) is not None:
            raise PydanticCustomError(
                field,
                "is not used by the kind {kind}, only by {using}: leave it out",
                {"kind": kind, "using": " and ".join(using)},
            )


class ProceedsReceived(CompanyPayload):
    """Money (or securities) received for a holding."""

    amount: Money
    kind: Literal["full_exit", "partial_exit", "dividend", "escrow"]
    fraction_sold: Share | None = None
    shares_sold: Positive | None = None
    cost_relieved: Money | None = None
    escrow_held: Money | None = None
    escrow_value: Money | None = None
    escrow_release_on: Day | None = None
    ownership: Share | None = None
    in_kind: Flag = False

    @model_validator(mode="after")
    def _says_only_what_its_kind_has(self) -> Self:
        _refuse_unused(self, self.kind, _KINDS_OF_PROCEEDS)
        if self.kind == "full_exit" and self.ownership:
            raise PydanticCustomError(
                "ownership", "must be 0 after a full exit: leave it out, or make it a partial_exit"
            )
        if self.fraction_sold is not None and self.shares_sold is not None:
            raise PydanticCustomError(
                "shares_sold", "says what fraction_sold says already: give one of the two"
            )
        for field in ("escrow_value", "escrow_release_on"):
            if self.escrow_held is None and getattr(self, field) is not None:
                raise PydanticCustomError(field, "is about an escrow: give escrow_held too")
        return self


class SecurityConverted(CompanyPayload):
    """One security became another; no money moved."""

    from_security: Name
    to_security: Name
    shares: Money | None = None
    ownership: Share | None = None


class _Allocated(Payload):
    """An amount between the fund and its partners, by investor where known."""

    amount: Money
    allocations: Annotated[dict[Name, Money] | None, BeforeValidator(distinct_names)] = None

    @model_validator(mode="after")
    def _allocations_sum_to_the_amount(self) -> Self:
        if self.allocations is not None:
            total = sum(self.allocations.values(), Decimal(0))
            if total != self.amount:
                raise PydanticCustomError(
                    "allocations",
                    "allocations sum to {total} but the amount is {amount}: make them equal",
                    {"total": f"{total:f}", "amount": f"{self.amount:f}"},
                )
        return self


class CapitalCalled(_Allocated):
    """Capital due from the partners on the event's date."""

    purpose: Text | None = None
    noticed_on: Day | None = None
    outside_commitment: Flag = False


class DistributionMade(_Allocated):
    """Money paid to the partners on the event's date."""

    kind: Literal["standard", "recallable", "return_of_call", "carried_interest"] = "standard"
    in_kind: Flag = False
    outside_commitment: Yes = None  # as the calls were that it returns

    @model_validator(mode="after")
    def _says_only_what_its_kind_has(self) -> Self:
        _refuse_unused(self, self.kind, _KINDS_OF_DISTRIBUTION)
        return self


class DistributionReturned(Payload):
    """Money that partners paid back into the fund."""

    amount: Money
    kind: Literal["lp_giveback", "carry_clawback"]


class ExpenseAccrued(Payload):
    """A cost that the fund owes from the event's date on, until it is paid."""

    amount: Money
    category: Literal[
        "management_fee", "organisational", "partnership", "broken_deal", "interest", "other"
    ]
    period_start: Day | None = None
    period_end: Day | None = None

    @model_validator(mode="after")
    def _the_period_runs_forward(self) -> Self:
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise PydanticCustomError("period_end", "must not lie before period_start")
        return self


class ExpensePaid(ExpenseAccrued):
    """A cost that the fund paid, after what was offset; it is no cost again if it was accrued."""

    offset_amount: Money | None = None
    settles_accrual: Yes = None


class IncomeReceived(Payload):
    """Income of the fund itself, not of a holding."""

    amount: Money
    kind: Literal["interest", "refund", "fee_offset", "other"]


class CreditLineMoved(Payload):
    """Money drawn from, or repaid to, the credit line."""

    amount: Money


class ReserveAllocated(CompanyPayload):
    """What is set aside for a company from the event's date, replacing what was."""

    amount: Money


class ActualRecorded(CompanyPayload):
    """A company's metric as it turned out; `period_months` is the length that it covers."""

    metric_type: MetricType
    period_end: Day
    value: SignedAmount
    period_months: Annotated[int, Field(ge=1, le=60), WHOLE] | None = None

    @model_validator(mode="after")
    def _flows_say_their_period(self) -> Self:
        if self.metric_type in METRICS_OVER_A_PERIOD and self.period_months is None:
            raise PydanticCustomError(
                "period_months",
                "period_months is required for {metric}: give the months it covers, such as 3",
                {"metric": self.metric_type},
            )
        return self


class ForecastCreated(ActualRecorded):
    """A company's metric as it is expected to turn out."""

    scenario: Name = "base"


class PeriodClosed(Payload):
    """The books closed (or opened again) through a date."""

    closed_through: Day
    label: Name | None = None


class ApprovalChanged(Payload):
    """Whether marks need the approval of a second person, from this event on."""

    required: Flag


class EventVoided(Payload):
    """An earlier event of the log that no longer counts."""

    voids: Annotated[int, Field(ge=1, lt=10**18), WHOLE]
    reason: Text


PAYLOADS: dict[EventType, type[Payload]] = {
    EventType.FUND_ESTABLISHED: FundEstablished,
    EventType.TERMS_AMENDED: TermsAmended,
    EventType.COMMITMENT_MADE: CommitmentMade,
    EventType.COMPANY_ADDED: CompanyAdded,
    EventType.COMPANY_UPDATED: CompanyUpdated,
    EventType.INVESTMENT_MADE: InvestmentMade,
    EventType.VALUATION_UPDATED: ValuationUpdated,
    EventType.PROCEEDS_RECEIVED: ProceedsReceived,
    EventType.SECURITY_CONVERTED: SecurityConverted,
    EventType.CAPITAL_CALLED: CapitalCalled,
    EventType.DISTRIBUTION_MADE: DistributionMade,
    EventType.DISTRIBUTION_RETURNED: DistributionReturned,
    EventType.EXPENSE_ACCRUED: ExpenseAccrued,
    EventType.EXPENSE_PAID: ExpensePaid,
    EventType.INCOME_RECEIVED: IncomeReceived,
    EventType.CREDIT_LINE_DRAWN: CreditLineMoved,
    EventType.CREDIT_LINE_REPAID: CreditLineMoved,
    EventType.RESERVE_ALLOCATED: ReserveAllocated,
    EventType.FORECAST_CREATED: ForecastCreated,
    EventType.ACTUAL_RECORDED: ActualRecorded,
    EventType.PERIOD_CLOSED: PeriodClosed,
    EventType.PERIOD_REOPENED: PeriodClosed,
    EventType.APPROVAL_CHANGED: ApprovalChanged,
    EventType.EVENT_VOIDED: EventVoided,
}
