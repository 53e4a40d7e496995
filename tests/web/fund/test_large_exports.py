"""Exports that are too large to wait for: made by a job, kept for a while, fetched by members."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.services.exports import jobs as export_jobs
from app.services.exports.jobs import EXPORT, HANDLERS, MOST_KEPT
from app.services.jobs import jobs, runner
from app.services.sheets import read_rows
from app.store import export_files
from app.store.export_files import ExportFile
from app.store.jobs import jobs as job_jobs
from app.store.jobs import runs
from tasks import nightly
from tests.api.answers import problem
from tests.ledgers import called, committed, company, investment, mark, new_fund, record
from tests.people import member, signed_in, somebody

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(export_jobs.DIRECT, "csv", 4)
    monkeypatch.setitem(export_jobs.DIRECT, "xlsx", 4)
    monkeypatch.setattr(export_jobs, "_PIECE", 100)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("500"), company(), investment("400"), mark("600"))


@pytest.fixture
def viewer(client_as: Callable[[UUID, str], FlaskClient], fund: UUID) -> FlaskClient:
    return client_as(fund, "viewer")


def work(engine: Engine, fund: UUID) -> list[jobs.Job]:
    """Do a fund's exports as the worker does."""
    for job in jobs.listed(engine, fund, kind=EXPORT):
        runner.run(engine, HANDLERS, fund, job.id, 0)
    return jobs.listed(engine, fund, kind=EXPORT)


def rows(content: bytes) -> list[list[str]]:
    return [[str(cell) for cell in row.cells] for row in read_rows(content)]


@pytest.mark.parametrize("to", ["csv", "xlsx"])
def test_a_large_export_of_a_page_leads_to_its_job_and_then_to_the_file(
    viewer: FlaskClient, engine: Engine, fund: UUID, to: str
) -> None:
    asked = viewer.get(f"/funds/{fund}/export.{to}?what=events")
    assert asked.status_code == 303
    page = viewer.get(asked.location).text
    assert "Queued" in page
    assert 'data-testid="download"' not in page
    [job] = jobs.listed(engine, fund, kind=EXPORT)
    file = f"/funds/{fund}/exports/{job.id}"
    assert viewer.get(file).location == asked.location, "it is not there yet"
    [job] = work(engine, fund)
    assert (job.progress_done, job.progress_total) == (5, 5)
    assert file in viewer.get(asked.location, headers=PARTIAL).text
    answer = viewer.get(file)
    assert answer.status_code == 200
    assert answer.content_length == len(answer.data) > 300, "it was kept in pieces"
    assert answer.headers["Content-Disposition"].endswith(f'events.{to}"')
    assert len(rows(answer.data)) == 1 + 5
    with engine.connect() as connection:
        query = "SELECT after FROM audit_event WHERE fund_id = :fund ORDER BY sequence DESC LIMIT 1"
        fetched = connection.scalar(text(query), {"fund": fund})
    assert fetched["bytes"] == len(answer.data)


def test_over_the_api_it_is_202_with_the_address_and_then_the_file(
    viewer: FlaskClient, engine: Engine, fund: UUID
) -> None:
    asked = viewer.get(f"/api/funds/{fund}/export.csv?through=5")
    assert (asked.status_code, asked.headers["Retry-After"]) == (202, "1")
    assert asked.get_json()["kind"] == "export"
    where = asked.headers["Location"]
    waiting = viewer.get(where)
    assert (waiting.status_code, waiting.get_json()["status"]) == (202, "queued")
    work(engine, fund)
    file = viewer.get(where)
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    record(engine, fund, mark("700"))
    small = new_fund(engine, called("500"))
    member_of_small = f"/api/funds/{small}/export.csv"
    assert viewer.get(member_of_small).status_code == 404
    assert len(rows(file.data)) == 1 + 5


def test_what_is_small_comes_at_once(viewer: FlaskClient, engine: Engine, fund: UUID) -> None:
    for query in ("what=state", "what=holdings", "what=events&through=4"):
        assert viewer.get(f"/api/funds/{fund}/export.csv?{query}").status_code == 200
    assert jobs.listed(engine, fund, kind=EXPORT) == []


def test_many_holdings_are_large_too(engine: Engine, app: Flask) -> None:
    fund = new_fund(engine, *(company(f"Company {number}") for number in range(5)))
    viewer = signed_in(app, member(engine, fund, "viewer"))
    asked = viewer.get(f"/api/funds/{fund}/export.xlsx?what=holdings&at=2010-12-31")
    assert asked.status_code == 202
    work(engine, fund)
    assert len(rows(viewer.get(asked.headers["Location"]).data)) == 1 + 5


def test_the_same_is_made_once_and_another_view_anew(
    viewer: FlaskClient, engine: Engine, fund: UUID
) -> None:
    url = f"/api/funds/{fund}/export.csv"

    def asked(query: str = "") -> str:
        return viewer.get(f"{url}{query}").headers["Location"]

    first = asked()
    assert asked() == first, "it is under way"
    work(engine, fund)
    assert asked() == first, "it is kept"
    assert asked("?at=2010-12-31") != first
    record(engine, fund, mark("700"))
    assert asked() != first
    assert asked("?through=5") == first


def test_the_right_to_fetch_is_asked_for_when_it_is_fetched(
    engine: Engine, app: Flask, fund: UUID
) -> None:
    person = member(engine, fund, "viewer")
    theirs = signed_in(app, person)
    theirs.get(f"/funds/{fund}/export.csv")
    [job] = work(engine, fund)
    for address in (f"/funds/{fund}/exports/{job.id}", f"/api/funds/{fund}/exports/{job.id}"):
        assert theirs.get(address).status_code == 200
        assert signed_in(app, somebody(engine)).get(address).status_code == 404
        other = new_fund(engine)
        outsider = signed_in(app, member(engine, other, "gp"))
        assert outsider.get(address.replace(str(fund), str(other))).status_code == 404
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM membership WHERE person_id = :person"), {"person": person.id}
        )
    assert theirs.get(f"/funds/{fund}/exports/{job.id}").status_code == 404


def test_a_file_is_removed_after_a_day_and_can_be_asked_for_again(
    viewer: FlaskClient, engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    page = viewer.get(f"/funds/{fund}/export.csv").location
    [job] = work(engine, fund)
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE export_file SET made_at = made_at - interval '1 day' WHERE job_id = :id"),
            {"id": job.id},
        )
    gone = viewer.get(f"/api/funds/{fund}/exports/{job.id}")
    assert problem(gone, 404)["type"] == "urn:asof:problem:unknown-export"
    assert "is not kept any more: ask for it again" in gone.text
    assert "Its file has expired" in viewer.get(page).text
    nightly.run(engine)
    with engine.connect() as connection:
        left = "SELECT count(*) FROM export_piece WHERE job_id = :id"
        assert connection.scalar(text(left), {"id": job.id}) == 0
    assert viewer.get(f"/funds/{fund}/export.csv").location != page


def test_of_one_persons_files_the_latest_are_kept(engine: Engine, fund: UUID) -> None:
    person = str(somebody(engine).id)
    with engine.begin() as connection:
        ids = []
        for number in range(MOST_KEPT + 2):
            subject = {"what": "events", "to": "csv"}  # which every list of jobs tells
            job = jobs.request(connection, fund, EXPORT, subject, requested_by=person)
            ids.append(job.id)
            file: dict[str, object] = {
                "fund_id": fund, "job_id": job.id, "view": str(number), "file_name": "x.csv",
                "size": 1, "requested_by": person,
            }  # fmt: skip
            export_files.add(connection, file, [b"x"])
        export_files.keep_latest(connection, person, MOST_KEPT)
        kept = [export_files.find_file(connection, fund, each, export_jobs.KEPT) for each in ids]
    assert [isinstance(each, ExportFile) for each in kept] == [False] * 2 + [True] * MOST_KEPT


def test_what_no_cell_holds_is_told_where_the_file_would_be(engine: Engine, app: Flask) -> None:
    many = {f"A limited partner with a long name, number {number}": "1" for number in range(700)}
    shared = called("700", allocations=many)
    fund = new_fund(engine, *map(committed, many), shared, company(), investment("1"), mark("2"))
    viewer = signed_in(app, member(engine, fund, "viewer"))
    page = viewer.get(f"/funds/{fund}/export.xlsx").location
    [job] = work(engine, fund)
    assert "choose CSV" in viewer.get(page).text
    answer = viewer.get(f"/api/funds/{fund}/exports/{job.id}")
    assert problem(answer, 422)["type"] == "urn:asof:problem:refused"
    assert "choose CSV" in answer.text


def test_a_file_that_could_not_be_made_says_why(
    viewer: FlaskClient, engine: Engine, fund: UUID
) -> None:
    viewer.get(f"/funds/{fund}/export.csv")
    [job] = jobs.listed(engine, fund, kind=EXPORT)
    with engine.begin() as connection:
        run = runs.claim(connection, fund, job.id)
        assert run
        runs.fail(connection, run, "the disk is full", None)
    answer = viewer.get(f"/api/funds/{fund}/exports/{job.id}")
    assert problem(answer, 409)["type"] == "urn:asof:problem:export-failed"
    assert "the disk is full" in answer.text
    assert viewer.get(f"/funds/{fund}/exports/{job.id}").status_code == 409
    with engine.begin() as connection:
        job_jobs.retry(connection, fund, job.id, "maya")
    work(engine, fund)
    assert viewer.get(f"/api/funds/{fund}/exports/{job.id}").status_code == 200


def test_there_is_no_file_of_other_jobs_or_of_none(
    viewer: FlaskClient, engine: Engine, fund: UUID
) -> None:
    with engine.begin() as connection:
        job = jobs.request(connection, fund, "count", {}, requested_by="gp")
    for job_id in (job.id, uuid4()):
        for address in (f"/funds/{fund}/exports/{job_id}", f"/api/funds/{fund}/exports/{job_id}"):
            assert viewer.get(address).status_code == 404
