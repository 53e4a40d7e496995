"""Steps 3 and 4: what the general partner gets, as fee and as carry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import StopValidation

from app.domain.money import plain_text
from app.domain.terms import Terms
from app.web.setup.step_form import (
    BASES,
    COMPOUNDINGS,
    StepForm,
    Typed,
    chosen_from,
    percent_typed,
    typed,
)
from app.web.shared.form_fields import PercentField, between

_FEE = between(0, Decimal("0.05"), "The rate must be 0 to 5%")


class FeesForm(StepForm):
    """The management fee, and what it steps down to."""

    step = "fees"
    fee_rate = PercentField("Management fee", [_FEE], default=Decimal("0.02"))
    fee_basis = SelectField("Fee basis", choices=chosen_from(BASES), default="committed")
    steps_down = BooleanField("Steps down after the investment period")
    later_rate = PercentField("Management fee after investment period", required=False)
    later_basis = SelectField(
        "Fee basis after investment period", choices=chosen_from(BASES), default="invested_cost"
    )

    def validate_steps_down(self, field: BooleanField) -> None:
        """Ask for the later rate where there is one; else what was typed there does not count."""
        later = self.later_rate
        if not field.data:
            later.process_errors = []
            return
        if later.data is not None:
            later.validators = [_FEE]
        elif not later.process_errors:
            later.required = True

    def terms(self) -> dict[str, Any]:
        """Return the fee, raw."""
        fee: dict[str, Any] = {"rate": _plain(self.fee_rate), "basis": self.fee_basis.data}
        if self.steps_down.data:
            later = {"rate": _plain(self.later_rate), "basis": self.later_basis.data}
            fee["step_down"] = later
        return {"management_fee": fee}

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write the fee as it could have been typed."""
        fee = terms.management_fee
        later = fee.step_down
        return typed(
            fee_rate=percent_typed(fee.rate),
            fee_basis=fee.basis,
            steps_down=later is not None,
            later_rate=percent_typed(later.rate) if later else None,
            later_basis=later.basis if later else "invested_cost",
        )


class CarryForm(StepForm):
    """The carried interest, and what comes before it."""

    step = "carry"
    carry_rate = PercentField(
        "Carry",
        [between(0, Decimal("0.50"), "The carry must be 0 to 50%")],
        default=Decimal("0.20"),
    )
    has_hurdle = BooleanField("Preferred return before carry")
    hurdle = PercentField("Preferred return", required=False)
    catch_up = PercentField("GP catch-up", required=False)
    compounding = SelectField("Compounding", choices=chosen_from(COMPOUNDINGS), default="daily")
    cumulative = BooleanField("Early distributions count against it")

    def validate_has_hurdle(self, field: BooleanField) -> None:
        """Ask for the hurdle where there is one; else what was typed with it does not count."""
        if not field.data:
            self.hurdle.process_errors = self.catch_up.process_errors = []
            return
        self.hurdle.required = True
        message = "The preferred return must be more than 0 and at most 20%"
        self.hurdle.validators = [between(0, Decimal("0.20"), message, above=True)]

    def validate_catch_up(self, field: PercentField) -> None:
        """See that a catch-up leads to the carry, where there is a hurdle for it to follow."""
        assert field.data is not None
        if not field.data or not self.has_hurdle.data:
            return
        carry = self.carry_rate.data or Decimal(0)
        if not carry <= field.data <= 1:
            message = (
                f"The catch-up must be 0, or from the carry of {percent_typed(carry)}% to 100%"
            )
            raise StopValidation(f"{message}, not {percent_typed(field.data)}%.")

    def terms(self) -> dict[str, Any]:
        """Return the carry, raw."""
        carry: dict[str, Any] = {"rate": _plain(self.carry_rate), "hurdle": None, "catch_up": None}
        if self.has_hurdle.data:
            carry["hurdle"] = _plain(self.hurdle)
            carry["catch_up"] = None if self.catch_up.data is None else _plain(self.catch_up)
            carry["compounding"] = self.compounding.data
            carry["cumulative"] = bool(self.cumulative.data)
        return {"carry": carry}

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write the carry as it could have been typed."""
        carry = terms.carry
        return typed(
            carry_rate=percent_typed(carry.rate),
            has_hurdle=carry.hurdle is not None,
            hurdle=percent_typed(carry.hurdle),
            catch_up=percent_typed(carry.catch_up),
            compounding=carry.compounding,
            cumulative=carry.cumulative,
        )


def _plain(field: PercentField) -> str:
    assert field.data is not None
    return plain_text(field.data)
