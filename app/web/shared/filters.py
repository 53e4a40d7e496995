"""Filters in the address of a page: forms that are read from it, and tell what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Self

from flask import request
from wtforms import Form
from wtforms.validators import ValidationError

from app.domain.errors import BeyondKnowledgeError
from app.domain.viewpoint import parse_day
from app.domain.whole_numbers import DIGITS, parse_whole
from app.web.shared.form_fields import TextField
from app.web.shared.formats import short_date


class FilterField(TextField):
    """A filter, of which no more is read than a page can show."""

    longest = 254


class FilterForm(Form):
    """The filters of a page."""

    def __iter__(self) -> Iterator[FilterField]:
        """Return its fields."""
        return super().__iter__()  # type: ignore[return-value] # it has no others

    @classmethod
    def from_address(cls) -> Self:
        """Read the address at work."""
        form = cls(request.args)
        form.validate()
        return form

    def checked(self, *names: str) -> Self:
        """Return the form. Raises BeyondKnowledgeError where one of these cannot be read."""
        for each in self:
            if each.errors and (each.name in names or not names):
                raise BeyondKnowledgeError(each.name, each.typed, each.errors[0])
        return self

    @property
    def given(self) -> dict[str, str]:
        """The filters as they were typed, without the empty ones and where a page begins."""
        return {each.name: each.typed for each in self if each.typed and each.name != "before"}

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with each filter that cannot be read, and how to mend it."""
        return {each.name: str(each.errors[0]) for each in self if each.errors}


class PagedForm(FilterForm):
    """The filters of a list whose pages are numbered."""

    page = FilterField(int)

    @property
    def number(self) -> int:
        """Which page is asked for; the first where that is no number."""
        return self.page.data or 1


def read_day(text: str) -> date:
    """Read a day, or an instant, which means its UTC day. Raises BeyondKnowledgeError."""
    return parse_day(text, "")


def read_sequence(text: str) -> int:
    """Read a sequence; of one with more digits than any has, the first. Raises ValueError."""
    return parse_whole(text[:DIGITS] if text.isdigit() else text)


def not_before(start: str) -> Callable[[FilterForm, FilterField], None]:
    """Return what checks that a period does not end before the day that another filter names."""

    def check(form: FilterForm, field: FilterField) -> None:
        first = form[start].data
        if first and field.data and field.data < first:
            raise ValidationError(
                f"lies before {short_date(first)}: choose that day or a later one"
            )

    return check
