"""Valuation rounds on their pages: typed, reviewed, recorded once, approved, undone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.domain.events.model import Event
from app.services.exports import export
from app.services.exports.export import ExportRequest
from app.services.reads import timeline
from app.services.reads.viewpoints import ViewpointRequest
from app.services.valuations import rounds
from app.store.accounts.people import Person
from app.store.log.timeline import Filters
from tests.ledgers import company, investment, look, mark, new_fund, raw, record, void
from tests.people import member, post, signed_in

QUARTER = "2011-03-31"


@dataclass
class Round:
    """A round as somebody has it open."""

    client: FlaskClient
    fund: UUID
    as_of: str = QUARTER

    @property
    def list_page(self) -> str:
        return f"/funds/{self.fund}/valuations/"

    @property
    def page(self) -> str:
        return f"{self.list_page}{self.as_of}/"

    def start(self) -> TestResponse:
        return post(self.client, self.list_page, as_of=self.as_of)

    def hidden(self, page: str = "") -> dict[str, str]:
        html = self.client.get(self.page + page).text
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)
        return {name: value.replace("&#34;", '"') for name, value in found}

    def save(self, seen: dict[str, str] | None = None, **cells: str) -> TestResponse:
        """Save cells, named as `mark_Acme`, upon what was seen when the grid was opened."""
        seen = self.hidden() if seen is None else seen
        kept = json.loads(seen["base"])
        ids = self.ids()
        form = {
            f"{name}.{row}": text for row, typed in kept.items() for name, text in typed.items()
        }
        for cell, text in cells.items():
            name, _, who = cell.partition("_")
            form[f"{name}.{ids[who]}"] = text
        return self.client.post(self.page, data=form | seen)

    def ids(self) -> dict[str, str]:
        html = self.client.get(self.page).text
        found = re.findall(r'scope="row" id="company-([\w-]+)"><a [^>]+>(\w+)', html)
        return {name: row for row, name in found}

    def step(self, step: str, page: str = "review", **more: object) -> TestResponse:
        return self.client.post(self.page + step, data={**self.hidden(page), **more})


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with three holdings, a sold one and a company it never invested in."""
    return new_fund(
        engine,
        *(company(name) for name in ("Acme", "Borealis", "Cobalt", "Dune", "Ember")),
        investment("1000000", "2010-03-01", "Acme"),
        mark("1500000", "2010-12-31", "Acme", method="market_multiple", ownership="0.1"),
        investment("2000000", "2010-05-01", "Borealis"),
        investment("400000", "2010-06-01", "Cobalt"),
        mark("0", "2010-12-31", "Cobalt"),
        investment("300000", "2010-06-01", "Dune"),
        raw("PROCEEDS_RECEIVED", "2010-11-01", company="Dune", amount="900000", kind="full_exit"),
    )


@pytest.fixture
def maya(engine: Engine, fund: UUID) -> Person:
    return member(engine, fund, "analyst", "Maya Chen")


@pytest.fixture
def theirs(app: Flask, fund: UUID, maya: Person) -> Round:
    """Return the round of the first quarter of 2011, started by an analyst."""
    started = Round(signed_in(app, maya), fund)
    assert started.start().location == started.page
    return started


@pytest.fixture
def gps(app: Flask, engine: Engine, fund: UUID) -> Callable[[str], Round]:
    """Return the same round as a GP of a name has it."""
    return lambda name: Round(signed_in(app, member(engine, fund, "gp", name)), fund)


def marks(engine: Engine, fund: UUID) -> list[Event]:
    """Return the marks of the quarter end in force, as they were recorded."""
    page = timeline.timeline_page(engine, fund, Filters())
    return [
        each.event
        for each in reversed(page.entries)
        if each.event.event_type == "VALUATION_UPDATED"
        and str(each.event.effective_on) == QUARTER
        and each.voided_by is None
    ]


def test_the_grid_lists_what_is_held_with_cost_and_age_of_its_mark(theirs: Round) -> None:
    html = re.sub(r"\s+", " ", theirs.client.get(theirs.page).text)
    assert list(theirs.ids()) == ["Acme", "Borealis", "Cobalt"]
    assert "31 Dec 2010 · 90 days" in html
    assert "at cost since 1 May 2010" in html


def test_the_method_of_the_prior_mark_is_chosen_already_and_recorded(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    html = re.sub(r"\s+", " ", theirs.client.get(theirs.page).text)
    chosen = '<option value="" selected>Market multiple</option>'
    assert html.count(chosen) == 1
    assert html.count(">as before<") == 1
    theirs.save(mark_Acme="1.8m", mark_Borealis="3m")
    assert "Market multiple" in theirs.client.get(theirs.page + "review").text
    theirs.step("record")
    acme, borealis = marks(engine, fund)
    assert acme.payload["method"] == "market_multiple"
    assert "method" not in borealis.payload
    assert re.search(r"Market multiple\s+<small>as before", theirs.client.get(theirs.page).text)


def test_another_method_takes_the_place_of_the_prior_one(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    theirs.save(mark_Acme="1.8m", method_Acme="net_assets")
    assert ">was market multiple<" in theirs.client.get(theirs.page).text
    theirs.step("record")
    [acme] = marks(engine, fund)
    assert acme.payload["method"] == "net_assets"


def test_a_round_is_typed_reviewed_and_recorded_as_one_batch(
    theirs: Round, engine: Engine, fund: UUID, maya: Person
) -> None:
    before = look(engine, fund, QUARTER)
    theirs.save(
        mark_Acme="1.8m", method_Acme="market_multiple", level_Acme="3", ownership_Acme="9.5%",
        note_Acme="Series B talks", mark_Borealis="1.5x", unchanged_Cobalt="yes",
    )  # fmt: skip
    review = theirs.client.get(theirs.page + "review").text
    assert "Record 3 marks" in review
    assert "$4,800,000" in review
    assert theirs.step("record").location == theirs.page
    acme, borealis, cobalt = marks(engine, fund)
    assert acme.payload | {"company_id": ""} == {
        "company": "Acme", "company_id": "", "new_valuation": "1800000", "ownership": "0.095",
        "method": "market_multiple", "fair_value_level": 3, "note": "Series B talks",
        "prepared_by": str(maya.id),
    }  # fmt: skip
    assert (borealis.payload["new_valuation"], cobalt.payload["new_valuation"]) == ("3000000", "0")
    assert len({each.correlation_id for each in (acme, borealis, cobalt)} - {None}) == 1
    assert {each.recorded_by for each in (acme, borealis, cobalt)} == {str(maya.id)}
    now = look(engine, fund, QUARTER)
    assert now.figures.total_value == before.figures.total_value + 1_300_000
    then = look(engine, fund, QUARTER, through=str(before.head.sequence))
    assert then.figures == before.figures
    assert "Recorded as events" in theirs.client.get(theirs.page).text


def test_sent_twice_it_records_once(theirs: Round, engine: Engine, fund: UUID) -> None:
    theirs.save(mark_Acme="1.8m", mark_Borealis="1.5x")
    sent = theirs.hidden("review")
    for _ in range(2):
        assert theirs.client.post(theirs.page + "record", data=sent).status_code == 303
    assert len(marks(engine, fund)) == 2


def test_what_cannot_be_read_is_kept_as_typed_and_said(theirs: Round) -> None:
    answer = theirs.save(mark_Acme="abc", mark_Borealis="-5", ownership_Cobalt="0.125")
    assert answer.status_code == 303
    html = theirs.client.get(theirs.page).text
    assert 'value="abc"' in html
    assert "“abc” is not an amount" in html
    assert "is negative: a fair value is 0 or more" in html
    assert "“0.125” can be 0.125% or 12.5%" in html
    assert "3 rows cannot be read" in html
    refused = theirs.step("record")
    assert refused.status_code == 422
    assert "Nothing was recorded" in refused.text


def test_a_mark_above_five_times_the_prior_one_has_to_be_confirmed(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    theirs.save(mark_Acme="7,500,001", mark_Borealis="10m")
    assert theirs.client.get(theirs.page).text.count('data-testid="steep"') == 1
    refused = theirs.step("record")
    assert refused.status_code == 422
    assert "Confirm each mark above 5×" in refused.text
    assert not marks(engine, fund)
    assert theirs.step("record", confirmed=theirs.ids()["Acme"]).status_code == 303
    assert len(marks(engine, fund)) == 2


def test_a_mark_below_a_hundredth_of_the_prior_one_has_to_be_confirmed(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    theirs.save(mark_Acme="1.7", mark_Borealis="0")
    assert theirs.client.get(theirs.page).text.count('data-testid="faint"') == 1
    refused = theirs.step("record")
    assert refused.status_code == 422
    assert "or below 1% of the prior one" in refused.text
    assert "below 1% of the prior mark, and not in millions" in refused.text
    assert not marks(engine, fund)
    assert theirs.step("record", confirmed=theirs.ids()["Acme"]).status_code == 303
    assert len(marks(engine, fund)) == 2


def test_what_two_people_type_is_kept_and_what_both_type_is_shown_to_the_second(
    app: Flask, theirs: Round, engine: Engine, fund: UUID
) -> None:
    other = Round(signed_in(app, member(engine, fund, "analyst", "Ben Ode")), fund)
    seen = theirs.hidden()
    other.save(mark_Acme="1.7m", mark_Cobalt="5000")
    both = theirs.save(seen, mark_Acme="1.8m", mark_Borealis="2.1m")
    assert both.status_code == 409
    assert "Ben Ode typed “1.7m”, you “1.8m”" in re.sub(r"\s+", " ", both.text)
    draft = rounds.find_round(engine, fund, look(engine, fund, QUARTER).at.as_of)
    assert draft
    ids = theirs.ids()
    assert draft.cells == {
        ids["Acme"]: {"mark": "1.7m"}, ids["Borealis"]: {"mark": "2.1m"},
        ids["Cobalt"]: {"mark": "5000"},
    }  # fmt: skip
    base = re.search(r'name="base" value="([^"]*)"', both.text)
    assert base
    seen = seen | {"base": base[1].replace("&#34;", '"')}
    assert theirs.save(seen, mark_Acme="1.8m").status_code == 409, "saving again settles nothing"
    settled = seen | {"settle": f"mine:{ids['Acme']}.mark"}
    assert theirs.save(settled, mark_Acme="1.8m").status_code == 303
    assert '"mark": "1.8m"' in theirs.hidden()["base"]


def test_a_draft_is_there_again_after_signing_in_anew(
    app: Flask, theirs: Round, maya: Person
) -> None:
    theirs.save(mark_Acme="1.8m", note_Acme="as typed")
    again = Round(signed_in(app, maya), theirs.fund)
    html = again.client.get(again.page).text
    assert 'value="1.8m"' in html
    assert 'value="as typed"' in html
    assert "Draft" in again.client.get(again.list_page).text


def test_the_same_value_of_the_same_day_is_left_out_unless_asked_for(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, mark("1800000", QUARTER, "Acme"))
    theirs.save(mark_Acme="1.8m", mark_Borealis="2.1m")
    review = theirs.client.get(theirs.page + "review").text
    assert "Recorded already as event" in review
    theirs.step("record")
    assert [each.payload["company"] for each in marks(engine, fund)] == ["Acme", "Borealis"]
    theirs.start()
    theirs.save(mark_Acme="1.8m")
    assert "There is no new mark" in theirs.step("record").text
    assert theirs.step("record", again=theirs.ids()["Acme"]).status_code == 303
    assert len(marks(engine, fund)) == 3


def test_a_recorded_round_is_undone_as_a_whole_and_can_be_recorded_again(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    theirs.save(mark_Acme="1.8m", mark_Borealis="1.5x")
    theirs.step("record")
    before = look(engine, fund, QUARTER).figures.total_value
    notice = re.search(
        r'data-testid="notice".*?</form>', theirs.client.get(theirs.page).text, re.DOTALL
    )
    assert notice
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice[0]))
    for status in (303, 409):
        answer = theirs.client.post(theirs.page + "undo", data=fields)
        assert answer.status_code == status
    assert marks(engine, fund) == []
    voids = timeline.timeline_page(engine, fund, Filters()).entries[:2]
    assert len({each.event.correlation_id for each in voids} - {None}) == 1
    assert 'value="1.8m"' in theirs.client.get(theirs.page).text
    assert theirs.step("record").status_code == 303
    assert len(marks(engine, fund)) == 2
    assert look(engine, fund, QUARTER).figures.total_value == before == Decimal(4_800_000)


def test_closed_books_are_for_a_gp_and_an_analyst_is_told(
    theirs: Round, maya: Person, engine: Engine, fund: UUID, gps: Callable[[str], Round]
) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2011-06-30", closed_through=QUARTER))
    theirs.save(mark_Acme="1.8m")
    assert (
        "a GP has to record it, as an adjustment" in theirs.client.get(theirs.page + "review").text
    )
    assert theirs.step("record").status_code == 403
    theirs.step("submit")
    assert gps("Rosa Alvarez").step("record").status_code == 303
    [adjusted] = marks(engine, fund)
    assert adjusted.payload["adjustment"] is True
    assert adjusted.payload["prepared_by"] == str(maya.id)


def test_with_approval_a_gp_approves_what_an_analyst_prepared(
    theirs: Round, maya: Person, engine: Engine, fund: UUID, gps: Callable[[str], Round]
) -> None:
    rosa = gps("Rosa Alvarez")
    assert (
        post(rosa.client, rosa.list_page, f"{rosa.list_page}approval", value="1").status_code == 303
    )
    theirs.save(mark_Acme="1.8m")
    assert theirs.step("record").status_code == 403
    assert rosa.step("record").status_code == 403, "it is not submitted yet"
    assert theirs.step("submit").status_code == 303
    assert theirs.save({"base": "{}", "round": rosa.hidden("review")["round"]}).status_code == 409
    record(engine, fund, investment("50000", "2011-01-15", "Borealis"))
    seen = rosa.client.get(rosa.page + "review").text
    assert "prepared by Maya Chen" in seen
    assert "Recorded since it was submitted" in seen
    assert "Investment Borealis" in re.sub(r"\s+", " ", seen)
    assert rosa.step("return", comment="").status_code == 422
    assert rosa.step("return", comment="Where is Borealis?").status_code == 303
    assert "Where is Borealis?" in theirs.client.get(theirs.page).text
    theirs.save(mark_Borealis="2.1m")
    theirs.step("submit")
    assert rosa.step("record").status_code == 303
    acme, borealis = marks(engine, fund)
    assert {acme.payload["prepared_by"], borealis.payload["prepared_by"]} == {str(maya.id)}
    assert acme.recorded_by != str(maya.id)
    assert "self_approved" not in acme.payload
    seen = rosa.client.get(f"/funds/{fund}/timeline").text
    assert "Rosa Alvarez" in seen
    assert "<dt>Prepared by</dt><dd>Maya Chen</dd>" in re.sub(r"\s*\n\s*", "", seen)
    file = io.BytesIO()
    export.export(engine, fund, ExportRequest("events", "csv", ViewpointRequest()), file)
    assert file.getvalue().count(b",Maya Chen,") == 2


def test_nobody_approves_their_own_unless_they_are_the_only_gp(
    engine: Engine, fund: UUID, gps: Callable[[str], Round]
) -> None:
    rosa = gps("Rosa Alvarez")
    rosa.start()
    post(rosa.client, rosa.list_page, f"{rosa.list_page}approval", value="1")
    rosa.save(mark_Acme="1.8m")
    assert "You are the only GP of this fund" in rosa.client.get(rosa.page + "review").text
    second = gps("Gil Second")
    assert rosa.step("record").status_code == 403
    rosa.step("submit")
    assert "another GP has to approve it" in rosa.client.get(rosa.page + "review").text
    assert rosa.step("record").status_code == 403
    assert second.step("record").status_code == 303
    [acme] = marks(engine, fund)
    assert "self_approved" not in acme.payload
    assert "self-approved" not in second.client.get(rosa.page).text


def test_what_the_only_gp_approves_alone_shows_for_ever(
    engine: Engine, fund: UUID, gps: Callable[[str], Round]
) -> None:
    rosa = gps("Rosa Alvarez")
    rosa.start()
    post(rosa.client, rosa.list_page, f"{rosa.list_page}approval", value="1")
    rosa.save(mark_Acme="1.8m")
    assert rosa.step("record").status_code == 303
    gps("Gil Second")
    [acme] = marks(engine, fund)
    assert acme.payload["self_approved"] is True
    for page in (rosa.page, rosa.list_page, f"/funds/{fund}/timeline"):
        assert 'data-testid="self-approved"' in rosa.client.get(page).text, page


def test_what_changed_between_review_and_recording_is_looked_at_again(
    theirs: Round, engine: Engine, fund: UUID
) -> None:
    theirs.save(mark_Borealis="1.5x")
    sent = theirs.hidden("review")
    record(engine, fund, investment("50000", "2011-01-15", "Borealis"))
    refused = theirs.client.post(theirs.page + "record", data=sent)
    assert refused.status_code == 422
    assert "The fund changed while you looked at this" in refused.text
    theirs.save(mark_Acme="1.8m")
    late = theirs.client.post(
        theirs.page + "record", data=theirs.hidden("review") | {"version": "1"}
    )
    assert late.status_code == 409
    assert not marks(engine, fund)


def test_a_discarded_draft_can_be_taken_up_again(theirs: Round) -> None:
    theirs.save(mark_Acme="1.8m")
    assert theirs.step("discard", "").location == theirs.list_page
    listed = theirs.client.get(theirs.list_page).text
    notice = re.search(r'data-testid="notice".*?</form>', listed, re.DOTALL)
    assert notice
    assert theirs.client.get(theirs.page).status_code == 404
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice[0]))
    theirs.client.post(theirs.page + "discard", data=fields)
    assert 'value="1.8m"' in theirs.client.get(theirs.page).text


def test_with_approval_no_mark_goes_past_it(
    theirs: Round, fund: UUID, gps: Callable[[str], Round]
) -> None:
    url, value = f"/api/funds/{fund}/events", mark("1800000", QUARTER)
    own = theirs.client.post(url, json=value)
    assert own.status_code == 201
    rosa = gps("Rosa Alvarez")
    post(rosa.client, rosa.list_page, f"{rosa.list_page}approval", value="1")
    gps("Gil Second")
    sequence = own.json["last_sequence"]  # type: ignore[index] # JSON
    refused = [
        theirs.client.post(url, json=mark("1900000", QUARTER)),
        rosa.client.post(url, json=mark("1900000", QUARTER)),
        theirs.client.post(url, json=void(sequence)),
    ]
    assert [each.status_code for each in refused] == [403, 403, 403]
    for each in refused[:2]:
        assert "needs the approval of a second person in this fund" in each.text
    assert "ask a GP to void it" in refused[2].text
    assert rosa.client.post(url, json=void(sequence)).status_code == 201


def test_a_round_starts_for_quarter_ends_only_and_the_last_one_is_proposed(theirs: Round) -> None:
    html = theirs.client.get(theirs.list_page).text
    proposed = re.search(r'<option value="([\d-]+)"', html)
    assert proposed
    assert proposed[1] > "2026"
    assert f'<option value="{QUARTER}"' not in html, "it has a round"
    for day, status in (("2011-03-30", 409), ("2009-12-31", 409), ("2999-12-31", 409), ("x", 404)):
        assert post(theirs.client, theirs.list_page, as_of=day).status_code == status


def test_a_viewer_reads_rounds_and_cannot_type(
    theirs: Round, client_as: Callable[[UUID, str], FlaskClient]
) -> None:
    theirs.save(mark_Acme="1.8m")
    viewer = client_as(theirs.fund, "viewer")
    html = viewer.get(theirs.page).text
    assert "1.8m" in html
    assert "<form id=" not in html
    assert "Analysts and GPs of the fund record it" in viewer.get(theirs.page + "review").text
