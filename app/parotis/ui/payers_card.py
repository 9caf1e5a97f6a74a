"""The card of the settings about payers: the list, one payer's facts and versions, and files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.payers_presenter import FIELDS
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.controls import ProblemLine, card, label, push_button, tall

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from parotis.presentation.payers_presenter import About, PayerRow, PayersPresenter, ShownPayer

LIST_PX, PROBLEMS_PX, VERSIONS_PX = 150, 130, 150
NO_PAYERS = "No payer is described yet. Press New payer, or import a file that you or somebody else wrote."
WANTED = (("no", "Not needed"), ("recommended", "Recommended"), ("required", "Required"))
CHANNELS = (("clearinghouse", "Clearinghouse"), ("portal", "Portal"), ("mail", "Mail"), ("fax", "Fax"))
TYPES = (("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF"), ("gif", "GIF"))
KINDS = (("dental", "Dental"), ("medical", "Medical"))
WHEN = (("with-claim", "With the claim"), ("on-request", "Only on request"))
_LABELS = {known.path: known.label for known in FIELDS}
_FILES = "Payers (*.json *.csv)"


def _spec(path: str, kind: Any = "text", span: int = 4, choices: tuple[tuple[str, str], ...] = ()) -> FieldSpec:
    return FieldSpec(_LABELS[path], path, kind, choices, span)


GROUPS: tuple[tuple[str, tuple[FieldSpec, ...]], ...] = (
    (
        "Who",
        (
            _spec("name", span=8),
            _spec("kind", "choice", choices=KINDS),
            FieldSpec(_LABELS["key"], "key", span=4, placeholder="made from the name"),
            FieldSpec(_LABELS["payer_ids"], "payer_ids", "listed", span=8, placeholder="separated by commas"),
            _spec("valid_from", "date"),
            _spec("valid_to", "date"),
            _spec("source"),
        ),
    ),
    (
        "Claims and times",
        (
            _spec("narrative_limit", "number"),
            _spec("timely_filing_days", "number"),
            _spec("appeal_days", "number"),
            _spec("coverage_valid_days", "number"),
            _spec("authorization", "choice", choices=WANTED),
            _spec("predetermination", "choice", choices=WANTED),
        ),
    ),
    (
        "Attachments",
        (
            _spec("attachments.when", "choice", span=6, choices=WHEN),
            _spec("attachments.most_files", "number", span=2),
            _spec("attachments.most_megabytes_each", span=2),
            _spec("attachments.most_megabytes_together", span=2),
        ),
    ),
    (
        "Contact",
        (
            _spec("phone", span=6),
            _spec("fax", span=6),
            _spec("claims_address", "lines", span=6),
            _spec("appeals_address", "lines", span=6),
            _spec("phone_script", "lines", span=6),
            _spec("notes", "prose", span=6),
        ),
    ),
)
_CHECKED = {"channels": ("Claims and times", CHANNELS), "attachments.types": ("Attachments", TYPES)}


class PayersCard(QWidget):
    """Fulfils ``PayersView``."""

    def __init__(self) -> None:
        super().__init__()
        self._presenter: PayersPresenter | None = None
        self._forms: dict[str, FieldsForm] = {}
        self._checks: dict[str, dict[str, QCheckBox]] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inner = card()
        outer.addWidget(frame)
        inner.addWidget(label("Payers", "section-title"))
        inner.addWidget(
            label(
                "What this practice knows of its payers, with date and source. The program ships no facts about any "
                "payer.",
                "small",
                wraps=True,
            )
        )
        self._list = QListWidget()
        self._list.setAccessibleName("Payer profiles")
        self._list.setFixedHeight(LIST_PX)
        self._list.itemClicked.connect(self._on_item)
        self._list.itemActivated.connect(self._on_item)
        self._empty = label(NO_PAYERS, "muted", wraps=True)
        inner.addWidget(self._empty)
        inner.addWidget(self._list)
        inner.addLayout(self._buttons())
        self._results: dict[About, ProblemLine] = {"list": ProblemLine(), "payer": ProblemLine()}
        inner.addWidget(self._results["list"])
        self._file_problems = QPlainTextEdit()
        self._file_problems.setReadOnly(True)
        self._file_problems.setTabChangesFocus(True)
        self._file_problems.setAccessibleName("Problems of the file, by row and field")
        self._file_problems_area = tall(self._file_problems, PROBLEMS_PX)
        self._file_problems_area.hide()
        inner.addWidget(self._file_problems_area)
        inner.addWidget(self._form_area())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(push_button("New payer", self._on_new))
        row.addStretch(1)
        row.addWidget(push_button("Import payers\u2026", self._on_import))
        row.addWidget(push_button("Export payers\u2026", self._on_export))
        return row

    def _form_area(self) -> QWidget:
        self._area = QWidget()
        column = QVBoxLayout(self._area)
        column.setContentsMargins(0, 8, 0, 0)
        self._title = label("", "section-title")
        column.addWidget(self._title)
        for name, specs in GROUPS:
            column.addWidget(label(name, "card-title"))
            for path, (group, choices) in _CHECKED.items():
                if group == name:
                    column.addLayout(self._check_row(path, choices))
            form = FieldsForm(specs, f"Payer, {name.lower()}")
            self._forms[name] = form
            column.addWidget(form)
        self._save = push_button("Save payer", self._on_save, "primary")
        column.addWidget(self._results["payer"])
        column.addWidget(self._save, 0, Qt.AlignmentFlag.AlignLeft)
        self._versions_title = label("Versions", "card-title")
        self._versions = QPlainTextEdit()
        self._versions.setReadOnly(True)
        self._versions.setTabChangesFocus(True)
        self._versions.setAccessibleName("Versions of the payer")
        self._versions_area = tall(self._versions, VERSIONS_PX)
        column.addWidget(self._versions_title)
        column.addWidget(self._versions_area)
        self._area.hide()
        return self._area

    def _check_row(self, path: str, choices: tuple[tuple[str, str], ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(_LABELS[path], "field"))
        self._checks[path] = {}
        for value, words in choices:
            check = QCheckBox(words)
            check.setAccessibleName(f"{_LABELS[path]}: {words}")
            self._checks[path][value] = check
            row.addWidget(check)
        row.addStretch(1)
        return row

    def attach(self, presenter: PayersPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._presenter is not None:
            self._presenter.refresh()

    # -- what the person does ----------------------------------------------------------------------------------------

    def _on_item(self, item: QListWidgetItem) -> None:
        if self._presenter is not None:
            self._hush()
            self._presenter.choose(str(item.data(Qt.ItemDataRole.UserRole)))

    def _on_new(self) -> None:
        if self._presenter is not None:
            self._hush()
            self._list.setCurrentRow(-1)
            self._presenter.new()
            self._forms["Who"].focus_first()

    def values(self) -> dict[str, Any]:
        """What is typed, by path; without what is empty."""
        found: dict[str, Any] = {}
        for form in self._forms.values():
            found |= form.values()
        for path, checks in self._checks.items():
            chosen = [value for value, check in checks.items() if check.isChecked()]
            if chosen:
                found[path] = chosen
        return found

    def _on_save(self) -> None:
        if self._presenter is not None:
            self._presenter.save(self.values())

    def _on_import(self) -> None:
        dialog = self._dialog("Import payers")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, chosen: str) -> None:
        """Take a file."""
        if self._presenter is not None:
            self._presenter.take(Path(chosen))

    def _on_export(self) -> None:
        dialog = QFileDialog(self, "Export payers", "", "JSON (*.json);;CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.filterSelected.connect(partial(_follow_filter, dialog))
        dialog.selectFile("payers.json")
        dialog.fileSelected.connect(self.export)
        dialog.open()

    def export(self, chosen: str) -> None:
        """Write a file."""
        if self._presenter is not None:
            self._presenter.export(Path(chosen))

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, "", _FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_payers(self, rows: tuple[PayerRow, ...], chosen: str | None) -> None:
        self._empty.setVisible(not rows)
        self._list.setVisible(bool(rows))
        self._list.clear()
        for row in rows:
            outcome = row.outcome or "no claim answered yet"
            item = QListWidgetItem(f"{row.name} \u00b7 {row.kind} \u00b7 version {row.version} \u00b7 {outcome}")
            item.setData(Qt.ItemDataRole.UserRole, row.key)
            self._list.addItem(item)
            if row.key == chosen:
                self._list.setCurrentItem(item)

    def show_payer(self, payer: ShownPayer) -> None:
        self._area.show()
        self._title.setText(payer.title)
        for form in self._forms.values():
            form.show_values(payer.values)
        self._forms["Who"].control("key").setEnabled(payer.is_new)
        for path, checks in self._checks.items():
            known = payer.values.get(path) or ()
            for value, check in checks.items():
                check.setChecked(value in known)
        lines = [line for row in payer.versions for line in (row.heading, *(f"    {one}" for one in row.changes))]
        self._versions.setPlainText("\n".join(lines))
        self._versions_title.setVisible(bool(payer.versions))
        self._versions_area.setVisible(bool(payer.versions))

    def show_field_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        for form in self._forms.values():
            form.mark(tuple(one for one in problems if form.label_of(one[0])))

    def show_result(self, about: About, text: str, *, is_problem: bool) -> None:
        self._results[about].say(text, "danger" if is_problem else "success")

    def _hush(self) -> None:
        """What was told of an earlier deed is no longer news."""
        for line in self._results.values():
            line.say("")

    def show_file_problems(self, lines: tuple[str, ...]) -> None:
        self._file_problems.setPlainText("\n".join(lines))
        self._file_problems_area.setVisible(bool(lines))


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    dialog.setDefaultSuffix("csv" if "csv" in chosen else "json")
