"""What a start tells of the ways in: the demo's people, or the command that adds the first."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from app.config import Settings, kept_secret
from app.services import demo
from app.services.accounts import passwords, people

FIRST_PERSON = ".venv/bin/flask --app app user create you@example.com --name 'Your Name' --admin"


def stock(engine: Engine, settings: Settings) -> str | None:
    """Bring the demo's people and fund into a site that has neither; name the fund if it did."""
    path = settings.home / "demo_password"
    demo.people_once(engine, partial(kept_secret, path, passwords.made_up))
    fund = demo.load_once(engine)
    return fund.name if fund else None


def ways_in(engine: Engine, settings: Settings) -> list[str]:
    """Say who can sign in and how, as far as this site may tell."""
    if not people.anybody(engine):
        return ["Nobody can sign in yet. Add the first person, in another terminal:", FIRST_PERSON]
    path = settings.home / "demo_password"
    if not path.exists():
        return []
    password = path.read_text()
    figures = demo.with_password(engine, password)
    if not figures:
        return []
    lines = [
        f"  {each.email:<28} {each.name}, {each.role.label if each.role else 'administrator'}"
        for each in figures
    ]
    return [f"Sign in with the password {password} as", *lines]
