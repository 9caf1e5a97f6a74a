"""A narrative as X12 claim notes, and the facts of attachments (PWK).

A note segment holds 1 to 80 characters; a dental claim (837D) takes five in loop 2300, a professional claim (837P) one
(the project's domain notes, 6b). Many clearinghouses read only the first, so a narrative says most in its beginning.

Only capitals, digits and the signs of the X12 basic set that no sender uses as a delimiter are written. Other
characters become words or signs of the same meaning; what has none becomes a question mark and is counted.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from parotis.domain.case import PayerKind
from parotis.domain.claims.payers import PayerProfile

SEGMENT_LENGTH: Final = 80
MOST_SEGMENTS: Final[dict[PayerKind, int]] = {"dental": 5, "medical": 1}

ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=")
"""The basic set of X12 without ``*`` and ``:``, which separate elements and components."""

UNREADABLE: Final = "?"

_WORDS: Final = {
    "≥": " AT LEAST ", "≧": " AT LEAST ", "≤": " AT MOST ", "≦": " AT MOST ", ">": " OVER ", "<": " UNDER ",
    "≫": " FAR OVER ", "≪": " FAR UNDER ", "≠": " NOT EQUAL TO ", "≈": " ABOUT ", "≅": " ABOUT ",
    "∼": " ABOUT ", "~": " ABOUT ",
    "±": "+/-", "×": " X ", "✕": " X ", "✗": " X ", "·": ".", "÷": "/", "→": " TO ", "←": " FROM ", "↑": " UP ",
    "↓": " DOWN ", "↔": " BOTH WAYS ", "⇒": " TO ", "∅": " DIAMETER ", "Ø": "O", "ø": "O", "°": " DEG ",
    "%": " PERCENT",
    "‰": " PER MILLE", "#": "NO.", "$": "USD ", "€": "EUR ", "£": "GBP ", "@": " AT ", "_": "-", "[": "(", "]": ")",
    "{": "(", "}": ")", "\\": "/", "|": "/", "¦": "/", "`": "'", "´": "'", "‘": "'", "’": "'", "‚": "'", "‛": "'",
    "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "–": "-", "—": "-", "‐": "-", "‑": "-",
    "‒": "-", "―": "-", "−": "-", "•": "-", "●": "-", "▪": "-", "‣": "-", "¬": " NOT ", "∞": " INFINITE ", "§": " SEC ",
    "µ": "U", "μ": "U", "ß": "SS", "ẞ": "SS", "æ": "AE", "Æ": "AE", "œ": "OE", "Œ": "OE", "ł": "L", "Ł": "L", "đ": "D",
    "Đ": "D", "ð": "D", "Ð": "D", "þ": "TH", "Þ": "TH", "ı": "I", "ħ": "H", "Ħ": "H", "⁄": "/", "∕": "/", "Ω": " OHM",
    "©": "(C)", "®": "(R)", "™": "(TM)", "¡": "!", "¿": UNREADABLE, "…": "...",
}  # fmt: skip
"""Signs that keep their meaning as words; ``:``, ``*`` and ``^`` depend on what stands beside them."""

_CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_RATIO: Final = re.compile(r"(?<=\d)\s*:\s*(?=\d)")
_COLON: Final = re.compile(r"\s*:")
_TIMES: Final = re.compile(r"(?<=[\d)])\s*\*\s*(?=[\d(])")
_POWER: Final = re.compile(r"(?<=\d)\s*\^\s*(?=[\d(+-])")
_ARROW: Final = re.compile(r"(?<![-=])[-=]++>")
_AT_LEAST: Final = re.compile(r">\s*=|=\s*>")
_AT_MOST: Final = re.compile(r"<\s*=")
_OVERLAY: Final = 1
"""Canonical combining class of strokes laid over a sign: they turn its meaning round, so they are not dropped."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """``text`` in the allowed set, single spaces; ``unreadable`` counts the characters that became question marks."""

    text: str
    unreadable: int


@dataclass(frozen=True, slots=True)
class NoteSegments:
    """``segments`` are the notes; ``left_over`` is what found no room. ``cut`` are the segments that end in a word.

    Segments are cut at word ends; only a word longer than a segment is cut inside. ``unreadable`` counts characters
    that no sign of the set can tell.
    """

    segments: tuple[str, ...]
    left_over: str
    cut: tuple[int, ...] = ()
    unreadable: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """The segments as they stand in the file."""
        return tuple(f"NTE*ADD*{segment}~" for segment in self.segments)

    @property
    def rejoined(self) -> str:
        """Everything that was to be said, notes and what is left over."""
        said = ""
        for place, segment in enumerate((*self.segments, self.left_over)):
            said += segment if place == 0 or place - 1 in self.cut or not segment else f" {segment}"
        return said

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know before it is sent, as sentences."""
        told = []
        if self.left_over:
            told.append(f"The text is {len(self.left_over)} characters too long for the note: attach the narrative.")
        if self.cut:
            told.append(f"A word longer than {SEGMENT_LENGTH} characters is cut.")
        if self.unreadable:
            told.append(f"Characters that cannot be sent in a note became question marks: {self.unreadable}.")
        return tuple(told)


def normalized(text: str) -> Normalized:
    """The text in the signs that a note may hold; nothing that prints is left out."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())  # so that no pattern meets a run of blanks
    for pattern, by in (
        (_CLOCK, r"\1H\2"),
        (_RATIO, " TO "),
        (_AT_LEAST, "≥"),
        (_AT_MOST, "≤"),
        (_ARROW, "→"),
        (_TIMES, " X "),
        (_POWER, " EXP "),
        (_COLON, " -"),
    ):
        composed = pattern.sub(by, composed)
    composed = composed.replace("*", "-").replace("^", "-")
    told, unreadable = [], 0
    for place, sign in enumerate(composed):
        written, lost = _written(sign, composed[place - 1] if place else " ", composed[place + 1 : place + 2])
        told.append(written)
        unreadable += lost
    return Normalized(" ".join("".join(told).split()), unreadable)


def _written(sign: str, before: str, after: str) -> tuple[str, bool]:
    """One character in allowed signs, and whether its meaning is lost."""
    if sign.upper() in ALLOWED:
        return sign.upper(), False
    if sign in _WORDS:
        return _WORDS[sign], _WORDS[sign] == UNREADABLE
    category = unicodedata.category(sign)
    if sign.isspace() or category == "Cc":
        return " ", False
    if category == "Cf":
        return "", False  # soft hyphens, joiners and marks of direction: nothing prints
    if category == "Nd":
        return str(unicodedata.decimal(sign)), False
    if category == "Mn" and unicodedata.combining(sign) != _OVERLAY and before.upper() in ALLOWED:
        return "", False
    if (letter := _greek(sign, before, after)) is not None:
        return letter, False
    return _folded(sign, before)


def _greek(sign: str, before: str, after: str) -> str | None:
    """A Greek letter that stands alone by its name; one of a Greek word is not."""
    name = unicodedata.name(sign, "")
    found = re.fullmatch(r"GREEK (?:SMALL|CAPITAL) (?:LETTER )?(?:FINAL )?([A-Z]+)", name)
    if found is None or any(unicodedata.name(other, "").startswith("GREEK") for other in (before, after or " ")):
        return None
    space = " " if before.isalnum() else ""
    return f"{space}{found[1]}" + (" " if after.isalnum() else "")


def _folded(sign: str, before: str) -> tuple[str, bool]:
    """By compatibility decomposition, without accents. A raised digit after a digit is a power, not a digit more."""
    decomposed = unicodedata.normalize("NFKD", sign)
    if decomposed == sign:
        return UNREADABLE, True
    kept = ""
    for part in decomposed:
        if unicodedata.combining(part) and unicodedata.combining(part) != _OVERLAY:
            continue
        kept += _WORDS.get(part, part.upper())
    if not kept.strip() or not ALLOWED.issuperset(kept):
        return UNREADABLE, True
    if kept[0].isdigit() and unicodedata.category(before) == "Nd":
        is_raised = unicodedata.decomposition(sign).startswith("<super>")
        return f" {'EXP ' if is_raised else ''}{kept}", False
    return kept, False


def note_segments(text: str, kind: PayerKind) -> NoteSegments:
    """The claim notes for a text: at most five on a dental claim, one on a medical claim, of 80 characters at most."""
    ready = normalized(text)
    rows: list[str] = []
    cut: list[int] = []
    rest = ready.text
    while rest and len(rows) < MOST_SEGMENTS[kind]:
        row, rest, is_cut = _first_row(rest)
        if is_cut:
            cut.append(len(rows))
        rows.append(row)
    return NoteSegments(tuple(rows), rest, tuple(cut), ready.unreadable)


def _first_row(text: str) -> tuple[str, str, bool]:
    """The words that fit, the rest, and whether the row ends within a word that no row can hold."""
    if len(text) <= SEGMENT_LENGTH:
        return text, "", False
    end = text.rfind(" ", 0, SEGMENT_LENGTH + 1)
    if end > 0:
        return text[:end], text[end + 1 :], False
    return text[:SEGMENT_LENGTH], text[SEGMENT_LENGTH:], True


AttachmentKind = Literal["report", "images", "other"]
ReportType = Literal["DG", "RR"]
"""Diagnostic report or radiology report; payers differ in which they want (domain notes, 6b)."""

_TYPES: Final[dict[AttachmentKind, str]] = {"report": "DG", "images": "OZ", "other": "OZ"}
_HOW: Final = {"clearinghouse": "EL", "portal": "EL", "mail": "BM", "fax": "FX"}
_ON_REQUEST: Final = "AA"
_CONTROL_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,49}")
_LONGEST_CONTROL_NUMBER: Final = 50
_DIGEST_LENGTH: Final = 12


def attachment_control_number(claim_id: str) -> str:
    """The number that ties attachments to a claim (PWK06): 2 to 50 capitals, digits and hyphens, the same every time.

    An id that does not fit as it is gets a fingerprint of itself, so that two ids never give one number.
    """
    plain = re.sub(r"[^A-Z0-9-]", "", claim_id.upper())
    number = f"US-{plain}"
    if plain != claim_id or len(number) > _LONGEST_CONTROL_NUMBER or not plain:
        digest = hashlib.sha256(claim_id.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH].upper()
        number = f"US-{plain[: _LONGEST_CONTROL_NUMBER - _DIGEST_LENGTH - 4]}-{digest}"
    return number


def is_control_number(text: str) -> bool:
    """Whether a text can be sent as an attachment control number."""
    return _CONTROL_NUMBER.fullmatch(text) is not None


def attachment_segments(
    profile: PayerProfile | None,
    files: Sequence[AttachmentKind],
    control_number: str,
    *,
    report_type: ReportType = "DG",
) -> tuple[str, ...]:
    """The PWK lines of a claim: one for each type among the files that go with it, report first.

    Where the payer wants attachments only when it asks (AA), the lines carry no control number: some clearinghouses
    refuse a number there. A payer that nothing is known of is sent to electronically.

    Raises:
        ValueError: the control number is needed and not 2 to 50 capitals, digits and hyphens.
    """
    types = dict.fromkeys(report_type if kind == "report" else _TYPES[kind] for kind in sorted(files, key=_place))
    if profile is not None and profile.attachments.when == "on-request":
        return tuple(f"PWK*{code}*{_ON_REQUEST}~" for code in types)
    if types and not is_control_number(control_number):
        raise ValueError("not an attachment control number")
    channel = profile.channels[0] if profile is not None and profile.channels else "clearinghouse"
    return tuple(f"PWK*{code}*{_HOW[channel]}***AC*{control_number}~" for code in types)


def _place(kind: AttachmentKind) -> int:
    return list(_TYPES).index(kind)
