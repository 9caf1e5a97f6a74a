"""Signing: the report as it will be, what still blocks it, the statement, and the passphrase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from parotis.domain.paths import steps
from parotis.ui.controls import label, push_button, within, without_arguments
from parotis.ui.passphrase_dialog import PassphraseDialog
from parotis.ui.preview_dialog import PagePictures

if TYPE_CHECKING:
    from parotis.domain.issue import Issue

SIDE_WIDTH = 380


class SigningDialog(PassphraseDialog):
    """Fulfils ``SigningViewContract``.

    Signals:
        issue_chosen: the path of a point that blocks; the person wants to go there.
        export_wanted: the signed report is to be exported.
    """

    issue_chosen = Signal(str)
    export_wanted = Signal()

    def __init__(self, parent: QWidget, patient: str) -> None:
        super().__init__(parent, "Sign report", "Sign report")
        self._pages = PagePictures("Report pages")
        self._title = label("Sign report", "page-title")
        self._patient = label(patient, "muted", wraps=True)
        self._blocks_title = label("To settle before signing", "card-title")
        self._blocks = QVBoxLayout()
        self._export = push_button("Export", self._on_export, "primary")
        self._document = label("", "small", wraps=True)
        self._document.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._build()
        self.resize(within(parent, 1160, 860))
        self._blocks_title.hide()
        self._export.hide()
        self._document.hide()
        self.show_progress("", can_cancel=False)
        self.show_can_sign(can_sign=False)

    def _build(self) -> None:
        side = QFrame()
        side.setProperty("bar", "side")
        side.setFixedWidth(SIDE_WIDTH)
        inner = QVBoxLayout(side)
        inner.setContentsMargins(24, 20, 24, 20)
        inner.setSpacing(12)
        inner.addWidget(self._title)
        inner.addWidget(self._patient)
        inner.addWidget(self._blocks_title)
        self._blocks.setSpacing(8)
        inner.addLayout(self._blocks)
        inner.addStretch(1)
        for widget in (self._statement, self._document, self._field, self._passphrase.hint, self._problem):
            inner.addWidget(widget)
        inner.addWidget(self._progress_text)
        inner.addWidget(self._progress)
        inner.addLayout(self._button_row(self._export))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(side)

    def _on_export(self) -> None:
        self.accept()
        self.export_wanted.emit()

    def _on_issue(self, path: str) -> None:
        self.reject()
        self.issue_chosen.emit(path)

    def show_pages(self, pages: tuple[bytes, ...]) -> None:
        self._pages.show_pages(pages)

    def show_blocking(self, issues: tuple[Issue, ...]) -> None:
        while (item := self._blocks.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._blocks_title.setVisible(bool(issues))
        for issue in issues:
            link = QPushButton(issue.text)
            link.setProperty("kind", "quiet")
            link.setAutoDefault(False)
            link.setAccessibleName(f"{issue.text} ({_place(issue.path)})")
            link.setToolTip("Go to the field")
            link.clicked.connect(without_arguments(partial(self._on_issue, issue.path)))
            self._blocks.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)

    def show_progress(self, text: str, *, can_cancel: bool) -> None:
        self._show_progress_text(text)
        self._cancel.setEnabled(can_cancel or not text)

    def show_signed(self, sentence: str, document_id: str, sha256: str) -> None:
        self._show_end(sentence)
        self._title.setText("Signed")
        self._document.setText(f"Document {document_id}\nSHA-256 {sha256[:32]}\n{sha256[32:]}")
        self._document.show()
        self._export.show()
        self._export.setFocus()


def _place(path: str) -> str:
    """The part of the form that a path is in."""
    first = next(iter(steps(path)), "form")
    return str(first).replace("_", " ")
