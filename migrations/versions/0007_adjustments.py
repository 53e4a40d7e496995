"""Adjustments of closed books can be found without reading the whole log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what was recorded into closed books."""
    op.create_index(
        "event_adjustment_idx",
        "event",
        ["fund_id", "sequence", "effective_on"],
        postgresql_where=sa.text("(payload ->> 'adjustment') = 'true'"),
    )


def downgrade() -> None:
    """Read the whole log for them."""
    op.drop_index("event_adjustment_idx", "event")
