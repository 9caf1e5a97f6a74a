from __future__ import annotations

import dataclasses
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from parotis.domain import geometry, measures, paths
from parotis.domain.case import Attributes, Case, Finding, Image, Lesion
from parotis.domain.measures_wording import computed_lines

SIZES = st.decimals(min_value=0, max_value=150, places=1, allow_nan=False)
MIRRORED = {"left": "right", "right": "left"}


def _glands(left: Attributes, right: Attributes) -> Case:
    return Case(
        findings=(
            Finding("parotid-gland", "right", "normal", right),
            Finding("parotid-gland", "left", "normal", left),
        )
    )


def _mirrored(case: Case) -> Case:
    return dataclasses.replace(
        case,
        findings=tuple(dataclasses.replace(one, side=MIRRORED.get(one.side or "", one.side)) for one in case.findings),
    )


def test_both_ratios_are_labelled_because_both_go_by_the_same_name() -> None:
    ratios = geometry.axis_ratios(Decimal("12.4"), Decimal("5.1"))
    assert ratios is not None
    assert ratios.text == "long/short 2.4, short/long 0.4"
    assert geometry.axis_ratios(Decimal("12.4"), None) is None
    assert geometry.axis_ratios(Decimal("12.4"), Decimal(0)) is None


def test_ratios_are_given_for_nodes_and_for_node_lesions_with_the_fields_they_come_from() -> None:
    size = (Decimal(10), Decimal(5), None)
    case = Case(
        findings=(
            Finding("node-level-iia", "right", "normal", Attributes(long_mm=Decimal(12), short_mm=Decimal(6))),
            Finding("parotid-gland", "left", "abnormal", lesions=(Lesion("A", "lymph-node", size),)),
            Finding("cheek", "left", "abnormal", lesions=(Lesion("B", "cyst", size),)),
        )
    )
    node, lesion = measures.node_ratios(case)
    assert node.letter is None
    assert node.paths == ("findings[0].attributes.long_mm", "findings[0].attributes.short_mm")
    assert (lesion.letter, lesion.ratios.long_over_short, lesion.ratios.short_over_long) == ("A", 2, Decimal("0.5"))
    assert [paths.read(case, path) for path in lesion.paths] == [10, 5]


@given(SIZES, SIZES)
def test_a_difference_of_sides_changes_only_its_sign_when_the_sides_are_swapped(left: Decimal, right: Decimal) -> None:
    case = _glands(Attributes(length_mm=left), Attributes(length_mm=right))
    (found,), (mirrored,) = measures.side_differences(case), measures.side_differences(_mirrored(case))
    assert found.difference.value == -mirrored.difference.value
    assert (found.difference.percent or 0) == -(mirrored.difference.percent or 0)
    assert found.larger_side == MIRRORED.get(mirrored.larger_side or "")
    assert [paths.read(case, path) for path in found.paths] == [left, right]


def test_the_percent_of_a_difference_is_of_the_larger_side() -> None:
    (found,) = measures.side_differences(_glands(Attributes(length_mm=Decimal(40)), Attributes(length_mm=Decimal(50))))
    assert (found.label, found.difference, found.larger_side) == (
        "Length",
        geometry.Difference(Decimal(10), 20),
        "right",
    )


def test_every_size_recorded_on_both_sides_is_compared_and_no_other() -> None:
    left = Attributes(length_mm=Decimal(40), duct_mm=Decimal(2), echogenicity="hyperechoic")
    right = Attributes(length_mm=Decimal(41), width_mm=Decimal(20), duct_mm=Decimal(2), echogenicity="hyperechoic")
    assert [found.label for found in measures.side_differences(_glands(left, right))] == ["Length", "Duct width"]


def test_nodes_of_two_sides_and_structures_with_two_findings_on_a_side_are_not_compared() -> None:
    node = Attributes(long_mm=Decimal(12), short_mm=Decimal(6))
    case = Case(findings=tuple(Finding("node-level-iia", side, "normal", node) for side in ("left", "right")))
    assert measures.side_differences(case) == ()
    muscle = Attributes(relaxed_mm=Decimal(11))
    case = Case(findings=tuple(Finding("masseter", side, "normal", muscle) for side in ("left", "left", "right")))
    assert measures.side_differences(case) == ()


def test_contraction_is_clenched_less_relaxed() -> None:
    muscle = Attributes(relaxed_mm=Decimal("11.4"), clenched_mm=Decimal("14.5"))
    case = Case(findings=(Finding("masseter", "right", "normal", muscle), Finding("masseter", "left", "normal")))
    (found,) = measures.contractions(case)
    assert found.difference == geometry.Difference(Decimal("3.1"), 27)
    assert [paths.read(case, path) for path in found.paths] == [Decimal("11.4"), Decimal("14.5")]


def test_images_belong_to_a_lesion_by_structure_and_side() -> None:
    case = Case(
        images=(
            Image("a", "parotid-gland", "left", "longitudinal"),
            Image("b", "parotid-gland", "right", "longitudinal"),
            Image("c", "parotid-gland", "bilateral"),
            Image("d"),
            Image("e", "tongue", None, "coronal"),
        )
    )
    assert [(one.number, one.plane) for one in measures.images_of(case, "parotid-gland", "right")] == [
        (2, "longitudinal"), (3, None),
    ]  # fmt: skip
    assert [one.path for one in measures.images_of(case, "tongue", None)] == ["images[4]"]
    assert measures.images_of(case, None, None) == ()


@given(st.tuples(SIZES, SIZES, SIZES))
def test_a_volume_does_not_depend_on_the_order_of_the_axes(size: tuple[Decimal, Decimal, Decimal]) -> None:
    assert geometry.volume_ml(size) == geometry.volume_ml((size[2], size[0], size[1]))


@given(SIZES)
def test_nothing_changes_between_a_value_and_itself(value: Decimal) -> None:
    same = geometry.change(value, value)
    assert same is not None
    assert (same.value, same.percent or 0) == (0, 0)


def test_all_that_is_computed_from_a_finding_is_told_beside_it() -> None:
    muscles = (Attributes(relaxed_mm=Decimal("11.4"), clenched_mm=Decimal("14.5")), Attributes(relaxed_mm=Decimal(10)))
    node = Attributes(long_mm=Decimal("12.4"), short_mm=Decimal("5.1"))
    case = Case(
        findings=(
            Finding("masseter", "right", "normal", muscles[0]),
            Finding("masseter", "left", "normal", muscles[1]),
            Finding("node-level-iia", "right", "normal", node),
        )
    )
    difference = "Thickness relaxed: right larger by 1.4 mm, 12% of the larger"
    assert computed_lines(case, 0) == (difference, "clenched minus relaxed +3.1 mm (+27%)")
    assert computed_lines(case, 1) == (difference,)
    assert computed_lines(case, 2) == ("long/short 2.4, short/long 0.4",)
