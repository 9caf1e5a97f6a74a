"""Claim notes in the characters and lengths of X12, and the lines that announce attachments."""

from __future__ import annotations

import unicodedata

import pytest
from helpers.sample_cases import NAMES, case
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.claims.note_segments import (
    ALLOWED,
    MOST_SEGMENTS,
    SEGMENT_LENGTH,
    attachment_control_number,
    attachment_segments,
    is_control_number,
    normalized,
    note_segments,
)
from parotis.domain.claims.payers import AttachmentRules, PayerProfile
from parotis.domain.narrative import compose

TEXTS = st.text(max_size=700) | st.text(alphabet="ab 1:*^~>≥µ²½\n.", max_size=700)
KINDS = st.sampled_from(["dental", "medical"])


@given(TEXTS, KINDS)
def test_no_segment_is_longer_or_holds_another_character_than_x12_lets_pass(text: str, kind: str) -> None:
    made = note_segments(text, kind)  # type: ignore[arg-type]
    assert len(made.segments) <= MOST_SEGMENTS[kind]  # type: ignore[index]
    assert all(0 < len(segment) <= SEGMENT_LENGTH for segment in made.segments)
    assert all(segment == segment.strip() for segment in made.segments)
    assert ALLOWED.issuperset("".join(made.segments) + made.left_over)
    assert all(line.count("*") == 2 and line.count("~") == 1 and line.endswith("~") for line in made.lines)


@given(TEXTS, KINDS)
def test_notes_and_what_is_left_over_are_the_whole_text(text: str, kind: str) -> None:
    made = note_segments(text, kind)  # type: ignore[arg-type]
    assert made.rejoined == normalized(text).text


@given(TEXTS, KINDS)
def test_only_a_word_longer_than_a_segment_is_cut(text: str, kind: str) -> None:
    made = note_segments(text, kind)  # type: ignore[arg-type]
    if all(len(word) <= SEGMENT_LENGTH for word in normalized(text).text.split()):
        assert made.cut == ()
    assert all(" " not in made.segments[place] for place in made.cut)


@given(st.text(max_size=200))
def test_every_character_that_prints_leaves_something(text: str) -> None:
    printing = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] not in "CZM"]
    made = normalized(text)
    assert len(made.text) >= bool(printing)
    assert made.text.count("?") >= made.unreadable


@given(st.characters(categories=["L", "N", "P", "S"]))
def test_no_printing_character_is_dropped_silently(character: str) -> None:
    assert normalized(f"a{character}b").text not in ("AB", "A B")


@given(TEXTS)
def test_what_is_normalized_stays_as_it_is(text: str) -> None:
    once = normalized(text)
    assert normalized(once.text) == type(once)(once.text, 0)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Núñez Ávila, naïve façade", "NUNEZ AVILA, NAIVE FACADE"),
        ("duct ≥ 3 mm", "DUCT AT LEAST 3 MM"),
        ("duct >= 3 mm, gland <= 9 mm", "DUCT AT LEAST 3 MM, GLAND AT MOST 9 MM"),
        ("depth > 5 and < 9", "DEPTH OVER 5 AND UNDER 9"),
        ("30 µm and 30 μm", "30 UM AND 30 UM"),
        ("14.2 × 11.0 mm", "14.2 X 11.0 MM"),
        ("14.2*11.0 mm", "14.2 X 11.0 MM"),
        ("at 10:30, ratio 2:1", "AT 10H30, RATIO 2 TO 1"),
        ("Findings: cyst", "FINDINGS - CYST"),
        ("10³ and 10^3 but cm³", "10 EXP 3 AND 10 EXP 3 BUT CM3"),
        ("14½ mm", "14 1/2 MM"),
        ("closed -> open", "CLOSED TO OPEN"),
        ("5 ≠ 6", "5 NOT EQUAL TO 6"),
        ("Straße, Łódź, Ørsted", "STRASSE, LODZ, ORSTED"),
        ("α-blocker, 90°", "ALPHA-BLOCKER, 90 DEG"),
        ("٥ mm", "5 MM"),
        ("one\r\ntwo\tthree", "ONE TWO THREE"),
        ("soft\u00adhyphen", "SOFTHYPHEN"),
    ],
)
def test_meaning_stays(typed: str, sent: str) -> None:
    assert normalized(typed) == type(normalized(""))(sent, 0)


@pytest.mark.parametrize("typed", ["日", "Ж", "≮", "🦷", "¿", "≯"])
def test_what_cannot_be_told_is_a_question_mark_and_counted(typed: str) -> None:
    made = note_segments(f"a {typed} b", "dental")
    assert made.segments == ("A ? B",)
    assert made.unreadable == 1
    assert made.warnings == ("Characters that cannot be sent in a note became question marks: 1.",)


def test_a_dental_note_has_400_characters_and_a_medical_one_80() -> None:
    text = " ".join(["swelling"] * 100)
    assert len(note_segments(text, "dental").segments) == 5
    medical = note_segments(text, "medical")
    assert len(medical.segments) == 1
    assert "too long" in medical.warnings[0]


def test_an_endless_word_is_cut_and_said() -> None:
    made = note_segments("x" * 100, "dental")
    assert [len(segment) for segment in made.segments] == [80, 20]
    assert made.cut == (0,)
    assert "is cut" in made.warnings[0]


@pytest.mark.parametrize("text", ["-" * 100_000, " " * 100_000 + "x", "1:" * 50_000, "= " * 50_000])
def test_endless_texts_are_read_in_a_moment(text: str) -> None:
    assert len(note_segments(text, "dental").segments) in (1, 5)


def test_nothing_gives_no_note() -> None:
    assert note_segments(" \n", "dental").lines == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_narratives_of_the_samples_fit_and_lose_no_character(name: str) -> None:
    made = note_segments(compose(case(name), 380).text, "dental")
    assert made.left_over == ""
    assert made.unreadable == 0


# Attachments


@given(st.text(max_size=80))
def test_every_claim_has_a_control_number_that_can_be_sent(claim_id: str) -> None:
    assert is_control_number(attachment_control_number(claim_id))


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_claims_never_share_a_control_number(one: str, other: str) -> None:
    assert (attachment_control_number(one) == attachment_control_number(other)) == (one == other)


def profile(**changed: object) -> PayerProfile:
    return PayerProfile(key="p", name="Payer", kind="dental", **changed)  # type: ignore[arg-type]


def test_report_and_images_are_announced_once_each_with_the_number() -> None:
    lines = attachment_segments(profile(channels=("mail",)), ["images", "report", "images"], "US-1")
    assert lines == ("PWK*DG*BM***AC*US-1~", "PWK*OZ*BM***AC*US-1~")
    assert attachment_segments(None, ["report"], "US-1", report_type="RR") == ("PWK*RR*EL***AC*US-1~",)


def test_on_request_takes_no_number() -> None:
    asked = profile(attachments=AttachmentRules(when="on-request"), channels=("fax",))
    assert attachment_segments(asked, ["report"], "") == ("PWK*DG*AA~",)


def test_a_number_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(ValueError, match="control number"):
        attachment_segments(None, ["report"], "a~b")
