"""How old the open money is, as a table and a chart that say the same, and what the payers did so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from parotis.ui.ageing_chart import AgeingChart
from parotis.ui.claim_columns import AGEING_COLUMNS
from parotis.ui.controls import card, label, page
from parotis.ui.tables import ROW_HEIGHT_PX, RowTable, RowTableModel

if TYPE_CHECKING:
    from parotis.presentation.claims_contract import AgeingBar, AgeingShown
    from parotis.ui.theme import Theme

NO_OUTCOMES = "No payer has answered a claim yet. What payers paid and denied is counted here."
_BUCKETS = 5


class AgeingView(QScrollArea):
    """Shows an ``AgeingShown``; scrolls in a low window."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model: RowTableModel[AgeingBar] = RowTableModel(AGEING_COLUMNS, lambda bar: bar.label)
        self.table = RowTable("Ageing by days since sent", self._model, AGEING_COLUMNS, theme)
        self.table.set_opens_on_click(False)
        self._total = label("", "card-title")
        self._chart = AgeingChart(theme)
        self._outcomes = QListWidget()
        self._outcomes.setAccessibleName("Payers so far")
        self._outcomes.setWordWrap(True)
        self._outcomes.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._none = label(NO_OUTCOMES, "muted", wraps=True)
        self._build()

    def _build(self) -> None:
        inside = QWidget()
        page(inside)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        frame, inner = card()
        inner.addWidget(self._total)
        row = QHBoxLayout()
        row.setSpacing(24)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + _BUCKETS * ROW_HEIGHT_PX + 8)
        row.addWidget(self.table, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._chart, 1)
        inner.addLayout(row)
        layout.addWidget(frame)
        below, texts = card()
        texts.addWidget(label("Payers so far", "card-title"))
        texts.addWidget(self._none)
        texts.addWidget(self._outcomes, 1)
        layout.addWidget(below, 1)

    def show_ageing(self, shown: AgeingShown) -> None:
        """Buckets, chart and sentences."""
        self._total.setText(shown.total)
        self._model.set_rows(shown.bars)
        self._chart.show_bars(shown)
        if [self._outcomes.item(row).text() for row in range(self._outcomes.count())] != list(shown.outcomes):
            self._outcomes.clear()
            self._outcomes.addItems(shown.outcomes)
        self._outcomes.setVisible(bool(shown.outcomes))
        self._none.setVisible(not shown.outcomes)
