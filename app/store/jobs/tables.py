"""The tables of jobs and workers, and those of Huey."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.database.schema import metadata

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
