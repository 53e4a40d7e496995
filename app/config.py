"""The settings, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app.domain.errors import InternalError

VERSION = "0.1.0"
PROJECT = Path(__file__).resolve().parent.parent

_SHORTEST_TOKEN = 16
_LAST_PORT = 65535
_MOST = 1_000_000  # of what is counted for each person


class SettingsError(InternalError):
    """A setting that cannot be used, with what to set instead."""


def _variable(name: str, default: object, mend: str = "", **rules: Any) -> Any:  # noqa: ANN401 - as Field
    """Declare a setting: the variable it is read from, its default, and what it may be set to."""
    return Field(default, validation_alias=name, description=mend, **rules)


def _number(name: str, default: int, most: int) -> Any:  # noqa: ANN401 - as Field
    return _variable(name, default, f"a whole number from 1 to {most}", ge=1, le=most)


def _secret(name: str) -> Any:  # noqa: ANN401 - as Field
    rules = {"min_length": _SHORTEST_TOKEN, "pattern": r"^[ -~]*$", "repr": False}
    return _variable(name, None, f"{_SHORTEST_TOKEN} or more ASCII letters", **rules)


def _kept_key(read: Mapping[str, Any]) -> str:
    return kept_secret(read["home"] / "secret_key", lambda: secrets.token_urlsafe(48))


def _switched(given: object) -> object:
    """Read 1 and 0, and no other word for yes and no."""
    return {"1": True, "0": False}.get(given, given) if isinstance(given, str) else given


def _names(given: object) -> object:
    return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


_Switch = Annotated[bool, BeforeValidator(_switched), Field(strict=True)]


class _Variables(BaseSettings):
    """Settings whose fields are read from the environment, where they are not given."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        case_sensitive=True,
        env_ignore_empty=True,
        validate_by_name=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (there is no such file)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (nor such a folder)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the declared variables and no others: HOME and PORT are not of this program."""
        assert isinstance(env_settings, EnvSettingsSource)
        declared = {field.validation_alias for field in settings_cls.model_fields.values()}
        found = env_settings.env_vars.items()
        env_settings.env_vars = {name: value for name, value in found if name in declared}
        return init_settings, env_settings

    @classmethod
    def from_environ(cls) -> Self:
        """Read the environment. Raises SettingsError."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(cls._mend(error)) from None

    @classmethod
    def _mend(cls, error: ValidationError) -> str:
        """Tell of the first variable that cannot be used; never the value of a secret."""
        fault = error.errors()[0]
        variable = str(fault["loc"][0])
        field = next(
            each for each in cls.model_fields.values() if each.validation_alias == variable
        )
        value = f" is {fault['input']!r}" if field.repr else " cannot be used"
        return f"{variable}{value}: set it to {field.description}"


class PersonLimits(_Variables):
    """What one person may ask of the site, so that others get their turn."""

    jobs: int = _number("ASOF_JOBS_PER_PERSON", 20, _MOST)  # under way at a time
    snapshots: int = _number("ASOF_SNAPSHOTS_PER_DAY", 200, _MOST)  # asked for within 24 hours
    funds: int = _number("ASOF_FUNDS_PER_DAY", 50, _MOST)  # made within 24 hours


class LogSettings(_Variables):
    """How processes tell what happens."""

    # JSON: a line for each thing that happens.
    log: Literal["text", "json"] = _variable("ASOF_LOG", "text", "text or json")


class Settings(LogSettings):
    """Where data lives and where the site answers."""

    home: Annotated[Path, AfterValidator(lambda given: given.expanduser().resolve())] = _variable(
        "ASOF_HOME", PROJECT / "var", "a folder"
    )
    # None: the embedded server, in home.
    database_url: str | None = _variable("DATABASE_URL", None, repr=False)
    # Made and kept in home where none is given.
    secret_key: str = Field(default_factory=_kept_key, validation_alias="SECRET_KEY", repr=False)
    host: str = _variable("ASOF_HOST", "127.0.0.1")
    # 0: any that is free.
    port: int = _variable(
        "ASOF_PORT", 8000, "a port number, such as ASOF_PORT=8001", ge=0, le=_LAST_PORT
    )
    # A site that is started on an empty database gets the demo fund.
    demo: _Switch = _variable("ASOF_DEMO", default=True, mend="1 or 0")
    # A proxy in front serves https, and says for whom.
    https: _Switch = _variable("ASOF_HTTPS", default=False, mend="1 or 0")
    # Further names under which the site answers.
    hostnames: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = _variable(
        "ASOF_HOSTNAMES", ()
    )
    # A session ends after so long, whatever was asked meanwhile.
    session_hours: int = _number("ASOF_SESSION_HOURS", 12, 24 * 365)
    # And when nothing was asked for so long.
    session_idle_minutes: int = _number("ASOF_SESSION_IDLE_MINUTES", 30, 60 * 24 * 365)
    upload_mb: int = _number("ASOF_UPLOAD_MB", 32, 1024)
    # How long a client may be slow before a least rate is asked of it.
    request_seconds: int = _number("ASOF_REQUEST_SECONDS", 10, 600)
    metrics_token: str | None = _secret("ASOF_METRICS_TOKEN")  # who reads /metrics sends it
    # Of the keyed hashes that tell a genuine snapshot; None: derived from the secret key.
    seal_key: str | None = _secret("ASOF_SEAL_KEY")
    # A worker that showed no life for so long has lost its job.
    lease_seconds: int = _number("ASOF_LEASE_SECONDS", 60, 3600)
    person_limits: PersonLimits = Field(default_factory=PersonLimits.from_environ)


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
