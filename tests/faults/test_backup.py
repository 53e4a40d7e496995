"""A backup made while people write brings back every fund, its chain and its states, elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa
from click.testing import Result
from sqlalchemy import Engine

from app import create_app
from app.config import PROJECT, Settings
from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit, tokens
from app.services.snapshots.take import SnapshotRequest, take
from app.store.database import bootstrap, engines
from tests.faults.browsing import Browsing
from tests.faults.server import Server, record
from tests.ledgers import called, company, damage, investment, mark, new_fund
from tests.people import somebody
from tests.running_site import running

_EMAIL = "keeper@example.com"


def _command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=PROJECT,
        env={**os.environ, "ASOF_HOME": str(home), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _writing(server: Server, fund: UUID) -> Iterator[list[int]]:
    """Have somebody record events one after the other; return the statuses of the answers."""
    stop, client, answers = threading.Event(), server.client(), [0]

    def write() -> None:
        while not stop.is_set():
            number = len(answers)
            answers.append(record(client, fund, str(number), f"{number}").status_code)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


@pytest.mark.timeout(180)
def test_a_site_backed_up_while_people_write_comes_back_on_an_empty_machine(
    lone: Server, tmp_path: Path
) -> None:
    fund = new_fund(lone.engine, company(), investment("50"), mark("70"), called("9", "2011-01-01"))
    take(lone.engine, fund, uuid4(), SnapshotRequest(date(2010, 12, 31), "manual", "someone"))
    person = somebody(lone.engine, "Kit Keeper", _EMAIL, admin=True)
    _, token = tokens.make(lone.engine, person.id, "for the other machine")
    file, home = tmp_path / "asof.backup", tmp_path / "elsewhere" / "home"
    assert lone.client().get("/account/").status_code == 200
    with _writing(lone, fund) as answers:
        made = _command(lone.settings.home, "backup", str(file))
        meanwhile = len(answers)
    assert made.returncode == 0, made.stderr
    assert set(answers[1:]) == {201}
    assert meanwhile > 10, "whoever writes waits for the backup"
    assert file.stat().st_mode & 0o077 == 0
    [kept] = [each for each in _contents(file)["funds"] if each["id"] == str(fund)]
    assert 5 < kept["head"] < 5 + len(answers)

    restored = _command(home, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert (
        "every chain is as it was written, and every state that the backup noted is as it was"
        in restored.stdout
    )
    again = _run(Settings(home=home, database_url=None, secret_key="-"), "restore", str(file))  # noqa: S106
    assert again.exit_code == 1
    assert f"there is a database in {home} already" in again.output

    path = f"/api/funds/{fund}/state?at=2011-06-30&through={kept['head']}"
    with running(home) as site:
        address = site.address()
        there = _get(address + path, token)
        here = lone.client().get(path).json
        assert here is not None
        assert {**there, "head": None} == {**here, "head": None}
        assert there["head"] == kept["head"]
        Browsing(address).sign_in(_EMAIL)
        with _sessions_of(home) as ids:
            assert len(ids) == 1, "no session of before the backup comes back"
        site.stop()


@contextmanager
def _sessions_of(home: Path) -> Iterator[list[UUID]]:
    engine = engines.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
    with engine.connect() as connection:
        yield list(connection.scalars(sa.text("SELECT id FROM web_session")))
    engines.close_engine(engine)


def _contents(file: Path) -> Any:  # noqa: ANN401 (JSON)
    with zipfile.ZipFile(file) as archive:
        return orjson.loads(archive.read("backup.json"))


def _get(address: str, token: str) -> dict[str, Any]:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as answer:
        told: dict[str, Any] = json.loads(answer.read())
        return told


@pytest.fixture
def elsewhere(fresh_database_url: str, tmp_path: Path) -> Settings:
    """Return settings that lead to an empty database on a server of someone else's."""
    return Settings(home=tmp_path / "own", database_url=fresh_database_url, secret_key="-")  # noqa: S106


def _run(settings: Settings, *words: str) -> Result:
    return create_app(settings).test_cli_runner().invoke(args=list(words))


@pytest.fixture
def backup(elsewhere: Settings, tmp_path: Path) -> Path:
    """Return a backup of a database with one fund in it."""
    engine = engines.open_engine(elsewhere)
    new_fund(engine, called("100"), called("7", "2011-01-01"), name="Kept Ventures")
    engines.close_engine(engine)
    file = tmp_path / "one.backup"
    made = _run(elsewhere, "backup", str(file))
    assert made.exit_code == 0, made.output
    return file


def _owner(settings: Settings) -> Engine:
    assert settings.database_url is not None
    return sa.create_engine(bootstrap.engine_url(settings.database_url), poolclass=sa.NullPool)


def _emptied(settings: Settings) -> Settings:
    """Keep all out of a database, which is the test's own."""
    with _owner(settings).begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    return settings


def test_a_backup_goes_by_way_of_any_database(elsewhere: Settings, backup: Path) -> None:
    refused = _run(elsewhere, "restore", str(backup))
    assert refused.exit_code == 1
    assert "the database of DATABASE_URL is not empty" in refused.output
    restored = _run(_emptied(elsewhere), "restore", str(backup))
    assert restored.exit_code == 0, restored.output
    assert "Kept Ventures: 3 events" in restored.output
    assert "1 fund with 3 events restored" in restored.output


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"chain_hash": "00"}, "its log ends at event 3"),
        ({"states": {"2010-01-15 2": "00"}}, "its state as of 2010-01-15, as known at event 2, is"),
        ({"id": str(UUID(int=7))}, "it is not there"),
    ],
    ids=["chain", "state", "fund"],
)
def test_what_came_back_otherwise_than_it_was_is_named(
    elsewhere: Settings, backup: Path, change: dict[str, Any], told: str
) -> None:
    contents = _contents(backup)
    contents["funds"][0] |= change
    changed = backup.with_name("changed.backup")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(changed, "w") as new:
        new.writestr("database.dump", old.read("database.dump"))
        new.writestr("backup.json", orjson.dumps(contents))
    restored = _run(_emptied(elsewhere), "restore", str(changed))
    assert restored.exit_code == 1
    assert f"Kept Ventures: {told}" in restored.output


def test_a_file_that_is_no_whole_backup_changes_nothing(elsewhere: Settings, backup: Path) -> None:
    content = backup.read_bytes()
    place = content.index(b"PGDMP") + 2_000
    for name, damaged, told in (
        ("half", content[: len(content) // 2], "or only part of one"),
        ("flipped", content[:place] + b"\0\0\0\0" + content[place + 4 :], "is damaged"),
        ("text", b"no backup", "is no backup of Asof"),
    ):
        file = backup.with_name(name)
        file.write_bytes(damaged)
        refused = _run(_emptied(elsewhere), "restore", str(file))
        assert refused.exit_code == 1
        assert told in refused.output, refused.output
    assert _run(elsewhere, "restore", str(backup)).exit_code == 0  # it was empty still


def test_a_home_that_cannot_be_made_is_not_laid_to_the_backups_charge(
    backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    refused = _command(tmp_path / "file" / "home", "restore", str(backup))
    assert refused.returncode != 0
    assert f"{backup} cannot be read" not in refused.stdout + refused.stderr


def test_a_file_that_is_there_is_not_overwritten(elsewhere: Settings, backup: Path) -> None:
    before = backup.read_bytes()
    refused = _run(elsewhere, "backup", str(backup))
    assert refused.exit_code == 1
    assert "exists already: choose another name" in refused.output
    nowhere = _run(elsewhere, "backup", str(backup / "below"))
    assert nowhere.exit_code == 1
    assert "cannot be written" in nowhere.output
    assert backup.read_bytes() == before
    assert not list(backup.parent.glob(".*"))


def test_a_damaged_ledger_is_backed_up_as_it_is_and_told_of(
    elsewhere: Settings, backup: Path
) -> None:
    with _owner(elsewhere).connect() as connection:
        fund = connection.execute(sa.text("SELECT id FROM fund")).scalar_one()
    damage(_owner(elsewhere), fund)
    file = backup.with_name("damaged.backup")
    made = _run(elsewhere, "backup", str(file))
    assert made.exit_code == 0, made.output
    assert "which cannot be read: see flask ledger verify" in made.output
    restored = _run(_emptied(elsewhere), "restore", str(file))
    assert restored.exit_code == 1
    assert "Kept Ventures: broken at event 2" in restored.output


def test_a_damaged_audit_is_told_of_where_it_comes_back(elsewhere: Settings, backup: Path) -> None:
    with _owner(elsewhere).begin() as connection:
        audit.record(connection, AuditKind.BACKED_UP)
        connection.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(sa.text("UPDATE audit_event SET actor = 'x' WHERE sequence = 1"))
        connection.execute(sa.text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    file = backup.with_name("forged.backup")
    assert _run(elsewhere, "backup", str(file)).exit_code == 0
    restored = _run(_emptied(elsewhere), "restore", str(file))
    assert restored.exit_code == 1
    assert "Audit: broken at event 1: its fields do not give its chain hash" in restored.output
