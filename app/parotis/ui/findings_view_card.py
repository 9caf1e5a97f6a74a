"""The card of one structure on the findings page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from parotis.domain import lexicon, measures_wording, report_findings, wording
from parotis.domain.checking.context import the
from parotis.forms import exam_form
from parotis.ui.findings_view_lesion import NUMBER_PX, TERM_PX, LesionBlock
from parotis.ui.form_binder import FieldGrid, FormBinder
from parotis.ui.form_editors_base import plain_label
from parotis.ui.form_editors_choice import SegmentsEditor
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Case, Finding
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import FindingCard
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools
    from parotis.ui.form_editors_base import FieldEditor

_CARD_ROOM_PX = 48
_LONGEST_SENTENCE = 2000
"""Characters of the sentence below a name; the report has all of it."""


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
        self._is_folded = True
        self._measured: list[tuple[lexicon.AttributeFacts, FieldEditor]] = []
        self._name = wording.place(what.structure, what.side)
        self.setProperty("card", True)
        self.setAccessibleName(self._name)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 10, 12, 4)
        self._layout.setSpacing(4)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(8)
        self._title_row = title_row = QHBoxLayout()
        self._title = plain_label(self._name, "card-title", self)
        self._title.setMinimumHeight(tools.theme.target_px)
        title_row.addWidget(self._title)
        self._fold = QToolButton(self)
        self._fold.setAccessibleName(f"Details of {self._name[:1].lower()}{self._name[1:]}")
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
        self._head.setAlignment(title_row, Qt.AlignmentFlag.AlignTop)
        state = exam_form.Field("state", "State", "choice", exam_form.FINDING_STATES)
        self._state = SegmentsEditor(state, self._name)
        self._state.edited.connect(self._on_state_edited)
        self._head.addWidget(self._state.widget, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(self._head)
        if what.finding is not None:
            binder.adopt(f"findings[{what.finding}].state", self._state)
        self._sentence = plain_label("", "small", self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setContentsMargins(0, 0, 0, 8)
        self._sentence.hide()
        self._layout.addWidget(self._sentence)

    def fit(self, room_px: int) -> None:
        """Name and states on one line where there is room for both."""
        needed = self._title_row.sizeHint().width() + self._state.widget.sizeHint().width() + _CARD_ROOM_PX
        is_wide = needed <= room_px
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._head.direction() != direction:
            self._head.setDirection(direction)

    def focus(self) -> None:
        self._state.focus()

    def unfold(self) -> None:
        """Show the details."""
        if self._is_folded:
            self._on_fold_clicked()

    def show_case(self, case: Case) -> None:
        """Follow the draft: an abnormal or measured structure is unfolded, lesions come and go."""
        if self.what.finding is None:
            self._fold.setVisible(False)
            return
        finding = case.findings[self.what.finding]
        self._show_words(case)
        has_details = finding.state == "abnormal" or bool(finding.lesions) or _has_attributes(finding)
        if has_details and self._body is None:
            self._show_body(is_shown=True)
        self._fit_lesions(finding)
        for block, lesion in zip(self._lesions, finding.lesions, strict=False):
            block.show_lesion(lesion)
        is_abnormal = finding.state == "abnormal"
        if self.property("invalid") != is_abnormal:
            self.setProperty("invalid", is_abnormal)
            restyle(self)

    def is_open(self, draft: Draft) -> bool:
        """Whether nothing is recorded or proposed for this structure yet."""
        path = f"findings[{self.what.finding}].state"
        return self._state.value() is None and self.what.finding is not None and path not in draft.entry.proposed

    def _show_words(self, case: Case) -> None:
        """What the report will say of it, and what is computed, below the name; and why a measurement is missing."""
        position = self.what.finding or 0
        finding = case.findings[position]
        lines = [report_findings.sentence(position, finding), *measures_wording.computed_lines(case, position)]
        says_more = len(lines) > 1 or bool(finding.lesions or finding.note) or _has_attributes(finding)
        if finding.structure is not None and finding.state is not None and not says_more:
            place = wording.capitalised(the(finding.structure, finding.side))
            lines = [lexicon.sentence_of(finding.structure, finding.state, place)]
        text = "\n".join(lines) if finding.state is not None else ""
        if len(text) > _LONGEST_SENTENCE:
            text = f"{text[:_LONGEST_SENTENCE]} \u2026"
        if text != self._sentence.text():
            self._sentence.setText(text)
            self._sentence.setVisible(bool(text))
        for facts, editor in self._measured:
            state = lexicon.attribute_state(finding, facts)
            editor.show_unmeasured(wording.term(state) if state in ("not-seen", "not-examined") else "")

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self._state.set_read_only(read_only)
        if self._body is not None:
            self._add_lesion.setVisible(not read_only)
        for block in self._lesions:
            block.set_read_only(read_only)

    def _on_state_edited(self, value: object) -> None:
        self._presenter.choose_state(self.what.structure, self.what.side, value)  # type: ignore[arg-type]

    def _on_fold_clicked(self) -> None:
        self._show_body(is_shown=self._is_folded)
        draft = self._presenter.draft
        self.show_case(draft.case)
        self._binder.show_draft(draft)
        self._order()

    def _show_body(self, *, is_shown: bool) -> None:
        if self._body is None and is_shown:
            self._build_body()
        if self._body is not None:
            self._body.setVisible(is_shown)
        self._is_folded = not is_shown
        self._fold.setToolTip("Fold away" if is_shown else "Measurements, lesions and note")
        self._tools.icons.bind(self._fold, "chevron-up" if is_shown else "chevron-down", "muted")

    def _build_body(self) -> None:
        owner = f"findings[{self.what.finding}]"
        self._body = QWidget(self)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(6)
        fields = exam_form.attribute_fields(self.what.structure)
        facts_by_path = {f"attributes.{facts.id}": facts for facts in lexicon.attributes_of(self.what.structure)}
        for kind, least_px in (("number", self._label_px(fields)), ("choice", TERM_PX)):
            editors = [self._binder.make(field, owner, self._name) for field in fields if field.kind == kind]
            if editors:
                layout.addWidget(FieldGrid(editors, least_px))
            self._measured += [(facts_by_path[editor.field.path], editor) for editor in editors]
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

    def _label_px(self, fields: tuple[exam_form.Field, ...]) -> int:
        """How wide a column of measurements must be for its labels."""
        metrics = QFontMetrics(self._tools.theme.font("small"))
        labels = [metrics.horizontalAdvance(field.label) for field in fields if field.kind == "number"]
        return max([NUMBER_PX, *labels])

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
            block.show()
        if changed:
            self._order()

    def _order(self) -> None:
        self._structure_changed()


def _has_attributes(finding: Finding) -> bool:
    return finding.attributes != type(finding.attributes)() or bool(finding.note)
