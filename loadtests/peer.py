"""A fund in PyPI's `eventsourcing`, to compare with: one axis, the version, and plain JSON.

It is an aggregate with a snapshot each 100 events. Its events fold by the same steps as Asof's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

import sqlalchemy as sa
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding

from app.domain.events.model import Fact
from app.domain.state.fold import apply
from app.domain.state.state import FundState
from app.store.snapshots.codec import decode, encode

_NAMES = UUID("5d3b5e59-0a93-4e0c-9a2c-36b3a1b6c1d7")


class PeerFund(Aggregate):
    """A fund whose events carry what Asof's carry."""

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(_NAMES, name)

    @event("Established")
    def __init__(self, name: str) -> None:
        self.name = name
        self.state = FundState()

    @event("Recorded")
    def record(
        self, sequence: int, event_type: str, effective_on: str, payload: dict[str, Any]
    ) -> None:
        apply(self.state, Fact(sequence, event_type, date.fromisoformat(effective_on), payload))


class StateAsText(Transcoding):
    """A state in Asof's own bytes, which are faster than JSON."""

    type = FundState
    name = "fund_state"

    def encode(self, obj: FundState) -> str:
        return encode(obj).hex()

    def decode(self, data: str) -> FundState:
        return decode(bytes.fromhex(data))


class PeerFunds(Application[UUID]):
    """The library's application on PostgreSQL."""

    snapshotting_intervals: ClassVar[dict[Any, int]] = {PeerFund: 100}

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(StateAsText())


def open_peer(owner: sa.URL, *, made: bool = False) -> PeerFunds:
    """Open the library's application in a database, in tables of its own.

    They are made on the way unless they are said to be `made`: several at once must not make them.
    """
    host = owner.query["host"]
    return PeerFunds(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "CREATE_TABLE": "no" if made else "yes",
            "POSTGRES_DBNAME": str(owner.database),
            "POSTGRES_HOST": str(host),
            "POSTGRES_PORT": str(owner.query.get("port", "5432")),
            "POSTGRES_USER": str(owner.username),
            "POSTGRES_PASSWORD": str(owner.password or ""),
        }
    )


def record(funds: PeerFunds, fund: PeerFund, facts: Iterable[Fact]) -> None:
    """Let a fund learn facts, and save them in one transaction."""
    for fact in facts:
        fund.record(fact.sequence, fact.event_type, fact.effective_on.isoformat(), fact.payload)
    funds.save(fund)
