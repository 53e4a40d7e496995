"""Loads the demo fund, once at the first start or as often as someone wants one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select

from app.domain.errors import InternalError
from app.domain.events.model import Draft
from app.services.demo import people as demo_people
from app.services.demo.entries.model import GP, Entry
from app.services.demo.entries.row_numbers import numbered
from app.services.demo.story import SEED, story_entries
from app.services.demo.volume import mix_for, more_entries
from app.services.funds.new_fund import establish_from_history
from app.store import funds as store_funds
from app.store.accounts import people
from app.store.admission.batches import Author
from app.store.funds import Fund

NAME = "Larkspur Quay Ventures II"
_AUTHOR = Author(GP, "demo", may_adjust=True)
_PART = 5_000  # events in memory at a time
_LOCK = 0x64656D6F  # "demo": whoever loads it at the first start holds this advisory lock
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(_LOCK))

Progress = Callable[[int], None]  # events loaded so far


class TooFewEventsError(InternalError):
    """A wish for fewer events than the story has."""


def demo_history(events: int | None = None, seed: int = SEED) -> tuple[int, Iterator[Entry]]:
    """Return the demo fund's history, with its length, in the order in which it was recorded.

    It is the story alone, or filled up to so many events. Raises TooFewEventsError.
    """
    story = list(numbered(story_entries(seed)))
    if events is None:
        return len(story), iter(story)
    if events < len(story):
        raise TooFewEventsError(f"--events {events}: the story has {len(story)}, ask for more")
    return events, numbered(story_entries(seed), more_entries(mix_for(story, events), seed))


def load(  # noqa: PLR0913 - only the engine is always given
    engine: Engine,
    name: str = NAME,
    events: int | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
    *,
    gp: UUID | None = None,
) -> Fund:
    """Make a demo fund: all of it or nothing; whoever loads it becomes its `gp`.

    Raises FundNameTakenError and TooFewEventsError.
    """
    _, history = demo_history(events, seed)
    with engine.begin() as connection:
        return _load(connection, name, history, progress, gp)


def load_once(engine: Engine) -> Fund | None:
    """Make the demo fund in a database that has no fund, nor other people; of several, one does.

    Funds are never deleted, so a database that ever had one does not get it again.
    """
    with engine.begin() as connection:
        if _is_in_use(connection):
            return None
        connection.execute(_ONE_AT_A_TIME)
        if _is_in_use(connection):
            return None
        _, history = demo_history()
        return _load(connection, NAME, history)


def people_once(engine: Engine, password: Callable[[], str]) -> bool:
    """Add the demo's people to a site that has none, and no fund but perhaps the demo's.

    Says whether it did. The password is asked for then only.
    """
    with engine.begin() as connection:
        connection.execute(_ONE_AT_A_TIME)
        funds = store_funds.listed(connection, limit=2)
        if people.count(connection) or [fund for fund in funds if fund.name != NAME]:
            return False
        demo_people.bring_in(connection, password())
        for fund in funds:
            demo_people.take_part(connection, fund.id)
        return True


def _is_in_use(connection: Connection) -> bool:
    others = people.count(connection) - len(demo_people.ids(connection))
    return bool(store_funds.count(connection) or others)


def _load(
    connection: Connection,
    name: str,
    history: Iterator[Entry],
    progress: Progress | None = None,
    gp: UUID | None = None,
) -> Fund:
    parts = _parts(history, demo_people.ids(connection), progress)
    fund = establish_from_history(connection, name, parts, _AUTHOR, gp=gp)
    demo_people.take_part(connection, fund.id)
    return fund


def _parts(
    history: Iterator[Entry], ids: Mapping[str, str], progress: Progress | None
) -> Iterator[list[Draft]]:
    done = 0
    while entries := list(islice(history, _PART)):
        drafts = [entry.draft() for entry in entries]
        yield [draft._replace(recorded_by=ids.get(str(draft.recorded_by), draft.recorded_by))
               for draft in drafts]  # fmt: skip
        done += len(entries)
        if progress:
            progress(done)
