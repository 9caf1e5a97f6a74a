"""What the payer answered: judged while it is typed, told in words once it is received, and the letters kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical, wording
from parotis.domain.claims import denial_codes, lifecycle, money
from parotis.domain.claims.records import Remittance
from parotis.domain.errors import UnreadableInput
from parotis.services import claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from parotis.domain.claims.records import ClaimState
    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.contracts import Progress
    from parotis.services.claim_ports import ClaimFileFacts

KEEP_KIND = "file"
KEPT = "Kept with the claim, in the encrypted record."
SAVED = "Saved and read back."
GROUPS: tuple[tuple[str, str], ...] = (
    ("CO", "CO contract"),
    ("PR", "PR patient"),
    ("OA", "OA other"),
    ("PI", "PI payer"),
    ("CR", "CR correction"),
)
FILE_WORDS = {
    "letter": "Letter",
    "remittance": "Remittance file",
    "pack": "Claim pack",
    "appeal": "Signed appeal",
    "other": "File",
}
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "application/edi-x12": "835"}


@dataclass(frozen=True, slots=True)
class Balance:
    """Whether what is typed adds up, None while too little is typed; ``state`` is what the claim would be."""

    text: str
    is_right: bool | None
    state: ClaimState | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the payer in words: a heading, what was paid, and a line for each reason."""

    heading: str
    money: str
    reasons: tuple[str, ...]


def balance(remittance: Mapping[str, Any]) -> Balance:
    """What the amounts that are typed say; ``remittance`` are the JSON values of the form."""
    try:
        charged, paid = money.cents(remittance.get("charged")), money.cents(remittance.get("paid"))
        explained = sum(money.cents(one.get("amount")) for one in _adjustments(remittance))
    except ValueError:
        return Balance("An amount is not money with at most two decimals, such as 210.00.", False, None)
    if "charged" not in remittance or "paid" not in remittance:
        return Balance("Type what was charged and what was paid.", None, None)
    open_cents = charged - paid
    text = f"Adjustments explain {money.text_of(explained)} of {money.text_of(open_cents)}."
    if explained != open_cents:
        return Balance(f"{text} {money.text_of(open_cents - explained)} is not explained.", False, None)
    if not all(one.get("reason") for one in _adjustments(remittance)):
        return Balance(text, True, None)
    try:
        known = canonical.object_from_json(dict(remittance), Remittance)
        state = lifecycle.state_by_amounts(known)
    except (ValueError, TypeError, KeyError):
        return Balance(text, True, None)  # a field that is not about money; the schema names it when it is recorded
    return Balance(text, True, state)


def _adjustments(remittance: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    lines = remittance.get("lines", ())
    return [*remittance.get("adjustments", ()), *(one for line in lines for one in line.get("adjustments", ()))]


def reason_words(code: str) -> str:
    """The plain words of an adjustment reason as it is typed; empty while nothing is."""
    return denial_codes.words_of("carc", code.strip().upper()) if code.strip() else ""


def remark_words(text: str) -> str:
    """The plain words of each remark code of a list."""
    return "\n".join(f"{code}: {denial_codes.words_of('rarc', code)}" for code in remark_codes(text))


def remark_codes(text: str) -> list[str]:
    """The codes of a text that separates them by commas or spaces."""
    return list(dict.fromkeys(code.upper() for code in text.replace(",", " ").replace(";", " ").split()))


def answered(remittance: Remittance) -> Answered:
    """An answer that was received, in words."""
    state = lifecycle.STATE_WORDS[lifecycle.state_by_amounts(remittance)]
    day = wording.day(remittance.received_on) if remittance.received_on else "No day"
    numbers = [
        f"payer's claim number {remittance.payer_claim_number}" if remittance.payer_claim_number else "",
        f"trace {remittance.trace_number}" if remittance.trace_number else "",
    ]
    told = f"Charged {_dollars(remittance.charged)}, paid {_dollars(remittance.paid)}"
    if remittance.patient_responsibility:
        told += f", patient's share {_dollars(remittance.patient_responsibility)}"
    reasons = [
        f"{one.group} {one.reason}, {_dollars(one.amount)}: {denial_codes.words_of('carc', one.reason or '')}"
        for one in lifecycle.all_adjustments(remittance)
    ]
    remarks = (*remittance.remarks, *(remark for line in remittance.lines for remark in line.remarks))
    told_of = ((denial_codes.code_kind(code), code) for code in dict.fromkeys(remarks))
    reasons += [f"{code}: {denial_codes.words_of(kind, code)}" for kind, code in told_of]
    return Answered(" \u00b7 ".join(part for part in (f"{day}: {state}", *numbers) if part), f"{told}.", tuple(reasons))


def _dollars(text: str | None) -> str:
    return money.dollars(money.cents(text))


def keep_file(claim: ClaimPresenter, path: Path) -> None:
    """Keep a file that the person chose: PDF, JPEG or PNG."""
    desk, claim_id = claim.desk, claim.claim_id

    def work(_progress: Progress) -> object:
        try:
            with path.open("rb") as opened:
                data = opened.read(claims.LARGEST_FILE_BYTES + 1)
        except OSError as error:
            raise UnreadableInput([("file", "The file cannot be opened.")]) from error
        return claims.keep_file(desk, claim_id, data)

    claim.do(KEEP_KIND, work, KEPT)


def save_kept(
    claim: ClaimPresenter,
    sha256: str,
    path: Path,
    on_saved: Callable[[], None],
    on_failure: Callable[[ParotisError], None],
) -> None:
    """Write a kept file to a place that the person chose."""
    desk, claim_id = claim.desk, claim.claim_id

    def work(_progress: Progress) -> None:
        claims.save_file(desk, claim_id, "kept-file", claims.kept_file(desk, claim_id, sha256).data, path)

    claim.find(work, lambda _nothing: on_saved(), on_failure, on_left=lambda error: claim.tell_left(SAVED, error))


def file_line(facts: ClaimFileFacts) -> str:
    """A kept file in words."""
    at = facts.added_at.astimezone()
    size = f"{facts.size / 1_000_000:.1f} MB" if facts.size >= 1_000_000 else f"{max(1, facts.size // 1000)} kB"
    return f"{FILE_WORDS[facts.kind]}, {facts.media_type.rpartition('/')[2].upper()}, {size}, kept {wording.day(at)}"


def file_name(facts: ClaimFileFacts) -> str:
    """A name to save a kept file under; it does not say who the patient is."""
    return f"{facts.kind}-{facts.sha256[:8]}.{SUFFIXES.get(facts.media_type, 'bin')}"
