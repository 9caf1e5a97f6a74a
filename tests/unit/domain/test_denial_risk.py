"""The elements that payers ask for: met in a complete draft, and each gap told with the field that fills it."""

import pytest
from helpers import labelled_drafts as drafts
from helpers import labelled_set

from parotis.domain import canonical, paths
from parotis.domain.case import Case
from parotis.domain.denial_risk import read_out

COMPLETE = next(draft for draft in labelled_set.clean() if draft.name == "dictated long report")


def by_id(case):
    return {element.id: element for element in read_out(case)}


def changed(values):
    document = canonical.as_json(canonical.from_json(COMPLETE.document))
    labelled_set.put_all(document, values)
    return canonical.from_json(document)


def test_complete_draft_meets_every_element():
    assert [element.id for element in read_out(changed({})) if not element.is_met] == []


def test_empty_exam_misses_nearly_all_and_every_gap_has_a_field_of_the_form():
    found = read_out(Case())
    assert len([element for element in found if not element.is_met]) >= 17
    for element in found:
        assert element.is_met == (element.path is None)
        assert element.text.endswith(".")
        if element.path is not None and "[" not in element.path:
            paths.read(drafts.changed("right-parotid-cyst", {}), element.path)


@pytest.mark.parametrize(
    ("values", "element", "path"),
    [
        ({"complaint": " "}, "complaint", "complaint"),
        ({"symptoms[0].duration": None}, "complaint", "symptoms[0].duration.value"),
        ({"clinical_exam": None}, "clinical-examination", "clinical_exam"),
        (
            {"rationale.prior_studies[0].insufficient_because": ""},
            "prior-studies",
            "rationale.prior_studies[0].insufficient_because",
        ),
        ({"scan[0].side": None}, "area", "scan[0].side"),
        ({"technique.probe": None}, "technique", "technique.probe"),
        ({"findings[0].lesions[0].size_mm": None}, "findings", "findings[0].lesions[0].size_mm"),
        ({"images": []}, "images", "images"),
        ({"images[2].plane": None}, "image-labels", "images[2].plane"),
        ({"interpretation.certainty": None}, "impression", "interpretation.certainty"),
        ({"interpretation.recommendation": None}, "effect", "interpretation.recommendation"),
        ({"exam.interpreter.npi": "1234567890"}, "interpreter", "exam.interpreter.npi"),
        ({"exam.consent": None}, "consent", "exam.consent.given"),
        ({"claim.diagnoses": []}, "codes", "claim.diagnoses"),
        ({"claim.payer.kind": "medical"}, "authorization", "claim.prior_authorization"),
    ],
)
def test_gap_is_told_with_its_field(values, element, path):
    found = by_id(changed(values))
    assert (found[element].is_met, found[element].path) == (False, path)
    assert [other.id for other in found.values() if not other.is_met and other.id != element] in ([], ["image-labels"])
