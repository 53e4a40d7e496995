"""Filters are read from the address, and what cannot be read is told with how to mend it."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from flask import Flask
from pydantic import TypeAdapter

from app.domain.errors import BeyondKnowledgeError
from app.web.shared.filters import (
    FilterField,
    FilterForm,
    PagedForm,
    not_before,
    read_day,
    read_sequence,
)


class _Filters(FilterForm):
    what = FilterField(
        TypeAdapter(Literal["events", "state"]).validate_python, default="events", mend="choose one"
    )
    start = FilterField(read_day)
    end = FilterField(read_day, [not_before("start")])
    before = FilterField(read_sequence, mend="write a sequence")


def _read(app: Flask, query: str) -> _Filters:
    with app.test_request_context(f"/?{query}"):
        return _Filters.from_address()


def test_what_is_left_out_or_empty_is_the_default(app: Flask) -> None:
    form = _read(app, "start=&end=%20").checked()
    assert form.data == {"what": "events", "start": None, "end": None, "before": None}
    assert form.given == form.faults == {}


def test_what_is_given_is_read_and_kept_as_it_was_typed(app: Flask) -> None:
    form = _read(app, "what=state&start=%202012-03-31&end=2012-03-31T23:00:00-02:00&before=12")
    assert form.checked().data["end"] == date(2012, 4, 1)
    assert form.before.data == 12
    assert form.given == {
        "what": "state",
        "start": "2012-03-31",
        "end": "2012-03-31T23:00:00-02:00",
    }


def test_each_filter_that_cannot_be_read_says_how_to_mend_it(app: Flask) -> None:
    form = _read(app, "what=all&start=x&before=-1")
    assert form.faults["what"] == "choose one"
    assert form.faults["start"].startswith("write a date such as 2012-03-31")
    assert _read(app, "start=2012-02-02&end=2012-02-01").faults == {
        "end": "lies before 2 Feb 2012: choose that day or a later one"
    }
    with pytest.raises(BeyondKnowledgeError) as refused:
        form.checked("before")
    assert (refused.value.field, refused.value.value) == ("before", "-1")


@pytest.mark.parametrize(("query", "number"), [("", 1), ("page=3", 3), ("page=x", 1)])
def test_a_page_that_is_no_number_is_the_first(app: Flask, query: str, number: int) -> None:
    with app.test_request_context(f"/?{query}"):
        assert PagedForm.from_address().number == number
