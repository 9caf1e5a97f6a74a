"""What the claim screens ask of the use cases. They are imported when first asked, so that unlocking never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from parotis.domain.claims.entries import Entry
    from parotis.services.claim_ports import ClaimFilter
    from parotis.services.desk import Desk
    from parotis.services.remittances import Posted, Preview


class ClaimDeeds(Protocol):
    """Runs on the records pool. All raise what the use cases raise."""

    def record(self, claim_id: str, entry: Entry) -> None: ...

    def open_claim(self, exam_id: str) -> str:
        """The id of the claim of an exam, opened if there was none."""
        ...

    def csv(self, wanted: ClaimFilter) -> bytes: ...

    def outcomes(self) -> tuple[str, ...]:
        """What payers did with this practice's claims, a sentence for each."""
        ...

    def preview(self, data: bytes) -> Preview: ...

    def post(self, data: bytes) -> Posted: ...


class DeskDeeds:
    """Fulfils ``ClaimDeeds`` at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def record(self, claim_id: str, entry: Entry) -> None:
        from parotis.services import claims

        claims.record(self._desk, claim_id, entry)

    def open_claim(self, exam_id: str) -> str:
        from parotis.services import claims

        return claims.open_claim(self._desk, exam_id).claim_id

    def csv(self, wanted: ClaimFilter) -> bytes:
        from parotis.services import claims

        return claims.export_csv(self._desk, wanted)

    def outcomes(self) -> tuple[str, ...]:
        from parotis.services import payers

        told = payers.outcomes(self._desk)
        names = {one.profile.key: one.profile.name for one in payers.profiles(self._desk)}
        return tuple(f"{names.get(key) or key}: {sentence}" for key, sentence in told.items())

    def preview(self, data: bytes) -> Preview:
        from parotis.services import remittances

        return remittances.preview(self._desk, data)

    def post(self, data: bytes) -> Posted:
        from parotis.services import remittances

        return remittances.post(self._desk, data)
