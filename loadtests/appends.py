"""Benchmark 2: how many events a second a log takes, validated, chained and idempotent.

One by one and in batches of a thousand: by one writer, by four to one fund, and by four to funds of
their own. Beside it, in the same run and by turns, the library `eventsourcing` takes the same.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.events.model import Fact
from app.services import demo
from app.services.recording.batches import parse_drafts, record_events
from app.store.admission.batches import Author, Batch
from loadtests import peer, report
from loadtests.ground import HOME, Ground, ground

SPAWN = multiprocessing.get_context("spawn")
WRITERS, BATCH = 4, 1_000
OURS, PEER = "Asof", "eventsourcing"
_AUTHOR = Author("an analyst", "api", may_adjust=True)
_FIRST_DAY, _DAYS = date(2025, 7, 1), 450  # after the demo's own
_COMPANIES = ("Vellumate", "Yarrowtech", "Brackenridge AI", "Eastmere Semiconductors", "Tallyfern")
Raw = dict[str, Any]
Record = Callable[[list[Raw]], object]


@dataclass(frozen=True, slots=True)
class Work:
    """What one writer writes: so many batches, to one fund."""

    home: Path
    library: str
    fund_id: UUID
    batches: int
    size: int

    def raws(self) -> list[list[Raw]]:
        """Write the events down beforehand; no two of any writer are alike."""
        wrote = uuid7()
        return [
            [_raw(number, f"{wrote} {number}") for number in range(start, start + self.size)]
            for start in range(0, self.batches * self.size, self.size)
        ]


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--single", type=int, default=1_000, help="events of each writer, singly")
    parser.add_argument("--batches", type=int, default=8, help="batches of each writer")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    rates: dict[tuple[str, str], list[float]] = {}
    with ground(given.home) as place:
        for _ in range(given.rounds):
            for size, batches in ((1, given.single), (BATCH, given.batches)):
                for library in (OURS, PEER):
                    for name, funds in _settings_of(place, library):
                        works = [Work(given.home, library, fund, batches, size) for fund in funds]
                        row = f"{name}, {'one by one' if size == 1 else f'in batches of {size:,}'}"
                        rates.setdefault((row, library), []).append(_rate(works))
    rows = [_row(name, rates) for name in dict.fromkeys(name for name, _ in rates)]
    print("\nEvents a second, the median of the rounds")
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'appends', {'events_a_second': rows})}")


def _settings_of(place: Ground, library: str) -> list[tuple[str, list[UUID]]]:
    """Return who writes where: one writer, several to one fund, several to their own.

    The library's writers hold their aggregate in memory and would only get in each other's way.
    """
    found = [("1 writer", [_new_fund(place, library)])]
    if library == OURS:
        found.append((f"{WRITERS} writers, 1 fund", [_new_fund(place, library)] * WRITERS))
    own = [_new_fund(place, library) for _ in range(WRITERS)]
    return [*found, (f"{WRITERS} writers, {WRITERS} funds", own)]


def _new_fund(place: Ground, library: str) -> UUID:
    if library == OURS:
        return demo.load(place.engine, f"Appended to {uuid7()}").id
    funds, fund = peer.open_peer(place.owner_url), peer.PeerFund(str(uuid7()))
    funds.save(fund)
    funds.close()
    return fund.id


def _rate(works: Sequence[Work]) -> float:
    """Let all writers begin at once; return the events a second until the last is done."""
    barrier, done = SPAWN.Barrier(len(works)), SPAWN.Queue()
    writers = [SPAWN.Process(target=_write, args=(work, barrier, done)) for work in works]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(writer.exitcode for writer in writers):
        raise SystemExit("A writer failed: its error stands above.")
    spans = [done.get() for _ in writers]
    events = sum(work.batches * work.size for work in works)
    seconds: float = max(end for _, end in spans) - min(start for start, _ in spans)
    return events / seconds


def _write(work: Work, barrier: Barrier, done: Queue[tuple[float, float]]) -> None:
    raws = work.raws()
    with ground(work.home) as place:
        record = _ours(place, work) if work.library == OURS else _peers(place, work)
        for warm_up in work.raws()[:3]:
            record(warm_up)
        barrier.wait(60)
        start = perf_counter()
        for batch in raws:
            record(batch)
        done.put((start, perf_counter()))


def _ours(place: Ground, work: Work) -> Record:
    def record(raws: list[Raw]) -> object:
        batch = Batch(parse_drafts(raws), _AUTHOR, key=str(uuid7()))
        return record_events(place.engine, work.fund_id, batch)

    return record


def _peers(place: Ground, work: Work) -> Record:
    funds = peer.open_peer(place.owner_url, made=True)
    fund: peer.PeerFund = funds.repository.get(work.fund_id)
    assert isinstance(fund, peer.PeerFund)

    def record(raws: list[Raw]) -> object:
        peer.record(funds, fund, map(_fact, raws))
        return None

    return record


def _raw(number: int, reference: str) -> Raw:
    """Write a mark, a result or a bill, as it comes in from outside."""
    on = _FIRST_DAY + timedelta(days=number % _DAYS)
    of_company = {"company": _COMPANIES[number % len(_COMPANIES)], "reference": reference}
    match number % 10:
        case 0:
            bill = {"amount": "12.50", "category": "other", "reference": reference}
            return _event("EXPENSE_PAID", on, bill)
        case 1 | 2 | 3:
            result = {"metric_type": "arr", "period_end": "2025-06-30", "value": f"{number}"}
            return _event("ACTUAL_RECORDED", on, of_company | result)
        case _:
            mark = {"new_valuation": f"{5_000_000 + number}", "ownership": "0.1"}
            return _event("VALUATION_UPDATED", on, of_company | mark)


def _event(event_type: str, on: date, payload: Raw) -> Raw:
    return {"event_type": event_type, "effective_on": on.isoformat(), "payload": payload}


def _fact(raw: Raw) -> Fact:
    """Return what the fold needs: companies have ids there."""
    payload = raw["payload"] | {"company_id": raw["payload"].get("company")}
    return Fact(0, raw["event_type"], date.fromisoformat(raw["effective_on"]), payload)


def _row(name: str, rates: dict[tuple[str, str], list[float]]) -> dict[str, Any]:
    ours, peers = (rates.get((name, library)) for library in (OURS, PEER))
    row: dict[str, Any] = {"writes": name, OURS: round(median(ours or [0]))}
    row[PEER] = round(median(peers)) if peers else "–"
    row["ratio"] = f"{median(ours) / median(peers):.2f}" if ours and peers else "–"
    return row


if __name__ == "__main__":
    main()
