"""What the payer answered: typed in and judged at once, what was received so far, the ways on, and kept letters."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.domain.claims import lifecycle, money
from parotis.presentation import claim_payment_presenter as payment
from parotis.presentation import messages
from parotis.presentation.exam_view_contract import SectionMark
from parotis.services import claims
from parotis.ui.claim_adjustments import AdjustmentRow, AdjustmentsForm, ServiceLineRow, ServiceLinesForm
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import NamedField, ProblemLine, card, chip, label, push_button
from parotis.ui.form_editors_base import emptied
from parotis.ui.letter_dialog import choose_file, choose_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.claims.records import ClaimState
    from parotis.domain.claims.routes import Route
    from parotis.presentation.claim_payment_presenter import Answered
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

KIND = "remittance"
FORM = "Explanation of benefits"
SPECS = (
    FieldSpec("Received on", "remittance.received_on", "date", span=4, placeholder="Today, or YYYY-MM-DD"),
    FieldSpec("Payer's claim number", "remittance.payer_claim_number", span=4),
    FieldSpec("Trace or check number", "remittance.trace_number", span=4),
    FieldSpec("Charged", "remittance.charged", "money", span=4),
    FieldSpec("Paid", "remittance.paid", "money", span=4),
    FieldSpec("Patient's share", "remittance.patient_responsibility", "money", span=4),
)
STATE_CHOICES = (("", "By the amounts"), ("paid", "Paid"), ("part-paid", "Part paid"), ("denied", "Denied"))
NOTHING_RECEIVED = (
    "Nothing was received yet. Type the explanation of benefits below, or post an 835 file on the claims."
)
NO_FILES = "No file is kept yet. Keep the payer's letter here, so that an appeal can enclose it."
_ROW_PATH = re.compile(r"remittance\.adjustments\[(\d+)\]")
_LINE_PATH = re.compile(r"remittance\.lines\[(\d+)\]")
_LINE_ADJUSTMENT_PATH = re.compile(r"remittance\.lines\[(\d+)\]\.adjustments\[(\d+)\]")
_RESEND = ("correct-and-resubmit", "send-attachments", "proof-of-filing", "retro-authorization", "check-pairing")


class PaymentSection(ClaimSection):
    """Payment, denial and what to do about it."""

    NAME = "Payment"
    KINDS = (KIND, payment.KEEP_KIND, "state")

    def build(self) -> None:
        self._is_new = True
        self._charged_cents = 0
        self._number: str | None = None
        self._state: ClaimState = "to-bill"
        self._is_resending = False
        frame, self._received = card()
        self.add(frame)
        self._routes_frame, self._routes = card()
        self.add(self._routes_frame)
        self.add(self._entry_card())
        self.add(self._files_card())

    # -- the form ----------------------------------------------------------------------------------------------------

    def _entry_card(self) -> QWidget:
        frame, inner = card()
        inner.addWidget(label("Enter an explanation of benefits", "section-title"))
        self.form = FieldsForm(SPECS, FORM)
        self.adjustments = AdjustmentsForm()
        self.lines = ServiceLinesForm()
        self._remarks = QLineEdit()
        self._remarks.setPlaceholderText("such as N706, M127")
        self._remark_words = label("", "small", wraps=True)
        self._decided = QComboBox()
        for value, words in STATE_CHOICES:
            self._decided.addItem(words, value or None)
        self.balance = label("", wraps=True)
        self.balance.setAccessibleName("Balance")
        self.balance.setMinimumHeight(2 * self.balance.fontMetrics().lineSpacing())
        self._problem = ProblemLine()
        self._record = push_button("Record answer", self._on_record, "primary")
        inner.addWidget(self.form)
        inner.addWidget(label("Why less is paid than was charged", "card-title"))
        inner.addWidget(self.adjustments)
        self._remarks_field = NamedField("Remark codes (RARC)", self._remarks)
        inner.addWidget(self._remarks_field)
        inner.addWidget(self._remark_words)
        inner.addWidget(label("Service lines, where the answer has several", "card-title"))
        inner.addWidget(self.lines)
        inner.addWidget(NamedField("The claim is then", self._decided, keeps_room=False), 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.balance, self._problem):
            inner.addWidget(widget)
        inner.addWidget(self._record, 0, Qt.AlignmentFlag.AlignLeft)
        self.form.edited.connect(self._on_edited)
        self.adjustments.edited.connect(self._on_edited)
        self.lines.edited.connect(self._on_lines_edited)
        self._remarks.textEdited.connect(self._on_edited)
        self._decided.activated.connect(self._on_edited)
        return frame

    def document(self) -> dict[str, Any]:
        """What is typed, as the JSON values of the entry."""
        made = self.form.document(KIND)
        remittance: dict[str, Any] = made.setdefault("remittance", {})
        if whole := [row.value() for row in self._adjustment_rows(0)]:
            remittance["adjustments"] = whole
        if remarks := payment.remark_codes(self._remarks.text()):
            remittance["remarks"] = remarks
        lines = []
        for number, row in enumerate(self.lines.rows(), start=1):
            line = row.value()
            if own := [one.value() for one in self._adjustment_rows(number)]:
                line["adjustments"] = own
            lines.append(line)
        if lines:
            remittance["lines"] = lines
        if self._decided.currentData():
            made["state"] = self._decided.currentData()
        return made

    def _adjustment_rows(self, line: int) -> list[AdjustmentRow]:
        return self.adjustments.of(line)

    def _on_edited(self, *_said: object) -> None:
        self._remark_words.setText(payment.remark_words(self._remarks.text()))
        self._show_balance()

    def _on_lines_edited(self) -> None:
        rows: list[ServiceLineRow] = self.lines.rows()
        self.adjustments.offer_lines(
            tuple(f"Line {number} {row.procedure.text()}".strip() for number, row in enumerate(rows, start=1))
        )
        self._show_balance()

    def _show_balance(self) -> None:
        found = payment.balance(self.document()["remittance"])
        shape = {True: "\u2713", False: "\u2717", None: "\u25cb"}[found.is_right]
        state = self._decided.currentData() or found.state
        then = f" The claim would be: {lifecycle.STATE_WORDS[state]}." if found.is_right and state else ""
        self.balance.setText(f"{shape} {found.text}{then}")

    def _on_record(self) -> None:
        self.presenter.record(self.document(), "Recorded. What to do next is told above.")

    def focus_first(self) -> None:
        """Put the focus into the form."""
        self.form.focus_first()

    # -- letters -----------------------------------------------------------------------------------------------------

    def _files_card(self) -> QWidget:
        frame, inner = card()
        inner.addWidget(label("Letters and files", "section-title"))
        self._files = QVBoxLayout()
        self._files.setSpacing(4)
        inner.addLayout(self._files)
        self._file = QLineEdit()
        browse = push_button("Browse\u2026", self._on_browse)
        browse.setAccessibleName("Browse for a letter")
        self._keep = push_button("Keep letter", self._on_keep)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(NamedField("Scanned letter (PDF, JPEG, PNG)", self._file, keeps_room=False), 1)
        for button in (browse, self._keep):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        inner.addLayout(row)
        self._file_problem = ProblemLine()
        inner.addWidget(self._file_problem)
        self._file.returnPressed.connect(self._on_keep)
        return frame

    def _on_browse(self) -> None:
        choose_file(self, "Choose a scanned letter", "Letters (*.pdf *.jpg *.jpeg *.png)", self._file.setText)

    def _on_keep(self) -> None:
        typed = self._file.text().strip()
        if not typed:
            self._file_problem.say("Choose a file first.")
            return
        payment.keep_file(self.presenter, Path(typed).expanduser().absolute())

    def _on_save_as(self, facts: ClaimFileFacts) -> None:
        name = payment.file_name(facts)
        choose_target(self, name, partial(self.save_kept, facts.sha256), name.rpartition(".")[2])

    def save_kept(self, sha256: str, path: Path) -> None:
        """Save a kept file at a path."""
        payment.save_kept(
            self.presenter,
            sha256,
            path,
            lambda: self._file_problem.say(payment.SAVED, "success"),
            lambda error: self._file_problem.say(messages.text_of(error)),
        )

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        claim = situation.opened.claim
        if self._is_new:
            self._is_new = False
            self._clear(claims.charged_cents(claim))
        self._state = claim.state
        numbers = (one.payer_claim_number for one in reversed(claim.remittances) if one.payer_claim_number)
        self._number = next(numbers, None)
        self._charged_cents = claims.charged_cents(claim)
        self._show_received(tuple(payment.answered(one) for one in reversed(claim.remittances)))
        self._show_routes(situation.routes)
        self._show_files(files)
        if self._is_resending and claim.state in ("to-bill", "ready", "more-information"):
            self._is_resending = False
            self._fill_sending()

    @property
    def holds_text(self) -> bool:
        rows = any(row.value() for row in (*self.adjustments.rows(), *self.lines.rows()))
        return self.form.holds_text or rows or bool(self._remarks.text().strip())

    def begin(self) -> None:
        super().begin()
        self._is_new, self._is_resending = True, False
        self._problem.say("")
        self._file.clear()
        self._file_problem.say("")

    def mark(self, situation: Situation) -> SectionMark | None:
        claim = situation.opened.claim
        if not claim.remittances:
            return SectionMark("empty")
        return SectionMark("open" if situation.routes else "done", len(situation.routes))

    def _clear(self, charged_cents: int) -> None:
        self.form.clear()
        self.form.show_values({"remittance.charged": money.text_of(charged_cents)} if charged_cents else {})
        self.lines.clear()
        self.adjustments.offer_lines(())
        self.adjustments.clear()
        self._remarks.clear()
        self._remark_words.setText("")
        self._decided.setCurrentIndex(0)
        self._show_balance()

    def _show_received(self, received: tuple[Answered, ...]) -> None:
        emptied(self._received)
        self._received.addWidget(label("Received from the payer", "section-title"))
        if not received:
            self._received.addWidget(label(NOTHING_RECEIVED, "muted", wraps=True))
        for one in received:
            self._received.addWidget(label(one.heading, "card-title", wraps=True))
            self._received.addWidget(label("\n".join((one.money, *one.reasons)), wraps=True))

    def _show_routes(self, routes: tuple[Route, ...]) -> None:
        emptied(self._routes)
        self._routes_frame.setVisible(bool(routes))
        if not routes:
            return
        self._routes.addWidget(label("What to do now", "section-title"))
        for number, route in enumerate(routes, start=1):
            self._routes.addWidget(self._route(number, route))

    def _route(self, number: int, route: Route) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(label(f"{number}. {route.title}", "card-title"))
        if route.deadline is not None:
            late = "\u26a0 Was due" if route.is_overdue else "By"
            head.addWidget(chip(f"{late} {wording.day(route.deadline)}", "danger" if route.is_overdue else "warning"))
        if route.amount:
            head.addWidget(chip(money.dollars(money.cents(route.amount))))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(label(route.why, "muted", wraps=True))
        steps = "\n".join(f"\u2022 {step}" for step in route.steps)
        column.addWidget(label(steps, wraps=True))
        if route.missing:
            column.addWidget(label(f"\u26a0 Missing: {'; '.join(route.missing)}", wraps=True))
        deeds = QHBoxLayout()
        deeds.setSpacing(8)
        for text, deed in self._deeds(route.id):
            button = push_button(text, deed)
            button.setAccessibleName(f"{route.title}: {text}" if text != route.title else text)
            deeds.addWidget(button)
        deeds.addStretch(1)
        column.addLayout(deeds)
        return made

    def _deeds(self, route_id: str) -> tuple[tuple[str, Any], ...]:
        """The buttons of a way: where the work goes on."""
        if route_id == "appeal":
            return (("Draft appeal", partial(self.section_wanted.emit, "Appeal")),)
        if route_id == "retro-authorization":
            return (
                ("Record the authorization", partial(self.section_wanted.emit, "Authorization")),
                ("Correct and resubmit", self._on_resend),
            )
        if route_id == "check-pairing":
            return (("Look at the codes", partial(self.section_wanted.emit, "Codes")),)
        if route_id in ("verify-coverage", "coordinate-benefits"):
            return (("Ask about coverage", partial(self.section_wanted.emit, "Coverage")),)
        if route_id == "send-attachments":
            return (
                ("Write the claim pack", partial(self.section_wanted.emit, "Pack")),
                ("Correct and resubmit", self._on_resend),
            )
        if route_id in _RESEND:
            return (("Correct and resubmit", self._on_resend),)
        if route_id == "bill-patient":
            return (("Cost notice for the patient", partial(self.section_wanted.emit, "Patient paper")),)
        if route_id == "find-first-claim":
            return (("Look at the history", partial(self.section_wanted.emit, "History")),)
        return ()

    def _on_resend(self) -> None:
        """A claim that was answered is opened for a correction first; then the form for sending is filled."""
        can_send = lifecycle.NEXT[self._state]
        if "sent" in can_send:
            self._fill_sending()
        elif "to-bill" in can_send:
            self._is_resending = True
            document = {"kind": "state", "to": "to-bill", "note": "Corrected and sent again."}
            self.presenter.record(document, "Opened for a correction. Send it as a replacement.")

    def _fill_sending(self) -> None:
        values: dict[str, Any] = {"submission.frequency": "7"}
        if self._number:
            values["submission.original_claim_number"] = self._number
        self.entry_wanted.emit("sent", values)

    def _show_files(self, files: tuple[ClaimFileFacts, ...]) -> None:
        emptied(self._files)
        if not files:
            self._files.addWidget(label(NO_FILES, "muted", wraps=True))
        for number, facts in enumerate(files, start=1):
            made = QWidget()
            row = QHBoxLayout(made)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(label(f"{number}. {payment.file_line(facts)}"), 1)
            save = push_button("Save as\u2026", partial(self._on_save_as, facts), "quiet")
            save.setAccessibleName(f"Save file {number} as")
            row.addWidget(save)
            self._files.addWidget(made)

    def show_problems(self, kind: str, problems: Problems) -> None:
        if kind == payment.KEEP_KIND:
            self._file_problem.say("\n".join(sentence for _, sentence in problems))
            return
        if kind == "state":
            self._is_resending = self._is_resending and not problems
            return
        self._mark(problems)

    def _mark(self, problems: Problems) -> None:
        homeless = []
        marked = False
        for row in (*self.adjustments.rows(), *self.lines.rows()):
            row.mark("")
        self._remarks_field.mark("")
        rest: list[tuple[str, str]] = []
        for path, sentence in problems:
            row = self._row_at(path)
            if row is not None:
                row.mark(sentence, path.rpartition(".")[2])
                marked = True
            elif path.startswith("remittance.remarks"):
                self._remarks_field.mark(sentence)
                marked = True
            else:
                rest.append((path, sentence))
        homeless = list(self.form.mark(tuple(rest)))
        if problems and not homeless and (marked or rest):
            homeless = ["Not recorded: see the marked fields."]
        self._problem.say("\n".join(homeless))

    def _row_at(self, path: str) -> AdjustmentRow | ServiceLineRow | None:
        if found := _LINE_ADJUSTMENT_PATH.match(path):
            rows = self._adjustment_rows(int(found[1]) + 1)
            return rows[int(found[2])] if int(found[2]) < len(rows) else None
        if found := _LINE_PATH.match(path):
            lines = self.lines.rows()
            return lines[int(found[1])] if int(found[1]) < len(lines) else None
        if found := _ROW_PATH.match(path):
            rows = self._adjustment_rows(0)
            return rows[int(found[1])] if int(found[1]) < len(rows) else None
        return None

    def show_recorded(self, kind: str, sentence: str) -> None:
        if kind == payment.KEEP_KIND:
            self._file.clear()
            self._file_problem.say(sentence, "success")
        elif kind == KIND:
            self._clear(self._charged_cents)
            self._problem.say(sentence, "success")
