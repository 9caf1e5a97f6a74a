"""Message bars above the content: what happened, what is safe, what to do. A notice stays while it is true."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.contracts import NoticeKind
    from parotis.ui.icons import Icons

_ICONS: dict[NoticeKind, str] = {"info": "info", "success": "ok", "warning": "warning", "danger": "error"}
_WORDS: dict[NoticeKind, str] = {"info": "Note", "success": "Done", "warning": "Warning", "danger": "Problem"}
_ICON_PX = 20


class BarNotices:
    """Fulfils ``Notices`` with a bar."""

    def __init__(self, bar: NoticeBar) -> None:
        self._bar = bar

    def show(
        self, key: str, kind: NoticeKind, text: str, *, action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        self._bar.add(key, kind, text, action)

    def clear(self, key: str) -> None:
        self._bar.remove(key)


class NoticeBar(QWidget):
    """Shows notices. Takes no room while there is nothing to say."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._notices: dict[str, QFrame] = {}
        self.setAccessibleName("Notices")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 12, 16, 0)
        self._layout.setSpacing(8)
        self.hide()

    def add(self, key: str, kind: NoticeKind, text: str, action: tuple[str, Callable[[], None]] | None = None) -> None:
        """Show a notice; one with the same key gives way to it. Read out to a screen reader."""
        self._remove(key)
        notice = self._made(key, kind, text, action)
        self._notices[key] = notice
        self._layout.addWidget(notice)
        self.setVisible(True)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{_WORDS[kind]}: {text}"))

    def remove(self, key: str) -> None:
        """Take a notice away that is no longer true."""
        self._remove(key)
        self.setVisible(bool(self._notices))

    def remove_all(self) -> None:
        """Take every notice away."""
        for key in tuple(self._notices):
            self.remove(key)

    def texts(self) -> tuple[str, ...]:
        """What is shown now."""
        return tuple(notice.accessibleName() for notice in self._notices.values())

    def _remove(self, key: str) -> None:
        notice = self._notices.pop(key, None)
        if notice is not None:
            self._layout.removeWidget(notice)
            notice.hide()
            notice.deleteLater()

    def _made(self, key: str, kind: NoticeKind, text: str, action: tuple[str, Callable[[], None]] | None) -> QFrame:
        notice = QFrame()
        notice.setProperty("notice", kind)
        notice.setAccessibleName(text)
        row = QHBoxLayout(notice)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(12)
        icon = QLabel()
        icon.setPixmap(self._icons.pixmap(_ICONS[kind], kind, _ICON_PX, self.devicePixelRatioF()))
        icon.setAccessibleName(_WORDS[kind])
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignVCenter)
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(label, 1)
        if action is not None:
            deed = QPushButton(action[0])
            deed.setAccessibleName(action[0])
            deed.clicked.connect(_without_arguments(action[1]))
            row.addWidget(deed)
        dismiss = QPushButton("Dismiss")
        dismiss.setProperty("kind", "quiet")
        dismiss.clicked.connect(_without_arguments(partial(self.remove, key)))
        row.addWidget(dismiss)
        return notice


def _without_arguments(deed: Callable[[], None]) -> Callable[[bool], None]:
    """A slot for ``clicked``, which hands over whether the button is checked."""

    def call(_is_checked: bool) -> None:
        deed()

    return call
