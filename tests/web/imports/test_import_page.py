"""The pages of an import as the server sends them, from the file to the fund."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from app.services.imports.jobs import HANDLERS, JUDGE
from app.services.jobs import jobs, runner
from app.store.jobs import runs
from app.store.jobs.jobs import Count
from tests.people import signed_in, somebody
from tests.workbooks import workbook

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
POLLS = 'hx-trigger="every 1s"'
HEADER = "effective_on,event_type,company,investor,amount,new_valuation"
ROWS = """
2010-01-01,COMMITMENT_MADE,,Alma LP,1000,
2010-01-15,CAPITAL_CALLED,,,500,
2010-02-01,COMPANY_ADDED,Acme,,,
2010-02-01,INVESTMENT_MADE,Acme,,400,
2010-12-31,VALUATION_UPDATED,Acme,,,600
""".strip()


def csv(rows: str = ROWS, header: str = HEADER) -> bytes:
    return f"{header}\n{rows}\n".encode()


def words(html: str) -> str:
    """Return the text of a page as a person reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@dataclass
class Importer:
    """Somebody who imports, with the worker at hand."""

    client: FlaskClient
    engine: Engine
    url: str = ""

    def upload(self, content: bytes, name: str = "", **more: object) -> TestResponse:
        data = {"name": name, "file": (io.BytesIO(content), "mine.csv"), **more}
        answer = self.client.post("/funds/import/", data=data)
        if answer.status_code == 303:
            self.url = answer.location
        return answer

    def send(self, step: str, **data: object) -> TestResponse:
        return self.client.post(f"{self.url}{step}", data=data)

    def work(self) -> None:
        fund = UUID(self.url.split("/")[3])
        for job in reversed(jobs.listed(self.engine, fund)):
            runner.run(self.engine, HANDLERS, job.fund_id, job.id, 0)

    def page(self, query: str = "", **headers: str) -> str:
        answer = self.client.get(f"{self.url}{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def judged(self, content: bytes, name: str = "") -> str:
        self.upload(content, name or f"Imported {uuid4()}")
        self.work()
        return self.page()


@pytest.fixture
def importer(app: Flask, engine: Engine) -> Importer:
    return Importer(signed_in(app, somebody(engine)), engine)


def test_a_file_comes_in_is_summed_up_and_becomes_a_fund(importer: Importer) -> None:
    name = f"Alma {uuid4()}"
    importer.upload(csv(), name)
    waiting = importer.page()
    assert POLLS in waiting
    assert "Queued" in waiting
    importer.work()
    page = importer.page()
    assert POLLS not in page
    said = words(page)
    for part in (
        "6 valid events", "1 Jan 2010 to 31 Dec 2010 · 1 company",
        "Paid-in $500", "Distributed $0", "NAV before carry $700", "TVPI, net 1.32×",
        "Size from the rows $1,000", "Inception date from the rows 1 Jan 2010",
        "Management fee by default 2%",
        "Fee basis by default Committed capital",
        "Carried interest by default 20%", "Deployment, pace by default Linear", "Capital call 1",
    ):  # fmt: skip
        assert part in said, part
    terms = said[said.index("Terms of the fund") :]
    assert terms.index("Currency") < terms.index("Vintage") < terms.index("Carried interest")
    assert name in importer.client.get("/funds/").text, "it can be found again"
    assert importer.send("commit", name=name).status_code == 303
    assert POLLS in importer.page()
    importer.work()
    fund = importer.client.get(importer.url, headers=PARTIAL).headers["HX-Redirect"]
    landed = importer.client.get(fund).text
    assert "6 events imported from mine.csv." in landed
    assert importer.client.get(importer.url).location == fund
    assert importer.send("commit").location == fund, "a second press comes to the same"
    assert "Imports in progress" not in importer.client.get("/funds/").text


def test_the_name_in_the_field_is_the_one_that_counts(importer: Importer) -> None:
    importer.judged(csv(), "Mistyped")
    name = f"As it should be {uuid4()}"
    importer.send("commit", name=f"  {name} ")
    importer.work()
    importer.client.get(importer.url)
    assert name in importer.client.get("/funds/").text


@pytest.mark.parametrize("name", ["", "x\x07y"])
def test_a_name_that_is_no_good_keeps_the_file(importer: Importer, name: str) -> None:
    importer.upload(csv(), name)
    importer.work()
    page = importer.page()
    assert 'aria-invalid="true"' in page
    assert "Fix the name of the fund first" in page
    assert importer.send("commit", name=name).status_code == 422
    importer.send("name", name=f"Good {uuid4()}")
    assert "Fix the name of the fund first" not in importer.page()


def test_a_taken_name_is_told_before_the_import(importer: Importer, client: FlaskClient) -> None:
    name = f"Taken {uuid4()}"
    first = Importer(client, importer.engine)
    first.judged(csv(), name)
    first.send("commit", name=name)
    first.work()
    page = importer.judged(csv(), name.upper())
    assert "The name is that of another fund: choose another." in page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty: begin with a header"),
        (b"%PDF-1.7 x", "The file is a PDF: save the spreadsheet as XLSX or CSV."),
        (workbook(["a"])[:300], "cut short or damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_name_kept(
    importer: Importer, content: bytes, told: str
) -> None:
    answer = importer.upload(content, "My name")
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="My name"' in answer.text


def test_no_file_and_too_large_a_one_are_told(app: Flask, importer: Importer) -> None:
    answer = importer.client.post("/funds/import/", data={"name": "My name"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
    assert "up to 32 MB" in answer.text
    app.config["MAX_CONTENT_LENGTH"] = 1024**2
    too_large = importer.client.post(
        "/funds/import/", data=b"x" * 1024**2 * 2, content_type="multipart/form-data; boundary=x"
    )
    assert too_large.status_code == 413
    assert "A file may have 1 MB" in too_large.text


def test_foreign_headings_are_proposed_with_what_stands_below(importer: Importer) -> None:
    page = importer.judged(csv(header=HEADER.replace("effective_on", "Value date") + ",Zqx"))
    said = words(page)
    assert "Match columns" in said
    assert "Value date suggested 2010-01-01 · 2010-01-15 · 2010-02-01" in said
    assert "Zqx no match –" in said
    select = re.search(r'<select name="column-0".*?</select>', page, re.DOTALL)
    assert select
    assert "<option selected>effective_on" in select[0]
    columns = ["effective_on", "event_type", "company", "investor", "amount", "new_valuation", "-"]
    importer.send("columns", **{f"column-{place}": each for place, each in enumerate(columns)})
    importer.work()
    assert "6 valid events" in importer.page()
    again = importer.page("?columns=1")
    assert "Match columns" in again
    assert "suggested" not in again


def test_a_vintage_that_only_follows_from_the_rows_is_asked_for(
    importer: Importer, engine: Engine
) -> None:
    page = importer.judged(csv(), name="Alma 2009")
    assert _asked_vintage(page) == "2010"
    for typed, told in (
        ("209", "must lie between 1970"),
        ("nine", "is no year"),
        ("", "is no year"),
    ):
        refused = importer.send("commit", vintage_year=typed)
        assert refused.status_code == 422
        assert f"It {told}" in refused.text
        assert _asked_vintage(refused.text) == typed
    importer.send("commit", vintage_year="2009")
    importer.work()
    [terms] = _terms(engine, importer)
    assert terms["vintage_year"] == 2009


def test_a_vintage_that_was_given_is_not_asked_for(importer: Importer) -> None:
    importer.judged(csv())
    importer.send("terms", vintage_year="2009")
    importer.work()
    assert 'data-testid="vintage"' not in importer.page()


def _asked_vintage(page: str) -> str:
    """Return what stands in the field of the vintage year."""
    [field] = re.findall(r'<input[^>]*data-testid="vintage"[^>]*>', page)
    found = re.search(r' value="([^"]*)"', field)
    return found[1] if found else ""


def _terms(engine: Engine, importer: Importer) -> list[dict[str, object]]:
    """Read the terms of the fund that an import became."""
    fund_id = importer.url.rstrip("/").rsplit("/", 1)[-1]
    query = text("SELECT payload -> 'terms' FROM event WHERE fund_id = :fund AND sequence = 1")
    with engine.connect() as connection:
        return list(connection.execute(query, {"fund": fund_id}).scalars())


def test_the_unit_of_a_heading_stands_beside_what_it_means(importer: Importer) -> None:
    page = importer.judged(csv(header=HEADER.replace(",amount,", ",Amount ($m),")))
    assert "Its numbers are read in millions of $." in words(page)
    assert page.count('data-testid="heading-unit"') == 1


def test_headings_below_a_title_are_found_and_it_is_said(importer: Importer) -> None:
    importer.judged(b"Alma Fund II\n\n" + csv())
    assert "The headings are taken from row 3; left out above them: row 1" in importer.page()


def test_columns_that_are_said_twice_or_not_at_all_come_back_as_faults(importer: Importer) -> None:
    importer.judged(csv(header="Day,What,company,investor,amount,new_valuation"))
    importer.send("columns", **dict.fromkeys(("column-0", "column-4"), "amount"))
    importer.work()
    said = words(importer.page())
    assert "effective_on : is missing from the header" in said
    assert "is amount, as column Day (A) is: keep one of both" in said
    assert "Columns" in said


def test_faults_stand_in_their_rows_with_the_cells_marked(importer: Importer) -> None:
    page = importer.judged(csv(ROWS.replace("2010-01-15", "2010-13-15").replace(",400,", ",<b>,")))
    assert "2 errors in 2 rows" in words(page)
    assert "<mark>2010-13-15</mark>" in page
    assert "<mark>&lt;b&gt;</mark>" in page
    assert page.count("<mark>") == 2
    assert "effective_on “2010-13-15” : must be a day of the calendar" in words(page)
    assert "<b>F</b> new_valuation" not in page, "what is empty in all these rows is left out"
    file = importer.client.get(f"{importer.url}faults.csv")
    assert file.mimetype == "text/csv"
    assert file.text.count("\r\n") == 3
    importer.send("file", file=(io.BytesIO(csv()), "better.csv"))
    importer.work()
    page = importer.page()
    assert "6 valid events" in page
    assert "better.csv" in page


@pytest.mark.parametrize("to", ["csv", "xlsx"])
def test_dates_are_read_as_their_column_shows_and_the_page_says_so(
    importer: Importer, to: str
) -> None:
    rows = ROWS.replace("2010-01-15", "05/06/2010").replace("2010-12-31", "31/12/2010")
    content = csv(rows)
    if to == "xlsx":
        content = workbook(*(row.split(",") for row in content.decode().splitlines()))
    said = words(importer.judged(content))
    assert "6 valid events" in said
    assert "1 Jan 2010 to 31 Dec 2010" in said
    read_as = "Dates in column effective_on (A) are read as day/month/year, as 31/12/2010 in row 6"
    assert read_as in said
    faulty = words(importer.judged(csv(rows.replace(",500,", ",5oo,"))))
    assert "1 error in 1 row" in faulty
    assert read_as in faulty
    both = rows.replace("2010-02-01", "02/14/2010", 1)
    said = words(importer.judged(csv(both)))
    assert "can be 5 Jun 2010 or 6 May 2010, and the column has days of both kinds" in said
    assert "are read as" not in said
    assert "are read as" not in words(importer.judged(csv()))


def test_a_file_without_rows_is_told_so(importer: Importer) -> None:
    said = words(importer.judged(csv("")))
    assert "The file has a header and no rows Nothing was imported." in said
    assert "The file : has a header and no rows: add a row below it for each event" in said
    assert "in 1 row" not in said


def test_many_faults_come_a_page_at_a_time_and_the_rest_in_the_file(importer: Importer) -> None:
    rows = "\n".join(f"2010-02-{day},CAPITAL_CALLED,,,x," for day in range(1, 251))
    page = importer.judged(csv(rows))
    assert "the first 200 rows are shown" in words(page)
    assert page.count('data-testid="fault-row"') == 50
    last = importer.page("?page=9")
    assert "Page 4 of 4" in last
    assert 'id="row-201"' in last
    assert importer.client.get(f"{importer.url}faults.csv").text.count("\n251,") >= 1


def test_duplicates_name_each_other_and_can_be_taken_as_second_ones(importer: Importer) -> None:
    duplicate = "2010-01-15,CAPITAL_CALLED,,,500,"
    page = importer.judged(csv(f"{ROWS}\n{duplicate}\n{duplicate}"))
    assert "2 possible duplicates of an earlier row" in words(page)
    assert "Row 7 is a separate event from row 3" in words(page)
    assert '<tr class="first"><th scope="row">3</th>' in page
    importer.send("twins", row="7")
    importer.work()
    assert "1 possible duplicate of an earlier row" in words(importer.page())
    importer.send("twins", all="1")
    importer.work()
    assert "8 valid events" in importer.page()


def test_terms_that_matter_can_be_given_and_are_refused_beside_their_fields(
    importer: Importer,
) -> None:
    page = importer.judged(csv("2010-01-15,CAPITAL_CALLED,,,500,"))
    assert "size : is not known" in words(page)
    importer.send("terms", size="nothing", currency="EUR", vintage_year="2010", inception_on="")
    importer.work()
    page = importer.page()
    assert 'value="nothing"' in page
    assert re.search(r'id="size-fault">[^<]+number', page), page
    file = (io.BytesIO(b'{"carry": {"rate": "0.25"}}'), "terms.json")
    importer.send("terms", size="5000", currency="EUR", file=file)
    importer.work()
    said = words(importer.page())
    assert "Currency given EUR, " in said
    assert "Carried interest given 25%" in said
    assert "Given as JSON: carry." in said
    refused = importer.send("terms", size="7", file=(io.BytesIO(b"[1"), "terms.json"))
    assert refused.status_code == 422
    assert "It is not JSON" in refused.text
    assert 'value="7"' in refused.text


def test_progress_is_shown_as_it_moves(importer: Importer) -> None:
    importer.upload(csv(), "Moving")
    fund = UUID(importer.url.split("/")[3])
    [job] = jobs.listed(importer.engine, fund, kind=JUDGE)
    with importer.engine.begin() as connection:
        run = runs.claim(connection, fund, job.id)
        assert run
    assert "Opening the file" in importer.page()
    with importer.engine.begin() as connection:
        runs.beat(connection, run, Count(3400, None))
    assert "3,400 rows read" in importer.page()
    with importer.engine.begin() as connection:
        runs.beat(connection, run, Count(1200, 5000))
    part = importer.page(**PARTIAL)
    assert "<html" not in part
    assert "1,200 of 5,000 rows checked" in part
    assert 'max="5000" value="1200"' in part
    assert POLLS in part
    with importer.engine.begin() as connection:
        runs.fail(connection, run, "the disk is full", None)
    failed = importer.page()
    assert "Failed after 1 attempt: the disk is full" in words(failed)
    importer.send("again")
    importer.work()
    assert "6 valid events" in importer.page()


def test_a_worker_that_does_not_come_is_told_of(importer: Importer) -> None:
    importer.upload(csv(), "Patient")
    with importer.engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET due_at = due_at - interval '1 minute'"
                 " WHERE fund_id = :fund"), {"fund": UUID(importer.url.split("/")[3])}
        )  # fmt: skip
    assert "No worker has started it yet" in importer.page()


def test_the_example_the_template_and_an_xlsx_file_are_sound(importer: Importer) -> None:
    answer = importer.client.post("/funds/import/", data={"example": "1"})
    importer.url = answer.location
    importer.work()
    assert "84 valid events" in importer.page()
    for to in ("csv", "xlsx"):
        template = importer.client.get(f"/funds/import/template.{to}")
        assert f"asof-template.{to}" in template.headers["Content-Disposition"]
        page = importer.judged(template.data)
        assert "25 valid events" in page
        assert "in the file" in page
        assert "Change the terms" not in page


def test_an_import_is_discarded_and_gone(importer: Importer) -> None:
    importer.judged(csv())
    answer = importer.send("discard")
    assert answer.location == "/funds/"
    assert "The import of mine.csv was discarded" in importer.client.get("/funds/").text
    gone = importer.client.get(importer.url)
    assert gone.status_code == 404
    assert "no import of yours is here" in gone.text


def test_an_import_is_its_owners_alone(importer: Importer, app: Flask) -> None:
    importer.judged(csv(ROWS.replace("600", "6x")))
    stranger = signed_in(app, somebody(importer.engine))
    for page in (importer.url, f"{importer.url}faults.csv"):
        assert stranger.get(page).status_code == 404
    for step in ("name", "file", "columns", "terms", "twins", "again", "commit", "discard"):
        data = {"file": (io.BytesIO(csv()), "x.csv")} if step == "file" else {}
        assert stranger.post(f"{importer.url}{step}", data=data).status_code == 404, step
    assert "1 error" in importer.page()
