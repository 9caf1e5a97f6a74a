"""A remittance file of a payer: read, shown with what posting it would do, then posted as it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from parotis.domain import wording
from parotis.domain.claims import money
from parotis.domain.errors import UnreadableInput
from parotis.presentation import messages
from parotis.presentation.claim_lines import MISSING, state_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_deeds import ClaimDeeds
    from parotis.presentation.claim_lines import Tone
    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.remittances import Posted, Preview, PreviewedClaim, PreviewedPayment

LARGEST_FILE_BYTES = 50_000_000
KNOWN = "This very file was posted before. Nothing is posted twice."
NOTHING_TO_POST = "The file has no claims."


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment of a file; all but ``number`` is text."""

    number: int
    payer: str
    trace: str
    paid_on: str
    amount: str
    claims: str
    balance: str
    balance_tone: Tone


@dataclass(frozen=True, slots=True)
class FileClaimLine:
    """One claim of a file; all but ``number`` is text. ``match`` says which claim here it is, or why it is none."""

    number: int
    patient: str
    payer_number: str
    charged: str
    paid: str
    patient_share: str
    state: str
    state_tone: Tone
    match: str
    match_tone: Tone


@dataclass(frozen=True, slots=True)
class RemittanceShown:
    summary: str
    payments: tuple[PaymentLine, ...]
    claims: tuple[FileClaimLine, ...]
    can_post: bool


class RemittanceViewContract(Protocol):
    def show_busy(self, *, is_busy: bool) -> None: ...

    def show_file(self, shown: RemittanceShown | None) -> None: ...

    def show_result(self, text: str, *, is_problem: bool) -> None: ...

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Each with its segment."""
        ...


class RemittancePresenter:
    """What was previewed is what is posted: the bytes are kept, the file is not read again."""

    def __init__(
        self, view: RemittanceViewContract, deeds: ClaimDeeds, tasks: Tasks, on_posted: Callable[[], None]
    ) -> None:
        self._view = view
        self._deeds = deeds
        self._tasks = tasks
        self._on_posted = on_posted
        self._data = b""

    def read(self, file: Path) -> None:
        """Read a file and show what it says; nothing is changed."""
        self._begin()
        self._view.show_file(None)
        self._tasks.start(partial(_previewed, self._deeds, file), on_success=self._show, on_failure=self._on_failed)

    def post(self) -> None:
        """Record what is shown."""
        data = self._data
        if data:
            self._begin()
            self._tasks.start(
                lambda _progress: self._deeds.post(data), on_success=self._posted, on_failure=self._on_failed
            )

    def _begin(self) -> None:
        self._view.show_result("", is_problem=False)
        self._view.show_problems(())
        self._view.show_busy(is_busy=True)

    def _show(self, read: tuple[bytes, Preview]) -> None:
        data, preview = read
        shown = remittance_shown(preview)
        self._data = data if shown.can_post else b""
        self._view.show_busy(is_busy=False)
        self._view.show_file(shown)
        if preview.is_known:
            self._view.show_result(KNOWN, is_problem=True)
        elif not preview.claims:
            self._view.show_result(NOTHING_TO_POST, is_problem=True)
        problems = tuple(
            (f"Claim {number}", text)
            for number, one in enumerate(preview.claims, start=1)
            for text in dict.fromkeys(one.problems)
        )
        self._view.show_problems(problems)

    def _posted(self, posted: Posted) -> None:
        self._data = b""
        self._view.show_busy(is_busy=False)
        self._view.show_file(None)
        text = f"{_claims(posted.posted)} posted."
        if posted.unmatched:
            text += f" {_claims(posted.unmatched)} of the file of no claim here, kept with the file."
        self._view.show_result(text, is_problem=False)
        self._on_posted()

    def _on_failed(self, error: ParotisError) -> None:
        self._view.show_busy(is_busy=False)
        if isinstance(error, UnreadableInput):
            count = len(error.problems)
            self._view.show_result(
                f"The file is not taken: {count:,} problem{'' if count == 1 else 's'}. Nothing was changed.",
                is_problem=True,
            )
            self._view.show_problems(error.problems)
        else:
            self._view.show_result(messages.text_of(error), is_problem=True)


def remittance_shown(preview: Preview) -> RemittanceShown:
    """What a file says and what posting would do, as text."""
    claims = preview.claims
    ours = sum(one.row is not None for one in claims)
    charged, paid, share = (
        sum(money.cents(getattr(one.remittance, name)) for one in claims)
        for name in ("charged", "paid", "patient_responsibility")
    )
    total = sum(money.cents(one.payment.paid) for one in preview.payments)
    count = len(preview.payments)
    parts = (
        f"{count:,} payment{'' if count == 1 else 's'} of {money.dollars(total)}",
        f"{_claims(len(claims))}: {ours:,} of this practice, {len(claims) - ours:,} of none here",
        f"charged {money.dollars(charged)}, paid {money.dollars(paid)}, patients' share {money.dollars(share)}",
    )
    return RemittanceShown(
        f"{'. '.join(wording.capitalised(part) for part in parts)}.",
        tuple(_payment_line(number, one) for number, one in enumerate(preview.payments, start=1)),
        tuple(_claim_line(number, one) for number, one in enumerate(claims, start=1)),
        can_post=bool(claims) and not preview.is_known and not any(one.problems for one in claims),
    )


def _payment_line(number: int, one: PreviewedPayment) -> PaymentLine:
    payment = one.payment
    return PaymentLine(
        number,
        payment.payer_name or MISSING,
        payment.trace_number or MISSING,
        wording.day(payment.paid_on) if payment.paid_on else MISSING,
        money.dollars(money.cents(payment.paid)),
        f"{len(one.claims):,}",
        "\u2713 Balanced" if payment.is_balanced else "\u2715 Not balanced",
        "success" if payment.is_balanced else "danger",
    )


def _claim_line(number: int, one: PreviewedClaim) -> FileClaimLine:
    remittance, row = one.remittance, one.row
    state, tone = state_words(one.state)
    match: tuple[str, Tone] = ("\u2713 Matched", "success")
    patient = MISSING
    if row is None:
        match = ("\u25cb No claim here", "warning")
    else:
        patient = ", ".join(part for part in (row.family_name, row.given_name) if part) or "No name yet"
    if one.problems:
        match = ("\u2715 Cannot be posted", "danger")
    return FileClaimLine(
        number,
        patient,
        remittance.payer_claim_number or MISSING,
        money.dollars(money.cents(remittance.charged)),
        money.dollars(money.cents(remittance.paid)),
        money.dollars(money.cents(remittance.patient_responsibility)),
        state,
        tone,
        *match,
    )


def _claims(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"


def _previewed(deeds: ClaimDeeds, file: Path, _progress: Progress) -> tuple[bytes, Preview]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableInput([("file", "The file cannot be opened.")]) from error
    if len(data) > LARGEST_FILE_BYTES:
        raise UnreadableInput([("file", f"The file is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")])
    return data, deeds.preview(data)
