"""What an import file takes as facts of their own is called what it is: accepted duplicates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NAMES = (("twin_of", "duplicate_of"), ("twins", "duplicates"))


_RENAME = sa.text(
    """
    UPDATE import_file SET findings = replace(findings::text, :now, :then)::jsonb
    WHERE findings IS NOT NULL
    """
)


def _rename_findings(names: list[tuple[str, str]]) -> None:
    for now, then in names:
        op.execute(_RENAME.bindparams(now=f'"{now}":', then=f'"{then}":'))


def upgrade() -> None:
    """Rename the column, and the keys of what dry runs found."""
    op.alter_column("import_file", "seconds", new_column_name="accepted_duplicates")
    _rename_findings([*_NAMES])


def downgrade() -> None:
    """Call them again what they were called."""
    op.alter_column("import_file", "accepted_duplicates", new_column_name="seconds")
    _rename_findings([(then, now) for now, then in _NAMES])
