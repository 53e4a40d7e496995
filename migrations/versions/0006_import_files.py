"""Import files: what is on its way to become a fund, for which jobs can be asked for already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of import files; let jobs name a fund that is still to be made."""
    op.drop_constraint("job_fund_id_fkey", "job", type_="foreignkey")
    op.create_table(
        "import_file",
        sa.Column("fund_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("fund_name", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sample", JSONB, nullable=False),
        sa.Column("mapping", JSONB, nullable=False),
        sa.Column("is_mapped", sa.Boolean, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("seconds", JSONB, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("findings", JSONB),
        sa.Column("faults", sa.LargeBinary),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fund_id", name="import_file_pkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="import_file_person_id_fkey"),
    )
    op.create_index("import_file_person_idx", "import_file", ["person_id"])


def downgrade() -> None:
    """Take the files away, with the jobs of funds that were never made."""
    op.drop_table("import_file")
    op.execute("DELETE FROM job WHERE fund_id NOT IN (SELECT id FROM fund)")
    op.create_foreign_key("job_fund_id_fkey", "job", "fund", ["fund_id"], ["id"])
