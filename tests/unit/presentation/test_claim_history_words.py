"""The history of a claim in words: nothing that was recorded is left unsaid."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from helpers import claim_journeys

from parotis.domain import canonical
from parotis.domain.claims import entries, lifecycle, records
from parotis.presentation import claim_history_words as words

ENTRIES = [entry for steps in claim_journeys.JOURNEYS.values() for entry, _ in steps]
CODES = {
    "kind": "codes",
    "billing": {
        "procedures": [{"code": "D0370", "fee": "210.00", "quantity": 2}],
        "diagnoses": ["K11.6", "R22.0"],
        "payer": {"name": "Prairie", "id": "PDP01", "kind": "dental"},
        "subscriber": {"name": "A B", "member_id": "M-1", "group": "G-2", "relationship": "spouse"},
        "prior_authorization": "PA-1",
        "predetermination": "PD-1",
        "accident": {"kind": "auto", "date": "2026-10-01", "state": "IL"},
    },
    "practice_code": "99999",
}
MORE = [
    CODES,
    {"kind": "payer", "payer_key": "prairie-dental"},
    {"kind": "narrative", "limit": 400, "text": "A text.", "composed": None},
    {"kind": "tick", "item": "narrative-read", "is_done": True, "note": "twice"},
    {"kind": "report", "document_id": "d-1"},
    {"kind": "plan", "action": "Ring them", "on": "2026-12-01"},
    {"kind": "assign", "to": "rosa"},
    {"kind": "snooze", "until": "2026-12-05"},
    {"kind": "note", "text": "They are slow."},
    {"kind": "file", "sha256": "ab12", "file_kind": "letter"},
    {
        "kind": "remittance",
        "remittance": {
            "charged": "210.00",
            "paid": "0.00",
            "lines": [
                {
                    "procedure": "D0370",
                    "charged": "210.00",
                    "paid": "0.00",
                    "service_date": "2026-11-12",
                    "adjustments": [{"group": "PI", "reason": "197", "amount": "210.00"}],
                    "remarks": ["N706"],
                }
            ],
        },
    },
]


def texts(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Every text or number of an entry with the name of its field."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in texts(inner, key)]
    if isinstance(value, list):
        return [found for inner in value for found in texts(inner, name)]
    return [(name, str(value))] if isinstance(value, str | int) and not isinstance(value, bool) else []


CODED = {"kind", "gap", "item", "source", "word", "status", "frequency", "to", "relationship", "outcome", "file_kind"}
"""Told by words of our own, or in the title."""
REWRITTEN = {"fee", "charged", "paid", "amount"}
"""Told as dollars."""


@pytest.mark.parametrize("entry", [*ENTRIES, *MORE], ids=lambda entry: entry["kind"])
def test_every_text_of_an_entry_is_told(entry: dict[str, Any]) -> None:
    told = "\n".join((words.title(entry["kind"], entry), *words.lines(entry["kind"], entry)))
    for name, text in texts({key: value for key, value in entry.items() if key != "kind"}):
        if name in CODED or _is_day(text):
            continue
        assert (f"${text}" if name in REWRITTEN else text) in told, name


def _is_day(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("kind", [*entries.FROM_OUTSIDE, "file"])
def test_every_kind_of_entry_has_a_title_of_its_own(kind: str) -> None:
    assert words.title(kind, {}) != kind


@pytest.mark.parametrize("kind", [*entries.FROM_OUTSIDE, "file"])
def test_an_entry_with_nothing_in_it_is_told_without_the_word_none(kind: str) -> None:
    made = {**entries.FROM_OUTSIDE, "file": entries.FileKept}[kind]
    stored = json.loads(json.dumps(canonical.object_as_json(made())))
    told = " ".join((words.title(kind, stored), *words.lines(kind, stored)))
    assert "None" not in told


def test_days_and_moments_are_told_in_words_and_with_their_zone() -> None:
    call = {"called_at": "2026-11-10T09:30:00-06:00", "expires_on": "2027-01-31"}
    told = words.lines("coverage-call", {"call": call})
    assert told == ("Asked: 10 Nov 2026, 09:30 (UTC-06:00)", "Holds until: 31 Jan 2027")


def test_predetermination_and_prior_authorization_are_kept_apart() -> None:
    titles = {
        words.title("authorization", {"authorization": {"kind": kind, "status": "approved"}})
        for kind in ("predetermination", "authorization")
    }
    assert titles == {"Predetermination: approved", "Prior authorization: approved"}


@pytest.mark.parametrize("before", records.STATES)
def test_a_step_is_told_with_both_states_and_only_where_there_is_one(before: records.ClaimState) -> None:
    assert words.step_words(before, before) == ""
    for after in lifecycle.NEXT[before]:
        told = words.step_words(before, after)
        if after != before:
            assert told == f"{lifecycle.STATE_WORDS[before]} \u2192 {lifecycle.STATE_WORDS[after]}"


@pytest.mark.parametrize(("count", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (2_400_000, "2.4 MB")])
def test_sizes_are_told_in_thousands(count: int, said: str) -> None:
    assert words.size(count) == said
