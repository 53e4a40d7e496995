"""Tokens expire, have a scope, and may be for some funds only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NINETY_DAYS = "clock_timestamp() + interval '90 days'"


def upgrade() -> None:
    """Let tokens that there are go on as they were, for 90 days from now."""
    op.add_column(
        "api_token",
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text(_NINETY_DAYS),
        ),
    )
    op.add_column(
        "api_token", sa.Column("scope", sa.Text, nullable=False, server_default=sa.text("'all'"))
    )
    op.add_column("api_token", sa.Column("fund_ids", ARRAY(sa.Uuid)))
    for column in ("expires_at", "scope"):  # from now on whoever makes a token says both
        op.alter_column("api_token", column, server_default=None)
    op.create_check_constraint(
        op.f("api_token_scope_check"), "api_token", "scope IN ('read', 'record', 'all')"
    )
    # Who was deactivated before has lost their tokens, too.
    op.execute(
        "UPDATE api_token SET revoked_at = clock_timestamp() FROM person "
        "WHERE person.id = api_token.person_id AND NOT person.is_active AND revoked_at IS NULL"
    )


def downgrade() -> None:
    """Let tokens be good for ever and everything again."""
    for column in ("fund_ids", "scope", "expires_at"):
        op.drop_column("api_token", column)
