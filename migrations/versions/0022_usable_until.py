"""The event up to which a snapshot is of use is called what it is: usable until."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the column."""
    op.alter_column("snapshot", "usable_before", new_column_name="usable_until")


def downgrade() -> None:
    """Call it again what it was called."""
    op.alter_column("snapshot", "usable_until", new_column_name="usable_before")
