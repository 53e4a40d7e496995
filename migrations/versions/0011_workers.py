"""Workers show that they live, and jobs know the request that asked for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of worker processes, and what jobs are counted and traced by."""
    op.create_table(
        "worker",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="worker_pkey"),
    )
    op.add_column("job", sa.Column("request_id", sa.Text))
    op.create_index(
        "job_tally_idx",
        "job",
        ["kind", "status"],
        postgresql_include=["due_at", "started_at", "finished_at"],
    )


def downgrade() -> None:
    """Forget the workers, and who asked for which job by what request."""
    op.drop_index("job_tally_idx", "job")
    op.drop_column("job", "request_id")
    op.drop_table("worker")
