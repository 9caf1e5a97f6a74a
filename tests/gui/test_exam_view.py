from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QSplitter,
    QSplitterHandle,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from parotis.domain import paths
from parotis.domain.case import Case, ExamFacts
from parotis.domain.region_map import RegionMap
from parotis.forms import exam_form
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.services.ports import ExamState
from parotis.ui.check_list import CheckList
from parotis.ui.exam_view import ExamView
from parotis.ui.exam_view_bars import ActionBar, HeaderBar
from parotis.ui.icons import Icons
from parotis.ui.outline import Outline
from parotis.ui.region_map import RegionMapWidget
from parotis.ui.section_views import SectionPage
from parotis.ui.side_panel import SidePanel
from parotis.ui.theme import Theme, ThemeMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from parotis.services.ports import UserProfile

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NEW = Case(exam=ExamFacts(performed_at=exam_desk.START))
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Screen:
    """The exam screen in a window, driven as a person does."""

    def __init__(self, qtbot: QtBot, theme: Theme, case: Case, user: UserProfile, state: ExamState) -> None:
        self.qtbot, self.theme = qtbot, theme
        self.desk = exam_desk.desk(user)
        self.exam_id = exam_desk.stored_exam(self.desk, case, state=state)
        self.tasks, self.timers, self.notices = InlineTasks(), ManualTimers(), RecordingNotices()
        self.presenter = ExamPresenter(self.desk, self.tasks, self.timers, self.notices)
        self.region_map = RegionMap(self.desk.machine.resources.read("anatomy/face-neck-map.svg"))
        self.view = ExamView(self.presenter, theme, Icons(self.desk.machine.resources.read, theme), self.region_map)
        qtbot.addWidget(self.view)
        self.view.resize(1280, 780)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.presenter.open(self.exam_id)

    @property
    def case(self) -> Case:
        return self.presenter.draft.case

    @property
    def page(self) -> SectionPage:
        return next(page for page in self.view.findChildren(SectionPage) if page.isVisible())

    def named(self, name: str, root: QWidget | None = None) -> QWidget:
        """The control of an accessible name in the section in front."""
        found = [
            widget
            for widget in (root or self.page).findChildren(QWidget)
            if widget.accessibleName() == name and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        assert len(found) == 1, (name, found)
        return found[0]

    def type_into(self, name: str, text: str) -> None:
        control = self.named(name)
        control.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(control, text)

    def press(self, name: str, root: QWidget | None = None) -> None:
        button = self.named(name, root)
        assert isinstance(button, QAbstractButton)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Space)

    def keys(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifiers)

    def section(self, name: str) -> None:
        self.keys(getattr(Qt.Key, f"Key_{exam_form.NAMES.index(name) + 1}"), CTRL)  # type: ignore[arg-type]
        assert self.view.section() == name


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Callable[..., Screen]:
    theme = Theme(exam_desk.ShippedResources().read)
    theme.apply(qapp, ThemeMode.LIGHT)

    def make(
        case: Case | None = None,
        user: UserProfile = exam_desk.DENTIST,
        state: ExamState = ExamState.DRAFT,
    ) -> Screen:
        return Screen(qtbot, theme, sample_cases.case() if case is None else case, user, state)

    return make


def test_a_case_is_typed_by_keyboard_section_by_section(screen: Callable[..., Screen]) -> None:
    at = screen(NEW)
    for name, text in (
        ("Chart number", "S-1"), ("Family name", "O'Neil <b>"), ("Given name", "Sara"),
        ("Date of birth", "14 Jun 1979"),
    ):  # fmt: skip
        at.type_into(name, text)
    at.type_into("Sex", "f")
    at.section("Symptoms")
    at.type_into("Chief complaint", "swollen")
    at.type_into("Clinical examination", "soft")
    at.press("Add symptom")
    at.type_into("Symptom", "s")
    at.type_into("Duration", "5")
    at.section("Rationale")
    at.type_into("Reason for ultrasound", "cy")
    at.type_into("Clinical question", "cyst or not")
    at.press("Add prior study")
    at.type_into("Study", "pan")
    at.section("Region")
    at.type_into("Add structure", "right parotid gl")
    at.keys(Qt.Key.Key_Return)
    at.type_into("Device", "scanner")
    at.section("Findings")
    at.press("Abnormal, Right parotid gland")
    at.press("Add lesion")
    at.type_into("Kind of lesion", "c")
    for name, text in (("Longest", "14,2"), ("Perpendicular", "11.0"), ("Third axis", "x"), ("Depth", "6")):
        at.type_into(name, text)
    at.section("Interpretation")
    at.type_into("Impression", "Cyst.")
    at.keys(Qt.Key.Key_Return)
    QTest.keyClicks(at.named("Impression"), "Benign.")
    at.type_into("Limitations", "none")
    at.section("Claim")
    at.press("Add procedure")
    at.type_into("Diagnosis codes", "r22.0")
    at.keys(Qt.Key.Key_Return)
    at.type_into("Payer", "Prairie")
    at.section("Review")
    at.type_into("Performer", "Rosa")
    at.timers.advance(1_000)
    stored = exam_desk.memory_of(at.desk).exams[at.exam_id]
    case = stored.case
    assert (case.patient.chart_number, case.patient.family_name) == ("S-1", "O'Neil <b>")
    assert (case.patient.given_name, case.patient.sex) == ("Sara", "female")
    assert case.patient.birth_date == dt.date(1979, 6, 14)
    assert (case.complaint, case.clinical_exam) == ("swollen", "soft")
    assert case.symptoms[0].kind == "swelling"
    assert case.symptoms[0].duration is not None
    assert (case.rationale.reason, case.rationale.question) == ("cyst", "cyst or not")
    assert case.rationale.prior_studies[0].kind == "panoramic"
    assert [(entry.structure, entry.side, entry.status) for entry in case.scan] == [
        ("parotid-gland", "right", "examined")
    ]
    lesion = case.findings[0].lesions[0]
    assert (lesion.label, lesion.kind) == ("A", "cyst")
    assert lesion.size_mm == (Decimal("14.2"), Decimal("11.0"), None)
    assert stored.rejected == (("findings[0].lesions[0].size_mm[2]", "x"),)
    assert case.interpretation.impression == ("Cyst.", "Benign.")
    assert case.claim.procedures[0].code == "D0370"
    assert case.claim.diagnoses == ("R22.0",)
    assert case.exam.performer is not None


def test_every_control_of_a_section_has_a_name_of_its_own(screen: Callable[..., Screen]) -> None:
    case = sample_cases.case()
    case = dataclasses.replace(case, symptoms=case.symptoms * 2, findings=case.findings)
    case = paths.replace(case, "findings[1].state", "abnormal")
    case = paths.replace(case, "findings[1].lesions", case.findings[0].lesions * 2)
    at = screen(case)
    for section in exam_form.NAMES:
        at.view.open_section(section)
        names = [
            widget.accessibleName()
            for widget in at.page.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(at.page)
        ]
        assert all(names), section
        assert len(names) == len(set(names)), (section, sorted(names))


def test_the_focus_walks_in_reading_order(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.keys(Qt.Key.Key_1, CTRL)
    walked = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        walked.append(focused.accessibleName())
        at.keys(Qt.Key.Key_Tab)
    assert walked == [
        "Chart number", "Sex", "Family name", "Given name", "Date of birth", "Performed at", "Referred by",
        "Consent given",
    ]  # fmt: skip


def test_new_items_are_walked_in_their_place(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.section("Findings")
    at.press("Add lesion")
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Kind of lesion, Right parotid gland, lesion 2"
    at.keys(Qt.Key.Key_Tab)
    following = QApplication.focusWidget()
    assert following is not None
    assert following.accessibleName() == "Longest, Right parotid gland, lesion 2"


def test_undo_by_key_goes_back_in_the_form_and_to_the_field(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.section("Symptoms")
    at.type_into("History", "NEW ")
    at.section("Interpretation")
    at.type_into("Limitations", "x")
    at.keys(Qt.Key.Key_Z, CTRL)
    assert at.case.interpretation.limitations == sample_cases.case().interpretation.limitations
    at.keys(Qt.Key.Key_Z, CTRL)
    assert at.case == sample_cases.case()
    assert at.view.section() == "Symptoms"
    assert at.named("History").hasFocus()
    at.keys(Qt.Key.Key_Z, CTRL | SHIFT)
    assert at.case.history is not None
    assert at.case.history.startswith("NEW ")


def test_sections_are_stepped_through_by_key_from_within_a_text(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.section("Symptoms")
    at.named("History").setFocus()
    at.keys(Qt.Key.Key_PageDown, CTRL)
    assert at.view.section() == "Rationale"
    at.keys(Qt.Key.Key_PageUp, CTRL)
    at.keys(Qt.Key.Key_PageUp, CTRL)
    assert at.view.section() == "Patient"


def test_a_check_leads_to_its_field(screen: Callable[..., Screen]) -> None:
    at = screen(paths.replace(sample_cases.case(), "findings[0].lesions[0].size_mm[2]", None))
    at.keys(Qt.Key.Key_F7)
    checks = next(found for found in at.view.findChildren(CheckList) if found.isVisible())
    checks.setCurrentRow(0)
    checks.setFocus()
    QTest.keyClick(checks, Qt.Key.Key_Return)
    assert at.view.section() == "Findings"
    assert at.named("Third axis").hasFocus()
    shown = [label.text() for label in at.page.findChildren(QLabel)]
    assert "Missing" in shown


def test_text_that_does_not_parse_is_shown_again_after_opening(screen: Callable[..., Screen]) -> None:
    at = screen()
    control = at.named("Date of birth")
    control.setFocus()
    QTest.keyClick(control, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(control, "1979-13-14")
    at.timers.advance(1_000)
    at.presenter.open(at.exam_id)
    assert at.named("Date of birth").property("text") == "1979-13-14"
    assert at.named("Date of birth").property("invalid")


def test_an_area_of_the_map_joins_the_scan_list(screen: Callable[..., Screen]) -> None:
    at = screen(NEW)
    at.section("Region")
    at.page.findChild(RegionMapWidget).toggled.emit("masseter", "left")  # type: ignore[union-attr]
    assert at.named("Take left masseter off the scan list")
    at.section("Findings")
    assert at.named("Normal, Left masseter")


def test_a_structure_not_seen_asks_for_a_reason(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.section("Region")
    assert not at.named("Reason").isVisible()
    at.type_into("Status", "not s")
    assert at.case.scan[0].status == "not-seen"
    at.presenter.edit("scan[0].reason", "air")
    at.keys(Qt.Key.Key_Z, CTRL)
    at.qtbot.waitUntil(at.named("Reason").isVisible)


def test_markup_that_was_typed_is_shown_as_typed(screen: Callable[..., Screen]) -> None:
    evil = "<b>x</b> &amp; <img src='file:///etc/passwd'>"
    at = screen(paths.replace(sample_cases.case(), "interpretation.limitations", evil))
    at.keys(Qt.Key.Key_F8)
    report = next(found for found in at.view.findChildren(QTextBrowser) if found.accessibleName() == "Report text")
    assert evil in report.toPlainText()


def test_a_click_in_the_report_leads_to_the_field(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.keys(Qt.Key.Key_F8)
    report = next(found for found in at.view.findChildren(QTextBrowser) if found.accessibleName() == "Report text")
    document = report.document()
    cursor = document.find("mandibular ramus")
    href = cursor.charFormat().anchorHref()
    assert href
    report.anchorClicked.emit(href)
    assert at.view.section() == "Interpretation"
    assert at.named("Limitations").hasFocus()


def test_the_outline_tells_states_in_words(screen: Callable[..., Screen]) -> None:
    at = screen(paths.replace(sample_cases.case(), "patient.chart_number", None))
    outline = at.view.findChild(Outline)
    assert outline is not None
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    assert outline.item(0).data(role) == "Patient, 1 to settle"
    assert outline.item(1).data(role) == "Symptoms, done"


def test_signing_is_requested_by_key(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen()
    with qtbot.waitSignal(at.view.sign_requested, timeout=1_000):
        at.keys(Qt.Key.Key_Return, CTRL)


def test_an_assistant_hands_over(screen: Callable[..., Screen]) -> None:
    at = screen(user=exam_desk.ASSISTANT)
    at.press("Send to sign", at.view)
    assert exam_desk.memory_of(at.desk).exams[at.exam_id].state is ExamState.TO_SIGN


def test_a_signed_exam_is_read_only_and_can_be_exported(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen(state=ExamState.SIGNED)
    at.type_into("Chart number", "changed")
    at.section("Findings")
    assert not at.named("Normal, Left parotid gland").isEnabled()
    at.section("Symptoms")
    assert not at.named("Add symptom").isVisible()
    assert at.case == sample_cases.case()
    with qtbot.waitSignal(at.view.export_requested, timeout=1_000):
        at.press("Export", at.view)


def test_folding_the_panel_away_is_remembered_as_no_width(screen: Callable[..., Screen]) -> None:
    at = screen()
    assert at.view.panel_width() > 0
    at.keys(Qt.Key.Key_F9)
    assert at.view.panel_width() == 0
    at.view.set_panel_width(360)
    assert at.view.panel_width() == 360


def overlaps_in(parent: QWidget) -> list[tuple[str, str]]:
    """Children that lie on each other or reach out of their parent."""
    shown = [
        child
        for child in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child.isVisible() and not isinstance(child, QSplitterHandle)
    ]
    names = {child: child.accessibleName() or type(child).__name__ for child in shown}
    crossed = [
        (names[one], names[other])
        for one, other in itertools.combinations(shown, 2)
        if one.geometry().intersects(other.geometry())
    ]
    return crossed + [(names[child], "outside") for child in shown if not parent.rect().contains(child.geometry())]


@pytest.mark.parametrize("width_px", [640, 876, 956, 1030, 1042, 1280])
def test_nothing_overlaps_or_is_cut_however_narrow_the_page(screen: Callable[..., Screen], width_px: int) -> None:
    at = screen()
    at.view.resize(width_px, 640)
    splitter = at.view.findChild(QSplitter)
    bars = (at.view.findChild(HeaderBar), at.view.findChild(ActionBar))
    for name in exam_form.NAMES:
        at.view.open_section(name)
        QApplication.sendPostedEvents()
        parts = [splitter, *bars]
        assert [overlaps_in(part) for part in parts] == [[]] * 3, name
        content = at.page.widget()
        assert content is not None
        assert content.minimumSizeHint().width() <= at.page.viewport().width(), name
        tabs = [tab for tab in content.findChildren(QToolButton) if tab.property("tab") and tab.isVisible()]
        assert all(tab.width() >= tab.sizeHint().width() for tab in tabs), name


def test_on_a_narrow_page_the_side_panel_folds_by_itself_and_comes_back(screen: Callable[..., Screen]) -> None:
    at = screen()
    panel = at.view.findChild(SidePanel)
    at.view.resize(956, 640)
    assert not panel.isVisible()
    assert at.view.panel_width() > 0
    at.keys(Qt.Key.Key_F9)
    assert panel.isVisible()
    assert not at.view.findChildren(SectionPage)[0].isVisible()
    at.view.focus_path("patient.family_name")
    assert not panel.isVisible()
    assert QApplication.focusWidget() is at.named("Family name")
    at.keys(Qt.Key.Key_F9)
    outline = at.view.findChild(Outline)
    QTest.keyClick(outline, Qt.Key.Key_Down)
    assert not panel.isVisible()
    at.keys(Qt.Key.Key_F9)
    place = outline.visualItemRect(outline.currentItem()).center()
    QTest.mouseClick(outline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not panel.isVisible()
    at.view.resize(1280, 640)
    assert panel.isVisible()


def test_a_remembered_panel_never_takes_the_room_of_the_form(screen: Callable[..., Screen]) -> None:
    at = screen()
    at.view.set_panel_width(3_000)
    QApplication.sendPostedEvents()
    assert at.page.width() >= 500
    assert overlaps_in(at.view.findChild(QSplitter)) == []


def test_the_export_icon_stands_out_from_its_button(screen: Callable[..., Screen]) -> None:
    at = screen(state=ExamState.SIGNED)
    export = next(button for button in at.view.findChildren(QPushButton) if button.accessibleName() == "Export")
    picture = export.icon().pixmap(20, 20).toImage()
    colors = {
        picture.pixelColor(x, y).name()
        for x, y in itertools.product(range(picture.width()), range(picture.height()))
        if picture.pixelColor(x, y).alpha() > 250
    }
    at_rest = Theme(exam_desk.ShippedResources().read)
    expected = "on_accent" if export.property("kind") == "primary" else "text"
    assert colors == {at_rest.color(expected).name()}


def test_a_state_chosen_by_key_keeps_the_focus_on_its_structure(screen: Callable[..., Screen]) -> None:
    at = screen(dataclasses.replace(sample_cases.case(), findings=()))
    at.section("Findings")
    at.press("Normal, Left parotid gland")
    assert at.case.findings[0].state == "normal"
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Normal, Left parotid gland"
    assert focused.isVisible()


def test_a_note_of_a_megabyte_is_shortened_below_the_name_and_whole_in_its_field(screen: Callable[..., Screen]) -> None:
    note = "swelling of the right parotid gland, 14 mm. " * 23_000
    at = screen(paths.replace(sample_cases.case(), "findings[0].note", note))
    at.view.open_section("Findings")
    texts = [label.text() for label in at.page.findChildren(QLabel)]
    assert max(map(len, texts)) < 3000
    assert at.presenter.draft.case.findings[0].note == note


def test_the_outline_has_room_for_each_name_beside_what_is_open(screen: Callable[..., Screen]) -> None:
    at = screen()
    outline = at.view.findChild(Outline)
    assert outline is not None
    state_px = QFontMetrics(at.theme.font(bold=True)).horizontalAdvance("! 12")
    for row in range(outline.count()):
        name_px = outline.fontMetrics().horizontalAdvance(outline.item(row).text())
        assert 22 + name_px + 4 + state_px + 10 <= outline.width(), outline.item(row).text()
