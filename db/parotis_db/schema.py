"""Tables of the newest schema. The migrations make them; a test holds the two equal.

``exams`` is narrow, for lists and look-ups; what is large or changes with every save is in ``exam_contents``.
Times are ISO 8601 text: ``listed_at``, ``created_at`` and ``updated_at`` in UTC with fixed width, so that they sort;
``performed_at`` and ``signed_at`` as recorded, with their offset.
"""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

practice = Table(
    "practice",
    metadata,
    Column("only", Integer, CheckConstraint("only = 1", name="practice_single"), primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("address_json", Text, nullable=False),
    Column("manners_json", Text, nullable=False, server_default="{}"),
    CheckConstraint("json_valid(address_json)", name="practice_address"),
    CheckConstraint("json_valid(manners_json)", name="practice_manners"),
    sqlite_strict=True,
)

users = Table(
    "users",
    metadata,
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

exams = Table(
    "exams",
    metadata,
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
    Column("document_id", Text, ForeignKey("documents.document_id", ondelete="SET NULL", use_alter=True)),
    CheckConstraint("length(exam_id) > 0", name="exams_id"),
    CheckConstraint("state IN ('draft', 'to-sign', 'signing', 'signed')", name="exams_state"),
    CheckConstraint("birth_date IS NULL OR birth_date LIKE '____-__-__'", name="exams_birth_date"),
    CheckConstraint("state IN ('signing', 'signed') OR document_id IS NULL", name="exams_draft_has_no_document"),
    CheckConstraint("state <> 'signed' OR document_id IS NOT NULL", name="exams_signed_has_document"),
    Index("exams_by_state", "state", "listed_at"),
    Index("exams_by_chart", "chart_number", "listed_at", "seq"),
    Index("exams_by_name", "name_key"),
    Index("exams_by_document", "document_id"),
    sqlite_strict=True,
)

exam_contents = Table(
    "exam_contents",
    metadata,
    Column("seq", Integer, ForeignKey("exams.seq", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("searched_sha256", Text, nullable=False),
    Column("case_sha256", Text, nullable=False),
    Column("rejected_json", Text, nullable=False),
    Column("case_json", LargeBinary, nullable=False),
    Column("entry_json", Text, nullable=False, server_default="{}"),
    CheckConstraint("revision >= 0", name="exam_contents_revision"),
    CheckConstraint("length(case_sha256) = 64", name="exam_contents_sha256"),
    CheckConstraint("json_valid(rejected_json)", name="exam_contents_rejected"),
    CheckConstraint("json_valid(entry_json)", name="exam_contents_entry"),
    sqlite_strict=True,
)

documents = Table(
    "documents",
    metadata,
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

originals = Table(
    "originals",
    metadata,
    Column("sha256", Text, primary_key=True, nullable=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="originals_sha256"),
    sqlite_strict=True,
)

pictures = Table(
    "pictures",
    metadata,
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

libraries = Table(
    "libraries",
    metadata,
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

CLAIM_STATES = (
    "'to-bill', 'ready', 'sent', 'acknowledged', 'more-information', 'paid', 'part-paid', 'denied', 'appealed', "
    "'upheld', 'overturned', 'closed'"
)

claims = Table(
    "claims",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("claim_id", Text, nullable=False, unique=True),
    Column("exam_id", Text, ForeignKey("exams.exam_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("chart_number", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("search_key", Text, nullable=False),
    Column("service_date", Text),
    Column("payer_key", Text),
    Column("payer_name", Text, nullable=False),
    Column("charged_cents", Integer, nullable=False),
    Column("paid_cents", Integer, nullable=False),
    Column("sent_on", Text),
    Column("next_action", Text),
    Column("next_action_on", Text),
    Column("filing_due", Text),
    Column("appeal_due", Text),
    Column("due_on", Text),
    Column("due_kind", Text),
    Column("was_denied", Integer, nullable=False),
    Column("denied_for", Text, nullable=False),
    Column("assigned_to", Text),
    Column("snoozed_until", Text),
    Column("updated_at", Text, nullable=False),
    CheckConstraint("length(claim_id) > 0", name="claims_id"),
    CheckConstraint(f"state IN ({CLAIM_STATES})", name="claims_state"),
    CheckConstraint("due_kind IS NULL OR due_kind IN ('action', 'filing', 'appeal')", name="claims_due_kind"),
    CheckConstraint("was_denied IN (0, 1)", name="claims_was_denied"),
    Index("claims_by_exam", "exam_id"),
    Index("claims_by_chart", "chart_number"),
    Index("claims_by_sending", "state", "sent_on", "charged_cents", "paid_cents"),
    Index(
        "claims_by_search",
        "state",
        "search_key",
        "payer_key",
        "assigned_to",
        "snoozed_until",
        "due_on",
        "due_kind",
        "updated_at",
        "charged_cents",
        "paid_cents",
    ),
    Index("claims_by_outcome", "payer_key", "was_denied", "denied_for", "state"),
    sqlite_strict=True,
)

claim_contents = Table(
    "claim_contents",
    metadata,
    Column("seq", Integer, ForeignKey("claims.seq", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("claim_sha256", Text, nullable=False),
    Column("claim_json", LargeBinary, nullable=False),
    CheckConstraint("revision >= 1", name="claim_contents_revision"),
    CheckConstraint("length(claim_sha256) = 64", name="claim_contents_sha256"),
    sqlite_strict=True,
)

claim_events = Table(
    "claim_events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("claim_id", Text, ForeignKey("claims.claim_id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("entry_json", Text, nullable=False),
    CheckConstraint("json_valid(entry_json)", name="claim_events_entry"),
    Index("claim_events_by_claim", "claim_id", "seq"),
    sqlite_strict=True,
)

claim_files = Table(
    "claim_files",
    metadata,
    Column("claim_id", Text, ForeignKey("claims.claim_id"), primary_key=True, nullable=False),
    Column("sha256", Text, primary_key=True, nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="claim_files_sha256"),
    sqlite_strict=True,
)

remittance_files = Table(
    "remittance_files",
    metadata,
    Column("sha256", Text, primary_key=True, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("unmatched_json", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="remittance_files_sha256"),
    CheckConstraint("json_valid(unmatched_json)", name="remittance_files_unmatched"),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
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
