"""What is unusual in what is typed is told beside what it changes, and recorded all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import called, company, investment, look, mark, new_fund, raw

LOOK = "Check before recording"


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund of 1,000 committed, with 100 of 500 called still there, and two companies."""
    return new_fund(
        engine,
        raw("COMMITMENT_MADE", "2010-01-02", investor="Alma", amount="1000"),
        called("500"),
        company(),
        company("Sold"),
        investment("300"),
        investment("100", name="Sold"),
        mark("400"),
        raw("PROCEEDS_RECEIVED", "2011-01-15", company="Sold", amount="100", kind="full_exit"),
        raw("DISTRIBUTION_MADE", "2011-01-20", amount="100", kind="standard"),
    )


@pytest.fixture
def analyst(fund: UUID, client_as: Callable[[UUID, str], FlaskClient]) -> FlaskClient:
    return client_as(fund, "analyst")


def _preview(client: FlaskClient, fund: UUID, what: str, **typed: str) -> str:
    given = {"effective_on": "2011-03-01", "key": "k", "do": "preview", **typed}
    answer = client.post(f"/funds/{fund}/record/{what}", data=given)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("what", "typed", "told"),
    [
        (
            "capital-called",
            {"amount": "501"},
            "Called more than committed: unfunded falls to −$1.",
        ),
        (
            "distribution-made",
            {"amount": "101", "kind": "standard"},
            "Cash falls to −$1 on 1 Mar 2011",
        ),
        ("investment-made", {"company": "Acme", "amount": "150"}, "Cash falls to −$50"),
        (
            "valuation-updated",
            {"company": "Sold", "new_valuation": "7"},
            "Sold was sold in full on 15 Jan 2011: this gives it value again.",
        ),
        (
            "valuation-updated",
            {"company": "Acme", "new_valuation": "2001"},
            "The mark of Acme is above 5× the prior $400: is it the post-money?",
        ),
        (
            "valuation-updated",
            {"company": "Acme", "new_valuation": "3.90"},
            "The mark of Acme is below 1% of the prior $400: in millions?",
        ),
    ],
)
def test_what_is_unusual_is_told_once_and_not_refused(
    engine: Engine,
    analyst: FlaskClient,
    fund: UUID,
    what: str,
    typed: dict[str, str],
    told: str,
) -> None:
    page = _preview(analyst, fund, what, **typed)
    assert LOOK in page
    assert re.sub(r"</?span[^>]*>", "", page).count(told) == 1
    before = look(engine, fund).head.sequence
    sent = {"effective_on": "2011-03-01", "key": "k", "do": "record", **typed}
    assert analyst.post(f"/funds/{fund}/record/{what}", data=sent).status_code == 303
    assert look(engine, fund).head.sequence == before + 1


def test_no_line_ends_within_an_amount(analyst: FlaskClient, fund: UUID) -> None:
    page = _preview(analyst, fund, "capital-called", amount="501")
    assert 'falls to <span class="unbroken">−$1</span>.' in page


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("capital-called", {"amount": "500"}),
        ("capital-called", {"amount": "501", "outside_commitment": "y"}),
        ("distribution-made", {"amount": "100", "kind": "standard"}),
        ("investment-made", {"company": "Acme", "amount": "100"}),
        ("valuation-updated", {"company": "Acme", "new_valuation": "2000"}),
        ("valuation-updated", {"company": "Acme", "new_valuation": "0"}),
        ("valuation-updated", {"company": "Sold", "new_valuation": "0"}),
        (
            "proceeds-received",
            {"company": "Acme", "amount": "399", "kind": "partial_exit", "fraction_sold": "99.9"},
        ),
    ],
)
def test_what_is_usual_is_passed_over(
    analyst: FlaskClient, fund: UUID, what: str, typed: dict[str, str]
) -> None:
    page = _preview(analyst, fund, what, **typed)
    assert 'class="change"' in page
    assert LOOK not in page
