"""Imports a file by its steps in this process, as a worker does: the dry run, then the import.

`loadtests/sheets_100k.py` runs it on a site of its own and watches what it takes. Another process
uploads the file, as the web server does.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine

from app.config import Settings
from app.services.accounts import people
from app.services.imports import uploads, workflow
from app.services.imports.jobs import HANDLERS
from app.services.imports.workflow import Stage, stage_of
from app.services.jobs import jobs, runner
from app.store.database import engines


def main(file: Path) -> int:
    """Import a file; 0 where it became a fund."""
    engine = engines.open_engine(Settings.from_environ())
    try:
        person = people.only_administrator(engine)
        assert person
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as web_server:
            fund_id = web_server.submit(_upload, person.id, file).result()
        print(f"  dry run {_work(engine, fund_id):5.1f} s", flush=True)
        assert stage_of(workflow.find_import(engine, fund_id, person.id)) is Stage.SOUND
        workflow.commit(engine, fund_id, person.id)
        print(f"  import  {_work(engine, fund_id):5.1f} s", flush=True)
        done = [job for job in jobs.listed(engine, fund_id) if job.status == "done"]
        return 0 if len(done) == len(HANDLERS) else 1
    finally:
        engines.close_engine(engine)


def _upload(person_id: UUID, file: Path) -> UUID:
    """Upload a file, and return the id of the fund to be."""
    engine = engines.open_engine(Settings.from_environ())
    try:
        name = f"By the worker {uuid4()}"
        return uploads.upload(engine, person_id, name, file.name, file.read_bytes())
    finally:
        engines.close_engine(engine)


def _work(engine: Engine, fund_id: UUID) -> float:
    """Do the pending jobs on the file; return the seconds."""
    begun = time.monotonic()
    for job in jobs.listed(engine, fund_id):
        if job.is_pending and job.kind in HANDLERS:
            runner.run(engine, HANDLERS, fund_id, job.id, 0)
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
