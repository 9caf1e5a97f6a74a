"""The findings page: a small map for orientation and a card for each structure that was scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from parotis.domain import geometry, paths, wording
from parotis.forms import exam_form
from parotis.ui.form_binder import FieldGrid, FormBinder
from parotis.ui.form_editors_base import emptied, plain_label
from parotis.ui.form_editors_choice import SegmentsEditor
from parotis.ui.region_map import RegionMapWidget
from parotis.ui.section_views import SectionPage, card
from parotis.ui.section_views_region import marks_of
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from parotis.domain.case import Case, Finding, Lesion
    from parotis.domain.region_map import RegionMap
    from parotis.forms.exam_form import Section
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import FindingCard
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools
    from parotis.ui.form_editors_base import FieldEditor

_SIDE_BY_SIDE_PX = 790
_ONE_LINE_PX = 620


class FindingsPage(SectionPage):
    """Cards follow the scan list. An area chosen on the map leads to its card, and is added when it has none."""

    def __init__(self, section: Section, presenter: ExamPresenter, tools: FormTools, region_map: RegionMap) -> None:
        self._region_map = region_map
        self._shown: tuple[FindingCard, ...] = ()
        self._cards: list[StructureCard] = []
        super().__init__(section, presenter, tools)

    def _widest_px(self) -> int:
        return 1320

    def _build(self) -> None:
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(12)
        self.body.addLayout(self._halves)
        self._map_card, map_layout = card()
        self._map = RegionMapWidget(self._region_map, self._tools.theme, parent=self._map_card)
        self._map.setFixedHeight(440)
        self._map.toggled.connect(self._on_map_toggled)
        map_layout.addWidget(self._map)
        self._halves.addWidget(self._map_card, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(12)
        self._empty = plain_label("Nothing is on the scan list yet. Mark what you scan on the map.", "muted")
        self._empty.setWordWrap(True)
        right.addWidget(self._empty)
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        right.addLayout(self._column)
        right.addStretch(1)
        self._halves.addLayout(right, 1)
        super()._build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self._map_card.setVisible(width >= _SIDE_BY_SIDE_PX)
        self._map_card.setFixedWidth(306 if width < 1100 else 400)

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        if cards != self._shown:
            self._rebuild(cards)
        for shown in self._cards:
            shown.show_case(draft.case)
        self._map.show_marks(marks_of(draft.case))
        super().show_draft(draft, cards)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        for shown in self._cards:
            shown.set_read_only(read_only)

    def focus_path(self, path: str) -> bool:
        steps = paths.steps(path)
        for shown in self._cards:
            if len(steps) > 1 and shown.what.finding == steps[1]:
                shown.unfold()
        return super().focus_path(path)

    def _rebuild(self, cards: tuple[FindingCard, ...]) -> None:
        self._shown = cards
        self.binder.drop("findings")
        emptied(self._column)
        self._cards = [
            StructureCard(what, self.binder, self._presenter, self._tools, self.reorder_focus) for what in cards
        ]
        for shown in self._cards:
            shown.set_read_only(self._is_read_only)
            self._column.addWidget(shown)
        self._empty.setVisible(not cards)
        self.reorder_focus()

    def _on_map_toggled(self, structure: str, side: str) -> None:
        for shown in self._cards:
            if shown.what.structure == structure and shown.what.side in (side, "bilateral", None):
                self.settle()
                self.ensureWidgetVisible(shown, 24, 24)
                shown.focus()
                return
        self._presenter.add_structure(structure, side)  # type: ignore[arg-type]


class StructureCard(QFrame):
    """One structure: its state, and unfolded its attributes, lesions and note."""

    def __init__(
        self,
        what: FindingCard,
        binder: FormBinder,
        presenter: ExamPresenter,
        tools: FormTools,
        structure_changed: Callable[[], None],
    ) -> None:
        super().__init__()
        self.what = what
        self._binder, self._presenter, self._tools = binder, presenter, tools
        self._structure_changed = structure_changed
        self._lesions: list[LesionBlock] = []
        self._body: QWidget | None = None
        self._is_read_only = False
        self._name = wording.place(what.structure, what.side)
        self.setProperty("card", True)
        self.setAccessibleName(self._name)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 10, 12, 4)
        self._layout.setSpacing(4)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(8)
        title_row = QHBoxLayout()
        self._title = plain_label(self._name, "card-title", self)
        title_row.addWidget(self._title)
        self._fold = QToolButton(self)
        self._fold.setCheckable(True)
        self._fold.setAccessibleName(f"Details of {self._name[:1].lower()}{self._name[1:]}")
        self._fold.setToolTip("Measurements, lesions and note")
        tools.icons.bind(self._fold, "chevron-down", "muted")
        self._fold.clicked.connect(self._on_fold_clicked)
        title_row.addWidget(self._fold)
        if not what.is_scanned:
            chip = plain_label("Not on the scan list", parent=self)
            chip.setProperty("chip", True)
            chip.setProperty("tone", "warning")
            title_row.addWidget(chip)
        title_row.addStretch(1)
        self._head.addLayout(title_row, 1)
        state = exam_form.Field("state", "State", "choice", exam_form.FINDING_STATES)
        self._state = SegmentsEditor(state, self._name)
        self._state.edited.connect(self._on_state_edited)
        self._head.addWidget(self._state.widget, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(self._head)
        if what.finding is not None:
            binder.adopt(f"findings[{what.finding}].state", self._state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _ONE_LINE_PX
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._head.direction() != direction:
            self._head.setDirection(direction)

    def focus(self) -> None:
        self._state.focus()

    def unfold(self) -> None:
        """Show the details."""
        if not self._fold.isChecked():
            self._fold.click()

    def show_case(self, case: Case) -> None:
        """Follow the draft: an abnormal or measured structure is unfolded, lesions come and go."""
        if self.what.finding is None:
            self._fold.setVisible(False)
            return
        finding = case.findings[self.what.finding]
        has_details = finding.state == "abnormal" or bool(finding.lesions) or _has_attributes(finding)
        if has_details and self._body is None:
            self._show_body(is_shown=True)
        self._fit_lesions(finding)
        for block, lesion in zip(self._lesions, finding.lesions, strict=False):
            block.show_lesion(lesion)
        self.setProperty("invalid", finding.state == "abnormal")
        restyle(self)

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self._state.set_read_only(read_only)
        if self._body is not None:
            self._add_lesion.setVisible(not read_only)
        for block in self._lesions:
            block.set_read_only(read_only)

    def _on_state_edited(self, value: object) -> None:
        self._presenter.choose_state(self.what.structure, self.what.side, value)  # type: ignore[arg-type]

    def _on_fold_clicked(self, is_shown: bool) -> None:
        self._show_body(is_shown=is_shown)
        draft = self._presenter.draft
        self.show_case(draft.case)
        self._binder.show_draft(draft)
        self._order()

    def _show_body(self, *, is_shown: bool) -> None:
        if self._body is None and is_shown:
            self._build_body()
        if self._body is not None:
            self._body.setVisible(is_shown)
        self._fold.setChecked(is_shown)
        self._tools.icons.bind(self._fold, "chevron-up" if is_shown else "chevron-down", "muted")

    def _build_body(self) -> None:
        owner = f"findings[{self.what.finding}]"
        self._body = QWidget(self)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(6)
        fields = exam_form.attribute_fields(self.what.structure)
        if fields:
            layout.addWidget(FieldGrid([self._binder.make(field, owner, self._name) for field in fields], 140))
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(6)
        layout.addLayout(self._blocks)
        self._add_lesion = QPushButton("Add lesion", self._body)
        self._add_lesion.setAccessibleName(self._button_name("Add lesion"))
        self._tools.icons.bind(self._add_lesion, "plus")
        self._add_lesion.clicked.connect(self._on_add_lesion_clicked)
        self._add_lesion.setVisible(not self._is_read_only)
        row = QHBoxLayout()
        row.addWidget(self._add_lesion)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(FieldGrid([self._binder.make(exam_form.FINDING_NOTE, owner, self._name)]))
        self._layout.addWidget(self._body)
        self._order()

    def _button_name(self, label: str) -> str:
        page = self.parentWidget()
        others = page.findChildren(QPushButton) if page is not None else []
        is_taken = any(other.accessibleName() == label for other in others)
        return f"{label}, {self._name}" if is_taken else label

    def _on_add_lesion_clicked(self) -> None:
        if self.what.finding is not None:
            self._presenter.add_lesion(self.what.finding)

    def _fit_lesions(self, finding: Finding) -> None:
        changed = len(finding.lesions) != len(self._lesions)
        while len(self._lesions) > len(finding.lesions):
            block = self._lesions.pop()
            self._binder.drop(block.owner)
            self._blocks.removeWidget(block)
            block.hide()
            block.deleteLater()
        while len(self._lesions) < len(finding.lesions):
            owner = f"findings[{self.what.finding}].lesions"
            block = LesionBlock(owner, len(self._lesions), self._name, self._binder, self._presenter, self._tools)
            block.set_read_only(self._is_read_only)
            self._lesions.append(block)
            self._blocks.addWidget(block)
        if changed:
            self._order()

    def _order(self) -> None:
        self._structure_changed()


def _has_attributes(finding: Finding) -> bool:
    return finding.attributes != type(finding.attributes)() or bool(finding.note)


class LesionBlock(QFrame):
    """One lesion: letter and kind, three axes and depth, the terms of its kind, and the volume they give."""

    def __init__(
        self,
        list_path: str,
        position: int,
        structure_name: str,
        binder: FormBinder,
        presenter: ExamPresenter,
        tools: FormTools,
    ) -> None:
        super().__init__()
        self.owner = f"{list_path}[{position}]"
        self._list_path, self._position = list_path, position
        self._place = f"{structure_name}, lesion {position + 1}"
        self._binder, self._presenter = binder, presenter
        self._kind: str | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        rule = QFrame(self)
        rule.setProperty("rule", True)
        layout.addWidget(rule)
        head = QHBoxLayout()
        self._badge = plain_label("", parent=self)
        self._badge.setProperty("badge", True)
        head.addWidget(self._badge)
        self._title = plain_label("Lesion", "card-title", self)
        head.addWidget(self._title)
        head.addStretch(1)
        self._volume = plain_label("", "muted", self)
        head.addWidget(self._volume)
        self._remover = QToolButton(self)
        self._remover.setAccessibleName(f"Remove lesion, {self._place}")
        self._remover.setToolTip("Remove lesion")
        tools.icons.bind(self._remover, "trash", "muted")
        self._remover.clicked.connect(self._on_remove_clicked)
        head.addWidget(self._remover)
        layout.addLayout(head)
        layout.addWidget(FieldGrid([self._make(field) for field in exam_form.LESION_HEAD], 140))
        layout.addWidget(FieldGrid([self._make(field) for field in exam_form.lesion_fields(None)[:4]], 92))
        self._terms_layout = QVBoxLayout()
        layout.addLayout(self._terms_layout)
        self._build_terms()

    def _make(self, field: exam_form.Field) -> FieldEditor:
        return self._binder.make(field, self.owner, self._place)

    def show_lesion(self, lesion: Lesion) -> None:
        self._badge.setText((lesion.label or "?")[:2])
        self._title.setText(wording.capitalised(wording.term(lesion.kind)) if lesion.kind else "Lesion")
        volume = geometry.volume_ml(lesion.size_mm)
        self._volume.setText("Volume: needs three axes" if volume is None else f"Volume {volume} ml")
        if lesion.kind != self._kind:
            self._kind = lesion.kind
            self._build_terms()
            self._binder.show_draft(self._presenter.draft)

    def set_read_only(self, read_only: bool) -> None:
        self._remover.setVisible(not read_only)

    def _build_terms(self) -> None:
        fields = exam_form.lesion_fields(self._kind)[4:]
        for path in {field.path for kind in ("stone", "collection") for field in exam_form.lesion_fields(kind)[4:]}:
            self._binder.drop(f"{self.owner}.{path}")
        emptied(self._terms_layout)
        self._terms_layout.addWidget(FieldGrid([self._make(field) for field in fields], 140))

    def _on_remove_clicked(self) -> None:
        self._presenter.remove(self._list_path, self._position, self._place)
