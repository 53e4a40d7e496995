"""What each person asked for is counted, jobs are done by turns, and large exports are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_PENDING = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Index jobs by who asked for them, and funds by who made them; make room for exports."""
    op.create_index("job_asker_idx", "job", ["requested_by", "kind", "requested_at"])
    op.create_index(
        "job_asker_pending_idx", "job", ["requested_by", "status"], postgresql_where=_PENDING
    )
    op.create_index("job_turn_idx", "job", ["requested_by", "started_at"])
    op.create_index(
        "event_founder_idx",
        "event",
        ["recorded_by", sa.text("coalesce(loaded_at, recorded_at)")],
        postgresql_where=sa.text("sequence = 1"),
    )
    _make_room_for_exports()


def _make_room_for_exports() -> None:
    op.create_table(
        "export_file",
        sa.Column("fund_id", sa.Uuid, sa.ForeignKey("fund.id"), nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fund_id", "job_id"),
    )
    op.create_index("export_file_view_idx", "export_file", ["fund_id", "view"])
    op.create_index("export_file_asker_idx", "export_file", ["requested_by"])
    op.create_table(
        "export_piece",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", "job_id", "number"),
        sa.ForeignKeyConstraint(
            ["fund_id", "job_id"],
            ["export_file.fund_id", "export_file.job_id"],
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Take the indexes away, and the exports."""
    op.drop_table("export_piece")
    op.drop_table("export_file")
    op.drop_index("event_founder_idx", "event")
    for name in ("job_turn_idx", "job_asker_pending_idx", "job_asker_idx"):
        op.drop_index(name, "job")
