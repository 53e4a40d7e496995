"""The commands for people, and as whom other commands act."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from app.services.accounts import memberships, people, sign_in
from app.services.funds import funds
from app.store.accounts.people import Person
from tests.ledgers import new_fund
from tests.people import somebody

pytestmark = pytest.mark.usefixtures("one_administrator")
ROWS = "effective_on,event_type,investor,amount\n2010-01-01,COMMITMENT_MADE,Alma LP,1000\n"


def run(app: Flask, *words: object, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words], input=typed)


def test_a_person_is_added_with_a_password_made_up_or_given(app: Flask, engine: Engine) -> None:
    email = f"{uuid4().hex}@example.com"
    made = run(app, "user", "create", email, "--name", "Maya Chen")
    assert made.exit_code == 0, made.output
    assert f"Maya Chen may sign in as {email}" in made.output
    assert sign_in.sign_in(engine, email, made.output.split()[-1], "192.0.2.20")
    given = run(app, "user", "password", email, "--password-stdin", typed="a long enough secret\n")
    assert given.exit_code == 0, given.output
    assert "secret" not in given.output
    assert sign_in.sign_in(engine, email, "a long enough secret", "192.0.2.20")
    assert f"{email}  Maya Chen  0 funds" in run(app, "user", "list").output


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (["create", "nobody", "--name", "N"], None, "email 'nobody': is no email"),
        (["create", "n@example.com", "--name", " "], None, "name: must not be empty"),
        (["create", "n@example.com", "--name", "N", "--password-stdin"], "short\n",
         "has 5 characters: choose one of at least 12"),
        (["create", "n@example.com", "--name", "N", "--password-stdin"], "password1234\n",
         "is easy to guess (this is a very common password)"),
        (["password", "n@example.com"], None, "email 'n@example.com': is nobody's here"),
        (["grant", "n@example.com", "no fund", "gp"], None, "no fund is named 'no fund'"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(
    app: Flask, words: list[str], typed: str | None, told: str
) -> None:
    result = run(app, "user", *words, typed=typed)
    assert result.exit_code == 1
    assert told in result.output


def test_an_email_is_anybodys_once_in_any_case(app: Flask, engine: Engine) -> None:
    email = somebody(engine).email.upper()
    result = run(app, "user", "create", email, "--name", "Twice")
    assert (result.exit_code, "somebody has this email already" in result.output) == (1, True)


def test_a_role_is_granted_and_changed(app: Flask, engine: Engine) -> None:
    fund, person = new_fund(engine, name=f"Granted {uuid4()}"), somebody(engine, "Maya Chen")
    name = funds.fund_by_id(engine, fund).name
    for given, role in ((fund, "analyst"), (name, "gp")):
        result = run(app, "user", "grant", person.email, given, role)
        assert result.exit_code == 0, result.output
        [member] = memberships.members(engine, fund)
        assert (member.person.id, member.role) == (person.id, role)
    last = run(app, "user", "grant", person.email, fund, "viewer")
    assert (last.exit_code, "is the last GP" in last.output) == (1, True)


def test_commands_act_as_the_only_administrator_or_whom_they_name(
    app: Flask, engine: Engine, admin: Person, tmp_path: Path
) -> None:
    file = tmp_path / "fund.csv"
    file.write_text(ROWS)
    words = ("fund", "import", file, "--name")
    alone = run(app, *words, f"Alone {uuid4()}")
    assert alone.exit_code == 0, alone.output
    other = somebody(engine, "Other", admin=True)
    unclear = run(app, *words, f"Unclear {uuid4()}")
    assert unclear.exit_code == 1
    assert "there is not exactly one administrator: say who does it" in unclear.output
    named = run(app, *words, f"Named {uuid4()}", "--as", other.email.upper())
    for result, person in ((alone, admin), (named, other)):
        [member] = memberships.members(engine, funds.fund_by_id_or_name(
            engine, result.output.split()[-1]).id)  # fmt: skip
        assert (member.person.id, member.role) == (person.id, "gp")
    nobody = run(app, *words, "Nobody's", "--as", "nobody@example.com")
    assert (nobody.exit_code, "is nobody's here" in nobody.output) == (1, True)
    people.set_active(engine, other.id, active=False)
    gone = run(app, *words, "Gone's", "--as", other.email)
    assert (gone.exit_code, "is deactivated" in gone.output) == (1, True)
