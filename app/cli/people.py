"""The commands for people: add them, list them, say what they may do."""

from __future__ import annotations

import sys

import click

from app import database
from app.cli.shared.commands import Commands
from app.domain.accounts.roles import Role
from app.services.accounts import memberships, people
from app.services.funds import funds

commands = Commands("user", help="Manage people and their roles.")


@commands.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--admin", is_flag=True, help="Sees all funds and manages people.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, name: str, *, admin: bool, password_stdin: bool) -> None:
    """Let a person with EMAIL sign in."""
    given = _password(from_stdin=password_stdin)
    person, password = people.add(database.engine(), email, name, given, is_admin=admin)
    click.echo(f"{person.name} may sign in as {person.email}")
    _print_unless_given(password, given)


@commands.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def renew_password(email: str, *, password_stdin: bool) -> None:
    """Set a new password for the person with EMAIL, and end their sessions."""
    person = people.named(database.engine(), email)
    given = _password(from_stdin=password_stdin)
    person, password = people.renew_password(database.engine(), person.id, given)
    click.echo(f"{person.name} has a new password, and is signed out everywhere")
    _print_unless_given(password, given)


@commands.command("list")
def list_people() -> None:
    """List everybody, with how many funds they are in."""
    everybody = people.everybody(database.engine())
    for person, count in everybody:
        more = "  administrator" if person.is_admin else f"  {count} fund{'s' * (count != 1)}"
        more += "" if person.is_active else "  deactivated"
        click.echo(f"{person.email}  {person.name}{more}")
    if not everybody:
        click.echo("Nobody yet: flask user create EMAIL --name NAME --admin adds the first.")


@commands.command("grant")
@click.argument("email")
@click.argument("fund")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def grant(email: str, fund: str, role: str) -> None:
    """Give the person with EMAIL a ROLE in FUND (its id or name), instead of the one they have."""
    engine = database.engine()
    found = funds.fund_by_id_or_name(engine, fund)
    person = memberships.grant(engine, found.id, email, Role(role))
    click.echo(f"{person.name} is {Role(role).label} in {found.name} now")


def _password(*, from_stdin: bool) -> str | None:
    """Read a password where one is given; on a terminal an empty one lets one be made up."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    asked = "Password (empty: one is made up)"
    typed: str = click.prompt(asked, default="", hide_input=True, show_default=False)
    if typed and click.prompt("Once more", hide_input=True) != typed:
        raise click.ClickException("the two passwords differ: nothing was changed, try again")
    return typed or None


def _print_unless_given(password: str, given: str | None) -> None:
    if given is None:
        click.echo(f"Their password, which is not shown again: {password}")
