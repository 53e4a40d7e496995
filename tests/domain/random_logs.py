"""Random logs: any event of the catalogue on any day, recorded in any order, some voided."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from app.domain.errors import RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.viewpoint import Viewpoint
from tests.domain.ledger import Ledger
from tests.ledgers import Raw, established, raw, void

START = date(2010, 1, 1)
# Few days, so that several events meet on one, with quarter ends and a leap day among them.
DAYS = st.sampled_from([START + timedelta(days=days) for days in (0, 1, 89, 364, 790, 1460)])
LATER = st.sampled_from([date(2009, 12, 31), date(2012, 2, 29), date(2019, 12, 31)])
# A day and a share of the log: where on both axes it is looked from.
PLACES = st.tuples(st.one_of(DAYS, LATER), st.floats(0, 1))
COMPANIES = ("Acme", "Çelik")
_AMOUNTS = st.one_of(
    st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100),
    st.integers(0, 10**12).map(lambda millionths: Decimal(millionths) / 10**6),
    # Near each other, so that profits are small, and some are small enough for a catch-up.
    st.sampled_from([Decimal(each) for each in ("0", "0.005", "100", "110", "120", "130")]),
)
AMOUNTS = _AMOUNTS.map(lambda amount: f"{amount:f}")
SHARES = st.sampled_from(["0", "0.1", "0.333333", "0.5", "1"])
CARRY: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"rate": "0.2"},
        {"rate": "0"},
        {"rate": "0.25", "hurdle": "0.08"},
        {"rate": "0.2", "hurdle": "0.08", "catch_up": "1"},
        {"rate": "0.2", "hurdle": "0.2", "catch_up": "0.5"},
        {"rate": "0.2", "hurdle": "0.08", "catch_up": "1", "compounding": "annual"},
        {"rate": "0.2", "hurdle": "0.08", "compounding": "annual", "cumulative": True},
        {"rate": "0.2", "hurdle": "0.2", "compounding": "simple"},
        {"rate": "0.3", "hurdle": "0.08", "compounding": "simple", "cumulative": True},
        {"rate": "0.2", "hurdle": "0.08", "cumulative": True},
    ]
)
_METRICS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "metric_type": st.sampled_from(["revenue", "arr", "headcount"]),
        "period_end": st.sampled_from(["2010-03-31", "2010-06-30"]),
        "period_months": st.just(3),
        "value": AMOUNTS,
    }
)


def _maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _of_kind(
    kind: str, fields: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind)}, optional=fields)


_SECURITIES = st.sampled_from(["note", "preferred"])
_COUNTS = st.sampled_from(["10", "1000", "333.5"])
_ESCROW = {"escrow_held": AMOUNTS, "in_kind": st.booleans()}
_PART = _ESCROW | {"cost_relieved": AMOUNTS, "ownership": SHARES}
_OTHER_PROCEEDS = st.one_of(
    _of_kind("partial_exit", _PART | {"fraction_sold": SHARES}),
    _of_kind("partial_exit", _PART | {"shares_sold": _COUNTS}),
    _of_kind("full_exit", _ESCROW),
    st.just({"kind": "full_exit", "escrow_held": "40", "escrow_value": "25"}),
    _of_kind("dividend", {"ownership": SHARES, "in_kind": st.booleans()}),
    _of_kind("escrow", {"ownership": SHARES}),
)
# What each type carries besides its company and amount; EVENT_VOIDED is drawn from the log.
_FIELDS: dict[EventType, st.SearchStrategy[dict[str, Any]]] = {
    EventType.TERMS_AMENDED: CARRY.map(
        lambda carry: {"terms": _terms(carry), "reason": "as agreed"}
    ),
    EventType.COMMITMENT_MADE: st.fixed_dictionaries(
        {"investor": st.sampled_from(["City Pension", "Family Office"])},
        optional={"partner": st.sampled_from(["lp", "gp"])},
    ),
    EventType.COMPANY_UPDATED: st.sampled_from(
        [{"stage": "growth"}, {"new_name": "Zeta"}, {"new_name": "ACME"}, {"sector": "web"}]
    ),
    EventType.INVESTMENT_MADE: _maybe(
        from_reserves=st.booleans(),
        ownership=SHARES,
        security=_SECURITIES,
        shares=_COUNTS,
    ),
    EventType.VALUATION_UPDATED: st.fixed_dictionaries(
        {"new_valuation": AMOUNTS}, optional={"ownership": SHARES}
    ),
    EventType.PROCEEDS_RECEIVED: st.one_of(_of_kind("partial_exit", _PART), _OTHER_PROCEEDS),
    EventType.SECURITY_CONVERTED: st.fixed_dictionaries(
        {"from_security": _SECURITIES, "to_security": _SECURITIES}, optional={"shares": _COUNTS}
    ),
    EventType.CAPITAL_CALLED: _maybe(outside_commitment=st.booleans()),
    EventType.DISTRIBUTION_MADE: st.one_of(
        _of_kind("return_of_call", {"outside_commitment": st.just(value=True)}),
        *(
            _of_kind(each, {"in_kind": st.booleans()})
            for each in ("standard", "recallable", "carried_interest")
        ),
    ),
    EventType.DISTRIBUTION_RETURNED: st.sampled_from(
        [{"kind": "lp_giveback"}, {"kind": "carry_clawback"}]
    ),
    EventType.EXPENSE_ACCRUED: st.just({"category": "management_fee"}),
    EventType.EXPENSE_PAID: st.sampled_from(
        [{"category": "management_fee"}, {"category": "other", "settles_accrual": True}]
    ),
    EventType.INCOME_RECEIVED: st.just({"kind": "interest"}),
    EventType.CREDIT_LINE_DRAWN: st.just({}),
    EventType.CREDIT_LINE_REPAID: st.just({}),
    EventType.RESERVE_ALLOCATED: st.just({}),
    EventType.FORECAST_CREATED: _METRICS,
    EventType.ACTUAL_RECORDED: _METRICS,
    EventType.PERIOD_CLOSED: st.sampled_from(
        [{"closed_through": "2010-03-31"}, {"closed_through": "2010-12-31", "label": "2010"}]
    ),
    EventType.PERIOD_REOPENED: st.just({"closed_through": "2010-03-31"}),
    EventType.APPROVAL_CHANGED: st.sampled_from([{"required": True}, {"required": False}]),
}
# What figures hang on most comes most often.
_TYPES = [
    *_FIELDS,
    *(EventType.CAPITAL_CALLED, EventType.DISTRIBUTION_MADE, EventType.TERMS_AMENDED),
    *(EventType.INVESTMENT_MADE, EventType.VALUATION_UPDATED, EventType.PROCEEDS_RECEIVED) * 3,
]
_WITHOUT_AMOUNT = {
    EventType.TERMS_AMENDED,
    EventType.COMPANY_UPDATED,
    EventType.VALUATION_UPDATED,
    EventType.SECURITY_CONVERTED,
    EventType.FORECAST_CREATED,
    EventType.ACTUAL_RECORDED,
    EventType.PERIOD_CLOSED,
    EventType.PERIOD_REOPENED,
    EventType.APPROVAL_CHANGED,
}
_OF_A_COMPANY = {
    EventType.COMPANY_UPDATED,
    EventType.INVESTMENT_MADE,
    EventType.VALUATION_UPDATED,
    EventType.PROCEEDS_RECEIVED,
    EventType.SECURITY_CONVERTED,
    EventType.RESERVE_ALLOCATED,
    EventType.FORECAST_CREATED,
    EventType.ACTUAL_RECORDED,
}


@st.composite
def ledgers(draw: st.DrawFn, most: int = 40) -> tuple[Ledger, list[Raw]]:
    """Draw a log that was taken event by event, and the raw events that it was made of."""
    opening = [
        established(carry=draw(CARRY)),
        *(raw("COMPANY_ADDED", str(START), company=name) for name in COMPANIES),
    ]
    ledger, taken = Ledger(), list(opening)
    ledger.record(*opening)
    for _ in range(draw(st.integers(0, most))):
        event = draw(_void(ledger) if draw(st.integers(0, 7)) == 0 else _fact())
        try:
            ledger.record(event, allow_duplicate=True)
        except RefusedError:
            event = {**event, "payload": event["payload"] | {"adjustment": True}}
            try:
                ledger.record(event, allow_duplicate=True)
            except RefusedError:
                continue  # a second void, a close that makes no sense: not what is tried here
        taken.append(event)
    return ledger, taken


@st.composite
def _fact(draw: st.DrawFn) -> Raw:
    event_type = draw(st.sampled_from(_TYPES))
    payload = draw(_FIELDS[event_type])
    if event_type not in _WITHOUT_AMOUNT:
        payload = payload | {"amount": draw(AMOUNTS)}
    if event_type in _OF_A_COMPANY:
        payload = payload | {"company": draw(st.sampled_from(COMPANIES))}
    return raw(event_type.value, str(draw(DAYS)), **payload)


@st.composite
def _void(draw: st.DrawFn, ledger: Ledger) -> Raw:
    return void(draw(st.integers(2, max(2, len(ledger.events)))))


def _terms(carry: dict[str, Any]) -> dict[str, Any]:
    terms: dict[str, Any] = established(carry=carry)["payload"]["terms"]
    return terms


def types_of(events: list[Event]) -> set[str]:
    """Name the types that a log has events of."""
    return {event.event_type.value for event in events}


Log = tuple[Ledger, list[Raw]]


def viewpoint_of(log: Log, place: tuple[date, float]) -> Viewpoint:
    """Return the viewpoint at a place in a log."""
    return Viewpoint(place[0], round(place[1] * len(log[0].events)))
