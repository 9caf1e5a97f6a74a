"""The patient's other exams beside the open one: read by a worker, compared anew as the draft changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parotis.domain import comparison, lexicon, wording
from parotis.domain.anatomy import described
from parotis.domain.comparison_wording import change_text, comparison_text, interval, verdict_text
from parotis.domain.trend import trend
from parotis.presentation.exam_view_contract import Prior, PriorChange, PriorExam
from parotis.presentation.messages import text_of
from parotis.services import reports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from parotis.domain.case import Case, Finding, Lesion
    from parotis.domain.comparison import EarlierExam, LesionComparison, SizeComparison
    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks
    from parotis.services.desk import Desk

NOTICE = "exam-history"
FILL_NOTICE = "comparison-fill"
NOTHING_SIGNED = "No signed exam of this patient came before this one, so there is nothing to fill in."
FIELD_IS_TYPED = "The comparison holds text that was typed. Clear it, then fill it again."


NO_CHART_NUMBER = "Without a chart number no earlier exam is known."
NO_TIME = "This exam has no time, so none is earlier."
NONE_EARLIER = "This patient has no earlier exam here."
NOT_READ = "The earlier exams are not read yet."


class ExamHistory:
    """Lives as long as an exam is open. ``read`` is called when the other exams were read from the record."""

    def __init__(self, desk: Desk, tasks: Tasks, notices: Notices, read: Callable[[], None]) -> None:
        self._desk, self._tasks, self._notices, self._read = desk, tasks, notices, read
        self._task: Task | None = None
        self._exam_id = ""
        self._asked: str | None = None
        self._filled = ""
        self._is_read = False
        self.others: tuple[EarlierExam, ...] = ()
        """The patient's other exams, newest first, also later ones and drafts."""

    def start(self, exam_id: str) -> None:
        """Begin with a newly opened exam."""
        self.close()
        self._exam_id = exam_id

    def close(self) -> None:
        """Forget what was read."""
        if self._task is not None:
            self._task.forget()
        self._task, self._asked, self._filled, self._is_read, self.others = None, None, "", False, ()
        for key in (NOTICE, FILL_NOTICE):
            self._notices.clear(key)

    def follow(self, case: Case) -> None:
        """Read the other exams, unless those of this chart number were read."""
        chart_number = case.patient.chart_number or ""
        if chart_number == self._asked:
            return
        self._asked, self._is_read, self.others = chart_number, False, ()
        if self._task is not None:
            self._task.forget()
        work = partial(_other_exams, self._desk, case, self._exam_id)
        taken = partial(self._taken, case)
        self._task = self._tasks.start(work, on_success=taken, on_failure=partial(self._failed, case))

    def _taken(self, case: Case, others: tuple[EarlierExam, ...]) -> None:
        self._notices.clear(NOTICE)
        self.others, self._is_read = others, True
        told = case.interpretation.comparison or ""
        if told and told == self._text(case):  # filled in before and left as it was
            self._filled = told
        self._read()

    def _failed(self, case: Case, error: ParotisError) -> None:
        self._asked = None
        text = f"The earlier exams cannot be shown. {text_of(error)}"
        self._notices.show(NOTICE, "warning", text, action=("Try again", partial(self.follow, case)))

    def prior(self, case: Case) -> Prior:
        """What the panel shows beside a case."""
        return prior_of(case, self.others) if self._is_read else Prior(note=NOT_READ)

    def text_to_fill(self, case: Case) -> str | None:
        """The text for the field "comparison"; None, and a notice says why, where it may not be filled."""
        told, text = case.interpretation.comparison or "", self._text(case)
        if text and told in ("", self._filled, text):
            self._notices.clear(FILL_NOTICE)
            self._filled = text
            return text
        self._notices.show(FILL_NOTICE, "info", FIELD_IS_TYPED if text else NOTHING_SIGNED)
        return None

    def _text(self, case: Case) -> str:
        return comparison_text(case, comparison.earlier_than(case, comparison.signed(self.others)))


def _other_exams(desk: Desk, case: Case, exam_id: str, _progress: Progress) -> tuple[EarlierExam, ...]:
    return reports.other_exams(desk, case, exam_id)


def prior_of(case: Case, others: Sequence[EarlierExam]) -> Prior:
    """What the panel shows of the exams before this one: drafts too, marked as such."""
    earlier = comparison.earlier_than(case, others)
    on = case.exam.performed_at
    if on is None or not earlier:
        has_chart_number = bool(case.patient.chart_number)
        return Prior(note=NO_CHART_NUMBER if not has_chart_number else NO_TIME if on is None else NONE_EARLIER)
    lesions = [_lesion_change(found, on.date()) for found in comparison.compared_lesions(case, earlier)]
    sizes = _size_changes(comparison.compared_sizes(case, earlier))
    return Prior(
        tuple(_exam(exam, on.date()) for exam in earlier),
        (*lesions, *sizes),
        comparison.DISPLAY_RULE if lesions else "",
        trend(comparison.series(case, earlier)),
    )


def _lesion_change(found: LesionComparison, on: date) -> PriorChange:
    place = wording.place(found.structure, found.side)
    parts = [_size(found.today)] if found.today else []
    if found.earlier is not None:
        draft = "" if found.earlier.is_signed else ", draft"
        at = found.earlier.at.date()
        parts.append(f"earlier {_size(found.earlier.lesion)} ({wording.day(at)}, {interval(at, on)}{draft})")
    longest, volume = change_text(found.axes_mm[0], "mm"), change_text(found.volume_ml, "mL")
    parts += ([f"longest axis {longest}"] if longest else []) + ([f"volume {volume}"] if volume else [])
    name = f"{place}, lesion {found.letter}" if found.letter else place
    return PriorChange(name, verdict_text(found), "; ".join(parts), found.path)


def _size_changes(sizes: Sequence[SizeComparison]) -> list[PriorChange]:
    """One for each structure, with all its sizes."""
    by_place: dict[str, list[SizeComparison]] = {}
    for size in sizes:
        by_place.setdefault(wording.place(size.structure, size.side), []).append(size)
    return [
        PriorChange(place, "", "; ".join(map(_size_change, found)), found[0].path) for place, found in by_place.items()
    ]


def _size_change(found: SizeComparison) -> str:
    before, after, difference = found.change_mm.before, found.change_mm.after, found.change_mm.difference
    told = change_text(found.change_mm, "mm") if difference and difference.value else "no difference"
    earlier = f"earlier {_mm(before)} on {wording.day(found.at.date())}"
    return f"{found.label.lower()} {_mm(after)}, {earlier}, {told}"


def _mm(value: Decimal | None) -> str:
    return "not recorded" if value is None else f"{lexicon.millimetres(value)} mm"


def _size(lesion: Lesion) -> str:
    return lexicon.axes(lesion.size_mm or ()) or "no size recorded"


def _exam(exam: EarlierExam, on: date) -> PriorExam:
    at, reason = exam.case.exam.performed_at, exam.case.rationale.reason
    title = wording.moment(at) if at else "Time not recorded"
    detail = (
        f"{interval(at.date(), on)} before" if at else "",
        wording.capitalised(wording.term(reason)) if reason else "Reason not recorded",
        "Signed" if exam.is_signed else "Draft, not signed",
    )
    findings = tuple(_findings(exam.case)) if exam.is_whole else ()
    return PriorExam(exam.exam_id, title, " \u00b7 ".join(part for part in detail if part), findings)


_STATE_TITLES = {"normal": "Normal", "not-seen": "Not seen", "not-examined": "Not examined"}


def _findings(case: Case) -> list[str]:
    """A line for each abnormal finding and each lesion, one for each other state, then the impression."""
    lines = [_finding(finding) for finding in case.findings if finding.state == "abnormal" or finding.lesions]
    for state, title in _STATE_TITLES.items():
        places = [described(f.structure, f.side) for f in case.findings if f.state == state and not f.lesions]
        if places:
            lines.append(f"{title}: {', '.join(places)}")
    return [*lines, *(f"Impression: {text}" for text in case.interpretation.impression)]


def _finding(finding: Finding) -> str:
    lesions = [
        f"{one.label or 'Lesion'} {lexicon.words(one.kind or 'lesion')}, {_size(one)}" for one in finding.lesions
    ]
    return f"{wording.place(finding.structure, finding.side)}: {'; '.join(lesions) or 'abnormal'}"
