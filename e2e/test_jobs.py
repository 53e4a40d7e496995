"""Jobs followed and tried again by a person, while a worker does them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from app.services.jobs import jobs
from e2e.conftest import Funds
from e2e.harness.job_states import beat, begun, failed, finish
from e2e.pages.jobs import JobsPage
from e2e.pages.sections import FundMenu
from tests.running_site import poll


@pytest.fixture
def fund(funds: Funds) -> str:
    """Return the address of a fund of the test's own, in which jobs may fail."""
    return funds.import_example("Failing Jobs Ventures")


@pytest.fixture
def page_of_jobs(page: Page, fund: str) -> JobsPage:
    return JobsPage(page, fund)


def test_the_bar_of_a_running_job_moves_by_itself_until_it_is_done(
    page_of_jobs: JobsPage, engine: Engine, funds: Funds, fund: str
) -> None:
    with funds.worker_asleep():
        job = begun(engine, fund, "seen moving")
        beat(engine, job, 250)
        page_of_jobs.page.goto(fund)
        FundMenu(page_of_jobs.page).turn_to("Jobs")
        row = page_of_jobs.row(job)
        expect(page_of_jobs.bar(row)).to_have_attribute("value", "250")
        beat(engine, job, 750)
        expect(page_of_jobs.bar(row)).to_have_attribute("value", "750")
        row.get_by_role("link", name="Snapshot").click()
        expect(page_of_jobs.standing).to_contain_text("750 of 1,000 events")
        beat(engine, job, 900)
        expect(page_of_jobs.bar(page_of_jobs.standing)).to_have_attribute("value", "900")
        finish(engine, job)
        page_of_jobs.await_done()
        expect(page_of_jobs.bar(page_of_jobs.standing)).to_have_count(0)


def test_a_page_without_pending_jobs_does_not_look_again(
    page_of_jobs: JobsPage, engine: Engine, funds: Funds, fund: str
) -> None:
    job = failed(engine, funds, fund, "at rest")
    page_of_jobs.page.clock.install()
    asked: list[str] = []
    page_of_jobs.page.on("request", lambda request: asked.append(request.url))

    def looked_again() -> bool:
        page_of_jobs.page.clock.run_for(10_000)
        page_of_jobs.page.wait_for_load_state("networkidle")
        return bool([address for address in asked if "/jobs/" in address])

    with funds.worker_asleep():
        waiting = begun(engine, fund, "under way")
        page_of_jobs.open_one(waiting)
        asked.clear()
        assert looked_again()
        finish(engine, waiting)
    page_of_jobs.open_one(job)
    asked.clear()
    assert not looked_again()


@pytest.mark.parametrize("role", ["analyst"])
def test_a_failed_job_is_retried_and_done(
    page_of_jobs: JobsPage, engine: Engine, funds: Funds, fund: str
) -> None:
    job = failed(engine, funds, fund, "on the second round")
    page_of_jobs.open()
    page_of_jobs.choices.get_by_role("link", name="Failed").click()
    row = page_of_jobs.row(job)
    expect(row).to_contain_text("The disk is full")
    row.get_by_role("button", name="Retry").click()
    page_of_jobs.await_done()
    expect(page_of_jobs.history).to_contain_text(
        "after 1 attempt, 0 worker restarts: the disk is full"
    )
    expect(page_of_jobs.history).to_contain_text("by Analyst Person")
    page_of_jobs.page.get_by_role("link", name="Snapshots").last.click()
    expect(page_of_jobs.page.get_by_test_id("snapshot").first).to_be_visible()
    taken = page_of_jobs.page.get_by_test_id("snapshot").filter(has_text="on the second round")
    expect(taken).to_have_count(1)


def test_without_javascript_it_works_too(
    browser: Browser, engine: Engine, funds: Funds, fund: str, context: BrowserContext
) -> None:
    job = failed(engine, funds, fund, "without a script")
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    jobs_page = JobsPage(plain.new_page(), fund)
    jobs_page.open_one(job)
    jobs_page.page.get_by_role("button", name="Retry").click()
    expect(jobs_page.history).to_be_visible()
    poll(lambda: jobs.find_job(engine, job.fund_id, job.id).status == "done", 20, "it is done")
    jobs_page.page.reload()
    expect(jobs_page.standing).to_contain_text("Done")
