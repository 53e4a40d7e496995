"""Heads count the builds of snapshots, so that an append of one statement cannot miss any."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count from now on."""
    op.execute("ALTER TABLE ledger_head ADD COLUMN builds bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    """Count no more."""
    op.execute("ALTER TABLE ledger_head DROP COLUMN builds")
