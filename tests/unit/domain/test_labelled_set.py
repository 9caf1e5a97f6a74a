"""Complete drafts pass without a word, and one seeded fault in a draft is named where it is."""

import dataclasses
from decimal import Decimal

import pytest
from helpers import labelled_drafts, labelled_set

from parotis.domain import canonical, checks

CLEAN = labelled_set.clean()
SEEDED = labelled_set.seeded()
BEFORE = {draft.name: labelled_set.issues_of(draft.document) for draft in CLEAN}


def test_the_set_is_large_enough_to_mean_something():
    assert len(CLEAN) >= 80
    assert len(SEEDED) >= 80
    assert len({fault.name for fault in SEEDED}) == len(SEEDED)
    assert len({fault.kind for fault in SEEDED}) >= 12


def test_at_most_two_clean_drafts_in_a_hundred_are_spoken_about():
    alarmed = {name: labelled_set.false_alarms(found) for name, found in BEFORE.items()}
    spoken = {name: [(i.code, i.path) for i in found] for name, found in alarmed.items() if found}
    assert 100 * len(spoken) / len(CLEAN) <= labelled_set.MOST_FALSE_ALARMS_IN_100, spoken


@pytest.mark.parametrize("draft", CLEAN, ids=[draft.name for draft in CLEAN])
def test_clean_draft_can_be_signed(draft):
    assert [issue for issue in BEFORE[draft.name] if issue.blocks] == []


@pytest.mark.parametrize("fault", SEEDED, ids=[fault.name for fault in SEEDED])
def test_seeded_fault_is_named_where_it_is(fault):
    found = labelled_set.issues_of(fault.document)
    fresh = [(issue.code, issue.path) for issue in found if issue not in BEFORE[fault.base]]
    assert labelled_set.names_the_fault(fault, found, BEFORE[fault.base]), fresh


@pytest.mark.parametrize("fault", [f for f in SEEDED if f.kind in ("views", "limits")], ids=lambda fault: fault.name)
def test_missing_views_and_limits_never_keep_a_report_from_being_signed(fault):
    assert [issue for issue in labelled_set.issues_of(fault.document) if issue.blocks] == []


def with_numbers(value, number):
    """The same exam with every decimal replaced."""
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **{name: with_numbers(inner, number) for name, inner in fields.items()})
    if isinstance(value, tuple):
        return tuple(with_numbers(inner, number) for inner in value)
    return number if isinstance(value, Decimal) else value


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "0", "1E+40"])
def test_numbers_that_cannot_be_never_stop_the_checks(number):
    for draft in CLEAN[::10]:
        case = with_numbers(canonical.from_json(draft.document), Decimal(number))
        assert isinstance(checks.issues(case, labelled_drafts.context()), tuple)


def test_a_megabyte_in_a_text_is_read_to_a_bound_and_told():
    document = CLEAN[0].document | {"history": "no stone in the left gland, a cyst of 12 mm " * 25_000}
    assert ("text.long", "history") in {(issue.code, issue.path) for issue in labelled_set.issues_of(document)}
