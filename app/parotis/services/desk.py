"""What a use case works with: the machine, and on it one practice opened by one person.

Roles are enforced here, below any screen or command. A refusal and a wrong passphrase are recorded in the audit chain.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from parotis.domain.case import Interpreter
from parotis.domain.coding import CdtCodeSet, IcdCodeSet
from parotis.domain.errors import CredentialRejected, Refused
from parotis.services.ports import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from parotis.domain.case import Case
    from parotis.services.claim_ports import RemittanceReader
    from parotis.services.ports import (
        Clock,
        Destination,
        Locks,
        PdfComposer,
        PdfSigner,
        Pictures,
        Records,
        RecordStore,
        Resources,
        Role,
        Session,
        Spelling,
        UnitOfWork,
        Vaults,
    )

_Proof = TypeVar("_Proof")

Power = Literal["draft.edit", "report.sign", "bundle.export", "claims.edit", "users.manage", "practice.edit"]

POWERS: dict[Power, frozenset[Role]] = {
    "draft.edit": frozenset({"dentist", "assistant"}),
    "report.sign": frozenset({"dentist"}),
    "bundle.export": frozenset({"dentist", "assistant", "billing"}),
    "claims.edit": frozenset({"dentist", "assistant", "billing", "admin"}),
    "users.manage": frozenset({"dentist", "admin"}),
    "practice.edit": frozenset({"dentist", "admin"}),
}
"""Who may do what. Reading is open to every account."""

ICD_RESOURCES = ("codes/icd10cm-2026-04.codes", "codes/icd10cm-common.json")


@dataclass(frozen=True)
class Machine:
    """The adapters of this machine; needs no practice. Code sets are loaded when first asked for."""

    program_version: str
    resources: Resources
    clock: Clock
    composer: PdfComposer
    signer: PdfSigner
    pictures: Pictures
    vaults: Vaults
    record_store: RecordStore
    destination: Destination
    locks: Locks
    spelling: Spelling
    remittances: RemittanceReader

    @cached_property
    def icd(self) -> IcdCodeSet:
        """The newest ICD-10-CM release that the program ships."""
        return IcdCodeSet.from_bytes(*(self.resources.read(name) for name in ICD_RESOURCES))

    @cached_property
    def cdt(self) -> CdtCodeSet:
        """The CDT code numbers that the program knows, with their dates."""
        return CdtCodeSet.from_bytes(self.resources.read("codes/cdt.json"))


@dataclass(frozen=True, slots=True)
class Desk:
    """An open practice with the person at the keyboard."""

    machine: Machine
    folder: Path
    session: Session
    records: Records

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        return self.records.unit_of_work()

    def require(self, power: Power, object_id: str = "") -> None:
        """Refuse, and record the refusal, unless the person's role has the power.

        Raises:
            Refused: the role may not do this.
        """
        if self.session.user.role in POWERS[power]:
            return
        self.note("refused", object_id, power)
        raise Refused(f"{self.session.user.role} may not {power}")

    def authenticated(self, attempt: Callable[[], _Proof], object_id: str = "") -> _Proof:
        """What ``attempt`` gives, which asks for a passphrase or key anew; a wrong one is recorded.

        Raises:
            CredentialRejected: it was wrong. Whatever else ``attempt`` raises.
        """
        try:
            return attempt()
        except CredentialRejected:
            self.note("credential-rejected", object_id)
            raise

    def note(self, action: str, object_id: str = "", detail: str = "") -> None:
        """Add an entry to the audit chain in a transaction of its own."""
        with self.unit_of_work() as work:
            work.audit.append(self.entry(action, object_id, detail))
            work.commit()

    def entry(self, action: str, object_id: str = "", detail: str = "") -> AuditEntry:
        """An audit entry by this person, now. ``detail`` holds codes and ids, never patient data."""
        user = self.session.user
        return AuditEntry(self.machine.clock.now(), user.user_id, user.role, action, object_id, detail)

    def signer(self) -> Interpreter | None:
        """The person at the keyboard as interpreter; None unless a dentist."""
        user = self.session.user
        if user.role != "dentist":
            return None
        return Interpreter(user.name, user.credentials, user.license_number, user.license_state, user.npi)

    def resolved(self, case: Case) -> Case:
        """The case with its interpreter: the one in the file, or the dentist at the keyboard."""
        if case.exam.interpreter is not None or self.signer() is None:
            return case
        return dataclasses.replace(case, exam=dataclasses.replace(case.exam, interpreter=self.signer()))

    def close(self) -> None:
        """Close the record. The keys stay in memory until the process ends."""
        self.records.close()
