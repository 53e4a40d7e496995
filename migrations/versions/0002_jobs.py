"""Jobs: the work asked for, and the queue that wakes the workers up to do it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PENDING = "status IN ('queued', 'running')"


def upgrade() -> None:
    """Make the table of jobs, and Huey's four as Huey 3.5 would make them."""
    _create_job()
    op.create_table(
        "huey_kv",
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("queue", "key", name="huey_kv_pkey"),
    )
    op.create_table(
        "huey_schedule",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("timestamp", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="huey_schedule_pkey"),
    )
    op.create_index("huey_schedule_queue_timestamp", "huey_schedule", ["queue", "timestamp"])
    op.create_table(
        "huey_task",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("priority", sa.Double, nullable=False, server_default=sa.text("0.0")),
        sa.PrimaryKeyConstraint("id", name="huey_task_pkey"),
    )
    first = [sa.text("queue"), sa.text("priority DESC"), sa.text("id")]
    op.create_index("huey_task_queue_priority_id", "huey_task", first)
    op.create_table(
        "huey_counter",
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("queue", "key", name="huey_counter_pkey"),
    )


def downgrade() -> None:
    """Take the jobs away, done or not, and the queue."""
    for table in ("huey_counter", "huey_task", "huey_schedule", "huey_kv", "job"):
        op.drop_table(table)


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", JSONB, nullable=False),
        sa.Column("dedupe_key", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("progress_done", sa.BigInteger),
        sa.Column("progress_total", sa.BigInteger),
        sa.Column("result", JSONB),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')", name=op.f("job_status_check")
        ),
        sa.PrimaryKeyConstraint("fund_id", "id", name="job_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="job_fund_id_fkey"),
    )
    op.create_index(
        "job_dedupe_idx",
        "job",
        ["fund_id", "kind", "dedupe_key"],
        unique=True,
        postgresql_where=sa.text(f"dedupe_key IS NOT NULL AND {_PENDING}"),
    )
    op.create_index("job_pending_idx", "job", ["fund_id", "id"], postgresql_where=sa.text(_PENDING))
