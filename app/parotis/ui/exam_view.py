"""The exam screen: outline, one section at a time, the side panel, and the two bars. It forwards and shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from parotis.domain.issue import blocking
from parotis.forms import exam_form
from parotis.presentation.exam_view_contract import Checks, ExamActions
from parotis.services.window_ports import SIDE_PANEL_PX
from parotis.ui.exam_view_bars import ActionBar, HeaderBar
from parotis.ui.findings_view import FindingsPage
from parotis.ui.form_binder import order_focus
from parotis.ui.form_editors import FormTools
from parotis.ui.image_board import ImagesPage, make_thumbnail
from parotis.ui.outline import Outline
from parotis.ui.phrase_assistant import PhraseAssistant
from parotis.ui.section_views import SectionPage
from parotis.ui.section_views_interpretation import InterpretationPage
from parotis.ui.section_views_region import RegionPage
from parotis.ui.section_views_review import ReviewPage
from parotis.ui.side_panel import SidePanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QResizeEvent

    from parotis.domain.region_map import RegionMap
    from parotis.domain.report import Report
    from parotis.presentation import exam_view_contract as contract
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.spelling import SpellCheck
    from parotis.presentation.undo import Draft
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

_FORM_PX = 508
_LEAST_FORM_PX = 420


class ExamView(QWidget):
    """Shows the exam that its presenter has open; the presenter is attached here.

    Where the page is too narrow for form and side panel, the panel folds itself away; asked for, it takes the place
    of the form. What the person chose comes back with the room for it.

    Signals:
        sign_requested: the draft is committed and nothing blocks: open the signing dialogue.
        export_requested: the signed exam is to be exported.
        claim_requested: the claim of the exam is to be shown.
        closed: the person leaves the exam; flush the presenter before another screen comes to the front.
        save_state_changed: text and kind of the line that tells what was last saved.
    """

    sign_requested = Signal()
    export_requested = Signal()
    claim_requested = Signal()
    closed = Signal()
    save_state_changed = Signal(str, str)

    def __init__(
        self,
        presenter: ExamPresenter,
        theme: Theme,
        icons: Icons,
        region_map: RegionMap,
        parent: QWidget | None = None,
        *,
        spell_check: SpellCheck | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter, self._region_map = presenter, region_map
        self._tools = FormTools(
            theme,
            icons,
            presenter.search_codes,
            presenter.describe_code,
            presenter.entered_by,
            PhraseAssistant(presenter.phrases),
            spell_check,
        )
        self._pages: dict[str, SectionPage] = {}
        self._draft: Draft | None = None
        self._cards: tuple[contract.FindingCard, ...] = ()
        self._checks = Checks()
        self._entries: Mapping[str, contract.SectionEntry] = {}
        self._pictures: Mapping[tuple[str, int], contract.Picture] = {}
        self._actions = ExamActions("", can_edit=False, can_export=False)
        self._panel_px, self._is_panel_wanted, self._is_panel_in_place = SIDE_PANEL_PX, True, False
        self._is_narrow = False
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._header = HeaderBar(self._tools, self)
        self._outline = Outline(theme, self)
        self._stack = QStackedWidget(self)
        self._panel = SidePanel(presenter, self._tools, self)
        self._bar = ActionBar(self._tools, self)
        self._lay_out()
        self._connect()
        presenter.attach(self)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        rim = QFrame(self)
        rim.setProperty("bar", "outline")
        rim_layout = QVBoxLayout(rim)
        rim_layout.setContentsMargins(0, 8, 0, 0)
        rim_layout.addWidget(self._outline)
        middle.addWidget(rim)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self._panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._stack.setMinimumWidth(_LEAST_FORM_PX)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        middle.addWidget(self._splitter, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self._bar)

    def _connect(self) -> None:
        presenter = self._presenter
        self._outline.chosen.connect(self._on_section_chosen)
        self._outline.itemClicked.connect(self._uncover_form)
        self._panel.path_chosen.connect(presenter.go_to)
        self._panel.tab_opened.connect(presenter.panel_opened)
        self._header.closed.connect(self.closed)
        self._header.undo_clicked.connect(presenter.undo)
        self._header.redo_clicked.connect(presenter.redo)
        self._header.panel_toggled.connect(self.set_panel_shown)
        self._bar.check_clicked.connect(presenter.check)
        self._bar.preview_clicked.connect(presenter.preview)
        self._bar.primary_clicked.connect(presenter.primary)
        self._bar.export_clicked.connect(self.export_requested)
        self._bar.claim_clicked.connect(self.claim_requested)
        self._shortcut("Ctrl+Z", presenter.undo)
        self._shortcut("Ctrl+Shift+Z", presenter.redo)
        self._shortcut("Ctrl+Y", presenter.redo)
        self._confirm_shortcut = self._shortcut("F4", self._confirm_next)
        self._shortcut("F7", presenter.check)
        self._shortcut("F8", presenter.preview)
        self._shortcut("F9", self._toggle_panel)
        self._shortcut("Ctrl+Return", presenter.primary)
        self._shortcut("Ctrl+Enter", presenter.primary)
        self._shortcut("Ctrl+PgDown", partial(self._step_section, 1))
        self._shortcut("Ctrl+PgUp", partial(self._step_section, -1))
        for number, name in enumerate(exam_form.NAMES, start=1):
            self._shortcut(f"Ctrl+{number}", partial(self._go_to_section, name))

    def set_confirm_key(self, keys: str) -> None:
        """The key that confirms what is proposed and goes on; a foot pedal sends one."""
        self._confirm_shortcut.setKey(QKeySequence(keys))

    def _confirm_next(self) -> None:
        name = self.section()
        self._presenter.confirming.confirm_next(self._page(name).binder.focused_path(), name)

    def _shortcut(self, keys: str, action: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(action)
        return shortcut

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
            self._presenter.flush()
        return super().event(event)

    # -- intents -----------------------------------------------------------------------------------------------------

    def section(self) -> str:
        """The name of the section in front."""
        return exam_form.NAMES[max(0, self._outline.currentRow())]

    def panel_width(self) -> int:
        """The width of the side panel that the person chose, in px, 0 for folded away; remembered by the shell."""
        return self._panel_px if self._is_panel_wanted else 0

    def set_panel_width(self, width_px: int) -> None:
        """As remembered: 0 folds the panel away. It never takes the form's room."""
        if width_px > 0:
            self._panel_px = width_px
        self._is_panel_wanted = width_px > 0
        self._place_panel()

    def set_panel_shown(self, is_shown: bool) -> None:
        """Show the side panel or fold it away."""
        if self._is_narrow:
            self._is_panel_in_place = is_shown
        else:
            self._is_panel_wanted = is_shown
        self._place_panel()

    def _toggle_panel(self) -> None:
        self.set_panel_shown(not self._panel.isVisibleTo(self))

    def _on_splitter_moved(self, _position: int, _index: int) -> None:
        self._panel_px = self._panel.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least_panel_px = self._panel.minimumSizeHint().width()
        is_narrow = self._splitter.width() < _FORM_PX + least_panel_px + self._splitter.handleWidth()
        if is_narrow != self._is_narrow:
            self._is_narrow, self._is_panel_in_place = is_narrow, False
            self._place_panel()

    def _place_panel(self) -> None:
        is_shown = self._is_panel_in_place if self._is_narrow else self._is_panel_wanted
        self._stack.setVisible(not (self._is_narrow and is_shown))
        self._panel.setVisible(is_shown)
        self._header.show_panel(is_shown)
        if is_shown and not self._is_narrow:
            room_px = self._splitter.width() - self._splitter.handleWidth()
            panel_px = min(self._panel_px, room_px - _FORM_PX)
            self._splitter.setSizes([room_px - panel_px, panel_px])

    def _uncover_form(self) -> None:
        if self._is_narrow:
            self.set_panel_shown(False)

    def _on_section_chosen(self, name: exam_form.SectionName) -> None:
        self._uncover_form()
        self._stack.setCurrentWidget(self._page(name))
        self._presenter.section_opened(name)

    def _step_section(self, by: int) -> None:
        names = exam_form.NAMES
        self._go_to_section(names[(names.index(self.section()) + by) % len(names)])

    def _go_to_section(self, name: str) -> None:
        self._uncover_form()
        self.open_section(name)
        self._pages[name].focus_first()

    def _page(self, name: str) -> SectionPage:
        """The page of a section, made when it is first needed."""
        if name not in self._pages:
            page = self._made(exam_form.section(name))
            self._pages[name] = page
            self._stack.addWidget(page)
            page.set_read_only(not self._actions.can_edit)
            page.set_focus_anchor(self._outline)
            self._fill(page)
            order_focus(page, self._outline)
        return self._pages[name]

    def _made(self, section: exam_form.Section) -> SectionPage:
        match section.name:
            case "Region":
                return RegionPage(section, self._presenter, self._tools, self._region_map)
            case "Findings":
                return FindingsPage(section, self._presenter, self._tools, self._region_map)
            case "Interpretation":
                return InterpretationPage(section, self._presenter, self._tools)
            case "Images":
                return ImagesPage(section, self._presenter, self._tools)
            case "Review":
                return ReviewPage(section, self._presenter, self._tools)
            case _:
                return SectionPage(section, self._presenter, self._tools)

    def _fill(self, page: SectionPage) -> None:
        if self._draft is not None:
            page.show_draft(self._draft, self._cards)
            page.show_checks(self._checks)
            page.show_entry(self._entries.get(page.section.name))
            page.show_pictures(self._pictures)

    # -- what the presenter shows ------------------------------------------------------------------------------------

    def show_header(self, header: contract.ExamHeader, actions: contract.ExamActions) -> None:
        self._header.show_header(header)
        if actions.can_edit != self._actions.can_edit:
            for page in self._pages.values():
                page.set_read_only(not actions.can_edit)
        if actions != self._actions:
            self._actions = actions
            self._bar.show_actions(actions)
            self._show_open()

    def show_draft(self, draft: Draft, cards: tuple[contract.FindingCard, ...]) -> None:
        self._draft, self._cards = draft, cards
        current = self._page(self.section())
        self._stack.setCurrentWidget(current)
        for page in self._pages.values():
            page.show_draft(draft, cards)

    def show_sections(self, marks: Mapping[str, contract.SectionMark]) -> None:
        self._outline.show_marks(marks)

    def show_checks(self, checks: contract.Checks, changed: frozenset[str]) -> None:
        self._checks = checks
        self._panel.show_checks(checks)
        sections = {exam_form.section_of(path) for path in changed} | {"Review"}
        for name, page in self._pages.items():
            if name in sections:
                page.show_checks(checks)
        self._show_open()

    def show_entries(self, entries: Mapping[str, contract.SectionEntry]) -> None:
        if entries != self._entries:
            self._entries = entries
            for name, page in self._pages.items():
                page.show_entry(entries.get(name))

    def show_narrative(self, text: contract.NarrativeText) -> None:
        self._panel.show_narrative(text)

    def show_report(self, report: Report) -> None:
        self._panel.show_report(report)

    def show_prior(self, prior: contract.Prior) -> None:
        self._panel.show_prior(prior)

    def show_pictures(self, pictures: Mapping[tuple[str, int], contract.Picture]) -> None:
        self._pictures = pictures
        if "Images" in self._pages:
            self._pages["Images"].show_pictures(pictures)

    def show_undo(self, *, can_undo: bool, can_redo: bool) -> None:
        self._header.show_undo(can_undo=can_undo, can_redo=can_redo)

    def show_save_state(self, text: str, kind: contract.SaveKind) -> None:
        self._header.show_save_state(text, kind)
        self.save_state_changed.emit(text, kind)

    def open_section(self, name: str) -> None:
        self._page(name)
        self._outline.setCurrentRow(exam_form.NAMES.index(name))

    def focus_form(self) -> None:
        self._uncover_form()
        self._pages[self.section()].focus_first()

    def open_panel(self, tab: contract.PanelTab) -> None:
        self.set_panel_shown(True)
        self._panel.open_tab(tab)

    def focus_path(self, path: str) -> None:
        self._uncover_form()
        name = exam_form.section_of(path)
        self.open_section(name)
        if not self._pages[name].focus_path(path):
            self._pages[name].focus_first()

    def ask_to_sign(self) -> None:
        self.sign_requested.emit()

    def make_thumbnail(self, png: bytes) -> object:
        return make_thumbnail(png)

    def _show_open(self) -> None:
        blocks = len(blocking(self._checks.issues))
        self._bar.show_open(blocks, len(self._checks.issues) - blocks, can_edit=self._actions.can_edit)
