"""The claims screen with real widgets: what is shown, walked by key, read by a screen reader, and cut nowhere."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from helpers import exam_desk, hostile_text
from helpers.claim_desk import ClaimQueriesInMemory, RecordingDeeds, desk, exam_row
from helpers.claim_rows import TODAY, row
from helpers.presenter_ports import InlineTasks, RecordingNotices
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)

from parotis.domain.claims import entries
from parotis.domain.claims.records import Remittance
from parotis.domain.claims.remittance_files import Payment
from parotis.domain.errors import UnreadableInput
from parotis.presentation.claims_contract import STATE_CHOICES, TABS
from parotis.presentation.claims_presenter import NO_CLAIMS, SEE_NOT_BILLED, ClaimsPresenter
from parotis.presentation.remittance_presenter import RemittancePresenter
from parotis.ui.ageing_chart import AgeingChart
from parotis.ui.claim_columns import CLAIM_COLUMNS
from parotis.ui.claims_board import CardList
from parotis.ui.claims_list import ClaimTable
from parotis.ui.claims_view import ClaimsView
from parotis.ui.icons import Icons
from parotis.ui.theme import Theme, ThemeMode
from parotis.ui.worklist_view import WorklistView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from parotis.presentation.claims_contract import Tab
    from parotis.services.claim_ports import ClaimRow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support|propagateSizeHints")

SIZES = ((1196, 774), (1836, 1054))
"""What a window of 1280 x 800 and 1920 x 1080 leaves beside rail and status line."""
MANY = tuple(row(number) for number in range(120))


class Screen:
    def __init__(self, qtbot: QtBot, theme: Theme, *rows: ClaimRow) -> None:
        self.queries = ClaimQueriesInMemory(*rows)
        self.queries.exams = [exam_row(1), exam_row(2, "Hartmann")]
        self.deeds, self.notices = RecordingDeeds(self.queries), RecordingNotices()
        self.deeds.sentences = ("Prairie Dental Plan: 3 of 4 denied.",)
        self.view = ClaimsView(theme, Icons(exam_desk.ShippedResources().read, theme))
        tasks, at = InlineTasks(), desk(self.queries)
        self.presenter = ClaimsPresenter(self.view, at, self.deeds, tasks, self.notices)
        self.view.attach(self.presenter)
        self.view.attach_remittances(lambda pane: RemittancePresenter(pane, self.deeds, tasks, self.presenter.refresh))
        qtbot.addWidget(self.view)
        self.view.resize(*SIZES[0])
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.presenter.refresh()
        self.view.focus_first()

    def shown(self, name: str, kind: type[Any] = QWidget) -> Any:
        """The one visible widget of an accessible name."""
        (found,) = [one for one in self.view.findChildren(kind) if one.accessibleName() == name and one.isVisible()]
        return found

    def tab(self, name: Tab) -> None:
        QTest.mouseClick(self.shown(name, QToolButton), Qt.MouseButton.LeftButton)

    def press(self, name: str) -> None:
        QTest.mouseClick(self.shown(name, QAbstractButton), Qt.MouseButton.LeftButton)

    @property
    def table(self) -> ClaimTable:
        return self.view.findChild(ClaimTable)  # type: ignore[no-any-return]

    def column(self, title: str) -> CardList:
        return self.shown(title, CardList)  # type: ignore[no-any-return]

    def texts(self, column: int = 0) -> list[str]:
        model = self.table.model()
        return [model.index(number, column).data() for number in range(model.rowCount())]


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Callable[..., Screen]:
    def make(*rows: ClaimRow, mode: ThemeMode = ThemeMode.LIGHT) -> Screen:
        theme = Theme(exam_desk.ShippedResources().read)
        theme.apply(qapp, mode)
        return Screen(qtbot, theme, *rows)

    return make


def visible_controls(root: QWidget) -> Iterator[QWidget]:
    for kind in (QAbstractButton, QLineEdit, QComboBox, QTableView, CardList, QListWidget):
        yield from (one for one in root.findChildren(kind) if one.isVisible() and one.objectName() != "qt_")


def own_controls(root: QWidget) -> list[QWidget]:
    """Without the parts that Qt puts inside its own widgets."""
    return [one for one in visible_controls(root) if not isinstance(one.parent(), QTableView | QComboBox | CardList)]


def place_in(root: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


# -- the board --------------------------------------------------------------------------------------------------------


def test_the_board_shows_columns_counts_sums_and_cards(screen: Callable[..., Screen]) -> None:
    at = screen(row(0, state="denied"), row(1, state="denied"), row(2, state="sent"))
    denied = at.column("Denied")
    assert denied.accessibleDescription() == "2 claims, $435.50 open"
    assert denied.model().rowCount() == 2
    assert "Lindqvist, Maja, Prairie Dental Plan, Denied, $210.00, Overdue 3 days" in [
        denied.model().index(number).data() for number in range(2)
    ]
    assert any("2 claims \u00b7 $435.50" in one.text() for one in at.view.findChildren(QLabel) if one.isVisible())


def test_arrows_walk_cards_and_columns_and_enter_opens(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen(row(0, state="to-bill"), row(12, state="ready"), row(2, state="denied"), row(4, state="sent"))
    assert at.column("To bill, ready").hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert at.column("To bill, ready").currentIndex().row() == 1
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert at.column("Sent, acknowledged").hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert at.column("Denied").hasFocus()
    with qtbot.waitSignal(at.view.claim_opened) as opened:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert opened.args == ["c00000000002"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert at.column("Sent, acknowledged").hasFocus()


def test_a_click_opens_a_card(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen(row(5, state="denied"))
    cards = at.column("Denied")
    with qtbot.waitSignal(at.view.claim_opened) as opened:
        place = cards.visualRect(cards.model().index(0)).center()
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == ["c00000000005"]


def test_the_rest_of_a_column_leads_to_the_list_of_its_states(screen: Callable[..., Screen]) -> None:
    at = screen(*(row(number, state="denied") for number in range(20)), row(50, state="sent"))
    cards = at.column("Denied")
    assert cards.model().index(12).data() == "8 more"
    cards.stand_on(12)
    QTest.keyClick(cards, Qt.Key.Key_Return)
    assert at.table.isVisible()
    assert at.table.model().rowCount() == 20
    assert at.shown("State", QComboBox).currentText() == "Denied"


def test_a_refresh_of_the_board_keeps_card_and_scroll(screen: Callable[..., Screen]) -> None:
    at = screen(*(row(number, state="denied", due_on=TODAY + dt.timedelta(days=number)) for number in range(10)))
    cards = at.column("Denied")
    cards.stand_on(6)
    scrolled = cards.verticalScrollBar().value()
    assert scrolled > 0
    at.queries.rows.append(row(90, state="denied", due_on=TODAY - dt.timedelta(days=9)))
    at.presenter.refresh()
    assert cards.currentIndex().row() == 7
    assert cards.verticalScrollBar().value() == scrolled


def test_without_claims_the_button_leads_to_the_exams_not_billed(screen: Callable[..., Screen]) -> None:
    at = screen()
    assert any(one.text() == NO_CLAIMS.text for one in at.view.findChildren(QLabel) if one.isVisible())
    at.press(SEE_NOT_BILLED)
    assert at.shown("Not billed", QTableView).model().rowCount() == 2


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_table_keeps_the_rules_of_qt(screen: Callable[..., Screen]) -> None:
    at = screen(*MANY)
    at.tab("List")
    QAbstractItemModelTester(at.table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    at.press("Mine")
    at.press("Mine")
    assert at.table.model().columnCount() == len(CLAIM_COLUMNS)


def test_typing_narrows_the_list_and_arrow_down_leads_into_it(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen(*MANY)
    at.tab("List")
    at.view.focus_search()
    QTest.keyClicks(QApplication.focusWidget(), "meyer")
    assert {text.split(",")[0] for text in at.texts()} == {"Meyer"}
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert at.table.hasFocus()
    with qtbot.waitSignal(at.view.claim_opened) as opened:
        QTest.keyClick(at.table, Qt.Key.Key_Return)
    first = at.queries.claim(opened.args[0])
    assert first is not None
    assert first.family_name == "Meyer"


def test_every_filter_is_a_control_of_its_own(screen: Callable[..., Screen]) -> None:
    at = screen(*MANY)
    at.tab("List")
    at.press("Mine")
    assert set(at.texts(8)) == {"Me"}
    at.press("Mine")
    states, payers = at.shown("State", QComboBox), at.shown("Payer", QComboBox)
    assert [states.itemText(number) for number in range(states.count())] == [name for name, _ in STATE_CHOICES]
    states.setFocus()
    QTest.keyClicks(states, "Denied")
    assert set(at.texts(4)) == {"\u2715 Denied"}
    payers.setFocus()
    QTest.keyClicks(payers, "Union")
    assert set(at.texts(3)) == {"Union Health and Welfare Fund"}
    at.press("Due in 14 days")
    before = at.table.model().rowCount()
    at.press("Snoozed too")
    assert at.table.model().rowCount() >= before


def test_a_click_opens_a_row_and_its_last_cell_opens_its_actions(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen(*MANY)
    at.tab("List")
    table, last = at.table, len(CLAIM_COLUMNS) - 1
    with qtbot.waitSignal(at.view.claim_opened):
        place = table.visualRect(table.model().index(1, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.assertNotEmitted(at.view.claim_opened):
        place = table.visualRect(table.model().index(2, last)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (menu,) = [one for one in at.view.findChildren(QMenu) if one.isVisible()]
    assert [one.text() for one in menu.actions()][:4] == ["Open", "Assign to me", "Snooze 7 days", "Snooze 30 days"]
    assert table.currentIndex().row() == 2
    menu.actions()[3].trigger()
    menu.close()
    assert at.deeds.recorded[0][1] == entries.Snoozed(TODAY + dt.timedelta(days=30))


def test_a_claim_is_taken_and_given_back_by_button(screen: Callable[..., Screen]) -> None:
    at = screen(row(1, state="sent"))
    at.tab("List")
    at.table.setFocus()
    QTest.keyClick(at.table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is at.shown("Assign to me")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert at.texts(8) == ["Me"]
    at.press("Give back")
    assert at.texts(8) == ["\u2014"]


def test_the_next_action_is_planned_by_keyboard(screen: Callable[..., Screen]) -> None:
    at = screen(row(1, state="sent", next_action=None, next_action_on=None))
    at.tab("List")
    at.table.setFocus()
    at.press("Plan next action")
    assert QApplication.focusWidget().accessibleName() == "What is next"
    QTest.keyClicks(QApplication.focusWidget(), "Call the payer")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClicks(QApplication.focusWidget(), "2026-12-")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    date = QApplication.focusWidget()
    assert date.accessibleDescription() == "Type the date as 2026-11-12 or 12 Nov 2026."
    QTest.keyClicks(date, "01")
    QTest.keyClick(date, Qt.Key.Key_Return)
    assert at.texts(6) == ["1 Dec: Call the payer"]
    assert at.table.hasFocus()


def test_escape_leaves_the_plan_as_it_was(screen: Callable[..., Screen]) -> None:
    at = screen(row(1, state="sent"))
    at.tab("List")
    at.table.setFocus()
    at.press("Plan next action")
    QTest.keyClicks(QApplication.focusWidget(), "x")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert at.table.hasFocus()
    assert at.deeds.recorded == []


def test_the_csv_goes_where_the_file_dialogue_says(screen: Callable[..., Screen], tmp_path: Path) -> None:
    at = screen(*MANY)
    at.tab("List")
    at.press("Export CSV")
    (dialog,) = [one for one in at.view.findChildren(QFileDialog) if one.isVisible()]
    dialog.fileSelected.emit(str(tmp_path / "claims.csv"))
    dialog.close()
    assert (tmp_path / "claims.csv").read_bytes() == b"Claim\r\n"


def test_a_refresh_of_the_list_keeps_the_chosen_claim(screen: Callable[..., Screen]) -> None:
    at = screen(*(row(number, state="sent", due_on=TODAY + dt.timedelta(days=number)) for number in range(5)))
    at.tab("List")
    at.table.selectRow(3)
    at.queries.rows.append(row(90, state="sent", due_on=TODAY - dt.timedelta(days=9)))
    at.presenter.refresh()
    assert at.table.currentIndex().row() == 4


# -- reminder, not billed, ageing, remittances ------------------------------------------------------------------------


def test_the_reminder_is_read_and_leads_to_what_is_due(screen: Callable[..., Screen]) -> None:
    at = screen(
        row(0, state="denied", due_kind="appeal", due_on=TODAY), row(1, state="sent", due_on=None, due_kind=None)
    )
    assert at.shown("Today: 1 appeal.").isVisible()
    at.press("Show what is due")
    assert at.table.model().rowCount() == 1
    assert at.shown("Due in 14 days", QToolButton).isChecked()


def test_a_claim_starts_for_the_chosen_exam(screen: Callable[..., Screen], qtbot: QtBot) -> None:
    at = screen()
    at.tab("Not billed")
    assert at.shown("Not billed", QToolButton).text() == "Not billed  2"
    table = at.shown("Not billed", QTableView)
    QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(at.view.claim_opened) as opened:
        at.press("Start claim")
    assert opened.args == ["claim of x2"]


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_the_chart_is_painted_and_says_the_same_in_words(screen: Callable[..., Screen], mode: ThemeMode) -> None:
    at = screen(*MANY, mode=mode)
    at.tab("Ageing")
    chart = at.shown("Open amount by days since sent", AgeingChart)
    table = at.shown("Ageing by days since sent", QTableView).model()
    for number in range(5):
        assert (
            f"{table.index(number, 0).data()}: {table.index(number, 1).data()} claim" in chart.accessibleDescription()
        )
        assert table.index(number, 2).data() in chart.accessibleDescription()
    image = chart.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    theme = Theme(exam_desk.ShippedResources().read)
    theme.apply(QApplication.instance(), mode)  # type: ignore[arg-type]
    assert theme.color("accent").name() in colours
    assert at.shown("Payers so far", QListWidget).item(0).text() == "Prairie Dental Plan: 3 of 4 denied."


def test_a_remittance_file_is_read_seen_and_posted(screen: Callable[..., Screen], tmp_path: Path) -> None:
    at = screen(row(1, state="sent"))
    (tmp_path / "era.835").write_bytes(b"ISA*")
    at.deeds.previews[b"ISA*"] = preview(at.queries.rows[0])
    at.tab("Remittances")
    field = at.shown("835 file", QLineEdit)
    QTest.keyClicks(field, str(tmp_path / "era.835"))
    QTest.keyClick(field, Qt.Key.Key_Return)
    claims = at.shown("Claims of the file", QTableView).model()
    assert [claims.index(number, 7).data() for number in range(2)] == ["\u2713 Matched", "\u25cb No claim here"]
    assert at.shown("Payments of the file", QTableView).model().index(0, 5).data() == "\u2713 Balanced"
    assert QApplication.focusWidget() is at.shown("Post")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert at.deeds.posted == [b"ISA*"]
    assert at.shown("1 claim posted. 1 claim of the file of no claim here, kept with the file.").isVisible()


def test_the_problems_of_a_file_are_listed_by_segment(screen: Callable[..., Screen], tmp_path: Path) -> None:
    at = screen()
    (tmp_path / "era.835").write_bytes(b"no")
    at.deeds.error = UnreadableInput([("segment 3", "BPR has no amount."), ("segment 9", "CLP has no charge.")])
    at.tab("Remittances")
    QTest.keyClicks(at.shown("835 file", QLineEdit), str(tmp_path / "era.835"))
    at.press("Read 835 file")
    problems = at.shown("Problems of the file", QListWidget)
    assert [problems.item(number).text() for number in range(problems.count())] == [
        "segment 3: BPR has no amount.",
        "segment 9: CLP has no charge.",
    ]


def preview(own: ClaimRow) -> Any:
    paid = Remittance(payer_claim_number="P-1", charged="210.00", paid="150.00")
    denied = Remittance(payer_claim_number="P-2", charged="210.00", paid="0")
    claims = (
        SimpleNamespace(remittance=paid, row=own, state="paid", problems=()),
        SimpleNamespace(remittance=denied, row=None, state="denied", problems=()),
    )
    payment = Payment("Prairie", None, None, "T-9", TODAY, "150.00", (paid, denied))
    shown = SimpleNamespace(payment=payment, claims=claims)
    return SimpleNamespace(sha256="0", payments=(shown,), claims=claims, is_known=False)


# -- everywhere -------------------------------------------------------------------------------------------------------


def fill_remittances(at: Screen, folder: Path) -> None:
    (folder / "era.835").write_bytes(b"ISA*")
    at.deeds.previews[b"ISA*"] = preview(at.queries.rows[0])
    at.view.remittances.file.setText(str(folder / "era.835"))
    at.press("Read 835 file")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tab", TABS)
def test_nothing_overlaps_or_is_cut(
    screen: Callable[..., Screen], tmp_path: Path, tab: Tab, size: tuple[int, int]
) -> None:
    at = screen(*MANY)
    at.view.resize(*size)
    at.tab(tab)
    if tab == "Remittances":
        fill_remittances(at, tmp_path)
    QApplication.processEvents()
    assert (at.view.width(), at.view.height()) == size
    controls = own_controls(at.view)
    labels = [one for one in at.view.findChildren(QLabel) if one.isVisible() and one.text()]
    for one in (*controls, *labels):
        assert at.view.rect().contains(place_in(at.view, one)), one.accessibleName()
    for one in controls:
        if isinstance(one, QAbstractButton):
            assert one.width() >= one.sizeHint().width(), one.accessibleName()
            assert one.height() >= one.fontMetrics().height() + 8, one.accessibleName()
    for one in labels:
        room = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
        assert one.height() >= room, one.text()
        assert one.wordWrap() or one.width() >= one.sizeHint().width(), one.text()
    for first, second in itertools.combinations((*controls, *labels), 2):
        if not first.isAncestorOf(second) and not second.isAncestorOf(first):
            overlap = place_in(at.view, first) & place_in(at.view, second)
            assert overlap.isEmpty(), (first.accessibleName(), second.accessibleName())


@pytest.mark.parametrize("tab", TABS)
def test_every_control_is_named_and_no_name_is_given_twice(
    screen: Callable[..., Screen], tmp_path: Path, tab: Tab
) -> None:
    at = screen(*MANY)
    at.tab(tab)
    if tab == "Remittances":
        fill_remittances(at, tmp_path)
    names = Counter(
        (type(one).__name__ if isinstance(one, QTableView) else "", one.accessibleName())
        for one in own_controls(at.view)
    )
    assert all(name for _, name in names), names
    assert max(names.values()) == 1, names


def test_a_screen_reader_meets_each_card_as_an_item_of_a_list(screen: Callable[..., Screen]) -> None:
    at = screen(row(0, state="denied"))
    face = QAccessible.queryAccessibleInterface(at.column("Denied"))
    assert face.role() is QAccessible.Role.List
    assert face.text(QAccessible.Text.Name) == "Denied"
    assert face.child(0).text(QAccessible.Text.Name).startswith("Lindqvist, Maja, Prairie Dental Plan")


def test_hostile_names_are_shown_as_text(screen: Callable[..., Screen]) -> None:
    nasty = [text for text in hostile_text.strings(5, 60) if text.strip()]
    rows = [
        row(
            number,
            state="denied",
            family_name=text,
            given_name=text,
            payer_name=text,
            payer_key="same",
            next_action=text,
        )
        for number, text in enumerate(nasty)
    ]
    at = screen(*rows)
    at.deeds.sentences = tuple(nasty)
    for tab in TABS:
        at.tab(tab)
        at.view.grab()
        labels = [one for one in at.view.findChildren(QLabel) if one.isVisible()]
        assert all(one.textFormat() is Qt.TextFormat.PlainText for one in labels)
    at.tab("List")
    model = at.table.model()
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
    asleep = sum(one.snoozed_until is not None for one in rows)
    assert len(set(at.texts())) == len(nasty) - asleep
    assert set(at.texts()) <= {f"{text}, {text}" for text in nasty}


def test_the_worklist_shows_claims_in_the_place_of_exams(qtbot: QtBot, screen: Callable[..., Screen]) -> None:
    from helpers.claim_desk import NOW

    from parotis.presentation.claim_lines import line_of
    from parotis.services.ports import ExamRow, ExamState

    at = screen()
    theme = Theme(exam_desk.ShippedResources().read)
    theme.apply(QApplication.instance())  # type: ignore[arg-type]
    view = WorklistView(theme, Icons(exam_desk.ShippedResources().read, theme), can_edit=True)
    qtbot.addWidget(view)
    view.resize(*SIZES[0])
    view.show()
    view.show_rows(
        (ExamRow("e1", ExamState.SIGNED, "S-1", "Abara", "Chidi", None, NOW, "tmj", NOW, "u"),), has_more=False
    )
    view.show_claims((line_of(row(3), TODAY, "park"),), has_more=False)
    view.show_empty("")
    (table,) = [one for one in view.findChildren(QTableView) if one.isVisible()]
    assert table.accessibleName() == "Worklist"
    with qtbot.waitSignal(view.claim_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return) if table.currentIndex().isValid() else table.selectRow(0)
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == ["c00000000003"]
    view.show_rows((), has_more=False)
    view.show_empty("Nothing.")
    assert not [one for one in view.findChildren(QTableView) if one.isVisible()]
    assert not [one for one in at.view.findChildren(QPushButton) if one.text() == "New exam"]
