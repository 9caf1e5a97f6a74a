"""What a command answers: an object for programs, lines for people, an exit code for both."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotis.domain.denial_risk import Element
    from parotis.domain.issue import Issue

DONE, USAGE, BLOCKED, REFUSED, FAILED = 0, 2, 3, 4, 5

Answer = dict[str, Any]


def say(text: str) -> None:
    print(text, file=sys.stderr)


def listed_issues(issues: Sequence[Issue]) -> list[Answer]:
    return [
        {"code": issue.code, "severity": issue.severity, "path": issue.path, "text": issue.text} for issue in issues
    ]


def listed_elements(elements: Sequence[Element]) -> list[Answer]:
    return [
        {"id": element.id, "label": element.label, "met": element.is_met, "path": element.path, "text": element.text}
        for element in elements
    ]


def say_issues(issues: Sequence[Issue]) -> None:
    for issue in issues:
        say(f"{issue.severity:8} {issue.path}: {issue.text} [{issue.code}]")
