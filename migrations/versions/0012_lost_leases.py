"""Jobs count what was lost with a worker apart from what failed, and can be tried anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the runs of a job and its lost leases, keep its past, and find jobs by status."""
    op.add_column("job", sa.Column("runs", sa.Integer, nullable=False, server_default="0"))
    op.add_column("job", sa.Column("lost_leases", sa.Integer, nullable=False, server_default="0"))
    op.add_column("job", sa.Column("history", JSONB, nullable=False, server_default="[]"))
    op.execute("UPDATE job SET runs = attempts")
    # Pauses are told by the database's clock from now on; the sweep wakes up for those begun.
    op.execute("DELETE FROM huey_schedule")
    op.create_index("job_recent_idx", "job", ["id"])
    op.create_index("job_status_idx", "job", ["status", "id"])
    op.create_index("job_fund_status_idx", "job", ["fund_id", "status", "id"])


def downgrade() -> None:
    """Forget what was lost, and the past of what was tried anew."""
    for index in ("job_fund_status_idx", "job_status_idx", "job_recent_idx"):
        op.drop_index(index, "job")
    for column in ("history", "lost_leases", "runs"):
        op.drop_column("job", column)
