"""Signing: the report as it will be, what still blocks it, the statement, and the passphrase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from parotis.domain.paths import steps
from parotis.ui.controls import NamedField, ProblemLine, label, push_button, within, without_arguments
from parotis.ui.preview_dialog import PagePictures
from parotis.ui.unlock_view import PassphraseLine

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from parotis.domain.issue import Issue
    from parotis.presentation.signing_presenter import SigningPresenter

SIDE_WIDTH = 380


class SigningDialog(QDialog):
    """Fulfils ``SigningViewContract``. Modal: nothing else may change while a report is being signed.

    Signals:
        issue_chosen: the path of a point that blocks; the person wants to go there.
        export_wanted: the signed report is to be exported.
    """

    issue_chosen = Signal(str)
    export_wanted = Signal()

    def __init__(self, parent: QWidget, patient: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sign report")
        self.setModal(True)
        self._presenter: SigningPresenter | None = None
        self._pages = PagePictures("Report pages")
        self._title = label("Sign report", "page-title")
        self._patient = label(patient, "muted", wraps=True)
        self._blocks_title = label("To settle before signing", "card-title")
        self._blocks = QVBoxLayout()
        self._statement = label("", wraps=True)
        self._passphrase = PassphraseLine()
        self._field = NamedField("Passphrase", self._passphrase, keeps_room=False)
        self._problem = ProblemLine()
        self._progress_text = label("", "small")
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._cancel = push_button("Cancel", self.reject)
        self._sign = push_button("Sign report", self._on_sign, "primary")
        self._export = push_button("Export", self._on_export, "primary")
        self._document = label("", "small", wraps=True)
        self._document.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._build()
        self.resize(within(parent, 1160, 860))
        self._passphrase.returnPressed.connect(self._on_sign)
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
        row = QHBoxLayout()
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addWidget(self._sign)
        row.addWidget(self._export)
        inner.addLayout(row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(side)

    def attach(self, presenter: SigningPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def _on_sign(self) -> None:
        if self._presenter is not None and self._sign.isEnabled():
            self._presenter.sign(self._passphrase.text())

    def _on_export(self) -> None:
        self.accept()
        self.export_wanted.emit()

    def _on_issue(self, path: str) -> None:
        self.reject()
        self.issue_chosen.emit(path)

    def show_statement(self, text: str) -> None:
        self._statement.setText(text)

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

    def show_can_sign(self, *, can_sign: bool) -> None:
        self._sign.setEnabled(can_sign)
        self._passphrase.setEnabled(can_sign)
        if can_sign:
            self._passphrase.setFocus()

    def show_progress(self, text: str, *, can_cancel: bool) -> None:
        self._progress_text.setText(text)
        self._progress_text.setVisible(bool(text))
        self._progress.setVisible(bool(text))
        self._cancel.setEnabled(can_cancel or not text)

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def clear_passphrase(self) -> None:
        self._passphrase.clear()
        self._passphrase.hint.setText("")

    def show_signed(self, sentence: str, document_id: str, sha256: str) -> None:
        self._title.setText("Signed")
        self._problem.say(sentence, "success")
        self._document.setText(f"Document {document_id}\nSHA-256 {sha256[:32]}\n{sha256[32:]}")
        self._document.show()
        for widget in (self._statement, self._field, self._passphrase.hint, self._sign):
            widget.hide()
        self._cancel.setText("Close")
        self._cancel.setAccessibleName("Close")
        self._export.show()
        self._export.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves, but not while a signature is being made."""
        if event.key() == Qt.Key.Key_Escape and self._presenter is not None and self._presenter.is_signing:
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        if self._presenter is not None:
            if self._presenter.is_signing:
                return
            self._presenter.close()
        self._passphrase.clear()
        super().done(result)
        self.deleteLater()


def _place(path: str) -> str:
    """The part of the form that a path is in."""
    first = next(iter(steps(path)), "form")
    return str(first).replace("_", " ")
