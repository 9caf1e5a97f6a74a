"""The first run in three steps: the practice, the first dentist, the recovery key.

The practice comes into being only when its owner says that the recovery key is kept: the worker that makes it waits
for that word, so a crash or a closed window before leaves nothing behind.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import Cancelled, ParotisError
from parotis.domain.identifiers import is_npi
from parotis.presentation import messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.desk import Desk

MINIMUM_PASSPHRASE = 15
GOOD_PASSPHRASE = 20
KEY_IS_READY = "recovery key"
NEEDED = "This is needed."


@dataclass(frozen=True, slots=True)
class PracticeAnswers:
    name: str
    address: str = ""

    @property
    def address_lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.address.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class OwnerAnswers:
    name: str
    credentials: str
    license_state: str
    license_number: str
    npi: str
    login: str
    passphrase: str
    repeated: str


class FirstRunViewContract(Protocol):
    def show_step(self, number: int) -> None:
        """Steps count from 1: practice, you, recovery key."""
        ...

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field name, sentence) pairs, replacing those shown; the first gets the focus."""
        ...

    def show_problem(self, text: str) -> None: ...

    def show_busy(self, *, is_busy: bool, text: str = "") -> None: ...

    def show_recovery_key(self, key: str) -> None: ...

    def show_key_saved(self, path: Path) -> None: ...


class FirstRunPresenter:
    """``create`` makes the practice on a worker and calls its last argument with the recovery key."""

    def __init__(
        self,
        view: FirstRunViewContract,
        tasks: Tasks,
        create: Callable[[PracticeAnswers, OwnerAnswers, Callable[[str], None]], Desk],
        write_text: Callable[[Path, str], None],
        on_open: Callable[[Desk], None],
    ) -> None:
        self._view = view
        self._tasks = tasks
        self._create = create
        self._write_text = write_text
        self._on_open = on_open
        self._practice = PracticeAnswers("")
        self._recovery_key = ""
        self._decided = threading.Event()
        self._is_abandoned = False

    def submit_practice(self, answers: PracticeAnswers) -> None:
        """Go on to the second step if the practice has a name."""
        problems = (("Practice name", NEEDED),) if not answers.name.strip() else ()
        self._view.show_problems(problems)
        if not problems:
            self._practice = answers
            self._view.show_step(2)

    def back(self) -> None:
        """Return to the first step."""
        self._view.show_problems(())
        self._view.show_step(1)

    def submit_owner(self, answers: OwnerAnswers) -> None:
        """Make the keys if the answers will do, then show the recovery key."""
        problems = problems_of(answers)
        self._view.show_problems(problems)
        self._view.show_problem("")
        if problems:
            return
        self._decided.clear()
        self._is_abandoned = False
        self._view.show_busy(is_busy=True, text="Making the keys of the practice…")

        def work(progress: Progress) -> Desk:
            return self._create(self._practice, answers, lambda key: self._wait_until_kept(key, progress))

        self._tasks.start(
            work, on_success=self._on_made, on_failure=self._on_failed, on_progress=self._on_progress, pool="documents"
        )

    def _wait_until_kept(self, key: str, progress: Progress) -> None:
        """Runs on the worker."""
        self._recovery_key = key
        progress.step(1, 2, KEY_IS_READY)
        self._decided.wait()
        if self._is_abandoned:
            raise Cancelled

    def _on_progress(self, _done: int, _total: int, label: str) -> None:
        if label == KEY_IS_READY:
            self._view.show_busy(is_busy=False)
            self._view.show_recovery_key(self._recovery_key)
            self._view.show_step(3)

    def save_recovery_key(self, path: Path) -> None:
        """Write the key to a new text file, as an alternative to printing it."""
        text = (
            f"Recovery key of {self._practice.name}\n\n{self._recovery_key}\n\n"
            "Whoever has this key can open the practice's records. Print it, keep it away from the computer,\n"
            "then delete this file.\n"
        )
        try:
            self._write_text(path, text)
        except ParotisError as error:
            self._view.show_problem(messages.text_of(error))
            return
        self._view.show_problem("")
        self._view.show_key_saved(path)

    def finish(self) -> None:
        """The owner has the recovery key: let the practice come into being."""
        self._view.show_busy(is_busy=True, text="Setting up the record…")
        self._decided.set()

    def abandon(self) -> None:
        """The window closes; a practice whose key is not kept yet is not made."""
        self._is_abandoned = True
        self._decided.set()

    def _on_made(self, desk: Desk) -> None:
        self._recovery_key = ""
        self._on_open(desk)

    def _on_failed(self, error: ParotisError) -> None:
        self._recovery_key = ""
        self._view.show_busy(is_busy=False)
        self._view.show_step(2)
        details = " ".join(text for _, text in messages.details_of(error))
        self._view.show_problem(" ".join(part for part in (messages.text_of(error), details) if part))


def problems_of(answers: OwnerAnswers) -> tuple[tuple[str, str], ...]:
    """What the second step still needs, as (field name, sentence)."""
    problems = [
        (field, NEEDED)
        for field, text in (
            ("Your name", answers.name),
            ("Licence state", answers.license_state),
            ("Licence number", answers.license_number),
            ("Login", answers.login),
        )
        if not text.strip()
    ]
    if not is_npi(answers.npi.strip()):
        problems.append(("NPI", "Ten digits with a valid check digit."))
    if len(answers.passphrase) < MINIMUM_PASSPHRASE:
        problems.append(("Passphrase", f"At least {MINIMUM_PASSPHRASE} characters; several plain words are good."))
    elif answers.passphrase != answers.repeated:
        problems.append(("Repeat passphrase", "The two are not the same."))
    return tuple(problems)


def passphrase_hint(passphrase: str) -> str:
    """How a passphrase does so far, in words; the vault itself decides."""
    missing = MINIMUM_PASSPHRASE - len(passphrase)
    if not passphrase:
        return f"At least {MINIMUM_PASSPHRASE} characters. Four or five plain words are easy to keep."
    if missing > 0:
        return f"{missing} more {'character' if missing == 1 else 'characters'}"
    if len(passphrase) < GOOD_PASSPHRASE:
        return "Long enough. One more word makes it better."
    return "Good length."
