"""The board: a column for each step of a claim's way, cards in it that are painted, and how many more there are.

Arrows walk cards and columns, Enter opens. A column is a list view, so that a screen reader meets it as a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.claim_lines import MISSING
from parotis.ui.controls import label
from parotis.ui.tables import paint_chip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.claims_contract import BoardColumn
    from parotis.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

CARD_ROLE = int(Qt.ItemDataRole.UserRole) + 1
TELLS_STATE_ROLE = CARD_ROLE + 1
"""Whether a card says its state: not in a column of one state, whose head says it."""
_GAP_PX = 8
_PAD_PX = 9
_LEAST_WIDTH_PX = 120


class ClaimsBoard(QWidget):
    """Signals:
    opened: the id of the claim that was opened.
    more_wanted: the states of the column whose rest is wanted.
    """

    opened = Signal(str)
    more_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._columns: dict[str, _Column] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP_PX)

    def show_columns(self, columns: tuple[BoardColumn, ...]) -> None:
        """Show these; a column that stays keeps its place, its scroll and the card that is chosen."""
        for column in columns:
            if column.title not in self._columns:
                self._columns[column.title] = self._made(column.title)
            self._columns[column.title].show_column(column)
        shown = {column.title for column in columns}
        for title, view in self._columns.items():
            view.setVisible(title in shown)

    def focus_first(self) -> bool:
        """Put the focus on the first card there is; whether there is one."""
        for view in self._visible():
            if view.cards.model().rowCount():
                view.cards.setFocus()
                return True
        return False

    def _made(self, title: str) -> _Column:
        made = _Column(title, self._theme)
        made.cards.opened.connect(self.opened)
        made.cards.more_wanted.connect(self.more_wanted)
        made.cards.side_wanted.connect(self._on_side_wanted)
        self._row.addWidget(made, 1)
        return made

    def _visible(self) -> list[_Column]:
        return [view for view in self._columns.values() if view.isVisibleTo(self)]

    def _on_side_wanted(self, step: int) -> None:
        """The next column with cards in that direction, at the same height."""
        views = self._visible()
        at = next((number for number, view in enumerate(views) if view.cards is self.sender()), 0)
        row = views[at].cards.currentIndex().row()
        while 0 <= (at := at + step) < len(views):
            count = views[at].cards.model().rowCount()
            if count:
                views[at].cards.stand_on(min(max(row, 0), count - 1))
                return


class _Column(QFrame):
    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__()
        self.setProperty("lane", True)
        self.setAccessibleName(title)
        self.setMinimumWidth(_LEAST_WIDTH_PX)
        self._sum = label("", "small")
        self.cards = CardList(title, theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 10, 0, 4)
        layout.setSpacing(2)
        for part in (label(title, "card-title"), self._sum):
            part.setContentsMargins(6, 0, 4, 0)
            # A long sum is cut rather than making one column wider than the others.
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            layout.addWidget(part)
        layout.addSpacing(4)
        layout.addWidget(self.cards, 1)

    def show_column(self, column: BoardColumn) -> None:
        count = f"{column.count:,} claim{'' if column.count == 1 else 's'}"
        self._sum.setText(f"{count} \u00b7 {column.amount}")
        self.cards.setAccessibleDescription(f"{count}, {column.amount} open")
        self.cards.show_cards(column)


class _CardModel(QAbstractListModel):
    """Cards by claim id, and last, where there are more, a row that says so."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[ClaimLine] = []
        self.more = 0
        self.tells_state = True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._cards) + bool(self.more)

    def card(self, row: int) -> ClaimLine | None:
        """None for the row that says how many more there are."""
        return self._cards[row] if row < len(self._cards) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.card(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return card.description if card is not None else f"{self.more:,} more"
        if role == TELLS_STATE_ROLE:
            return self.tells_state
        return card if role == CARD_ROLE else None

    def set_cards(self, cards: tuple[ClaimLine, ...], more: int) -> None:
        """Smallest change first: where the same claims stand in the same order, only their texts change."""
        same = [card.claim_id for card in self._cards] == [card.claim_id for card in cards]
        if same and bool(self.more) == bool(more):
            self._cards, self.more = list(cards), more
            if self.rowCount():
                self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
            return
        self.beginResetModel()
        self._cards, self.more = list(cards), more
        self.endResetModel()


class CardList(QListView):
    """Signals:
    opened: the id of the claim whose card was opened.
    more_wanted: the states of the column, where the row with the rest was opened.
    side_wanted: -1 or 1, the arrow left or right was pressed.
    """

    opened = Signal(str)
    more_wanted = Signal(object)
    side_wanted = Signal(int)

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setProperty("board", True)
        self._theme = theme
        self._states: tuple[Any, ...] = ()
        self._cards = _CardModel()
        self.setModel(self._cards)
        self.setItemDelegate(_CardDelegate(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(False)
        self.setMouseTracking(True)
        self.clicked.connect(self._on_clicked)
        self._ground = self.viewport()

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, 300)

    def show_cards(self, column: BoardColumn) -> None:
        """Show the cards of a column; the claim that was chosen stays chosen, and the list where it was scrolled to."""
        self._states = column.states
        chosen = self._cards.card(self.currentIndex().row()) if self.currentIndex().isValid() else None
        scrolled = self.verticalScrollBar().value()
        self._cards.tells_state = len(column.states) > 1
        self._cards.set_cards(column.cards, column.more)
        if chosen is not None:
            ids = [card.claim_id for card in column.cards]
            if chosen.claim_id in ids:
                self.setCurrentIndex(self._cards.index(ids.index(chosen.claim_id)))
        self.verticalScrollBar().setValue(scrolled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._cards.rowCount() else Qt.FocusPolicy.NoFocus)

    def stand_on(self, row: int) -> None:
        """Choose a card and take the focus."""
        self.setCurrentIndex(self._cards.index(row))
        self.setFocus()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._cards.rowCount():
            self.setCurrentIndex(self._cards.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.side_wanted.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        card = self._cards.card(index.row())
        if card is None:
            self.more_wanted.emit(self._states)
        else:
            self.opened.emit(card.claim_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._cards.rowCount():
            painter = QPainter(self._ground)
            painter.setPen(self._theme.color("muted"))
            painter.setFont(self._theme.font("small"))
            place = self._ground.rect().adjusted(8, 8, -8, 0)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), "No claims")
            painter.end()


class _CardDelegate(QStyledItemDelegate):
    """Patient; payer and amount; state and what is due as chips."""

    def __init__(self, theme: Theme, parent: CardList) -> None:
        super().__init__(parent)
        self._theme = theme
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        """Fonts are made once a theme, not once a card: a board is painted at every key of the search."""
        self._fonts = {
            "title": self._theme.font("base", bold=True),
            "small": self._theme.font("small"),
            "chip": self._theme.font("small", bold=True),
        }
        self._metrics = {name: QFontMetrics(font) for name, font in self._fonts.items()}

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(CARD_ROLE) is None:
            return QSize(0, self._theme.target_px + _GAP_PX)
        return QSize(0, self._card_height(1 + bool(index.data(TELLS_STATE_ROLE))) + _GAP_PX)

    def _card_height(self, chips: int) -> int:
        base, small = (self._metrics[name].height() for name in ("title", "small"))
        return 2 * _PAD_PX + base + 2 * small + 8 + chips * (small + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: ClaimLine | None = index.data(CARD_ROLE)
        place = option.rect.adjusted(4, 0, -2, -_GAP_PX)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = is_current and bool(option.state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if card is None:
            self._paint_more(painter, place, str(index.data()), has_focus=has_focus, is_hovered=is_hovered)
        else:
            self._paint_frame(painter, place, has_focus=has_focus, is_hovered=is_hovered)
            box = place.adjusted(_PAD_PX, _PAD_PX, -_PAD_PX, -_PAD_PX)
            self._paint_texts(painter, box, card, index.data(TELLS_STATE_ROLE))
        painter.restore()

    def _paint_frame(self, painter: QPainter, place: QRect, *, has_focus: bool, is_hovered: bool) -> None:
        color, width = ("focus", 2) if has_focus else ("hairline", 1)
        painter.setPen(QPen(self._theme.color(color), width))
        painter.setBrush(self._theme.color("hover" if is_hovered else "surface"))
        inset = width - 1
        radius = self._theme.radius
        painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), radius, radius)

    def _paint_more(self, painter: QPainter, place: QRect, text: str, *, has_focus: bool, is_hovered: bool) -> None:
        if has_focus or is_hovered:
            self._paint_frame(painter, place, has_focus=has_focus, is_hovered=is_hovered)
        painter.setPen(self._theme.color("accent"))
        painter.setFont(self._theme.font("base", bold=True))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_texts(self, painter: QPainter, box: QRect, card: ClaimLine, tells_state: bool) -> None:
        lines = (
            (card.patient, "title", "text"),
            (card.payer, "small", "muted"),
            (card.amount, "small", "text"),
        )
        top = box.top()
        for text, font, color in lines:
            metrics = self._metrics[font]
            painter.setFont(self._fonts[font])
            painter.setPen(self._theme.color(color))
            room = QRect(box.left(), top, box.width(), metrics.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), shown)
            top += metrics.height() + 4
        state = card.state if tells_state else MISSING
        for text, tone in ((state, card.state_tone), (card.due_short, card.due_tone)):
            if text != MISSING:
                top += self._paint_chip(painter, box, top, text, tone) + 4

    def _paint_chip(self, painter: QPainter, box: QRect, top: int, text: str, tone: str) -> int:
        metrics = self._metrics["chip"]
        height = metrics.height() + 6
        if tone:
            width = min(metrics.horizontalAdvance(text) + 18, box.width())
            paint_chip(painter, QRect(box.left(), top, width, height), text, tone, self._theme)
            return height
        painter.setPen(self._theme.color("muted"))
        painter.setFont(self._fonts["small"])
        shown = self._metrics["small"].elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        place = QRect(box.left(), top, box.width(), height)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        return height
