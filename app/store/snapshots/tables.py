"""The table of snapshots."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from app.store.database.schema import metadata

# A folded state at (as_of, through). It may serve (T, N) where as_of <= T and
# through <= N < valid_before, which is the first later event that is dated as_of or before; up to
# usable_until, with what came late let in. The server says what overtook it.
snapshot = Table(
    "snapshot",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
    Column("description", Text),
    Column("as_of", Date, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("valid_before", BigInteger),
    Column("usable_until", BigInteger),
    Column("projector_version", SmallInteger, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column("last_event", BigInteger, nullable=False),
    Column("nav", Numeric, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("state_hash", LargeBinary, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("requested_by", Text, nullable=False),
    # A keyed hash over what it says and of which viewpoint; the key is named, and is not here.
    Column("sealed_with", LargeBinary),
    Column("seal", LargeBinary),
    Column("set_aside_at", DateTime(timezone=True)),  # since when it serves nobody: it was wrong
    Column("remade_at", DateTime(timezone=True)),  # when it took the place of a wrong one
    CheckConstraint("type IN ('manual', 'scheduled', 'auto')", name="type"),
    CheckConstraint("as_of BETWEEN '0001-01-01' AND '9999-12-31'", name="as_of"),
)

Index(
    "snapshot_serving_idx",
    snapshot.c.fund_id,
    snapshot.c.projector_version,
    snapshot.c.as_of.desc(),
    snapshot.c.through.desc(),
    postgresql_include=["valid_before", "usable_until"],
)
Index(
    "snapshot_open_idx",
    snapshot.c.fund_id,
    snapshot.c.as_of,
    postgresql_where=text("usable_until IS NULL"),
)
Index(
    "snapshot_current_idx",
    snapshot.c.fund_id,
    snapshot.c.as_of,
    postgresql_where=text("valid_before IS NULL"),
)
Index(
    "snapshot_set_aside_idx",
    snapshot.c.fund_id,
    snapshot.c.id,
    postgresql_where=text("set_aside_at IS NOT NULL"),
)
