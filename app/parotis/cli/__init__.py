"""The headless commands: the same use cases as the window, without Qt.

One JSON object on standard output with ``--json``, everything for people on standard error, and the exit codes that
other programs rely on.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

from parotis import bootstrap
from parotis.cli.answers import BLOCKED, FAILED, REFUSED, USAGE, Answer, listed_issues, say
from parotis.cli.command_line import UsageProblem, command_line
from parotis.domain.errors import (
    AlreadyExists,
    AlreadySigned,
    DataFileRefused,
    Fault,
    IntegrityBroken,
    ParotisError,
    PreviewChanged,
    Refused,
    RulesBroken,
    SignerUnavailable,
)
from parotis.presentation import messages

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    wants_json = "--json" in arguments
    _speak_unicode()
    try:
        options = command_line().parse_args(arguments)
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
    if isinstance(error, DataFileRefused):
        for point, problem in zip(answer["problems"], error.problems, strict=True):
            point.update(file=problem.file, line=problem.line, key=problem.key)
    if isinstance(error, RulesBroken):
        answer["issues"] = listed_issues(error.issues)
    return answer


def _fail(code: int, error: Answer, *, wants_json: bool) -> int:
    issues = error.pop("issues", None)
    if wants_json:
        print(
            json.dumps({"error": error} if issues is None else {"error": error, "issues": issues}, ensure_ascii=False)
        )
    say(error["text"])
    for point in issues if issues is not None else error.get("problems", ()):
        kind = f"{point['severity']:8} " if "severity" in point else ""
        say(f"  {kind}{point['path'] or 'file'}: {point['text']}")
    return code
