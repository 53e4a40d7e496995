"""Reads states as they were read before there were keyed hashes, to show what these cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from app.store.database import seals
from app.store.snapshots import state_reader, state_sql
from loadtests import report

_SEALED = "AND snapshot.sealed_with = %(key)s AND snapshot.set_aside_at IS NULL"
_CLAIMS = f"{seals.SEALED} AS sealed"


class Unsealed:
    """The statements of a read, without what has to do with keyed hashes."""

    def __init__(self) -> None:
        """Take it out of them."""
        usual, in_turn = (self._plain(each) for each in state_sql.WHOLE)
        self._statements = state_sql.Statements(usual, in_turn)

    def read(self, driver: psycopg.Connection, fund_id: UUID, as_of: date) -> state_reader.Read:
        """Read the state at the head, and believe the snapshot."""
        check = seals.check_snapshot
        seals.check_snapshot = _believe  # type: ignore[assignment] # whatever it is asked
        try:
            return state_reader._read(  # noqa: SLF001
                driver, self._statements, fund_id, as_of, None
            )
        finally:
            seals.check_snapshot = check

    @staticmethod
    def _plain(statement: str) -> str:
        for part, instead in ((_SEALED, ""), (_CLAIMS, "NULL::text AS sealed")):
            assert part in statement
            statement = statement.replace(part, instead)
        return statement


def cost(sealed: Sequence[float], unsealed: Sequence[float]) -> str:
    """Say what keyed hashes add to a read, at the tenth percentile and at the median.

    Others on the machine disturb the faster reads the least.
    """
    said = []
    for name, share in (("p10", 0.1), ("p50", 0.5)):
        much, less = (report.percentile(each, share) * 1000 for each in (sealed, unsealed))
        said.append(f"{much - less:+.3f} ms of {less:.3f} at {name} ({much / less - 1:+.1%})")
    return ", ".join(said)


def _believe(*_: Any) -> None:  # noqa: ANN401 (whatever is checked)
    return
