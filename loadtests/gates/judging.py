"""Judges what was measured in windows of time: each gate is met or missed, and says so."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

from loadtests.report import percentile

Sense = Literal["<", "≤", "≥"]
Measure = Literal["p50", "p95", "p99", "a second", "errors %", "count"]
Pick = Literal["median", "best"]
ALL = "all requests"
_HOLDS: dict[Sense, Callable[[float, float], bool]] = {
    "<": operator.lt, "≤": operator.le, "≥": operator.ge,
}  # fmt: skip
_UNITS: dict[str, str] = {"p50": " ms", "p95": " ms", "p99": " ms"}
_UNMEASURED = "no request was measured"


@dataclass(frozen=True, slots=True)
class Gate:
    """An aim for the answers to requests of a name, or for all of them together."""

    measure: Measure
    sense: Sense
    aim: float
    of: str = ALL


@dataclass(slots=True)
class Answers:
    """How long answers took, in milliseconds, and how many of them were wrong."""

    milliseconds: list[float] = field(default_factory=list)
    errors: int = 0


@dataclass(slots=True)
class Window:
    """What was answered in so many seconds, by the requests' names."""

    seconds: float
    answers: dict[str, Answers] = field(default_factory=dict)

    def of(self, name: str) -> Answers:
        """Return the answers to requests of a name, or to all."""
        if name != ALL:
            return self.answers.get(name) or Answers()
        each = self.answers.values()
        return Answers(
            [took for answers in each for took in answers.milliseconds],
            sum(answers.errors for answers in each),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found beside what it has to be; None where nothing could be measured."""

    of: str
    what: str
    value: float | None
    sense: Sense
    aim: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the aim is met."""
        return self.value is not None and _HOLDS[self.sense](self.value, self.aim)

    @property
    def wanted(self) -> str:
        """The aim in short."""
        return f"{self.what} {self.sense} {_number(self.aim)}{self.unit}"

    @property
    def sentence(self) -> str:
        """What was found, and what it has to be."""
        found = _UNMEASURED if self.value is None else f"is {_number(self.value)}{self.unit}"
        return (
            f"{self.of}: {self.what} {found}, has to be {self.sense} {_number(self.aim)}{self.unit}"
        )

    def document(self) -> dict[str, Any]:
        """Return it as JSON, with what is read off it."""
        return {**asdict(self), "met": self.met, "sentence": self.sentence}


def judge(gate: Gate, windows: Sequence[Window], pick: Pick, slowness: float = 1) -> Verdict:
    """Judge a gate by the median of the windows or the best of them; errors count in all.

    On a machine that takes `slowness` times as long for any work, so may answers.
    """
    value = measured(gate.of, gate.measure, windows, pick, rising=gate.sense == "≥")
    unit = _UNITS.get(gate.measure, "")
    aim = gate.aim * slowness if gate.measure in _UNITS else gate.aim
    return Verdict(gate.of, gate.measure, value, gate.sense, aim, unit)


def measured(
    name: str, measure: str, windows: Sequence[Window], pick: Pick, *, rising: bool = False
) -> float | None:
    """Measure the answers of a name; None where there is none in any window.

    `rising` says that a greater value is a better one.
    """
    every = [(window.seconds, window.of(name)) for window in windows]
    seen = [answers for _, answers in every if answers.milliseconds]
    if not seen:
        return None
    total = sum(len(answers.milliseconds) for answers in seen)
    if measure == "count":
        return total
    if measure == "errors %":
        return 100 * sum(window.of(name).errors for window in windows) / total
    if measure == "a second":
        values = [len(answers.milliseconds) / seconds for seconds, answers in every]
    else:
        share = int(measure.removeprefix("p")) / 100
        values = [percentile(answers.milliseconds, share) for answers in seen]
    if pick == "median":
        return median(values)
    return max(values) if rising else min(values)


def silence(windows: Sequence[Window]) -> Verdict:
    """Judge whether the site fell silent: a request that hangs is no slow one and no error."""
    silent = sum(not window.of(ALL).milliseconds for window in windows)
    return Verdict(ALL, "windows without an answer", silent, "≤", 0)


def rows(
    windows: Sequence[Window], verdicts: Sequence[Verdict], pick: Pick
) -> list[dict[str, Any]]:
    """Set the requests beside their gates, by name; those of all together come last."""
    names = sorted({name for window in windows for name in window.answers})
    return [_row(name, windows, verdicts, pick) for name in [*names, ALL]]


def _row(
    name: str, windows: Sequence[Window], verdicts: Sequence[Verdict], pick: Pick
) -> dict[str, Any]:
    def value(measure: str) -> float:
        rising = measure == "a second"
        return round(measured(name, measure, windows, pick, rising=rising) or 0, 1)

    gates = [each for each in verdicts if each.of == name]
    missed = [each for each in gates if not each.met]
    return {
        "request": name,
        "count": int(value("count")),
        "a second": value("a second"),
        **{f"{each} ms": value(each) for each in ("p50", "p95", "p99")},
        "errors": sum(window.of(name).errors for window in windows),
        "gate": ", ".join(each.wanted for each in gates),
        "": "MISSED" if missed else "met" if gates else "",
    }


def from_documents(found: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Read verdicts again that were kept as JSON."""
    names = ("of", "what", "value", "sense", "aim", "unit")
    return [Verdict(**{name: each[name] for name in names}) for each in found]


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
