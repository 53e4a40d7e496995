"""A browser for the tests, in which no trouble passes unseen; what failed is kept in a folder."""

from __future__ import annotations

import random
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, expect
from pytest_html import extras

from e2e.harness.browser import find_browser
from e2e.harness.browsers import ARGUMENTS, Browsers
from e2e.harness.evidence import ANSWERED_WITHIN, Evidence, folder_name, make_empty
from e2e.harness.time_limit import EXCEEDED
from e2e.harness.troubles import Troubles
from tests.machine import patience_ms

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


def _end(*_: object) -> NoReturn:
    """End as by Ctrl-C, with the table and the report of what was run; being told twice is once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty folder, and have the report written into it."""
    # What is asked of a browser that is gone is never answered; nothing else here is a coroutine.
    config.addinivalue_line(
        "filterwarnings", "ignore:coroutine '.*' was never awaited:RuntimeWarning"
    )
    results = config.rootpath / config.getoption("results")
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, _end)
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
def browsers(request: pytest.FixtureRequest) -> Iterator[Browsers]:
    """Return the way to the browser of the run."""
    headed = request.config.getoption("headed")
    program = find_browser(request.config.getoption("browser"), headed=headed)
    browsers = Browsers(program, headed=headed)
    yield browsers
    browsers.close()


@pytest.fixture
def browser(browsers: Browsers) -> Browser:
    """Return the browser of the run, another one where an earlier test ended it."""
    expect.set_options(timeout=patience_ms(ANSWERED_WITHIN))  # as for whatever else a page is asked
    return browsers.living()


@pytest.fixture
def remembering_browser(browser: Browser) -> Iterator[Browser]:
    """Return a browser that keeps whole pages to go back to, as people's do.

    Playwright has this switched off, and what is for headless use alone cannot do it.
    """
    program = find_browser(headed=True)
    if program is None:
        pytest.skip("needs a Chromium that can also be seen")
    kept = browser.browser_type.launch(
        executable_path=program,
        args=list(ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def server_logs() -> list[Path]:
    """Return the list of files in which servers write; who starts one adds its own."""
    return []


@pytest.fixture
def troubles() -> Troubles:
    """Return what went wrong; what a test does not expect of it fails the test."""
    return Troubles()


@pytest.fixture(autouse=True)
def evidence(
    request: pytest.FixtureRequest,
    browsers: Browsers,
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
    if request.config.stash.get(EXCEEDED, False):
        browsers.kill()  # what hung may hang for ever
        request.config.stash[EXCEEDED] = False
    evidence.close()
    troubles.check()
