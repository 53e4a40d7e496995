"""Audit of administration: an append-only, chained record of who did what to whom, from where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_APPEND_ONLY = """
CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only: % is refused', TG_OP;
END $$;
CREATE TRIGGER audit_event_rows_are_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit();
CREATE TRIGGER audit_event_is_append_only BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit();
CREATE FUNCTION refuse_to_move_audit_head_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.sequence <> OLD.sequence + 1 THEN
        RAISE EXCEPTION 'the head of the audit moves on by one: % is refused', TG_OP;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_head_moves_on BEFORE INSERT OR UPDATE OR DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION refuse_to_move_audit_head_back();
CREATE TRIGGER audit_head_stays BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_move_audit_head_back();
"""
_FIRST_HEAD = """
INSERT INTO audit_head (is_only, sequence, occurred_at, chain_hash)
VALUES (true, 0, '2000-01-01 00:00:00+00', decode(repeat('00', 32), 'hex'))
"""
_FILTERS = ("kind", "actor_id", "about_id", "fund_id", "occurred_at")


def upgrade() -> None:
    """Make the table, the head of its chain, and the triggers that keep both as they are."""
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("about_id", sa.Uuid),
        sa.Column("about", sa.Text),
        sa.Column("fund_id", sa.Uuid),
        sa.Column("before", JSONB),
        sa.Column("after", JSONB),
        sa.Column("address", sa.Text),
        sa.Column("device", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("chain_hash", sa.LargeBinary, nullable=False),
        sa.Column(
            "prev_sequence",
            sa.BigInteger,
            sa.Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
        ),
        sa.CheckConstraint("sequence >= 1", name=op.f("audit_event_sequence_check")),
        sa.PrimaryKeyConstraint("sequence", name="audit_event_pkey"),
        sa.ForeignKeyConstraint(
            ["prev_sequence"], ["audit_event.sequence"], name="audit_event_prev_sequence_fkey"
        ),
        sa.UniqueConstraint("id", name="audit_event_id_key"),
    )
    for column in _FILTERS:
        op.create_index(f"audit_event_{column}_idx", "audit_event", [column, "sequence"])
    op.create_table(
        "audit_head",
        sa.Column("is_only", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("is_only", name=op.f("audit_head_is_only_check")),
        sa.PrimaryKeyConstraint("is_only", name="audit_head_pkey"),
    )
    op.execute(_FIRST_HEAD)
    op.execute(_APPEND_ONLY)


def downgrade() -> None:
    """Take the audit away, with everything in it."""
    for table in ("audit_head", "audit_event"):
        op.drop_table(table)
    for function in ("refuse_to_change_audit", "refuse_to_move_audit_head_back"):
        op.execute(f"DROP FUNCTION {function}()")
