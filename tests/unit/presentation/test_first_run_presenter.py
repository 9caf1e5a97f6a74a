"""The first run without a window: no practice before its recovery key is kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from parotis.domain.errors import AlreadyExists, Cancelled, ParotisError, WeakPassphrase
from parotis.presentation.first_run_presenter import (
    NEEDED,
    FirstRunPresenter,
    OwnerAnswers,
    PracticeAnswers,
    passphrase_hint,
    problems_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = OwnerAnswers(
    name="Helen Park",
    credentials="DDS",
    license_state="IL",
    license_number="D-1",
    npi="1234567893",
    login="park",
    passphrase="amber harbor lantern",
    repeated="amber harbor lantern",
)
DESK: Any = SimpleNamespace()


class Inline:
    """Runs work at once and hands its progress over, as the relay of the window does."""

    def __init__(self) -> None:
        self.was_cancelled = False

    def start(
        self,
        work: Callable[[Any], Any],
        *,
        on_success: Callable[[Any], None],
        on_failure: Callable[[ParotisError], None],
        on_progress: Callable[[int, int, str], None] | None = None,
        pool: str = "records",
    ) -> Any:
        progress = SimpleNamespace(step=on_progress, commit_point=lambda: None)
        try:
            result = work(progress)
        except Cancelled:
            self.was_cancelled = True
            return
        except ParotisError as error:
            on_failure(error)
            return
        on_success(result)


class View:
    def __init__(self) -> None:
        self.steps: list[int] = []
        self.problems: tuple[tuple[str, str], ...] = ()
        self.problem = ""
        self.key = ""
        self.saved: Path | None = None
        self.when_key_is_shown: Callable[[], None] = lambda: None

    def show_step(self, number: int) -> None:
        self.steps.append(number)
        if number == 3:
            self.when_key_is_shown()

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems

    def show_problem(self, text: str) -> None:
        self.problem = text

    def show_busy(self, *, is_busy: bool, text: str = "") -> None: ...

    def show_recovery_key(self, key: str) -> None:
        self.key = key

    def show_key_saved(self, path: Path) -> None:
        self.saved = path


class Bench:
    def __init__(self, error: ParotisError | None = None) -> None:
        self.view, self.tasks = View(), Inline()
        self.made: list[str] = []
        self.opened: list[Any] = []
        self.written: dict[Path, str] = {}
        self._error = error
        self.presenter = FirstRunPresenter(
            self.view, self.tasks, self.create, self.written.__setitem__, self.opened.append
        )

    def create(self, practice: PracticeAnswers, _owner: OwnerAnswers, keep: Callable[[str], None]) -> Any:
        if self._error is not None:
            raise self._error
        keep("ABCD-EFGH")
        self.made.append(practice.name)
        return DESK


def test_a_practice_without_a_name_goes_no_further() -> None:
    bench = Bench()
    bench.presenter.submit_practice(PracticeAnswers("  "))
    assert bench.view.problems == (("Practice name", NEEDED),)
    assert bench.view.steps == []


def test_the_practice_is_made_only_after_the_key_is_kept() -> None:
    bench = Bench()
    made_before: list[str] = []

    def keep() -> None:
        made_before.extend(bench.made)
        bench.presenter.finish()

    bench.view.when_key_is_shown = keep
    bench.presenter.submit_practice(PracticeAnswers("Lakeside", "1 Street\n\n Town "))
    bench.presenter.submit_owner(GOOD)
    assert bench.view.steps == [2, 3]
    assert bench.view.key == "ABCD-EFGH"
    assert (made_before, bench.made, bench.opened) == ([], ["Lakeside"], [DESK])


def test_a_window_closed_before_that_leaves_no_practice() -> None:
    bench = Bench()
    bench.view.when_key_is_shown = bench.presenter.abandon
    bench.presenter.submit_practice(PracticeAnswers("Lakeside"))
    bench.presenter.submit_owner(GOOD)
    assert bench.tasks.was_cancelled
    assert (bench.made, bench.opened) == ([], [])


def test_the_key_can_be_saved_as_a_text_file(tmp_path: Path) -> None:
    bench = Bench()

    def save() -> None:
        bench.presenter.save_recovery_key(tmp_path / "key.txt")
        bench.presenter.finish()

    bench.view.when_key_is_shown = save
    bench.presenter.submit_practice(PracticeAnswers("Lakeside"))
    bench.presenter.submit_owner(GOOD)
    assert "ABCD-EFGH" in bench.written[tmp_path / "key.txt"]
    assert bench.view.saved == tmp_path / "key.txt"


def test_a_key_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    def refuse(_path: Path, _text: str) -> None:
        raise AlreadyExists

    view = View()
    FirstRunPresenter(view, Inline(), lambda *_: DESK, refuse, lambda _desk: None).save_recovery_key(tmp_path)
    assert "not" in view.problem or "Nothing" in view.problem
    assert view.saved is None


def test_what_the_vault_refuses_leads_back_to_the_second_step() -> None:
    bench = Bench(WeakPassphrase(15))
    bench.presenter.submit_practice(PracticeAnswers("Lakeside"))
    bench.presenter.submit_owner(GOOD)
    assert bench.view.steps == [2, 2]
    assert "15" in bench.view.problem


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "Your name"),
        ({"license_state": " "}, "Licence state"),
        ({"license_number": ""}, "Licence number"),
        ({"login": ""}, "Login"),
        ({"npi": "1234567890"}, "NPI"),
        ({"passphrase": "short", "repeated": "short"}, "Passphrase"),
        ({"repeated": "amber harbor lantern!"}, "Repeat passphrase"),
    ],
)
def test_each_answer_that_is_missing_or_wrong_is_named(change: dict[str, str], field: str) -> None:
    answers = OwnerAnswers(**{**{name: getattr(GOOD, name) for name in GOOD.__slots__}, **change})
    assert [name for name, _ in problems_of(answers)] == [field]
    assert problems_of(GOOD) == ()


def test_the_hint_counts_down_and_never_repeats_the_passphrase() -> None:
    assert passphrase_hint("x" * 14) == "1 more character"
    assert passphrase_hint("x" * 10) == "5 more characters"
    assert "Good" in passphrase_hint("x" * 25)
    assert "xxx" not in passphrase_hint("xxx")
