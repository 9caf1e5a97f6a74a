"""Signing: what will be signed is looked at, the checks are settled, then the passphrase makes it final."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import CredentialRejected, PreviewChanged, RulesBroken
from parotis.domain.issue import blocking
from parotis.domain.report_composition import MEANING
from parotis.presentation import messages
from parotis.services import drafts, reports, signing

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError
    from parotis.domain.issue import Issue
    from parotis.presentation.contracts import Progress, Task, Tasks, Timers
    from parotis.services.desk import Desk
    from parotis.services.ports import SignedDocument

PREVIEW_DPI = 100
SLOW_MS = 400
"""Work that ends sooner shows no progress, so that nothing flickers."""

MISSING_PASSPHRASE = "Type your passphrase to sign."  # noqa: S105  (a sentence)
WRONG_PASSPHRASE = "The passphrase is wrong. Nothing was signed."  # noqa: S105  (a sentence)
SIGNED = "Signed and stored, read back and verified."


@dataclass(frozen=True, slots=True)
class PreviewPages:
    """The report as it would be signed: its pages as JPEG, its fingerprint, and what the checks say."""

    pages: tuple[bytes, ...]
    content_sha256: str
    issues: tuple[Issue, ...]


def load_preview(desk: Desk, exam_id: str, progress: Progress) -> PreviewPages:
    """For a worker: the stored draft rendered, as pictures.

    Raises:
        NotFound, Cancelled, Fault.
    """
    progress.step(0, 3, "Checking the draft")
    issues = reports.issues_of(desk, drafts.load(desk, exam_id))
    progress.step(1, 3, "Composing the report")
    preview = reports.preview(desk, exam_id)
    progress.step(2, 3, "Drawing the pages")
    pages = desk.machine.composer.page_jpegs(preview.pdf, dots_per_inch=PREVIEW_DPI)
    return PreviewPages(pages, preview.content_sha256, issues)


class SigningViewContract(Protocol):
    def show_statement(self, text: str) -> None: ...

    def show_pages(self, pages: tuple[bytes, ...]) -> None: ...

    def show_blocking(self, issues: tuple[Issue, ...]) -> None:
        """The points that keep the report from being signed, each a link to its field."""
        ...

    def show_can_sign(self, *, can_sign: bool) -> None: ...

    def show_progress(self, text: str, *, can_cancel: bool) -> None:
        """An empty text takes the progress away."""
        ...

    def show_problem(self, text: str) -> None: ...

    def clear_passphrase(self) -> None: ...

    def show_signed(self, sentence: str, document_id: str, sha256: str) -> None: ...


class SigningPresenter:
    """One attempt at signing one exam. The draft must be committed. ``on_signed`` is called once it is signed."""

    def __init__(
        self,
        view: SigningViewContract,
        desk: Desk,
        tasks: Tasks,
        timers: Timers,
        exam_id: str,
        on_signed: Callable[[SignedDocument], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._exam_id = exam_id
        self._on_signed = on_signed
        self._slow = timers.single_shot(self._on_slow)
        self._preview: PreviewPages | None = None
        self._task: Task | None = None
        self._is_signing = False
        self._label = ""

    @property
    def is_signing(self) -> bool:
        """Whether a signature is being made: the dialogue must stay until it is told how that ended."""
        return self._is_signing

    def start(self) -> None:
        """Make the preview."""
        signer = self._desk.session.user
        name = ", ".join(part for part in (signer.name, signer.credentials) if part)
        self._view.show_statement(f"{MEANING} Signed as {name}.")
        self._load()

    def _load(self) -> None:
        self._preview = None
        self._view.show_can_sign(can_sign=False)
        self._label = "Preparing the preview…"
        self._slow.start(SLOW_MS)
        self._task = self._tasks.start(
            lambda progress: load_preview(self._desk, self._exam_id, progress),
            on_success=self._on_previewed,
            on_failure=self._on_preview_failed,
            pool="documents",
        )

    def _on_previewed(self, preview: PreviewPages) -> None:
        self._end_progress()
        self._preview = preview
        blocks = blocking(preview.issues)
        self._view.show_pages(preview.pages)
        self._view.show_blocking(blocks)
        self._view.show_can_sign(can_sign=not blocks)

    def _on_preview_failed(self, error: ParotisError) -> None:
        self._end_progress()
        self._view.show_problem(messages.text_of(error))

    def sign(self, passphrase: str) -> None:
        """Sign what was previewed."""
        preview = self._preview
        if preview is None or self._is_signing or blocking(preview.issues):
            return
        if not passphrase:
            self._view.show_problem(MISSING_PASSPHRASE)
            return
        self._is_signing = True
        self._view.show_problem("")
        self._view.show_can_sign(can_sign=False)
        self._label = "Signing, storing and reading back…"
        self._slow.start(SLOW_MS)

        def work(_progress: Progress) -> SignedDocument:
            return signing.sign(self._desk, self._exam_id, passphrase, previewed_sha256=preview.content_sha256)

        self._tasks.start(work, on_success=self._on_done, on_failure=self._on_refused, pool="documents")

    def _on_done(self, document: SignedDocument) -> None:
        self._is_signing = False
        self._end_progress()
        self._view.clear_passphrase()
        self._view.show_signed(SIGNED, document.document_id, document.sha256)
        self._on_signed(document)
        self._task = self._tasks.start(
            lambda progress: load_pages(self._desk, self._exam_id, progress),
            on_success=self._view.show_pages,
            on_failure=lambda error: self._view.show_problem(messages.text_of(error)),
            pool="documents",
        )

    def _on_refused(self, error: ParotisError) -> None:
        self._is_signing = False
        self._end_progress()
        self._view.clear_passphrase()
        if isinstance(error, RulesBroken):
            self._view.show_blocking(blocking(error.issues))
        self._view.show_problem(_sentence(error))
        if isinstance(error, PreviewChanged):
            self._load()
        elif not isinstance(error, RulesBroken):
            self._view.show_can_sign(can_sign=True)

    def close(self) -> None:
        """The dialogue is gone; a preview under way is dropped."""
        self._slow.stop()
        if self._task is not None:
            self._task.cancel()
            self._task.forget()

    def _on_slow(self) -> None:
        self._view.show_progress(self._label, can_cancel=not self._is_signing)

    def _end_progress(self) -> None:
        self._slow.stop()
        self._view.show_progress("", can_cancel=False)


def _sentence(error: ParotisError) -> str:
    if not isinstance(error, CredentialRejected):
        return messages.text_of(error)
    if error.wait_s > 0:
        return f"{WRONG_PASSPHRASE} {messages.wait_sentence(error.wait_s)}"
    return WRONG_PASSPHRASE


class PreviewViewContract(Protocol):
    def show_pages(self, pages: tuple[bytes, ...]) -> None: ...

    def show_progress(self, text: str) -> None: ...

    def show_problem(self, text: str) -> None: ...


class PreviewPresenter:
    """The report of a draft, or the signed report as stored, as pictures of its pages."""

    def __init__(self, view: PreviewViewContract, desk: Desk, tasks: Tasks, timers: Timers, exam_id: str) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._exam_id = exam_id
        self._slow = timers.single_shot(self._on_slow)
        self._task: Task | None = None

    def start(self) -> None:
        """Make the pictures."""
        self._slow.start(SLOW_MS)
        self._task = self._tasks.start(
            lambda progress: load_pages(self._desk, self._exam_id, progress),
            on_success=self._on_pages,
            on_failure=self._on_failed,
            pool="documents",
        )

    def close(self) -> None:
        """The window is gone."""
        self._slow.stop()
        if self._task is not None:
            self._task.cancel()
            self._task.forget()

    def _on_slow(self) -> None:
        self._view.show_progress("Preparing the preview…")

    def _on_pages(self, pages: tuple[bytes, ...]) -> None:
        self._slow.stop()
        self._view.show_progress("")
        self._view.show_pages(pages)

    def _on_failed(self, error: ParotisError) -> None:
        self._slow.stop()
        self._view.show_progress("")
        self._view.show_problem(messages.text_of(error))


def load_pages(desk: Desk, exam_id: str, progress: Progress) -> tuple[bytes, ...]:
    """For a worker: the pages of the signed report, or of the draft as it stands.

    Raises:
        NotFound, DocumentAltered, Cancelled, Fault.
    """
    record = drafts.load(desk, exam_id)
    if record.document_id is None:
        return load_preview(desk, exam_id, progress).pages
    with desk.unit_of_work() as work:
        pdf = work.documents.get(record.document_id).pdf
    progress.step(1, 2, "Drawing the pages")
    return desk.machine.composer.page_jpegs(pdf, dots_per_inch=PREVIEW_DPI)


def verify_stored(desk: Desk, exam_id: str) -> None:
    """For a worker: the stored report of a signed exam read and verified; nothing for a draft.

    Raises:
        DocumentAltered: it is not what was signed.
    """
    from parotis.domain.errors import DocumentAltered
    from parotis.services.ports import VerdictStatus

    record = drafts.load(desk, exam_id)
    if record.document_id is None:
        return
    with desk.unit_of_work() as work:
        document = work.documents.get(record.document_id)
    verdict = desk.machine.signer.verify(document.pdf, desk.session.root_certificate)
    if verdict.status is not VerdictStatus.VALID:
        raise DocumentAltered(document.document_id)
