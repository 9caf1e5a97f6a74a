"""What the use cases ask of the world: Protocols and the frozen records that pass through them.

Adapters in ``parotis_db``, ``documents``, ``imaging`` and ``system`` fulfil these; ``bootstrap`` puts them together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from parotis.domain.case import Case, Patient
from parotis.domain.draft_entry import Entry
from parotis.services.claim_ports import ClaimQueries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from parotis.domain.comparison import EarlierExam
    from parotis.domain.report import Report
    from parotis.services.claim_ports import ClaimRepository

Role = Literal["dentist", "assistant", "billing", "admin"]

WHOLE_EXAMS = 12
"""How many of a patient's exams are read as a whole; of older ones only what the comparison needs."""


class ExamState(StrEnum):
    """Where an exam stands. ``SIGNING`` is between the frozen snapshot and the recorded document."""

    DRAFT = "draft"
    TO_SIGN = "to-sign"
    SIGNING = "signing"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class UserProfile:
    """A person with an account. The same facts sit, authenticated, in the key slots."""

    user_id: str
    login: str
    name: str
    role: Role
    credentials: str | None = None
    license_number: str | None = None
    license_state: str | None = None
    npi: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class PracticeNumbers:
    """What claim forms ask of whoever bills. ``tin`` has nine digits; ``taxonomy`` is of the treating dentist."""

    npi: str | None = None
    tin: str | None = None
    tin_kind: Literal["EIN", "SSN"] | None = None
    phone: str | None = None
    taxonomy: str | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """``capital_sides``: left and right in free text are printed in capitals."""

    practice_id: str
    name: str
    address_lines: tuple[str, ...] = ()
    capital_sides: bool = False
    numbers: PracticeNumbers = PracticeNumbers()


@dataclass(frozen=True, slots=True)
class ExamRecord:
    """An exam as stored. ``case`` is the draft, or for a signed exam the snapshot that was signed.

    ``rejected`` holds what was typed but does not parse, by path. ``revision`` rises by one at every save.
    """

    exam_id: str
    state: ExamState
    revision: int
    case: Case
    rejected: tuple[tuple[str, str], ...]
    created_at: datetime
    updated_at: datetime
    updated_by: str
    document_id: str | None = None
    entry: Entry = field(default_factory=Entry)


@dataclass(frozen=True, slots=True)
class ExamRow:
    """One line of the worklist."""

    exam_id: str
    state: ExamState
    chart_number: str
    family_name: str
    given_name: str
    birth_date: date | None
    performed_at: datetime | None
    reason: str | None
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A signed report as stored: never changed. ``sha256`` is of ``pdf``; ``clinical_sha256`` of its embedded case."""

    document_id: str
    exam_id: str
    version: int
    sha256: str
    clinical_sha256: str
    signed_at: datetime
    signed_by: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """An imported picture: the original bytes (DICOM preamble made harmless) and a clean PNG of the chosen frame."""

    sha256: str
    media_kind: Literal["png", "jpeg", "dicom"]
    frame: int
    frame_count: int
    width: int
    height: int
    mm_per_pixel: float | None
    original: bytes = field(repr=False)
    png: bytes = field(repr=False)
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A version of a file that the practice added: phrases, templates, a lexicon.

    ``owner`` is a user id for a personal file, empty for the practice's. ``version`` counts from 1 for each
    (kind, name, owner).
    """

    kind: str
    name: str
    owner: str
    version: int
    content: bytes = field(repr=False)
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened, without patient data: ids and codes only."""

    at: datetime
    user_id: str
    role: str
    action: str
    object_id: str
    detail: str = ""


class ExamRepository(Protocol):
    def get(self, exam_id: str) -> ExamRecord:
        """Raises NotFound."""
        ...

    def insert(self, record: ExamRecord) -> None: ...

    def save_draft(self, record: ExamRecord, *, expected_revision: int) -> None:
        """Replace draft and its search text. Raises StaleDraft, AlreadySigned, NotFound."""
        ...

    def set_state(
        self, exam_id: str, state: ExamState, *, expected: Sequence[ExamState], document_id: str | None = None
    ) -> None:
        """Change the state if it is one of ``expected``. Raises StaleDraft, NotFound."""
        ...

    def in_state(self, state: ExamState) -> tuple[ExamRecord, ...]: ...


class DocumentRepository(Protocol):
    def insert(self, document: SignedDocument) -> None: ...

    def get(self, document_id: str) -> SignedDocument:
        """Raises NotFound; DocumentAltered when the bytes do not match their stored hash."""
        ...

    def of_exam(self, exam_id: str) -> tuple[SignedDocument, ...]: ...

    def delete_unrecorded(self, document_id: str) -> None:
        """Remove a document that no signed exam points to. Raises AlreadySigned otherwise."""
        ...


class PictureRepository(Protocol):
    def put(self, picture: StoredPicture) -> None:
        """Store once by (sha256, frame); storing the same again does nothing."""
        ...

    def get(self, sha256: str, frame: int) -> StoredPicture:
        """Raises NotFound."""
        ...

    def png(self, sha256: str, frame: int) -> bytes:
        """The clean picture without its original. Raises NotFound."""
        ...

    def has(self, sha256: str, frame: int) -> bool: ...


class AuditRepository(Protocol):
    def append(self, entry: AuditEntry) -> None:
        """Chain the entry to the last one with a keyed hash."""
        ...

    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hexadecimal) of the last entry; (0, "") when empty."""
        ...

    def verify(self) -> int:
        """Number of entries checked. Raises AuditChainBroken."""
        ...


class PracticeRepository(Protocol):
    def get(self) -> Practice: ...

    def put(self, practice: Practice) -> None: ...


class UserRepository(Protocol):
    def put(self, profile: UserProfile) -> None: ...

    def all(self) -> tuple[UserProfile, ...]: ...


class LibraryRepository(Protocol):
    """Files by version; what was added stays."""

    def add(
        self, kind: str, name: str, owner: str, content: bytes, *, added_at: datetime, added_by: str
    ) -> LibraryFile:
        """Store as the next version and return it."""
        ...

    def current(self, kind: str) -> tuple[LibraryFile, ...]:
        """The newest version of every file of a kind, by owner and name."""
        ...

    def version(self, kind: str, name: str, owner: str, version: int) -> LibraryFile:
        """Raises NotFound."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without ``commit`` rolls back."""

    exams: ExamRepository
    documents: DocumentRepository
    pictures: PictureRepository
    audit: AuditRepository
    practice: PracticeRepository
    users: UserRepository
    libraries: LibraryRepository
    claims: ClaimRepository

    def commit(self) -> None: ...


class Queries(ClaimQueries, Protocol):
    """Reads for the screens, in their own read transactions."""

    def worklist(self, states: Sequence[ExamState], *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        """Newest first (``performed_at``, then ``updated_at``)."""
        ...

    def counts(self) -> Mapping[ExamState, int]: ...

    def search(self, text: str, *, limit: int = 50) -> tuple[ExamRow, ...]:
        """Exams whose patient or text matches every word of ``text`` by prefix; best first."""
        ...

    def patients(self, text: str, *, limit: int = 50) -> tuple[Patient, ...]:
        """Patients by any word of name or chart number (prefix); all, by name, when ``text`` is empty."""
        ...

    def patient(self, chart_number: str) -> Patient | None:
        """The patient as in the newest exam that has this chart number; None when there is none."""
        ...

    def exams_of(self, chart_number: str) -> tuple[ExamRow, ...]: ...

    def history_of(self, chart_number: str, *, whole: int = WHOLE_EXAMS) -> tuple[EarlierExam, ...]:
        """The exams of a patient, newest first: the first ``whole`` as stored, of the others time and findings."""
        ...


class Records(Protocol):
    """The encrypted record of a practice, open."""

    queries: Queries

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]: ...

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the stored pages and references, as fixed sentences; empty when nothing is."""
        ...

    def close(self) -> None: ...


class Spelling(Protocol):
    """A dictionary, loaded when first asked. Any thread may call. All raise ResourceMissing."""

    def is_known(self, word: str) -> bool: ...

    def suggestions(self, word: str) -> tuple[str, ...]:
        """Likely meant words, best first."""
        ...

    def add(self, word: str) -> None:
        """Know this word until the process ends."""
        ...


class PdfComposer(Protocol):
    """Draws content trees, and the pages of PDFs; no signature, no clock."""

    def render(self, report: Report, pictures: Mapping[str, bytes]) -> bytes:
        """PDF bytes. ``pictures`` are PNG or JPEG bytes by the names used in the tree. Same input, same bytes."""
        ...

    def page_jpegs(self, pdf: bytes, *, dots_per_inch: int = 150) -> tuple[bytes, ...]: ...

    def page_count(self, pdf: bytes) -> int:
        """Raises UnreadableInput."""
        ...

    def merged(self, parts: Sequence[bytes], attachments: Mapping[str, bytes]) -> bytes:
        """The pages of several PDFs as one, with files embedded by name. Raises UnreadableInput."""
        ...


class VerdictStatus(StrEnum):
    VALID = "valid"
    NOT_SIGNED = "not-signed"
    CHANGED = "changed"
    UNKNOWN_ISSUER = "unknown-issuer"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a PDF. ``reasons`` are fixed sentences."""

    status: VerdictStatus
    signer: str | None
    signed_at: datetime | None
    reasons: tuple[str, ...]
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A dentist's key and certificates, just unwrapped by a passphrase. Do not keep it.

    DER bytes; the key is PKCS #8, not encrypted; ``chain`` are the issuers, the practice root last.
    """

    private_key: bytes = field(repr=False)
    certificate: bytes
    chain: tuple[bytes, ...]


class PdfSigner(Protocol):
    def sign(
        self, pdf: bytes, identity: SigningIdentity, *, signed_at: datetime, signer_name: str, reason: str
    ) -> bytes:
        """Raises SignerUnavailable before, SelfCheckFailed after signing."""
        ...

    def verify(self, pdf: bytes, trusted_root: bytes | None) -> Verdict:
        """Raises UnreadableInput when the bytes are no PDF at all."""
        ...


@dataclass(frozen=True, slots=True)
class ImageLabel:
    """What the border of a key image says; each line is plain text."""

    lines: tuple[str, ...]


class Pictures(Protocol):
    """Imported files to safe pixels, in a child process."""

    def decode(self, data: bytes, *, suffix: str, frame: int | None) -> StoredPicture:
        """``suffix`` is the file name's, with its dot. ``frame`` counts from 1, None is the first.

        Raises UnreadableImage.
        """
        ...

    def labelled_jpeg(self, png: bytes, label: ImageLabel) -> bytes: ...

    def close(self) -> None: ...


class Session(Protocol):
    """An unlocked vault: who is at the keyboard, and the keys that this person's passphrase opens."""

    practice_id: str
    practice_name: str
    user: UserProfile
    failed_tries: int
    """Wrong passphrases for this login since the last right one."""
    database_key: bytes
    audit_key: bytes
    root_certificate: bytes

    def signing_identity(self, passphrase: str) -> SigningIdentity:
        """Fresh authentication. Raises CredentialRejected, Refused (not a dentist), SignerUnavailable."""
        ...

    def users(self) -> tuple[UserProfile, ...]: ...

    def add_user(self, profile: UserProfile, passphrase: str, *, recovery_key: str | None) -> UserProfile:
        """The account as made; ``profile.user_id`` is given by the vault."""
        ...

    def disable_user(self, login: str) -> None: ...

    def change_passphrase(self, old: str, new: str) -> None: ...


class RecordStore(Protocol):
    def create(self, folder: Path, session: Session) -> Records:
        """The empty record of a new practice; a record that lies there without key slots is renamed, not touched."""
        ...

    def open(self, folder: Path, session: Session) -> Records:
        """The record of the practice in ``folder``.

        Raises StorageCorrupt (also when it is missing), StorageTooNew, StorageReadOnly, StorageFull, StorageLocked,
        StorageFailed.
        """
        ...


class Locks(Protocol):
    def hold(self, folder: Path, name: str) -> AbstractContextManager[bool]:
        """Hold a lock across processes for the block; the value says whether it was free. Freed when a process dies."""
        ...


class Vaults(Protocol):
    """The key slots of a data folder."""

    def exists(self, folder: Path) -> bool: ...

    def create(
        self,
        folder: Path,
        *,
        practice_name: str,
        owner: UserProfile,
        passphrase: str,
        throw_away: bool,
        before_kept: Callable[[Session, str], None],
    ) -> Session:
        """A new practice with its first account; ``owner.user_id`` is given by the vault.

        ``before_kept`` gets the session and the recovery key before anything of the vault is kept: if it raises,
        there is no practice. ``throw_away`` derives keys at the lowest allowed cost: for a practice that lives for
        one run and whose passphrase is random. Raises WeakPassphrase, AlreadyExists, UnreadableInput, Fault.
        """
        ...

    def unlock(self, folder: Path, login: str, passphrase: str) -> Session:
        """Raises CredentialRejected, Refused, KeyUnavailable, NotFound (no practice)."""
        ...

    def unlock_with_recovery_key(self, folder: Path, recovery_key: str, login: str, new_passphrase: str) -> Session:
        """Raises UnreadableInput (mistyped), CredentialRejected, NotFound, Refused, WeakPassphrase."""
        ...

    def logins(self, folder: Path) -> tuple[str, ...]: ...


class Destination(Protocol):
    """Writes a bundle to a folder that somebody else may pull out at any time."""

    def probe(self, target: Path) -> None:
        """Raises TargetNotWritable when the folder takes no file now."""
        ...

    def publish(
        self,
        target: Path,
        name: str,
        files: Mapping[str, bytes],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Mapping[str, tuple[int, str]]:
        """Complete or absent; sizes and SHA-256 as read back. Raises TargetNotWritable, AlreadyExists."""
        ...

    def write_file(self, path: Path, data: bytes) -> None:
        """One file that the person named, in place of one that is there; it counts only when read back.

        Raises TargetNotWritable.
        """
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in the machine's zone."""
        ...


class Resources(Protocol):
    def read(self, name: str) -> bytes:
        """Raises ResourceMissing."""
        ...


class Progress(Protocol):
    """``step`` reports and is the point where a job may be cancelled (raises Cancelled)."""

    def step(self, done: int, total: int, label: str) -> None: ...
