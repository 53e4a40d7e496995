"""What was reported at a close, offered and shown on the fund page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.reads import period_closes
from app.web.shared.formats import short_date
from tests.ledgers import called, company, investment, mark, new_fund, raw, record

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _page(client: FlaskClient, fund: object, query: str = "", **headers: str) -> str:
    answer = client.get(f"/funds/{fund}/{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _offered(html: str) -> list[tuple[str, str, str]]:
    """Return what can be chosen: its value, whether it is, and what it says."""
    picker = html.partition('data-testid="reported"')[2].partition("</select>")[0]
    found = re.findall(r'<option value="([^"]*)" ?(\w*)[^>]*>([^<]*)</option>', picker)
    return [(value, chosen, text) for value, chosen, text in found]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with a mark that was restated after the books of its quarter had closed."""
    fund = new_fund(engine, called("1000"), company(), investment("600"), mark("900"))
    record(engine, fund, _closed("2010-12-31", "Q4 2010"))
    record(engine, fund, mark("700", adjustment=True))
    record(engine, fund, _closed("2011-03-31"))
    record(engine, fund, raw("PERIOD_REOPENED", "2011-04-16", closed_through="2011-03-31"))
    return fund


def _closed(through: str, label: str | None = None) -> dict[str, object]:
    more = {"label": label} if label else {}
    return raw("PERIOD_CLOSED", "2011-04-15", closed_through=through, **more)


def test_each_close_names_the_viewpoint_of_what_it_reported(engine: Engine, fund: UUID) -> None:
    later, first = period_closes.load_books(engine, fund).closes
    assert (str(first.viewpoint.as_of), first.viewpoint.through) == ("2010-12-31", 6)
    assert (later.name, later.viewpoint.through, later.stands) == ("Q1 2011", 8, False)
    assert first.stands
    [known_then] = period_closes.closes(engine, fund, 7)
    assert known_then.name == "Q4 2010"


def test_the_page_offers_today_and_each_close_before_any_other_moment(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    day = short_date(
        period_closes.load_books(engine, fund).closes[0].event.recorded_at.astimezone(UTC).date()
    )
    html = _page(client, fund, "?as_of=2011-05-01")
    offered = [
        ("", "", "Latest"),
        ("8", "", f"Q1 2011 as reported, {day} (reopened since)"),
        ("6", "", f"Q4 2010 as reported, {day}"),
    ]
    assert _offered(html) == offered
    assert html.index('data-testid="reported"') < html.index("Custom date…")
    html = _page(client, fund, "?through=7")
    assert _offered(html) == [("other", "selected", "Custom date"), *offered]


def test_choosing_a_close_leads_to_its_day_and_what_was_known_then(
    client: FlaskClient, fund: UUID
) -> None:
    there = f"/funds/{fund}/?as_of=2010-12-31&through=6&sort=cost"
    asked = f"/funds/{fund}/?as_of=2011-05-01&reported=6&sort=cost"
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (302, there)
    assert client.get(asked, headers=PARTIAL).headers["HX-Push-Url"] == there
    today = client.get(f"/funds/{fund}/?as_of=2011-05-01&reported=&sort=")
    assert today.location == f"/funds/{fund}/?as_of=2011-05-01"
    unknown = client.get(f"/funds/{fund}/?reported=5")
    assert unknown.status_code == 404
    assert "no books were closed by event 5" in unknown.text


def test_as_reported_shows_the_old_nav_and_what_became_of_it(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    known_on = short_date(period_closes.load_books(engine, fund).closes[1].event.recorded_at.date())
    html = _page(client, fund, "?as_of=2010-12-31&through=6")
    said = f"31 Dec 2010, as reported at Q4 2010 close (known on {known_on})"
    assert f"Viewing {said}" in re.sub("<.*?>", "", html)
    assert f"<title>{html.split('<title>')[1].split(',')[0]}, {said} · Asof</title>" in html
    assert 'data-testid="figure-nav">$1k' in html
    assert re.search(r'<data value="1300.00"[^>]*figure-nav"', html)
    assert re.search(
        r'<data value="1100.00"[^>]*figure-nav"', _page(client, fund, "?as_of=2010-12-31")
    )
    assert ("6", "selected") in [each[:2] for each in _offered(html)]
    part = _page(client, fund, "?as_of=2010-06-30&through=6", **PARTIAL)
    assert "Viewing 30 Jun 2010, as reported at Q4 2010 close" in re.sub("<.*?>", "", part)
    part = _page(client, fund, "?as_of=2011-01-02&through=6", **PARTIAL)
    assert "as known at Q4 2010 close" in re.sub("<.*?>", "", part)


def test_a_report_is_seen_without_hindsight_unless_today_is_asked_for(
    client: FlaskClient, fund: UUID
) -> None:
    html = _page(client, fund, "?as_of=2010-12-31&through=6")
    for of_today in ("restated-", "curve today", "later", 'class="now"'):
        assert of_today not in html, of_today
    assert 'data-texts-today=""' in html
    beside = f"/funds/{fund}/?as_of=2010-12-31&through=6&compare=today"
    assert f'<a href="{beside.replace("&", "&amp;")}" data-testid="compare-with-today">' in html
    compared = client.get(beside).text
    for of_today in ("curve today", 'data-testid="as-reported-only"'):
        assert of_today in compared, of_today
    left = _page(client, fund, "?as_of=2011-01-01&through=6")
    assert "curve today" in left
    assert ("other", "selected", "Custom date") in _offered(left), "nobody reported that day"


def test_from_a_report_a_quarter_leads_to_the_report_before_and_after(
    client: FlaskClient, fund: UUID
) -> None:
    html = _page(client, fund, "?as_of=2010-12-31&through=6")
    after = f"/funds/{fund}/?as_of=2011-03-31&amp;through=8"
    assert re.search(rf'href="{re.escape(after)}"[^>]*Q1 2011 as reported', html)
    assert re.search(r'id="previous_quarter" role="link" aria-disabled="true"', html)
    html = _page(client, fund, "?as_of=2011-03-31&through=8")
    before = f"/funds/{fund}/?as_of=2010-12-31&amp;through=6"
    assert re.search(rf'href="{re.escape(before)}"[^>]*Q4 2010 as reported', html)


def test_a_fund_that_never_closed_its_books_offers_any_moment_at_once(
    client: FlaskClient, engine: Engine
) -> None:
    html = _page(client, new_fund(engine, called("5")))
    assert "as reported" not in html
    assert "Knowledge date…" in html


def test_a_minute_is_known_to_its_end(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    first, second = (record(engine, fund, called(amount)).recorded_at for amount in ("5", "7"))
    minute = f"{second.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    assert "not shown" not in _page(client, fund, f"?known_at={minute}")
    exact = first.astimezone(UTC).replace(tzinfo=None).isoformat()
    then = _page(client, fund, f"?known_at={exact}Z")
    assert "1 later event not shown" in then
    assert f"{first.astimezone(UTC):%H:%M:%S} UTC" in then


def test_a_minute_that_has_not_come_yet_is_not_known(client: FlaskClient, engine: Engine) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=2)
    answer = client.get(f"/funds/{new_fund(engine)}/?known_at={soon:%Y-%m-%dT%H:%MZ}")
    assert answer.status_code == 400


def test_what_was_closed_through_today_is_reported_today(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    today = datetime.now(UTC).date().isoformat()
    record(engine, fund, raw("PERIOD_CLOSED", today, closed_through=today, label="Today"))
    assert "as reported at Today close" in _page(client, fund, "?through=2")


def test_a_time_makes_an_instant_of_the_day_beside_it(client: FlaskClient, fund: UUID) -> None:
    asked = f"/funds/{fund}/?as_of=2010-12-31&known_at=2012-02-14&known_time=17:30&sort=cost"
    clean = f"/funds/{fund}/?as_of=2010-12-31&known_at=2012-02-14T17:30Z&sort=cost"
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (302, clean)
    html = client.get(clean).text
    assert "as known on 14 Feb 2012, 17:30 UTC" in html
    assert 'name="known_time" id="known-time" value="17:30"' in html
    part = client.get(asked, headers=PARTIAL)
    assert part.headers["HX-Push-Url"] == clean
    left_out = client.get(f"/funds/{fund}/?known_at=2012-02-14&known_time=")
    assert left_out.location == f"/funds/{fund}/?known_at=2012-02-14"
    wrong = client.get(f"/funds/{fund}/?known_at=2012-02-14&known_time=later")
    assert wrong.status_code == 400
    assert "2012-02-14TlaterZ" in wrong.text
