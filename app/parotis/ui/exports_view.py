"""Exports: the signed reports, each a key away from a bundle, and what was written since the window was opened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from parotis.ui.controls import card, label, page, push_button
from parotis.ui.tables import EXAM_COLUMNS, RowTable, exam_model
from parotis.ui.worklist_view import EmptyState

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.presentation.export_presenter import ExportsPresenter
    from parotis.services.ports import ExamRow
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

MOST_SHOWN = 4


class ExportsView(QWidget):
    """Fulfils ``ExportsViewContract``.

    Signals:
        export_wanted: the id of the exam to export.
    """

    export_wanted = Signal(str)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        page(self)
        self._presenter: ExportsPresenter | None = None
        self._model = exam_model(EXAM_COLUMNS)
        self._table = RowTable("Signed reports", self._model, EXAM_COLUMNS, theme)
        self._table.set_opens_on_click(False)
        self._stack = QStackedWidget()
        self._empty = EmptyState("", icons, "exports")
        self._export = push_button("Export", self._on_export, "primary")
        self._export.setEnabled(False)
        self._done_card, self._done = card()
        self._done_card.hide()
        self._build()
        self._connect()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        head = QHBoxLayout()
        texts = QVBoxLayout()
        texts.addWidget(label("Exports", "page-title"))
        texts.addWidget(label("Choose a signed report and export it to a folder, a stick or a share.", "muted"))
        head.addLayout(texts, 1)
        head.addWidget(self._export)
        layout.addLayout(head)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._done_card)

    def _connect(self) -> None:
        self._table.chosen.connect(self._on_chosen)
        self._table.opened.connect(self._on_opened)
        self._model.more_wanted.connect(self._on_more_wanted)

    def attach(self, presenter: ExportsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def focus_first(self) -> None:
        """Put the focus on the list."""
        self._table.setFocus()

    def _on_chosen(self, number: int) -> None:
        self._export.setEnabled(number >= 0)

    def _on_opened(self, number: int) -> None:
        self.export_wanted.emit(self._model.row(number).exam_id)

    def _on_export(self) -> None:
        self._on_opened(self._table.currentIndex().row())

    def _on_more_wanted(self) -> None:
        if self._presenter is not None:
            self._presenter.more()

    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self._model.set_rows(rows, has_more=has_more)
        self._export.setEnabled(self._table.currentIndex().isValid())

    def show_empty(self, text: str) -> None:
        self._empty.say(text)
        self._stack.setCurrentWidget(self._empty if text else self._table)

    def show_done(self, folders: tuple[Path, ...]) -> None:
        while (item := self._done.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._done.addWidget(label("Exported and read back since you unlocked", "card-title"))
        for folder in folders[:MOST_SHOWN]:
            link = push_button(f"Open {folder.name}", partial(_open_folder, folder), "quiet")
            link.setToolTip(str(folder))
            self._done.addWidget(link)
        self._done_card.setVisible(bool(folders))


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
