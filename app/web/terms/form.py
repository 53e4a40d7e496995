"""The form that amends terms: all of the wizard's steps at once, with a date and a reason."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

from flask import request
from wtforms import BooleanField, Form, HiddenField, TextAreaField

from app.domain.errors import Fault
from app.domain.events.event_json import canonical_json
from app.services.funds.terms import TermsView
from app.web.setup.answers import AMENDED, SetUp, typed_answers
from app.web.setup.step_form import StepForm
from app.web.shared.form_fields import DayField, KeyField
from app.web.shared.formats import capitalize_first, days_in_words, short_date

# Where the faults of the log belong, by the path in the terms.
_PLACES = {
    "currency": ("fund", "currency"),
    "size": ("fund", "size"),
    "vintage_year": ("fund", "vintage_year"),
    "inception_on": ("fund", "inception_on"),
    "term_years": ("fund", "term_years"),
    "investment_period_years": ("fund", "investment_period_years"),
    "management_fee": ("fees", "fee_rate"),
    "carry": ("carry", "carry_rate"),
    "deployment": ("deployment", "pacing"),
    "reserves": ("reserves", "reserve_policy"),
}


_PROOFS = {"csrf_token", "seen"}  # what a form says for itself


class WhenForm(Form):
    """From when the terms are in force, and why."""

    effective_on = DayField("In force from")
    reason = TextAreaField(
        "Reason", render_kw={"rows": 2, "maxlength": 4000, "data-testid": "setup-amend-reason"}
    )
    adjustment = BooleanField("The books of that day are closed: record it as an adjustment")
    key = KeyField()
    seen = HiddenField()  # the last change of the terms with which the form began


class Amendment:
    """What was typed of other terms, beside those in force."""

    def __init__(self, view: TermsView, set_up: SetUp, when: WhenForm) -> None:
        """Take the forms with what they hold."""
        self._view, self.set_up, self.when = view, set_up, when
        self.faults: list[str] = []  # what belongs to no field

    @classmethod
    def begun(cls, view: TermsView) -> Amendment:
        """Begin with the terms in force."""
        set_up = SetUp(typed_answers(view.in_force), AMENDED, view.in_force.currency)
        return cls(view, set_up, WhenForm(data={"key": uuid4().hex, "seen": view.last_change}))

    @classmethod
    def sent(cls, view: TermsView) -> Amendment:
        """Take what was sent with the request."""
        answers = {each.name: each.form.kept(request.form) for each in AMENDED}
        set_up = SetUp(answers, AMENDED, view.in_force.currency)
        return cls(view, set_up, WhenForm(request.form))

    @property
    def key(self) -> str:
        """What it is recorded under: the same form with other answers is another wish."""
        answers = sorted(each for each in request.form.items(multi=True) if each[0] not in _PROOFS)
        said = sha256(canonical_json(answers)).hexdigest()
        return f"amend {self.when.key.data or uuid4()} {said}"

    def form(self, step: str) -> StepForm:
        """Return the form of a step."""
        return self.set_up.form(step)

    def validate(self) -> bool:
        """Check all that can be checked without the log."""
        done = [self.set_up.is_done(each.name) for each in AMENDED]
        valid = self.when.validate() and all(done) and self.set_up.terms is not None
        if valid and self.set_up.terms == self._view.in_force:
            self.faults.append("Nothing differs from the terms in force: change something first.")
        return valid and self._is_the_last_word() and not self.faults

    def _is_the_last_word(self) -> bool:
        """See that whole terms take back no change that nobody saw, and that none follows them."""
        day, last = self.when.effective_on.data, str(self._view.last_change)
        if day and (later := self._view.from_later(day)):
            of = short_date(later.effective_on)
            message = (
                f"Other terms are in force from {of} (event {later.sequence}) and would stay so, "
                f"while these begin with what is in force now: choose {of} or a later day, or void "
                f"event {later.sequence} first."
            )
            self.when.effective_on.errors = [*self.when.effective_on.errors, message]
            return False
        if self.when.seen.data not in {"", None, last}:
            self.faults.append(
                f"The terms were changed meanwhile, by event {last}: look at it under Terms, and "
                "see below what you want in their place. Recording takes the rest back."
            )
            self.when.seen.data = last
        return True

    def raw(self) -> dict[str, object]:
        """Return the amendment for the log, raw; only of a valid one."""
        assert self.when.effective_on.data
        given: dict[str, object] = {
            "effective_on": self.when.effective_on.data.isoformat(),
            "terms": self.set_up.raw_terms(),
        }
        if reason := (self.when.reason.data or "").strip():
            given["reason"] = reason
        if self.when.adjustment.data:
            given["adjustment"] = True
        return given

    def refuse(self, faults: list[Fault]) -> None:
        """Put what the log refuses beside the fields that it is about."""
        for fault in faults:
            message = f"{fault.value} {fault.reason}." if fault.value else f"{fault.reason}."
            message = capitalize_first(days_in_words(message))
            root, _, path = fault.field.partition(".")
            if root == "terms" and (where := _PLACES.get(path.split(".")[0])):
                field = self.form(where[0])[where[1]]
            elif root in self.when:
                field = self.when[root]
            else:
                self.faults.append(message)
                continue
            field.errors = [*field.errors, message]
