"""The headless commands: the same use cases as the window, without Qt.

One JSON object on standard output with ``--json``, everything for people on standard error, and the exit codes that
other programs rely on.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from parotis import bootstrap
from parotis.domain import narrative
from parotis.domain.errors import (
    AlreadyExists,
    AlreadySigned,
    Fault,
    IntegrityBroken,
    NotFound,
    ParotisError,
    PreviewChanged,
    Refused,
    RulesBroken,
    SignerUnavailable,
    UnreadableImage,
    UnreadableInput,
)
from parotis.domain.issue import blocking
from parotis.presentation import messages
from parotis.services.ports import Role, VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parotis.domain.case import Case
    from parotis.domain.issue import Issue
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase

DONE, USAGE, BLOCKED, REFUSED, FAILED = 0, 2, 3, 4, 5
LARGEST_INPUT_BYTES = 500_000_000
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

Answer = dict[str, Any]


class UsageProblem(Exception):
    """The command line is not one of ours."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageProblem(f"{self.prog}: {message}")


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    wants_json = "--json" in arguments
    _speak_unicode()
    try:
        options = _parser().parse_args(arguments)
        _refuse_broken_text(options)
    except UsageProblem as problem:
        return _fail(USAGE, {"code": "usage", "text": str(problem)}, wants_json=wants_json)
    machine = bootstrap.machine()
    try:
        code, answer = options.run(machine, options)
    except ParotisError as error:
        return _fail(exit_code_of(error), _described(error), wants_json=wants_json)
    except OSError as error:
        text = f"A file could not be read or written ({os.strerror(error.errno or 0)})."
        return _fail(FAILED, {"code": "file", "text": text}, wants_json=wants_json)
    finally:
        machine.pictures.close()
    if wants_json:
        print(json.dumps(answer, ensure_ascii=False))
    return int(code)


def _speak_unicode() -> None:
    """Answer in UTF-8 whatever the locale is: a name in any script must not end the command half-way."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _refuse_broken_text(options: argparse.Namespace) -> None:
    """Raises UsageProblem for words with bytes that are no text; only a path may have them."""
    for name, value in vars(options).items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text):
                raise UsageProblem(f"parotis: {name} is not text in the encoding of this computer")


def exit_code_of(error: ParotisError) -> int:
    """The exit code that other programs know a failure by."""
    if isinstance(error, RulesBroken | AlreadySigned | PreviewChanged):
        return BLOCKED
    if isinstance(error, Refused | SignerUnavailable):
        return REFUSED
    if isinstance(error, Fault | IntegrityBroken | AlreadyExists):
        return FAILED
    return USAGE


def _described(error: ParotisError) -> Answer:
    answer: Answer = {"code": error.code, "text": messages.text_of(error)}
    details = messages.details_of(error)
    if details:
        answer["problems"] = [{"path": path, "text": text} for path, text in details]
    if isinstance(error, RulesBroken):
        answer["issues"] = _issues(error.issues)
    return answer


def _fail(code: int, error: Answer, *, wants_json: bool) -> int:
    issues = error.pop("issues", None)
    if wants_json:
        print(
            json.dumps({"error": error} if issues is None else {"error": error, "issues": issues}, ensure_ascii=False)
        )
    _say(error["text"])
    for problem in error.get("problems", ()):
        _say(f"  {problem['path'] or 'file'}: {problem['text']}")
    return code


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _issues(issues: Sequence[Issue]) -> list[Answer]:
    return [
        {"code": issue.code, "severity": issue.severity, "path": issue.path, "text": issue.text} for issue in issues
    ]


# --- the command line -------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="data folder (or PAROTIS_DATA)")
    common.add_argument("--login", metavar="NAME", help="who you are")
    common.add_argument("--passphrase-file", type=Path, metavar="FILE", help="file that holds your passphrase")
    common.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser = _Parser(prog="parotis", parents=[common], description="Maxillofacial ultrasound: form, report, claim.")
    commands: Any = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[Machine, Any], tuple[int, Answer]], text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        return made

    demo = command("demo", _demo, "a throw-away practice with sample people and exams")
    demo.add_argument("--to", type=Path, metavar="DIR", default=None)
    _add_init(command("init", _init, "a new practice"))
    _add_user(commands, common)
    _add_case(commands, common)
    sign = command("sign", _sign, "sign a draft as the dentist")
    sign.add_argument("--exam", required=True, metavar="ID")
    story = command("narrative", _narrative, "the claim narrative")
    _add_source(story)
    story.add_argument("--limit", type=_limit, metavar="N", default=None)
    story.add_argument("--payer", metavar="NAME", default=None)
    export = command("export", _export, "write the bundle of a signed exam")
    export.add_argument("--exam", required=True, metavar="ID")
    _add_target(export)
    run = command("run", _run, "the main job: import, check, sign, export")
    run.add_argument("case", type=Path, metavar="CASE.json")
    _add_target(run)
    verify = command("verify", _verify, "the verdict on a signed report")
    verify.add_argument("file", type=Path, metavar="FILE.pdf")
    verify.add_argument("--root", type=Path, metavar="CERT", default=None)
    command("doctor", _doctor, "what this machine has and lacks")
    return parser


def _add_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--practice", required=True, metavar="NAME")
    parser.add_argument("--dentist", required=True, metavar="NAME")
    parser.add_argument("--credentials", required=True, metavar="C")
    parser.add_argument("--license", required=True, metavar='"ST number"')
    parser.add_argument("--npi", required=True, metavar="N")
    parser.add_argument("--recovery-file", required=True, type=Path, metavar="R")
    parser.add_argument("--address", action="append", default=[], metavar="LINE", help="a line of the letterhead")


def _add_user(commands: Any, common: argparse.ArgumentParser) -> None:
    user = commands.add_parser("user", parents=[common], help="accounts", description="accounts")
    actions = user.add_subparsers(required=True, metavar="ACTION", parser_class=_Parser)
    add = actions.add_parser("add", parents=[common], help="a new account")
    add.add_argument("new_login", metavar="LOGIN")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=get_args(Role))
    add.add_argument("--credentials", default=None)
    add.add_argument("--license", default=None, metavar='"ST number"')
    add.add_argument("--npi", default=None)
    add.add_argument("--new-passphrase-file", required=True, type=Path, metavar="FILE")
    add.add_argument("--recovery-file", type=Path, default=None, metavar="R", help="needed for a dentist")
    add.set_defaults(run=_user_add)
    actions.add_parser("list", parents=[common], help="all accounts").set_defaults(run=_user_list)
    disable = actions.add_parser("disable", parents=[common], help="take an account's keys away")
    disable.add_argument("user_login", metavar="LOGIN")
    disable.set_defaults(run=_user_disable)
    change = actions.add_parser("passwd", parents=[common], help="change your own passphrase")
    change.add_argument("--new-passphrase-file", required=True, type=Path, metavar="FILE")
    change.set_defaults(run=_user_passwd)


def _add_case(commands: Any, common: argparse.ArgumentParser) -> None:
    case = commands.add_parser("case", parents=[common], help="case files", description="case files")
    actions = case.add_subparsers(required=True, metavar="ACTION", parser_class=_Parser)
    take = actions.add_parser("import", parents=[common], help="a draft from a case file; prints its exam id")
    take.add_argument("case", type=Path, metavar="CASE.json")
    take.set_defaults(run=_case_import)
    check = actions.add_parser("check", parents=[common], help="what the checks say")
    _add_source(check)
    check.set_defaults(run=_case_check)


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("case", nargs="?", type=Path, metavar="CASE.json")
    source.add_argument("--exam", metavar="ID")


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, type=Path, metavar="DIR")
    parser.add_argument("--for", dest="purpose", choices=("record", "claim"), default="record")


def _limit(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


# --- what the commands share ------------------------------------------------------------------------------------


def _folder(options: Any) -> Path:
    from parotis.system.paths import Paths

    return Paths.resolve(getattr(options, "data", None), os.environ).data


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_INPUT_BYTES + 1)
    except OSError as error:
        raise UnreadableInput([("", f"The file cannot be opened ({os.strerror(error.errno or 0)}).")]) from error
    if len(data) > LARGEST_INPUT_BYTES:
        raise UnreadableInput([("", f"The file is larger than {LARGEST_INPUT_BYTES // 1_000_000} MB.")])
    return data


def _secret(path: Path) -> str:
    """A passphrase or key from a file, without the line end that an editor puts behind it."""
    try:
        return _read_file(path).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableInput([("", "The passphrase file is not UTF-8 text.")]) from error


def _passphrase(options: Any) -> str:
    path = getattr(options, "passphrase_file", None)
    if path is not None:
        return _secret(path)
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase: ")
    raise Refused("no passphrase given")


def _login(machine: Machine, options: Any, folder: Path) -> str:
    given = getattr(options, "login", None)
    if given is not None:
        return str(given)
    logins = machine.vaults.logins(folder)
    if len(logins) != 1:
        raise UnreadableInput([("--login", "Say who you are: the practice has several accounts.")])
    return logins[0]


@contextlib.contextmanager
def _desk(machine: Machine, options: Any) -> Iterator[tuple[Desk, str]]:
    """The practice opened by the person of the options, and the passphrase that opened it."""
    from parotis.services import practices

    folder = _folder(options)
    if not machine.vaults.exists(folder):
        raise NotFound("no practice in the data folder")
    login = _login(machine, options, folder)
    passphrase = _passphrase(options)
    desk = practices.open_desk(machine, folder, login, passphrase)
    try:
        yield desk, passphrase
    finally:
        desk.close()


def _case_with_pictures(machine: Machine, path: Path) -> ImportedCase:
    from parotis.services import drafts

    folder = path.absolute().parent

    def beside(name: str) -> bytes:
        try:
            chosen = (folder / name).resolve()
            is_beside = not Path(name).is_absolute() and chosen.is_relative_to(folder.resolve())
            if is_beside and chosen.is_file():
                return _read_file(chosen)
        except (OSError, ValueError, RuntimeError, UnreadableInput) as error:  # RuntimeError: links in a circle
            raise UnreadableImage("The file is missing or cannot be opened.") from error
        if not is_beside:
            raise UnreadableImage("The file must lie in the folder of the case file.")
        raise UnreadableImage("The file is missing or cannot be opened.")

    return drafts.read_case_with_pictures(machine, _read_file(path), beside)


def _exam_or_file(machine: Machine, options: Any) -> Case:
    from parotis.services import drafts

    if options.case is not None:
        return _case_with_pictures(machine, options.case).case
    with _desk(machine, options) as (desk, _):
        return desk.resolved(drafts.load(desk, options.exam).case)


# --- the commands -----------------------------------------------------------------------------------------------


def _init(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices
    from parotis.system.atomic_files import write_new

    folder = _folder(options)
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
            _passphrase(options),
            keep_recovery_key=keep,
            address_lines=tuple(options.address),
        )
    except BaseException:
        for path in kept:  # the key of a practice that was not made would only be taken for the right one later
            path.unlink(missing_ok=True)
        raise
    user = desk.session.user
    desk.close()
    _say("The practice is made. Print the recovery file, keep it away from this computer, then delete it.")
    return DONE, {"practice_id": desk.session.practice_id, "user_id": user.user_id, "login": user.login}


def _license(text: str | None) -> dict[str, str | None]:
    state, _, number = (text or "").strip().partition(" ")
    return {"license_state": state or None, "license_number": number.strip() or None}


def _user_add(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    person = practices.Person(
        login=options.new_login,
        name=options.name,
        role=options.role,
        credentials=options.credentials,
        npi=options.npi,
        **_license(options.license),
    )
    recovery_key = _secret(options.recovery_file) if options.recovery_file else None
    with _desk(machine, options) as (desk, _):
        profile = practices.add_user(desk, person, _secret(options.new_passphrase_file), recovery_key=recovery_key)
    _say("The account is made.")
    return DONE, {"user_id": profile.user_id, "login": profile.login, "role": profile.role}


def _user_list(machine: Machine, options: Any) -> tuple[int, Answer]:
    with _desk(machine, options) as (desk, _):
        users = desk.session.users()
    for user in users:
        _say(f"{user.login}  {user.role}{'  disabled' if user.disabled else ''}")
    return DONE, {
        "users": [
            {"login": user.login, "name": user.name, "role": user.role, "disabled": user.disabled} for user in users
        ]
    }


def _user_disable(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    with _desk(machine, options) as (desk, _):
        practices.disable_user(desk, options.user_login)
    _say("The account is disabled.")
    return DONE, {"login": options.user_login, "disabled": True}


def _user_passwd(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import practices

    with _desk(machine, options) as (desk, passphrase):
        practices.change_passphrase(desk, passphrase, _secret(options.new_passphrase_file))
        login = desk.session.user.login
    _say("The passphrase is changed.")
    return DONE, {"login": login}


def _case_import(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import drafts

    imported = _case_with_pictures(machine, options.case)
    with _desk(machine, options) as (desk, _):
        record = drafts.import_case(desk, imported)
    if "json" not in options:
        print(record.exam_id)
    return DONE, {"exam_id": record.exam_id, "state": record.state.value}


def _case_check(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import drafts, reports

    if options.case is not None:
        found = reports.issues_of_file(machine, _case_with_pictures(machine, options.case).case)
    else:
        with _desk(machine, options) as (desk, _):
            found = reports.issues_of(desk, drafts.load(desk, options.exam))
    for issue in found:
        _say(f"{issue.severity:8} {issue.path}: {issue.text} [{issue.code}]")
    if not found:
        _say("Nothing to settle.")
    return BLOCKED if blocking(found) else DONE, {"issues": _issues(found)}


def _sign(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import signing

    with _desk(machine, options) as (desk, passphrase):
        document = signing.sign(desk, options.exam, passphrase)
    if "json" not in options:
        print(f"{document.document_id} {document.sha256}")
    return DONE, {"exam_id": options.exam, "document_id": document.document_id, "sha256": document.sha256}


def _narrative(machine: Machine, options: Any) -> tuple[int, Answer]:
    case = _exam_or_file(machine, options)
    composed = narrative.compose(case, options.limit or narrative.LETTER_LIMIT)
    text = composed.text if options.limit else narrative.letter(case, practice_name="", payer=options.payer)
    if "json" not in options:
        print(text)
    return DONE, {
        "limit": options.limit,
        "length": len(text),
        "text": text,
        "sentences": _sentences(composed.sentences),
        "left_out": _sentences(composed.left_out),
    }


def _sentences(sentences: Sequence[narrative.Sentence]) -> list[Answer]:
    return [{"text": sentence.text, "sources": list(sentence.sources)} for sentence in sentences]


def _export(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import exporting

    with _desk(machine, options) as (desk, _):
        bundle = exporting.export(desk, options.exam, options.to.absolute(), purpose=options.purpose)
    _say(f"Exported and read back: {len(bundle.files)} files.")
    return DONE, {"exam_id": options.exam, "bundle": str(bundle.folder), "files": _files(bundle.files)}


def _files(files: Sequence[tuple[str, int, str]]) -> list[Answer]:
    return [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in files]


def _run(machine: Machine, options: Any) -> tuple[int, Answer]:
    imported = _case_with_pictures(machine, options.case)
    with _desk_or_throw_away(machine, options, imported.case) as (desk, passphrase):
        return _main_job(desk, passphrase, imported, options.to, options.purpose)


def _main_job(desk: Desk, passphrase: str, imported: ImportedCase, target: Path, purpose: Any) -> tuple[int, Answer]:
    from parotis.services import main_job

    done = main_job.run(desk, imported, passphrase, target.absolute(), purpose=purpose)
    for issue in done.issues:
        _say(f"{issue.severity:8} {issue.path}: {issue.text} [{issue.code}]")
    _say(f"Signed {done.document.document_id}. Exported and read back: {len(done.bundle.files)} files.")
    if desk.session.practice_name == main_job.THROW_AWAY_PRACTICE:
        _say("There is no practice in the data folder, so a throw-away one signed this: a trial, not a record.")
    return DONE, {
        "exam_id": done.exam_id,
        "document_id": done.document.document_id,
        "sha256": done.document.sha256,
        "bundle": str(done.bundle.folder),
        "files": _files(done.bundle.files),
        "issues": _issues(done.issues),
        "throw_away_practice": desk.session.practice_name == main_job.THROW_AWAY_PRACTICE,
    }


@contextlib.contextmanager
def _desk_or_throw_away(machine: Machine, options: Any, case: Case) -> Iterator[tuple[Desk, str]]:
    """The person's practice; where there is none and nobody logs in, one that ends with the command."""
    from parotis.services import main_job

    if machine.vaults.exists(_folder(options)) or "login" in options:
        with _desk(machine, options) as opened:
            yield opened
        return
    with tempfile.TemporaryDirectory(prefix="parotis-") as folder:
        desk, passphrase = main_job.throw_away_desk(machine, Path(folder), case)
        try:
            yield desk, passphrase
        finally:
            desk.close()


def _verify(machine: Machine, options: Any) -> tuple[int, Answer]:
    root = _certificate(options.root) if options.root else None
    verdict = machine.signer.verify(_read_file(options.file), root)
    _say(VERDICT_WORDS[verdict.status])
    for reason in verdict.reasons:
        _say(f"  {reason}")
    return VERDICT_CODES[verdict.status], {
        "verdict": verdict.status.value,
        "text": VERDICT_WORDS[verdict.status],
        "signer": verdict.signer,
        "signed_at": verdict.signed_at.isoformat() if verdict.signed_at else None,
        "reasons": list(verdict.reasons),
    }


def _certificate(path: Path) -> bytes:
    """A certificate file as DER bytes; PEM is unwrapped."""
    import ssl

    data = _read_file(path)
    if not data.lstrip().startswith(b"-----BEGIN"):
        return data
    try:
        return ssl.PEM_cert_to_DER_cert(data.decode().strip())
    except ValueError as error:
        raise UnreadableInput([("--root", "The certificate file cannot be read.")]) from error


def _demo(machine: Machine, options: Any) -> tuple[int, Answer]:
    """The main job on the sample exam, for a machine without a display; the window's own demo is in ``__main__``."""
    sample = _case_with_pictures(machine, _sample_case())
    target = options.to or Path(tempfile.mkdtemp(prefix="parotis-demo-"))
    target.mkdir(parents=True, exist_ok=True)
    from parotis.services import main_job

    with tempfile.TemporaryDirectory(prefix="parotis-") as folder:
        desk, passphrase = main_job.throw_away_desk(machine, Path(folder), sample.case)
        try:
            code, answer = _main_job(desk, passphrase, sample, target, "record")
        finally:
            desk.close()
    _say(f"The sample exam's files are in {answer['bundle']}")
    return code, answer


def _sample_case() -> Path:
    from parotis.system.paths import resource

    return resource("samples/demo-exam.json")


def _doctor(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import health

    folder = _folder(options)
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    report = health.report(machine, folder, free_bytes=shutil.disk_usage(nearest).free)
    for line in report.lines:
        _say(line)
    return DONE, report.facts
