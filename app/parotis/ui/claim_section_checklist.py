"""The checklist of a claim: by group, told by shape and word; ticks, reasons for an override, the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.domain.claims import checklist
from parotis.forms.values import cleaned
from parotis.presentation.exam_view_contract import SectionMark
from parotis.ui.claim_parts import BANG, CHECK, CROSS, OVER, RING, tell, top
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import NamedField, ProblemLine, card, chip, label, push_button

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QFrame

    from parotis.domain.claims.checklist import Group, Item
    from parotis.domain.claims.records import ClaimRecord, Override, Tick
    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

MARK_PX, NAME_PX = 116, 248
PARTS = {
    "claim": "Codes",
    "calls": "Coverage",
    "payer_key": "Coverage",
    "authorizations": "Authorization",
    "edits": "Narrative",
    "document_id": "Overview",
}
"""The part of the claim in which a path is filled; every other path is a field of the exam."""


def part_of(path: str) -> str | None:
    """The part of the claim that a path belongs to; None for a field of the exam."""
    return PARTS.get(path.partition(".")[0].partition("[")[0])


def item_mark(item: Item) -> tuple[str, str]:
    """Shape with word, and tone."""
    if item.how == "override":
        return f"{OVER} Gone over", "warning"
    if item.is_met:
        return f"{CHECK} Met", "success"
    if item.how == "person":
        return f"{RING} To tick", ""
    return (f"{CROSS} Missing", "danger") if item.is_blocking else (f"{BANG} Advised", "warning")


class ChecklistSection(ClaimSection):
    NAME = "Checklist"
    KINDS = ("tick", "override")

    def build(self) -> None:
        self._rows: dict[str, ItemRow] = {}
        self._recording = ""
        frame, inner = card()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label("Before the claim is sent", "section-title"))
        self._count = chip()
        head.addWidget(self._count)
        head.addStretch(1)
        inner.addLayout(head)
        inner.addWidget(
            label(
                "Most items tick themselves from the record. What is missing and blocks keeps it from being sent; "
                "some gaps may be gone over with a reason, which stays in the history.",
                "muted",
                wraps=True,
            )
        )
        self._problem = ProblemLine()
        inner.addWidget(self._problem)
        self.add(frame)
        self._groups: dict[Group, tuple[QFrame, QVBoxLayout]] = {}
        for group, words in checklist.GROUP_LABELS.items():
            frame, inner = card()
            inner.setSpacing(0)
            inner.addWidget(label(words, "section-title"))
            inner.addSpacing(8)
            self._groups[group] = (frame, inner)
            self.add(frame)

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del history, files
        claim = situation.opened.claim
        kept = {item.id for item in situation.items}
        for name in [name for name in self._rows if name not in kept]:
            gone = self._rows.pop(name)
            gone.hide()
            gone.deleteLater()
        for item in situation.items:
            row = self._rows.get(item.id)
            if row is None:
                row = ItemRow(self, item)
                self._rows[item.id] = row
                self._groups[item.group][1].addWidget(row)
            row.show_item(item, _said(claim, item, logins))
        for group, (frame, _) in self._groups.items():
            frame.setVisible(any(item.group == group for item in situation.items))
        count = len(situation.gaps)
        if count:
            tell(self._count, f"{CROSS} {count} to settle", "danger")
        else:
            tell(self._count, f"{CHECK} Nothing blocks", "success")

    def mark(self, situation: Situation) -> SectionMark | None:
        if situation.gaps:
            return SectionMark("blocked", len(situation.gaps))
        open_count = sum(not item.is_met and item.how != "override" for item in situation.items)
        return SectionMark("open", open_count) if open_count else SectionMark("done")

    def go(self, path: str) -> None:
        """To the field that fills an item."""
        part = part_of(path)
        if part is not None:
            self.section_wanted.emit(part)
        else:
            self.exam_path_wanted.emit(path)

    def tick(self, item: str, is_done: bool) -> None:
        """A person says that an item is done, or not."""
        self._recording = item
        document = {"kind": "tick", "item": item, "is_done": is_done}
        self.presenter.record(document, "The tick is recorded." if is_done else "The tick is taken back.")

    def go_over(self, gap: str, reason: str) -> None:
        """A person decides to go over a gap."""
        self._recording = gap
        self.presenter.record({"kind": "override", "gap": gap, "reason": reason}, "The reason is recorded.")

    def show_problems(self, kind: str, problems: Problems) -> None:
        row = self._rows.get(self._recording)
        text = "\n".join(sentence for _, sentence in problems)
        if kind == "override" and row is not None:
            row.show_problem(text)
            return
        self._problem.say(text)
        if problems and row is not None:
            row.show_tick()

    def show_recorded(self, kind: str, sentence: str) -> None:
        row = self._rows.get(self._recording)
        if kind == "override" and row is not None:
            row.close_reason()
        self._problem.say(sentence, "success")

    @property
    def holds_text(self) -> bool:
        return any(row.holds_text for row in self._rows.values())

    def begin(self) -> None:
        self._problem.say("")
        for row in self._rows.values():
            row.close_reason()

    def focus_first(self) -> None:
        first = next((row for row in self._rows.values() if row.is_gap), None)
        for row in [first] if first is not None else []:
            if row.focus_first():
                return
        self.focus_page()


def _said(claim: ClaimRecord, item: Item, logins: Mapping[str, str]) -> str:
    """Who ticked an item or went over it, when and why."""
    tick = next((one for one in claim.ticks if one.item == item.id), None) if item.how == "person" else None
    over = next((one for one in claim.overrides if one.gap == item.id), None) if item.how == "override" else None
    if over is not None:
        return f"{_by(over, logins, 'Gone over')}. Reason: {over.reason}"
    if tick is not None:
        return f"{_by(tick, logins, 'Ticked')}{f'. {tick.note}' if tick.note else ''}"
    return ""


def _by(said: Tick | Override, logins: Mapping[str, str], deed: str) -> str:
    who = f" by {logins.get(said.by, 'a former account')}" if said.by else ""
    when = f", {wording.moment(said.at.astimezone())}" if said.at else ""
    return f"{deed}{who}{when}"


class ItemRow(QWidget):
    """One item. It stays while the claim is shown, so that a reason being typed is not lost."""

    def __init__(self, section: ChecklistSection, item: Item) -> None:
        super().__init__()
        self._section, self._item = section, item
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        self._mark = chip()
        row.addWidget(top(self._mark, width=MARK_PX, above=7))
        words = QVBoxLayout()
        words.setContentsMargins(0, 8, 0, 8)
        words.setSpacing(2)
        self._name = label(item.label, "card-title", wraps=True)
        self._tick: QCheckBox | None = None
        if item.how == "person":
            self._tick = QCheckBox(item.label)
            self._tick.setAccessibleName(item.label)
            self._tick.clicked.connect(self._on_tick)
        row.addWidget(top(self._tick or self._name, width=NAME_PX, above=0 if self._tick else 8))
        self._text = label("", "muted", wraps=True)
        self._said = label("", "small", wraps=True)
        words.addWidget(self._text)
        words.addWidget(self._said)
        words.addStretch(1)
        row.addLayout(words, 1)
        self._go = push_button("", self._on_go, "quiet")
        self._over = push_button("Override\u2026", self._open_reason, "quiet")
        deeds = QVBoxLayout()
        deeds.setSpacing(0)
        for button in (self._go, self._over):
            deeds.addWidget(button)
        deeds.addStretch(1)
        row.addLayout(deeds)
        outer.addLayout(row)
        self._reason_box = QWidget()
        reason = QHBoxLayout(self._reason_box)
        reason.setContentsMargins(MARK_PX + 12, 0, 0, 8)
        reason.setSpacing(8)
        self._reason = QLineEdit()
        self._field = NamedField("Reason for going over this gap", self._reason)
        self._reason.returnPressed.connect(self._on_reason)
        reason.addWidget(self._field, 1)
        self._record = push_button("Record reason", self._on_reason)
        self._cancel = push_button("Cancel", self.close_reason, "quiet")
        for button in (self._record, self._cancel):
            reason.addWidget(top(button, above=21))
        self._reason_box.hide()
        outer.addWidget(self._reason_box)

    @property
    def is_gap(self) -> bool:
        """Whether it keeps the claim from being sent."""
        return self._item.is_blocking and not self._item.is_met and self._item.how != "override"

    def show_item(self, item: Item, said: str) -> None:
        """How it stands now."""
        self._item = item
        mark, tone = item_mark(item)
        tell(self._mark, mark, tone)
        self._name.setText(item.label)
        self._text.setText(item.text.removeprefix("Gone over with a reason: "))
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self.setAccessibleName(f"{item.label}: {mark}")
        if self._tick is not None:
            self._tick.setChecked(item.is_met)
        path = item.path if not item.is_met else None
        part = part_of(path) if path else None
        self._go.setVisible(path is not None)
        self._go.setText(f"Open {part or 'exam'}")
        self._go.setAccessibleName(f"Open {part or 'exam'}: {item.label}, {item.id}")
        is_open = self.is_gap and item.is_overridable
        self._over.setVisible(is_open)
        for button, word in ((self._over, "Override"), (self._record, "Record reason"), (self._cancel, "Cancel")):
            button.setAccessibleName(f"{word}: {item.label}, {item.id}")
        self._reason.setAccessibleName(f"Reason for going over: {item.label}, {item.id}")
        if not is_open:
            self._reason_box.hide()

    @property
    def holds_text(self) -> bool:
        """Whether a reason is typed that is not recorded."""
        return bool(self._reason.text().strip())

    def show_tick(self) -> None:
        """The tick as recorded, after one that was not."""
        if self._tick is not None:
            self._tick.setChecked(self._item.is_met)

    def show_problem(self, text: str) -> None:
        """What keeps the reason from being recorded."""
        self._field.mark(text)

    def close_reason(self) -> None:
        """Put the field for the reason away."""
        self._reason.clear()
        self._field.mark("")
        self._reason_box.hide()

    def focus_first(self) -> bool:
        """Put the focus on what can be done about it; whether there is anything."""
        for button in (self._go, self._over):
            if not button.isHidden():
                button.setFocus()
                return True
        return False

    def _on_tick(self, is_done: bool) -> None:
        self._section.tick(self._item.id, is_done)

    def _on_go(self) -> None:
        if self._item.path:
            self._section.go(self._item.path)

    def _open_reason(self) -> None:
        self._reason_box.show()
        self._reason.setFocus()

    def _on_reason(self) -> None:
        reason = cleaned(self._reason.text()).strip()
        if reason:
            self._section.go_over(self._item.id, reason)
        else:
            self._field.mark("Write why the claim may be sent all the same.")
