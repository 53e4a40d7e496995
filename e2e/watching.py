"""A browser for the tests, in which no trouble passes unseen; what failed is kept in a folder."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_html import extras

from e2e.browser import find_browser
from e2e.evidence import PATIENCE, Evidence, folder_name, make_empty
from e2e.troubles import Troubles

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_EVIDENCE = pytest.StashKey[Evidence]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take what a run may ask for."""
    group = parser.getgroup("browser", "the browser tests")
    group.addoption("--headed", action="store_true", help="Show the browser.")
    group.addoption("--browser", metavar="PATH", help="Drive this Chromium, by path or name.")
    group.addoption(
        "--results", metavar="FOLDER", type=Path, default=Path("test-results"),
        help="Where the report goes, and what is kept of tests that fail.",
    )  # fmt: skip
    group.addoption(
        "--trace-pages", action="store_true", help="Have traces show the page at every step."
    )
    group.addoption("--shuffle", metavar="SEED", help="Run the tests in an order of chance.")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty folder, and have the report written into it."""
    results = config.rootpath / config.getoption("results")
    if not hasattr(config, "workerinput"):
        try:
            find_browser(config.getoption("browser"))
            make_empty(results)
        except OSError as error:
            raise pytest.UsageError(str(error)) from error
    if not config.option.htmlpath:
        config.option.htmlpath = str(results / "report.html")
        config.option.self_contained_html = True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle where that is asked for; every worker comes to the same order."""
    if seed := config.getoption("shuffle"):
        random.Random(seed).shuffle(items)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test for trouble, as for any other thing that it found."""
    result = yield
    if evidence := pyfuncitem.stash.get(_EVIDENCE, None):
        evidence.settle()
        evidence.troubles.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what there is of a test that failed, and link it in the report."""
    report = yield
    evidence = item.stash.get(_EVIDENCE, None)
    if report.failed and evidence:
        files = evidence.keep()
        report.sections.append(("kept", str(evidence.folder)))
        links = [extras.url(f"{evidence.folder.name}/{file.name}", file.name) for file in files]
        report.__dict__["extras"] = links  # where pytest-html looks for them
    return report


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Give the browser of the run."""
    expect.set_options(timeout=PATIENCE)  # as for whatever else a page is asked
    headed = request.config.getoption("headed")
    program = find_browser(request.config.getoption("browser"), headed=headed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            headless=not headed,
            args=list(_ARGUMENTS),
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server_logs() -> list[Path]:
    """Give the list of files in which servers write; who starts one adds its own."""
    return []


@pytest.fixture
def troubles() -> Troubles:
    """Give what went wrong; what a test does not expect of it fails the test."""
    return Troubles()


@pytest.fixture(autouse=True)
def evidence(
    request: pytest.FixtureRequest,
    browser: Browser,
    troubles: Troubles,
    server_logs: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Evidence]:
    """Watch each context that the test opens, however it does so."""
    results = request.config.rootpath / request.config.getoption("results")
    evidence = Evidence(
        results / folder_name(request.node.nodeid),
        troubles,
        server_logs,
        with_pages=request.config.getoption("trace_pages"),
    )
    open_context, open_page = evidence.watch(browser)
    monkeypatch.setattr(browser, "new_context", open_context)
    monkeypatch.setattr(browser, "new_page", open_page)
    request.node.stash[_EVIDENCE] = evidence
    yield evidence
    evidence.close()
    troubles.check()
