"""How a draft came to be, the practice's manner of writing, and its own lexicon, phrase and template files."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, Text

revision = "0002"
down_revision = "0001"

# Versions stay as they were added, so that an old report can be reproduced.
_REFUSALS = (
    (
        "libraries_replaced",
        "INSERT ON libraries",
        (
            "EXISTS (SELECT 1 FROM libraries WHERE kind = NEW.kind AND name = NEW.name AND owner = NEW.owner"
            " AND version = NEW.version)"
        ),
    ),
    ("libraries_changed", "UPDATE ON libraries", "TRUE"),
    ("libraries_deleted", "DELETE ON libraries", "TRUE"),
)


def upgrade() -> None:
    # Alembic writes no constraint with an added column of SQLite.
    op.execute(
        "ALTER TABLE exam_contents ADD COLUMN entry_json TEXT DEFAULT '{}' NOT NULL"
        " CONSTRAINT exam_contents_entry CHECK (json_valid(entry_json))"
    )
    op.execute(
        "ALTER TABLE practice ADD COLUMN manners_json TEXT DEFAULT '{}' NOT NULL"
        " CONSTRAINT practice_manners CHECK (json_valid(manners_json))"
    )
    op.create_table(
        "libraries",
        Column("kind", Text, primary_key=True, nullable=False),
        Column("name", Text, primary_key=True, nullable=False),
        Column("owner", Text, primary_key=True, nullable=False),
        Column("version", Integer, primary_key=True, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("added_at", Text, nullable=False),
        Column("added_by", Text, nullable=False),
        CheckConstraint("version >= 1", name="libraries_version"),
        CheckConstraint("length(kind) > 0 AND length(name) > 0", name="libraries_name"),
        sqlite_strict=True,
    )
    for name, event, condition in _REFUSALS:
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END")
