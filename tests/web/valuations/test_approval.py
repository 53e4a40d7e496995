"""Approval means two people, by whatever way a mark comes: form, API, correction, undo, import."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.domain.errors import NotAllowedError
from app.domain.events.model import Event
from app.services.exports import export
from app.services.exports.export import ExportRequest
from app.services.imports import plan as import_plan
from app.services.imports import write_fund
from app.services.reads import timeline
from app.services.reads.viewpoints import ViewpointRequest
from app.services.recording.batches import Author
from app.services.valuations import rounds
from app.store.accounts.people import Person
from app.store.log.timeline import Filters
from tests.ledgers import company, investment, mark, new_fund, record, void
from tests.people import member, post, signed_in

DAY = "2011-03-31"


@dataclass(frozen=True)
class House:
    """A fund that asks for approval, with an analyst, two GPs and a mark from before (event 4)."""

    app: Flask
    engine: Engine
    fund: UUID
    people: dict[str, Person]

    def client(self, who: str) -> FlaskClient:
        return signed_in(self.app, self.people[who])

    def author(self, who: str) -> Author:
        return Author(str(self.people[who].id), "form", may_adjust=who != "analyst")

    def ask(self, *, needed: bool = True) -> None:
        author = self.author("gp")
        rounds.set_approval(self.engine, self.fund, author, needed=needed)

    @property
    def url(self) -> str:
        return f"/funds/{self.fund}"

    @property
    def log(self) -> list[Event]:
        found = timeline.timeline_page(self.engine, self.fund, Filters(), 1000)
        return [each.event for each in reversed(found.entries)]


@pytest.fixture
def quiet(app: Flask, engine: Engine) -> House:
    """Return the same fund before anybody asked for approval."""
    fund = new_fund(engine, company(), investment("100"))
    roles = {"analyst": "analyst", "gp": "gp", "second": "gp"}
    people = {who: member(engine, fund, role, who) for who, role in roles.items()}
    house = House(app, engine, fund, people)
    record(engine, fund, mark("200"), author=house.author("analyst"))
    return house


@pytest.fixture
def house(quiet: House) -> House:
    quiet.ask()
    return quiet


def api(house: House, who: str, *events: object, key: str = "") -> tuple[int, str]:
    answer = house.client(who).post(
        f"/api{house.url}/events",
        json=list(events),
        headers={"Idempotency-Key": key} if key else {},
    )
    return answer.status_code, answer.text


def test_switching_it_is_an_event_that_the_timeline_shows(house: House) -> None:
    page = f"{house.url}/valuations/"
    assert post(house.client("gp"), page, f"{page}approval", value="1").status_code == 303
    assert len(house.log) == 5, "it was asked for already"
    post(house.client("gp"), page, f"{page}approval", value="0")
    post(house.client("second"), page, f"{page}approval", value="1")
    assert [each.payload["required"] for each in house.log[4:]] == [True, False, True]
    assert house.log[-1].recorded_by == str(house.people["second"].id)
    seen = house.client("analyst").get(f"{house.url}/timeline").text
    assert seen.count("<b>Valuation approval</b>") == 3
    assert "not required any more" in seen
    assert "/events/5/void" not in seen


def test_switching_it_is_for_gps_by_any_way(quiet: House) -> None:
    asked = {"event_type": "APPROVAL_CHANGED", "effective_on": DAY, "payload": {"required": True}}
    status, told = api(quiet, "analyst", asked)
    assert (status, "ask one to change whether marks need approval" in told) == (403, True)
    with pytest.raises(NotAllowedError):
        rounds.set_approval(quiet.engine, quiet.fund, quiet.author("analyst"), needed=True)
    assert api(quiet, "gp", asked)[0] == 201
    assert api(quiet, "second", mark("300", DAY))[0] == 403


@pytest.mark.parametrize("who", ["analyst", "gp"])
def test_nobody_records_a_mark_of_their_own(house: House, who: str) -> None:
    status, told = api(house, who, mark("300", DAY))
    assert (status, "needs the approval of a second person" in told) == (403, True)
    status, _ = api(house, who, investment("5", DAY), mark("300", DAY))
    assert status == 403
    form = f"{house.url}/record/valuation-updated"
    sent = {"company": "Acme", "new_valuation": "300", "effective_on": DAY, "do": "record"}
    assert "Needs the approval of a second person" in post(house.client(who), form, **sent).text
    correction = f"{house.url}/events/4/correct"
    sent |= {"reason": "a slip"}
    answer = post(house.client(who), form, correction, **sent)
    assert "second person" in answer.text or "a GP" in answer.text
    assert len(house.log) == 5


def test_what_was_recorded_before_is_answered_as_it_was(quiet: House) -> None:
    first = api(quiet, "analyst", mark("300", DAY), key="once")
    assert first[0] == 201
    quiet.ask()
    assert api(quiet, "analyst", mark("300", DAY), key="once") == first
    assert api(quiet, "analyst", mark("301", DAY), key="once")[0] in {403, 422}
    assert len(quiet.log) == 6


def test_so_is_what_a_gp_recorded_who_is_none_any_more(quiet: House) -> None:
    closed = {
        "event_type": "PERIOD_CLOSED",
        "effective_on": DAY,
        "payload": {"closed_through": "2010-12-31"},
    }
    first = api(quiet, "second", closed, key="close")
    page = f"{quiet.url}/people/"
    demoted = f"{page}{quiet.people['second'].id}/role"
    post(quiet.client("gp"), page, demoted, role="analyst")
    assert api(quiet, "second", closed, key="close") == first
    assert api(quiet, "second", closed, key="another")[0] == 403


def test_the_only_gp_may_and_the_mark_says_so(house: House) -> None:
    page = f"{house.url}/people/"
    post(house.client("gp"), page, f"{page}{house.people['second'].id}/remove")
    assert api(house, "analyst", mark("300", DAY))[0] == 403
    assert (
        "You are its only GP"
        in house.client("gp").get(f"{house.url}/record/valuation-updated").text
    )
    assert api(house, "gp", mark("300", DAY), key="alone")[0] == 201
    assert api(house, "gp", mark("300", DAY), key="alone")[0] == 201
    assert house.log[-1].payload["self_approved"] is True
    assert len(house.log) == 6
    assert 'data-testid="self-approved"' in house.client("gp").get(f"{house.url}/timeline").text


def test_who_did_what_is_not_for_programs_to_say(quiet: House) -> None:
    for marked in (
        mark("300", DAY, prepared_by="Somebody Else"),
        mark("300", DAY, self_approved=True),
    ):
        status, told = api(quiet, "gp", marked)
        assert (status, "who sends an event is known" in told) == (422, True)
    assert "Prepared by" not in quiet.client("gp").get(f"{quiet.url}/record/valuation-updated").text


def test_what_cannot_be_done_is_said_before_the_press(house: House) -> None:
    analyst, gp = house.client("analyst"), house.client("gp")
    form = f"{house.url}/record/valuation-updated"
    for client in (analyst, gp):
        seen = client.get(form).text
        assert 'data-testid="approval"' in seen
        assert 'data-testid="record"' not in seen
        assert "Marks need approval here" in client.get(f"{house.url}/record/").text
    log = f"{house.url}/timeline?type=VALUATION_UPDATED"
    for client, offered in ((analyst, False), (gp, True)):
        seen = client.get(log).text
        assert "New mark, for approval" in seen
        assert "/events/4/correct" not in seen
        assert ("/events/4/void" in seen) is offered
    assert "a GP voids one" in analyst.get(f"{house.url}/events/4/void").text
    assert gp.get(f"{house.url}/events/4/correct").location == f"{house.url}/events/4/void"
    assert "prepare a new one under" in gp.get(f"{house.url}/events/4/void").text


def test_a_gp_voids_a_mark_and_is_offered_no_way_back_but_a_round(house: House) -> None:
    page = f"{house.url}/events/4/void"
    gp = house.client("gp")
    answer = post(gp, page, reason="it was never so")
    assert answer.status_code == 303
    assert "Undo" not in gp.get(answer.location).text.partition("<main")[0]
    undone = post(gp, f"{house.url}/timeline", f"{house.url}/record/undo", first=6, last=6)
    assert "second person" in gp.get(undone.location).text
    assert len(house.log) == 6


def test_a_history_may_ask_for_approval_and_goes_on_as_it_was(
    house: House,
) -> None:
    house.ask(needed=False)
    record(house.engine, house.fund, mark("300", DAY), author=house.author("analyst"))
    house.ask()
    file = io.BytesIO()
    export.export(
        house.engine, house.fund, ExportRequest("events", "csv", ViewpointRequest()), file
    )
    plan = import_plan.plan_import(file.getvalue(), {})
    again = write_fund.import_fund(house.engine, f"Again {house.fund}", plan, house.people["gp"].id)
    member(house.engine, again.id, "gp")
    copy = House(house.app, house.engine, again.id, house.people)
    assert [each.event_type for each in copy.log] == [each.event_type for each in house.log]
    assert api(copy, "gp", mark("400", DAY))[0] == 403


def test_a_file_speaks_for_nobody_here(house: House) -> None:
    maya = house.people["analyst"]
    terms = '"{""currency"":""USD"",""size"":""9"",""vintage_year"":2010'
    terms += ',""inception_on"":""2010-01-01""}"'
    lines = [
        "effective_on,event_type,company,amount,new_valuation,terms,prepared_by",
        f"2010-01-01,FUND_ESTABLISHED,,,,{terms},",
        "2010-02-01,COMPANY_ADDED,Acme,,,,",
        "2010-03-01,INVESTMENT_MADE,Acme,100,,,",
        f"2010-12-31,VALUATION_UPDATED,Acme,,200,,{maya.id}",
    ]
    plan = import_plan.plan_import("\n".join(lines).encode(), {})
    fund = write_fund.import_fund(house.engine, f"Forged {house.fund}", plan, house.people["gp"].id)
    seen = house.client("gp").get(f"/funds/{fund.id}/timeline").text
    assert str(maya.id) in seen
    assert f"<dd>{maya.name}</dd>" not in seen


def test_marks_that_race_with_the_switch_are_before_it_or_refused(quiet: House) -> None:
    together = Barrier(5)

    def mark_at_once(number: int) -> None:
        together.wait()
        for turn in range(10):
            try:
                record(
                    quiet.engine,
                    quiet.fund,
                    mark(str(300 + number * 100 + turn), DAY),
                    author=quiet.author("analyst"),
                )
            except NotAllowedError:
                return

    def switch(_: int) -> None:
        together.wait()
        quiet.ask()

    with ThreadPoolExecutor(5) as pool:
        done = [pool.submit(mark_at_once, n) for n in range(4)] + [pool.submit(switch, 0)]
        for each in done:
            each.result()
    kinds = [each.event_type for each in quiet.log]
    assert "VALUATION_UPDATED" not in kinds[kinds.index("APPROVAL_CHANGED") :]  # type: ignore[arg-type]


def test_what_was_asked_for_before_it_was_an_event_still_counts(
    quiet: House, owner_engine: Engine
) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text("INSERT INTO fund_setting VALUES (:fund, true)"), {"fund": quiet.fund}
        )
    assert api(quiet, "gp", mark("300", DAY))[0] == 403
    quiet.ask(needed=False)
    assert api(quiet, "gp", mark("300", DAY))[0] == 201


def test_a_gp_who_left_is_no_second_person(
    house: House, client_as: Callable[[UUID, str], FlaskClient]
) -> None:
    page = f"{house.url}/valuations/"
    post(house.client("gp"), page, as_of=DAY)
    viewer = client_as(house.fund, "viewer")
    assert viewer.post(f"{page}{DAY}/record").status_code == 403
    assert api(house, "gp", void(4))[0] == 201
