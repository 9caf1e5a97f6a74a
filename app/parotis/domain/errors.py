"""Every way the program says no, as one hierarchy.

``str()`` of an error is for logs and never holds what a person typed. Sentences for people are made in
``parotis.presentation.messages`` from ``code`` and the error's own fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotis.domain.issue import Issue


class ParotisError(Exception):
    """Base of all expected failures. ``code`` is stable; ``hint`` is for logs and holds no patient data."""

    code: ClassVar[str] = "error"

    def __init__(self, hint: str = "") -> None:
        super().__init__(hint or self.code)
        self.hint = hint


class UserError(ParotisError):
    """The person can put it right, here and now."""

    code = "user"


class UnreadableInput(UserError):
    """A file or argument cannot be read as what it claims to be.

    ``problems`` are (path, sentence) pairs. A sentence names keys, types and limits, never the value typed.
    """

    code = "input.unreadable"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s) at {', '.join(path for path, _ in self.problems[:5])}")


class FileProblem(NamedTuple):
    """One thing wrong in a file: where, and a fixed sentence. ``line`` counts from 1; ``key`` is empty for the whole."""

    file: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.reason) if part)


class DataFileRefused(UserError):
    """A lexicon, phrase or template file is not what it must be; the last good one stays in use.

    ``problems`` are all that were found, in the order of files and lines; at least one.
    """

    code = "data_file.refused"

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s), the first in line {self.problems[0].line}")


class UnreadableImage(UserError):
    """A picture is missing, truncated, too large, or not the format its name says. ``reason`` is a fixed sentence."""

    code = "image.unreadable"

    def __init__(self, reason: str, *, position: int | None = None) -> None:
        self.reason = reason
        self.position = position
        super().__init__(f"image {position}: {reason}" if position is not None else reason)


class RulesBroken(UserError):
    """The checks block the step. ``issues`` holds all of them, blocking and advising."""

    code = "rules.broken"

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__(", ".join(sorted({issue.code for issue in self.issues})))


class NotFound(UserError):
    """What was asked for is not in this practice."""

    code = "record.not_found"


class StaleDraft(UserError):
    """Someone else saved a newer revision of the draft."""

    code = "draft.stale"

    def __init__(self, stored_revision: int) -> None:
        self.stored_revision = stored_revision
        super().__init__(f"stored revision is {stored_revision}")


class PreviewChanged(UserError):
    """The draft is no longer what was previewed, so it is not signed."""

    code = "signing.preview_changed"


class AlreadySigned(UserError):
    """A signed exam does not change."""

    code = "exam.already_signed"


class AlreadyExists(UserError):
    """A practice, login or bundle of that name is there already."""

    code = "record.exists"


class Refused(UserError):
    """The logged-in person may not do this (role, disabled account, locked)."""

    code = "refused"


class CredentialRejected(Refused):
    """Login or passphrase is wrong. ``wait_s`` is how long the next try is held back, in seconds."""

    code = "credential.rejected"

    def __init__(self, wait_s: float = 0.0) -> None:
        self.wait_s = wait_s
        super().__init__(f"next try in {wait_s:.0f} s")


class WeakPassphrase(UserError):
    """The passphrase does not meet the length rule. ``minimum_length`` is in characters."""

    code = "credential.weak"

    def __init__(self, minimum_length: int) -> None:
        self.minimum_length = minimum_length
        super().__init__(f"at least {minimum_length} characters")


class Fault(ParotisError):
    """The surroundings failed; what was stored is safe."""

    code = "fault"


class StorageFull(Fault):
    code = "storage.full"


class StorageLocked(Fault):
    code = "storage.locked"


class StorageReadOnly(Fault):
    code = "storage.read_only"


class StorageCorrupt(Fault):
    code = "storage.corrupt"


class StorageTooNew(Fault):
    """The database was written by a newer program."""

    code = "storage.too_new"

    def __init__(self, found: str, known: str) -> None:
        self.found = found
        self.known = known
        super().__init__(f"schema {found}, known {known}")


class NoDataFolder(Fault):
    """Something else than a folder is where the data folder should be."""

    code = "storage.no_folder"


class StorageFailed(Fault):
    """Any other failure of disk or database."""

    code = "storage.failed"


class KeyUnavailable(Fault):
    """The key slots are missing or damaged beyond both copies."""

    code = "key.unavailable"


class SignerUnavailable(Fault):
    """The signing certificate cannot be used. ``reason`` is a fixed sentence."""

    code = "signer.unavailable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TargetNotWritable(Fault):
    """The export target failed. ``reason`` is a fixed sentence, without the path."""

    code = "target.not_writable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ResourceMissing(Fault):
    """A file that the program ships is not there: the installation is damaged."""

    code = "resource.missing"


class IntegrityBroken(ParotisError):
    """What was stored is not what is found: stop, keep the evidence."""

    code = "integrity.broken"


class DocumentAltered(IntegrityBroken):
    code = "document.altered"


class AuditChainBroken(IntegrityBroken):
    code = "audit.broken"


class SelfCheckFailed(IntegrityBroken):
    """A file just written did not read back as intended."""

    code = "self_check.failed"


class Cancelled(ParotisError):
    code = "cancelled"
