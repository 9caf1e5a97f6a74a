from __future__ import annotations

import pytest

from parotis.domain.case import Case, Image, ScanEntry
from parotis.presentation.image_labels import labelled

CASE = Case(
    scan=(ScanEntry("parotid-gland", "right", "examined"), ScanEntry("masseter", "right", "examined")),
    images=(Image("a.png", key=True),),
)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("R", ("images[0].side", "right")),
        ("2", ("images[0].plane", "transverse")),
        ("O", ("images[0].phase", "open mouth")),
        ("K", ("images[0].key", False)),
        ("S", ("images[0].structure", "parotid-gland")),
        ("Q", None),
    ],
)
def test_one_key_is_one_label(key: str, label: object) -> None:
    assert labelled(CASE, 0, key) == label


def test_the_structures_of_the_scan_list_come_in_turn_and_none_is_guessed() -> None:
    second = Case(scan=CASE.scan, images=(Image("a.png", "parotid-gland"),))
    assert labelled(second, 0, "S") == ("images[0].structure", "masseter")
    assert labelled(Case(images=CASE.images), 0, "S") is None
