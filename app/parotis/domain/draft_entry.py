"""What is known of a draft beside its case: what is proposed and not confirmed, who set each field, what was reviewed.

None of it is part of the case, so nothing of it can reach a report, a narrative or an export.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

PathMove = Callable[[str], str | None]
"""Where a path points after a change of a list; None when it pointed into what is gone."""


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """A phrase that was put into the draft: its set, the version of the set, and its id in it."""

    set_name: str
    version: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Entry:
    """``proposed`` holds case-file values by path that wait to be confirmed; the case has nothing there.

    ``authors`` says by path whose hand (a user id) set the field last; a path covers what lies below it.
    ``reviewed`` are the sections that the dentist has passed over since somebody else wrote in them.
    """

    proposed: Mapping[str, Any] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    reviewed: frozenset[str] = frozenset()
    phrases: tuple[PhraseUse, ...] = ()

    def moved(self, move: PathMove) -> Entry:
        """The entry after an insert into a list or a removal."""
        return dataclasses.replace(self, proposed=_moved(self.proposed, move), authors=_moved(self.authors, move))

    def settled(self, path: str) -> Entry:
        """Without a proposal at ``path``: a person has decided."""
        if path not in self.proposed:
            return self
        return dataclasses.replace(self, proposed={other: v for other, v in self.proposed.items() if other != path})

    def proposing(self, values: Mapping[str, Any]) -> Entry:
        """With further proposals; those of the same path are replaced."""
        return dataclasses.replace(self, proposed={**self.proposed, **values}) if values else self

    def using(self, use: PhraseUse) -> Entry:
        """With a phrase that is put in; one that was used before is known already."""
        return self if use in self.phrases else dataclasses.replace(self, phrases=(*self.phrases, use))

    def written_by(self, user_id: str, path: str, section: str, *, is_signer: bool) -> Entry:
        """Somebody wrote at ``path``. What is written by another hand than the signer's is to be reviewed again."""
        below = (f"{path}.", f"{path}[")
        authors = {other: user for other, user in self.authors.items() if not other.startswith(below)}
        reviewed = self.reviewed if is_signer else self.reviewed - {section}
        return dataclasses.replace(self, authors={**authors, path: user_id}, reviewed=reviewed)

    def author_of(self, path: str) -> str | None:
        """Who set the field at ``path`` last: the longest path above it that is signed for."""
        while path:
            if path in self.authors:
                return self.authors[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None

    def written_by_others(self, signers: Collection[str]) -> tuple[str, ...]:
        """The paths that were set last by somebody who is no signer."""
        return tuple(path for path, user in self.authors.items() if user not in signers)


def _moved(values: Mapping[str, Any], move: PathMove) -> dict[str, Any]:
    moved = ((move(path), value) for path, value in values.items())
    return {path: value for path, value in moved if path is not None}
