"""Each command: from its options to an exit code and an answer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis.cli.answers import BLOCKED, DONE, FAILED, Answer, listed_elements, listed_issues, say, say_issues
from parotis.cli.opening import (
    case_with_pictures,
    certificate_in,
    desk_or_throw_away,
    exam_or_file,
    folder_of,
    opened_desk,
    passphrase_of,
    read_file,
    secret_in,
    throw_away_desk,
)
from parotis.domain import narrative
from parotis.domain.denial_risk import read_out
from parotis.domain.errors import UnreadableInput
from parotis.domain.issue import blocking
from parotis.services.ports import VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotis.domain.case import Case
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase

VERDICT_CODES = {
    VerdictStatus.VALID: 0,
    VerdictStatus.NOT_SIGNED: 10,
    VerdictStatus.CHANGED: 11,
    VerdictStatus.UNKNOWN_ISSUER: 12,
}
VERDICT_WORDS = {
    VerdictStatus.VALID: "Valid: the whole file is as it was signed, and the practice root vouches for the signer.",
    VerdictStatus.NOT_SIGNED: "Not signed.",
    VerdictStatus.CHANGED: "Changed after signing, or broken. Do not rely on this file.",
    VerdictStatus.UNKNOWN_ISSUER: "Intact, but the issuer is unknown: give the practice root with --root.",
}


def init(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices
    from parotis.system.atomic_files import write_new

    folder = folder_of(options)
    login = getattr(options, "login", None)
    if login is None:
        raise UnreadableInput([("--login", "The first dentist needs a login.")])
    kept: list[Path] = []

    def keep(key: str) -> None:
        write_new(options.recovery_file, f"{key}\n".encode())
        kept.append(options.recovery_file)

    try:
        desk = practices.create(
            machine,
            folder,
            options.practice,
            practices.Person(
                login=login,
                name=options.dentist,
                role="dentist",
                credentials=options.credentials,
                npi=options.npi,
                **_license(options.license),
            ),
            passphrase_of(options),
            keep_recovery_key=keep,
            address_lines=tuple(options.address),
        )
    except BaseException:
        for path in kept:  # the key of a practice that was not made would only be taken for the right one later
            path.unlink(missing_ok=True)
        raise
    user = desk.session.user
    desk.close()
    say("The practice is made. Print the recovery file, keep it away from this computer, then delete it.")
    return DONE, {"practice_id": desk.session.practice_id, "user_id": user.user_id, "login": user.login}


def _license(text: str | None) -> dict[str, str | None]:
    state, _, number = (text or "").strip().partition(" ")
    return {"license_state": state or None, "license_number": number.strip() or None}


def user_add(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    person = practices.Person(
        login=options.new_login,
        name=options.name,
        role=options.role,
        credentials=options.credentials,
        npi=options.npi,
        **_license(options.license),
    )
    recovery_key = secret_in(options.recovery_file) if options.recovery_file else None
    with opened_desk(machine, options) as (desk, _):
        profile = practices.add_user(desk, person, secret_in(options.new_passphrase_file), recovery_key=recovery_key)
    say("The account is made.")
    return DONE, {"user_id": profile.user_id, "login": profile.login, "role": profile.role}


def user_list(machine: Machine, options: Any) -> tuple[int, Answer]:
    with opened_desk(machine, options) as (desk, _):
        users = desk.session.users()
    for user in users:
        say(f"{user.login}  {user.role}{'  disabled' if user.disabled else ''}")
    return DONE, {
        "users": [
            {"login": user.login, "name": user.name, "role": user.role, "disabled": user.disabled} for user in users
        ]
    }


def user_disable(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    with opened_desk(machine, options) as (desk, _):
        practices.disable_user(desk, options.user_login)
    say("The account is disabled.")
    return DONE, {"login": options.user_login, "disabled": True}


def user_passwd(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    new_passphrase = secret_in(options.new_passphrase_file)
    if options.recovery_file is not None:
        login = getattr(options, "login", "")
        practices.recover(machine, folder_of(options), login, secret_in(options.recovery_file), new_passphrase)
    else:
        with opened_desk(machine, options) as (desk, passphrase):
            practices.change_passphrase(desk, passphrase, new_passphrase)
            login = desk.session.user.login
    say("The passphrase is changed.")
    return DONE, {"login": login}


def case_import(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import drafts

    imported = case_with_pictures(machine, options.case)
    with opened_desk(machine, options) as (desk, _):
        record = drafts.import_case(desk, imported)
    if "json" not in options:
        print(record.exam_id)
    return DONE, {"exam_id": record.exam_id, "state": record.state.value}


def case_check(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import drafts, reports

    if options.case is not None:
        case = case_with_pictures(machine, options.case).case
        found = reports.issues_of_file(machine, case)
    else:
        with opened_desk(machine, options) as (desk, _):
            record = drafts.load(desk, options.exam)
            case, found = desk.resolved(record.case), reports.issues_of(desk, record)
    say_issues(found)
    if not found:
        say("Nothing to settle.")
    answer = {"issues": listed_issues(found), "denial_risk": listed_elements(read_out(case))}
    return BLOCKED if blocking(found) else DONE, answer


def sign(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import signing

    with opened_desk(machine, options) as (desk, passphrase):
        document = signing.sign(desk, options.exam, passphrase)
    if "json" not in options:
        print(f"{document.document_id} {document.sha256}")
    return DONE, {"exam_id": options.exam, "document_id": document.document_id, "sha256": document.sha256}


def tell_narrative(machine: Machine, options: Any) -> tuple[int, Answer]:
    case, limit = _story_of(machine, options)
    composed = narrative.compose(case, limit or narrative.LETTER_LIMIT)
    text = composed.text if limit else narrative.letter(case, practice_name="", payer=options.payer)
    if "json" not in options:
        print(text)
    return DONE, {
        "limit": limit,
        "length": len(text),
        "text": text,
        "sentences": _sentences(composed.sentences),
        "left_out": _sentences(composed.left_out),
    }


def _story_of(machine: Machine, options: Any) -> tuple[Case, int | None]:
    """The case, and how long its narrative may be: as asked for, else what the practice knows of the payer named."""
    if options.case is not None or options.payer is None or options.limit is not None:
        return exam_or_file(machine, options), options.limit
    from parotis.domain.case import Payer
    from parotis.services import drafts, payers

    with opened_desk(machine, options) as (desk, _):
        profile = payers.profile_for(desk, Payer(name=options.payer), machine.clock.now().date())
        case = desk.resolved(drafts.load(desk, options.exam).case)
    return case, profile.narrative_limit if profile else None


def _sentences(sentences: Sequence[narrative.Sentence]) -> list[Answer]:
    return [{"text": sentence.text, "sources": list(sentence.sources)} for sentence in sentences]


def export(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import exporting

    with opened_desk(machine, options) as (desk, _):
        bundle = exporting.export(
            desk,
            options.exam,
            options.to.absolute(),
            purpose=options.purpose,
            payer=options.payer,
            override_reason=options.override,
        )
    say(f"Exported and read back: {len(bundle.files)} files.")
    return DONE, {"exam_id": options.exam, "bundle": str(bundle.folder), "files": _files(bundle.files)}


def _files(files: Sequence[tuple[str, int, str]]) -> list[Answer]:
    return [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in files]


def run(machine: Machine, options: Any) -> tuple[int, Answer]:
    imported = case_with_pictures(machine, options.case)
    with desk_or_throw_away(machine, options, imported.case) as (desk, passphrase):
        return _main_job(desk, passphrase, imported, options.to, options.purpose)


def _main_job(desk: Desk, passphrase: str, imported: ImportedCase, target: Path, purpose: Any) -> tuple[int, Answer]:
    from parotis.services import main_job

    done = main_job.run(
        desk,
        imported,
        passphrase,
        target.absolute(),
        purpose=purpose,
        on_signed=lambda document: say(f"Signed {document.document_id} (exam {document.exam_id})."),
    )
    say_issues(done.issues)
    say(f"Exported and read back: {len(done.bundle.files)} files.")
    if desk.session.practice_name == main_job.THROW_AWAY_PRACTICE:
        say("There is no practice in the data folder, so a throw-away one signed this: a trial, not a record.")
    return DONE, {
        "exam_id": done.exam_id,
        "document_id": done.document.document_id,
        "sha256": done.document.sha256,
        "bundle": str(done.bundle.folder),
        "files": _files(done.bundle.files),
        "issues": listed_issues(done.issues),
        "throw_away_practice": desk.session.practice_name == main_job.THROW_AWAY_PRACTICE,
    }


def verify(machine: Machine, options: Any) -> tuple[int, Answer]:
    root = certificate_in(options.root) if options.root else None
    verdict = machine.signer.verify(read_file(options.file), root)
    say(VERDICT_WORDS[verdict.status])
    for reason in verdict.reasons:
        say(f"  {reason}")
    return VERDICT_CODES[verdict.status], {
        "verdict": verdict.status.value,
        "text": VERDICT_WORDS[verdict.status],
        "signer": verdict.signer,
        "signed_at": verdict.signed_at.isoformat() if verdict.signed_at else None,
        "reasons": list(verdict.reasons),
    }


def demo(machine: Machine, options: Any) -> tuple[int, Answer]:
    """The main job on the sample exam, for a machine without a display; the window's own demo is in ``__main__``."""
    sample = case_with_pictures(machine, _sample_case())
    target = options.to or Path(tempfile.mkdtemp(prefix="parotis-bundle-"))
    target.mkdir(parents=True, exist_ok=True)
    with throw_away_desk(machine, sample.case) as (desk, passphrase):
        code, answer = _main_job(desk, passphrase, sample, target, "record")
    say(f"The sample exam's files are in {answer['bundle']}")
    return code, answer


def _sample_case() -> Path:
    from parotis.system.paths import resource

    return resource("samples/demo-exam.json")


def doctor(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import health

    folder = folder_of(options)
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    report = health.report(machine, folder, free_bytes=shutil.disk_usage(nearest).free)
    for line in report.lines:
        say(line)
    if "login" not in options:
        return DONE, report.facts
    with opened_desk(machine, options) as (desk, _):
        damage = health.damage_of(desk)
    say("\n".join(damage) if damage else "The record and its audit chain are whole.")
    return FAILED if damage else DONE, {**report.facts, "damage": list(damage)}
