"""A practice for fault tests: quick to open, with one signed exam and its pictures; and the program run in-process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import sample_cases
from helpers.command import PASSPHRASE

from parotis import bootstrap, cli
from parotis.services import drafts, practices, signing
from parotis.services.ports import ExamState, VerdictStatus

if TYPE_CHECKING:
    import pytest

    from parotis.services.desk import Desk, Machine

LOGIN = "helen"
OWNER = practices.Person(LOGIN, "Helen Park", "dentist", "DDS", "D-20417", "IL", "1234567893")


@dataclass(frozen=True)
class Answer:
    """What a command run in this process answered."""

    code: int
    json: Any
    err: str


@dataclass(frozen=True)
class SignedPractice:
    data: Path
    passphrase_file: Path
    exam_id: str = ""

    def arguments(self, *words: str | Path) -> list[str]:
        who = ("--data", self.data, "--login", LOGIN, "--passphrase-file", self.passphrase_file, "--json")
        return [str(word) for word in (*words, *who)]

    def run(self, capsys: pytest.CaptureFixture[str], *words: str | Path) -> Answer:
        """One command, in this process: the exit code, its one JSON object, and what people were told."""
        capsys.readouterr()
        code = cli.main(self.arguments(*words))
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Answer(code, json.loads(told.out), told.err)


def make(folder: Path, data: Path | None = None) -> SignedPractice:
    """A practice without exams, whose keys are derived at the lowest cost."""
    passphrase_file = folder / "passphrase.txt"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    made = SignedPractice(data or folder / "data", passphrase_file)
    practices.create(
        bootstrap.machine(), made.data, "North Clinic", OWNER, PASSPHRASE,
        keep_recovery_key=lambda _: None, throw_away=True,
    ).close()  # fmt: skip
    return made


def opened(data: Path, machine: Machine | None = None) -> Desk:
    return practices.open_desk(machine or bootstrap.machine(), data, LOGIN, PASSPHRASE)


def imported_exam(desk: Desk) -> str:
    """A fresh draft of the cyst case with two pictures, fit to be signed."""
    document = sample_cases.document()
    document["images"] = [
        {"file": name, "structure": "parotid-gland", "side": "right", "plane": plane, "key": True}
        for name, plane in (
            ("parotid-right-longitudinal.png", "longitudinal"), ("parotid-right-transverse.png", "transverse"),
        )
    ]  # fmt: skip
    data = sample_cases.as_bytes(document)
    pictures = sample_cases.SAMPLES / "images"
    case = drafts.read_case_with_pictures(desk.machine, data, lambda name: (pictures / name).read_bytes())
    return drafts.import_case(desk, case).exam_id


def furnish(folder: Path) -> SignedPractice:
    """A practice with one signed exam."""
    made = make(folder)
    desk = opened(made.data)
    try:
        exam_id = imported_exam(desk)
        signing.sign(desk, exam_id, PASSPHRASE)
    finally:
        desk.close()
        desk.machine.pictures.close()
    return SignedPractice(made.data, made.passphrase_file, exam_id)


def standing(desk: Desk, exam_id: str) -> ExamState:
    """The state of the exam, after proof that it is whole: an editable draft, or signed, stored, audited and valid."""
    with desk.unit_of_work() as work:
        record = work.exams.get(exam_id)
        documents = work.documents.of_exam(exam_id)
        assert work.audit.verify() == work.audit.head()[0]
    assert record.state in (ExamState.DRAFT, ExamState.SIGNED)
    if record.state is ExamState.DRAFT:
        assert documents == ()
        assert record.document_id is None
        drafts.save(desk, record, record.case)
        return record.state
    (document,) = documents
    assert record.document_id == document.document_id
    verdict = desk.machine.signer.verify(document.pdf, desk.session.root_certificate)
    assert verdict.status is VerdictStatus.VALID
    return record.state
