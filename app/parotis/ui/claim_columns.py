"""The columns of the tables that show claims, and of the tables of a remittance file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.ui.tables import EXAM_COLUMNS, Column, RowTableModel

if TYPE_CHECKING:
    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.claims_contract import AgeingBar
    from parotis.presentation.remittance_presenter import FileClaimLine, PaymentLine
    from parotis.services.ports import ExamRow

ACTIONS_SIGN = "\u22ef"

CLAIM_COLUMNS: tuple[Column[ClaimLine], ...] = (
    Column("Patient", lambda line: line.patient, 14),
    Column("Chart", lambda line: line.chart, 9),
    Column("Service", lambda line: line.service_date, 9),
    Column("Payer", lambda line: line.payer, 13),
    Column("State", lambda line: line.state, 19, lambda line: line.state_tone),
    Column("Charged / paid", lambda line: line.money, 15, is_number=True),
    Column("Next action", lambda line: line.next_action, 14),
    Column("Due", lambda line: line.due_short, 18, lambda line: line.due_tone),
    Column("Assigned", lambda line: line.assigned, 9),
    Column("", lambda _line: ACTIONS_SIGN, 3),
)
"""The last cell is where a mouse finds what can be done to a claim without opening it."""

WORKLIST_CLAIM_COLUMNS: tuple[Column[ClaimLine], ...] = (
    Column("Patient", lambda line: line.patient, 5),
    Column("Chart", lambda line: line.chart, 3),
    Column("Service", lambda line: line.service_date, 3),
    Column("Payer", lambda line: line.payer, 5),
    Column("State", lambda line: line.state, 5, lambda line: line.state_tone),
    Column("Due", lambda line: line.due, 6, lambda line: line.due_tone),
    Column("Assigned", lambda line: line.assigned, 3),
)

NOT_BILLED_COLUMNS: tuple[Column[ExamRow], ...] = tuple(
    column for column in EXAM_COLUMNS if column.title in ("Patient", "Chart", "Exam", "Reason")
)

AGEING_COLUMNS: tuple[Column[AgeingBar], ...] = (
    Column("Days since sent", lambda bar: bar.label, 3),
    Column("Claims", lambda bar: f"{bar.count:,}", 2, is_number=True),
    Column("Open amount", lambda bar: bar.amount, 3, is_number=True),
)

PAYMENT_COLUMNS: tuple[Column[PaymentLine], ...] = (
    Column("Payer", lambda line: line.payer, 5),
    Column("Trace number", lambda line: line.trace, 4),
    Column("Paid on", lambda line: line.paid_on, 3),
    Column("Claims", lambda line: line.claims, 2, is_number=True),
    Column("Payment", lambda line: line.amount, 3, is_number=True),
    Column("Balance", lambda line: line.balance, 3, lambda line: line.balance_tone),
)

FILE_CLAIM_COLUMNS: tuple[Column[FileClaimLine], ...] = (
    Column("No.", lambda line: f"{line.number:,}", 1, is_number=True),
    Column("Patient here", lambda line: line.patient, 4),
    Column("Payer's number", lambda line: line.payer_number, 4),
    Column("Charged", lambda line: line.charged, 3, is_number=True),
    Column("Paid", lambda line: line.paid, 3, is_number=True),
    Column("Patient's share", lambda line: line.patient_share, 3, is_number=True),
    Column("Becomes", lambda line: line.state, 4, lambda line: line.state_tone),
    Column("Match", lambda line: line.match, 4, lambda line: line.match_tone),
)


def claim_model(columns: tuple[Column[ClaimLine], ...]) -> RowTableModel[ClaimLine]:
    """A model of claims."""
    return RowTableModel(columns, lambda line: line.claim_id)
