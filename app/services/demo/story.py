"""The whole story of the demo fund: ten years, thirty companies, told the same way every time."""

from __future__ import annotations

from app.services.demo.cash.books import book_entries
from app.services.demo.cash.capital import capital_entries
from app.services.demo.cash.expenses import expense_entries
from app.services.demo.cash.terms import terms_entries
from app.services.demo.cash.treasury import treasury_entries
from app.services.demo.corrections import correction_entries, late_entries
from app.services.demo.entries.model import Entry
from app.services.demo.entries.row_numbers import in_order
from app.services.demo.portfolio.deals import deal_entries
from app.services.demo.portfolio.exits import exit_entries
from app.services.demo.portfolio.marks import mark_entries
from app.services.demo.portfolio.portfolio import read_companies
from app.services.demo.portfolio.results import result_entries

SEED = 2015


def story_entries(seed: int = SEED) -> list[Entry]:
    """Tell everything that happened, in the order in which it was recorded.

    Another seed gives the same companies, rounds and exits with other noise around them.
    """
    companies = read_companies()
    exits = exit_entries(companies, seed)
    money = [
        *deal_entries(companies, seed),
        *exits,
        *expense_entries(companies, seed),
        *late_entries(seed),
        *treasury_entries(exits, seed),
    ]
    marks = mark_entries(companies, seed)
    entries = [
        *terms_entries(seed),
        *money,
        *capital_entries(money, seed),
        *(mark for marked in marks.values() for mark in marked),
        *result_entries(companies, seed),
        *book_entries(marks, seed),
    ]
    return in_order([*entries, *correction_entries(entries, seed)])
