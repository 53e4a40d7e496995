"""The grid of forecasts and actuals: what stands, what is recorded of it, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.domain.events.model import Event
from app.domain.state.company_metrics import Metrics
from app.services.reads import timeline
from app.web.metrics import grid as metric_grid
from tests.ledgers import Raw, company, investment, look, new_fund, raw, record

Client = Callable[[UUID, str], FlaskClient]
ENDS = ("2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31")
ASKED = {"last": "2024-12-31"}


@dataclass
class Sheet:
    """A grid as somebody has it open."""

    client: FlaskClient
    fund: UUID

    @property
    def page(self) -> str:
        return f"/funds/{self.fund}/metrics/"

    def show(self, **asked: str) -> TestResponse:
        return self.client.get(self.page, query_string=ASKED | asked)

    def hidden(self, **asked: str) -> dict[str, str]:
        html = self.show(**asked).text
        names = ("key", "through")
        return {name: _value(html, name) for name in names}

    def cells(self, **asked: str) -> dict[tuple[str, str], dict[str, str]]:
        """Return the attributes of each cell, by the company's name and the end of the period."""
        return _cells(self.show(**asked).text)

    def send(
        self,
        typed: dict[tuple[str, str], str],
        asked: dict[str, str] | None = None,
        /,
        **more: str,
    ) -> TestResponse:
        """Type into cells, and record them."""
        asked = asked or {}
        shown = self.cells(**asked)
        values = {shown[cell]["name"]: text for cell, text in typed.items()}
        sent = {"effective_on": "2025-01-20"} | self.hidden(**asked) | values | more
        return self.client.post(self.page, query_string=ASKED | asked, data=sent)


def _value(html: str, name: str) -> str:
    [element] = re.findall(rf'<input[^>]* name="{name}"[^>]*>', html)
    found = re.search(r' value="([^"]*)"', element)
    assert found
    return found[1]


def _cells(html: str) -> dict[tuple[str, str], dict[str, str]]:
    cells = {}
    for element in re.findall(r'<input type="text" id="value\.[^>]*>', html):
        given = {name: unescape(text) for name, text in re.findall(r'([\w-]+)="([^"]*)"', element)}
        name = given["aria-label"].rpartition(",")[0]
        cells[name, given["name"].rpartition(".")[2]] = given
    return cells


def _told(metric: str = "revenue", value: str = "100", end: str = ENDS[0], **more: Any) -> Raw:  # noqa: ANN401
    months = {"period_months": 3} if metric == "revenue" else {}
    more = {"company": "Acme", **months, **more}
    kind = "FORECAST_CREATED" if "scenario" in more else "ACTUAL_RECORDED"
    return raw(kind, "2024-05-10", metric_type=metric, period_end=end, value=value, **more)


def _events(engine: Engine, fund: UUID, first: int = 1) -> list[Event]:
    return timeline.between(engine, fund, first, _head(engine, fund))


def _head(engine: Engine, fund: UUID) -> int:
    return look(engine, fund).head.sequence


def _values(metrics: Metrics) -> dict[str, Decimal]:
    return {str(each.period_end): each.value for each in metrics}


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund that holds two companies, and sold one before the periods of the grid."""
    return new_fund(
        engine,
        *(company(name) for name in ("borealis", "Acme", "Dune")),
        *(investment("1000", "2010-03-01", name) for name in ("borealis", "Acme", "Dune")),
        raw("PROCEEDS_RECEIVED", "2023-12-31", company="Dune", amount="9", kind="full_exit"),
        _told(value="1234567.5"),
    )


@pytest.fixture
def sheet(fund: UUID, client_as: Client) -> Sheet:
    return Sheet(client_as(fund, "analyst"), fund)


def test_the_grid_shows_what_stands_for_each_company_and_period(sheet: Sheet) -> None:
    shown = sheet.cells()
    assert list(shown) == [(name, end) for name in ("Acme", "borealis") for end in ENDS]
    assert {each["value"] for each in shown.values()} == {""}
    standing = {cell: each["placeholder"] for cell, each in shown.items()}
    assert standing.pop(("Acme", ENDS[0])) == "1,234,567.5"
    assert set(standing.values()) == {" "}
    assert 'value="2024-12-31"' in sheet.show().text


def test_a_forecast_stands_in_its_scenario_and_a_point_in_time_for_any_length(
    engine: Engine, sheet: Sheet
) -> None:
    record(
        engine, sheet.fund,
        _told(value="7", scenario="base"),
        _told("arr", "8", period_months=12),
    )  # fmt: skip
    cell = "Acme", ENDS[0]
    forecast = {"kind": "forecasts"}
    assert sheet.cells(**forecast)[cell]["placeholder"] == "7"
    assert sheet.cells(**forecast, scenario="downside")[cell]["placeholder"] == " "
    assert sheet.cells(metric="arr")[cell]["placeholder"] == "8"
    assert sheet.cells(months="12", periods="1", last=ENDS[0])[cell]["placeholder"] == " "


def test_only_what_differs_is_recorded_as_one_batch(engine: Engine, sheet: Sheet) -> None:
    before = _head(engine, sheet.fund)
    typed = {
        ("Acme", ENDS[0]): "1,234,567.50",  # it stands already
        ("Acme", ENDS[1]): " $1.2m ",
        ("Acme", ENDS[2]): "",
        ("borealis", ENDS[0]): "(350k)",
        ("borealis", ENDS[3]): "-5",
    }
    answer = sheet.send(typed)
    assert answer.status_code == 303
    assert "3 actuals recorded." in sheet.client.get(answer.location).text
    told = _events(engine, sheet.fund, before + 1)
    assert [each.payload["value"] for each in told] == ["1200000", "-350000", "-5"]
    assert {each.payload["period_months"] for each in told} == {3}
    assert {str(each.effective_on) for each in told} == {"2025-01-20"}
    assert {each.source for each in told} == {"form"}
    assert len({each.correlation_id for each in told}) == 1
    state = look(engine, sheet.fund).state
    acme = [each for each in state.actuals if each.value in {1200000, Decimal("1234567.5")}]
    assert [str(each.period_end) for each in acme] == list(ENDS[:2])
    assert sheet.cells()["borealis", ENDS[0]]["placeholder"] == "-350,000"


def test_forecasts_are_recorded_in_their_scenario(engine: Engine, sheet: Sheet) -> None:
    asked = {"kind": "forecasts", "metric": "headcount", "scenario": "Downside"}
    answer = sheet.send({("Acme", ENDS[3]): "41", ("borealis", ENDS[3]): "7"}, asked)
    assert answer.status_code == 303
    back = parse_qs(urlsplit(answer.location).query)
    assert back == {
        "kind": ["forecasts"], "metric": ["headcount"], "scenario": ["Downside"], "months": ["3"],
        "last": ["2024-12-31"], "periods": ["4"],
    }  # fmt: skip
    found = list(look(engine, sheet.fund).state.forecasts)
    assert [(each.value, each.scenario, each.period_months) for each in found] == [
        (41, "Downside", None),
        (7, "Downside", None),
    ]


def test_a_form_sent_twice_records_once(engine: Engine, sheet: Sheet) -> None:
    hidden, typed = sheet.hidden(), {("Acme", ENDS[1]): "5", ("borealis", ENDS[1]): "6"}
    first = sheet.send(typed, **hidden)
    head = _head(engine, sheet.fund)
    second = sheet.send(typed, **hidden)
    assert (first.status_code, second.status_code) == (303, 303)
    assert _head(engine, sheet.fund) == head
    assert "2 actuals recorded." in sheet.client.get(second.location).text


def test_a_recorded_form_with_one_more_value_records_that_one_next(
    engine: Engine, sheet: Sheet
) -> None:
    hidden = sheet.hidden()
    sheet.send({("Acme", ENDS[1]): "5"}, **hidden)
    head = _head(engine, sheet.fund)
    more = {("Acme", ENDS[1]): "5", ("Acme", ENDS[2]): "6"}
    refused = sheet.send(more, **hidden)
    assert refused.status_code == 422
    assert "recorded before, with other values" in refused.text
    assert _head(engine, sheet.fund) == head
    renewed = {name: _value(refused.text, name) for name in hidden}
    assert sheet.send(more, **renewed).status_code == 303
    assert _head(engine, sheet.fund) == head + 1


def test_what_cannot_be_read_is_told_by_its_cell_and_nothing_typed_is_lost(
    engine: Engine, sheet: Sheet
) -> None:
    head = _head(engine, sheet.fund)
    typed = {("Acme", ENDS[1]): "lots", ("Acme", ENDS[2]): "12", ("borealis", ENDS[0]): "€5"}
    answer = sheet.send(typed)
    assert answer.status_code == 422
    assert _head(engine, sheet.fund) == head
    shown = _cells(answer.text)
    assert {cell: each["value"] for cell, each in shown.items() if each["value"]} == typed
    assert {cell for cell, each in shown.items() if "aria-invalid" in each} == {
        ("Acme", ENDS[1]),
        ("borealis", ENDS[0]),
    }
    assert "“lots” is not an amount" in answer.text
    assert "is not in USD" in answer.text
    assert "2 values cannot be recorded" in answer.text


def test_what_the_log_refuses_of_a_value_is_told_by_its_cell(engine: Engine, sheet: Sheet) -> None:
    hidden = sheet.hidden()
    record(engine, sheet.fund, _told(value="9", end=ENDS[1]))
    head = _head(engine, sheet.fund)
    typed = {("Acme", ENDS[1]): "9", ("Acme", ENDS[2]): "3"}
    answer = sheet.send(typed, effective_on="2024-05-10", **hidden)
    assert answer.status_code == 422
    assert f"Recorded already, as #{head}." in answer.text
    shown = _cells(answer.text)
    assert shown["Acme", ENDS[1]] | {"value": "9", "placeholder": "9"} == shown["Acme", ENDS[1]]
    assert "aria-invalid" not in shown["Acme", ENDS[2]]
    # It stands by now, and so the form as it came back records the other one.
    again = {name: _value(answer.text, name) for name in hidden}
    assert sheet.send(typed, effective_on="2024-05-10", **again).status_code == 303
    assert _head(engine, sheet.fund) == head + 1


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("", "Choose a day."),
        ("soon", "“soon” is not a day of the calendar"),
        ("2001-01-01", "lies before the fund"),
        ("2999-01-01", "lies in the future"),
    ],
)
def test_a_day_that_cannot_be_is_told_once(
    engine: Engine, sheet: Sheet, day: str, told: str
) -> None:
    head = _head(engine, sheet.fund)
    typed = {("Acme", ENDS[1]): "5", ("Acme", ENDS[2]): "6"}
    answer = sheet.send(typed, effective_on=day)
    assert answer.status_code == 422
    [fault] = re.findall(r'id="effective_on-fault">([^<]*)<', answer.text)
    assert fault.count(told) == 1
    assert _head(engine, sheet.fund) == head
    assert _cells(answer.text)["Acme", ENDS[1]]["value"] == "5"


def test_into_closed_books_a_gp_records_adjustments_and_an_analyst_nothing(
    engine: Engine, sheet: Sheet, client_as: Client
) -> None:
    close = raw("PERIOD_CLOSED", "2025-02-01", closed_through="2025-01-31")
    record(engine, sheet.fund, close)
    head, typed = _head(engine, sheet.fund), {("Acme", ENDS[1]): "5", ("Acme", ENDS[2]): "6"}
    answer = sheet.send(typed, adjustment="y")
    assert answer.status_code == 422
    assert "books are closed through 31 Jan 2025" in answer.text
    assert "ask-adjustment" not in answer.text
    gp = Sheet(client_as(sheet.fund, "gp"), sheet.fund)
    answer = gp.send(typed)
    assert answer.status_code == 422
    assert "ask-adjustment" in answer.text
    assert _head(engine, sheet.fund) == head
    assert gp.send(typed, adjustment="y").status_code == 303
    told = _events(engine, sheet.fund, head + 1)
    assert [each.payload["adjustment"] for each in told] == [True, True]
    assert gp.send({("Acme", ENDS[1]): "7"}, effective_on="2025-02-01").status_code == 303


def test_what_is_older_than_what_stands_is_recorded_and_said_to_be(sheet: Sheet) -> None:
    typed = {("Acme", ENDS[0]): "5", ("Acme", ENDS[1]): "6"}
    answer = sheet.send(typed, effective_on="2024-05-01")
    shown = sheet.client.get(answer.location).text
    assert "2 actuals recorded. For 1 of them what stands is newer, and stays." in shown
    assert _cells(shown)["Acme", ENDS[0]]["placeholder"] == "1,234,567.5"


def test_an_analyst_takes_a_batch_back(engine: Engine, sheet: Sheet) -> None:
    before = _values(look(engine, sheet.fund).state.actuals)
    shown = sheet.client.get(sheet.send({("Acme", ENDS[0]): "1", ("Acme", ENDS[1]): "2"}).location)
    undo = r'<form method="post" action="([^"]*undo[^"]*)".*?</form>'
    form = re.search(undo, shown.text, re.DOTALL)
    assert form
    action, fields = form[1], {name: _value(form[0], name) for name in ("first", "last")}
    assert _values(look(engine, sheet.fund).state.actuals) != before
    answer = sheet.client.post(unescape(action), data=fields)
    assert answer.status_code == 303
    assert "Undone: 2 values." in sheet.client.get(answer.location).text
    assert _values(look(engine, sheet.fund).state.actuals) == before


@pytest.mark.parametrize(("first", "last"), [("0", "1"), ("5", "4"), ("1", "2401"), ("x", "1")])
def test_no_more_is_taken_back_than_a_form_records(sheet: Sheet, first: str, last: str) -> None:
    answer = sheet.client.post(f"{sheet.page}undo", data={"first": first, "last": last})
    assert answer.status_code == 400


def test_an_analyst_takes_back_nothing_of_somebody_else(engine: Engine, sheet: Sheet) -> None:
    head = _head(engine, sheet.fund)
    answer = sheet.client.post(f"{sheet.page}undo", data={"first": str(head), "last": str(head)})
    assert "could not be undone" in sheet.client.get(answer.location).text
    assert _head(engine, sheet.fund) == head


def test_a_form_that_says_nothing_new_is_refused(engine: Engine, sheet: Sheet) -> None:
    head = _head(engine, sheet.fund)
    for typed in ({}, {("Acme", ENDS[0]): "1234567.5"}):
        answer = sheet.send(typed)
        assert answer.status_code == 422
        assert "No value is typed that differs from what stands." in answer.text
    assert _head(engine, sheet.fund) == head


def test_a_form_with_too_many_values_is_refused(engine: Engine, sheet: Sheet) -> None:
    head = _head(engine, sheet.fund)
    many = {f"value.{number}": "1" for number in range(metric_grid.MOST_CELLS)}
    answer = sheet.send({("Acme", ENDS[1]): "5"}, **many)
    assert answer.status_code == 422
    assert "A form has at most 2,400 values" in answer.text
    assert _head(engine, sheet.fund) == head


def test_companies_beyond_a_page_are_on_the_next(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metric_grid, "MOST_COMPANIES", 1)
    assert {name for name, _ in sheet.cells()} == {"Acme"}
    assert "Next companies" in sheet.show().text
    assert {name for name, _ in sheet.cells(page="2")} == {"borealis"}
    for beyond in ("99", "-1", "0", "x"):
        assert sheet.show(page=beyond).status_code == 200
    answer = sheet.send({("borealis", ENDS[0]): "5"}, {"page": "2"})
    assert "page=2" in answer.location


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kind", "guesses"), ("metric", "profit"), ("scenario", "a\nb"), ("months", "5"),
        ("last", "never"), ("last", "1899-12-31"), ("last", "9999-12-31"), ("periods", "13"),
        ("periods", "0"),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_is_told_by_its_field(
    engine: Engine, sheet: Sheet, name: str, text: str
) -> None:
    asked = {"kind": "forecasts", name: text}
    shown = sheet.show(**asked)
    assert shown.status_code == 200
    assert 'id="grid"' not in shown.text
    if name != "kind":
        [fault] = re.findall(rf'id="{name}-fault">\s*([^<]*?)\s*<', shown.text)
        assert fault
    head = _head(engine, sheet.fund)
    sent = {"effective_on": "2025-01-20", "key": "a", "value.x.2024-12-31": "5"}
    answer = sheet.client.post(sheet.page, query_string=ASKED | asked, data=sent)
    assert answer.status_code == 422
    assert _head(engine, sheet.fund) == head


def test_the_periods_begin_with_those_that_people_look_for(sheet: Sheet) -> None:
    today = datetime.now(UTC).date()
    ends = [end for _, end in _cells(sheet.client.get(f"{sheet.page}?kind=forecasts").text)][:4]
    year = today.year + 1
    assert ends == [f"{year}-03-31", f"{year}-06-30", f"{year}-09-30", f"{year}-12-31"]
    last = [end for _, end in _cells(sheet.client.get(sheet.page).text)][3]
    assert last < today.isoformat()


def test_a_fund_without_companies_says_what_to_do_next(engine: Engine, client_as: Client) -> None:
    fund = new_fund(engine)
    sheet = Sheet(client_as(fund, "analyst"), fund)
    shown = sheet.show()
    assert "No company yet" in shown.text
    assert f"/funds/{fund}/record/investment-made" in shown.text
    assert sheet.client.post(sheet.page, data={"effective_on": "2025-01-20"}).status_code == 422


def test_periods_in_which_nothing_was_held_say_so(engine: Engine, client_as: Client) -> None:
    sold = raw("PROCEEDS_RECEIVED", "2012-01-01", company="Acme", amount="9", kind="full_exit")
    fund = new_fund(engine, company(), investment("5"), sold)
    shown = Sheet(client_as(fund, "analyst"), fund).show()
    assert "No company was held on 1 Jan 2024 or later" in shown.text


def test_a_viewer_is_refused(sheet: Sheet, client_as: Client) -> None:
    viewer = Sheet(client_as(sheet.fund, "viewer"), sheet.fund)
    assert viewer.show().status_code == 403
    for action in ("", "undo"):
        assert viewer.client.post(f"{viewer.page}{action}").status_code == 403
    assert "in a grid" in sheet.client.get(f"/funds/{sheet.fund}/record/").text
