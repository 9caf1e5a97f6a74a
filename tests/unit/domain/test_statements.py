"""What a sentence says of a term: asserted, hedged, denied or in doubt, and of which side and structure."""

import re

import pytest

from parotis.domain.checking.statements import LONGEST_READ, read


def standings(text, word):
    return [said.standing for sentence in read(text) for said in sentence.said(re.compile(word))]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Stone at the hilum.", "stone", ["asserted"]),
        ("No stone.", "stone", ["denied"]),
        ("No mass, cyst or stone.", "stone", ["denied"]),
        ("No effusion, disc displaced.", "displaced", ["doubtful"]),
        ("No effusion, but the disc is displaced.", "displaced", ["asserted"]),
        ("No further stone.", "stone", ["doubtful"]),
        ("Neither abscess nor stone.", "stone", ["denied"]),
        ("An abscess is not seen.", "abscess", ["denied"]),
        ("The effusion of the right joint has resolved.", "effusion", ["denied"]),
        ("A stone cannot be excluded.", "stone", ["doubtful"]),
        ("Abscess is likely.", "abscess", ["hedged"]),
        ("Collection without debris.", "collection", ["asserted"]),
        ("Known from 2019: cyst of the lip.", "cyst", ["asserted"]),
        ("No change of the cyst.", "cyst", ["asserted"]),
        ("Disc displacement without reduction.", "displacement", ["asserted"]),
    ],
)
def test_standing_of_a_term_is_read(text, word, expected):
    assert standings(text, word) == expected


def test_term_is_said_of_the_sides_of_its_clause():
    (sentence,) = read("Effusion on the right, no effusion on the left.")
    said = sentence.said(re.compile("effusion"))
    assert [(one.standing, set(one.scope[0])) for one in said] == [("asserted", {"right"}), ("denied", {"left"})]


def test_sentence_without_a_side_speaks_about_the_one_before():
    _, second = read("Left TMJ: osteophyte. No effusion of the joint.")
    assert second.is_about[0] == {"left"}


def test_letters_slips_and_spanish_name_a_side():
    assert [set(read(text)[0].own_sides) for text in ("Cyst R parotid.", "RIGTH cyst", "mejilla izquierda")] == [
        {"right"},
        {"right"},
        {"left"},
    ]


def test_pasted_book_is_read_to_a_bound():
    sentences = read("No stone in the left gland. " * 40_000)
    assert sum(len(sentence.text) for sentence in sentences) <= LONGEST_READ
