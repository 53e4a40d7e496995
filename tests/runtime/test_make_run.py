"""`make run` brings a fresh clone to its pages, in private folders too and whoever starts it."""

from __future__ import annotations

import http
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import demo
from tests.checkout import ORDINARY, as_account, copy_checkout, give_to, python_for_all
from tests.running_site import Site, assert_nothing_left, kill, page_after_sign_in, poll, processes

_IS_ROOT = os.geteuid() == 0
_SERVES = re.compile(r"app\.runtime\.web_server|tasks\.worker")
_PRIVATE, _OPEN = 0o700, 0o755
_AS_ROOT = pytest.mark.skipif(not _IS_ROOT, reason="only root starts it as another account")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return an empty folder that every account may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="asof-run-"))
    folder.chmod(_OPEN)
    yield folder
    shutil.rmtree(folder)


def _walk(project: Path, home: Path, *, account: pwd.struct_passwd | None = None) -> None:
    """Start it, sign in, stop it, and start it again on the same data."""
    switch = [] if account is None else as_account(account)
    for _ in range(2):
        site = Site(home, demo=True, command=[*switch, "make", "run"], project=project)
        try:
            address = site.address()
            told = site.output.read_text()
            [password] = re.findall(r"Sign in with the password (\S+) as", told)
            [email, *_] = re.findall(r"^  (\S+@example\.com) ", told, re.MULTILINE)
            assert demo.NAME in page_after_sign_in(address, email, password)
            assert "denied" not in told
            site.interrupt()
            assert_nothing_left(home, within=2)
        finally:
            site.kill()


def _mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@_AS_ROOT
def test_as_root_in_a_private_folder(open_folder: Path) -> None:
    private = open_folder / "private"
    private.mkdir(mode=_PRIVATE)
    project = private / "asof"
    copy_checkout(project)
    _walk(project, project / "var")
    assert _mode(private) == _PRIVATE


@_AS_ROOT
def test_as_root_in_an_open_folder_with_a_home_that_is_there_and_private(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=_PRIVATE)
    copy_checkout(open_folder / "asof")
    _walk(open_folder / "asof", home)
    assert _mode(home) == _PRIVATE


@_AS_ROOT
def test_started_as_root_pages_and_jobs_run_without_its_rights(open_folder: Path) -> None:
    if (python := python_for_all()) is None:
        pytest.skip("no Python of this version that other accounts can run")
    project, home = open_folder / "asof", open_folder / "home"
    copy_checkout(project, python)
    site = Site(home, demo=True, command=["make", "run"], project=project)
    try:
        address = site.address()
        site.await_workers()
        serving = [pid for pid, text in processes(home).items() if _SERVES.search(text)]
        [account] = {_identity(pid) for pid in serving}
        user, groups, capabilities = account
        assert user > 0
        assert capabilities == 0
        assert groups == {user}
        assert not [each for each in home.rglob("*") if _may_open(user, each)]
        # The database is lost with its keeper: started again, it lets them in as before.
        for pattern in (r"keeper\.py", r"^\S+/postgres -D"):
            kill(home, site.find(pattern))
        poll(lambda: _is_ready(address), 20, "the site is back")
        site.interrupt()
        assert_nothing_left(home, within=2)
    finally:
        site.kill()


def _identity(pid: int) -> tuple[int, frozenset[int], int]:
    """Return the user, the groups and the capabilities of a process, one bit each."""
    status = Path(f"/proc/{pid}/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    [user] = set(map(int, lines["Uid"].split()))
    groups = frozenset(map(int, (lines["Gid"] + lines["Groups"]).split()))
    return user, groups, int(lines["CapPrm"], 16) | int(lines["CapEff"], 16)


def _may_open(user: int, path: Path) -> bool:
    """Return whether the account can read a file, or write to it, but for what it counts."""
    if not path.is_file() or path.parent.name == "metrics":
        return False
    switch = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]
    tried = subprocess.run([*switch, "test", "-r", path, "-o", "-w", path], check=False)
    return tried.returncode == 0


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=5) as answer:
            return bool(answer.status == http.HTTPStatus.OK)
    except OSError:
        return False


def test_as_an_ordinary_account_in_its_own_private_folder(open_folder: Path) -> None:
    private = open_folder / "private"
    private.mkdir(mode=_PRIVATE)
    project = private / "asof"
    account = pwd.getpwnam(ORDINARY) if _IS_ROOT else None
    python = python_for_all() if account else sys.executable
    if python is None:
        pytest.skip("no Python of this version that other accounts can run")
    copy_checkout(project, python)
    if account:
        give_to(account, private)
    _walk(project, project / "var", account=account)
    assert _mode(private) == _PRIVATE


@_AS_ROOT
def test_where_it_cannot_be_one_sentence_says_what_to_do_before_anything_is_set_up(
    open_folder: Path,
) -> None:
    private = open_folder / "private"
    private.mkdir(mode=_PRIVATE)
    project = private / "asof"
    copy_checkout(project)
    shutil.rmtree(project / ".venv")
    without = ["setpriv", "--bounding-set=-dac_read_search,-dac_override", "--inh-caps=-all"]
    done = subprocess.run(
        [*without, "--", "make", "run"], cwd=project, capture_output=True, text=True, check=False
    )
    [sentence, *rest] = done.stderr.strip().splitlines()
    assert f"may not pass through {private}: use a folder that others may pass" in sentence
    assert [line for line in rest if not line.startswith("make")] == []
    assert not (project / ".venv").exists()
    assert not (project / "var").exists()
