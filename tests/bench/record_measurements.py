"""Figures without a window: commits, signatures, the main job, search, checks, remittances."""

from __future__ import annotations

import dataclasses
import functools
import io
import statistics
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import remittance_text, sample_cases
from helpers.command import parotis

from bench.figure import Figure, paired, percentile, seconds_of
from parotis import bootstrap
from parotis.domain import canonical, narrative, paths
from parotis.services import drafts, main_job, reports, signing
from parotis.services.drafts import ImportedCase
from parotis.services.ports import ExamRecord, ExamState, SignedDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.services.desk import Desk
    from parotis.services.ports import Session, SigningIdentity

EXAMS = 10_000
HISTORY_EXAMS = 200
REMITTANCE_CLAIMS = 2_000
FAMILY_NAMES = (
    "Lindqvist",
    "N\u00fa\u00f1ez",
    "Abara",
    "Okonkwo",
    "Meyer",
    "Ivanova",
    "Tanaka",
    "Silva",
    "Novak",
    "Haddad",
)
GIVEN_NAMES = ("Maja", "Jos\u00e9", "Chidi", "Amara", "Anna", "Olga", "Ken", "Rita", "Petr", "Leila")
QUERIES = ("l", "li", "lind", "maja lind", "S-1", "parotid", "swell", "novak petr", "2026", "cyst right")


def throw_away_desk(folder: Path) -> tuple[Desk, str]:
    """A practice for a measurement and its passphrase."""
    return main_job.throw_away_desk(bootstrap.machine(), folder, sample_cases.case())


def fill(desk: Desk, count: int = EXAMS) -> None:
    """Put ``count`` made-up exams into the record, a third of them handed over to be signed."""
    base = sample_cases.case()
    now = desk.machine.clock.now()
    with desk.unit_of_work() as work:
        for number in range(count):
            patient = dataclasses.replace(
                base.patient,
                chart_number=f"S-{number // 3:05}",
                family_name=f"{FAMILY_NAMES[number % 10]}{'' if number % 7 else '-Reyes'}",
                given_name=GIVEN_NAMES[number // 10 % 10],
                birth_date=date(1940, 1, 1) + timedelta(days=number % 25_000),
            )
            facts = dataclasses.replace(base.exam, performed_at=now - timedelta(hours=number))
            case = dataclasses.replace(base, patient=patient, exam=facts)
            state = ExamState.DRAFT if number % 3 else ExamState.TO_SIGN
            work.exams.insert(ExamRecord(f"{number:012x}", state, 1, case, (), now, now, desk.session.user.user_id))
        work.commit()


def fill_history(desk: Desk, count: int = HISTORY_EXAMS) -> tuple[str, str]:
    """One patient with ``count`` exams, all but the newest signed; chart number and id of the newest."""
    base, user_id = sample_cases.case(), desk.session.user.user_id
    now = desk.machine.clock.now()
    with desk.unit_of_work() as work:
        for number in range(count):
            case = paths.replace(base, "patient.chart_number", "S-history")
            case = paths.replace(case, "exam.performed_at", now - timedelta(days=20 * (count - number)))
            case = paths.replace(case, "findings[0].lesions[0].size_mm[0]", Decimal(10 + number) / 10)
            exam_id = f"history-{number:04}"
            work.exams.insert(ExamRecord(exam_id, ExamState.DRAFT, 1, case, (), now, now, user_id))
            if number < count - 1:
                empty, nobody = sha256(b"").hexdigest(), "0" * 64
                work.documents.insert(SignedDocument(f"R-{exam_id}", exam_id, 1, empty, nobody, now, user_id, b""))
                states = {"expected": (ExamState.DRAFT,), "document_id": f"R-{exam_id}"}
                work.exams.set_state(exam_id, ExamState.SIGNED, **states)
        work.commit()
    return "S-history", f"history-{count - 1:04}"


def case_of_demo(desk: Desk) -> ImportedCase:
    """The sample exam with its four pictures."""
    case_file = sample_cases.SAMPLES / "demo-exam.json"
    return drafts.read_case_with_pictures(
        desk.machine, case_file.read_bytes(), lambda name: (case_file.parent / name).read_bytes()
    )


def autosave_commit() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, _ = throw_away_desk(Path(folder))
        record = drafts.import_case(desk, ImportedCase(sample_cases.case(), ()))
        bare = _bare_commit(Path(folder) / "bare.db")
        revision = [record]

        def ours() -> None:
            changed = paths.replace(revision[0].case, "history", f"typed {revision[0].revision}")
            revision[0] = drafts.save(desk, revision[0], changed)

        def other_bytes() -> None:
            bare(canonical_bytes[0].replace(b"weeks ago", f"w{len(canonical_bytes):06}".encode()))
            canonical_bytes.append(b"")

        canonical_bytes = [canonical.encoded(record.case)]
        paired(ours, other_bytes, 20)
        mine, other = paired(ours, other_bytes, 300)
        desk.close()
    how = f"{mine * 1e3:.2f} ms against {other * 1e3:.2f} ms, {len(canonical_bytes[0])} bytes, median of 300 in turn"
    return [Figure("autosave commit, against a bare sqlcipher3 commit", mine / other, 3, "x", how)]


def _bare_commit(path: Path) -> Callable[[bytes], None]:
    """One upsert of the bytes with the driver alone: encrypted, WAL, synchronous FULL."""
    from sqlcipher3 import dbapi2 as driver

    connection = driver.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{'ab' * 48}'\"")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE draft (id TEXT PRIMARY KEY, body BLOB)")

    def commit(payload: bytes) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO draft VALUES ('x', ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", (payload,)
        )
        connection.execute("COMMIT")

    return commit


def sign_report() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, passphrase = throw_away_desk(Path(folder))
        identity = desk.session.signing_identity(passphrase)
        machine = desk.machine
        record = drafts.import_case(desk, ImportedCase(sample_cases.case(), ()))
        pdf = machine.composer.render(reports.draft_report(desk, record), {})
        bare = _bare_signature(pdf, identity)
        drawn = dataclasses.replace(machine, composer=AlreadyDrawn(pdf))
        prepared = dataclasses.replace(desk, machine=drawn, session=AlreadyAuthenticated(desk.session, identity))

        def ours() -> None:
            exam = drafts.import_case(prepared, ImportedCase(sample_cases.case(), ()))
            signing.sign(prepared, exam.exam_id, "")

        paired(ours, bare, 2)
        mine, other = paired(ours, bare, 15)
        desk.close()
    how = (
        f"{mine * 1e3:.0f} ms against {other * 1e3:.0f} ms; ours imports, checks, signs, verifies, stores, reads back, "
        "verifies and records; drawing and key derivation apart"
    )
    return [Figure("sign, against bare pyHanko on the same file", mine / other, 1.5, "x", how)]


class AlreadyDrawn:
    """A composer that hands out one drawn report, so that a signature is measured and not the drawing."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf

    def render(self, _report: object, _pictures: object) -> bytes:
        return self._pdf


class AlreadyAuthenticated:
    """A session whose signing key is unwrapped, so that key derivation stays out of the measurement."""

    def __init__(self, session: Session, identity: SigningIdentity) -> None:
        self._session = session
        self._identity = identity

    def __getattr__(self, name: str) -> object:
        return getattr(self._session, name)

    def signing_identity(self, _passphrase: str) -> SigningIdentity:
        return self._identity


def _bare_signature(pdf: bytes, identity: SigningIdentity) -> Callable[[], bytes]:
    """The library alone: certificate and key loaded, one PAdES certification signature."""
    from asn1crypto import keys, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(der) for der in identity.chain])

    def sign() -> bytes:
        signer = signers.SimpleSigner(
            signing_cert=x509.Certificate.load(identity.certificate),
            signing_key=keys.PrivateKeyInfo.load(identity.private_key),
            cert_registry=store,
        )
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature",
            certify=True,
            subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        return bytes(signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=signer).getvalue())

    return sign


def main_job_process() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        case_file = sample_cases.SAMPLES / "demo-exam.json"
        times = []
        for number in range(5):
            target = Path(folder) / f"out{number}"
            times.append(seconds_of(functools.partial(_run, case_file, target)))
    how = f"median of 5, {min(times):.2f} to {max(times):.2f} s; includes set-up of a throw-away practice"
    return [Figure("parotis run, parotid case with four images", statistics.median(times), 4, "s", how)]


def _run(case_file: Path, target: Path) -> None:
    done = parotis("run", case_file, "--to", target, data=target.parent / "none")
    if done.code != 0:
        raise SystemExit(f"parotis run failed: {done.err}")


def search() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, _ = throw_away_desk(Path(folder))
        fill(desk)
        queries = desk.records.queries
        times = []
        for text in QUERIES:
            for end in range(1, len(text) + 1):
                times.append(seconds_of(functools.partial(queries.search, text[:end])))
                times.append(seconds_of(functools.partial(queries.patients, text[:end])))
        desk.close()
        icd = desk.machine.icd
        icd.search("par")
        words = ("k11.5", "salivary stone", "swelling neck", "parotid", "tmj", "s", "cyst")
        typed = [text[:end] for text in words for end in range(1, len(text) + 1)]
        code_times = [seconds_of(functools.partial(icd.search, text)) for text in typed]
    return [
        Figure(
            f"patient and exam search, {EXAMS:,} exams, p95",
            percentile(times, 0.95) * 1e3,
            10,
            "ms",
            f"{len(times)} queries",
        ),
        Figure(
            "ICD-10-CM search as one types, p95",
            percentile(code_times, 0.95) * 1e3,
            10,
            "ms",
            f"{len(code_times)} queries",
        ),
    ]


def checks_and_narrative() -> list[Figure]:
    machine = bootstrap.machine()
    case = sample_cases.case()
    reports.issues_of_file(machine, case)
    checks = statistics.median(seconds_of(lambda: reports.issues_of_file(machine, case)) for _ in range(200))
    told = statistics.median(seconds_of(lambda: narrative.compose(case, 2000)) for _ in range(200))
    return [
        Figure("all checks on a full draft", checks * 1e3, 5, "ms", "median of 200"),
        Figure("narrative recomposed at 2,000 characters", told * 1e3, 5, "ms", "median of 200"),
    ]


def remittance() -> list[Figure]:
    data = remittance_text.of_many(REMITTANCE_CLAIMS)
    reader = bootstrap.machine().remittances
    times = [seconds_of(functools.partial(reader.read, data)) for _ in range(5)]
    how = f"median of 5, {min(times):.2f} to {max(times):.2f} s, {len(data):,} bytes, balanced and checked"
    return [Figure(f"835 with {REMITTANCE_CLAIMS:,} claims read", statistics.median(times), 2, "s", how)]


MEASUREMENTS: dict[str, Callable[[], list[Figure]]] = {
    "autosave": autosave_commit,
    "sign": sign_report,
    "run": main_job_process,
    "search": search,
    "checks": checks_and_narrative,
    "remittance": remittance,
}
