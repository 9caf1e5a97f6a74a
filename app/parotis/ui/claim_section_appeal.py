"""The appeal: drafted from the evidence, seen as a letter while it is typed, signed, sent and decided."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from parotis.presentation import claim_payment_presenter as payment
from parotis.presentation import messages
from parotis.presentation.claim_appeal_presenter import CAN_APPEAL, KIND, AppealPresenter, AppealSigningPresenter
from parotis.presentation.exam_view_contract import SectionMark
from parotis.ui.appeal_signing_dialog import AppealSigningDialog
from parotis.ui.claim_fields import FieldsForm, FieldSpec
from parotis.ui.claim_section import ClaimSection, EntryCard
from parotis.ui.controls import NamedField, ProblemLine, card, label, push_button, tall
from parotis.ui.form_editors_base import emptied
from parotis.ui.letter_dialog import choose_target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_appeal_presenter import Draft, Standing, Written
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

FORM = "Appeal"
SPECS = (
    FieldSpec("Last day for the appeal", "appeal.deadline", "date", span=4),
    FieldSpec("Addressed to, one line each", "appeal.addressed_to", "lines", span=8),
    FieldSpec("Wording of the plan, as the plan or the notice has it", "appeal.plan_clause", "prose", span=12),
)
SENT_SPECS = (
    FieldSpec("Sent on", "on", "date", span=4),
    FieldSpec("How it was sent", "how", span=8, placeholder="such as certified mail, fax, portal"),
)
DECIDED_SPECS = (
    FieldSpec("Decided on", "on", "date", span=4),
    FieldSpec(
        "Outcome",
        "outcome",
        "choice",
        (("overturned", "Overturned: the payer pays"), ("upheld", "Upheld: the denial stands")),
        span=8,
    ),
    FieldSpec("What the payer said", "note", span=12),
)
ANSWER_PX, PREVIEW_PX = 168, 420
FILE_NAME = "appeal-with-exhibits.pdf"


class AppealSection(ClaimSection):
    """Fulfils ``AppealView``."""

    NAME = "Appeal"
    KINDS = (KIND, "appeal-sent", "appeal-decided")

    def build(self) -> None:
        self._appeal = AppealPresenter(self, self.presenter)
        self._answers: dict[str, QPlainTextEdit] = {}
        self._exhibit_lines: tuple[str, ...] = ()
        self._standing: Standing | None = None
        self._is_changed = self._is_typed = False
        head, inner = card()
        inner.addWidget(label("Appeal", "section-title"))
        self._sentence = label("", wraps=True)
        inner.addWidget(self._sentence)
        self._to_payment = push_button("Go to Payment", partial(self.section_wanted.emit, "Payment"))
        inner.addWidget(self._to_payment, 0, Qt.AlignmentFlag.AlignLeft)
        self._signed_row = QWidget()
        row = QHBoxLayout(self._signed_row)
        row.setContentsMargins(0, 0, 0, 0)
        self._save_file = push_button("Save signed package\u2026", self._on_save_file)
        row.addWidget(self._save_file)
        row.addStretch(1)
        inner.addWidget(self._signed_row)
        self._problem = ProblemLine()
        inner.addWidget(self._problem)
        self.add(head)
        self._draft_cards = (self._draft_card(), self._letter_card())
        for made in self._draft_cards:
            self.add(made)
        self._sent = EntryCard(
            self.presenter,
            "appeal-sent",
            "Record as sent",
            "Record as sent",
            SENT_SPECS,
            sentence="The appeal is sent.",
        )
        self._decided = EntryCard(
            self.presenter, "appeal-decided", "Record decision", "Record decision", DECIDED_SPECS,
            sentence="The decision is recorded.",
        )  # fmt: skip
        self.add(self._sent)
        self.add(self._decided)

    def _draft_card(self) -> QWidget:
        frame, inner = card()
        self._title = label("Draft", "section-title")
        inner.addWidget(self._title)
        self.form = FieldsForm(SPECS, FORM)
        inner.addWidget(self.form)
        self._points = QVBoxLayout()
        self._points.setSpacing(8)
        inner.addLayout(self._points)
        self._draft_problem = ProblemLine()
        inner.addWidget(self._draft_problem)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._save = push_button("Save draft", self._on_save, "primary")
        self._sign = push_button("Sign package\u2026", self._on_sign)
        self._sign_hint = label("", "small", wraps=True)
        row.addWidget(self._save)
        row.addWidget(self._sign)
        row.addWidget(self._sign_hint, 1)
        inner.addLayout(row)
        self.form.edited.connect(self._on_edited)
        return frame

    def _letter_card(self) -> QWidget:
        frame, inner = card()
        inner.addWidget(label("The letter as it will be", "section-title"))
        self._letter = QPlainTextEdit()
        self._letter.setReadOnly(True)
        self._letter.setTabChangesFocus(True)
        self._letter.setProperty("preview", True)
        self._letter.setAccessibleName("Text of the letter")
        inner.addWidget(tall(self._letter, PREVIEW_PX))
        inner.addWidget(label("Exhibits", "card-title"))
        self._exhibits = label("", wraps=True)
        self._exhibits.setAccessibleName("Exhibits")
        inner.addWidget(self._exhibits)
        return frame

    # -- what the person does ----------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Put the focus where the work is."""
        standing = self._standing
        if standing is not None and standing.can_draft:
            self.form.focus_first()
        elif standing is not None and standing.can_decide:
            self._decided.form.focus_first()
        else:
            self._to_payment.setFocus()

    def typed(self) -> dict[str, Any]:
        """The draft as typed, as JSON values."""
        made: dict[str, Any] = self.form.document(KIND).get("appeal", {})
        made["points"] = [
            {"reason": reason, "answer": editor.toPlainText().strip()} for reason, editor in self._answers.items()
        ]
        return made

    def _on_edited(self) -> None:
        self._is_changed = self._is_typed = True
        self._show_can_sign()
        self._appeal.edit(self.typed())

    def _on_save(self) -> None:
        self._appeal.save(self.typed())

    def _on_sign(self) -> None:
        dialog = AppealSigningDialog(self.window(), self._exhibit_lines)
        presenter = AppealSigningPresenter(dialog, self.presenter, self.presenter.reload)
        dialog.attach(presenter)
        dialog.open()
        presenter.start()

    def _on_save_file(self) -> None:
        choose_target(self, FILE_NAME, self.save_signed)

    def save_signed(self, path: Path) -> None:
        """Save the signed package at a path."""
        if self._standing is not None and self._standing.signed_sha256 is not None:
            payment.save_kept(
                self.presenter,
                self._standing.signed_sha256,
                path,
                lambda: self._problem.say(payment.SAVED, "success"),
                self._on_not_saved,
            )

    def _on_not_saved(self, error: ParotisError) -> None:
        self._problem.say(messages.text_of(error))

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        self._appeal.show(situation)

    @property
    def holds_text(self) -> bool:
        return super().holds_text or self._is_typed

    def begin(self) -> None:
        super().begin()
        self._appeal.forget()
        self._is_changed = self._is_typed = False
        for line in (self._problem, self._draft_problem):
            line.say("")

    def mark(self, situation: Situation) -> SectionMark | None:
        last = situation.opened.claim.appeal
        if situation.opened.claim.state in CAN_APPEAL:
            return SectionMark("open")
        if last is None:
            return SectionMark("empty")
        return SectionMark("open" if last.decided_on is None else "done")

    def show_standing(self, standing: Standing) -> None:
        self._standing = standing
        self._sentence.setText(standing.sentence)
        is_idle = not (standing.can_draft or standing.can_decide)
        self._to_payment.setVisible(is_idle)
        self._signed_row.setVisible(standing.signed_sha256 is not None)
        for made in self._draft_cards:
            made.setVisible(standing.can_draft)
        self._sent.setVisible(standing.can_send)
        self._decided.setVisible(standing.can_decide)
        self._show_can_sign()

    def _show_can_sign(self) -> None:
        standing = self._standing
        if standing is None:
            return
        self._sign.setEnabled(standing.can_sign and not self._is_changed)
        if standing.can_sign and not self._is_changed:
            self._sign_hint.setText("Signs what was saved.")
        elif standing.can_send and not standing.can_sign:
            self._sign_hint.setText("A dentist signs the package.")
        else:
            self._sign_hint.setText("Save the draft first; what is signed is the saved draft.")

    def show_draft(self, draft: Draft) -> None:
        self._title.setText(f"Draft, level {draft.level}")
        self.form.show_values(
            {
                "appeal.deadline": draft.deadline,
                "appeal.addressed_to": list(draft.addressed_to),
                "appeal.plan_clause": draft.plan_clause,
            }
        )
        emptied(self._points)
        self._answers = {}
        for point in draft.points:
            editor = QPlainTextEdit()
            editor.setTabChangesFocus(True)
            editor.setPlainText(point.answer)
            editor.setFixedHeight(ANSWER_PX)
            named = NamedField(f"Answer to {point.reason}", editor, keeps_room=False)
            editor.textChanged.connect(self._on_edited)
            self._answers[point.reason] = editor
            for widget in (label(point.title, "card-title", wraps=True), named, label(point.sources_words, "small")):
                if hasattr(widget, "setWordWrap"):
                    widget.setWordWrap(True)
                self._points.addWidget(widget)
        self._is_changed, self._is_typed = not draft.is_saved, False
        self._show_can_sign()

    def show_written(self, written: Written) -> None:
        bar = self._letter.verticalScrollBar()
        place = bar.value()
        self._letter.setPlainText(written.text)
        bar.setValue(place)
        self._exhibit_lines = written.exhibits
        self._exhibits.setText("\n".join(written.exhibits))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def show_problems(self, kind: str, problems: Problems) -> None:
        if kind != KIND:
            super().show_problems(kind, problems)
            return
        homeless = self.form.mark(problems)
        if problems and not homeless:
            homeless = ("Not saved: see the marked fields.",)
        self._draft_problem.say("\n".join(homeless))

    def show_recorded(self, kind: str, sentence: str) -> None:
        if kind != KIND:
            super().show_recorded(kind, sentence)
            return
        self._is_changed = self._is_typed = False
        self._draft_problem.say(sentence, "success")
        self._show_can_sign()
