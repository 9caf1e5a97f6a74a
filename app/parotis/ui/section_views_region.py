"""The region page: the large map beside the scan list, and the technique."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QCompleter, QFrame, QGridLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.domain.region_map import Mark
from parotis.forms import choices
from parotis.forms.exam_form import SCAN_FIELDS, Section
from parotis.ui.form_binder import FormBinder
from parotis.ui.form_editors_base import plain_label
from parotis.ui.form_editors_choice import FlowLayout
from parotis.ui.region_map import RegionMapWidget
from parotis.ui.section_views import SectionPage, card

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from parotis.domain.case import Case
    from parotis.domain.region_map import RegionMap
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import FindingCard
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools

_SIDE_BY_SIDE_PX = 640
_STATUS_PX = 136
_ONE_LINE_PX = 370
_MAP_PX = 540


def marks_of(case: Case) -> dict[tuple[str, str | None], Mark]:
    """The marks of the map: what is scanned, and where there is a finding."""
    marks: dict[tuple[str, str | None], Mark] = {}
    for entry in case.scan:
        if entry.structure is not None:
            marks[entry.structure, entry.side] = Mark("scanned")
    for finding in case.findings:
        if finding.structure is not None and finding.state == "abnormal":
            letters = tuple(lesion.label for lesion in finding.lesions if lesion.label)
            marks[finding.structure, finding.side] = Mark("finding", letters)
    return marks


class StructureSearch(QLineEdit):
    """Every structure with its sides, found by typing any part of its name; for what the map does not show too."""

    def __init__(self, presenter: ExamPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._offered = {choice.label: choice.value for choice in choices.placed_structures()}
        self.setAccessibleName("Add structure")
        self.setPlaceholderText("Add a structure by name")
        self._completer = QCompleter(QStringListModel(list(self._offered), self), self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setMaxVisibleItems(10)
        self.setCompleter(self._completer)
        # The completer writes the text that it completed after its signal, so the field is emptied a moment later.
        self._clear_timer = QTimer(self)
        self._clear_timer.setSingleShot(True)
        self._clear_timer.timeout.connect(self.clear)
        self._completer.activated.connect(self._on_activated)
        self.returnPressed.connect(self._on_return_pressed)

    def _on_return_pressed(self) -> None:
        """Return takes the first structure that fits what is typed."""
        if self.text().strip():
            self._on_activated(self._completer.currentCompletion())

    def _on_activated(self, label: object) -> None:
        place = self._offered.get(str(label))
        if place is not None:
            self._presenter.add_structure(*place)
            self._clear_timer.start(0)


class PresetBar(QWidget):
    """A button for each kind of examination: its structures go on the scan list. Ctrl+F1 to Ctrl+F10 do the same."""

    def __init__(self, presenter: ExamPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Presets")
        flow = FlowLayout(self, spacing_px=6)
        for number, preset in enumerate(presenter.confirming.presets(), start=1):
            button = QToolButton(self)
            button.setText(preset.name)
            button.setAccessibleName(preset.name)
            button.setProperty("chip", True)
            keys = f"Ctrl+F{number}"
            # A shortcut of the button itself would press it for a tenth of a second first.
            QShortcut(QKeySequence(keys), self, button.click)
            button.setToolTip(f"{preset.name} ({keys}): its structures on both sides, as proposals")
            button.clicked.connect(partial(presenter.confirming.apply_preset, preset.id))
            flow.addWidget(button)


class RegionPage(SectionPage):
    """Marking on the map and choosing by name do the same."""

    def __init__(self, section: Section, presenter: ExamPresenter, tools: FormTools, region_map: RegionMap) -> None:
        self._region_map = region_map
        self._rows: list[ScanRow] = []
        super().__init__(section, presenter, tools)

    def _build(self) -> None:
        self._presets = PresetBar(self._presenter, self)
        self.body.addWidget(self._presets)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(12)
        self.body.addLayout(self._halves)
        map_card, map_layout = card(side_px=8)
        self._map = RegionMapWidget(self._region_map, self._tools.theme, parent=map_card)
        self._map.setFixedHeight(_MAP_PX)
        self._map.toggled.connect(self._on_map_toggled)
        map_layout.addWidget(self._map)
        self._halves.addWidget(map_card, 10, Qt.AlignmentFlag.AlignTop)
        list_card, self._list = card(title="Scan list")
        self._search = StructureSearch(self._presenter, list_card)
        self._list.addWidget(self._search)
        self._empty = plain_label("Click an area of the map, or add a structure by name.", "muted", list_card)
        self._empty.setWordWrap(True)
        self._list.addWidget(self._empty)
        self._scan_rows = QVBoxLayout()
        self._scan_rows.setSpacing(0)
        self._list.addLayout(self._scan_rows)
        self._list.addStretch(1)
        self._halves.addWidget(list_card, 10, Qt.AlignmentFlag.AlignTop)
        super()._build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.viewport().width() >= _SIDE_BY_SIDE_PX
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if direction != self._halves.direction():
            self._halves.setDirection(direction)

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        scan = draft.case.scan
        changed = len(scan) != len(self._rows)
        while len(self._rows) > len(scan):
            row = self._rows.pop()
            self.binder.drop(f"scan[{len(self._rows)}]")
            self._scan_rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(scan):
            row = ScanRow(
                len(self._rows),
                wording.place(scan[len(self._rows)].structure, scan[len(self._rows)].side),
                self.binder,
                self._presenter,
                self._tools,
            )
            row.set_read_only(self._is_read_only)
            self._rows.append(row)
            self._scan_rows.addWidget(row)
            row.show()
        for row, entry in zip(self._rows, scan, strict=True):
            row.show_name(wording.place(entry.structure, entry.side))
        self._empty.setVisible(not scan)
        self._map.show_marks(marks_of(draft.case))
        super().show_draft(draft, cards)
        for row in self._rows:
            row.fit_reason()
        if changed:
            self.reorder_focus()

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._search.setVisible(not read_only)
        self._presets.setVisible(not read_only)
        for row in self._rows:
            row.set_read_only(read_only)

    def focus_first(self) -> None:
        if self._is_read_only:
            super().focus_first()
        else:
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_path(self, path: str) -> bool:
        if path == "scan" and not self._is_read_only:
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().focus_path(path)

    def _on_map_toggled(self, structure: str, side: str) -> None:
        self._presenter.toggle_structure(structure, side)  # type: ignore[arg-type]


class ScanRow(QFrame):
    """One entry of the scan list: its name, status, reason, and a button that takes it off."""

    def __init__(
        self, position: int, name: str, binder: FormBinder, presenter: ExamPresenter, tools: FormTools
    ) -> None:
        super().__init__()
        owner = f"scan[{position}]"
        self._status, self._reason = (binder.make(field, owner, name) for field in SCAN_FIELDS)
        self._status.set_compact()
        self._status.input.setMinimumWidth(_STATUS_PX)
        self._name = plain_label("", "card-title", self)
        self._name.setWordWrap(True)
        self._remover = QToolButton(self)
        tools.icons.bind(self._remover, "close", "muted")
        self._remover.clicked.connect(partial(presenter.remove_structure, position))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        self._head = QGridLayout()
        self._head.setHorizontalSpacing(8)
        self._head.setVerticalSpacing(0)
        self._head.setColumnStretch(0, 1)
        self._is_wide: bool | None = None
        layout.addLayout(self._head)
        layout.addWidget(self._reason.widget)
        rule = QFrame(self)
        rule.setProperty("rule", True)
        layout.addWidget(rule)
        self._arrange(is_wide=False)
        self.show_name(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_wide=self.width() >= _ONE_LINE_PX)

    def _arrange(self, *, is_wide: bool) -> None:
        """Name, status and button on one line; where that is too narrow, the status goes below the name."""
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        self._head.addWidget(self._name, 0, 0)
        if is_wide:
            self._head.addWidget(self._status.widget, 0, 1)
            self._head.addWidget(self._remover, 0, 2)
        else:
            self._head.addWidget(self._remover, 0, 1)
            self._head.addWidget(self._status.widget, 1, 0, 1, 2)

    def show_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self._name.setText(name)
        self._remover.setAccessibleName(f"Take {name[:1].lower()}{name[1:]} off the scan list")
        self._remover.setToolTip(self._remover.accessibleName())

    def fit_reason(self) -> None:
        """A reason is asked for what was not examined, and shown wherever one is recorded."""
        needs_reason = self._status.value() in ("not-seen", "not-examined")
        self._reason.widget.setVisible(needs_reason or self._reason.value() is not None)

    def set_read_only(self, read_only: bool) -> None:
        self._remover.setVisible(not read_only)
