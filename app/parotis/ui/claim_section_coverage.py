"""Coverage: the payer, the call sheet, the member as the payer has them, and the calls made before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.domain.claims import coverage
from parotis.domain.claims.records import CoverageCall, MemberFacts
from parotis.presentation import claim_history_words
from parotis.presentation.exam_view_contract import SectionMark
from parotis.services import payers
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.claim_parts import BANG, CHECK, CROSS, Rows, Segments, tell, told_row
from parotis.ui.claim_section import ClaimSection, EntryCard
from parotis.ui.controls import chip, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.claims.coverage import Question
    from parotis.domain.claims.payers import PayerProfile
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation
    from parotis.services.desk import Desk

SOURCES = (("phone", "Phone"), ("portal", "Portal"), ("letter", "Letter"))
WORDS = (("yes", "Yes"), ("no", "No"), ("unknown", "Unknown"))
MEMBER = (
    ("family_name", "Family name"),
    ("given_name", "Given name"),
    ("birth_date", "Date of birth"),
    ("member_id", "Member number"),
    ("group", "Group"),
)
DETAILS = {"number": "A whole number", "date": "YYYY-MM-DD", "money": "0.00"}
STUDY_CODE = "D0370"
ANSWER_PX = 260


class CoverageSection(ClaimSection):
    NAME = "Coverage"
    KINDS = ("payer", "coverage-call", "payer-profile")

    def build(self) -> None:
        self._payer = EntryCard(
            self.presenter,
            "payer",
            "Payer",
            "Use this payer",
            (FieldSpec("Payer of this claim", "payer_key", "choice", span=6),),
            sentence="The payer's profile is used from now on.",
        )
        self._facts = label("", "muted", wraps=True)
        self._payer.inner.insertWidget(2, self._facts)
        self.add(self._payer)
        self._call = CallCard(self)
        self.add(self._call)
        self._proposals = EntryCard(
            self.presenter,
            "payer-profile",
            "What the call says of the payer",
            "Take over into the profile",
            (),
            hint="Facts of the payer, not of the member. Taken over, they hold for every claim to this payer.",
        )
        self._proposed = Rows(_proposal_row)
        self._proposals.inner.insertWidget(2, self._proposed)
        self._proposals.button.clicked.disconnect()
        self._proposals.button.clicked.connect(self._take_over)
        self.add(self._proposals)
        self._earlier = EntryCard(self.presenter, "", "Calls made before", "", ())
        self._earlier.button.hide()
        self._calls = Rows(self._earlier_row, empty="No call is recorded yet. Ring the payer with the sheet above.")
        self._earlier.inner.insertWidget(1, self._calls)
        self.column.addWidget(self._earlier)
        self._situation: Situation | None = None

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del history, files, logins
        self._situation = situation
        claim, profile = situation.opened.claim, situation.opened.profile
        self._payer.form.set_choices(
            "payer_key", tuple((one.key or "", f"{one.name} ({one.kind})") for one in situation.payers)
        )
        self._payer.form.show_stored({"payer_key": claim.payer_key})
        self._facts.setText(_payer_sentence(situation))
        self._call.show_claim(situation)
        proposals = coverage.profile_proposals(claim.call, profile) if claim.call and profile else ()
        self._proposals.setVisible(bool(proposals))
        self._proposed.show_values(proposals)
        self._calls.show_values(tuple((call, self._standing(call, profile)) for call in reversed(claim.calls)))

    def _standing(self, call: CoverageCall, profile: PayerProfile | None) -> tuple[str, str]:
        last = coverage.expiry(call, profile)
        if last is None:
            return "? End not known", ""
        if coverage.is_expired(call, profile, self.today()):
            return f"{CROSS} Expired", "danger"
        return f"{CHECK} Valid", "success"

    def _earlier_row(self, made: tuple[CoverageCall, tuple[str, str]]) -> QWidget:
        call, (mark, tone) = made
        parts = [
            wording.moment(call.called_at) if call.called_at else "Time not recorded",
            claim_history_words.SOURCES.get(call.source or "", ""),
            f"representative {call.representative}" if call.representative else "representative not recorded",
            f"reference {call.reference_number}" if call.reference_number else "no reference number",
            f"holds until {wording.day(call.expires_on)}" if call.expires_on else "",
        ]
        from parotis.domain import canonical

        answers = claim_history_words.answer_lines(canonical.object_as_json(call))
        missing = [sentence for _, sentence in coverage.problems_of(call)]
        detail = "\n".join((*answers, *missing, *((f"Note: {call.note}",) if call.note else ())))
        return told_row(mark, tone, " \u00b7 ".join(filter(None, parts)), detail=detail)[0]

    def _take_over(self) -> None:
        situation = self._situation
        if situation is None or situation.opened.claim.call is None or situation.opened.profile is None:
            return
        desk, call, profile = self.presenter.desk, situation.opened.claim.call, situation.opened.profile
        self.presenter.do(
            "payer-profile", lambda _progress: _taken_over(desk, call, profile), "The payer's profile is changed."
        )

    def today(self) -> dt.date:
        """The practice's calendar day."""
        return self.presenter.desk.machine.clock.now().date()

    def focus_first(self) -> None:
        is_known = self._situation is not None and self._situation.opened.profile is not None
        (self._call if is_known else self._payer).form.focus_first()

    def mark(self, situation: Situation) -> SectionMark | None:
        claim = situation.opened.claim
        if situation.mismatches:
            return SectionMark("open", len(situation.mismatches))
        if claim.call is None:
            return SectionMark("empty")
        on = claim.service_date or self.today()
        return SectionMark("open" if coverage.is_expired(claim.call, situation.opened.profile, on) else "done")


def _taken_over(desk: Desk, call: CoverageCall, profile: PayerProfile) -> object:
    changed = coverage.taken_over(profile, *coverage.profile_proposals(call, profile))
    told = f"coverage call, {wording.day(call.called_at.date())}" if call.called_at else "coverage call"
    return payers.save(desk, dataclasses.replace(changed, source=told))


def _proposal_row(proposal: coverage.Proposal) -> QWidget:
    name = wording.capitalised(proposal.field.replace("attachments.", "attachments, ").replace("_", " "))
    now = "not known" if proposal.now in (None, ()) else _shown(proposal.now)
    return told_row(f"{BANG} Differs", "warning", f"{name}: {_shown(proposal.said)} (in the profile: {now})")[0]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _payer_sentence(situation: Situation) -> str:
    profile, payer = situation.opened.profile, situation.opened.claim.billing.payer
    if profile is None:
        named = " The claim names a payer that has no profile." if payer and payer.name else ""
        if not situation.payers:
            return "The practice has no payer profiles yet: add them among the payers, or go on without." + named
        return f"No profile is used: the payer's own rules, times and phone number are not known.{named}"
    parts = [
        f"{(profile.kind or '').capitalize()} plan",
        f"phone {profile.phone}" if profile.phone else "no phone number in the profile",
        f"payer id {', '.join(profile.payer_ids)}" if profile.payer_ids else "",
        f"takes claims by {', '.join(profile.channels)}" if profile.channels else "",
        f"source of these facts: {profile.source}" if profile.source else "",
    ]
    return " \u00b7 ".join(filter(None, parts))


class CallCard(EntryCard):
    """The call sheet: questions with their answers, who answered, and the member compared as one types."""

    def __init__(self, section: CoverageSection) -> None:
        super().__init__(
            section.presenter,
            "coverage-call",
            "Coverage call",
            "Record the call",
            (
                FieldSpec("Called at", "call.called_at", "moment", span=4, placeholder="Now, or YYYY-MM-DD HH:MM"),
                FieldSpec("Asked by", "call.source", "choice", SOURCES, span=4, starting="phone"),
                FieldSpec("Holds until", "call.expires_on", "date", span=4),
                FieldSpec("Representative", "call.representative", span=6, placeholder="Ask for the name"),
                FieldSpec("Reference number", "call.reference_number", span=6, placeholder="Ask for it at the end"),
                FieldSpec("Note on the call", "call.note", "prose", span=12),
            ),
            sentence="The call is recorded.",
            is_primary=True,
            hint="What the payer says is true for the day of the call. Read the questions out; what was not asked "
            "stays open.",
        )
        self._section = section
        self._situation: Situation | None = None
        self._questions: tuple[Question, ...] = ()
        self._answers: dict[str, tuple[Segments | None, QLineEdit]] = {}
        self._is_answered = False
        self._phone = label("", "section-title")
        self.inner.insertWidget(2, self._phone)
        self._sheet = QWidget()
        self._sheet_grid = QVBoxLayout(self._sheet)
        self._sheet_grid.setContentsMargins(0, 0, 0, 0)
        self._sheet_grid.setSpacing(12)
        self.inner.insertWidget(4, label("Questions", "card-title"))
        self.inner.insertWidget(5, self._sheet)
        self.inner.insertWidget(6, label("The member as the payer has them", "card-title"))
        self._member = MemberForm()
        self.inner.insertWidget(7, self._member)
        self.form.edited.connect(self._propose_expiry)
        self._member.form_edited = self._compare

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(self, situation: Situation) -> None:
        """The questions for this payer and study. They are made anew only when nothing is typed into them."""
        self._situation = situation
        profile, payer = situation.opened.profile, situation.opened.claim.billing.payer
        kind = (profile.kind if profile else None) or (payer.kind if payer else None)
        reason = situation.opened.exam.case.rationale.reason
        self._phone.setText(f"Ring {profile.name}: {profile.phone}" if profile and profile.phone else "")
        self._phone.setVisible(bool(self._phone.text()))
        questions = tuple(one for one in coverage.questions(kind, reason, profile) if one.fills is None)
        if questions != self._questions:
            self._ask(questions, situation)
        self._propose_expiry()
        self._compare()

    def _ask(self, questions: tuple[Question, ...], situation: Situation) -> None:
        """Show other questions; answers to those that stay are kept."""
        from parotis.ui.form_editors_base import emptied

        kept = {name: (self._word(name), self._detail(name)) for name in self._answers}
        emptied(self._sheet_grid)
        self._answers = {}
        self._questions = questions
        profile, payer = situation.opened.profile, situation.opened.claim.billing.payer
        name = (profile.name if profile else None) or (payer.name if payer else None) or "the plan"
        code = next((one.code for one in situation.opened.claim.billing.procedures if one.code), STUDY_CODE)
        for number, question in enumerate(questions, start=1):
            self._sheet_grid.addWidget(self._row(number, question, question.said(code, name)))
            word, detail = kept.get(question.id, (None, ""))
            segments, line = self._answers[question.id]
            if segments is not None:
                segments.choose(word)
            line.setText(detail)

    def _row(self, number: int, question: Question, text: str) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(f"{number}. {text}", wraps=True))
        if question.why:
            words.addWidget(label(question.why, "small", wraps=True))
        words.addStretch(1)
        row.addLayout(words, 1)
        answer = QWidget()
        answer.setFixedWidth(ANSWER_PX)
        column = QVBoxLayout(answer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        segments = Segments(WORDS, f"Answer {number}") if question.kind == "yes-no" else None
        if segments is not None:
            segments.edited.connect(self._on_answered)
            column.addWidget(segments)
        line = QLineEdit()
        line.setAccessibleName(f"Answer {number}, what was said")
        line.setAccessibleDescription(text)
        line.setPlaceholderText(DETAILS.get(question.kind, "What was said"))
        line.textEdited.connect(self._on_answered)
        column.addWidget(line)
        column.addStretch(1)
        row.addWidget(answer)
        self._answers[question.id] = (segments, line)
        return holder

    def _on_answered(self, *_said: object) -> None:
        self._is_answered = True

    def _word(self, question: str) -> str | None:
        segments = self._answers[question][0]
        return segments.chosen() if segments is not None else None

    def _detail(self, question: str) -> str:
        return self._answers[question][1].text().strip()

    def _propose_expiry(self) -> None:
        """The day that an empty field stands for, from the payer's profile."""
        profile = self._situation.opened.profile if self._situation else None
        called = self._called_at()
        last = coverage.expiry(CoverageCall(called_at=called), profile) if called else None
        self.form.propose("call.expires_on", f"{last.isoformat()} by the profile" if last else "YYYY-MM-DD")

    def _called_at(self) -> dt.datetime | None:
        typed = self.form.values().get("call.called_at")
        if typed is None:
            return self._section.presenter.desk.machine.clock.now()
        try:
            return dt.datetime.fromisoformat(typed)
        except ValueError:
            return None

    def _compare(self) -> None:
        if self._situation is None:
            return
        situation = self._situation
        billing, case = situation.opened.claim.billing, situation.opened.exam.case
        call = CoverageCall(member=self._member.facts())
        found = {one.field: one.text for one in coverage.mismatches(case, billing, call)}
        holder, patient = billing.subscriber, case.patient
        chart = {
            "family_name": patient.family_name,
            "given_name": patient.given_name,
            "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
            "member_id": holder.member_id if holder else None,
            "group": holder.group if holder else None,
        }
        self._member.show_chart(chart, found)

    # -- what is done ------------------------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        made = super().document()
        call = made.setdefault("call", {})
        called = self._called_at()
        if called is not None:
            call.setdefault("called_at", called.isoformat())
        profile = self._situation.opened.profile if self._situation else None
        last = coverage.expiry(CoverageCall(called_at=called), profile) if called else None
        if last is not None:
            call.setdefault("expires_on", last.isoformat())
        answers = []
        for name in self._answers:
            word, detail = self._word(name), self._detail(name)
            if word or detail:
                answers.append({"question": name, "word": word, "detail": detail or None})
        if answers:
            call["answers"] = answers
        member = self._member.values()
        if member:
            call["member"] = member
        return made

    def show_problems(self, problems: Problems) -> None:
        self._member.mark(problems)
        super().show_problems(problems)

    @property
    def holds_text(self) -> bool:
        return super().holds_text or self._is_answered or bool(self._member.values())

    def show_recorded(self, sentence: str) -> None:
        super().show_recorded(sentence)
        self._clear()

    def begin(self) -> None:
        super().begin()
        self._clear()

    def _clear(self) -> None:
        self._member.clear()
        self._is_answered = False
        for segments, line in self._answers.values():
            if segments is not None:
                segments.choose(None)
            line.clear()


class MemberForm(QWidget):
    """The member as read out, beside what the chart has; differences are told as one types."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for column, head in enumerate(("", "The payer says", "The chart has", "")):
            grid.addWidget(label(head, "field"), 0, column)
        self._forms: dict[str, FieldsForm] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._chart: dict[str, QLabel] = {}
        self._flags: dict[str, QLabel] = {}
        self.form_edited: Any = lambda: None
        for row, (name, words) in enumerate(MEMBER, start=1):
            caption = label(words, "field")
            line = QLineEdit()
            line.setAccessibleName(f"{words} as the payer has it")
            line.setPlaceholderText("YYYY-MM-DD" if name == "birth_date" else "")
            line.textEdited.connect(lambda _text: self.form_edited())
            caption.setBuddy(line)
            self._lines[name], self._chart[name], self._flags[name] = line, label("", wraps=True), chip()
            for column, widget in enumerate((caption, line, self._chart[name], self._flags[name])):
                grid.addWidget(widget, row, column)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 3)
        grid.setColumnMinimumWidth(3, 150)

    def values(self) -> dict[str, Any]:
        """What is typed, without what is empty."""
        return {name: text for name, line in self._lines.items() if (text := line.text().strip())}

    def facts(self) -> MemberFacts:
        """What is typed; a date that is none counts as empty here and is told when it is recorded."""
        values = self.values()
        try:
            born = dt.date.fromisoformat(values.pop("birth_date", ""))
        except ValueError:
            born = None
        return MemberFacts(birth_date=born, **values)

    def show_chart(self, chart: Mapping[str, str | None], found: Mapping[str, str]) -> None:
        """What the chart has, and where the payer has it differently."""
        typed = self.values()
        for name, line in self._lines.items():
            self._chart[name].setText(chart[name] or "not recorded")
            if name in found:
                tell(self._flags[name], f"{BANG} Differs", "warning")
            elif name in typed:
                tell(self._flags[name], f"{CHECK} Same", "success")
            else:
                tell(self._flags[name], "Not asked")
            self._flags[name].setToolTip(found.get(name, ""))
            line.setAccessibleDescription(found.get(name, ""))

    def mark(self, problems: Problems) -> None:
        """Mark what cannot be read."""
        from parotis.ui.theme import restyle

        wrong = {path.removeprefix("call.member."): text for path, text in problems}
        for name, line in self._lines.items():
            line.setProperty("invalid", name in wrong)
            line.setAccessibleDescription(wrong.get(name, ""))
            restyle(line)

    def clear(self) -> None:
        """Begin anew."""
        for line in self._lines.values():
            line.clear()
        self.form_edited()
