"""The terms of a fund: shown with their history, amended, and copied to a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.domain.errors import StaleHeadError
from app.services.funds import terms as fund_terms
from app.services.funds.terms import load_terms
from app.services.reads import timeline
from app.services.sheets import read_rows
from app.web.setup.commitments_form import MOST_LPS
from tests.ledgers import (
    GP,
    called,
    company,
    established,
    investment,
    new_fund,
    raw,
    record,
    void,
)

ClientAs = Callable[[UUID, str], FlaskClient]
PLAIN = {
    "effective_on": "2012-06-30",
    "currency": "USD",
    "size": "1,000,000",
    "vintage_year": "2010",
    "inception_on": "2010-01-01",
    "term_years": "10",
    "investment_period_years": "5",
    "fee_rate": "2",
    "fee_basis": "committed",
    "carry_rate": "20",
    "pacing": "linear",
    "reserve_policy": "none",
    "key": "once",
    "do": "next",
}


def amend(client: FlaskClient, fund: UUID, **changed: Any) -> TestResponse:  # noqa: ANN401
    headers = changed.pop("headers", {})
    return client.post(f"/funds/{fund}/terms/amend", data=PLAIN | changed, headers=headers)


def error(page: TestResponse, testid: str) -> str:
    found = re.search(rf'data-testid="{testid}-error"[^>]*>([^<]*)', page.text)
    assert found, page.text
    return unescape(found[1])


def test_the_terms_in_force_are_shown_with_how_they_came_about(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    assert amend(gp, fund, size="2m", fee_rate="1.5%").status_code == 303
    page = unescape(gp.get(f"/funds/{fund}/terms/").text)
    assert "The terms are amended, as event 2." in page
    shown = re.sub(r"\s+", " ", page)
    assert '<dd data-testid="setup-review-size">$2,000,000</dd>' in shown
    assert "Size: $1,000,000 → $2,000,000" in shown
    assert "Management fee: 2% → 1.5%" in shown
    assert "in force from 30 Jun 2012" in shown
    assert shown.count('data-testid="terms-change"') == 2
    viewer = client_as(fund, "viewer").get(f"/funds/{fund}/terms/").text
    assert "Amend the terms" not in viewer


def test_an_amendment_has_its_own_date_and_the_whole_terms(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    sent = {"carry_rate": "25", "reason": "agreed with the partners"}
    first, second = (amend(gp, fund, **sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    [event] = timeline.between(engine, fund, 2, 9)
    assert (event.event_type, str(event.effective_on)) == ("TERMS_AMENDED", "2012-06-30")
    assert event.payload["reason"] == "agreed with the partners"
    terms = event.payload["terms"]
    assert terms["carry"]["rate"] == "0.25"
    assert terms["size"] == "1000000"
    assert event.source == "form"


def test_a_form_sent_twice_with_other_answers_is_another_wish(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    assert amend(gp, fund, size="2m").status_code == 303
    assert amend(gp, fund, size="3m").status_code == 303
    sizes = [event.payload["terms"]["size"] for event in timeline.between(engine, fund, 2, 9)]
    assert sizes == ["2000000", "3000000"]


def test_what_was_amended_meanwhile_is_not_taken_back_unseen(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    ana, ben = client_as(fund, "gp"), client_as(fund, "gp")
    [seen] = re.findall(r'name="seen"[^>]* value="(\d+)"', ana.get(_form(fund)).text)
    assert amend(ben, fund, fee_rate="1.5", seen=seen).status_code == 303
    refused = amend(ana, fund, size="2m", seen=seen, key="another")
    assert refused.status_code == 422
    assert "The terms were changed meanwhile, by event 2" in refused.text
    [now] = re.findall(r'name="seen"[^>]* value="(\d+)"', refused.text)
    assert amend(ana, fund, size="2m", seen=now, key="another").status_code == 303
    assert len(timeline.between(engine, fund, 2, 9)) == 2


def test_an_amendment_is_of_the_log_that_was_looked_at(engine: Engine) -> None:
    fund = new_fund(engine)
    view = load_terms(engine, fund)
    record(engine, fund, called("5"))
    terms = established(size="2000000")["payload"]["terms"]
    other = {"effective_on": "2012-06-30", "terms": terms}
    with pytest.raises(StaleHeadError):
        fund_terms.amend(engine, view, fund, other, author=GP, key="k")


def test_terms_of_an_earlier_day_do_not_pretend_to_be_in_force(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    assert amend(gp, fund, size="2m", effective_on="2018-01-01").status_code == 303
    refused = amend(gp, fund, size="2m", fee_rate="1", effective_on="2015-01-01", key="k")
    assert refused.status_code == 422
    told = error(refused, "setup-amend-effective_on")
    assert "Other terms are in force from 1 Jan 2018 (event 2)" in told
    record(engine, fund, void(2))
    assert amend(gp, fund, fee_rate="1", effective_on="2015-01-01", key="k").status_code == 303


def test_plan_and_actual_stand_beside_the_terms_and_in_files(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine, company(), investment("400", "2010-03-01"))
    reader = client_as(fund, "viewer")
    page = reader.get(f"/funds/{fund}/terms/").text
    [link] = re.findall(r'href="([^"]+/deployment\.csv)"', page)
    rows = [[str(cell) for cell in row.cells] for row in read_rows(reader.get(link).data)]
    assert rows[:2] == [["Year", "Invested", "Planned"], ["Year 1", "400", "200000"]]
    assert reader.get(f"/funds/{fund}/terms/charts/pie.csv").status_code == 404


def _form(fund: UUID) -> str:
    return f"/funds/{fund}/terms/amend"


def test_currency_and_vintage_are_locked_once_money_has_moved(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    page = gp.get(f"/funds/{fund}/terms/amend").text
    assert " disabled" not in page
    record(engine, fund, called("100"))
    assert load_terms(engine, fund).first_cash == 2
    page = gp.get(f"/funds/{fund}/terms/amend").text
    locked = re.findall(r"<input[^>]* disabled[^>]*>", page)
    assert [re.findall(r'name="(\w+)"', each) for each in locked] == [
        ["currency"],
        ["vintage_year"],
    ]
    assert "Locked: money has moved since (event 2)." in page
    forged = amend(gp, fund, currency="EUR")
    assert forged.status_code == 422
    assert error(forged, "setup-fund-currency") == (
        "EUR cannot change any more, for money has moved (event 2): keep USD."
    )
    forged = amend(gp, fund, vintage_year="2011")
    assert "cannot change any more" in error(forged, "setup-fund-vintage_year")
    record(engine, fund, void(2))
    assert load_terms(engine, fund).first_cash is None
    assert amend(gp, fund, currency="EUR", size="€1m").status_code == 303


@pytest.mark.parametrize(
    ("changed", "testid", "reason"),
    [
        ({"carry_rate": "25"}, "setup-amend-reason", "A change of carry needs a reason"),
        ({"size": "2m", "effective_on": ""}, "setup-amend-effective_on", "Choose a day."),
        (
            {"size": "2m", "effective_on": "2009-12-31"},
            "setup-amend-effective_on",
            "31 Dec 2009 lies before the fund's inception on 1 Jan 2010",
        ),
        (
            {"size": "2m", "effective_on": "2999-01-01"},
            "setup-amend-effective_on",
            "1 Jan 2999 lies in the future",
        ),
        ({"size": "0"}, "setup-fund-size", "The size must be more than 0"),
        ({"fee_rate": "6"}, "setup-fees-fee_rate", "The rate must be 0 to 5%"),
        ({"adjustment": "y", "size": "2m"}, "setup-amend-adjustment", "is only for closed periods"),
    ],
)
def test_what_an_amendment_may_not_be_is_told_beside_its_field(
    engine: Engine, client_as: ClientAs, changed: dict[str, str], testid: str, reason: str
) -> None:
    fund = new_fund(engine)
    refused = amend(client_as(fund, "gp"), fund, **changed)
    assert refused.status_code == 422
    assert reason in error(refused, testid)
    assert timeline.between(engine, fund, 2, 9) == []


def test_an_amendment_that_changes_nothing_is_refused(engine: Engine, client_as: ClientAs) -> None:
    fund = new_fund(engine)
    refused = amend(client_as(fund, "gp"), fund)
    assert refused.status_code == 422
    assert "Nothing differs from the terms in force" in refused.text


def test_the_form_of_any_terms_changes_nothing_by_itself(
    engine: Engine, client_as: ClientAs
) -> None:
    rich = {
        "management_fee": {"rate": "0.0175", "step_down": {"rate": "0.01", "basis": "nav"}},
        "carry": {"rate": "0.123456", "hurdle": "0.08", "catch_up": "0"},
        "deployment": {"pacing": "custom", "shares": ["0.5", "0.25", "0.125", "0.0625", "0.0625"]},
        "reserves": {"policy": "by_stage", "by_stage": {"Seed": "2", "Series A": "0.015"}},
        "evergreen": True,
    }
    fund = new_fund(engine)
    record(engine, fund, raw("TERMS_AMENDED", "2010-01-01", reason="x", terms={
        "currency": "XTS", "size": "123456.789012", "vintage_year": 2010,
        "inception_on": "2010-01-01", **rich,
    }))  # fmt: skip
    gp = client_as(fund, "gp")
    page = gp.get(f"/funds/{fund}/terms/amend").text
    assert "-error" not in page
    fields = dict(re.findall(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', page))
    ticked = re.findall(r'<input checked[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', page)
    chosen = re.findall(
        r'<select[^>]* name="(\w+)".*?<option selected value="(\w+)"', page, re.DOTALL
    )
    names = {
        "evergreen",
        "steps_down",
        "has_hurdle",
        "cumulative",
        "adjustment",
        "pacing",
        "reserve_policy",
    }
    sent = {name: value for name, value in fields.items() if name not in names}
    same = gp.post(
        f"/funds/{fund}/terms/amend",
        data={**sent, **dict(ticked), **dict(chosen), "effective_on": "2012-01-01", "do": "next"},
    )
    assert "Nothing differs from the terms in force" in same.text


def test_a_closed_period_takes_an_amendment_as_an_adjustment(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine, raw("PERIOD_CLOSED", "2013-01-01", closed_through="2012-12-31"))
    gp = client_as(fund, "gp")
    refused = amend(gp, fund, size="2m")
    assert "the books are closed through 31 Dec 2012" in error(refused, "setup-amend-effective_on")
    assert amend(gp, fund, size="2m", adjustment="y").status_code == 303


def test_a_look_at_what_other_terms_lead_to_records_nothing(
    engine: Engine, client_as: ClientAs
) -> None:
    fund = new_fund(engine)
    gp = client_as(fund, "gp")
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = amend(gp, fund, do="", fee_rate="1", headers=partial)
    assert part.status_code == 200
    assert "$100,000" in part.text
    rows = {"reserve_policy": "by_stage", "rules-0-stages": "Seed", "rules-0-ratio": "50"}
    added = amend(gp, fund, **rows | {"do": "add"}, headers=partial)
    assert added.text.count('data-testid="setup-reserves-row"') == 2
    whole = amend(gp, fund, **rows | {"do": "remove-0"})
    assert whole.text.count('data-testid="setup-reserves-row"') == 1
    assert amend(gp, fund, do="preview").status_code == 200
    assert timeline.between(engine, fund, 2, 9) == []


def test_a_draft_holds_so_many_partners_and_says_who_is_left_out(
    engine: Engine, client_as: ClientAs
) -> None:
    made = [
        raw("COMMITMENT_MADE", "2010-01-01", investor=f"Partner {number:03}", amount="1")
        for number in range(MOST_LPS + 2)
    ]
    fund = new_fund(engine, *made)
    viewer = client_as(fund, "viewer")
    copied = viewer.post(f"/funds/{fund}/terms/duplicate")
    page = viewer.get(copied.location).text
    assert "It holds 500 limited partners at most. 2 commitments of the fund, from" in page
    assert "Partner 500 on, are left out" in page


def test_a_fund_is_duplicated_into_a_draft_with_its_terms_and_commitments(
    engine: Engine, client_as: ClientAs
) -> None:
    note = "The general partner pays in: upfront, with the first capital call."
    fund = new_fund(
        engine,
        raw("COMMITMENT_MADE", "2010-01-01", investor="Quince GP", amount="20000", partner="gp",
            note=note),
        raw("COMMITMENT_MADE", "2010-01-01", investor="Alma", amount="600000"),
        raw("COMMITMENT_MADE", "2010-02-01", investor="Alma", amount="50000"),
    )  # fmt: skip
    viewer = client_as(fund, "viewer")
    assert 'action="/funds/' in viewer.get(f"/funds/{fund}/").text
    copied = viewer.post(f"/funds/{fund}/terms/duplicate")
    page = viewer.get(copied.location).text
    assert "(copy)" in page
    assert 'value="1,000,000"' in page
    review = copied.location.replace("/fund", "/review").replace("/reviews/new", "/funds/new")
    shown = re.sub(r"\s+", " ", unescape(viewer.get(review).text))
    for field, text in (
        ("size", "$1,000,000"),
        ("gp_amount", "$20,000 (GP)"),
        ("gp_timing", "Upfront, with the first capital call"),
        ("lps-0", "$650,000"),
        ("carry_rate", "20%"),
    ):
        assert f'data-testid="setup-review-{field}">{text}</dd>' in shown
    made = viewer.post(review, data={})
    assert made.status_code == 303
    assert viewer.get(made.location).status_code == 200
