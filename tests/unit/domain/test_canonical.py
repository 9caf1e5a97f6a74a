from __future__ import annotations

import dataclasses
import json
import typing
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from helpers import sample_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parotis.domain import canonical, paths
from parotis.domain.case import Case


def _texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(
        lambda text: unicodedata.normalize("NFC", text)
    )


_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: _texts(),
    bool: st.booleans(),
    int: st.integers(0, 10),
    Decimal: st.decimals(0, 300, places=2),
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    datetime: st.integers(-600_000_000, 4_000_000_000).map(
        lambda second: datetime.fromtimestamp(second, timezone(timedelta(hours=-6)))
    ),
}


def _values(hint: Any) -> st.SearchStrategy[Any]:
    plain = paths.without_none(hint)
    if isinstance(plain, type) and dataclasses.is_dataclass(plain):
        made = _objects(plain)
        return st.none() | made.filter(lambda value: value != type(value)()) if plain is not hint else made
    if typing.get_origin(plain) is typing.Literal:
        return st.none() | st.sampled_from(typing.get_args(plain))
    if typing.get_origin(plain) is tuple:
        return _tuples(plain, optional=plain is not hint)
    if plain in _LEAVES:
        return st.none() | _LEAVES[plain] if plain is not hint else _LEAVES[plain]
    return st.none() | st.one_of(*[_LEAVES[part] for part in typing.get_args(plain)])


def _tuples(hint: Any, *, optional: bool) -> st.SearchStrategy[Any]:
    arguments = typing.get_args(hint)
    if arguments[-1] is Ellipsis:
        items = _values(arguments[0]).filter(lambda value: value is not None)
        return st.lists(items, max_size=2).map(tuple)
    made = st.tuples(*[_values(argument) for argument in arguments])
    return st.none() | made.filter(lambda value: any(part is not None for part in value)) if optional else made


def _objects(owner: type) -> st.SearchStrategy[Any]:
    hints = paths.field_types(owner)
    return st.builds(owner, **{field.name: _values(hints[field.name]) for field in dataclasses.fields(owner)})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(_objects(Case))
def test_any_case_comes_back_from_its_canonical_bytes_as_it_was(case: Case) -> None:
    assert canonical.decoded(canonical.encoded(case)) == case


@pytest.mark.parametrize("name", sample_cases.NAMES)
def test_canonical_bytes_of_a_sample_say_what_its_file_says(name: str) -> None:
    written = json.loads(canonical.encoded(sample_cases.case(name)))
    expected = json.loads(sample_cases.as_bytes(sample_cases.document(name)))
    assert _without_nulls(written) == _without_nulls(expected)


def test_equal_cases_have_equal_bytes_however_their_numbers_were_typed() -> None:
    document = sample_cases.document()
    document["findings"][0]["lesions"][0]["size_mm"] = [Decimal("14.20"), Decimal("11"), Decimal("9.800")]
    document["technique"]["mechanical_index"] = Decimal("0.80")
    assert canonical.encoded(canonical.from_json(document)) == canonical.encoded(sample_cases.case())


def test_decomposed_text_is_stored_composed() -> None:
    document = sample_cases.document()
    document["patient"]["family_name"] = "Nu\u0301n\u0303ez"
    assert canonical.from_json(document).patient.family_name == "N\u00fa\u00f1ez"


def test_clinical_bytes_hold_no_claim_and_no_subscriber() -> None:
    clinical = canonical.clinical_encoded(sample_cases.case())
    assert b"claim" not in clinical
    assert b"PDP-558-221-09" not in clinical
    assert json.loads(clinical)["findings"] == json.loads(canonical.encoded(sample_cases.case()))["findings"]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
