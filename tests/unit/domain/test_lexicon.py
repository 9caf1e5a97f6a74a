from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest

from parotis.domain import lexicon, study_codes
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Attributes, Case, Finding, Lesion, LesionKind, ScanEntry, Structure


def facts_of(structure: str, name: str) -> lexicon.AttributeFacts:
    return next(facts for facts in lexicon.attributes_of(structure) if facts.id == name)


def test_every_structure_of_the_case_format_is_there_in_its_order() -> None:
    assert tuple(STRUCTURES) == get_args(Structure)


def test_sides_are_compared_for_salivary_glands_joint_and_chewing_muscles_only() -> None:
    assert {name for name, facts in STRUCTURES.items() if facts.compare_sides} == {
        "parotid-gland", "submandibular-gland", "sublingual-gland", "temporomandibular-joint", "masseter", "temporalis",
    }  # fmt: skip


def test_every_attribute_of_the_case_format_belongs_to_a_structure() -> None:
    assert set(lexicon.every_attribute()) == set(Attributes.__slots__)


def test_every_kind_of_lesion_is_offered_somewhere_and_all_for_what_has_no_kind() -> None:
    assert lexicon.lesions_of(None) == lexicon.lesions_of("other") == get_args(LesionKind)
    assert "stone" in lexicon.lesions_of("parotid-gland")
    assert "stone" not in lexicon.lesions_of("masseter")


def test_the_duct_is_told_with_its_gland_after_the_surface() -> None:
    names = [facts.id for facts in lexicon.attributes_of("submandibular-gland")]
    assert names[names.index("surface") + 1] == "duct_mm"
    assert lexicon.decisive_of("submandibular-gland")[0] == "duct_mm"


def test_every_size_has_its_unit_and_every_reference_its_study() -> None:
    for structure in STRUCTURES:
        for facts in lexicon.attributes_of(structure):
            assert facts.unit == ("mm" if facts.value == "millimetres" else None)
            assert facts.id.endswith("_mm") == (facts.unit == "mm")
            assert all(one.citation and one.population and one.unit == "mm" for one in facts.references)


def test_references_are_those_of_the_structure_with_study_and_standing() -> None:
    (gland,) = (one for one in lexicon.references_of("submandibular-gland", "depth_mm") if one.verified)
    assert (gland.mean, gland.sd, gland.n) == (Decimal("17.4"), Decimal("2.7"), 100)
    assert {one.study for one in lexicon.references_of("parotid-gland", "length_mm") if not one.verified} == {
        "german-series"
    }
    assert lexicon.references_of("thyroid-gland", "length_mm") == ()
    assert {one.sex for one in lexicon.references_of("masseter", "relaxed_mm")} == {"male", "female"}


@pytest.mark.parametrize(
    ("structure", "name", "value", "reading"),
    [
        ("temporomandibular-joint", "effusion", "none", "normal"),
        ("temporomandibular-joint", "effusion", "small", "unusual"),
        ("temporomandibular-joint", "effusion", "large", "abnormal"),
        ("temporomandibular-joint", "disc_closed", "partly-seen", "not-seen"),
        ("parotid-gland", "omeract_grade", 1, "normal"),
        ("parotid-gland", "omeract_grade", 2, "abnormal"),
        ("parotid-gland", "echogenicity", "hyperechoic", "normal"),
        ("masseter", "echogenicity", "hyperechoic", "unusual"),
        ("node-level-iia", "hilum", False, "unusual"),
        ("node-level-iia", "necrosis", True, "abnormal"),
        ("node-level-iia", "short_mm", Decimal(40), None),
        ("parotid-gland", "surface", "like velvet", None),
    ],
)
def test_a_value_is_read_by_its_structure(structure: str, name: str, value: object, reading: str | None) -> None:
    assert lexicon.reading_of(facts_of(structure, name), value) == reading


@pytest.mark.parametrize(
    ("state", "attributes", "told"),
    [
        ("normal", Attributes(), "not-recorded"),
        (None, Attributes(surface="smooth"), "normal"),
        ("abnormal", Attributes(surface="smooth"), "normal"),
        ("abnormal", Attributes(surface="lobulated"), "abnormal"),
        ("normal", Attributes(surface="lobulated"), "normal"),
        (None, Attributes(surface="lobulated"), "not-recorded"),
        ("not-seen", Attributes(surface="smooth"), "not-seen"),
        ("not-examined", Attributes(), "not-examined"),
    ],
)
def test_an_attribute_is_one_of_five_states(state: str | None, attributes: Attributes, told: str) -> None:
    finding = Finding(structure="parotid-gland", state=state, attributes=attributes)  # type: ignore[arg-type]
    assert lexicon.attribute_state(finding, facts_of("parotid-gland", "surface")) == told


def views(structure: Structure, *lesions: Lesion) -> set[str]:
    return {view.id for view in lexicon.views_for(Finding(structure=structure, lesions=lesions))}


def test_views_follow_what_was_found() -> None:
    size = (Decimal(9), Decimal(7), Decimal(6))
    plain = {"long-axis", "short-axis"}
    assert views("parotid-gland") == plain
    assert views("parotid-gland", Lesion(kind="stone")) == plain | {"duct-long-axis"}
    measured = plain | {"long-axis-calipers", "short-axis-calipers"}
    assert views("parotid-gland", Lesion(kind="foreign-body", size_mm=size)) == measured
    assert views("cheek", Lesion(kind="solid-mass", size_mm=size)) == measured | {"doppler"}
    assert views("cheek", Lesion(kind="vascular-lesion")) == plain | {"doppler", "compressed"}
    assert views("temporomandibular-joint") == {"closed", "open"}
    assert views("masseter") == {"relaxed", "clenched"}
    assert views("sternocleidomastoid") == plain


def test_joint_and_muscle_are_shown_on_both_sides_and_nodes_are_not() -> None:
    both = ("temporomandibular-joint", "masseter", "temporalis", "parotid-gland")
    for structure in both:
        assert all(view.both_sides for view in lexicon.views_of(structure) if view.when == "always")
    assert not any(view.both_sides for view in lexicon.views_of("node-level-iia"))


def test_limits_belong_to_their_structures_and_are_found_in_text() -> None:
    (deep_lobe,) = lexicon.limits_of("parotid-gland")
    assert lexicon.limits_of("submandibular-gland") == ()
    assert {limit.id for limit in lexicon.limits()} == {"deep_lobe", "deep_nodes", "medial_disc", "deep_space"}
    assert deep_lobe.is_stated_in("seen down to the ramus only")
    assert not deep_lobe.is_stated_in("patient moved")
    for limit in lexicon.limits():
        assert limit.is_stated_in(limit.sentence.lower())


def test_plain_sentences_name_the_place() -> None:
    assert lexicon.sentence_of("parotid-gland", "normal", "The right parotid gland") == (
        "The right parotid gland is normal."
    )
    duct = lexicon.sentence_of("parotid-gland", "not-seen", "the right parotid gland", "duct")
    assert duct == "The duct of the right parotid gland could not be seen."


def test_words_and_sizes_read_as_printed() -> None:
    assert lexicon.words("tmj") == "temporomandibular joint"
    assert lexicon.words("mildly-heterogeneous") == "mildly heterogeneous"
    assert lexicon.millimetres(Decimal(11)) == "11.0"
    assert lexicon.axes((Decimal("14.2"), None, Decimal("9.8"))) == "14.2 x 9.8 mm"


def test_an_exam_is_named_by_public_codes() -> None:
    case = Case(
        scan=(
            ScanEntry("parotid-gland", "right", "examined"),
            ScanEntry("parotid-gland", "right", "examined"),
            ScanEntry("masseter", "left", "examined"),
            ScanEntry("tongue", "midline", "not-examined"),
        )
    )
    told = study_codes.of(case)
    assert told["code"] == {"system": "LOINC", "code": "44164-2", "display": "Head and Neck US"}
    assert told["procedure"]["code"] == "16310003"
    sites = [
        (site["structure"], site["code"] and site["code"]["code"], site["side"]["code"]) for site in told["body_sites"]
    ]
    assert sites == [("parotid-gland", "45289007", "24028007"), ("masseter", None, "7771000")]


def test_every_loinc_code_passes_its_check_digit() -> None:
    codes = study_codes.codes()
    loinc = [codes["study"], codes["document"], *codes["sections"].values()]
    for code in loinc:
        number, _, check = code["code"].partition("-")
        total = sum(
            sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(number))
        )
        assert (10 - total % 10) % 10 == int(check), code["display"]
