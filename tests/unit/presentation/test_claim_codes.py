"""What is said of the codes of a claim while they are typed."""

from __future__ import annotations

import pytest

from parotis.domain.case import PayerKind
from parotis.presentation import claim_codes


@pytest.mark.parametrize(
    ("kind", "count", "letters"),
    [
        ("dental", 4, "A B C D"),
        ("dental", 6, "A B C D  "),
        ("medical", 12, "A B C D E F G H I J K L"),
        ("medical", 13, "A B C D E F G H I J K L "),
        (None, 5, "A B C D E"),
        ("dental", 0, ""),
    ],
)
def test_diagnoses_have_as_many_letters_as_the_claim_form(kind: PayerKind | None, count: int, letters: str) -> None:
    assert " ".join(claim_codes.letters(kind, count)) == letters
