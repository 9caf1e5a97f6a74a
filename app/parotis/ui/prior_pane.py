"""Earlier exams beside the form: what changed, the plot, and each exam in short, as text to be selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from parotis.domain.report import Run
from parotis.presentation.exam_view_contract import Prior
from parotis.ui.form_editors_base import plain_label
from parotis.ui.side_panel_text import SourcedText
from parotis.ui.trend_plot import TrendPlotWidget

if TYPE_CHECKING:
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import PriorChange
    from parotis.ui.form_editors import FormTools
    from parotis.ui.theme import Theme

FILL_LABEL = "Fill comparison"


def fill_button(presenter: ExamPresenter, parent: QWidget) -> QPushButton:
    """The button that fills the field "comparison" from the signed earlier exams."""
    button = QPushButton(FILL_LABEL, parent)
    button.setAccessibleName(FILL_LABEL)
    button.setToolTip("Write the comparison from the signed earlier exams, where nobody typed one")
    button.clicked.connect(presenter.fill_comparison)
    return button


class PriorPane(QWidget):
    """The tab of the side panel. ``text.path_chosen`` tells which lesion of today was chosen."""

    def __init__(self, presenter: ExamPresenter, tools: FormTools, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._none = plain_label("", "muted", self)
        self._none.setWordWrap(True)
        layout.addWidget(self._none)
        row = QHBoxLayout()
        self._fill = fill_button(presenter, self)
        row.addWidget(self._fill)
        row.addStretch(1)
        layout.addLayout(row)
        self._plot = TrendPlotWidget(tools.theme, self)
        layout.addWidget(self._plot)
        self.text = PriorText(tools.theme, self)
        layout.addWidget(self.text, 1)
        layout.addStretch(0)
        self.show_prior(Prior())

    def show_prior(self, prior: Prior) -> None:
        self._none.setText(prior.note)
        self._none.setVisible(bool(prior.note))
        self._fill.setVisible(bool(prior.exams) and self._presenter.is_editable)
        self._plot.setVisible(prior.plot is not None)
        self._plot.show_plot(prior.plot)
        self.text.setVisible(bool(prior.exams))
        self.text.show_prior(prior)


class PriorText(SourcedText):
    """Changes, then the exams; the name of a lesion leads to its field."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Earlier exams", parent)
        self._prior = Prior()
        theme.changed.connect(self._write)

    def show_prior(self, prior: Prior) -> None:
        if prior != self._prior:
            self._prior = prior
            self._write()

    def _write(self) -> None:
        document, cursor = self.begin()
        is_first = True
        for change in self._prior.changes:
            self.block(cursor, _change_runs(change), is_first=is_first)
            is_first = False
        if self._prior.rule:
            self.block(cursor, [Run(self._prior.rule, muted=True)])
        for exam in self._prior.exams:
            self.block(cursor, [Run(exam.title, strong=True)], gap_px=12, is_first=is_first)
            is_first = False
            self.block(cursor, [Run(exam.detail, muted=True)], gap_px=0)
            for line in exam.findings:
                self.block(cursor, [Run(line)], gap_px=0)
        self.finish(document)


def _change_runs(change: PriorChange) -> list[Run]:
    runs = [Run(change.name, strong=True, source=change.path)]
    if change.verdict:
        runs += [Run(": "), Run(change.verdict, strong=True)]
    return [*runs, Run(f"{'; ' if change.verdict else ': '}{change.detail}", muted=True)] if change.detail else runs
