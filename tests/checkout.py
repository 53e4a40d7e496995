"""A checkout of its own, with the packages of this one, for whoever is to run it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from app.config import PROJECT

ORDINARY = "nobody"
# The folders that are made by working in a checkout.
_MADE = {
    ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__",
    "test-results", "var",
}  # fmt: skip
# What is under version control or is to be.
_VERSIONED = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")


def copy_checkout(into: Path, python: str = sys.executable) -> None:
    """Copy the project into a new folder, and its packages into a virtual environment there."""
    for name in _files():
        if (PROJECT / name).exists():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, into / name)
    venv = into / ".venv"
    subprocess.check_call([python, "-m", "venv", "--without-pip", venv])
    [packages] = venv.glob("lib/python*/site-packages")
    packages.rmdir()
    shutil.copytree(sysconfig.get_path("purelib"), packages, copy_function=_link)
    (venv / "bin" / "flask").write_text(
        f"#!{venv}/bin/python\nfrom flask.cli import main\nmain()\n"
    )
    (venv / "bin" / "flask").chmod(0o755)
    (venv / ".installed").touch()


def _files() -> Iterator[str]:
    """Return the files of the project, from where it stands; a copy of it has no history."""
    if (PROJECT / ".git").exists():
        listed = subprocess.check_output(_VERSIONED, cwd=PROJECT, text=True)
        yield from filter(None, listed.split("\0"))
        return
    for folder, inside, names in os.walk(PROJECT):
        inside[:] = [each for each in inside if each not in _MADE]
        yield from (str((Path(folder) / name).relative_to(PROJECT)) for name in names)


def _link(source: str, target: str) -> None:
    """Link a file that nobody changes, where the file system can: copying takes a minute."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def give_to(account: pwd.struct_passwd, folder: Path) -> None:
    """Make the account the owner of a folder and all in it, but for packages that are linked."""
    for each in (folder, *folder.rglob("*")):
        if not each.is_file() or each.stat().st_nlink == 1:
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)


def as_account(account: pwd.struct_passwd) -> list[str]:
    """Return the words that run a command as the account; only root may."""
    who = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *who, "--", "env", "HOME=/nonexistent"]


def python_for_all() -> str | None:
    """Return a Python that every account can run, of the version of the packages, if there is."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return shutil.which(name, path=os.pathsep.join(["/usr/local/bin", "/usr/bin"]))
