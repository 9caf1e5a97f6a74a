"""Overview of a claim: where it stands, what comes next, what lapses, who does it, and notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.domain.claims import deadlines, lifecycle, money
from parotis.presentation import claim_history_words
from parotis.presentation.exam_view_contract import SectionMark
from parotis.services import claim_situation, claims
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.claim_parts import (
    BANG,
    CHECK,
    CROSS,
    RING,
    STATE_SHAPES,
    Rows,
    quiet_button,
    side_by_side,
    tell,
    told_row,
)
from parotis.ui.claim_section import ClaimSection, EntryCard
from parotis.ui.controls import ProblemLine, card, chip, label, push_button
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.claims.deadlines import Deadline
    from parotis.domain.claims.records import ClaimRecord, ClaimState
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

CHANNELS = (
    ("clearinghouse", "Clearinghouse"),
    ("portal", "Payer's portal"),
    ("mail", "Mail"),
    ("fax", "Fax"),
)
SOON_DAYS = 14
SNOOZE_DAYS = (7, 30)
MARK_READY, RECORD_SENDING = "Mark ready", "Record sending\u2026"

_STEP_BUTTONS: dict[ClaimState, str] = {
    "ready": MARK_READY,
    "acknowledged": "Acknowledged",
    "more-information": "More information asked",
    "closed": "Close the claim",
}
_RECORDED: dict[ClaimState, str] = {
    "ready": "The claim is ready to be sent.",
    "acknowledged": "The payer has the claim.",
    "more-information": "The payer's request is recorded: answer it, then record the sending.",
    "closed": "The claim is closed.",
    "to-bill": "The claim is to be billed.",
}
_ELSEWHERE = ((("paid", "part-paid", "denied"), "Record payment or denial\u2026", "Payment"),)
_APPEALS = (("appealed", "upheld", "overturned"), "Go on with the appeal\u2026", "Appeal")


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at, and where."""

    mark: str
    tone: str
    text: str
    button: str = ""
    section: str = ""


def back_words(state: ClaimState) -> str:
    """What the way back to billing is called in a state."""
    if state == "closed":
        return "Open again"
    return "Not ready yet" if state == "ready" else "Correct and send again"


class OverviewSection(ClaimSection):
    NAME = "Overview"
    KINDS = ("state", "sent", "plan", "assign", "snooze", "note", "report")

    def build(self) -> None:
        self._claim: ClaimRecord | None = None
        self._build_standing()
        self._sending = EntryCard(
            self.presenter,
            "sent",
            "Record sending",
            "Record sending",
            (
                FieldSpec("Sent on", "submission.sent_on", "date", span=3, placeholder="Today, or YYYY-MM-DD"),
                FieldSpec("Channel", "submission.channel", "choice", CHANNELS, span=3),
                FieldSpec(
                    "Sent as",
                    "submission.frequency",
                    "choice",
                    tuple((code, wording.capitalised(told)) for code, told in _FREQUENCIES),
                    span=6,
                    starting="1",
                ),
                FieldSpec("Payer's number of the first claim", "submission.original_claim_number", span=6),
                FieldSpec("Attachment control number", "submission.control_number", span=6),
            ),
            sentence="The sending is recorded.",
            hint="Record what was sent once it has left the practice. A replacement or void names the payer's own "
            "number of the first claim.",
        )
        self.add(self._sending)
        self._build_deadlines()
        self._plan = EntryCard(
            self.presenter,
            "plan",
            "Next action",
            "Save next action",
            (
                FieldSpec("What is to be done", "action", span=9, placeholder="Ring the payer about the claim"),
                FieldSpec("On", "on", "date", span=3),
            ),
            sentence="The next action is saved.",
            hint="Both fields empty: nothing is planned.",
        )
        self.add(self._plan)
        self._build_people()
        self._note = EntryCard(
            self.presenter,
            "note",
            "Note",
            "Add note",
            (FieldSpec("Text of the note", "text", "prose", span=12),),
            sentence="The note is in the history.",
            hint="Notes stay in the history and do not leave the practice.",
        )
        self.add(self._note)

    def _build_standing(self) -> None:
        frame, inner = card()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label("Where it stands", "section-title"))
        self._state = chip()
        head.addWidget(self._state)
        head.addStretch(1)
        inner.addLayout(head)
        self._sentence = label("", wraps=True)
        inner.addWidget(self._sentence)
        amounts = QHBoxLayout()
        amounts.setSpacing(32)
        self._amounts: dict[str, QLabel] = {}
        for name in ("Charged", "Paid", "Open"):
            self._amounts[name] = label("", "section-title")
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(label(name, "field"))
            pair.addWidget(self._amounts[name])
            amounts.addLayout(pair)
        amounts.addStretch(1)
        inner.addLayout(amounts)
        self._flags = Rows(self._flag_row)
        inner.addWidget(self._flags)
        self._outcome = label("", "muted", wraps=True)
        inner.addWidget(self._outcome)
        inner.addWidget(label("What comes next", "card-title"))
        self._step_form = FieldsForm(
            (
                FieldSpec("Day of the step", "on", "date", span=3, placeholder="Today, or YYYY-MM-DD"),
                FieldSpec("Remark on the step", "note", span=9),
            )
        )
        inner.addWidget(self._step_form)
        self._steps = QHBoxLayout()
        self._steps.setSpacing(8)
        self._step_buttons: dict[str, QPushButton] = {}
        self._add_step("Open the checklist", lambda: self.section_wanted.emit("Checklist"))
        for state in ("ready", "acknowledged", "more-information"):
            self._add_step(_STEP_BUTTONS[state], partial(self._step, state), state)
        self._add_step(RECORD_SENDING, self._open_sending, "sent")
        for states, words, section in (*_ELSEWHERE, _APPEALS):
            self._add_step(words, partial(self.section_wanted.emit, section), *states)
        self._add_step("Take back", partial(self._step, "to-bill"), "to-bill")
        self._add_step(_STEP_BUTTONS["closed"], partial(self._step, "closed"), "closed")
        self._steps.addStretch(1)
        inner.addLayout(self._steps)
        self._step_problem = ProblemLine()
        inner.addWidget(self._step_problem)
        self.add(frame)

    def _add_step(self, words: str, deed: Callable[[], None], *_states: str) -> None:
        button = push_button(words, deed)
        self._step_buttons[_states[0] if _states else words] = button
        self._steps.addWidget(button)

    def _build_deadlines(self) -> None:
        frame, inner = card()
        inner.addWidget(label("Deadlines", "section-title"))
        self._deadlines = Rows(
            self._deadline_row,
            empty="Nothing lapses now. Days come from the payer's profile and from what is recorded.",
        )
        inner.addWidget(self._deadlines)
        self.add(frame)

    def _build_people(self) -> None:
        self._assign = EntryCard(
            self.presenter,
            "assign",
            "Who works on it",
            "Assign",
            (FieldSpec("Assigned to", "to", "choice", span=12),),
            sentence="Assigned.",
            hint="Empty: everybody may take it.",
        )
        buttons = _beside(self._assign)
        buttons.insertWidget(1, push_button("Assign to me", self._assign_to_me))
        self._snooze = EntryCard(
            self.presenter,
            "snooze",
            "Snooze",
            "Until that day",
            (FieldSpec("Shown again on", "until", "date", span=12),),
            sentence="Saved.",
            hint="A snoozed claim stays out of the lists until its day.",
        )
        buttons = _beside(self._snooze)
        for place, days in enumerate(SNOOZE_DAYS):
            button = push_button(f"{days} days", partial(self._snooze_for, days))
            button.setAccessibleName(f"Snooze for {days} days")
            buttons.insertWidget(1 + place, button)
        self._wake = push_button("Show now", lambda: self.presenter.record({"kind": "snooze"}, "Shown again."))
        buttons.insertWidget(1 + len(SNOOZE_DAYS), self._wake)
        self.add(side_by_side(self._assign, self._snooze))
        self.cards += [self._assign, self._snooze]

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del history, files
        claim = situation.opened.claim
        self._claim = claim
        self._show_standing(situation)
        self._show_steps(situation)
        self._show_sending(situation)
        self._deadlines.show_values(situation.deadlines)
        self._plan.form.show_stored({"action": claim.next_action, "on": _text(claim.next_action_on)})
        self._assign.form.set_choices("to", tuple((login, login) for login in sorted(logins.values())))
        self._assign.form.show_stored({"to": claim.assigned_to})
        self._snooze.form.show_stored({"until": _text(claim.snoozed_until)})
        self._wake.setVisible(claim.snoozed_until is not None)

    def _show_standing(self, situation: Situation) -> None:
        claim = situation.opened.claim
        shape, tone = STATE_SHAPES[claim.state]
        tell(self._state, f"{shape} {lifecycle.STATE_WORDS[claim.state]}", tone)
        self._sentence.setText(_standing_sentence(claim, self._today()))
        charged, paid = claims.charged_cents(claim), claims.paid_cents(claim)
        # Of a paid or closed claim nothing is open: what was not paid is the contract's or the patient's.
        left = max(0, charged - paid) if claim.state in lifecycle.OPEN else 0
        for name, cents in (("Charged", charged), ("Paid", paid), ("Open", left)):
            self._amounts[name].setText(money.dollars(cents))
        self._flags.show_values(tuple(_flags(situation)))
        self._outcome.setText(f"This payer before: {situation.outcome}." if situation.outcome else "")
        self._outcome.setVisible(bool(situation.outcome))

    def _show_steps(self, situation: Situation) -> None:
        claim = situation.opened.claim
        allowed = set(lifecycle.NEXT[claim.state])
        self._step_buttons["to-bill"].setText(back_words(claim.state))
        self._step_buttons["to-bill"].setAccessibleName(back_words(claim.state))
        is_unsent = claim.state in ("to-bill", "ready")
        offered = {
            "Open the checklist": is_unsent and bool(situation.gaps),
            "paid": bool(allowed & {"paid", "part-paid", "denied"}),
            "appealed": bool(allowed & {"appealed", "upheld", "overturned"}),
        }
        first = ""
        for name, button in self._step_buttons.items():
            is_offered = offered.get(name, name in allowed)
            button.setVisible(is_offered)
            if is_offered and not first and name not in ("to-bill", "closed"):
                first = name
        if claim.state in ("denied", "part-paid", "upheld"):
            first = "appealed"
        elif claim.state == "paid":
            first = "closed"
        elif claim.state == "overturned":
            first = "paid"
        for name, button in self._step_buttons.items():
            kind = "primary" if name == first else ""
            if (button.property("kind") or "") != kind:
                button.setProperty("kind", kind)
                restyle(button)

    def _show_sending(self, situation: Situation) -> None:
        claim = situation.opened.claim
        if "sent" not in lifecycle.NEXT[claim.state]:
            self._sending.setVisible(False)
        elif self._sending.isHidden():  # while it is open, what stands in it is the person's
            answered = claim.remittance
            sending: dict[str, Any] = {"submission.frequency": "7" if answered else "1"}
            if answered and answered.payer_claim_number:
                sending["submission.original_claim_number"] = answered.payer_claim_number
            self._sending.form.show_values(sending)
        number = claim_situation.control_number(claim, situation.opened.profile)
        self._sending.form.propose(
            "submission.control_number", number or "None: this payer wants attachments only when it asks"
        )

    def _flag_row(self, flag: Flag) -> QWidget:
        holder, row = told_row(flag.mark, flag.tone, flag.text)
        if flag.section:
            deed = self._take_newest if flag.section == "report" else partial(self.section_wanted.emit, flag.section)
            row.addWidget(quiet_button(flag.button, flag.button, deed))
        return holder

    def _deadline_row(self, deadline: Deadline) -> QWidget:
        mark, tone = deadline_mark(deadline.days_left)
        return told_row(mark, tone, deadline.text)[0]

    def mark(self, situation: Situation) -> SectionMark | None:
        overdue = sum(one.days_left is not None and one.days_left < 0 for one in situation.deadlines)
        if overdue:
            return SectionMark("blocked", overdue)
        soon = sum(one.days_left is not None and one.days_left <= SOON_DAYS for one in situation.deadlines)
        return SectionMark("open", soon) if soon else None

    # -- what is done ------------------------------------------------------------------------------------------------

    def _step(self, to: ClaimState) -> None:
        document = {**self._step_form.document("state"), "to": to}
        self.presenter.record(document, _RECORDED[to])

    def _open_sending(self) -> None:
        self._sending.problem.say("")
        self._sending.setVisible(True)
        self._sending.form.focus_first()

    def _take_newest(self) -> None:
        self.presenter.record({"kind": "report"}, "The claim rests on the newest signed report.")

    def _assign_to_me(self) -> None:
        login = self.presenter.desk.session.user.login
        self.presenter.record({"kind": "assign", "to": login}, "Assigned to you.")

    def _snooze_for(self, days: int) -> None:
        until = (self._today() + dt.timedelta(days=days)).isoformat()
        self.presenter.record({"kind": "snooze", "until": until}, f"Snoozed for {days} days.")

    def _today(self) -> dt.date:
        return self.presenter.desk.machine.clock.now().date()

    @property
    def holds_text(self) -> bool:
        return super().holds_text or self._step_form.holds_text

    def begin(self) -> None:
        super().begin()
        self._sending.setVisible(False)
        self._step_form.clear()
        self._step_problem.say("")

    def show_problems(self, kind: str, problems: Problems) -> None:
        super().show_problems(kind, problems)
        if kind in ("state", "report"):
            self._step_form.mark(problems)
            self._step_problem.say("\n".join(sentence for _, sentence in problems))

    def show_recorded(self, kind: str, sentence: str) -> None:
        super().show_recorded(kind, sentence)
        if kind == "sent":
            self._sending.setVisible(False)
        if kind in ("state", "report", "sent"):
            self._step_form.clear()
            self._step_problem.say(sentence, "success")

    def focus_first(self) -> None:
        first = next((one for one in self._step_buttons.values() if one.property("kind") == "primary"), None)
        (first or self._step_form).setFocus()


_FREQUENCIES = tuple(claim_history_words.FREQUENCIES.items())


def deadline_mark(days_left: int | None) -> tuple[str, str]:
    """Shape with word, and tone, for how near a day is."""
    if days_left is None:
        return "? Not known", ""
    if days_left < 0:
        return f"{CROSS} Overdue", "danger"
    if days_left == 0:
        return f"{BANG} Today", "warning"
    days = f"{days_left} day{'s' if days_left != 1 else ''}"
    return (f"{BANG} {days}", "warning") if days_left <= SOON_DAYS else (f"{RING} {days}", "")


def _flags(situation: Situation) -> list[Flag]:
    found: list[Flag] = []
    if situation.report_state == "superseded":
        text = "A newer signed report is in the record; the claim still rests on an older one."
        found.append(Flag(f"{BANG} Report", "warning", text, "Take the newest report", "report"))
    if situation.report_state == "altered":
        text = "The signed report is not what was signed. Stop, and find out why."
        found.append(Flag(f"{CROSS} Report", "danger", text))
    if situation.opened.claim.state in ("to-bill", "ready"):
        count = len(situation.gaps)
        gaps = "1 gap of the checklist keeps" if count == 1 else f"{count} gaps of the checklist keep"
        text = f"{gaps} it from being sent."
        found.append(
            Flag(f"{CROSS} Checklist", "danger", text, "Show the gaps", "Checklist")
            if count
            else Flag(f"{CHECK} Checklist", "success", "Nothing that blocks is missing.")
        )
    if situation.mismatches:
        text = " ".join(one.text for one in situation.mismatches)
        found.append(Flag(f"{BANG} Member", "warning", text, "Compare", "Coverage"))
    return found


def _standing_sentence(claim: ClaimRecord, today: dt.date) -> str:
    sent = claim.submission
    if sent is None or sent.sent_on is None:
        return "Not sent yet." if claim.state != "closed" else "Closed without being sent."
    channel = f" by {sent.channel}" if sent.channel else ""
    number = f", attachment control number {sent.control_number}" if sent.control_number else ""
    age = deadlines.age_days(claim, today)
    ago = f", {age} day{'s' if age != 1 else ''} ago" if age is not None else ""
    frequency = "" if sent.frequency == "1" else f" as {claim_history_words.FREQUENCIES[sent.frequency]}"
    return f"Sent{frequency} on {wording.day(sent.sent_on)}{channel}{ago}{number}."


def _text(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _beside(made: EntryCard) -> QHBoxLayout:
    """A row with the card's button, for others beside it."""
    made.inner.removeWidget(made.button)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(made.button)
    row.addStretch(1)
    made.inner.addLayout(row)
    return row
