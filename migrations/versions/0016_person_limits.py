"""What each person asked for and made is counted, and jobs are done by turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

_PENDING = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Index jobs by who asked for them, and funds by who made them."""
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


def downgrade() -> None:
    """Take the indexes away."""
    op.drop_index("event_founder_idx", "event")
    for name in ("job_turn_idx", "job_asker_pending_idx", "job_asker_idx"):
        op.drop_index(name, "job")
