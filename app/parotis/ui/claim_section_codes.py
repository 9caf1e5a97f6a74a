"""Codes of a claim: the compass, procedures, diagnoses with candidates, payer, subscriber and accident.

All of it is one entry. What is typed stays until it is recorded or taken back, whatever else happens to the claim.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from parotis.domain.case import Claim, Payer, Procedure
from parotis.domain.claims import code_compass, diagnosis_help
from parotis.presentation import claim_codes, claim_history_words
from parotis.presentation.exam_view_contract import SectionMark
from parotis.ui.claim_codes_parts import Compass, DiagnosisList, ProcedureRows
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.claim_parts import BANG, CHECK, CROSS, Rows, quiet_button, tell, told_row
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import ProblemLine, card, chip, label, push_button

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.case import PayerKind
    from parotis.domain.claims.diagnosis_help import Candidate
    from parotis.domain.coding import IcdCode
    from parotis.domain.issue import Issue
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

KINDS = (("dental", "Dental"), ("medical", "Medical"))
_LISTS = ("billing.procedures", "billing.diagnoses")
_PAYER = (
    FieldSpec("Payer", "billing.payer.name", span=5),
    FieldSpec("Payer id", "billing.payer.id", span=3),
    FieldSpec("Kind of plan", "billing.payer.kind", "choice", KINDS, span=4),
    FieldSpec("Prior authorization number (G1)", "billing.prior_authorization", span=6),
    FieldSpec("Predetermination number (G3)", "billing.predetermination", span=6),
)
_SUBSCRIBER = (
    FieldSpec("Subscriber's name", "billing.subscriber.name", span=5),
    FieldSpec("Member number", "billing.subscriber.member_id", span=4),
    FieldSpec("Group", "billing.subscriber.group", span=3),
    FieldSpec(
        "Patient's relationship to the subscriber",
        "billing.subscriber.relationship",
        "choice",
        (("self", "Self"), ("spouse", "Spouse"), ("child", "Child"), ("other", "Other dependent")),
        span=5,
    ),
)
_ACCIDENT = (
    FieldSpec(
        "Accident",
        "billing.accident.kind",
        "choice",
        tuple((value, words.capitalize()) for value, words in claim_history_words.ACCIDENTS.items()),
        span=4,
    ),
    FieldSpec("Day of the accident", "billing.accident.date", "date", span=4),
    FieldSpec("State of the accident", "billing.accident.state", span=4, placeholder="IL"),
)
_OWN_CODE = (FieldSpec("The practice's own medical procedure code", "practice_code", span=6),)


class CodesSection(ClaimSection):
    NAME = "Codes"
    KINDS = ("codes",)

    def build(self) -> None:
        self._situation: Situation | None = None
        self._is_edited = False
        self._compass = Compass()
        self._compass.code_wanted.connect(self._on_code_wanted)
        inner = self._card(
            "Which code is it?", "A few questions; what the record answers is filled in and can be changed."
        )
        inner.addWidget(self._compass)
        inner = self._card("Procedures", "In the order of the claim form. Fees are the practice's full fees.")
        self._procedures = ProcedureRows(self.icons, self._describe_procedure)
        inner.addWidget(self._procedures)
        self._own = FieldsForm(_OWN_CODE)
        inner.addWidget(self._own)
        self._own_problem = label(
            "For a medical payer the practice types the code that it agreed with the payer; none is shipped.",
            "small",
            wraps=True,
        )
        inner.addWidget(self._own_problem)
        inner = self._card(
            "Diagnoses", "The first is the primary one. Signs come first unless the reading is definite."
        )
        self._diagnoses = DiagnosisList(self.icons, self._search, self._describe)
        inner.addWidget(self._diagnoses.widget)
        inner.addWidget(label("What the record could bear", "card-title"))
        self._candidates = Rows(
            self._candidate_row,
            empty="The record leads to no code yet: describe symptoms and findings, or search above.",
        )
        inner.addWidget(self._candidates)
        inner = self._card("What speaks against the codes", "")
        self._issues = Rows(_issue_row, empty=f"{CHECK} Nothing speaks against the codes as they are typed.")
        inner.addWidget(self._issues)
        inner = self._card("Payer on the claim", "")
        self._advice = label("", wraps=True)
        self._advice_notes = label("", "muted", wraps=True)
        inner.addWidget(self._advice)
        inner.addWidget(self._advice_notes)
        self._payer = FieldsForm(_PAYER)
        inner.addWidget(self._payer)
        self._take_payer = push_button("Take name and id from the profile", self._on_take_payer)
        inner.addWidget(_left(self._take_payer))
        inner = self._card("Subscriber", "As the payer has them; compare with the coverage call.")
        self._subscriber = FieldsForm(_SUBSCRIBER)
        inner.addWidget(self._subscriber)
        inner = self._card("Accident", "Only where the study is needed because of one.")
        self._accident = FieldsForm(_ACCIDENT)
        inner.addWidget(self._accident)
        self._forms = (self._own, self._payer, self._subscriber, self._accident)
        self._build_footer()
        for form in self._forms:
            form.edited.connect(self._on_edited)
        self._own.edited.connect(self._judge_own_code)
        self._payer.edited.connect(self._look_at_codes)
        self._procedures.edited.connect(self._on_edited)
        self._procedures.settled.connect(self._look_at_codes)
        self._diagnoses.edited.connect(self._on_diagnoses)

    def _card(self, title: str, hint: str) -> QVBoxLayout:
        frame, inner = card()
        inner.addWidget(label(title, "section-title"))
        if hint:
            inner.addWidget(label(hint, "muted", wraps=True))
        self.add(frame)
        return inner

    def _build_footer(self) -> None:
        self.footer = QFrame()
        self.footer.setProperty("bar", "bottom")
        column = QVBoxLayout(self.footer)
        column.setContentsMargins(24, 8, 24, 8)
        self._problem = ProblemLine()
        column.addWidget(self._problem)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._save = push_button("Save codes", self._on_save, "primary")
        self._discard = push_button("Take changes back", self._on_discard)
        self._saved = chip()
        for widget in (self._save, self._discard, self._saved):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del history, files, logins
        self._situation = situation
        self._compass.show_case(situation.opened.exam.case)
        advice = code_compass.first_payer(
            dataclasses.replace(situation.opened.exam.case, claim=situation.opened.claim.billing)
        )
        self._advice.setText(f"{advice.title}: {advice.reason}")
        self._advice_notes.setText(" ".join(advice.warnings))
        self._take_payer.setVisible(situation.opened.profile is not None)
        if not self._is_edited:
            self._show_stored()
        self._look_at_codes()

    def _show_stored(self) -> None:
        if self._situation is None:
            return
        claim = self._situation.opened.claim
        billing = claim.billing
        self._procedures.show_procedures(billing.procedures)
        self._diagnoses.show(billing.diagnoses)
        values = _values(billing, claim.practice_code)
        for form in self._forms:
            form.show_values(values)
        self._judge_own_code()
        self._set_edited(False)

    def _set_edited(self, is_edited: bool) -> None:
        self._is_edited = is_edited
        tell(
            self._saved,
            f"{BANG} Not saved yet" if is_edited else f"{CHECK} As recorded",
            "warning" if is_edited else "",
        )
        self._discard.setVisible(is_edited)

    def _kind(self) -> PayerKind | None:
        chosen: PayerKind | None = self._payer.values().get("billing.payer.kind")
        return chosen

    def _typed(self, stored: Claim) -> Claim:
        """The billing facts with codes and kind of payer as they are typed; the rest as recorded."""
        procedures = tuple(
            Procedure(
                code=one.get("code"),
                fee=one.get("fee"),
                quantity=one["quantity"] if isinstance(one.get("quantity"), int) else None,
            )
            for one in self._procedures.values()
        )
        kind = self._kind()
        payer = dataclasses.replace(stored.payer, kind=kind) if stored.payer else None
        if payer is None and kind is not None:
            payer = Payer(kind=kind)
        return dataclasses.replace(stored, procedures=procedures, diagnoses=self._diagnoses.codes(), payer=payer)

    def _look_at_codes(self) -> None:
        if self._situation is None:
            return
        typed, kind = self._typed(self._situation.opened.claim.billing), self._kind()
        today = self.presenter.desk.machine.clock.now().date()
        found = claim_codes.issues(self.presenter.desk, self._situation, typed, today)
        self._issues.show_values(found)
        self._compass.show_codes(frozenset(one.code for one in typed.procedures if one.code))
        self._diagnoses.show_kind(kind)
        self._procedures.show_pointers(diagnosis_help.pointers(typed, kind))
        chosen = set(typed.diagnoses)
        self._candidates.show_values(tuple((one, one.code in chosen) for one in self._situation.candidates))

    def _judge_own_code(self) -> None:
        code = self._own.values().get("practice_code")
        problem = code_compass.practice_code_problem(code) if code else None
        self._own.mark((("practice_code", problem),) if problem else ())

    def _candidate_row(self, made: tuple[Candidate, bool]) -> QWidget:
        candidate, is_chosen = made
        detail = " ".join((candidate.reason, *candidate.notes))
        text = f"{candidate.code}  {candidate.label}"
        mark, tone = (f"{CHECK} On the claim", "accent") if is_chosen else (f"Candidate {candidate.rank}", "")
        holder, row = told_row(mark, tone, text, detail=detail, mark_width=136)
        if not is_chosen:
            row.addWidget(quiet_button("Add", f"Add {candidate.code}", partial(self._add_diagnosis, candidate.code)))
        return holder

    def _describe_procedure(self, code: str) -> str:
        found = self.presenter.desk.machine.cdt.lookup(code) if code else None
        return found.meaning if found is not None else ""

    def _search(self, text: str) -> tuple[IcdCode, ...]:
        return self.presenter.desk.machine.icd.search(text, limit=12)

    def _describe(self, code: str) -> str:
        found = self.presenter.desk.machine.icd.lookup(code)
        return (found.label or found.description) if found else "not in the code list of this release"

    # -- what is done ------------------------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        if not self._is_edited:
            self._problem.say("")
            self._set_edited(True)

    def _on_diagnoses(self, _codes: object) -> None:
        self._on_edited()
        self._look_at_codes()

    def _add_diagnosis(self, code: str) -> None:
        self._diagnoses.take(code)

    def _on_code_wanted(self, code: str) -> None:
        self._procedures.put(code)
        self._procedures.focus_first()

    def _on_take_payer(self) -> None:
        profile = self._situation.opened.profile if self._situation else None
        if profile is None:
            return
        values = self._payer.values()
        values["billing.payer.name"], values["billing.payer.kind"] = profile.name, profile.kind
        values["billing.payer.id"] = next(iter(profile.payer_ids), values.get("billing.payer.id"))
        self._payer.show_values(values)
        self._on_edited()
        self._look_at_codes()

    def document(self) -> dict[str, Any]:
        """The entry: all billing facts as they are typed."""
        made: dict[str, Any] = {"kind": "codes", "billing": {}}
        for form in self._forms:
            part = form.document("codes")
            made["billing"].update(part.pop("billing", {}))
            made.update(part)
        if procedures := self._procedures.values():
            made["billing"]["procedures"] = procedures
        if diagnoses := self._diagnoses.codes():
            made["billing"]["diagnoses"] = list(diagnoses)
        return made

    def _on_save(self) -> None:
        self.presenter.record(self.document(), "The codes are recorded.")

    def _on_discard(self) -> None:
        self._problem.say("")
        self._show_stored()
        self._look_at_codes()

    def show_problems(self, kind: str, problems: Problems) -> None:
        told = list(self._procedures.mark(problems, "billing.procedures"))
        for form in self._forms:
            form.mark(problems)
        for path, sentence in problems:
            field = next((name for form in self._forms if (name := form.label_of(path))), "")
            if field:
                told.append(f"{field}: {sentence}")
            elif not path.startswith("billing.procedures"):
                told.append(f"Diagnoses: {sentence}" if path.startswith("billing.diagnoses") else sentence)
        if problems and not told:
            told = ["Not recorded: see the marked procedure."]
        self._problem.say("\n".join(told))

    def show_recorded(self, kind: str, sentence: str) -> None:
        self._set_edited(False)
        self._problem.say(sentence, "success")

    @property
    def holds_text(self) -> bool:
        return self._is_edited

    def begin(self) -> None:
        self._set_edited(False)
        self._problem.say("")
        self._compass.begin()

    def mark(self, situation: Situation) -> SectionMark | None:
        blocking = sum(one.blocks for one in situation.code_issues)
        if blocking:
            return SectionMark("blocked", blocking)
        billing = situation.opened.claim.billing
        if not billing.procedures or not billing.diagnoses:
            return SectionMark("empty")
        return SectionMark("open", len(situation.code_issues)) if situation.code_issues else SectionMark("done")

    def focus_first(self) -> None:
        self._procedures.focus_first()


def _values(billing: Claim, practice_code: str | None) -> dict[str, Any]:
    payer, holder, accident = billing.payer, billing.subscriber, billing.accident
    return {
        "practice_code": practice_code,
        "billing.payer.name": payer.name if payer else None,
        "billing.payer.id": payer.id if payer else None,
        "billing.payer.kind": payer.kind if payer else None,
        "billing.prior_authorization": billing.prior_authorization,
        "billing.predetermination": billing.predetermination,
        "billing.subscriber.name": holder.name if holder else None,
        "billing.subscriber.member_id": holder.member_id if holder else None,
        "billing.subscriber.group": holder.group if holder else None,
        "billing.subscriber.relationship": holder.relationship if holder else None,
        "billing.accident.kind": accident.kind if accident else None,
        "billing.accident.date": accident.date.isoformat() if accident and accident.date else None,
        "billing.accident.state": accident.state if accident else None,
    }


def _issue_row(issue: Issue) -> QWidget:
    mark, tone = (f"{CROSS} Blocks", "danger") if issue.blocks else (f"{BANG} Advises", "warning")
    return told_row(mark, tone, issue.text)[0]


def _left(widget: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return holder
