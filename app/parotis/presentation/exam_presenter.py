"""The exam screen without Qt: every decision about the open exam, from a keystroke to a draft that may be signed."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from parotis.domain import denial_risk, paths, phrases, wording
from parotis.domain.case import Case, Finding, Image, PriorStudy, Procedure, Symptom
from parotis.forms import exam_form
from parotis.forms.values import Rejected
from parotis.presentation import exam_changes, exam_proposals, exam_texts, image_labels
from parotis.presentation.draft_keeper import DraftKeeper
from parotis.presentation.exam_confirming import ExamConfirming
from parotis.presentation.exam_hand_over import ExamHandOver
from parotis.presentation.exam_insight import ExamInsight
from parotis.presentation.exam_pictures import ExamPictures
from parotis.presentation.exam_view_contract import ExamActions
from parotis.presentation.messages import text_of
from parotis.presentation.phrase_presenter import PhrasePresenter
from parotis.presentation.undo import Draft, History
from parotis.services import drafts
from parotis.services.desk import POWERS
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from parotis.domain.case import FindingState, Side, Structure
    from parotis.domain.coding import IcdCode
    from parotis.domain.draft_entry import PhraseUse
    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks, Timers
    from parotis.presentation.exam_view_contract import ExamViewContract, NarrativeLength, PanelTab, SaveKind
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, StoredPicture

OPEN_NOTICE = "exam-open"
REMOVED_NOTICE = "exam-removed"

_DECIDING = (".state", ".status", ".kind")
"""Fields that decide which other fields there are: what they change is shown at once, not a moment later."""

_NEW_ITEMS: dict[str, Callable[[], object]] = {
    "symptoms": Symptom,
    "rationale.prior_studies": PriorStudy,
    "claim.procedures": lambda: Procedure(code="D0370", quantity=1),
}


class ExamPresenter:
    """One open exam at a time: ``attach`` a view, then ``open``, and ``close`` after a ``flush`` that succeeded."""

    def __init__(self, desk: Desk, tasks: Tasks, timers: Timers, notices: Notices) -> None:
        self._desk, self._tasks, self._timers, self._notices = desk, tasks, timers, notices
        self._draft = Draft(Case())
        self._history = History()
        self._section = exam_form.NAMES[0]
        self._is_editable = False
        self._opening: Task | None = None
        self.phrases = PhrasePresenter(
            desk,
            tasks,
            notices,
            case=lambda: self._draft.case,
            used=self._phrase_used,
            settled=lambda: self._history.break_run(),
        )

    # -- life cycle --------------------------------------------------------------------------------------------------

    def attach(self, view: ExamViewContract) -> None:
        """Show everything on this view from now on. Called once."""
        self._view = view
        self._keeper = DraftKeeper(
            self._desk,
            self._tasks,
            self._timers,
            self._notices,
            current=self._draft_to_save,
            show_state=self._show_save_state,
            load_stored=self.reload,
        )
        self._insight = ExamInsight(
            self._desk, self._tasks, self._timers, self._notices, view, lambda: self._draft, self._show
        )
        self.confirming = ExamConfirming(
            view,
            lambda: self._draft,
            self._change,
            self._defaults,
            may_review=self._desk.session.user.role in POWERS["report.sign"],
        )
        self._pictures = ExamPictures(self._desk, self._tasks, self._notices, view)
        self._handing_over = ExamHandOver(
            self._desk, self._tasks, self._notices, view, self._insight, flush=self.flush, taken=self._record_changed
        )

    def open(self, exam_id: str) -> None:
        """Load an exam and show it. The exam that was open must have been flushed."""
        self.close()
        self._load(exam_id)

    def reload(self) -> None:
        """Show the exam as it is stored now: after signing, or when somebody else saved it.

        What was on the screen and is not stored stays reachable by undo.
        """
        record = self._keeper.record
        if record is None:
            return
        unsaved = self._draft if self._keeper.has_unsaved else None
        self._keeper.close()
        self._load(record.exam_id, unsaved)

    def flush(self, on_done: Callable[[bool], None] | None = None) -> None:
        """Save at once; ``on_done`` hears whether everything is committed. Call before leaving screen or window."""
        self._history.break_run()
        self._keeper.flush(on_done)

    def close(self) -> None:
        """Forget the exam, saved or not."""
        if self._opening is not None:
            self._opening.forget()
        self._opening = None
        self._handing_over.close()
        self._keeper.close()
        self._insight.close()
        self._pictures.close()
        for key in (OPEN_NOTICE, REMOVED_NOTICE):
            self._notices.clear(key)
        self._is_editable = False

    def _load(self, exam_id: str, unsaved: Draft | None = None) -> None:
        self._is_editable = False
        self._opening = self._tasks.start(
            partial(_load_record, self._desk, exam_id),
            on_success=partial(self._opened, unsaved=unsaved),
            on_failure=self._open_failed,
        )

    def _opened(self, record: ExamRecord, unsaved: Draft | None) -> None:
        self._history = History()
        self._draft = Draft(record.case, dict(record.rejected), record.entry)
        may_edit = self._desk.session.user.role in POWERS["draft.edit"]
        self._is_editable = may_edit and record.state in drafts.EDITABLE
        if unsaved is not None and self._is_editable:
            self._history.record(unsaved, "", is_typing=False)
        is_new = self._keeper.record is None and unsaved is None
        self._keeper.take(record)
        self._show()
        if is_new:
            self._section = exam_form.NAMES[0]
            self._view.open_section(self._section)
            self._view.focus_form()
        self._insight.start(record.exam_id)
        self.phrases.load()
        self._pictures.show(record.case)

    def _draft_to_save(self) -> Draft:
        self._history.break_run()
        return self._draft

    def _open_failed(self, error: ParotisError) -> None:
        # Nobody else's exam may stand under the notice.
        self._draft = Draft(Case())
        actions = ExamActions("", can_edit=False, can_export=False)
        self._view.show_header(exam_texts.header(self._draft.case, ExamState.DRAFT), actions)
        self._view.show_draft(self._draft, ())
        self._notices.show(OPEN_NOTICE, "danger", text_of(error))

    # -- what the view asks ------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The draft as on the screen."""
        return self._draft

    @property
    def record(self) -> ExamRecord | None:
        """The exam as last committed; None while none is open."""
        return self._keeper.record

    @property
    def is_editable(self) -> bool:
        """Whether the exam may be edited here: it is a draft, and the role allows it."""
        return self._is_editable

    def denial_risk(self) -> tuple[denial_risk.Element, ...]:
        """What payers ask for, there or missing."""
        return denial_risk.read_out(self._desk.resolved(self._draft.case))

    def search_codes(self, text: str) -> tuple[IcdCode, ...]:
        """Diagnosis codes for what was typed; none before the code set is loaded."""
        context = self._insight.context
        return context.icd.search(text, limit=12) if context else ()

    def describe_code(self, code: str) -> str:
        """What a diagnosis code stands for; empty when that is not known."""
        context = self._insight.context
        found = context.icd.lookup(code) if context else None
        return (found.label or found.description) if found else ""

    def where(self, path: str) -> str:
        """Where a path is on the screen, in words: section, item, field."""
        return exam_texts.where(self._draft.case, path)

    def section_opened(self, name: exam_form.SectionName) -> None:
        """Another section is in front: the one left is saved, and what it lacks is shown."""
        if name == self._section:
            return
        left, self._section = self._section, name
        self._insight.reveal(left)
        self.flush()

    def panel_opened(self, tab: PanelTab) -> None:
        """This tab of the side panel is in front."""
        self._insight.show_tab(tab)

    def choose_narrative(self, length: NarrativeLength) -> None:
        self._insight.show_length(length)

    # -- edits -------------------------------------------------------------------------------------------------------

    def edit(self, path: str, value: object) -> None:
        """A person changed a field: a value of its type, None, or ``Rejected``."""
        if isinstance(value, Rejected):
            unseen = exam_proposals.unseen_key(self._draft, path, value.text)
            if unseen is not None:
                self._change(exam_proposals.with_unseen(self._draft, path, unseen), path)
                return
            after = exam_changes.with_rejected(self._draft, path, value.text)
        elif (unseen := exam_proposals.unseen_choice(self._draft, path, value)) is not None:
            self._change(exam_proposals.with_unseen(self._draft, path, unseen), path)
            return
        else:
            before = exam_proposals.without_unseen(self._draft, path) if value is not None else self._draft
            after = exam_changes.with_value(before, path, value)
        linked = exam_changes.with_linked_states(after, path, value)
        is_plain = linked == after and not path.endswith(_DECIDING)
        self._change(linked, path, is_typing=is_plain, is_shown=is_plain)

    def _phrase_used(self, path: str, use: PhraseUse) -> None:
        """A phrase goes into a field: with the answers that follow it is one step, and its use is kept."""
        self._history.break_run()
        used = dataclasses.replace(self._draft, entry=self._draft.entry.using(use))
        self._change(used, path, is_typing=True, is_shown=True)

    def insert(self, list_path: str) -> None:
        """A new item at the end of a list that repeats, with the focus on it."""
        position = len(paths.read(self._draft.case, list_path))
        path = f"{list_path}[{position}]"
        self._change(exam_changes.inserted(self._draft, list_path, position, _NEW_ITEMS[list_path]()), path)
        self._view.focus_path(path)

    def remove(self, list_path: str, position: int, name: str) -> None:
        """An item is taken out; a notice offers to undo it. ``name`` says what it was, in fixed words."""
        self._change(exam_changes.removed(self._draft, list_path, position), list_path)
        self._offer_undo(f"{name} was removed.")

    def move_up(self, list_path: str, position: int) -> None:
        """An item changes places with the one before it."""
        if position > 0:
            self._change(exam_changes.swapped(self._draft, list_path, position), list_path)

    def toggle_structure(self, structure: Structure, side: Side | None) -> None:
        """An area of the map was chosen: on the scan list with the other side to compare with, or off it."""
        positions = exam_changes.scan_positions(self._draft.case, structure, side)
        if positions:
            self.remove_structure(positions[0])
        else:
            self.add_from_map(structure, side)

    def add_from_map(self, structure: Structure, side: Side | None) -> None:
        """Put a structure on the scan list, and the other side where a complete examination compares the two."""
        if not exam_changes.scan_positions(self._draft.case, structure, side):
            self._change(exam_changes.with_both_sides(self._draft, structure, side), "scan")

    def add_structure(self, structure: Structure, side: Side | None) -> None:
        """Put a structure on the scan list unless it is there."""
        if not exam_changes.scan_positions(self._draft.case, structure, side):
            self._change(exam_changes.with_structure(self._draft, structure, side), "scan")

    def remove_structure(self, position: int) -> None:
        """Take a structure off the scan list, its finding with it; a recorded one only with a way back."""
        entry = self._draft.case.scan[position]
        after, has_lost_findings = exam_changes.without_structure(self._draft, position)
        self._change(after, "scan")
        if has_lost_findings:
            place = wording.place(entry.structure, entry.side)
            self._offer_undo(f"{place} was taken off the scan list, and what was recorded about it went with it.")

    def choose_state(self, structure: Structure | None, side: Side | None, state: FindingState | None) -> None:
        """The state of a structure; its finding is made when there is none."""
        positions = exam_changes.finding_positions(self._draft.case, structure, side)
        if positions:
            path = f"findings[{positions[0]}].state"
            was_proposed = path in self._draft.entry.proposed
            self.edit(path, state)
            if was_proposed:
                self.confirming.go_on(path)
            return
        position = len(self._draft.case.findings)
        path = f"findings[{position}].state"
        after = exam_changes.inserted(self._draft, "findings", position, Finding(structure, side, state))
        self._change(exam_changes.with_linked_states(after, path, state), path)

    def add_lesion(self, finding: int) -> None:
        """A new lesion of a structure, with the next letter and the focus on its kind."""
        position = len(self._draft.case.findings[finding].lesions)
        path = f"findings[{finding}].lesions[{position}].kind"
        others = [exam.case for exam in self._insight.history.others]
        self._change(exam_changes.with_lesion(self._draft, finding, others), path)
        self._view.focus_path(path)

    def fill_comparison(self) -> None:
        """Put what the signed earlier exams give into the comparison, unless somebody typed there."""
        text = self._insight.history.text_to_fill(self._draft.case) if self._is_editable else None
        if text is not None:
            path = "interpretation.comparison"
            self._change(exam_changes.with_value(self._draft, path, text), path)

    def label_image(self, position: int, key: str) -> None:
        """One key was pressed on an image: it sets a label."""
        label = image_labels.labelled(self._draft.case, position, key)
        if label is not None:
            path, value = label
            self._change(exam_changes.with_value(self._draft, path, value), path)

    def add_images(self, files: Sequence[Path]) -> None:
        """Take picture files into the record and put them on the image list."""
        if self._is_editable and files:
            self._pictures.add(files, self._images_added)

    def choose_frame(self, position: int, frame: int) -> None:
        """Show another frame of a picture that has several."""
        image = self._draft.case.images[position]
        if self._is_editable and frame != (image.frame or 1):
            self._pictures.choose_frame(image, frame, partial(self._frame_taken, image))

    def _images_added(self, pictures: tuple[StoredPicture, ...]) -> None:
        if not pictures:
            return
        after = self._draft
        for picture in pictures:
            image = Image(
                file=f"{drafts.PICTURE_PREFIX}{picture.sha256}",
                frame=picture.frame if picture.frame_count > 1 else None,
                key=True,
            )
            after = exam_changes.inserted(after, "images", len(after.case.images), image)
        first = len(self._draft.case.images)
        self._change(after, "images")
        if self._section == "Images":
            self._view.focus_path(f"images[{first}].structure")

    def _frame_taken(self, asked: Image, picture: StoredPicture) -> None:
        images = self._draft.case.images
        if asked not in images:
            return  # Removed or changed while the frame was read.
        position = images.index(asked)
        taken = dataclasses.replace(asked, file=f"{drafts.PICTURE_PREFIX}{picture.sha256}", frame=picture.frame)
        self._change(exam_changes.with_value(self._draft, f"images[{position}]", taken), f"images[{position}].frame")

    def undo(self) -> None:
        """One step back, with the focus where it was made."""
        self._step(self._history.undo)

    def redo(self) -> None:
        self._step(self._history.redo)

    def _step(self, step: Callable[[Draft], tuple[Draft, str] | None]) -> None:
        found = step(self._draft) if self._is_editable else None
        if found is None:
            return
        self._draft, path = found
        self._after_change(path)
        self._show()
        if path:
            self._view.focus_path(path)

    def _change(self, after: Draft, path: str, *, is_typing: bool = False, is_shown: bool = False) -> None:
        """Take a changed draft. ``is_shown``: the view shows it already, because it was typed there."""
        if not self._is_editable or after == self._draft:
            return
        if path:
            after = self._authored(after, path)
        self._history.record(self._draft, path, is_typing=is_typing)
        self._draft = after
        self._after_change(path)
        if not is_shown:
            self._show()

    def _authored(self, after: Draft, path: str) -> Draft:
        """The draft with the person at the keyboard as who set ``path`` last."""
        user = self._desk.session.user
        is_signer = user.role in POWERS["report.sign"]
        section = exam_form.section_of(path)
        entry = after.entry.written_by(user.user_id, path, section, is_signer=is_signer)
        return dataclasses.replace(after, entry=entry)

    def _defaults(self, preset_id: str, draft: Draft) -> Mapping[str, Any]:
        """What the templates in use propose for a preset and this patient."""
        case = draft.case
        return phrases.defaults_for(self.phrases.sets, preset_id, phrases.age_of(case), case.patient.sex)

    def entered_by(self, path: str) -> str:
        """The initials of who set a field last, where that is somebody else."""
        return self._insight.author_of(path)

    def _after_change(self, path: str) -> None:
        self._notices.clear(REMOVED_NOTICE)
        self._insight.touch(path)
        self._keeper.touch()
        self._view.show_undo(can_undo=self._history.can_undo, can_redo=self._history.can_redo)
        if path.startswith("images"):
            self._pictures.show(self._draft.case)

    def _offer_undo(self, text: str) -> None:
        self._notices.show(REMOVED_NOTICE, "info", text, action=("Undo", self.undo))

    # -- checks, preview, signing ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Run all checks now and show them, missing fields too."""
        self._insight.reveal_all()
        self._view.open_panel("Checks")

    def preview(self) -> None:
        """Show the text of the report beside the form."""
        self._view.open_panel("Report")

    def go_to(self, path: str) -> None:
        """Open the section of ``path`` and focus its field."""
        self._view.focus_path(path)

    def primary(self) -> None:
        """The one big button: sign, or hand over to who signs, or take back."""
        if self._is_editable:
            self._handing_over.begin(self._keeper.record)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._show_header()
        self._view.show_draft(self._draft, exam_changes.cards(self._draft.case))
        self._view.show_undo(can_undo=self._history.can_undo, can_redo=self._history.can_redo)

    def _record_changed(self, record: ExamRecord) -> None:
        self._keeper.take(record)
        self._show_header()

    def _show_header(self) -> None:
        record = self._keeper.record
        if record is None:
            return
        user = self._desk.session.user
        actions = ExamActions(
            exam_texts.primary_label(record.state, user.role) if self._is_editable else "",
            can_edit=self._is_editable,
            can_export=record.state is ExamState.SIGNED and user.role in POWERS["bundle.export"],
        )
        self._view.show_header(exam_texts.header(self._draft.case, record.state), actions)

    def _show_save_state(self, text: str, kind: SaveKind) -> None:
        if self._is_editable:
            self._view.show_save_state(text, kind)
        else:
            self._view.show_save_state("Read only", "read-only")


def _load_record(desk: Desk, exam_id: str, _progress: Progress) -> ExamRecord:
    return drafts.load(desk, exam_id)
