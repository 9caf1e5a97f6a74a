"""The audit trail: entries that are only ever added, each chained to the one before by a keyed hash.

The chain shows a changed, inserted, moved or removed entry. That the newest entries were cut off, or that an older
copy of the whole file was put back, shows only against ``head`` kept somewhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from parotis.domain.errors import AuditChainBroken
from parotis_db import schema
from parotis_db.mapping import sortable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from parotis.services.ports import AuditEntry

_HEAD = select(schema.audit.c.seq, schema.audit.c.mac).order_by(schema.audit.c.seq.desc()).limit(1)
_ALL = select(schema.audit).order_by(schema.audit.c.seq).execution_options(yield_per=1000)
_APPEND = insert(schema.audit)
_SIGNED_COLUMNS = ("seq", "at", "user_id", "role", "action", "object_id", "detail")


class Audit:
    """The trail inside one transaction."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key

    def append(self, entry: AuditEntry) -> None:
        """Chain the entry to the last one."""
        last, prev = self.head()
        columns = {
            "seq": last + 1,
            "at": sortable(entry.at),
            "user_id": entry.user_id,
            "role": entry.role,
            "action": entry.action,
            "object_id": entry.object_id,
            "detail": entry.detail,
        }
        self._connection.execute(_APPEND, {**columns, "prev": prev, "mac": self._mac(prev, columns)})

    def head(self) -> tuple[int, str]:
        """Sequence number and hash of the last entry; (0, "") when there is none."""
        row = self._connection.execute(_HEAD).one_or_none()
        return (0, "") if row is None else (row.seq, row.mac)

    def verify(self) -> int:
        """Number of entries, all of them checked.

        Raises:
            AuditChainBroken: the hint names the first entry that does not fit.
        """
        count, prev = 0, ""
        for row in self._connection.execute(_ALL).mappings():
            fits = row["seq"] == count + 1 and row["prev"] == prev
            if not fits or not hmac.compare_digest(row["mac"].encode(), self._mac(prev, row).encode()):
                raise AuditChainBroken(f"entry {count + 1}")
            count, prev = count + 1, row["mac"]
        return count

    def _mac(self, prev: str, columns: Any) -> str:
        row = json.dumps([columns[name] for name in _SIGNED_COLUMNS], ensure_ascii=True, separators=(",", ":"))
        return hmac.new(self._key, prev.encode() + row.encode(), hashlib.sha256).hexdigest()
