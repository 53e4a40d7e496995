"""A GP reports a quarter, and tells the partners later what was known then."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Funds
from e2e.journeys.person import Person
from e2e.pages.books import BooksPage
from e2e.pages.fund import FundPage
from e2e.pages.sign_in import email_of
from e2e.pages.snapshots import SnapshotsPage


def test_a_gp_reports_a_quarter(desk: Person, funds: Funds) -> None:
    address = funds.import_example("Reported")
    fund, books = FundPage(desk.page, funds, address), BooksPage(desk.page, address)
    snapshots = SnapshotsPage(desk.page, address)
    desk.comes(email_of("gp"))
    desk.opens(address)
    # How did the fund stand at the end of the quarter?
    fund.date.fill("2022-12-31")
    fund.await_view("2022-12-31")
    reported = fund.figures()
    # The books are closed, and what goes to the partners is kept.
    desk.turns_to("Period close")
    books.close("2022-12-31", "Q4 2022", "as sent to the partners")
    desk.turns_to("Snapshots")
    snapshots.take("2022-12-31", "Q4 2022, as sent")
    snapshots.await_taken("Q4 2022, as sent")
    # A bill comes late. It is recorded as an adjustment, and what was reported stays.
    bill = {"event_type": "EXPENSE_PAID", "effective_on": "2022-12-15",
            "payload": {"amount": "25000", "category": "other", "adjustment": True}}  # fmt: skip
    events = funds.api(address).replace("/state", "/events")
    assert desk.page.request.post(events, data=bill).status == 201
    fund.open("?as_of=2022-12-31")
    assert fund.figures() != reported
    desk.page.get_by_test_id("reported").select_option(index=1)
    expect(fund.banner).to_contain_text("as reported at Q4 2022 close")
    assert fund.figures() == reported
    # The figures as reported go out as a file.
    desk.page.get_by_test_id("export").click()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="XLSX of figures").click()
    assert download.value.suggested_filename.endswith("2022-12-31 known event 85.xlsx")
    desk.goes()
