"""The first schema."""

from __future__ import annotations

from alembic import op
from sqlalchemy import REAL, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint

revision = "0001"
down_revision = None

_EXAM_COLUMNS = (
    "exam_id, state, chart_number, family_name, given_name, birth_date, sex, name_key, performed_at, listed_at, "
    "reason, created_at, document_id"
)

_OF_FROZEN_EXAM = "(SELECT state FROM exams WHERE seq = OLD.seq) IN ('signing', 'signed')"

# What is refused, and when. Inserts are watched because of INSERT OR REPLACE.
_REFUSALS = (
    ("exams_replaced", "INSERT ON exams", "EXISTS (SELECT 1 FROM exams WHERE seq = NEW.seq OR exam_id = NEW.exam_id)"),
    ("exams_changed", f"UPDATE OF {_EXAM_COLUMNS} ON exams", "OLD.state = 'signed'"),
    ("exams_deleted", "DELETE ON exams", "OLD.state = 'signed'"),
    ("contents_replaced", "INSERT ON exam_contents", "EXISTS (SELECT 1 FROM exam_contents WHERE seq = NEW.seq)"),
    ("contents_changed", "UPDATE ON exam_contents", _OF_FROZEN_EXAM),
    ("contents_deleted", "DELETE ON exam_contents", _OF_FROZEN_EXAM),
    (
        "documents_replaced",
        "INSERT ON documents",
        (
            "EXISTS (SELECT 1 FROM documents WHERE document_id = NEW.document_id"
            " OR (exam_id = NEW.exam_id AND version = NEW.version))"
        ),
    ),
    ("documents_changed", "UPDATE ON documents", "TRUE"),
    (
        "documents_deleted",
        "DELETE ON documents",
        "EXISTS (SELECT 1 FROM exams WHERE document_id = OLD.document_id AND state = 'signed')",
    ),
    ("originals_changed", "UPDATE ON originals", "TRUE"),
    ("pictures_changed", "UPDATE ON pictures", "TRUE"),
    ("audit_replaced", "INSERT ON audit", "EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)"),
    ("audit_changed", "UPDATE ON audit", "TRUE"),
    ("audit_deleted", "DELETE ON audit", "TRUE"),
)

_SEARCH_INDEX = """CREATE VIRTUAL TABLE exam_text USING fts5(
    identity, story, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
)"""


def upgrade() -> None:
    op.create_table(
        "meta",
        Column("key", Text, primary_key=True, nullable=False),
        Column("value", Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "practice",
        Column("only", Integer, CheckConstraint("only = 1", name="practice_single"), primary_key=True),
        Column("practice_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("address_json", Text, nullable=False),
        CheckConstraint("json_valid(address_json)", name="practice_address"),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        Column("user_id", Text, primary_key=True, nullable=False),
        Column("login", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("credentials", Text),
        Column("license_number", Text),
        Column("license_state", Text),
        Column("npi", Text),
        Column("disabled", Integer, nullable=False),
        CheckConstraint("role IN ('dentist', 'assistant', 'billing', 'admin')", name="users_role"),
        CheckConstraint("disabled IN (0, 1)", name="users_disabled"),
        sqlite_strict=True,
    )
    op.create_table(
        "exams",
        Column("seq", Integer, primary_key=True),
        Column("exam_id", Text, nullable=False, unique=True),
        Column("state", Text, nullable=False),
        Column("chart_number", Text),
        Column("family_name", Text),
        Column("given_name", Text),
        Column("birth_date", Text),
        Column("sex", Text),
        Column("name_key", Text, nullable=False),
        Column("performed_at", Text),
        Column("listed_at", Text, nullable=False),
        Column("reason", Text),
        Column("created_at", Text, nullable=False),
        Column("document_id", Text, ForeignKey("documents.document_id", ondelete="SET NULL")),
        CheckConstraint("length(exam_id) > 0", name="exams_id"),
        CheckConstraint("state IN ('draft', 'to-sign', 'signing', 'signed')", name="exams_state"),
        CheckConstraint("birth_date IS NULL OR birth_date LIKE '____-__-__'", name="exams_birth_date"),
        CheckConstraint("state IN ('signing', 'signed') OR document_id IS NULL", name="exams_draft_has_no_document"),
        CheckConstraint("state <> 'signed' OR document_id IS NOT NULL", name="exams_signed_has_document"),
        sqlite_strict=True,
    )
    op.create_table(
        "exam_contents",
        Column("seq", Integer, ForeignKey("exams.seq", ondelete="CASCADE"), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("updated_at", Text, nullable=False),
        Column("updated_by", Text, nullable=False),
        Column("searched_sha256", Text, nullable=False),
        Column("case_sha256", Text, nullable=False),
        Column("rejected_json", Text, nullable=False),
        Column("case_json", LargeBinary, nullable=False),
        CheckConstraint("revision >= 0", name="exam_contents_revision"),
        CheckConstraint("length(case_sha256) = 64", name="exam_contents_sha256"),
        CheckConstraint("json_valid(rejected_json)", name="exam_contents_rejected"),
        sqlite_strict=True,
    )
    op.create_table(
        "documents",
        Column("document_id", Text, primary_key=True, nullable=False),
        Column("exam_id", Text, ForeignKey("exams.exam_id"), nullable=False),
        Column("version", Integer, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("clinical_sha256", Text, nullable=False),
        Column("signed_at", Text, nullable=False),
        Column("signed_by", Text, nullable=False),
        Column("pdf", LargeBinary, nullable=False),
        UniqueConstraint("exam_id", "version", name="documents_version"),
        CheckConstraint("version >= 1", name="documents_version_positive"),
        CheckConstraint("length(sha256) = 64 AND length(clinical_sha256) = 64", name="documents_sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "originals",
        Column("sha256", Text, primary_key=True, nullable=False),
        Column("data", LargeBinary, nullable=False),
        CheckConstraint("length(sha256) = 64", name="originals_sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "pictures",
        Column("sha256", Text, ForeignKey("originals.sha256"), primary_key=True, nullable=False),
        Column("frame", Integer, primary_key=True, nullable=False),
        Column("media_kind", Text, nullable=False),
        Column("frame_count", Integer, nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("mm_per_pixel", REAL),
        Column("facts_json", Text, nullable=False),
        Column("png", LargeBinary, nullable=False),
        CheckConstraint("media_kind IN ('png', 'jpeg', 'dicom')", name="pictures_media_kind"),
        CheckConstraint("frame BETWEEN 1 AND frame_count", name="pictures_frame"),
        CheckConstraint("width > 0 AND height > 0", name="pictures_size"),
        CheckConstraint("mm_per_pixel IS NULL OR mm_per_pixel > 0", name="pictures_scale"),
        CheckConstraint("json_valid(facts_json)", name="pictures_facts"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        Column("seq", Integer, primary_key=True),
        Column("at", Text, nullable=False),
        Column("user_id", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("object_id", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("prev", Text, nullable=False),
        Column("mac", Text, nullable=False),
        CheckConstraint("seq >= 1", name="audit_seq"),
        CheckConstraint("length(mac) = 64", name="audit_mac"),
        sqlite_strict=True,
    )
    op.create_index("exams_by_state", "exams", ["state", "listed_at"])
    op.create_index("exams_by_chart", "exams", ["chart_number", "listed_at", "seq"])
    op.create_index("exams_by_name", "exams", ["name_key"])
    op.create_index("exams_by_document", "exams", ["document_id"])
    op.execute(_SEARCH_INDEX)
    # Rarer merges of the index make the saves between them cheaper.
    op.execute("INSERT INTO exam_text (exam_text, rank) VALUES ('automerge', 16)")
    for name, event, condition in _REFUSALS:
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END")
