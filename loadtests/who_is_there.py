"""Benchmark: what it costs to know who asks, beside the whole page of a fund.

By turns, in one run: the session that the server keeps, the person alone as it was asked for before
sessions were kept, a bare SELECT 1, the part of a fund's page that follows the slider, and an event
of the audit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from app import create_app, database
from app.config import Settings
from app.domain.accounts.audit import AuditKind
from app.services import demo
from app.services.accounts import audit, web_sessions
from app.store.accounts import people
from app.store.accounts.people import Person
from app.store.database.connections import reading
from loadtests import report
from loadtests.ground import HOME, Ground, ground


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--home", type=Path, default=HOME)
    asked = parser.parse_args()
    with ground(asked.home) as place:
        took = _measure(place, asked.home, asked.rounds)
    rows = [{"what": what, **report.milliseconds(each)} for what, each in took.items()]
    print(report.table(rows))
    print(report.write(asked.out, "who_is_there", {"rows": rows}))


def _measure(place: Ground, home: Path, rounds: int) -> dict[str, list[float]]:
    ways = _ways(place, home)
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name, way in ways.items():
            begun = perf_counter()
            way()
            if turn >= rounds // 10:  # the first warm up
                took[name].append(perf_counter() - begun)
    return took


def _ways(place: Ground, home: Path) -> dict[str, Callable[[], object]]:
    engine = place.engine
    settings = Settings(home=home, database_url=None, secret_key="for trials only")  # noqa: S106
    lifetime = web_sessions.lifetime(settings)
    with engine.begin() as connection:
        email = f"{uuid4()}@example.com"
        person = people.add(connection, email, "Benchmark", "no hash", is_admin=True)
    fund = demo.load(engine, f"Asked for {uuid4().hex}").id
    session = web_sessions.begin(engine, person, lifetime)
    client = _client(place, settings, person, session)

    def alone() -> None:
        with reading(engine) as driver:
            people.visitor(driver, person.id, fund)

    def nothing() -> None:
        with reading(engine) as driver:
            driver.execute("SELECT 1").fetchone()

    return {
        "SELECT 1": nothing,
        "the person alone": alone,
        "the session on the server": lambda: web_sessions.present(engine, session, fund, lifetime),
        "a part of a fund's page": lambda: _asked(client, fund),
        "an event of the audit": lambda: _record(place, person),
    }


def _client(place: Ground, settings: Settings, person: Person, session: UUID) -> FlaskClient:
    app = create_app(settings)
    database.of(app).use(place.engine)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{person.id}/{session}"
    return client


def _asked(client: FlaskClient, fund: UUID) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = client.get(f"/funds/{fund}/", headers=headers)
    assert answer.status_code == 200, answer.status_code


def _record(place: Ground, person: Person) -> None:
    with place.engine.begin() as connection:
        audit.record(connection, AuditKind.SIGNED_IN, about=person, actor=person)


if __name__ == "__main__":
    main()
