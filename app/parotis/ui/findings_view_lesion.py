"""One lesion on its structure's card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from parotis.domain import geometry, wording
from parotis.forms import exam_form
from parotis.ui.form_binder import FieldGrid, FormBinder
from parotis.ui.form_editors_base import emptied, plain_label

if TYPE_CHECKING:
    from parotis.domain.case import Lesion
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.ui.form_editors import FormTools
    from parotis.ui.form_editors_base import FieldEditor

NUMBER_PX = 92
TERM_PX = 140
"""Least widths of a column of measurements and of a column of terms."""


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
        layout.addWidget(FieldGrid([self._make(field) for field in exam_form.LESION_HEAD], TERM_PX))
        layout.addWidget(FieldGrid([self._make(field) for field in exam_form.lesion_fields(None)[:4]], NUMBER_PX))
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
        terms = FieldGrid([self._make(field) for field in fields], TERM_PX)
        self._terms_layout.addWidget(terms)
        terms.show()

    def _on_remove_clicked(self) -> None:
        self._presenter.remove(self._list_path, self._position, self._place)
