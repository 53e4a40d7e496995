"""Step 6: what the fund sets aside for follow-ons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError
from wtforms import FieldList, Form, FormField, RadioField, StringField
from wtforms.validators import StopValidation

from app.domain.fields import Name, name_key
from app.domain.money import ZERO, plain_text
from app.domain.terms import Terms
from app.web.setup.step_form import StepForm, Typed, chosen_from, percent_typed, typed
from app.web.shared.form_fields import PercentField, between

POLICIES = {
    "none": "None",
    "ratio": "A fixed ratio of each initial cheque",
    "by_stage": "By stage of the company",
}
MOST_RULES = 50
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_RATIO = between(0, Decimal(2), "The ratio must be more than 0 and at most 200%", above=True)


class RuleRow(Form):
    """A ratio for one stage, or for several; an empty row counts for nothing."""

    stages = StringField("Stages, with commas between", render_kw={"autocomplete": "off"})
    ratio = PercentField("Ratio", required=False)

    @property
    def names(self) -> list[str]:
        """The stages, each once for each time that it was typed."""
        return [name.strip() for name in (self.stages.data or "").split(",") if name.strip()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        typed_ratio = self.ratio.raw_data and str(self.ratio.raw_data[0]).strip()
        return not self.names and not typed_ratio


class ReservesForm(StepForm):
    """What is set aside beside each initial cheque."""

    step, rows = "reserves", "rules"
    reserve_policy = RadioField("Reserves", choices=chosen_from(POLICIES), default="none")
    reserve_ratio = PercentField("Ratio of each initial cheque", required=False)
    rules = FieldList(FormField(RuleRow), min_entries=1, max_entries=MOST_RULES)

    def validate_reserve_policy(self, field: RadioField) -> None:
        """Ask for what the policy needs; what was typed for another does not count."""
        if field.data == "ratio":
            self.reserve_ratio.required = True
            self.reserve_ratio.validators = [_RATIO]
        else:
            self.reserve_ratio.process_errors = []
        for row in self.rules.entries:
            _settle(row.form, counts=field.data == "by_stage")

    def validate_rules(self, field: FieldList[Any]) -> None:
        """See that each stage has one rule."""
        if self.reserve_policy.data != "by_stage" or any(row.errors for row in field.entries):
            return
        seen: dict[str, int] = {}
        named = [(n, name) for n, row in enumerate(field.entries, 1) for name in row.form.names]
        for number, name in named:
            if (key := name_key(name)) in seen:
                raise StopValidation(_overlap(name, seen[key], number))
            seen[key] = number
        if not seen:
            raise StopValidation("Write a rule for at least one stage, or choose another policy.")

    def terms(self) -> dict[str, Any]:
        """Return the reserves, raw."""
        policy = self.reserve_policy.data
        reserves: dict[str, Any] = {"policy": policy}
        if policy == "ratio":
            reserves["ratio"] = plain_text(self.reserve_ratio.data or ZERO)
        elif policy == "by_stage":
            rows = [row.form for row in self.rules.entries]
            reserves["by_stage"] = {
                name: plain_text(row.ratio.data or ZERO) for row in rows for name in row.names
            }
        return {"reserves": reserves}

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write the reserves as they could have been typed."""
        reserves = terms.reserves
        ratio = percent_typed(reserves.ratio)
        written = typed(reserve_policy=reserves.policy, reserve_ratio=ratio)
        for index, (stage, each) in enumerate((reserves.by_stage or {}).items()):
            row = {f"rules-{index}-stages": stage, f"rules-{index}-ratio": percent_typed(each)}
            written |= typed(**row)
        return written


def _settle(row: RuleRow, *, counts: bool) -> None:
    """Have a row checked where it counts."""
    if not counts:
        row.ratio.process_errors = []
    elif not row.is_empty:
        row.ratio.required = True
        row.ratio.validators = [_RATIO]
        row.stages.validators = [_check_stages]


def _check_stages(row: RuleRow, field: StringField) -> None:  # noqa: ARG001 - WTForms' own
    if not row.names:
        raise StopValidation("Write the stage, such as Seed, or remove the rule.")
    for name in row.names:
        try:
            _NAME.validate_python(name)
        except ValidationError as error:
            raise StopValidation(
                f"The stage {error.errors(include_url=False)[0]['msg']}."
            ) from error


def _overlap(name: str, first: int, second: int) -> str:
    if first == second:
        return f"Rule {first} names {name} twice: leave one out."
    return f"Rules {first} and {second} overlap: both are for {name}. Leave it out of one."
