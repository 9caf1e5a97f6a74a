"""The encrypted record: SQLAlchemy Core on SQLCipher. The only package that knows SQL.

Connections are held by a small pool and handed to one thread at a time, so any thread may open a unit of work or ask
a query. Everything that SQLite alone has sits in ``engine`` (PRAGMAs, keys, backup) and ``fulltext`` (FTS5).
"""

from parotis_db.records import EncryptedRecords, open_records

__all__ = ["EncryptedRecords", "open_records"]
