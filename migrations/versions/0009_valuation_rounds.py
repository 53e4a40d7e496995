"""Valuation rounds: drafts as they are typed, and what a fund asks of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of drafts and of funds' settings."""
    op.create_table(
        "fund_setting",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("valuations_need_approval", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("fund_id", name="fund_setting_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fund_setting_fund_id_fkey"),
    )
    op.create_table(
        "valuation_draft",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("cells", JSONB, nullable=False),
        sa.Column("typed_by", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("prepared_by", sa.Uuid, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("commented_by", sa.Uuid),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid, nullable=False),
        sa.Column("submitted_through", sa.BigInteger),
        sa.Column("first_sequence", sa.BigInteger),
        sa.Column("last_sequence", sa.BigInteger),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'recorded', 'discarded')",
            name=op.f("valuation_draft_status_check"),
        ),
        sa.PrimaryKeyConstraint("fund_id", "id", name="valuation_draft_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="valuation_draft_fund_id_fkey"),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=f"valuation_draft_{column}_fkey")
            for column in ("prepared_by", "commented_by", "changed_by")
        ),
    )
    op.create_index(
        "valuation_draft_open_idx",
        "valuation_draft",
        ["fund_id", "as_of"],
        unique=True,
        postgresql_where=sa.text("status IN ('draft', 'submitted', 'returned')"),
    )


def downgrade() -> None:
    """Take drafts and settings away; what was recorded stays in the log."""
    op.drop_table("valuation_draft")
    op.drop_table("fund_setting")
