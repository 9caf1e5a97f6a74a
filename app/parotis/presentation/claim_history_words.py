"""What was recorded of a claim in words: a title and sentences for each kind of entry, from its JSON values.

Every value that the entry holds is told, so that the history says all that the record knows. Pure.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from parotis.domain import wording
from parotis.domain.claims import authorizations, coverage, lifecycle, money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from parotis.domain.claims.records import FileKind, FrequencyCode

    Entry = Mapping[str, Any]

SOURCES = {"phone": "by phone", "portal": "on the portal", "letter": "by letter"}
ANSWERS = {"yes": "yes", "no": "no", "unknown": "not known"}
AUTHORIZATION_STATES = {
    "asked": "asked for",
    "approved": "approved",
    "denied": "denied",
    "more-information": "more information asked",
}
FREQUENCIES: dict[FrequencyCode, str] = {
    "1": "original claim (1)",
    "7": "replacement of an earlier claim (7)",
    "8": "void of an earlier claim (8)",
}
FILES: dict[FileKind, str] = {
    "remittance": "Remittance",
    "letter": "Letter",
    "pack": "Claim pack",
    "appeal": "Signed appeal",
    "other": "Other file",
}
MEDIA = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "application/zip": "ZIP"}
RELATIONSHIPS = {"self": "the patient", "spouse": "spouse", "child": "child", "other": "other"}
ACCIDENTS = {"auto": "auto accident", "work": "accident at work", "other": "other accident"}

_STEPS = {
    "ready": "Marked ready",
    "acknowledged": "Acknowledged by the payer",
    "more-information": "The payer asked for more information",
    "closed": "Closed",
    "to-bill": "Put back to bill",
}
_MEMBER = {
    "family_name": "Family name",
    "given_name": "Given name",
    "birth_date": "Born",
    "member_id": "Member number",
    "group": "Group",
}
_KILOBYTE = 1000


def title(kind: str, entry: Entry) -> str:
    """What was done, in a few words that hold nothing typed."""
    if kind == "authorization":
        noted = _part(entry, "authorization")
        name = authorizations.LABELS.get(noted.get("kind"), "Authorization")  # type: ignore[arg-type]
        return f"{name}: {AUTHORIZATION_STATES.get(str(noted.get('status')), 'noted')}"
    if kind == "state":
        return _STEPS.get(str(entry.get("to")), "State changed")
    if kind == "file":
        return f"File kept: {FILES.get(entry.get('file_kind', 'other'), 'file').lower()}"
    if kind == "tick":
        return "Checklist item ticked" if entry.get("is_done", True) else "Tick taken back"
    if kind == "narrative":
        return "Narrative changed by hand" if entry.get("text") is not None else "Change of the narrative taken back"
    if kind == "appeal-decided":
        is_overturned = entry.get("outcome") == "overturned"
        return f"Appeal decided: {'denial overturned' if is_overturned else 'denial upheld'}"
    return _TITLES.get(kind, kind)


_TITLES = {
    "coverage-call": "Coverage asked",
    "codes": "Codes of the claim changed",
    "payer": "Payer chosen",
    "override": "Gap gone over",
    "report": "Newest signed report taken",
    "sent": "Sent",
    "remittance": "Answer of the payer about money",
    "appeal": "Appeal drafted",
    "appeal-sent": "Appeal sent",
    "plan": "Next action planned",
    "assign": "Assigned",
    "snooze": "Snoozed",
    "note": "Note",
}


def lines(kind: str, entry: Entry) -> tuple[str, ...]:
    """The details, one sentence or pair of label and value each; what is not recorded is left out."""
    tell = _DETAILS.get(kind)
    return tuple(tell(entry)) if tell is not None else ()


def size(byte_count: int) -> str:
    """``812 bytes``, ``14 kB``, ``2.4 MB``: thousands, as files are shown by the payers' portals."""
    if byte_count < _KILOBYTE:
        return f"{byte_count} bytes"
    if byte_count < _KILOBYTE**2:
        return f"{byte_count / _KILOBYTE:.0f} kB"
    return f"{byte_count / _KILOBYTE**2:.1f} MB"


def answer_lines(call: Entry) -> tuple[str, ...]:
    """The answers of a coverage call, "Question: yes; what was said"."""
    return tuple(_answers(call))


def _part(entry: Entry, name: str) -> Entry:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _day(value: Any) -> str:
    try:
        return wording.day(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _moment(value: Any) -> str:
    try:
        return wording.moment(dt.datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _money(value: Any) -> str:
    try:
        return money.dollars(money.cents(str(value)))
    except ValueError:
        return str(value)


def _labelled(owner: Entry, *fields: tuple[str, str, Callable[[Any], str]]) -> Iterator[str]:
    for name, label, told in fields:
        value = owner.get(name)
        if value not in (None, "", [], ()):
            yield f"{label}: {told(value)}"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value))


def _coverage(entry: Entry) -> Iterator[str]:
    call = _part(entry, "call")
    yield from _labelled(
        call,
        ("called_at", "Asked", _moment),
        ("source", "How", lambda value: SOURCES.get(value, str(value))),
        ("representative", "Representative", str),
        ("reference_number", "Reference number", str),
        ("expires_on", "Holds until", _day),
    )
    yield from _answers(call)
    member = _part(call, "member")
    told = [f"{label.lower()} {_day(member[name])}" for name, label in _MEMBER.items() if member.get(name)]
    if told:
        yield f"The payer has the member as: {', '.join(told)}"
    yield from _labelled(call, ("note", "Note", str))


def _answers(call: Entry) -> Iterator[str]:
    for answer in call.get("answers") or ():
        said = [ANSWERS.get(answer.get("word"), ""), answer.get("detail") or ""]
        yield f"{coverage.question_words(str(answer.get('question')))}: {'; '.join(filter(None, said)) or 'no answer'}"


def _authorization(entry: Entry) -> Iterator[str]:
    yield from _labelled(
        _part(entry, "authorization"),
        ("number", "Number", str),
        ("asked_on", "Asked for", _day),
        ("answered_on", "Answered", _day),
        ("codes", "For the codes", _listed),
        ("units", "Units", str),
        ("expires_on", "Holds until", _day),
        ("note", "Note", str),
    )


def _codes(entry: Entry) -> Iterator[str]:
    billing = _part(entry, "billing")
    for procedure in billing.get("procedures") or ():
        fee = f" at {_money(procedure['fee'])}" if procedure.get("fee") else ", no fee"
        count = procedure.get("quantity")
        times = f", {count} times" if count not in (None, 1) else ""
        yield f"Procedure {procedure.get('code')}{fee}{times}"
    yield from _labelled(billing, ("diagnoses", "Diagnoses", _listed))
    yield from _labelled(entry, ("practice_code", "The practice's own medical code", str))
    payer, holder, accident = (_part(billing, name) for name in ("payer", "subscriber", "accident"))
    yield from _labelled(payer, ("name", "Payer", str), ("id", "Payer id", str), ("kind", "Kind of payer", str))
    yield from _labelled(
        holder,
        ("name", "Subscriber", str),
        ("member_id", "Member number", str),
        ("group", "Group", str),
        ("relationship", "The subscriber is", lambda value: RELATIONSHIPS.get(value, str(value))),
    )
    yield from _labelled(
        billing,
        ("prior_authorization", "Prior authorization number", str),
        ("predetermination", "Predetermination number", str),
    )
    yield from _labelled(
        accident,
        ("kind", "Accident", lambda value: ACCIDENTS.get(value, str(value))),
        ("date", "Day of the accident", _day),
        ("state", "State of the accident", str),
    )


def _submission(entry: Entry) -> Iterator[str]:
    yield from _labelled(
        _part(entry, "submission"),
        ("sent_on", "On", _day),
        ("channel", "By", str),
        ("frequency", "As", lambda value: FREQUENCIES.get(value, str(value))),
        ("original_claim_number", "The payer's number of the first claim", str),
        ("control_number", "Attachment control number", str),
        ("charged", "Charged", _money),
        ("document_id", "Signed report", str),
    )


def _remittance(entry: Entry) -> Iterator[str]:
    received = _part(entry, "remittance")
    yield from _labelled(
        received,
        ("received_on", "Received", _day),
        ("payer_name", "Payer", str),
        ("charged", "Charged", _money),
        ("paid", "Paid", _money),
        ("patient_responsibility", "The patient's share", _money),
    )
    yield from _adjustments(received)
    yield from _labelled(
        received,
        ("remarks", "Remarks", _listed),
        ("payer_claim_number", "The payer's claim number", str),
        ("patient_control_number", "Patient control number", str),
        ("trace_number", "Trace number", str),
        ("status_code", "Status code", str),
    )
    for line in received.get("lines") or ():
        told = [
            str(line.get("procedure") or "no procedure"),
            *_labelled(
                line,
                ("service_date", "service", _day),
                ("charged", "charged", _money),
                ("paid", "paid", _money),
                ("remarks", "remarks", _listed),
            ),
            *(text[:1].lower() + text[1:] for text in _adjustments(line)),
        ]
        yield f"Line {', '.join(told)}"


def _adjustments(owner: Entry) -> Iterator[str]:
    told = [
        f"{one.get('group')}-{one.get('reason')} {_money(one.get('amount'))}" for one in owner.get("adjustments") or ()
    ]
    if told:
        yield f"Adjustments: {', '.join(told)}"


def _appeal(entry: Entry) -> Iterator[str]:
    drafted = _part(entry, "appeal")
    yield from _labelled(
        drafted,
        ("addressed_to", "To", _listed),
        ("deadline", "Deadline", _day),
        ("plan_clause", "Clause of the plan", str),
    )
    for point in drafted.get("points") or ():
        yield f"To {point.get('reason')}: {point.get('answer') or 'no answer yet'}"
    yield from _labelled(drafted, ("note", "Note", str))


def _step(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("on", "On", _day), ("note", "Note", str))


def _tick(entry: Entry) -> Iterator[str]:
    yield wording.capitalised(str(entry.get("item") or "").replace("-", " "))
    yield from _labelled(entry, ("note", "Note", str))


def _override(entry: Entry) -> Iterator[str]:
    gap = str(entry.get("gap") or "").removeprefix("documentation.").partition(":")[0]
    yield wording.capitalised(gap.replace("-", " ").replace(".", " ").replace("_", " "))
    yield from _labelled(entry, ("reason", "Reason", str))


def _plan(entry: Entry) -> Iterator[str]:
    if not entry.get("action"):
        yield "Nothing is planned."
    yield from _labelled(entry, ("action", "What", str), ("on", "When", _day))


def _assign(entry: Entry) -> Iterator[str]:
    yield f"To {entry['to']}" if entry.get("to") else "To nobody: everybody may take it."


def _snooze(entry: Entry) -> Iterator[str]:
    yield f"Until {_day(entry['until'])}" if entry.get("until") else "Shown in the lists again."


def _narrative(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("limit", "Length in characters", str), ("text", "Text", str))


def _note(entry: Entry) -> Iterator[str]:
    yield str(entry.get("text") or "")


def _report(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("document_id", "Signed report", str))


def _file(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("sha256", "SHA-256", str))


def _appeal_sent(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("on", "On", _day), ("how", "How", str), ("file_sha256", "SHA-256 of the file", str))


def _payer(entry: Entry) -> Iterator[str]:
    yield from _labelled(entry, ("payer_key", "Profile", str))


_DETAILS: dict[str, Callable[[Entry], Iterator[str]]] = {
    "coverage-call": _coverage,
    "authorization": _authorization,
    "codes": _codes,
    "payer": _payer,
    "narrative": _narrative,
    "tick": _tick,
    "override": _override,
    "state": _step,
    "report": _report,
    "sent": _submission,
    "remittance": _remittance,
    "appeal": _appeal,
    "appeal-sent": _appeal_sent,
    "appeal-decided": _step,
    "plan": _plan,
    "assign": _assign,
    "snooze": _snooze,
    "note": _note,
    "file": _file,
}


def step_words(from_state: str, to_state: str) -> str:
    """``Sent to denied``; empty where the state stayed."""
    if from_state == to_state:
        return ""
    words: dict[str, str] = {str(state): told for state, told in lifecycle.STATE_WORDS.items()}
    return f"{words.get(from_state, from_state)} \u2192 {words.get(to_state, to_state)}"
