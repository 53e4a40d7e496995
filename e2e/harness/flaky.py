"""Tests that fail now and then: tagged with a reason, retried after a timeout alone, and few."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from e2e.harness.soak_history import History
from e2e.harness.tally import Tally, function_of

MOST_TAGGED = 4
_RERUNS = 2
_TAG = "flaky"
# What the plugin reruns may have been raised while a timeout was handled, and be something else.
_NO_TIMEOUT = "^(?!TimeoutError: )"
_HISTORY = Path(__file__).with_name("soak-history.json")


def flaky(*, reason: str, issue: str) -> pytest.MarkDecorator:
    """Tag a test that fails now and then.

    It is retried at most twice, and only after a timeout of Playwright's own. What an assertion
    found is never tried away; those of Playwright's `expect` are assertions too.
    """
    return pytest.mark.flaky(
        reruns=_RERUNS,
        only_rerun=[PlaywrightTimeoutError],
        rerun_except=[_NO_TIMEOUT],
        reason=reason,
        issue=issue,
    )


@dataclass(frozen=True)
class Tag:
    """Why a test is tagged, and what is wrong with that, if anything is."""

    reason: str
    issue: str
    fault: str

    @classmethod
    def of(cls, mark: pytest.Mark) -> Tag:
        """Read the tag of a test."""
        reason, issue = (str(mark.kwargs.get(each) or "").strip() for each in ("reason", "issue"))
        if not (reason and issue):
            return cls(reason, issue, "is tagged without a reason or an issue")
        if (mark.args, mark.kwargs) != ((), flaky(reason=reason, issue=issue).kwargs):
            return cls(reason, issue, "is tagged by hand: use flaky of e2e/harness/flaky.py")
        return cls(reason, issue, "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take where the figures of runs are."""
    group = parser.getgroup("browser")
    group.addoption("--soak-history", metavar="FILE", type=Path, default=_HISTORY,
                    help="The figures of earlier soak runs.")  # fmt: skip
    group.addoption("--tally", metavar="FILE", type=Path, help="Write this run's figures there.")


def pytest_configure(config: pytest.Config) -> None:
    """Count where the reports of all workers arrive."""
    if not hasattr(config, "workerinput"):
        history = History(config.rootpath / config.getoption("soak_history"))
        config.pluginmanager.register(FlakyRules(Tally(), history, config.getoption("tally")))


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Send each tag along with the reports of its test, and skip the test where that is asked."""
    for item in items:
        if mark := item.get_closest_marker(_TAG):
            tag = Tag.of(mark)
            item.user_properties.append((_TAG, astuple(tag)))
            if os.environ.get("SKIP_FLAKY") == "1":
                item.add_marker(pytest.mark.skip(f"flaky: {tag.reason} ({tag.issue})"))


class FlakyRules:
    """Counts a run, and fails it where its tags are too many, unexplained or not needed."""

    def __init__(self, tally: Tally, history: History, out: Path | None) -> None:
        """Begin with what earlier runs showed."""
        self.tally, self._history, self._out = tally, history, out
        self._tags: dict[str, Tag] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a report, of whichever worker."""
        self.tally.count(report)
        for name, value in report.user_properties:
            if name == _TAG and isinstance(value, list | tuple):
                self._tags[function_of(report.nodeid)] = Tag(*value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that breaks the rules of tags, and write its figures."""
        faults = self.faults()
        if faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._out:
            self.tally.write(self._out, sorted(self._tags), faults)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Close with a table, the tagged tests, and what is wrong with them."""
        terminalreporter.section("figures of this run")
        for line in self.tally.table(tagged=len(self._tags)):
            terminalreporter.line(line)
        skipped = os.environ.get("SKIP_FLAKY") == "1"
        for test, tag in self._tags.items():
            how = "skipped" if skipped else f"reruns {self.tally.reruns_of(test)}"
            terminalreporter.line(f"flaky: {test}, {how}: {tag.reason} ({tag.issue})")
        for fault in self.faults():
            terminalreporter.line(fault, red=True)

    def faults(self) -> list[str]:
        """Tell what is wrong with the tags, and what to do."""
        told = [f"{test} {tag.fault}" for test, tag in self._tags.items() if tag.fault]
        told += [
            f"{test} was tried again {times} times, and {most} may be: tag it, with a reason and "
            "an issue, and leave reruns to the tag"
            for test, times in self.tally.reruns.items()
            if times > (most := _RERUNS if function_of(test) in self._tags else 0)
        ]
        if len(self._tags) > MOST_TAGGED:
            told.append(f"{len(self._tags)} tests are tagged flaky, and {MOST_TAGGED} may be: "
                        "mend one before tagging another")  # fmt: skip
        told += [
            f"{test} needed no rerun in the last {self._history.ENOUGH} soak runs: "
            "take its flaky tag out"
            for test in self._tags
            if self._history.shows_steady(test)
        ]
        return told
