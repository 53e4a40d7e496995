"""Invitations to funds; attempts to sign in by known browsers; secrets that are shown once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and let attempts say which browser they are of."""
    op.add_column("sign_in_attempt", sa.Column("browser", sa.Text))
    op.create_table(
        "fund_invitation",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("invited_by", sa.Uuid, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "role IN ('viewer', 'analyst', 'gp')", name=op.f("fund_invitation_role_check")
        ),
        sa.PrimaryKeyConstraint("fund_id", "email_key", name="fund_invitation_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fund_invitation_fund_id_fkey"),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["person.id"], name="fund_invitation_invited_by_fkey"
        ),
    )
    op.create_index("fund_invitation_email_idx", "fund_invitation", ["email_key"])
    op.create_table(
        "shown_once",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="shown_once_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="shown_once_person_id_fkey"),
    )
    op.create_index("shown_once_made_idx", "shown_once", ["made_at"])


def downgrade() -> None:
    """Take the tables away, and whom nobody has answered yet."""
    op.drop_table("shown_once")
    op.drop_table("fund_invitation")
    op.drop_column("sign_in_attempt", "browser")
