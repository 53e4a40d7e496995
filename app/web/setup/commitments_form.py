"""Step 2: who has promised how much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError
from wtforms import FieldList, Form, FormField, RadioField, StringField
from wtforms.validators import StopValidation

from app.domain.admission.rules.commitments import excess_over_size
from app.domain.fields import Name, name_key
from app.domain.money import ZERO, plain_text
from app.domain.state.state import Commitment
from app.domain.terms import Terms
from app.web.setup.step_form import StepForm, Typed, chosen_from, typed
from app.web.shared.form_fields import AmountField, between
from app.web.shared.formats import full_money

MOST_LPS = 500
TIMINGS = {
    "pro_rata": "Pro rata, with each capital call",
    "upfront": "Upfront, with the first capital call",
}
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_POSITIVE = between(0, None, "The amount must be more than 0", above=True)


class LpRow(Form):
    """A limited partner; an empty row counts for nothing."""

    investor = StringField("Limited partner", render_kw={"autocomplete": "off", "maxlength": 200})
    amount = AmountField("Commitment", required=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        typed_amount = self.amount.raw_data and str(self.amount.raw_data[0]).strip()
        return not (self.investor.data or "").strip() and not typed_amount

    def validate_investor(self, field: StringField) -> None:
        """See that it is a name on one line."""
        if self.is_empty:
            return
        if not (field.data or "").strip():
            raise StopValidation("Write the limited partner's name, or remove the row.")
        _check_name(field)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Ask for the amount beside a name."""
        valid = super().validate(extra_validators)
        if not self.is_empty and not self.amount.errors:
            if self.amount.data is None:
                self.amount.errors = [AmountField.missing]
            elif self.amount.data <= ZERO:
                self.amount.errors = [f"The amount must be more than 0, not {self.amount.data}."]
        return valid and not self.amount.errors


class CommitmentsForm(StepForm):
    """The general partner's commitment, and those of limited partners."""

    step, rows = "commitments", "lps"
    gp_investor = StringField(
        "General partner",
        default="General partner",
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    gp_amount = AmountField(
        "GP commitment", [between(0, None, "The commitment must be 0 or more")], default=ZERO
    )
    gp_timing = RadioField("GP contribution", choices=chosen_from(TIMINGS), default="pro_rata")
    lps = FieldList(FormField(LpRow), min_entries=1, max_entries=MOST_LPS)

    def validate_gp_investor(self, field: StringField) -> None:
        """See that it is a name on one line."""
        if not (field.data or "").strip():
            raise StopValidation("Write the general partner's name.")
        _check_name(field)

    def validate_gp_amount(self, field: AmountField) -> None:
        """See that it is no more than the whole fund."""
        size, currency = getattr(self.meta, "size", None), getattr(self.meta, "currency", "")
        if not size or not field.data:
            return
        if message := excess_over_size(field.data, size, full_money(size, currency)):
            raise StopValidation(f"The GP commitment {message}.")

    def validate_lps(self, field: FieldList[Any]) -> None:
        """See that everybody is listed once."""
        seen = {name_key(self.gp_investor.data or "")}
        for row in field.entries:
            investor = row.form.investor
            key = name_key(investor.data or "")
            if key and key in seen:
                message = f"{(investor.data or '').strip()} is listed twice: add the two up"
                investor.errors = [*investor.errors, f"{message}."]
                raise StopValidation(f"{message}.")
            seen.add(key)

    def commitments(self) -> Iterator[dict[str, str]]:
        """Return the commitments, raw; only of a valid form."""
        if self.gp_amount.data:
            yield {
                "investor": _NAME.validate_python(self.gp_investor.data),
                "amount": plain_text(self.gp_amount.data),
                "partner": "gp",
                "note": f"The general partner pays in: {TIMINGS[self.gp_timing.data].lower()}.",
            }
        for investor, amount in self.limited_partners():
            yield {"investor": investor, "amount": plain_text(amount)}

    def limited_partners(self) -> list[tuple[str, Decimal]]:
        """Return the rows that are filled in."""
        rows = [row.form for row in self.lps.entries if not row.form.is_empty]
        return [(_NAME.validate_python(row.investor.data), row.amount.data or ZERO) for row in rows]

    def total(self) -> Decimal:
        """Add up all that is promised."""
        promised = sum((amount for _, amount in self.limited_partners()), ZERO)
        return promised + (self.gp_amount.data or ZERO)

    @classmethod
    def typed_of(cls, commitments: list[Commitment]) -> Typed:
        """Write commitments as they could have been typed; that of several GPs is one."""
        gps = [each for each in commitments if each.partner == "gp"]
        written = typed(
            gp_investor=gps[0].investor if gps else "General partner",
            gp_amount=sum((each.amount for each in gps), ZERO),
            gp_timing="pro_rata",
        )
        lps = [each for each in commitments if each.partner != "gp"]
        for index, each in enumerate(lps[:MOST_LPS]):
            row = {f"lps-{index}-investor": each.investor, f"lps-{index}-amount": each.amount}
            written |= typed(**row)
        return written

    @classmethod
    def typed(cls, terms: Terms) -> Typed:  # noqa: ARG003 - commitments are no terms
        """Write nothing: terms hold no commitments."""
        return {}

    def terms(self) -> dict[str, Any]:
        """Return nothing: commitments are events of their own."""
        return {}


def _check_name(field: StringField) -> None:
    try:
        _NAME.validate_python(field.data)
    except ValidationError as error:
        raise StopValidation(f"The name {error.errors(include_url=False)[0]['msg']}.") from error
