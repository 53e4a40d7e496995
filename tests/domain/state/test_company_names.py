"""How companies are called: at an event, and at the viewpoint from which it is read."""

from __future__ import annotations

from datetime import date

from app.domain.events.model import Event
from app.domain.state.company_names import CompanyNames, Naming
from tests.domain.ledger import Ledger, fund
from tests.ledgers import company, investment, raw, void

NEVER = date.max


def _renamed(name: str, on: str = "2012-01-01") -> dict[str, object]:
    return raw("COMPANY_UPDATED", on, company="Acme", new_name=name)


def _called(ledger: Ledger, sequence: int, on: date = NEVER, through: int = 99) -> str:
    """Name the company of an event as the log's namings have it."""
    voids = {
        each.payload["voids"]: each.sequence for each in ledger.events if "voids" in each.payload
    }
    named = [
        Naming(
            str(each.company_id),
            each.payload.get("new_name") or each.payload["company"],
            each.effective_on,
            each.sequence,
            voids.get(each.sequence),
        )
        for each in ledger.events
        if each.event_type == "COMPANY_ADDED" or "new_name" in each.payload
    ]
    event: Event = ledger.events[sequence - 1]
    return CompanyNames(named).of(event, on, through)


def test_a_company_that_kept_its_name_is_called_by_it() -> None:
    assert _called(fund(company(), investment("5")), 3) == "Acme"


def test_an_event_tells_the_name_of_its_day_and_the_present_one() -> None:
    ledger = fund(company(), investment("5"), _renamed("Zenith"), investment("6", on="2013-01-01"))
    assert _called(ledger, 3) == "Acme (now Zenith)"
    assert _called(ledger, 5) == "Zenith"
    assert _called(ledger, 2) == "Acme (now Zenith)"


def test_a_renaming_tells_its_new_name_itself() -> None:
    ledger = fund(company(), _renamed("Zenith"))
    assert _called(ledger, 3) == "Acme"
    ledger.record(_renamed("Apex", "2014-01-01"))
    assert _called(ledger, 3) == "Acme (now Apex)"
    assert _called(ledger, 4) == "Zenith"


def test_a_name_is_what_was_known_when_the_event_was_recorded() -> None:
    ledger = fund(company(), investment("6", on="2013-01-01"), _renamed("Zenith"))
    assert _called(ledger, 3) == "Acme (now Zenith)"
    assert _called(ledger, 3, through=3) == "Acme", "nobody knew of the new name yet"
    assert _called(ledger, 3, on=date(2011, 12, 31)) == "Acme", "nor is it borne before its day"


def test_a_renaming_that_was_voided_left_no_name() -> None:
    ledger = fund(company(), investment("5"), _renamed("Zenith"), void(4))
    assert _called(ledger, 3) == "Acme"
    assert _called(ledger, 3, through=4) == "Acme (now Zenith)"


def test_what_came_before_the_company_was_added_has_the_name_that_it_was_added_with() -> None:
    ledger = fund(company(on="2010-05-01"), investment("5", on="2010-03-01"), _renamed("Zenith"))
    assert _called(ledger, 3) == "Acme (now Zenith)"
