"""The review page: the exam in a few lines, what is open, who scanned and who signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from parotis.domain import wording
from parotis.domain.issue import Issue
from parotis.ui.check_list import CheckList
from parotis.ui.form_editors_base import plain_label
from parotis.ui.section_views import SectionPage, card

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLabel

    from parotis.domain.case import Case
    from parotis.domain.denial_risk import Element
    from parotis.presentation.exam_view_contract import Checks, FindingCard
    from parotis.presentation.undo import Draft

_LEAST_LIST_PX = 60
_MOST_LIST_PX = 420


class ReviewPage(SectionPage):
    """What is open leads to its field."""

    def _build(self) -> None:
        summary_card, layout = card(title="Summary")
        self._summary = QWidget(summary_card)
        self._rows: dict[str, QLabel] = {}
        grid = QGridLayout(self._summary)
        grid.setContentsMargins(0, 0, 0, 6)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for row, label in enumerate(summary_of(None)):
            grid.addWidget(plain_label(label, "muted", self._summary), row, 0)
            self._rows[label] = plain_label("", parent=self._summary)
            self._rows[label].setWordWrap(True)
            grid.addWidget(self._rows[label], row, 1)
        layout.addWidget(self._summary)
        self.body.addWidget(summary_card)
        checks_card, checks_layout = card(title="Open checks")
        self._none = plain_label("Nothing is open. The exam can be signed.", "muted", checks_card)
        checks_layout.addWidget(self._none)
        self._checks = CheckList(self._tools.theme, self._tools.icons, self._presenter.where, checks_card)
        self._checks.setAccessibleName("Checks to settle")
        self._checks.setFrameShape(QFrame.Shape.NoFrame)
        self._checks.chosen.connect(self._presenter.go_to)
        checks_layout.addWidget(self._checks)
        self.body.addWidget(checks_card)
        risk_card, risk_layout = card(title="What payers ask for")
        self._met = plain_label("", "muted", risk_card)
        self._met.setWordWrap(True)
        risk_layout.addWidget(self._met)
        self._gaps = CheckList(self._tools.theme, self._tools.icons, self._presenter.where, risk_card)
        self._gaps.setAccessibleName("Gaps for the payer")
        self._gaps.setFrameShape(QFrame.Shape.NoFrame)
        self._gaps.chosen.connect(self._presenter.go_to)
        risk_layout.addWidget(self._gaps)
        self.body.addWidget(risk_card)
        super()._build()

    def _show_denial_risk(self) -> None:
        """Each gap leads to its field."""
        elements = self._presenter.denial_risk()
        gaps = tuple(gap_of(element) for element in elements if not element.is_met)
        self._met.setText(f"{len(elements) - len(gaps)} of {len(elements)} elements are in the record.")
        self._gaps.show_issues(gaps)
        self._gaps.setVisible(bool(gaps))

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        for label, text in summary_of(draft.case).items():
            self._rows[label].setText(text)
        super().show_draft(draft, cards)

    def show_checks(self, checks: Checks) -> None:
        super().show_checks(checks)
        count = len(checks.issues)
        self._none.setVisible(not count)
        self._checks.setVisible(bool(count))
        self._checks.show_issues(checks.issues)
        self._show_denial_risk()
        self._fit_list()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list()

    def _fit_list(self) -> None:
        for shown in (self._checks, self._gaps):
            shown.setFixedHeight(max(_LEAST_LIST_PX, min(_MOST_LIST_PX, shown.content_height())))


def gap_of(element: Element) -> Issue:
    """An element that is missing, as the lists of checks show it: advice that leads to its field."""
    return Issue(f"denial-risk.{element.id}", "advises", element.path or "", f"{element.label}: {element.text}")


def summary_of(case: Case | None) -> dict[str, str]:
    """The exam in a few lines, from recorded fields only."""
    if case is None:
        return dict.fromkeys(("Patient", "Exam", "Scanned", "Abnormal", "Impression", "Images", "Diagnoses"), "")
    at = case.exam.performed_at
    names = [wording.place(entry.structure, entry.side) for entry in case.scan if entry.status == "examined"]
    abnormal = [wording.place(f.structure, f.side) for f in case.findings if f.state == "abnormal"]
    return {
        "Patient": wording.patient_name(case.patient) or "Not recorded",
        "Exam": wording.moment(at) if at else "Not recorded",
        "Scanned": ", ".join(names) or "Not recorded",
        "Abnormal": ", ".join(abnormal) or "None recorded",
        "Impression": "\n".join(case.interpretation.impression) or "Not recorded",
        "Images": str(len(case.images)),
        "Diagnoses": ", ".join(case.claim.diagnoses) or "Not recorded",
    }
