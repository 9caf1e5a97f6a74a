from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, three_exams
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from parotis.domain import paths
from parotis.domain.region_map import RegionMap
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.services.ports import ExamState
from parotis.ui.exam_view import ExamView
from parotis.ui.icons import Icons
from parotis.ui.prior_pane import FILL_LABEL, PriorPane, PriorText
from parotis.ui.side_panel_text import ReportText
from parotis.ui.theme import Theme, ThemeMode
from parotis.ui.trend_plot import TrendPlotWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Screen:
    """The third exam of a patient open in a window, the second one still a draft, the Prior tab chosen by key."""

    def __init__(self, qtbot: QtBot, theme: Theme, count: int = 3) -> None:
        self.desk = exam_desk.desk()
        states = (ExamState.SIGNED, ExamState.DRAFT, ExamState.DRAFT)
        cases = [paths.replace(three_exams.exam(number), "interpretation.comparison", None) for number in range(count)]
        ids = [exam_desk.stored_exam(self.desk, case, state=states[at]) for at, case in enumerate(cases)]
        self.timers, self.notices = ManualTimers(), RecordingNotices()
        self.presenter = ExamPresenter(self.desk, InlineTasks(), self.timers, self.notices)
        region_map = RegionMap(self.desk.machine.resources.read("anatomy/face-neck-map.svg"))
        self.view = ExamView(self.presenter, theme, Icons(self.desk.machine.resources.read, theme), region_map)
        qtbot.addWidget(self.view)
        self.view.resize(1380, 860)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.presenter.open(ids[-1])
        tab = next(one for one in self.view.findChildren(QToolButton) if one.accessibleName() == "Prior")
        tab.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(tab, Qt.Key.Key_Space)

    @property
    def pane(self) -> PriorPane:
        return self.view.findChild(PriorPane)  # type: ignore[no-any-return]

    @property
    def text(self) -> PriorText:
        return self.pane.findChild(PriorText)  # type: ignore[no-any-return]

    @property
    def plot(self) -> TrendPlotWidget:
        return self.pane.findChild(TrendPlotWidget)  # type: ignore[no-any-return]

    def fill_buttons(self) -> list[QPushButton]:
        return [one for one in self.view.findChildren(QPushButton) if one.text() == FILL_LABEL and one.isVisible()]


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Callable[..., Screen]:
    def make(mode: ThemeMode = ThemeMode.LIGHT, count: int = 3) -> Screen:
        theme = Theme(exam_desk.ShippedResources().read)
        theme.apply(qapp, mode)
        return Screen(qtbot, theme, count)

    return make


def picture_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_the_tab_shows_what_changed_and_the_exams_in_short_as_text_to_select(screen: Callable[..., Screen]) -> None:
    at = screen()
    text = at.text.toPlainText()
    assert "Right parotid gland, lesion A: larger" in text
    assert "lesion C: not described today" in text
    assert "not a clinical threshold" in text
    assert "12 May 2026, 10:20 (UTC-06:00)" in text
    assert "Draft, not signed" in text
    assert "10 Nov 2025" in text
    assert text.index("12 May 2026, 10:20") < text.index("10 Nov 2025, 10:20")
    assert at.text.isReadOnly()
    at.text.selectAll()
    assert "not described today" in at.text.textCursor().selectedText()


def test_the_plot_is_painted_and_says_the_same_in_words(screen: Callable[..., Screen]) -> None:
    at = screen()
    assert at.plot.isVisible()
    assert at.plot.accessibleName() == "Longest axis over time"
    assert "12.4 mm on 12 May 2026 (draft)" in at.plot.accessibleDescription()
    image = picture_of(at.plot)
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    accent = Theme(exam_desk.ShippedResources().read).color("accent").name()
    assert accent in colours


def test_the_tab_is_walked_by_key_from_the_button_to_the_lesion_and_to_its_field(screen: Callable[..., Screen]) -> None:
    at = screen()
    (button,) = at.fill_buttons()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Tab)
    focus = QApplication.focusWidget()
    assert focus in (at.text, at.text.viewport())
    QTest.keyClick(at.text, Qt.Key.Key_Tab)
    QTest.keyClick(at.text, Qt.Key.Key_Return)
    assert at.view.section() == "Findings"


def test_the_comparison_is_filled_by_key_beside_its_field_and_undone(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.view.open_section("Interpretation")
    (beside_field,) = [one for one in at.fill_buttons() if not at.pane.isAncestorOf(one)]
    beside_field.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(beside_field, Qt.Key.Key_Space)
    filled = at.presenter.draft.case.interpretation.comparison
    assert filled is not None
    assert filled.startswith("Compared with the ultrasound of 10 Nov 2025 (12 months earlier)")
    QTest.keyClick(at.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert at.presenter.draft.case.interpretation.comparison is None


def test_the_report_beside_the_form_tells_of_signed_exams_only(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.presenter.preview()
    report = at.view.findChild(ReportText).toPlainText()  # type: ignore[union-attr]
    compared = report[report.index("Comparison") : report.index("Limitations")]
    assert "10 Nov 2025 (12 months)" in compared
    assert "12 May 2026" not in compared


def test_a_patient_without_earlier_exam_is_told_so_and_nothing_is_painted(screen: Callable[..., Screen]) -> None:
    at = screen(count=1)
    assert not at.plot.isVisible()
    assert not at.text.isVisible()
    assert "This patient has no earlier exam here." in [one.text() for one in at.pane.findChildren(QLabel)]
    assert at.fill_buttons() == []


def test_the_plot_follows_the_theme(screen: Callable[..., Screen], qapp: QApplication) -> None:
    at = screen(ThemeMode.DARK)
    dark = picture_of(at.plot)
    at.view.findChild(TrendPlotWidget)._theme.apply(qapp, ThemeMode.LIGHT)  # type: ignore[union-attr]
    assert picture_of(at.plot) != dark


def test_two_hundred_earlier_exams_are_all_listed(screen: Callable[..., Screen]) -> None:
    at = screen()
    case = three_exams.exam(0)
    for number in range(200):
        day = dt.datetime(2010, 1, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=20 * number)
        earlier = paths.replace(case, "exam.performed_at", day)
        exam_desk.stored_exam(at.desk, earlier, state=ExamState.SIGNED)
    record = at.presenter.record
    assert record is not None
    at.presenter.open(record.exam_id)
    assert "1 Jan 2010, 09:00 (UTC)" in at.text.toPlainText()
    assert len(at.plot.accessibleDescription()) < 20_000
