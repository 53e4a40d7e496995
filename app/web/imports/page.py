"""An import under way, put in the form in which the templates show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.services.import_files.columns import CURRENCY, ENVELOPE_COLUMNS, PAYLOAD_COLUMNS
from app.services.import_files.header import IGNORED
from app.services.import_files.mapping import propose_mapping, unit_below
from app.services.imports import workflow
from app.services.imports.jobs import KEPT
from app.services.imports.report import Findings
from app.services.imports.workflow import Stage, stage_of
from app.store.import_files import ImportFile
from app.web.imports import wording
from app.web.imports.fault_table import FaultTable
from app.web.imports.forms import CommitForm, FileForm, ImportFilters, NameForm, TermsForm

_SAMPLES = 3  # cells shown of each column
_AT = {Stage.MAPPING: 1, Stage.JUDGING: 2, Stage.FAULTY: 2, Stage.FAILED: 2}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the file, what stands below it, and what it may mean."""

    index: int  # in the header, from 0
    text: str
    samples: list[str]
    column: str  # that is proposed, or was chosen
    is_guess: bool  # it may not be what is meant

    @property
    def unit(self) -> str:
        """What the numbers below it are in, in words; empty where it says nothing of that."""
        unit = unit_below(self.text, self.column)
        return str(unit) if unit else ""


@dataclass(frozen=True)
class ImportView:
    """An import as its page shows it."""

    file: ImportFile
    stage: Stage
    name_fault: str
    now: datetime
    form: FileForm
    terms_form: TermsForm
    commit_form: CommitForm
    asked: ImportFilters

    @property
    def is_moving(self) -> bool:
        """Whether a job is on it, so that the page is to look again."""
        return self.stage in {Stage.JUDGING, Stage.WRITING}

    @property
    def step(self) -> int:
        """Which of the steps it is at, from 0."""
        return _AT.get(self.stage, 3)

    @property
    def findings(self) -> Findings:
        """What the dry run has found."""
        return self.file.findings or {}

    @property
    def put_off(self) -> str:
        """Why the import was not written, where it can be tried again later."""
        result = self.file.job.result if self.file.job else None
        return str(result["put_off"]) if isinstance(result, dict) and "put_off" in result else ""

    @property
    def notes(self) -> list[str]:
        """How the dry run has read cells that can be read in two ways."""
        notes: list[str] = self.findings.get("notes", [])
        return notes

    @property
    def kept_until(self) -> date:
        """The day on which it is discarded where nobody goes on with it."""
        return (self.file.changed_at + KEPT).date()

    @property
    def status(self) -> str:
        """How far the job on it is."""
        return wording.status(self.file.job, self.now)

    @property
    def news(self) -> str:
        """What someone who does not see the page is told as it changes."""
        return wording.news(self.stage, self.findings)

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings of the file, with a column proposed for each."""
        header, *rows = self.file.sample
        chosen = {name.casefold(): column for name, column in self.file.mapping.items()}
        return [
            Heading(
                index,
                each.heading,
                _filled(rows, index),
                chosen.get(each.heading.casefold(), each.column or IGNORED),
                is_guess=each.how != "same" and each.heading.casefold() not in chosen,
            )
            for index, each in enumerate(
                propose_mapping([" ".join(heading.split()) for heading in header])
            )
        ]

    @property
    def column_groups(self) -> dict[str, tuple[str, ...]]:
        """The columns that headings can mean."""
        return {
            "Of every event": ENVELOPE_COLUMNS,
            "By type of event": PAYLOAD_COLUMNS,
            "Compared with the fund's": (CURRENCY,),
        }

    @property
    def name_form(self) -> NameForm:
        """The name of the fund to be, with what is wrong with it."""
        form = NameForm(name=self.file.fund_name)
        form.name.errors = [f"The name {self.name_fault}."] if self.name_fault else []
        return form

    @cached_property
    def faults(self) -> FaultTable:
        """The rows at fault, a page at a time."""
        return FaultTable(self.findings, self.asked.number)

    @property
    def types(self) -> list[tuple[str, int]]:
        """How many events of each type there are."""
        return [(EVENT_NAMES[EventType(kind)], count) for kind, count in self.findings["types"]]

    @property
    def terms(self) -> list[tuple[str, str, str]]:
        """The terms that the fund will have: name, text, and where they come from."""
        if self.findings["terms_given"]:
            given: set[str] = set()
            return wording.terms(self.findings["terms"], given, in_file=True)
        return wording.terms(self.findings["terms"], set(self.file.terms))

    @property
    def asks_for_vintage(self) -> bool:
        """Whether the vintage year only follows from the rows, and is to be confirmed."""
        return self.stage is Stage.SOUND and _guessed_vintage(self.file) is not None

    @property
    def takes_terms(self) -> bool:
        """Whether terms can be given: the file has none, as far as that is known."""
        return not self.findings.get("terms_given")

    @property
    def other_terms(self) -> list[str]:
        """Which terms were given besides those in the form."""
        return sorted(set(self.file.terms) - set(self.terms_form.data))


def _guessed_vintage(file: ImportFile) -> int | None:
    """Return the vintage year that follows from the rows; None where it was given, or not yet."""
    found = file.findings or {}
    if not found.get("sound") or found["terms_given"] or "vintage_year" in file.terms:
        return None
    return int(found["terms"]["vintage_year"])


def load_import_page(engine: Engine, file: ImportFile, now: datetime, **forms: Any) -> ImportView:  # noqa: ANN401
    """Put an import into the form of its page; `forms` are those that came back."""
    stage = stage_of(file)
    terms_form = forms.get("terms_form") or _terms_form(file)
    return ImportView(
        file,
        stage,
        workflow.name_fault(engine, file.fund_name) if stage is not Stage.WRITING else "",
        now,
        forms.get("form") or FileForm(),
        terms_form,
        forms.get("commit_form") or CommitForm(vintage_year=_guessed_vintage(file)),
        ImportFilters.from_address(),
    )


def _filled(rows: list[list[str]], index: int) -> list[str]:
    """Return the first cells of a column that are not empty."""
    cells = (row[index] for row in rows if index < len(row) and row[index])
    return list(islice(dict.fromkeys(cells), _SAMPLES))


def _terms_form(file: ImportFile) -> TermsForm:
    """Fill the form with what was given, and put the faults of the terms beside their fields."""
    form = TermsForm(data={name: str(value) for name, value in file.terms.items()})
    findings = file.findings or {}
    if not findings.get("sound", True):
        for fault in findings["terms"]:
            if fault["column"] in form:
                field = form[fault["column"]]
                field.errors = [*field.errors, f"{fault['reason']}."]
    return form
