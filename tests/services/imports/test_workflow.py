"""An import by its steps: judged, mended, imported once, and left to itself for not too long."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from app.domain.accounts.roles import Role
from app.domain.errors import ImportStepError, UnknownFundError, UnknownImportError
from app.services.accounts import memberships
from app.services.funds import funds
from app.services.imports import jobs as import_jobs
from app.services.imports import uploads, workflow
from app.services.imports.jobs import HANDLERS
from app.services.imports.workflow import Stage, stage_of
from app.services.jobs import jobs, runner
from app.services.jobs.progress import Progress
from app.services.reads import timeline
from app.store import import_files
from app.store.accounts.people import Person
from app.store.import_files import ImportFile
from app.store.jobs import runs
from app.store.jobs.jobs import Job
from tasks import nightly
from tests.ledgers import look
from tests.people import somebody
from tests.workbooks import workbook

HEADER = "effective_on,event_type,company,investor,amount,new_valuation"
ROWS = """
2010-01-01,COMMITMENT_MADE,,Alma LP,1000,
2010-01-15,CAPITAL_CALLED,,,500,
2010-02-01,COMPANY_ADDED,Acme,,,
2010-02-01,INVESTMENT_MADE,Acme,,400,
2010-12-31,VALUATION_UPDATED,Acme,,,600
""".strip()
DUPLICATE = "2010-01-15,CAPITAL_CALLED,,,500,"


def csv(rows: str = ROWS, header: str = HEADER) -> bytes:
    return f"{header}\n{rows}\n".encode()


class Importing:
    """A file on its way, with the worker at hand."""

    def __init__(self, engine: Engine, content: bytes, name: str | None = None) -> None:
        self.engine, self.person = engine, somebody(engine)
        self.name = name or f"Import {uuid4()}"
        self.id = uploads.upload(engine, self.person.id, self.name, "a.csv", content)

    @property
    def who(self) -> tuple[Engine, UUID, UUID]:
        return self.engine, self.id, self.person.id

    @property
    def file(self) -> ImportFile:
        return workflow.find_import(*self.who)

    def stage(self) -> Stage:
        return stage_of(self.file)

    def work(self) -> None:
        """Do what was asked for, as a worker does."""
        for job in reversed(jobs.listed(self.engine, self.id)):
            runner.run(self.engine, HANDLERS, job.fund_id, job.id, 0)

    def findings(self) -> dict[str, object]:
        self.work()
        assert self.file.findings
        return self.file.findings

    def faults(self) -> list[tuple[int, str]]:
        found = self.findings()
        return [(fault["row"], fault["column"]) for fault in found["faults"]]  # type: ignore[attr-defined]


@pytest.fixture
def sound(engine: Engine) -> Importing:
    return Importing(engine, csv())


def test_a_sound_file_is_summed_up_and_imported(engine: Engine, sound: Importing) -> None:
    assert sound.stage() is Stage.JUDGING
    findings = sound.findings()
    assert sound.stage() is Stage.SOUND
    assert findings["events"] == 6
    assert findings["companies"] == 1
    assert (findings["first_on"], findings["last_on"]) == ("2010-01-01", "2010-12-31")
    assert findings["types"][0] == ["FUND_ESTABLISHED", 1]  # type: ignore[index]
    assert findings["figures"] == {
        "paid_in": "500", "distributed": "0", "nav": "700", "tvpi": "1.320000",
    }  # fmt: skip
    with pytest.raises(UnknownFundError):
        funds.fund_by_id(engine, sound.id)
    workflow.commit(*sound.who)
    assert sound.stage() is Stage.WRITING
    sound.work()
    assert funds.fund_by_id(engine, sound.id).name == sound.name
    assert str(look(engine, sound.id, "2010-12-31").figures.nav) == "700"
    [member] = memberships.members(engine, sound.id)
    assert (member.person, member.role) == (sound.person, Role.GP)
    with pytest.raises(UnknownImportError):
        workflow.find_import(*sound.who)


class _Told(Progress):
    """Keeps all that is reported."""

    def __init__(self, engine: Engine, job: Job) -> None:
        super().__init__(engine, job)
        self.counts: list[tuple[int, int | None]] = []

    def report(self, done: int, total: int | None = None) -> None:
        self.counts.append((done, total))
        super().report(done, total)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_are_counted_while_they_are_read_and_while_they_are_judged(
    engine: Engine, form: str
) -> None:
    lines = csv().decode().splitlines()
    content = csv() if form == "csv" else workbook(*(line.split(",") for line in lines))
    job = Importing(engine, content)
    with engine.begin() as connection:
        [asked] = jobs.listed(engine, job.id)
        run = runs.claim(connection, job.id, asked.id)
    assert run
    told = _Told(engine, run)
    HANDLERS[import_jobs.JUDGE](engine, run, told)
    judged = [(each // 2, 5) for each in range(1, 11)]
    assert told.counts == [*((row, None) for row in range(1, 6)), *judged]


def test_asked_for_twice_it_is_imported_once(engine: Engine, sound: Importing) -> None:
    sound.work()
    workflow.commit(*sound.who)
    workflow.commit(*sound.who)
    assert len(jobs.listed(engine, sound.id, kind=import_jobs.WRITE)) == 1
    sound.work()
    [write] = jobs.listed(engine, sound.id, kind=import_jobs.WRITE)
    assert write.result == {"events": 6, "file": "a.csv"}
    assert write.progress_done == write.progress_total == 12
    assert HANDLERS[import_jobs.WRITE](engine, write, None) == {"changed": True}  # type: ignore[arg-type]
    assert len(timeline.between(engine, sound.id, 1, 100)) == 6


def test_while_it_is_imported_nobody_changes_it(sound: Importing) -> None:
    sound.work()
    workflow.commit(*sound.who)
    with pytest.raises(ImportStepError, match="is being imported"):
        workflow.discard(*sound.who)
    with pytest.raises(ImportStepError, match="is being imported"):
        workflow.rename(*sound.who, "Another")
    sound.work()


def test_faults_are_kept_with_their_rows_and_a_corrected_file_mends_them(
    engine: Engine,
) -> None:
    wrong = ROWS.replace("2010-01-15", "2010-13-15").replace(",400,", ",4x,")
    job = Importing(engine, csv(wrong))
    assert job.faults() == [(3, "effective_on"), (5, "amount")]
    assert job.stage() is Stage.FAULTY
    found = job.findings()
    assert found["rows"] == {
        "3": ["2010-13-15", "CAPITAL_CALLED", "", "", "500", ""],
        "5": ["2010-02-01", "INVESTMENT_MADE", "Acme", "", "4x", ""],
    }
    told = workflow.faults_of(*job.who).decode("utf-8-sig").splitlines()
    assert told[0] == "row,column,letter,value,reason"
    assert told[1].startswith("3,effective_on,A,2010-13-15,")
    with pytest.raises(ImportStepError, match="is not sound yet"):
        workflow.commit(*job.who)
    workflow.set_terms(*job.who, {"size": "5000"})
    uploads.replace_file(*job.who, "b.csv", csv())
    assert job.findings()["terms"]["size"] == "5000"  # type: ignore[index]
    assert (job.stage(), job.file.fund_name, job.file.file_name) == (Stage.SOUND, job.name, "b.csv")


def test_characters_that_cannot_be_seen_are_told_by_their_row(engine: Engine) -> None:
    long = "Alma LP " * 20
    rows = ROWS.replace("Alma LP", long).replace("INVESTMENT_MADE,Acme", "INVESTMENT_MADE,Ac\0me")
    more = "\n".join(f"2010-01-01,COMMITMENT_MADE,,{long}{number},1," for number in range(6))
    job = Importing(engine, csv(f"{more}\n{rows}"))
    found: Any = job.findings()["faults"]
    [fault] = found
    assert (fault["row"], fault["column"], fault["value"]) == (11, "company", "Ac\ufffdme")
    assert "characters that cannot be seen (U+0000)" in fault["reason"]


def test_a_dry_run_of_what_was_changed_since_is_not_kept(engine: Engine) -> None:
    job = Importing(engine, csv(ROWS.replace("600", "6x")))
    [first] = jobs.listed(engine, job.id)
    uploads.replace_file(*job.who, "b.csv", csv())
    runner.run(engine, HANDLERS, job.id, first.id, 0)
    assert jobs.find_job(engine, job.id, first.id).result == {"changed": True}
    assert job.stage() is Stage.JUDGING
    job.work()
    assert job.stage() is Stage.SOUND


def test_foreign_headings_are_mapped_first_and_stay_mapped(engine: Engine) -> None:
    foreign = "Day,event_type,company,investor,Sum,new_valuation"
    job = Importing(engine, csv(header=foreign))
    assert job.stage() is Stage.MAPPING
    assert jobs.listed(engine, job.id) == []
    assert job.file.sample[0][4] == "Sum"
    workflow.map_columns(*job.who, {"Day": "effective_on", "Sum": "amount"})
    job.work()
    assert job.stage() is Stage.SOUND
    uploads.replace_file(*job.who, "b.csv", csv(header=foreign.replace("Sum", "SUM")))
    job.work()
    assert job.stage() is Stage.SOUND
    uploads.replace_file(*job.who, "c.csv", csv(header=foreign.replace("Sum", "Total")))
    assert job.stage() is Stage.MAPPING
    assert job.file.mapping == {"Day": "effective_on"}


def test_duplicates_are_marked_and_can_be_taken_as_second_ones(engine: Engine) -> None:
    job = Importing(engine, csv(f"{ROWS}\n{DUPLICATE}\n{DUPLICATE}"))
    found = job.findings()
    assert found["duplicates"] == [7, 8]
    assert [fault["duplicate_of"] for fault in found["faults"]] == [3, 3]  # type: ignore[attr-defined]
    assert set(found["rows"]) == {"3", "7", "8"}  # type: ignore[call-overload]
    workflow.accept_duplicates(*job.who, [7, 4])
    assert job.findings()["duplicates"] == [8]
    workflow.accept_duplicates(*job.who, None)
    assert job.findings()["events"] == 8
    workflow.commit(*job.who)
    job.work()
    assert str(look(engine, job.id).figures.paid_in) == "1500"


def test_a_corrected_file_keeps_the_second_ones_whose_rows_say_the_same(engine: Engine) -> None:
    other = DUPLICATE.replace("500", "7")
    job = Importing(
        engine, csv(f"{ROWS}\n{other}\n{other}\n{DUPLICATE}\n{DUPLICATE}\nno,CAPITAL_CALLED")
    )
    assert job.findings()["duplicates"] == [8, 9, 10]
    workflow.accept_duplicates(*job.who, [8, 9])
    assert job.findings()["duplicates"] == [10]
    # One pair says something else now, and all other rows have moved.
    changed = other.replace("7", "8")
    twice = ROWS.replace(DUPLICATE, f"{DUPLICATE}\n{DUPLICATE}")
    moved = f"{DUPLICATE}\n{changed}\n{changed}\n{twice}"
    uploads.replace_file(*job.who, "b.csv", csv(moved))
    found = job.findings()
    assert found["duplicates"] == [4, 7]
    assert [fault["duplicate_of"] for fault in found["faults"]] == [3, 2]  # type: ignore[attr-defined]


def test_terms_of_the_file_take_the_place_of_those_given(engine: Engine) -> None:
    job = Importing(engine, csv())
    workflow.set_terms(*job.who, {"size": "nothing"})
    found = job.findings()
    assert found["terms"]
    assert found["faults"] == []
    assert job.stage() is Stage.FAULTY
    terms = {"currency": "EUR", "size": "9", "vintage_year": 2010, "inception_on": "2010-01-01"}
    quoted = json.dumps(terms).replace('"', '""')
    own = csv(f'2010-01-01,FUND_ESTABLISHED,"{quoted}"', "effective_on,event_type,terms")
    uploads.replace_file(*job.who, "b.csv", own)
    assert job.findings()["terms"]["currency"] == "EUR"  # type: ignore[index]
    assert job.findings()["terms_given"] is True


def test_a_name_that_is_taken_can_be_changed_even_at_the_last_moment(engine: Engine) -> None:
    one, other = (
        Importing(engine, csv(), "Twice the name"),
        Importing(engine, csv(), "Twice the Name"),
    )
    for each in (one, other):
        each.work()
        workflow.commit(*each.who)
    one.work()
    other.work()
    assert other.stage() is Stage.SOUND
    assert "another fund" in workflow.name_fault(engine, other.file.fund_name)
    with pytest.raises(ImportStepError, match="another fund"):
        workflow.commit(*other.who)
    workflow.rename(*other.who, f"Another {uuid4()}")
    workflow.commit(*other.who)
    other.work()
    assert funds.fund_by_id(engine, other.id).name.startswith("Another")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "is empty"), (b"%PDF-1.7", "is a PDF"), (b"PK\x03\x04 and no more", "cut short")],
)
def test_what_cannot_be_read_is_not_kept(engine: Engine, content: bytes, told: str) -> None:
    person = somebody(engine)
    with pytest.raises(ImportStepError, match=told):
        uploads.upload(engine, person.id, "Nothing", "a.pdf", content)
    assert workflow.listed(engine, person.id) == []


def test_a_file_is_its_owners_alone(engine: Engine, sound: Importing) -> None:
    stranger: Person = somebody(engine)
    for step in (workflow.find_import, workflow.commit, workflow.discard):
        with pytest.raises(UnknownImportError):
            step(engine, sound.id, stranger.id)
    assert workflow.listed(engine, stranger.id) == []
    assert [each.fund_id for each in workflow.listed(engine, sound.person.id)] == [sound.id]


def test_too_many_files_at_once_are_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST", 1)
    job = Importing(engine, csv())
    with pytest.raises(ImportStepError, match="finish or discard"):
        uploads.upload(engine, job.person.id, "Another", "b.csv", csv())
    workflow.discard(*job.who)
    uploads.upload(engine, job.person.id, "Another", "b.csv", csv())


def test_as_many_files_as_may_be_are_on_their_way_however_many_come_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST", 2)
    person, together = somebody(engine), Barrier(4)

    def upload(number: int) -> bool:
        together.wait()
        try:
            uploads.upload(engine, person.id, f"At once {number}", "a.csv", csv())
        except ImportStepError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upload, range(4))) == [False, False, True, True]
    assert len(workflow.listed(engine, person.id)) == 2


@pytest.fixture
def old(engine: Engine) -> Importing:
    """Return a file that nobody touched for longer than it is kept."""
    job = Importing(engine, csv())
    age = import_jobs.KEPT + timedelta(minutes=1)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE import_file SET changed_at = changed_at - :age WHERE fund_id = :fund"),
            {"age": age, "fund": job.id},
        )
    return job


def test_what_nobody_goes_on_with_is_discarded_after_a_week(
    engine: Engine, old: Importing, sound: Importing
) -> None:
    nightly.run(engine)
    assert old.stage() is Stage.JUDGING, "a job is on it"
    old.work()
    sound.work()
    nightly.run(engine)
    with engine.connect() as connection:
        assert import_files.find_file(connection, old.id, old.person.id) is None
    assert sound.stage() is Stage.SOUND
