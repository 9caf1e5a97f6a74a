"""Phrases at the text fields, driven by the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from parotis.domain import paths
from parotis.domain.region_map import RegionMap
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.ui.exam_view import ExamView
from parotis.ui.icons import Icons
from parotis.ui.phrase_popup import PhrasePopup
from parotis.ui.phrase_strip import PhraseStrip
from parotis.ui.theme import Theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from parotis.presentation.phrase_presenter import Offer

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RECOMMENDATION, IMPRESSION = "interpretation.recommendation", "interpretation.impression"
NOTE = "findings[0].note"
CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        desk = exam_desk.desk()
        case = sample_cases.case()
        for path, value in ((RECOMMENDATION, None), (IMPRESSION, ()), (NOTE, None)):
            case = paths.replace(case, path, value)
        exam_id = exam_desk.stored_exam(desk, case)
        self.presenter = ExamPresenter(desk, InlineTasks(), ManualTimers(), RecordingNotices())
        read = desk.machine.resources.read
        theme = Theme(read)
        region_map = RegionMap(read("anatomy/face-neck-map.svg"))
        self.view = ExamView(self.presenter, theme, Icons(read, theme), region_map)
        qtbot.addWidget(self.view)
        self.view.resize(1280, 780)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.presenter.open(exam_id)

    def field(self, path: str) -> QWidget:
        self.view.focus_path(path)
        return self.focused

    @property
    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focused, key, modifiers)

    @property
    def popup(self) -> PhrasePopup | None:
        return next((one for one in self.view.findChildren(PhrasePopup) if one.isVisible()), None)

    @property
    def strip(self) -> PhraseStrip | None:
        return next((one for one in self.view.findChildren(PhraseStrip) if one.isVisible()), None)

    def value(self, path: str) -> object:
        return paths.read(self.presenter.draft.case, path)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_typing_a_shortcut_shows_its_text_and_typing_goes_on_undisturbed(desk: Desk) -> None:
    field = desk.field(RECOMMENDATION)
    desk.type(".r-n")
    assert desk.popup is not None
    assert any("No further imaging" in one.text() for one in desk.popup.findChildren(QLabel))
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in desk.popup.findChildren(QLabel))
    assert desk.focused is field
    desk.type("o matter")
    assert desk.popup is None
    assert desk.value(RECOMMENDATION) == ".r-no matter"


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_tab_or_enter_puts_the_phrase_in(desk: Desk, key: Qt.Key) -> None:
    field = desk.field(RECOMMENDATION)
    desk.type("Reassure. .r-none")
    desk.key(key)
    expected = "Reassure. No further imaging is needed for this question; return if symptoms come back or change."
    assert desk.value(RECOMMENDATION) == expected
    assert desk.popup is None
    assert desk.focused is field


def test_arrows_choose_among_the_phrases(desk: Desk) -> None:
    desk.field(RECOMMENDATION)
    desk.type(".r-")
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Tab)
    assert str(desk.value(RECOMMENDATION)).startswith("MRI of ")


def test_esc_closes_the_popup_until_another_shortcut_is_begun(desk: Desk) -> None:
    desk.field(RECOMMENDATION)
    desk.type(".r")
    desk.key(Qt.Key.Key_Escape)
    desk.type("-n")
    assert desk.popup is None
    desk.type(" .r")
    assert desk.popup is not None


def test_a_list_takes_a_phrase_as_one_of_its_items(desk: Desk) -> None:
    desk.field(IMPRESSION)
    desk.type("First.")
    desk.key(Qt.Key.Key_Return)
    desk.type(".normal")
    desk.key(Qt.Key.Key_Tab)
    assert desk.value(IMPRESSION) == (
        "First.",
        "No focal lesion, stone or duct dilatation in either parotid or submandibular gland.",
    )


def test_questions_are_answered_by_numbers_and_enter_and_one_undo_takes_all_back(desk: Desk) -> None:
    field = desk.field(RECOMMENDATION)
    desk.type(".r-urgent")
    desk.key(Qt.Key.Key_Tab)
    assert desk.strip is not None
    assert desk.strip.accessibleName() == "Question: To whom"
    desk.key(Qt.Key.Key_2)
    desk.key(Qt.Key.Key_1)
    desk.key(Qt.Key.Key_4)
    desk.key(Qt.Key.Key_Return)
    expected = "Same-day referral to the emergency department because of a drainable collection and fever."
    assert desk.value(RECOMMENDATION) == expected
    assert desk.strip is None
    assert desk.focused is field
    desk.key(Qt.Key.Key_Z, CTRL)
    assert desk.value(RECOMMENDATION) == ".r-urgent"
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == ".r-urgent"


def test_esc_leaves_the_blank_and_asks_the_next_and_f6_comes_back_to_it(desk: Desk) -> None:
    desk.field("interpretation.comparison")
    desk.key(Qt.Key.Key_A, CTRL)
    desk.type(".c-other")
    desk.key(Qt.Key.Key_Tab)
    desk.key(Qt.Key.Key_Escape)
    assert isinstance(desk.focused, QLineEdit)
    desk.type("May 2025")
    desk.key(Qt.Key.Key_Return)
    assert desk.value("interpretation.comparison") == "Compared with [[With what]] of May 2025."
    desk.presenter.check()
    blank = [issue.path for issue in desk.view._checks.issues if issue.code == "text.blank" and issue.blocks]
    assert blank == ["interpretation.comparison"]
    desk.field("interpretation.comparison")
    desk.key(Qt.Key.Key_F6)
    desk.type("CT")
    assert desk.value("interpretation.comparison") == "Compared with CT of May 2025."


def test_undo_while_a_question_is_open_takes_the_phrase_and_the_question_away(desk: Desk) -> None:
    desk.field(RECOMMENDATION)
    desk.type(".r-control")
    desk.key(Qt.Key.Key_Tab)
    assert desk.strip is not None
    desk.key(Qt.Key.Key_Z, CTRL)
    assert desk.value(RECOMMENDATION) == ".r-control"
    assert desk.strip is None


def test_leaving_the_strip_leaves_the_blanks(desk: Desk) -> None:
    desk.field(RECOMMENDATION)
    desk.type(".r-urgent")
    desk.key(Qt.Key.Key_Tab)
    desk.field(IMPRESSION)
    assert desk.strip is None
    assert desk.value(RECOMMENDATION) == "Same-day referral to [[To whom]] because of [[Why]]."


def test_a_note_of_a_finding_is_filled_from_that_finding(desk: Desk) -> None:
    field = desk.field(NOTE)
    assert isinstance(field, QPlainTextEdit)
    field.insertPlainText("\U0001f600 ")
    desk.type(".cyst")
    desk.key(Qt.Key.Key_Tab)
    desk.key(Qt.Key.Key_1)
    assert desk.value(NOTE) == (
        "\U0001f600 Echo-free, thin-walled lesion of 14.2 x 11 x 9.8 mm with posterior enhancement and no flow inside."
    )


def test_a_megabyte_in_one_line_is_not_read_for_a_shortcut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    offered = desk.presenter.phrases.offer

    def offer(path: str, before: str) -> Offer | None:
        seen.append(before)
        return offered(path, before)

    monkeypatch.setattr(desk.presenter.phrases, "offer", offer)
    field = desk.field(RECOMMENDATION)
    assert isinstance(field, QPlainTextEdit)
    field.insertPlainText("No word. " * 120_000)
    desk.type(".r-none")
    assert desk.popup is not None
    assert seen
    assert max(map(len, seen)) <= 64
    desk.key(Qt.Key.Key_Tab)
    assert str(desk.value(RECOMMENDATION)).endswith("return if symptoms come back or change.")


def test_what_is_typed_is_shown_as_text_and_never_as_markup(desk: Desk) -> None:
    desk.presenter.edit("findings[0].lesions[0].label", "<b>A</b>")
    desk.field(IMPRESSION)
    desk.type(".i-cyst")
    assert desk.popup is not None
    assert any("<b>A</b>" in one.text() for one in desk.popup.findChildren(QLabel))
    desk.key(Qt.Key.Key_Tab)
    assert "<b>A</b>" in str(desk.value(IMPRESSION))
