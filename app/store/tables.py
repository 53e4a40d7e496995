"""The tables of funds, their settings, drafts and files."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.database.schema import metadata

fund = Table(
    "fund",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
)
# A fund's figures by day as known at a sequence, the newest that somebody looked at.
figure_series = Table(
    "figure_series",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("through", BigInteger, nullable=False),
    Column("projector_version", SmallInteger, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),  # a keyed hash over all of it
)
# A file on its way to a fund, whose id is chosen beforehand; gone once the fund is there.
import_file = Table(
    "import_file",
    metadata,
    Column("fund_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("fund_name", Text, nullable=False),  # as it was typed
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sample", JSONB, nullable=False),  # the header and the first rows
    Column("mapping", JSONB, nullable=False),
    Column("is_mapped", Boolean, nullable=False),  # settled by somebody, or by the header
    Column("terms", JSONB, nullable=False),
    Column("accepted_duplicates", JSONB, nullable=False),  # rows, by content, that are second facts
    # Each change counts, so that a dry run of what was before is known as such.
    Column("revision", Integer, nullable=False),
    Column("job_id", Uuid),  # the last job on it
    Column("findings", JSONB(none_as_null=True)),  # of the dry run
    Column("faults", LargeBinary),  # all of them, as a file
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
# A large export, kept in pieces until somebody has fetched it; it bears the id of its job.
export_file = Table(
    "export_file",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("view", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
export_piece = Table(
    "export_piece",
    metadata,
    Column("fund_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["fund_id", "job_id"], ["export_file.fund_id", "export_file.job_id"], ondelete="CASCADE"
    ),
)
# A fund that somebody is setting up: what they typed, by step. `fund_id` is the fund that came of
# it; a deleted draft can be brought back.
fund_draft = Table(
    "fund_draft",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("fund_id", Uuid, ForeignKey("fund.id")),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
)
# What a fund asks of those who work on it.
fund_setting = Table(
    "fund_setting",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("valuations_need_approval", Boolean, nullable=False),
)
# A valuation round before it is recorded: what is typed, by company and field, and by whom. One
# of a quarter end is open at a time.
valuation_draft = Table(
    "valuation_draft",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("cells", JSONB, nullable=False),
    Column("typed_by", JSONB, nullable=False),
    Column("version", Integer, nullable=False),  # moves on with each change
    Column("status", Text, nullable=False),
    Column("prepared_by", Uuid, ForeignKey("person.id"), nullable=False),
    Column("comment", Text),  # of the GP who returned it
    Column("commented_by", Uuid, ForeignKey("person.id")),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Uuid, ForeignKey("person.id"), nullable=False),
    Column("submitted_through", BigInteger),  # what the log held when it was submitted
    Column("first_sequence", BigInteger),  # of its marks in the log
    Column("last_sequence", BigInteger),
    CheckConstraint(
        "status IN ('draft', 'submitted', 'returned', 'recorded', 'discarded')", name="status"
    ),
)
OPEN_ROUND = "status IN ('draft', 'submitted', 'returned')"

Index("import_file_person_idx", import_file.c.person_id)
Index("export_file_view_idx", export_file.c.fund_id, export_file.c.view)
Index("export_file_asker_idx", export_file.c.requested_by)
Index("fund_draft_person_idx", fund_draft.c.person_id, fund_draft.c.saved_at)
Index(
    "valuation_draft_open_idx",
    valuation_draft.c.fund_id,
    valuation_draft.c.as_of,
    unique=True,
    postgresql_where=text(OPEN_ROUND),
)


membership = Table(
    "membership",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, nullable=False),
    CheckConstraint("role IN ('viewer', 'analyst', 'gp')", name="role"),
)

Index("membership_person_idx", membership.c.person_id)
