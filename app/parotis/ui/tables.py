"""The one table model of the program, the look of its rows, and the columns for exams and patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from parotis.domain import wording
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from parotis.domain.case import Patient
    from parotis.services.ports import ExamRow
    from parotis.ui.theme import Theme

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT_PX = 44
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 1

STATE_WORDS = {
    ExamState.DRAFT: ("\u25cb", "Draft", "warning"),
    ExamState.TO_SIGN: ("\u25c6", "To sign", "accent"),
    ExamState.SIGNING: ("\u25d0", "Signing", "accent"),
    ExamState.SIGNED: ("\u2713", "Signed", "success"),
}
"""A shape, a word and a tone for each state: never the colour alone."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """``read`` gives the text of a row. ``tone`` makes the cell a chip, unless it gives an empty text.

    ``weight`` shares out the width. ``is_number`` sets the column flush right.
    """

    title: str
    read: Callable[[Row], str]
    weight: int = 1
    tone: Callable[[Row], str] | None = None
    is_number: bool = False


class RowTableModel(QAbstractTableModel, Generic[Row]):
    """Frozen rows under columns. ``key`` tells which row is which, so that a refresh keeps selection and scroll.

    Signals:
        more_wanted: the end of the rows came into view, and there are more.
    """

    more_wanted = Signal()

    def __init__(self, columns: tuple[Column[Row], ...], key: Callable[[Row], Hashable]) -> None:
        super().__init__()
        self._columns = columns
        self._key = key
        self._rows: list[Row] = []
        self._has_more = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[index.column()].read(self._rows[index.row()])
        if role == TONE_ROLE:
            tone = self._columns[index.column()].tone
            return None if tone is None else tone(self._rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._columns[column].is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        if self._has_more:
            self._has_more = False
            self.more_wanted.emit()

    def row(self, number: int) -> Row:
        """The row at a position."""
        return self._rows[number]

    def position_of(self, key: Hashable) -> int | None:
        """Where the row with a key is."""
        return next((number for number, row in enumerate(self._rows) if self._key(row) == key), None)

    def set_rows(self, rows: tuple[Row, ...], *, has_more: bool = False) -> None:
        """Show these rows by the smallest change: what is the same above and below stays where it is."""
        self._has_more = has_more
        old, new = self._rows, list(rows)
        old_keys, new_keys = [self._key(row) for row in old], [self._key(row) for row in new]
        head = 0
        while head < min(len(old), len(new)) and old_keys[head] == new_keys[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old_keys[-1 - tail] == new_keys[-1 - tail]:
            tail += 1
        if head + tail < len(old):
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            del old[head : len(old) - tail]
            self.endRemoveRows()
        if head + tail < len(new):
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            old[head:head] = new[head : len(new) - tail]
            self.endInsertRows()
        for number, row in enumerate(new):
            if self._rows[number] != row:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(self._columns) - 1))


class ChipDelegate(QStyledItemDelegate):
    """Paints a cell that has a tone as a chip, and a row as one target."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.state &= ~QStyle.StateFlag.State_HasFocus
        tone = index.data(TONE_ROLE)
        if not tone:
            super().paint(painter, option, index)
            return
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        bare.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, bare.widget)
        font = self._theme.font("small", bold=True)
        metrics = QFontMetrics(font)
        height = metrics.height() + 6
        place = QRect(
            option.rect.left() + 8,
            option.rect.center().y() - height // 2,
            min(metrics.horizontalAdvance(text) + 20, option.rect.width() - 12),
            height,
        )
        paint_chip(painter, place, text, tone, self._theme)


def paint_chip(painter: QPainter, place: QRect, text: str, tone: str, theme: Theme) -> None:
    """A chip with a text, cut with an ellipsis where it does not fit."""
    font = theme.font("small", bold=True)
    room = place.width() - 16
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(f"{tone}_surface"))
    painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
    painter.setPen(theme.color(tone))
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()


class RowTable(QTableView):
    """A list of rows: one click or Enter opens, arrows choose, nothing needs a double click.

    Signals:
        opened: the position of the row that was opened.
        chosen: the position of the row that is now the current one.
    """

    opened = Signal(int)
    chosen = Signal(int)

    def __init__(self, name: str, model: RowTableModel[Any], columns: tuple[Column[Any], ...], theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self._opens_on_click = True
        self.setItemDelegate(ChipDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._weights = tuple(column.weight for column in columns)
        self.clicked.connect(self._on_clicked)
        model.rowsInserted.connect(self._choose_first)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def set_opens_on_click(self, opens: bool) -> None:
        """Whether one click opens a row, or only chooses it."""
        self._opens_on_click = opens

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        width, total = self.viewport().width(), sum(self._weights)
        for column, weight in enumerate(self._weights):
            self.setColumnWidth(column, width * weight // total)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self._choose_first()

    def _choose_first(self) -> None:
        """Who comes to the list by keyboard stands on a row."""
        if self.hasFocus() and not self.currentIndex().isValid() and self.model().rowCount():
            self.selectRow(0)

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._opens_on_click:
            self.opened.emit(index.row())

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.chosen.emit(current.row())


def _patient(row: ExamRow) -> str:
    return ", ".join(part for part in (row.family_name, row.given_name) if part) or "No name yet"


def _time(value: datetime | None) -> str:
    """In the machine's zone."""
    if value is None:
        return "Not recorded"
    local = value.astimezone()
    return f"{wording.day(local.date())}, {local:%H:%M}"


def _moment(value: datetime | None) -> str:
    """In the machine's zone, which is named."""
    return "Not recorded" if value is None else wording.moment(value.astimezone())


def _state(row: ExamRow) -> str:
    shape, word, _tone = STATE_WORDS[row.state]
    return f"{shape} {word}"


def _reason(row: ExamRow) -> str:
    return wording.capitalised(wording.term(row.reason)) if row.reason else "\u2014"


EXAM_COLUMNS: tuple[Column[ExamRow], ...] = (
    Column("Patient", _patient, 5),
    Column("Chart", lambda row: row.chart_number or "\u2014", 2),
    Column("Exam", lambda row: _moment(row.performed_at), 5),
    Column("Reason", _reason, 4),
    Column("State", _state, 3, lambda row: STATE_WORDS[row.state][2]),
    Column("Last change", lambda row: _time(row.updated_at), 4),
)

EXAM_OF_PATIENT_COLUMNS: tuple[Column[ExamRow], ...] = tuple(
    column for column in EXAM_COLUMNS if column.title not in ("Patient", "Chart")
)

PATIENT_COLUMNS: tuple[Column[Patient], ...] = (
    Column("Name", lambda patient: wording.patient_name(patient) or "No name yet", 5),
    Column("Chart", lambda patient: patient.chart_number or "", 2),
    Column("Born", lambda patient: wording.day(patient.birth_date) if patient.birth_date else "\u2014", 3),
    Column("Sex", lambda patient: wording.capitalised(patient.sex or "\u2014"), 2),
)


def exam_model(columns: tuple[Column[ExamRow], ...]) -> RowTableModel[ExamRow]:
    """A model of exams."""
    return RowTableModel(columns, lambda row: row.exam_id)


def patient_model() -> RowTableModel[Patient]:
    """A model of patients."""
    return RowTableModel(PATIENT_COLUMNS, lambda patient: patient.chart_number)
