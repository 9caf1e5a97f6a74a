from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QTextOption, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.domain.coding import IcdCode
from parotis.domain.issue import Issue
from parotis.forms.choices import Choice
from parotis.forms.exam_form import FINDING_STATES, Field
from parotis.forms.values import Rejected
from parotis.ui.form_editors import FormTools, make_editor
from parotis.ui.form_editors_choice import SegmentsEditor
from parotis.ui.icons import Icons
from parotis.ui.theme import Theme, ThemeMode

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from parotis.ui.form_editors_base import FieldEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RESOURCES = Path(__file__).parents[2] / "resources"
CODES = (IcdCode("K11.5", "Sialolithiasis", True, "Salivary stone"), IcdCode("R22.0", "Localized swelling, head", True))
PICKS = (Choice("left", "Left"), Choice("right", "Right"))
MOMENT = dt.datetime(2026, 11, 12, 10, 20, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


def _kinds() -> dict[str, tuple[Field, object, object]]:
    """By name: a field, and two different values that it can hold."""
    return {
        "line": (Field("p", "Name", "line"), "<b>Ann & Co</b>", "Bo"),
        "paragraph": (Field("p", "Text", "paragraph"), "two\nlines\u00a0here", "\u05e9\u05dc\u05d5\u05dd"),
        "date": (Field("p", "Date", "date"), dt.date(1979, 6, 14), Rejected("1979-13-14")),
        "moment": (Field("p", "Time", "moment"), MOMENT, Rejected("noon")),
        "number": (Field("p", "Size", "number", unit="mm"), Decimal("14.2"), Rejected("abc")),
        "integer": (Field("p", "Count", "integer"), 3, 0),
        "money": (Field("p", "Fee", "money"), "210.00", Rejected("much")),
        "choice": (Field("p", "Side", "choice", PICKS), "left", "an older term"),
        "yes-no": (Field("p", "Given", "choice", (Choice(True, "Yes"), Choice(False, "No"))), False, True),
        "flag": (Field("p", "Key image", "flag"), False, True),
        "chips": (Field("p", "Why", "chips", PICKS), ("left",), ("left", "right")),
        "lines": (Field("p", "Items", "lines"), ("one", "two\nwith a break"), ("three",)),
        "codes": (Field("p", "Codes", "codes"), ("K11.5",), ("R22.0", "K11.5")),
        "segments": (Field("p", "State", "choice", FINDING_STATES), "normal", "abnormal"),
    }


KINDS = tuple(_kinds())


class Stage:
    """An editor in a window, with what it emitted."""

    def __init__(self, qtbot: QtBot, theme: Theme, kind: str) -> None:
        field, self.one, self.other = _kinds()[kind]
        tools = FormTools(theme, Icons(theme._read, theme), lambda _text: CODES, lambda _code: "description")
        self.editor: FieldEditor = (
            SegmentsEditor(field, field.label) if kind == "segments" else make_editor(field, field.label, tools)
        )
        self.emitted: list[object] = []
        self.editor.edited.connect(self.emitted.append)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.editor.widget)
        layout.addWidget(QLineEdit())
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(lambda name: (RESOURCES / name).read_bytes())
    theme.apply(qapp, ThemeMode.LIGHT)
    return theme


@pytest.fixture(params=KINDS)
def stage(request: pytest.FixtureRequest, qtbot: QtBot, theme: Theme) -> Stage:
    return Stage(qtbot, theme, request.param)


def test_showing_a_value_never_emits_and_gives_it_back(stage: Stage) -> None:
    for value in (stage.one, stage.other, stage.one):
        stage.editor.show(value)
        assert stage.editor.value() == value
    assert stage.emitted == []


def test_showing_nothing_empties_the_field(stage: Stage) -> None:
    empty = stage.editor.value()
    stage.editor.show(stage.one)
    stage.editor.show(empty)
    assert stage.editor.value() == empty
    assert stage.emitted == []


def test_the_input_is_named_by_its_label_and_its_check_is_told(stage: Stage) -> None:
    assert stage.editor.input.accessibleName() == stage.editor.field.label
    stage.editor.mark((Issue("p.wrong", "blocks", "p", "This is wrong."),))
    assert stage.editor.input.accessibleDescription() == "This is wrong."
    assert stage.editor.input.property("invalid")
    stage.editor.mark(())
    assert stage.editor.input.accessibleDescription() == ""
    assert not stage.editor.input.property("invalid")
    assert stage.emitted == []


def test_an_error_takes_no_room_that_was_not_kept(stage: Stage) -> None:
    before = stage.editor.widget.sizeHint()
    stage.editor.mark((Issue("p.wrong", "blocks", "p", "A long sentence about what is wrong here. " * 5),))
    assert stage.editor.widget.sizeHint() == before


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("line", "ab", "ab"),
        ("paragraph", "ab", "ab"),
        ("date", "14 Jun 1979", dt.date(1979, 6, 14)),
        ("date", "1979-13-14", Rejected("1979-13-14")),
        ("number", "14,2", Decimal("14.2")),
        ("number", "abc", Rejected("abc")),
        ("lines", "one", ("one",)),
    ],
)
def test_typing_emits_the_value_of_the_field(qtbot: QtBot, theme: Theme, kind: str, typed: str, value: object) -> None:
    stage = Stage(qtbot, theme, kind)
    stage.editor.focus()
    QTest.keyClicks(stage.editor.input, typed)
    assert stage.emitted[-1] == value
    assert stage.editor.value() == value


@pytest.mark.parametrize("kind", ["line", "paragraph", "lines", "number"])
def test_an_equal_value_keeps_the_cursor(qtbot: QtBot, theme: Theme, kind: str) -> None:
    stage = Stage(qtbot, theme, kind)
    stage.editor.focus()
    QTest.keyClicks(stage.editor.input, "12")
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Left)
    stage.editor.show(stage.emitted[-1])
    QTest.keyClicks(stage.editor.input, "3")
    assert stage.emitted[-1] in ("132", ("132",), Decimal(132))


def test_half_a_date_is_named_as_wrong_only_when_the_field_is_left(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "date")
    stage.editor.focus()
    QTest.keyClicks(stage.editor.input, "1979-0")
    errors = [label for label in stage.editor.widget.findChildren(QLabel) if label.text().startswith("Type the date")]
    assert errors == []
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Tab)
    errors = [label for label in stage.editor.widget.findChildren(QLabel) if label.text().startswith("Type the date")]
    assert len(errors) == 1


def test_tab_leaves_a_paragraph(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "paragraph")
    stage.editor.focus()
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Tab)
    assert not stage.editor.input.hasFocus()
    assert stage.emitted == []


def test_a_list_has_one_item_a_line_and_may_hold_breaks(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "lines")
    stage.editor.focus()
    QTest.keyClicks(stage.editor.input, "one")
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Return)
    QTest.keyClicks(stage.editor.input, "two")
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(stage.editor.input, "more")
    assert stage.emitted[-1] == ("one", "two\nmore")


def test_a_megabyte_is_taken_whole(qtbot: QtBot, theme: Theme) -> None:
    text = "word " * 200_000
    for kind in ("line", "paragraph"):
        stage = Stage(qtbot, theme, kind)
        QApplication.clipboard().setText(text)
        stage.editor.focus()
        QTest.keySequence(stage.editor.input, QKeySequence(QKeySequence.StandardKey.Paste))
        assert stage.emitted[-1] == text
        assert len(stage.emitted) == 1


def test_pasted_control_characters_are_no_text(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "line")
    QApplication.clipboard().setText("a\x00b\x07c")
    stage.editor.focus()
    QTest.keySequence(stage.editor.input, QKeySequence(QKeySequence.StandardKey.Paste))
    assert stage.emitted[-1] == "abc"


def test_a_pick_list_is_chosen_by_key_and_can_be_emptied(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "choice")
    combo = stage.editor.input
    assert isinstance(combo, QComboBox)
    stage.editor.focus()
    QTest.keyClicks(combo, "r")
    assert stage.emitted == ["right"]
    stage.editor.show("right")
    QTest.keyClick(combo, Qt.Key.Key_Home)
    assert stage.emitted == ["right", None]
    assert combo.currentText() == ""


def test_the_arrows_walk_from_an_empty_pick_list_through_its_choices(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "choice")
    combo = stage.editor.input
    assert isinstance(combo, QComboBox)
    stage.editor.focus()
    labels = [choice.label for choice in stage.editor.field.choices]
    walked = []
    for _ in labels:
        QTest.keyClick(combo, Qt.Key.Key_Down)
        walked.append(combo.currentText())
    assert walked == labels
    assert stage.emitted == [choice.value for choice in stage.editor.field.choices]
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Tab):
        QTest.keyClick(combo, key)
        assert combo.currentText() == labels[-1]
    for _ in labels:
        QTest.keyClick(combo, Qt.Key.Key_Up)
    assert (combo.currentText(), stage.emitted[-1]) == ("", None)


def test_a_recorded_term_outside_the_list_stays_choosable(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "choice")
    stage.editor.show("an older term")
    combo = stage.editor.input
    assert isinstance(combo, QComboBox)
    assert combo.currentText() == "An older term"


def test_segments_are_chosen_by_key_and_show_what_is_proposed(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "segments")
    first, second = stage.editor.input.findChildren(QToolButton)[:2]
    assert first.text() == "Normal"
    stage.editor.propose("normal")
    assert first.text() == "Normal?"
    assert first.property("proposed")
    stage.editor.focus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert stage.emitted == ["abnormal"]
    assert (first.text(), second.text()) == ("Normal", "\u25c6 Abnormal")


def test_a_code_is_found_while_typing_and_the_first_is_primary(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "codes")
    stage.editor.focus()
    QTest.keyClicks(stage.editor.input, "stone")
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Return)
    assert stage.emitted[-1] == ("K11.5",)
    QTest.keyClicks(stage.editor.input, "r220")
    QTest.keyClick(stage.editor.input, Qt.Key.Key_Return)
    assert stage.emitted[-1] == ("K11.5", "R22.0")
    qtbot.waitUntil(lambda: "Primary" in _shown_texts(stage))


def _shown_texts(stage: Stage) -> list[str]:
    return [label.text() for label in stage.editor.widget.findChildren(QLabel) if label.isVisible()]


def test_the_wheel_changes_no_pick_list(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "choice")
    stage.editor.show("left")
    stage.editor.focus()
    combo = stage.editor.input
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, wheel)
    assert stage.editor.value() == "left"
    assert stage.emitted == []


def test_a_paragraph_grows_with_its_text(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "paragraph")
    text = stage.editor.input
    assert isinstance(text, QPlainTextEdit)
    before = text.height()
    stage.editor.show("\n".join("line" for _ in range(6)))
    assert text.height() > before
    assert text.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_an_endless_word_is_broken_anywhere_and_other_text_at_its_words(qtbot: QtBot, theme: Theme) -> None:
    usual, endless = Stage(qtbot, theme, "paragraph"), Stage(qtbot, theme, "paragraph")
    for stage, text in ((usual, "word " * 20_000), (endless, "x" * 100_000)):
        QApplication.clipboard().setText(text)
        assert isinstance(stage.editor.input, QPlainTextEdit)
        stage.editor.input.paste()
        assert stage.emitted[-1] == text
    assert usual.editor.input.wordWrapMode() != QTextOption.WrapMode.WrapAnywhere
    assert endless.editor.input.wordWrapMode() == QTextOption.WrapMode.WrapAnywhere


def test_a_proposal_asks_once_and_an_empty_field_says_how_to_fill_it_again(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, theme, "paragraph")
    hint = stage.editor.input.placeholderText()
    stage.editor.propose("Is it solid?")
    assert stage.editor.input.placeholderText() == "Is it solid?  (Enter confirms)"
    stage.editor.propose("Supine")
    assert stage.editor.input.placeholderText() == "Supine?  (Enter confirms)"
    stage.editor.propose(None)
    assert stage.editor.input.placeholderText() == hint
