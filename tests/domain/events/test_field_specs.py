"""What is known of payload fields agrees with what payloads carry."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from app.domain.events.catalogue import PAYLOADS
from app.domain.events.field_specs import FIELD_SPECS, Unit
from app.domain.fields import Day, Money, Share

_UNITS: list[tuple[object, set[Unit]]] = [
    (Share, {"percent"}),
    (Day, {"day"}),
    (Money, {"money", "number"}),  # shares are counted
]
_HINTS = {
    name: hint
    for model in PAYLOADS.values()
    for name, hint in get_type_hints(model, include_extras=True).items()
    if name in model.model_fields
}


def test_each_spec_is_of_a_field_that_a_payload_carries() -> None:
    assert FIELD_SPECS.keys() <= _HINTS.keys()


@pytest.mark.parametrize("name", sorted(_HINTS))
def test_what_has_a_unit_by_its_type_has_it_in_its_spec(name: str) -> None:
    for kind, units in _UNITS:
        if _HINTS[name] in (kind, kind | None):  # type: ignore[operator] # of Annotated types
            assert name in FIELD_SPECS
            assert FIELD_SPECS[name].unit in units


def test_no_two_fields_have_a_synonym_in_common() -> None:
    synonyms = [
        synonym.strip()
        for spec in FIELD_SPECS.values()
        for synonym in spec.synonyms.split(",")
        if synonym
    ]
    assert len(set(synonyms)) == len(synonyms)
