"""Funds imported and exported by a person, while the worker does the work."""

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from app.services.exports import jobs
from app.services.sheets import read_rows, write_rows
from e2e.conftest import EXAMPLE, Funds
from e2e.pages.imports import File, ImportPage
from tests.machine import patience_ms

_ROWS = EXAMPLE.read_text().splitlines()


def _name(what: str) -> str:
    return f"{what} Ventures {uuid4().hex[:8]}"


def _wrong() -> File:
    """Return the example with a day that is none, and with a row twice."""
    rows = [*_ROWS[:4], _ROWS[4].replace(",2018-", ",2018-9", 1), *_ROWS[5:], _ROWS[-1]]
    return "wrong.csv", "\n".join(rows).encode()


@pytest.fixture
def imports(page: Page, funds: Funds) -> ImportPage:
    return ImportPage(page, funds.site)


def test_a_sound_file_becomes_a_fund(imports: ImportPage, funds: Funds) -> None:
    imports.page.goto(f"{funds.site}funds/")
    imports.page.get_by_role("link", name="Import a fund").click()
    name = _name("Sound")
    imports.upload(name, EXAMPLE)
    imports.await_sound()
    expect(imports.sound).to_contain_text("84 valid events")
    expect(imports.sound).to_contain_text("$37.5M")
    imports.commit.dblclick()
    imports.await_fund(name)
    expect(imports.page.get_by_test_id("notice")).to_contain_text("84 events imported")
    imports.page.goto(f"{funds.site}funds/?search={name.replace(' ', '+')}")
    expect(imports.page.get_by_test_id("fund")).to_have_count(1)
    expect(imports.unfinished.get_by_text(name)).to_have_count(0)


def test_a_workbook_with_other_headings_is_mapped(imports: ImportPage, tmp_path: Path) -> None:
    [header, *rows] = [[str(cell) for cell in row.cells] for row in read_rows(EXAMPLE.read_bytes())]
    other = {"effective_on": "Value date", "amount": "Amount (USD)", "event_type": "Qwx"}
    book = io.BytesIO()
    write_rows([[other.get(each, each) for each in header], *rows], book, "xlsx")
    file = tmp_path / "book.xlsx"
    file.write_bytes(book.getvalue())
    name = _name("Mapped")
    imports.upload(name, file)
    expect(imports.mapping).to_be_visible()
    assert imports.meaning("Value date") == "effective_on"
    assert imports.meaning("Amount (USD)") == "amount"
    assert imports.meaning("Qwx") == "-"
    imports.means("Qwx", "event_type")
    imports.check_rows()
    imports.await_sound()
    imports.commit.click()
    imports.await_fund(name)


def test_faults_are_mended_in_the_file_and_duplicates_on_the_page(imports: ImportPage) -> None:
    name = _name("Mended")
    imports.upload(name, _wrong())
    imports.await_faults()
    expect(imports.fault_rows.first.locator("mark")).to_contain_text("2018-9")
    with imports.page.expect_download() as download:
        imports.page.get_by_test_id("faults-file").click()
    told = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert told[0] == "row,column,letter,value,reason"
    assert told[1].startswith("5,effective_on,B,")
    mended = "\n".join([*_ROWS, _ROWS[-1]]).encode()
    imports.upload_again(("mended.csv", mended))
    expect(imports.page.get_by_text("1 error in 1 row")).to_be_visible(timeout=patience_ms(20))
    expect(imports.name).to_have_value(name)
    imports.page.get_by_label("Row 85 is a separate event").check()
    imports.page.get_by_role("button", name="Keep the ticked").click()
    imports.await_sound()
    expect(imports.sound).to_contain_text("85 valid events")


@pytest.mark.timeout(240)  # the file is as long as it takes to watch its progress
def test_progress_moves_and_one_may_leave_and_come_back(imports: ImportPage, funds: Funds) -> None:
    rows = [f"2020-01-{day:02},CAPITAL_CALLED,{day}.{cents:04}" for day in range(1, 32)
            for cents in range(1, 2400)]  # fmt: skip
    rows.append("2020-01-01,COMMITMENT_MADE,900000")
    header = "effective_on,event_type,amount,investor"
    content = "\n".join([header, *(f"{row},{'Alma' if 'COMM' in row else ''}" for row in rows)])
    name = _name("Long")
    imports.upload(name, ("long.csv", content.encode()))
    bar = imports.progress.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", re.compile("[1-9]"), timeout=patience_ms(30))
    seen = bar.get_attribute("value")
    assert seen
    expect(bar).not_to_have_attribute("value", seen)
    imports.page.goto(f"{funds.site}funds/")
    expect(imports.unfinished).to_contain_text("long.csv")
    imports.unfinished.get_by_role("link", name=name).click()
    expect(imports.sound).to_be_visible(timeout=patience_ms(120))
    expect(imports.sound).to_contain_text("74,371 valid events")
    imports.page.get_by_text("Discard this import").click()
    imports.page.get_by_role("button", name="Discard it").click()
    expect(imports.page.get_by_test_id("notice")).to_contain_text("long.csv was discarded")
    expect(imports.page.get_by_text("long.csv:")).to_have_count(0)


def test_it_can_be_done_by_keyboard(imports: ImportPage) -> None:
    page, name = imports.page, _name("Keyed")
    imports.open()
    imports.name.focus()
    page.keyboard.type(name)
    imports.page.locator('input[type="file"]').set_input_files(EXAMPLE)
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Upload and check")).to_be_focused()
    page.keyboard.press("Enter")
    imports.await_sound()
    imports.name.focus()
    page.keyboard.press("End")
    page.keyboard.type(" I")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("vintage")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save the name")).to_be_focused()
    page.keyboard.press("Tab")
    expect(imports.commit).to_be_focused()
    page.keyboard.press("Enter")
    imports.await_fund(f"{name} I")


def test_without_javascript_it_works_too(
    browser: Browser, funds: Funds, context: BrowserContext
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    imports = ImportPage(context.new_page(), funds.site)
    name = _name("Plain")
    imports.upload(name, EXAMPLE)
    _look_until(imports.sound)
    imports.commit.click()
    _look_until(imports.page.get_by_role("heading", level=1, name=name))
    expect(imports.page.get_by_test_id("notice")).to_contain_text("84 events imported")
    context.close()


def _look_until(there: Locator) -> None:
    """Ask for the page again until something is there; of one half loaded nothing can be said."""
    again = there.page.get_by_role("link", name="Refresh")
    for _ in range(200):
        expect(there.or_(again)).to_be_visible()
        if there.count():
            return
        again.click()


def test_what_is_exported_follows_the_view_and_can_be_imported(
    imports: ImportPage, funds: Funds
) -> None:
    page = imports.page
    page.goto(f"{funds.example}?as_of=2020-12-31")
    page.get_by_test_id("as-of-date").fill("2019-12-31")
    page.wait_for_url("**as_of=2019-12-31")
    page.get_by_test_id("export").click()
    link = page.get_by_role("link", name="CSV of holdings")
    expect(link).to_have_attribute("href", "/funds/" + funds.example.rsplit("/", 2)[1]
                                   + "/export.csv?as_of=2019-12-31&what=holdings")  # fmt: skip
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "Larch Street Ventures I holdings 2019-12-31.csv"
    page.goto(f"{funds.example}timeline")
    page.get_by_test_id("export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX of events").click()
    name = _name("Again")
    imports.upload(name, Path(download.value.path()))
    imports.await_sound()
    expect(imports.sound).to_contain_text("$37.5M")
    imports.commit.click()
    imports.await_fund(name)


def test_a_large_export_shows_how_far_it_is_and_then_leads_to_the_file(
    imports: ImportPage, funds: Funds, tmp_path: Path
) -> None:
    header, many = _ROWS[0].split(","), jobs.DIRECT["xlsx"]
    last = dict.fromkeys(header, "") | {"effective_on": "2023-12-31", "kind": "interest"}
    last |= {"event_type": "INCOME_RECEIVED", "recorded_at": "2024-02-18T11:50:00Z"}
    file = tmp_path / "long.csv"
    added = [",".join((last | {"amount": str(n)}).values()) for n in range(1, many + 1)]
    file.write_text("\n".join([*_ROWS, *added]))
    name = _name("Long")
    page, fund = imports.page, funds.import_file(file, name)
    page.goto(fund)
    page.get_by_test_id("export").click()
    with funds.worker_asleep():
        page.get_by_role("link", name="XLSX of events").click()
        expect(page.get_by_role("heading", name="Export", level=1)).to_be_visible()
        expect(page.get_by_test_id("standing")).to_contain_text("Queued")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.suggested_filename.startswith(name)
    rows = read_rows(Path(download.value.path()).read_bytes())
    assert len(list(rows)) == len(_ROWS) + 1 + many, "what establishes the fund is an event too"
