"""What is known of a payer: dated, editable facts of the practice, never constants of the program."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from parotis.domain.case import PayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

PAYERS_FORMAT = "parotis-payers/1"

Channel = Literal["clearinghouse", "portal", "mail", "fax"]
AttachmentType = Literal["pdf", "jpeg", "png", "tiff", "gif"]
AttachWhen = Literal["with-claim", "on-request"]
Wanted = Literal["no", "recommended", "required"]

_SHORT = {"maxLength": 200}


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """What the payer's channel takes. Sizes in megabytes of 1,000,000 bytes; None is no known limit."""

    types: tuple[AttachmentType, ...] = ()
    most_files: int | None = field(default=None, metadata={"minimum": 0, "maximum": 1000})
    most_megabytes_each: Decimal | None = field(default=None, metadata={"minimum": 0})
    most_megabytes_together: Decimal | None = field(default=None, metadata={"minimum": 0})
    when: AttachWhen | None = None


@dataclass(frozen=True, slots=True)
class PayerProfile:
    """A payer as this practice knows it. ``key`` names it in the record; lengths in characters, times in days.

    ``valid_from`` and ``valid_to`` date the facts, ``source`` says where they come from (a call, a manual, a contract).
    """

    key: str | None = field(default=None, metadata={"required": True, "pattern": r"^[a-z0-9][a-z0-9-]{0,39}$"})
    name: str | None = field(default=None, metadata={"required": True, **_SHORT})
    kind: PayerKind | None = field(default=None, metadata={"required": True})
    payer_ids: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    narrative_limit: int | None = field(default=None, metadata={"minimum": 1, "maximum": 10_000})
    attachments: AttachmentRules = AttachmentRules()
    authorization: Wanted | None = None
    predetermination: Wanted | None = None
    timely_filing_days: int | None = field(default=None, metadata={"minimum": 1, "maximum": 3650})
    appeal_days: int | None = field(default=None, metadata={"minimum": 1, "maximum": 3650})
    coverage_valid_days: int | None = field(default=None, metadata={"minimum": 1, "maximum": 3650})
    phone: str | None = field(default=None, metadata=_SHORT)
    fax: str | None = field(default=None, metadata=_SHORT)
    phone_script: tuple[str, ...] = ()
    claims_address: tuple[str, ...] = ()
    appeals_address: tuple[str, ...] = ()
    notes: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str | None = field(default=None, metadata=_SHORT)


EARLIEST_DAY, LATEST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
MOST_DECIMALS = 6
LONGEST_LINE, LONGEST_NOTES = 1000, 10_000
"""Characters of one line of a list (id, address, phone script) and of the notes."""


def is_valid_on(profile: PayerProfile, on: dt.date) -> bool:
    """Whether the facts are dated for a day; an end that is not recorded is open."""
    return (profile.valid_from is None or profile.valid_from <= on) and (
        profile.valid_to is None or on <= profile.valid_to
    )


def problems(profile: PayerProfile) -> tuple[tuple[str, str], ...]:
    """What cannot be about a profile that fits the schema: path and a sentence without the value."""
    return tuple(_problems(profile))


def _problems(profile: PayerProfile) -> Iterator[tuple[str, str]]:
    if not (profile.name or "").strip():
        yield "name", "The name is empty."
    for path in ("valid_from", "valid_to"):
        day: dt.date | None = getattr(profile, path)
        if day is not None and not EARLIEST_DAY <= day <= LATEST_DAY:
            yield path, f"The date must lie between {EARLIEST_DAY.year} and {LATEST_DAY.year}."
    if profile.valid_from and profile.valid_to and profile.valid_to < profile.valid_from:
        yield "valid_to", "The facts end before they begin."
    each, together = profile.attachments.most_megabytes_each, profile.attachments.most_megabytes_together
    for path, size in (("most_megabytes_each", each), ("most_megabytes_together", together)):
        if size is not None and size != round(size, MOST_DECIMALS):
            yield f"attachments.{path}", f"The number has more than {MOST_DECIMALS} decimals."
    if each is not None and together is not None and each > together:
        yield "attachments.most_megabytes_each", "One file may be larger than all files together."
    if len(profile.notes or "") > LONGEST_NOTES:
        yield "notes", f"The text is longer than {LONGEST_NOTES:,} characters."
    for path in ("payer_ids", "phone_script", "claims_address", "appeals_address"):
        for place, line in enumerate(getattr(profile, path)):
            if not line.strip():
                yield f"{path}[{place}]", "The line is empty."
            elif len(line.splitlines()) > 1 or (path == "payer_ids" and "|" in line):
                yield f"{path}[{place}]", "The entry must be one line, and an id holds no |."
            elif len(line) > LONGEST_LINE:
                yield f"{path}[{place}]", f"The text is longer than {LONGEST_LINE:,} characters."
