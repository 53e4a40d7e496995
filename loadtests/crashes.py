"""Kill a site's database, web server and worker at random points while clients use it.

Every event that was acknowledged must be in the log, once, whatever is killed when; and every
answer that was given, or is given afterwards, must be what the log folds to from its first event.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.config import PROJECT, Settings
from app.services.jobs import jobs
from app.store.database import engines
from app.store.database.connections import reading
from loadtests import report
from loadtests.clients import FIRST_DAY, Account, Clients, any_day
from loadtests.killing import TARGETS, is_whole, kill
from loadtests.proofs import LogProof, prove_log, wrong_answers, wrong_reads
from tests.ledgers import company, investment, new_fund
from tests.running_site import Site, poll, processes, running

_BACK_WITHIN = 120.0  # seconds
_READS = 25  # answers after each kill; a fold from the first event takes a while
# A job whose worker was killed is taken back after a minute of silence, by a sweep each minute.
_JOBS_DONE_WITHIN = 900.0
_DONE = "SELECT finished_at FROM job WHERE fund_id = %s AND finished_at > %s ORDER BY 1"
_WAITS = "SELECT extract(epoch FROM max(finished_at - requested_at)) FROM job WHERE fund_id = %s"
_JOBS = "SELECT status, count(*) FROM job WHERE fund_id = %s GROUP BY status"
_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, what it cost, and what the log looked like after it."""

    target: str
    killed: str
    after: float  # seconds since the trial began
    outage: float  # seconds until the killed part did its work again
    acknowledged: int  # events, from this kill to the next
    wrong_answers: int
    proof: LogProof


def main() -> int:
    """Run the trial; 0 where nothing was lost, doubled or wrong."""
    parser = report.arguments(__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    left = "do not wait at the end for the jobs that killed workers left"
    parser.add_argument("--impatient", action="store_true", help=left)
    given = parser.parse_args()
    print(f"{given.kills} kills, seed {given.seed}")
    with tempfile.TemporaryDirectory(prefix="asof-crashes-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        home = Path(folder) / "home"
        found = trial(home, given.kills, given.seed, patient=not given.impatient)
    print(report.table(found["targets"]))
    print("\n".join(f"{name}: {value}" for name, value in found["after"].items()))
    print(f"written to {report.write(given.out, 'crashes', found)}")
    return 0 if found["sound"] else 1


def trial(home: Path, kills: int, seed: int, *, patient: bool = True) -> dict[str, Any]:
    """Run a site in `home`, kill its parts in turn, and return what came of it.

    Who is `patient` waits at the end until every job has ended, some of which are taken back late.
    """
    settings = Settings(home=home, database_url=None, secret_key="-")  # noqa: S106
    engine = engines.open_engine(settings)
    try:
        fund = new_fund(engine, company(on=str(FIRST_DAY)), investment("5", str(FIRST_DAY)))
        with running(home) as site:
            try:
                found = _Trial(site, engine, fund, seed).run(kills, patient=patient)
            except AssertionError:
                print(site.output.read_text()[-6000:], *processes(home).items(), sep="\n")
                pending = (each for each in jobs.listed(engine, fund) if each.is_pending)
                print(*pending, sep="\n")
                raise
            site.stop()
    finally:
        engines.close_engine(engine)
    return {"seed": seed, **found}


class _Trial:
    def __init__(self, site: Site, engine: Engine, fund: UUID, seed: int) -> None:
        self._site, self._engine, self._fund = site, engine, fund
        self._chance = random.Random(seed)
        self._clients = Clients(site.address(), engine, fund, seed)
        self._began = time.time()

    @property
    def _account(self) -> Account:
        return self._clients.account

    def run(self, kills: int, *, patient: bool) -> dict[str, Any]:
        targets = [TARGETS[place % len(TARGETS)] for place in range(kills)]
        self._chance.shuffle(targets)
        self._clients.start()
        poll(lambda: self._account.head > 100, 60, "clients append")
        done = [self._kill(target) for target in targets]
        self._clients.stop()
        if patient:
            poll(self._has_settled, _JOBS_DONE_WITHIN, "every job comes to its end")
        after = self._prove_at_the_end()
        log = prove_log(self._engine, self._fund, self._account.acknowledged)
        wrong = [after[name] for name in after if name.startswith("wrong")]
        wrong += [each.wrong_answers for each in done]
        sound = not any([*wrong, *self._account.refused]) and all(
            map(_is_sound, [log, *(each.proof for each in done)])
        )
        return {
            "sound": sound,
            "durability": self._durability(),
            "targets": [_row(target, done) for target in TARGETS if target in targets],
            "after": {**asdict(log), **after},
            "refused": self._account.refused[:20],
            "kills": [asdict(each) for each in done],
        }

    def _kill(self, target: str) -> Kill:
        time.sleep(self._chance.uniform(0.05, 2))
        acknowledged, reads = len(self._account.acknowledged), len(self._account.reads)
        killed = time.time()
        what, victims = kill(self._site.home, target, self._chance)
        print(f"{killed - self._began:6.1f} s  {target}: {what}", end="", flush=True)
        outage = self._outage(target, killed, victims)
        certain = dict(self._account.acknowledged)
        answers = self._account.reads[reads:]
        made = Kill(
            target=target,
            killed=what,
            after=killed - self._began,
            outage=outage,
            acknowledged=len(certain) - acknowledged,
            wrong_answers=wrong_answers(
                self._engine, self._fund, self._chance.sample(answers, min(len(answers), _READS))
            ),
            proof=prove_log(self._engine, self._fund, certain),
        )
        print(f"; out for {outage:.2f} s", flush=True)
        return made

    def _outage(self, target: str, killed: float, victims: set[int]) -> float:
        """Wait until all runs and works again; return the longest time in which nothing was done.

        What the worker does are jobs, and what the others do is to acknowledge appends.
        """
        poll(lambda: is_whole(self._site.home, without=victims), _BACK_WITHIN, "all runs again")
        whole = time.time()
        job = self._clients.ask_for_snapshot(any_day(self._chance))
        poll(lambda: self._is_done(job.id), _BACK_WITHIN, "the worker does a job")
        poll(lambda: self._account.moments[-1] > whole, _BACK_WITHIN, "an append is acknowledged")
        moments = self._jobs_done(killed) if target == "worker" else self._account.moments
        after = [killed, *(each for each in moments if each > killed)]
        return max(later - before for before, later in pairwise(after))

    def _jobs_done(self, since: float) -> list[float]:
        with reading(self._engine) as driver:
            moment = datetime.fromtimestamp(since, UTC)
            return [at.timestamp() for (at,) in driver.execute(_DONE, (self._fund, moment))]

    def _is_done(self, job_id: UUID) -> bool:
        try:
            return jobs.find_job(self._engine, self._fund, job_id).status == "done"
        except DBAPIError:
            return False  # the database is not back yet

    def _prove_at_the_end(self) -> dict[str, Any]:
        served, wrong = wrong_reads(self._engine, self._fund, 500, self._chance)
        account = self._account
        return {
            "wrong_reads": wrong,
            "reads_served_by_snapshots": served,
            "wrong_ledger": self._command("ledger", "verify"),
            "wrong_snapshots": self._command("snapshots", "verify"),
            "answers_while_it_was_killed": len(account.reads),
            "batches_sent_again": account.resent,
            "refused": len(account.refused),
            "jobs": self._jobs(),
            "longest_wait_for_a_job_s": self._longest_wait(),
        }

    def _has_settled(self) -> bool:
        return not self._jobs().keys() & {"queued", "running"}

    def _jobs(self) -> dict[str, int]:
        """Count the jobs by how they stand."""
        with reading(self._engine) as driver:
            return dict(driver.execute(_JOBS, (self._fund,)).fetchall())

    def _longest_wait(self) -> float:
        with reading(self._engine) as driver:
            [(seconds,)] = driver.execute(_WAITS, (self._fund,)).fetchall()
        return round(float(seconds), 2)

    def _command(self, *words: str) -> str:
        """Run one of the site's own checks; return what it says where it finds something wrong."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words, str(self._fund)]
        where = {**os.environ, "ASOF_HOME": str(self._site.home), "DATABASE_URL": ""}
        ended = subprocess.run(
            command, cwd=PROJECT, env=where, capture_output=True, text=True, check=False
        )
        print(ended.stdout.strip())
        return "" if ended.returncode == 0 else ended.stdout + ended.stderr

    def _durability(self) -> dict[str, str]:
        with reading(self._engine) as driver:
            return {
                name: str(driver.execute(f"SHOW {name}").fetchall()[0][0]) for name in _DURABILITY
            }


def _is_sound(proof: LogProof) -> bool:
    return not (proof.lost or proof.doubled or proof.gaps or proof.broken)


def _row(target: str, kills: Sequence[Kill]) -> dict[str, Any]:
    of_target = [each for each in kills if each.target == target]
    outages = [each.outage for each in of_target]
    return {
        "killed": target,
        "kills": len(of_target),
        "acknowledged": sum(each.acknowledged for each in of_target),
        "lost": max(each.proof.lost for each in of_target),
        "doubled": max(each.proof.doubled for each in of_target),
        "gaps": max(each.proof.gaps for each in of_target),
        "broken": sum(bool(each.proof.broken) for each in of_target),
        "wrong answers": sum(each.wrong_answers for each in of_target),
        "median outage s": statistics.median(outages),
        "longest outage s": max(outages),
    }


if __name__ == "__main__":
    sys.exit(main())
