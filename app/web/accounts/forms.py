"""The forms of accounts and access."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # of 3.3
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.accounts.roles import Role
from app.domain.accounts.token_scopes import Scope
from app.domain.errors import PeopleError
from app.services.accounts.passwords import SHORTEST
from app.services.accounts.tokens import MOST_DAYS, USUAL_DAYS
from app.store.funds import Fund

ROLES = [
    SelectChoice(Role.VIEWER.value, "Viewer: reads"),
    SelectChoice(Role.ANALYST.value, "Analyst: reads and records"),
    SelectChoice(Role.GP.value, "GP: also adjusts, closes periods, manages access"),
]


SCOPES = [
    SelectChoice(Scope.READ.value, "Read"),
    SelectChoice(Scope.RECORD.value, "Read and record"),
    SelectChoice(Scope.ALL.value, "Full access: all that I may do"),
]
DAYS = [
    SelectChoice(7, "a week"),
    SelectChoice(30, "30 days"),
    SelectChoice(USUAL_DAYS, f"{USUAL_DAYS} days"),
    SelectChoice(180, "180 days"),
    SelectChoice(MOST_DAYS, "a year"),
]
REACHES = [
    SelectChoice("all", "All my funds, later ones too"),
    SelectChoice("some", "Only these"),
]


class PeopleForm(Form):
    """A form that takes the refusals of what it asks for."""

    def refuse(self, error: PeopleError) -> None:
        """Put a refusal beside the field that it is about; raise it where there is none."""
        if error.field not in self:
            raise error
        field = self[error.field]
        field.errors = [*field.errors, f"{field.label.text} {error.reason}."]


def _email(label: str, **more: Any) -> EmailField:  # noqa: ANN401 - attributes of an element
    return EmailField(label, [DataRequired("Write an email.")], render_kw=more)


def _password(label: str, missing: str, autocomplete: str) -> PasswordField:
    return PasswordField(
        label, [InputRequired(missing)], render_kw={"autocomplete": autocomplete, "maxlength": 200}
    )


class SignInForm(PeopleForm):
    """Who one is, and what proves it."""

    email = _email("Email", autocomplete="username", maxlength=254)
    password = _password("Password", "Write your password.", "current-password")
    held = HiddenField()  # a form that was sent while signed out, sealed


class ConfirmationForm(PeopleForm):
    """The password once more, in a session that goes on."""

    password = _password("Password", "Write your password.", "current-password")
    held = HiddenField()  # a form that was sent before the password was asked for, sealed


class PasswordForm(PeopleForm):
    """Another password in the place of the present one."""

    present = _password("Current password", "Write your current password.", "current-password")
    password = _password("New password", f"Choose at least {SHORTEST} characters.", "new-password")


class TokenForm(PeopleForm):
    """What a token is for."""

    label = StringField(
        "Name",
        [DataRequired("Write a name, so that you recognise it.")],
        render_kw={
            "maxlength": 200,
            "placeholder": "Such as nightly export",
            "autocomplete": "off",
        },
    )
    scope = SelectField("Permissions", choices=SCOPES, default=Scope.READ.value)
    days = SelectField("Expires after", choices=DAYS, default=USUAL_DAYS, coerce=int)
    reach = RadioField("Funds", choices=REACHES, default="all")
    fund_ids = SelectMultipleField(
        "Only these funds", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, funds: Sequence[Fund]) -> None:
        """Let these funds be chosen."""
        self.fund_ids.choices = [SelectChoice(str(each.id), each.name) for each in funds]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """See that funds are ticked where only some are meant, and only there."""
        sound = super().validate(extra_validators)
        some, ticked = self.reach.data == "some", bool(self.fund_ids.data)
        if some is ticked:
            return sound
        mend = "Tick one at least, or choose all." if some else "Choose “Only these”, or tick none."
        self.fund_ids.errors = [*self.fund_ids.errors, mend]
        return False

    @property
    def chosen(self) -> list[UUID] | None:
        """The funds that are ticked; None for all."""
        ticked = self.fund_ids.data or []
        return [UUID(each) for each in ticked] if self.reach.data == "some" else None


class MemberForm(PeopleForm):
    """Who comes into a fund, and as what."""

    email = _email("Email", autocomplete="off", maxlength=254)
    role = SelectField("Role", choices=ROLES, default=Role.VIEWER.value)


class RoleForm(PeopleForm):
    """Another role in a fund."""

    role = SelectField("Role", choices=ROLES)
    removed = HiddenField()  # of who was just removed, signed


class WithdrawalForm(Form):
    """Whose invitation to take back."""

    email = HiddenField()


class PersonForm(PeopleForm):
    """Who may sign in from now on."""

    name = StringField(
        "Name",
        [DataRequired("Write a name.")],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    email = _email("Email", autocomplete="off", maxlength=254)
    is_admin = BooleanField("Administrator: sees all funds and people")
