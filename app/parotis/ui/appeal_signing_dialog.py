"""Signing an appeal with its exhibits: what it means, and the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from parotis.ui.controls import label, within
from parotis.ui.passphrase_dialog import PassphraseDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class AppealSigningDialog(PassphraseDialog):
    """Fulfils ``AppealSigningView``."""

    def __init__(self, parent: QWidget, exhibits: tuple[str, ...]) -> None:
        super().__init__(parent, "Sign the appeal", "Sign package")
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
        layout.addLayout(self._button_row())
        self.resize(within(parent, 620, 460))
        self.show_progress("")

    def show_can_sign(self, *, can_sign: bool) -> None:
        super().show_can_sign(can_sign=can_sign)
        self._cancel.setEnabled(can_sign)

    def show_progress(self, text: str) -> None:
        self._show_progress_text(text)

    def show_signed(self, sentence: str) -> None:
        self._show_end(sentence)
        self._cancel.setEnabled(True)
        self._cancel.setFocus()
