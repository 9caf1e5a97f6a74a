from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers.exam_desk import desk
from helpers.presenter_ports import InlineTasks, RecordingNotices
from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from parotis.forms.exam_form import Field
from parotis.presentation.spelling import Mark, SpellCheck
from parotis.system.paths import resource
from parotis.system.spelling import HunspellSpelling
from parotis.ui.form_editors import FormTools, make_editor
from parotis.ui.icons import Icons
from parotis.ui.spelling_highlighter import ADD_TEXT, BLOCKS_A_TURN, CHARACTERS_A_TURN
from parotis.ui.theme import Theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RESOURCES = Path(__file__).parents[2] / "resources"


class CountingCheck(SpellCheck):
    checked = characters = 0

    def marks(self, block: str) -> tuple[Mark, ...]:
        self.checked += 1
        self.characters += len(block)
        return super().marks(block)


class Stage:
    def __init__(self, qtbot: QtBot) -> None:
        at = desk()
        machine = dataclasses.replace(at.machine, spelling=HunspellSpelling(resource("spelling")))
        theme = Theme(lambda name: (RESOURCES / name).read_bytes())
        self.check = CountingCheck(
            dataclasses.replace(at, machine=machine),
            InlineTasks(),
            RecordingNotices(),
            is_on=True,
            typed_names=lambda: "",
        )
        tools = FormTools(theme, Icons(theme._read, theme), lambda _: (), lambda _: "", spell_check=self.check)
        self.editor = make_editor(Field("p", "Text", "paragraph"), "Text", tools)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.emitted: list[object] = []
        self.editor.edited.connect(self.emitted.append)
        assert isinstance(self.editor.input, QPlainTextEdit)
        self.text = self.editor.input
        self.theme = theme
        QVBoxLayout(self.window).addWidget(self.text)
        self.window.resize(500, 160)
        self.window.show()

    def underlined(self, block: int = 0) -> list[tuple[int, int]]:
        formats = self.text.document().findBlockByNumber(block).layout().formats()
        wavy = QTextCharFormat.UnderlineStyle.SpellCheckUnderline
        return [(part.start, part.length) for part in formats if part.format.underlineStyle() == wavy]  # type: ignore[attr-defined]


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)


def test_an_unknown_word_is_underlined_where_it_stands(stage: Stage) -> None:
    stage.text.setPlainText("A hypoechioc mass")
    assert stage.underlined() == [(2, 10)]


def test_positions_count_as_qt_counts(stage: Stage) -> None:
    stage.text.setPlainText("\U0001f9b7 hypoechioc")
    assert stage.underlined() == [(3, 10)]


def test_marking_is_no_edit(stage: Stage, qtbot: QtBot) -> None:
    stage.editor.show("A hypoechioc mass")
    qtbot.waitUntil(lambda: stage.underlined() == [(2, 10)])
    stage.check.switch(is_on=False)
    qtbot.waitUntil(lambda: stage.underlined() == [])
    assert stage.emitted == []


def test_a_suggestion_replaces_the_word_and_is_an_edit(stage: Stage) -> None:
    stage.text.setPlainText("hypoechioc mass")

    highlighter = stage.text.document().children()
    made = next(child for child in highlighter if hasattr(child, "menu_at")).menu_at(QPoint(8, 8))
    actions = {action.text(): action for action in made.actions()}
    assert ADD_TEXT in actions
    actions["hypoechoic"].trigger()
    assert stage.text.toPlainText() == "hypoechoic mass"
    assert stage.emitted[-1] == "hypoechoic mass"
    assert stage.underlined() == []


def test_an_added_word_loses_its_mark(stage: Stage, qtbot: QtBot) -> None:
    stage.text.setPlainText("qwzrt mass")
    assert stage.underlined() == [(0, 5)]
    stage.check.add("qwzrt")
    qtbot.waitUntil(lambda: stage.underlined() == [])


def test_a_paste_of_many_paragraphs_is_checked_a_few_at_a_time(stage: Stage, qtbot: QtBot) -> None:
    stage.check.checked = 0
    stage.text.insertPlainText("qwzrt mass\n" * 400)
    assert stage.check.checked <= BLOCKS_A_TURN
    qtbot.waitUntil(lambda: stage.underlined(399) == [(0, 5)])


def test_long_paragraphs_are_checked_fewer_at_a_time(stage: Stage, qtbot: QtBot) -> None:
    qtbot.wait(20)
    stage.check.characters = 0
    stage.text.insertPlainText(("qwzrt mass " * 150 + "\n") * 30)
    assert 0 < stage.check.characters <= CHARACTERS_A_TURN
    qtbot.waitUntil(lambda: len(stage.underlined(29)) == 150)


def test_a_paste_of_a_megabyte_is_not_checked(stage: Stage, qtbot: QtBot) -> None:
    qtbot.wait(20)
    stage.check.checked = 0
    stage.text.insertPlainText("qwzrt mass\n" * 95_000)
    qtbot.wait(20)
    assert stage.check.checked <= BLOCKS_A_TURN
