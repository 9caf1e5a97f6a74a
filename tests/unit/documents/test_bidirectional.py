from __future__ import annotations

import random

import pytest
from bidi import get_display

from parotis.documents.bidirectional import base_level, bidi_class, levels, visual_order

LETTERS = "abאבגاب12٣٤ .,-+/$%()[]\u0301\u05b0"


def _displayed(text: str, base: int) -> str:
    found = levels(text, base)
    end = len(text)
    while end and bidi_class(text[end - 1]) in ("WS", "FSI", "LRI", "RLI", "PDI"):
        end -= 1
        found[end] = base
    return "".join(text[index] for index in visual_order(found))


@pytest.mark.parametrize("alphabet", [LETTERS, LETTERS + "\u2066\u2067\u2068\u2069"], ids=["plain", "isolates"])
@pytest.mark.parametrize("base", [0, 1])
def test_order_on_the_line_is_that_of_an_independent_implementation(alphabet: str, base: int) -> None:
    generator = random.Random(11)
    for _ in range(1500):
        text = "".join(generator.choice(alphabet) for _ in range(generator.randint(1, 14)))
        assert _displayed(text, base) == get_display(text, base_dir="LR"[base]), ascii(text)


def test_base_direction_follows_the_first_strong_letter_outside_isolates() -> None:
    assert base_level("12 שלום abc") == 1
    assert base_level("\u2067שלום\u2069 abc") == 0
    assert base_level("12.5") == 0


def test_unbalanced_controls_do_not_break_the_algorithm() -> None:
    assert len(levels("\u202e" * 200 + "\u2069\u2069a\u2068", 0)) == 204
