"""Settings: how this machine looks and locks, the letterhead, the accounts, and which versions are in use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import UnreadableInput
from parotis.presentation import messages
from parotis.services import health, practices, reports
from parotis.services.desk import POWERS
from parotis.services.ports import PracticeNumbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.desk import Desk
    from parotis.services.ports import Practice, UserProfile
    from parotis.services.practices import Person
    from parotis.services.window_ports import Choices, Preferences, ThemeChoice

PRACTICE_SAVED = "Saved. The next report carries this letterhead."
NUMBERS_SAVED = "Saved. The next claim sheet carries these numbers."
ACCOUNT_ADDED = "The account is ready."
ACCOUNT_DISABLED = "The account is disabled. What was signed with it stays as it is."


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page shows of the practice and the program."""

    practice: Practice
    accounts: tuple[UserProfile, ...]
    own_login: str
    code_sets: tuple[str, ...]
    advice: str
    program_version: str


class SettingsViewContract(Protocol):
    def show_choices(self, choices: Choices) -> None: ...

    def show_facts(self, facts: Facts, *, can_edit_practice: bool, can_manage_accounts: bool) -> None: ...

    def show_number_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        """What is wrong with the billing numbers, by field."""
        ...

    def show_result(self, part: str, text: str, *, is_problem: bool) -> None:
        """``part``: ``choices``, ``practice``, ``numbers`` or ``accounts``."""
        ...

    def clear_account_form(self) -> None: ...


class SettingsPresenter:
    """``on_choices`` lets the window follow at once."""

    def __init__(
        self,
        view: SettingsViewContract,
        desk: Desk,
        tasks: Tasks,
        preferences: Preferences,
        choices: Choices,
        on_choices: Callable[[Choices], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._preferences = preferences
        self._choices = choices
        self._on_choices = on_choices

    def refresh(self) -> None:
        """Read everything anew."""
        self._view.show_choices(self._choices)
        self._tasks.start(self._read, on_success=self._show, on_failure=self._failed("practice"))

    def choices_changed(self, choices: Choices) -> None:
        """They were changed elsewhere in the window."""
        self._choices = choices
        self._view.show_choices(choices)

    def choose_theme(self, theme: ThemeChoice) -> None:
        """Switch and keep the look."""
        self._change(replace(self._choices, theme=theme))

    def choose_idle_minutes(self, minutes: int) -> None:
        """Lock after this many minutes without a key or a move."""
        self._change(replace(self._choices, idle_lock_minutes=minutes))

    def choose_spell_check(self, *, is_on: bool) -> None:
        """Mark unknown words in running text, or cease to."""
        self._change(replace(self._choices, spell_check=is_on))

    def choose_glove_mode(self, *, is_on: bool) -> None:
        """Larger targets, or the usual ones."""
        self._change(replace(self._choices, glove_mode=is_on))

    def choose_pedal_key(self, key: str) -> None:
        """The key that confirms what is proposed and goes on."""
        self._change(replace(self._choices, pedal_key=key))

    def save_practice(self, name: str, address: str, *, capital_sides: bool) -> None:
        """Change the letterhead."""
        if not name.strip():
            self._view.show_result("practice", "The practice needs a name.", is_problem=True)
            return
        lines = tuple(line.strip() for line in address.splitlines() if line.strip())

        def work(_progress: Progress) -> None:
            practices.change_practice(self._desk, name.strip(), lines, capital_sides=capital_sides)

        def saved(_nothing: None) -> None:
            self._view.show_result("practice", PRACTICE_SAVED, is_problem=False)

        self._tasks.start(work, on_success=saved, on_failure=self._failed("practice"))

    def save_numbers(self, values: Mapping[str, str]) -> None:
        """Change what claim forms say of the practice; fields by their names, missing ones are emptied."""

        def work(_progress: Progress) -> None:
            practices.change_numbers(self._desk, PracticeNumbers(**values))  # type: ignore[arg-type]

        def saved(_nothing: None) -> None:
            self._view.show_number_problems(())
            self._view.show_result("numbers", NUMBERS_SAVED, is_problem=False)

        def failed(error: ParotisError) -> None:
            if isinstance(error, UnreadableInput):
                self._view.show_number_problems(error.problems)
            else:
                self._failed("numbers")(error)

        self._tasks.start(work, on_success=saved, on_failure=failed)

    def add_account(self, person: Person, passphrase: str, recovery_key: str) -> None:
        """Give somebody an account; a dentist's certificate needs the recovery key."""

        def work(_progress: Progress) -> UserProfile:
            return practices.add_user(self._desk, person, passphrase, recovery_key=recovery_key.strip() or None)

        def added(_profile: UserProfile) -> None:
            self._view.clear_account_form()
            self._view.show_result("accounts", ACCOUNT_ADDED, is_problem=False)
            self.refresh()

        self._view.show_result("accounts", "Making the keys of the account…", is_problem=False)
        self._tasks.start(work, on_success=added, on_failure=self._failed("accounts"))

    def disable_account(self, login: str) -> None:
        """Take somebody's keys away for good; the person was asked whether that is meant."""

        def work(_progress: Progress) -> None:
            practices.disable_user(self._desk, login)

        def disabled(_nothing: None) -> None:
            self._view.show_result("accounts", ACCOUNT_DISABLED, is_problem=False)
            self.refresh()

        self._tasks.start(work, on_success=disabled, on_failure=self._failed("accounts"))

    def _change(self, choices: Choices) -> None:
        if choices == self._choices:
            return
        self._choices = choices
        self._on_choices(choices)

        def work(_progress: Progress) -> None:
            kept = self._preferences.get()
            self._preferences.put(
                replace(
                    kept,
                    theme=choices.theme,
                    idle_lock_minutes=choices.idle_lock_minutes,
                    spell_check=choices.spell_check,
                    glove_mode=choices.glove_mode,
                    pedal_key=choices.pedal_key,
                )
            )

        self._tasks.start(work, on_success=lambda _nothing: None, on_failure=self._failed("choices"), pool="documents")

    def _read(self, _progress: Progress) -> Facts:
        machine = self._desk.machine
        return Facts(
            practice=reports.practice_of(self._desk),
            accounts=self._desk.session.users(),
            own_login=self._desk.session.user.login,
            code_sets=(
                f"ICD-10-CM release {machine.icd.release}, valid {machine.icd.valid_from} to {machine.icd.valid_to}",
                f"CDT edition {machine.cdt.edition}, valid to {machine.cdt.valid_to}",
            ),
            advice=health.code_set_advice(machine) or "",
            program_version=machine.program_version,
        )

    def _show(self, facts: Facts) -> None:
        role = self._desk.session.user.role
        self._view.show_facts(
            facts,
            can_edit_practice=role in POWERS["practice.edit"],
            can_manage_accounts=role in POWERS["users.manage"],
        )

    def _failed(self, part: str) -> Callable[[ParotisError], None]:
        def show(error: ParotisError) -> None:
            details = " ".join(text for _, text in messages.details_of(error))
            self._view.show_result(part, f"{messages.text_of(error)} {details}".strip(), is_problem=True)

        return show
