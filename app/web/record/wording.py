"""What forms of events are about, in people's words: names, questions, hints, choices, order."""

from __future__ import annotations

from app.domain.events.catalogue import EventType
from app.domain.events.field_specs import field_spec
from app.domain.events.labels import EVENT_NAMES, renamed
from app.web.shared.event_slugs import WITHOUT_FORM
from app.web.shared.formats import capitalize_first, days_in_words, kind_in_words
from app.web.shared.payload_fields import label_of
from app.web.shared.wording import EVENT_GROUPS

ABOUT = {
    EventType.COMMITMENT_MADE: "an LP commits capital to the fund",
    EventType.COMPANY_ADDED: "add a portfolio company",
    EventType.COMPANY_UPDATED: "rename a company, or change its sector, stage or country",
    EventType.INVESTMENT_MADE: "the fund invests in a company, first or follow-on",
    EventType.VALUATION_UPDATED: "a holding has a new fair value",
    EventType.PROCEEDS_RECEIVED: "a sale, dividend or escrow release pays the fund",
    EventType.SECURITY_CONVERTED: "a note converts into shares, without cash",
    EventType.CAPITAL_CALLED: "LPs are asked to pay in capital",
    EventType.DISTRIBUTION_MADE: "the fund pays out to its partners",
    EventType.DISTRIBUTION_RETURNED: "partners pay back what they received",
    EventType.EXPENSE_ACCRUED: "a fee or cost that is paid later",
    EventType.EXPENSE_PAID: "the fund pays a fee or another cost",
    EventType.INCOME_RECEIVED: "interest, a refund or a fee earned by the fund",
    EventType.CREDIT_LINE_DRAWN: "the fund draws on its credit line",
    EventType.CREDIT_LINE_REPAID: "the fund repays its credit line",
    EventType.RESERVE_ALLOCATED: "capital is reserved for follow-ons in a company",
    EventType.FORECAST_CREATED: "a company KPI as forecast",
    EventType.ACTUAL_RECORDED: "a company KPI as reported",
}
# Fields that few events of a type have, beside those that are rare in all types.
_SELDOM_OF = {
    EventType.EXPENSE_ACCRUED: {"period_end"},
    EventType.EXPENSE_PAID: {"period_end"},
    EventType.PROCEEDS_RECEIVED: {"ownership"},
}
_DAYS = {
    EventType.CAPITAL_CALLED: "Due on",
    EventType.DISTRIBUTION_MADE: "Paid on",
    EventType.EXPENSE_ACCRUED: "Owed from",
    EventType.EXPENSE_PAID: "Paid on",
    EventType.PROCEEDS_RECEIVED: "Received on",
    EventType.INCOME_RECEIVED: "Received on",
    EventType.FORECAST_CREATED: "Made on",
    EventType.ACTUAL_RECORDED: "Known on",
}
_CHOICES = {
    "lp": "LP (limited partner)",
    "gp": "GP (general partner)",
    "lp_giveback": "LP giveback",
    "return_of_call": "Return of a call",
    "carried_interest": "Carried interest, to the GP",
    "recallable": "Recallable: can be called again",
    "cash_burn": "Cash burn",
}


# Fields that a refusal of another field names.
_NAMED_IN_REFUSALS = (
    "period_months", "period_start", "new_name", "metric_type", "fraction_sold", "escrow_held",
)  # fmt: skip


def recordable() -> dict[str, list[EventType]]:
    """Return the types that have a form, by group."""
    groups = {
        group: [each for each in types if each not in WITHOUT_FORM]
        for group, types in EVENT_GROUPS.items()
    }
    return {group: types for group, types in groups.items() if types}


def is_seldom(event_type: EventType, field: str) -> bool:
    """Return whether a field stands behind “More”."""
    return field_spec(field).is_seldom or field in _SELDOM_OF.get(event_type, ())


def day_label(event_type: EventType) -> str:
    """Ask for an event's date."""
    return _DAYS.get(event_type, "Effective on")


def field_label(field: str) -> str:
    """Name a field of a form."""
    return field_spec(field).form_label or label_of(field)


def choice(value: str) -> str:
    """Name one of several kinds."""
    return _CHOICES.get(value) or capitalize_first(kind_in_words(value))


def in_words(reason: str) -> str:
    """Put the types and fields that a refusal names in people's words."""
    reason = renamed(reason, lambda each: EVENT_NAMES[each].lower())
    reason = days_in_words(reason)
    for sent_by_programs in (" (adjustment: true)", " (settles_accrual)"):
        reason = reason.replace(sent_by_programs, "")
    for name in _NAMED_IN_REFUSALS:
        reason = reason.replace(name, field_label(name).lower())
    return reason
