"""The panel beside the form: the report as text, the narrative with its sources, the open checks, earlier exams."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.exam_view_contract import NarrativeLength, PanelTab
from parotis.ui.check_list import CheckList
from parotis.ui.form_editors_base import plain_label
from parotis.ui.prior_pane import PriorPane
from parotis.ui.side_panel_text import NarrativeText, ReportText

if TYPE_CHECKING:
    from parotis.domain.report import Report
    from parotis.presentation import exam_view_contract as contract
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.ui.form_editors import FormTools

TABS: tuple[PanelTab, ...] = get_args(PanelTab)
_LENGTHS: dict[NarrativeLength, str] = {"80": "80", "400": "400", "2000": "2,000", "letter": "Letter"}


class SidePanel(QFrame):
    """Folds away as a whole. Only the tab in front is kept up to date.

    Signals:
        path_chosen: the person asked for the field of a path.
        tab_opened: a tab came to the front.
    """

    path_chosen = Signal(str)
    tab_opened = Signal(str)

    def __init__(self, presenter: ExamPresenter, tools: FormTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setProperty("bar", "side")
        self.setAccessibleName("Report and checks")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(10)
        tab_row = QHBoxLayout()
        tab_row.setSpacing(2)
        self._tabs: dict[PanelTab, QToolButton] = {}
        for name in TABS:
            tab = QToolButton(self)
            tab.setText(name)
            tab.setAccessibleName(name)
            tab.setCheckable(True)
            tab.setAutoExclusive(True)
            tab.setProperty("tab", True)
            tab.clicked.connect(partial(self.open_tab, name))
            self._tabs[name] = tab
            tab_row.addWidget(tab)
        tab_row.addStretch(1)
        layout.addLayout(tab_row)
        self._stack = QStackedWidget(self)
        layout.addWidget(self._stack, 1)
        self.report = ReportText(tools.theme, self)
        self._narrative = NarrativePane(presenter, tools, self)
        self._checks = CheckList(tools.theme, tools.icons, presenter.where, self)
        self._checks.setFrameShape(QFrame.Shape.NoFrame)
        self._no_checks = plain_label("Nothing is open. The exam can be signed.", "muted", self)
        checks = QWidget(self)
        checks_layout = QVBoxLayout(checks)
        checks_layout.setContentsMargins(0, 0, 0, 0)
        checks_layout.addWidget(self._no_checks)
        checks_layout.addWidget(self._checks, 1)
        self._prior = PriorPane(presenter, tools, self)
        for page in (self.report, self._narrative, checks, self._prior):
            self._stack.addWidget(page)
        self._tabs["Checks"].setChecked(True)
        self._stack.setCurrentIndex(TABS.index("Checks"))
        self.report.path_chosen.connect(self.path_chosen)
        self._narrative.text.path_chosen.connect(self.path_chosen)
        self._prior.text.path_chosen.connect(self.path_chosen)
        self._checks.chosen.connect(self.path_chosen)

    def open_tab(self, name: PanelTab) -> None:
        """Bring a tab to the front."""
        self._tabs[name].setChecked(True)
        self._stack.setCurrentIndex(TABS.index(name))
        self.tab_opened.emit(name)

    def show_checks(self, checks: contract.Checks) -> None:
        count = len(checks.issues)
        self._tabs["Checks"].setText(f"Checks {count}" if count else "Checks")
        self._no_checks.setVisible(not count)
        self._checks.setVisible(bool(count))
        self._checks.show_issues(checks.issues)

    def show_report(self, report: Report) -> None:
        self.report.show_report(report)

    def show_narrative(self, text: contract.NarrativeText) -> None:
        self._narrative.show_text(text)

    def show_prior(self, prior: contract.Prior) -> None:
        self._prior.show_prior(prior)


class NarrativePane(QWidget):
    """The narrative at one of its lengths; the sentence chosen names the fields that it comes from."""

    def __init__(self, presenter: ExamPresenter, tools: FormTools, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._lengths: dict[NarrativeLength, QToolButton] = {}
        for length, label in _LENGTHS.items():
            button = QToolButton(self)
            button.setText(label)
            button.setAccessibleName(f"Narrative of {label} characters" if length != "letter" else label)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setProperty("chip", True)
            button.clicked.connect(partial(presenter.choose_narrative, length))
            self._lengths[length] = button
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self.text = NarrativeText(tools.theme, self)
        layout.addWidget(self.text, 1)
        self._used = plain_label("", "small", self)
        self._used.setWordWrap(True)
        layout.addWidget(self._used)
        self._source = plain_label("", "small", self)
        self._source.setWordWrap(True)
        self._source.setMinimumHeight(3 * self._source.fontMetrics().lineSpacing())
        layout.addWidget(self._source)
        self.text.sentence_chosen.connect(self._on_sentence_chosen)

    def show_text(self, text: contract.NarrativeText) -> None:
        for length, button in self._lengths.items():
            button.setChecked(length == text.length)
        self.text.show_sentences(text.sentences)
        left_out = "Nothing was left out."
        if text.left_out:
            left_out = f"{text.left_out} {'sentence' if text.left_out == 1 else 'sentences'} left out at this length."
        if text.limit is None:
            self._used.setText(f"{text.used:,} characters.")
        else:
            self._used.setText(f"{text.used:,} of {text.limit:,} characters used. {left_out}")
        if not text.sentences:
            self._used.setText("The narrative is composed from what is recorded. Nothing is recorded yet.")

    def _on_sentence_chosen(self, sources: tuple[str, ...]) -> None:
        places = list(dict.fromkeys(self._presenter.where(source) for source in sources))
        self._source.setText("From " + "; ".join(places[:4]) if places else "")
