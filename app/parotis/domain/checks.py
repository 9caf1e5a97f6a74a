"""All checks of an exam. What blocks keeps it from being signed; what advises is for the dentist to weigh.

Pure functions over the exam and a ``CheckContext``; no clock, no disk. Codes are stable: scripts rely on them.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, get_args

from parotis.domain import paths
from parotis.domain.case import Case
from parotis.domain.checking import (
    attributes,
    certainty,
    claim,
    confirmation,
    coverage,
    impression,
    laterality,
    lesions,
    measurements,
    mentions,
    patient_words,
    people,
    pictures,
    required,
    sizes_in_text,
    support,
    times,
    views,
    wording,
)
from parotis.domain.checking.context import CheckContext, Rule, blocks
from parotis.domain.issue import Issue

__all__ = ["RULES", "CheckContext", "issues"]

RULES: tuple[Rule, ...] = (
    *required.RULES,
    *people.RULES,
    *patient_words.RULES,
    *times.RULES,
    *coverage.RULES,
    *measurements.RULES,
    *lesions.RULES,
    *attributes.RULES,
    *laterality.RULES,
    *impression.RULES,
    *mentions.RULES,
    *sizes_in_text.RULES,
    *certainty.RULES,
    *pictures.RULES,
    *views.RULES,
    *claim.RULES,
    *support.RULES,
    *wording.RULES,
    *confirmation.RULES,
)


MOST_LINES = 100
"""Lines of the impression, and of the differential, that are read; more are never meant."""

_LISTS = ("impression", "differential")


def issues(case: Case, context: CheckContext) -> tuple[Issue, ...]:
    """Everything the checks say, without repeats: blocking first, then in the order of the form.

    A field whose text does not parse is reported as that and as nothing else; a state that waits to be confirmed is not
    called missing as well.
    """
    read = _within_bounds(case)
    found = dict.fromkeys(
        issue
        for rule in RULES
        for issue in rule(read, context)
        if issue.path not in context.rejected
        and not (issue.code == "findings.state.missing" and issue.path in context.proposed)
    )
    for path in context.rejected:
        found[blocks("value.unreadable", path, "What is typed here cannot be read as this field's kind of value.")] = (
            None
        )
    for name in _LISTS:
        if len(getattr(case.interpretation, name)) > MOST_LINES:
            text = f"There are more than {MOST_LINES} lines; the checks read no more, so nothing can be signed."
            found[blocks(f"interpretation.{name}.many", f"interpretation.{name}[{MOST_LINES}]", text)] = None
    return tuple(sorted(found, key=lambda issue: (not issue.blocks, _place(issue.path), issue.code)))


def _within_bounds(case: Case) -> Case:
    """The case with no more lines than the checks read: each line is compared with all others."""
    reading = case.interpretation
    cut = {name: lines[:MOST_LINES] for name in _LISTS if len(lines := getattr(reading, name)) > MOST_LINES}
    return dataclasses.replace(case, interpretation=dataclasses.replace(reading, **cut)) if cut else case


@functools.lru_cache(maxsize=4096)
def _place(path: str) -> tuple[int, ...]:
    """Where a path stands in the order of the form."""
    place: list[int] = []
    owner: Any = Case
    for step in paths.steps(path):
        if isinstance(step, int):
            place.append(step)
            owner = _item_type(owner)
        else:
            types = paths.field_types(owner)
            place.append(list(types).index(step))
            owner = paths.without_none(types[step])
    return tuple(place)


def _item_type(owner: Any) -> Any:
    return paths.without_none(get_args(owner)[0])
