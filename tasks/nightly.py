"""What is done each night (UTC)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Engine

from app.services.accounts import audit
from app.services.exports import jobs as export_jobs
from app.services.imports import jobs as import_jobs
from app.services.snapshots import jobs as snapshot_jobs
from app.services.verification import jobs as verification_jobs

_log = logging.getLogger(__name__)

# Each is called at 00:00 UTC, and again each hour and whenever a worker starts, to catch up on a
# night that was missed: it finds out for itself what is still to be done, and asks for it as jobs.
HOOKS: list[Callable[[Engine], None]] = [
    snapshot_jobs.ask_nightly,
    import_jobs.discard_old,
    export_jobs.discard_old,
    verification_jobs.ask_nightly,
    audit.verify_nightly,
]


def run(engine: Engine) -> None:
    """Call every hook; one that fails does not keep the others from it."""
    for hook in HOOKS:
        try:
            hook(engine)
        except Exception:  # noqa: BLE001 (a hook may fail in any way)
            _log.exception("The nightly %s failed", hook.__qualname__)
