"""Backups: one file with all that the database holds, and with what proves that it came back."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import sqlalchemy as sa

from app.config import VERSION, Settings
from app.domain.accounts.audit import AuditKind
from app.domain.errors import InternalError, UnknownFundError
from app.domain.state.fold import PROJECTOR_VERSION
from app.services.accounts import audit
from app.services.operations import fingerprints
from app.services.operations.fingerprints import Imprint
from app.services.verification import verify_log
from app.store import funds as store_funds
from app.store.database import engines
from app.store.database.connections import at_one_moment, driver_connection, reading
from app.store.embedded import dumps

_FORMAT = 1
_DUMP, _CONTENTS = "database.dump", "backup.json"

ShowProgress = Callable[
    [str, int, int | None], None
]  # what is done, how much, of how much if known


class BackupError(InternalError):
    """A backup that cannot be made or used, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    format: int
    made_at: str
    made_by: str  # the program's version
    projector_version: int
    funds: list[Imprint]

    @property
    def events(self) -> int:
        """Count the events of all funds."""
        return sum(fund.head for fund in self.funds)


def make(settings: Settings, path: Path, show: ShowProgress) -> Backup:
    """Write all that is committed now to a new file; nobody waits for it.

    Raises BackupError and DumpError; then there is no such file.
    """
    if path.exists():
        raise BackupError(f"{path} exists already: choose another name, or take it away first")
    engine = engines.open_engine(settings)
    try:
        with engines.as_owner(settings) as owner, _whole_file(path) as archive:
            made = _written(engine, owner, archive, show)
            _record(engine, AuditKind.BACKED_UP, path, made)  # without it there is no backup
        return made
    finally:
        engines.close_engine(engine)


def restore(settings: Settings, path: Path, show: ShowProgress) -> tuple[Backup, list[str]]:
    """Bring a backup into an empty database; return what it holds and what is not as it was.

    Raises BackupError and DumpError; then the database is as empty as before.
    """
    with _opened(path) as archive, engines.as_owner(settings) as owner:
        backup = _contents(archive, path)
        with closing(dumps.connect(owner)) as driver:
            _see_that_it_is_empty(driver, settings)
            size = archive.getinfo(_DUMP).file_size
            with archive.open(_DUMP) as source:
                dumps.load(driver, owner, source, lambda done: show("Restoring", done, size))
        engine = engines.open_engine(settings)  # which brings it to this program's revision
        try:
            differences = list(_differences(engine, backup, show))
            _record(engine, AuditKind.RESTORED, path, backup)
            return backup, differences
        finally:
            engines.close_engine(engine)


def _record(engine: sa.Engine, kind: AuditKind, path: Path, backup: Backup) -> None:
    after = {"file": path.name, "made_at": backup.made_at, "funds": len(backup.funds)}
    with engine.begin() as connection:
        audit.record(connection, kind, after=after | {"events": backup.events})


def _written(
    engine: sa.Engine, owner: sa.URL, archive: zipfile.ZipFile, show: ShowProgress
) -> Backup:
    with at_one_moment(engine) as connection:
        funds = store_funds.listed(connection)
        driver = driver_connection(connection)
        with archive.open(_DUMP, "w", force_zip64=True) as out:
            dumps.dump(driver, owner, out, lambda done: show("Writing", done, None))
        made = []
        for number, fund in enumerate(funds, 1):
            made.append(fingerprints.imprint(driver, fund))
            show("Reading funds", number, len(funds))
    backup = Backup(_FORMAT, datetime.now(UTC).isoformat(), VERSION, PROJECTOR_VERSION, made)
    archive.writestr(_CONTENTS, orjson.dumps(backup, option=orjson.OPT_INDENT_2))
    return backup


@contextmanager
def _whole_file(path: Path) -> Iterator[zipfile.ZipFile]:
    """Return a file that gets its name when it is whole; it is for nobody else to read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise BackupError(f"{path} is no backup of Asof, or only part of one") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error
    with archive:
        if not {_DUMP, _CONTENTS} <= set(archive.namelist()):
            raise BackupError(f"{path} is no backup of Asof: name a file that it made")
        try:
            damaged = archive.testzip()
        except (OSError, zipfile.BadZipFile) as error:
            raise BackupError(f"{path} cannot be read whole: use another backup") from error
        if damaged:
            raise BackupError(f"{path} is damaged: use another backup")
        yield archive


def _contents(archive: zipfile.ZipFile, path: Path) -> Backup:
    contents: dict[str, Any] = orjson.loads(archive.read(_CONTENTS))
    if contents["format"] != _FORMAT:
        raise BackupError(f"{path} was made by Asof {contents['made_by']}: use a newer Asof")
    funds = [Imprint(**fund | {"id": UUID(fund["id"])}) for fund in contents["funds"]]
    return Backup(**contents | {"funds": funds})


def _see_that_it_is_empty(driver: psycopg.Connection, settings: Settings) -> None:
    if not dumps.has_tables(driver):
        return
    if settings.database_url is None:
        raise BackupError(
            f"there is a database in {settings.home} already, and nothing of it is overwritten: "
            "set ASOF_HOME to a new folder"
        )
    raise BackupError(
        "the database of DATABASE_URL is not empty, and nothing of it is overwritten: make a new "
        "one and name that"
    )


def is_folded_alike(backup: Backup) -> bool:
    """Return whether the version that made a backup folded logs as this one does."""
    return backup.projector_version == PROJECTOR_VERSION


def _differences(engine: sa.Engine, backup: Backup, show: ShowProgress) -> Iterator[str]:
    """Compare every fund with what it was, and check each chain from the first event."""
    if broken := audit.verify(engine)[1]:
        yield f"Audit: broken at event {broken.sequence}: {broken.reason}"
    for number, fund in enumerate(backup.funds, 1):
        try:
            if broken := verify_log.verify(engine, fund.id).broken:
                yield f"{fund.name}: broken at event {broken.sequence}: {broken.reason}"
            with reading(engine) as driver:
                for each in fingerprints.differences(
                    driver, fund, states_too=is_folded_alike(backup)
                ):
                    yield f"{fund.name}: {each}"
        except UnknownFundError:
            yield f"{fund.name}: it is not there"
        show("Checking funds", number, len(backup.funds))
