"""One transaction over all repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis_db.audit import Audit
from parotis_db.claims import Claims
from parotis_db.repositories import Documents, Exams, Libraries, Pictures, Practices, Users

if TYPE_CHECKING:
    from sqlalchemy import Connection, RootTransaction

    from parotis.services.claim_ports import ClaimRepository
    from parotis.services.ports import (
        AuditRepository,
        DocumentRepository,
        ExamRepository,
        LibraryRepository,
        PictureRepository,
        PracticeRepository,
        UserRepository,
    )


class SqlUnitOfWork:
    """The repositories inside one ``BEGIN IMMEDIATE``. Used by one thread, from begin to commit."""

    def __init__(self, connection: Connection, transaction: RootTransaction, audit_key: bytes) -> None:
        self._transaction = transaction
        self.exams: ExamRepository = Exams(connection)
        self.documents: DocumentRepository = Documents(connection)
        self.pictures: PictureRepository = Pictures(connection)
        self.audit: AuditRepository = Audit(connection, audit_key)
        self.practice: PracticeRepository = Practices(connection)
        self.users: UserRepository = Users(connection)
        self.libraries: LibraryRepository = Libraries(connection)
        self.claims: ClaimRepository = Claims(connection)

    def commit(self) -> None:
        """When this returns, the work is on the disk. Raises StorageFull, StorageFailed and their kin."""
        self._transaction.commit()
