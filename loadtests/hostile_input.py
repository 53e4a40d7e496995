"""Sends a site what has frozen or broken it, and times the answers and its health meanwhile.

A new attack is an entry in ATTACKS: its name, and a function that makes its requests.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from app.store.database import engines
from loadtests import report
from loadtests.attacker import Answer, Attacker, Sent
from loadtests.health_watch import health_watched
from tests.running_site import Site, running, settings_of

_MARKS = "e" + "\u0301\u0327" * 40_000  # 160 KB
_ENDLESS = "9" * 4_301
_AIM_MS = 100  # of the site's health, at the 99th percentile
_IDLE = 5.0  # seconds
_WATCHED = 3.0  # seconds for which each attack goes on at least


class Attack(NamedTuple):
    """What is sent, several at once or one."""

    name: str
    make: Callable[[Attacker], Sequence[Sent]]


def _sign_ins(attacker: Attacker) -> list[Sent]:
    return [attacker.sign_in(f"{uuid4()}@example.com", _MARKS) for _ in range(4)]


def _company_of_marks(attacker: Attacker) -> list[Sent]:
    return [attacker.events([_company(_MARKS)])]


def _search_for_marks(attacker: Attacker) -> list[Sent]:
    marks = "e" + "\u0301" * 8_000
    return [attacker.page("timeline", {"company": marks})]


def _investors_of_marks(attacker: Attacker) -> list[Sent]:
    payload = {"amount": "1", "allocations": {_MARKS: "1"}}
    return [attacker.events([_event("CAPITAL_CALLED", payload)])]


def _doubled_keys(attacker: Attacker) -> list[Sent]:
    keys = ",".join(f'"k{number}":1' for number in range(40_000))
    return [attacker.api("events", f'{{{keys},"k39999":2}}'.encode())]


def _faults(attacker: Attacker) -> list[Sent]:
    event = {f"field{number}": number for number in range(10)}
    return [attacker.events([event] * 10_000)]  # 1.7 MB


def _unknown_companies(attacker: Attacker) -> list[Sent]:
    batch = [
        _event("INVESTMENT_MADE", {"company": f"Acmee {number}", "amount": "1"})
        for number in range(10_000)
    ]
    return [attacker.events(batch)]


def _unknown_fields(attacker: Attacker) -> list[Sent]:
    payload = {f"amoun{number}": 1 for number in range(100_000)}
    return [attacker.events([_event("CAPITAL_CALLED", payload)])]


def _password_of_signs(attacker: Attacker) -> list[Sent]:
    signs = "4@8({[<369&#!1/|0$5+7%2" * 8
    return [attacker.form("/account/password", present=attacker.password, password=signs)]


def _amount_of_digits(attacker: Attacker) -> list[Sent]:
    typed = {"company": "Acme", "amount": "1" * 200_000, "effective_on": "2011-01-01"}
    return [attacker.form(attacker.path("record/investment-made"), **typed, do="preview")]


def _deep_base(attacker: Attacker) -> list[Sent]:
    at = attacker.open_round()
    return [attacker.form(at.address, round=at.id, base='{"a":' * 3_000)]


def _odd_key(attacker: Attacker) -> list[Sent]:
    typed = {"company": "Acme", "amount": "5", "effective_on": "2011-01-01", "key": "a\0b"}
    return [
        attacker.form(attacker.path("record/investment-made"), **typed, do="record"),
        attacker.form(attacker.path("books/"), key="a\0b", closed_through="2010-03-31"),
    ]


def _endless_numbers(attacker: Attacker) -> list[Sent]:
    return [
        attacker.api("events", f'{{"event_type": {_ENDLESS}}}'.encode()),
        attacker.page(f"events/{_ENDLESS}/void", {}),
        attacker.form(attacker.path("books/"), through=_ENDLESS, closed_through="2010-03-31"),
    ]


def _deep_event(attacker: Attacker) -> list[Sent]:
    return [attacker.api("events", b'{"event_type": ' + b"[" * 950 + b"]" * 950 + b"}")]


def _unknown_person(attacker: Attacker) -> list[Sent]:
    return [attacker.form(f"/people/{uuid4()}/active", value="0")]


def _no_address(attacker: Attacker) -> list[Sent]:
    return [attacker.form("/sign-out", {"Origin": "http://["})]


ATTACKS = (
    Attack("four sign-ins with 160 KB of marks each", _sign_ins),
    Attack("a company's name of 160 KB of marks", _company_of_marks),
    Attack("an investor's name of 160 KB of marks", _investors_of_marks),
    Attack("a timeline of a company named by 8,000 marks", _search_for_marks),
    Attack("40,000 keys in an object, one of them twice", _doubled_keys),
    Attack("10,000 events with nothing but faults", _faults),
    Attack("10,000 events of companies that nobody knows", _unknown_companies),
    Attack("an event with 100,000 fields that it has not", _unknown_fields),
    Attack("an amount of 200,000 digits", _amount_of_digits),
    Attack("deep JSON in the base of a grid", _deep_base),
    Attack("a key with a NUL", _odd_key),
    Attack("numbers of 4,301 digits", _endless_numbers),
    Attack("an event with a type 950 arrays deep", _deep_event),
    Attack("an unknown person, to be deactivated", _unknown_person),
    Attack("an Origin that is no address", _no_address),
    # The last one: it is taken, and ends the session of the attacker.
    Attack("a new password of 184 signs that stand for letters", _password_of_signs),
)


def main() -> int:
    """Run the attacks; 0 where none was answered with 500 and the site stayed well meanwhile."""
    parser = report.arguments(__doc__)
    parser.add_argument("--only", default="", help="attacks whose name contains this")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asof-hostile-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        rows = trial(Path(folder) / "home", given.only)
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'hostile_input', {'attacks': rows})}")
    return 0 if all(map(_is_sound, rows)) else 1


def trial(home: Path, only: str = "") -> list[dict[str, Any]]:
    """Run a site in `home`, and the attacks against it, one after the other."""
    engine = engines.open_engine(settings_of(home))
    try:
        with running(home) as site:
            attacker = Attacker(_address_of(site), engine)
            rows = [_nothing(attacker)]
            print(*rows[-1].values(), sep=" | ", flush=True, file=sys.stderr)
            for attack in ATTACKS:
                if only in attack.name:
                    rows.append(_attacked(attacker, attack))
                    print(*rows[-1].values(), sep=" | ", flush=True, file=sys.stderr)
            site.stop()
    finally:
        engines.close_engine(engine)
    return rows


def _address_of(site: Site) -> str:
    """Wait for a site to be there, on a busy machine for longer than tests do."""
    for _ in range(5):
        with contextlib.suppress(AssertionError):
            return site.address()
    return site.address()


def _nothing(attacker: Attacker) -> dict[str, Any]:
    with health_watched(attacker.host) as seconds:
        time.sleep(_IDLE)
    return _row("nothing, for comparison", [], _IDLE, seconds)


def _attacked(attacker: Attacker, attack: Attack) -> dict[str, Any]:
    """Attack again and again for as long as health is watched; the first time is timed."""
    sent, took = attack.make(attacker), 0.0
    with health_watched(attacker.host) as seconds, ThreadPoolExecutor(len(sent)) as pool:
        begun = time.perf_counter()
        answers = list(pool.map(attacker.send, sent))
        took = time.perf_counter() - begun
        while time.perf_counter() - begun < _WATCHED:
            list(pool.map(attacker.send, sent))
    return _row(attack.name, list(zip(sent, answers, strict=True)), took, seconds)


def _row(
    name: str, answered: list[tuple[Sent, Answer]], took: float, health: list[float]
) -> dict[str, Any]:
    statuses = sorted({str(answer.status) for _, answer in answered})
    return {
        "attack": name,
        "sent KB": round(sum(len(sent.body) for sent, _ in answered) / 1000),
        "seconds": took,
        "answered KB": round(sum(answer.size for _, answer in answered) / 1000),
        "status": ", ".join(statuses),
        "health p99 ms": report.percentile(health, 0.99) * 1000,
        "health max ms": max(health) * 1000,
        "asked": len(health),
    }


def _is_sound(row: dict[str, Any]) -> bool:
    broken = any(status in row["status"] for status in ("500", "none"))
    return not broken and row["health p99 ms"] < _AIM_MS


def _company(name: str) -> dict[str, Any]:
    return _event("COMPANY_ADDED", {"company": name})


def _event(event_type: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"event_type": event_type, "effective_on": "2011-01-01", "payload": payload}


if __name__ == "__main__":
    sys.exit(main())
