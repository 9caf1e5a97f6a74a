"""Claims of a real practice: opened, changed by entries, sent only when nothing blocks, kept with their history."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from helpers import claim_journeys, sample_cases
from helpers.practices import dentist_desk

from parotis import bootstrap
from parotis.domain.case import Payer
from parotis.domain.claims import entries
from parotis.domain.claims.payers import AttachmentRules, PayerProfile
from parotis.domain.claims.records import Submission
from parotis.domain.errors import NotFound, Refused, RulesBroken, StaleDraft, StorageCorrupt, UnreadableInput
from parotis.services import claim_letters, claim_pack, claim_situation, claims, drafts, exporting, payers, signing
from parotis.services.claim_ports import ClaimFilter
from parotis.services.drafts import ImportedCase
from parotis.services.ports import SignedDocument, VerdictStatus
from parotis_db.engine import DatabaseKey, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.domain.claims.records import ClaimRecord
    from parotis.services.desk import Desk


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    payers.import_json(desk, "payers.json", json.dumps(claim_journeys.PAYERS).encode())
    yield desk, passphrase
    desk.machine.pictures.close()
    desk.close()


def exam_of(desk: Desk, name: str = "parotid-cyst") -> str:
    return drafts.import_case(desk, ImportedCase(sample_cases.case(name), ())).exam_id


def signed(practice: tuple[Desk, str], name: str = "parotid-cyst") -> str:
    exam_id = exam_of(practice[0], name)
    signing.sign(practice[0], exam_id, practice[1])
    return exam_id


def walk(desk: Desk, claim_id: str, *documents: dict[str, Any]) -> ClaimRecord:
    return claims.record(desk, claim_id, *(claims.read_entry(desk, document) for document in documents))


OVER = {"kind": "override", "gap": "key-image", "reason": "The images were sent before."}


def test_a_claim_begins_with_the_codes_of_the_exam_and_the_payer_that_fits(practice: tuple[Desk, str]) -> None:
    exam_id = exam_of(practice[0])
    claim = claims.open_claim(practice[0], exam_id)
    assert claim.state == "to-bill"
    assert claim.payer_key == "prairie-dental"
    assert [procedure.code for procedure in claim.billing.procedures] == ["D0370"]
    assert claims.open_claim(practice[0], exam_id) == claim


@pytest.mark.parametrize("name", claim_journeys.JOURNEYS)
def test_a_sample_goes_from_the_coverage_call_to_its_end(practice: tuple[Desk, str], name: str) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice, name)).claim_id
    states = [walk(desk, claim_id, document).state for document, _ in claim_journeys.JOURNEYS[name]]
    assert states == [state for _, state in claim_journeys.JOURNEYS[name]]
    events = claims.history(desk, claim_id)
    assert [event.to_state for event in events] == states
    assert {event.user_id for event in events} == {desk.session.user.user_id}
    row = desk.records.queries.claim(claim_id)
    assert row is not None
    assert row.state == states[-1]


def test_the_journeys_recorded_in_one_go_end_the_same_and_a_wrong_one_among_them_leaves_nothing(
    practice: tuple[Desk, str],
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    documents = [document for document, _ in claim_journeys.PAID]
    with pytest.raises(UnreadableInput) as refused:
        walk(desk, claim_id, *documents, {"kind": "appeal-sent", "on": "2026-11-27"})
    assert refused.value.problems[0][0].startswith(f"[{len(documents)}]")
    assert claims.history(desk, claim_id) == ()
    assert walk(desk, claim_id, *documents).state == "closed"
    assert len(claims.history(desk, claim_id)) == len(documents)


def test_a_claim_on_a_draft_cannot_be_sent_whatever_reason_is_given(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    walk(desk, claim_id, OVER)
    with pytest.raises(UnreadableInput):
        walk(desk, claim_id, {"kind": "override", "gap": "report", "reason": "It will be signed."})
    for document in ({"kind": "sent", "submission": {}}, {"kind": "state", "to": "ready"}):
        with pytest.raises(RulesBroken) as blocked:
            walk(desk, claim_id, document)
        assert "claims.gap.report" in {issue.code for issue in blocked.value.issues}


def test_a_claim_on_a_superseded_report_cannot_be_sent_until_it_takes_the_newest(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    exam_id = signed(practice)
    claim_id = claims.open_claim(desk, exam_id).claim_id
    walk(desk, claim_id, OVER)
    with desk.unit_of_work() as work:
        (document,) = work.documents.of_exam(exam_id)
        newer = dataclasses.replace(document, document_id=f"{document.document_id}-2", version=2)
        work.documents.insert(
            SignedDocument(**{one.name: getattr(newer, one.name) for one in dataclasses.fields(newer)})
        )
        work.commit()
    with pytest.raises(RulesBroken) as blocked:
        walk(desk, claim_id, {"kind": "sent", "submission": {}})
    assert {issue.code for issue in blocked.value.issues} == {"claims.gap.report"}
    taken = walk(desk, claim_id, {"kind": "report"})
    assert taken.document_id == newer.document_id
    assert walk(desk, claim_id, {"kind": "sent", "submission": {}}).state == "sent"


def test_without_a_labelled_key_image_a_reason_is_needed(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    with pytest.raises(RulesBroken) as blocked:
        walk(desk, claim_id, {"kind": "sent", "submission": {}})
    assert {issue.code for issue in blocked.value.issues} == {"claims.gap.key-image"}
    assert walk(desk, claim_id, OVER, {"kind": "sent", "submission": {}}).state == "sent"


def test_a_sending_notes_the_report_the_charge_and_an_attachment_number(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    exam_id = signed(practice)
    claim_id = claims.open_claim(desk, exam_id).claim_id
    sent = walk(desk, claim_id, OVER, {"kind": "sent", "submission": {"sent_on": "2026-11-17"}}).submission
    assert sent is not None
    assert (sent.document_id, sent.charged) == (drafts.load(desk, exam_id).document_id, "210.00")
    assert sent.control_number is not None
    assert 2 <= len(sent.control_number) <= 50


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": "dance"}, "kind"),
        ({}, "kind"),
        ([], "kind"),
        ({"kind": "sent", "submission": {"sent_on": "2026-02-30"}}, "submission.sent_on"),
        ({"kind": "sent", "submission": {"frequency": "9"}}, "submission.frequency"),
        ({"kind": "sent", "submission": {"colour": "red"}}, "submission.colour"),
        ({"kind": "remittance", "remittance": {"charged": "many", "paid": "1"}}, "remittance.charged"),
        ({"kind": "remittance", "remittance": {"charged": "210.001", "paid": "1"}}, "remittance.charged"),
        ({"kind": "note", "text": ""}, "text"),
        ({"kind": "override", "gap": "key-image", "reason": ""}, "reason"),
    ],
)
def test_what_is_no_entry_is_named_by_its_field(practice: tuple[Desk, str], document: Any, path: str) -> None:
    with pytest.raises(UnreadableInput) as refused:
        claims.read_entry(practice[0], document)
    assert path in {found for found, _ in refused.value.problems}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": "sent", "submission": {"sent_on": "2091-01-01"}}, "submission.sent_on"),
        ({"kind": "sent", "submission": {"sent_on": "2026-11-01"}}, "submission.sent_on"),
        ({"kind": "sent", "submission": {"frequency": "7"}}, "submission.original_claim_number"),
        ({"kind": "state", "to": "paid"}, "to"),
        ({"kind": "state", "to": "acknowledged"}, "to"),
        ({"kind": "appeal", "appeal": {}}, ""),
        ({"kind": "appeal-sent", "on": "2026-11-20"}, ""),
        ({"kind": "appeal-decided", "on": "2026-11-20", "outcome": "upheld"}, "to"),
        ({"kind": "snooze", "until": "2020-01-01"}, "until"),
        ({"kind": "plan", "action": "call"}, "on"),
        ({"kind": "coverage-call", "call": {"called_at": "2091-01-01T09:00:00Z"}}, "call.called_at"),
        (
            {
                "kind": "authorization",
                "authorization": {
                    "kind": "authorization",
                    "status": "approved",
                    "asked_on": "2026-11-20",
                    "answered_on": "2026-11-10",
                },
            },
            "authorization.answered_on",
        ),
        ({"kind": "assign", "to": "nobody"}, "to"),
    ],
)
def test_an_impossible_step_or_date_is_named_and_changes_nothing(
    practice: tuple[Desk, str], document: dict[str, Any], path: str
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    walk(desk, claim_id, OVER)
    before = claims.load(desk, claim_id)
    with pytest.raises(UnreadableInput) as refused:
        walk(desk, claim_id, document)
    assert path in {found for found, _ in refused.value.problems}
    assert claims.load(desk, claim_id) == before


@pytest.mark.parametrize(
    "remittance",
    [
        {"charged": "210.00", "paid": "100.00"},
        {"charged": "210.00", "paid": "300.00"},
        {"charged": "210.00", "paid": "0.00", "adjustments": [{"group": "CO", "reason": "16", "amount": "200.00"}]},
        {"charged": "210.00", "paid": "-5.00", "adjustments": [{"group": "CO", "reason": "16", "amount": "215.00"}]},
        {"charged": "210.00", "paid": "210.00", "received_on": "2091-01-01"},
        {"charged": "210.00", "paid": "210.00", "received_on": "2026-11-16"},
        {"charged": "210.00", "paid": "210.00", "lines": [{"charged": "200.00", "paid": "200.00"}]},
    ],
)
def test_amounts_that_cannot_be_are_refused(practice: tuple[Desk, str], remittance: dict[str, Any]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    walk(desk, claim_id, OVER, {"kind": "sent", "submission": {"sent_on": "2026-11-17"}})
    with pytest.raises(UnreadableInput):
        walk(desk, claim_id, {"kind": "remittance", "remittance": remittance})
    assert claims.load(desk, claim_id).claim.state == "sent"


def test_a_correction_goes_out_as_a_replacement_with_the_payers_number(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    denial = claim_journeys.OVERTURNED[4][0]
    sent = {"kind": "sent", "submission": {"sent_on": "2026-11-17"}}
    walk(desk, claim_id, OVER, sent, denial, {"kind": "state", "to": "to-bill"})
    with pytest.raises(UnreadableInput):
        walk(desk, claim_id, {"kind": "sent", "submission": {"frequency": "1"}})
    again = {"kind": "sent", "submission": {"frequency": "7", "original_claim_number": "LKM-CLM-1"}}
    assert walk(desk, claim_id, again).state == "sent"


def test_of_two_people_the_second_is_told_that_the_claim_changed(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    claims.record(desk, claim_id, entries.Noted("one"), expected_revision=1)
    with pytest.raises(StaleDraft):
        claims.record(desk, claim_id, entries.Noted("two"), expected_revision=1)


def test_a_hand_edit_is_kept_with_what_was_composed_and_checked_against_the_record(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    fine = claim_situation.situation(desk, claims.load(desk, claim_id))
    walk(
        desk,
        claim_id,
        {"kind": "narrative", "limit": fine.narrative_limit, "text": f"{fine.narrative} See the report."},
    )
    (edit,) = claims.load(desk, claim_id).claim.edits
    assert edit.composed == fine.narrative
    wrong = fine.narrative.replace("right", "left").replace("Right", "Left")
    assert wrong != fine.narrative
    walk(desk, claim_id, OVER, {"kind": "narrative", "limit": fine.narrative_limit, "text": wrong})
    with pytest.raises(RulesBroken) as blocked:
        walk(desk, claim_id, {"kind": "sent", "submission": {}})
    assert {issue.code for issue in blocked.value.issues} == {"claims.gap.narrative"}
    walk(desk, claim_id, {"kind": "narrative", "limit": fine.narrative_limit, "text": None})
    assert walk(desk, claim_id, {"kind": "sent", "submission": {}}).state == "sent"


def test_a_payer_that_is_chosen_stands_on_the_claim_form(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    chosen = walk(desk, claim_id, {"kind": "payer", "payer_key": "lakeshore-medical"})
    assert chosen.billing.payer == Payer("Lakeshore Medical", "LKM77", "medical")
    with pytest.raises(NotFound):
        walk(desk, claim_id, {"kind": "payer", "payer_key": "nobody"})


def test_a_damaged_claim_keeps_no_exam_from_being_saved(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    record = drafts.load(desk, exam_of(desk))
    claim_id = claims.open_claim(desk, record.exam_id).claim_id
    connection = connect(desk.folder / bootstrap.DATABASE_NAME, DatabaseKey(desk.session.database_key))
    seq = connection.execute("SELECT seq FROM claims WHERE claim_id = ?", (claim_id,)).fetchone()[0]
    connection.execute("UPDATE claim_contents SET claim_sha256 = ? WHERE seq = ?", ("0" * 64, seq))
    connection.close()
    saved = drafts.save(desk, record, dataclasses.replace(record.case, history="typed on"))
    assert drafts.load(desk, record.exam_id) == saved
    with pytest.raises(StorageCorrupt):
        claims.load(desk, claim_id)


def test_files_that_the_channel_would_refuse_keep_a_claim_from_being_sent_unless_gone_over(
    practice: tuple[Desk, str],
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    rules = AttachmentRules(types=("pdf",), most_megabytes_each=Decimal("0.001"))
    payers.save(desk, PayerProfile("narrow", "Narrow Plan", "dental", timely_filing_days=3650, attachments=rules))
    walk(desk, claim_id, OVER, {"kind": "payer", "payer_key": "narrow"})
    with pytest.raises(RulesBroken) as blocked:
        walk(desk, claim_id, {"kind": "sent", "submission": {}})
    assert {issue.code for issue in blocked.value.issues} == {"claims.gap.files"}
    with pytest.raises(RulesBroken):
        claim_pack.write(desk, claim_id, desk.folder)
    over = {"kind": "override", "gap": "files", "reason": "The payer takes them by mail."}
    assert walk(desk, claim_id, over, {"kind": "sent", "submission": {}}).state == "sent"
    assert claim_pack.write(desk, claim_id, desk.folder / "out").files


def test_a_scanned_letter_is_kept_and_other_files_are_not(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    letter = claim_letters.pdf(desk, claim_id, "cost-notice")
    kept = claims.keep_file(desk, claim_id, letter)
    with desk.unit_of_work() as work:
        assert work.claims.file(claim_id, kept.sha256).data == letter
    for damaged in (b"MZ a program", b"%PDF-1.7 cut", b"\xff\xd8\xff cut", b"\x89PNG\r\n\x1a\n cut", b""):
        with pytest.raises(UnreadableInput) as refused:
            claims.keep_file(desk, claim_id, damaged)
        assert refused.value.problems[0][0] == "file"
    assert [event.kind for event in claims.history(desk, claim_id)] == ["file"]


def test_the_csv_of_the_list_holds_no_cell_that_a_spreadsheet_runs(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    case = sample_cases.case()
    patient = dataclasses.replace(case.patient, family_name='=cmd|" /C calc"!A0', chart_number="S-csv")
    record = drafts.import_case(desk, ImportedCase(dataclasses.replace(case, patient=patient), ()))
    claims.open_claim(desk, record.exam_id)
    data = claims.export_csv(desk, ClaimFilter(today=dt.date(2026, 11, 28), text="S-csv"))
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True))["Family name"].startswith("'=")
    assert not [cell for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_every_letter_is_a_pdf_and_the_signed_appeal_is_one_valid_file_with_the_report_in_it(
    practice: tuple[Desk, str],
) -> None:
    desk, passphrase = practice
    exam_id = signed(practice, "submandibular-stone")
    claim_id = claims.open_claim(desk, exam_id).claim_id
    walk(desk, claim_id, *(document for document, _ in claim_journeys.OVERTURNED[:6]))
    for what in claim_letters.WHAT:
        assert claim_letters.pdf(desk, claim_id, what).startswith(b"%PDF-")
    file = claim_letters.signed_appeal(desk, claim_id, passphrase)
    verdict = desk.machine.signer.verify(file.data, desk.session.root_certificate)
    assert verdict.status is VerdictStatus.VALID
    document_id = drafts.load(desk, exam_id).document_id or ""
    with desk.unit_of_work() as work:
        report = work.documents.get(document_id)
    assert verdict.attachments["report.pdf"] == report.pdf
    sent = walk(desk, claim_id, {"kind": "appeal-sent", "on": "2026-11-23", "how": "mail"})
    assert sent.appeal is not None
    assert sent.appeal.file_sha256 == file.sha256


def test_letters_that_rest_on_a_signed_report_are_not_written_before_it(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    for what in ("necessity", "summary"):
        with pytest.raises(NotFound):
            claim_letters.letter(desk, claim_id, what)  # type: ignore[arg-type]
    with pytest.raises(UnreadableInput):
        claim_letters.letter(desk, claim_id, "appeal")
    assert "predetermination" in claim_letters.letter(desk, claim_id, "predetermination").text.casefold()


def test_the_paid_amount_is_what_was_paid_less_what_was_taken_back(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    paid = claim_journeys.PAID[6][0]
    back = {
        "kind": "remittance",
        "state": "denied",
        "remittance": {
            "status_code": "22",
            "charged": "-210.00",
            "paid": "-168.00",
            "adjustments": [{"group": "CO", "reason": "45", "amount": "-42.00"}],
        },
    }
    walk(desk, claim_id, OVER, {"kind": "sent", "submission": {"sent_on": "2026-11-17"}}, paid)
    assert claims.paid_cents(claims.load(desk, claim_id).claim) == 16800
    walk(desk, claim_id, back)
    assert claims.paid_cents(claims.load(desk, claim_id).claim) == 0


def test_what_a_person_typed_reaches_neither_the_audit_chain_nor_an_error(
    practice: tuple[Desk, str], tmp_path: Path
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    secret = "Zebulon-Quarantine-9981"
    walk(desk, claim_id, {"kind": "note", "text": secret})
    with pytest.raises(UnreadableInput) as refused:
        claims.read_entry(desk, {"kind": "sent", "submission": {"channel": secret, "frequency": secret}})
    assert secret not in str(refused.value)
    assert all(secret not in text for _, text in refused.value.problems)
    with pytest.raises(UnreadableInput):
        claims.record(desk, claim_id, entries.Sent(Submission(sent_on=dt.date(2091, 1, 1))))
    del tmp_path


def edited(desk: Desk, exam_id: str, **claim: Any) -> None:
    """Another name and chart number in the draft, and other facts of its claim."""
    record = drafts.load(desk, exam_id)
    patient = dataclasses.replace(record.case.patient, family_name="Eklund", chart_number="S-2002")
    billing = dataclasses.replace(record.case.claim, **claim)
    drafts.save(desk, record, dataclasses.replace(record.case, patient=patient, claim=billing))


def test_a_claim_begun_before_the_scan_follows_the_draft_and_the_lists_with_it(practice: tuple[Desk, str]) -> None:
    desk, passphrase = practice
    exam_id = exam_of(desk)
    claim_id = claims.open_claim(desk, exam_id).claim_id
    edited(desk, exam_id, diagnoses=("R22.0", "K11.6"), payer=Payer("Lakeshore Medical", "LKM77", "medical"))
    row = desk.records.queries.claim(claim_id)
    assert row is not None
    assert (row.family_name, row.chart_number, row.payer_key) == ("Eklund", "S-2002", "lakeshore-medical")
    assert row.filing_due is None
    claim = claims.load(desk, claim_id).claim
    assert claim.billing.diagnoses == ("R22.0", "K11.6")
    assert claim.payer_key == "lakeshore-medical"
    signing.sign(desk, exam_id, passphrase)
    claim = claims.load(desk, claim_id).claim
    assert claim.document_id == drafts.load(desk, exam_id).document_id
    assert claim.service_date == dt.date(2026, 11, 12)
    row = desk.records.queries.claim(claim_id)
    assert row is not None
    assert row.service_date == dt.date(2026, 11, 12)
    assert row.filing_due == dt.date(2026, 11, 12) + dt.timedelta(days=3650)


def test_codes_and_payer_set_for_the_claim_stay_when_the_draft_changes(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    exam_id = exam_of(desk)
    claim_id = claims.open_claim(desk, exam_id).claim_id
    walk(desk, claim_id, {"kind": "payer", "payer_key": "lakeshore-medical"})
    edited(desk, exam_id, diagnoses=("K11.6",))
    followed = claims.load(desk, claim_id).claim
    assert (followed.payer_key, followed.billing.diagnoses) == ("lakeshore-medical", ("K11.6",))
    assert followed.billing.payer == Payer("Lakeshore Medical", "LKM77", "medical")
    walk(desk, claim_id, {"kind": "codes", "billing": {"diagnoses": ["R22.0"]}})
    edited(desk, exam_id, diagnoses=("K11.5",))
    assert claims.load(desk, claim_id).claim.billing.diagnoses == ("R22.0",)


def test_a_line_of_the_lists_that_changed_meanwhile_is_not_put_back(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    exam_id = exam_of(desk)
    claim_id = claims.open_claim(desk, exam_id).claim_id
    (early,) = claims.rows_of_exam(desk, drafts.load(desk, exam_id))
    walk(desk, claim_id, {"kind": "plan", "action": "Call the payer", "on": "2026-12-02"})
    with desk.unit_of_work() as work:
        work.claims.list_anew(early)
        work.commit()
    row = desk.records.queries.claim(claim_id)
    assert row is not None
    assert row.next_action == "Call the payer"


def test_a_tick_is_only_for_what_a_person_ticks(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    for item in ("nonsense", "report", "key-image"):
        with pytest.raises(UnreadableInput) as refused:
            walk(desk, claim_id, {"kind": "tick", "item": item})
        assert refused.value.problems[0][0] == "item"
    assert [tick.item for tick in walk(desk, claim_id, {"kind": "tick", "item": "cost-told"}).ticks] == ["cost-told"]
    assert walk(desk, claim_id, {"kind": "tick", "item": "cost-told", "is_done": False}).ticks == ()


def test_an_entry_larger_than_the_limit_is_refused(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    with pytest.raises(UnreadableInput):
        walk(desk, claim_id, {"kind": "codes", "billing": {"diagnoses": ["x" * 90_000] * 400}})
    assert claims.history(desk, claim_id) == ()


def test_which_file_an_appeal_is_cannot_be_told_from_outside(practice: tuple[Desk, str]) -> None:
    with pytest.raises(UnreadableInput) as refused:
        claims.read_entry(practice[0], {"kind": "appeal", "appeal": {"file_sha256": "a" * 64}})
    assert refused.value.problems[0][0] == "appeal.file_sha256"


@pytest.mark.parametrize("fee", ["100.00\n", "1\u0661", "1e5", "0.001", "-5"])
def test_a_fee_that_is_no_amount_is_named_and_never_reckoned_with(practice: tuple[Desk, str], fee: str) -> None:
    document = {"kind": "codes", "billing": {"procedures": [{"code": "D0370", "fee": fee}]}}
    with pytest.raises(UnreadableInput) as refused:
        claims.read_entry(practice[0], document)
    assert [path for path, _ in refused.value.problems] == ["billing.procedures[0].fee"]


def test_a_pack_speaks_of_the_claims_own_codes_and_of_the_numbers_that_the_payer_gave(
    practice: tuple[Desk, str],
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    authorization = {"status": "approved", "number": "PA-551"}
    predetermination = {"status": "denied", "number": "PD-REFUSED"}
    walk(
        desk,
        claim_id,
        {"kind": "authorization", "authorization": {"kind": "authorization", **authorization}},
        {"kind": "authorization", "authorization": {"kind": "predetermination", **predetermination}},
    )
    billing = claims.load(desk, claim_id).claim.billing
    claims.record(desk, claim_id, entries.CodesSet(dataclasses.replace(billing, diagnoses=("R22.0", "K11.6"))))
    contents = claim_pack.preflight(desk, claim_id).contents
    claim = json.loads(contents["claim.json"])
    assert (claim["prior_authorization"], claim["predetermination"]) == ("PA-551", None)
    letter = contents["narrative.txt"].decode()
    assert "Prior authorization: PA-551" in letter
    assert "K11.6" in letter
    assert "PD-" not in letter
    necessity = claim_letters.letter(desk, claim_id, "necessity").text
    assert "PA-551" in necessity
    assert "PD-" not in necessity


def test_a_pack_for_a_medical_plan_says_that_the_practices_procedure_code_is_missing(
    practice: tuple[Desk, str],
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    walk(desk, claim_id, {"kind": "payer", "payer_key": "lakeshore-medical"})
    assert any("medical procedure code" in text for text in claim_pack.preflight(desk, claim_id).warnings)


def test_a_claim_export_that_goes_out_with_a_reason_says_so(practice: tuple[Desk, str], tmp_path: Path) -> None:
    desk = practice[0]
    exam_id = signed(practice)
    with pytest.raises(RulesBroken):
        exporting.export(desk, exam_id, tmp_path, purpose="claim", override_reason="  ")
    bundle = exporting.export(desk, exam_id, tmp_path, purpose="claim", override_reason="The images go by mail.")
    claim = json.loads((bundle.folder / "claim.json").read_text(encoding="utf-8"))
    assert claim["overrides"] == [{"gap": "key-image", "reason": "The images go by mail."}]


@pytest.mark.parametrize(
    ("text", "code"),
    [("Cyst. " * 67, "narrative.too_long"), (" ", "narrative.empty"), ("\u202e.", "narrative.empty")],
)
def test_a_narrative_that_is_empty_or_longer_than_the_payer_takes_keeps_the_claim_from_being_sent(
    practice: tuple[Desk, str], text: str, code: str
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice)).claim_id
    walk(desk, claim_id, OVER, {"kind": "narrative", "limit": 400, "text": text})
    found = claim_situation.situation(desk, claims.load(desk, claim_id))
    assert code in {issue.code for issue in found.narrative_issues}
    with pytest.raises(RulesBroken) as blocked:
        walk(desk, claim_id, {"kind": "sent", "submission": {}})
    assert {issue.code for issue in blocked.value.issues} == {"claims.gap.narrative"}
    walk(desk, claim_id, {"kind": "narrative", "limit": 400})
    assert walk(desk, claim_id, {"kind": "sent", "submission": {}}).state == "sent"


def test_another_payer_among_the_codes_brings_its_own_rules(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    for payer, key in (({"id": "LKM77", "kind": "medical"}, "lakeshore-medical"), ({"name": "Nobody's Plan"}, None)):
        assert walk(desk, claim_id, {"kind": "codes", "billing": {"payer": payer}}).payer_key == key
        opened = claims.load(desk, claim_id)
        assert (opened.profile.key if opened.profile else None) == key


def test_a_profile_that_comes_after_the_claim_is_found(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    exam_id = exam_of(desk)
    edited(desk, exam_id, payer=Payer("Late Dental", None, "dental"))
    claim_id = claims.open_claim(desk, exam_id).claim_id
    assert claims.load(desk, claim_id).profile is None
    payers.save(desk, PayerProfile("late-dental", "Late Dental", "dental"))
    assert claims.load(desk, claim_id).claim.payer_key == "late-dental"


def test_two_that_record_at_once_both_have_their_entry(
    practice: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, exam_of(desk)).claim_id
    load, meanwhile = claims.load, [entries.Noted("the quicker one")]

    def loaded_then_overtaken(at: Desk, of: str) -> claims.Opened:
        found = load(at, of)
        while meanwhile:
            claims.record(at, of, meanwhile.pop())
        return found

    monkeypatch.setattr(claims, "load", loaded_then_overtaken)
    claims.record(desk, claim_id, entries.Noted("the slower one"))
    assert [json.loads(event.entry_json)["text"] for event in claims.history(desk, claim_id)] == [
        "the quicker one",
        "the slower one",
    ]


def test_an_appeal_is_signed_with_the_dentists_passphrase_only(practice: tuple[Desk, str]) -> None:
    desk = practice[0]
    claim_id = claims.open_claim(desk, signed(practice, "submandibular-stone")).claim_id
    walk(desk, claim_id, *(document for document, _ in claim_journeys.OVERTURNED[:6]))
    with pytest.raises(Refused):
        claim_letters.signed_appeal(desk, claim_id, "wrong passphrase entirely")
    with desk.unit_of_work() as work:
        assert work.claims.files(claim_id) == ()
