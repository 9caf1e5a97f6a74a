from __future__ import annotations

from helpers import sample_cases

from parotis.domain.case import Case, Finding, Lesion, ScanEntry
from parotis.presentation import exam_changes
from parotis.presentation.undo import Draft


def _scanned(*entries: ScanEntry, findings: tuple[Finding, ...] = ()) -> Draft:
    return Draft(Case(scan=entries, findings=findings))


def test_a_marked_structure_is_on_the_scan_list_with_an_open_finding() -> None:
    after = exam_changes.with_structure(Draft(Case()), "masseter", "left")
    assert after.case.scan == (ScanEntry("masseter", "left", "examined"),)
    assert after.case.findings == (Finding("masseter", "left"),)


def test_an_entry_for_both_sides_covers_each() -> None:
    draft = _scanned(ScanEntry("masseter", "bilateral", "examined"))
    assert exam_changes.scan_positions(draft.case, "masseter", "left") == (0,)
    assert exam_changes.scan_positions(draft.case, "temporalis", "left") == ()


def test_taking_a_structure_off_says_whether_findings_went_with_it() -> None:
    bare = exam_changes.with_structure(Draft(Case()), "masseter", "left")
    assert exam_changes.without_structure(bare, 0) == (Draft(Case()), False)
    told = exam_changes.with_value(bare, "findings[0].note", "thick")
    assert exam_changes.without_structure(told, 0) == (Draft(Case()), True)


def test_rejected_text_moves_with_its_item() -> None:
    draft = Draft(sample_cases.case(), {"findings[1].attributes.duct_mm": "abc", "patient.birth_date": "1979-13-14"})
    shorter, _ = exam_changes.without_structure(draft, 0)
    assert dict(shorter.rejected) == {"findings[0].attributes.duct_mm": "abc", "patient.birth_date": "1979-13-14"}
    gone, _ = exam_changes.without_structure(shorter, 0)
    assert dict(gone.rejected) == {"patient.birth_date": "1979-13-14"}


def test_a_moved_item_takes_its_rejected_text_along() -> None:
    two = (Lesion("A", "cyst"), Lesion("B", "stone"))
    draft = _scanned(findings=(Finding("masseter", "left", "abnormal", lesions=two),))
    path = "findings[0].lesions"
    draft = Draft(draft.case, {f"{path}[1].depth_mm": "x", f"{path}[0].depth_mm": "y"})
    after = exam_changes.swapped(draft, path, 1)
    assert [lesion.label for lesion in after.case.findings[0].lesions] == ["B", "A"]
    assert dict(after.rejected) == {f"{path}[0].depth_mm": "x", f"{path}[1].depth_mm": "y"}


def test_a_structure_not_seen_has_no_normal_finding() -> None:
    draft = exam_changes.with_structure(Draft(Case()), "masseter", "left")
    after = exam_changes.with_linked_states(
        exam_changes.with_value(draft, "scan[0].status", "not-seen"), "scan[0].status", "not-seen"
    )
    assert after.case.findings[0].state == "not-seen"


def test_a_recorded_finding_is_not_overwritten_by_the_scan_status() -> None:
    draft = exam_changes.with_structure(Draft(Case()), "masseter", "left")
    draft = exam_changes.with_value(draft, "findings[0].state", "abnormal")
    after = exam_changes.with_linked_states(draft, "scan[0].status", "not-seen")
    assert after.case.findings[0].state == "abnormal"


def test_lesions_get_the_next_free_letter_of_the_exam() -> None:
    draft = exam_changes.with_structure(Draft(sample_cases.case()), "masseter", "left")
    after = exam_changes.with_lesion(draft, 4)
    assert after.case.findings[4].lesions == (Lesion(label="B"),)
    assert after.case.findings[4].state == "abnormal"


def test_a_new_lesion_takes_the_letter_of_the_same_place_in_another_exam() -> None:
    other = Case(findings=(Finding("masseter", "left", "abnormal", lesions=(Lesion("F", "cyst"),)),))
    draft = exam_changes.with_structure(Draft(sample_cases.case()), "masseter", "left")
    once = exam_changes.with_lesion(draft, 4, [other])
    twice = exam_changes.with_lesion(once, 4, [other])
    assert [lesion.label for lesion in twice.case.findings[4].lesions] == ["F", "B"]


def test_cards_follow_the_scan_list_and_then_unscanned_findings() -> None:
    draft = _scanned(
        ScanEntry("masseter", "left", "examined"),
        ScanEntry("tongue", None, "examined"),
        findings=(Finding("palate", None, "normal"), Finding("masseter", "left")),
    )
    cards = exam_changes.cards(draft.case)
    assert [(card.structure, card.finding, card.is_scanned) for card in cards] == [
        ("masseter", 1, True),
        ("tongue", None, True),
        ("palate", 0, False),
    ]
