"""The forms of accounts and access."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # of 3.3
from wtforms.validators import DataRequired, InputRequired

from app.domain.errors import PeopleError
from app.domain.roles import Role
from app.services.passwords import SHORTEST

ROLES = [
    SelectChoice(Role.VIEWER.value, "Viewer: reads"),
    SelectChoice(Role.ANALYST.value, "Analyst: reads and records"),
    SelectChoice(Role.GP.value, "GP: also adjusts, closes books, adds people"),
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

    present = _password("Present password", "Write your present password.", "current-password")
    password = _password("New password", f"Choose at least {SHORTEST} characters.", "new-password")


class TokenForm(PeopleForm):
    """What a token is for."""

    label = StringField(
        "What it is for",
        [DataRequired("Say what it is for, so that you know it again.")],
        render_kw={
            "maxlength": 200,
            "placeholder": "Such as: nightly export",
            "autocomplete": "off",
        },
    )


class MemberForm(PeopleForm):
    """Who comes into a fund, and as what."""

    email = _email("Email", autocomplete="off", maxlength=254)
    role = SelectField("Role", choices=ROLES, default=Role.VIEWER.value)


class RoleForm(PeopleForm):
    """Another role in a fund."""

    role = SelectField("Role", choices=ROLES)


class PersonForm(PeopleForm):
    """Who may sign in from now on."""

    name = StringField(
        "Name",
        [DataRequired("Write a name.")],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    email = _email("Email", autocomplete="off", maxlength=254)
    is_admin = BooleanField("Administrator: sees all funds and people")
