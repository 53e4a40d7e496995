"""Runs Locust on a site of a scenario's own, and keeps what it found in a folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from app.config import PROJECT
from app.store.database import engines
from loadtests.gates import cast, judging
from loadtests.gates.cast import Cast
from loadtests.gates.judging import Verdict
from tests.running_site import Site, poll, running, settings_of

_USERS = Path(__file__).parent / "users"
_BEGINS_WITHIN = 90.0  # seconds, for everybody to sign in
_ENDS_WITHIN = 300.0
_LAST_ANSWERS = 15  # seconds, in which users end what they are at


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it is measured, and what of the windows counts."""

    seconds: float = 10  # of each window
    windows: int = 3
    pick: judging.Pick = "median"


@dataclass(frozen=True, slots=True)
class Ground:
    """A site under load, and the way to its database past its pages."""

    site: Site
    engine: Engine
    cast: Cast


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who takes part, what happens meanwhile, and what must hold afterwards."""

    name: str
    told: str
    cast: Callable[[Engine, Path], Cast]
    afterwards: Callable[[Ground, list[Any]], list[Verdict]] = lambda *_: []
    meanwhile: Callable[[Ground], list[Verdict]] | None = None  # when it ends, all ends
    ends_itself: bool = False  # its users say when
    warm_up: float = 5  # seconds, before it is measured

    @property
    def file(self) -> Path:
        """The Locust file with its users."""
        return _USERS / f"{self.name.replace('-', '_')}.py"


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a scenario."""

    rows: list[dict[str, Any]]
    verdicts: list[Verdict]
    failures: dict[str, int]
    slowness: float  # how many times longer than on a quiet machine work took, and answers may

    @property
    def met(self) -> bool:
        """Whether every gate is met."""
        return all(each.met for each in self.verdicts)


def run(scenario: Scenario, pace: Pace, out: Path) -> Found:
    """Put a site under the load of a scenario, and judge it."""
    result = out / f"{scenario.name}.json"
    with _ground(scenario, out) as ground, _locust(scenario, pace, ground, result) as process:
        _await_beginning(process, result)
        meanwhile = scenario.meanwhile(ground) if scenario.meanwhile else []
        if scenario.meanwhile:
            process.send_signal(signal.SIGTERM)
        status = process.wait(_ENDS_WITHIN)
        kept = orjson.loads(result.read_bytes())
        verdicts = judging.from_documents(kept["verdicts"])
        assert status == (0 if all(each.met for each in verdicts) else 1), f"Locust ended: {status}"
        verdicts += [*meanwhile, *scenario.afterwards(ground, kept["told"])]
    kept["verdicts"] = [each.document() for each in verdicts]
    result.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    return Found(kept["rows"], verdicts, kept["failures"], kept["slowness"])


def _await_beginning(process: subprocess.Popen[bytes], result: Path) -> None:
    """Wait until everybody is signed in and the site is warm."""
    begun, told = result.with_suffix(".begun"), result.with_suffix(".locust.log")

    def has_begun() -> bool:
        assert process.poll() is None, f"Locust has ended: {told} says why"
        return begun.exists()

    poll(has_begun, _BEGINS_WITHIN, f"the load begins; {told} says why")
    begun.unlink()


@contextmanager
def _ground(scenario: Scenario, out: Path) -> Iterator[Ground]:
    """Run a site of the scenario's own, as it is run by default; what it writes is kept."""
    with tempfile.TemporaryDirectory(prefix="asof-load-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        home = Path(folder) / "home"
        engine = engines.open_engine(settings_of(home))
        try:
            parts = scenario.cast(engine, Path(folder))
            with running(home) as site:
                try:
                    site.address()
                    yield Ground(site, engine, parts)
                    site.stop()
                finally:
                    shutil.copy(site.output, out / f"{scenario.name}.site.log")
        finally:
            engines.close_engine(engine)


@contextmanager
def _locust(
    scenario: Scenario, pace: Pace, ground: Ground, result: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the users; what Locust itself keeps of them stands beside the result."""
    parts = ground.site.home.with_name("cast.json")
    cast.write(parts, ground.cast)
    open_ended = scenario.ends_itself or scenario.meanwhile
    words: dict[str, object] = {
        "locustfile": scenario.file,
        "host": ground.site.address().rstrip("/"),
        "csv": result.with_suffix(""),
        "html": result.with_suffix(".html"),
        "stop-timeout": _LAST_ANSWERS,
        "cast": parts,
        "found": result,
        "warm-up": scenario.warm_up,
        "seconds": pace.seconds,
        "windows": 0 if open_ended else pace.windows,
        "pick": pace.pick,
    }
    options = [f"--{name}={value}" for name, value in words.items()]
    with result.with_suffix(".locust.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "locust", "--headless", "--only-summary", *options],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
