"""Figures cannot be falsified beside the log: what follows from it, the server writes itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The head, the horizon and the validity of snapshots follow from the events that are added. The
# function runs with the rights of the tables' owner, so that nobody else needs any on these.
_FOLLOW = """
    CREATE FUNCTION follow_appended_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE
        last record;
        first_on date;
        last_on date;
        several boolean;
        latest date;
    BEGIN
        SELECT fund_id, sequence, recorded_at, chain_hash INTO last FROM appended
            ORDER BY sequence DESC LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        SELECT min(effective_on), max(effective_on), bool_or(fund_id <> last.fund_id)
            INTO first_on, last_on, several FROM appended;
        IF several THEN
            RAISE EXCEPTION 'events of one fund are appended at a time';
        END IF;
        UPDATE ledger_head SET sequence = last.sequence, recorded_at = last.recorded_at,
            chain_hash = last.chain_hash WHERE fund_id = last.fund_id;
        SELECT latest_on INTO latest FROM horizon WHERE fund_id = last.fund_id
            ORDER BY sequence DESC LIMIT 1;
        IF latest IS NULL OR last_on > latest THEN
            INSERT INTO horizon (fund_id, sequence, latest_on)
                SELECT last.fund_id, sequence, effective_on FROM (
                    SELECT sequence, effective_on, max(effective_on) OVER (
                        ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                    ) AS latest_before FROM appended) AS each
                WHERE effective_on > greatest(latest, latest_before)
                    OR (latest IS NULL AND latest_before IS NULL);
        END IF;
        UPDATE snapshot SET valid_before = (
                SELECT min(sequence) FROM appended WHERE effective_on <= snapshot.as_of)
            WHERE fund_id = last.fund_id AND valid_before IS NULL AND as_of >= first_on;
        RETURN NULL;
    END $$;
    CREATE TRIGGER event_followed AFTER INSERT ON event
        REFERENCING NEW TABLE AS appended
        FOR EACH STATEMENT EXECUTE FUNCTION follow_appended_events();
"""
# Whoever adds a snapshot does not say how long it serves: the log does.
_VALIDITY = """
    CREATE FUNCTION find_what_overtook() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.valid_before = (
            SELECT sequence FROM event
            WHERE fund_id = NEW.fund_id AND sequence > NEW.through AND effective_on <= NEW.as_of
            ORDER BY sequence LIMIT 1);
        RETURN NEW;
    END $$;
    CREATE TRIGGER snapshot_overtaken BEFORE INSERT ON snapshot
        FOR EACH ROW EXECUTE FUNCTION find_what_overtook();
"""
# Builds of snapshots are counted one by one and never back: an append relies on it that a count it
# has seen does not come again.
_BUILDS = """
    CREATE FUNCTION refuse_to_count_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'builds are counted one by one';
    END $$;
    CREATE TRIGGER ledger_head_counted BEFORE UPDATE ON ledger_head
        FOR EACH ROW WHEN (NEW.builds NOT IN (OLD.builds, OLD.builds + 1))
        EXECUTE FUNCTION refuse_to_count_back();
"""
# A function with the owner's rights looks in the ledger's schema only, never in a temporary one.
_IN_SCHEMA = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION follow_appended_events() SET search_path = %I, pg_temp',
            current_schema());
    END $$
"""
_EMPTY_HEAD = {
    "sequence": "0",
    "recorded_at": "'epoch'",
    "chain_hash": r"'\x0000000000000000000000000000000000000000000000000000000000000000'",
}


def upgrade() -> None:
    """Seal snapshots from now on; those that are not are left aside and made anew."""
    op.add_column("snapshot", sa.Column("sealed_with", sa.LargeBinary))
    op.add_column("snapshot", sa.Column("seal", sa.LargeBinary))
    op.add_column("snapshot", sa.Column("set_aside_at", sa.DateTime(timezone=True)))
    op.add_column("snapshot", sa.Column("remade_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("snapshot_as_of_check"),
        "snapshot",
        "as_of BETWEEN '0001-01-01' AND '9999-12-31'",
    )
    op.create_index(
        "snapshot_current_idx",
        "snapshot",
        ["fund_id", "as_of"],
        postgresql_where=sa.text("valid_before IS NULL"),
    )
    op.create_index(
        "snapshot_set_aside_idx",
        "snapshot",
        ["fund_id", "id"],
        postgresql_where=sa.text("set_aside_at IS NOT NULL"),
    )
    op.create_table(
        "verification",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("chain_hash", sa.LargeBinary, nullable=False),
        sa.Column("snapshots", sa.BigInteger, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("sealed_with", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", "id", name="verification_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="verification_fund_id_fkey"),
    )
    for column, default in _EMPTY_HEAD.items():
        op.alter_column("ledger_head", column, server_default=sa.text(default))
    for statement in (_FOLLOW, _VALIDITY, _BUILDS, _IN_SCHEMA):
        op.execute(statement)


def downgrade() -> None:
    """Leave it to the application again what follows from the log."""
    for table, trigger, function in (
        ("event", "event_followed", "follow_appended_events"),
        ("snapshot", "snapshot_overtaken", "find_what_overtook"),
        ("ledger_head", "ledger_head_counted", "refuse_to_count_back"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    for column in _EMPTY_HEAD:
        op.alter_column("ledger_head", column, server_default=None)
    op.drop_table("verification")
    op.drop_index("snapshot_set_aside_idx", "snapshot")
    op.drop_index("snapshot_current_idx", "snapshot")
    op.drop_constraint(op.f("snapshot_as_of_check"), "snapshot")
    for column in ("remade_at", "set_aside_at", "seal", "sealed_with"):
        op.drop_column("snapshot", column)
