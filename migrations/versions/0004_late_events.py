"""Snapshots serve on after late events that can be let in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note what ends a snapshot's use; those of before have ended where they were overtaken."""
    op.add_column("snapshot", sa.Column("usable_before", sa.BigInteger))
    op.execute("UPDATE snapshot SET usable_before = valid_before")
    _make_indexes(include=["valid_before", "usable_before"], still="usable_before IS NULL")


def downgrade() -> None:
    """Let snapshots serve until they are overtaken."""
    _make_indexes(include=["valid_before"], still="valid_before IS NULL")
    op.drop_column("snapshot", "usable_before")


def _make_indexes(include: list[str], still: str) -> None:
    op.drop_index("snapshot_open_idx", "snapshot")
    op.drop_index("snapshot_serving_idx", "snapshot")
    op.create_index(
        "snapshot_serving_idx",
        "snapshot",
        ["fund_id", "projector_version", sa.text("as_of DESC"), sa.text("through DESC")],
        postgresql_include=include,
    )
    op.create_index(
        "snapshot_open_idx", "snapshot", ["fund_id", "as_of"], postgresql_where=sa.text(still)
    )
