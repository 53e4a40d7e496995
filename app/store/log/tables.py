"""The tables of the log."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.database.schema import metadata

# One row a fund, locked by whoever appends; its existence is the fund's. The server itself moves it
# when events are added, and the application may not.
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default="epoch"),
    Column("chain_hash", LargeBinary, nullable=False, server_default=rf"\x{'00' * 32}"),
    # How often the log was held still to add snapshots that it had led to.
    Column("builds", BigInteger, nullable=False, server_default="0"),
)
event = Table(
    "event",
    metadata,
    Column("fund_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("payload_hash", LargeBinary, nullable=False),
    Column("causation_id", Uuid),
    Column("correlation_id", Uuid),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True)),
    Column("chain_hash", LargeBinary, nullable=False),
    # The company name that the event brings into use, folded; ledger verify checks it.
    Column("name_key", Text),
    # The first event hangs on its fund and each other one on the one before it, so that neither a
    # gap nor a log of no fund can be written.
    Column(
        "first_of",
        Uuid,
        Computed("CASE WHEN sequence = 1 THEN fund_id END", persisted=True),
        ForeignKey("fund.id"),
    ),
    Column(
        "prev_sequence",
        BigInteger,
        Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
    ),
    Column("company_id", Uuid, Computed("(payload ->> 'company_id')::uuid", persisted=True)),
    Column("voids", BigInteger, Computed("(payload ->> 'voids')::bigint", persisted=True)),
    CheckConstraint("sequence >= 1", name="sequence"),
    ForeignKeyConstraint(["fund_id", "prev_sequence"], ["event.fund_id", "event.sequence"]),
    ForeignKeyConstraint(["fund_id", "voids"], ["event.fund_id", "event.sequence"]),
    UniqueConstraint("fund_id", "event_type", "payload_hash"),
    UniqueConstraint("fund_id", "id"),
)
# A request that was carried out, so that sending it again gives the same answer.
append_request = Table(
    "append_request",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
)
# How far ahead the log knew of anything from a sequence on: the latest effective date through it.
# Reads of the past need not look at what lies beyond. The server adds to it as events are added.
horizon = Table(
    "horizon",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("latest_on", Date, nullable=False),
    UniqueConstraint("fund_id", "latest_on"),
)
# What was found when a fund was verified, and where its log ended then. Only ever added to; a row
# that would repeat the last one moves that one's moment on instead.
verification = Table(
    "verification",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("verified_at", DateTime(timezone=True), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
    Column("snapshots", BigInteger, nullable=False),  # how many were looked at
    Column("findings", JSONB, nullable=False),
    Column("sealed_with", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

Index(
    "event_voids_idx",
    event.c.fund_id,
    event.c.voids,
    unique=True,
    postgresql_where=text("voids IS NOT NULL"),
)
Index(
    "event_company_idx",
    event.c.fund_id,
    event.c.company_id,
    event.c.sequence,
    postgresql_where=text("company_id IS NOT NULL"),
)
Index(
    "event_name_idx",
    event.c.fund_id,
    event.c.name_key,
    postgresql_where=text("name_key IS NOT NULL"),
)
Index(
    "event_naming_idx",
    event.c.fund_id,
    event.c.company_id,
    event.c.sequence,
    postgresql_where=text("name_key IS NOT NULL"),
)
Index(
    "event_frame_idx",
    event.c.fund_id,
    event.c.sequence,
    postgresql_where=text(
        "event_type IN ('FUND_ESTABLISHED', 'TERMS_AMENDED', 'PERIOD_CLOSED', 'PERIOD_REOPENED')"
    ),
)
# What partners promised, and what raises or lowers a balance of the fund, see
# `domain.admission.balance_moves`.
Index(
    "event_capital_idx",
    event.c.fund_id,
    event.c.event_type,
    event.c.sequence,
    postgresql_where=text(
        "event_type IN ('COMMITMENT_MADE', 'CREDIT_LINE_DRAWN', 'CREDIT_LINE_REPAID', "
        "'CAPITAL_CALLED', 'DISTRIBUTION_MADE', 'DISTRIBUTION_RETURNED', 'EXPENSE_ACCRUED', "
        "'EXPENSE_PAID')"
    ),
)
# What was recorded into closed books: counted for each close, and listed alone.
Index(
    "event_adjustment_idx",
    event.c.fund_id,
    event.c.sequence,
    event.c.effective_on,
    postgresql_where=text("(payload ->> 'adjustment') = 'true'"),
)
# The funds that somebody made.
Index(
    "event_founder_idx",
    event.c.recorded_by,
    func.coalesce(event.c.loaded_at, event.c.recorded_at),
    postgresql_where=text("sequence = 1"),
)
Index("event_recorded_idx", event.c.fund_id, event.c.recorded_at, event.c.sequence)
Index("event_effective_idx", event.c.fund_id, event.c.effective_on, event.c.sequence)
