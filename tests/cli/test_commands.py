"""The commands, as someone types them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.cli.shared.commands import Progress
from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.services.funds import funds
from app.services.snapshots.take import SnapshotRequest, take
from app.store.accounts.people import Person
from tests.ledgers import called, new_fund
from tests.people import somebody

ROWS = """effective_on,event_type,investor,amount
2010-01-01,COMMITMENT_MADE,Alma LP,1000
2010-01-15,CAPITAL_CALLED,,500
"""


@pytest.fixture(autouse=True)
def one_administrator(engine: Engine, admin: Person) -> None:
    """See that there is exactly one administrator, as whom commands act."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET is_admin = (id = :id)"), {"id": admin.id})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fund.csv"
    path.write_text(ROWS)
    return path


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_an_import_prints_the_terms_and_ends_with_the_new_funds_id(app: Flask, file: Path) -> None:
    terms = file.with_name("terms.json")
    terms.write_text('{"carry": {"rate": "0.25"}}')
    result = run(app, "fund", "import", file, "--name", "Typed Ventures", "--terms", terms)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "  term_years: 10  (default)" in lines
    assert '  size: "1000"  (from the rows)' in lines
    assert (
        '  carry: {"rate":"0.25","hurdle":null,"catch_up":null,"compounding":"daily",'
        '"cumulative":false,"waterfall":"whole_fund"}'
    ) in lines
    fund_id = UUID(result.output.split()[-1])
    assert str(fund_id) in run(app, "fund", "list").output


def test_where_no_terminal_shows_a_bar_progress_is_told_in_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress("Reading rows", shown=False, every=0) as progress:
        progress.show(1_000, 100_000)
        progress.show(2_000, 100_000)
    told = capsys.readouterr()
    assert told.err == "Reading rows: 1,000 of 100,000\nReading rows: 2,000 of 100,000\n"
    assert told.out == ""


def test_a_dry_run_writes_nothing(app: Flask, file: Path, engine: Engine) -> None:
    before = funds.all_funds(engine)
    result = run(app, "fund", "import", file, "--name", "Dry Ventures", "--dry-run")
    assert result.exit_code == 0
    assert "3 valid events" in result.output
    assert funds.all_funds(engine) == before


def test_a_faulty_file_is_refused_row_by_row(app: Flask, file: Path, engine: Engine) -> None:
    file.write_text(ROWS.replace("500", "5oo").replace("2010-01-01", "2010-00-01"))
    before = funds.all_funds(engine)
    result = run(app, "fund", "import", file, "--name", "Faulty Ventures")
    assert result.exit_code == 1
    assert "row 2, column effective_on (A) '2010-00-01': must be a day" in result.output
    assert "row 3, column amount (D) '5oo': is not a plain number" in result.output
    assert "2 errors in fund.csv" in result.output
    assert funds.all_funds(engine) == before


def test_of_many_faults_the_first_fifty_are_printed(app: Flask, file: Path) -> None:
    file.write_text(ROWS + "2010-01-16,CAPITAL_CALLED,,x\n" * 60)
    result = run(app, "fund", "import", file, "--name", "Many Ventures")
    assert result.output.count("is not a plain number") == 50
    assert "… and 10 more\nError: 60 errors in fund.csv; nothing was written" in result.output


def test_faults_of_the_terms_are_told_beside_those_of_the_rows(app: Flask, file: Path) -> None:
    terms = file.with_name("terms.json")
    terms.write_text('{"carry": {"rate": "0.9"}}')
    words = ("fund", "import", file, "--name", "Greedy Ventures", "--terms", terms)
    result = run(app, *words)
    assert "terms.json: carry.rate '0.9': must be at most 0.50" in result.output
    assert "Error: 1 error in terms.json; nothing was written" in result.output
    file.write_text(ROWS.replace("500", "5oo"))
    assert "1 error in terms.json and 1 error in fund.csv" in run(app, *words).output


@pytest.mark.parametrize(
    ("option", "content", "told"),
    [
        ("--terms", "{", "is not JSON"),
        ("--terms", "[]", "must be a JSON object"),
        ("--terms", '{"hurdle": "0.08"}', "is not a field of terms"),
    ],
)
def test_terms_that_cannot_be_read_are_refused(
    app: Flask, file: Path, option: str, content: str, told: str
) -> None:
    terms = file.with_name("terms.json")
    terms.write_text(content)
    result = run(app, "fund", "import", file, "--name", "Terms Ventures", option, terms)
    assert result.exit_code == 1
    assert told in result.output


def test_a_name_that_is_taken_or_no_name_is_refused_at_once(
    app: Flask, file: Path, engine: Engine
) -> None:
    new_fund(engine, name="Taken Ventures")
    for name, told in (
        ("TAKEN ventures", "choose another"),
        ("  ", "must not be empty"),
        ("Two\nlines", "must stand on one line"),
        ("01a20f1a-a3d8-77c4-9221-8b277dee2216", "choose a name in words"),
    ):
        for more in ([], ["--dry-run"]):
            result = run(app, "fund", "import", file, "--name", name, *more)
            assert result.exit_code == 1
            assert told in result.output


def test_a_state_is_printed_as_the_api_answers_it(
    app: Flask, engine: Engine, client: FlaskClient
) -> None:
    fund = new_fund(engine, called("500"), called("7", "2011-01-01"), name="State Ventures")
    result = run(app, "fund", "state", "state ventures", "--as-of", "2010-12-31")
    answer = client.get(f"/api/funds/{fund}/state?at=2010-12-31").json
    assert orjson.loads(result.output) == answer
    through = run(app, "fund", "state", fund, "--through", "1")
    assert orjson.loads(through.output)["figures"]["paid_in"] == "0.00"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nobody"], "no fund is named"),
        (["Wrong Ventures", "--as-of", "31/12/2010"], "write a date such as"),
        (["Wrong Ventures", "--known-at", "2999-01-01"], "has not come yet"),
        (["Wrong Ventures", "--through", "77"], "the log ends at 1"),
    ],
)
def test_a_viewpoint_that_cannot_be_taken_says_why(
    app: Flask, engine: Engine, words: list[str], told: str
) -> None:
    if "Wrong Ventures" not in {fund.name for fund in funds.all_funds(engine)}:
        new_fund(engine, name="Wrong Ventures")
    result = run(app, "fund", "state", *words)
    assert result.exit_code == 1
    assert told in result.output


def test_verify_names_the_first_bad_sequence(
    app: Flask, engine: Engine, owner_engine: Engine
) -> None:
    fund = new_fund(engine, called("500"), called("600"), name="Whole Ventures")
    whole = run(app, "ledger", "verify", fund)
    assert (whole.exit_code, "3 events, all as they were written" in whole.output) == (0, True)
    with owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE event SET recorded_by = 'x' WHERE fund_id = :fund AND sequence = 2"),
            {"fund": fund},
        )
        connection.execute(text("ALTER TABLE event ENABLE TRIGGER USER"))
    broken = run(app, "ledger", "verify")
    assert broken.exit_code == 1
    assert "Whole Ventures: broken at event 2" in broken.output


def test_verify_names_each_wrong_snapshot(app: Flask, engine: Engine, owner_engine: Engine) -> None:
    fund = new_fund(engine, called("500"), called("600"), name="Snapshot Ventures")
    take(engine, fund, uuid7(), SnapshotRequest(date(2010, 6, 30), "manual", "someone"))
    sound = run(app, "snapshots", "verify", fund)
    assert (sound.exit_code, "1 snapshots, all as the log folds" in sound.output) == (0, True)
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET event_count = 7 WHERE fund_id = :fund"), {"fund": fund}
        )
    wrong = run(app, "snapshots", "verify", "snapshot ventures")
    assert wrong.exit_code == 1
    assert "is wrong: its keyed hash is not that of what it holds" in wrong.output
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshot WHERE fund_id = :fund"), {"fund": fund})


def test_the_demo_ends_with_the_new_funds_id_and_takes_no_name_twice(app: Flask) -> None:
    loaded = run(app, "demo", "load", "--name", "Demo Ventures", "--events", 2200)
    assert loaded.exit_code == 0, loaded.output
    assert "Demo Ventures: 2200 events loaded" in loaded.output
    fund_id = UUID(loaded.output.split()[-1])
    assert "2200 events, all as they were written" in run(app, "ledger", "verify", fund_id).output
    again = run(app, "demo", "load", "--name", "Demo Ventures")
    assert (again.exit_code, "choose another" in again.output) == (1, True)
    few = run(app, "demo", "load", "--events", "10")
    assert (few.exit_code, "--events 10: the story has" in few.output) == (1, True)


def test_the_audit_is_verified_and_its_first_bad_event_named(
    app: Flask, owner_engine: Engine
) -> None:
    person = somebody(owner_engine)
    with owner_engine.begin() as connection:
        audit.record(connection, AuditKind.PERSON_ADDED, about=person)
    result = run(app, "audit", "verify")
    assert (result.exit_code, "all as they were written" in result.output) == (0, True)
    with owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        rename = "UPDATE audit_event SET actor = :to WHERE sequence = 1 RETURNING actor"
        was = connection.execute(text("SELECT actor FROM audit_event WHERE sequence = 1")).scalar()
        connection.execute(text(rename), {"to": "somebody else"})
    try:
        result = run(app, "audit", "verify")
    finally:
        with owner_engine.begin() as connection:
            connection.execute(text(rename), {"to": was})
            connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    assert result.exit_code == 1
    assert result.output == "Audit: broken at event 1: its fields do not give its chain hash\n"
