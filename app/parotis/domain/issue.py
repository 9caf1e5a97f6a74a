"""What a check says: one finding about one place of the exam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["blocks", "advises"]


@dataclass(frozen=True, slots=True)
class Issue:
    """``code`` is stable, ``path`` says what it speaks about, ``text`` is one sentence for the person."""

    code: str
    severity: Severity
    path: str
    text: str

    @property
    def blocks(self) -> bool:
        """Whether it keeps the exam from being signed."""
        return self.severity == "blocks"


def blocking(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """Those that block."""
    return tuple(issue for issue in issues if issue.blocks)
