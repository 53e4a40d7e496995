"""How much one person may ask of the site: jobs under way, snapshots and funds in a day.

What the site asks for itself is not counted, nor what is done by commands.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.domain.errors import LimitReachedError
from app.store.accounts import person_limits

_SOON = 10  # seconds, by which a job may have ended
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def check_jobs(connection: Connection, person_id: UUID | str) -> None:
    """See that a person may ask for one more job, and let them ask for no other meanwhile.

    Raises LimitReachedError.
    """
    most = person_limits.limits(connection).jobs
    person_limits.lock(connection, person_id)
    count = person_limits.jobs_under_way(connection, person_id)
    if count >= most:
        under_way = f"{_counted(count, 'job')} of yours {'is' if count == 1 else 'are'} under way"
        reason = (
            f"{under_way}, and one person may have {most}: wait until one has ended, and ask "
            "again. The page Jobs of each fund shows them."
        )
        raise LimitReachedError("jobs", str(count), reason, _SOON)


def check_snapshots(connection: Connection, person_id: UUID | str, kind: str) -> None:
    """See that a person may ask for one more snapshot, by a job of this kind; see `check_jobs`."""
    check_jobs(connection, person_id)
    most = person_limits.limits(connection).snapshots
    count, wait = person_limits.asked_lately(connection, person_id, kind)
    if count >= most:
        reason = (
            f"you asked for {_counted(count, 'snapshot')} within 24 hours, and one person may ask "
            f"for {most}: ask again {_in(wait)}. Every day can be looked at without one."
        )
        raise LimitReachedError("snapshots", str(count), reason, _seconds(wait))


def check_funds(connection: Connection, person_id: UUID | str, more: int = 1) -> None:
    """See that a person may make so many funds more; 0 where they are made in this transaction.

    Raises LimitReachedError, and lets them make no other meanwhile.
    """
    most = person_limits.limits(connection).funds
    person_limits.lock(connection, person_id)
    count, wait = person_limits.made_lately(connection, person_id)
    if count + more > most:
        made = count + more - 1
        reason = (
            f"you made {_counted(made, 'fund')} within 24 hours, and one person may make {most}: "
            f"make the next one {_in(wait)}, or ask whoever runs this site to allow more."
        )
        raise LimitReachedError("funds", str(made), reason, _seconds(wait))


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _in(wait: timedelta) -> str:
    if wait > _HOUR:
        return f"in {-(-wait // _HOUR)} hours"
    return f"in {-(-wait // _MINUTE)} minutes"


def _seconds(wait: timedelta) -> int:
    return max(int(wait.total_seconds()) + 1, 1)
