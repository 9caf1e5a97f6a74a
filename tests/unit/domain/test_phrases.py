from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from helpers import sample_cases

from parotis.domain import paths
from parotis.domain.case import Case, Finding
from parotis.domain.draft_entry import Entry, PhraseUse
from parotis.domain.phrases import (
    ActiveSet,
    Ask,
    Phrase,
    PhraseSet,
    Template,
    answer_text,
    defaults_for,
    facts_at,
    filled,
    matches,
    next_blank,
    typed_shortcut,
)

if TYPE_CHECKING:
    from parotis.domain.phrases import Origin

NOTE = "findings[0].note"


def phrase(text: str = "Text.", shortcut: str = ".cyst", field: str = "findings.note", **prompts: Ask) -> Phrase:
    return Phrase("one", shortcut, "A title", (field,), text, prompts)


def active(*phrases: Phrase, key: str = "Ours", origin: Origin = "practice") -> ActiveSet:
    return ActiveSet(key, origin, 1, PhraseSet(key, phrases))


def test_placeholders_are_filled_from_the_finding_that_the_text_belongs_to() -> None:
    facts = facts_at(sample_cases.case(), NOTE)
    made = filled(phrase("{side} {structure}: lesion {letter} of {size} mm, {sex}, {age}, {date}."), facts)
    assert made.text == "Right parotid gland: lesion A of 14.2 x 11 x 9.8 mm, female, 47, 12 Nov 2026."
    assert made.asks == ()


def test_what_the_draft_does_not_say_stays_as_a_blank_and_is_asked() -> None:
    made = filled(phrase("{side} gland, {size} mm."), facts_at(Case(), "interpretation.impression"))
    assert made.text == "[[Side]] gland, [[Size]] mm."
    assert made.asks == (Ask("Side", "one", ("left", "right")), Ask("Size"))


def test_a_structure_that_has_no_side_leaves_no_gap() -> None:
    case = Case(findings=(Finding("tongue", None, "abnormal"),))
    assert filled(phrase("{side} {structure}."), facts_at(case, NOTE)).text == "Tongue."


def test_a_paired_structure_without_its_side_is_asked_for_it() -> None:
    case = Case(findings=(Finding("masseter", None),))
    assert filled(phrase("{side} {structure}."), facts_at(case, NOTE)).text == "[[Side]] masseter."


def test_an_impression_speaks_of_a_lesion_only_where_there_is_but_one() -> None:
    case = sample_cases.case()
    assert facts_at(case, "interpretation.impression")["letter"] == "A"
    lesion = case.findings[0].lesions[0]
    two = paths.insert(case, "findings[0].lesions", 1, dataclasses.replace(lesion, label="B"))
    assert {"letter", "size", "side"} & set(facts_at(two, "interpretation.impression")) == set()
    assert facts_at(two, "findings[0].lesions[1].note")["letter"] == "B"


def test_a_filled_in_fact_is_not_read_again() -> None:
    case = paths.replace(sample_cases.case(), "findings[0].lesions[0].label", "{age}[[x]]")
    assert filled(phrase("Lesion {letter}."), facts_at(case, NOTE)).text == "Lesion {age}[[x]]."


def test_prompts_stand_as_their_question_until_they_are_answered() -> None:
    ask = Ask("How wide", "one", ("mildly", "markedly"))
    made = filled(phrase("Duct [[wide]] dilated.", wide=ask), {})
    assert (made.text, made.asks) == ("Duct [[How wide]] dilated.", (ask,))


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        (".cy", ".cy"), ("seen .CYST", ".cyst"), ("(.cyst", ".cyst"), ("line\n.c", ".c"),
        ("end.cyst", ""), ("14.2", ""), ("done.", ""), (". ", ""), (".cyst ", ""),
    ],
)  # fmt: skip
def test_a_shortcut_is_a_word_that_begins_with_a_point(before: str, typed: str) -> None:
    assert typed_shortcut(before) == typed


def test_a_later_set_comes_before_an_earlier_one_with_the_same_shortcut() -> None:
    shipped, own = active(phrase("Old.")), active(phrase("New."), key="u1/Mine", origin="personal")
    found = matches((shipped, own), NOTE, ".cy")
    assert [(match.phrase.text, match.use.set_name) for match in found] == [("New.", "u1/Mine")]


def test_a_phrase_is_offered_only_in_its_fields() -> None:
    sets = (active(phrase(), phrase(shortcut=".cystic", field="interpretation.impression")),)
    assert [match.phrase.shortcut for match in matches(sets, "findings[3].note", ".cyst")] == [".cyst"]
    assert matches(sets, "complaint", ".cyst") == ()


def test_proposals_follow_preset_age_and_sex_and_the_last_word_counts() -> None:
    general = Template("masseter", None, None, {"rationale.reason": "muscle", "technique.position": "supine"})
    child = Template(None, None, (0, 17), {"rationale.why_ultrasound": ["child"]})
    woman = Template("masseter", "female", None, {"technique.position": "seated"})
    sets = (PhraseSet("a", (), (general, child)), ActiveSet("b", "practice", 1, PhraseSet("b", (), (woman,))))
    assert defaults_for(sets, "masseter", 17, "male") == {
        "rationale.reason": "muscle",
        "technique.position": "supine",
        "rationale.why_ultrasound": ["child"],
    }
    assert defaults_for(sets, "masseter", 18, "female")["technique.position"] == "seated"
    assert "rationale.why_ultrasound" not in defaults_for(sets, "masseter", None, None)
    assert defaults_for(sets, "trauma", 40, None) == {}


def test_the_next_blank_is_the_one_behind_the_cursor_then_the_first() -> None:
    text = "a [[One]] b [[Two]]"
    assert next_blank(text, 3) == (12, 19)
    assert next_blank(text, 13) == (2, 9)
    assert next_blank("none", 0) is None


def test_several_choices_read_as_a_sentence() -> None:
    assert answer_text(["a", "b", "c"]) == "a, b and c"


def test_a_draft_records_a_phrase_once() -> None:
    use = PhraseUse("Ours", 2, "cyst")
    assert Entry().using(use).using(use).phrases == (use,)
