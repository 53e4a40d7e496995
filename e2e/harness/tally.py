"""The figures of one run: what passed, what failed, what was tried again, and how long it took."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest


def function_of(test: str) -> str:
    """Return the id of a test without its parameters."""
    return test.partition("[")[0]


class Tally:
    """Counts reports as they come, from one process or from many workers."""

    def __init__(self) -> None:
        """Begin a run."""
        self.outcomes: dict[str, str] = {}
        self.reruns: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self._begun = time.monotonic()

    def count(self, report: pytest.TestReport) -> None:
        """Count a phase of a test: what failed in any of them has failed."""
        test, outcome = report.nodeid, str(report.outcome)
        self.seconds[test] = self.seconds.get(test, 0) + report.duration
        if outcome == "rerun":  # as pytest-rerunfailures says it
            self.reruns[test] += 1
        elif outcome == "failed":
            self.outcomes[test] = outcome
        elif outcome == "skipped" or report.when == "call":
            self.outcomes.setdefault(test, outcome)

    def total(self, outcome: str) -> int:
        """Return how many tests came out so."""
        return sum(each == outcome for each in self.outcomes.values())

    def reruns_of(self, function: str) -> int:
        """Return how often a test was tried again, with all its parameters."""
        return sum(times for test, times in self.reruns.items() if function_of(test) == function)

    def ran(self, function: str) -> bool:
        """Return whether a test ran, with any of its parameters, and was not skipped."""
        return any(
            outcome != "skipped" and function_of(test) == function
            for test, outcome in self.outcomes.items()
        )

    def table(self, tagged: int) -> list[str]:
        """Return the closing table."""
        passed, failed = self.total("passed"), self.total("failed")
        rate = f"{100 * passed / (passed + failed):.1f} %" if passed + failed else "–"
        figures = {
            "passed": passed,
            "failed": failed,
            "reruns": self.reruns.total(),
            "flaky tagged": tagged,
            "pass rate": rate,
        }
        widths = [max(len(name), len(str(value))) for name, value in figures.items()]
        rows = (figures, [str(value) for value in figures.values()])
        return [
            "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]

    def write(self, file: Path, tagged: list[str], faults: list[str]) -> None:
        """Write the figures for a soak run to read, with what is wrong with its tags."""
        figures = {
            "passed": self.total("passed"),
            "failed": sorted(test for test, each in self.outcomes.items() if each == "failed"),
            "reruns": dict(self.reruns),
            "tagged": [test for test in tagged if self.ran(test)],
            "faults": faults,
            "seconds": round(time.monotonic() - self._begun, 1),
            "durations": {test: round(seconds, 2) for test, seconds in self.seconds.items()},
        }
        file.write_text(json.dumps(figures))
