"""What the outline says about each section, and which checks are shown at their fields yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import paths
from parotis.domain.case import ExamFacts
from parotis.forms import exam_form
from parotis.presentation.exam_view_contract import SectionMark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from parotis.domain.case import Case
    from parotis.domain.issue import Issue
    from parotis.presentation.undo import Draft

_COUNTED = {"Region": "scan", "Findings": "findings", "Images": "images"}
_EMPTY = {"exam": ExamFacts()}


def section_marks(draft: Draft, issues: tuple[Issue, ...]) -> dict[str, SectionMark]:
    """Every section's state: empty until something is recorded, then blocked, open (advice) or done."""
    marks: dict[str, SectionMark] = {}
    for section in exam_form.SECTIONS:
        own = [issue for issue in issues if exam_form.section_of(issue.path) == section.name]
        marks[section.name] = _mark(section, draft, own)
    blocking = sum(issue.blocks for issue in issues)
    marks["Review"] = SectionMark("blocked", blocking) if blocking else SectionMark("done")
    return marks


def _mark(section: exam_form.Section, draft: Draft, own: list[Issue]) -> SectionMark:
    if not _has_content(section, draft):
        return SectionMark("empty")
    blocking = sum(issue.blocks for issue in own)
    if blocking:
        return SectionMark("blocked", blocking)
    counted = _COUNTED.get(section.name)
    count = len(paths.read(draft.case, counted)) if counted else 0
    return SectionMark("open" if own else "done", count)


def _has_content(section: exam_form.Section, draft: Draft) -> bool:
    if any(exam_form.section_of(path) == section.name for path in draft.rejected):
        return True
    return any(_is_recorded(draft.case, prefix) for prefix in section.prefixes)


def _is_recorded(case: Case, path: str) -> bool:
    if path in ("exam", "exam.performed_at"):
        return False  # Every new exam has its time.
    value = paths.read(case, path)
    if value is None or value == () or value == "":
        return False
    return not (hasattr(value, "__dataclass_fields__") and value == type(value)())


def shown_marks(
    draft: Draft, issues: tuple[Issue, ...], revealed: Collection[str], touched: Collection[str]
) -> Mapping[str, tuple[Issue, ...]]:
    """The checks to show at fields by path: of sections that were left or checked, and of fields that say something."""
    marks: dict[str, tuple[Issue, ...]] = {}
    for issue in issues:
        is_said = issue.path in touched or issue.path in draft.rejected or _says_something(draft.case, issue.path)
        if is_said or exam_form.section_of(issue.path) in revealed:
            marks[issue.path] = (*marks.get(issue.path, ()), issue)
    return marks


def _says_something(case: Case, path: str) -> bool:
    try:
        return paths.read(case, path) not in (None, (), "")
    except (AttributeError, TypeError, ValueError):
        return False
