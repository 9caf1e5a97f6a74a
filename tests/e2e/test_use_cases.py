from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any, get_args

import pytest
from helpers import sample_cases
from helpers.practices import PASSPHRASE, dentist_desk, desk_of, draft

from parotis.domain import canonical, paths
from parotis.domain.errors import (
    AlreadySigned,
    CredentialRejected,
    NotFound,
    ParotisError,
    PreviewChanged,
    Refused,
    RulesBroken,
    SelfCheckFailed,
    StaleDraft,
    StorageFull,
    TargetNotWritable,
)
from parotis.services import drafts, exporting, practices, reports, signing
from parotis.services.desk import POWERS, Power
from parotis.services.ports import ExamState, Role, VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRepository, PdfSigner, UnitOfWork


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    yield desk, passphrase
    desk.close()


def audit_length(desk: Desk) -> int:
    with desk.unit_of_work() as work:
        return work.audit.verify()


def attempts(desk: Desk, exam_id: str, folder: Path) -> dict[Power, Callable[[], object]]:
    return {
        "draft.edit": lambda: drafts.new_draft(desk),
        "report.sign": lambda: signing.sign(desk, exam_id, PASSPHRASE),
        "bundle.export": lambda: exporting.export(desk, exam_id, folder),
        "users.manage": lambda: practices.add_user(desk, practices.Person("x", "X", "assistant"), PASSPHRASE),
        "practice.edit": lambda: practices.change_practice(desk, "North Clinic", ()),
    }


@pytest.mark.parametrize("role", [role for role in get_args(Role) if role != "dentist"])
def test_each_role_may_do_what_the_table_says_and_every_refusal_is_recorded(
    role: Role, opened: tuple[Desk, str], tmp_path: Path
) -> None:
    owner, _ = opened
    exam_id = draft(owner).exam_id
    desk = desk_of(role, owner)
    for power, attempt in attempts(desk, exam_id, tmp_path).items():
        before = audit_length(owner)
        if role in POWERS[power]:
            try:
                attempt()
            except ParotisError as error:
                assert not isinstance(error, Refused)
        else:
            with pytest.raises(Refused):
                attempt()
            assert audit_length(owner) == before + 1
    desk.close()


def test_a_signature_needs_the_passphrase_again(tmp_path: Path) -> None:
    desk, _ = dentist_desk(tmp_path)
    record = draft(desk)
    before = audit_length(desk)
    with pytest.raises(CredentialRejected):
        signing.sign(desk, record.exam_id, "not the right passphrase")
    assert audit_length(desk) == before + 1
    assert drafts.load(desk, record.exam_id).state is ExamState.DRAFT
    desk.close()


def test_a_disabled_account_is_disabled_in_the_record_too(tmp_path: Path) -> None:
    desk, _ = dentist_desk(tmp_path)
    desk_of("assistant", desk).close()
    practices.disable_user(desk, "assistant")
    with desk.unit_of_work() as work:
        assert {user.login: user.disabled for user in work.users.all()} == {"assistant": True, "dentist": False}
    desk.close()


def test_what_is_signed_is_what_was_previewed(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)
    seen = reports.preview(desk, record.exam_id)
    changed = drafts.save(desk, record, paths.replace(record.case, "history", "something else"))
    with pytest.raises(PreviewChanged):
        signing.sign(desk, record.exam_id, passphrase, previewed_sha256=seen.content_sha256)
    assert drafts.load(desk, record.exam_id).case == changed.case
    again = reports.preview(desk, record.exam_id)
    document = signing.sign(desk, record.exam_id, passphrase, previewed_sha256=again.content_sha256)
    verdict = desk.machine.signer.verify(document.pdf, desk.session.root_certificate)
    assert verdict.status is VerdictStatus.VALID
    assert verdict.attachments[signing.ATTACHMENT_NAME] == canonical.clinical_encoded(changed.case)


def test_the_same_draft_previews_to_the_same_bytes(opened: tuple[Desk, str]) -> None:
    desk, _ = opened
    exam_id = draft(desk).exam_id
    assert reports.preview(desk, exam_id) == reports.preview(desk, exam_id)


def test_a_signed_exam_does_not_change_any_more(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)
    signing.sign(desk, record.exam_id, passphrase)
    signed = drafts.load(desk, record.exam_id)
    assert signed.state is ExamState.SIGNED
    with pytest.raises(AlreadySigned):
        drafts.save(desk, signed, sample_cases.case("tmj-effusion"))
    with pytest.raises(AlreadySigned):
        signing.sign(desk, record.exam_id, passphrase)
    with pytest.raises(ParotisError):
        drafts.hand_over(desk, record.exam_id, to_sign=True)
    assert drafts.load(desk, record.exam_id) == signed


def test_a_draft_with_text_that_does_not_parse_is_kept_and_not_signed(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)
    rejected = (("patient.birth_date", "14 Jun or so"),)
    drafts.save(desk, record, record.case, rejected)
    assert drafts.load(desk, record.exam_id).rejected == rejected
    with pytest.raises(RulesBroken) as refused:
        signing.sign(desk, record.exam_id, passphrase)
    assert "patient.birth_date" in {issue.path for issue in refused.value.issues if issue.blocks}


def test_two_people_at_one_draft_do_not_overwrite_each_other(opened: tuple[Desk, str]) -> None:
    desk, _ = opened
    first = second = draft(desk)
    drafts.save(desk, first, paths.replace(first.case, "history", "first"))
    with pytest.raises(StaleDraft):
        drafts.save(desk, second, paths.replace(second.case, "history", "second"))
    assert drafts.load(desk, first.exam_id).case.history == "first"


class FailingSigner:
    """The real signer, which fails at a chosen call."""

    def __init__(self, signer: PdfSigner, failing: str) -> None:
        self._signer = signer
        self._failing = failing

    def __getattr__(self, name: str) -> object:
        if name == self._failing:
            raise SelfCheckFailed("made to fail")
        return getattr(self._signer, name)


@pytest.mark.parametrize("failing", ["sign", "verify"])
def test_a_signing_that_fails_leaves_the_draft_and_no_document(opened: tuple[Desk, str], failing: str) -> None:
    desk, passphrase = opened
    record = draft(desk)
    signer = FailingSigner(desk.machine.signer, failing)
    broken = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, signer=signer))
    with pytest.raises(SelfCheckFailed):
        signing.sign(broken, record.exam_id, passphrase)
    after = drafts.load(desk, record.exam_id)
    assert after.state is ExamState.DRAFT
    assert after.case == desk.resolved(record.case)
    with desk.unit_of_work() as work:
        assert work.documents.of_exam(record.exam_id) == ()
    assert signing.sign(desk, record.exam_id, passphrase).version == 1


def test_an_exam_whose_signing_fails_stays_on_the_list_of_the_dentist(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)
    drafts.hand_over(desk, record.exam_id, to_sign=True)
    signer = FailingSigner(desk.machine.signer, "sign")
    broken = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, signer=signer))
    with pytest.raises(SelfCheckFailed):
        signing.sign(broken, record.exam_id, passphrase)
    assert drafts.load(desk, record.exam_id).state is ExamState.TO_SIGN


class WatchedRecords:
    """The real record; ``before`` sees each unit of work before it is used, ``after`` runs behind each."""

    def __init__(self, desk: Desk, before: Callable[[UnitOfWork], None], after: Callable[[], None]) -> None:
        self.queries = desk.records.queries
        self._desk, self._before, self._after = desk, before, after

    @contextlib.contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._desk.unit_of_work() as work:
            self._before(work)
            yield work
        self._after()


class FullAtTheEnd:
    """The exams of a disk that is full when one of them is to be marked as signed."""

    def __init__(self, exams: ExamRepository) -> None:
        self._exams = exams

    def set_state(self, exam_id: str, state: ExamState, **rest: Any) -> None:
        if state is ExamState.SIGNED:
            raise StorageFull("made to fail")
        self._exams.set_state(exam_id, state, **rest)

    def __getattr__(self, name: str) -> object:
        return getattr(self._exams, name)


def test_a_signing_whose_last_step_fails_leaves_the_draft_and_no_document(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)

    def fill(work: UnitOfWork) -> None:
        work.exams = FullAtTheEnd(work.exams)

    full = dataclasses.replace(desk, records=WatchedRecords(desk, before=fill, after=lambda: None))
    with pytest.raises(StorageFull):
        signing.sign(full, record.exam_id, passphrase)
    assert drafts.load(desk, record.exam_id).state is ExamState.DRAFT
    with desk.unit_of_work() as work:
        assert work.documents.of_exam(record.exam_id) == ()


def test_no_save_comes_between_the_checks_and_the_frozen_snapshot(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    exam_id, seen = draft(desk).exam_id, 1

    def save_behind_a_save() -> None:
        nonlocal seen
        stored = drafts.load(desk, exam_id)
        if stored.revision > seen:
            seen = stored.revision + 1
            with contextlib.suppress(AlreadySigned):
                drafts.save(desk, stored, paths.replace(stored.case, "history", "from the next room"))

    watched = dataclasses.replace(
        desk, records=WatchedRecords(desk, before=lambda _work: None, after=save_behind_a_save)
    )
    document = signing.sign(watched, exam_id, passphrase)
    verdict = desk.machine.signer.verify(document.pdf, desk.session.root_certificate)
    stored = drafts.load(desk, exam_id)
    assert seen > 1
    assert verdict.attachments[signing.ATTACHMENT_NAME] == canonical.clinical_encoded(stored.case)


class LockFreedByAnother:
    """A lock that becomes free because its holder has just put everything right."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @contextlib.contextmanager
    def hold(self, _folder: Path, _name: str) -> Iterator[bool]:
        assert signing.finish_interrupted(self._desk) != ()
        yield True


def test_two_log_ins_at_once_put_an_interrupted_signing_right_once(opened: tuple[Desk, str]) -> None:
    desk, _ = opened
    exam_id = draft(desk).exam_id
    with desk.unit_of_work() as work:
        work.exams.set_state(exam_id, ExamState.SIGNING, expected=drafts.EDITABLE)
        work.commit()
    second = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, locks=LockFreedByAnother(desk)))
    assert signing.finish_interrupted(second) == ()
    assert drafts.load(desk, exam_id).state is ExamState.DRAFT


def test_an_unsigned_exam_is_not_exported(opened: tuple[Desk, str], tmp_path: Path) -> None:
    desk, _ = opened
    with pytest.raises(NotFound):
        exporting.export(desk, draft(desk).exam_id, tmp_path)
    assert list(tmp_path.iterdir()) == []


class DestinationThatAsks:
    """A target that fails, after a look at what the audit chain knows by then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.length_at_writing = 0

    def publish(self, *_: object) -> Mapping[str, tuple[int, str]]:
        self.length_at_writing = audit_length(self._desk)
        raise TargetNotWritable("There is no room left on the target.")


def test_the_audit_chain_knows_of_an_export_before_anything_is_written(
    opened: tuple[Desk, str], tmp_path: Path
) -> None:
    desk, passphrase = opened
    exam_id = draft(desk).exam_id
    signing.sign(desk, exam_id, passphrase)
    before = audit_length(desk)
    destination = DestinationThatAsks(desk)
    asking = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, destination=destination))
    with pytest.raises(TargetNotWritable):
        exporting.export(asking, exam_id, tmp_path)
    assert destination.length_at_writing == audit_length(desk) == before + 1
    exporting.export(desk, exam_id, tmp_path)
    assert audit_length(desk) == before + 3


def test_the_interpreter_is_the_signing_dentist_where_the_case_names_none(opened: tuple[Desk, str]) -> None:
    desk, passphrase = opened
    record = draft(desk)
    record = drafts.save(desk, record, paths.replace(record.case, "exam.interpreter", None))
    signing.sign(desk, record.exam_id, passphrase)
    interpreter = drafts.load(desk, record.exam_id).case.exam.interpreter
    assert interpreter is not None
    assert interpreter.npi == desk.session.user.npi
