"""The screens of an open practice, put together and joined: who goes where when something is opened or signed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from parotis.domain import wording
from parotis.domain.region_map import RegionMap
from parotis.presentation import messages
from parotis.presentation.claim_deeds import DeskDeeds
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.presentation.export_presenter import ExportPresenter, ExportsPresenter
from parotis.presentation.patients_presenter import PatientsPresenter
from parotis.presentation.phrase_settings import PhraseSettingsPresenter
from parotis.presentation.settings_presenter import SettingsPresenter
from parotis.presentation.signing_presenter import PreviewPresenter, SigningPresenter, verify_stored
from parotis.presentation.spelling import SpellCheck
from parotis.presentation.worklist_presenter import WorklistPresenter
from parotis.services import drafts, lexicons
from parotis.services.desk import POWERS
from parotis.ui.exam_view import ExamView
from parotis.ui.export_dialog import ExportDialog
from parotis.ui.exports_view import ExportsView
from parotis.ui.patients_view import PatientsView
from parotis.ui.preview_dialog import PreviewDialog
from parotis.ui.settings_view import SettingsView
from parotis.ui.shortcuts_dialog import Action, Palette, ShortcutsDialog
from parotis.ui.signing_dialog import SigningDialog
from parotis.ui.worklist_view import WorklistView

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Patient
    from parotis.domain.errors import FileProblem, ParotisError
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.claims_presenter import ClaimsPresenter
    from parotis.presentation.contracts import Notices, Tasks, Timers
    from parotis.services.desk import Desk
    from parotis.services.exporting import Bundle
    from parotis.services.ports import ExamRecord, SignedDocument
    from parotis.services.window_ports import Choices, OpenRequest, Preferences
    from parotis.ui.claim_view import ClaimView
    from parotis.ui.claims_view import ClaimsView
    from parotis.ui.icons import Icons
    from parotis.ui.main_window import MainWindow
    from parotis.ui.rail import Rail
    from parotis.ui.theme import Theme

    _Screen = WorklistView | PatientsView | ClaimsView | ExportsView | SettingsView

REGION_MAP = "anatomy/face-neck-map.svg"
NEW_EXAM_NOTICE = "new-exam"
CLAIM_NOTICE = "claim-not-opened"
UNRECORDED_NOTICE = "claim-not-recorded"
ALTERED_NOTICE = "document-altered"
LEAVING_NOTICE = "leaving"
LEXICON_NOTICE = "practice-lexicon"
PALETTE_PATIENTS = 8
FIRST_FIELD = "patient.chart_number"


class Screens(QObject):
    """Everything behind the cover, for one desk.

    Signals:
        choices_changed: theme or idle time were chosen.
    """

    choices_changed = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        rail: Rail,
        desk: Desk,
        tasks: Tasks,
        timers: Timers,
        notices: Notices,
        theme: Theme,
        icons: Icons,
        preferences: Preferences,
        choices: Choices,
        export_folder: str,
    ) -> None:
        super().__init__(window)
        self._window, self._rail, self._desk = window, rail, desk
        self._tasks, self._timers, self._notices = tasks, timers, notices
        self._theme, self._icons, self._preferences = theme, icons, preferences
        self._side_panel_px = choices.side_panel_px
        self._pedal_key = choices.pedal_key
        self._export_folder = export_folder
        self._is_opening = False
        self._path_to_show = FIRST_FIELD
        self._may_edit = desk.session.user.role in POWERS["draft.edit"]
        self._exam_presenter = ExamPresenter(desk, tasks, timers, notices)
        self._spell_check = SpellCheck(desk, tasks, notices, is_on=choices.spell_check, typed_names=self._patient_names)
        self._exam_view: ExamView | None = None
        self._worklist_view = WorklistView(theme, icons, can_edit=self._may_edit)
        self._worklist = WorklistPresenter(self._worklist_view, desk, tasks, notices)
        self._patients_view = PatientsView(theme, icons, can_edit=self._may_edit)
        self._patients = PatientsPresenter(self._patients_view, desk, tasks, notices, self.new_exam)
        self._claims_view: ClaimsView | None = None
        self._claims: ClaimsPresenter | None = None
        self._has_payers = False
        self._claim_view: ClaimView | None = None
        self._claim_presenter: ClaimPresenter | None = None
        self._exports_view = ExportsView(theme, icons)
        self._exports = ExportsPresenter(self._exports_view, desk, tasks, notices)
        self._settings_view = SettingsView()
        self._settings = SettingsPresenter(self._settings_view, desk, tasks, preferences, choices, self._on_choices)
        self._connect()

    def _connect(self) -> None:
        self._worklist_view.attach(self._worklist)
        self._worklist_view.exam_opened.connect(self.open_exam)
        self._worklist_view.claim_opened.connect(self.open_claim)
        self._worklist_view.new_exam_wanted.connect(self.new_exam)
        self._patients_view.attach(self._patients)
        self._patients_view.exam_opened.connect(self.open_exam)
        self._exports_view.attach(self._exports)
        self._exports_view.export_wanted.connect(self.export)
        self._settings_view.attach(self._settings)
        self._settings_view.phrases.attach(
            PhraseSettingsPresenter(
                self._settings_view.phrases, self._desk, self._tasks, self._exam_presenter.phrases.load
            )
        )
        for view in (self._worklist_view, self._patients_view, self._exports_view, self._settings_view):
            self._window.add_screen(view)
        self._rail.chosen.connect(self.show_screen)

    def _on_choices(self, choices: Choices) -> None:
        self._spell_check.switch(is_on=choices.spell_check)
        self._pedal_key = choices.pedal_key
        if self._exam_view is not None:
            self._exam_view.set_confirm_key(choices.pedal_key)
        self.choices_changed.emit(choices)

    def _patient_names(self) -> str:
        patient = self._exam_presenter.draft.case.patient
        return f"{patient.given_name or ''} {patient.family_name or ''}"

    def start(self) -> None:
        """Show the worklist."""
        user = self._desk.session.user
        self._window.person.setText(f"{user.name} \u00b7 {user.role} \u00b7 {self._desk.session.practice_name}")
        self._rail.show_screen("Worklist")
        self._window.show_screen(self._worklist_view)
        self._worklist.start()
        self._worklist_view.focus_first()
        self._use_practice_lexicon()

    def _use_practice_lexicon(self) -> None:
        """After the worklist, and before any exam, because the records worker keeps its order."""

        def used(problems: tuple[FileProblem, ...]) -> None:
            if problems:
                text = f"The practice's lexicon is refused; the shipped one is in use. {problems[0]}"
                self._notices.show(LEXICON_NOTICE, "warning", text)

        def failed(error: ParotisError) -> None:
            text = f"The practice's lexicon cannot be read; the shipped one is in use. {messages.text_of(error)}"
            self._notices.show(LEXICON_NOTICE, "warning", text)

        self._tasks.start(lambda _progress: lexicons.use_practice_files(self._desk), on_success=used, on_failure=failed)

    # -- going places ------------------------------------------------------------------------------------------------

    def show_screen(self, name: str) -> None:
        """Bring a screen to the front. An open exam is saved first; while that fails, it stays."""
        self._leave_exam(partial(self._show_screen, name))

    def _show_screen(self, name: str) -> None:
        view, refresh = self._screen(name)
        self._rail.show_screen(name)
        self._window.show_screen(view)
        self._window.show_save_state("")
        refresh()
        view.focus_first()

    def _screen(self, name: str) -> tuple[_Screen, Callable[[], None]]:
        if name == "Claims":
            return self.prepare_claims_view()
        if name == "Settings":
            self._prepare_payers()
        screens: dict[str, tuple[_Screen, Callable[[], None]]] = {
            "Worklist": (self._worklist_view, self._worklist.refresh),
            "Patients": (self._patients_view, self._patients.refresh),
            "Exports": (self._exports_view, self._exports.refresh),
            "Settings": (self._settings_view, self._settings.refresh),
        }
        return screens[name]

    def _leave_exam(self, then: Callable[[], None]) -> None:
        if self._exam_view is None or not self._window.is_in_front(self._exam_view):
            then()
            return

        def left(is_saved: bool) -> None:
            if is_saved:
                self._exam_presenter.close()
                self._notices.clear(ALTERED_NOTICE)
                then()
            else:
                self._rail.show_screen("Worklist")

        self._exam_presenter.flush(left)

    def flush(self, on_done: Callable[[bool], None]) -> None:
        """Save what is not saved; ``on_done`` hears whether everything is committed.

        What is typed for a claim is committed by the person alone: while there is some, not everything is.
        """

        def saved(is_saved: bool) -> None:
            if is_saved and self._claim_view is not None and self._claim_view.parts_with_text():
                self._leave_exam(self._show_claim_with_text)
                is_saved = False
            on_done(is_saved)

        if self._exam_presenter_record() is None:
            saved(True)
        else:
            self._exam_presenter.flush(saved)

    def close(self) -> None:
        """Stop everything that would still speak to the screens."""
        if self._exam_view is not None:
            self._exam_presenter.close()

    def _exam_presenter_record(self) -> ExamRecord | None:
        return None if self._exam_view is None else self._exam_presenter.record

    # -- exams -------------------------------------------------------------------------------------------------------

    def prepare_exam_view(self) -> ExamView:
        """Build the exam screen, once."""
        if self._exam_view is None:
            region_map = RegionMap(self._desk.machine.resources.read(REGION_MAP))
            view = ExamView(self._exam_presenter, self._theme, self._icons, region_map, spell_check=self._spell_check)
            view.sign_requested.connect(self.sign)
            view.export_requested.connect(self._on_export_requested)
            view.claim_requested.connect(self.open_claim_of_exam)
            view.closed.connect(self._on_exam_closed)
            view.save_state_changed.connect(self._on_save_state_changed)
            self._window.add_screen(view)
            view.set_panel_width(self._side_panel_px)
            view.set_confirm_key(self._pedal_key)
            self._exam_view = view
        return self._exam_view

    def side_panel_px(self) -> int:
        """The width of the exam's side panel to remember."""
        return self._side_panel_px if self._exam_view is None else self._exam_view.panel_width()

    def new_exam(self, patient: Patient | None = None) -> None:
        """Begin an exam, for a patient if one is given."""
        if not self._may_edit:
            return

        def begin() -> None:
            self._tasks.start(
                lambda _progress: drafts.new_draft(self._desk, patient),
                on_success=self._on_begun,
                on_failure=self._on_not_begun,
            )

        self._leave_exam(begin)

    def _on_begun(self, record: ExamRecord) -> None:
        self._notices.clear(NEW_EXAM_NOTICE)
        self._open(record.exam_id)

    def _on_not_begun(self, error: ParotisError) -> None:
        self._notices.show(NEW_EXAM_NOTICE, "danger", messages.text_of(error), action=("Try again", self.new_exam))

    def open_exam(self, exam_id: str) -> None:
        """Show an exam."""
        self._leave_exam(partial(self._open, exam_id))

    def _open(self, exam_id: str) -> None:
        self.prepare_exam_view().open_section("Patient")
        self._is_opening = True
        self._exam_presenter.open(exam_id)
        self._verify(exam_id)

    def _open_exam_at(self, exam_id: str, path: str) -> None:
        self._path_to_show = path
        self.open_exam(exam_id)

    def _show_exam(self) -> None:
        """The exam is loaded: only now it is shown, so that no key goes into a form that is about to be filled."""
        view = self.prepare_exam_view()
        self._rail.show_screen("Worklist")
        self._window.show_screen(view)
        path, self._path_to_show = self._path_to_show, FIRST_FIELD
        self._exam_presenter.go_to(path)

    def _verify(self, exam_id: str) -> None:
        """Look at the stored report of a signed exam behind the person's back; speak only if it is not what it was."""
        self._tasks.start(
            lambda _progress: verify_stored(self._desk, exam_id),
            on_success=lambda _nothing: self._notices.clear(ALTERED_NOTICE),
            on_failure=lambda error: self._notices.show(ALTERED_NOTICE, "danger", messages.text_of(error)),
            pool="documents",
        )

    def _on_exam_closed(self) -> None:
        self.show_screen("Worklist")

    def _on_save_state_changed(self, text: str, _kind: str) -> None:
        self._window.show_save_state(text)
        if self._is_opening:
            self._is_opening = False
            QTimer.singleShot(0, self, self._show_exam)

    def open_request(self, request: OpenRequest) -> None:
        """What a practice-management program asks for."""
        self._leave_exam(partial(self._open_request, request))

    def _open_request(self, request: OpenRequest) -> None:
        self._show_screen("Patients")
        self._patients.open(request)

    def _prepare_payers(self) -> None:
        """Add the payers to the settings, once: nobody waits for them at the start."""
        if not self._has_payers:
            from parotis.presentation.payers_presenter import PayersPresenter
            from parotis.ui.payers_card import PayersCard

            card = PayersCard()
            card.attach(PayersPresenter(card, self._desk, self._tasks))
            self._settings_view.add_card(card)
            self._has_payers = True

    # -- claims ------------------------------------------------------------------------------------------------------

    def prepare_claims_view(self) -> tuple[ClaimsView, Callable[[], None]]:
        """Build the screen of the claims, once: who only documents exams does not wait for it."""
        if self._claims_view is None or self._claims is None:
            from parotis.presentation.claims_presenter import ClaimsPresenter
            from parotis.presentation.remittance_presenter import RemittancePresenter
            from parotis.ui.claims_view import ClaimsView

            deeds = DeskDeeds(self._desk)
            view = ClaimsView(self._theme, self._icons)
            presenter = ClaimsPresenter(view, self._desk, deeds, self._tasks, self._notices)
            view.attach(presenter)
            view.attach_remittances(lambda pane: RemittancePresenter(pane, deeds, self._tasks, presenter.refresh))
            view.claim_opened.connect(self.open_claim)
            self._window.add_screen(view)
            self._claims_view, self._claims = view, presenter
        return self._claims_view, self._claims.refresh

    def prepare_claim_view(self) -> tuple[ClaimView, ClaimPresenter]:
        """Build the screen of one claim, once."""
        if self._claim_view is None or self._claim_presenter is None:
            from parotis.presentation.claim_presenter import ClaimPresenter
            from parotis.ui.claim_view import ClaimView

            presenter = ClaimPresenter(self._desk, self._tasks, self._notices, self._timers, self._preferences)
            view = ClaimView(presenter, self._theme, self._icons)
            view.closed.connect(partial(self.show_screen, "Claims"))
            view.exam_wanted.connect(self.open_exam)
            view.exam_path_wanted.connect(self._open_exam_at)
            self._window.add_screen(view)
            self._claim_view, self._claim_presenter = view, presenter
        return self._claim_view, self._claim_presenter

    def open_claim(self, claim_id: str) -> None:
        """Show a claim."""
        self._leave_exam(partial(self._open_claim, claim_id))

    def _open_claim(self, claim_id: str) -> None:
        view, presenter = self.prepare_claim_view()
        parts = view.parts_with_text()
        if parts and claim_id != presenter.claim_id:
            text = f"{' and '.join(parts)}: something is typed for this claim that is not recorded yet."
            action = ("Let it go, open the other claim", partial(self._let_go_and_open, claim_id))
            self._notices.show(UNRECORDED_NOTICE, "warning", text, action=action)
            self._show_claim_with_text()
            return
        self._notices.clear(UNRECORDED_NOTICE)
        presenter.open(claim_id, self._show_claim_view)

    def _let_go_and_open(self, claim_id: str) -> None:
        self.prepare_claim_view()[0].begin()
        self.open_claim(claim_id)

    def _show_claim_view(self) -> None:
        view, _ = self.prepare_claim_view()
        self._rail.show_screen("Claims")
        self._window.show_screen(view)
        self._window.show_save_state("")
        view.focus_first()

    def _show_claim_with_text(self) -> None:
        self._show_claim_view()
        view, _ = self.prepare_claim_view()
        view.open_section(view.parts_with_text()[0])

    def open_claim_of_exam(self) -> None:
        """Show the claim of the exam that is open; it is begun if there is none."""
        record = self._exam_presenter_record()
        if record is None:
            return
        deeds = DeskDeeds(self._desk)
        self._tasks.start(
            lambda _progress: deeds.open_claim(record.exam_id),
            on_success=self.open_claim,
            on_failure=lambda error: self._notices.show(CLAIM_NOTICE, "danger", messages.text_of(error)),
        )

    # -- signing, preview, export ------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Open the signing dialogue for the exam that is open; its draft is committed."""
        record = self._exam_presenter_record()
        if record is None:
            return
        patient = record.case.patient
        name = wording.patient_name(patient)
        dialog = SigningDialog(self._window, f"{name}\nChart {patient.chart_number or ''}")
        presenter = SigningPresenter(dialog, self._desk, self._tasks, self._timers, record.exam_id, self._on_signed)
        dialog.attach(presenter)
        dialog.issue_chosen.connect(self._exam_presenter.go_to)
        dialog.export_wanted.connect(partial(self.export, record.exam_id))
        dialog.open()
        presenter.start()

    def _on_signed(self, _document: SignedDocument) -> None:
        self._exam_presenter.reload()

    def preview(self) -> None:
        """Show the pages of the exam that is open, in a window beside it."""
        record = self._exam_presenter_record()
        if record is None:
            return

        def show(is_saved: bool) -> None:
            if is_saved:
                dialog = PreviewDialog(self._window)
                presenter = PreviewPresenter(dialog, self._desk, self._tasks, self._timers, record.exam_id)
                dialog.attach(presenter)
                dialog.show()
                presenter.start()

        self._exam_presenter.flush(show)

    def _on_export_requested(self) -> None:
        record = self._exam_presenter_record()
        if record is not None:
            self.export(record.exam_id)

    def export(self, exam_id: str) -> None:
        """Open the export dialogue for a signed exam."""
        dialog = ExportDialog(self._window)
        presenter = ExportPresenter(
            dialog, self._desk, self._tasks, self._timers, self._preferences, exam_id, self._on_exported
        )
        dialog.attach(presenter)
        dialog.open()
        presenter.start(self._export_folder)

    def _on_exported(self, bundle: Bundle) -> None:
        self._exports.exported(bundle.folder)

    # -- actions -----------------------------------------------------------------------------------------------------

    def actions(self) -> tuple[Action, ...]:
        """What the palette and the shortcuts offer to this person."""
        made = [Action("New exam", "Ctrl+N", self.new_exam)] if self._may_edit else []
        return (
            *made,
            Action("Worklist", "Alt+1", partial(self.show_screen, "Worklist")),
            Action("Patients", "Alt+2", partial(self.show_screen, "Patients")),
            Action("Claims", "Alt+3", partial(self.show_screen, "Claims")),
            Action("Exports", "Alt+4", partial(self.show_screen, "Exports")),
            Action("Settings", "Alt+5", partial(self.show_screen, "Settings")),
            Action("Search the worklist or the claims", "Ctrl+F", self._search),
            Action("Preview the report's pages", "Shift+F8", self.preview),
            Action("Claim of the open exam", "Ctrl+Shift+M", self.open_claim_of_exam),
            Action("Shortcuts", "F1", self.show_shortcuts),
            Action("Palette", "Ctrl+K", self.show_palette),
        )

    def take_actions(self, more: tuple[Action, ...]) -> None:
        """Actions of the window itself, beside those of the screens; all get their keys."""
        self._actions = (*self.actions(), *more)
        for action in self._actions:
            if action.shortcut:
                self._window.add_shortcut(action)
        self._window.add_shortcut(Action("Shortcuts", "?", self.show_shortcuts))

    def _search(self) -> None:
        if self._claims_view is not None and self._window.is_in_front(self._claims_view):
            self._claims_view.focus_search()
            return
        self.show_screen("Worklist")
        self._worklist_view.focus_search()

    def show_shortcuts(self) -> None:
        """List the shortcuts."""
        ShortcutsDialog(self._actions, self._window).show()

    def show_palette(self) -> None:
        """Let the person type what to do."""
        queries = self._desk.records.queries
        asked: list[str] = []

        def find(text: str) -> None:
            asked.append(text)

            def show(patients: tuple[Patient, ...]) -> None:
                if asked[-1] == text and palette in self._window.children():
                    palette.show_patients(patients)

            self._tasks.start(
                lambda _progress: queries.patients(text, limit=PALETTE_PATIENTS),
                on_success=show,
                on_failure=lambda error: self._notices.show("palette", "danger", messages.text_of(error)),
            )

        palette = Palette(self._actions, find, self._open_patient, self._window)
        palette.open()

    def _open_patient(self, patient: Patient) -> None:
        from parotis.services.window_ports import OpenRequest

        if patient.chart_number:
            self.open_request(OpenRequest(patient.chart_number))
