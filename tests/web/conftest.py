"""What holds for every page: all that a template shows is read before it is rendered."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import before_render_template, template_rendered
from jinja2 import Template
from sqlalchemy.pool import Pool

_rendering = threading.local()


@pytest.fixture(autouse=True)
def _templates_read_nothing() -> Iterator[None]:
    """Fail a test in which a template asked the database."""
    asked: list[str] = []

    def begin(_: object, template: Template, **_context: object) -> None:
        _rendering.names = [*getattr(_rendering, "names", []), str(template.name)]

    def end(_: object, **_context: object) -> None:
        _rendering.names = _rendering.names[:-1]

    def note(*_: object) -> None:
        if rendering := getattr(_rendering, "names", []):
            asked.append(rendering[-1])

    _rendering.names = []
    sa.event.listen(Pool, "checkout", note)
    with before_render_template.connected_to(begin), template_rendered.connected_to(end):
        yield
    sa.event.remove(Pool, "checkout", note)
    assert asked == [], f"asked the database while they were rendered: {sorted(set(asked))}"
