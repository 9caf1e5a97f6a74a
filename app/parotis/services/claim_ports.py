"""What the use cases of claims ask of the record, and the frozen rows that lists show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from parotis.domain.claims.records import ClaimRecord, ClaimState, FileKind, Remittance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parotis.domain.claims.remittance_files import RemittanceFile
    from parotis.services.ports import ExamRow


DueKind = Literal["action", "filing", "appeal"]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One line of the board and the list. Money in cents. ``due_on`` is the nearest day on which something lapses.

    ``due_kind`` says what: the next action, timely filing, an appeal. ``denied_for`` are the codes of the last denial.
    """

    claim_id: str
    exam_id: str
    state: ClaimState
    chart_number: str
    family_name: str
    given_name: str
    service_date: dt.date | None
    payer_key: str | None
    payer_name: str
    charged_cents: int
    paid_cents: int
    sent_on: dt.date | None
    next_action: str | None
    next_action_on: dt.date | None
    filing_due: dt.date | None
    appeal_due: dt.date | None
    due_on: dt.date | None
    due_kind: DueKind | None
    denied_for: str
    assigned_to: str | None
    snoozed_until: dt.date | None
    updated_at: dt.datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims a list shows. Empty ``states``: all. ``text`` matches name, chart, payer and claim number by prefix.

    Snoozed claims are left out while ``today`` is before their day, unless ``with_snoozed``.
    """

    today: dt.date
    states: tuple[ClaimState, ...] = ()
    text: str = ""
    assigned_to: str | None = None
    payer_key: str | None = None
    due_by: dt.date | None = None
    with_snoozed: bool = False


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One entry of a claim's history, never changed. ``entry_json`` is the entry as recorded."""

    seq: int
    claim_id: str
    at: dt.datetime
    user_id: str
    kind: str
    from_state: ClaimState
    to_state: ClaimState
    entry_json: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A file kept on a claim: a scanned letter, a remittance, a pack, a signed appeal."""

    sha256: str
    kind: FileKind
    media_type: str
    added_at: dt.datetime
    added_by: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClaimFileFacts:
    """A kept file without its bytes."""

    sha256: str
    kind: FileKind
    media_type: str
    size: int
    added_at: dt.datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class KeptRemittanceFile:
    """A remittance file without its bytes. ``unmatched`` are its claims that are of no claim of this practice."""

    sha256: str
    size: int
    added_at: dt.datetime
    added_by: str
    unmatched: tuple[Remittance, ...]


@dataclass(frozen=True, slots=True)
class AgeingBucket:
    """Claims sent and not settled, by days since they were sent. ``to_days`` None is without end."""

    from_days: int
    to_days: int | None
    count: int
    open_cents: int

    @property
    def label(self) -> str:
        """``31-60``, ``over 120``."""
        return f"{self.from_days}-{self.to_days}" if self.to_days is not None else f"over {self.from_days - 1}"


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many claims have something lapse on a day."""

    kind: DueKind
    on: dt.date
    count: int


@dataclass(frozen=True, slots=True)
class PayerOutcome:
    """How many of a payer's claims on this machine ended in a state, and for which codes they were denied."""

    payer_key: str
    was_denied: bool
    denied_for: str
    count: int


class ClaimRepository(Protocol):
    def get(self, claim_id: str) -> tuple[ClaimRecord, int]:
        """The claim and its revision. Raises NotFound."""
        ...

    def of_exam(self, exam_id: str) -> tuple[str, ...]:
        """The claim ids of an exam, oldest first."""
        ...

    def insert(self, claim: ClaimRecord, row: ClaimRow) -> None:
        """Raises AlreadyExists."""
        ...

    def list_anew(self, row: ClaimRow) -> None:
        """Replace the line of the lists and nothing else; does nothing when the claim has another revision by now."""
        ...

    def save(self, claim: ClaimRecord, row: ClaimRow, event: ClaimEvent, *, expected_revision: int) -> None:
        """Replace the claim and add to its history. Raises NotFound, StaleDraft."""
        ...

    def events(self, claim_id: str) -> tuple[ClaimEvent, ...]:
        """The history, oldest first."""
        ...

    def put_file(self, claim_id: str, file: ClaimFile) -> None:
        """Keep a file; keeping the same bytes again does nothing."""
        ...

    def files(self, claim_id: str) -> tuple[ClaimFileFacts, ...]: ...

    def file(self, claim_id: str, sha256: str) -> ClaimFile:
        """Raises NotFound; DocumentAltered when the bytes do not match their hash."""
        ...

    def is_remittance_known(self, sha256: str) -> bool:
        """Whether a remittance file with this hash was read before."""
        ...

    def put_remittance_file(
        self, sha256: str, data: bytes, unmatched: Sequence[str], *, at: dt.datetime, by: str
    ) -> None:
        """Keep a remittance file, and as JSON those of its claims that are of no claim of this practice."""
        ...

    def remittance_files(self) -> tuple[KeptRemittanceFile, ...]:
        """Newest first."""
        ...

    def remittance_file(self, sha256: str) -> bytes:
        """The file as it came. Raises NotFound, DocumentAltered."""
        ...


class ClaimQueries(Protocol):
    """Reads for the claim screens, in their own read transactions."""

    def claims(self, wanted: ClaimFilter, *, limit: int, offset: int = 0) -> tuple[ClaimRow, ...]:
        """By the day on which something lapses, then newest change first."""
        ...

    def claims_by_group(
        self, wanted: ClaimFilter, groups: Sequence[tuple[ClaimState, ...]], *, limit: int
    ) -> tuple[tuple[ClaimRow, ...], ...]:
        """For each group of states what ``claims`` gives first; no state is in two. ``wanted.states`` is not heeded."""
        ...

    def claim_counts(self, wanted: ClaimFilter) -> Mapping[ClaimState, tuple[int, int]]:
        """For each state how many claims match, and their open amounts in cents; ``states`` is not heeded."""
        ...

    def claim(self, claim_id: str) -> ClaimRow | None: ...

    def claims_of_chart(self, chart_number: str) -> tuple[ClaimRow, ...]: ...

    def ageing(self, today: dt.date) -> tuple[AgeingBucket, ...]:
        """0-30, 31-60, 61-90, 91-120 and over 120 days since sent, of claims sent and not settled."""
        ...

    def not_billed(self, *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        """Signed exams without a claim, oldest first."""
        ...

    def not_billed_count(self) -> int: ...

    def due_counts(self, wanted: ClaimFilter) -> tuple[DueCount, ...]:
        """Of the claims that match, by day and kind; those without such a day are left out."""
        ...

    def claim_payers(self) -> tuple[tuple[str, str], ...]:
        """Key and name of the payers that claims are at, by name."""
        ...

    def payer_outcomes(self) -> tuple[PayerOutcome, ...]: ...


class RemittanceReader(Protocol):
    """Reads X12 835 files."""

    def read(self, data: bytes) -> RemittanceFile:
        """Raises UnreadableInput with every problem found, each at its segment."""
        ...
