"""The names of a company can be found without reading all its events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the events that name a company, by the company."""
    op.create_index(
        "event_naming_idx",
        "event",
        ["fund_id", "company_id", "sequence"],
        postgresql_where=sa.text("name_key IS NOT NULL"),
    )


def downgrade() -> None:
    """Read all events of a company for its names."""
    op.drop_index("event_naming_idx", "event")
