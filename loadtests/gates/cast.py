"""Who takes part in a scenario: people with their fund, handed to Locust as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Part:
    """A person, the fund that they look at, and the days that it has."""

    email: str
    password: str
    token: str
    fund: str
    first_day: date
    days: int
    file: str = ""  # which they import


Cast = dict[str, list[Part]]  # by the class of the user that plays the part


def write(path: Path, cast: Cast) -> None:
    """Write down who takes part."""
    found = {role: [asdict(part) for part in parts] for role, parts in cast.items()}
    path.write_bytes(orjson.dumps(found))


def read(path: Path) -> Cast:
    """Read who takes part."""
    return {
        role: [
            Part(**part | {"first_day": date.fromisoformat(part["first_day"])}) for part in parts
        ]
        for role, parts in orjson.loads(path.read_bytes()).items()
    }
