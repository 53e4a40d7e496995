"""The worker: Huey's consumer with two worker processes, which leave when their parent does.

Processes, not threads: folding a log is work for the processor, which threads would share, and a
process can be interrupted in the middle of its job when it is time to stop.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import time

import psycopg
import sqlalchemy as sa
from huey.consumer import BaseProcess, Consumer, ConsumerStopped, ProcessEnvironment, Worker

import tasks.jobs  # noqa: F401 (its task enters the registry)
from app.observability import logging_setup
from app.runtime.parent_watch import exit_with_parent
from app.services.jobs import worker_heartbeats
from app.store.database import engines
from app.store.database.bootstrap import DatabaseSetupError
from app.store.database.outages import ERRORS, Outage, outage_behind
from tasks import schedule
from tasks.queue import engine, huey

_FINISH_WITHIN = 0.7  # seconds for a job in hand at a stop; then it is handed back
_COURTESY = 10  # by which jobs give way to pages, for which somebody waits
_AGAIN_AFTER = 1.0  # seconds, where the database is out at the start
_log = logging.getLogger(__name__)
_OUTAGES = (psycopg.OperationalError, sa.exc.OperationalError)


def main(parent: str) -> None:
    """Do jobs until told to stop, or until the parent is gone; then end the process."""
    logging_setup.begin("worker", logging.WARNING)
    logging.getLogger().handlers[0].addFilter(_outages_in_one_line)
    _catch_up(int(parent))
    consumer = _Consumer(int(parent))
    consumer.run()
    for child in multiprocessing.active_children():
        child.kill()  # it was interrupted and did not listen
    worker_heartbeats.end(engine(), [process.pid for _, process in consumer.worker_threads])
    engines.close_engine(engine())
    logging.shutdown()
    # Python would take apart all that was loaded, for a third of the time there is to stop.
    os._exit(0)


def _catch_up(parent: int) -> None:
    """Have done what was missed; wait where the database is out, for it comes back."""
    waits = False
    while True:
        try:
            return schedule.catch_up()
        except ERRORS as error:
            if not _passes(error) or os.getppid() != parent:
                raise
            if not waits:
                _log.warning("The worker waits for the database: %s", error)
            waits = True
            time.sleep(_AGAIN_AFTER)


def _passes(error: BaseException) -> bool:
    """Tell an outage from a database that cannot be used as it is."""
    cause = error.__cause__ if isinstance(error, DatabaseSetupError) else error
    return outage_behind(cause) in {Outage.AWAY, Outage.BUSY}


class _Consumer(Consumer):
    def __init__(self, parent: int) -> None:
        super().__init__(
            huey,
            workers=2,
            worker_type="process",
            initial_delay=0.5,  # between two tries where the database is away
            max_delay=1.0,
            health_check_interval=0.5,
            shutdown_timeout=_FINISH_WITHIN,
            graceful_signal="TERM",
        )
        self._parent = parent
        self._signal_actions[signal.SIGHUP] = (False, True)  # a stop; starting again is not ours

    def get_environment(self, worker_type: str) -> ProcessEnvironment:
        """Return the way in which its processes are made."""
        assert worker_type == "process"
        return _Environment(self._graceful_sig, self._interrupt_sig)

    def loop(self, health_check_ts: float | None = None) -> float | None:
        """Look around once; for the parent too, without a thread in a process that forks."""
        if os.getppid() != self._parent:
            self.stop(graceful=True)
            raise ConsumerStopped
        return super().loop(health_check_ts)


class _Environment(ProcessEnvironment):
    def init_child(self, process: BaseProcess) -> None:
        """Set up a process that was just forked."""
        super().init_child(process)
        parent = multiprocessing.parent_process()
        assert parent is not None
        assert parent.pid is not None
        exit_with_parent(parent.pid)
        if isinstance(process, Worker):
            os.nice(_COURTESY)
            worker_heartbeats.begin(engine())


def _outages_in_one_line(record: logging.LogRecord) -> bool:
    """Leave the traceback out where the database is away: it is no fault of the code."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _OUTAGES):
        record.msg, record.args = f"{record.getMessage()}: {error}".splitlines()[0], ()
        record.exc_info = None
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
