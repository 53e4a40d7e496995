"""Imports a fund's history from a file: all rows or none."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid7

from app.domain.errors import FundNameTakenError, UnknownFundError
from app.domain.events.model import Draft
from app.services.funds.new_fund import establish_from_history
from app.services.import_files.rows import Progress
from app.services.imports.plan import ImportPlan, plan_import
from app.store import funds
from app.store.admission.batches import Author
from app.store.funds import Fund

_PART = 5_000  # events that are written at a time


def check_name(engine: Engine, name: str) -> None:
    """See that a name is free. Raises FundNameTakenError."""
    try:
        with engine.connect() as connection:
            funds.find_by_name(connection, name)
    except UnknownFundError:
        return
    raise FundNameTakenError(name)


def import_fund(
    engine: Engine,
    name: str,
    plan: ImportPlan,
    importer: UUID,
    progress: Progress | None = None,
) -> Fund:
    """Make a fund of a plan in a transaction of its own; see `write_fund`."""
    with engine.begin() as connection:
        return write_fund(connection, Fund(uuid7(), name), plan, importer, progress)


def write_fund(
    connection: Connection,
    fund: Fund,
    plan: ImportPlan,
    importer: UUID,
    progress: Progress | None = None,
) -> Fund:
    """Make a fund of a plan, within a transaction; whoever imports it becomes its GP.

    Raises FundNameTakenError; nothing is written then.
    """
    author = Author(str(importer), "import", may_adjust=True)
    parts = _parts(plan.drafts, progress)
    return establish_from_history(
        connection, fund.name, parts, author, gp=importer, fund_id=fund.id
    )


def _parts(drafts: list[Draft], progress: Progress | None) -> Iterator[list[Draft]]:
    """Divide a history; what is recorded now is one batch, for all of it is known at one moment."""
    size = _PART if drafts[0].recorded_at else len(drafts)
    for done in range(0, len(drafts), size):
        if progress:
            progress(done, len(drafts))
        yield drafts[done : done + size]
    if progress:
        progress(len(drafts), len(drafts))


__all__ = ["ImportPlan", "Progress", "check_name", "import_fund", "plan_import", "write_fund"]
