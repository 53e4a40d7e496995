"""No trouble in a browser passes unseen, and of what failed there is a folder."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.config import PROJECT
from e2e.harness.evidence import folder_name
from tests.machine import patience

pytest_plugins = ["pytester"]

_SUITE = """
import pytest
from e2e.harness.flaky import flaky

PAGE = "<!doctype html><title>A page</title><link rel=icon href=data:,><p>Here</p>"

def visit(browser, status=200, body=PAGE, **headers):
    context = browser.new_context()
    headers = {"content-type": "text/html", **headers}
    context.route("http://site.test/**",
                  lambda route: route.fulfill(status=status, body=body, headers=headers))
    page = context.new_page()
    page.goto("http://site.test/")
    return page

@pytest.fixture(scope="session", autouse=True)
def server(server_logs, tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "output"
    log.write_text("said before\\n")
    server_logs.append(log)
    return log
"""
_TROUBLES = {
    "console_error": "visit(browser).evaluate('() => console.error(\"oh no\")')",
    "console_warning": "visit(browser).evaluate('() => console.warn(\"oh no\")')",
    "page_error": "visit(browser).evaluate('() => { setTimeout(() => { throw Error(\"oh no\"); }); "
                  "return new Promise((done) => setTimeout(done, 50)); }')",
    "popup": """page = visit(browser)
    with page.expect_popup() as popup:
        page.evaluate("() => { window.open('http://site.test/other'); }")
    popup.value.evaluate("() => console.error('oh no')")""",
    "second_context": """visit(browser)
    visit(browser).evaluate("() => console.error('oh no')")""",
    "closed_context": """page = visit(browser)
    page.evaluate("() => console.error('oh no')")
    page.context.close()""",
    "server_error": "visit(browser, status=503)",
    "security_policy": "visit(browser, body=PAGE + '<p style=\"color: red\">', "
                       "**{'content-security-policy': \"style-src 'self'\"})",
    "policy_only_reported": "visit(browser, body=PAGE + '<p style=\"color: red\">', "
                            "**{'content-security-policy-report-only': \"style-src 'self'\"})",
    "failed_request": """page = visit(browser)
    page.route("**/gone", lambda route: route.abort("connectionrefused"))
    page.evaluate("() => fetch('/gone').catch(() => null)")""",
}  # fmt: skip
_FINE = {
    "fine": "visit(browser).evaluate('() => console.log(\"all is well\")')",
    "expected": """visit(browser, status=404)
    troubles.expect("404")""",
    "left_while_asking": """page = visit(browser)
    page.route("**/slow", lambda route: None)
    page.evaluate("() => { const c = new AbortController(); "
                  "const asked = fetch('/slow', { signal: c.signal }).catch(() => null); "
                  "c.abort(); return asked; }")""",
}
_FAILS = """
def test_fails(browser, server):
    page = visit(browser)
    page.evaluate("() => console.log('so far so good')")
    visit(browser)
    with server.open("a") as log:
        log.write("said meanwhile\\n")
    assert page.title() == "Another"
"""
_HEALS = """
@flaky(reason="late at first", issue="ASOF-7")
def test_heals(browser, request):
    page = visit(browser)
    if request.node.execution_count == 1:
        page.get_by_text("Nowhere").click(timeout=50)
"""


def _suite(tests: dict[str, str]) -> str:
    return "".join(f"\ndef test_{name}(browser, troubles):\n    {body}\n"
                   for name, body in tests.items())  # fmt: skip


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> pytest.RunResult:
    """Run a suite of its own, with all that this one does for its tests."""
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    pytester.makepyfile(test_it=_SUITE + _suite(_TROUBLES) + _suite(_FINE) + _FAILS + _HEALS)
    how = [
        "-p",
        "e2e.harness.time_limit",
        "-p",
        "e2e.harness.watched_browser",
        "-p",
        "e2e.harness.flaky",
        "-p",
        "no:cacheprovider",
    ]
    if program := request.config.getoption("browser"):
        how.append(f"--browser={program}")  # apart, pytest would take its folder for the root
    return pytester.runpytest_subprocess(*how, timeout=patience(100))


def test_trouble_anywhere_fails_a_test_and_leaves_a_folder(
    run: pytest.RunResult, pytester: pytest.Pytester
) -> None:
    run.assert_outcomes(passed=len(_FINE) + 1, failed=len(_TROUBLES) + 1)
    run.stdout.fnmatch_lines(["flaky: *::test_heals, reruns 1: late at first (ASOF-7)"])
    found = run.stdout.str().count("E       AssertionError: trouble in the browser:")
    assert found == len(_TROUBLES)
    results = pytester.path / "test-results"
    folders = {each.name for each in results.iterdir() if each.is_dir()}
    assert folders == {_folder_of(name) for name in (*_TROUBLES, "fails")}
    _assert_complete(results)
    assert "oh no" in (results / _folder_of("popup") / "console.txt").read_text()
    report = (results / "report.html").read_text()
    for folder in folders:
        linked = re.findall(rf"{folder}/([\w.-]+)", report)
        assert set(linked) == {each.name for each in (results / folder).iterdir()}


def _folder_of(name: str) -> str:
    return folder_name(f"test_it.py::test_{name}")


def _assert_complete(results: Path) -> None:
    """See that a picture and a trace of each context are there, and what the server said."""
    folder = results / _folder_of("fails")
    assert {each.name for each in folder.iterdir()} == {
        "console.txt", "page-1-1.html", "page-1-1.png", "page-2-1.html", "page-2-1.png",
        "server.log", "trace-1.zip", "trace-2.zip",
    }  # fmt: skip
    assert "log: so far so good (http://site.test/)" in (folder / "console.txt").read_text()
    assert (folder / "server.log").read_text() == "said meanwhile\n"
    for number in (1, 2):
        with ZipFile(folder / f"trace-{number}.zip") as trace:
            assert {"trace.trace", "trace.network"} <= set(trace.namelist())
            assert b'"goto"' in trace.read("trace.trace")
    closed = results / _folder_of("closed_context")
    assert {"page-1-1.png", "trace-1.zip"} <= {each.name for each in closed.iterdir()}
