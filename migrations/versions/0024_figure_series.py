"""The figures of each fund by day are kept, as known at the newest event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "figure_series",
        sa.Column("fund_id", sa.Uuid, sa.ForeignKey("fund.id"), primary_key=True),
        sa.Column("through", sa.BigInteger, nullable=False),
        sa.Column("projector_version", sa.SmallInteger, nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("figure_series")
