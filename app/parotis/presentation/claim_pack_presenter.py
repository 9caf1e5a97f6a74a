"""The claim pack: what would go to the payer, the form sheets, and writing it into a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import Cancelled, NotFound, ParotisError, RulesBroken
from parotis.presentation import messages
from parotis.services import claim_pack

if TYPE_CHECKING:
    from parotis.domain.claims.claim_sheets import SheetItem
    from parotis.domain.claims.payers import AttachmentRules
    from parotis.domain.issue import Issue
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.contracts import Progress, Task
    from parotis.services.attachments import PackFile
    from parotis.services.claim_situation import Situation
    from parotis.services.exporting import Bundle

SLOW_MS = 400
MEGABYTE = 1_000_000
NO_REPORT = "A pack rests on the signed report, and there is none yet. Sign the report in the exam, then come back."
NO_FOLDER = "Choose a folder first."
ENDED_ELSEWHERE = "The writing of the other claim's pack has ended. A pack is complete or not there at all."
CANCELLED = "Cancelled. Nothing is left in the folder."
WRITTEN = "Written and read back: {count} files, {size}."
NO_RULES = "No payer profile is chosen, so nothing is known of what the channel takes; every file is listed."


@dataclass(frozen=True, slots=True)
class ShownPack:
    """What the screen shows of a preflight. ``blocks`` are gaps of the claim, then problems of the channel."""

    limits: str
    summary: str
    files: tuple[PackFile, ...]
    blocks: tuple[Issue, ...]


class ClaimPackView(Protocol):
    def show_pack(self, pack: ShownPack) -> None: ...

    def show_no_pack(self, sentence: str) -> None:
        """There is nothing to write, and why."""
        ...

    def show_sheets(self, dental: tuple[SheetItem, ...], medical: tuple[SheetItem, ...]) -> None: ...

    def show_folder(self, folder: str) -> None: ...

    def show_busy(self, *, is_busy: bool) -> None: ...

    def show_progress(self, done: int, total: int, text: str) -> None:
        """An empty text takes the progress away."""
        ...

    def show_problem(self, text: str) -> None: ...

    def show_written(self, sentence: str, folder: Path) -> None: ...


class ClaimPackPresenter:
    """One pack at a time."""

    def __init__(self, view: ClaimPackView, claim: ClaimPresenter) -> None:
        self._view, self._claim = view, claim
        self._slow = claim.timers.single_shot(self._on_slow) if claim.timers is not None else None
        self._task: Task | None = None
        self._is_busy = False
        self._progress = (0, 0, "")
        self._round = 0

    @property
    def is_busy(self) -> bool:
        """Whether files are being written."""
        return self._is_busy

    def start(self) -> None:
        """Offer the folder that was used last."""
        preferences = self._claim.preferences
        if preferences is not None:
            self._claim.find(
                lambda _progress: preferences.get().last_export_folder, self._view.show_folder, lambda _error: None
            )

    def check(self) -> None:
        """Work out what would go; the newest question wins."""
        claim_id, desk = self._claim.claim_id, self._claim.desk
        situation = self._claim.situation
        if situation is None:
            return
        self._round += 1
        begun = self._round

        def show(found: claim_pack.Preflight) -> None:
            if begun == self._round:
                self._view.show_pack(shown(found, situation))

        def tell(error: ParotisError) -> None:
            if begun == self._round:
                self._view.show_no_pack(NO_REPORT if isinstance(error, NotFound) else messages.text_of(error))

        self._claim.find(lambda _progress: claim_pack.preflight(desk, claim_id), show, tell)

    def fill_sheets(self, *, is_predetermination: bool) -> None:
        """The claim form by its numbers."""
        claim_id, desk = self._claim.claim_id, self._claim.desk
        self._claim.find(
            lambda _progress: claim_pack.sheets(desk, claim_id, is_predetermination=is_predetermination),
            lambda found: self._view.show_sheets(*found),
            lambda error: self._view.show_problem(messages.text_of(error)),
        )

    def write(self, folder: str) -> None:
        """Write the pack into a new folder in ``folder``."""
        if self._is_busy:
            return
        if not folder.strip():
            self._view.show_problem(NO_FOLDER)
            return
        target = Path(folder.strip()).expanduser().absolute()
        claim_id = self._claim.claim_id
        self._view.show_problem("")
        self._view.show_busy(is_busy=True)
        self._progress = (0, 0, "Collecting the files\u2026")
        if self._slow is not None:
            self._slow.start(SLOW_MS)
        else:
            self._on_slow()
        self._is_busy = True
        task = self._claim.find(
            lambda progress: self._write(claim_id, target, progress),
            self._on_written,
            self._on_failed,
            on_left=self._on_left,
            on_progress=self._on_progress,
        )
        self._task = task if self._is_busy else None

    def _write(self, claim_id: str, target: Path, progress: Progress) -> Bundle | None:
        """Runs on the worker; None when it was cancelled, which leaves nothing in the folder."""

        def step(done: int, total: int) -> None:
            progress.step(done, total, f"Writing and reading back {done}/{total}")

        try:
            bundle = claim_pack.write(self._claim.desk, claim_id, target, step)
        except Cancelled:
            return None
        preferences = self._claim.preferences
        if preferences is not None:
            try:
                preferences.put(replace(preferences.get(), last_export_folder=str(target)))
            except ParotisError:
                return bundle  # The pack counts; the folder is only not remembered.
        return bundle

    def cancel(self) -> None:
        """Stop before the pack is complete; then nothing is left in the folder."""
        if self._task is not None:
            self._task.cancel()

    def _on_progress(self, done: int, total: int, text: str) -> None:
        self._progress = (done, total, text)
        if self._slow is None or not self._slow.is_running():
            self._on_slow()

    def _on_slow(self) -> None:
        self._view.show_progress(*self._progress)

    def _end(self) -> None:
        self._task, self._is_busy = None, False
        if self._slow is not None:
            self._slow.stop()
        self._view.show_progress(0, 0, "")
        self._view.show_busy(is_busy=False)

    def _on_left(self, error: ParotisError | None) -> None:
        self._end()
        self._claim.tell_left(ENDED_ELSEWHERE, error)

    def _on_written(self, bundle: Bundle | None) -> None:
        self._end()
        if bundle is None:
            self._view.show_problem(CANCELLED)
            return
        total = sum(size for _, size, _ in bundle.files)
        sentence = WRITTEN.format(count=len(bundle.files), size=megabytes(total))
        self._view.show_written(sentence, bundle.folder)

    def _on_failed(self, error: ParotisError) -> None:
        self._end()
        if isinstance(error, RulesBroken):
            told = [sentence for _, sentence in messages.details_of(error)]
            self._view.show_problem("\n".join(["Not written: something blocks.", *told]))
        else:
            self._view.show_problem(messages.text_of(error))


def shown(found: claim_pack.Preflight, situation: Situation) -> ShownPack:
    """A preflight in words."""
    profile = situation.opened.profile
    count = sum(file.is_sent for file in found.files)
    number = found.control_number or "none: the payer wants attachments only on request"
    return ShownPack(
        limits=limits_words(profile.attachments) if profile is not None else NO_RULES,
        summary=f"{count} of {len(found.files)} files go to the payer, {megabytes(found.sent_bytes)} together. "
        f"Attachment control number: {number}.",
        files=found.files,
        blocks=(*(issue for issue in found.gaps if issue.blocks), *found.problems),
    )


def limits_words(rules: AttachmentRules) -> str:
    """What a channel takes, in a sentence."""
    types = ", ".join(one.upper() for one in rules.types)
    parts = [f"The channel takes {types}" if types else "Which types of file the channel takes is not recorded"]
    if rules.most_files is not None:
        parts.append(f"at most {rules.most_files} files")
    if rules.most_megabytes_each is not None:
        parts.append(f"at most {rules.most_megabytes_each} MB each")
    if rules.most_megabytes_together is not None:
        parts.append(f"at most {rules.most_megabytes_together} MB together")
    when = {"with-claim": "attachments go with the claim", "on-request": "attachments go only on request"}
    if rules.when is not None:
        parts.append(when[rules.when])
    return "; ".join(parts) + "."


def megabytes(size: int) -> str:
    """A size for people, in megabytes of 1,000,000 bytes or kilobytes of 1,000."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1000))} kB" if size else "0 kB"
