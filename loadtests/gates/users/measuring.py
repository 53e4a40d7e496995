"""Measures what users are answered, window by window, and judges it when the run ends."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gevent
import orjson
from gevent.event import Event
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from loadtests.gates import cast, judging
from loadtests.gates.cast import Cast, Part
from loadtests.gates.judging import Answers, Gate, Verdict, Window

_SIGN_IN_RATE = 10  # people a second
_OTHERS = "sign in"  # what comes before the measuring, and is judged by nobody


@events.init_command_line_parser.add_listener
def _ask(parser: LocustArgumentParser) -> None:
    parser.add_argument("--cast", type=Path, required=True, help="who takes part, as JSON")
    parser.add_argument("--found", type=Path, required=True, help="the file for what is found")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds before the measuring")
    parser.add_argument("--seconds", type=float, default=10, help="of each window")
    parser.add_argument("--windows", type=int, default=3, help="0: until the scenario ends")
    parser.add_argument("--pick", choices=("median", "best"), default="median")


class Measuring:
    """One run: who takes part, when it is measured, and what was found."""

    def __init__(self, environment: Environment, gates: Sequence[Gate]) -> None:
        self.told: list[Any] = []  # what users were told and the log has to hold
        self.begun, self.over = Event(), Event()
        self._gates = gates
        assert environment.parsed_options
        assert environment.runner
        self._options, self._runner = environment.parsed_options, environment.runner
        self._cast: Cast = cast.read(self._options.cast)
        self._waiting = sum(map(len, self._cast.values()))
        self._windows: list[Window] = []
        self.slowness = self._measured_slowness()  # how many times longer work takes here
        self._failures: dict[str, int] = {}
        for user in environment.user_classes:
            user.fixed_count = len(self._cast[user.__name__])
        self._options.num_users, self._options.spawn_rate = self._waiting, _SIGN_IN_RATE
        environment.events.request.add_listener(self._answered)
        environment.events.quitting.add_listener(self._judge)

    @property
    def window(self) -> int:
        """Which window it is in; 0 before the first."""
        return len(self._windows)

    def part(self, role: str) -> Part:
        """Return a part that nobody plays yet."""
        return self._cast[role].pop()

    def ready(self) -> None:
        """Note that one more is signed in; when all are, the site warms up and it begins."""
        self._waiting -= 1
        if not self._waiting:
            gevent.spawn(self._measure)

    def finish(self) -> None:
        """End it, where the scenario says when."""
        self.over.set()

    def _measure(self) -> None:
        gevent.sleep(self._options.warm_up)
        until = self._options.windows or float("inf")
        self._windows.append(Window(0))
        self.begun.set()
        self._options.found.with_suffix(".begun").touch()
        while not self.over.is_set():
            window, since = self._windows[-1], time.perf_counter()
            self.over.wait(self._options.seconds)
            window.seconds = time.perf_counter() - since
            if self.over.is_set() or len(self._windows) >= until:
                break
            self._windows.append(Window(0))
        self.over.set()
        self._runner.quit()

    def _answered(
        self, name: str, response_time: float, exception: Exception | None, **_: object
    ) -> None:
        if exception is not None:
            told = f"{name}: {exception}"
            self._failures[told] = self._failures.get(told, 0) + 1
        if not self._windows or name == _OTHERS:
            return
        answers = self._windows[-1].answers.setdefault(name, Answers())
        answers.errors += exception is not None
        if not self.over.is_set():
            answers.milliseconds.append(response_time)

    def _judge(self, environment: Environment, **_: object) -> None:
        windows, pick = self._whole(), self._options.pick
        slowness = max(self.slowness, self._measured_slowness())
        verdicts = [judging.judge(gate, windows, pick, slowness) for gate in self._gates]
        verdicts.append(judging.silence(windows))
        # A user who stumbled over what it did not expect makes no more requests, and no errors.
        stumbled = sum(each["count"] for each in self._runner.exceptions.values())
        verdicts.append(Verdict("users", "mistakes in what they do", stumbled, "≤", 0))
        environment.process_exit_code = 0 if all(each.met for each in verdicts) else 1
        found = {
            "pick": pick,
            "slowness": slowness,
            "rows": judging.rows(windows, verdicts, pick),
            "windows": [
                {"seconds": window.seconds, "rows": judging.rows([window], [], pick)}
                for window in windows
            ],
            "verdicts": [each.document() for each in verdicts],
            "failures": self._failures,
            "told": self.told,
        }
        self._options.found.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))

    def _measured_slowness(self) -> float:
        """Return how many times longer than on a quiet machine; 1 where that does not count."""
        if self._options.pick != "best":
            return 1
        command = [sys.executable, "-m", "tests.machine", "--slowness"]
        return float(subprocess.check_output(command, text=True))

    def _whole(self) -> list[Window]:
        """Return the windows; the last one, where it was cut short, goes with the one before it."""
        *before, last = self._windows or [Window(1)]
        if not before or last.seconds > self._options.seconds / 2:
            return [*before, last]
        for name, answers in last.answers.items():
            into = before[-1].answers.setdefault(name, Answers())
            into.milliseconds += answers.milliseconds
            into.errors += answers.errors
        before[-1].seconds += last.seconds
        return before


_runs: list[Measuring] = []


def judged_by(*gates: Gate) -> None:
    """Measure the users of a Locust file, and hold them to these gates."""

    @events.init.add_listener
    def begin(environment: Environment, **_: object) -> None:
        _runs.append(Measuring(environment, gates))


def current() -> Measuring:
    """Return the run that Locust is at."""
    return _runs[-1]
