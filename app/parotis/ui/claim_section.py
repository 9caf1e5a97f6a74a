"""What every section of a claim shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from parotis.ui.claim_fields import FieldsForm
from parotis.ui.controls import ProblemLine, card, label, push_button

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QPushButton

    from parotis.presentation.claim_presenter import ClaimPresenter, Problems
    from parotis.presentation.exam_view_contract import SectionMark
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation
    from parotis.ui.claim_fields import FieldSpec
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme


class EntryCard(QFrame):
    """A form for one kind of entry with its button and its line for what went wrong or was recorded."""

    def __init__(
        self,
        presenter: ClaimPresenter,
        kind: str,
        title: str,
        button: str,
        specs: tuple[FieldSpec, ...],
        *,
        sentence: str = "Recorded.",
        is_primary: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__()
        self.kind = kind
        self._presenter, self._sentence = presenter, sentence
        frame, inner = card()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.inner = inner
        inner.addWidget(label(title, "section-title"))
        if hint:
            inner.addWidget(label(hint, "muted", wraps=True))
        self.form = FieldsForm(specs, title)
        inner.addWidget(self.form)
        self.problem = ProblemLine()
        inner.addWidget(self.problem)
        self.button: QPushButton = push_button(button, self.record, "primary" if is_primary else "")
        inner.addWidget(self.button)
        self.button.setSizePolicy(self.button.sizePolicy().Policy.Maximum, self.button.sizePolicy().Policy.Fixed)

    def document(self) -> dict[str, Any]:
        """The entry as JSON values; what the form cannot know is added here by whoever extends it."""
        return self.form.document(self.kind)

    def record(self) -> None:
        """Hand the entry over."""
        self._presenter.record(self.document(), self._sentence)

    @property
    def holds_text(self) -> bool:
        """Whether something is typed that is not recorded."""
        return self.form.holds_text

    def show_problems(self, problems: Problems) -> None:
        """Mark fields; what belongs to none is told in the line."""
        self.form.mark(problems)
        self.problem.say("\n".join(self._told(path, sentence) for path, sentence in problems))

    def _told(self, path: str, sentence: str) -> str:
        """The sentence whole, because the room below a field may be narrow."""
        field = self.form.label_of(path)
        return f"{field}: {sentence}" if field else sentence

    def show_recorded(self, sentence: str) -> None:
        """Tell that the entry is in the record, and begin anew."""
        self.form.clear()
        self.problem.say(sentence, "success")

    def begin(self) -> None:
        """Another claim is shown: nothing of the one before stays."""
        self.form.clear()
        self.problem.say("")


class ClaimSection(QWidget):
    """One part of the work on a claim. ``KINDS`` are the entries whose problems are shown here.

    ``footer``, which ``build`` may make, stays below the part while it scrolls.

    Signals:
        exam_path_wanted: a field of the exam that a text comes from.
        section_wanted: the name of another part, where the work goes on.
        letter_wanted: the letter to show, a ``claim_letters.What``.
        entry_wanted: the kind of an entry that another part has the form for, and values for it by path.
    """

    NAME: ClassVar[str] = ""
    KINDS: ClassVar[tuple[str, ...]] = ()

    exam_path_wanted = Signal(str)
    section_wanted = Signal(str)
    letter_wanted = Signal(str)
    entry_wanted = Signal(str, object)

    def __init__(self, presenter: ClaimPresenter, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.presenter, self.theme, self.icons = presenter, theme, icons
        self.setAccessibleName(self.NAME)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        self.cards: list[EntryCard] = []
        self.footer: QWidget | None = None
        self.build()
        self.column.addStretch(1)

    def build(self) -> None:
        """Make the widgets, once."""
        raise NotImplementedError

    def add(self, widget: QWidget) -> None:
        """Put a widget below the others; an ``EntryCard`` also hears what becomes of its entries."""
        self.column.addWidget(widget)
        if isinstance(widget, EntryCard):
            self.cards.append(widget)

    def begin(self) -> None:
        """Another claim will be shown: what was typed for the one before goes."""
        for made in self.cards:
            made.begin()

    @property
    def holds_text(self) -> bool:
        """Whether something is typed here that is not recorded, and would go with another claim."""
        return any(made.holds_text for made in self.cards)

    def mark(self, situation: Situation) -> SectionMark | None:
        """What the outline says about this part; None says nothing."""
        del situation
        return None

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        """Show what is known of the claim."""
        raise NotImplementedError

    def show_problems(self, kind: str, problems: Problems) -> None:
        """What keeps an entry of a kind from being recorded."""
        for made in self.cards:
            if made.kind == kind:
                made.show_problems(problems)

    def show_recorded(self, kind: str, sentence: str) -> None:
        """An entry of a kind is in the record."""
        for made in self.cards:
            if made.kind == kind:
                made.show_recorded(sentence)

    def focus_first(self) -> None:
        """Put the focus where the work of this section begins."""
        if self.cards:
            self.cards[0].form.focus_first()
        else:
            self.focus_page()

    def focus_page(self) -> None:
        """Put the focus on the page, at its top, where the arrow keys scroll it."""
        owner = self.parentWidget()
        while owner is not None and not isinstance(owner, QScrollArea):
            owner = owner.parentWidget()
        if owner is not None:
            owner.setFocus()
            owner.verticalScrollBar().setValue(0)
