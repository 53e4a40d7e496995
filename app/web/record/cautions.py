"""What is unusual in what is proposed: told beside what it changes, and refused by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.money import ZERO
from app.domain.state import Holding
from app.domain.valuations import is_faint, is_steep
from app.services.proposals import Effect
from app.web.formats import full_money, long_date


def cautions(effects: Sequence[Effect], currency: str) -> list[str]:
    """Give what a person should look at before they record it; the first day of each."""
    told: dict[str, str] = {}
    for effect in effects:
        for about, caution in _of(effect, currency):
            told.setdefault(about, caution)
    return list(told.values())


def _of(effect: Effect, currency: str) -> Iterator[tuple[str, str]]:
    before, after = effect.before.state, effect.after.state
    if after.cash < min(before.cash, ZERO):
        yield (
            "cash",
            (
                f"Cash falls to {full_money(after.cash, currency)} on {long_date(effect.as_of)}: a "
                "call, a loan or income is missing, or the amount is too large."
            ),
        )
    if after.unfunded < min(before.unfunded, ZERO):
        yield (
            "unfunded",
            (
                "More is called than the partners committed: unfunded falls to "
                f"{full_money(after.unfunded, currency)}."
            ),
        )
    for company_id, holding in after.holdings.items():
        if prior := before.holdings.get(company_id):
            for caution in _of_mark(prior, holding, currency):
                yield company_id, caution


def _of_mark(before: Holding, after: Holding, currency: str) -> Iterator[str]:
    if (after.invested, after.proceeds) != (before.invested, before.proceeds):
        return
    prior = full_money(before.fair_value, currency)
    if before.exited_on and after.fair_value > before.fair_value:
        yield (
            f"{after.name} was sold in full on {long_date(before.exited_on)}: this gives it value "
            "again."
        )
    elif is_steep(after.fair_value, before.fair_value):
        yield (
            f"The mark of {after.name} is above five times the prior {prior}: is it the "
            "post-money? Write the value of the fund's own holding."
        )
    elif is_faint(after.fair_value, before.fair_value):
        yield (
            f"The mark of {after.name} is below a hundredth of the prior {prior}: are millions "
            "meant? Write 4.5m for 4,500,000."
        )
