from __future__ import annotations

import dataclasses
from typing import Any, cast

import pytest
from helpers.exam_desk import desk
from helpers.presenter_ports import InlineTasks, RecordingNotices

from parotis.domain.errors import StorageFailed
from parotis.presentation.spelling import LONGEST_BLOCK, SpellCheck
from parotis.services.desk import Desk
from parotis.system.paths import resource
from parotis.system.spelling import HunspellSpelling


class Listener:
    def __init__(self) -> None:
        self.heard = 0

    def mark_again(self) -> None:
        self.heard += 1


def practice() -> Desk:
    at = desk()
    machine = dataclasses.replace(at.machine, spelling=HunspellSpelling(resource("spelling")))
    return dataclasses.replace(at, machine=machine)


class Bench:
    def __init__(self, at: Desk) -> None:
        self.listener = Listener()
        self.notices = RecordingNotices()
        names = "Wilhelmyna Qvist"
        self.check = SpellCheck(at, InlineTasks(), self.notices, is_on=True, typed_names=lambda: names)
        self.check.listen(self.listener)

    def unknown(self, text: str) -> list[str]:
        return [text[start : start + length] for start, length in self.check.marks(text)]


def test_only_the_unknown_word_is_marked() -> None:
    assert Bench(practice()).unknown("A hypoechioc mass of the parotid gland.") == ["hypoechioc"]


@pytest.mark.parametrize(
    "text",
    [
        "QVXZ",
        "14mmx",
        "Qvist's gland",
        "12 mm 7.5 MHz",
        "[[qwzrt side]]",
        ".qwzrt",
        "Ku\u0308ttner",
        "the patient\u2019s gland",
    ],
)
def test_what_is_no_matter_of_spelling_is_not_marked(text: str) -> None:
    assert Bench(practice()).unknown(text) == []


def test_an_accent_typed_as_its_own_character_does_not_cut_a_word() -> None:
    assert Bench(practice()).unknown("Qu\u0308wzrt mass") == ["Qu\u0308wzrt"]


def test_a_long_block_is_not_checked() -> None:
    bench = Bench(practice())
    assert bench.unknown("qwzrt " * 10)
    assert not bench.unknown("qwzrt " * LONGEST_BLOCK)


def test_an_added_word_is_no_longer_marked_also_after_a_restart() -> None:
    at = practice()
    bench = Bench(at)
    heard = bench.listener.heard
    bench.check.add("qwzrt")
    assert bench.unknown("qwzrt") == []
    assert bench.listener.heard == heard + 1
    fresh = dataclasses.replace(at.machine, spelling=HunspellSpelling(resource("spelling")))
    assert Bench(dataclasses.replace(at, machine=fresh)).unknown("qwzrt") == []


def test_switched_off_nothing_is_marked() -> None:
    bench = Bench(practice())
    bench.check.switch(is_on=False)
    assert bench.unknown("qwzrt") == []


def test_a_dictionary_that_cannot_be_loaded_is_told_and_tried_again() -> None:
    class Failing:
        def add(self, _word: str) -> None:
            raise StorageFailed("dictionary")

    at = desk()
    at = dataclasses.replace(at, machine=dataclasses.replace(at.machine, spelling=cast("Any", Failing())))
    bench = Bench(at)
    assert "Spelling is not checked" in bench.notices.standing["spelling"][1]
    assert not bench.check.is_active
    bench.check._spelling = HunspellSpelling(resource("spelling"))
    bench.notices.act("spelling")
    assert bench.check.is_active
    assert "spelling" not in bench.notices.standing
