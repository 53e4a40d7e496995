"""Step 1: what the fund is called, how large it is, and how long it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from wtforms import BooleanField, StringField
from wtforms.validators import StopValidation

from app.domain.currencies import CODES, nearest
from app.domain.fields import FundName
from app.domain.money import plain_text
from app.domain.terms import OLDEST_VINTAGE, Terms
from app.web.setup.step_form import StepForm, Typed, typed
from app.web.shared.form_fields import AmountField, DayField, WholeField, between

_NAME: TypeAdapter[str] = TypeAdapter(FundName)
_EARLIEST = timedelta(hours=14)  # where on earth a day begins first


class TermForm(StepForm):
    """Size and time, which an amendment may change as well."""

    step = "fund"
    currency = StringField(
        "Currency",
        filters=[lambda text: text.strip().upper() if text else ""],
        render_kw={"list": "currencies", "maxlength": 3, "autocomplete": "off"},
    )
    size = AmountField("Size", [between(0, None, "The size must be more than 0", above=True)])
    vintage_year = WholeField("Vintage year")
    inception_on = DayField("Inception date")
    term_years = WholeField("Term", [between(1, 20, "The term must be 1 to 20 years")], default=10)
    investment_period_years = WholeField(
        "Investment period",
        [between(1, 20, "The investment period must be 1 to 20 years")],
        default=5,
    )
    evergreen = BooleanField("Evergreen: no fixed term, and proceeds are reinvested")

    def validate_currency(self, field: StringField) -> None:
        """See that the currency is one of ISO 4217, or the one that the fund has."""
        code = field.data or ""
        if not code:
            raise StopValidation("Choose a currency by its three letters, such as USD.")
        if code not in CODES and code != getattr(self.meta, "present_currency", None):
            near = nearest(code)
            raise StopValidation(f"“{code}” is not a currency of ISO 4217: did you mean {near}?")

    def validate_vintage_year(self, field: WholeField) -> None:
        """See that the vintage is one that terms take."""
        newest = datetime.now(UTC).year + 1
        if not OLDEST_VINTAGE <= (field.whole or 0) <= newest:
            message = f"The vintage year must lie between {OLDEST_VINTAGE} and {newest}"
            raise StopValidation(f"{message}, not {field.whole}.")

    def validate_inception_on(self, field: DayField) -> None:
        """See that the fund has begun: nothing is recorded of what lies ahead."""
        latest = (datetime.now(UTC) + _EARLIEST).date()
        assert field.data
        if field.data > latest:
            raise StopValidation(
                f"The inception date must not lie in the future: choose {latest} or earlier, "
                "and amend the terms when the day comes."
            )

    def validate_investment_period_years(self, field: WholeField) -> None:
        """See that the fund does not invest after its end."""
        if self.term_years.whole and (field.whole or 0) > self.term_years.whole:
            message = f"must not exceed the term of {self.term_years.whole} years"
            raise StopValidation(f"The investment period {message}.")

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write terms as they could have been typed."""
        return typed(
            currency=terms.currency,
            size=terms.size,
            vintage_year=terms.vintage_year,
            inception_on=terms.inception_on.isoformat(),
            term_years=terms.term_years,
            investment_period_years=terms.investment_period_years,
            evergreen=terms.evergreen,
        )

    def terms(self) -> dict[str, Any]:
        """Return the terms of size and time, raw."""
        assert self.size.data
        assert self.inception_on.data
        return {
            "currency": self.currency.data,
            "size": plain_text(self.size.data),
            "vintage_year": self.vintage_year.whole,
            "inception_on": self.inception_on.data.isoformat(),
            "term_years": self.term_years.whole,
            "investment_period_years": self.investment_period_years.whole,
            "evergreen": bool(self.evergreen.data),
        }


class FundForm(TermForm):
    """The first step: also the name, which is no part of the terms."""

    name = StringField("Name", render_kw={"autocomplete": "off", "maxlength": 200})

    def validate_name(self, field: StringField) -> None:
        """See that it is a name on one line."""
        try:
            _NAME.validate_python(field.data or "")
        except ValidationError as error:
            reason = error.errors(include_url=False)[0]["msg"].split(":")[0]
            message = "Write a name." if not (field.data or "").strip() else f"The name {reason}."
            raise StopValidation(message) from error

    @property
    def clean_name(self) -> str:
        """The name as the registry keeps it."""
        return _NAME.validate_python(self.name.data)
