"""What a step leads to, shown beside it while it is being answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wtforms import FieldList

from app.domain.money import ZERO
from app.domain.planning.fees import FeeSchedule, fee_schedule
from app.domain.planning.pace import PaceYear, pace
from app.domain.planning.reserves import Split, reserve_of, splits
from app.domain.planning.waterfall import YEARS, Example, worked_example
from app.domain.terms import Terms
from app.web.charts import plan
from app.web.charts.chart import Chart
from app.web.setup.answers import SetUp
from app.web.setup.commitments_form import CommitmentsForm
from app.web.shared.formats import exact_percent

_CHEQUE = Decimal(1_000_000)
_TIERS = {
    "capital": "Return of capital",
    "preferred": "Preferred return",
    "catch_up": "Catch-up",
    "split": "Residual split",
}


@dataclass(frozen=True, slots=True)
class ReserveExample:
    """What is set aside beside one cheque, and of the whole fund."""

    stage: str
    ratio: Decimal
    reserve: Decimal
    split: Split


@dataclass(frozen=True, slots=True)
class Promised:
    """The commitments against the size."""

    total: Decimal
    gp_share: Decimal
    size: Decimal

    @property
    def over(self) -> Decimal:
        """How much more is promised than the size; negative where less is."""
        return self.total - self.size


def as_first_shown(set_up: SetUp, step: str) -> SetUp:
    """Return the answers with the usual ones for a step that was not answered yet.

    Where these are in order, what they lead to can be shown at once.
    """
    shown = set_up.step(step)
    if shown is None or set_up.terms is None or step in set_up.answers:
        return set_up
    usual = shown.form.typed(set_up.terms)
    return set_up.with_typed(step, usual) if usual else set_up


@dataclass(frozen=True)
class Preview:
    """What the answers lead to; only for terms that are in order."""

    set_up: SetUp
    step: str

    @property
    def is_ready(self) -> bool:
        """Whether what is on the page is in order, so that it leads to something."""
        return self.set_up.is_done(self.step) and self.set_up.terms is not None

    @property
    def cheque(self) -> Decimal:
        """The initial cheque of the example."""
        return _CHEQUE

    @property
    def years(self) -> int:
        """After how many years the fund of the example is sold."""
        return YEARS

    @property
    def faults(self) -> list[str]:
        """What is not in order yet of a step."""
        return [] if self.set_up.is_done(self.step) else list(self._told())

    @property
    def terms(self) -> Terms:
        """The terms as answered so far."""
        assert self.set_up.terms
        return self.set_up.terms

    @property
    def fees(self) -> FeeSchedule:
        """The fees of each year."""
        return fee_schedule(self.terms, self.terms.size)

    @property
    def chart(self) -> Chart | None:
        """What the step leads to over the years; None for steps that lead to a day's figures."""
        if self.step == "fees":
            return plan.fee_plan(self.fees.years, self.terms.currency, "preview-fees")
        if self.step == "deployment":
            return plan.pacing(self.pace, self.terms.currency, "preview-pace")
        return None

    @property
    def example(self) -> Example:
        """A worked example of the carry."""
        return worked_example(self.terms)

    @property
    def pace(self) -> list[PaceYear]:
        """What each year invests."""
        return pace(self.terms.deployment, self.terms.size, self.terms.investment_period_years)

    @property
    def promised(self) -> Promised:
        """The commitments against the size."""
        form = self.set_up.form("commitments")
        assert isinstance(form, CommitmentsForm)
        size = self.terms.size
        return Promised(form.total(), (form.gp_amount.data or ZERO) / size, size)

    @property
    def reserves(self) -> list[ReserveExample]:
        """What is set aside by each rule."""
        return [
            ReserveExample(
                each.stage, each.ratio, reserve_of(self.terms.reserves, _CHEQUE, each.stage), each
            )
            for each in splits(self.terms.reserves, self.terms.size)
        ]

    def _told(self) -> Iterator[str]:
        """Say what is wrong with which field; rows say themselves what they are about."""
        form = self.set_up.form(self.step)
        form.validate()
        for field in form:
            head = "" if isinstance(field, FieldList) else f"{field.label.text}: "
            yield from (f"{head}{text}" for text in _flat(field.errors))


def _flat(errors: object) -> Sequence[str]:
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, dict):
        errors = list(errors.values())
    if isinstance(errors, (list, tuple)):
        return [text for each in errors for text in _flat(each)]
    return []


def tier_name(code: str) -> str:
    """Name a tier of the waterfall."""
    return _TIERS[code]


FILTERS = (tier_name, exact_percent)
