"""Benchmark 4: the list of funds, with 2,500 funds in it.

How long a page of the list takes by any order: the first one of a process, which folds every log,
the first on another day, and those that come after, one at a time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app import create_app, database
from app.domain.fields import name_key
from app.services.funds.new_fund import establish_from_history
from app.services.funds.portfolio import COLUMNS
from app.services.recording.batches import parse_drafts
from app.store.admission.batches import Author
from app.store.database.connections import looking_up
from app.store.tables import fund
from loadtests import report
from loadtests.ground import HOME, ground
from tests.ledgers import Raw, called, committed, company, established, investment, mark, raw
from tests.people import signed_in, somebody
from tests.running_site import settings_of

FUNDS = 2_500
PAGES = (25, 50, 100)  # funds a page
_AIM = 100  # milliseconds at the 95th percentile
_AUTHOR = Author("benchmark@example.com", "import", may_adjust=True)
_NAME = "Portfolio fund {:04}"
_LAST_CLOSED = date(2026, 9, 30)
_CLOSED = 0.65  # the share of funds with closed books
_CURRENCIES = ("USD", "USD", "USD", "EUR", "GBP")


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--pages", type=int, default=200, help="of each size")
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    with ground(given.home) as place:
        make_funds(place.engine)
        app = create_app(settings_of(given.home))
        database.of(app).use(place.engine)
        client = signed_in(app, somebody(place.engine, admin=True))
        rows = [*_first(client), *(_warm(client, size, given.pages) for size in PAGES)]
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'funds_list', {'pages': rows})}")


def make_funds(engine: sa.Engine) -> None:
    """Make the funds that are not there yet."""
    with looking_up(engine) as connection:
        there = set(connection.scalars(sa.select(fund.c.name_key)))
    missing = [number for number in range(FUNDS) if name_key(_NAME.format(number)) not in there]
    if missing:
        print(f"Making {len(missing):,} funds, once", flush=True)
    for number in missing:
        parts = [parse_drafts(history(number))]
        with engine.begin() as connection:
            establish_from_history(connection, _NAME.format(number), parts, _AUTHOR)


def history(number: int) -> list[Raw]:
    """Return the life of a small fund, some 80 events, another one for each number."""
    chance = random.Random(number)
    closed = {"closed_through": str(_LAST_CLOSED), "label": "Q3 2026"}
    close = raw("PERIOD_CLOSED", str(_LAST_CLOSED + timedelta(days=30)), **closed)
    lived = [each for each in _life(number, chance) if each["effective_on"] <= str(_LAST_CLOSED)]
    return [*lived, close] if chance.random() < _CLOSED else lived


def _life(number: int, chance: random.Random) -> Iterator[Raw]:
    vintage, currency = 2004 + number % 21, chance.choice(_CURRENCIES)
    size = chance.randrange(20, 900) * 1_000_000
    begun = date(vintage, 1, 1) + timedelta(days=chance.randrange(300))
    carry = {"rate": "0.2", "hurdle": "0.08", "catch_up": "1"}
    terms = {"currency": currency, "size": str(size), "vintage_year": vintage, "carry": carry}
    yield established(str(begun), inception_on=str(begun), **terms)
    for investor in ("Northern Teachers", "Harbour Life", "Alma Family", "City of Ostrava"):
        yield committed(investor, str(size // 4), str(begun))

    def on(year: float) -> str:
        return str(begun + timedelta(days=int(year * 365) + chance.randrange(60)))

    stake, fee = size * 8 // 100, size // 100
    for turn in range(10):
        year, name = turn * 0.5, f"Company {turn}"
        yield called(str(size // 10), on(year))
        yield raw("EXPENSE_PAID", on(year + 0.2), amount=str(fee), category="management_fee")
        yield company(name, on(year))
        yield investment(str(stake), on(year + 0.25), name)
        for age in (1, 2, 3):
            yield mark(str(stake * chance.randrange(20, 400) // 100), on(year + age), name)
        paid = str(stake * chance.randrange(10, 400) // 100)
        yield raw("PROCEEDS_RECEIVED", on(year + 6), company=name, amount=paid, kind="full_exit")
        yield raw("DISTRIBUTION_MADE", on(year + 6.3), amount=paid)
    yield raw("DISTRIBUTION_MADE", on(12), amount=str(size // 10))  # all that is left


def _first(client: FlaskClient) -> Iterator[dict[str, Any]]:
    """Ask for what nothing is kept of yet."""
    yield _row("the first page of a process", [_asked(client)])
    yield _row("another day", [_asked(client, as_of="2020-03-31")])


def _warm(client: FlaskClient, size: int, pages: int) -> dict[str, Any]:
    """Ask for pages of all orders, which were all seen once."""
    chance = random.Random(size)
    last = -(-FUNDS // size)
    for page in range(1, last + 1):
        _asked(client, per_page=size, page=page)
    seconds = [
        _asked(
            client,
            sort=chance.choice(("", "-")) + chance.choice(COLUMNS),
            per_page=size,
            page=chance.randint(1, last),
        )
        for _ in range(pages)
    ]
    return _row(f"any order, {size} a page", seconds)


def _asked(client: FlaskClient, **parameters: object) -> float:
    begun = time.perf_counter()
    answer = client.get("/funds/", query_string={name: str(v) for name, v in parameters.items()})
    taken = time.perf_counter() - begun
    assert answer.status_code == 200, answer.text
    assert 'data-testid="fund"' in answer.text
    return taken


def _row(name: str, seconds: Sequence[float]) -> dict[str, Any]:
    slow = report.percentile(seconds, 0.95) * 1000
    return {
        "page": name,
        "pages": len(seconds),
        "p50 ms": median(seconds) * 1000,
        "p95 ms": slow,
        "aim ms": _AIM if len(seconds) > 1 else "",
    }


if __name__ == "__main__":
    main()
