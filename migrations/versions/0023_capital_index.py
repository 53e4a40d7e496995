"""An index finds the events that raise or lower a balance of the fund, and the commitments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TYPES = (
    "event_type IN ('COMMITMENT_MADE', 'CREDIT_LINE_DRAWN', 'CREDIT_LINE_REPAID', "
    "'CAPITAL_CALLED', 'DISTRIBUTION_MADE', 'DISTRIBUTION_RETURNED', 'EXPENSE_ACCRUED', "
    "'EXPENSE_PAID')"
)


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "event_capital_idx",
        "event",
        ["fund_id", "event_type", "sequence"],
        postgresql_where=sa.text(_TYPES),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("event_capital_idx", "event")
