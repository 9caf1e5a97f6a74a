from __future__ import annotations

from typing import get_args

import pytest

from parotis.domain import presets
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Reason

PRESETS = presets.all_presets()


def test_the_ten_presets_are_there_once_each() -> None:
    assert [one.id for one in PRESETS] == [
        "salivary-work-up", "four-glands", "tmj-both-sides", "masseter", "neck-nodes", "focal-lump", "infection",
        "trauma", "foreign-body", "vascular",
    ]  # fmt: skip
    assert len({one.name for one in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_looks_at_both_sides_of_what_has_two(preset: presets.Preset) -> None:
    assert preset.reason in get_args(Reason)
    assert len(set(preset.places)) == len(preset.places)
    for structure, side in preset.places:
        if STRUCTURES[structure].paired:
            assert (structure, {"left": "right", "right": "left"}[side or ""]) in preset.places
        else:
            assert side is None


@pytest.mark.parametrize("structures", [[["spleen", "both"]], [["tongue", "both"]], [["masseter", None]]])
def test_a_preset_of_something_else_is_refused(structures: list[list[str | None]]) -> None:
    entry = {"id": "x", "name": "X", "reason": "tmj", "structures": structures}
    with pytest.raises(ValueError):
        presets.from_document({"presets": [entry]})
