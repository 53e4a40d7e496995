"""The settings, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from app.domain.errors import InternalError

VERSION = "0.1.0"
PROJECT = Path(__file__).resolve().parent.parent

_SHORTEST_TOKEN = 16
_MOST = 1_000_000  # of what is counted for each person


class SettingsError(InternalError):
    """A setting that cannot be used, with what to set instead."""


@dataclass(frozen=True, slots=True)
class PersonLimits:
    """What one person may ask of the site, so that others get their turn."""

    jobs: int = 20  # under way at a time
    snapshots: int = 200  # asked for within 24 hours
    funds: int = 50  # made within 24 hours

    @classmethod
    def from_environ(cls) -> Self:
        """Read the environment."""
        usual = cls()
        return cls(
            jobs=_number("ASOF_JOBS_PER_PERSON", usual.jobs, _MOST),
            snapshots=_number("ASOF_SNAPSHOTS_PER_DAY", usual.snapshots, _MOST),
            funds=_number("ASOF_FUNDS_PER_DAY", usual.funds, _MOST),
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lives and where the site answers."""

    home: Path
    database_url: str | None = field(repr=False)  # None: the embedded server, in home
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000  # 0: any that is free
    demo: bool = True  # a site that is started on an empty database gets the demo fund
    https: bool = False  # a proxy in front serves https, and says for whom
    hostnames: tuple[str, ...] = ()  # further names under which the site answers
    session_hours: int = 12  # a session ends after so long, whatever was asked meanwhile
    session_idle_minutes: int = 30  # and when nothing was asked for so long
    upload_mb: int = 32
    request_seconds: int = 10  # how long a client may be slow before a least rate is asked of it
    log: str = "text"  # or "json": a line of JSON for each thing that happens
    metrics_token: str | None = field(default=None, repr=False)  # who reads /metrics sends it
    # Of the keyed hashes that tell a genuine snapshot; None: derived from the secret key.
    seal_key: str | None = field(default=None, repr=False)
    lease_seconds: int = 60  # a worker that showed no life for so long has lost its job
    person_limits: PersonLimits = field(default_factory=PersonLimits)

    @classmethod
    def from_environ(cls) -> Self:
        """Read the environment; a secret key is made and kept in home where none is given."""
        home = Path(os.environ.get("ASOF_HOME") or PROJECT / "var").expanduser().resolve()
        return cls(
            home=home,
            database_url=os.environ.get("DATABASE_URL") or None,
            secret_key=os.environ.get("SECRET_KEY")
            or kept_secret(home / "secret_key", lambda: secrets.token_urlsafe(48)),
            host=os.environ.get("ASOF_HOST") or "127.0.0.1",
            port=_port(os.environ.get("ASOF_PORT") or "8000"),
            demo=_switch("ASOF_DEMO", "1"),
            https=_switch("ASOF_HTTPS", "0"),
            hostnames=tuple((os.environ.get("ASOF_HOSTNAMES") or "").replace(",", " ").split()),
            session_hours=_number("ASOF_SESSION_HOURS", 12, 24 * 365),
            session_idle_minutes=_number("ASOF_SESSION_IDLE_MINUTES", 30, 60 * 24 * 365),
            upload_mb=_number("ASOF_UPLOAD_MB", 32, 1024),
            request_seconds=_number("ASOF_REQUEST_SECONDS", 10, 600),
            log=log_form(),
            metrics_token=_secret("ASOF_METRICS_TOKEN"),
            seal_key=_secret("ASOF_SEAL_KEY"),
            lease_seconds=_number("ASOF_LEASE_SECONDS", 60, 3600),
            person_limits=PersonLimits.from_environ(),
        )


def log_form() -> str:
    """Read in which form processes tell what happens."""
    given = os.environ.get("ASOF_LOG") or "text"
    if given not in {"text", "json"}:
        msg = f"ASOF_LOG is {given!r}: set it to text or json"
        raise SettingsError(msg)
    return given


def _secret(name: str) -> str | None:
    given = os.environ.get(name) or None
    if given is not None and (len(given) < _SHORTEST_TOKEN or not given.isascii()):
        msg = f"{name} is too short: set it to {_SHORTEST_TOKEN} or more ASCII letters"
        raise SettingsError(msg)
    return given


def _switch(name: str, usual: str) -> bool:
    given = os.environ.get(name) or usual
    if given not in {"0", "1"}:
        msg = f"{name} is {given!r}: set it to 1 or 0"
        raise SettingsError(msg)
    return given == "1"


def _number(name: str, usual: int, most: int) -> int:
    given = os.environ.get(name) or str(usual)
    if not given.isdecimal() or not 1 <= int(given) <= most:
        msg = f"{name} is {given!r}: set it to a whole number from 1 to {most}"
        raise SettingsError(msg)
    return int(given)


def _port(given: str) -> int:
    if not given.isdecimal() or int(given) > 65535:  # noqa: PLR2004 (the last port there is)
        msg = f"ASOF_PORT is {given!r}: set it to a port number, such as ASOF_PORT=8001"
        raise SettingsError(msg)
    return int(given)


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Read a secret, or make one; of several processes at once the first to link wins."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            private = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(private, "w") as file:
                file.write(make())
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()
    except OSError as error:
        msg = f"{path.parent} cannot be used ({error.strerror}): set ASOF_HOME to a folder of yours"
        raise SettingsError(msg) from error
