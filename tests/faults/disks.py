"""Disks of a database that can be filled to the last byte, and get room again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from tests.faults.server import Server, server_in

# Tables that are emptied: the first row that one gets needs room on the disk.
_EMPTY = ("append_request", "job")


class Disk(Protocol):
    """Where a server keeps its data."""

    server: Server

    def fill(self) -> None:
        """Leave no room."""

    def make_room(self) -> None:
        """Have as much room as before."""


class SmallDisk:
    """A file system of its own, which something else fills: needs the right to mount one."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self._ballast = folder / "ballast"

    def fill(self, *, emptied: bool = True) -> None:
        with self.server.owner() as owner:
            if emptied:
                owner.execute(f"TRUNCATE {', '.join(_EMPTY)}")
            # The server's own log gets its room in large pieces, and has one from here on.
            owner.execute("SELECT pg_switch_wal()")
            owner.execute("CHECKPOINT")
        with self._ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        self._ballast.unlink()


class DeviceThatIsFull:
    """Linux's /dev/full in the place of two tables' files: whatever is written, there is no room.

    So it goes everywhere, without a right to mount anything.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._files: list[Path] = []

    def fill(self) -> None:
        self.server.engine.dispose()  # nobody has the files open
        with self.server.owner() as owner:
            owner.execute(f"TRUNCATE {', '.join(_EMPTY)}")
            owner.execute("CHECKPOINT")
            paths = [self._path(owner, table) for table in _EMPTY]
        for file in paths:
            file.unlink()
            file.symlink_to("/dev/full")
        self._files = paths

    def make_room(self) -> None:
        self.server.engine.dispose()
        for file in self._files:
            file.unlink()
            file.touch()
            of = file.parent.stat()
            os.chown(file, of.st_uid, of.st_gid)

    def _path(self, owner: psycopg.Connection, table: str) -> Path:
        row = owner.execute("SELECT pg_relation_filepath(%s)", (table,)).fetchone()
        assert row is not None
        return self.server.settings.home / "pgdata" / str(row[0])


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (mount and umount):
        pytest.skip("there is no program to mount a file system with")
    options = ["-t", "tmpfs", "-o", "size=160m,mode=0711", "tmpfs", str(folder)]
    done = subprocess.run([mount, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        with server_in(folder / "home") as server:
            yield SmallDisk(folder, server)
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


@contextmanager
def device(folder: Path) -> Iterator[DeviceThatIsFull]:
    with server_in(folder) as server:
        yield DeviceThatIsFull(server)
