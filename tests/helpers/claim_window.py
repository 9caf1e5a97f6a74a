"""One claim in its window over a real record: a desk, a presenter whose work runs at once, and the view."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from helpers import claim_journeys, sample_cases
from helpers.exam_desk import RESOURCES
from helpers.presenter_ports import InlineTasks, RecordingNotices
from PySide6.QtWidgets import QApplication, QWidget

from parotis.presentation.claim_presenter import ClaimPresenter
from parotis.services import claims, drafts, payers, signing
from parotis.services.drafts import ImportedCase
from parotis.ui.claim_view import ClaimView
from parotis.ui.icons import Icons
from parotis.ui.theme import Theme

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimRecord
    from parotis.services.claims import Opened
    from parotis.services.desk import Desk
    from parotis.ui.claim_section import ClaimSection

Made = TypeVar("Made", bound=QWidget)


def read(name: str) -> bytes:
    """A file below the resources."""
    return (RESOURCES / name).read_bytes()


def with_payers(desk: Desk) -> None:
    """Give the practice the payers of the samples."""
    payers.import_json(desk, "payers.json", json.dumps(claim_journeys.PAYERS).encode())


def new_claim(desk: Desk, passphrase: str, name: str = "parotid-cyst", *, is_signed: bool = True) -> str:
    """A claim for a sample exam that is signed unless told otherwise."""
    exam_id = drafts.import_case(desk, ImportedCase(sample_cases.case(name), ())).exam_id
    if is_signed:
        signing.sign(desk, exam_id, passphrase)
    return claims.open_claim(desk, exam_id).claim_id


def walk(desk: Desk, claim_id: str, *documents: dict[str, Any]) -> ClaimRecord:
    """Record entries as another window would."""
    return claims.record(desk, claim_id, *(claims.read_entry(desk, document) for document in documents))


@dataclass
class ClaimWindow:
    """A claim that is shown, and what is read of it."""

    desk: Desk
    presenter: ClaimPresenter
    view: ClaimView
    notices: RecordingNotices
    claim_id: str

    def claim(self) -> ClaimRecord:
        """As stored."""
        return self.opened().claim

    def opened(self) -> Opened:
        """As stored, with exam and payer."""
        return claims.load(self.desk, self.claim_id)

    def section(self, name: str) -> ClaimSection:
        """A part, in front."""
        self.view.open_section(name)
        return self.view.section(name)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and entry of what was recorded, oldest first."""
        return [(event.kind, json.loads(event.entry_json)) for event in claims.history(self.desk, self.claim_id)]


def shown(desk: Desk, claim_id: str) -> ClaimWindow:
    """The claim in a view of its own; the caller keeps the view and lets it go."""
    theme = Theme(read)
    notices = RecordingNotices()
    presenter = ClaimPresenter(desk, InlineTasks(), notices)
    view = ClaimView(presenter, theme, Icons(read, theme))
    presenter.open(claim_id)
    return ClaimWindow(desk, presenter, view, notices, claim_id)


def named(owner: QWidget, kind: type[Made], name: str) -> Made:
    """The one visible control of a kind that has this accessible name."""
    QApplication.processEvents()  # what was made just now is shown by the next event
    found = [one for one in owner.findChildren(kind) if one.accessibleName() == name and one.isVisibleTo(owner)]
    assert len(found) == 1, f"{len(found)} controls are named {name!r}"
    return found[0]
