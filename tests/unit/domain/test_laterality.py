"""Left and right in free text: what dentists write must not be mistaken, and a wrong side must not pass."""

import pytest
from helpers import labelled_drafts as drafts

from parotis.domain.checks import issues

TEXTS = drafts.listed("side_texts")


@pytest.mark.parametrize(("base", "path", "text"), TEXTS["clean"])
def test_text_that_contradicts_nothing_is_let_pass(base, path, text):
    found = issues(drafts.changed(base, {path: text}), drafts.context())
    assert [(issue.code, issue.path) for issue in found if issue.code.startswith("laterality")] == []


@pytest.mark.parametrize(("base", "path", "text"), TEXTS["contradicting"])
def test_text_on_the_wrong_side_blocks_at_its_field(base, path, text):
    found = issues(drafts.changed(base, {path: text}), drafts.context())
    assert path in {issue.path for issue in found if issue.blocks}


def test_weak_sign_of_the_other_side_advises_only():
    case = drafts.changed(
        "right-parotid-cyst", {"interpretation.comparison": "Cyst of the left parotid gland, larger now."}
    )
    (found,) = [issue for issue in issues(case, drafts.context()) if issue.path == "interpretation.comparison"]
    assert (found.code, found.severity) == ("laterality.comparison", "advises")


def test_bilateral_symptom_scanned_on_one_side_advises():
    case = drafts.changed("left-buccal-abscess", {"symptoms[0].side": "bilateral"})
    found = [issue for issue in issues(case, drafts.context()) if issue.path.startswith("symptoms")]
    assert [(issue.code, issue.severity) for issue in found] == [("laterality.symptom.not_scanned", "advises")]


def test_sentence_names_who_says_what():
    case = drafts.changed("right-joint-effusion", {"claim.diagnoses": ["M26.632"]})
    (found,) = [issue for issue in issues(case, drafts.context()) if issue.blocks]
    assert found.text.startswith("A diagnosis code names the left temporomandibular joint, but the symptoms, ")
    assert found.text.endswith(" name the right side.")


def test_limitation_about_the_side_that_was_seen_advises():
    change = {
        "scan[4]": {"structure": "sublingual-gland", "side": "right", "status": "examined"},
        "findings[4]": {"structure": "sublingual-gland", "side": "right", "state": "normal"},
    }
    told = drafts.changed("left-submandibular-stone", change)
    mistaken = drafts.changed(
        "left-submandibular-stone", change | {"interpretation.limitations": "The right sublingual gland was not seen."}
    )
    assert "laterality.limitations" not in {issue.code for issue in issues(told, drafts.context())}
    (found,) = [issue for issue in issues(mistaken, drafts.context()) if issue.code == "laterality.limitations"]
    assert not found.blocks


def test_tenderness_elsewhere_on_the_other_side_advises_only():
    change = {"symptoms[1]": {"kind": "tenderness", "structure": "node-level-ib", "side": "left"}}
    found = issues(drafts.changed("right-parotid-cyst", change), drafts.context())
    assert [issue for issue in found if issue.blocks] == []
