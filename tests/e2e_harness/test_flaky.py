"""Flaky tests are tagged for a reason, retried after a timeout alone, and few."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e.harness.soak_history import History

pytest_plugins = ["pytester"]

_IMPORTS = """
import pathlib
import pytest
from playwright.sync_api import TimeoutError
from e2e.harness.flaky import flaky

def attempt():
    file = pathlib.Path("attempts")
    tried = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(tried))
    return tried
"""
_TAG = '@flaky(reason="the chart is slow", issue="ASOF-7")\n'
_HEALS = f"""
{_TAG}def test_it():
    if attempt() < 3:
        raise TimeoutError("not within 10 s")
"""
_STEADY = f"""
{_TAG}def test_it():
    pass
"""
_ID = "test_pages.py::test_it"
Suite = pytest.Pytester


@pytest.fixture(params=[0, 2], ids=["alone", "two workers"])
def workers(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def suite(pytester: Suite, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """Return a suite of its own, with the rules of this project."""
    monkeypatch.delenv("SKIP_FLAKY", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return pytester


def _run(suite: Suite, tests: str, workers: str = "0", *more: str) -> pytest.RunResult:
    suite.makepyfile(test_pages=_IMPORTS + tests)
    how = ("-p", "e2e.harness.flaky", "-n", workers, "--soak-history", "history.json")
    return suite.runpytest_inprocess("-p", "no:cacheprovider", *how, *more)


def test_a_timeout_is_tried_again_at_most_twice(suite: Suite, workers: str) -> None:
    result = _run(suite, _HEALS, workers)
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines([
        "passed  failed  reruns  flaky tagged  pass rate",
        "     1       0       2             1    100.0 %",
        f"flaky: {_ID}, reruns 2: the chart is slow (ASOF-7)",
    ])  # fmt: skip


def test_what_never_heals_fails_after_three_attempts(suite: Suite, workers: str) -> None:
    result = _run(suite, _HEALS.replace("< 3", "< 9"), workers)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["     0       1       2             1      0.0 %"])
    assert (suite.path / "attempts").read_text() == "3"


@pytest.mark.parametrize(
    "failure",
    [
        "assert False",
        'pytest.fail("no")',
        'raise ValueError("not a timeout")',
        'raise __builtins__["TimeoutError"]("of the system, not of Playwright")',
        """
    try:
        raise TimeoutError("not within 10 s")
    except TimeoutError:
        assert False""",
        """
    try:
        raise TimeoutError("not within 10 s")
    except TimeoutError:
        raise KeyError("of another kind")""",
        """
    try:
        raise TimeoutError("not within 10 s")
    except TimeoutError as error:
        pytest.fail(str(error))""",
    ],
)
def test_nothing_else_is_tried_again(suite: Suite, failure: str) -> None:
    result = _run(suite, f"\n{_TAG}def test_it():\n    attempt()\n    {failure}\n")
    result.assert_outcomes(failed=1)
    assert (suite.path / "attempts").read_text() == "1"


def test_a_timeout_of_a_test_without_a_tag_is_not_tried_again(suite: Suite) -> None:
    result = _run(suite, _HEALS.replace(_TAG, ""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["     0       1       0             0      0.0 %"])


def test_reruns_that_no_tag_asks_for_fail_the_run(suite: Suite, workers: str) -> None:
    result = _run(suite, _HEALS.replace(_TAG, ""), workers, "--reruns", "2")
    result.assert_outcomes(passed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"{_ID} was tried again 2 times, and 0 may be: *"])


def test_more_reruns_than_a_tag_allows_fail_the_run(suite: Suite) -> None:
    result = _run(suite, _HEALS.replace("< 3", "< 4"), "0", "--force-reruns", "5")
    result.assert_outcomes(passed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"{_ID} was tried again 3 times, and 2 may be: *"])


def test_trouble_found_at_the_end_of_a_timeout_is_not_tried_away(suite: Suite) -> None:
    trouble = """
@pytest.fixture(autouse=True)
def troubles():
    yield
    assert False, "a console error"
"""
    result = _run(suite, trouble + _HEALS)
    result.assert_outcomes(failed=1, errors=1)
    assert (suite.path / "attempts").read_text() == "1"
    result.stdout.fnmatch_lines(["     0       1       0             1      0.0 %"])


def test_tagged_tests_are_skipped_where_that_is_asked(
    suite: Suite, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKIP_FLAKY", "1")
    tests = _HEALS + "\ndef test_other(): pass\n"
    result = _run(suite, tests, workers, "-rs", "--tally", "tally.json")
    result.assert_outcomes(passed=1, skipped=1)
    # Else a soak would take it for steady.
    assert json.loads((suite.path / "tally.json").read_text())["tagged"] == []
    assert result.ret == 0
    result.stdout.fnmatch_lines([
        "     1       0       0             1    100.0 %",
        f"flaky: {_ID}, skipped: the chart is slow (ASOF-7)",
        "SKIPPED * flaky: the chart is slow (ASOF-7)",
    ])  # fmt: skip


def test_four_may_be_tagged_and_five_fail_the_run(suite: Suite, workers: str) -> None:
    def tagged(count: int) -> str:
        return "\n".join(f"{_TAG}def test_{number}(): pass" for number in range(count))

    assert _run(suite, tagged(4), workers).ret == 0
    result = _run(suite, tagged(5), workers)
    result.assert_outcomes(passed=5)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["5 tests are tagged flaky, and 4 may be: *"])


def test_a_tag_on_a_test_with_parameters_is_one_tag(suite: Suite) -> None:
    tests = f"""
{_TAG}@pytest.mark.parametrize("number", range(6))
def test_it(number): pass
"""
    result = _run(suite, tests)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["     6       0       0             1    100.0 %"])


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ('@flaky(reason="slow", issue=" ")', "is tagged without a reason or an issue"),
        ('@flaky(reason="", issue="ASOF-7")', "is tagged without a reason or an issue"),
        ("@pytest.mark.flaky(reruns=2)", "is tagged without a reason or an issue"),
        ('@pytest.mark.flaky(reruns=9, reason="slow", issue="ASOF-7")', "is tagged by hand: *"),
    ],
)
def test_a_tag_says_why_and_is_of_our_own_making(
    suite: Suite, workers: str, tag: str, told: str
) -> None:
    result = _run(suite, f"\n{tag}\ndef test_it(): pass\n", workers)
    result.assert_outcomes(passed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"{_ID} {told}"])


def test_a_tag_that_forgets_the_issue_is_no_test(suite: Suite) -> None:
    result = _run(suite, '\n@flaky(reason="slow")\ndef test_it(): pass\n')
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*missing 1 required keyword-only argument: 'issue'*"])


@pytest.mark.parametrize(
    ("runs", "reruns", "goes"),
    [
        (50, {}, True),
        (49, {}, False),
        (50, {0: 1}, False),
        (51, {0: 1}, True),
    ],
    ids=["steady for long", "not yet for long", "needed one", "needed one long ago"],
)
def test_a_tag_goes_when_nothing_needed_it_for_long(
    suite: Suite, workers: str, runs: int, reruns: dict[int, int], *, goes: bool
) -> None:
    history = History(suite.path / "history.json")
    for run in range(runs):
        needed = {f"{_ID}[a]": reruns[run]} if run in reruns else {}
        history.append({"tagged": [_ID], "reruns": needed})
    result = _run(suite, _STEADY, workers)
    assert result.ret == int(goes)
    told = f"{_ID} needed no rerun in the last 50 soak runs: take its flaky tag out"
    assert (told in result.stdout.str()) == goes


def test_runs_before_the_tag_say_nothing(suite: Suite) -> None:
    history = History(suite.path / "history.json")
    for _ in range(60):
        history.append({"tagged": [], "reruns": {}})
    assert _run(suite, _STEADY).ret == 0


def test_the_figures_of_a_run_are_written(suite: Suite, workers: str) -> None:
    tests = _HEALS + "\ndef test_other(): assert False\n"
    _run(suite, tests, workers, "--tally", "tally.json")
    figures = json.loads((suite.path / "tally.json").read_text())
    assert figures["passed"] == 1
    assert figures["failed"] == ["test_pages.py::test_other"]
    assert figures["reruns"] == {_ID: 2}
    assert figures["tagged"] == [_ID]
    assert set(figures["durations"]) == {_ID, "test_pages.py::test_other"}
