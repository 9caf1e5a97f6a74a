"""The labelled set of ``tests/data/labelled``: complete drafts written as a dentist would, and drafts with one fault.

A clean draft is written short: what every draft shares stands in ``skeleton.json``, and lists of named values are
rows (see the functions below). A reworded draft and a draft with a fault are a clean one with values set by path.
"""

from __future__ import annotations

import copy
import functools
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import labelled_drafts

from parotis.domain import canonical, checks, paths
from parotis.domain.case import Case
from parotis.domain.issue import Issue

FOLDER = Path(__file__).resolve().parents[1] / "data" / "labelled"


@dataclass(frozen=True)
class Clean:
    name: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Seeded:
    """``paths`` are where an issue about the fault may stand; a parent or a child of one counts."""

    name: str
    kind: str
    base: str
    document: dict[str, Any]
    paths: tuple[str, ...]


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def _symptom(kind: str, structure: str | None, side: str | None, length: str | None) -> dict[str, Any]:
    value, unit = length.split() if length else (None, None)
    duration = {"value": int(value), "unit": unit} if value else None
    return {"kind": kind, "structure": structure, "side": side, "duration": duration}


def _finding(
    structure: str,
    side: str | None,
    state: str,
    attributes: dict[str, Any] | None = None,
    lesions: tuple[dict[str, Any], ...] = (),
    note: str | None = None,
) -> dict[str, Any]:
    return {
        "structure": structure, "side": side, "state": state, "attributes": attributes or {},
        "lesions": list(lesions), "note": note,
    }  # fmt: skip


def _image(number: int, structure: str, side: str | None, plane: str, phase: str | None = None) -> dict[str, Any]:
    return {
        "file": f"image-{number}.png", "structure": structure, "side": side, "plane": plane, "phase": phase,
        "key": number == 1,
    }  # fmt: skip


def _scanned(finding: dict[str, Any], reasons: dict[str, str]) -> dict[str, Any]:
    status = finding["state"] if finding["state"] in ("not-seen", "not-examined") else "examined"
    reason = reasons.get(finding["structure"]) if status != "examined" else None
    return {"structure": finding["structure"], "side": finding["side"], "status": status, "reason": reason}


def written_out(short: dict[str, Any], number: int) -> dict[str, Any]:
    """The case document of a draft that is written short."""
    document: dict[str, Any] = copy.deepcopy(_read("skeleton.json"))
    document["patient"] |= {"chart_number": f"L-{number:03}", "birth_date": short["born"], "sex": short["sex"]}
    document |= {"complaint": short["complaint"], "history": short["history"], "clinical_exam": short["exam"]}
    document["symptoms"] = [_symptom(*row) for row in short["symptoms"]]
    document["rationale"] = {
        "reason": short["reason"],
        "question": short["question"],
        "prior_studies": [
            dict(zip(("kind", "date", "result", "insufficient_because"), row, strict=True)) for row in short["prior"]
        ],
        "why_ultrasound": short.get("why", ["soft-tissue", "no-radiation"]),
        "note": short.get("note"),
    }
    document["findings"] = [_finding(*row) for row in short["findings"]]
    document["scan"] = [_scanned(finding, short.get("reasons", {})) for finding in document["findings"]]
    value, unit = short["follow_up"].split() if "follow_up" in short else (None, None)
    document["interpretation"] = {
        "impression": short["impression"],
        "differential": short.get("differential", []),
        "certainty": short["certainty"],
        "recommendation": short["recommendation"],
        "follow_up": {"value": int(value), "unit": unit} if value else None,
        "limitations": short["limitations"],
        "comparison": short.get("comparison"),
        "urgent": None,
    }
    rows = short.get("images", [])
    document["images"] = [_image(place + 1, *row) for place, row in enumerate(rows)]
    document["claim"]["diagnoses"] = short["codes"]
    put_all(document, short.get("set", {}))
    return document


def put_all(document: dict[str, Any], values: dict[str, Any]) -> None:
    """Sets values by path; a list or record on the way that is not there is made."""
    for path, value in values.items():
        owner: Any = document
        steps = paths.steps(path)
        last = steps[-1]
        for step, following in itertools.pairwise(steps):
            if not isinstance(step, int) and owner.get(step) is None:
                owner[step] = [] if isinstance(following, int) else {}
            owner = owner[step]
        if isinstance(last, int) and last == len(owner):
            owner.append(copy.deepcopy(value))
        else:
            owner[last] = copy.deepcopy(value)


@functools.cache
def clean() -> tuple[Clean, ...]:
    shorts = [short for file in sorted(FOLDER.glob("clean_*.json")) for short in _read(file.name)]
    drafts = [Clean(short["name"], written_out(short, number + 1)) for number, short in enumerate(shorts)]
    by_name = {draft.name: draft.document for draft in drafts}
    for number, row in enumerate(_read("reworded.json")):
        document = copy.deepcopy(by_name[row["base"]])
        put_all(document, row["set"])
        drafts.append(Clean(f"{row['base']}, reworded {number + 1}", document))
    return tuple(drafts)


@functools.cache
def seeded() -> tuple[Seeded, ...]:
    by_name = {draft.name: draft.document for draft in clean()}
    found = []
    for row in (row for file in sorted(FOLDER.glob("faults*.json")) for row in _read(file.name)):
        document = copy.deepcopy(by_name[row["base"]])
        put_all(document, row["set"])
        for path in row.get("remove", ()):
            *outer, last = paths.steps(path)
            del labelled_drafts.read(document, tuple(outer))[last]
        found.append(Seeded(row["name"], row["kind"], row["base"], document, tuple(row["paths"])))
    return tuple(found)


def issues_of(document: dict[str, Any]) -> tuple[Issue, ...]:
    case: Case = canonical.from_json(document)
    return checks.issues(case, labelled_drafts.context())


# An advice that every draft without pictures gets, as the draft is kept without them here.
EXPECTED_WITHOUT_IMAGES = frozenset({"images.missing"})


def false_alarms(found: tuple[Issue, ...]) -> list[Issue]:
    """What is said about a clean draft."""
    return [issue for issue in found if issue.code not in EXPECTED_WITHOUT_IMAGES]


def names_the_fault(draft: Seeded, found: tuple[Issue, ...], before: tuple[Issue, ...]) -> bool:
    """Whether something is said at the fault that was not said of the clean draft."""
    fresh = [issue for issue in found if issue not in before]
    return any(_is_near(issue.path, path) for issue in fresh for path in draft.paths)


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return True
    return one.startswith((f"{other}.", f"{other}[")) or other.startswith((f"{one}.", f"{one}["))


MOST_FALSE_ALARMS_IN_100 = 2
