"""People: who may sign in, what they may do in which fund, and their tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of people, roles, tokens and attempts to sign in."""
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("session_epoch", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="person_pkey"),
        sa.UniqueConstraint("email_key", name="person_email_key_key"),
    )
    _create_membership()
    _create_api_token()
    _create_sign_in_attempt()


def downgrade() -> None:
    """Take the people away; the log keeps the ids of those who recorded."""
    for table in ("sign_in_attempt", "api_token", "membership", "person"):
        op.drop_table(table)


def _create_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'analyst', 'gp')", name=op.f("membership_role_check")
        ),
        sa.PrimaryKeyConstraint("fund_id", "person_id", name="membership_pkey"),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="membership_fund_id_fkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="membership_person_id_fkey"),
    )
    op.create_index("membership_person_idx", "membership", ["person_id"])


def _create_api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("last_four", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="api_token_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="api_token_person_id_fkey"),
        sa.UniqueConstraint("token_hash", name="api_token_token_hash_key"),
    )
    op.create_index("api_token_person_idx", "api_token", ["person_id"])


def _create_sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sign_in_attempt_pkey"),
    )
    for name in ("email_key", "address"):
        op.create_index(
            f"sign_in_attempt_{name.removesuffix('_key')}_idx", "sign_in_attempt", [name, "made_at"]
        )
    op.create_index("sign_in_attempt_made_idx", "sign_in_attempt", ["made_at"])
