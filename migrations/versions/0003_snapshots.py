"""Snapshots: folded states that spare a read most of the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_FILL_HORIZON = """
    INSERT INTO horizon (fund_id, sequence, latest_on)
    SELECT fund_id, sequence, effective_on FROM (
        SELECT fund_id, sequence, effective_on, max(effective_on) OVER (
            PARTITION BY fund_id ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_before FROM event
    ) AS each
    WHERE latest_before IS NULL OR effective_on > latest_before
"""


def upgrade() -> None:
    """Make the table of snapshots, and what leads to the events after one."""
    op.create_table(
        "snapshot",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("through", sa.BigInteger, nullable=False),
        sa.Column("valid_before", sa.BigInteger),
        sa.Column("projector_version", sa.SmallInteger, nullable=False),
        sa.Column("event_count", sa.BigInteger, nullable=False),
        sa.Column("last_event", sa.BigInteger, nullable=False),
        sa.Column("nav", sa.Numeric, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("state_hash", sa.LargeBinary, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "type IN ('manual', 'scheduled', 'auto')", name=op.f("snapshot_type_check")
        ),
        sa.PrimaryKeyConstraint("fund_id", "id", name="snapshot_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="snapshot_fund_id_fkey"),
    )
    op.create_index(
        "snapshot_serving_idx",
        "snapshot",
        ["fund_id", "projector_version", sa.text("as_of DESC"), sa.text("through DESC")],
        postgresql_include=["valid_before"],
    )
    op.create_index(
        "snapshot_open_idx",
        "snapshot",
        ["fund_id", "as_of"],
        postgresql_where=sa.text("valid_before IS NULL"),
    )
    op.create_table(
        "horizon",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("latest_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", "sequence", name="horizon_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="horizon_fund_id_fkey"),
        sa.UniqueConstraint("fund_id", "latest_on", name="horizon_fund_id_latest_on_key"),
    )
    op.execute(_FILL_HORIZON)
    op.create_index("event_effective_idx", "event", ["fund_id", "effective_on", "sequence"])


def downgrade() -> None:
    """Take the snapshots away; every answer stays the same."""
    op.drop_index("event_effective_idx", "event")
    op.drop_table("horizon")
    op.drop_table("snapshot")
