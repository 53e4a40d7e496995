"""A file to start an import from: every column, and an example row for each type of event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.services.import_files.columns import ENVELOPE_COLUMNS, PAYLOAD_COLUMNS
from app.services.sheets import Value

COLUMNS = (*ENVELOPE_COLUMNS, *(name for name in PAYLOAD_COLUMNS if name != "company_id"))
_TERMS = (
    '{"currency":"USD","size":"50000000","vintage_year":2020,"inception_on":"2020-01-01",'
    '"management_fee":{"rate":"0.02","basis":"committed"},"carry":{"rate":"0.20"}}'
)
_ACME = "Acme Robotics"

# One of each type, in an order in which the log takes them; the last voids the one before it.
_EXAMPLES: tuple[tuple[EventType, date, dict[str, Value]], ...] = (
    (EventType.FUND_ESTABLISHED, date(2020, 1, 1), {"terms": _TERMS}),
    (
        EventType.TERMS_AMENDED,
        date(2020, 1, 15),
        {"terms": _TERMS.replace('"0.02"', '"0.0175"'), "reason": "fee agreed with the partners"},
    ),
    (
        EventType.COMMITMENT_MADE,
        date(2020, 1, 31),
        {"investor": "Harbour Pension Fund", "amount": Decimal(50_000_000), "partner": "lp"},
    ),
    (
        EventType.CAPITAL_CALLED,
        date(2020, 2, 28),
        {"amount": Decimal(5_000_000), "purpose": "first call", "noticed_on": date(2020, 2, 14)},
    ),
    (
        EventType.COMPANY_ADDED,
        date(2020, 3, 2),
        {"company": _ACME, "sector": "robotics", "stage": "seed", "country": "US"},
    ),
    (EventType.COMPANY_UPDATED, date(2020, 6, 1), {"company": _ACME, "stage": "series A"}),
    (
        EventType.RESERVE_ALLOCATED,
        date(2020, 3, 2),
        {"company": _ACME, "amount": Decimal(1_000_000)},
    ),
    (
        EventType.INVESTMENT_MADE,
        date(2020, 3, 2),
        {
            "company": _ACME,
            "amount": Decimal("2500000.50"),
            "round": "Seed",
            "security": "note",
            "ownership": Decimal("0.125"),
            "from_reserves": False,
        },
    ),
    (
        EventType.SECURITY_CONVERTED,
        date(2020, 9, 1),
        {"company": _ACME, "from_security": "note", "to_security": "preferred"},
    ),
    (
        EventType.VALUATION_UPDATED,
        date(2020, 12, 31),
        {"company": _ACME, "new_valuation": Decimal(4_000_000), "method": "market_multiple"},
    ),
    (
        EventType.PROCEEDS_RECEIVED,
        date(2021, 5, 3),
        {
            "company": _ACME,
            "amount": Decimal(1_200_000),
            "kind": "partial_exit",
            "fraction_sold": Decimal("0.25"),
        },
    ),
    (
        EventType.DISTRIBUTION_MADE,
        date(2021, 6, 1),
        {"amount": Decimal(1_000_000), "kind": "standard"},
    ),
    (
        EventType.DISTRIBUTION_RETURNED,
        date(2021, 7, 1),
        {"amount": Decimal(50_000), "kind": "lp_giveback"},
    ),
    (
        EventType.EXPENSE_ACCRUED,
        date(2021, 6, 30),
        {"amount": Decimal(250_000), "category": "management_fee"},
    ),
    (
        EventType.EXPENSE_PAID,
        date(2021, 7, 1),
        {"amount": Decimal(250_000), "category": "management_fee", "settles_accrual": True},
    ),
    (EventType.INCOME_RECEIVED, date(2021, 7, 15), {"amount": Decimal(1_500), "kind": "interest"}),
    (EventType.CREDIT_LINE_DRAWN, date(2021, 8, 2), {"amount": Decimal(400_000)}),
    (EventType.CREDIT_LINE_REPAID, date(2021, 9, 30), {"amount": Decimal(400_000)}),
    (
        EventType.FORECAST_CREATED,
        date(2021, 10, 1),
        {
            "company": _ACME,
            "metric_type": "revenue",
            "period_end": date(2021, 12, 31),
            "period_months": 3,
            "value": Decimal(900_000),
            "scenario": "base",
        },
    ),
    (
        EventType.ACTUAL_RECORDED,
        date(2022, 1, 20),
        {
            "company": _ACME,
            "metric_type": "revenue",
            "period_end": date(2021, 12, 31),
            "period_months": 3,
            "value": Decimal(850_000),
        },
    ),
    (
        EventType.PERIOD_CLOSED,
        date(2022, 1, 31),
        {"closed_through": date(2021, 12, 31), "label": "2021 as reported"},
    ),
    (EventType.PERIOD_REOPENED, date(2022, 2, 15), {"closed_through": date(2021, 12, 31)}),
    (EventType.APPROVAL_CHANGED, date(2022, 2, 15), {"required": True}),
    (
        EventType.INCOME_RECEIVED,
        date(2022, 2, 16),
        {"amount": Decimal(100), "kind": "other", "note": "entered by mistake"},
    ),
    (
        EventType.EVENT_VOIDED,
        date(2022, 2, 16),
        {"voids": 24, "reason": "the amount belongs to another fund"},
    ),
)


def template_rows() -> Iterator[tuple[Value, ...]]:
    """Return the header, and rows that make up a sound import as they stand."""
    yield COLUMNS
    for sequence, (event_type, effective_on, fields) in enumerate(_EXAMPLES, 1):
        cells = {
            "effective_on": effective_on,
            "event_type": event_type.value,
            "sequence": sequence,
        } | fields
        yield tuple(cells.get(name) for name in COLUMNS)
