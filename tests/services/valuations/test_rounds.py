"""Valuation rounds under everybody's hands at once: kept, recorded once, undone once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.errors import NotAllowedError, RefusedError, ValuationRoundError
from app.domain.valuations.rounds import Mark
from app.services.recording.batches import Author
from app.services.valuations import drafts, rounds
from app.services.valuations import record as valuation_record
from app.services.valuations.record import RecordRequest, UndoRequest
from app.store.accounts.people import Person
from app.store.valuation_drafts import ValuationDraft
from tests.ledgers import company, investment, look, new_fund, raw, record, void
from tests.people import member

QUARTER = date(2011, 3, 31)


@dataclass(frozen=True)
class House:
    """A fund with two holdings and a draft, an analyst and a GP."""

    engine: Engine
    fund: UUID
    analyst: Person
    gp: Person
    draft: ValuationDraft

    def recording(self, *values: str, by: str = "analyst") -> RecordRequest:
        opening = rounds.opening(self.engine, self.fund, QUARTER)
        marks = [
            Mark(holding, Decimal(value))
            for holding, value in zip(opening.holdings, values, strict=False)
        ]
        return RecordRequest(opening, marks, frozenset(), self.author(by), getattr(self, by).id)

    def author(self, role: str) -> Author:
        return Author(str(getattr(self, role).id), "form", may_adjust=role == "gp")

    def record(self, what: RecordRequest, version: int | None = None) -> ValuationDraft:
        now = self.now()
        return valuation_record.record(
            self.engine, self.fund, self.draft.id, version or now.version, what
        )

    def undo(self, by: str = "analyst", *, closed: bool = False) -> ValuationDraft:
        what = UndoRequest("a slip", closed, self.author(by), getattr(self, by).id)
        return valuation_record.undo(self.engine, self.fund, self.draft.id, what)

    def now(self) -> ValuationDraft:
        found = rounds.find_round(self.engine, self.fund, QUARTER)
        assert found
        return found

    @property
    def head(self) -> int:
        return look(self.engine, self.fund).head.sequence

    @property
    def value(self) -> Decimal:
        return look(self.engine, self.fund, QUARTER.isoformat()).figures.total_value


@pytest.fixture
def house(engine: Engine) -> House:
    fund = new_fund(
        engine, company(), company("Bolt"), investment("1000"), investment("300", name="Bolt")
    )
    analyst, gp = (member(engine, fund, role, role) for role in ("analyst", "gp"))
    draft = rounds.start(engine, fund, QUARTER, analyst.id)
    return House(engine, fund, analyst, gp, draft)


def test_a_round_recorded_by_many_at_once_is_in_the_log_once(house: House) -> None:
    what, head, together = house.recording("1500", "400"), house.head, Barrier(4)

    def press(_: int) -> str:
        together.wait()
        return house.record(what, 1).status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {"recorded"}
    assert house.head == head + 2


def test_a_round_started_by_many_at_once_is_one_draft(house: House) -> None:
    end, together = date(2011, 6, 30), Barrier(4)

    def begin(_: int) -> UUID:
        together.wait()
        return rounds.start(house.engine, house.fund, end, house.analyst.id).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(4)))) == 1


def test_cells_that_many_type_at_once_are_all_kept(house: House) -> None:
    together = Barrier(4)

    def type_in(number: int) -> None:
        together.wait()
        mine = {(f"row {number}", "mark"): "1", (f"row {number}", "note"): ""}
        drafts.save(house.engine, house.draft, house.analyst.id, {}, mine)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(type_in, range(4)))
    assert house.now().cells == {f"row {number}": {"mark": "1"} for number in range(4)}
    assert house.now().version == 5


def test_a_refused_round_stays_a_draft(house: House) -> None:
    record(
        house.engine, house.fund, raw("PERIOD_CLOSED", "2011-04-30", closed_through="2011-03-31")
    )
    head = house.head
    with pytest.raises(RefusedError, match="the books are closed through 2011-03-31"):
        house.record(house.recording("1500"))
    assert (house.now().status, house.head) == ("draft", head)


def test_undoing_leaves_alone_what_was_voided_one_by_one(house: House) -> None:
    before = house.value
    house.record(house.recording("1500", "400"))
    first = house.now().first_sequence
    assert first
    record(house.engine, house.fund, void(first))
    head = house.head
    house.undo()
    assert (house.head, house.value) == (head + 1, before)
    with pytest.raises(ValuationRoundError, match="nothing was undone"):
        house.undo()


def test_an_analyst_does_not_undo_what_a_gp_recorded(house: House) -> None:
    house.record(house.recording("1500", by="gp"))
    with pytest.raises(NotAllowedError, match="was recorded by somebody else"):
        house.undo()
    assert house.now().status == "recorded"
    assert house.undo("gp").status == "draft"


def test_books_that_closed_since_are_adjusted_when_a_round_is_undone(house: House) -> None:
    house.record(house.recording("1500", by="gp"))
    record(
        house.engine, house.fund, raw("PERIOD_CLOSED", "2011-04-30", closed_through="2011-03-31")
    )
    assert house.undo("gp", closed=True).status == "draft"


def test_undoing_while_a_revision_is_open_leaves_the_revision(house: House) -> None:
    house.record(house.recording("1500"))
    revision = rounds.start(house.engine, house.fund, QUARTER, house.analyst.id)
    assert revision.id != house.draft.id
    assert house.undo().status == "discarded"
    assert house.now().id == revision.id
    with pytest.raises(ValuationRoundError, match="Another round of 2011-03-31 is open"):
        drafts.restore(house.engine, house.fund, house.draft.id, house.analyst.id)


def test_a_round_is_of_what_is_known_now_and_knows_the_closed_books(house: House) -> None:
    record(
        house.engine, house.fund, raw("PERIOD_CLOSED", "2011-08-01", closed_through="2011-06-30")
    )
    opening = rounds.opening(house.engine, house.fund, QUARTER)
    assert opening.is_closed
    assert opening.closed_through == date(2011, 6, 30)
    assert not rounds.opening(house.engine, house.fund, date(2011, 9, 30)).is_closed
