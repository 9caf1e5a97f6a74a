"""Narrative, pack and paper of a claim over a real record: what is read, typed, written and saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from helpers import claim_window
from helpers.claim_window import named
from helpers.practices import dentist_desk
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
)

from parotis.domain import narrative
from parotis.presentation.letter_presenter import NO_REPORT
from parotis.ui.check_list import CheckList
from parotis.ui.claim_section_narrative import NarrativeSection, StudioText, cut_words
from parotis.ui.claim_section_pack import PackSection
from parotis.ui.letter_dialog import LetterDialog
from parotis.ui.tables import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers.claim_window import ClaimWindow
    from pytestqt.qtbot import QtBot

    from parotis.services.desk import Desk

    Open = Callable[..., ClaimWindow]

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

OVER: dict[str, Any] = {"kind": "override", "gap": "key-image", "reason": "The images were sent on a disc before."}
LETTER_BUTTON = "Letter of medical necessity"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    claim_window.with_payers(desk)
    yield desk, passphrase
    desk.close()
    desk.machine.pictures.close()


@pytest.fixture
def opened(qtbot: QtBot, practice: tuple[Desk, str]) -> Open:
    def make(*entries: dict[str, Any], name: str = "parotid-cyst", is_signed: bool = True) -> ClaimWindow:
        claim_id = claim_window.new_claim(*practice, name, is_signed=is_signed)
        claim_window.walk(practice[0], claim_id, *entries)
        window = claim_window.shown(practice[0], claim_id)
        qtbot.addWidget(window.view)
        window.view.resize(1280, 800)
        window.view.show()
        return window

    return make


def editor(window: ClaimWindow) -> QPlainTextEdit:
    return named(window.section("Narrative"), QPlainTextEdit, "Text for this length")


def button(window: ClaimWindow, section: str, name: str) -> QPushButton:
    return named(window.section(section), QPushButton, name)


def column(table: RowTable, number: int) -> list[str]:
    model = table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


MINE = ("Narrative", "Pack", "Payment", "Appeal", "Patient paper")
DENIED: tuple[dict[str, Any], ...] = (
    OVER,
    {"kind": "sent", "submission": {"sent_on": "2026-11-17"}},
    {
        "kind": "remittance",
        "remittance": {
            "charged": "210.00",
            "paid": "0.00",
            "adjustments": [{"group": "CO", "reason": "50", "amount": "210.00"}],
        },
    },
)


@pytest.mark.parametrize("entries", [(), DENIED], ids=["new", "denied"])
def test_every_control_has_a_name_of_its_own_and_one_button_at_most_is_primary(
    opened: Open, entries: tuple[dict[str, Any], ...]
) -> None:
    window = opened(*entries)
    for name in MINE:
        section = window.section(name)
        QApplication.processEvents()
        kinds = (QPushButton, QToolButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QCheckBox, RowTable)
        controls = [one for kind in kinds for one in section.findChildren(kind) if one.isVisibleTo(section)]
        controls = [one for one in controls if not isinstance(one.parent(), QComboBox)]
        names = [one.accessibleName() for one in controls]
        assert all(names), (name, [type(one).__name__ for one in controls if not one.accessibleName()])
        assert len(set(names)) == len(names), (name, sorted(one for one in names if names.count(one) > 1))
        primary = [one.text() for one in controls if one.property("kind") == "primary"]
        assert len(primary) <= 1, (name, primary)
        told = [one for one in section.findChildren(QLabel) if one.text()]
        assert all(one.textFormat() is Qt.TextFormat.PlainText for one in told)


# Narrative


def test_the_studio_begins_at_the_payers_limit_with_the_composed_text(opened: Open) -> None:
    window = opened()
    section = cast("NarrativeSection", window.section("Narrative"))
    assert named(section, QToolButton, "Length: Payer's limit: 400").isChecked()
    composed = narrative.compose(window.desk.resolved(window.opened().exam.case), 400).text
    assert editor(window).toPlainText() == composed
    assert named(section, QLabel, "Characters used").text() == f"{len(composed)} of 400 characters used."
    assert not button(window, "Narrative", "Save edit").isEnabled()


def test_another_length_shows_its_own_text_and_keeps_what_was_typed_at_the_first(opened: Open) -> None:
    window = opened()
    section = window.section("Narrative")
    editor(window).setPlainText("Typed at 400.")
    named(section, QToolButton, "Length: 80").click()
    assert 0 < len(editor(window).toPlainText()) <= 80
    named(section, QToolButton, "Length: Payer's limit: 400").click()
    assert editor(window).toPlainText() == "Typed at 400."


def test_a_sentence_under_the_mouse_or_the_caret_tells_its_fields_and_a_click_goes_there(
    opened: Open, qtbot: QtBot
) -> None:
    window = opened()
    section = window.section("Narrative")
    text = named(section, StudioText, "Composed narrative")
    told = named(section, QLabel, "Sources of the sentence")
    assert told.text().startswith("Move over a sentence")
    cursor = text.textCursor()
    cursor.setPosition(2)
    text.setTextCursor(cursor)
    assert "Findings: right parotid gland, lesion A, kind" in told.text()
    url = QUrl()
    url.setScheme("field")
    url.setPath("symptoms[0].kind")
    text.highlighted.emit(url)
    assert "Symptoms: swelling" in told.text()
    with qtbot.waitSignal(window.view.exam_path_wanted) as asked:
        text.anchorClicked.emit(url)
    assert asked.args == [window.opened().exam.exam_id, "symptoms[0].kind"]


def test_tab_walks_the_sentences_tells_their_fields_and_goes_on_to_the_editor(opened: Open, qtbot: QtBot) -> None:
    window = opened()
    section = window.section("Narrative")
    text = named(section, StudioText, "Composed narrative")
    told = named(section, QLabel, "Sources of the sentence")
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert told.text().startswith("From Findings: right parotid gland, lesion A, kind")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert told.text().startswith("From Symptoms: swelling")
    with qtbot.waitSignal(window.view.exam_path_wanted) as asked:
        QTest.keyClick(text, Qt.Key.Key_Return)
    assert asked.args[1] == "symptoms[0].kind"
    for _ in range(12):
        if not text.hasFocus():
            break
        QTest.keyClick(text, Qt.Key.Key_Tab)
    assert named(section, QPlainTextEdit, "Text for this length").hasFocus()


def test_words_by_hand_are_underlined_and_named_and_what_the_record_denies_is_told(opened: Open) -> None:
    window = opened()
    composed = editor(window).toPlainText()
    editor(window).setPlainText(composed.replace("right", "left", 1))
    marked = [one.cursor.selectedText() for one in editor(window).extraSelections()]
    assert marked == ["left"]
    assert all(one.format.fontUnderline() for one in editor(window).extraSelections())
    section = window.section("Narrative")
    labels = " ".join(one.text() for one in section.findChildren(QLabel))
    assert "Underlined words are by hand" in labels
    issues = named(section, CheckList, "What the record says to the edited text")
    assert issues.count() > 0
    issues.itemClicked.emit(issues.item(0))
    assert editor(window).textCursor().selectedText() == "left"


def test_marks_by_hand_sit_right_after_characters_that_take_two_places(opened: Open) -> None:
    window = opened()
    composed = editor(window).toPlainText()
    editor(window).setPlainText(f"\U0001f9b7\U0001f9b7 {composed} Own end.")
    marked = [one.cursor.selectedText() for one in editor(window).extraSelections()]
    assert marked == ["\U0001f9b7\U0001f9b7", "Own end."]


def test_a_saved_edit_is_of_its_length_and_can_be_taken_back(opened: Open) -> None:
    window = opened()
    composed = editor(window).toPlainText()
    editor(window).setPlainText(composed[:-1])
    button(window, "Narrative", "Save edit").click()
    assert [(one.limit, one.text, one.composed) for one in window.claim().edits] == [(400, composed[:-1], composed)]
    assert not button(window, "Narrative", "Save edit").isEnabled()
    button(window, "Narrative", "Take back edit").click()
    assert window.claim().edits == ()
    assert editor(window).toPlainText() == composed


def test_what_is_typed_stays_when_somebody_else_records_something(opened: Open) -> None:
    window = opened()
    editor(window).setPlainText("Half a sentence")
    claim_window.walk(window.desk, window.claim_id, {"kind": "note", "text": "From another window."})
    window.presenter.reload()
    assert editor(window).toPlainText() == "Half a sentence"


def test_the_table_says_for_each_length_whether_the_text_fits_and_where_it_would_end(opened: Open) -> None:
    window = opened()
    editor(window).setPlainText("x" * 90)
    table = named(window.section("Narrative"), RowTable, "What each length leaves")
    assert column(table, 0) == ["80", "100", "400", "2,000"]
    assert column(table, 1) == ["\u2717 Cut within a word", "\u2713 Fits", "\u2713 Fits", "\u2713 Fits"]
    assert column(table, 2)[0].endswith("x" * 60)
    assert all(words.startswith(("\u2713", "\u2717")) for words in map(cut_words, _cuts(window)))


def _cuts(window: ClaimWindow) -> list[Any]:
    section = cast("NarrativeSection", window.section("Narrative"))
    return [section._cuts_model.row(number) for number in range(4)]


def test_a_text_that_is_too_long_says_so_and_the_note_carries_only_its_beginning(opened: Open) -> None:
    window = opened()
    editor(window).setPlainText("swelling " * 60)
    section = window.section("Narrative")
    assert "too many: they would be cut" in named(section, QLabel, "Characters used").text()
    note = named(section, QPlainTextEdit, "Note segments").toPlainText().splitlines()
    assert len(note) == 5
    assert all(line.startswith("NTE*ADD*") for line in note)


def test_the_text_is_copied_as_it_stands(opened: Open) -> None:
    window = opened()
    editor(window).setPlainText("To the clipboard.")
    button(window, "Narrative", "Copy text").click()
    assert QGuiApplication.clipboard().text() == "To the clipboard."


# Letters and papers


def test_a_letter_is_shown_as_text_and_pages_and_saved_as_the_pdf_that_was_shown(opened: Open, tmp_path: Path) -> None:
    window = opened()
    button(window, "Narrative", LETTER_BUTTON).click()
    dialog = window.view.findChild(LetterDialog)
    assert dialog is not None and not dialog.isModal()
    text = named(dialog, QPlainTextEdit, f"{LETTER_BUTTON}: text")
    assert "Lindqvist, Maja" in text.toPlainText()
    target = tmp_path / "letter.pdf"
    dialog.save_to(target)
    assert target.read_bytes().startswith(b"%PDF-")
    labels = [one.text() for one in dialog.findChildren(QLabel)]
    assert "Saved as PDF and read back." in labels


def test_a_letter_that_cannot_be_written_where_it_should_go_says_so_and_leaves_nothing(
    opened: Open, tmp_path: Path
) -> None:
    window = opened()
    button(window, "Narrative", LETTER_BUTTON).click()
    dialog = window.view.findChild(LetterDialog)
    assert dialog is not None
    dialog.save_to(tmp_path / "nowhere" / "letter.pdf")
    labels = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert "The target folder is not there." in labels
    assert list(tmp_path.iterdir()) == []


def test_a_letter_without_a_signed_report_says_what_to_do_first(opened: Open) -> None:
    window = opened(is_signed=False)
    button(window, "Narrative", LETTER_BUTTON).click()
    dialog = window.view.findChild(LetterDialog)
    assert dialog is not None
    assert NO_REPORT in [one.text() for one in dialog.findChildren(QLabel)]
    assert not named(dialog, QPushButton, "Save PDF\u2026").isEnabled()


def test_papers_for_the_patient_follow_paper_and_language(opened: Open, tmp_path: Path) -> None:
    window = opened()
    section = window.section("Patient paper")
    text = named(section, QPlainTextEdit, "Patient paper: text")
    assert "$210.00" in text.toPlainText()
    english = text.toPlainText()
    box = named(section, QComboBox, "Language")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert "ecograf" in text.toPlainText().lower() or "ultrasonido" in text.toPlainText().lower()
    assert text.toPlainText() != english
    paper = named(section, QComboBox, "Paper")
    paper.setCurrentIndex(1)
    paper.activated.emit(1)
    assert named(section, QPushButton, "Save PDF\u2026").isEnabled()
    section.save_to(tmp_path / "summary.pdf")  # type: ignore[attr-defined]
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF-")


def test_a_summary_of_an_unsigned_exam_is_not_offered_for_saving(opened: Open) -> None:
    window = opened(is_signed=False)
    section = window.section("Patient paper")
    paper = named(section, QComboBox, "Paper")
    paper.setCurrentIndex(1)
    paper.activated.emit(1)
    assert NO_REPORT in [one.text() for one in section.findChildren(QLabel)]
    assert not named(section, QPushButton, "Save PDF\u2026").isEnabled()


# Pack


def test_a_blocked_pack_names_what_blocks_and_leads_to_the_checklist(opened: Open, qtbot: QtBot) -> None:
    window = opened()
    section = window.section("Pack")
    blocks = named(section, CheckList, "What blocks the pack")
    assert blocks.count() == len(window.presenter.situation.gaps) > 0  # type: ignore[union-attr]
    assert not button(window, "Pack", "Write claim pack").isEnabled()
    with qtbot.waitSignal(section.section_wanted) as wanted:
        button(window, "Pack", "Complete or override in the checklist\u2026").click()
    assert wanted.args == ["Checklist"]


def test_the_channel_decides_which_files_go_and_says_why(opened: Open) -> None:
    window = opened(OVER)
    table = named(window.section("Pack"), RowTable, "Files of the pack")
    sent = dict(zip(column(table, 0), column(table, 2), strict=True))
    assert sent["report.pdf"] == "\u2013 Stays"  # the payer of the sample takes JPEG and PNG
    assert sent["report-p01.jpg"] == "\u2713 Goes"
    assert all(column(table, 3))


def test_a_pack_is_written_only_with_a_folder_and_counts_when_it_was_read_back(opened: Open, tmp_path: Path) -> None:
    window = opened(OVER)
    section = cast("PackSection", window.section("Pack"))
    named(section, QPushButton, "Write claim pack").click()
    assert section._problem.text() == "Choose a folder first."
    named(section, QLineEdit, "Folder").setText(str(tmp_path))
    named(section, QPushButton, "Write claim pack").click()
    assert section._problem.text().startswith("Written and read back: ")
    (folder,) = tmp_path.iterdir()
    claim = json.loads((folder / "claim.json").read_bytes())
    assert claim["claim_id"] == window.claim_id
    assert named(section, QPushButton, "Open folder").isEnabled()
    named(section, QPushButton, "Write claim pack").click()
    assert "there already" in section._problem.text()
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]


def test_without_a_signed_report_the_pack_teaches_the_next_step(opened: Open) -> None:
    window = opened(is_signed=False)
    section = window.section("Pack")
    assert "Sign the report in the exam" in " ".join(one.text() for one in section.findChildren(QLabel))
    assert not button(window, "Pack", "Write claim pack").isEnabled()


def test_the_sheets_follow_the_kind_and_the_predetermination(opened: Open) -> None:
    window = opened()
    section = window.section("Pack")
    table = named(section, RowTable, "Claim form")
    actual = column(table, 2)
    named(section, QCheckBox, "As predetermination").click()
    assert column(table, 2) != actual
    items = column(table, 0)
    named(section, QToolButton, "CMS-1500 boxes").click()
    assert column(table, 0) != items
    assert not named(section, QCheckBox, "As predetermination").isEnabled()
    table.selectRow(0)
    assert section._item.text().startswith(column(table, 0)[0])  # type: ignore[attr-defined]
