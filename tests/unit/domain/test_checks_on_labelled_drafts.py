"""The checks on drafts with a known truth: what is clean stays free of blocks, what is wrong is named where it is.

``tests/data/drafts`` holds base drafts, and two lists of changes to them. A change sets values by path (the place
after the last of a list appends) and removes items.
"""

import copy
import datetime as dt
import json
import re
from pathlib import Path

import pytest

from parotis.domain import canonical, paths
from parotis.domain.checks import CheckContext, issues
from parotis.domain.coding import CdtCodeSet, IcdCodeSet

ROOT = Path(__file__).resolve().parents[3]
DRAFTS = ROOT / "tests" / "data" / "drafts"
CODES = ROOT / "resources" / "codes"
BASES = ("right-parotid-cyst", "left-submandibular-stone", "right-joint-effusion", "left-buccal-abscess")
CLEAN = json.loads((DRAFTS / "clean.json").read_text("utf-8"))
FAULTS = json.loads((DRAFTS / "faults.json").read_text("utf-8"))

MIRROR = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
MIRROR |= {"M26.631": "M26.632", "M26.621": "M26.622"}


@pytest.fixture(scope="session")
def context():
    icd = IcdCodeSet.from_bytes((CODES / "icd10cm-2026-04.codes").read_bytes())
    cdt = CdtCodeSet.from_bytes((CODES / "cdt.json").read_bytes())
    return CheckContext(icd, cdt, today=dt.date(2026, 11, 23))


def base(name):
    return json.loads((DRAFTS / f"{name}.json").read_text("utf-8"))


def put(document, path, value):
    *outer, last = paths.steps(path)
    owner = document
    for step in outer:
        owner = owner[step]
    if isinstance(last, int) and last == len(owner):
        owner.append(value)
    else:
        owner[last] = value


def changed(draft):
    document = base(draft["base"])
    for path, value in draft["set"].items():
        put(document, path, copy.deepcopy(value))
    for path in draft["remove"]:
        *outer, last = paths.steps(path)
        del paths_read(document, outer)[last]
    return canonical.from_json(document)


def paths_read(document, steps):
    for step in steps:
        document = document[step]
    return document


def texts(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from texts(inner, f"{path}[{place}]")
    elif isinstance(value, str):
        yield path, value


def mirrored(text):
    return re.sub(r"\b(?:[Ll]eft|[Rr]ight|M26\.6[23][12])\b", lambda match: MIRROR.get(match[0], match[0]), text)


@pytest.mark.parametrize("draft", CLEAN, ids=[draft["name"] for draft in CLEAN])
def test_clean_draft_has_no_blocking_issue_and_few_advices(draft, context):
    found = issues(changed(draft), context)
    assert [(issue.code, issue.path, issue.text) for issue in found if issue.blocks] == []
    assert len(found) <= 7, [issue.code for issue in found]


@pytest.mark.parametrize("draft", FAULTS, ids=[draft["name"] for draft in FAULTS])
def test_seeded_fault_is_named_at_its_field(draft, context):
    found = issues(changed(draft), context)
    assert (draft["code"], draft["path"]) in {(issue.code, issue.path) for issue in found if issue.blocks}, found


@pytest.mark.parametrize("name", BASES)
def test_mirror_image_of_a_clean_draft_is_clean(name, context):
    document = base(name)
    for path, text in list(texts(document)):
        put(document, path, mirrored(text))
    assert [issue for issue in issues(canonical.from_json(document), context) if issue.blocks] == []


SIDES_TOLD = [
    (name, path)
    for name in BASES
    for path, text in texts(base(name))
    if mirrored(text) != text
    and not path.startswith("technique")
    # A limitation may be about any side, and an image is free to show either side that was scanned.
    and path not in ("interpretation.limitations", "images[1].side")
]


@pytest.mark.parametrize(("name", "path"), SIDES_TOLD, ids=[f"{name} {path}" for name, path in SIDES_TOLD])
def test_one_mirrored_side_blocks(name, path, context):
    document = base(name)
    put(document, path, mirrored(paths_read(document, paths.steps(path))))
    found = [issue for issue in issues(canonical.from_json(document), context) if issue.blocks]
    assert found
    if not path.startswith(("scan", "findings", "images")):
        assert path in {issue.path for issue in found}
