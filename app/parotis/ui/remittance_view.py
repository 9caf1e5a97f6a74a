"""Remittance files: read one, see what posting would do, then post."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from parotis.ui.claim_columns import FILE_CLAIM_COLUMNS, PAYMENT_COLUMNS
from parotis.ui.controls import NamedField, ProblemLine, label, push_button
from parotis.ui.tables import ROW_HEIGHT_PX, RowTable, RowTableModel

if TYPE_CHECKING:
    from parotis.presentation.remittance_presenter import (
        FileClaimLine,
        PaymentLine,
        RemittancePresenter,
        RemittanceShown,
    )
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

HINT = "Nothing is recorded before you have seen what the file says and pressed Post."
EXPLANATION = (
    "A payer's 835 file says what was paid and denied. Read it to see its payments, the claims of this practice that "
    "it answers and what would become of them."
)
_MOST_PROBLEMS = 200
_PROBLEMS_PX = 150


class RemittanceView(QWidget):
    """Fulfils ``RemittanceViewContract``."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._presenter: RemittancePresenter | None = None
        self._has_focus = False
        self.file = QLineEdit()
        self._field = NamedField("835 file", self.file, keeps_room=False)
        self._browse = push_button("Browse\u2026", self._on_browse)
        self._browse.setAccessibleName("Browse for an 835 file")
        self._read = push_button("Read 835 file", self._on_read)
        icons.bind(self._browse, "folder")
        self._result = ProblemLine()
        self._problems = QListWidget()
        self._problems.setAccessibleName("Problems of the file")
        self._problems.setWordWrap(True)
        self._problems.setFixedHeight(_PROBLEMS_PX)
        self._summary = label("", "card-title", wraps=True)
        self._payment_model: RowTableModel[PaymentLine] = RowTableModel(PAYMENT_COLUMNS, lambda line: line.number)
        self._payments = RowTable("Payments of the file", self._payment_model, PAYMENT_COLUMNS, theme)
        self._claim_model: RowTableModel[FileClaimLine] = RowTableModel(FILE_CLAIM_COLUMNS, lambda line: line.number)
        self._claims = RowTable("Claims of the file", self._claim_model, FILE_CLAIM_COLUMNS, theme)
        for table in (self._payments, self._claims):
            table.set_opens_on_click(False)
        self._tables = QWidget()
        self._post = push_button("Post", self._on_post, "primary")
        self._foot = QWidget()
        self._idle = label(EXPLANATION, "muted", wraps=True)
        self._build()
        self.file.returnPressed.connect(self._on_read)
        self.show_problems(())
        self.show_file(None)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        for button in (self._browse, self._read):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addLayout(row)
        layout.addWidget(self._idle)
        layout.addWidget(self._result)
        layout.addWidget(self._problems)
        layout.addWidget(self._summary)
        tables = QVBoxLayout(self._tables)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(12)
        self._payments.setMinimumHeight(2 * ROW_HEIGHT_PX)
        tables.addWidget(self._payments, 1)
        tables.addWidget(self._claims, 3)
        layout.addWidget(self._tables, 1)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(label(HINT, "muted"), 1)
        foot.addWidget(self._post)
        layout.addWidget(self._foot)
        layout.addStretch(0)

    def attach(self, presenter: RemittancePresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def focus_first(self) -> None:
        """Put the focus into the field for the file."""
        self.file.setFocus()

    def _on_browse(self) -> None:
        dialog = QFileDialog(
            self, "Read an 835 file", "", "Remittance files (*.835 *.txt *.edi *.x12 *.dat);;All files (*)"
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    def _on_file(self, chosen: str) -> None:
        self.file.setText(chosen)
        self._on_read()

    def _on_read(self) -> None:
        typed = self.file.text().strip()
        if not typed:
            self._on_browse()
        elif self._presenter is not None:
            self._presenter.read(Path(typed).expanduser())

    def _on_post(self) -> None:
        if self._presenter is not None:
            self._presenter.post()

    def show_busy(self, *, is_busy: bool) -> None:
        if is_busy:
            self._has_focus = self._is_focused()
        for widget in (self.file, self._browse, self._read, self._post):
            widget.setEnabled(not is_busy)
        if not is_busy and self._has_focus and not self._is_focused():
            # Who pressed a button that is gone goes on where the next file is named.
            self.file.setFocus()

    def _is_focused(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused) and focused.isEnabled()

    def show_file(self, shown: RemittanceShown | None) -> None:
        self._idle.setVisible(shown is None)
        for widget in (self._summary, self._tables, self._foot):
            widget.setVisible(shown is not None)
        self._summary.setText(shown.summary if shown else "")
        self._payment_model.set_rows(shown.payments if shown else ())
        self._claim_model.set_rows(shown.claims if shown else ())
        self._post.setEnabled(shown is not None and shown.can_post)
        if shown is not None and shown.can_post:
            self._post.setFocus()

    def show_result(self, text: str, *, is_problem: bool) -> None:
        self._result.say(text, "danger" if is_problem else "success")

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        self._problems.clear()
        shown = [f"{path}: {text}" if path else text for path, text in problems[:_MOST_PROBLEMS]]
        if len(problems) > _MOST_PROBLEMS:
            shown.append(f"{len(problems) - _MOST_PROBLEMS:,} more.")
        self._problems.addItems(shown)
        self._problems.setVisible(bool(problems))
