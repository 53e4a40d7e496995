"""Which company a fact is about, and which names are free."""

from __future__ import annotations

from uuid import uuid4

from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, company, investment, raw, void


def renamed(name: str, new_name: str, on: str = "2011-01-01") -> Raw:
    return raw("COMPANY_UPDATED", on, company=name, new_name=new_name)


def names(ledger: Ledger) -> list[str]:
    return [holding.name for holding in ledger.state().holdings.values()]


def test_a_name_is_taken_whatever_its_letters_and_spaces() -> None:
    ledger = fund(company("Acme Robotics"))
    for spelling in ("Acme Robotics", "ACME robotics", "  acme   Robotics "):
        assert str(ledger.refusal(company(spelling))) == (
            f"company {spelling.strip()!r}: is taken by Acme Robotics: choose another name"
        )


def test_two_ways_to_write_an_accent_are_one_name() -> None:
    ledger = fund(company("Café"))
    assert "is taken by Café" in str(ledger.refusal(company("Cafe\u0301")))


def test_a_former_name_stays_taken() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith"), company("Boreal"))
    for name in ("acme", "ZENITH"):
        taken = "is taken by Acme: choose another name"
        assert str(ledger.refusal(company(name))) == f"company {name!r}: {taken}"
        assert str(ledger.refusal(renamed("Boreal", name))) == f"new_name {name!r}: {taken}"


def test_a_company_may_take_its_own_former_name_again() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith"))
    ledger.record(renamed("Zenith", "Acme", on="2012-01-01"))
    assert names(ledger) == ["Acme"]


def test_a_voided_company_sets_its_name_free() -> None:
    ledger = fund(company("Acme"), void(2))
    ledger.record(company("Acme", on="2010-05-01"))
    assert names(ledger) == ["Acme"]


def test_a_voided_renaming_sets_its_name_free() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith"), void(3))
    ledger.record(company("Zenith"))
    assert names(ledger) == ["Acme", "Zenith"]


def test_a_company_answers_to_each_of_its_names_and_to_its_id() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith"))
    [company_id] = ledger.state().holdings
    for amount, name in (
        ("1", "acme"),
        ("2", "Zenith"),
        ("4", company_id),
        ("8", company_id.upper()),
    ):
        [event] = ledger.record(investment(amount, name=name))
        assert (event.payload["company"], event.company_id) == ("Acme", company_id)
    ledger.record(investment("16", name="anything", company_id=company_id))
    assert ledger.state().holdings[company_id].invested == 31
    assert names(ledger) == ["Zenith"]


def test_an_unknown_company_is_refused_with_the_closest_names() -> None:
    ledger = fund(company("Acme Robotics"), company("Acme Robots"), company("Zeta"))
    fault = ledger.refusal(investment("100", name="Acme Robotic"))
    assert str(fault) == (
        "company 'Acme Robotic': is no company of this fund: did you mean Acme Robotics, "
        "Acme Robots?"
    )
    assert fault.code == "unknown_company"


def test_the_closest_name_is_shown_as_it_is_written_today() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith Labs"))
    assert "did you mean Zenith Labs?" in str(ledger.refusal(investment("1", name="Zenith Lab")))


def test_a_company_of_no_near_name_asks_for_its_addition() -> None:
    assert str(fund(company("Zeta")).refusal(investment("100", name="Acme"))) == (
        "company 'Acme': is no company of this fund: record its COMPANY_ADDED first"
    )


def test_a_voided_company_is_no_company_of_the_fund() -> None:
    fault = fund(company("Acme"), void(2)).refusal(investment("100", name="Acme"))
    assert fault.code == "unknown_company"


def test_an_unknown_id_is_refused() -> None:
    fault = fund(company("Acme")).refusal(investment("1", name="Acme", company_id=str(uuid4())))
    assert (fault.field, fault.code) == ("company_id", "unknown_company")


def test_an_id_is_given_once() -> None:
    ledger = fund(company("Acme"))
    [company_id] = ledger.state().holdings
    again = raw("COMPANY_ADDED", "2010-02-01", company="Zeta", company_id=company_id)
    assert str(ledger.refusal(again)) == f"company_id '{company_id}': is taken: leave it out"


def test_a_name_changes_from_its_day_on() -> None:
    ledger = fund(company("Acme"), renamed("Acme", "Zenith", on="2011-01-01"))
    [before] = ledger.state("2010-12-31").holdings.values()
    assert (before.name, names(ledger)) == ("Acme", ["Zenith"])


def test_a_fact_dated_before_its_company_was_added_is_taken() -> None:
    ledger = fund(company("Acme", on="2010-02-01"), investment("100", on="2010-01-10"))
    [holding] = ledger.state("2010-01-10").holdings.values()
    assert (holding.name, holding.invested, holding.added_on) == ("Acme", 100, None)


def test_an_update_keeps_the_particulars_that_it_does_not_name() -> None:
    added = raw("COMPANY_ADDED", "2010-02-01", company="Acme", sector="software", stage="seed")
    update = raw("COMPANY_UPDATED", "2011-01-01", company="Acme", stage="growth", country="FR")
    [holding] = fund(added, update).state().holdings.values()
    assert (holding.sector, holding.stage, holding.country) == ("software", "growth", "FR")
