"""Export: where to, for whom, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from parotis.ui.controls import NamedField, ProblemLine, label, push_button, within

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.presentation.export_presenter import ExportPresenter


class ExportDialog(QDialog):
    """Fulfils ``ExportViewContract``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setModal(True)
        self._presenter: ExportPresenter | None = None
        self._written: Path | None = None
        self._folder = QLineEdit()
        self._field = NamedField("Folder", self._folder, keeps_room=False)
        self._browse = push_button("Browse…", self._on_browse)
        self._record = QRadioButton("For the record: everything, with the case file")
        self._record.setChecked(True)
        self._claim = QRadioButton("For a claim: the minimum a payer needs, without the case file")
        for choice in (self._record, self._claim):
            choice.setAccessibleName(choice.text())
        self._reason = NamedField("Why without a labelled key image", QLineEdit(), keeps_room=False)
        self._reason.hide()
        self._problem = ProblemLine()
        self._progress_text = label("", "small")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._cancel = push_button("Cancel", self._on_cancel)
        self._open = push_button("Open folder", self._on_open)
        self._export = push_button("Export", self._on_export, "primary")
        self._build()
        self.resize(within(parent, 660, 500))
        self._folder.returnPressed.connect(self._on_export)
        self._open.hide()
        self.show_progress(0, 0, "")

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label("Export the signed report", "page-title"))
        layout.addWidget(
            label(
                "A new folder with the signed PDF, its pages, the images, the narrative and the claim. "
                "It is complete or not there at all, and no file name says who the patient is.",
                "muted",
                wraps=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(self._browse)
        row.setAlignment(self._browse, Qt.AlignmentFlag.AlignBottom)
        layout.addLayout(row)
        layout.addWidget(self._record)
        layout.addWidget(self._claim)
        layout.addWidget(self._problem)
        layout.addWidget(self._reason)
        layout.addWidget(self._progress_text)
        layout.addWidget(self._progress)
        layout.addStretch(1)
        last = QHBoxLayout()
        last.addWidget(self._cancel)
        last.addStretch(1)
        last.addWidget(self._open)
        last.addWidget(self._export)
        layout.addLayout(last)
        self.setMinimumWidth(560)

    def attach(self, presenter: ExportPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose a folder", self._folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def _on_export(self) -> None:
        if self._presenter is not None:
            reason = self._reason.control.text() if isinstance(self._reason.control, QLineEdit) else ""
            self._presenter.export(self._folder.text(), "record" if self._record.isChecked() else "claim", reason)

    def _on_cancel(self) -> None:
        if self._presenter is not None and self._presenter.is_busy:
            self._presenter.cancel()
            return
        self.reject()

    def _on_open(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def show_folder(self, folder: str) -> None:
        if not self._folder.text():
            self._folder.setText(folder)
        (self._export if folder else self._folder).setFocus()

    def show_busy(self, *, is_busy: bool) -> None:
        for widget in (self._folder, self._browse, self._record, self._claim, self._export):
            widget.setEnabled(not is_busy)

    def show_progress(self, done: int, total: int, text: str) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._progress_text.setText(text)
        self._progress.setVisible(bool(text))
        self._progress_text.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def ask_for_reason(self, text: str) -> None:
        self._problem.say(f"Not exported. {text}")
        self._reason.show()
        self._reason.control.setFocus()

    def show_done(self, sentence: str, folder: Path) -> None:
        self._written = folder
        self._problem.say(f"{sentence}\n{folder}", "success")
        self._cancel.setText("Close")
        self._cancel.setAccessibleName("Close")
        self._export.hide()
        self._reason.hide()
        self._open.show()
        self._open.setFocus()

    def done(self, result: int) -> None:
        if self._presenter is not None:
            self._presenter.close()
        super().done(result)
        self.deleteLater()
