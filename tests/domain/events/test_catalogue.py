"""The event catalogue: one valid event of each type, and every refusal by its message."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.errors import RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.parse import parse_draft
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, company, established, investment, raw

ON = "2011-03-31"
TERMS = established()["payload"]["terms"]
METRIC = {"company": "Acme", "period_end": "2011-03-31", "value": "7"}
VALID: dict[str, dict[str, Any]] = {
    "FUND_ESTABLISHED": {"terms": TERMS, "reason": "first close"},
    "TERMS_AMENDED": {"terms": TERMS | {"size": "2000000"}, "reason": "final close"},
    "COMMITMENT_MADE": {"investor": "City Pension", "amount": "250000", "partner": "gp"},
    "COMPANY_ADDED": {"company": "Zeta", "sector": "software", "stage": "seed", "country": "FR"},
    "COMPANY_UPDATED": {"company": "Acme", "new_name": "Zenith", "stage": "growth"},
    "INVESTMENT_MADE": {
        "company": "Acme",
        "amount": "100",
        "round": "series A",
        "security": "preferred",
        "ownership": "0.2",
        "from_reserves": True,
        "shares": "1000",
        "price_per_share": "0.1",
        "post_money": "500",
    },
    "VALUATION_UPDATED": {
        "company": "Acme",
        "new_valuation": "300",
        "ownership": "0.18",
        "method": "market_multiple",
        "fair_value_level": 3,
        "post_money": "1500",
        "prepared_by": "Ana",
        "self_approved": True,
    },
    "PROCEEDS_RECEIVED": {
        "company": "Acme",
        "amount": "60",
        "kind": "partial_exit",
        "fraction_sold": "0.2",
        "cost_relieved": "20",
        "escrow_held": "5",
        "escrow_value": "4.5",
        "escrow_release_on": "2012-03-31",
        "ownership": "0.1",
        "in_kind": True,
    },
    "SECURITY_CONVERTED": {
        "company": "Acme",
        "from_security": "note",
        "to_security": "preferred",
        "shares": "10",
        "ownership": "0.2",
    },
    "CAPITAL_CALLED": {
        "amount": "100",
        "purpose": "fees",
        "noticed_on": "2011-03-01",
        "outside_commitment": True,
        "allocations": {"City Pension": "60", "Family Office": "40"},
    },
    "DISTRIBUTION_MADE": {
        "amount": "100",
        "kind": "recallable",
        "in_kind": True,
        "allocations": {"City Pension": "100"},
    },
    "DISTRIBUTION_RETURNED": {"amount": "10", "kind": "lp_giveback"},
    "EXPENSE_ACCRUED": {
        "amount": "10",
        "category": "management_fee",
        "period_start": "2011-01-01",
        "period_end": "2011-03-31",
    },
    "EXPENSE_PAID": {
        "amount": "10",
        "category": "management_fee",
        "period_start": "2011-01-01",
        "period_end": "2011-03-31",
        "offset_amount": "1",
        "settles_accrual": True,
    },
    "INCOME_RECEIVED": {"amount": "10", "kind": "fee_offset"},
    "CREDIT_LINE_DRAWN": {"amount": "10"},
    "CREDIT_LINE_REPAID": {"amount": "10"},
    "RESERVE_ALLOCATED": {"company": "Acme", "amount": "50"},
    "FORECAST_CREATED": METRIC | {"metric_type": "revenue", "period_months": 3, "scenario": "low"},
    "ACTUAL_RECORDED": METRIC | {"metric_type": "headcount"},
    "PERIOD_CLOSED": {"closed_through": "2010-12-31", "label": "Q4 2010"},
    "PERIOD_REOPENED": {"closed_through": "2010-06-30"},
    "APPROVAL_CHANGED": {"required": True},
    "EVENT_VOIDED": {"voids": 3, "reason": "never wired", "adjustment": True},
}
# Every event may carry these.
COMMON = {
    "reference": "wire 7",
    "note": "as agreed",
    "local_currency": "EUR",
    "local_amount": "-80.5",
    "fx_rate": "1.25",
}


def base() -> Ledger:
    """Return a fund with a company and a call (event 3), its books closed through June 2010.

    It holds something of everything that can be sold, returned, repaid or settled.
    """
    partners = [
        raw("COMMITMENT_MADE", "2010-01-01", investor=name, amount="1")
        for name in ("City Pension", "Family Office")
    ]
    return fund(
        company("Acme"),
        called("100"),
        *partners,
        investment("100"),
        raw("DISTRIBUTION_MADE", "2010-04-01", amount="10"),
        raw("CREDIT_LINE_DRAWN", "2010-04-01", amount="10"),
        raw("EXPENSE_ACCRUED", "2010-04-01", amount="10", category="other"),
        raw("PERIOD_CLOSED", "2010-07-15", closed_through="2010-06-30"),
    )


def event_of(event_type: str, **changes: Any) -> Raw:  # noqa: ANN401 - any JSON
    """Write the valid event of a type with changes; a change to None takes the field out."""
    payload = VALID[event_type] | changes
    kept = {key: value for key, value in payload.items() if value is not None}
    return raw(event_type, None if event_type == "EVENT_VOIDED" else ON, **kept)


def refusals(event: object) -> list[str]:
    """Return what parsing says against an event."""
    with pytest.raises(RefusedError) as caught:
        parse_draft(event)
    return [str(fault) for fault in caught.value.faults]


def test_the_catalogue_is_covered() -> None:
    assert set(VALID) == set(EventType.__members__)
    assert len(VALID) == 24


@pytest.mark.parametrize("event_type", VALID)
@pytest.mark.parametrize("more", [{}, COMMON], ids=["plain", "annotated"])
def test_a_valid_event_is_taken_and_kept_as_it_was_written(
    event_type: str, more: dict[str, str]
) -> None:
    ledger = Ledger() if event_type == "FUND_ESTABLISHED" else base()
    [event] = ledger.record(event_of(event_type, **more))
    assert event.event_type == event_type
    written = VALID[event_type] | more
    kept = {key: event.payload[key] for key in written if key != "terms"}
    assert kept == {key: value for key, value in written.items() if key != "terms"}
    if "terms" in written:
        assert event.payload["terms"].items() >= written["terms"].items()


@pytest.mark.parametrize(
    ("event_type", "left_out", "defaults"),
    [
        ("COMMITMENT_MADE", ("partner",), {"partner": "lp"}),
        ("INVESTMENT_MADE", ("from_reserves",), {"from_reserves": False}),
        ("PROCEEDS_RECEIVED", ("in_kind",), {"in_kind": False}),
        ("CAPITAL_CALLED", ("outside_commitment",), {"outside_commitment": False}),
        ("DISTRIBUTION_MADE", ("kind", "in_kind"), {"kind": "standard", "in_kind": False}),
        ("FORECAST_CREATED", ("scenario",), {"scenario": "base"}),
    ],
)
def test_what_is_left_out_has_its_default(
    event_type: str, left_out: tuple[str, ...], defaults: dict[str, object]
) -> None:
    [event] = base().record(event_of(event_type, **dict.fromkeys(left_out)))
    assert event.payload.items() >= defaults.items()


def test_terms_left_out_have_their_defaults() -> None:
    [event] = Ledger().record(established())
    assert event.payload["terms"] == TERMS | {
        "term_years": 10,
        "investment_period_years": 5,
        "evergreen": False,
        "management_fee": {"rate": "0.02", "basis": "committed"},
        "carry": {
            "rate": "0.2",
            "compounding": "daily",
            "cumulative": False,
            "waterfall": "whole_fund",
        },
        "deployment": {"pacing": "linear"},
        "reserves": {"policy": "none"},
    }


REQUIRED = [
    ("FUND_ESTABLISHED", "terms"),
    ("TERMS_AMENDED", "terms"),
    ("COMMITMENT_MADE", "investor"),
    ("COMMITMENT_MADE", "amount"),
    ("COMPANY_ADDED", "company"),
    ("COMPANY_UPDATED", "company"),
    ("INVESTMENT_MADE", "company"),
    ("INVESTMENT_MADE", "amount"),
    ("VALUATION_UPDATED", "company"),
    ("VALUATION_UPDATED", "new_valuation"),
    ("PROCEEDS_RECEIVED", "company"),
    ("PROCEEDS_RECEIVED", "amount"),
    ("PROCEEDS_RECEIVED", "kind"),
    ("SECURITY_CONVERTED", "company"),
    ("SECURITY_CONVERTED", "from_security"),
    ("SECURITY_CONVERTED", "to_security"),
    ("CAPITAL_CALLED", "amount"),
    ("DISTRIBUTION_MADE", "amount"),
    ("DISTRIBUTION_RETURNED", "amount"),
    ("DISTRIBUTION_RETURNED", "kind"),
    ("EXPENSE_PAID", "amount"),
    ("EXPENSE_PAID", "category"),
    ("INCOME_RECEIVED", "amount"),
    ("INCOME_RECEIVED", "kind"),
    ("CREDIT_LINE_DRAWN", "amount"),
    ("CREDIT_LINE_REPAID", "amount"),
    ("RESERVE_ALLOCATED", "company"),
    ("RESERVE_ALLOCATED", "amount"),
    ("FORECAST_CREATED", "company"),
    ("FORECAST_CREATED", "metric_type"),
    ("FORECAST_CREATED", "period_end"),
    ("FORECAST_CREATED", "value"),
    ("ACTUAL_RECORDED", "metric_type"),
    ("ACTUAL_RECORDED", "period_end"),
    ("ACTUAL_RECORDED", "value"),
    ("PERIOD_CLOSED", "closed_through"),
    ("PERIOD_REOPENED", "closed_through"),
    ("EVENT_VOIDED", "voids"),
    ("EVENT_VOIDED", "reason"),
]


@pytest.mark.parametrize(("event_type", "field"), REQUIRED)
def test_a_missing_field_is_asked_for(event_type: str, field: str) -> None:
    expected = f"{field}: is required for {event_type}: add it"
    assert refusals(event_of(event_type, **{field: None})) == [expected]


AS_TEXT = 'must be a decimal number written as text, such as "1250000.50"'
PLAIN = "is not a plain number: write digits with a point for decimals, such as 1250000.50"
DIGITS = "has too many digits: at most 18 before the point and 6 after it"
EMPTY = "must not be empty: write it or leave the field out"
CONTROL = "has characters that cannot be seen (U+0000): take them out"
UNSEEN = "has characters that cannot be seen (U+200B): take them out"
TURNED = "has characters that cannot be seen (U+202E): take them out"
ONE_LINE = "must stand on one line: take out breaks and tabs"
MONTHS = "is required for {}: give the months it covers, such as 3"
MONEY = [
    ("COMMITMENT_MADE", "amount"),
    ("INVESTMENT_MADE", "amount"),
    ("INVESTMENT_MADE", "post_money"),
    ("VALUATION_UPDATED", "new_valuation"),
    ("PROCEEDS_RECEIVED", "amount"),
    ("PROCEEDS_RECEIVED", "cost_relieved"),
    ("PROCEEDS_RECEIVED", "escrow_held"),
    ("CAPITAL_CALLED", "amount"),
    ("DISTRIBUTION_MADE", "amount"),
    ("DISTRIBUTION_RETURNED", "amount"),
    ("EXPENSE_PAID", "amount"),
    ("EXPENSE_PAID", "offset_amount"),
    ("INCOME_RECEIVED", "amount"),
    ("CREDIT_LINE_DRAWN", "amount"),
    ("CREDIT_LINE_REPAID", "amount"),
    ("RESERVE_ALLOCATED", "amount"),
]


@pytest.mark.parametrize(("event_type", "field"), MONEY)
def test_money_is_exact_and_not_negative(event_type: str, field: str) -> None:
    reasons = {"-1": "must be 0 or more", "1e6": PLAIN, "1.0000001": DIGITS, "9" * 19: DIGITS}
    for value, reason in reasons.items():
        expected = [f"{field} {value!r}: {reason}"]
        assert refusals(event_of(event_type, **{field: value})) == expected
    assert refusals(event_of(event_type, **{field: 1.5})) == [f"{field} '1.5': {AS_TEXT}"]


@pytest.mark.parametrize(
    ("event_type", "field"),
    [
        ("INVESTMENT_MADE", "ownership"),
        ("VALUATION_UPDATED", "ownership"),
        ("PROCEEDS_RECEIVED", "ownership"),
        ("PROCEEDS_RECEIVED", "fraction_sold"),
        ("SECURITY_CONVERTED", "ownership"),
    ],
)
def test_a_share_lies_between_nothing_and_all(event_type: str, field: str) -> None:
    for value, reason in {"1.01": "must be at most 1", "-0.1": "must be 0 or more"}.items():
        expected = [f"{field} {value!r}: {reason}"]
        assert refusals(event_of(event_type, **{field: value})) == expected
    assert refusals(event_of(event_type, **{field: 0.2})) == [f"{field} '0.2': {AS_TEXT}"]


REFUSED = [
    ("COMMITMENT_MADE", {"partner": "fund"}, "partner 'fund': must be one of 'lp', 'gp'"),
    ("COMMITMENT_MADE", {"investor": " "}, f"investor ' ': {EMPTY}"),
    ("COMMITMENT_MADE", {"investor": 7}, "investor '7': must be text"),
    ("COMPANY_ADDED", {"company": ""}, f"company: {EMPTY}"),
    ("COMPANY_ADDED", {"company": "Ze\x00ta"}, f"company 'Ze\\x00ta': {CONTROL}"),
    ("COMPANY_ADDED", {"company": "Ze\nta"}, f"company 'Ze\\nta': {ONE_LINE}"),
    ("COMPANY_ADDED", {"company": "Ze\tta"}, f"company 'Ze\\tta': {ONE_LINE}"),
    ("COMPANY_ADDED", {"company": "Ze\u2028ta"}, f"company 'Ze\\u2028ta': {ONE_LINE}"),
    ("COMPANY_ADDED", {"company": "Ze\u202eta"}, f"company 'Ze\\u202eta': {TURNED}"),
    ("COMMITMENT_MADE", {"investor": "Al\u200bma"}, f"investor 'Al\\u200bma': {UNSEEN}"),
    ("COMPANY_ADDED", {"note": "Ze\u202eta"}, f"note 'Ze\\u202eta': {TURNED}"),
    (
        "COMPANY_ADDED",
        {"company": "Z" * 201},
        f"company '{'Z' * 200}': must have at most 200 characters",
    ),
    ("COMPANY_ADDED", {"note": "a\x00"}, f"note 'a\\x00': {CONTROL}"),
    (
        "COMPANY_UPDATED",
        {"new_name": None, "stage": None},
        "payload: changes nothing: give sector, stage, country or new_name",
    ),
    (
        "VALUATION_UPDATED",
        {"method": "guess"},
        (
            "method 'guess': must be one of 'calibrated_round_price', 'market_multiple', "
            "'discounted_cash_flow', 'net_assets', 'quoted_price', 'write_off', 'other'"
        ),
    ),
    (
        "VALUATION_UPDATED",
        {"fair_value_level": 4},
        "fair_value_level '4': must be less than or equal to 3",
    ),
    (
        "PROCEEDS_RECEIVED",
        {"kind": "exit"},
        "kind 'exit': must be one of 'full_exit', 'partial_exit', 'dividend', 'escrow'",
    ),
    (
        "CAPITAL_CALLED",
        {"allocations": {"City Pension": "60", "Family Office": "39.5"}},
        "allocations: sum to 99.5 but the amount is 100: make them equal",
    ),
    (
        "CAPITAL_CALLED",
        {"allocations": {"City Pension": "-1"}},
        "allocations.City Pension '-1': must be 0 or more",
    ),
    (
        "CAPITAL_CALLED",
        {"noticed_on": "1.3.2011"},
        "noticed_on '1.3.2011': must be a day of the calendar such as 2012-03-31",
    ),
    (
        "DISTRIBUTION_MADE",
        {"allocations": {"City Pension": "101"}},
        "allocations: sum to 101 but the amount is 100: make them equal",
    ),
    (
        "DISTRIBUTION_MADE",
        {"kind": "special"},
        (
            "kind 'special': must be one of 'standard', 'recallable', 'return_of_call', "
            "'carried_interest'"
        ),
    ),
    (
        "DISTRIBUTION_RETURNED",
        {"kind": "other"},
        "kind 'other': must be one of 'lp_giveback', 'carry_clawback'",
    ),
    (
        "EXPENSE_PAID",
        {"category": "fee"},
        (
            "category 'fee': must be one of 'management_fee', 'organisational', 'partnership', "
            "'broken_deal', 'interest', 'other'"
        ),
    ),
    (
        "EXPENSE_PAID",
        {"period_end": "2010-12-31"},
        "period_end '2010-12-31': must not lie before period_start",
    ),
    (
        "INCOME_RECEIVED",
        {"kind": "gift"},
        "kind 'gift': must be one of 'interest', 'refund', 'fee_offset', 'other'",
    ),
    (
        "ACTUAL_RECORDED",
        {"metric_type": "users"},
        (
            "metric_type 'users': must be one of 'revenue', 'arr', 'ebitda', 'cash', 'cash_burn', "
            "'headcount', 'valuation'"
        ),
    ),
    ("FORECAST_CREATED", {"period_months": None}, f"period_months: {MONTHS.format('revenue')}"),
    ("ACTUAL_RECORDED", {"metric_type": "ebitda"}, f"period_months: {MONTHS.format('ebitda')}"),
    (
        "ACTUAL_RECORDED",
        {"metric_type": "cash_burn"},
        f"period_months: {MONTHS.format('cash_burn')}",
    ),
    (
        "FORECAST_CREATED",
        {"period_months": 0},
        "period_months '0': must be greater than or equal to 1",
    ),
    ("FORECAST_CREATED", {"value": 1.5}, f"value '1.5': {AS_TEXT}"),
    (
        "PERIOD_CLOSED",
        {"closed_through": "2010-13-01"},
        "closed_through '2010-13-01': must be a day of the calendar such as 2012-03-31",
    ),
    ("EVENT_VOIDED", {"voids": 0}, "voids '0': must be greater than or equal to 1"),
    ("EVENT_VOIDED", {"reason": ""}, f"reason: {EMPTY}"),
    (
        "CREDIT_LINE_DRAWN",
        {"local_currency": "eur"},
        "local_currency 'eur': must be three capital letters, such as USD",
    ),
    ("CREDIT_LINE_DRAWN", {"fx_rate": "0"}, "fx_rate '0': must be more than 0"),
    ("CREDIT_LINE_REPAID", {"occurrence": 1}, "occurrence '1': must be greater than or equal to 2"),
]


@pytest.mark.parametrize(("event_type", "changes", "expected"), REFUSED)
def test_a_refusal_names_field_value_and_mend(
    event_type: str, changes: dict[str, object], expected: str
) -> None:
    assert refusals(event_of(event_type, **changes)) == [expected]


@pytest.mark.parametrize(
    ("field", "mend"),
    [
        ("amuont", "did you mean amount?"),
        (
            "zzz",
            (
                "it takes reference, note, local_currency, local_amount, fx_rate, occurrence, "
                "adjustment, attributed_to, amount"
            ),
        ),
    ],
)
def test_an_unknown_field_is_refused_with_what_was_meant(field: str, mend: str) -> None:
    [found] = refusals(event_of("CREDIT_LINE_DRAWN", **{field: "5"}))
    assert found == f"{field} '5': is not a field of CREDIT_LINE_DRAWN: {mend}"


def test_an_investor_written_in_two_ways_loses_no_allocation() -> None:
    event = event_of("CAPITAL_CALLED", allocations={"City Pension": "40", "City Pension ": "100"})
    [found] = refusals(event)  # they sum to 140, and the amount is 100
    assert "allocations" in found


def test_an_unknown_field_of_the_envelope_is_refused_too() -> None:
    assert refusals(called("100") | {"efective_on": ON}) == [
        "efective_on: is not a field of an event: did you mean effective_on?"
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CAPITAL_CALL", "'CAPITAL_CALL': is not a type of event: did you mean CAPITAL_CALLED?"),
        (
            "investment_made",
            "'investment_made': is not a type of event: did you mean INVESTMENT_MADE?",
        ),
        ("", f": is not a type of event: use one of {', '.join(EventType)}"),
        ("%", f"'%': is not a type of event: use one of {', '.join(EventType)}"),
    ],
)
def test_an_unknown_type_is_refused_with_what_was_meant(written: str, expected: str) -> None:
    space = " " if expected.startswith("'") else ""
    assert refusals(raw(written, ON, amount="1")) == [f"event_type{space}{expected}"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, "effective_on: is required: the day it was true"),
        ("", "effective_on: is required: the day it was true"),
        (
            "31/03/2011",
            "effective_on '31/03/2011': must be a day of the calendar such as 2012-03-31",
        ),
        (
            "2011-02-29",
            "effective_on '2011-02-29': must be a day of the calendar such as 2012-03-31",
        ),
        (
            "20110331",
            "effective_on '20110331': must be a day of the calendar such as 2012-03-31",
        ),
        (
            20110331,
            "effective_on '20110331': must be a day of the calendar such as 2012-03-31",
        ),
    ],
)
def test_a_day_is_written_in_one_way(day: object, expected: str) -> None:
    assert refusals(called("100") | {"effective_on": day}) == [expected]


def test_all_that_is_wrong_is_told_at_once() -> None:
    event = raw("INVESTMENT_MADE", "soon", amount="-1", ownership="2")
    assert refusals(event) == [
        "effective_on 'soon': must be a day of the calendar such as 2012-03-31",
        "company: is required for INVESTMENT_MADE: add it",
        "amount '-1': must be 0 or more",
        "ownership '2': must be at most 1",
    ]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ([], "event: must be an object"),
        ("CAPITAL_CALLED", "event: must be an object"),
        (
            {"event_type": "CAPITAL_CALLED", "effective_on": ON, "payload": []},
            "payload: must be an object",
        ),
    ],
)
def test_an_event_is_an_object(event: object, expected: str) -> None:
    assert refusals(event) == [expected]


def test_a_fault_tells_its_place_in_the_batch() -> None:
    with pytest.raises(RefusedError) as caught:
        fund().record(called("1"), company(), raw("INVESTMENT_MADE", ON, company="Ac", amount="1"))
    assert [fault.position for fault in caught.value.faults] == [2]
