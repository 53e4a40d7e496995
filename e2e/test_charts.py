"""Charts: drawn in sight of them, with the numbers of their tables, under the slider's cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, expect

from app.services.sheets import read_rows
from e2e.conftest import Funds
from e2e.harness.accessible import FOR_LONG, check_every_look
from e2e.harness.held_back import held_back
from e2e.pages.charts import ChartPage
from e2e.pages.fund import FundPage

_RESTATED = "?as_of=2021-12-31&known_at=2022-01-15"


@pytest.fixture
def fund(page: Page, funds: Funds) -> FundPage:
    return FundPage(page, funds, funds.example)


@pytest.fixture
def j_curve(page: Page) -> ChartPage:
    return ChartPage(page, "j-curve")


def test_a_chart_is_drawn_once_it_comes_into_sight(fund: FundPage, j_curve: ChartPage) -> None:
    asked: list[str] = []
    fund.page.on("request", lambda request: asked.append(request.url))
    fund.open()
    fund.await_texts()
    assert not [url for url in asked if "plotly" in url or "/charts/" in url]
    j_curve.await_drawn()
    bars, _, line = j_curve.drawn()
    assert (bars["type"], line["type"]) == ("bar", "scatter")
    expect(j_curve.plot.locator(".scatterlayer .js-line")).to_be_visible()
    expect(j_curve.plot.locator(".barlayer .bars")).to_have_count(2)
    expect(j_curve.plot.locator(".modebar")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "on"),
    [("j-curve", ""), ("nav", ""), ("value", "portfolio/"), ("reserves", "portfolio/")],
)
def test_the_table_has_the_numbers_that_are_drawn(fund: FundPage, name: str, on: str) -> None:
    fund.open(on + _RESTATED)
    chart = ChartPage(fund.page, name)
    chart.await_drawn()
    head, *rows = chart.open_table()
    assert rows
    for trace in chart.drawn():
        column = head.index(trace["name"])
        numbers = trace["x"] if name in {"value", "reserves"} else trace["y"]
        for row, number in zip(rows, numbers, strict=True):
            assert _number(row[column]) == pytest.approx(number, abs=0.5)


def _number(cell: str) -> float | None:
    return None if cell == "–" else float(cell.replace("−", "-").replace("$", "").replace(",", ""))


def test_a_file_has_the_rows_of_the_table(fund: FundPage, j_curve: ChartPage) -> None:
    fund.open()
    j_curve.await_drawn()
    with fund.page.expect_download() as download:
        j_curve.figure.get_by_role("link", name="CSV").click()
    rows = list(read_rows(Path(download.value.path()).read_bytes()))
    table = j_curve.open_table()
    assert [str(cell) for cell in rows[0].cells] == table[0]
    assert len(rows) == len(table)


@pytest.mark.parametrize(("to", "begins"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_a_chart_is_saved_as_a_picture(
    fund: FundPage, j_curve: ChartPage, to: str, begins: bytes
) -> None:
    fund.open()
    j_curve.await_drawn()
    with fund.page.expect_download() as download:
        j_curve.save(to).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(begins)
    assert len(content) > 5_000
    assert download.value.suggested_filename == f"Larch Street Ventures I j-curve.{to.lower()}"


@pytest.mark.parametrize("name", ["j-curve", "multiples", "nav"])
def test_the_cursor_follows_the_handle_without_an_answer(fund: FundPage, name: str) -> None:
    fund.open()
    chart = ChartPage(fund.page, name)
    chart.await_drawn()
    fund.slider.scroll_into_view_if_needed()
    with held_back(fund.page, f"{fund.fund}?as_of=*"):
        fund.drag(fund.slider, 1, 0.4, moves=10)
        _assert_cursor_on(chart, fund.date.input_value())
        fund.drag(fund.slider, 0.4, 0.6, moves=10)
        _assert_cursor_on(chart, fund.date.input_value())
        fund.page.mouse.up()


def _assert_cursor_on(chart: ChartPage, day: str) -> None:
    """Compare the line with where Plotly itself draws the day."""
    box = chart.cursor.bounding_box()
    assert box
    assert box["x"] == pytest.approx(chart.place_of(day), abs=1)


def test_the_portfolio_is_of_the_view_once_the_hand_rests(fund: FundPage) -> None:
    fund.open("portfolio/")
    value = ChartPage(fund.page, "value")
    value.await_drawn()
    before = value.drawn()[1]["x"]
    slider = fund.page.get_by_test_id("day-slider")
    fund.drag(slider, 1, 0.3, moves=10)
    day = fund.page.get_by_test_id("as-of-date").input_value()
    expect(fund.page.get_by_test_id("banner").locator("time")).to_have_attribute("datetime", day)
    assert value.drawn()[1]["x"] == before, "the hand has not let go"
    fund.page.mouse.up()
    fund.page.wait_for_function(
        "([plot, before]) => plot.data[1].x.join() !== before.join()",
        arg=[value.plot.element_handle(), before],
    )
    assert value.open_table()[1:]
    fund.page.get_by_test_id("back-to-today").click()
    fund.page.wait_for_function(
        "([plot, before]) => plot.data[1].x.join() === before.join()",
        arg=[value.plot.element_handle(), before],
    )


def test_a_press_on_a_point_moves_the_slider_to_its_day(fund: FundPage, j_curve: ChartPage) -> None:
    fund.open()
    j_curve.await_drawn()
    line = j_curve.drawn()[2]
    index = len(line["x"]) // 2
    fund.page.mouse.move(*j_curve.point(2, index))
    fund.page.mouse.click(*j_curve.point(2, index))
    fund.await_address(as_of=line["x"][index])
    fund.await_view(line["x"][index])


def test_charts_that_arrive_meanwhile_do_not_keep_the_handle_from_a_view(
    fund: FundPage, j_curve: ChartPage
) -> None:
    fund.open()
    fund.await_texts()
    before = fund.date.input_value()
    with held_back(fund.page, f"{fund.fund}charts/?as_of=*"):
        with held_back(fund.page, f"{fund.fund}?as_of=*"):
            fund.page.get_by_role("link", name="Previous quarter end").click()
            j_curve.await_drawn()
        fund.page.wait_for_url("**/?as_of=*")
        day = fund.address()["as_of"]
        assert day < before
        expect(fund.date).to_have_value(day)
    expect(fund.page.locator("#charts-view")).to_have_attribute("data-as-of", day)


def test_on_a_page_of_its_own_a_chart_has_no_slider_to_move(
    fund: FundPage, j_curve: ChartPage
) -> None:
    fund.open("charts/?as_of=2019-06-30")
    j_curve.await_drawn()
    _assert_cursor_on(j_curve, "2019-06-30")
    line = j_curve.drawn()[2]
    fund.page.mouse.click(*j_curve.point(2, len(line["x"]) // 2))
    assert fund.address() == {"as_of": "2019-06-30"}


def test_the_gap_between_then_and_now_is_named(fund: FundPage) -> None:
    fund.open(_RESTATED)
    nav = ChartPage(fund.page, "nav")
    nav.await_drawn()
    assert [trace["name"] for trace in nav.drawn()] == ["Known at the view", "Known now"]
    expect(nav.plot.locator(".annotation-text")).to_contain_text("Gap ")
    expect(nav.figure).to_contain_text(": gap ")


def test_colours_follow_the_theme(fund: FundPage, j_curve: ChartPage) -> None:
    fund.page.emulate_media(color_scheme="light")
    fund.open()
    j_curve.await_drawn()
    assert j_curve.color("paper_bgcolor") == "#fff"
    fund.page.emulate_media(color_scheme="dark")
    background = j_curve.plot.locator(".main-svg").first
    expect(background).to_have_css("background-color", "rgb(20, 27, 34)")
    assert j_curve.drawn()[0]["marker"]["color"] == "#a78bfa"


def test_a_group_is_chosen(fund: FundPage) -> None:
    fund.open("portfolio/")
    sector, stage = ChartPage(fund.page, "by-sector"), ChartPage(fund.page, "by-stage")
    sector.await_drawn()
    expect(stage.figure).to_be_hidden()
    fund.page.get_by_test_id("chart-group").select_option("stage")
    stage.await_drawn()
    expect(sector.figure).to_be_hidden()


def test_without_scripts_a_link_leads_to_the_tables(
    browser: Browser, page: Page, funds: Funds
) -> None:
    state: StorageState = page.context.storage_state()
    plain = browser.new_context(storage_state=state, java_script_enabled=False).new_page()
    plain.goto(f"{funds.example}?as_of=2021-12-31")
    plain.get_by_role("link", name="Charts", exact=True).click()
    chart = ChartPage(plain, "j-curve")
    chart.figure.locator("summary").click()
    chart.table.get_by_role("link", name="30 Sep 2019").click()
    plain.wait_for_url("**/?as_of=2019-09-30")


@FOR_LONG
def test_drawn_charts_are_accessible(fund: FundPage, j_curve: ChartPage) -> None:
    fund.open(_RESTATED)
    j_curve.await_drawn()
    for summary in fund.page.locator("#charts .chart:not([hidden]) summary").all():
        summary.click()
    check_every_look(fund.page)


@FOR_LONG
def test_a_drawn_portfolio_is_accessible(fund: FundPage) -> None:
    fund.open("portfolio/")
    for each in ("value", "by-sector"):
        ChartPage(fund.page, each).await_drawn()
    check_every_look(fund.page)


def test_plan_and_actual_are_drawn_beside_the_terms(fund: FundPage) -> None:
    fund.open("terms/")
    for name in ("deployment", "management-fee"):
        chart = ChartPage(fund.page, name)
        chart.await_drawn()
        assert [each["type"] for each in chart.drawn()] == ["bar", "scatter"]
        _assert_table(chart)


def test_the_list_of_funds_is_drawn_and_drawn_anew_by_its_filters(page: Page, funds: Funds) -> None:
    faults: list[str] = []
    _listen(page, faults)
    page.goto(f"{funds.site}funds/?search=Larch+Street&as_of=2019-12-31")
    page.locator("#charts").scroll_into_view_if_needed()
    navs = ChartPage(page, "funds-usd")
    navs.await_drawn()
    assert any("Larch Street Ventures I" in name for name in navs.drawn()[0]["y"])
    before = navs.drawn()[0]["x"]
    ChartPage(page, "vintages-usd").await_drawn()
    page.locator("#fund-day").fill("2021-12-31")
    page.wait_for_url("**as_of=2021-12-31**")
    page.locator("#charts").scroll_into_view_if_needed()
    navs.await_drawn()
    assert navs.drawn()[0]["x"] != before
    assert not faults


def test_a_chart_fits_on_paper(fund: FundPage, j_curve: ChartPage) -> None:
    fund.open()
    j_curve.await_drawn()
    fund.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(j_curve.plot.locator(".main-svg").first).to_have_attribute("width", "660")
    fund.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(j_curve.plot.locator(".main-svg").first).not_to_have_attribute("width", "660")


def test_the_bridge_is_drawn_and_drawn_anew_when_the_form_asks(page: Page, funds: Funds) -> None:
    faults: list[str] = []
    _listen(page, faults)
    page.goto(f"{funds.example}compare/?from_at=2019-12-31&to_at=2020-12-31")
    steps, companies = ChartPage(page, "bridge"), ChartPage(page, "bridge-companies")
    _assert_bridge(page, steps, companies)
    before = steps.drawn()
    page.get_by_test_id("to-at").fill("2021-12-31")
    page.wait_for_url("**to_at=2021-12-31**")
    expect(page.get_by_test_id("causes")).to_contain_text("31 Dec 2021")
    _assert_bridge(page, steps, companies)
    assert steps.drawn() != before
    page.go_back()
    expect(page.get_by_test_id("causes")).to_contain_text("31 Dec 2020")
    _assert_bridge(page, steps, companies)
    assert steps.drawn() == before
    assert not faults


def _assert_bridge(page: Page, steps: ChartPage, companies: ChartPage) -> None:
    """Compare what is drawn with the page's own table of steps, and with that of the chart."""
    steps.await_drawn()
    expect(steps.plot.locator(".barlayer .point").first).to_be_visible()
    cells = page.get_by_test_id("bridge").locator("tr > :last-child").all_text_contents()[1:]
    assert _waterfall(steps) == [_number(each.replace("+", "")) for each in cells if each != "–"]
    companies.await_drawn()
    _, *rows = companies.open_table()
    assert _waterfall(companies) == pytest.approx([_number(row[1]) for row in rows], abs=0.5)


def _waterfall(chart: ChartPage) -> list[float]:
    traces = chart.drawn()
    bars = {row: x for each in traces for row, x in zip(each["y"], each["x"], strict=True)}
    return [bars[row] for row in sorted(bars)]


def _listen(page: Page, faults: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: faults.append(str(error)))


def test_a_company_is_drawn_and_drawn_anew_once_the_hand_rests(page: Page, funds: Funds) -> None:
    faults: list[str] = []
    _listen(page, faults)
    fund = FundPage(page, funds, funds.example)
    fund.open("?as_of=2021-12-31")
    page.get_by_test_id("holding").first.get_by_role("link").click()
    value = ChartPage(page, "holding-value")
    value.await_drawn()
    expect(value.plot.locator(".scatterlayer .js-line").first).to_be_visible()
    _assert_table(value)
    before = value.drawn()[0]["x"]
    slider, banner = page.get_by_test_id("day-slider"), page.get_by_test_id("banner")
    slider.scroll_into_view_if_needed()
    fund.drag(slider, 0.6, 0.3, moves=10)
    day = page.get_by_test_id("as-of-date").input_value()
    assert day < before[-1]
    expect(banner.locator("time")).to_have_attribute("datetime", day)
    page.wait_for_timeout(500)  # more than it rests
    assert value.drawn()[0]["x"] == before, "the hand has not let go"
    page.mouse.up()
    page.wait_for_function(
        "([plot, day]) => plot.data[0].x.at(-1) === day", arg=[value.plot.element_handle(), day]
    )
    value.await_drawn()
    _assert_table(value)
    ChartPage(page, "holding-ownership").await_drawn()
    expect(page.locator(".cursor")).to_have_count(0)
    page.go_back()
    expect(banner.locator("time")).to_have_attribute("datetime", before[-1])
    value.await_drawn()
    assert value.drawn()[0]["x"] == before
    assert not faults


def test_a_press_on_a_companys_chart_moves_its_slider(page: Page, funds: Funds) -> None:
    FundPage(page, funds, funds.example).open("?as_of=2021-12-31")
    page.get_by_test_id("holding").first.get_by_role("link").click()
    value = ChartPage(page, "holding-value")
    value.await_drawn()
    day = value.drawn()[0]["x"][1]
    page.mouse.click(*value.point(1, 1))
    page.wait_for_url(f"**as_of={day}**")
    expect(page.get_by_test_id("as-of-date")).to_have_value(day)
    banner = page.get_by_test_id("banner").locator("time")
    expect(banner).to_have_attribute("datetime", day)


def test_actuals_are_drawn_against_forecasts(page: Page, funds: Funds) -> None:
    fund = funds.import_example("Metrics")
    history = funds.api(fund).replace("/state", "/timeline?type=COMPANY_ADDED")
    name = page.request.get(history).json()["events"][0]["payload"]["company"]
    common = {"company": name, "metric_type": "arr", "period_end": "2021-06-30"}
    events = [
        {"event_type": kind, "effective_on": on, "payload": {**common, "value": value}}
        for kind, on, value in (
            ("FORECAST_CREATED", "2021-01-15", "900000"),
            ("ACTUAL_RECORDED", "2021-07-20", "720000"),
        )
    ]
    answer = page.request.post(
        funds.api(fund).replace("/state", "/events"),
        data=events,
        headers={"Idempotency-Key": "metrics"},
    )
    assert answer.ok, answer.text()
    page.goto(f"{fund}?as_of=2021-12-31")
    page.get_by_test_id("holding").get_by_role("link", name=name, exact=True).first.click()
    arr = ChartPage(page, "metric-arr")
    arr.await_drawn()
    expect(arr.figure).to_contain_text("ARR: actual against forecast")
    assert [each["y"] for each in arr.drawn()] == [[720000], [900000]]
    _assert_table(arr)


def _assert_table(chart: ChartPage) -> None:
    if chart.table.is_visible():
        chart.figure.locator("summary").click()
    head, *rows = chart.open_table()
    for trace in chart.drawn():
        column = head.index(trace["name"])
        assert [_number(row[column]) for row in rows] == [
            None if each is None else pytest.approx(each, abs=0.5) for each in trace["y"]
        ]
