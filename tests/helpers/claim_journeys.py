"""The sample cases from the coverage call to the end of their claims, as entries that window and command line share.

Each step is an entry as JSON values and the state of the claim after it.
"""

from __future__ import annotations

import json
from typing import Any

from helpers import sample_cases

Step = tuple[dict[str, Any], str]

PAYERS: dict[str, Any] = json.loads((sample_cases.SAMPLES / "payers.json").read_text(encoding="utf-8"))


def _call(member: dict[str, str], at: str = "2026-11-10T09:30:00-06:00") -> Step:
    call = {
        "called_at": at,
        "source": "phone",
        "representative": "Dana",
        "reference_number": "REF-4471",
        "member": member,
        "expires_on": "2035-01-31",
    }
    return {"kind": "coverage-call", "call": call}, "to-bill"


def _sent(on: str, **more: str) -> Step:
    return {"kind": "sent", "submission": {"sent_on": on, "channel": "clearinghouse", **more}}, "sent"


def _remittance(state: str, on: str, paid: str, *adjustments: tuple[str, str, str], **more: Any) -> Step:
    remittance = {
        "received_on": on,
        "charged": "210.00",
        "paid": paid,
        "adjustments": [{"group": group, "reason": reason, "amount": amount} for group, reason, amount in adjustments],
        **more,
    }
    return {"kind": "remittance", "remittance": remittance}, state


_NO_IMAGE: Step = (
    {"kind": "override", "gap": "key-image", "reason": "The images were sent on a disc before."},
    "to-bill",
)

PAID: tuple[Step, ...] = (
    _call(
        {"family_name": "Lindqvist", "given_name": "Maja", "birth_date": "1979-06-14", "member_id": "PDP-558-221-09"}
    ),
    (
        {
            "kind": "authorization",
            "authorization": {
                "kind": "predetermination",
                "status": "approved",
                "asked_on": "2026-11-10",
                "answered_on": "2026-11-11",
                "number": "PD-77120",
                "units": 1,
                "expires_on": "2035-01-31",
            },
        },
        "to-bill",
    ),
    _NO_IMAGE,
    ({"kind": "state", "to": "ready"}, "ready"),
    _sent("2026-11-17"),
    ({"kind": "state", "to": "acknowledged", "on": "2026-11-18"}, "acknowledged"),
    _remittance("paid", "2026-11-25", "168.00", ("CO", "45", "42.00"), trace_number="TRN-1"),
    ({"kind": "state", "to": "closed"}, "closed"),
)
"""Parotid cyst at the dental plan."""

OVERTURNED: tuple[Step, ...] = (
    _call({"family_name": "Nunez Avila", "given_name": "Jose Angel", "member_id": "LKM0099812"}),
    (
        {
            "kind": "authorization",
            "authorization": {"kind": "authorization", "status": "approved", "number": "PA-55301", "units": 1},
        },
        "to-bill",
    ),
    _NO_IMAGE,
    _sent("2026-11-17"),
    _remittance(
        "denied",
        "2026-11-20",
        "0.00",
        ("CO", "16", "210.00"),
        remarks=["N706"],
        payer_claim_number="LKM-CLM-1",
    ),
    (
        {
            "kind": "appeal",
            "appeal": {"plan_clause": "Diagnostic imaging is covered when the reason is documented."},
        },
        "denied",
    ),
    ({"kind": "appeal-sent", "on": "2026-11-23", "how": "certified mail"}, "appealed"),
    ({"kind": "appeal-decided", "on": "2026-11-27", "outcome": "overturned"}, "overturned"),
    _remittance("paid", "2026-11-27", "210.00", trace_number="TRN-2"),
)
"""Submandibular stone at the medical plan: denied because the rationale was missing, appealed, overturned."""

INVESTIGATIONAL: tuple[Step, ...] = (
    _call({"family_name": "Abara", "given_name": "Chidi", "member_id": "PDP-100-330-77"}),
    _NO_IMAGE,
    _sent("2026-11-17"),
    _remittance("denied", "2026-11-24", "0.00", ("CO", "55", "210.00"), payer_claim_number="PDP-CLM-9"),
    ({"kind": "appeal", "appeal": {}}, "denied"),
    ({"kind": "appeal-sent", "on": "2026-11-26", "how": "fax"}, "appealed"),
)
"""Jaw joint: denied as investigational, appealed."""

JOURNEYS: dict[str, tuple[Step, ...]] = {
    "parotid-cyst": PAID,
    "submandibular-stone": OVERTURNED,
    "tmj-effusion": INVESTIGATIONAL,
}
