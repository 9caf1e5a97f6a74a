"""What every dialogue has in common in which a passphrase makes something final."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QWidget

from parotis.ui.controls import NamedField, ProblemLine, label, push_button
from parotis.ui.unlock_view import PassphraseLine

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Signer(Protocol):
    """What a presenter of signing does for the dialogue."""

    @property
    def is_signing(self) -> bool: ...

    def sign(self, passphrase: str) -> None: ...

    def close(self) -> None: ...


class PassphraseDialog(QDialog):
    """Statement, passphrase, problem and progress. Modal: nothing may change while a signature is being made.

    The dialogue cannot be left while its presenter is signing, and it is gone once it was left.
    """

    def __init__(self, parent: QWidget, title: str, sign_text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._presenter: Signer | None = None
        self._statement = label("", wraps=True)
        self._passphrase = PassphraseLine()
        self._field = NamedField("Passphrase", self._passphrase, keeps_room=False)
        self._problem = ProblemLine()
        self._progress_text = label("", "small")
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._cancel = push_button("Cancel", self.reject)
        self._sign = push_button(sign_text, self._on_sign, "primary")
        self._passphrase.returnPressed.connect(self._on_sign)

    def attach(self, presenter: Signer) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def _button_row(self, *more: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._cancel)
        row.addStretch(1)
        for button in (self._sign, *more):
            row.addWidget(button)
        return row

    def _on_sign(self) -> None:
        if self._presenter is not None and self._sign.isEnabled():
            self._presenter.sign(self._passphrase.text())

    def show_statement(self, text: str) -> None:
        self._statement.setText(text)

    def show_can_sign(self, *, can_sign: bool) -> None:
        self._sign.setEnabled(can_sign)
        self._passphrase.setEnabled(can_sign)
        if can_sign:
            self._passphrase.setFocus()

    def _show_progress_text(self, text: str) -> None:
        self._progress_text.setText(text)
        self._progress_text.setVisible(bool(text))
        self._progress.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def clear_passphrase(self) -> None:
        self._passphrase.clear()
        self._passphrase.hint.setText("")

    def _show_end(self, sentence: str) -> None:
        """Signed: only closing is left, beside what the dialogue itself offers."""
        self._problem.say(sentence, "success")
        for widget in (self._statement, self._field, self._passphrase.hint, self._sign):
            widget.hide()
        self._cancel.setText("Close")
        self._cancel.setAccessibleName("Close")

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
