"""Every action of the window, with its shortcut: as a list to read, and as a palette to type into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.ui.controls import label, push_button, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Patient

FIELD_SHORTCUTS = (
    ("Next field", "Tab"),
    ("Field before", "Shift+Tab"),
    ("Undo in the exam", "Ctrl+Z"),
    ("Redo in the exam", "Ctrl+Shift+Z"),
    ("Next blank of a phrase", "F6"),
)


@dataclass(frozen=True, slots=True)
class Action:
    """Something the window can do. ``shortcut`` in the portable form, or empty."""

    name: str
    shortcut: str
    deed: Callable[[], None]


class ShortcutsDialog(QDialog):
    """The list of shortcuts."""

    def __init__(self, actions: tuple[Action, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label("Shortcuts", "page-title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(8)
        listed = [(action.name, action.shortcut) for action in actions if action.shortcut]
        for number, (name, shortcut) in enumerate((*listed, *FIELD_SHORTCUTS)):
            key = label(shortcut)
            key.setProperty("key", True)
            grid.addWidget(label(name), number, 0)
            grid.addWidget(key, number, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(grid)
        layout.addWidget(push_button("Close", self.accept), 0, Qt.AlignmentFlag.AlignRight)


class Palette(QDialog):
    """Type a few letters, press Enter: an action or a patient.

    ``find_patients`` is asked as one types and answers later through ``show_patients``.
    """

    def __init__(
        self,
        actions: tuple[Action, ...],
        find_patients: Callable[[str], None],
        open_patient: Callable[[Patient], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._find_patients = find_patients
        self._open_patient = open_patient
        self._deeds: list[Callable[[], None]] = []
        self._patients: tuple[Patient, ...] = ()
        self._line = QLineEdit()
        self._line.setAccessibleName("Action or patient")
        self._line.setPlaceholderText("Action or patient")
        self._list = QListWidget()
        self._list.setAccessibleName("Matches")
        self._list.setUniformItemSizes(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(self._line)
        layout.addWidget(self._list, 1)
        self._line.textEdited.connect(self._on_edited)
        self._line.installEventFilter(self)
        self._list.itemActivated.connect(self._run_current)
        self._list.itemClicked.connect(self._run_current)
        self._fill()
        self.resize(within(parent, 560, 520))

    def show_patients(self, patients: tuple[Patient, ...]) -> None:
        """The patients that match what was typed."""
        self._patients = patients
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list and Enter runs, while the typing goes on in the line."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run_current()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._list.setCurrentRow(max(0, min(self._list.count() - 1, self._list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)

    def _on_edited(self, text: str) -> None:
        self._patients = ()
        self._fill()
        if text.strip():
            self._find_patients(text)

    def _fill(self) -> None:
        words = self._line.text().casefold().split()
        self._list.clear()
        self._deeds = []
        for action in self._actions:
            if all(word in action.name.casefold() for word in words):
                self._add(action.name, action.shortcut, action.deed)
        for patient in self._patients:
            name = wording.patient_name(patient) or "No name yet"
            self._add(name, f"chart {patient.chart_number}", _opening(self._open_patient, patient))
        if self._list.count():
            self._list.setCurrentRow(0)

    def _add(self, name: str, detail: str, deed: Callable[[], None]) -> None:
        item = QListWidgetItem(f"{name}    {detail}" if detail else name)
        self._list.addItem(item)
        self._deeds.append(deed)

    def _run_current(self) -> None:
        row = self._list.currentRow()
        if 0 <= row < len(self._deeds):
            deed = self._deeds[row]
            self.accept()
            deed()


def _opening(open_patient: Callable[[Patient], None], patient: Patient) -> Callable[[], None]:
    def deed() -> None:
        open_patient(patient)

    return deed
