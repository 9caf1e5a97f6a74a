"""The rail at the left: the screens of the program, and Lock at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

if TYPE_CHECKING:
    from parotis.ui.icons import Icons

ENTRIES = (
    ("Worklist", "worklist", "Alt+1"),
    ("Patients", "patients", "Alt+2"),
    ("Claims", "claims", "Alt+3"),
    ("Exports", "exports", "Alt+4"),
    ("Settings", "settings", "Alt+5"),
)
WIDTH_PX = 84
ICON_PX = 22


class Rail(QFrame):
    """Signals:
    chosen: the name of the screen that was chosen.
    locked: Lock was chosen.
    """

    chosen = Signal(str)
    locked = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setProperty("bar", "rail")
        self.setAccessibleName("Screens")
        self.setFixedWidth(WIDTH_PX)
        self._icons = icons
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 12)
        layout.setSpacing(8)
        for name, icon, shortcut in ENTRIES:
            button = self._made(name, icon, shortcut)
            button.setCheckable(True)
            self._group.addButton(button)
            self._buttons[name] = button
            layout.addWidget(button)
        layout.addStretch(1)
        lock = self._made("Lock", "lock", "Ctrl+L")
        layout.addWidget(lock)
        self._group.buttonClicked.connect(self._on_clicked)
        lock.clicked.connect(self.locked)

    def show_screen(self, name: str) -> None:
        """Mark the screen that is in front; an exam belongs to the worklist."""
        self._buttons[name].setChecked(True)

    def _made(self, name: str, icon: str, shortcut: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setAccessibleName(name)
        button.setProperty("rail", True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setToolTip(f"{name}  {shortcut}")
        self._icons.bind(button, icon, "muted")
        return button

    def _on_clicked(self, button: QToolButton) -> None:
        self.chosen.emit(button.text())
