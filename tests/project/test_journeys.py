"""The journeys of docs/architecture.md pass the modules that they name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from types import FrameType
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Engine

from app.config import PROJECT
from app.services.imports import uploads
from app.services.jobs import jobs, runner
from tasks.jobs import HANDLERS
from tests.ledgers import company, investment, mark, new_fund, record
from tests.people import member, post, signed_in, somebody

# They run in processes of their own, or hold no code that Python runs.
_ELSEWHERE = re.compile(r"app/(http_server|static|templates)/|tasks/")
# Statements alone; what a CSV file does not need; and what one event by form or API passes.
_NO_FUNCTIONS = {"app/store/snapshots/state_sql.py"}
_OTHER_WAYS = {"app/services/sheets/workbook.py"}
_ONE_EVENT = {"app/store/admission/head_cache.py", "app/store/admission/fast_append.py"}


def _named(heading: str) -> set[str]:
    """Return the modules that the section of a journey names."""
    page = (PROJECT / "docs" / "architecture.md").read_text()
    section = page.partition(f"\n### {heading}\n")[2]
    section = re.split(r"\n##+ ", section)[0]
    found = set(re.findall(r"`((?:app|tasks)/[\w/]+\.py)`", section))
    assert found
    return {path for path in found if not _ELSEWHERE.match(path)}


@contextmanager
def _passed() -> Iterator[set[str]]:
    """Note the modules of the project of which a function is called."""
    passed: set[str] = set()
    begin = f"{PROJECT}/"

    def note(frame: FrameType, event: str, _: Any) -> None:  # noqa: ANN401 - of any call
        if event == "call":
            passed.add(frame.f_code.co_filename.removeprefix(begin))

    sys.setprofile(note)
    try:
        yield passed
    finally:
        sys.setprofile(None)


def _fund(engine: Engine) -> UUID:
    return new_fund(engine, company(), investment("1000", "2010-03-01"), mark("1500", "2010-12-31"))


def _work(engine: Engine, fund_id: UUID) -> None:
    for job in reversed(jobs.listed(engine, fund_id)):
        runner.run(engine, HANDLERS, fund_id, job.id, 0)


def test_a_slider_frame(app: Flask, engine: Engine) -> None:
    fund = _fund(engine)
    client = signed_in(app, member(engine, fund, "analyst"))
    client.post(f"/api/funds/{fund}/snapshots", json={"at": "2010-06-30"})
    _work(engine, fund)
    record(engine, fund, mark("900", "2010-05-31"))  # late, and applied to the snapshot
    with _passed() as passed:
        asked = client.get(
            f"/funds/{fund}/?as_of=2010-08-15", headers={"HX-Request-Type": "partial"}
        )
        texts = re.search(r'data-texts="([^"]+)"', asked.text)
        assert texts
        assert client.get(unescape(texts[1])).status_code == 200
    assert asked.status_code == 200
    assert _named("A slider frame") - _NO_FUNCTIONS - passed == set()


def test_the_list_of_funds(app: Flask, engine: Engine) -> None:
    fund = _fund(engine)
    client = signed_in(app, member(engine, fund, "analyst"))
    with _passed() as passed:
        asked = client.get("/funds/?as_of=2010-08-15&sort=nav")
    assert asked.status_code == 200
    assert _named("The list of funds") - passed == set()


def test_a_recorded_valuation(app: Flask, engine: Engine) -> None:
    fund, as_of = _fund(engine), "2011-03-31"
    client = signed_in(app, member(engine, fund, "analyst"))
    page = f"/funds/{fund}/valuations/{as_of}/"
    post(client, f"/funds/{fund}/valuations/", as_of=as_of)

    def hidden(of: str) -> dict[str, str]:
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(of).text)
        return {name: value.replace("&#34;", '"') for name, value in found}

    [row] = re.findall(r'scope="row" id="company-([\w-]+)">', client.get(page).text)
    client.post(page, data={**hidden(page), f"mark.{row}": "2000"})
    sent = hidden(f"{page}review")
    with _passed() as passed:
        done = client.post(f"{page}record", data=sent)
    assert done.status_code == 303
    assert _named("A recorded valuation") - _ONE_EVENT - passed == set()
    with _passed() as passed:
        for quarter_end in ("2011-06-30", "2011-09-30", "2011-12-31"):
            record(engine, fund, mark("2100", quarter_end))
    assert _ONE_EVENT - passed == set()


def test_an_imported_row(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    client = signed_in(app, person)
    content = b"effective_on,event_type,investor,amount\n31 Jan 2020,COMMITMENT_MADE,Alma,5000\n"
    faulty = content.replace(b"5000", b"?")
    with _passed() as passed:
        for each in (faulty, content):
            import_id = uploads.upload(engine, person.id, f"Fund {uuid4()}", "a.csv", each)
            _work(engine, import_id)
        client.get("/funds/import/")
        done = client.post(f"/funds/import/{import_id}/commit")
        _work(engine, import_id)
    assert done.status_code == 303
    assert _named("An imported row") - _OTHER_WAYS - passed == set()
