"""Funds that are being set up, kept per person between the steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of drafts."""
    op.create_table(
        "fund_draft",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("fund_id", sa.Uuid),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="fund_draft_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fund_draft_person_id_fkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fund_draft_fund_id_fkey"),
    )
    op.create_index("fund_draft_person_idx", "fund_draft", ["person_id", "saved_at"])


def downgrade() -> None:
    """Take the drafts away; the funds that came of them stay."""
    op.drop_table("fund_draft")
