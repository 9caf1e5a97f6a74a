"""The findings page: a small map for orientation and a card for each structure that was scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout

from parotis.domain import paths
from parotis.ui.findings_view_card import StructureCard
from parotis.ui.form_editors_base import emptied, plain_label
from parotis.ui.region_map import RegionMapWidget
from parotis.ui.section_views import SIDE_PX, SectionPage, card
from parotis.ui.section_views_region import marks_of

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from parotis.domain.region_map import RegionMap
    from parotis.forms.exam_form import Section
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import FindingCard
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools

_CARDS_PX = 508
"""The least width of the cards and of the room around them, beside the map."""
_WIDE_PX = 1100
_MAP_PX = 328
_WIDE_MAP_PX = 400
_MAP_CARD_SIDES_PX = 18


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
        self._map_card, map_layout = card(side_px=8)
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
        self._to_region = QPushButton("Open Region")
        self._to_region.setAccessibleName("Open Region")
        self._tools.icons.bind(self._to_region, "map")
        self._to_region.clicked.connect(self._on_to_region_clicked)
        right.addWidget(self._to_region, 0, Qt.AlignmentFlag.AlignLeft)
        self._normals = QPushButton("Propose normal for the rest")
        self._normals.setAccessibleName("Propose normal for the rest")
        self._normals.setToolTip("Each structure is then confirmed by Enter or F4, or changed")
        self._normals.clicked.connect(self._presenter.confirming.propose_normals)
        right.addWidget(self._normals, 0, Qt.AlignmentFlag.AlignLeft)
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        right.addLayout(self._column)
        right.addStretch(1)
        self._halves.addLayout(right, 1)
        super()._build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        map_px = max(self._map.tabs_width() + _MAP_CARD_SIDES_PX, _MAP_PX if width < _WIDE_PX else _WIDE_MAP_PX)
        self._map_card.setVisible(width >= _CARDS_PX + map_px)
        self._map_card.setFixedWidth(map_px)
        self._fit_cards()

    def _fit_cards(self) -> None:
        """Tell the cards how wide they may be; by their own width they could grow but never shrink again."""
        beside = self._map_card.width() + self._halves.spacing() if self._map_card.isVisibleTo(self) else 0
        room = min(self.viewport().width() - 2 * SIDE_PX, self._widest_px()) - beside
        for shown in self._cards:
            shown.fit(room)

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        if cards != self._shown:
            self._rebuild(cards)
        for shown in self._cards:
            shown.show_case(draft.case)
        self._normals.setVisible(bool(cards) and not self._is_read_only)
        self._normals.setEnabled(any(card.is_open(draft) for card in self._cards))
        self._map.show_marks(marks_of(draft.case))
        super().show_draft(draft, cards)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        for shown in self._cards:
            shown.set_read_only(read_only)

    def focus_first(self) -> None:
        if self._cards and not self._is_read_only:
            self._cards[0].focus()
        else:
            super().focus_first()

    def focus_path(self, path: str) -> bool:
        steps = paths.steps(path)
        for shown in self._cards:
            if len(steps) > 1 and shown.what.finding == steps[1] and steps[2:] != ("state",):
                shown.unfold()
        return super().focus_path(path)

    def _rebuild(self, cards: tuple[FindingCard, ...]) -> None:
        self._shown = cards
        focused = self._place_with_focus()
        self.binder.drop("findings")
        emptied(self._column)
        self._cards = [
            StructureCard(what, self.binder, self._presenter, self._tools, self.reorder_focus) for what in cards
        ]
        for shown in self._cards:
            shown.set_read_only(self._is_read_only)
            self._column.addWidget(shown)
            shown.setVisible(True)
        self._fit_cards()
        self._empty.setVisible(not cards)
        self._to_region.setVisible(not cards)
        self.reorder_focus()
        for shown in self._cards:
            if focused is not None and focused == (shown.what.structure, shown.what.side):
                shown.focus()

    def _place_with_focus(self) -> tuple[str | None, str | None] | None:
        """Which structure's card has the focus, so that it has it again when the cards are made anew."""
        widget = self.window().focusWidget()
        for shown in self._cards:
            if widget is not None and shown.isAncestorOf(widget):
                return shown.what.structure, shown.what.side
        return None

    def _on_to_region_clicked(self) -> None:
        self._presenter.go_to("scan")

    def _on_map_toggled(self, structure: str, side: str) -> None:
        for shown in self._cards:
            if shown.what.structure == structure and shown.what.side in (side, "bilateral", None):
                self.settle()
                self.ensureWidgetVisible(shown, 24, 24)
                shown.focus()
                return
        self._presenter.add_from_map(structure, side)  # type: ignore[arg-type]
