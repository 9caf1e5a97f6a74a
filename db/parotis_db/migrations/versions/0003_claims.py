"""Claims with their history and their files, and the remittance files that were read."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text

revision = "0003"
down_revision = "0002"

_STATES = (
    "'to-bill', 'ready', 'sent', 'acknowledged', 'more-information', 'paid', 'part-paid', 'denied', 'appealed', "
    "'upheld', 'overturned', 'closed'"
)

# A claim may change, but only together with an entry in its history, which stays; a kept file stays as it is.
_REFUSALS = (
    (
        "claims_replaced",
        "INSERT ON claims",
        "EXISTS (SELECT 1 FROM claims WHERE seq = NEW.seq OR claim_id = NEW.claim_id)",
    ),
    ("claims_deleted", "DELETE ON claims", "TRUE"),
    ("claim_events_replaced", "INSERT ON claim_events", "EXISTS (SELECT 1 FROM claim_events WHERE seq = NEW.seq)"),
    ("claim_events_changed", "UPDATE ON claim_events", "TRUE"),
    ("claim_events_deleted", "DELETE ON claim_events", "TRUE"),
    (
        "claim_files_replaced",
        "INSERT ON claim_files",
        "EXISTS (SELECT 1 FROM claim_files WHERE claim_id = NEW.claim_id AND sha256 = NEW.sha256)",
    ),
    ("claim_files_changed", "UPDATE ON claim_files", "TRUE"),
    ("claim_files_deleted", "DELETE ON claim_files", "TRUE"),
    (
        "remittance_files_replaced",
        "INSERT ON remittance_files",
        "EXISTS (SELECT 1 FROM remittance_files WHERE sha256 = NEW.sha256)",
    ),
    ("remittance_files_changed", "UPDATE ON remittance_files", "TRUE"),
    ("remittance_files_deleted", "DELETE ON remittance_files", "TRUE"),
)


def upgrade() -> None:
    op.create_table(
        "claims",
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
        CheckConstraint(f"state IN ({_STATES})", name="claims_state"),
        CheckConstraint("due_kind IS NULL OR due_kind IN ('action', 'filing', 'appeal')", name="claims_due_kind"),
        CheckConstraint("was_denied IN (0, 1)", name="claims_was_denied"),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_contents",
        Column("seq", Integer, ForeignKey("claims.seq", ondelete="CASCADE"), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("claim_sha256", Text, nullable=False),
        Column("claim_json", LargeBinary, nullable=False),
        CheckConstraint("revision >= 1", name="claim_contents_revision"),
        CheckConstraint("length(claim_sha256) = 64", name="claim_contents_sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_events",
        Column("seq", Integer, primary_key=True),
        Column("claim_id", Text, ForeignKey("claims.claim_id"), nullable=False),
        Column("at", Text, nullable=False),
        Column("user_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("from_state", Text, nullable=False),
        Column("to_state", Text, nullable=False),
        Column("entry_json", Text, nullable=False),
        CheckConstraint("json_valid(entry_json)", name="claim_events_entry"),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_files",
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
    op.create_table(
        "remittance_files",
        Column("sha256", Text, primary_key=True, nullable=False),
        Column("added_at", Text, nullable=False),
        Column("added_by", Text, nullable=False),
        Column("unmatched_json", Text, nullable=False),
        Column("data", LargeBinary, nullable=False),
        CheckConstraint("length(sha256) = 64", name="remittance_files_sha256"),
        CheckConstraint("json_valid(unmatched_json)", name="remittance_files_unmatched"),
        sqlite_strict=True,
    )
    op.create_index("claims_by_exam", "claims", ["exam_id"])
    op.create_index("claims_by_chart", "claims", ["chart_number"])
    op.create_index("claims_by_sending", "claims", ["state", "sent_on", "charged_cents", "paid_cents"])
    op.create_index(
        "claims_by_search",
        "claims",
        [
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
        ],
    )
    op.create_index("claims_by_outcome", "claims", ["payer_key", "was_denied", "denied_for", "state"])
    op.create_index("claim_events_by_claim", "claim_events", ["claim_id", "seq"])
    for name, event, condition in _REFUSALS:
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END")
