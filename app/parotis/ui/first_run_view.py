"""The first run: practice, you, recovery key; or a sample practice to try."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.first_run_presenter import OwnerAnswers, PracticeAnswers, passphrase_hint
from parotis.ui.controls import NamedField, ProblemLine, card, chip, label, page, push_button
from parotis.ui.theme import restyle
from parotis.ui.unlock_view import PassphraseLine

if TYPE_CHECKING:
    from parotis.presentation.first_run_presenter import FirstRunPresenter

CARD_WIDTH = 640
STEPS = ("1  Practice", "2  You", "3  Recovery key")


class FirstRunView(QWidget):
    """Fulfils ``FirstRunViewContract``.

    Signals:
        sample_wanted: the person would rather try a sample practice.
    """

    sample_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        page(self)
        self._presenter: FirstRunPresenter | None = None
        self._fields: dict[str, NamedField] = {}
        self._steps = [chip(text) for text in STEPS]
        self._problem = ProblemLine()
        self._busy_text = label("", "muted")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._pages = QStackedWidget()
        self._key = label("", "section-title")
        self._saved = label("", "small", wraps=True)
        self._kept = QCheckBox("I have printed or stored it")
        self._kept.setAccessibleName(self._kept.text())
        self._finish = push_button("Finish", self._on_finish, "primary")
        self._passphrase_hint = label(passphrase_hint(""), "small")
        self._build()
        self._connect()
        self.show_step(1)
        self.show_busy(is_busy=False)

    def _build(self) -> None:
        frame, inner = card()
        frame.setFixedWidth(CARD_WIDTH)
        inner.setContentsMargins(32, 28, 32, 28)
        inner.addWidget(label("Welcome to Parotis", "page-title"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for step in self._steps:
            row.addWidget(step)
        row.addStretch(1)
        inner.addLayout(row)
        for made in (self._practice_page(), self._owner_page(), self._key_page()):
            self._pages.addWidget(made)
        inner.addWidget(self._pages)
        inner.addWidget(self._problem)
        inner.addWidget(self._busy_text)
        inner.addWidget(self._busy)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.addStretch(1)
        column.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _field(self, name: str, control: QWidget | None = None) -> NamedField:
        made = NamedField(name, control or QLineEdit())
        self._fields[name] = made
        return made

    def _practice_page(self) -> QWidget:
        made, layout = _step_page("Name and address stand at the head of every report.")
        address = QPlainTextEdit()
        address.setTabChangesFocus(True)
        address.setFixedHeight(96)
        layout.addWidget(self._field("Practice name"))
        layout.addWidget(self._field("Address", address))
        layout.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(push_button("Try with a sample exam", self.sample_wanted.emit, "quiet"))
        row.addStretch(1)
        row.addWidget(push_button("Continue", self._on_practice, "primary"))
        layout.addLayout(row)
        return made

    def _owner_page(self) -> QWidget:
        made, layout = _step_page("You sign the reports, so the report names you as below.")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._field("Your name"), 0, 0, 1, 4)
        grid.addWidget(self._field("Credentials"), 0, 4, 1, 2)
        grid.addWidget(self._field("Licence state"), 1, 0, 1, 1)
        grid.addWidget(self._field("Licence number"), 1, 1, 1, 2)
        grid.addWidget(self._field("NPI"), 1, 3, 1, 3)
        grid.addWidget(self._field("Login"), 2, 0, 1, 6)
        passphrase = PassphraseLine()
        passphrase.textEdited.connect(self._on_passphrase_edited)
        grid.addWidget(self._field("Passphrase", passphrase), 3, 0, 1, 3)
        grid.addWidget(self._field("Repeat passphrase", PassphraseLine()), 3, 3, 1, 3)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        layout.addLayout(grid)
        layout.addWidget(self._passphrase_hint)
        layout.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(push_button("Back", self._on_back))
        row.addStretch(1)
        row.addWidget(push_button("Make the practice", self._on_owner, "primary"))
        layout.addLayout(row)
        return made

    def _key_page(self) -> QWidget:
        made, layout = _step_page(
            "If every passphrase is lost, only this key opens the records. It is shown once and kept nowhere. "
            "Print it or write it down, and keep it away from this computer."
        )
        self._key.setAccessibleName("Recovery key")
        self._key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        frame, inner = card()
        inner.addWidget(self._key)
        layout.addWidget(frame)
        row = QHBoxLayout()
        row.addWidget(push_button("Save as text file…", self._on_save))
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self._saved)
        layout.addStretch(1)
        layout.addWidget(self._kept)
        self._finish.setEnabled(False)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self._finish)
        layout.addLayout(last)
        return made

    def _connect(self) -> None:
        self._kept.toggled.connect(self._finish.setEnabled)

    def attach(self, presenter: FirstRunPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def _text(self, name: str) -> str:
        control = self._fields[name].control
        return control.toPlainText() if isinstance(control, QPlainTextEdit) else str(control.property("text") or "")

    def _on_practice(self) -> None:
        if self._presenter is not None:
            self._presenter.submit_practice(PracticeAnswers(self._text("Practice name"), self._text("Address")))

    def _on_back(self) -> None:
        if self._presenter is not None:
            self._presenter.back()

    def _on_owner(self) -> None:
        if self._presenter is not None:
            self._presenter.submit_owner(
                OwnerAnswers(
                    name=self._text("Your name"),
                    credentials=self._text("Credentials"),
                    license_state=self._text("Licence state"),
                    license_number=self._text("Licence number"),
                    npi=self._text("NPI"),
                    login=self._text("Login"),
                    passphrase=self._text("Passphrase"),
                    repeated=self._text("Repeat passphrase"),
                )
            )

    def _on_passphrase_edited(self, text: str) -> None:
        self._passphrase_hint.setText(passphrase_hint(text))

    def _on_save(self) -> None:
        dialog = QFileDialog(self, "Save the recovery key", str(Path.home() / "parotis-recovery-key.txt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, True)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        if self._presenter is not None:
            self._presenter.save_recovery_key(Path(path))

    def _on_finish(self) -> None:
        if self._presenter is not None and self._kept.isChecked():
            self._presenter.finish()

    def show_step(self, number: int) -> None:
        self._pages.setCurrentIndex(number - 1)
        for position, step in enumerate(self._steps, start=1):
            step.setProperty("tone", "accent" if position == number else "")
            restyle(step)
        first = ("Practice name", "Your name", "")[number - 1]
        (self._fields[first] if first else self._kept).setFocus()

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        found = dict(problems)
        for name, field in self._fields.items():
            field.mark(found.get(name, ""))
        if problems:
            self._fields[problems[0][0]].setFocus()

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def show_busy(self, *, is_busy: bool, text: str = "") -> None:
        self._pages.setEnabled(not is_busy)
        self._busy_text.setText(text)
        self._busy_text.setVisible(is_busy)
        self._busy.setVisible(is_busy)

    def show_recovery_key(self, key: str) -> None:
        self._key.setText(key)
        self._kept.setChecked(False)

    def show_key_saved(self, path: Path) -> None:
        self._saved.setText(f"Saved to {path}. Print it, keep the print away from this computer, then delete the file.")


def _step_page(text: str) -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(label(text, "muted", wraps=True))
    return made, layout
