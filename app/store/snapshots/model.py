"""Snapshots: what their rows hold, and those that are about to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.state.fold import PROJECTOR_VERSION
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.store.database import seals
from app.store.snapshots.codec import encode

SnapshotType = Literal["manual", "scheduled", "auto"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folded state, as it stands in the table, but for the state itself."""

    fund_id: UUID
    id: UUID
    type: SnapshotType
    description: str | None
    as_of: date
    through: int
    valid_before: int | None  # the event that overtook it; None while nothing has
    usable_until: int | None  # the event that ended its use; None while nothing has
    projector_version: int
    event_count: int
    last_event: int  # of those in it, the one recorded last
    nav: Decimal
    state_hash: bytes
    taken_at: datetime
    requested_by: str
    size: int  # bytes
    sealed_with: bytes | None  # the name of the key
    seal: bytes | None
    set_aside_at: datetime | None  # since when it serves nobody, because it was wrong
    remade_at: datetime | None  # when it took the place of a wrong one

    @property
    def is_outdated(self) -> bool:
        """Whether another projector folded or another key sealed it: it serves nobody any more."""
        return (self.projector_version, self.sealed_with) != (PROJECTOR_VERSION, seals.key().name)

    @property
    def is_wrong(self) -> bool:
        """Whether it is not as Asof wrote it, as far as can be told without its state."""
        return not self.is_outdated and (self.set_aside_at is not None or not self.is_genuine)

    @property
    def is_genuine(self) -> bool:
        """Whether its seal is that of what it says of itself and its state."""
        said = seals.claims(
            self.id, self.type, self.through, self.event_count, self.last_event, self.nav
        )
        right = seals.of_snapshot(
            self.fund_id, self.as_of, self.projector_version, said, self.state_hash
        )
        return self.seal == right

    @property
    def serves_now(self) -> bool:
        """Whether it serves readers who know all that is known today."""
        return self.valid_before is None and not self.is_outdated and not self.is_wrong


@dataclass(frozen=True, slots=True)
class Tally:
    """How many snapshots serve those who know all, only readers of the past, or nobody."""

    serving: int
    overtaken: int
    outdated: int  # folded by another projector, or sealed with another key
    set_aside: int  # because they are wrong

    @property
    def total(self) -> int:
        """How many there are."""
        return self.serving + self.overtaken + self.outdated + self.set_aside


@dataclass(frozen=True, slots=True)
class Taken:
    """A state that was folded and written down, ready to be kept."""

    id: UUID
    type: SnapshotType
    as_of: date
    through: int
    event_count: int
    last_event: int
    nav: Decimal
    state: bytes
    requested_by: str
    description: str | None = None
    remade: bool = False  # in place of one that was wrong


def taken(  # noqa: PLR0913 (a snapshot is what its row holds)
    state: FundState,
    at: Viewpoint,
    type_: SnapshotType,
    requested_by: str,
    *,
    description: str = "",
    snapshot_id: UUID | None = None,
    remade: bool = False,
) -> Taken:
    """Write down a state as it is now; it may be folded further afterwards."""
    return Taken(
        id=snapshot_id or uuid7(),
        type=type_,
        as_of=at.as_of,
        through=at.through,
        event_count=state.events,
        last_event=state.last_event,
        nav=state.nav,
        state=encode(state),
        requested_by=requested_by,
        description=description or None,
        remade=remade,
    )
