"""The card of the settings about phrases."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from parotis.ui.controls import ProblemLine, card, label, push_button
from parotis.ui.form_editors_base import emptied

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from parotis.presentation.phrase_settings import PhraseSettingsPresenter, SetRow

_FILES = "Phrase files (*.json)"
_LIST_PX = 200


class PhraseSettingsCard(QWidget):
    """Fulfils ``PhraseSettingsView``."""

    def __init__(self) -> None:
        super().__init__()
        self._presenter: PhraseSettingsPresenter | None = None
        self._rows = QVBoxLayout()
        self._result = ProblemLine()
        self._for_practice = push_button("Import for the practice", partial(self._choose_file, is_personal=False))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inner = card()
        outer.addWidget(frame)
        inner.addWidget(label("Phrases", "section-title"))
        inner.addWidget(
            label(
                "Type a shortcut such as .cyst in a text field. Where two sets have it, the lower one counts.",
                "small",
                wraps=True,
            )
        )
        self._rows.setSpacing(8)
        inner.addLayout(self._rows)
        inner.addWidget(self._preview_area())
        inner.addWidget(self._result)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(push_button("Import for yourself", partial(self._choose_file, is_personal=True)))
        buttons.addWidget(self._for_practice)
        inner.addLayout(buttons)

    def _preview_area(self) -> QWidget:
        """The phrases of one set and the text of one of them; out of sight until a set is asked for."""
        self._shown: SetRow | None = None
        self._area = QWidget()
        self._title = label(role="card-title")
        self._phrases = QListWidget()
        self._phrases.setAccessibleName("Phrases of the set")
        self._phrases.setFixedHeight(_LIST_PX)
        self._phrases.currentRowChanged.connect(self._show_text)
        self._text = label(wraps=True)
        self._text.setAccessibleName("Text of the phrase")
        column = QVBoxLayout(self._area)
        column.setContentsMargins(0, 0, 0, 0)
        for made in (self._title, self._phrases, self._text):
            column.addWidget(made)
        self._area.hide()
        return self._area

    def attach(self, presenter: PhraseSettingsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._presenter is not None:
            self._presenter.refresh()

    def show_sets(self, rows: tuple[SetRow, ...], *, can_import_for_practice: bool) -> None:
        self._for_practice.setVisible(can_import_for_practice)
        emptied(self._rows)
        for row in rows:
            self._rows.addWidget(self._line(row))
        if self._shown not in rows:
            self._preview(None)

    def show_result(self, text: str, *, is_problem: bool) -> None:
        self._result.say(text, "danger" if is_problem else "success")

    def _line(self, row: SetRow) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(row.name))
        line.addWidget(label(row.detail, "muted"), 1)
        show = push_button("Show", partial(self._preview, row), "quiet")
        show.setAccessibleName(f"Show phrases {row.name}")
        show.setEnabled(bool(row.phrases))
        line.addWidget(show, 0, Qt.AlignmentFlag.AlignRight)
        export = push_button("Export", partial(self._choose_target, row.name), "quiet")
        export.setAccessibleName(f"Export phrases {row.name}")
        line.addWidget(export, 0, Qt.AlignmentFlag.AlignRight)
        return made

    def _preview(self, row: SetRow | None) -> None:
        """The phrases of a set, or away with them when they are in sight already."""
        self._shown = None if row == self._shown else row
        self._area.setVisible(self._shown is not None)
        self._phrases.clear()
        if self._shown is not None:
            self._title.setText(self._shown.name)
            self._phrases.addItems([phrase.line for phrase in self._shown.phrases])
            self._phrases.setCurrentRow(0)
            self._phrases.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_text(self, place: int) -> None:
        phrases = self._shown.phrases if self._shown is not None else ()
        self._text.setText(phrases[place].text if 0 <= place < len(phrases) else "")

    def _choose_file(self, *, is_personal: bool) -> None:
        dialog = self._dialog("Import phrases")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(partial(self._on_file, is_personal))
        dialog.open()

    def _choose_target(self, name: str) -> None:
        dialog = self._dialog("Export phrases")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{name}.json")
        dialog.fileSelected.connect(partial(self._on_target, name))
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, "", _FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _on_file(self, is_personal: bool, chosen: str) -> None:
        if self._presenter is not None:
            self._presenter.take(Path(chosen), is_personal=is_personal)

    def _on_target(self, name: str, chosen: str) -> None:
        if self._presenter is not None:
            self._presenter.export(name, Path(chosen))
