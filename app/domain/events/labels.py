"""The types of event as people call them."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.domain.events.catalogue import EventType

EVENT_NAMES = {
    EventType.FUND_ESTABLISHED: "Fund established",
    EventType.TERMS_AMENDED: "Terms amended",
    EventType.COMMITMENT_MADE: "Commitment",
    EventType.COMPANY_ADDED: "Company added",
    EventType.COMPANY_UPDATED: "Company updated",
    EventType.INVESTMENT_MADE: "Investment",
    EventType.VALUATION_UPDATED: "Valuation",
    EventType.PROCEEDS_RECEIVED: "Proceeds",
    EventType.SECURITY_CONVERTED: "Conversion",
    EventType.CAPITAL_CALLED: "Capital call",
    EventType.DISTRIBUTION_MADE: "Distribution",
    EventType.DISTRIBUTION_RETURNED: "Distribution returned",
    EventType.EXPENSE_ACCRUED: "Expense accrued",
    EventType.EXPENSE_PAID: "Expense",
    EventType.INCOME_RECEIVED: "Income",
    EventType.CREDIT_LINE_DRAWN: "Credit line drawn",
    EventType.CREDIT_LINE_REPAID: "Credit line repaid",
    EventType.RESERVE_ALLOCATED: "Reserve",
    EventType.FORECAST_CREATED: "Forecast",
    EventType.ACTUAL_RECORDED: "Actual",
    EventType.PERIOD_CLOSED: "Period closed",
    EventType.PERIOD_REOPENED: "Period reopened",
    EventType.APPROVAL_CHANGED: "Valuation approval",
    EventType.EVENT_VOIDED: "Void",
}

# What other programs and people call them, beside the names above and the types themselves.
_ALSO = {
    "establishment": EventType.FUND_ESTABLISHED,
    "amendment": EventType.TERMS_AMENDED,
    "subscription": EventType.COMMITMENT_MADE,
    "capital commitment": EventType.COMMITMENT_MADE,
    "new company": EventType.COMPANY_ADDED,
    "portfolio company": EventType.COMPANY_ADDED,
    "follow on": EventType.INVESTMENT_MADE,
    "follow on investment": EventType.INVESTMENT_MADE,
    "new investment": EventType.INVESTMENT_MADE,
    "purchase": EventType.INVESTMENT_MADE,
    "mark": EventType.VALUATION_UPDATED,
    "fair value": EventType.VALUATION_UPDATED,
    "revaluation": EventType.VALUATION_UPDATED,
    "exit": EventType.PROCEEDS_RECEIVED,
    "sale": EventType.PROCEEDS_RECEIVED,
    "realisation": EventType.PROCEEDS_RECEIVED,
    "realization": EventType.PROCEEDS_RECEIVED,
    "call": EventType.CAPITAL_CALLED,
    "drawdown": EventType.CAPITAL_CALLED,
    "contribution": EventType.CAPITAL_CALLED,
    "capital contribution": EventType.CAPITAL_CALLED,
    "distribution to partners": EventType.DISTRIBUTION_MADE,
    "lp distribution": EventType.DISTRIBUTION_MADE,
    "giveback": EventType.DISTRIBUTION_RETURNED,
    "fee": EventType.EXPENSE_PAID,
    "cost": EventType.EXPENSE_PAID,
    "accrual": EventType.EXPENSE_ACCRUED,
    "accrued expense": EventType.EXPENSE_ACCRUED,
    "reserve allocation": EventType.RESERVE_ALLOCATED,
    "period close": EventType.PERIOD_CLOSED,
    "period reopen": EventType.PERIOD_REOPENED,
    "voided": EventType.EVENT_VOIDED,
    "books closed": EventType.PERIOD_CLOSED,
    "books reopened": EventType.PERIOD_REOPENED,
}


_CODE = re.compile(rf"\b(?:{'|'.join(EventType)})\b")


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


_BY_NAME = (
    _ALSO
    | {_key(each.value): each for each in EventType}
    | {_key(name): each for each, name in EVENT_NAMES.items()}
)


def event_type_called(text: str) -> EventType | None:
    """Find the type that a word means, in any case; None where nobody calls one so."""
    key = _key(text)
    return _BY_NAME.get(key) or _BY_NAME.get(key.removesuffix("s"))


def renamed(text: str, write: Callable[[EventType], str]) -> str:
    """Write the types that a text names as `write` does."""
    return _CODE.sub(lambda found: write(EventType(found[0])), text)
