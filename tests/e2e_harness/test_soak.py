"""A soak runs the suite many times, keeps a small record of each run, and tells what it saw."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import PROJECT
from e2e.harness import soak
from e2e.harness.evidence import make_empty
from e2e.harness.soak import summary
from e2e.harness.soak_history import History, Record

_OPTIONS = """
def pytest_addoption(parser):
    parser.addoption("--results")
"""
_PAGES = """
import pathlib
from playwright.sync_api import TimeoutError
from e2e.harness.flaky import flaky

def attempt(name):
    file = pathlib.Path(name)
    tried = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(tried))
    return tried

@flaky(reason="the chart is slow", issue="ASOF-7")
def test_late():
    if attempt("late") < 2:
        raise TimeoutError("not within 10 s")

def test_odd():
    assert attempt("odd") != 2

def test_sound():
    pass
"""


def _soak(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "e2e.harness.soak", *words, "--history", "history.json"]
    return subprocess.run(
        [*command, "-p", "e2e.harness.flaky", "-p", "no:cacheprovider", "test_pages.py"],
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small suite, in which one test is late once and another fails once."""
    (tmp_path / "conftest.py").write_text(_OPTIONS)
    (tmp_path / "test_pages.py").write_text(_PAGES)
    return tmp_path


def test_each_run_is_told_and_kept(folder: Path) -> None:
    done = _soak(folder, "3")
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert told[0].startswith("run 1 of 3: 3 passed, 0 failed, 1 reruns, ")
    assert told[1].startswith("run 2 of 3: 2 passed, 1 failed, 0 reruns, ")
    assert told[3] == "3 runs, 2 tests failed or were tried again"
    assert told[5].split()[:2] == ["0", "1"]
    assert told[5].endswith("test_pages.py::test_late")
    assert told[6].split()[:2] == ["1", "0"]
    assert told[6].endswith("test_pages.py::test_odd")
    assert told[7] == "the slowest:"
    assert len(told) == 11
    first, second, _ = json.loads((folder / "history.json").read_text())
    assert set(first) == {"date", "commit", "passed", "failed", "reruns", "tagged", "seconds"}
    assert first["reruns"] == {"test_pages.py::test_late": 1}
    assert first["tagged"] == second["tagged"] == ["test_pages.py::test_late"]
    assert second["failed"] == ["test_pages.py::test_odd"]
    assert second["reruns"] == {}


def test_a_tag_that_breaks_the_rules_fails_a_soak_in_which_every_test_passes(
    folder: Path,
) -> None:
    (folder / "test_pages.py").write_text(_PAGES.replace("ASOF-7", " ").replace("!= 2", "!= 9"))
    done = _soak(folder, "2")
    assert done.returncode == 1
    fault = "test_pages.py::test_late is tagged without a reason or an issue"
    told = done.stdout.splitlines()
    assert told[1] == told[3] == fault, done.stdout
    assert len(json.loads((folder / "history.json").read_text())) == 2


def test_runs_of_chosen_tests_are_told_and_not_kept(folder: Path) -> None:
    done = _soak(folder, "1", "-k", "sound")
    assert done.stdout.startswith("run 1 of 1: 1 passed"), done.stdout + done.stderr
    assert not (folder / "history.json").exists()


def test_what_was_seen_before_a_run_broke_off_is_told(folder: Path) -> None:
    breaks = _PAGES + "\nif attempt('loaded') > 1:\n    import nothing_of_the_kind\n"
    (folder / "test_pages.py").write_text(breaks.replace("def test_sound", "def test_whole"))
    done = _soak(folder, "3")
    assert done.returncode == 2
    assert "1 runs, 1 tests failed or were tried again" in done.stdout
    assert "nothing_of_the_kind" in done.stdout


def test_a_history_that_has_grown_is_no_change_of_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> None:
        person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        command = ["git", *person, *words]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    here = tmp_path / "e2e" / "harness"
    here.mkdir(parents=True)
    for name in ("soak-history.json", "test_pages.py"):
        (here / name).write_text("")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    monkeypatch.setattr(soak, "PROJECT", tmp_path)
    monkeypatch.setattr(soak, "_HISTORY", here / "soak-history.json")
    clean = soak.commit()
    assert len(clean) >= 7
    (here / "soak-history.json").write_text("[]")
    assert soak.commit() == clean
    (here / "test_pages.py").write_text("def test_it(): pass")
    assert soak.commit() == f"{clean}-dirty"


def test_what_an_earlier_soak_left_is_removed(folder: Path) -> None:
    results = folder / "test-results"
    make_empty(results)
    left = results / "soak-7"
    left.mkdir()
    _soak(folder, "1")
    assert not left.exists()
    make_empty(results)  # which the next run does


def test_what_cannot_run_is_told_and_leaves_no_record(folder: Path) -> None:
    (folder / "test_pages.py").write_text("import nothing_of_the_kind\n")
    done = _soak(folder, "2")
    assert done.returncode == 2
    assert "nothing_of_the_kind" in done.stdout
    assert not (folder / "history.json").exists()


def test_the_history_keeps_the_last_two_hundred_runs(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    for run in range(History.KEPT + 3):
        History(file).append({"passed": run})
    kept = [record["passed"] for record in json.loads(file.read_text())]
    assert kept == list(range(3, History.KEPT + 3))
    assert len(file.read_text().splitlines()) == History.KEPT + 2


def test_the_slowest_ten_are_told_by_their_slowest_run() -> None:
    def run(late: float) -> Record:
        durations = {f"test_{number}": float(number) for number in range(12)}
        return {"failed": [], "reruns": {}, "durations": {**durations, "test_3": late}}

    told = list(summary([run(3.0), run(99.0)]))
    assert told[0] == "2 runs, 0 tests failed or were tried again"
    assert told[1] == "the slowest:"
    assert told[2] == " 99.0 s  test_3"
    assert told[3] == " 11.0 s  test_11"
    assert len(told) == 2 + 10
