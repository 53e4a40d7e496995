"""The books page as the server sends it: closes, what the next one means, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.period_closes import Close, period_name
from app.domain.viewpoint import quarter_end
from app.services.reads import period_closes
from tests.ledgers import called, company, investment, mark, new_fund, raw, record
from tests.people import post

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
Q4 = {"closed_through": "2010-12-31", "label": "Q4 2010", "key": "k1"}


def _page(client: FlaskClient, fund: object, query: str = "", **headers: str) -> str:
    answer = client.get(f"/funds/{fund}/books/{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _words(html: str) -> str:
    """Return the text of a page as a person reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _row(html: str, sequence: int) -> str:
    found = re.search(rf'<tr role="row" id="close-{sequence}".*?</tr>', html, re.DOTALL)
    assert found, sequence
    return found[0]


def _close(client: FlaskClient, fund: UUID, **fields: str) -> str:
    answer = post(client, f"/funds/{fund}/books/", **Q4 | fields)
    assert answer.status_code == 303, answer.text
    return _page(client, fund)


def _closes(engine: Engine, fund: UUID) -> tuple[Close, ...]:
    return period_closes.load_books(engine, fund).closes


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with a marked holding at the end of 2010."""
    return new_fund(engine, called("1000"), company(), investment("600"), mark("900"))


@pytest.fixture
def gp(client_as: Callable[[UUID, str], FlaskClient], fund: UUID) -> FlaskClient:
    """Return a client signed in as a GP of the fund."""
    return client_as(fund, "gp")


def test_books_that_were_never_closed_say_so(gp: FlaskClient, fund: UUID) -> None:
    words = _words(_page(gp, fund))
    assert "No period is closed." in words
    assert "No closed periods" in words


def test_a_gp_sees_what_a_close_would_lock_and_report_and_what_is_missing(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, company("Birch"), investment("700", "2010-11-01", "Birch"))
    words = _words(_page(gp, fund, "?closed_through=2010-12-31", **PARTIAL))
    assert "7 entries dated up to 31 Dec 2010" in words
    assert "NAV before carry $1k, net $1k · TVPI 1.24× · DPI 0.00×" in words
    assert "1 holding has no mark dated 31 Dec 2010 Birch, $700: at cost" in words
    assert "Cash is −$300" in words
    assert "Close through 31 Dec 2010" in words
    earlier = _words(_page(gp, fund, "?closed_through=2010-06-30", **PARTIAL))
    assert "Acme, $600: at cost" in earlier
    assert "Cash is" not in earlier


def test_the_last_quarter_end_is_suggested_with_its_name(gp: FlaskClient, fund: UUID) -> None:
    html = _page(gp, fund)
    today = datetime.now(UTC).date()
    quarter = (today.month - 1) // 3 or 4
    year = today.year if today.month > 3 else today.year - 1
    assert f'value="Q{quarter} {year}"' in html


def test_a_close_says_who_made_it_when_and_what_it_reported(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    html = _close(gp, fund, note="as audited")
    [close] = _closes(engine, fund)
    assert (str(close.closed_through), close.name, close.sequence) == ("2010-12-31", "Q4 2010", 6)
    assert close.event.source == "form"
    row = _row(html, 6)
    now = f"{close.event.recorded_at.astimezone(UTC):%H:%M}"
    for said in ("Q4 2010 through 31 Dec 2010", now, "by Sam Body", "#6", "as audited"):
        assert said in _words(row), said
    assert f'href="/funds/{fund}/?as_of=2010-12-31&amp;through=6"' in row
    assert f'href="/funds/{fund}/?as_of=2010-12-31"' in row
    assert "nothing changed" in row
    assert "The books are closed through 31 Dec 2010: Q4 2010." in _words(html)


def test_a_close_is_of_the_figures_that_were_seen(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    shown = _page(gp, fund, "?closed_through=2010-12-31", **PARTIAL)
    [seen] = re.findall(r'name="through" value="(\d+)"', shown)
    record(engine, fund, mark("700", "2010-12-30"))
    answer = post(gp, f"/funds/{fund}/books/", **Q4, through=seen)
    assert answer.status_code == 422
    assert "1 event came in since you looked, so nothing is closed yet" in answer.text
    assert _closes(engine, fund) == ()
    [now] = re.findall(r'name="through" value="(\d+)"', answer.text)
    assert int(now) == int(seen) + 1
    for _ in range(2):
        assert post(gp, f"/funds/{fund}/books/", **Q4, through=now).status_code == 303
    assert len(_closes(engine, fund)) == 1


def test_a_form_sent_twice_closes_once(gp: FlaskClient, engine: Engine, fund: UUID) -> None:
    _close(gp, fund)
    _close(gp, fund)
    assert len(_closes(engine, fund)) == 1


def test_a_close_over_quarters_that_are_not_closed_asks_first(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    _close(gp, fund)
    later = {"closed_through": "2011-09-30", "label": "Q3 2011", "key": "k2"}
    looked = _page(gp, fund, "?closed_through=2011-09-30")
    assert "Q1 2011, Q2 2011 are not closed" in _words(looked)
    refused = post(gp, f"/funds/{fund}/books/", **later)
    assert refused.status_code == 422
    assert "Q1 2011 and Q2 2011 would be closed too: tick it" in _words(refused.text)
    assert "Q3 2011" in refused.text
    assert len(_closes(engine, fund)) == 1
    _close(gp, fund, **later, skips="y")
    assert len(_closes(engine, fund)) == 2
    assert 'data-testid="close-over"' not in _page(gp, fund, "?closed_through=2011-12-31")


def test_a_close_that_makes_no_sense_comes_back_with_what_was_typed(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    _close(gp, fund)
    for day, told in (
        ("2010-09-30", "30 Sep 2010 is closed already, through 31 Dec 2010 (Q4 2010)"),
        ("2999-12-31", "31 Dec 2999 has not come yet"),
        ("2010-13-31", "“2010-13-31”: write a date such as 2012-03-31"),
    ):
        answer = post(gp, f"/funds/{fund}/books/", **Q4 | {"closed_through": day, "key": "k2"})
        assert answer.status_code == 422
        assert told in _words(answer.text)
        assert f'value="{day}"' in answer.text
    answer = post(gp, f"/funds/{fund}/books/", closed_through="2011-03-31", label="x" * 201)
    assert answer.status_code == 422
    assert "Use up to 200 characters." in answer.text
    assert "x" * 201 in answer.text
    assert len(_closes(engine, fund)) == 1


def test_adjustments_since_a_close_are_counted_and_found(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2011-01-15", closed_through="2010-06-30"))
    record(engine, fund, called("5", "2010-05-01", adjustment=True))
    _close(gp, fund, skips="y")
    record(engine, fund, called("7", "2010-12-01", adjustment=True), called("9", "2011-05-01"))
    record(engine, fund, mark("800", adjustment=True))
    html = _page(gp, fund)
    assert "1 prior-period adjustment<" in _row(html, 6)
    assert "2 prior-period adjustments<" in _row(html, 8)
    [link] = re.findall(r'href="([^"]+)" data-testid="adjustments"', _row(html, 8))
    timeline = gp.get(link.replace("&amp;", "&")).text
    assert re.findall(r'<li id="event-(\d+)"', timeline) == ["11", "9"]
    assert "recorded after #8" in _words(timeline)


def test_reopening_asks_for_a_reason_and_a_tick_and_can_be_undone(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(
        engine,
        fund,
        raw("PERIOD_CLOSED", "2010-07-15", closed_through="2010-06-30", label="Q2 2010"),
    )
    _close(gp, fund, skips="y")
    page = f"/funds/{fund}/books/6/reopen"
    asked = _words(gp.get(page).text)
    assert "Reopen Q2 2010?" in asked
    assert "Q4 2010 , closed through 31 Dec 2010 by Sam Body" in asked, "later ones too"
    refused = post(gp, page, note="", confirmed="yes")
    assert refused.status_code == 422
    assert "Write the reason: it stays in the timeline." in refused.text
    refused = post(gp, page, note="a wire was missed")
    assert refused.status_code == 422
    assert "Tick it to reopen." in refused.text
    assert 'value="a wire was missed"' in refused.text
    assert post(gp, page, note="a wire was missed", confirmed="yes").status_code == 303
    html = _page(gp, fund)
    assert "The books of Q2 2010 are open again." in html
    assert "No period is closed." in html
    for sequence in (6, 7):
        assert "by Sam Body: a wire was missed" in _words(_row(html, sequence))
    [undo] = re.findall(r'action="([^"]+close-again)"', html)
    for told in ("The books are closed again.", "The books are closed already."):
        assert post(gp, f"/funds/{fund}/books/", undo).status_code == 303
        assert told in _page(gp, fund)
    standing = [(each.name, each.sequence) for each in _closes(engine, fund) if each.stands]
    assert standing == [("Q4 2010", 10), ("Q2 2010", 9)]


def test_a_close_is_undone_right_after_and_made_again(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    html = _close(gp, fund)
    [undo] = re.findall(r'action="([^"]+undo)"', html)
    for told in ("are open again", "are open already"):
        assert post(gp, f"/funds/{fund}/books/", undo).status_code == 303
        assert f"The books of Q4 2010 {told}." in _page(gp, fund)
    _close(gp, fund, key="k2")
    assert [each.stands for each in _closes(engine, fund)] == [True, False]


def test_undoing_a_close_does_not_open_a_later_one(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    _close(gp, fund)
    _close(gp, fund, closed_through="2011-03-31", label="Q1 2011")
    post(gp, f"/funds/{fund}/books/", f"/funds/{fund}/books/6/undo")
    told = "Q4 2010 was followed by Q1 2011: reopen that one first. Nothing was changed."
    assert told in _page(gp, fund)
    assert all(each.stands for each in _closes(engine, fund))


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_who_is_no_gp_reads_and_is_offered_nothing(
    gp: FlaskClient, client_as: Callable[[UUID, str], FlaskClient], fund: UUID, role: str
) -> None:
    _close(gp, fund)
    html = _page(client_as(fund, role), fund)
    assert "Q4 2010 as reported" in html
    assert "Close the books" not in html
    assert "Reopen…" not in html


def test_a_close_that_is_none_is_not_found(gp: FlaskClient, fund: UUID) -> None:
    _close(gp, fund)
    assert gp.get(f"/funds/{fund}/books/5/reopen").status_code == 404
    for action in ("5/reopen", "5/undo", "6/close-again"):
        answer = post(
            gp, f"/funds/{fund}/books/", f"/funds/{fund}/books/{action}", note="x", confirmed="yes"
        )
        assert answer.status_code == 404


def test_quarters_that_ended_since_the_last_close_are_named(
    gp: FlaskClient, engine: Engine, fund: UUID
) -> None:
    today = datetime.now(UTC).date()
    [last, before] = [quarter_end(today, -1), quarter_end(today, -2)]
    record(engine, fund, raw("PERIOD_CLOSED", str(before), closed_through=str(before)))
    page = gp.get(f"/funds/{fund}/books/").text
    assert f"Not closed: {period_name(last)}." in page
    record(engine, fund, raw("PERIOD_CLOSED", str(last), closed_through=str(last)))
    page = gp.get(f"/funds/{fund}/books/").text
    assert "Every quarter that has ended is closed." in page
    assert "Not closed" not in page
