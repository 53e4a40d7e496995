"""The set-up wizard: kept step by step, refused with every bound, and a fund at the end."""

from __future__ import annotations

import re
from base64 import b64decode
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.funds import funds
from app.services.reads import timeline
from app.web.setup.commitments_form import MOST_LPS
from tests.people import signed_in, somebody
from tests.web.setup.forms import REVIEWED, TERMS, Wizard

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def person(app: Flask, engine: Engine) -> FlaskClient:
    return signed_in(app, somebody(engine))


@pytest.fixture
def wizard(person: FlaskClient) -> Wizard:
    return Wizard(person, f"Quince Lane {uuid4().hex[:8]}x")


def told(page: str, testid: str) -> str:
    """Return the text of an element, all on one line."""
    found = re.search(rf'data-testid="{re.escape(testid)}"[^>]*>(.*?)</', page, re.DOTALL)
    assert found, f"{testid} is not on the page"
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())


def test_the_first_step_begins_with_the_usual_years(wizard: Wizard) -> None:
    page = wizard.get("fund").text
    for name, usual in (("term_years", "10"), ("investment_period_years", "5")):
        assert re.search(rf'<input[^>]*name="{name}"[^>]*value="{usual}"', page), name


def test_seven_steps_make_a_fund_with_all_that_was_entered(
    wizard: Wizard, person: FlaskClient, engine: Engine
) -> None:
    wizard.through("reserves")
    review = wizard.get("review").text
    shown = {"name": wizard.name, **REVIEWED}
    assert {field: told(review, f"setup-review-{field}") for field in shown} == shown
    made = wizard.send("review")
    assert made.status_code == 303
    page = person.get(made.location)
    assert f"{wizard.name} is set up, and you are its GP." in page.text
    fund_id = UUID(made.location.split("/")[2])
    assert funds.fund_by_id(engine, fund_id).name == wizard.name
    events = timeline.between(engine, fund_id, 1, 9)
    assert [event.event_type for event in events] == ["FUND_ESTABLISHED"] + ["COMMITMENT_MADE"] * 3
    assert len({event.recorded_at for event in events}) == 1
    assert {event.source for event in events} == {"wizard"}
    assert events[0].payload["terms"] == TERMS
    assert [event.payload for event in events[1:]] == [
        {
            "investor": "Quince GP",
            "amount": "2500000",
            "partner": "gp",
            "note": "The general partner pays in: upfront, with the first capital call.",
        },
        {"investor": "Northern Teachers", "amount": "100000000", "partner": "lp"},
        {"investor": "Alma", "amount": "1250000", "partner": "lp"},
    ]
    again = wizard.send("review")
    assert again.location == made.location, "a second press makes no second fund"
    assert f"{wizard.name} is set up, and you are its GP." in person.get(again.location).text
    assert wizard.get("fees").location == made.location
    assert timeline.between(engine, fund_id, 1, 9) == events


BOUNDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("fund", {"name": " "}, "name", "Write a name."),
    ("fund", {"name": str(uuid4())}, "name", "The name reads like an id."),
    ("fund", {"currency": ""}, "currency", "Choose a currency by its three letters"),
    ("fund", {"currency": "USX"}, "currency", "“USX” is not a currency of ISO 4217: did you mean"),
    ("fund", {"size": "0"}, "size", "The size must be more than 0, not 0."),
    ("fund", {"size": "-5m"}, "size", "The size must be more than 0, not -5m."),
    ("fund", {"size": "a lot"}, "size", "“a lot” is not an amount: write it like 1,250,000"),
    ("fund", {"size": ""}, "size", "Write an amount"),
    ("fund", {"size": "€5m"}, "size", "is not in USD"),
    ("fund", {"vintage_year": "1969"}, "vintage_year", "must lie between 1970 and"),
    ("fund", {"vintage_year": "2999"}, "vintage_year", "must lie between 1970 and"),
    ("fund", {"vintage_year": "x"}, "vintage_year", "“x” is not a whole number"),
    ("fund", {"inception_on": ""}, "inception_on", "Choose a day."),
    ("fund", {"inception_on": "31/12/2012"}, "inception_on", "is not a day of the calendar"),
    ("fund", {"inception_on": "2999-01-01"}, "inception_on", "must not lie in the future"),
    ("fund", {"term_years": "0"}, "term_years", "The term must be 1 to 20 years, not 0."),
    ("fund", {"term_years": "21"}, "term_years", "The term must be 1 to 20 years, not 21."),
    ("fund", {"investment_period_years": "0"}, "investment_period_years", "must be 1 to 20 years"),
    (
        "fund",
        {"term_years": "4"},
        "investment_period_years",
        "The investment period must not exceed the term of 4 years.",
    ),
    ("commitments", {"gp_amount": "-1"}, "gp_amount", "The commitment must be 0 or more, not -1."),
    (
        "commitments",
        {"gp_amount": "125.1m"},
        "gp_amount",
        "The GP commitment must not exceed the fund's size of $125,000,000.",
    ),
    ("commitments", {"gp_investor": ""}, "gp_investor", "Write the general partner's name."),
    ("commitments", {"lps__1__amount": ""}, "lps-1-amount", "Write an amount"),
    ("commitments", {"lps__1__amount": "0"}, "lps-1-amount", "must be more than 0, not 0."),
    ("commitments", {"lps__1__investor": ""}, "lps-1-investor", "name, or remove the row."),
    (
        "commitments",
        {"lps__1__investor": " northern  TEACHERS "},
        "lps-1-investor",
        "is listed twice: add the two up.",
    ),
    ("fees", {"fee_rate": "-1"}, "fee_rate", "The rate must be 0 to 5%, not -1."),
    ("fees", {"fee_rate": "5.1%"}, "fee_rate", "The rate must be 0 to 5%, not 5.1%."),
    ("fees", {"fee_rate": "two"}, "fee_rate", "is not a percentage: write it like 2"),
    ("fees", {"later_rate": "6"}, "later_rate", "The rate must be 0 to 5%, not 6."),
    ("fees", {"later_rate": ""}, "later_rate", "Write a percentage"),
    ("carry", {"carry_rate": "51"}, "carry_rate", "The carry must be 0 to 50%, not 51."),
    ("carry", {"hurdle": "0"}, "hurdle", "must be more than 0 and at most 20%, not 0."),
    ("carry", {"hurdle": "20.5"}, "hurdle", "must be more than 0 and at most 20%, not 20.5."),
    ("carry", {"hurdle": ""}, "hurdle", "Write a percentage"),
    ("carry", {"catch_up": "19"}, "catch_up", "0, or from the carry of 20% to 100%, not 19%."),
    ("carry", {"catch_up": "101"}, "catch_up", "0, or from the carry of 20% to 100%, not 101%."),
    (
        "deployment",
        {"shares__0": "29"},
        "shares",
        "The years must sum to 100%, and now sum to 99%.",
    ),
    ("deployment", {"shares__0": "101"}, "shares-0", "must be 0 to 100%, not 101."),
    (
        "reserves",
        {"reserve_policy": "ratio", "reserve_ratio": "0"},
        "reserve_ratio",
        "must be more than 0 and at most 200%, not 0.",
    ),
    (
        "reserves",
        {"reserve_policy": "ratio", "reserve_ratio": "201"},
        "reserve_ratio",
        "must be more than 0 and at most 200%, not 201.",
    ),
    (
        "reserves",
        {"reserve_policy": "ratio", "reserve_ratio": ""},
        "reserve_ratio",
        "Write a percentage",
    ),
    ("reserves", {"rules__0__ratio": "201"}, "rules-0-ratio", "at most 200%, not 201."),
    ("reserves", {"rules__0__stages": ""}, "rules-0-stages", "Write the stage"),
    (
        "reserves",
        {"rules__1__stages": "series a"},
        "rules",
        "Rules 1 and 2 overlap: both are for series a. Leave it out of one.",
    ),
    ("reserves", {"rules__0__stages": "Seed, seed"}, "rules", "Rule 1 names seed twice"),
]


@pytest.mark.parametrize(("step", "changed", "field", "reason"), BOUNDS)
def test_every_bound_is_told_beside_its_field_and_nothing_typed_is_lost(
    wizard: Wizard, step: str, changed: dict[str, Any], field: str, reason: str
) -> None:
    order = ["fund", "commitments", "fees", "carry", "deployment", "reserves"]
    if order.index(step):
        wizard.through(order[order.index(step) - 1])
    refused = wizard.send(step, **changed)
    assert refused.status_code == 422
    assert reason in told(refused.text, f"setup-{step}-{field}-error")
    kept = wizard.get(step).text
    for name, value in changed.items():
        if value and f'name="{name.replace("__", "-")}"' in kept and "policy" not in name:
            assert f'value="{value}"' in unescape(kept), "it is there after a reload too"
    later = [*order, "review"][order.index(step) + 1]
    assert wizard.get(later).location == wizard.address(step)


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        ("fund", {"term_years": "20", "investment_period_years": "20", "evergreen": "y"}),
        ("fund", {"vintage_year": "1970", "inception_on": "1970-01-01", "term_years": "1",
                  "investment_period_years": "1"}),
        ("commitments", {"gp_amount": "$125M"}),
        ("commitments", {"gp_amount": "0", "lps__0__investor": "", "lps__0__amount": ""}),
        ("fees", {"fee_rate": "0", "later_rate": "5"}),
        ("fees", {"fee_rate": "5", "steps_down": None, "later_rate": "nonsense"}),
        ("carry", {"carry_rate": "0", "catch_up": "0"}),
        ("carry", {"carry_rate": "50", "hurdle": "20", "catch_up": "50"}),
        ("carry", {"has_hurdle": None, "hurdle": "nonsense", "catch_up": ""}),
        ("carry", {"has_hurdle": None, "catch_up": "100"}),
        ("carry", {"has_hurdle": None, "catch_up": "nonsense"}),
        ("deployment", {"pacing": "linear", "shares__0": "nonsense"}),
        ("reserves", {"reserve_policy": "none", "rules__0__ratio": "nonsense"}),
        ("reserves", {"reserve_policy": "ratio", "reserve_ratio": "200"}),
    ],
)  # fmt: skip
def test_what_is_within_the_bounds_is_taken(
    wizard: Wizard, step: str, changed: dict[str, Any]
) -> None:
    order = ["fund", "commitments", "fees", "carry", "deployment", "reserves"]
    if order.index(step):
        wizard.through(order[order.index(step) - 1])
    assert wizard.send(step, **changed).status_code == 303


def test_without_a_hurdle_there_is_no_catch_up_whatever_is_typed(
    wizard: Wizard, engine: Engine
) -> None:
    wizard.through("fees")
    wizard.send("carry", has_hurdle=None, catch_up="100")
    for step in ("deployment", "reserves"):
        wizard.send(step)
    review = wizard.get("review").text
    assert told(review, "setup-review-hurdle") == "None"
    assert "setup-review-catch_up" not in review
    fund_id = UUID(wizard.send("review").location.split("/")[2])
    carry = timeline.between(engine, fund_id, 1, 1)[0].payload["terms"]["carry"]
    assert carry == {
        "rate": "0.2",
        "compounding": "daily",
        "cumulative": False,
        "waterfall": "whole_fund",
    }


def test_a_name_is_taken_in_any_case(wizard: Wizard, person: FlaskClient) -> None:
    wizard.through("reserves")
    wizard.send("review")
    other = Wizard(person, wizard.name.upper())
    refused = other.send("fund")
    assert refused.status_code == 422
    assert told(refused.text, "setup-fund-name-error").startswith("Another fund has this name")


def test_a_name_that_was_taken_meanwhile_is_told_on_the_review(
    wizard: Wizard, person: FlaskClient
) -> None:
    slower = Wizard(person, wizard.name)
    for each in (wizard, slower):
        each.through("reserves")
    wizard.send("review")
    refused = slower.send("review")
    assert refused.status_code == 409
    assert "Another fund has this name" in refused.text
    assert slower.send("fund", name=f"{wizard.name} II").status_code == 303
    assert slower.send("review").location.startswith("/funds/")


def test_a_draft_resumes_at_the_first_unfinished_step(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    wizard = Wizard(signed_in(app, person), "Half Way I")
    wizard.through("fees")
    later = signed_in(app, person)  # signed in again, elsewhere
    assert later.get("/funds/new/").location == wizard.address("carry")
    assert later.get(f"/funds/new/{wizard.id}/").location == wizard.address("carry")
    page = later.get("/funds/").text
    assert told(page, "draft-continue") == "Continue setting up Half Way I"
    fees = later.get(wizard.address("fees")).text
    assert 'value="2%"' in fees
    assert 'value="1.5%"' in fees
    second = later.get("/funds/new/?another=1").location
    assert str(wizard.id) not in second
    assert later.get(second).status_code == 200
    assert later.get("/funds/").text.count('data-testid="draft"') == 1, "looking keeps nothing"


def test_a_later_step_leads_back_to_what_comes_first(wizard: Wizard, person: FlaskClient) -> None:
    for step in ("commitments", "reserves", "review"):
        assert wizard.get(step).location == wizard.address("fund")
        assert wizard.send(step).location == wizard.address("fund")
    assert "“Fund” comes first: what follows builds on it." in wizard.get("fund").text
    wizard.through("commitments")
    assert wizard.get("carry").location == wizard.address("fees")
    assert person.get(wizard.address("fund")).status_code == 200


def test_a_change_of_an_earlier_step_asks_for_the_later_one_that_it_breaks(
    wizard: Wizard,
) -> None:
    wizard.through("reserves")
    to_review = {"return": "review"}
    changed = wizard.send("fund", investment_period_years="4", **to_review)
    assert changed.location == wizard.address("deployment"), "five shares for four years"
    assert wizard.get("review").location == wizard.address("deployment")
    mended = wizard.send("deployment", pacing="linear", **to_review)
    assert mended.location == wizard.address("review")
    smaller = wizard.send("fund", size="2m", **to_review)
    assert smaller.location == wizard.address("commitments")


def test_edit_leads_from_the_review_to_a_step_and_back(wizard: Wizard) -> None:
    wizard.through("reserves")
    review = wizard.get("review").text
    [address] = re.findall(r'href="([^"]+)" data-testid="setup-edit-fees"', review)
    page = wizard.client.get(address).text
    assert told(page, "setup-next") == "Back to the review"
    assert wizard.send("fees", **{"return": "review"}).location == wizard.address("review")


def test_back_keeps_what_was_typed_though_it_is_not_in_order(wizard: Wizard) -> None:
    wizard.through("commitments")
    back = wizard.send("fees", "back", fee_rate="nonsense")
    assert back.location == wizard.address("commitments")
    assert 'value="nonsense"' in wizard.get("fees").text
    wizard.send("fees", "back")
    assert 'value="2%"' in wizard.get("fees").text
    assert wizard.get("carry").location == wizard.address("fees"), "who goes back is not done"
    wizard.send("fees")
    wizard.send("fees", "back")
    assert wizard.get("carry").status_code == 200


def test_drafts_are_each_persons_own(wizard: Wizard, app: Flask, engine: Engine) -> None:
    wizard.through("fees")
    other = Wizard(signed_in(app, somebody(engine, admin=True)), "Elsewhere I", wizard.id)
    assert other.get("fund").status_code == 404
    assert other.send("fund").status_code == 404
    assert other.client.post(f"/funds/new/{wizard.id}/delete").status_code == 404
    assert wizard.get("carry").status_code == 200


def test_a_deleted_draft_comes_back(wizard: Wizard, person: FlaskClient) -> None:
    wizard.through("fees")
    assert person.post(f"/funds/new/{wizard.id}/delete").status_code == 303
    page = person.get("/funds/").text
    assert f"The draft “{wizard.name}” is deleted." in page
    assert 'data-testid="draft"' not in page
    assert wizard.get("carry").status_code == 404
    assert wizard.send("carry").status_code == 404
    [undo] = re.findall(r'action="(/funds/new/[^"]+/restore)"', page)
    person.post(undo)
    assert 'data-testid="draft"' in person.get("/funds/").text
    assert wizard.get("carry").status_code == 200


def test_rows_come_and_go_without_a_script(wizard: Wizard) -> None:
    wizard.send("fund")
    more = wizard.send("commitments", "add").text
    assert 'name="lps-2-investor"' in more
    assert "100 million" in more
    assert "-error" not in more
    fewer = wizard.send("commitments", "remove-0").text
    assert re.findall(r'name="lps-(\d)-investor"[^>]*value="([^"]*)"', fewer) == [("0", "Alma")]
    assert wizard.get("commitments").text.count('data-testid="setup-commitments-row"') == 1
    assert wizard.send("commitments", "remove-77").status_code == 200
    assert wizard.send("commitments", "remove-x").status_code == 200


def test_where_there_is_room_for_no_more_rows_it_is_told(wizard: Wizard) -> None:
    wizard.send("fund")
    rows = {f"lps-{row}-investor": f"LP {row}" for row in range(MOST_LPS)}
    full = wizard.send("commitments", "add", **rows)
    assert full.status_code == 200
    assert full.text.count('data-testid="setup-commitments-row"') == MOST_LPS
    assert "No more than 500 rows fit here" in full.text
    assert 'value="add"' not in full.text


def test_rows_come_and_go_in_their_place(wizard: Wizard) -> None:
    wizard.send("fund")
    part = wizard.send("commitments", "add", headers=PARTIAL).text
    assert part.count('data-testid="setup-commitments-row"') == 3
    assert "<html" not in part
    assert 'hx-swap-oob="innerMorph"' in part


def test_a_step_whose_usual_answers_are_in_order_shows_at_once_what_they_lead_to(
    wizard: Wizard,
) -> None:
    for before, step, testid, shown in (
        ("commitments", "fees", "setup-fee-total", "$25,000,000"),
        ("fees", "carry", "setup-lp-share", "share 80%."),
        ("carry", "deployment", "setup-pace", "Year"),
        ("deployment", "reserves", "setup-reserve-example", "all of $125.0M"),
    ):
        wizard.through(before)
        page = wizard.get(step).text
        assert shown in told(page, testid)
        assert "-error" not in page


def test_the_numbers_of_a_preview_are_a_file_that_is_its_own_address(wizard: Wizard) -> None:
    wizard.through("commitments")
    [file] = re.findall(
        r'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="fees-by-year.csv"',
        wizard.get("fees").text,
    )
    first, *years = b64decode(unescape(file)).decode("utf-8-sig").splitlines()
    assert first == "Year,Fee"
    assert years[0] == "Year 1,2500000"


def test_a_step_without_usual_answers_waits_for_them(wizard: Wizard) -> None:
    assert "Shown once the answers are valid." in wizard.get("fund").text
    assert "-error" not in wizard.get("fund").text


@pytest.mark.parametrize(
    ("step", "changed", "testid", "shown"),
    [
        ("commitments", {}, "setup-total", "$103,750,000"),
        ("commitments", {}, "setup-gp-share", "2.0%"),
        ("commitments", {}, "setup-open", "$21,250,000 are still open, for later closings."),
        ("commitments", {"lps__0__amount": "$130m"}, "setup-over", "$8,750,000 more than the"),
        ("fees", {}, "setup-fee-total", "$17,187,500"),
        ("fees", {"steps_down": None}, "setup-fee-total", "$25,000,000"),
        ("carry", {}, "setup-lp-share", "share 80%."),
        ("carry", {}, "setup-example-carry", "$25.0M"),
        ("carry", {"catch_up": "0"}, "setup-example-carry", "$13.3M"),
        ("deployment", {}, "setup-pace", "Year"),
        ("reserves", {"reserve_policy": "none"}, "setup-reserve-example", "all of $125.0M"),
    ],
)  # fmt: skip
def test_each_step_shows_what_it_leads_to(
    wizard: Wizard, step: str, changed: dict[str, Any], testid: str, shown: str
) -> None:
    order = ["fund", "commitments", "fees", "carry", "deployment", "reserves"]
    wizard.through(order[order.index(step) - 1])
    for part in (
        wizard.send(step, "", **changed, headers=PARTIAL),
        wizard.send(step, "preview", **changed),
    ):
        assert part.status_code == 200
        assert shown in told(part.text, testid)
    assert wizard.get("review").location == wizard.address(step), "a look keeps nothing"


def test_what_is_not_in_order_is_told_while_it_is_typed(wizard: Wizard) -> None:
    wizard.through("carry")
    part = wizard.send("deployment", "", shares__0="29", headers=PARTIAL).text
    assert '<p class="wrong">The years must sum to 100%, and now sum to 99%.</p>' in part


def test_what_is_wrong_beside_a_form_names_its_field(wizard: Wizard) -> None:
    wizard.through("fees")
    part = wizard.send("carry", "", carry_rate="x", hurdle="x", headers=PARTIAL).text
    assert '<p class="wrong">Carry: “x” is not a percentage' in part
    assert '<p class="wrong">Preferred return: “x” is not a percentage' in part


def test_over_the_size_is_a_warning_and_no_refusal(wizard: Wizard) -> None:
    wizard.send("fund")
    assert wizard.send("commitments", lps__0__amount="$130m").status_code == 303
    for step in ("fees", "carry", "deployment", "reserves"):
        wizard.send(step)
    assert "more than the size" in wizard.get("review").text
    assert wizard.send("review").location.startswith("/funds/")
