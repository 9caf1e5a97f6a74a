"""The bundle of a signed exam: complete or absent, and said to be exported only after every file was read back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from parotis.domain import canonical, narrative, study_codes, wording
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.errors import NotFound, RulesBroken
from parotis.domain.issue import Issue
from parotis.domain.report_composition import ReportFacts, image_label_lines, is_key
from parotis.services import drafts
from parotis.services.ports import ExamState, ImageLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.domain.case import Case, Image
    from parotis.domain.case import Claim as BillingFacts
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, Practice, SignedDocument

Purpose = Literal["record", "claim"]

MANIFEST = "manifest.json"
ROOT_CERTIFICATE = "practice-root.cer"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: the folder and every file with its size in bytes and SHA-256, as read back."""

    folder: Path
    files: tuple[tuple[str, int, str], ...]


def export(
    desk: Desk,
    exam_id: str,
    target: Path,
    *,
    purpose: Purpose = "record",
    payer: str | None = None,
    override_reason: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Bundle:
    """Write the bundle of a signed exam into a new folder in ``target``.

    ``payer`` names the payer in the letter instead of the case's. ``override_reason`` lets a claim bundle go out
    without a labelled key image: it stands in ``claim.json``, and that it was given in the audit chain.

    Raises:
        Refused: the role may not export. NotFound: no such exam, or it is not signed.
        RulesBroken: a claim for D0370 without a labelled key image.
        AlreadyExists: the folder is there. TargetNotWritable: nothing is left behind.
        DocumentAltered: the stored report is not what was signed.
    """
    desk.require("bundle.export", exam_id)
    record = drafts.load(desk, exam_id)
    reason = (override_reason or "").strip() if purpose == "claim" else ""
    if purpose == "claim" and not reason:
        refuse_unlabelled(record.case, partial(is_kept, desk))
    files = bundle_files(desk, exam_id, purpose, payer, override_reason=reason)
    if reason:
        desk.note("key-image-overridden", exam_id)
    return publish(desk, record, files, target, purpose, on_progress)


def publish(
    desk: Desk,
    record: ExamRecord,
    files: dict[str, bytes],
    target: Path,
    purpose: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> Bundle:
    """Write files, the manifest among them, into the folder of an exam in ``target``; raises as ``export``."""
    exam_id, performed_at = record.exam_id, record.case.exam.performed_at
    day = f"{performed_at:%Y%m%d}" if performed_at else "undated"
    name = f"{day}-{exam_id}"
    # Before anything leaves the record, so that no bundle exists that the audit chain does not know of.
    desk.note("bundle-export-started", exam_id, f"{purpose} {hashlib.sha256(files[MANIFEST]).hexdigest()}")
    written = desk.machine.destination.publish(target, name, files, on_progress)
    desk.note("bundle-exported", exam_id, f"{purpose} {written[MANIFEST][1]}")
    return Bundle(target / name, tuple((file, size, sha256) for file, (size, sha256) in written.items()))


def refuse_unlabelled(case: Case, is_kept: Callable[[Image], bool]) -> None:
    """Raises RulesBroken where D0370 is claimed and no key image is kept that names structure, side and plane."""
    is_claimed = any(procedure.code == "D0370" for procedure in case.claim.procedures)
    if is_claimed and not any(map(is_kept, labelled_key_images(case))):
        text = "A claim for D0370 needs a key image that names structure, side and plane, or a reason to go without."
        raise RulesBroken([Issue("claims.key_image.missing", "blocks", "images", text)])


def labelled_key_images(case: Case) -> tuple[Image, ...]:
    """The key images that name their structure, their plane and, where there are two of the structure, their side."""
    return tuple(
        image
        for image in case.images
        if is_key(image) and image.structure and image.plane and (image.side or not STRUCTURES[image.structure].paired)
    )


def is_kept(desk: Desk, image: Image) -> bool:
    """Whether the picture of an image entry is in the record."""
    with desk.unit_of_work() as work:
        return work.pictures.has(*drafts.picture_key(image))


def bundle_files(
    desk: Desk,
    exam_id: str,
    purpose: Purpose,
    payer: str | None = None,
    *,
    billing: BillingFacts | None = None,
    override_reason: str | None = None,
) -> dict[str, bytes]:
    """Every file of the bundle by its name, the manifest last.

    ``billing`` is what texts and ``claim.json`` say of codes, payer and numbers; None takes that of the case.
    """
    record = drafts.load(desk, exam_id)
    if record.state is not ExamState.SIGNED or record.document_id is None:
        raise NotFound("no signed report")
    with desk.unit_of_work() as work:
        document = work.documents.get(record.document_id)
        practice = work.practice.get()
        sequence, head = work.audit.head()
    case = record.case if billing is None else replace(record.case, claim=billing)
    files: dict[str, bytes] = {"report.pdf": document.pdf}
    for number, page in enumerate(desk.machine.composer.page_jpegs(document.pdf), start=1):
        files[f"report-p{number:02}.jpg"] = page
    image_names = _put_images(desk, case, practice, document, files)
    files["narrative.txt"] = narrative.letter(
        case, practice_name=practice.name, address_lines=practice.address_lines, payer=payer
    ).encode()
    for limit in narrative.LENGTHS:
        files[f"narrative-{limit}.txt"] = narrative.compose(case, limit).text.encode()
    files["claim.json"] = as_json_file(
        {
            **_claim(case, document, [name for name in files if name.endswith((".pdf", ".jpg"))]),
            "overrides": [{"gap": "key-image", "reason": override_reason}] if override_reason else [],
        }
    )
    if purpose == "record":
        files["case.json"] = canonical.encoded(_beside_images(case, image_names))
    root = desk.session.root_certificate
    files[ROOT_CERTIFICATE] = root
    files["VERIFY.txt"] = _how_to_verify(practice, document, root).encode()
    files[MANIFEST] = manifest(desk, document, files, (sequence, head))
    return files


def _put_images(
    desk: Desk, case: Case, practice: Practice, document: SignedDocument, files: dict[str, bytes]
) -> dict[int, str]:
    facts = ReportFacts(practice.name, practice.address_lines, document.document_id)
    names: dict[int, str] = {}
    for number, (position, png) in enumerate(drafts.key_pngs(desk, case).items(), start=1):
        name = f"images/{number:02}-{_view_name(case.images[position])}.jpg"
        label = ImageLabel(image_label_lines(case, position, facts))
        files[name] = desk.machine.pictures.labelled_jpeg(png, label)
        names[position] = name
    return names


def _view_name(image: Image) -> str:
    """Structure, side and plane; only coded words, so that nothing a person typed reaches a file name."""
    return "-".join((image.structure or "unlabelled", image.side or "noside", image.plane or "noplane"))


def _beside_images(case: Case, names: dict[int, str]) -> Case:
    """The case with its key images pointing at the files of the bundle."""
    images = tuple(
        replace(image, file=names[position], frame=None) if position in names else image
        for position, image in enumerate(case.images)
    )
    return replace(case, images=images)


def _claim(case: Case, document: SignedDocument, attachments: list[str]) -> dict[str, Any]:
    claim = canonical.as_json(case)["claim"]
    exam = case.exam
    interpreter = exam.interpreter
    return {
        "format": "parotis-claim/1",
        "exam_id": document.exam_id,
        "document_id": document.document_id,
        "report_sha256": document.sha256,
        "date_of_service": exam.performed_at.date().isoformat() if exam.performed_at else None,
        "patient": canonical.as_json(case)["patient"],
        "study": study_codes.of(case),
        "procedures": claim["procedures"],
        "diagnoses": claim["diagnoses"],
        "payer": claim["payer"],
        "subscriber": claim["subscriber"],
        "prior_authorization": claim["prior_authorization"],
        "predetermination": claim["predetermination"],
        "accident": claim["accident"],
        "treating_dentist": {
            "name": interpreter.name if interpreter else None,
            "npi": interpreter.npi if interpreter else None,
            "license_number": interpreter.license_number if interpreter else None,
            "license_state": interpreter.license_state if interpreter else None,
        },
        "remarks": narrative.compose(case, narrative.LEAD_LIMIT).text,
        "attachments": attachments,
    }


def _how_to_verify(practice: Practice, document: SignedDocument, root: bytes) -> str:
    return "\n".join(
        (
            "How to check this report without the program that made it",
            "",
            f"Document {document.document_id}, signed {wording.exact_moment(document.signed_at)}.",
            f"SHA-256 of report.pdf: {document.sha256}",
            "",
            "1. The file is the one that was signed if its SHA-256 is the one above, for example with",
            "   sha256sum report.pdf   (Linux, macOS)   or   certutil -hashfile report.pdf SHA256   (Windows).",
            "2. Any PDF reader that checks signatures, or the command pdfsig of Poppler, must say that the",
            "   signature is valid and that the total document is signed. A reader that says 'not total document",
            "   signed' shows a file that was changed afterwards: do not rely on it.",
            "3. Who signed is vouched for by the practice's own root certificate, practice-root.cer. Import it once,",
            f"   after comparing its fingerprint with {practice.name} by another way, such as the telephone:",
            f"   SHA-256 {wording.fingerprint(hashlib.sha256(root).hexdigest())}",
            "",
            "The time in the signature is the time of the computer on which it was made.",
            "",
        )
    )


def manifest(desk: Desk, document: SignedDocument, files: dict[str, bytes], audit_head: tuple[int, str]) -> bytes:
    """The manifest of files: sizes, SHA-256, and the audit chain's head as sequence number and hash."""
    sequence, head = audit_head
    return as_json_file(
        {
            "format": "parotis-bundle/1",
            "exam_id": document.exam_id,
            "document_id": document.document_id,
            "audit_head": {"sequence": sequence, "hash": head},
            "program_version": desk.machine.program_version,
            "files": [
                {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in files.items()
            ],
        }
    )


def as_json_file(value: dict[str, Any]) -> bytes:
    """JSON as a person may read it."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
