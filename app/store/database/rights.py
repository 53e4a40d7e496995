"""What the role of the application may do with each table, and no more than that.

Reading is always allowed. What follows from the log (its head, the horizon, what overtook a
snapshot) the server writes itself, so that nobody can say anything there that the log does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

ALL = ("*",)  # every column


@dataclass(frozen=True, slots=True)
class Rights:
    """The columns that may be written by each kind of statement, and whether rows may go."""

    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: bool = False

    def granted(self) -> Iterator[str]:
        """Write the rights as GRANT takes them."""
        yield "SELECT"
        for name, columns in (("INSERT", self.insert), ("UPDATE", self.update)):
            if columns == ALL:
                yield name
            elif columns:
                yield f"{name} ({', '.join(columns)})"
        if self.delete:
            yield "DELETE"


_QUEUE = Rights(insert=ALL, update=ALL, delete=True)  # Huey's, for whatever its statements are
RIGHTS = {
    "alembic_version": Rights(),
    # To lock a fund takes a right to change one of its columns: its id cannot be, for the fund's
    # rows elsewhere hang on it.
    "fund": Rights(insert=ALL, update=("id",)),
    "event": Rights(insert=ALL),
    "ledger_head": Rights(insert=("fund_id",), update=("builds",)),
    "horizon": Rights(),
    "append_request": Rights(insert=ALL),
    "snapshot": Rights(
        insert=(
            "fund_id", "id", "type", "description", "as_of", "through", "usable_until",
            "projector_version", "event_count", "last_event", "nav", "state", "state_hash",
            "taken_at", "requested_by", "sealed_with", "seal", "remade_at",
        ),
        update=("usable_until", "set_aside_at"),
        delete=True,
    ),
    "figure_series": Rights(
        insert=ALL,
        update=("through", "projector_version", "first_on", "last_on", "content", "seal"),
    ),
    "verification": Rights(insert=ALL, update=("verified_at", "snapshots")),
    "job": Rights(
        insert=ALL,
        update=(
            "status", "attempts", "error", "progress_done", "progress_total", "result", "due_at",
            "started_at", "heartbeat_at", "finished_at", "runs", "lost_leases", "history",
        ),
    ),
    "worker": Rights(insert=ALL, update=("heartbeat_at",), delete=True),
    "person": Rights(
        insert=ALL, update=("password_hash", "is_admin", "is_active", "session_epoch")
    ),
    "membership": Rights(insert=ALL, update=("role",), delete=True),
    "api_token": Rights(insert=ALL, update=("last_used_at", "revoked_at")),
    "sign_in_attempt": Rights(insert=ALL, delete=True),
    "shown_once": Rights(insert=ALL, delete=True),
    "web_session": Rights(insert=ALL, update=("seen_at", "confirmed_at"), delete=True),
    "audit_event": Rights(insert=ALL),
    "audit_head": Rights(update=("sequence", "occurred_at", "chain_hash")),
    "import_file": Rights(
        insert=ALL,
        update=(
            "fund_name", "file_name", "content", "sample", "mapping", "is_mapped", "terms",
            "accepted_duplicates", "revision", "job_id", "findings", "faults", "changed_at",
        ),
        delete=True,
    ),
    "export_file": Rights(insert=ALL, delete=True),
    "export_piece": Rights(insert=ALL),
    "fund_draft": Rights(insert=ALL, update=("answers", "fund_id", "saved_at", "deleted_at")),
    "fund_invitation": Rights(
        insert=ALL,
        update=("email", "role", "invited_by", "invited_at", "declined_at"),
        delete=True,
    ),
    "fund_setting": Rights(),  # what funds asked for before it was an event of theirs
    "valuation_draft": Rights(
        insert=ALL,
        update=(
            "cells", "typed_by", "version", "status", "prepared_by", "comment", "commented_by",
            "changed_at", "changed_by", "submitted_through", "first_sequence", "last_sequence",
        ),
    ),
    "huey_kv": _QUEUE,
    "huey_schedule": _QUEUE,
    "huey_task": _QUEUE,
    "huey_counter": _QUEUE,
}  # fmt: skip


def fingerprint() -> str:
    """Identify these rights: a database that was given others is to be given these."""
    written = sorted((table, *rights.granted()) for table, rights in RIGHTS.items())
    return sha256(repr(written).encode()).hexdigest()[:16]
