"""The checks on drafts with a known truth: what is clean stays free of blocks, what is wrong is named where it is."""

import pytest
from helpers import labelled_drafts as drafts

from parotis.domain import canonical, paths
from parotis.domain.checks import issues

CLEAN = drafts.listed("clean")
FAULTS = drafts.listed("faults")


def found_in(case):
    return issues(case, drafts.context())


def blocking_in(case):
    return [issue for issue in found_in(case) if issue.blocks]


def drafted(entry):
    return drafts.changed(entry["base"], entry["set"], tuple(entry["remove"]))


@pytest.mark.parametrize("entry", CLEAN, ids=[entry["name"] for entry in CLEAN])
def test_clean_draft_has_no_blocking_issue_and_few_advices(entry):
    found = found_in(drafted(entry))
    assert [(issue.code, issue.path, issue.text) for issue in found if issue.blocks] == []
    assert len(found) <= entry.get("advices", 4), [issue.code for issue in found]


@pytest.mark.parametrize("entry", FAULTS, ids=[entry["name"] for entry in FAULTS])
def test_seeded_fault_is_named_at_its_field(entry):
    found = blocking_in(drafted(entry))
    assert (entry["code"], entry["path"]) in {(issue.code, issue.path) for issue in found}
    assert len({(issue.code, issue.path) for issue in found}) <= 3, [(issue.code, issue.path) for issue in found]


@pytest.mark.parametrize("name", drafts.BASES)
def test_mirror_image_of_a_clean_draft_is_clean(name):
    document = drafts.base(name)
    for path, text in list(drafts.texts(document)):
        drafts.put(document, path, drafts.mirrored(text))
    assert blocking_in(canonical.from_json(document)) == []


# A limitation may be about any side, and an image is free to show either side that was scanned.
FREE = ("interpretation.limitations", "images[1].side", "technique.position")
SIDES_TOLD = [
    (name, path)
    for name in drafts.BASES
    for path, text in drafts.texts(drafts.base(name))
    if drafts.mirrored(text) != text and path not in FREE
]


@pytest.mark.parametrize(("name", "path"), SIDES_TOLD, ids=[f"{name} {path}" for name, path in SIDES_TOLD])
def test_one_mirrored_side_blocks(name, path):
    told = drafts.read(drafts.base(name), paths.steps(path))
    found = blocking_in(drafts.changed(name, {path: drafts.mirrored(told)}))
    assert found
    if not path.startswith(("scan", "findings", "images")):
        assert path in {issue.path for issue in found}
