"""The fund page as the server sends it: figures, parts, headers, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.auth.route_rules import open_to_all
from app.web.shared.formats import short_date
from tests.ledgers import (
    called,
    company,
    established,
    investment,
    mark,
    new_fund,
    raw,
    record,
    void,
)
from tests.statements import statements

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _figure(html: str, name: str) -> tuple[str, str]:
    """Return a figure's exact value and what is shown of it."""
    found = re.search(rf'<data value="([^"]*)"[^>]*figure-{name}">([^<]*)</data>', html)
    assert found, name
    return found[1], found[2]


def _page(client: FlaskClient, fund: object, query: str = "", **headers: str) -> str:
    answer = client.get(f"/funds/{fund}/{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_figures_are_short_to_read_and_exact_beneath(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(
        engine,
        raw("COMMITMENT_MADE", "2010-01-01", investor="Pension", amount="1000000"),
        called("1000000.55"),
        company(),
        investment("600000"),
        mark("1234567.89"),
    )
    html = _page(client, fund, "?as_of=2010-12-31")
    assert _figure(html, "total_value") == ("1234567.89", "$1.2M")
    assert _figure(html, "unfunded") == ("-0.55", "−$1")
    assert _figure(html, "net_irr")[1] == "n/m"
    assert "less than one year" in html
    assert "over-called" in html
    assert "Acme" in html


def test_a_part_fills_its_place_and_moves_what_moves_with_it(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"))
    whole = client.get(f"/funds/{fund}/?as_of=2010-06-30")
    part = client.get(f"/funds/{fund}/?as_of=2010-06-30", headers=PARTIAL)
    assert whole.headers["Vary"] == "HX-Request-Type, Cookie"
    assert part.headers["Vary"] == "HX-Request-Type, Accept-Encoding, Cookie"
    assert whole.text.startswith("<!doctype html>")
    assert "<html" not in part.text
    assert 'id="day"' not in part.text, "the handle is outside of what is swapped"
    oob = set(re.findall(r'id="([a-z-]+)" hx-swap-oob', part.text))
    assert oob == {
        "all-known",
        "banner",
        "carried",
        "export-links",
        "gap",
        "in-short",
        "known-carried",
        "known-label",
        "steps-back",
        "steps-on",
    }
    for moved in oob:
        assert f'id="{moved}"' in whole.text
    assert _figure(whole.text, "paid_in") == _figure(part.text, "paid_in")


def test_a_first_look_at_a_day_costs_four_statements_and_the_next_look_one(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"), company(), investment("50"))
    _page(client, fund, "?as_of=2010-06-29", **PARTIAL)  # reads what all days share
    asked = []
    for day in ("2010-02-15", "2010-02-15", "2010-02-16"):
        with statements(engine) as sent:
            _page(client, fund, f"?as_of={day}", **PARTIAL)
        asked.append(len(sent))
    assert asked[0] == 4, "who reads, the state, the latest events and those beside the day"
    assert asked[1:] == [1, 1], "who reads, which is asked each time; no event lies between them"


def test_a_day_seen_before_is_not_for_whom_the_fund_is_not(
    client: FlaskClient, engine: Engine, client_as: Callable[[UUID, str], FlaskClient]
) -> None:
    fund, other = new_fund(engine), new_fund(engine)
    stranger = client_as(other, "gp")
    _page(client, fund, "?as_of=2010-06-30", **PARTIAL)
    answer = stranger.get(f"/funds/{fund}/?as_of=2010-06-30", headers=PARTIAL)
    assert answer.status_code == 404


def test_a_day_seen_before_is_seen_anew_after_the_log_has_grown(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"), company("Acme"), investment("50"))
    assert "Zenith" not in _page(client, fund, "?as_of=2010-06-30", **PARTIAL)
    renamed = raw("COMPANY_UPDATED", "2010-06-01", company="Acme", new_name="Zenith")
    record(engine, fund, renamed)
    assert "now Zenith" in _page(client, fund, "?as_of=2010-06-30", **PARTIAL)
    assert "Zenith" not in _page(client, fund, "?as_of=2010-06-30&through=4", **PARTIAL)


def test_restoring_history_gets_the_whole_page(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    headers = {"HX-Request": "true", "HX-Request-Type": "full"}
    assert _page(client, fund, **headers).startswith("<!doctype html>")


def test_the_banner_says_where_the_view_stands(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("100"))
    today = datetime.now(UTC).date()
    now = short_date(today)
    unseen = f"Viewing {now}, seen with what was known"
    for query, said in [
        ("", now),
        (f"?as_of={today}&known_at={today}", now),
        ("?as_of=2010-06-30", "Viewing 30 Jun 2010"),
        ("?known_at=2010-07-01", f"{unseen} on 1 Jul 2010: later events are not in it"),
        ("?as_of=2010-06-30&through=1", "Viewing 30 Jun 2010, as known through event 1"),
        ("?as_of=2010-06-30&known_at=2010-07-01", "Viewing 30 Jun 2010, as known on 1 Jul 2010"),
        (
            "?known_at=2010-07-01T20:00:00%2B02:00",
            f"{unseen} on 1 Jul 2010, 18:00 UTC: later events are not in it",
        ),
        (
            "?known_at=2010-07-01T20:00:00+02:00",
            f"{unseen} on 1 Jul 2010, 18:00 UTC: later events are not in it",
        ),
    ]:
        html = _page(client, fund, query)
        banner = re.search(r'class="banner( quiet)?".*?<strong>(.*?)</strong>', html, re.DOTALL)
        assert banner
        shown = re.sub("<.*?>", "", banner[2])
        is_quiet = banner[1] is not None
        assert (shown.removeprefix("Viewing ") if is_quiet else shown) == said, query
        assert is_quiet == (said == now), query


def test_before_anything_was_known_the_page_says_so(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("100"), company(), investment("50"))
    html = _page(client, fund, "?as_of=2010-12-31&known_at=2010-12-31")
    assert _figure(html, "nav") == ("0.00", "$0")
    assert "as far as it is known here" in html
    assert "4 later events not shown" in html


def test_voided_events_are_not_among_the_latest(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("100"), called("777", "2010-02-02"))
    record(engine, fund, void(3))
    assert "#3 ·" not in _page(client, fund)
    assert "#3 ·" in _page(client, fund, "?through=3")


def test_negative_cash_is_shown_with_a_warning(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("100"))
    html = _page(client, fund)
    assert _figure(html, "cash") == ("-100.00", "−$100")
    assert 'data-testid="cash-warning"' in html


def test_announced_calls_lie_ahead_on_the_slider(client: FlaskClient, engine: Engine) -> None:
    due = datetime.now(UTC).date() + timedelta(days=60)
    fund = new_fund(engine, called("100", str(due)))
    html = _page(client, fund)
    assert f'data-last="{due}"' in html
    assert _figure(html, "paid_in")[0] == "0.00"
    assert _figure(_page(client, fund, f"?as_of={due}"), "paid_in")[0] == "100.00"


def test_text_from_outside_is_never_markup(client: FlaskClient, engine: Engine) -> None:
    nasty = '<script>alert(1)</script>"&'
    fund = new_fund(engine, company(nasty), investment("10", name=nasty), name=f"{nasty} {uuid4()}")
    for html in (_page(client, fund), client.get(f"/funds/?search={nasty}").text):
        assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?as_of=31/12/2012", "write a date such as 2012-03-31"),
        ("?known_at=2999-01-01", "1 Jan 2999 has not come yet: choose a day up to "),
        ("?known_at=2999-01-01T00:00:00Z", "has not come yet"),
        ("?known_at=0001-01-01", "1 Jan 1 is too long ago: choose a day from 1 Jan 1900"),
        ("?as_of=0001-01-01", "1 Jan 1 is too long ago: choose a day from 1 Jan 1900 on."),
        ("?as_of=2099-12-31", "31 Dec 2099 is too far ahead: choose a day up to 31 Dec"),
        ("?through=99", "the log ends at 1"),
        ("?through=1&known_at=2012-01-01", "leave out either"),
        ("?as_of=9999-12-31", "too far ahead"),
    ],
)
def test_a_view_that_cannot_be_taken_is_refused_with_its_mend(
    client: FlaskClient, engine: Engine, query: str, said: str
) -> None:
    fund = new_fund(engine)
    page = client.get(f"/funds/{fund}/{query}")
    assert page.status_code == 400
    assert said in page.text
    assert 'href="/funds/"' in page.text
    assert f'href="/funds/{fund}/"' in page.text, "the way back to where it was asked"
    # A form that picks its parts from a whole page leaves that page alone as well.
    picking = PARTIAL | {"HX-Request-Type": "full"}
    assert "<html" not in client.get(f"/funds/{fund}/{query}", headers=picking).text
    restoring = picking | {"HX-History-Restore-Request": "true"}
    assert "<html" in client.get(f"/funds/{fund}/{query}", headers=restoring).text
    part = client.get(f"/funds/{fund}/{query}", headers=PARTIAL)
    assert part.status_code == 400
    assert part.headers["HX-Retarget"] == "#alerts"
    assert part.headers["HX-Push-Url"] == "false"
    assert said in part.text


def test_what_is_not_there_is_told_as_a_page_and_to_programs_as_a_problem(
    client: FlaskClient,
) -> None:
    for path in (f"/funds/{uuid4()}/", "/nowhere", "/funds/not-an-id/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Page not found" in answer.text
        assert "View this fund" not in answer.text
    answer = client.get("/api/nowhere")
    assert answer.mimetype == "application/problem+json"
    answer = client.post("/funds/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_failure_of_ours_is_told_without_its_insides(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = client.application

    @open_to_all
    def breaks() -> str:
        return str(1 / 0)

    app.add_url_rule("/breaks", view_func=breaks)
    app.add_url_rule("/api/breaks", "api-breaks", view_func=breaks)
    page = client.get("/breaks")
    assert page.status_code == 500
    assert "Nothing was changed" in page.text
    assert "ZeroDivision" not in page.text
    assert "ZeroDivision" in caplog.text
    program = client.get("/api/breaks")
    assert program.status_code == 500
    assert program.mimetype == "application/problem+json"


def test_every_answer_keeps_to_itself(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    for path in ("/funds/", f"/funds/{fund}/", "/nowhere", "/api/funds"):
        headers = client.get(path).headers
        assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_has_no_code_or_style_of_its_own(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("10"), mark("12"))
    for html in (_page(client, fund, "?as_of=2011-01-01"), client.get("/funds/").text):
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|js:", html)
        scripts = re.findall(r"<script([^>]*)>", html)
        assert all("src=" in each or "application/json" in each for each in scripts)


def test_quarter_steps_leave_the_years_after_the_last_event_behind(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100", "2010-06-15"))
    html = _page(client, fund)
    assert re.search(r'id="previous_quarter" href="[^"]*as_of=2010-06-30"', html)
    html = _page(client, fund, "?as_of=2010-06-30")
    assert re.search(rf'id="next_quarter" href="/funds/{fund}/"', html)
    html = _page(client, fund, f"?as_of={date(2010, 1, 1)}")
    assert re.search(r'id="previous_quarter" role="link" aria-disabled="true"', html)


def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for_and_refused(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    html = _page(client, fund)
    field = re.search(r'<input type="date" name="as_of"[^>]*min="([^"]+)" max="([^"]+)"', html)
    assert field
    for day in field.groups():
        assert client.get(f"/funds/{fund}/?as_of={day}").status_code == 200
    for day in ("1899-12-31", f"{int(field[2][:4]) + 1}-01-01", "0001-01-01", "9999-12-31"):
        assert client.get(f"/funds/{fund}/?as_of={day}").status_code == 400


def _restated_fund(engine: Engine) -> UUID:
    """Make a fund of which a mark of 2010 was corrected after its fifth event."""
    fund = new_fund(engine, called("1000"), company(), investment("600"), mark("900"))
    record(engine, fund, void(5), mark("700"))
    return fund


def test_figures_say_what_is_known_today_of_the_same_day(
    client: FlaskClient, engine: Engine
) -> None:
    fund = _restated_fund(engine)
    then = _page(client, fund, "?as_of=2010-12-31&through=5")
    assert _figure(then, "nav")[1] == "$1k"
    assert _figure(then, "tvpi")[1] == "1.24×"
    assert re.search(r'restated-tvpi"><span>restated to</span> <b>1\.08×</b>', then)
    assert "restated-dpi" not in then, "what is the same is not said twice"
    for query in ("?as_of=2010-12-31", "?as_of=2010-11-30&through=5"):
        html = _page(client, fund, query)
        assert "restated-" not in html, query


def test_the_curve_ends_where_knowledge_ends_and_the_gap_is_drawn(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("1000000"), company(), investment("600000"), mark("900000"))
    record(engine, fund, mark("2900000", "2011-12-31"), mark("100000", "2010-12-30"))
    html = _page(client, fund, "?as_of=2010-06-30&through=5")
    clip = re.search(
        r'id="known-part">\s*<rect [^>]*width="([\d.]+)%"[^>]*data-until="([\d.]+)"', html
    )
    assert clip
    assert clip[1] == clip[2], "the last day known then lies after the day of the view"
    assert 0 < float(clip[2]) < 60
    html = _page(client, fund, "?as_of=2011-09-30&through=5")
    later = re.search(r'id="known-part">\s*<rect [^>]*width="([\d.]+)%"', html)
    assert later
    assert float(later[1]) > float(clip[2]), "what was known then still stands on a later day"
    assert 'class="restatement"' in html
    assert 'id="known-part"' not in _page(client, fund, "?as_of=2011-09-30")


def test_the_gap_at_the_handle_moves_with_the_view(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("1000000"), company(), investment("600000"), mark("900000"))
    record(engine, fund, void(5), mark("700000"))
    part = client.get(f"/funds/{fund}/?as_of=2010-12-31&through=5", headers=PARTIAL).text
    gap = re.search(r'<svg id="gap"[^>]*>(.*?)</svg>', part, re.DOTALL)
    assert gap
    assert "<rect" in gap[1]
    part = client.get(f"/funds/{fund}/?as_of=2010-12-31", headers=PARTIAL).text
    assert "<rect" not in part.partition('id="gap"')[2].partition("</svg>")[0]


def test_years_without_news_are_a_break_that_says_today(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100", "2010-06-15"))
    html = _page(client, fund)
    assert 'class="break"' in html
    assert ">today</text>" in html
    today = datetime.now(UTC).date()
    html = _page(client, new_fund(engine, called("100", str(today - timedelta(days=9)))))
    assert 'class="break"' not in html.partition('id="day"')[0]


def test_what_is_not_invested_is_not_blamed_on_knowledge_where_all_is_known(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"), company(), investment("50"))
    assert "Nothing is invested at this date." in _page(client, fund, "?as_of=2010-02-01")
    assert "Nothing had happened by this date." in _page(client, fund, "?as_of=2009-12-01")
    html = _page(client, fund, "?as_of=2010-02-01&through=1")
    assert "Nothing is invested at this date, as far as it is known here." in html


def test_where_nothing_is_invested_yet_the_page_says_what_comes_next(
    client: FlaskClient, engine: Engine
) -> None:
    html = _page(client, new_fund(engine))
    assert "Nothing is invested yet. A company stands here once" in html
    assert "under Record, beginning with the capital call" in html


def test_the_companies_are_counted(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(
        engine, company(), investment("50"), company("Beta"), investment("7", name="Beta")
    )
    html = _page(client, fund)
    assert re.search(r'<span id="in-short">\$1\.0M · 2 companies', html)


def test_the_size_above_the_figures_is_that_of_the_view(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    terms = established(size="1250000")["payload"]["terms"]
    record(engine, fund, raw("TERMS_AMENDED", "2012-01-01", terms=terms))
    assert '<span id="in-short">$1.3M' in _page(client, fund)
    assert '<span id="in-short">$1.0M' in _page(client, fund, "?as_of=2011-12-31")
    assert '<span id="in-short">$1.0M' in _page(client, fund, "?through=1")


def test_the_order_is_kept_by_both_forms(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    part = client.get(f"/funds/{fund}/?sort=company", headers=PARTIAL).text
    assert part.count('name="sort" value="company"') == 2


def test_dates_in_tables_are_words_to_people_and_iso_to_machines(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("50"), mark("60"))
    html = _page(client, fund, "?as_of=2011-01-31")
    assert '<time datetime="2010-12-31">31 Dec 2010</time><small>31 days</small>' in html
    recorded = datetime.now(UTC).date()
    assert f'recorded <time datetime="{recorded}">' in html


def test_a_missing_rate_has_its_reason_on_a_line_of_its_own(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("50"), mark("60", "2012-12-31"))
    html = _page(client, fund, "?as_of=2012-12-31")
    assert re.search(r'note-net_irr">n/m: fewer than two cash-flow dates</small>', html)


def test_what_follows_the_handle_is_the_same_for_everybody_and_changes_with_the_log(
    engine: Engine, client_as: Callable[[UUID, str], FlaskClient]
) -> None:
    fund = new_fund(engine, called("100"))

    def seen(role: str) -> str:
        return _page(client_as(fund, role), fund, "?as_of=2010-12-31", **PARTIAL)

    before = seen("viewer")
    assert seen("gp") == before
    assert "csrf" not in before
    record(engine, fund, called("123456", "2010-06-30"))
    assert seen("viewer") != before
    assert _figure(seen("viewer"), "cash")[0] == "123556.00"


def test_the_latest_events_name_a_company_as_then_and_as_at_the_view(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("5"))
    record(engine, fund, raw("COMPANY_UPDATED", "2011-01-01", company="Acme", new_name="Zenith"))
    record(engine, fund, mark("7", "2011-06-30", name="Zenith"))
    latest = r"<b>Investment</b> ([^<]*)</span>"
    for query, name in (
        ("", "Acme (now Zenith)"),
        ("?as_of=2010-12-31", "Acme"),
        ("?through=3", "Acme"),
    ):
        assert re.findall(latest, _page(client, fund, query)) == [name]
    assert re.findall(r"<b>Valuation</b> ([^<]*)</span>", _page(client, fund)) == ["Zenith"]
