"""Keyed hashes over what the database keeps beside the log, by a key that it does not hold.

Whoever can write into the database can change a snapshot, but cannot make it look genuine.
"""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from app.domain.errors import AsofError, InternalError
from app.domain.money import plain_text

_PURPOSE, _NAME = b"asof: seals, 1", b"the name of this key"
_NAME_SIZE = 8  # bytes
_HEAVIEST = 8_000_000  # bytes of the states that a process keeps to compare with


class WrongSealError(InternalError):
    """A snapshot that is not as Asof wrote it."""

    def __init__(self, snapshot_id: UUID, reason: str) -> None:
        """Name the snapshot, and what is wrong with it."""
        super().__init__(f"snapshot {snapshot_id}: {reason}")
        self.snapshot_id = snapshot_id
        self.reason = reason


WRONG_SEAL = "its keyed hash is not that of what it holds"
WRONG_VALIDITY = "it is said to be overtaken by an event that is in it"


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a site, with the name under which rows tell that they are sealed with it."""

    secret: bytes
    name: bytes

    @classmethod
    def of(cls, secret: str) -> Key:
        """Derive the key from a site's secret, of which it tells nothing."""
        key = hmac.digest(secret.encode(), _PURPOSE, "sha256")
        return cls(key, hmac.digest(key, _NAME, "sha256")[:_NAME_SIZE])


_Row = tuple[UUID, date, int, bytes]  # fund, day, projector and state


class _Genuine:
    """Snapshots that were found to be genuine, as they were then.

    To compare all of a row with what it was takes a tenth of the time of hashing it anew.
    """

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._weight = 0
        self._one_at_a_time = threading.Lock()

    def get(self, sealed: str) -> _Row | None:
        return self._rows.get(sealed)

    def add(self, sealed: str, row: _Row) -> None:
        with self._one_at_a_time:
            self._drop(sealed)
            self._rows[sealed] = row
            self._weight += len(row[-1])
            while self._weight > _HEAVIEST:
                self._drop(next(iter(self._rows)))

    def clear(self) -> None:
        with self._one_at_a_time:
            self._rows.clear()
            self._weight = 0

    def _drop(self, sealed: str) -> None:
        if (row := self._rows.pop(sealed, None)) is not None:
            self._weight -= len(row[-1])


_in_use: list[Key] = []
_genuine = _Genuine()


def use(secret: str) -> None:
    """Seal, and check seals, with the key of this secret from now on: a process serves one site."""
    use_key(Key.of(secret))


def use_key(key: Key) -> None:
    """Take up a key, as `use` does."""
    _in_use[:] = [key]
    _genuine.clear()


def key() -> Key:
    """Return the key of the site at work."""
    if not _in_use:
        raise AsofError("no key for seals: open the database by its settings")
    return _in_use[0]


def claims(  # noqa: PLR0913, PLR0917 (all that a snapshot says of itself)
    snapshot_id: UUID, type_: str, through: int, event_count: int, last_event: int, nav: Decimal
) -> str:
    """Write what a snapshot says of itself, as `CLAIMS` has the server write it."""
    return f"{snapshot_id}|{type_}|{through}|{event_count}|{last_event}|{plain_text(nav)}"


CLAIMS = """concat_ws('|', snapshot.id, snapshot.type, snapshot.through, snapshot.event_count,
    snapshot.last_event, trim_scale(snapshot.nav))"""


def of_snapshot(
    fund_id: UUID, as_of: date, projector_version: int, claimed: str, state_hash: bytes
) -> bytes:
    """Return the seal of a snapshot: over its fund, its viewpoint, its claims and its state."""
    said = f"snapshot|{fund_id}|{as_of}|{projector_version}|{claimed}|".encode()
    return hmac.digest(key().secret, said + state_hash, "sha256")


def check_snapshot(  # noqa: PLR0913, PLR0917 (a row of the hot path, as it comes)
    fund_id: UUID, as_of: date, projector_version: int, valid_before: int | None, sealed: str,
    content: bytes,
) -> None:  # fmt: skip
    """See that a snapshot is genuine; `sealed` are its claims, a bar, and its seal in hexadecimal.

    One that is said to be overtaken by what is in it already would have that counted twice. Raises
    WrongSealError.
    """
    claimed, _, seal = sealed.rpartition("|")
    row = fund_id, as_of, projector_version, content
    if _genuine.get(sealed) != row:
        state_hash = sha256(content).digest()
        right = of_snapshot(fund_id, as_of, projector_version, claimed, state_hash).hex()
        if not hmac.compare_digest(right, seal):
            raise WrongSealError(UUID(claimed[:36]), WRONG_SEAL)
        _genuine.add(sealed, row)
    if valid_before is not None and valid_before <= int(claimed.split("|", 3)[2]):
        raise WrongSealError(UUID(claimed[:36]), WRONG_VALIDITY)


SEALED = f"{CLAIMS} || '|' || coalesce(encode(snapshot.seal, 'hex'), '')"


def of_series(claimed: str, content_hash: bytes) -> bytes:
    """Return the seal of figures over time: over what they say of themselves and their content."""
    return hmac.digest(key().secret, f"series|{claimed}|".encode() + content_hash, "sha256")


def of_verification(
    fund_id: UUID, verification_id: UUID, sequence: int, chain_hash: bytes, findings: bytes
) -> bytes:
    """Return the seal of what a verification found, and of where the log ended then."""
    said = f"verification|{fund_id}|{verification_id}|{sequence}|".encode()
    return hmac.digest(key().secret, said + chain_hash + findings, "sha256")
