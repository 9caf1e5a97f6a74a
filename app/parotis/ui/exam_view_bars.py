"""The two bars of the exam screen: who is examined above, what can be done below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from parotis.ui.form_editors_base import ElidedLabel, plain_label
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from parotis.presentation.exam_view_contract import ExamActions, ExamHeader, SaveKind
    from parotis.ui.form_editors import FormTools

_STATES = {
    "draft": ("Draft", "warning"),
    "to-sign": ("To sign", "accent"),
    "signing": ("Signing", "accent"),
    "signed": ("Signed", "success"),
}
_SAVE_SIGNS: dict[str, str] = {"saved": "\u2713 ", "failed": "! "}
_BAR_ROOM_PX = 20
_LEAST_BAR_PX = 400
_WIDEST_NAME_PX = 360
_LEAST_NAME_PX = 200


class _Bar(QFrame):
    """A bar is a little higher than its buttons, in glove mode too."""

    def __init__(self, place: str, tools: FormTools, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = tools.theme
        self.setProperty("bar", place)
        self._fit_height()
        tools.theme.changed.connect(self._fit_height)

    def _fit_height(self) -> None:
        self.setFixedHeight(self._theme.target_px + _BAR_ROOM_PX)


class HeaderBar(_Bar):
    """Name and chips, then what was last saved. Where there is no room for all chips, the last ones go.

    Signals:
        closed: the person leaves the exam.
        panel_toggled: the side panel is to be shown or folded away.
    """

    closed = Signal()
    panel_toggled = Signal(bool)
    undo_clicked = Signal()
    redo_clicked = Signal()

    def __init__(self, tools: FormTools, parent: QWidget) -> None:
        super().__init__("top", tools, parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(8)
        self._back = QToolButton(self)
        self._back.setAccessibleName("Back to the worklist")
        self._back.setToolTip("Back to the worklist")
        tools.icons.bind(self._back, "chevron-left")
        self._back.clicked.connect(self.closed)
        layout.addWidget(self._back)
        self._name = ElidedLabel("page-title", self)
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._name.setMaximumWidth(_WIDEST_NAME_PX)
        layout.addWidget(self._name)
        self._chips = [plain_label("", parent=self) for _ in range(3)]
        for chip in self._chips:
            chip.setProperty("chip", True)
            layout.addWidget(chip)
        self._state = plain_label("", parent=self)
        self._state.setProperty("chip", True)
        layout.addWidget(self._state)
        layout.addStretch(1)
        self._entered_by = ElidedLabel("muted", self)
        self._entered_by.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._entered_by)
        self._saved = plain_label("", "muted", self)
        layout.addWidget(self._saved)
        self._undo = self._tool("Undo", "Ctrl+Z", "undo", tools, layout)
        self._undo.clicked.connect(self.undo_clicked)
        self._redo = self._tool("Redo", "Ctrl+Shift+Z", "redo", tools, layout)
        self._redo.clicked.connect(self.redo_clicked)
        self._panel = QToolButton(self)
        self._panel.setCheckable(True)
        self._panel.setChecked(True)
        self._panel.setAccessibleName("Side panel")
        self._panel.setToolTip("Show or fold away the side panel (F9)")
        tools.icons.bind(self._panel, "chevron-right")
        self._panel.clicked.connect(self.panel_toggled)
        self._icons = tools.icons
        layout.addWidget(self._panel)

    def _tool(self, name: str, keys: str, icon: str, tools: FormTools, layout: QHBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({keys})")
        button.setEnabled(False)
        tools.icons.bind(button, icon)
        layout.addWidget(button)
        return button

    def show_undo(self, *, can_undo: bool, can_redo: bool) -> None:
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)

    def show_header(self, header: ExamHeader) -> None:
        self._name.setText(header.name)
        self._name.ensurePolished()
        self._name.setMinimumWidth(min(_LEAST_NAME_PX, self._name.fontMetrics().horizontalAdvance(header.name) + 2))
        for chip, text in zip(self._chips, (*header.chips, "", "", ""), strict=False):
            chip.setText(text)
        text, tone = _STATES[header.state]
        self._state.setText(text)
        if self._state.property("tone") != tone:
            self._state.setProperty("tone", tone)
            restyle(self._state)
        self._entered_by.setText(header.entered_by)
        self._fit_chips()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chips()

    def minimumSizeHint(self) -> QSize:
        """The chips may go, so they take no part in how narrow the page can be."""
        return QSize(_LEAST_BAR_PX, self.height())

    def _fit_chips(self) -> None:
        layout = self.layout()
        for chip in self._chips:
            chip.setVisible(bool(chip.text()))
        for chip in reversed(self._chips):
            if layout is None or layout.totalMinimumSize().width() <= self.width():
                return
            chip.hide()

    def show_save_state(self, text: str, kind: SaveKind) -> None:
        self._saved.setText(_SAVE_SIGNS.get(kind, "") + text)
        self._fit_chips()
        role = {"saved": "muted", "failed": "error"}.get(kind, "muted")
        if self._saved.property("role") != role:
            self._saved.setProperty("role", role)
            restyle(self._saved)

    def show_panel(self, is_shown: bool) -> None:
        """The side panel was shown or folded away."""
        self._panel.setChecked(is_shown)
        self._icons.bind(self._panel, "chevron-right" if is_shown else "chevron-left")


class ActionBar(_Bar):
    """Check, preview, what is open, and the one big button."""

    check_clicked = Signal()
    preview_clicked = Signal()
    export_clicked = Signal()
    claim_clicked = Signal()
    primary_clicked = Signal()

    def __init__(self, tools: FormTools, parent: QWidget) -> None:
        super().__init__("bottom", tools, parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        self._check = self._button("Check", "F7", layout)
        self._check.clicked.connect(self.check_clicked)
        layout.addSpacing(8)
        preview = self._button("Preview report", "F8", layout)
        preview.clicked.connect(self.preview_clicked)
        layout.addSpacing(8)
        self._open = ElidedLabel("muted", self)
        layout.addWidget(self._open, 1)
        claim = QPushButton("Open claim", self)
        claim.setAccessibleName("Open claim")
        claim.setToolTip("Open claim (Ctrl+Shift+M)")
        claim.clicked.connect(self.claim_clicked)
        layout.addWidget(claim)
        self._export = QPushButton("Export", self)
        self._export.setAccessibleName("Export")
        self._export.clicked.connect(self.export_clicked)
        layout.addWidget(self._export)
        self._icons = tools.icons
        self._primary = QPushButton(self)
        self._primary.setProperty("kind", "primary")
        tools.icons.bind(self._primary, "sign", "on_accent")
        self._primary.clicked.connect(self.primary_clicked)
        layout.addWidget(self._primary)
        self._key = plain_label("Ctrl+Return", parent=self)
        self._key.setProperty("key", True)
        layout.addWidget(self._key)

    def _button(self, label: str, key: str, layout: QHBoxLayout) -> QPushButton:
        button = QPushButton(label, self)
        button.setAccessibleName(label)
        button.setToolTip(f"{label} ({key})")
        layout.addWidget(button)
        shown = plain_label(key, parent=self)
        shown.setProperty("key", True)
        layout.addWidget(shown)
        return button

    def show_actions(self, actions: ExamActions) -> None:
        self._primary.setText(actions.primary)
        self._primary.setAccessibleName(actions.primary)
        self._primary.setVisible(bool(actions.primary))
        self._key.setVisible(bool(actions.primary))
        self._check.setEnabled(actions.can_edit)
        self._export.setVisible(actions.can_export)
        self._export.setProperty("kind", "" if actions.primary else "primary")
        self._icons.bind(self._export, "export", "text" if actions.primary else "on_accent")
        restyle(self._export)

    def show_open(self, blocking: int, advice: int, *, can_edit: bool) -> None:
        """How much is to settle before signing."""
        if not can_edit:
            self._open.setText("")
        elif blocking:
            things = "1 thing" if blocking == 1 else f"{blocking} things"
            self._open.setText(f"{things} to settle before signing")
        else:
            self._open.setText(f"Ready to sign \u00b7 {advice} advice" if advice else "Ready to sign")
