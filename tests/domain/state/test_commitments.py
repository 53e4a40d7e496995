"""What investors promised: one investor is one, however the name is spelled."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest

from tests.domain.ledger import fund
from tests.ledgers import raw

_SPELLINGS = ("Harbour Pension", "harbour  pension", "HARBOUR PENSION")


@pytest.mark.parametrize("spellings", list(permutations(_SPELLINGS)))
def test_one_investor_in_several_spellings_is_one(spellings: tuple[str, ...]) -> None:
    ledger = fund(
        *(
            raw("COMMITMENT_MADE", f"2010-0{month}-01", investor=name, amount=str(10**month))
            for month, name in enumerate(spellings, 1)
        ),
        raw("COMMITMENT_MADE", "2010-05-01", investor="Harbour", amount="1"),
    )
    state = ledger.state("2010-12-31")
    found = [(each.investor, each.amount) for each in state.commitments.values()]
    assert found == [("HARBOUR PENSION", Decimal(1110)), ("Harbour", Decimal(1))]


def test_a_partner_who_is_general_and_limited_is_two() -> None:
    ledger = fund(
        raw("COMMITMENT_MADE", "2010-01-01", investor="Alma", amount="5", partner="gp"),
        raw("COMMITMENT_MADE", "2010-01-01", investor="alma", amount="7"),
    )
    kinds = [
        (each.partner, each.amount) for each in ledger.state("2010-12-31").commitments.values()
    ]
    assert kinds == [("gp", Decimal(5)), ("lp", Decimal(7))]
