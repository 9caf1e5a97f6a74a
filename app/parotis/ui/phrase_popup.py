"""The preview of phrases under the cursor: a list and the text of the one chosen. It never takes the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QVBoxLayout, QWidget

from parotis.ui.form_editors_base import plain_label

if TYPE_CHECKING:
    from parotis.presentation.phrase_presenter import Offer

_WIDTH_PX = 460
_GAP_PX = 4
_ROWS_SHOWN = 8
_MOST_SHOWN = 400
"""Characters of a long phrase: the popup stays smaller than the window."""


class PhrasePopup(QFrame):
    """A child of the window, so that the window stays the active one.

    Signals:
        chosen: the position of a phrase that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("popup", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Phrases")
        self.setFixedWidth(min(_WIDTH_PX, max(240, window.width() - 16)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        self._list = QListWidget(self)
        self._list.setAccessibleName("Matching phrases")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._show_preview)
        self._list.itemClicked.connect(lambda _item: self.chosen.emit(self._list.currentRow()))
        self._preview = plain_label("", "", self)
        self._preview.setWordWrap(True)
        self._preview.setAccessibleName("Text of the phrase")
        layout.addWidget(self._list)
        layout.addWidget(self._preview)
        layout.addWidget(plain_label("Tab or Enter puts it in \u00b7 Esc closes", "small", self))
        self._offer: Offer | None = None
        self.hide()

    @property
    def row(self) -> int:
        """The position of the phrase chosen."""
        return max(0, self._list.currentRow())

    def offer(self, offer: Offer, cursor: QRect) -> None:
        """Show what fits, under the cursor, a rectangle of the window."""
        if offer != self._offer:
            self._offer = offer
            self._list.clear()
            self._list.addItems([f"{match.phrase.shortcut}   {match.phrase.title}" for match in offer.matches])
            row_px = self._list.sizeHintForRow(0)
            self._list.setFixedHeight(row_px * min(_ROWS_SHOWN, len(offer.matches)) + 2 * self._list.frameWidth() + 4)
            self._list.setCurrentRow(0)
        self._place(cursor)
        self.show()
        self.raise_()

    def move_by(self, step: int) -> None:
        """Choose the next or the one before; the last is followed by the first."""
        self._list.setCurrentRow((self.row + step) % max(1, self._list.count()))

    def _show_preview(self, row: int) -> None:
        texts = self._offer.previews if self._offer is not None else ()
        text = texts[row] if 0 <= row < len(texts) else ""
        self._preview.setText(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}\u2026")
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def _place(self, cursor: QRect) -> None:
        self._fit()
        room = self.window().rect()
        below = cursor.bottom() + _GAP_PX
        top = below if below + self.height() <= room.bottom() else cursor.top() - _GAP_PX - self.height()
        left = max(_GAP_PX, min(cursor.left(), room.right() - self.width() - _GAP_PX))
        self.move(QPoint(left, max(_GAP_PX, top)))
