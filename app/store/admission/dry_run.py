"""What a batch would add to a log: judged as an append judges it, without a lock or a trace."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.domain.errors import Fault, RefusedError
from app.domain.events.model import Fact
from app.store.admission.admission_scope import AdmissionScope, StoredLogIndex, read_scope
from app.store.admission.append import admitted
from app.store.admission.batches import Batch
from app.store.database.connections import driver_connection
from app.store.log.stored_events import head_of

_CLOCK = "SELECT clock_timestamp()"


def rehearse(connection: Connection, fund_id: UUID, batch: Batch) -> tuple[int, list[Fact]]:
    """Return the head of the log, and the facts that the batch would put after it.

    Another writer may be first: only an append decides. Raises UnknownFundError, and RefusedError
    with the faults of every draft that has any.
    """
    if not batch.drafts:
        raise RefusedError([Fault("events", "", "the batch is empty: send at least one event")])
    head = head_of(connection, fund_id).sequence
    cursor = driver_connection(connection).cursor()
    scope_rows = read_scope(cursor, fund_id, AdmissionScope.on(batch.drafts)).fetchall()
    clock = cursor.execute(_CLOCK).fetchone()
    assert clock is not None
    index = StoredLogIndex(cursor, fund_id, head)
    index.add_all(scope_rows)
    return head, [
        Fact(sequence, each.event_type, each.effective_on, each.payload)
        for sequence, each in enumerate(admitted(index, batch, clock[0]), head + 1)
    ]
