"""The forms of an import: the file, the name of the fund to be, what headings mean, terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import orjson
from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import FileField, Form, SelectMultipleField, StringField, SubmitField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.domain.errors import ImportStepError, LimitReachedError
from app.web.shared.filters import FilterField, PagedForm

SMALL_TERMS = ("currency", "size", "vintage_year", "inception_on")
_ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,text/csv"
_MOST_TERMS = 256 * 1024  # bytes


class ImportFilters(PagedForm):
    """What is shown of an import: a page of its faults, or its columns once more."""

    columns = FilterField()


class SentForm(Form):
    """A form of which a part may be files."""

    @classmethod
    def sent(cls) -> Self:
        """Read what was sent."""
        return cls(CombinedMultiDict((request.form, request.files)))

    def refuse(self, error: ImportStepError) -> None:
        """Put a refusal beside the field that it is about; raise it where there is none."""
        if error.field not in self:
            raise error
        field = self[error.field]
        reason = error.reason if error.reason.startswith("the file") else f"it {error.reason}"
        field.errors = [*field.errors, f"{reason[:1].upper()}{reason[1:]}."]


class FileForm(SentForm):
    """A file of events."""

    file = FileField("File, CSV or XLSX", render_kw={"accept": _ACCEPTED})

    def put_off(self, error: LimitReachedError) -> None:
        """Say beside the file that it was not taken now; the browser does not send it again."""
        message = f"{error.reason[:1].upper()}{error.reason[1:]} Then choose the file again."
        self.file.errors = [*self.file.errors, message]

    def validate_file(self, field: FileField) -> None:
        """See that there is one."""
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError("Choose a file.")

    @property
    def file_name(self) -> str:
        """The file's name, without folders and cut to a length that can be shown."""
        name = str(self.file.data.filename).replace("\\", "/").rsplit("/", 1)[-1]
        return name.replace("\0", "")[-200:]

    @property
    def content(self) -> bytes:
        """What is in it."""
        return bytes(self.file.data.read())


class NameForm(SentForm):
    """The name of the fund to be."""

    name = StringField("Name of the new fund", render_kw={"maxlength": 200, "autocomplete": "off"})

    @property
    def fund_name(self) -> str:
        """The name on one line, cut to a length that can be shown."""
        return " ".join(str(self.name.data or "").replace("\0", "").split())[:200]


class CommitForm(NameForm):
    """What is said at last: the name, and the vintage where the file does not say it."""

    vintage_year = StringField(
        "Vintage year",
        id="asked_vintage",
        render_kw={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"},
    )

    @property
    def vintage(self) -> int | None:
        """The vintage; None where none was asked for. Raises ImportStepError for no year."""
        text = str(self.vintage_year.data or "").strip()
        if not self.vintage_year.raw_data:
            return None
        if not _is_year("vintage_year", text):
            raise ImportStepError("vintage_year", text[:20], "is no year: write it like 2004")
        return int(text)


class UploadForm(NameForm, FileForm):
    """A file, and the fund that is to become of it; or the example."""

    example = SubmitField()


class ColumnsForm(BaseForm):
    """What the headings of a file mean: a field for each, named by its place in the header.

    The dry run refuses what is no column. The template draws the choices: WTForms would take 25
    times as long for the many of a wide file.
    """

    def __init__(self, header: Sequence[str], sent: MultiDict[str, str]) -> None:
        """Read what was sent for each heading that is not empty."""
        texts = (" ".join(heading.split()) for heading in header)
        self._headings = {str(index): text for index, text in enumerate(texts) if text}
        fields: dict[str, Any] = {index: StringField() for index in self._headings}
        super().__init__(fields, prefix="column")
        self.process(sent)

    @property
    def mapping(self) -> dict[str, str]:
        """The column of each heading of which something was said."""
        said = {heading: self[index] for index, heading in self._headings.items()}
        return {heading: str(each.data) for heading, each in said.items() if each.raw_data}


class DuplicatesForm(SentForm):
    """Which rows are second facts of their kind: those marked, or all that are duplicates."""

    row = SelectMultipleField(coerce=int, choices=[], validate_choice=False)
    all = SubmitField()

    @property
    def rows(self) -> list[int] | None:
        """The rows that are marked; None for all."""
        return None if self.all.data else self.row.data or []


class TermsForm(SentForm):
    """The terms that matter most, each of which may be left to the file; the rest as JSON."""

    currency = StringField("Currency", render_kw={"maxlength": 3, "autocomplete": "off"})
    size = StringField("Size", render_kw={"inputmode": "decimal", "autocomplete": "off"})
    vintage_year = StringField("Vintage", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    inception_on = StringField("Inception", render_kw={"type": "text", "autocomplete": "off"})
    file = FileField("Or all terms, as JSON", render_kw={"accept": ".json,application/json"})

    def terms(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the terms as raw JSON; a file takes the place of all that was given `before`.

        Raises ImportStepError for a file that is no JSON object.
        """
        others = {name: value for name, value in before.items() if name not in SMALL_TERMS}
        typed = {name: str(self[name].data or "").strip() for name in SMALL_TERMS}
        given: dict[str, Any] = {name: text for name, text in typed.items() if text}
        given |= {name: int(text) for name, text in given.items() if _is_year(name, text)}
        if isinstance(self.file.data, FileStorage) and self.file.data.filename:
            return given | _json_object(self.file.data)
        return others | given


def _is_year(name: str, text: str) -> bool:
    return name == "vintage_year" and text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004


def _json_object(file: FileStorage) -> dict[str, Any]:
    content = file.read(_MOST_TERMS + 1)
    if len(content) > _MOST_TERMS:
        reason = (
            f"has more than {_MOST_TERMS // 1024} KB: terms are a page of JSON, leave out the rest"
        )
        raise ImportStepError("file", "", reason)
    try:
        terms = orjson.loads(content)
        written = orjson.dumps(terms)
    except orjson.JSONDecodeError as error:
        raise ImportStepError("file", "", f"is not JSON: {error}") from error
    except orjson.JSONEncodeError as error:  # it reads deeper objects than it writes
        raise ImportStepError("file", "", "is nested too deeply: flatten it") from error
    if b"\\u0000" in written:
        raise ImportStepError("file", "", "has characters that cannot be seen (U+0000)")
    if not isinstance(terms, dict):
        raise ImportStepError("file", "", 'is not a JSON object, such as {"size": "50000000"}')
    return terms
