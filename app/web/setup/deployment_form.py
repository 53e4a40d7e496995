"""Step 5: how fast the fund invests."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, RadioField
from wtforms.validators import StopValidation

from app.domain.money import ONE, ZERO, plain_text
from app.domain.terms import Terms
from app.web.setup.step_form import StepForm, Typed, chosen_from, percent_typed, typed
from app.web.shared.form_fields import PercentField, between

PACINGS = {
    "linear": "Linear: the same each year",
    "front_loaded": "Front-loaded: most in the first years",
    "back_loaded": "Back-loaded: most in the last years",
    "custom": "Custom: a share for each year",
}
_LONGEST = 20
_SHARE = between(0, ONE, "A year's share must be 0 to 100%")


class DeploymentForm(StepForm):
    """The pace, as shares of the size by year of the investment period."""

    step = "deployment"
    pacing = RadioField("Pace", choices=chosen_from(PACINGS), default="linear")
    shares = FieldList(PercentField("Year", required=False), max_entries=_LONGEST)

    def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Show a share for each year of the investment period, however many were sent."""
        super().__init__(*given, **more)
        years = getattr(self.meta, "years", None) or 0
        while len(self.shares) > years:
            self.shares.pop_entry()
        while len(self.shares) < years:
            self.shares.append_entry()
        for year, share in enumerate(self.shares.entries, 1):
            share.label.text = f"Year {year}"

    def validate_pacing(self, field: RadioField) -> None:
        """Check shares only where they count."""
        for share in self.shares.entries:
            if field.data == "custom":
                share.validators = [_SHARE]
            else:
                share.process_errors = []

    def validate_shares(self, field: FieldList[Any]) -> None:
        """See that the shares are the whole."""
        if self.pacing.data != "custom" or any(share.errors for share in field.entries):
            return
        total = sum((share.data or ZERO for share in field.entries), ZERO)
        if total != ONE:
            raise StopValidation(
                f"The years must sum to 100%, and now sum to {percent_typed(total)}%."
            )

    def terms(self) -> dict[str, Any]:
        """Return the deployment, raw."""
        shares = None
        if self.pacing.data == "custom":
            shares = [plain_text(share.data or ZERO) for share in self.shares.entries]
        return {"deployment": {"pacing": self.pacing.data, "shares": shares}}

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write the deployment as it could have been typed."""
        written = typed(pacing=terms.deployment.pacing)
        for year, share in enumerate(terms.deployment.shares or ()):
            written |= typed(**{f"shares-{year}": percent_typed(share)})
        return written
