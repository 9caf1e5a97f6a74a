"""Settings on one page: look, lock, letterhead, accounts, versions."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.services.ports import Role
from parotis.services.practices import Person
from parotis.services.window_ports import LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES, PEDAL_KEYS, ThemeChoice
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.controls import NamedField, ProblemLine, card, chip, label, page, push_button
from parotis.ui.phrase_settings_card import PhraseSettingsCard
from parotis.ui.unlock_view import PassphraseLine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton

    from parotis.presentation.settings_presenter import Facts, SettingsPresenter
    from parotis.services.ports import UserProfile
    from parotis.services.window_ports import Choices

PAGE_WIDTH = 760
THEME_WORDS = {"system": "As the system", "light": "Light", "dark": "Dark"}
DISABLE = "Disable the account"
NUMBER_FIELDS = (
    FieldSpec("NPI of the practice", "npi", span=6),
    FieldSpec("Phone", "phone", span=6),
    FieldSpec("Tax number", "tin", span=4, placeholder="9 digits"),
    FieldSpec("Kind of tax number", "tin_kind", "choice", (("EIN", "EIN"), ("SSN", "SSN")), span=4),
    FieldSpec("Taxonomy of the treating dentist", "taxonomy", span=4),
)
ACCOUNT_FIELDS = ("Login", "Name", "Credentials", "Licence state", "Licence number", "NPI")


class SettingsView(QWidget):
    """Fulfils ``SettingsViewContract``."""

    def __init__(self) -> None:
        super().__init__()
        page(self)
        self._presenter: SettingsPresenter | None = None
        self._results = {part: ProblemLine() for part in ("choices", "practice", "numbers", "accounts")}
        self._themes: dict[ThemeChoice, QToolButton] = {}
        self._minutes = QSpinBox()
        self._minutes.setRange(LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES)
        self._minutes.setSuffix(" min")
        self._spell_check = QCheckBox("Mark words that the dictionary does not know")
        self._glove_mode = QCheckBox("Glove mode: larger buttons and fields")
        self._pedal_key = QComboBox()
        self._pedal_key.addItems(PEDAL_KEYS)
        self._capital_sides = QCheckBox("Print LEFT and RIGHT in capitals in reports")
        self._practice = NamedField("Practice name", QLineEdit(), keeps_room=False)
        self._address = NamedField("Address", QPlainTextEdit(), keeps_room=False)
        self._save = push_button("Save letterhead", self._on_save_practice)
        self._numbers = FieldsForm(NUMBER_FIELDS, "Billing")
        self._save_numbers = push_button("Save billing numbers", self._on_save_numbers)
        self._accounts = QVBoxLayout()
        self._account_form = QWidget()
        self._role = QComboBox()
        self._role.addItems([role.capitalize() for role in get_args(Role)])
        self._fields = {name: NamedField(name, QLineEdit(), keeps_room=False) for name in ACCOUNT_FIELDS}
        self._new_passphrase = NamedField("New passphrase", PassphraseLine(), keeps_room=False)
        self._recovery_key = NamedField("Recovery key", QLineEdit(), keeps_room=False)
        self._versions = QVBoxLayout()
        self.phrases = PhraseSettingsCard()
        self._build()
        self._connect()

    def _build(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(16)
        column.addWidget(label("Settings", "page-title"))
        for made in (
            self._look_card(),
            self._practice_card(),
            self._numbers_card(),
            self.phrases,
            self._accounts_card(),
            self._versions_card(),
        ):
            made.setMaximumWidth(PAGE_WIDTH)
            column.addWidget(made)
        self._column = column
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _look_card(self) -> QFrame:
        frame, inner = card()
        inner.addWidget(label("This machine", "section-title"))
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(label("Theme"), 1)
        group = QButtonGroup(self)
        choices = get_args(ThemeChoice)
        for number, theme in enumerate(choices):
            button = QToolButton()
            button.setText(THEME_WORDS[theme])
            button.setAccessibleName(f"Theme: {THEME_WORDS[theme]}")
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setProperty("position", "first" if number == 0 else "last" if theme == choices[-1] else "middle")
            group.addButton(button)
            self._themes[theme] = button
            row.addWidget(button)
        inner.addLayout(row)
        group.buttonClicked.connect(self._on_theme)
        lock = QHBoxLayout()
        lock.addWidget(label("Lock when nothing is touched for"), 1)
        self._minutes.setAccessibleName("Lock when nothing is touched for")
        lock.addWidget(self._minutes)
        inner.addLayout(lock)
        inner.addWidget(self._spell_check)
        inner.addWidget(self._glove_mode)
        pedal = QHBoxLayout()
        pedal.addWidget(label("Key or foot pedal that confirms and goes on"), 1)
        self._pedal_key.setAccessibleName("Key or foot pedal that confirms and goes on")
        pedal.addWidget(self._pedal_key)
        inner.addLayout(pedal)
        inner.addWidget(self._results["choices"])
        return frame

    def _practice_card(self) -> QFrame:
        frame, inner = card()
        inner.addWidget(label("Letterhead", "section-title"))
        inner.addWidget(self._practice)
        address = self._address.control
        if isinstance(address, QPlainTextEdit):
            address.setTabChangesFocus(True)
            address.setFixedHeight(92)
        inner.addWidget(self._address)
        inner.addWidget(self._capital_sides)
        inner.addWidget(self._results["practice"])
        inner.addWidget(self._save, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _numbers_card(self) -> QFrame:
        frame, inner = card()
        inner.addWidget(label("Billing", "section-title"))
        inner.addWidget(label("What claim forms ask of the practice.", "muted", wraps=True))
        inner.addWidget(self._numbers)
        inner.addWidget(self._results["numbers"])
        inner.addWidget(self._save_numbers, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _accounts_card(self) -> QFrame:
        frame, inner = card()
        inner.addWidget(label("Accounts", "section-title"))
        self._accounts.setSpacing(8)
        inner.addLayout(self._accounts)
        form = QVBoxLayout(self._account_form)
        form.setContentsMargins(0, 8, 0, 0)
        form.addWidget(label("Add an account", "card-title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        fields = [NamedField("Role", self._role, keeps_room=False), *self._fields.values(), self._new_passphrase]
        for number, field in enumerate(fields):
            grid.addWidget(field, number // 2, number % 2)
        grid.addWidget(self._recovery_key, (len(fields) + 1) // 2, 0, 1, 2)
        form.addLayout(grid)
        form.addWidget(
            label("The recovery key is needed for a dentist only: it lets the practice issue the certificate.", "small")
        )
        form.addWidget(push_button("Add account", self._on_add_account), 0, Qt.AlignmentFlag.AlignRight)
        inner.addWidget(self._account_form)
        inner.addWidget(self._results["accounts"])
        return frame

    def _versions_card(self) -> QFrame:
        frame, inner = card()
        inner.addWidget(label("Versions", "section-title"))
        inner.addLayout(self._versions)
        return frame

    def _connect(self) -> None:
        self._minutes.valueChanged.connect(self._on_minutes)
        self._spell_check.clicked.connect(self._on_spell_check)
        self._glove_mode.clicked.connect(self._on_glove_mode)
        self._pedal_key.textActivated.connect(self._on_pedal_key)

    def attach(self, presenter: SettingsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def add_card(self, made: QWidget) -> None:
        """Put a card below the phrases: one that is made only when somebody opens the settings."""
        made.setMaximumWidth(PAGE_WIDTH)
        self._column.insertWidget(self._column.indexOf(self.phrases) + 1, made)

    def focus_first(self) -> None:
        """Put the focus on the first choice."""
        next(iter(self._themes.values())).setFocus()

    def _on_theme(self, button: QToolButton) -> None:
        if self._presenter is not None:
            self._presenter.choose_theme(next(theme for theme, own in self._themes.items() if own is button))

    def _on_minutes(self, minutes: int) -> None:
        if self._presenter is not None:
            self._presenter.choose_idle_minutes(minutes)

    def _on_spell_check(self, is_on: bool) -> None:
        if self._presenter is not None:
            self._presenter.choose_spell_check(is_on=is_on)

    def _on_glove_mode(self, is_on: bool) -> None:
        if self._presenter is not None:
            self._presenter.choose_glove_mode(is_on=is_on)

    def _on_pedal_key(self, key: str) -> None:
        if self._presenter is not None:
            self._presenter.choose_pedal_key(key)

    def _on_save_practice(self) -> None:
        address = self._address.control
        if self._presenter is not None and isinstance(address, QPlainTextEdit):
            self._presenter.save_practice(
                _typed(self._practice), address.toPlainText(), capital_sides=self._capital_sides.isChecked()
            )

    def _on_save_numbers(self) -> None:
        if self._presenter is not None:
            self._presenter.save_numbers(self._numbers.values())

    def _on_add_account(self) -> None:
        if self._presenter is None:
            return
        texts = {name: _typed(field) for name, field in self._fields.items()}
        person = Person(
            login=texts["Login"],
            name=texts["Name"],
            role=get_args(Role)[self._role.currentIndex()],
            credentials=texts["Credentials"] or None,
            license_state=texts["Licence state"] or None,
            license_number=texts["Licence number"] or None,
            npi=texts["NPI"] or None,
        )
        self._presenter.add_account(person, _typed(self._new_passphrase), _typed(self._recovery_key))

    def show_choices(self, choices: Choices) -> None:
        self._themes[choices.theme].setChecked(True)
        self._minutes.blockSignals(True)
        self._minutes.setValue(choices.idle_lock_minutes)
        self._minutes.blockSignals(False)
        self._spell_check.setChecked(choices.spell_check)
        self._glove_mode.setChecked(choices.glove_mode)
        self._pedal_key.setCurrentText(choices.pedal_key)

    def show_facts(self, facts: Facts, *, can_edit_practice: bool, can_manage_accounts: bool) -> None:
        name, address = self._practice.control, self._address.control
        if isinstance(name, QLineEdit) and isinstance(address, QPlainTextEdit):
            name.setText(facts.practice.name)
            address.setPlainText("\n".join(facts.practice.address_lines))
            self._capital_sides.setChecked(facts.practice.capital_sides)
            self._capital_sides.setEnabled(can_edit_practice)
            name.setReadOnly(not can_edit_practice)
            address.setReadOnly(not can_edit_practice)
        self._numbers.show_values(dataclasses.asdict(facts.practice.numbers))
        self._numbers.setEnabled(can_edit_practice)
        self._save_numbers.setVisible(can_edit_practice)
        self._save.setVisible(can_edit_practice)
        self._account_form.setVisible(can_manage_accounts)
        rows = [
            self._account_row(user, can_disable=can_manage_accounts and user.login != facts.own_login)
            for user in facts.accounts
        ]
        _refill(self._accounts, rows)
        lines = (f"Parotis {facts.program_version}", *facts.code_sets)
        _refill(self._versions, [label(line, "muted", wraps=True) for line in lines])
        if facts.advice:
            advice = ProblemLine()
            self._versions.addWidget(advice)
            advice.say(facts.advice, "warning")

    def show_number_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        homeless = self._numbers.mark(problems)
        self._results["numbers"].say(" ".join(homeless) if homeless else "Not saved." if problems else "")

    def show_result(self, part: str, text: str, *, is_problem: bool) -> None:
        self._results[part].say(text, "danger" if is_problem else "success")

    def _account_row(self, user: UserProfile, *, can_disable: bool) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(user.name))
        row.addWidget(label(user.login, "muted"), 1)
        if can_disable and not user.disabled:
            row.addWidget(push_button(f"Disable {user.login}", partial(self._on_disable, user), "quiet"))
        row.addWidget(chip(f"{user.role.capitalize()}, disabled" if user.disabled else user.role.capitalize()))
        return made

    def _on_disable(self, user: UserProfile) -> None:
        """Ask first: the keys of an account do not come back."""
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Disable an account")
        box.setText(f"Disable the account {user.login} of {user.name}?")
        box.setInformativeText(
            "Its keys are destroyed, and this cannot be undone. What was signed with it stays as it is."
        )
        box.addButton(DISABLE, QMessageBox.ButtonRole.AcceptRole).setProperty("kind", "danger")
        keep = box.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
        for button in box.buttons():
            button.setAccessibleName(button.text())
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.buttonClicked.connect(partial(self._on_disable_answered, user.login))
        box.open()

    def _on_disable_answered(self, login: str, button: QAbstractButton) -> None:
        if self._presenter is not None and button.text() == DISABLE:
            self._presenter.disable_account(login)

    def clear_account_form(self) -> None:
        for field in (*self._fields.values(), self._new_passphrase, self._recovery_key):
            if isinstance(field.control, QLineEdit):
                field.control.clear()


def _typed(field: NamedField) -> str:
    return field.control.text() if isinstance(field.control, QLineEdit) else ""


def _refill(layout: QVBoxLayout, widgets: list[QWidget]) -> None:
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    for widget in widgets:
        layout.addWidget(widget)
