"""A test that hangs, or ends its browser or the way to it, costs that one test and no other."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from app.config import PROJECT
from e2e.harness.accessible import FOR_LONG
from tests.machine import patience
from tests.running_site import poll

pytest_plugins = ["pytester"]

_SUITE = """
import contextlib
import gc

import psutil
import pytest

gc.set_threshold(3)  # what is left behind is found at once, in whatever runs just then

def visit(browser, body="<p>Here</p>"):
    page = browser.new_context().new_page()
    page.route("http://site.test/**", lambda route: route.fulfill(
        body="<!doctype html><link rel=icon href=data:,>" + body, content_type="text/html"))
    page.goto("http://site.test/")
    return page

def driver():
    [found] = [each for each in psutil.Process().children()
               if "playwright/driver" in " ".join(each.cmdline())]
    return found

def kill(process):
    process.kill()
    psutil.wait_procs([process])

@pytest.fixture(autouse=True)
def works_before(browser):
    assert visit(browser).locator("p").inner_text() == "Here"

limited = pytest.mark.timeout(1)

def test_before(browser): visit(browser)

def test_kills_its_browser(browser):
    page = visit(browser)
    for each in driver().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    page.locator("p").click()

def test_kills_the_driver(browser):
    page = visit(browser)
    kill(driver())
    page.locator("p").click()

@limited
def test_hangs_in_the_browser(browser):
    visit(browser).evaluate("() => { for (;;); }")

@limited
def test_hangs_between_steps(browser):
    visit(browser)
    while True:
        pass

@limited
def test_goes_on_for_ever(browser):
    page = visit(browser)
    while True:
        page.locator("p").inner_text()

@limited
def test_waits_for_what_never_comes(browser):
    visit(browser).wait_for_event("popup", timeout=0)

@limited
def test_hangs_in_the_driver(browser):
    page = visit(browser)
    driver().suspend()
    page.locator("p").inner_text()

@limited
def test_hangs_in_a_handler(browser):
    page = visit(browser)
    page.on("console", lambda _: [None for _ in iter(int, 1)])
    page.evaluate("() => console.log('now')")
    page.locator("p").click()

def test_after(browser): visit(browser)
"""
_ENDLESS = """
import pathlib
import time

import pytest

@pytest.mark.parametrize("number", range(8))
def test_before(number):
    pass

def test_endless():
    pathlib.Path("begun").touch()
    time.sleep(999)
"""
_FAILING = len(re.findall(r"^def test_(?!before|after)", _SUITE, re.MULTILINE))


@pytest.fixture
def suite(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[pytest.Pytester, list[str]]:
    """Return a suite of its own, with the words for all that this one does for its tests."""
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    pytester.makeini("[pytest]\nfilterwarnings = error")
    plugins = [f"e2e.harness.{name}" for name in ("time_limit", "watched_browser", "flaky")]
    how = [word for plugin in (*plugins, "no:cacheprovider") for word in ("-p", plugin)]
    if program := request.config.getoption("browser"):
        how.append(f"--browser={program}")  # apart, pytest would take its folder for the root
    return pytester, how


@FOR_LONG
def test_each_costs_one_test(suite: tuple[pytest.Pytester, list[str]]) -> None:
    pytester, how = suite
    pytester.makepyfile(test_it=_SUITE)
    result = pytester.runpytest_subprocess(*how, "-n", "2", timeout=patience(200))
    result.assert_outcomes(passed=2, failed=_FAILING)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_told_to_end_prints_its_table_and_writes_its_report(
    suite: tuple[pytest.Pytester, list[str]], workers: str
) -> None:
    pytester, how = suite
    pytester.makepyfile(test_it=_ENDLESS)
    command = [sys.executable, "-m", "pytest", *how, "-n", workers]
    with (pytester.path / "output").open("w") as output:
        run = subprocess.Popen(command, cwd=pytester.path, stdout=output, stderr=output)
    poll((pytester.path / "begun").exists, 60, "the test has begun")
    run.terminate()
    run.terminate()  # as one does who hears nothing
    assert run.wait(patience(60)) == pytest.ExitCode.INTERRUPTED
    told = (pytester.path / "output").read_text()
    assert re.search(r"passed  failed  reruns .*\n +[1-8] +0 +0", told), told
    report = (pytester.path / "test-results" / "report.html").read_text()
    assert "test_it.py::test_before" in report
