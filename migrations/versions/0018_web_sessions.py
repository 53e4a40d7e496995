"""Sessions of browsers are kept by the server, so that it can end them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever was signed in signs in anew."""
    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="web_session_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="web_session_person_id_fkey"),
    )
    op.create_index("web_session_person_idx", "web_session", ["person_id", "began_at"])
    op.create_index("web_session_began_idx", "web_session", ["began_at"])


def downgrade() -> None:
    """Take the sessions away: everybody signs in anew."""
    op.drop_table("web_session")
