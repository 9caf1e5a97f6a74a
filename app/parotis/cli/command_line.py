"""The command line: which commands and options there are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from parotis.cli import claim_commands, lexicon_commands
from parotis.cli import commands as jobs
from parotis.cli import phrase_commands as phrase_jobs
from parotis.services.ports import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.cli.answers import Answer
    from parotis.services.desk import Machine


class UsageProblem(Exception):
    """The command line is not one of ours."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageProblem(f"{self.prog}: {message}")


def command_line() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="data folder (or PAROTIS_DATA)")
    common.add_argument("--login", metavar="NAME", help="who you are")
    common.add_argument("--passphrase-file", type=Path, metavar="FILE", help="file that holds your passphrase")
    common.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser = Parser(prog="parotis", parents=[common], description="Maxillofacial ultrasound: form, report, claim.")
    commands: Any = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Callable[[Machine, Any], tuple[int, Answer]], text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        return made

    demo = command("demo", jobs.demo, "a throw-away practice with sample people and exams")
    demo.add_argument("--to", type=Path, metavar="DIR", default=None)
    _add_init(command("init", jobs.init, "a new practice"))
    _add_user(commands, common)
    _add_case(commands, common)
    _add_lexicon(commands, common)
    sign = command("sign", jobs.sign, "sign a draft as the dentist")
    sign.add_argument("--exam", required=True, metavar="ID")
    story = command("narrative", jobs.tell_narrative, "the claim narrative")
    _add_source(story)
    story.add_argument("--limit", type=_limit, metavar="N", default=None)
    story.add_argument("--payer", metavar="NAME", default=None)
    export = command("export", jobs.export, "write the bundle of a signed exam")
    export.add_argument("--exam", required=True, metavar="ID")
    export.add_argument("--payer", metavar="NAME", default=None, help="whom the letter is for")
    export.add_argument("--override", metavar="REASON", default=None, help="why without a labelled key image")
    _add_target(export)
    run = command("run", jobs.run, "the main job: import, check, sign, export")
    run.add_argument("case", type=Path, metavar="CASE.json")
    _add_target(run)
    verify = command("verify", jobs.verify, "the verdict on a signed report")
    verify.add_argument("file", type=Path, metavar="FILE.pdf")
    verify.add_argument("--root", type=Path, metavar="CERT", default=None)
    _add_phrases(commands, common)
    claim_commands.add_commands(commands, common, Parser)
    command("doctor", jobs.doctor, "what this machine has and lacks")
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
    actions = user.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    add = actions.add_parser("add", parents=[common], help="a new account")
    add.add_argument("new_login", metavar="LOGIN")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=get_args(Role))
    add.add_argument("--credentials", default=None)
    add.add_argument("--license", default=None, metavar='"ST number"')
    add.add_argument("--npi", default=None)
    add.add_argument("--new-passphrase-file", required=True, type=Path, metavar="FILE")
    add.add_argument("--recovery-file", type=Path, default=None, metavar="R", help="needed for a dentist")
    add.set_defaults(run=jobs.user_add)
    actions.add_parser("list", parents=[common], help="all accounts").set_defaults(run=jobs.user_list)
    disable = actions.add_parser("disable", parents=[common], help="take an account's keys away")
    disable.add_argument("user_login", metavar="LOGIN")
    disable.set_defaults(run=jobs.user_disable)
    change = actions.add_parser(
        "passwd", parents=[common], help="change your own passphrase, or set it by the recovery key"
    )
    change.add_argument("--new-passphrase-file", required=True, type=Path, metavar="FILE")
    change.add_argument("--recovery-file", type=Path, default=None, metavar="R", help="instead of the old passphrase")
    change.set_defaults(run=jobs.user_passwd)


def _add_case(commands: Any, common: argparse.ArgumentParser) -> None:
    case = commands.add_parser("case", parents=[common], help="case files", description="case files")
    actions = case.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    take = actions.add_parser("import", parents=[common], help="a draft from a case file; prints its exam id")
    take.add_argument("case", type=Path, metavar="CASE.json")
    take.set_defaults(run=jobs.case_import)
    check = actions.add_parser("check", parents=[common], help="what the checks say")
    _add_source(check)
    check.set_defaults(run=jobs.case_check)


def _add_lexicon(commands: Any, common: argparse.ArgumentParser) -> None:
    lexicon = commands.add_parser("lexicon", parents=[common], help="lexicon files", description="lexicon files")
    actions = lexicon.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    check = actions.add_parser("check", parents=[common], help="judge lexicon files: the shipped ones, or these")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE")
    check.set_defaults(run=lexicon_commands.check)
    add = actions.add_parser("add", parents=[common], help="let the practice use a file in place of the shipped one")
    add.add_argument("file", type=Path, metavar="FILE")
    add.set_defaults(run=lexicon_commands.add)


def _add_phrases(commands: Any, common: argparse.ArgumentParser) -> None:
    phrases = commands.add_parser("phrases", parents=[common], help="phrases and templates", description="phrases")
    actions = phrases.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    actions.add_parser("list", parents=[common], help="the sets in use").set_defaults(run=phrase_jobs.list_sets)
    check = actions.add_parser("check", parents=[common], help="whether a phrase file can be taken")
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run=phrase_jobs.check)
    take = actions.add_parser("import", parents=[common], help="take a phrase file as the newest version of its set")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--personal", action="store_true", help="for yourself alone")
    take.set_defaults(run=phrase_jobs.take)
    export = actions.add_parser("export", parents=[common], help="write the file of a set")
    export.add_argument("name", metavar="NAME")
    export.add_argument("--to", required=True, type=Path, metavar="FILE")
    export.add_argument("--version", type=_limit, default=None, metavar="N", help="an earlier one of that set")
    export.set_defaults(run=phrase_jobs.export)


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
