"""The commands that read and write spreadsheets, as someone types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from app import create_app, database
from app.config import Settings
from app.services.funds import funds
from tests.cli.test_commands import run
from tests.ledgers import called, company, investment, look, new_fund

pytestmark = pytest.mark.usefixtures("one_administrator")
ROWS = """Date;Type;LP name;Amount (USD);Internal
1 Jan 2010;Commitment;Alma LP;1.000,00;x
15 Jan 2010;Capital call;;500,25;y
"""


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Flask:
    app = create_app(settings)
    database.of(app).use(engine)
    return app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "administrator.csv"
    path.write_text(ROWS)
    return path


def test_what_is_proposed_for_foreign_headings_imports_the_file(
    app: Flask, file: Path, engine: Engine
) -> None:
    proposed = run(app, "fund", "columns", file)
    assert proposed.output.splitlines() == [
        "--map Date=effective_on",
        "--map Type=event_type",
        "--map 'LP name=investor'",
        "--map 'Amount (USD)=amount'  # in USD",
        "--map Internal=-  # no match",
    ]
    options = [
        word
        for line in proposed.output.splitlines()
        for word in ("--map", line.removeprefix("--map ").partition("  #")[0].strip("'"))
    ]
    result = run(app, "fund", "import", file, "--name", "Mapped Ventures", *options)
    assert result.exit_code == 0, result.output
    fund = funds.fund_by_id_or_name(engine, "Mapped Ventures")
    assert str(look(engine, fund.id).figures.paid_in) == "500.25"


def test_faults_are_written_as_a_file_where_one_is_asked_for(app: Flask, file: Path) -> None:
    faults = file.with_name("faults.csv")
    result = run(app, "fund", "import", file, "--name", "Faults Ventures", "--faults", faults)
    assert result.exit_code == 1
    lines = faults.read_text("utf-8-sig").splitlines()
    assert lines[0] == "row,column,letter,value,reason"
    assert lines[1].startswith(
        '1,Date,A,,"is not a column of an import: did you mean effective_on?'
    )
    assert len(lines) == len(result.output.splitlines())


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("Date", "--map 'Date': write HEADING=COLUMN"),
        ("=amount", "--map 'amount': write HEADING=COLUMN"),
        ("Day=effective_on", "column Day: is mapped and not in the header"),
    ],
)
def test_a_mapping_that_says_nothing_is_refused(
    app: Flask, file: Path, option: str, told: str
) -> None:
    result = run(app, "fund", "import", file, "--name", "Unmapped", "--map", option)
    assert result.exit_code == 1
    assert told in result.output


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_and_the_template_can_be_imported(
    app: Flask, tmp_path: Path, engine: Engine, ending: str
) -> None:
    fund = new_fund(engine, called("500"), company(), investment("400"))
    out = tmp_path / f"out.{ending}"
    assert run(app, "fund", "export", fund, out).exit_code == 0
    assert "4 events imported" in run(app, "fund", "import", out, "--name", f"Ex {ending}").output
    assert run(app, "fund", "template", out).exit_code == 0
    assert "25 valid events" in run(
        app, "fund", "import", out, "--name", f"Template {ending}", "--dry-run"
    ).output  # fmt: skip


def test_figures_go_to_where_they_are_wanted(app: Flask, tmp_path: Path, engine: Engine) -> None:
    fund = new_fund(engine, called("500"), company(), investment("400"))
    words = ("fund", "export", fund, "-", "--format", "csv", "--as-of", "2010-01-31")
    printed = run(app, *words, "--what", "state").output
    assert "\npaid_in,500," in printed
    assert "\nas_of,2010-01-31," in printed
    assert "company,company_id" in run(app, *words, "--what", "holdings").output
    for more, told in (
        (["--known-at", "2999-01-01"], "has not come yet"),
        (["--as-of", "31/01/2010"], "write a date such as"),
    ):
        out = tmp_path / "never.csv"
        result = run(app, "fund", "export", fund, out, *more)
        assert (result.exit_code, told in result.output) == (1, True)
        assert not out.exists()
    nameless = run(app, "fund", "export", fund, tmp_path / "out.pdf")
    assert "end it with .csv or .xlsx, or give --format" in nameless.output
