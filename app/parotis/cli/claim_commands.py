"""The commands about claims: list, show, record, and what goes to a payer or comes from one."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import textwrap
import typing
from typing import TYPE_CHECKING, Any

from parotis.cli import compass_command
from parotis.cli.answers import DONE, Answer, say
from parotis.cli.opening import opened_desk, read_file
from parotis.domain import canonical
from parotis.domain.claims import lifecycle, money
from parotis.domain.errors import NotFound, UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parotis.domain.claims.entries import Entry
    from parotis.services.claim_ports import ClaimRow
    from parotis.services.desk import Desk, Machine

_LIST_LIMIT = 1000
_LARGEST_ENTRIES_BYTES = 5_000_000
_MOST_ENTRIES = 10_000
_MOST_DAYS = 3660
_MAY_BE_EMPTY = {"sent": "submission", "appeal": "appeal"}
"""The parts that need no field: sent today, an appeal as the program proposes it."""
_WHOLE_NUMBERS = ("limit", "authorization.units")
"""The fields of entries that are whole numbers; amounts and ids are text, whatever they look like."""


def add_commands(commands: Any, common: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """Put ``claims`` and ``payers`` on the command line."""
    claims = commands.add_parser("claims", parents=[common], help="claims", description="claims")
    actions = claims.add_subparsers(required=True, metavar="ACTION", parser_class=parser_class)

    def action(name: str, run: Callable[[Machine, Any], tuple[int, Answer]], text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        return made

    listing = action("list", list_claims, "claims by what lapses first, with counts and ageing")
    listing.add_argument(
        "--state",
        action="append",
        default=[],
        choices=lifecycle.STATE_WORDS,
        metavar="STATE",
        help=f"one of: {', '.join(lifecycle.STATE_WORDS)}; may be given several times",
    )
    listing.add_argument("--search", default="", metavar="TEXT", help="beginnings of name, chart, payer or claim id")
    listing.add_argument("--mine", action="store_true", help="those assigned to you")
    listing.add_argument("--payer", default=None, metavar="KEY", help="those of one payer; see payers list")
    listing.add_argument(
        "--due-within", type=_days, default=None, metavar="DAYS", help="those of which something lapses by then"
    )
    listing.add_argument("--snoozed", action="store_true", help="snoozed ones too")
    listing.add_argument("--csv", type=_path, default=None, metavar="FILE", help="write them as CSV")
    _add_claim(action("open", open_claim, "begin the claim of an exam; prints its id"))
    _add_claim(action("show", show, "a claim: state, checklist, deadlines, routes, history"))
    _add_claim(action("call-sheet", call_sheet, "what to ask the payer before the scan, and what is still open"))
    compass_command.add_arguments(
        action("compass", compass_command.compass, "which code it is, by a few questions; needs no practice"), _path
    )
    step = action("record", record, "record what happened; a file with one entry or a list, or --kind and --set")
    _add_claim(step)
    step.formatter_class = _EntriesHelp
    step.add_argument("file", nargs="?", type=_path, metavar="ENTRY.json", help="one entry, or a list: all or none")
    step.add_argument("--kind", default=None, help="what happened; the kinds stand below")
    step.add_argument(
        "--set",
        dest="fields",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="such as submission.channel=fax",
    )
    keep = action("keep", keep_file, "keep a scanned letter on the claim")
    _add_claim(keep)
    keep.add_argument("file", type=_path, metavar="FILE")
    remittance = action("remittance", remittance_file, "read an X12 835 file; --post records it")
    remittance.add_argument("file", type=_path, metavar="FILE.835")
    remittance.add_argument("--post", action="store_true")
    kept = action("remittances", kept_remittances, "the posted 835 files, with their claims that are of no claim here")
    kept.add_argument("--file", default=None, metavar="SHA256", help="write this one to --to, as it came")
    kept.add_argument("--to", type=_path, default=None, metavar="FILE")
    pack = action("pack", pack_claim, "write the claim pack for the payer's channel")
    _add_claim(pack)
    pack.add_argument("--to", required=True, type=_path, metavar="DIR")
    letter = action("letter", letter_of, "write a letter or a paper for the patient as PDF")
    _add_claim(letter)
    letter.add_argument("--what", required=True, choices=_LETTERS)
    letter.add_argument("--language", choices=("en", "es"), default="en")
    letter.add_argument("--to", required=True, type=_path, metavar="FILE.pdf")
    appeal = action("appeal", appeal_package, "sign the appeal that is drafted, as one PDF with its exhibits")
    _add_claim(appeal)
    appeal.add_argument("--to", required=True, type=_path, metavar="FILE.pdf")
    _add_payers(commands, common, parser_class)


def _add_payers(commands: Any, common: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    payers = commands.add_parser("payers", parents=[common], help="what is known of payers", description="payers")
    actions = payers.add_subparsers(required=True, metavar="ACTION", parser_class=parser_class)
    actions.add_parser("list", parents=[common], help="the profiles in use").set_defaults(run=list_payers)
    take = actions.add_parser("import", parents=[common], help="take profiles from a JSON or CSV file, all or none")
    take.add_argument("file", type=_path, metavar="FILE")
    take.set_defaults(run=import_payers)
    export = actions.add_parser("export", parents=[common], help="write all profiles as JSON or CSV")
    export.add_argument("--to", required=True, type=_path, metavar="FILE")
    export.set_defaults(run=export_payers)


_BY_PROGRAM = frozenset(
    {
        "payer:payer",
        "narrative:composed",
        "report:document_id",
        "sent:submission.document_id",
        "sent:submission.charged",
        "appeal:appeal.level",
        "appeal:appeal.file_sha256",
        "appeal:appeal.sent_on",
        "appeal:appeal.sent_how",
        "appeal:appeal.decided_on",
        "appeal:appeal.outcome",
        "appeal-sent:file_sha256",
    }
)
"""Fields of entries that the program puts in."""


class _EntriesHelp(argparse.RawDescriptionHelpFormatter):
    """Puts the kinds of entries below the options, and looks them up only when somebody asks for help."""

    def format_help(self) -> str:
        self.add_text(_entries_help())
        return super().format_help()


def _entries_help() -> str:
    """The kinds of entries with their fields, for ``claims record --help``."""
    from parotis.domain.claims import entries

    lines = ['kinds and their fields (an entry in a file: {"kind": ..., fields}):']
    for kind, made in entries.FROM_OUTSIDE.items():
        fields = ", ".join(_fields_of(made))
        lines += textwrap.wrap(f"{kind}: {fields}", 100, initial_indent="  ", subsequent_indent="      ")
    lines += ["", "for example:", "  --kind sent --set submission.sent_on=2026-11-17 --set submission.channel=portal"]
    return "\n".join(lines)


def _fields_of(made: type[Any]) -> Iterator[str]:
    """Names of fields, those of a part behind its name."""
    hints = typing.get_type_hints(made)
    for field in dataclasses.fields(made):
        inner = hints[field.name]
        parts = dataclasses.fields(inner) if dataclasses.is_dataclass(inner) else ()
        names = tuple(f"{field.name}.{one.name}" for one in parts) or (field.name,)
        yield from (name for name in names if f"{made.kind}:{name}" not in _BY_PROGRAM)


_LETTERS = ("necessity", "predetermination", "authorization", "appeal", "cost-notice", "summary")


def _days(text: str) -> int:
    if not _is_number(text) or int(text) > _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be a number of days from 0 to {_MOST_DAYS}")
    return int(text)


def _path(text: str) -> Any:
    from pathlib import Path

    return Path(text)


def _add_claim(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--claim", metavar="ID")
    source.add_argument("--exam", metavar="ID", help="the newest claim of this exam; it is begun if there is none")


def _claim_id(desk: Desk, options: Any) -> str:
    """A closed claim is not begun anew by looking at it; ``claims open`` does that."""
    from parotis.services import claims

    if options.claim:
        return str(options.claim)
    return claims.newest_of_exam(desk, options.exam) or claims.open_claim(desk, options.exam).claim_id


def list_claims(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claims
    from parotis.services.claim_ports import ClaimFilter
    from parotis.system.atomic_files import write_new

    with opened_desk(machine, options) as (desk, _):
        today = machine.clock.now().date()
        wanted = ClaimFilter(
            today=today,
            states=tuple(options.state),
            text=options.search,
            assigned_to=desk.session.user.login if options.mine else None,
            payer_key=options.payer,
            due_by=None if options.due_within is None else today + dt.timedelta(days=options.due_within),
            with_snoozed=options.snoozed,
        )
        queries = desk.records.queries
        rows = queries.claims(wanted, limit=_LIST_LIMIT)
        counts, ageing = queries.claim_counts(wanted), queries.ageing(today)
        not_billed = queries.not_billed(limit=_LIST_LIMIT)
        if options.csv is not None:
            write_new(options.csv, claims.export_csv(desk, wanted))
    for row in rows:
        due = f"  {row.due_kind} due {row.due_on}" if row.due_on else ""
        say(f"{row.claim_id}  {lifecycle.STATE_WORDS[row.state]:22} {money.dollars(row.charged_cents):>10}{due}")
    total = sum(count for state, (count, _) in counts.items() if not options.state or state in options.state)
    if total > len(rows):
        say(f"... and {total - len(rows)} more: narrow the search, or write all of them with --csv.")
    for bucket in ageing:
        say(f"{bucket.label:>8} days: {bucket.count} claims, {money.dollars(bucket.open_cents)} open")
    return DONE, {
        "claims": [_listed(row) for row in rows],
        "total": total,
        "counts": {state: {"count": count, "open_cents": cents} for state, (count, cents) in counts.items()},
        "ageing": [
            {"days": bucket.label, "count": bucket.count, "open": money.text_of(bucket.open_cents)} for bucket in ageing
        ],
        "not_billed": [row.exam_id for row in not_billed],
    }


def _listed(row: ClaimRow) -> Answer:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value

    listed = {name: plain(value) for name, value in dataclasses.asdict(row).items() if not name.endswith("_cents")}
    return {**listed, "charged": money.text_of(row.charged_cents), "paid": money.text_of(row.paid_cents)}


def open_claim(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claims

    with opened_desk(machine, options) as (desk, _):
        opened = claims.load(desk, options.claim).claim if options.claim else claims.open_claim(desk, options.exam)
    claim_id = opened.claim_id
    if "json" not in options:
        print(claim_id)
    return DONE, {"claim_id": claim_id}


def show(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claim_situation, claims

    with opened_desk(machine, options) as (desk, _):
        opened = claims.load(desk, _claim_id(desk, options))
        events = claims.history(desk, opened.claim.claim_id)
        logins = {user.user_id: user.login for user in desk.session.users()}
        found = claim_situation.situation(desk, opened)
        with desk.unit_of_work() as work:
            files = work.claims.files(opened.claim.claim_id)
    claim = opened.claim
    say(f"Claim {claim.claim_id}: {lifecycle.STATE_WORDS[claim.state]}")
    for item in found.items:
        say(f"  [{'x' if item.is_met else ' '}] {item.label}: {item.text}")
    for deadline in found.deadlines:
        say(f"  {deadline.text}")
    for reminder in found.reminders:
        say(f"  Reminder: {reminder.text}")
    for route in found.routes:
        say(f"  To do: {route.title}. {route.why}")
    for event in events:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {logins.get(event.user_id, '?')}  {event.kind}  {event.to_state}")
    return DONE, {
        "claim": canonical.object_as_json(claim),
        "revision": opened.revision,
        "charged": money.text_of(claims.charged_cents(claim)),
        "paid": money.text_of(claims.paid_cents(claim)),
        **found.as_json(),
        "next_states": list(lifecycle.NEXT[claim.state]),
        "files": [{"sha256": one.sha256, "kind": one.kind, "size": one.size} for one in files],
        "history": [
            {
                "at": event.at.isoformat(),
                "by": logins.get(event.user_id),
                "kind": event.kind,
                "from": event.from_state,
                "to": event.to_state,
                "entry": json.loads(event.entry_json),
            }
            for event in events
        ],
    }


def call_sheet(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claim_situation, claims

    with opened_desk(machine, options) as (desk, _):
        sheet = claim_situation.call_sheet(claims.load(desk, _claim_id(desk, options)))
    left_open = {one.id for one in sheet.left_open}
    for one in sheet.questions:
        say(f"  [{' ' if one.id in left_open else 'x'}] {one.id}: {one.text}")
    for path, text in sheet.problems:
        say(f"  {path}: {text}")
    return DONE, {
        "questions": [
            {"id": one.id, "text": one.text, "kind": one.kind, "why": one.why, "fills": one.fills, "is_open": is_open}
            for one in sheet.questions
            for is_open in [one.id in left_open]
        ],
        "problems": [{"path": path, "text": text} for path, text in sheet.problems],
    }


def record(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claims

    documents = _documents(options)
    with opened_desk(machine, options) as (desk, _):
        recorded = _entries(desk, documents)
        claim = claims.record(desk, _claim_id(desk, options), *recorded)
    say(f"Recorded. The claim is: {lifecycle.STATE_WORDS[claim.state]}.")
    return DONE, {"claim_id": claim.claim_id, "state": claim.state, "recorded": len(recorded)}


def _entries(desk: Desk, documents: list[Any]) -> list[Entry]:
    """All entries read before the first is recorded; the problems of all at once."""
    from parotis.services import claims

    found: list[Entry] = []
    problems: list[tuple[str, str]] = []
    for number, document in enumerate(documents):
        try:
            found.append(claims.read_entry(desk, document))
        except UnreadableInput as error:
            place = "" if len(documents) == 1 else f"[{number}]."
            problems += [(f"{place}{path}", text) for path, text in error.problems]
    if problems:
        raise UnreadableInput(problems)
    return found


def _documents(options: Any) -> list[Any]:
    if (options.file is None) == (options.kind is None):
        raise UnreadableInput([("", "Give a file with entries, or --kind with --set FIELD=VALUE.")])
    if options.file is None:
        return [_from_options(options)]
    from parotis.services.case_files import read_json

    data = read_file(options.file)
    if len(data) > _LARGEST_ENTRIES_BYTES:
        raise UnreadableInput([("", f"The file is larger than {_LARGEST_ENTRIES_BYTES // 1_000_000} MB.")])
    document = read_json(data)
    found = document if isinstance(document, list) else [document]
    if not 1 <= len(found) <= _MOST_ENTRIES:
        raise UnreadableInput([("", f"A file holds 1 to {_MOST_ENTRIES:,} entries.")])
    return found


def _from_options(options: Any) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": options.kind}
    part = _MAY_BE_EMPTY.get(options.kind)
    if part and not any(assignment.startswith(part) for assignment in options.fields):
        document[part] = {}
    for assignment in options.fields:
        name, separator, value = assignment.partition("=")
        if not separator or not name:
            raise UnreadableInput([("--set", "Write FIELD=VALUE.")])
        *outer, last = name.split(".")
        owner = document
        for part in outer:
            owner = owner.setdefault(part, {})
            if not isinstance(owner, dict):
                raise UnreadableInput([("--set", "A field is set both as a value and as a part.")])
        if last in owner:
            raise UnreadableInput([("--set", "A field is set twice.")])
        owner[last] = int(value) if name in _WHOLE_NUMBERS and _is_number(value) else _value(value)
    return document


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _value(text: str) -> Any:
    """Lists, objects, true, false and null as JSON; everything else as text, because amounts and ids are text."""
    if text.startswith(("[", "{")) or text in ("true", "false", "null"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise UnreadableInput([("--set", "A value that begins like JSON is not valid JSON.")]) from error
    return text


def keep_file(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claims

    data = read_file(options.file)
    with opened_desk(machine, options) as (desk, _):
        file = claims.keep_file(desk, _claim_id(desk, options), data)
    say("Kept on the claim.")
    return DONE, {"sha256": file.sha256, "media_type": file.media_type, "size": len(file.data)}


def remittance_file(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.cli.opening import folder_of
    from parotis.services import remittances

    data = read_file(options.file)
    file = remittances.read(machine, data)
    answer: Answer = {
        "payments": [
            {
                "payer": payment.payer_name,
                "trace_number": payment.trace_number,
                "paid_on": payment.paid_on.isoformat() if payment.paid_on else None,
                "paid": payment.paid,
                "balanced": payment.is_balanced,
                "claims": [canonical.object_as_json(one) for one in payment.claims],
                "provider_adjustments": [dataclasses.asdict(one) for one in payment.provider_adjustments],
            }
            for payment in file.payments
        ],
        "totals": {
            name.removesuffix("_cents"): money.text_of(value) if name.endswith("_cents") else value
            for name, value in remittances.totals(file).items()
        },
    }
    for payment in file.payments:
        balance = "balanced" if payment.is_balanced else "NOT balanced"
        say(f"Payment {payment.paid}: {len(payment.claims)} claims, {balance}")
    if machine.vaults.exists(folder_of(options)) and ("login" in options or options.post):
        with opened_desk(machine, options) as (desk, _):
            found = remittances.preview(desk, data)
            answer["matched"] = [one.row.claim_id for one in found.claims if one.row is not None]
            answer["unmatched"] = sum(one.row is None for one in found.claims)
            if options.post:
                posted = remittances.post(desk, data)
                answer["posted"] = posted.posted
                say(f"Posted: {posted.posted} claims; {posted.unmatched} of no claim here.")
    elif options.post:
        raise NotFound("no practice in the data folder")
    return DONE, answer


def kept_remittances(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import remittances
    from parotis.system.atomic_files import write_new

    if (options.file is None) != (options.to is None):
        raise UnreadableInput([("--to", "Give --file and --to together.")])
    with opened_desk(machine, options) as (desk, _):
        if options.file is not None:
            data = remittances.kept_file(desk, options.file)
            write_new(options.to, data)
            say("Written.")
            return DONE, {"file": str(options.to), "size": len(data)}
        found = remittances.kept(desk)
    for one in found:
        say(f"{one.sha256}  {one.added_at:%Y-%m-%d %H:%M}  {len(one.unmatched)} claims of no claim here")
    return DONE, {
        "files": [
            {
                "sha256": one.sha256,
                "size": one.size,
                "added_at": one.added_at.isoformat(),
                "unmatched": [canonical.object_as_json(claim) for claim in one.unmatched],
            }
            for one in found
        ]
    }


def pack_claim(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claim_pack

    with opened_desk(machine, options) as (desk, _):
        claim_id = _claim_id(desk, options)
        warnings = claim_pack.preflight(desk, claim_id).warnings
        bundle = claim_pack.write(desk, claim_id, options.to)
    for warning in warnings:
        say(f"  {warning}")
    say(f"Written and read back: {len(bundle.files)} files.")
    return DONE, {
        "warnings": list(warnings),
        "folder": str(bundle.folder),
        "files": [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in bundle.files],
    }


def letter_of(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claim_letters
    from parotis.system.atomic_files import write_new

    with opened_desk(machine, options) as (desk, _):
        pdf = claim_letters.pdf(desk, _claim_id(desk, options), options.what, language=options.language)
    write_new(options.to, pdf)
    say("Written.")
    return DONE, {"file": str(options.to), "size": len(pdf)}


def appeal_package(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import claim_letters
    from parotis.system.atomic_files import write_new

    with opened_desk(machine, options) as (desk, passphrase):
        file = claim_letters.signed_appeal(desk, _claim_id(desk, options), passphrase)
    write_new(options.to, file.data)
    say("Signed, kept on the claim and written. Record that it was sent with: claims record --kind appeal-sent.")
    return DONE, {"file": str(options.to), "sha256": file.sha256, "size": len(file.data)}


def list_payers(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import payers

    with opened_desk(machine, options) as (desk, _):
        found = payers.profiles(desk)
        outcomes = payers.outcomes(desk)
    for one in found:
        say(f"{one.profile.key}  {one.profile.name}, version {one.version}  {outcomes.get(one.profile.key or '', '')}")
    return DONE, {
        "payers": [
            {
                **canonical.object_as_json(one.profile),
                "version": one.version,
                "outcomes": outcomes.get(one.profile.key or "", ""),
            }
            for one in found
        ]
    }


def import_payers(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import payers

    data = read_file(options.file)
    take = payers.import_csv if options.file.suffix.casefold() == ".csv" else payers.import_json
    with opened_desk(machine, options) as (desk, _):
        taken = take(desk, options.file.name, data)
    say(f"Taken: {len(taken)} profiles.")
    return DONE, {"taken": len(taken)}


def export_payers(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import payers
    from parotis.system.atomic_files import write_new

    make = payers.export_csv if options.to.suffix.casefold() == ".csv" else payers.export_json
    with opened_desk(machine, options) as (desk, _):
        data = make(desk)
    write_new(options.to, data)
    say("Written.")
    return DONE, {"file": str(options.to), "size": len(data)}
