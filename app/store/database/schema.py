"""The tables: every one of a fund's data has a key that begins with `fund_id`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

fund = Table(
    "fund",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
)

# One row a fund, locked by whoever appends; its existence is the fund's. The server itself moves it
# when events are added, and the application may not.
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default="epoch"),
    Column("chain_hash", LargeBinary, nullable=False, server_default=rf"\x{'00' * 32}"),
    # How often the log was held still to add snapshots that it had led to.
    Column("builds", BigInteger, nullable=False, server_default="0"),
)

event = Table(
    "event",
    metadata,
    Column("fund_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("payload_hash", LargeBinary, nullable=False),
    Column("causation_id", Uuid),
    Column("correlation_id", Uuid),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True)),
    Column("chain_hash", LargeBinary, nullable=False),
    # The company name that the event brings into use, folded; ledger verify checks it.
    Column("name_key", Text),
    # The first event hangs on its fund and each other one on the one before it, so that neither a
    # gap nor a log of no fund can be written.
    Column(
        "first_of",
        Uuid,
        Computed("CASE WHEN sequence = 1 THEN fund_id END", persisted=True),
        ForeignKey("fund.id"),
    ),
    Column(
        "prev_sequence",
        BigInteger,
        Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
    ),
    Column("company_id", Uuid, Computed("(payload ->> 'company_id')::uuid", persisted=True)),
    Column("voids", BigInteger, Computed("(payload ->> 'voids')::bigint", persisted=True)),
    CheckConstraint("sequence >= 1", name="sequence"),
    ForeignKeyConstraint(["fund_id", "prev_sequence"], ["event.fund_id", "event.sequence"]),
    ForeignKeyConstraint(["fund_id", "voids"], ["event.fund_id", "event.sequence"]),
    UniqueConstraint("fund_id", "event_type", "payload_hash"),
    UniqueConstraint("fund_id", "id"),
)
Index(
    "event_voids_idx",
    event.c.fund_id,
    event.c.voids,
    unique=True,
    postgresql_where=text("voids IS NOT NULL"),
)
Index(
    "event_company_idx",
    event.c.fund_id,
    event.c.company_id,
    event.c.sequence,
    postgresql_where=text("company_id IS NOT NULL"),
)
Index(
    "event_name_idx",
    event.c.fund_id,
    event.c.name_key,
    postgresql_where=text("name_key IS NOT NULL"),
)
Index(
    "event_naming_idx",
    event.c.fund_id,
    event.c.company_id,
    event.c.sequence,
    postgresql_where=text("name_key IS NOT NULL"),
)
Index(
    "event_frame_idx",
    event.c.fund_id,
    event.c.sequence,
    postgresql_where=text(
        "event_type IN ('FUND_ESTABLISHED', 'TERMS_AMENDED', 'PERIOD_CLOSED', 'PERIOD_REOPENED')"
    ),
)
# What was recorded into closed books: counted for each close, and listed alone.
Index(
    "event_adjustment_idx",
    event.c.fund_id,
    event.c.sequence,
    event.c.effective_on,
    postgresql_where=text("(payload ->> 'adjustment') = 'true'"),
)
# The funds that somebody made.
Index(
    "event_founder_idx",
    event.c.recorded_by,
    func.coalesce(event.c.loaded_at, event.c.recorded_at),
    postgresql_where=text("sequence = 1"),
)
Index("event_recorded_idx", event.c.fund_id, event.c.recorded_at, event.c.sequence)
Index("event_effective_idx", event.c.fund_id, event.c.effective_on, event.c.sequence)

# A request that was carried out, so that sending it again gives the same answer.
append_request = Table(
    "append_request",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
)

# How far ahead the log knew of anything from a sequence on: the latest effective date through it.
# Reads of the past need not look at what lies beyond. The server adds to it as events are added.
horizon = Table(
    "horizon",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("latest_on", Date, nullable=False),
    UniqueConstraint("fund_id", "latest_on"),
)

# A folded state at (as_of, through). It may serve (T, N) where as_of <= T and
# through <= N < valid_before, which is the first later event that is dated as_of or before; up to
# usable_before, with what came late let in. The server says what overtook it.
snapshot = Table(
    "snapshot",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
    Column("description", Text),
    Column("as_of", Date, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("valid_before", BigInteger),
    Column("usable_before", BigInteger),
    Column("projector_version", SmallInteger, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column("last_event", BigInteger, nullable=False),
    Column("nav", Numeric, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("state_hash", LargeBinary, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("requested_by", Text, nullable=False),
    # A keyed hash over what it says and of which viewpoint; the key is named, and is not here.
    Column("sealed_with", LargeBinary),
    Column("seal", LargeBinary),
    Column("set_aside_at", DateTime(timezone=True)),  # since when it serves nobody: it was wrong
    Column("remade_at", DateTime(timezone=True)),  # when it took the place of a wrong one
    CheckConstraint("type IN ('manual', 'scheduled', 'auto')", name="type"),
    CheckConstraint("as_of BETWEEN '0001-01-01' AND '9999-12-31'", name="as_of"),
)
Index(
    "snapshot_serving_idx",
    snapshot.c.fund_id,
    snapshot.c.projector_version,
    snapshot.c.as_of.desc(),
    snapshot.c.through.desc(),
    postgresql_include=["valid_before", "usable_before"],
)
Index(
    "snapshot_open_idx",
    snapshot.c.fund_id,
    snapshot.c.as_of,
    postgresql_where=text("usable_before IS NULL"),
)
Index(
    "snapshot_current_idx",
    snapshot.c.fund_id,
    snapshot.c.as_of,
    postgresql_where=text("valid_before IS NULL"),
)
Index(
    "snapshot_set_aside_idx",
    snapshot.c.fund_id,
    snapshot.c.id,
    postgresql_where=text("set_aside_at IS NOT NULL"),
)

# What was found when a fund was verified, and where its log ended then. Only ever added to; a row
# that would repeat the last one moves that one's moment on instead.
verification = Table(
    "verification",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("verified_at", DateTime(timezone=True), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
    Column("snapshots", BigInteger, nullable=False),  # how many were looked at
    Column("findings", JSONB, nullable=False),
    Column("sealed_with", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

# Work that was asked for: the row is the request, Huey's queue only wakes a worker up for it. The
# fund may be one that is still to be made, by an import.
job = Table(
    "job",
    metadata,
    Column("fund_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", JSONB, nullable=False),
    Column("dedupe_key", Text),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("progress_done", BigInteger),
    Column("progress_total", BigInteger),
    Column("result", JSONB(none_as_null=True)),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("heartbeat_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("request_id", Text),  # of the request that asked for it
    # Each start counts and none is taken back, so that it tells one run of a job from the next.
    Column("runs", Integer, nullable=False, server_default="0"),
    Column("lost_leases", Integer, nullable=False, server_default="0"),
    Column("history", JSONB, nullable=False, server_default="[]"),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status"),
)
PENDING = "status IN ('queued', 'running')"
Index(
    "job_dedupe_idx",
    job.c.fund_id,
    job.c.kind,
    job.c.dedupe_key,
    unique=True,
    postgresql_where=text(f"dedupe_key IS NOT NULL AND {PENDING}"),
)
Index("job_pending_idx", job.c.fund_id, job.c.id, postgresql_where=text(PENDING))
Index("job_recent_idx", job.c.id)
# What one person asked for, and who is next in turn.
Index("job_asker_idx", job.c.requested_by, job.c.kind, job.c.requested_at)
Index("job_asker_pending_idx", job.c.requested_by, job.c.status, postgresql_where=text(PENDING))
Index("job_turn_idx", job.c.requested_by, job.c.started_at)
Index("job_status_idx", job.c.status, job.c.id)
Index("job_fund_status_idx", job.c.fund_id, job.c.status, job.c.id)
# What is counted each time that somebody asks how the site does.
Index(
    "job_tally_idx",
    job.c.kind,
    job.c.status,
    postgresql_include=["due_at", "started_at", "finished_at"],
)

# A process that does jobs, while it shows that it lives.
worker = Table(
    "worker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", Text, nullable=False),  # of the program
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("heartbeat_at", DateTime(timezone=True), nullable=False),
)

# People, and what they may do: no fund's data, but for the roles.
person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # folded, so that case does not matter
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Sessions carry it: where it moves on, they end.
    Column("session_epoch", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
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
api_token = Table(
    "api_token",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("last_four", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("scope", Text, nullable=False),
    Column("fund_ids", ARRAY(Uuid)),  # none: all funds of its person
    CheckConstraint("scope IN ('read', 'record', 'all')", name="scope"),
)
Index("api_token_person_idx", api_token.c.person_id)
# A browser in which somebody is signed in, while its epoch is theirs.
web_session = Table(
    "web_session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),  # to the minute
    Column("confirmed_at", DateTime(timezone=True), nullable=False),  # the password was given
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
)
Index("web_session_person_idx", web_session.c.person_id, web_session.c.began_at)
Index("web_session_began_idx", web_session.c.began_at)
# Attempts to sign in that failed, or are not judged yet.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email_key", Text, nullable=False),
    Column("address", Text, nullable=False),  # the network, of IPv6 the /64
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("browser", Text),  # one that is known to have signed in with the email
)
Index("sign_in_attempt_email_idx", sign_in_attempt.c.email_key, sign_in_attempt.c.made_at)
Index("sign_in_attempt_address_idx", sign_in_attempt.c.address, sign_in_attempt.c.made_at)
Index("sign_in_attempt_made_idx", sign_in_attempt.c.made_at)

# Who did what to whom, from where: append-only and chained like the log, in one chain for the site.
# Its ids refer to no other table by a foreign key, whose locks could end in a deadlock.
audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("actor_id", Uuid),
    Column("actor", Text, nullable=False),
    Column("about_id", Uuid),
    Column("about", Text),
    Column("fund_id", Uuid),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("address", Text),
    Column("device", Text),
    Column("request_id", Text),
    Column("chain_hash", LargeBinary, nullable=False),
    Column(
        "prev_sequence",
        BigInteger,
        Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
    ),
    CheckConstraint("sequence >= 1", name="sequence"),
    ForeignKeyConstraint(["prev_sequence"], ["audit_event.sequence"]),
)
for _column in ("kind", "actor_id", "about_id", "fund_id", "occurred_at"):
    Index(f"audit_event_{_column}_idx", audit_event.c[_column], audit_event.c.sequence)
# Its only row is locked by whoever appends.
audit_head = Table(
    "audit_head",
    metadata,
    Column("is_only", Boolean, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
    CheckConstraint("is_only", name="is_only"),
)

# Who is asked into a fund, whether there is such a person or not.
fund_invitation = Table(
    "fund_invitation",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("email_key", Text, primary_key=True),
    Column("email", Text, nullable=False),  # as it was typed
    Column("role", Text, nullable=False),
    Column("invited_by", Uuid, ForeignKey("person.id"), nullable=False),
    Column("invited_at", DateTime(timezone=True), nullable=False),
    Column("declined_at", DateTime(timezone=True)),  # which is not told to who asked
    CheckConstraint("role IN ('viewer', 'analyst', 'gp')", name="role"),
)
Index("fund_invitation_email_idx", fund_invitation.c.email_key)

# A password or a token that was just made up, until the page after it shows it.
shown_once = Table(
    "shown_once",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),  # to whom it is shown
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
Index("shown_once_made_idx", shown_once.c.made_at)

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
    Column("seconds", JSONB, nullable=False),  # rows, by content, that are second facts
    # Each change counts, so that a dry run of what was before is known as such.
    Column("revision", Integer, nullable=False),
    Column("job_id", Uuid),  # the last job on it
    Column("findings", JSONB(none_as_null=True)),  # of the dry run
    Column("faults", LargeBinary),  # all of them, as a file
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
Index("import_file_person_idx", import_file.c.person_id)

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
Index("export_file_view_idx", export_file.c.fund_id, export_file.c.view)
Index("export_file_asker_idx", export_file.c.requested_by)
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
Index("fund_draft_person_idx", fund_draft.c.person_id, fund_draft.c.saved_at)

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
Index(
    "valuation_draft_open_idx",
    valuation_draft.c.fund_id,
    valuation_draft.c.as_of,
    unique=True,
    postgresql_where=text(OPEN_ROUND),
)

# Huey's, as Huey 3.5 would make them: no fund's data, and nothing that may not be lost.
huey_kv = Table(
    "huey_kv",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
huey_schedule = Table(
    "huey_schedule",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("timestamp", Double, nullable=False),
    Index("huey_schedule_queue_timestamp", "queue", "timestamp"),
)
huey_task = Table(
    "huey_task",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("priority", Double, nullable=False, server_default=text("0.0")),
    Index("huey_task_queue_priority_id", "queue", text("priority DESC"), "id"),
)
huey_counter = Table(
    "huey_counter",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", BigInteger, nullable=False, server_default=text("0")),
)
