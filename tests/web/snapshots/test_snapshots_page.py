"""The snapshots page as the server sends it: the list, what is under way, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.services.snapshots.jobs import BUILD_MISSING, CHECK, HANDLERS, TAKE
from app.services.snapshots.take import SnapshotRequest, take
from app.store.jobs import runs
from app.store.jobs.jobs import Count
from app.store.snapshots.model import Snapshot
from app.web.snapshots.page import PAGE_SIZE
from tests.ledgers import called, company, investment, mark, new_fund, record, void

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
POLLS = 'hx-trigger="every 1s"'


def _page(client: FlaskClient, fund: object, query: str = "", **headers: str) -> str:
    answer = client.get(f"/funds/{fund}/snapshots/{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _words(html: str) -> str:
    """Return the text of a page as a person reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _row(html: str, snapshot: Snapshot) -> str:
    found = re.search(rf'<tr role="row" id="snapshot-{snapshot.id}".*?</tr>', html, re.DOTALL)
    assert found
    return found[0]


def _take(engine: Engine, fund: UUID, as_of: str, description: str = "") -> Snapshot:
    what = SnapshotRequest(date.fromisoformat(as_of), "manual", "someone", description)
    return take(engine, fund, uuid7(), what)


def _do(engine: Engine, job: Job) -> None:
    runner.run(engine, HANDLERS, job.fund_id, job.id, 0)


def _takes(engine: Engine, fund: UUID) -> list[Job]:
    return jobs.listed(engine, fund, kind=TAKE)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with one company."""
    return new_fund(engine, called("500"), company(), investment("100"), mark("150"))


def test_a_snapshot_tells_what_it_holds_and_leads_there(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    snapshot = _take(engine, fund, "2010-12-31", "Q4 <report>")
    html = _page(client, fund)
    row = _row(html, snapshot)
    today = f"{datetime.now(UTC):%Y}"
    for said in (
        "31 Dec 2010 Q4 &lt;report&gt;",
        "#5 , the fund on 31 Dec 2010 as it was known then recorded",
        "On request 5 $550 ",
        " kB ",
        today,
        "by someone",
        "Current",
    ):
        assert said in _words(row), said
    assert f'href="/funds/{fund}/?as_of=2010-12-31&amp;through=5"' in row
    assert "1 snapshot: 1 current, 0 superseded" in html
    assert POLLS not in html


def test_an_overtaken_snapshot_names_the_event_and_leads_to_it(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    earlier, later = _take(engine, fund, "2010-06-30"), _take(engine, fund, "2010-12-31")
    record(engine, fund, void(5))
    html = _page(client, fund)
    row = _row(html, later)
    assert "Superseded by event #6 Void, 31 Dec 2010, recorded" in _words(row)
    assert f'href="/funds/{fund}/timeline?before=12#event-6"' in row
    assert "Current" in _row(html, earlier)
    assert "2 snapshots: 1 current, 1 superseded" in html


def test_what_an_earlier_version_folded_says_so(
    client: FlaskClient, engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    snapshot = _take(engine, fund, "2010-06-30")
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET projector_version = 0 WHERE fund_id = :fund"), {"fund": fund}
        )
    html = _page(client, fund)
    assert "Calculated by an earlier version" in _row(html, snapshot)
    assert "0 current, 0 superseded, 1 was calculated by an earlier version" in html


def test_an_empty_page_says_what_to_do(client: FlaskClient, fund: UUID) -> None:
    words = _words(_page(client, fund))
    assert "No snapshots yet Choose a day above and take the first." in words
    assert "Verify all" not in words


def test_many_snapshots_come_a_page_at_a_time(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    first = date(2010, 1, 1)
    taken = [_take(engine, fund, str(first + timedelta(days=day))) for day in range(PAGE_SIZE + 2)]
    html = _page(client, fund)
    ids = re.findall(r'id="snapshot-([^"]+)"', html)
    assert ids == [str(each.id) for each in reversed(taken[2:])]
    older = re.search(r'rel="next" href="[^"]+(\?before=[^"]+)"', html)
    assert older
    rest = _page(client, fund, older[1])
    assert re.findall(r'id="snapshot-([^"]+)"', rest) == [str(taken[1].id), str(taken[0].id)]
    assert 'rel="next"' not in rest
    beyond = _page(client, fund, f"?before={taken[0].id}")
    assert "Nothing older" in beyond


def test_a_page_that_does_not_exist_is_refused_in_words(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/funds/{fund}/snapshots/?before=yesterday")
    assert answer.status_code == 400
    assert "must be the id of a snapshot" in answer.text
    assert client.get(f"/funds/{uuid4()}/snapshots/").status_code == 404
    assert client.post(f"/funds/{uuid4()}/snapshots/").status_code == 404
    assert client.post(f"/funds/{uuid4()}/snapshots/check").status_code == 404


def test_one_that_is_asked_for_is_under_way_at_once_and_listed_when_done(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    wish = {"as_of": "2010-12-31", "description": "  as   reported ", "key": "k"}
    answer = client.post(f"/funds/{fund}/snapshots/", data=wish)
    assert (answer.status_code, answer.location) == (303, f"/funds/{fund}/snapshots/")
    html = _page(client, fund)
    assert "Snapshot of 31 Dec 2010 as reported" in _words(html)
    assert "Queued" in html
    assert POLLS in html
    [job] = _takes(engine, fund)
    _do(engine, job)
    html = _page(client, fund, **PARTIAL)
    assert "<html" not in html
    assert POLLS not in html
    assert f'id="snapshot-{job.id}"' in html
    assert "by Ada Min" in html
    assert 'name="as_of"' not in html  # what somebody types meanwhile is left alone


def test_a_part_is_sent_to_a_page_that_asks_with_an_empty_form(
    client: FlaskClient, fund: UUID
) -> None:
    wish = {"as_of": "2010-12-31", "description": "as reported", "key": "k"}
    answer = client.post(f"/funds/{fund}/snapshots/", data=wish, headers=PARTIAL)
    assert answer.status_code == 200
    assert answer.headers["HX-Replace-Url"] == f"/funds/{fund}/snapshots/"
    assert '<div id="take" hx-swap-oob="innerHTML">' in answer.text
    assert re.search(r'<input [^>]*name="description"[^>]* value=""', answer.text)
    assert POLLS in answer.text


def test_a_second_press_asks_for_no_second_snapshot(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    html = _page(client, fund)
    key = re.search(r'name="key" value="([^"]+)"', html)
    assert key
    wish = {"as_of": "2010-12-31", "description": "", "key": key[1]}
    client.post(f"/funds/{fund}/snapshots/", data=wish)
    _do(engine, *_takes(engine, fund))
    client.post(f"/funds/{fund}/snapshots/", data=wish)
    assert len(_takes(engine, fund)) == 1
    again = re.search(r'name="key" value="([^"]+)"', _page(client, fund))
    assert again
    assert again[1] != key[1]


def test_without_a_day_it_is_taken_of_today(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    client.post(f"/funds/{fund}/snapshots/", data={"as_of": "", "description": "a\0b\x1f"})
    [job] = _takes(engine, fund)
    assert job.subject["as_of"] == str(datetime.now(UTC).date())
    assert job.subject["description"] == "ab"


@pytest.mark.parametrize("headers", [{}, PARTIAL])
@pytest.mark.parametrize(
    ("as_of", "description", "said"),
    [
        ("2999-01-01", "kept", "1 Jan 2999 is still to come: choose"),
        (
            "0202-12-31",
            "kept",
            "31 Dec 202 is too long ago: choose a day from 1 Jan 1900 on",
        ),
        ("31/12/2010", "kept", "As of “31/12/2010”: write a date such as 2012-03-31"),
        ("2010-12-31", "x" * 201, "must have at most 200 characters: shorten it"),
    ],
)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(
    client: FlaskClient,
    engine: Engine,
    fund: UUID,
    headers: dict[str, str],
    as_of: str,
    description: str,
    said: str,
) -> None:
    wish = {"as_of": as_of, "description": description, "key": "k"}
    answer = client.post(f"/funds/{fund}/snapshots/", data=wish, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#take"
    assert said in _words(answer.text)
    assert answer.text.count('aria-invalid="true"') == 1
    assert f'value="{as_of}"' in answer.text
    assert f'value="{description}"' in answer.text
    assert ("<html" in answer.text) is (not headers)
    assert _takes(engine, fund) == []


def _fail(engine: Engine, job: Job) -> None:
    with engine.begin() as connection:
        claimed = runs.claim(connection, job.fund_id, job.id)
        assert claimed
        runs.fail(connection, claimed, "the disk is full", None)


def test_a_snapshot_that_failed_says_why_and_is_retried_as_on_the_page_of_its_job(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    wish = {"as_of": "2010-12-31", "description": "as reported", "key": "k"}
    client.post(f"/funds/{fund}/snapshots/", data=wish)
    [job] = _takes(engine, fund)
    _fail(engine, job)
    html = _page(client, fund)
    assert "Failed after 1 attempt: the disk is full" in html
    assert POLLS not in html
    retry = f"/funds/{fund}/snapshots/{job.id}/retry"
    assert f'action="{retry}"' in html
    for _ in range(2):  # pressed twice
        answer = client.post(retry)
        assert (answer.status_code, answer.location) == (303, f"/funds/{fund}/snapshots/")
    [again] = _takes(engine, fund)
    assert (again.id, again.status, len(again.history)) == (job.id, "queued", 1)
    part = client.post(retry, headers=PARTIAL)
    assert POLLS in part.text
    assert "Failed after" not in part.text


def test_what_failed_again_is_told_of_whenever_it_was_asked_for(
    client: FlaskClient, engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    client.post(f"/funds/{fund}/snapshots/", data={"as_of": "2010-12-31"})
    [job] = _takes(engine, fund)
    _fail(engine, job)
    _set_back(owner_engine, fund, "requested_at", "finished_at")
    assert "Failed after" not in _page(client, fund)
    client.post(f"/funds/{fund}/snapshots/{job.id}/retry")
    _fail(engine, job)
    assert "Failed after" in _page(client, fund)


def test_work_that_asof_asks_for_can_be_retried_by_those_who_may(
    client: FlaskClient, client_as: Callable[[UUID, str], FlaskClient], engine: Engine, fund: UUID
) -> None:
    with engine.begin() as connection:
        job = jobs.request(
            connection, fund, BUILD_MISSING, {}, requested_by="asof", dedupe_key=BUILD_MISSING
        )
    _fail(engine, job)
    retry = f"/funds/{fund}/snapshots/{job.id}/retry"
    assert retry in _page(client, fund)
    assert retry not in _page(client_as(fund, "viewer"), fund)


def _set_back(engine: Engine, fund: UUID, *columns: str) -> None:
    """Have moments of a fund's jobs be two days ago."""
    earlier = ", ".join(f"{each} = {each} - interval '2 days'" for each in columns)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE job SET {earlier} WHERE fund_id = :fund"), {"fund": fund})


def test_work_that_nobody_asked_for_is_shown_with_its_progress(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    with engine.begin() as connection:
        job = jobs.request(connection, fund, BUILD_MISSING, {}, requested_by="asof")
        claimed = runs.claim(connection, fund, job.id)
        assert claimed
        runs.beat(connection, claimed, Count(1500, 4000))
    html = _page(client, fund)
    assert "In progress: 1,500 of 4,000 events" in html
    assert '<progress aria-label="Automatic snapshots"' in html
    assert 'max="4000" value="1500"' in html
    assert "The first snapshots are in progress" in html


def test_work_that_no_worker_begins_says_so(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    client.post(f"/funds/{fund}/snapshots/", data={"as_of": "2010-12-31"})
    assert "No worker has started it yet" not in _page(client, fund)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET due_at = due_at - interval '1 minute' WHERE fund_id = :fund"),
            {"fund": fund},
        )
    assert "No worker has started it yet" in _page(client, fund)


def test_a_check_is_asked_for_once_and_tells_what_it_found(
    client: FlaskClient, engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    right, wrong = _take(engine, fund, "2010-06-30"), _take(engine, fund, "2010-12-31")
    answer = client.post(f"/funds/{fund}/snapshots/check", data={"seen": ""})
    assert (answer.status_code, answer.location) == (303, f"/funds/{fund}/snapshots/")
    html = _page(client, fund)
    assert "Verifying: queued" in html
    assert POLLS in html
    [job] = jobs.listed(engine, fund, kind=CHECK)
    _do(engine, job)
    html = _page(client, fund)
    assert "2 snapshots recalculated: all equal" in html
    assert POLLS not in html
    client.post(f"/funds/{fund}/snapshots/check", data={"seen": ""})  # a second press
    assert len(jobs.listed(engine, fund, kind=CHECK)) == 1

    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET nav = 1 WHERE fund_id = :fund AND id = :id"),
            {"fund": fund, "id": wrong.id},
        )
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen
    part = client.post(f"/funds/{fund}/snapshots/check", data={"seen": seen[1]}, headers=PARTIAL)
    assert POLLS in part.text
    assert 'hx-swap-oob="innerHTML"' not in part.text
    _do(engine, jobs.listed(engine, fund, kind=CHECK)[0])
    words = _words(_page(client, fund))
    assert "2 snapshots recalculated: 1 is different from the log" in words
    assert "31 Dec 2010, known through #5 : its keyed hash is not that of what it holds" in words
    assert "30 Jun 2010, known through" not in words
    assert right.id != wrong.id


def test_a_check_that_failed_says_why(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    _take(engine, fund, "2010-06-30")
    client.post(f"/funds/{fund}/snapshots/check")
    [job] = jobs.listed(engine, fund, kind=CHECK)
    with engine.begin() as connection:
        claimed = runs.claim(connection, fund, job.id)
        assert claimed
        runs.fail(connection, claimed, "the disk is full", None)
    assert "Verifying failed: the disk is full. Press Verify all" in _page(client, fund)
