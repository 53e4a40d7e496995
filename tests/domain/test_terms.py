"""The bounds of a fund's terms, each with its refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.errors import RefusedError
from app.domain.events.parse import parse_draft
from app.domain.terms import Terms
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, established

FIELDS = ", ".join(Terms.model_fields)
NEXT_YEAR = datetime.now(UTC).year + 1
VINTAGE = f"must lie between 1970 and {NEXT_YEAR}"
SHARES = "terms.deployment.shares: must sum to exactly 1"
BY_STAGE = "terms.reserves.by_stage: belongs to the policy by_stage: give both"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"currency": "usd"}, "terms.currency 'usd': must be three capital letters, such as USD"),
    ({"size": "0"}, "terms.size '0': must be more than 0"),
    (
        {"size": 1.5},
        "terms.size '1.5': must be a decimal number written as text, such as \"1250000.50\"",
    ),
    ({"vintage_year": 1969}, f"terms.vintage_year '1969': {VINTAGE}"),
    ({"vintage_year": NEXT_YEAR + 1}, f"terms.vintage_year '{NEXT_YEAR + 1}': {VINTAGE}"),
    (
        {"inception_on": "2010"},
        "terms.inception_on '2010': must be a day of the calendar such as 2012-03-31",
    ),
    ({"term_years": 0}, "terms.term_years '0': must be greater than or equal to 1"),
    ({"term_years": 21}, "terms.term_years '21': must be less than or equal to 20"),
    (
        {"term_years": 4, "investment_period_years": 5},
        "terms.investment_period_years '5': must not exceed term_years",
    ),
    (
        {"management_fee": {"rate": "0.051"}},
        "terms.management_fee.rate '0.051': must be at most 0.05",
    ),
    (
        {"management_fee": {"basis": "size"}},
        (
            "terms.management_fee.basis 'size': must be one of 'committed', 'called', "
            "'invested_cost', 'nav'"
        ),
    ),
    ({"carry": {"rate": "0.51"}}, "terms.carry.rate '0.51': must be at most 0.50"),
    ({"carry": {"hurdle": "0"}}, "terms.carry.hurdle '0': must be more than 0"),
    ({"carry": {"hurdle": "0.21"}}, "terms.carry.hurdle '0.21': must be at most 0.20"),
    (
        {"carry": {"catch_up": "1"}},
        "terms.carry.catch_up '1': needs a hurdle: give carry.hurdle or leave catch_up out",
    ),
    (
        {"carry": {"hurdle": "0.08", "catch_up": "0.1"}},
        "terms.carry.catch_up '0.1': must be 0 or between the carry rate and 1",
    ),
    (
        {"carry": {"hurdle": "0.08", "catch_up": "1.1"}},
        "terms.carry.catch_up '1.1': must be at most 1",
    ),
    ({"deployment": {"pacing": "custom", "shares": ["0.5", "0.4"]}}, SHARES),
    (
        {"deployment": {"pacing": "custom"}},
        "terms.deployment.shares: belong to custom pacing: give both or neither",
    ),
    (
        {"deployment": {"shares": ["1"]}},
        "terms.deployment.shares: belong to custom pacing: give both or neither",
    ),
    (
        {"reserves": {"policy": "ratio"}},
        "terms.reserves.ratio: belongs to the policy ratio: give both",
    ),
    (
        {"reserves": {"policy": "ratio", "ratio": "2.1"}},
        "terms.reserves.ratio '2.1': must be at most 2",
    ),
    ({"reserves": {"policy": "by_stage", "by_stage": {}}}, BY_STAGE),
    ({"reserves": {"policy": "none", "by_stage": {"seed": "1"}}}, BY_STAGE),
    ({"colour": "red"}, f"terms.colour 'red': is not a field of terms: it takes {FIELDS}"),
]


@pytest.mark.parametrize(("terms", "expected"), REFUSED)
def test_terms_out_of_bounds_are_refused(terms: dict[str, Any], expected: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_draft(established(**terms))
    assert [str(fault) for fault in caught.value.faults] == [expected]


@pytest.mark.parametrize(
    "terms",
    [
        {"vintage_year": 1970},
        {"vintage_year": NEXT_YEAR},
        {"term_years": 20, "investment_period_years": 20},
        {"management_fee": {"rate": "0.05", "step_down": {"rate": "0", "basis": "nav"}}},
        {"carry": {"rate": "0.5", "hurdle": "0.2", "catch_up": "0.5"}},
        {"carry": {"hurdle": "0.08", "catch_up": "0"}},
        {"deployment": {"pacing": "custom", "shares": ["0.5", "0.3", "0.2"]}},
        {"reserves": {"policy": "ratio", "ratio": "2"}},
        {"reserves": {"policy": "by_stage", "by_stage": {"seed": "1", "growth": "0.5"}}},
        {"evergreen": True},
    ],
)
def test_terms_at_their_bounds_are_taken(terms: dict[str, Any]) -> None:
    [event] = Ledger().record(established(**terms))
    assert event.payload["terms"].keys() >= terms.keys()


def amended(on: str = "2010-06-30", **terms: Any) -> Raw:  # noqa: ANN401 - any JSON
    event = established(on, **terms) | {"event_type": "TERMS_AMENDED"}
    event["payload"]["terms"]["inception_on"] = "2010-01-01"
    return event


LOCKED: list[dict[str, Any]] = [{"currency": "EUR"}, {"vintage_year": 2011}]


@pytest.mark.parametrize("terms", LOCKED)
def test_currency_and_vintage_lock_at_the_first_cash_event(terms: dict[str, Any]) -> None:
    [field] = terms
    fund(amended(**terms))  # no money has moved: they may change
    assert field in str(fund(called("100")).refusal(amended(**terms)))


def test_size_may_change_at_each_close() -> None:
    found = fund(called("100"), amended(size="2000000")).state().terms
    assert found is not None
    assert found.size == 2_000_000


def test_a_change_of_carry_needs_a_reason() -> None:
    change = amended(carry={"rate": "0.25"})
    expected = "reason: a change of carry needs a reason: say why it changes"
    assert str(fund().refusal(change)) == expected
    change["payload"]["reason"] = "agreed with the partners"
    fund(change)
