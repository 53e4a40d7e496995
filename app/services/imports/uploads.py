"""Import files as they come in: looked into, kept, and judged where their header is plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import ImportStepError
from app.services.import_files.mapping import propose_mapping
from app.services.imports.report import sample
from app.services.imports.workflow import changing, judge
from app.services.sheets import UnreadableFileError
from app.store import import_files
from app.store.accounts import person_limits

MOST = 20  # files that a person may have on their way


def upload(engine: Engine, person_id: UUID, name: str, file_name: str, content: bytes) -> UUID:
    """Keep a file; return the id of the fund to be, whose name may be mended later.

    Raises ImportStepError for a file that cannot be read, and LimitReachedError.
    """
    rows = _read(content)
    with engine.begin() as connection:
        person_limits.lock(connection, person_id)
        if len(import_files.listed(connection, person_id)) >= MOST:
            raise ImportStepError(
                "file", file_name, f"{MOST} imports of yours are under way: finish or discard one"
            )
        fund_id = import_files.add(connection, person_id, name, file_name, content)
        _settle(connection, fund_id, person_id, {}, sample=rows)
    return fund_id


def replace_file(
    engine: Engine, fund_id: UUID, person_id: UUID, file_name: str, content: bytes
) -> None:
    """Take a corrected file in the place of one; name, columns and terms stay.

    So do rows that were taken as second facts, where the file still says the same in them.

    Raises ImportStepError for a file that cannot be read.
    """
    rows = _read(content)
    with changing(engine, fund_id, person_id) as (connection, file):
        new = {"file_name": file_name, "content": content, "sample": rows}
        _settle(connection, fund_id, person_id, file.mapping, **new)


def _read(content: bytes) -> list[list[str]]:
    try:
        rows = sample(content)
    except UnreadableFileError as error:
        raise ImportStepError("file", "", error.reason) from error
    if not rows:
        reason = "the file is empty: begin with a header such as effective_on,event_type,amount"
        raise ImportStepError("file", "", reason)
    return rows


def _settle(
    connection: Connection,
    fund_id: UUID,
    person_id: UUID,
    mapping: Mapping[str, str],
    **values: Any,  # noqa: ANN401 (columns)
) -> None:
    """Judge a new file where it is plain what its headings mean, else ask for that first."""
    headings = {" ".join(heading.split()) for heading in values["sample"][0]}
    folded = {heading.casefold() for heading in headings}
    known = {heading: said for heading, said in mapping.items() if heading.casefold() in folded}
    settled = {heading.casefold() for heading in known}
    is_plain = all(
        not each.heading or each.how == "same" or each.heading.casefold() in settled
        for each in propose_mapping(sorted(headings))
    )
    if is_plain:
        judge(connection, fund_id, person_id, mapping=known, **values)
    else:
        import_files.change(connection, fund_id, mapping=known, is_mapped=False, **values)
