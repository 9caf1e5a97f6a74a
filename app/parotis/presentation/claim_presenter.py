"""One claim open in the window: what the person records becomes an entry, and the whole situation is shown anew.

Forms hand over plain JSON values, as the command line does; the same schema and the same rules judge them, and what is
wrong comes back by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from parotis.domain.errors import RulesBroken, StaleDraft, UnreadableInput
from parotis.presentation import messages
from parotis.services import claim_situation, claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Pool, Progress, Task, Tasks, Timers
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation
    from parotis.services.desk import Desk
    from parotis.services.window_ports import Preferences

NOTICE, LEFT_NOTICE = "claim", "claim-left"
CHANGED_MEANWHILE = (
    "Not recorded: somebody else recorded something on this claim, which is shown now. What you typed is still here. "
    "Look at the claim, then record it again."
)
Found = TypeVar("Found")
Problems = tuple[tuple[str, str], ...]
"""Path of a field and a sentence; the path is empty where the whole is meant."""


class ClaimViewContract(Protocol):
    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        """Everything that is known of the claim; called after each entry."""
        ...

    def show_problems(self, kind: str, problems: Problems) -> None:
        """What keeps an entry of a kind from being recorded; empty when it was recorded."""
        ...

    def show_recorded(self, kind: str, sentence: str) -> None:
        """An entry is in the record."""
        ...


class ClaimPresenter:
    """Opens one claim at a time."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        notices: Notices,
        timers: Timers | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """Without ``timers`` progress shows at once; without ``preferences`` no folder is remembered."""
        self.desk = desk
        self.timers, self.preferences = timers, preferences
        self._tasks, self._notices = tasks, notices
        self._view: ClaimViewContract | None = None
        self._claim_id = ""
        self._revision = 0
        self.situation: Situation | None = None

    def attach(self, view: ClaimViewContract) -> None:
        """Show claims in this view from now on."""
        self._view = view

    def open(self, claim_id: str, on_shown: Callable[[], None] = lambda: None) -> None:
        """Load a claim and show it."""
        self._claim_id = claim_id
        self._load(on_shown)

    def reload(self) -> None:
        """Read the claim again."""
        if self._claim_id:
            self._load(lambda: None)

    def close(self) -> None:
        """The view shows no claim any more."""
        self._claim_id, self.situation = "", None
        self._notices.clear(NOTICE)

    def record(self, document: Mapping[str, Any], sentence: str = "Recorded.") -> None:
        """Record an entry given as JSON values; ``sentence`` is told when it is committed."""
        claim_id, kind, revision = self._claim_id, str(document.get("kind")), self._revision

        def work(_progress: Progress) -> object:
            entry = claims.read_entry(self.desk, dict(document))
            return claims.record(self.desk, claim_id, entry, expected_revision=revision)

        self.do(kind, work, sentence)

    @property
    def claim_id(self) -> str:
        """The claim that is open; empty when none is."""
        return self._claim_id

    def find(
        self,
        work: Callable[[Progress], Found],
        on_found: Callable[[Found], None],
        on_failure: Callable[[ParotisError], None],
        *,
        on_left: Callable[[ParotisError | None], None] = lambda _error: None,
        on_progress: Callable[[int, int, str], None] | None = None,
        pool: Pool = "documents",
    ) -> Task:
        """Work something out beside the record.

        What comes when another claim is open goes to ``on_left``: None, or the failure.
        """
        claim_id = self._claim_id

        def found(result: Found) -> None:
            if claim_id == self._claim_id:
                on_found(result)
            else:
                on_left(None)

        def failed(error: ParotisError) -> None:
            if claim_id == self._claim_id:
                on_failure(error)
            else:
                on_left(error)

        return self._tasks.start(work, on_success=found, on_failure=failed, on_progress=on_progress, pool=pool)

    def run(
        self,
        work: Callable[[Progress], Found],
        on_found: Callable[[Found], None],
        on_failure: Callable[[ParotisError], None],
    ) -> Task:
        """Work something out for a window of its own, which stays when the claim is left."""
        return self._tasks.start(work, on_success=on_found, on_failure=on_failure, pool="documents")

    def tell_left(self, sentence: str, error: ParotisError | None) -> None:
        """How a deed ended whose claim was left meanwhile: the sentence, or why it failed."""
        if error is None:
            self._notices.show(LEFT_NOTICE, "success", sentence)
        else:
            self._notices.show(LEFT_NOTICE, "danger", f"For the claim shown before: {messages.text_of(error)}")

    def do(self, kind: str, work: Callable[[Progress], object], sentence: str, *, pool: Pool = "records") -> None:
        """Run a deed; afterwards the claim is read again. Failures are told at ``kind``."""
        claim_id = self._claim_id

        def done(_result: object) -> None:
            if claim_id == self._claim_id and self._view is not None:
                self._view.show_problems(kind, ())
                self._view.show_recorded(kind, sentence)
                self.reload()

        self._tasks.start(work, on_success=done, on_failure=lambda error: self._on_failed(kind, error), pool=pool)

    def _on_failed(self, kind: str, error: ParotisError) -> None:
        if self._view is None:
            return
        if isinstance(error, UnreadableInput):
            self._view.show_problems(kind, tuple((path, messages.for_a_form(text)) for path, text in error.problems))
        elif isinstance(error, RulesBroken):
            gaps = tuple((issue.path, issue.text) for issue in error.issues if issue.blocks)
            self._view.show_problems(kind, (("", "Not done: the checklist has gaps that block."), *gaps))
        elif isinstance(error, StaleDraft):
            self._view.show_problems(kind, (("", CHANGED_MEANWHILE),))
            self.reload()
        else:
            self._view.show_problems(kind, (("", messages.text_of(error)),))

    def _load(self, on_shown: Callable[[], None]) -> None:
        claim_id, desk = self._claim_id, self.desk

        def work(
            _progress: Progress,
        ) -> tuple[Situation, tuple[ClaimEvent, ...], tuple[ClaimFileFacts, ...], dict[str, str]]:
            opened = claims.load(desk, claim_id)
            with desk.unit_of_work() as unit:
                files = unit.claims.files(claim_id)
            logins = {user.user_id: user.login for user in desk.session.users()}
            return claim_situation.situation(desk, opened), claims.history(desk, claim_id), files, logins

        def show(
            read: tuple[Situation, tuple[ClaimEvent, ...], tuple[ClaimFileFacts, ...], dict[str, str]],
        ) -> None:
            if claim_id != self._claim_id or self._view is None:
                return
            self.situation, self._revision = read[0], read[0].opened.revision
            self._notices.clear(NOTICE)
            self._view.show_claim(*read)
            on_shown()

        self._tasks.start(
            work,
            on_success=show,
            on_failure=lambda error: self._notices.show(
                NOTICE, "danger", messages.text_of(error), action=("Try again", self.reload)
            ),
        )
