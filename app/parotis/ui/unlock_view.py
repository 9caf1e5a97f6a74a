"""The unlock pane: the first thing that is painted, so it is made of little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from parotis.ui.controls import NamedField, ProblemLine, card, label, page, push_button

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from parotis.presentation.unlock_presenter import UnlockPresenter

CARD_WIDTH = 420
CAPS_HINT = "Caps Lock seems to be on."


class PassphraseLine(QLineEdit):
    """A field for a passphrase, with a hint while Caps Lock seems to be on; nothing that is typed can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self.hint = label("", "small")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt does not tell the state of Caps Lock; a large letter without Shift does."""
        text = event.text()
        if text.isalpha():
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.hint.setText(CAPS_HINT if text.isupper() != has_shift and text.upper() != text.lower() else "")
        super().keyPressEvent(event)


class LoginLine(QLineEdit):
    """Who it is: typed, or chosen from the logins of the practice, which a click or the Down key shows.

    Not a combo box: that alone would cost a fifth of the time to the first paint.
    """

    def offer(self, logins: tuple[str, ...]) -> None:
        """The logins to choose from; the first is put in unless something was typed."""
        from PySide6.QtWidgets import QCompleter

        completer = QCompleter(list(logins), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        if logins and not self.text():
            self.setText(logins[0])

    def _show_all(self) -> None:
        completer = self.completer()
        if completer is not None and completer.model().rowCount() > 1:
            completer.setCompletionPrefix("")
            completer.complete()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._show_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._show_all()
        else:
            super().keyPressEvent(event)


class UnlockView(QWidget):
    """Fulfils ``UnlockViewContract``."""

    def __init__(self) -> None:
        super().__init__()
        page(self)
        self._presenter: UnlockPresenter | None = None
        self._title = label("Parotis", "page-title")
        self._subtitle = label("Unlock the practice", "muted", wraps=True)
        self._user = LoginLine()
        self._passphrase = PassphraseLine()
        self._problem = ProblemLine()
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("Opening the practice")
        policy = self._busy.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(policy)
        self._busy.hide()
        self._unlock = push_button("Unlock", self._on_unlock_clicked, "primary")
        self._hint = label("", "small", wraps=True)
        self._hint.hide()
        self._build()
        self._connect()

    def _build(self) -> None:
        frame, inner = card()
        frame.setFixedWidth(CARD_WIDTH)
        inner.setContentsMargins(32, 28, 32, 24)
        self._title.setWordWrap(True)
        inner.addWidget(self._title)
        inner.addWidget(self._subtitle)
        inner.addSpacing(8)
        inner.addWidget(NamedField("User", self._user, keeps_room=False))
        inner.addWidget(NamedField("Passphrase", self._passphrase, keeps_room=False))
        inner.addWidget(self._passphrase.hint)
        inner.addWidget(self._problem)
        inner.addWidget(self._unlock)
        inner.addWidget(self._busy)
        column = QVBoxLayout()
        column.addStretch(2)
        column.addWidget(frame)
        self._hint.setFixedWidth(CARD_WIDTH)
        column.addWidget(self._hint)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def _connect(self) -> None:
        self._passphrase.returnPressed.connect(self._on_unlock_clicked)
        self._user.returnPressed.connect(self._passphrase.setFocus)

    def attach(self, presenter: UnlockPresenter) -> None:
        """Intents go to this presenter from now on; what was typed before stays."""
        self._presenter = presenter

    def set_hint(self, text: str) -> None:
        """A sentence under the card, such as who is in the sample practice."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_reason(self, text: str) -> None:
        """Why there is something to unlock, below the name of the practice."""
        self._subtitle.setText(text)

    def fill_passphrase(self, passphrase: str) -> None:
        """Only for the sample practice, whose passphrases are no secret."""
        self._passphrase.setText(passphrase)

    def _on_unlock_clicked(self) -> None:
        if self._presenter is not None:
            self._presenter.unlock(self._user.text(), self._passphrase.text())

    def show_accounts(self, practice_name: str, logins: tuple[str, ...]) -> None:
        self._title.setText(practice_name)
        self._user.offer(logins)
        if (self._user.text() and self._user is self.focusWidget()) or not self.focusWidget():
            self._passphrase.setFocus()

    def show_busy(self, *, is_busy: bool) -> None:
        self._unlock.setEnabled(not is_busy)
        self._unlock.setText("Opening…" if is_busy else "Unlock")
        self._busy.setVisible(is_busy)
        for field in (self._user, self._passphrase):
            field.setEnabled(not is_busy)

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def clear_passphrase(self) -> None:
        self._passphrase.clear()
        self._passphrase.hint.setText("")

    def focus_passphrase(self) -> None:
        self._passphrase.setFocus()

    def focus_first(self) -> None:
        """Put the focus where typing begins."""
        (self._passphrase if self._user.text() else self._user).setFocus()
