"""One claim: who, how it stands, and a section for each part of the work. It forwards and shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from parotis.domain import wording
from parotis.domain.claims import lifecycle, money
from parotis.services import claims
from parotis.ui.claim_parts import STATE_SHAPES
from parotis.ui.claim_section_appeal import AppealSection
from parotis.ui.claim_section_authorization import AuthorizationSection
from parotis.ui.claim_section_checklist import ChecklistSection
from parotis.ui.claim_section_codes import CodesSection
from parotis.ui.claim_section_coverage import CoverageSection
from parotis.ui.claim_section_history import HistorySection
from parotis.ui.claim_section_narrative import NarrativeSection
from parotis.ui.claim_section_overview import OverviewSection
from parotis.ui.claim_section_pack import PackSection
from parotis.ui.claim_section_patient_paper import PatientPaperSection
from parotis.ui.claim_section_payment import PaymentSection
from parotis.ui.controls import chip, label, page, push_button
from parotis.ui.letter_dialog import open_letter
from parotis.ui.outline import STATE_ROLE, WIDTH_PX, StateDelegate, mark_words
from parotis.ui.reading_order import ReadingOrder
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.presentation.claim_presenter import ClaimPresenter, Problems
    from parotis.presentation.exam_view_contract import SectionMark
    from parotis.services.claim_letters import What
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation
    from parotis.ui.claim_section import ClaimSection
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

SECTIONS: tuple[type[ClaimSection], ...] = (
    OverviewSection,
    CoverageSection,
    AuthorizationSection,
    CodesSection,
    NarrativeSection,
    ChecklistSection,
    PackSection,
    PaymentSection,
    AppealSection,
    PatientPaperSection,
    HistorySection,
)
"""In the order in which a claim is worked on."""

SECTION_PX = 880
IN_SIGHT_PX = 120
NUMBERED = 10
"""How many parts have a number key."""


class ClaimView(QWidget):
    """Fulfils ``ClaimViewContract``.

    Signals:
        closed: the person goes back to the claims.
        exam_wanted: the id of the exam to open.
        exam_path_wanted: the id of the exam to open, and the field to go to.
    """

    closed = Signal()
    exam_wanted = Signal(str)
    exam_path_wanted = Signal(str, str)

    def __init__(self, presenter: ClaimPresenter, theme: Theme, icons: Icons) -> None:
        super().__init__()
        page(self)
        self._presenter = presenter
        self._exam_id = self._claim_id = ""
        self._back = push_button("Claims", self.closed.emit, "quiet")
        icons.bind(self._back, "chevron-left", "muted")
        self._name = label("", "section-title")
        self._facts = label("", "muted")
        self._state = chip()
        self._money = label("", "muted")
        self._open_exam = push_button("Open exam", lambda: self.exam_wanted.emit(self._exam_id))
        self._outline = QListWidget()
        self._outline.setProperty("outline", True)
        self._outline.setAccessibleName("Parts of the claim")
        self._outline.setFixedWidth(WIDTH_PX)
        self._outline.setItemDelegate(StateDelegate(theme, self._outline))
        theme.changed.connect(self._outline.viewport().update)
        self._outline.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        self._sections: dict[str, ClaimSection] = {}
        for made in SECTIONS:
            section = made(presenter, theme, icons)
            self._sections[section.NAME] = section
            section.exam_path_wanted.connect(self._on_exam_path)
            section.section_wanted.connect(self.open_section)
            section.letter_wanted.connect(self._on_letter)
            section.entry_wanted.connect(self.begin_entry)
            self._outline.addItem(section.NAME)
            self._stack.addWidget(_scrolled(section))
        self._orders = tuple(
            ReadingOrder(self._outline, one, *((one.footer,) if one.footer is not None else ()))
            for one in self._sections.values()
        )
        self._lay_out()
        self._outline.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._outline.setCurrentRow(0)
        for number, name in enumerate(self._sections, start=1):
            keys = QKeySequence(f"Ctrl+{number % 10}")
            shortcut = QShortcut(keys, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.open_section, name))
            if number == NUMBERED:
                break
        presenter.attach(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = QFrame()
        bar.setProperty("bar", "top")
        head = QHBoxLayout(bar)
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(16)
        for widget in (self._back, self._name, self._facts):
            head.addWidget(widget)
        head.addStretch(1)
        for widget in (self._money, self._state, self._open_exam):
            head.addWidget(widget)
        layout.addWidget(bar)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        rim = QFrame()
        rim.setProperty("bar", "outline")
        rim_layout = QVBoxLayout(rim)
        rim_layout.setContentsMargins(0, 8, 0, 0)
        rim_layout.addWidget(self._outline)
        middle.addWidget(rim)
        middle.addWidget(self._stack, 1)
        layout.addLayout(middle, 1)

    def open_section(self, name: str) -> None:
        """Bring a section to the front and put the focus into it."""
        if name not in self._sections:
            return
        self._outline.setFocus()  # else the page would scroll to wherever Qt puts the focus meanwhile
        self._outline.setCurrentRow(list(self._sections).index(name))
        self._sections[name].focus_first()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Rows come and go while a claim is worked on: Tab follows what is there now."""
        self._orders[self._outline.currentRow()].keep()
        return super().focusNextPrevChild(is_next)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What got the focus by a key or by the program is brought into sight; a click is where one looks."""
        if now is not None and QApplication.mouseButtons() == Qt.MouseButton.NoButton and self.isAncestorOf(now):
            QTimer.singleShot(0, self, self._bring_focus_into_sight)

    def _bring_focus_into_sight(self) -> None:
        """Once the part is laid out: a field that has the focus is seen, with what belongs to it."""
        focused, shown = self.focusWidget(), self._stack.currentWidget()
        scroll = shown if isinstance(shown, QScrollArea) else shown.findChild(QScrollArea) if shown else None
        content = scroll.widget() if scroll is not None else None
        if focused is not None and scroll is not None and content is not None and content.isAncestorOf(focused):
            # What was shown a moment ago has its place first.
            QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest.value))
            # Not ``ensureWidgetVisible``: of a field it knows the cursor alone, and heeds no margin where that is seen.
            middle = focused.mapTo(content, focused.rect().center())
            scroll.ensureVisible(middle.x(), middle.y(), 0, min(focused.height() // 2, IN_SIGHT_PX) + IN_SIGHT_PX)

    def _on_exam_path(self, path: str) -> None:
        self.exam_path_wanted.emit(self._exam_id, path)

    def _on_letter(self, what: What) -> None:
        open_letter(self, self._presenter, what)

    def begin_entry(self, kind: str, values: Mapping[str, Any]) -> None:
        """Go to the form for a kind of entry and fill it with values by path; the person still records it."""
        for name, section in self._sections.items():
            for made in section.cards:
                if made.kind == kind:
                    self.open_section(name)
                    made.setVisible(True)
                    made.problem.say("")
                    made.form.show_values(values)
                    made.form.focus_first()
                    return

    def parts_with_text(self) -> tuple[str, ...]:
        """The parts in which something is typed that is not recorded."""
        return tuple(name for name, section in self._sections.items() if section.holds_text)

    def begin(self) -> None:
        """Let go what is typed and not recorded."""
        for section in self._sections.values():
            section.begin()

    def section(self, name: str) -> ClaimSection:
        """The section of a name."""
        return self._sections[name]

    def focus_first(self) -> None:
        """Put the focus on the outline."""
        self._outline.setFocus()

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        claim, patient = situation.opened.claim, situation.opened.exam.case.patient
        self._exam_id = claim.exam_id
        self._name.setText(wording.patient_name(patient) or "No name yet")
        day = wording.day(claim.service_date) if claim.service_date else "not signed yet"
        payer = claim.billing.payer
        parts = (f"Chart {patient.chart_number or ''}", day, payer.name if payer else None)
        self._facts.setText(" \u00b7 ".join(part for part in parts if part))
        shape, tone = STATE_SHAPES[claim.state]
        self._state.setText(f"{shape} {lifecycle.STATE_WORDS[claim.state]}")
        self._state.setProperty("tone", tone)
        restyle(self._state)
        charged, paid = claims.charged_cents(claim), claims.paid_cents(claim)
        self._money.setText(f"{money.dollars(paid)} of {money.dollars(charged)} paid")
        is_other = claim.claim_id != self._claim_id
        self._claim_id = claim.claim_id
        for row, section in enumerate(self._sections.values()):
            if is_other:
                section.begin()
            section.show_claim(situation, history, files, logins)
            self._show_mark(row, section, section.mark(situation))
        if is_other:
            self._outline.setCurrentRow(0)

    def _show_mark(self, row: int, section: ClaimSection, mark: SectionMark | None) -> None:
        item = self._outline.item(row)
        if item.data(STATE_ROLE) != mark:
            item.setData(STATE_ROLE, mark)
        words = f"{section.NAME}, {mark_words(mark)[2]}" if mark is not None else section.NAME
        item.setData(int(Qt.ItemDataRole.AccessibleTextRole), words)
        keys = f" (Ctrl+{(row + 1) % 10})" if row < NUMBERED else ""
        item.setToolTip(f"{words}{keys}")

    def show_problems(self, kind: str, problems: Problems) -> None:
        for section in self._sections.values():
            if kind in section.KINDS:
                section.show_problems(kind, problems)

    def show_recorded(self, kind: str, sentence: str) -> None:
        for section in self._sections.values():
            if kind in section.KINDS:
                section.show_recorded(kind, sentence)


def _scrolled(section: ClaimSection) -> QWidget:
    holder = QWidget()
    holder.setProperty("page", True)
    row = QHBoxLayout(holder)
    row.setContentsMargins(24, 20, 24, 24)
    section.setMaximumWidth(SECTION_PX)
    row.addWidget(section, 1)
    row.addStretch(0)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(holder)
    if section.footer is None:
        return scroll
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(scroll, 1)
    column.addWidget(section.footer)
    return both
