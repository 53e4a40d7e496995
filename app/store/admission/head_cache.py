"""The ends of logs as this process left them: enough to append to one, if nobody else has since."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from cachetools import LRUCache

from app.domain.events.event_json import JsonObject
from app.store.admission.admission_scope import AdmissionScope, StoredLogIndex

_MOST = 20  # funds
_HEAVIEST = 500_000  # letters of the payloads that were noted since an index was read
_written: LRUCache[UUID, bytes] = LRUCache(_MOST)  # where this process left each log
_ends: LRUCache[UUID, CachedHead] = LRUCache(_MOST)
_one_at_a_time = threading.Lock()


@dataclass(slots=True)
class CachedHead:
    """The end of a fund's log, and what was read of the log to append to it.

    Whether it still is the end is for the statement that appends to see: a chain hash stands for
    all that leads to it.
    """

    sequence: int
    chain_hash: bytes
    follows: bytes  # the chain hash before the last append
    builds: int  # how often snapshots were built on the log
    index: StoredLogIndex
    scope: AdmissionScope  # of the facts for which the index was read
    clock: datetime  # the database's, as it was when the index was read
    weight: int  # in letters of payloads
    _made_at: float = field(default_factory=time.monotonic)

    def moved_on(self, chain_hash: bytes, scope: AdmissionScope, payload: JsonObject) -> CachedHead:
        """Return the end after one more append, of which the index has taken note."""
        return replace(
            self,
            sequence=self.sequence + 1,
            chain_hash=chain_hash,
            follows=self.chain_hash,
            scope=scope,
            weight=self.weight + len(str(payload)),
        )

    def now(self) -> datetime:
        """Tell the time by the database's clock, as it went on if nobody has set it."""
        return self.clock + timedelta(seconds=time.monotonic() - self._made_at)


def put(fund_id: UUID, end: CachedHead) -> None:
    """Keep the end of a log for the next append, once what leads to it is committed.

    Only where the append before was this process's too: where others write, it would be in vain.
    """
    with _one_at_a_time:
        alone = _written.pop(fund_id, None) == end.follows
        _written[fund_id] = end.chain_hash
        if alone and end.weight < _HEAVIEST:
            _ends[fund_id] = end


def take(fund_id: UUID) -> CachedHead | None:
    """Take the end of a log, if there is one; whoever appends to it keeps the new one."""
    with _one_at_a_time:
        return _ends.pop(fund_id, None)
