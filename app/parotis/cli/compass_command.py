"""The code compass by the command line: one question after another, or what the answers come to. Needs no practice."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from parotis.cli.answers import DONE, Answer, say
from parotis.cli.opening import case_with_pictures
from parotis.domain.claims import code_compass
from parotis.domain.errors import UnreadableInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from parotis.services.desk import Machine


def add_arguments(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """A case file whose record answers what it can, and answers of one's own."""
    parser.add_argument("case", nargs="?", type=path, metavar="CASE.json", help="takes the answers that it records")
    parser.add_argument("--answer", action="append", default=[], metavar="QUESTION=CHOICE")


def compass(machine: Machine, options: Any) -> tuple[int, Answer]:
    case = case_with_pictures(machine, options.case).case if options.case is not None else None
    answers = code_compass.from_case(case) if case is not None else {}
    answers |= _typed(options.answer)
    told: Answer = {"answers": answers, "question": None, "advice": None, "first_payer": None}
    if case is not None:
        first = code_compass.first_payer(case)
        told["first_payer"] = dataclasses.asdict(first)
        say(f"Payer: {first.title}. {first.reason}")
    question = code_compass.questions(answers)
    if question is not None:
        told["question"] = dataclasses.asdict(question)
        say(f"{question.text} ({question.why})")
        for choice in question.choices:
            say(f"  --answer {question.id}={choice.id:14} {choice.label}")
        return DONE, told
    advice = code_compass.answer(answers)
    told["advice"] = dataclasses.asdict(advice)
    say(f"{advice.title}. {advice.reason}")
    for warning in advice.warnings:
        say(f"  {warning}")
    return DONE, told


def _typed(given: list[str]) -> dict[str, str]:
    answers = {}
    for text in given:
        question, separator, choice = text.partition("=")
        if not separator:
            raise UnreadableInput([("--answer", "Write QUESTION=CHOICE.")])
        answers[question] = choice
    return answers
