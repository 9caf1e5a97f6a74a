"""The frame, the tables and the dialogues of the window, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from parotis.services.ports import ExamRow, ExamState
from parotis.ui.icons import Icons
from parotis.ui.idle_watch import IdleWatch
from parotis.ui.main_window import MainWindow
from parotis.ui.notice_bar import BarNotices, NoticeBar
from parotis.ui.rail import ENTRIES, Rail
from parotis.ui.tables import EXAM_COLUMNS, RowTable, exam_model
from parotis.ui.theme import Theme, ThemeMode
from parotis.ui.worklist_view import WorklistView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

RESOURCES = Path(__file__).parents[2] / "resources"


def read(name: str) -> bytes:
    return (RESOURCES / name).read_bytes()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme(read)
    made.apply(qapp, ThemeMode.LIGHT)
    return made


@pytest.fixture
def icons(theme: Theme) -> Icons:
    return Icons(read, theme)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, icons: Icons) -> MainWindow:
    made = MainWindow(tmp_path / "window.ini")
    qtbot.addWidget(made)
    made.furnish(Rail(icons), NoticeBar(icons))
    made.cover_with(QLabel("cover"))
    return made


def row(number: int, state: ExamState = ExamState.DRAFT, family_name: str = "Okafor") -> ExamRow:
    at = datetime(2026, 11, 12, 10, 20, tzinfo=UTC)
    return ExamRow(f"e{number}", state, "S-1", family_name, "Ngozi", None, at, "tmj", at, "u1")


def rows(*numbers: int) -> tuple[ExamRow, ...]:
    return tuple(row(number) for number in numbers)


def test_the_first_paint_is_told_once(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.painted):
        window.show()
    with qtbot.assertNotEmitted(window.painted, wait=50):
        window.hide()
        window.show()
    window.close_for_good()


def test_nothing_but_the_cover_shows_until_it_is_taken_away(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    assert window.is_covered
    assert not window.statusBar().isVisible()
    window.uncover()
    assert not window.is_covered
    assert window.statusBar().isVisible()
    window.close_for_good()


def test_the_save_state_is_read_by_a_screen_reader(window: MainWindow) -> None:
    window.show_save_state("Saved 10:31:07")
    face = QAccessible.queryAccessibleInterface(window.save_state)
    assert face.text(QAccessible.Text.Name) == "Save state"
    assert face.text(QAccessible.Text.Description) == "Saved 10:31:07"
    window.close_for_good()


def test_the_window_stays_until_it_may_go(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    with qtbot.waitSignal(window.close_wanted):
        window.close()
    assert window.isVisible()
    window.close_for_good()
    assert not window.isVisible()


def test_the_window_comes_back_where_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    for expected in (None, 700):
        window = MainWindow(tmp_path / "window.ini")
        qtbot.addWidget(window)
        window.show()
        if expected is None:
            window.resize(780, 700)
        assert expected in (None, window.height())
        window.close_for_good()


def test_the_window_is_never_narrower_than_the_form_needs_nor_wider_than_the_screen(window: MainWindow) -> None:
    screen = window.screen().availableGeometry()
    window.resize(300, 300)
    assert window.width() == min(1040, screen.width())
    assert window.height() == min(600, screen.height())


def test_every_entry_of_the_rail_is_named_and_does_something(qtbot: QtBot, icons: Icons) -> None:
    rail = Rail(icons)
    qtbot.addWidget(rail)
    for name, _icon, _shortcut in ENTRIES:
        button = next(one for one in rail.findChildren(QToolButton) if one.accessibleName() == name)
        with qtbot.waitSignal(rail.chosen) as chosen:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert chosen.args == [name]
    lock = next(one for one in rail.findChildren(QToolButton) if one.accessibleName() == "Lock")
    with qtbot.waitSignal(rail.locked):
        QTest.mouseClick(lock, Qt.MouseButton.LeftButton)


def test_a_notice_replaces_its_key_and_leaves_when_it_is_no_longer_true(qtbot: QtBot, icons: Icons) -> None:
    bar = NoticeBar(icons)
    qtbot.addWidget(bar)
    notices = BarNotices(bar)
    pressed: list[str] = []
    notices.show("save", "danger", "Not saved <b>x</b>", action=("Try again", lambda: pressed.append("again")))
    notices.show("save", "warning", "Still not saved", action=("Try again", lambda: pressed.append("again")))
    assert bar.texts() == ("Still not saved",)
    notices.clear("save")
    assert bar.texts() == ()
    assert not bar.isVisible()


def test_the_table_model_keeps_the_rules_of_qt_through_refreshes() -> None:
    model = exam_model(EXAM_COLUMNS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for shown in (rows(1, 2, 3), rows(4, 1, 2, 3), rows(4, 1, 3), rows(), rows(9, 8), rows(8, 9), rows(1, 9, 2)):
        model.set_rows(shown)
        assert [model.row(number) for number in range(model.rowCount())] == list(shown)


def test_a_refresh_keeps_the_chosen_row(qtbot: QtBot, theme: Theme) -> None:
    model = exam_model(EXAM_COLUMNS)
    table = RowTable("Worklist", model, EXAM_COLUMNS, theme)
    qtbot.addWidget(table)
    model.set_rows(rows(1, 2, 3))
    table.selectRow(1)
    model.set_rows((row(7), row(1), row(2, ExamState.TO_SIGN), row(3)))
    assert model.row(table.currentIndex().row()).exam_id == "e2"
    assert model.index(2, 4).data() == "\u25c6 To sign"


def test_a_state_is_told_by_shape_and_word() -> None:
    model = exam_model(EXAM_COLUMNS)
    model.set_rows(tuple(row(number, state) for number, state in enumerate(ExamState)))
    texts = {model.index(number, 4).data() for number in range(model.rowCount())}
    assert len({text.split()[0] for text in texts}) == len(ExamState)
    assert all(len(text.split()) > 1 for text in texts)


def test_enter_opens_the_row_and_the_search_leads_into_the_list(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    view = WorklistView(theme, icons, can_edit=True)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.show_rows(rows(1, 2), has_more=False)
    view.focus_search()
    search = view.focusWidget()
    QTest.keyClick(search, Qt.Key.Key_Down)
    table = view.findChild(RowTable)
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.exam_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == ["e2"]


def test_who_may_not_begin_an_exam_sees_no_button_that_does_nothing(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    view = WorklistView(theme, icons, can_edit=False)
    qtbot.addWidget(view)
    assert not [one for one in view.findChildren(QPushButton) if one.text() == "New exam"]


def test_the_idle_watch_speaks_only_after_the_time(qtbot: QtBot) -> None:
    watch = IdleWatch(5)
    with qtbot.assertNotEmitted(watch.idle):
        watch.look()
    watch.set_minutes(0)
    qtbot.wait(2)
    with qtbot.waitSignal(watch.idle):
        watch.look()
