"""Events, viewpoints and missing figures in the words of people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from app.domain.errors import AsofError, BeyondKnowledgeError
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.domain.events.model import Event
from app.web.shared.formats import counted, days_in_words, short_date

EVENT_GROUPS = {
    "Capital": (
        EventType.COMMITMENT_MADE,
        EventType.CAPITAL_CALLED,
        EventType.DISTRIBUTION_MADE,
        EventType.DISTRIBUTION_RETURNED,
    ),
    "Portfolio": (
        EventType.COMPANY_ADDED,
        EventType.COMPANY_UPDATED,
        EventType.INVESTMENT_MADE,
        EventType.VALUATION_UPDATED,
        EventType.PROCEEDS_RECEIVED,
        EventType.SECURITY_CONVERTED,
        EventType.RESERVE_ALLOCATED,
        EventType.FORECAST_CREATED,
        EventType.ACTUAL_RECORDED,
    ),
    "Expenses and financing": (
        EventType.EXPENSE_ACCRUED,
        EventType.EXPENSE_PAID,
        EventType.INCOME_RECEIVED,
        EventType.CREDIT_LINE_DRAWN,
        EventType.CREDIT_LINE_REPAID,
    ),
    "Terms and closes": (
        EventType.FUND_ESTABLISHED,
        EventType.TERMS_AMENDED,
        EventType.PERIOD_CLOSED,
        EventType.PERIOD_REOPENED,
        EventType.APPROVAL_CHANGED,
        EventType.EVENT_VOIDED,
    ),
}
_SOURCES = {
    "form": "entered by hand",
    "api": "API",
    "import": "import file",
    "demo": "demonstration",
    "wizard": "fund set-up",
}
_FIELDS = {
    "as_of": "As of",
    "known_at": "Knowledge date",
    "through": "Event",
    "description": "Description",
    "closed_through": "Close through",
}
_REASONS = {
    "no_commitments": "no commitments yet",
    "nothing_paid_in": "no capital paid in yet",
    "nothing_invested": "nothing invested yet",
    "too_few_dates": "n/m: fewer than two cash-flow dates",
    "no_outflow": "n/m: no capital paid in",
    "total_loss": "n/m: total loss",
    "several_roots": "n/m: more than one IRR fits the cash flows",
    "no_root": "n/m: no IRR fits the cash flows",
    "under_one_year": "less than one year",
}


def event_name(event: Event) -> str:
    """Name an event's type."""
    return EVENT_NAMES[event.event_type]


def source(event: Event) -> str:
    """Say by which way an event came in."""
    return _SOURCES.get(event.source, event.source)


def amount(event: Event) -> Decimal | None:
    """Return the money that an event is about, where it is about money."""
    for field in ("amount", "new_valuation"):
        if field in event.payload:
            return event.amount(field)
    return None


def day_of(instant: datetime) -> date:
    """Return the UTC day of an instant."""
    return instant.astimezone(UTC).date()


def subject(event: Event, company: str = "") -> str:
    """Name whom or what an event is about, besides its type; empty where nothing is.

    `company` is how its company is called, which payloads name as it was added.
    """
    if company:
        return company
    payload = event.payload
    for field in ("company", "investor", "label"):
        if payload.get(field):
            return str(payload[field])
    if "category" in payload:
        return str(payload["category"]).replace("_", " ")
    if "required" in payload:
        return "required" if payload["required"] else "not required any more"
    if "voids" in payload:
        return f"of #{payload['voids']}"
    return ""


def reason(code: str | None) -> str:
    """Say why a figure is missing, or why a rate says little."""
    return _REASONS.get(code or "", "")


def refusal(error: AsofError) -> str:
    """Say why a question has no answer, with its day as people write it."""
    if not isinstance(error, BeyondKnowledgeError):
        return str(error)
    try:
        asked = short_date(date.fromisoformat(error.value))
    except ValueError:
        asked = f"“{error.value}”"
    reason = days_in_words(error.reason)
    if reason.startswith(("is ", "has ")):
        return f"{asked} {reason}."
    return f"{_FIELDS.get(error.field, error.field)} {asked}: {reason}."


def later_events(known: int, head: int) -> str:
    """Say how many events of the log are not known yet; empty where all are."""
    return f"{counted(head - known, 'later event')} not shown" if known < head else ""


FILTERS = (event_name, source, amount, day_of, reason, subject)
