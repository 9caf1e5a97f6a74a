"""What an assistant entered is passed over once by the dentist before the report is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.forms import exam_form

if TYPE_CHECKING:
    from collections.abc import Collection

    from parotis.domain.draft_entry import Entry
    from parotis.services.desk import Desk

_SIGNING_ROLE = "dentist"


def dentists(desk: Desk) -> frozenset[str]:
    """The user ids of those whose own entries need no second look."""
    return frozenset(user.user_id for user in desk.session.users() if user.role == _SIGNING_ROLE)


def unreviewed(entry: Entry, signers: Collection[str]) -> dict[str, str]:
    """Sections with fields that no signer set last and that were not reviewed since: each with the first such path."""
    found: dict[str, str] = {}
    for path in entry.written_by_others(signers):
        section = exam_form.section_of(path)
        if section not in entry.reviewed:
            found.setdefault(section, path)
    return {name: found[name] for name in exam_form.NAMES if name in found}


def by_others(entry: Entry, signers: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The fields of each section that were set last by somebody who does not sign."""
    found: dict[str, tuple[str, ...]] = {}
    for path in entry.written_by_others(signers):
        section = exam_form.section_of(path)
        found[section] = (*found.get(section, ()), path)
    return found
