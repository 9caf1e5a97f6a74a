"""Made-up claims: rows for lists, and whole claims put into a real record beside the exams they are for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from helpers import sample_cases

from parotis.domain import paths
from parotis.domain.claims.records import STATES, ClaimRecord
from parotis.services.claim_ports import ClaimRow
from parotis.services.ports import ExamRecord, ExamState

if TYPE_CHECKING:
    from parotis.services.desk import Desk

TODAY = dt.date(2026, 11, 28)
FAMILIES = (
    "Lindqvist",
    "N\u00fa\u00f1ez",
    "Abara",
    "Okonkwo",
    "Meyer",
    "Ivanova",
    "Tanaka",
    "Silva",
    "Novak",
    "Haddad",
)
GIVEN = ("Maja", "Jos\u00e9", "Chidi", "Amara", "Anna", "Olga", "Ken", "Rita", "Petr", "Leila")
PAYERS = (
    ("prairie", "Prairie Dental Plan"),
    ("great-lakes", "Great Lakes Benefit Administrators"),
    ("union", "Union Health and Welfare Fund"),
    ("medicaid", "State Medicaid"),
)
ACTIONS = ("Call the payer", "Send the report", "Ask for the appeal form")


def row(number: int = 0, **changes: Any) -> ClaimRow:
    """A claim that is told apart by its number; the state, and what is due, go round with it."""
    state = changes.get("state", STATES[number % len(STATES)])
    is_sent = state not in ("to-bill", "ready")
    days = (-3, 0, 1, 5, 7, 12, 40, 200)[number % 8]
    kind = "appeal" if state in ("denied", "upheld") else "filing" if not is_sent else "action"
    today = changes.pop("today", TODAY)
    key, name = PAYERS[number // 3 % len(PAYERS)]
    facts: dict[str, Any] = {
        "claim_id": f"c{number:011x}",
        "exam_id": f"e{number:011x}",
        "state": state,
        "chart_number": f"S-{1000 + number}",
        "family_name": FAMILIES[number * 7 % 10],
        "given_name": GIVEN[number // 10 % 10],
        "service_date": today - dt.timedelta(days=20 + number % 150),
        "payer_key": key,
        "payer_name": name,
        "charged_cents": 21_000 + number % 9 * 1_550,
        "paid_cents": 21_000 if state == "paid" else 8_000 if state == "part-paid" else 0,
        "sent_on": today - dt.timedelta(days=number * 11 % 170) if is_sent else None,
        "next_action": ACTIONS[number % 3] if kind == "action" else None,
        "next_action_on": today + dt.timedelta(days=days) if kind == "action" else None,
        "filing_due": today + dt.timedelta(days=days) if kind == "filing" else None,
        "appeal_due": today + dt.timedelta(days=days) if kind == "appeal" else None,
        "due_on": today + dt.timedelta(days=days) if state not in ("paid", "closed") else None,
        "due_kind": kind if state not in ("paid", "closed") else None,
        "denied_for": "16 N706" if state in ("denied", "appealed", "upheld", "overturned") else "",
        "assigned_to": ("park", None, "rosa")[number % 3],
        "snoozed_until": today + dt.timedelta(days=9) if number % 31 == 30 else None,
        "updated_at": dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC) + dt.timedelta(minutes=number),
        "revision": 1,
    }
    return ClaimRow(**{**facts, **changes})


def put(desk: Desk, *rows: ClaimRow) -> None:
    """Put claims into a real record, each with a draft exam of its own."""
    with desk.unit_of_work() as work:
        for one in rows:
            insert(work, one, desk.session.user.user_id)
        work.commit()


def insert(work: Any, one: ClaimRow, user_id: str, *, with_exam: bool = True) -> None:
    """One claim, and the exam it is for unless that is there already, inside a unit of work."""
    if with_exam:
        _insert_exam(work, one, user_id)
    record = ClaimRecord(
        one.claim_id, one.exam_id, one.state, service_date=one.service_date, payer_key=one.payer_key,
        assigned_to=one.assigned_to, next_action=one.next_action, next_action_on=one.next_action_on,
        snoozed_until=one.snoozed_until,
    )  # fmt: skip
    work.claims.insert(record, one)


def _insert_exam(work: Any, one: ClaimRow, user_id: str) -> None:
    case = sample_cases.case()
    for path, value in (
        ("patient.chart_number", one.chart_number),
        ("patient.family_name", one.family_name),
        ("patient.given_name", one.given_name),
    ):
        case = paths.replace(case, path, value)
    at = one.updated_at
    work.exams.insert(ExamRecord(one.exam_id, ExamState.DRAFT, 1, case, (), at, at, user_id))
