"""The interpretation page: the fields, and beside the comparison the button that fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from parotis.forms.exam_form import Group
from parotis.ui.form_binder import FieldGrid
from parotis.ui.prior_pane import fill_button
from parotis.ui.section_views import SectionPage, card

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from parotis.forms.exam_form import ItemList

_COMPARISON = "interpretation.comparison"


class InterpretationPage(SectionPage):
    """Fills the comparison from the signed earlier exams, where nobody typed one."""

    _fill: QPushButton

    def add_part(self, part: Group | ItemList) -> None:
        if not isinstance(part, Group) or all(field.path != _COMPARISON for field in part.fields):
            super().add_part(part)
            return
        frame, layout = card(title=part.title)
        layout.addWidget(FieldGrid([self.binder.make(field) for field in part.fields]))
        self._fill = fill_button(self._presenter, frame)
        row = QHBoxLayout()
        row.addWidget(self._fill)
        row.addStretch(1)
        layout.addLayout(row)
        self.body.addWidget(frame)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._fill.setVisible(not read_only)
