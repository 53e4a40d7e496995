"""The ledger: funds, their heads, their events, and the requests that were carried out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = """
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only: % is refused', TG_OP
        USING HINT = 'Correct an event by voiding it and recording a new one.';
END $$;
CREATE TRIGGER event_rows_are_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_events();
CREATE TRIGGER event_is_append_only BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events();
"""
_FRAME = "event_type IN ('FUND_ESTABLISHED', 'TERMS_AMENDED', 'PERIOD_CLOSED', 'PERIOD_REOPENED')"


def upgrade() -> None:
    """Make the tables and the trigger that keeps events as they are."""
    op.create_table(
        "fund",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="fund_pkey"),
        sa.UniqueConstraint("name_key", name="fund_name_key_key"),
    )
    op.create_table(
        "ledger_head",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", name="ledger_head_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="ledger_head_fund_id_fkey"),
    )
    _create_event()
    op.create_table(
        "append_request",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("idempotency_key", sa.Text, nullable=False),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("first_sequence", sa.BigInteger, nullable=False),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", "idempotency_key", name="append_request_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="append_request_fund_id_fkey"),
    )
    op.execute(_APPEND_ONLY)


def downgrade() -> None:
    """Take the ledger away, with everything in it."""
    for table in ("append_request", "event", "ledger_head", "fund"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_to_change_events()")


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("schema_version", sa.SmallInteger, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("payload_hash", sa.LargeBinary, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("correlation_id", sa.Uuid),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True)),
        sa.Column("chain_hash", sa.LargeBinary, nullable=False),
        sa.Column("name_key", sa.Text),
        sa.Column(
            "prev_sequence",
            sa.BigInteger,
            sa.Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
        ),
        sa.Column(
            "company_id", sa.Uuid, sa.Computed("(payload ->> 'company_id')::uuid", persisted=True)
        ),
        sa.Column(
            "voids", sa.BigInteger, sa.Computed("(payload ->> 'voids')::bigint", persisted=True)
        ),
        sa.CheckConstraint("sequence >= 1", name=op.f("event_sequence_check")),
        sa.PrimaryKeyConstraint("fund_id", "sequence", name="event_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="event_fund_id_fkey"),
        sa.ForeignKeyConstraint(
            ["fund_id", "prev_sequence"],
            ["event.fund_id", "event.sequence"],
            name="event_fund_id_prev_sequence_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["fund_id", "voids"],
            ["event.fund_id", "event.sequence"],
            name="event_fund_id_voids_fkey",
        ),
        sa.UniqueConstraint(
            "fund_id",
            "event_type",
            "payload_hash",
            name="event_fund_id_event_type_payload_hash_key",
        ),
        sa.UniqueConstraint("fund_id", "id", name="event_fund_id_id_key"),
    )
    _index("event_voids_idx", "voids", where="voids IS NOT NULL", unique=True)
    _index("event_company_idx", "company_id", "sequence", where="company_id IS NOT NULL")
    _index("event_name_idx", "name_key", where="name_key IS NOT NULL")
    _index("event_frame_idx", "sequence", where=_FRAME)
    _index("event_recorded_idx", "recorded_at", "sequence")


def _index(name: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    op.create_index(
        name,
        "event",
        ["fund_id", *columns],
        unique=unique,
        postgresql_where=sa.text(where) if where else None,
    )
