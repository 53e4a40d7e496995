"""Addresses and tokens are blanked wherever they stand, and of words without end only some stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.observability.redaction import blanked, traceback_of

_EMAIL = re.compile(r"[^\s@\"'<>(),;:=/]+@[^\s@\"'<>(),;:=/]+\.\w{2,}")


@given(st.text(alphabet='ab.@ =/"é_-', max_size=40))
def test_every_email_is_blanked_as_by_a_look_from_each_character(text: str) -> None:
    assert blanked(text) == _EMAIL.sub("…", text)


@pytest.mark.parametrize("before", ["", "asof_", "asof_-asof_-", "key="])
def test_a_token_is_blanked_whatever_stands_before_it(before: str) -> None:
    assert "Zk3" not in blanked(f"{before} asof_{'Zk3-q' * 8} failed")


def test_of_an_errors_words_without_end_the_beginning_stays() -> None:
    written = traceback_of(ValueError("“" * 200_000))
    assert len(written) < 5_000
    assert "ValueError" in written
