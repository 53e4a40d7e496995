"""What is unusual in what is proposed: told beside what it changes, and refused by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from markupsafe import Markup

from app.domain.money import ZERO
from app.domain.state.state import Holding
from app.domain.valuations.rounds import is_faint, is_steep
from app.services.recording.previews import Effect
from app.web.shared.formats import full_money, short_date


def cautions(effects: Sequence[Effect], currency: str) -> list[Markup]:
    """Return what a person should look at before they record it; the first day of each."""
    warnings: dict[str, Markup] = {}
    for effect in effects:
        for about, caution in _of(effect, currency):
            warnings.setdefault(about, caution)
    return list(warnings.values())


def _of(effect: Effect, currency: str) -> Iterator[tuple[str, Markup]]:
    before, after = effect.before.state, effect.after.state
    if after.cash < min(before.cash, ZERO):
        yield (
            "cash",
            Markup(
                "Cash falls to {} on {}: a call, a loan or income is missing, or the amount is too "
                "large."
            ).format(_amount(after.cash, currency), short_date(effect.as_of)),
        )
    if after.unfunded < min(before.unfunded, ZERO):
        yield (
            "unfunded",
            Markup("Called more than committed: unfunded falls to {}.").format(
                _amount(after.unfunded, currency)
            ),
        )
    for company_id, holding in after.holdings.items():
        if prior := before.holdings.get(company_id):
            for caution in _of_mark(prior, holding, currency):
                yield company_id, caution


def _of_mark(before: Holding, after: Holding, currency: str) -> Iterator[Markup]:
    if (after.invested, after.proceeds) != (before.invested, before.proceeds):
        return
    prior = _amount(before.fair_value, currency)
    if before.exited_on and after.fair_value > before.fair_value:
        yield Markup("{} was sold in full on {}: this gives it value again.").format(
            after.name, short_date(before.exited_on)
        )
    elif is_steep(after.fair_value, before.fair_value):
        yield Markup(
            "The mark of {} is above 5× the prior {}: is it the post-money? Write the "
            "value of the fund's own holding."
        ).format(after.name, prior)
    elif is_faint(after.fair_value, before.fair_value):
        yield Markup(
            "The mark of {} is below 1% of the prior {}: in millions? Write 4.5m for 4,500,000."
        ).format(after.name, prior)


def _amount(amount: Decimal, currency: str) -> Markup:
    """Write an amount in a sentence, so that no line ends between its sign and its digits."""
    return Markup('<span class="unbroken">{}</span>').format(full_money(amount, currency))
