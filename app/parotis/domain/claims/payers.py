"""What is known of a payer: dated, editable facts of the practice, never constants of the program."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from parotis.domain.case import PayerKind

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
