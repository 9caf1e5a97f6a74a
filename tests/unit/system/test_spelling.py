from __future__ import annotations

from pathlib import Path

import pytest

from parotis.domain.errors import ResourceMissing
from parotis.system.paths import resource
from parotis.system.spelling import HunspellSpelling


@pytest.fixture
def spelling() -> HunspellSpelling:
    return HunspellSpelling(resource("spelling"))


@pytest.mark.parametrize("word", ["gland", "hypoechoic", "sialolith", "Sjögren's", "Stensen's"])
def test_common_and_medical_words_are_known(spelling: HunspellSpelling, word: str) -> None:
    assert spelling.is_known(word)


def test_a_slip_is_unknown_and_the_meant_word_is_suggested(spelling: HunspellSpelling) -> None:
    assert not spelling.is_known("hypoechioc")
    assert "hypoechoic" in spelling.suggestions("hypoechioc")


def test_an_added_word_is_known(spelling: HunspellSpelling) -> None:
    assert not spelling.is_known("zorblatt")
    spelling.add("zorblatt")
    assert spelling.is_known("zorblatt")


def test_missing_dictionaries_are_told(tmp_path: Path) -> None:
    with pytest.raises(ResourceMissing):
        HunspellSpelling(tmp_path).is_known("gland")
