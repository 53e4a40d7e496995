"""Benchmark 1: how long a fund's folded state takes at random viewpoints, and how that grows.

In one run and by turns: Asof at the head and at random sequences, at the head without a look at the
keyed hashes, the first sketch, the library `eventsourcing`, and a bare `SELECT 1`. The figures that
follow from a state are not part of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter
from uuid import UUID

import psycopg

from app.domain.events.model import Fact
from app.domain.viewpoint import Viewpoint
from app.store.database.connections import reading
from app.store.snapshots import state_reader
from loadtests import first_sketch, peer, report
from loadtests.ground import HOME, Ground, LongLog, ground, long_log
from loadtests.unsealed import Unsealed, cost

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HEAD, THROUGH = "Asof, at the head", "Asof, at a random sequence"
UNSEALED = "Asof, at the head, keyed hashes unread"
SKETCH, PEER, FLOOR = "first sketch", "eventsourcing", "SELECT 1"
Reads = dict[str, Callable[[], object]]


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="events, with commas")
    parser.add_argument("--reads", type=int, default=2_000, help="reads of each kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    parser.add_argument("--alone", action="store_true", help="only Asof and SELECT 1")
    given = parser.parse_args()
    found: dict[int, dict[str, dict[str, float]]] = {}
    with ground(given.home) as place:
        for size in map(int, given.sizes.split(",")):
            log = long_log(place.engine, size)
            chance = random.Random(given.seed)
            with _contenders(place, log, chance, alone=given.alone) as reads:
                times = _by_turns(reads, given.reads, chance)
            found[size] = {name: report.milliseconds(times[name]) for name in reads}
            sealed = cost(times[HEAD], times[UNSEALED])
            print(f"\nReading and checking keyed hashes costs {sealed}")
            print(f"\nState at a random viewpoint of {log.events:,} events, {log.backdated:.1%} of "
                  f"them in closed books, {log.voids:.1%} voids")  # fmt: skip
            print(report.table([{"read": name, **each} for name, each in found[size].items()]))
    print("\nMedians by the length of the log, and as multiples of the shortest's")
    print(report.table([{"events": size, **_growth(found, size)} for size in found]))
    print(
        f"written to {report.write(given.out, 'states', {'reads': given.reads, **_named(found)})}"
    )


def _growth(found: dict[int, dict[str, dict[str, float]]], size: int) -> dict[str, str]:
    shortest = found[min(found)]
    return {
        name: f"{each['p50 ms']:.2f} (×{each['p50 ms'] / shortest[name]['p50 ms']:.1f})"
        for name, each in found[size].items()
    }


def _named(found: dict[int, dict[str, dict[str, float]]]) -> dict[str, object]:
    return {str(size): each for size, each in found.items()}


@contextmanager
def _contenders(
    place: Ground, log: LongLog, chance: random.Random, *, alone: bool
) -> Iterator[Reads]:
    """Return each kind of read on a connection of its own that is open already."""
    days = (log.last_day - log.first_day).days

    def viewpoint() -> Viewpoint:
        as_of = log.first_day + timedelta(days=chance.randint(0, days))
        return Viewpoint(as_of, chance.randint(1, log.events))

    unsealed = Unsealed()
    with reading(place.engine) as driver:
        reads: Reads = {
            HEAD: lambda: state_reader.read(driver, log.fund_id, viewpoint().as_of, None),
            THROUGH: lambda: _read_at(driver, log, viewpoint()),
            UNSEALED: lambda: unsealed.read(driver, log.fund_id, viewpoint().as_of),
        }
        if alone:
            yield reads | {FLOOR: lambda: driver.execute("SELECT 1").fetchone()}
            return
        created = first_sketch.prepare(place.owner, log.fund_id)
        funds = peer.open_peer(place.owner_url)
        peer_id = _peer_fund(place, funds, log)
        with place.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield reads | {
                SKETCH: lambda: first_sketch.read(connection, log.fund_id, chance.choice(created)),
                PEER: lambda: funds.repository.get(peer_id, version=chance.randint(1, log.events)),
                FLOOR: lambda: driver.execute("SELECT 1").fetchone(),
            }
        funds.close()


def _read_at(driver: psycopg.Connection, log: LongLog, at: Viewpoint) -> object:
    return state_reader.read(driver, log.fund_id, at.as_of, at.through)


def _peer_fund(place: Ground, funds: peer.PeerFunds, log: LongLog) -> UUID:
    """Return the library's fund with the same events, saved a hundred at a time on first use."""
    peer_id = peer.PeerFund.create_id(str(log.fund_id))
    if peer_id in funds.repository:
        return peer_id
    fund = peer.PeerFund(str(log.fund_id))
    query = """
        SELECT sequence, event_type, effective_on, payload FROM event
        WHERE fund_id = %s ORDER BY sequence
    """
    with reading(place.engine) as driver, driver.transaction(), driver.cursor("facts") as cursor:
        facts = (Fact(*row) for row in cursor.execute(query, (log.fund_id,)))
        while part := list(islice(facts, 100)):
            peer.record(funds, fund, part)
    return peer_id


def _by_turns(reads: Reads, count: int, chance: random.Random) -> dict[str, list[float]]:
    """Time each kind of read so many times, in an order that chance makes anew each turn."""
    times: dict[str, list[float]] = {name: [] for name in reads}
    names = list(reads)
    for turn in range(-count // 20, count):  # the first ones warm up
        chance.shuffle(names)
        for name in names:
            start = perf_counter()
            reads[name]()
            if turn >= 0:
                times[name].append(perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
