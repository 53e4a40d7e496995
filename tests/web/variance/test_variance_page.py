"""Plan against actual: as a page, as a part of it, as files, and over the API."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.sheets import read_rows
from tests.ledgers import Raw, called, company, investment, look, new_fund, raw, record

_PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
QUARTERS = ("2010-03-31", "2010-06-30")


def metric(kind: str, on: str, value: str, end: str, name: str = "Acme") -> Raw:
    """Return a quarter's revenue, as it was forecast or as it turned out."""
    return raw(kind, on, company=name, metric_type="revenue", period_months=3, period_end=end,
               value=value)  # fmt: skip


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        company("Bolt"),
        investment("400", "2010-02-01"),
        investment("100", "2010-02-01", "Bolt"),
        *(metric("FORECAST_CREATED", "2010-02-02", "100", end) for end in QUARTERS),
        metric("FORECAST_CREATED", "2010-02-02", "50", QUARTERS[0], "Bolt"),
        metric("ACTUAL_RECORDED", "2010-04-20", "70", QUARTERS[0]),
        raw("PERIOD_CLOSED", "2010-04-30", closed_through=QUARTERS[0]),
        metric("FORECAST_CREATED", "2010-05-02", "90", QUARTERS[0]),
        metric("ACTUAL_RECORDED", "2010-07-20", "112", QUARTERS[1]),
    )


def _heat(page: str) -> dict[str, list[tuple[str, str]]]:
    """Return of each company the band and the text of each period."""
    table = page.partition('data-testid="heat">')[2].partition("</table>")[0]
    rows = re.findall(r'<a href="[^"]+">(\w+)</a></th>(.*?)</tr>', table, re.DOTALL)
    cells = re.compile(r'<td(?: class="(\w*)")?>(.*?)</td>', re.DOTALL)
    return {
        name: [
            (band, " ".join(re.sub(r"<[^>]+>", " ", inner).split()))
            for band, inner in cells.findall(row)
        ]
        for name, row in rows
    }


def test_each_period_is_compared_with_the_forecast_before_its_actual(
    client: FlaskClient, fund: UUID
) -> None:
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-07-31").text
    assert _heat(page) == {
        "Acme": [("critical", "−30.0% critical 70 of 100"), ("good", "12.0% 112 of 100")],
        "Bolt": [("critical", "overdue 50"), ("", "")],
    }
    told = "2 periods overdue or worse by 25% or more, 0 worse by 10% or more"
    assert f"Of 2 companies, {told}" in page
    early = client.get(f"/funds/{fund}/variance/?as_of=2010-04-10", headers=_PARTIAL).text
    assert "<html" not in early
    assert _heat(early)["Acme"] == [("", "awaited 100"), ("", "awaited 100")]


def test_the_choices_stay_in_the_address(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-07-31&baseline=prior_quarter").text
    assert _heat(page)["Acme"][1] == ("good", "60.0% 112 of 70")
    assert '<option value="prior_quarter" selected>' in page
    assert f'href="/funds/{fund}/variance/?baseline=prior_quarter"' in page, "back to today"
    assert '<input type="hidden" name="baseline" value="prior_quarter">' in page


def test_what_was_reported_at_a_close_is_a_baseline(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, metric("ACTUAL_RECORDED", "2010-08-02", "60", QUARTERS[0]))
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-08-31&baseline=as_reported").text
    assert _heat(page)["Acme"][0] == ("warning", "−14.3% warning 60 of 70")
    assert '<select id="close"' in page


def test_a_baseline_of_a_close_needs_one(client: FlaskClient, engine: Engine) -> None:
    open_books = new_fund(engine, company())
    answer = client.get(f"/funds/{open_books}/variance/?baseline=as_reported")
    assert answer.status_code == 200
    assert "No books were closed by " in answer.text
    told = client.get(f"/api/funds/{open_books}/variance?baseline=as_reported").get_json()
    assert "close" not in told
    refused = client.get(f"/api/funds/{open_books}/variance?close=4")
    assert refused.status_code == 400
    assert "belongs to the baselines" in refused.text
    unknown = client.get(f"/funds/{open_books}/variance/?baseline=as_reported&close=99")
    assert unknown.status_code == 404


def test_a_choice_that_is_none_is_told(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/funds/{fund}/variance/?window=week")
    assert answer.status_code == 400
    assert "choose one of the list" in answer.text


def test_the_fund_stands_beside_its_terms(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-12-31").text
    row = page.partition("Capital invested</th>")[2].partition("</tr>")[0]
    cells = re.findall(r"<td>([^<]+)</td>", row)
    assert cells == ["$200,000", "$500", "−$199,500", "−99.8%"]


def test_a_fund_that_was_told_nothing_says_what_to_do(client: FlaskClient, engine: Engine) -> None:
    page = client.get(f"/funds/{new_fund(engine)}/variance/").text
    assert "No forecast or actual was told by" in page


@pytest.mark.parametrize("to", ["csv", "xlsx"])
def test_a_file_has_every_period(client: FlaskClient, fund: UUID, to: str) -> None:
    answer = client.get(f"/funds/{fund}/variance/export.{to}?as_of=2010-07-31")
    head, *rows = ([str(cell) for cell in row.cells] for row in read_rows(answer.data))
    assert head[4:7] == ["against", "over", "baseline"]
    assert [row[2:] for row in rows if row[0] == "Acme"] == [
        ["2010-06-30", "3", "forecast", "period", "100", "112", "12", "0.12", "compared"],
        ["2010-03-31", "3", "forecast", "period", "100", "70", "-30", "-0.3", "compared"],
    ]


def test_the_api_says_the_same(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    answer = client.get(f"/api/funds/{fund}/variance?at=2010-07-31&metric=revenue")
    told = answer.get_json()
    [latest, first] = [each for each in told["variances"] if each["company"] == "Acme"]
    assert (first["baseline"], first["actual"], first["share"]) == ("100", "70", "-0.300000")
    assert latest["standing"] == "compared"
    assert [each["measure"] for each in told["plan"]] == ["deployed", "called", "fees", "reserves"]
    again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    [bolt] = [
        each.company_id
        for each in look(engine, fund).state.holdings.values()
        if each.name == "Bolt"
    ]
    alone = client.get(f"/api/funds/{fund}/variance?at=2010-07-31&company={bolt}").get_json()
    assert [each["standing"] for each in alone["variances"]] == ["overdue"]
    unknown = client.get(f"/api/funds/{fund}/variance?company={fund}")
    assert unknown.status_code == 404


def test_what_is_out_of_bounds_stands_first_with_where_it_leads(
    client: FlaskClient, fund: UUID
) -> None:
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-07-31").text
    listed = page.partition('data-testid="alerts">')[2].partition("</ul>")[0]
    alerts = re.findall(r'<li class="(\w+)"><b>\w+</b> <a href="([^"]+)">([^<]+)</a></li>', listed)
    overdue = next(each for each in alerts if "overdue" in each[2])
    assert overdue[0] == "critical"
    assert re.fullmatch(rf"/funds/{fund}/companies/[\w-]+/\?as_of=2010-07-31", overdue[1])
    assert overdue[2] == "Revenue of Bolt to 31 Mar 2010 is overdue by 77 days."
    [concentration] = [each for each in alerts if "of all holdings" in each[2]]
    assert concentration[2] == "Acme is 80.0% of the fair value of all holdings."
    early = client.get(f"/funds/{fund}/variance/?as_of=2010-01-10").text
    assert "Nothing is out of bounds." in early


def test_a_restated_close_leads_to_what_changed(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    late = raw("EXPENSE_PAID", "2010-03-20", amount="100", category="other", adjustment=True)
    record(engine, fund, late)
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-06-30").text
    told = "NAV before carry of Q1 2010 was reported as $1k, and is $900 as known now."
    [link] = re.findall(rf'<a href="([^"]+)">{re.escape(told)}</a>', page)
    compared = client.get(link.replace("&amp;", "&"))
    assert compared.status_code == 200
    assert "−$100" in compared.text
    before = client.get(f"/funds/{fund}/variance/?as_of=2010-06-30&through=13").text
    assert "as known now" not in before, "nobody knew yet"


def test_the_api_says_what_is_out_of_bounds(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/api/funds/{fund}/alerts?at=2010-07-31")
    alerts = answer.get_json()["alerts"]
    [behind] = [each for each in alerts if each["rule"] == "actual_overdue"]
    assert (behind["band"], behind["unit"], behind["measured"]) == ("critical", "days", "77")
    assert (behind["company"], behind["metric_type"]) == ("Bolt", "revenue")
    assert behind["period"] == "2010-03-31"
    again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_alerts_wait_while_the_handle_moves(client: FlaskClient, fund: UUID) -> None:
    moving = client.get(f"/funds/{fund}/variance/?as_of=2010-07-31&moving=yes", headers=_PARTIAL)
    assert "Shown when you let go" in moving.text
    assert 'data-testid="heat"' in moving.text


def test_a_year_to_date_is_summed(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/variance/?as_of=2010-07-31&window=ytd").text
    assert _heat(page)["Acme"][1] == ("", "−9.0% 182 of 200")


def test_a_close_that_was_not_there_yet_is_not_offered(client: FlaskClient, fund: UUID) -> None:
    asked = f"/funds/{fund}/variance/?baseline=as_reported&as_of="
    assert '<select id="close"' in client.get(f"{asked}2010-03-31").text
    assert "No books were closed by 30 Mar 2010" in client.get(f"{asked}2010-03-30").text
