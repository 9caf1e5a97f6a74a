"""The settings without a window: choices in memory, the practice and its accounts for real."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from helpers.practices import PASSPHRASE, dentist_desk, desk_of
from helpers.presenter_ports import InlineTasks

from parotis.domain.errors import StorageFull
from parotis.presentation.settings_presenter import (
    ACCOUNT_ADDED,
    ACCOUNT_DISABLED,
    NUMBERS_SAVED,
    PRACTICE_SAVED,
    Facts,
    SettingsPresenter,
)
from parotis.services import reports
from parotis.services.ports import PracticeNumbers
from parotis.services.practices import Person
from parotis.services.window_ports import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.services.desk import Desk


class Kept:
    """Fulfils ``Preferences``."""

    def __init__(self) -> None:
        self.choices = Choices(last_export_folder="/stick", side_panel_px=400)
        self.error: Exception | None = None

    def get(self) -> Choices:
        return self.choices

    def put(self, choices: Choices) -> None:
        if self.error is not None:
            raise self.error
        self.choices = choices


class View:
    def __init__(self) -> None:
        self.choices: list[Choices] = []
        self.facts: list[Facts] = []
        self.powers: tuple[bool, bool] | None = None
        self.results: dict[str, tuple[str, bool]] = {}
        self.cleared = 0
        self.number_problems: tuple[tuple[str, str], ...] = ()

    def show_number_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.number_problems = problems

    def show_choices(self, choices: Choices) -> None:
        self.choices.append(choices)

    def show_facts(self, facts: Facts, *, can_edit_practice: bool, can_manage_accounts: bool) -> None:
        self.facts.append(facts)
        self.powers = (can_edit_practice, can_manage_accounts)

    def show_result(self, part: str, text: str, *, is_problem: bool) -> None:
        self.results[part] = (text, is_problem)

    def clear_account_form(self) -> None:
        self.cleared += 1


class Bench:
    def __init__(self, desk: Desk) -> None:
        self.view, self.kept = View(), Kept()
        self.followed: list[Choices] = []
        self.presenter = SettingsPresenter(self.view, desk, InlineTasks(), self.kept, Choices(), self.followed.append)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made, _ = dentist_desk(tmp_path_factory.mktemp("practice"))
    yield made
    made.close()


def test_a_choice_is_followed_at_once_and_kept_beside_what_others_keep(desk: Desk) -> None:
    bench = Bench(desk)
    bench.presenter.choose_theme("dark")
    bench.presenter.choose_idle_minutes(9)
    bench.presenter.choose_idle_minutes(9)
    assert [(one.theme, one.idle_lock_minutes) for one in bench.followed] == [("dark", 5), ("dark", 9)]
    assert bench.kept.choices == Choices("dark", 9, "/stick", 400)


def test_a_choice_that_cannot_be_kept_is_told(desk: Desk) -> None:
    bench = Bench(desk)
    bench.kept.error = StorageFull()
    bench.presenter.choose_theme("dark")
    text, is_problem = bench.view.results["choices"]
    assert is_problem
    assert "full" in text


def test_the_letterhead_is_changed_line_by_line_and_needs_a_name(desk: Desk) -> None:
    bench = Bench(desk)
    before = reports.practice_of(desk)
    bench.presenter.save_practice("  ", "somewhere", capital_sides=False)
    assert bench.view.results["practice"][1]
    assert reports.practice_of(desk) == before
    bench.presenter.save_practice(" North Clinic ", " 1 Street \n\n Town ", capital_sides=True)
    assert bench.view.results["practice"] == (PRACTICE_SAVED, False)
    assert reports.practice_of(desk) == replace(
        before, name="North Clinic", address_lines=("1 Street", "Town"), capital_sides=True
    )


def test_an_account_is_made_and_shown_and_a_weak_passphrase_is_refused_in_words(desk: Desk) -> None:
    bench = Bench(desk)
    rosa = Person("rosa", "Rosa Delgado", "assistant")
    bench.presenter.add_account(rosa, "short", "")
    assert bench.view.results["accounts"][1]
    assert bench.view.cleared == 0
    bench.presenter.add_account(rosa, PASSPHRASE, " ")
    assert bench.view.results["accounts"] == (ACCOUNT_ADDED, False)
    assert bench.view.cleared == 1
    assert "rosa" in [user.login for user in bench.view.facts[-1].accounts]


def test_an_account_is_disabled_but_never_ones_own(desk: Desk) -> None:
    bench = Bench(desk)
    bench.presenter.add_account(Person("leaver", "Lee Aver", "assistant"), PASSPHRASE, "")
    bench.presenter.disable_account("leaver")
    assert bench.view.results["accounts"] == (ACCOUNT_DISABLED, False)
    assert next(user for user in bench.view.facts[-1].accounts if user.login == "leaver").disabled
    own = bench.view.facts[-1].own_login
    bench.presenter.disable_account(own)
    assert bench.view.results["accounts"][1]
    assert not next(user for user in desk.session.users() if user.login == own).disabled


def test_who_may_change_nothing_is_offered_nothing(desk: Desk) -> None:
    billing = desk_of("billing", desk)
    bench = Bench(billing)
    bench.presenter.refresh()
    assert bench.view.powers == (False, False)
    assert bench.view.facts[-1].code_sets
    bench.presenter.save_practice("Mine now", "", capital_sides=False)
    assert bench.view.results["practice"][1]
    billing.close()


def test_billing_numbers_are_kept_with_the_letterhead_and_wrong_ones_are_named_by_field(desk: Desk) -> None:
    bench = Bench(desk)
    right = {"npi": "1234567893", "tin": "123456789", "tin_kind": "EIN", "taxonomy": "1223G0001X"}
    bench.presenter.save_numbers(right)
    assert bench.view.results["numbers"] == (NUMBERS_SAVED, False)
    bench.presenter.save_practice("Other Clinic", "1 Street", capital_sides=False)
    assert reports.practice_of(desk).numbers == PracticeNumbers(**right)
    bench.presenter.save_numbers({"npi": "1234567890", "tin": "12", "taxonomy": "dentist"})
    assert {path for path, _ in bench.view.number_problems} == {"npi", "tin", "tin_kind", "taxonomy"}
    assert reports.practice_of(desk).numbers == PracticeNumbers(**right)
