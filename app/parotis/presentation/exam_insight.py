"""What the program says about the draft while it is typed: checks, outline, narrative, report text.

Recomputed a moment after a key, never on it, and only for what is in front. What must be read from the record
(the patient on file, missing pictures, letterhead, code sets) is read by a worker and kept.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parotis.domain import narrative
from parotis.domain.checks import CheckContext, issues
from parotis.domain.narrative import Sentence
from parotis.domain.report_composition import compose
from parotis.forms import exam_form
from parotis.presentation import exam_texts
from parotis.presentation.exam_history import ExamHistory
from parotis.presentation.exam_view_contract import Checks, NarrativeText, Prior, SectionEntry
from parotis.presentation.messages import text_of
from parotis.presentation.section_states import section_marks, shown_marks
from parotis.services import reports, reviewing

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Case
    from parotis.domain.errors import ParotisError
    from parotis.domain.issue import Issue
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks, Timers
    from parotis.presentation.exam_view_contract import ExamViewContract, NarrativeLength, PanelTab
    from parotis.presentation.undo import Draft
    from parotis.services.desk import Desk
    from parotis.services.ports import Practice, UserProfile

IDLE_MS = 15
NOTICE = "exam-context"


@dataclass(frozen=True, slots=True)
class Background:
    """What only the record knows about the exam; ``key`` says for which patient and pictures it was read."""

    key: tuple[object, ...]
    checks: CheckContext
    practice: Practice
    people: tuple[UserProfile, ...]


class ExamInsight:
    """Lives as long as an exam is open. ``current`` gives the newest draft."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        timers: Timers,
        notices: Notices,
        view: ExamViewContract,
        current: Callable[[], Draft],
        refreshed: Callable[[], None],
    ) -> None:
        self._desk, self._tasks, self._notices, self._view = desk, tasks, notices, view
        self._current, self._refreshed = current, refreshed
        self._idle = timers.single_shot(self.refresh)
        self.history = ExamHistory(desk, tasks, notices, self._show_tab)
        self._task: Task | None = None
        self._exam_id = ""
        self._background: Background | None = None
        self._asked: tuple[object, ...] | None = None
        self._checks = Checks()
        self._tab: PanelTab = "Checks"
        self._length: NarrativeLength = "400"
        self._revealed: set[str] = set()
        self._touched: set[str] = set()

    @property
    def context(self) -> CheckContext | None:
        """What the checks know; None until it was read from the record."""
        return self._background.checks if self._background else None

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The checks as last computed."""
        return self._checks.issues

    def start(self, exam_id: str) -> None:
        """Begin with a newly opened exam."""
        self.close()
        self._exam_id = exam_id
        self._revealed, self._touched = set(), set()
        self._show_checks(())
        self._view.show_prior(Prior())
        self.history.start(exam_id)
        self.refresh()

    def close(self) -> None:
        """Nothing more is shown."""
        self._idle.stop()
        self.history.close()
        if self._task is not None:
            self._task.forget()
        self._background, self._asked, self._task = None, None, None

    def touch(self, path: str) -> None:
        """The draft changed at ``path``."""
        self._touched.add(path)
        self._idle.start(IDLE_MS)

    def reveal(self, *sections: str) -> None:
        """Show what is missing in these sections at its fields from now on."""
        self._revealed.update(sections)
        self._idle.start(IDLE_MS)

    def reveal_all(self) -> None:
        """Check everything now."""
        self._revealed.update(exam_form.NAMES)
        self.refresh()

    def show_tab(self, tab: PanelTab) -> None:
        """This tab of the side panel is in front."""
        self._tab = tab
        self._show_tab()

    def show_length(self, length: NarrativeLength) -> None:
        """The narrative is wanted at this length."""
        self._length = length
        self._show_tab()

    def refresh(self) -> None:
        """Compute again from the newest draft."""
        self._idle.stop()
        draft = self._current()
        self.history.follow(draft.case)
        self._read_background(draft.case)
        if self._background is not None:
            known = dataclasses.replace(self._background.checks, rejected=draft.rejected)
            context = reports.with_entry(known, draft.entry, self._signers())
            self._show_checks(issues(self._desk.resolved(draft.case), context))
        self._view.show_sections(section_marks(draft, self._checks.issues))
        self._view.show_entries(self._entries(draft))
        self._show_tab()
        self._refreshed()

    def author_of(self, path: str) -> str:
        """The initials of who set a field last, where that is somebody else; empty otherwise."""
        author = self._current().entry.author_of(path)
        if author is None or author == self._desk.session.user.user_id or self._background is None:
            return ""
        names = {person.user_id: person.name for person in self._background.people}
        return exam_texts.initials(names.get(author, ""))

    def _signers(self) -> frozenset[str]:
        people = self._background.people if self._background else ()
        return frozenset(person.user_id for person in people if person.role == "dentist")

    def _entries(self, draft: Draft) -> dict[str, SectionEntry]:
        signers = self._signers()
        may_review = self._desk.session.user.user_id in signers
        waiting = reviewing.unreviewed(draft.entry, signers)
        people = self._background.people if self._background else ()
        return {
            section: SectionEntry(
                exam_texts.entered_by(paths_of, draft.entry, people), needs_review=may_review and section in waiting
            )
            for section, paths_of in reviewing.by_others(draft.entry, signers).items()
        }

    def _show_checks(self, found: tuple[Issue, ...]) -> None:
        draft = self._current()
        marks = shown_marks(draft, found, self._revealed, self._touched)
        old = self._checks
        changed = frozenset(path for path in {*old.marks, *marks} if old.marks.get(path) != marks.get(path))
        self._checks = Checks(found, marks)
        if changed or found != old.issues:
            self._view.show_checks(self._checks, changed)

    def _show_tab(self) -> None:
        if self._tab == "Prior":
            self._view.show_prior(self.history.prior(self._current().case))
        if self._background is None:
            return
        case, practice = self._desk.resolved(self._current().case), self._background.practice
        if self._tab == "Report":
            self._view.show_report(compose(case, reports.draft_facts(practice, self._exam_id, self.history.others)))
        elif self._tab == "Narrative":
            self._view.show_narrative(narrative_text(case, self._length, practice))

    def _read_background(self, case: Case) -> None:
        chart_number = case.patient.chart_number
        key = (chart_number, tuple((image.file, image.frame) for image in case.images))
        if key == self._asked:
            return
        self._asked = key
        if self._task is not None:
            self._task.forget()
        work = partial(_background, self._desk, self._exam_id, case, key)
        self._task = self._tasks.start(work, on_success=self._background_read, on_failure=self._background_failed)

    def _background_read(self, background: Background) -> None:
        self._notices.clear(NOTICE)
        self._background = background
        self.refresh()

    def _background_failed(self, error: ParotisError) -> None:
        self._asked = None
        text = f"The checks cannot run. {text_of(error)}"
        self._notices.show(NOTICE, "warning", text, action=("Try again", self.refresh))


def narrative_text(case: Case, length: NarrativeLength, practice: Practice) -> NarrativeText:
    """The narrative of a case at one of the lengths of the panel."""
    if length == "letter":
        text = narrative.letter(case, practice_name=practice.name, address_lines=practice.address_lines)
        return NarrativeText(length, None, (Sentence(text, ()),), 0, len(text))
    limit = int(length)
    composed = narrative.compose(case, limit)
    return NarrativeText(length, limit, composed.sentences, len(composed.left_out), len(composed.text))


def _background(desk: Desk, exam_id: str, case: Case, key: tuple[object, ...], _progress: Progress) -> Background:
    """Read on a worker, with the code sets loaded and their search warm."""
    context = reports.context_of(desk, case, {})
    context.icd.search("")
    return Background(key, context, reports.practice_of(desk), desk.session.users())
