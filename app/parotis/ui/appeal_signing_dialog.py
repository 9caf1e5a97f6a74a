"""Signing an appeal with its exhibits: what it means, and the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from parotis.ui.controls import NamedField, ProblemLine, label, push_button, within
from parotis.ui.unlock_view import PassphraseLine

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from parotis.presentation.claim_appeal_presenter import AppealSigningPresenter


class AppealSigningDialog(QDialog):
    """Fulfils ``AppealSigningView``. Modal: nothing else may change while the package is being signed."""

    def __init__(self, parent: QWidget, exhibits: tuple[str, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sign the appeal")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter: AppealSigningPresenter | None = None
        self._statement = label("", wraps=True)
        self._passphrase = PassphraseLine()
        self._field = NamedField("Passphrase", self._passphrase, keeps_room=False)
        self._problem = ProblemLine()
        self._progress_text = label("", "small")
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._cancel = push_button("Cancel", self.reject)
        self._sign = push_button("Sign package", self._on_sign, "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label("Sign the appeal with its exhibits", "page-title"))
        listed = "\n".join(("One PDF: the letter, then", *exhibits)) if exhibits else "One PDF: the letter."
        layout.addWidget(label(listed, "muted", wraps=True))
        for widget in (self._statement, self._field, self._passphrase.hint, self._problem, self._progress_text):
            layout.addWidget(widget)
        layout.addWidget(self._progress)
        layout.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addWidget(self._sign)
        layout.addLayout(row)
        self.resize(within(parent, 620, 460))
        self._passphrase.returnPressed.connect(self._on_sign)
        self.show_progress("")

    def attach(self, presenter: AppealSigningPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def _on_sign(self) -> None:
        if self._presenter is not None and self._sign.isEnabled():
            self._presenter.sign(self._passphrase.text())

    def show_statement(self, text: str) -> None:
        self._statement.setText(text)

    def show_can_sign(self, *, can_sign: bool) -> None:
        self._sign.setEnabled(can_sign)
        self._passphrase.setEnabled(can_sign)
        self._cancel.setEnabled(can_sign)
        if can_sign:
            self._passphrase.setFocus()

    def show_progress(self, text: str) -> None:
        self._progress_text.setText(text)
        self._progress_text.setVisible(bool(text))
        self._progress.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def clear_passphrase(self) -> None:
        self._passphrase.clear()
        self._passphrase.hint.setText("")

    def show_signed(self, sentence: str) -> None:
        self._problem.say(sentence, "success")
        for widget in (self._statement, self._field, self._passphrase.hint, self._sign):
            widget.hide()
        self._cancel.setEnabled(True)
        self._cancel.setText("Close")
        self._cancel.setAccessibleName("Close")
        self._cancel.setFocus()

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
