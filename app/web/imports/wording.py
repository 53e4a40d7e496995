"""Imports in the words of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.terms import Terms
from app.services.imports.jobs import WRITE
from app.services.imports.workflow import Stage
from app.store.jobs.jobs import Job
from app.web.jobs.wording import given_up, not_begun
from app.web.setup.review import terms_in_words
from app.web.shared.formats import counted

_STAGES = {
    Stage.MAPPING: "Columns to match",
    Stage.JUDGING: "Dry run in progress",
    Stage.FAULTY: "Has errors to fix",
    Stage.SOUND: "Valid, ready to import",
    Stage.WRITING: "Importing",
    Stage.FAILED: "Failed",
}
# Where in a fund's terms stands what a step of setting one up asks for, and how to name it.
_STEPS = {
    "fees": ("management_fee", ""),
    "carry": ("carry", ""),
    "deployment": ("deployment", "Deployment, "),
    "reserves": ("reserves", "Reserves, "),
}
_FROM_ROWS = {"size", "vintage_year", "inception_on"}


def stage_words(stage: Stage) -> str:
    """Say how far an import has come."""
    return _STAGES[stage]


def sound_words(findings: Mapping[str, Any]) -> str:
    """Say that a file is sound, and how much it holds."""
    return counted(findings["events"], "valid event")


def status(job: Job | None, now: datetime) -> str:
    """Say how far the job on a file is."""
    if job is None:
        return ""
    if job.status == "failed":
        return f"{given_up(job)}: {job.error}"
    return _waiting(job, now) if job.status == "queued" else _running(job)


def _waiting(job: Job, now: datetime) -> str:
    if said := not_begun(job, now):
        return said
    if job.error:
        return f"An attempt failed ({job.error}); it is retried soon"
    return "Queued"


def _running(job: Job) -> str:
    if not job.progress_total:
        read = job.progress_done
        return f"{counted(read, 'row')} read" if read else "Opening the file"
    share = (job.progress_done or 0) * 100 // job.progress_total
    if job.kind == WRITE:
        return f"Importing: {share}%"
    return f"{job.progress_done or 0:,} of {job.progress_total:,} rows checked"


def news(stage: Stage, findings: Mapping[str, Any]) -> str:
    """Sum up how it stands, in words that stay the same while only numbers move."""
    if stage is Stage.FAULTY:
        return f"{counted(findings['count'], 'error')}. Nothing was imported."
    if stage is Stage.SOUND:
        return f"{sound_words(findings)}."
    return f"{_STAGES[stage]}."


def terms(
    values: Mapping[str, Any], given: set[str], *, in_file: bool = False
) -> list[tuple[str, str, str]]:
    """Return terms by name, each as text and with where it comes from."""
    rows = []
    for step, answers in terms_in_words(Terms.model_validate(values)).items():
        for field, label, text in answers:
            name, head = _STEPS.get(step, (field, ""))
            title = f"{head}{label[0].lower()}{label[1:]}" if head else label
            rows.append((title, text, _origin(name, given, in_file)))
    return rows


def _origin(name: str, given: set[str], in_file: bool) -> str:  # noqa: FBT001 (it is plain enough)
    if in_file:
        return "in the file"
    if name in given:
        return "given"
    return "from the rows" if name in _FROM_ROWS else "by default"


FILTERS = (stage_words, sound_words)
