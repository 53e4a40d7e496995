"""Runs the suites in every way that this machine offers, and prints with what each came out how."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.config import PROJECT
from e2e.harness.browser import every_browser
from tests import machine
from tests.checkout import ORDINARY, as_account, copy_checkout, give_to, python_for_all

_COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error)")


@dataclass(frozen=True)
class Way:
    """One way to run a suite."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    as_ordinary: bool = False


def ways() -> Iterator[Way]:
    """Return all ways that this machine offers."""
    code = ("-n", str(machine.workers(browser=False)), "tests")
    yield Way("code, PostgreSQL 16", code, {"PGSERVER_POSTGRES_VERSION": "16"})
    yield Way("code, no superuser", code, {"ASOF_TEST_NO_SUPERUSER": "1"})
    pages = ("-n", str(machine.workers(browser=True)), "--dist", "worksteal", "e2e")
    for browser in every_browser():
        yield Way(f"pages, {_version(browser)}", (f"--browser={browser}", *pages))
    if os.geteuid() == 0 and python_for_all():
        yield Way(f"code, account {ORDINARY}", code, as_ordinary=True)
        yield Way(f"pages, account {ORDINARY}", pages, as_ordinary=True)


def run(way: Way) -> tuple[int, str]:
    """Run it, showing what it tells; return its exit status and its last line."""
    with _checkout(way) as (project, switch):
        process = subprocess.Popen(
            [*switch, project / ".venv" / "bin" / "python", "-m", "pytest", *way.arguments],
            cwd=project,
            env={**os.environ, **way.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
        return process.wait(), last


@contextmanager
def _checkout(way: Way) -> Iterator[tuple[Path, list[str]]]:
    """Yield a checkout for whoever is to run it, and the words that make a command theirs."""
    if not way.as_ordinary:
        yield PROJECT, []
        return
    account = pwd.getpwnam(ORDINARY)
    folder = Path(tempfile.mkdtemp(prefix="asof-matrix-"))
    try:
        copy_checkout(folder / "asof", python_for_all() or sys.executable)
        give_to(account, folder)
        yield folder / "asof", as_account(account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version(browser: Path) -> str:
    said = subprocess.run([browser, "--version"], capture_output=True, text=True, check=False)
    return f"{browser.name} {' '.join(re.findall(r'[0-9.]{4,}', said.stdout)[:1])}".strip()


def main() -> int:
    """Run the ways whose names hold what the command line gives, or all; 1 if one failed."""
    wanted = " ".join(sys.argv[1:])
    rows, worst = [], 0
    for way in ways():
        if wanted in way.name:
            print(f"\n{way.name}", flush=True)
            begun = time.monotonic()
            status, last = run(way)
            counts = ", ".join(" ".join(each) for each in _COUNTS.findall(last)) or last
            rows.append(f"{way.name:<44} {counts:<40} {time.monotonic() - begun:>6.0f} s")
            worst = max(worst, status)
    print("", *rows, sep="\n")
    return int(bool(worst))


if __name__ == "__main__":
    sys.exit(main())
