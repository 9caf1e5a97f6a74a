"""What nobody has confirmed, and what the dentist has not passed over, keeps the exam from being signed."""

from __future__ import annotations

from collections.abc import Iterator

from parotis.domain import paths
from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, blocks, sentence, the
from parotis.domain.issue import Issue


def unconfirmed(case: Case, context: CheckContext) -> Iterator[Issue]:
    """A structure that is proposed as normal is not normal yet."""
    for path in context.proposed:
        steps = paths.steps(path)
        if len(steps) != 3 or steps[0] != "findings" or steps[2] != "state":
            continue
        finding = paths.read(case, paths.join(steps[:2]))
        if finding is not None:
            text = f"{sentence(the(finding.structure, finding.side))} is proposed as normal and not confirmed."
            yield blocks("findings.unconfirmed", path, text)


def unreviewed(_: Case, context: CheckContext) -> Iterator[Issue]:
    """The dentist passes once over what somebody else entered."""
    for section, path in context.unreviewed.items():
        text = f"{section} was filled in by somebody else and is not reviewed yet."
        yield blocks("entry.not_reviewed", path, text)


RULES = (unconfirmed, unreviewed)
