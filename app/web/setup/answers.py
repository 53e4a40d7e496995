"""All that was answered about a fund so far: which steps are done, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from app.domain.state.state import Commitment
from app.domain.terms import Terms
from app.services.funds.drafts import Proposed
from app.store.fund_drafts import Answers
from app.web.setup.commitments_form import CommitmentsForm
from app.web.setup.deployment_form import DeploymentForm
from app.web.setup.fund_form import FundForm, TermForm
from app.web.setup.money_forms import CarryForm, FeesForm
from app.web.setup.reserves_form import ReservesForm
from app.web.setup.step_form import StepForm, Typed, sent


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the wizard."""

    name: str
    title: str
    form: type[StepForm]


STEPS = (
    Step("fund", "Fund", FundForm),
    Step("commitments", "Commitments", CommitmentsForm),
    Step("fees", "Fees", FeesForm),
    Step("carry", "Carry", CarryForm),
    Step("deployment", "Deployment", DeploymentForm),
    Step("reserves", "Reserves", ReservesForm),
)
AMENDED = (Step("fund", "Fund details", TermForm), *STEPS[2:])
REVIEW = "review"
UNFINISHED = {"": ["unfinished"]}  # beside what was typed in a step that was left by its Back


class SetUp:
    """The steps with what was typed in each; it never changes."""

    def __init__(
        self, answers: Answers, steps: tuple[Step, ...] = STEPS, present_currency: str = ""
    ) -> None:
        """Take what was typed; a fund that is amended has a currency already."""
        self.answers, self.steps, self._present = answers, steps, present_currency
        self._forms: dict[str, StepForm] = {}

    def with_typed(self, step: str, fields: Typed) -> SetUp:
        """Return the same answers, but for one step."""
        return SetUp({**self.answers, step: fields}, self.steps, self._present)

    def step(self, name: str) -> Step | None:
        """Find a step by its name."""
        return next((each for each in self.steps if each.name == name), None)

    def form(self, name: str) -> StepForm:
        """Return a step's form with what was typed in it, or as it starts."""
        if name not in self._forms:
            step = self.step(name)
            assert step
            meta = self._opening_meta if name == "fund" else self._meta
            fields = self.answers.get(name)
            self._forms[name] = step.form(None if fields is None else sent(fields), meta=meta)
        return self._forms[name]

    def is_done(self, name: str) -> bool:
        """Return whether a step was answered, and well."""
        return name not in self._unanswered

    @cached_property
    def _unanswered(self) -> set[str]:
        return {
            each.name
            for each in self.steps
            if self._is_open(each.name) or not self.form(each.name).validate()
        }

    def _is_open(self, name: str) -> bool:
        return name not in self.answers or self.answers[name].keys() >= UNFINISHED.keys()

    @property
    def unfinished(self) -> str:
        """The first step that is not done; the review where all are."""
        return next((each.name for each in self.steps if not self.is_done(each.name)), REVIEW)

    def may_open(self, name: str) -> bool:
        """Return whether all steps before one are done."""
        names = [*(each.name for each in self.steps), REVIEW]
        return names.index(name) <= names.index(self.unfinished)

    def raw_terms(self) -> dict[str, Any]:
        """Return the terms that the steps that are done say together, raw."""
        raw: dict[str, Any] = {}
        for each in self.steps:
            if self.is_done(each.name):
                raw |= self.form(each.name).terms()
        return raw

    @cached_property
    def terms(self) -> Terms | None:
        """The terms, with the usual ones for what is not answered; None before size and time."""
        try:
            return Terms.model_validate(self.raw_terms()) if self.is_done("fund") else None
        except ValidationError:
            return None

    @property
    def currency(self) -> str:
        """The currency, as soon as it is known."""
        return str(self._meta["currency"])

    @property
    def name(self) -> str:
        """The fund's name as it was typed; empty before it was."""
        return " ".join("".join(self.answers.get("fund", {}).get("name", [])).split())

    @property
    def commitments(self) -> CommitmentsForm | None:
        """The second step, once it is done."""
        form = self.form("commitments") if self.is_done("commitments") else None
        assert form is None or isinstance(form, CommitmentsForm)
        return form

    def proposed(self) -> Proposed:
        """Return the fund that is described, when every step is done."""
        form, commitments = self.form("fund"), self.commitments
        assert isinstance(form, FundForm)
        assert commitments
        return Proposed(form.clean_name, self.raw_terms(), list(commitments.commitments()))

    @property
    def _opening_meta(self) -> dict[str, object]:
        typed = self.answers.get("fund", {}).get("currency", [""])
        return {
            "currency": typed[0].strip().upper() if typed else "",
            "present_currency": self._present,
        }

    @cached_property
    def _meta(self) -> dict[str, object]:
        form = self.form("fund")
        assert isinstance(form, TermForm)
        return {
            "currency": form.currency.data or "",
            "size": form.size.data,
            "years": form.investment_period_years.whole,
        }


def typed_answers(
    terms: Terms, name: str = "", commitments: list[Commitment] | None = None
) -> Answers:
    """Write a fund that is there as the answers that would have made it."""
    answers = {each.name: each.form.typed(terms) for each in STEPS}
    answers["fund"]["name"] = [name]
    if commitments is not None:
        answers["commitments"] = CommitmentsForm.typed_of(commitments)
    return answers
