"""What is installed is pinned by hash, and what runs the site is no more than that."""

from __future__ import annotations

import re
import tomllib

import pytest

from app.config import PROJECT

_ALSO_RUNS = {"psutil"}  # the embedded PostgreSQL needs it
_LOCKS = ["requirements.txt", "requirements-test.txt", "requirements-audit.txt"]


def _pinned(lock: str) -> dict[str, str]:
    """Return each package of a lock with its version."""
    text = (PROJECT / lock).read_text()
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^ ;]+)", text, re.MULTILINE))


def _wanted(lists: list[str]) -> dict[str, str]:
    pairs = (re.sub(r"\[.*\]", "", each).split("==") for each in lists)
    return {each[0]: each[1] for each in pairs}


@pytest.mark.parametrize("lock", _LOCKS)
def test_each_package_has_hashes_and_no_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    packages = re.split(r"\n(?=\w)", text.strip())
    assert all("==" in each and "--hash=sha256:" in each for each in packages)
    assert "://" not in text


def test_the_locks_hold_what_the_project_asks_for_and_agree() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runs, tests = _pinned("requirements.txt"), _pinned("requirements-test.txt")
    assert _wanted(project["project"]["dependencies"]).items() <= runs.items()
    assert (runs | _wanted(groups["dev"])).items() <= tests.items()
    assert _wanted(groups["audit"]).items() <= _pinned("requirements-audit.txt").items()


def test_what_tests_the_site_does_not_come_with_it() -> None:
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    runs = _pinned("requirements.txt")
    assert len(runs) > 30
    tests = (_wanted(groups["dev"]) | _wanted(groups["audit"])).keys() - _ALSO_RUNS
    assert not runs.keys() & tests
