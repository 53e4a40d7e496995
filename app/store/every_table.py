"""Every table of the database, for what has to know them all."""

from __future__ import annotations

from app.store import tables as fund_tables
from app.store.accounts import tables as account_tables
from app.store.database.schema import metadata
from app.store.jobs import tables as job_tables
from app.store.log import tables as log_tables
from app.store.snapshots import tables as snapshot_tables

MODULES = (fund_tables, account_tables, job_tables, log_tables, snapshot_tables)

__all__ = ["MODULES", "metadata"]
