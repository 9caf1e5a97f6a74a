"""The claim pack: which files go and which do not, the claim form by its numbers, and writing it into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QToolButton,
    QWidget,
)

from parotis.presentation.claim_pack_presenter import ClaimPackPresenter, megabytes
from parotis.presentation.exam_view_contract import SectionMark
from parotis.services.ports import ExamState
from parotis.ui.check_list import CheckList
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import NamedField, ProblemLine, card, label, push_button
from parotis.ui.tables import ROW_HEIGHT_PX, Column, RowTable, RowTableModel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from parotis.domain.claims.claim_sheets import SheetItem
    from parotis.domain.issue import Issue
    from parotis.presentation.claim_pack_presenter import ShownPack
    from parotis.services.attachments import PackFile
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

FILES_ROWS, SHEET_ROWS = 6, 10
BLOCKS_PX = 210
NOTHING_BLOCKS = "\u2713 Nothing blocks. The pack can be written."


class PackSection(ClaimSection):
    """Fulfils ``ClaimPackView``."""

    NAME = "Pack"

    def build(self) -> None:
        self._pack = ClaimPackPresenter(self, self.presenter)
        self._stale = self._is_new = True
        self._is_started = False
        self._kind = "dental"
        self._sheets: dict[str, tuple[SheetItem, ...]] = {"dental": (), "medical": ()}
        self._written: Path | None = None
        self._can_write = False
        frame, inner = card()
        inner.addWidget(label("Claim pack", "section-title"))
        self._limits = label("", "muted", wraps=True)
        self._summary = label("", wraps=True)
        inner.addWidget(self._limits)
        inner.addWidget(self._summary)
        inner.addWidget(self._files_table())
        self._blocks_title = label("", "card-title", wraps=True)
        self._blocks = CheckList(self.theme, self.icons, _where)
        self._blocks.setAccessibleName("What blocks the pack")
        self._override = push_button("Complete or override in the checklist\u2026", self._on_checklist)
        self._blocks.chosen.connect(self._on_block)
        inner.addWidget(self._blocks_title)
        inner.addWidget(self._blocks)
        inner.addWidget(self._override, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in self._target():
            inner.addWidget(widget)
        self.add(frame)
        self.add(self._sheet_card())
        self.show_progress(0, 0, "")
        self._show_blocks(())

    def _files_table(self) -> RowTable:
        columns: tuple[Column[PackFile], ...] = (
            Column("File", lambda file: file.name, 4),
            Column("Size", lambda file: megabytes(file.size), 2),
            Column(
                "To the payer",
                lambda file: "\u2713 Goes" if file.is_sent else "\u2013 Stays",
                3,
                lambda file: "success" if file.is_sent else "",
            ),
            Column("Why", lambda file: file.reason, 9),
        )
        self._files_model: RowTableModel[PackFile] = RowTableModel(columns, lambda file: file.name)
        self._files = RowTable("Files of the pack", self._files_model, columns, self.theme)
        self._files.set_opens_on_click(False)
        self._files.setFixedHeight((FILES_ROWS + 1) * ROW_HEIGHT_PX + 4)
        return self._files

    def _target(self) -> tuple[QWidget, ...]:
        self._folder = QLineEdit()
        self._folder.returnPressed.connect(self._on_write)
        self._browse = push_button("Browse\u2026", self._on_browse)
        self._browse.setAccessibleName("Browse for the folder of the pack")
        self._write = push_button("Write claim pack", self._on_write, "primary")
        self._cancel = push_button("Cancel writing", self._pack.cancel)
        self._open = push_button("Open folder", self._on_open)
        row = QWidget()
        inner = QHBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(NamedField("Folder", self._folder, keeps_room=False), 1)
        for button in (self._browse, self._write):
            inner.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._problem = ProblemLine()
        self._progress_text = label("", "small")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        last = QWidget()
        after = QHBoxLayout(last)
        after.setContentsMargins(0, 0, 0, 0)
        after.addWidget(self._cancel)
        after.addWidget(self._open)
        after.addStretch(1)
        self._open.hide()
        hint = label(
            "A new folder that is complete or not there at all; it counts only when every file was read back.",
            "small",
            wraps=True,
        )
        return (row, hint, self._progress_text, self._progress, self._problem, last)

    def _sheet_card(self) -> QWidget:
        frame, inner = card()
        inner.addWidget(label("Claim form by numbers", "section-title"))
        row = QHBoxLayout()
        row.setSpacing(0)
        self._kinds = QButtonGroup(self)
        for place, (kind, words) in enumerate((("dental", "ADA items"), ("medical", "CMS-1500 boxes"))):
            button = QToolButton()
            button.setText(words)
            button.setAccessibleName(words)
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setProperty("position", "first" if place == 0 else "last")
            button.setObjectName(kind)
            self._kinds.addButton(button, place)
            row.addWidget(button)
        self._kinds.idClicked.connect(lambda place: self._show_sheet("dental" if place == 0 else "medical"))
        row.addSpacing(16)
        self._is_predetermination = QCheckBox("As predetermination")
        self._is_predetermination.setAccessibleName("As predetermination")
        self._is_predetermination.clicked.connect(self._fill_sheets)
        row.addWidget(self._is_predetermination)
        row.addStretch(1)
        inner.addLayout(row)
        columns: tuple[Column[tuple[int, SheetItem]], ...] = (
            Column("Item", lambda row: row[1].item, 2),
            Column("Field", lambda row: row[1].label, 6),
            Column("Value", lambda row: " / ".join(row[1].value.splitlines()) or "\u2013", 7),
            Column("Note", lambda row: row[1].note or "", 6),
        )
        self._sheet_model: RowTableModel[tuple[int, SheetItem]] = RowTableModel(columns, lambda row: row[0])
        self._sheet = RowTable("Claim form", self._sheet_model, columns, self.theme)
        self._sheet.set_opens_on_click(False)
        self._sheet.chosen.connect(self._on_item)
        self._sheet.setFixedHeight((SHEET_ROWS + 1) * ROW_HEIGHT_PX + 4)
        inner.addWidget(self._sheet)
        self._item = label("Choose a line to read it whole.", "small", wraps=True)
        self._item.setMinimumHeight(2 * self._item.fontMetrics().lineSpacing())
        self._item.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        inner.addWidget(self._item)
        return frame

    # -- what the person does ----------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Put the focus on the folder."""
        self._folder.setFocus()

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose a folder", self._folder.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def _on_write(self) -> None:
        if self._write.isEnabled():
            self._open.hide()
            self._pack.write(self._folder.text())

    def _on_open(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _on_checklist(self) -> None:
        self.section_wanted.emit("Checklist")

    def _on_block(self, _path: str) -> None:
        self._on_checklist()

    def _on_item(self, row: int) -> None:
        if row < 0:
            self._item.setText("")
            return
        item = self._sheet_model.row(row)[1]
        note = f" ({item.note})" if item.note else ""
        self._item.setText(f"{item.item} {item.label}: {item.value or 'empty'}{note}")

    def _fill_sheets(self) -> None:
        self._pack.fill_sheets(is_predetermination=self._is_predetermination.isChecked())

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        payer = situation.opened.claim.billing.payer
        kind = (payer.kind if payer else None) or "dental"
        if self._is_new:
            self._is_new = False
            self._show_sheet(kind)
        self._stale = True
        if self.isVisible():
            self._refresh()

    def begin(self) -> None:
        super().begin()
        self._is_new = True
        self._problem.say("")
        self._open.hide()

    def mark(self, situation: Situation) -> SectionMark | None:
        if situation.opened.exam.state is not ExamState.SIGNED:
            return SectionMark("empty")
        return SectionMark("blocked", len(situation.gaps)) if situation.gaps else SectionMark("done")

    def showEvent(self, event: object) -> None:
        """The pack is worked out when somebody comes to look at it, not with every entry."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._stale:
            self._refresh()

    def _refresh(self) -> None:
        if not self.presenter.claim_id:
            return
        self._stale = False
        if not self._is_started:
            self._is_started = True
            self._pack.start()
        self._pack.check()
        self._fill_sheets()

    def show_pack(self, pack: ShownPack) -> None:
        self._limits.setText(pack.limits)
        self._summary.setText(pack.summary)
        self._files.show()
        self._files_model.set_rows(pack.files)
        self._files.setFixedHeight((min(FILES_ROWS, max(1, len(pack.files))) + 1) * ROW_HEIGHT_PX + 4)
        self._show_blocks(pack.blocks)
        self._can_write = not pack.blocks
        self._write.setEnabled(self._can_write and not self._pack.is_busy)

    def show_no_pack(self, sentence: str) -> None:
        self._limits.setText(sentence)
        self._summary.setText("")
        self._files.hide()
        self._files_model.set_rows(())
        self._show_blocks(())
        self._blocks_title.setText("")
        self._can_write = False
        self._write.setEnabled(False)

    def _show_blocks(self, blocks: tuple[Issue, ...]) -> None:
        self._blocks.show_issues(blocks)
        self._blocks.setVisible(bool(blocks))
        self._blocks.setFixedHeight(min(BLOCKS_PX, 24 + 62 * len(blocks)))
        self._override.setVisible(bool(blocks))
        count = len(blocks)
        word = "point blocks" if count == 1 else "points block"
        self._blocks_title.setText(f"\u2717 {count} {word} the pack" if blocks else NOTHING_BLOCKS)

    def show_sheets(self, dental: tuple[SheetItem, ...], medical: tuple[SheetItem, ...]) -> None:
        self._sheets = {"dental": dental, "medical": medical}
        self._show_sheet(self._kind)

    def _show_sheet(self, kind: str) -> None:
        self._kind = kind
        self._kinds.button(0 if kind == "dental" else 1).setChecked(True)
        self._is_predetermination.setEnabled(kind == "dental")
        self._sheet_model.set_rows(tuple(enumerate(self._sheets[kind])))

    def show_folder(self, folder: str) -> None:
        if not self._folder.text():
            self._folder.setText(folder)

    def show_busy(self, *, is_busy: bool) -> None:
        for widget in (self._folder, self._browse):
            widget.setEnabled(not is_busy)
        self._write.setEnabled(self._can_write and not is_busy)

    def show_progress(self, done: int, total: int, text: str) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._progress_text.setText(text)
        for widget in (self._progress, self._progress_text, self._cancel):
            widget.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def show_written(self, sentence: str, folder: Path) -> None:
        self._written = folder
        self._problem.say(f"{sentence}\n{folder}", "success")
        self._open.show()


def _where(path: str) -> str:
    return "the channel" if path == "attachments" or path.endswith((".pdf", ".jpg")) else "the checklist"
