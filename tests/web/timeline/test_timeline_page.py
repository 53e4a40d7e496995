"""The timeline as the server sends it: events, filters, pages, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.imports.write_fund import import_fund, plan_import
from app.services.reads import timeline
from app.store.admission.batches import Author
from app.web.timeline.page import PAGE_SIZE
from tests.ledgers import (
    called,
    committed,
    company,
    established,
    investment,
    mark,
    new_fund,
    raw,
    record,
    void,
)
from tests.people import member, signed_in, somebody

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _page(client: FlaskClient, fund: object, query: str = "", **headers: str) -> str:
    answer = client.get(f"/funds/{fund}/timeline{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _sequences(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="event-(\d+)"', html)]


def _entry(html: str, sequence: int) -> str:
    """Return the text of an event as a person reads it."""
    found = re.search(rf'<li id="event-{sequence}".*?</li>', html, re.DOTALL)
    assert found, sequence
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_an_event_tells_what_it_was_and_both_of_its_dates(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("2500000.5", round="Series A", ownership="0.1"))
    [*_, event] = timeline.between(engine, fund, 1, 3)
    html = _page(client, fund)
    now = f"{event.recorded_at.astimezone(UTC):%H:%M}"
    entry = _entry(html, 3)
    for said in (
        "#3 Investment Acme Series A · 10% owned $2,500,000.50",
        "1 Mar 2010",
        now,
        "gp@example.com, API",
        "Amount USD 2,500,000.50",
    ):
        assert said in entry, said
    assert str(event.company_id) not in entry
    assert f'href="/funds/{fund}/?as_of=2010-03-01"' in html
    instant = event.recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat()
    assert f'href="/funds/{fund}/?as_of=2010-03-01&amp;known_at={instant}Z"' in html
    assert 'class="investment' in html


def test_the_fund_today_needs_no_day_in_its_address(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5", str(datetime.now(UTC).date())))
    html = _page(client, fund)
    assert f'href="/funds/{fund}/"' in html
    [event] = timeline.between(engine, fund, 2, 2)
    instant = event.recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat()
    assert f'href="/funds/{fund}/?known_at={instant}Z"' in html


def test_what_was_recorded_together_was_known_together(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5"))
    record(engine, fund, void(2), called("7"), called("9"))
    html = _page(client, fund)
    links = re.findall(r'href="([^"]*known_at=[^"]*)"', html)
    batch = {unescape(link).partition("known_at=")[2] for link in links[:3]}
    assert len(batch) == 1
    then = client.get(unescape(links[0])).text
    assert "not shown" not in then


def test_voided_events_stay_and_name_their_void_which_names_them(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("100"), mark("150"))
    record(engine, fund, void(4, "a zero too many"), mark("15"))
    html = _page(client, fund)
    assert re.search(r'id="event-4" class="valuation voided"', html)
    assert "Valuation Acme Voided" in _entry(html, 4)
    assert "Voided by #5 : a zero too many" in _entry(html, 4)
    assert "Void of #4 valuation Acme, $150" in _entry(html, 5)
    assert re.search(r'id="event-5" class="other +voids"', html)
    assert html.count('href="#event-4"') == html.count('href="#event-5"') == 1
    # Where the other one is not on the page, the link leads to a page that has it.
    [link] = re.findall(r'href="([^"]*#event-5)"', _page(client, fund, "?before=5"))
    assert _sequences(client.get(link.partition("#")[0]).text)[:2] == [6, 5]
    [link] = re.findall(r'href="([^"]*#event-4)"', _page(client, fund, "?type=EVENT_VOIDED"))
    assert 4 in _sequences(client.get(link.partition("#")[0]).text)


def test_what_is_out_of_the_ordinary_is_marked(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5"))
    record(engine, fund, called("5", occurrence=2))
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-06-30"))
    record(engine, fund, called("7", adjustment=True))
    html = _page(client, fund)
    assert "Second occurrence" in _entry(html, 3)
    assert "Capital call Prior-period adjustment $7" in _entry(html, 5)
    assert "import file" not in html
    assert "ccurrence" not in _entry(html, 2)


def test_books_stand_out_and_a_close_leads_to_what_it_reported(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("5"))
    close = raw("PERIOD_CLOSED", "2011-01-20", closed_through="2010-12-31", label="Q4 2010")
    record(engine, fund, close)
    record(engine, fund, raw("PERIOD_REOPENED", "2011-02-01", closed_through="2010-12-31"))
    html = _page(client, fund)
    assert re.findall(r'id="event-(\d)" class="other books"', html) == ["4", "3"]
    assert "Period closed Q4 2010 through 31 Dec 2010" in _entry(html, 3)
    assert "As reported" in _entry(html, 3)
    assert f'href="/funds/{fund}/?as_of=2010-12-31&amp;through=3"' in html
    assert "Period reopened through 31 Dec 2010" in _entry(html, 4)


def test_what_lies_in_closed_books_is_offered_to_a_gp_alone(app: Flask, engine: Engine) -> None:
    fund = new_fund(engine)
    someone = {role: member(engine, fund, role) for role in ("analyst", "gp")}
    author = Author(str(someone["analyst"].id), "form")
    record(engine, fund, called("100"), called("7", "2011-02-01"), author=author)
    record(engine, fund, raw("PERIOD_CLOSED", "2011-03-01", closed_through="2010-12-31"))
    for role, offered in (("analyst", [3]), ("gp", [2, 3])):
        html = _page(signed_in(app, someone[role]), fund)
        assert [n for n in (2, 3) if " Correct event" in _entry(html, n)] == offered, role
        assert [n for n in (2, 3) if " Void event" in _entry(html, n)] == offered, role


def test_adjustments_can_be_listed_alone(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5"))
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-06-30"))
    record(engine, fund, called("7", adjustment=True), called("8", "2010-09-30"))
    record(engine, fund, called("9", adjustment=True))
    assert _sequences(_page(client, fund, "?adjustment=yes")) == [6, 4]
    assert _sequences(_page(client, fund, "?adjustment=yes&after=4")) == [6]
    html = _page(client, fund, "?adjustment=yes&after=4&end=2010-06-30")
    assert 'name="adjustment" value="yes" checked' in html
    assert '<input type="hidden" name="after" value="4">' in html
    assert "Clear filters" in html
    assert client.get(f"/funds/{fund}/timeline?after=x").status_code == 400


def test_a_renamed_company_bears_its_name_of_then_and_of_now(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("5"))
    record(engine, fund, raw("COMPANY_UPDATED", "2011-01-01", company="Acme", new_name="Zenith"))
    record(engine, fund, mark("7", "2011-06-30", name="Zenith"))
    record(engine, fund, void(3))
    html = _page(client, fund)
    assert "Investment Acme (now Zenith)" in _entry(html, 3)
    assert "Company updated Acme now Zenith" in _entry(html, 4)
    assert "Valuation Zenith" in _entry(html, 5)
    assert "Void of #3 investment Acme (now Zenith), $5" in _entry(html, 6)


def test_events_with_one_correlation_id_are_one_line_that_opens(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("1"), called("2"))
    assert "batch" not in _page(client, fund), "they were recorded together, and no more"
    record(engine, fund, void(2), called("3"), called("4"))
    html = _page(client, fund)
    [batch] = re.findall(r'data-testid="batch">(.*?)</ol>', html, re.DOTALL)
    line, _, inside = batch.partition("<ol>")
    said = " ".join(re.sub(r"<[^>]+>", " ", line).split())
    assert said.startswith("#4–6 Correction Capital call × 2, Void × 1")
    assert _sequences(inside) == [6, 5, 4]
    assert _sequences(html) == [6, 5, 4, 3, 2, 1]
    alone = _page(client, fund, "?type=EVENT_VOIDED")
    assert "batch" not in alone, "what the filters leave of it stands by itself"


def test_each_filter_narrows_the_list_and_is_kept_in_the_form(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(
        engine, company(), investment("10"), mark("20"), called("5", "2010-04-01"), company("Beta")
    )
    today = datetime.now(UTC).date()
    for query, found, kept in (
        ("type=VALUATION_UPDATED", [4], 'value="VALUATION_UPDATED" checked'),
        ("type=valuation_updated", [4], 'value="VALUATION_UPDATED" checked'),
        ("type=VALUATION_UPDATED&type=CAPITAL_CALLED", [5, 4], ">2 types<"),
        ("type=VALUATION_UPDATED", [4], 'id="type-chosen">Valuation<'),
        ("company=+ACME+", [4, 3, 2], 'name="company" list="companies" value="ACME"'),
        ("company=cm", [4, 3, 2], 'value="cm"'),
        ("company=%25", [], 'value="%"'),
        ("start=2010-03-01&end=2010-04-01", [5, 3], 'value="2010-03-01"'),
        (f"recorded_start={today}&type=COMPANY_ADDED", [6, 2], f'value="{today}"'),
        ("recorded_end=2012-12-31", [], 'value="2012-12-31"'),
        ("type=&company=&start=", [6, 5, 4, 3, 2, 1], ""),
    ):
        html = _page(client, fund, f"?{query}")
        assert _sequences(html) == found, query
        assert kept in html, query
        assert ("Clear filters" in html) == bool(kept), query
    assert '<option value="Beta"></option>' in html


def test_pages_stay_put_while_events_arrive_and_keep_the_filters(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, *(called(str(i), "2010-02-02") for i in range(1, PAGE_SIZE + 21)))
    first = _page(client, fund, "?type=CAPITAL_CALLED&end=2010-12-31")
    assert _sequences(first) == list(range(PAGE_SIZE + 21, 21, -1))
    assert "Newest" not in first
    [older] = re.findall(r'rel="next" href="([^"]+)"', first)
    record(engine, fund, called("999"))
    last = client.get(older.replace("&amp;", "&")).text
    assert _sequences(last) == list(range(21, 1, -1))
    assert 'rel="next"' not in last
    assert "Start of the log, for these filters" in last
    [newest] = re.findall(r'href="([^"]+)" data-testid="newest"', last)
    assert _sequences(client.get(newest.replace("&amp;", "&")).text)[0] == PAGE_SIZE + 22


def test_a_part_fills_the_list_and_what_is_said_of_it(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5"))
    whole = client.get(f"/funds/{fund}/timeline?type=CAPITAL_CALLED")
    part = client.get(f"/funds/{fund}/timeline?type=CAPITAL_CALLED", headers=PARTIAL)
    assert whole.headers["Vary"] == "HX-Request-Type, Cookie"
    assert part.headers["Vary"] == "HX-Request-Type, Accept-Encoding, Cookie"
    assert _sequences(whole.text) == _sequences(part.text) == [2]
    assert "<form" not in part.text, "the filters are outside of what is swapped"
    moved = set(re.findall(r'id="([a-z_-]+)" hx-swap-oob', part.text))
    assert moved >= {"found", "type-chosen", "type-fault", "recorded_end-fault"}
    for each in moved:
        assert f'id="{each}"' in whole.text


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("start=31/12/2012", "start", "“31/12/2012”: write a date such as 2012-03-31"),
        ("recorded_end=2012-02-31", "recorded_end", "“2012-02-31”: write a date"),
        ("type=CALL", "type", "“CALL”: choose from the list"),
        ("type=CALL&type=EVENT_VOIDED", "type", "“CALL, EVENT_VOIDED”: choose from the list"),
        ("start=2012-01-02&end=2012-01-01", "end", "“2012-01-01”: lies before 2 Jan 2012"),
        ("recorded_start=2012-01-02&recorded_end=2012-01-01", "recorded_end", "lies before"),
    ],
)
def test_a_filter_that_makes_no_sense_is_said_beside_it_and_kept(
    client: FlaskClient, engine: Engine, query: str, field: str, said: str
) -> None:
    fund = new_fund(engine)
    page = client.get(f"/funds/{fund}/timeline?{query}&company=Acme")
    assert page.status_code == 422
    fault = re.search(rf'id="{field}-fault">([^<]*)<', page.text)
    assert fault
    assert said in fault[1]
    typed = dict(pair.split("=") for pair in query.split("&"))[field]
    assert f'value="{typed}"' in page.text
    assert 'value="Acme"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert "Invalid filters" in page.text
    part = client.get(f"/funds/{fund}/timeline?{query}", headers=PARTIAL)
    assert (part.status_code, part.headers["HX-Retarget"]) == (422, "#log")
    assert part.headers["HX-Push-Url"] == "false"
    assert said in part.text


def test_where_nothing_is_found_the_page_says_what_to_do(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company("Orchard Pay"), company("Acme"))
    html = _page(client, fund, "?company=orchid+pay&type=COMPANY_ADDED")
    assert "No matching events" in html
    assert f'href="/funds/{fund}/timeline?type=COMPANY_ADDED&amp;company=Orchard+Pay"' in html
    assert f'class="button" href="/funds/{fund}/timeline">Clear filters' in html
    assert "Did you mean" not in _page(client, fund, "?company=cme&type=CAPITAL_CALLED")
    assert "Nothing older" in _page(client, fund, "?before=1")


@pytest.mark.parametrize("before", ["x", "-1", "٣"])
def test_a_cursor_that_is_none_is_refused(client: FlaskClient, engine: Engine, before: str) -> None:
    fund = new_fund(engine)
    answer = client.get(f"/funds/{fund}/timeline?before={before}")
    assert answer.status_code == 400
    assert "write a sequence of the log" in answer.text
    assert client.get(f"/funds/{fund}/timeline?before={'9' * 40}").status_code == 200


def test_a_fund_that_does_not_exist_has_no_timeline(client: FlaskClient) -> None:
    assert client.get(f"/funds/{uuid4()}/timeline").status_code == 404
    assert client.get(f"/funds/{uuid4()}/timeline?start=x").status_code == 404


def test_text_from_outside_is_never_markup_and_nothing_is_inline(
    client: FlaskClient, engine: Engine
) -> None:
    nasty = '<script>alert(1)</script>"&'
    shared = called("5", note=nasty, allocations={nasty: "5"})
    fund = new_fund(engine, company(nasty), committed(nasty), shared)
    record(engine, fund, void(4, nasty))
    html = _page(client, fund, f"?company={nasty}") + _page(client, fund)
    assert "<script>alert" not in html
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|js:", html)


def test_terms_are_listed_and_the_currency_is_the_funds(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    euro = established(currency="EUR") | {"event_type": "TERMS_AMENDED"}
    record(engine, fund, euro)
    record(engine, fund, raw("INCOME_RECEIVED", "2010-05-05", amount="12", kind="interest"))
    html = _page(client, fund)
    assert "€12" in _entry(html, 3)
    assert "Management fee Rate 2% Fee basis committed" in _entry(html, 2)


def test_fund_and_timeline_lead_to_each_other(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("5"))
    shown = client.get(f"/funds/{fund}/?as_of=2010-06-30").text
    there = f"/funds/{fund}/timeline?as_of=2010-06-30"
    assert f'href="{there}"' in shown
    assert f'href="{there}&amp;end=2010-06-30"' in shown
    here = rf'href="/funds/{fund}/\?as_of=2010-06-30" +aria-current="page">Overview<'
    assert re.search(here, shown)
    html = _page(client, fund)
    assert re.search(rf'href="/funds/{fund}/timeline" +aria-current="page">Timeline<', html)
    assert re.search(rf'href="/funds/{fund}/" +>Overview<', html)


def test_imported_events_say_that_their_recorded_date_is_from_the_file(
    client: FlaskClient, engine: Engine
) -> None:
    header = b"recorded_at,effective_on,event_type,investor,amount"
    file = header + b"\n2010-02-01T09:05:00Z,2010-01-15,COMMITMENT_MADE,Alma,5"
    fund = import_fund(
        engine, f"Imported {uuid4()}", plan_import(file), somebody(engine, "Ana Lyst").id
    ).id
    entry = _entry(_page(client, fund), 2)
    assert "1 Feb 2010, 09:05 Ana Lyst" in entry
    assert f"Ana Lyst, imported {datetime.now(UTC).day} " in entry
    assert "recorded date from the import file" in entry
