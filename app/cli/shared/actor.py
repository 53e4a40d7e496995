"""As whom a command acts."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from app.domain.errors import PeopleError
from app.services.accounts import people
from app.store.accounts.people import Person

as_whom = click.option(
    "--as", "email", help="The email of the person who does it; the only administrator if left out."
)


def acting_person(engine: Engine, email: str | None) -> Person:
    """Return the person as whom a command acts. Raises PeopleError."""
    if email is not None:
        person = people.named(engine, email)
        if not person.is_active:
            raise PeopleError("--as", email, "is deactivated: name somebody else")
        return person
    if only := people.only_administrator(engine):
        return only
    if not people.anybody(engine):
        mend = "add the first: flask user create EMAIL --name NAME --admin"
        raise PeopleError("--as", "", f"there are no people yet: {mend}")
    reason = "there is not exactly one administrator: say who does it, such as --as you@example.com"
    raise PeopleError("--as", "", f"{reason} (flask user list shows everybody)")
