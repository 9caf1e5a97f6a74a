from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from helpers import sample_cases

from parotis.domain import paths
from parotis.domain.case import Case, Image, Interpreter
from parotis.domain.report import Callout, KeyImages, Paragraph, Report, Run, Section, SignatureBlock, Table
from parotis.domain.report_composition import ReportFacts, Signing, compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.domain.report import Block

FACTS = ReportFacts("North Clinic", ("12 Elm Street",), "R-1")
SIGNED = ReportFacts(
    "North Clinic",
    (),
    "R-1",
    1,
    Signing(
        Interpreter("Helen Park", "DDS", "D-20417", "IL", "1234567893"),
        datetime(2026, 11, 12, 17, 0, 5, tzinfo=UTC),
        "3F:9A",
        "7 abcd",
    ),
)


def runs_of(report: Report) -> Iterator[Run]:
    for section in report.sections:
        for block in section.blocks:
            yield from _runs(block)


def _runs(block: Block) -> Iterator[Run]:
    match block:
        case Paragraph(runs):
            yield from runs
        case Callout(paragraphs) | SignatureBlock(paragraphs):
            for paragraph in paragraphs:
                yield from paragraph.runs
        case Table(_, rows):
            for row in rows:
                for cell in row:
                    yield from cell.runs


def text_of(report: Report) -> str:
    return "\n".join(run.text for run in runs_of(report))


def section_of(report: Report, title: str) -> Section:
    (found,) = [section for section in report.sections if section.title == title]
    return found


@pytest.mark.parametrize("name", sample_cases.NAMES)
def test_every_source_of_a_run_is_a_place_in_the_case(name: str) -> None:
    case = sample_cases.case(name)
    sources = [run.source for run in runs_of(compose(case, FACTS)) if run.source]
    assert sources
    for source in sources:
        paths.read(case, source)


def test_an_empty_exam_says_not_recorded_and_never_normal() -> None:
    text = text_of(compose(Case(), FACTS))
    assert "Not recorded." in text
    assert "ormal" not in text


def test_an_attribute_that_is_not_recorded_is_not_printed() -> None:
    case = paths.replace(sample_cases.case(), "findings[0].attributes.hyperaemia", None)
    assert "hyperaemia" not in text_of(compose(case, FACTS))


def test_volume_and_ratios_are_computed_from_the_axes() -> None:
    images = (
        Image(file="a.png", structure="parotid-gland", side="right", plane="longitudinal"),
        Image(file="b.png", structure="parotid-gland", side="bilateral"),
        Image(file="c.png", structure="parotid-gland", side="left", plane="transverse"),
    )
    report = compose(paths.replace(sample_cases.case(), "images", images), FACTS)
    (lesions, *_) = [block for block in section_of(report, "Measurements").blocks if isinstance(block, Table)]
    assert lesions.header == ("Lesion", "Structure", "Axes (mm)", "Volume (mL)", "Depth (mm)", "Images")
    assert [cell.runs[0].text for cell in lesions.rows[0]] == [
        "A, cyst", "Right parotid gland", "14.2 x 11.0 x 9.8", "0.80", "6.0", "1 longitudinal, 2",
    ]  # fmt: skip
    text = text_of(report)
    assert "long/short 2.4, short/long 0.4" in text


def test_no_volume_is_printed_when_an_axis_is_missing() -> None:
    case = paths.replace(sample_cases.case(), "findings[0].lesions[0].size_mm[2]", None)
    report = compose(case, FACTS)
    (lesions, *_) = [block for block in section_of(report, "Measurements").blocks if isinstance(block, Table)]
    assert [cell.runs[0].text for cell in lesions.rows[0]][2:4] == ["14.2 x 11.0", ""]
    assert "14.2 x 11.0 mm" in text_of(report)


def test_a_draft_names_nobody_as_signer_and_a_signed_report_says_who_when_and_what_it_means() -> None:
    draft, signed = compose(sample_cases.case(), FACTS), compose(sample_cases.case(), SIGNED)
    assert draft.is_draft
    assert "Signed electronically" not in text_of(draft)
    assert not signed.is_draft
    assert "Signed electronically by Helen Park, DDS" in text_of(signed)
    assert "12 Nov 2026, 17:00:05 (UTC)" in text_of(signed)
    assert "my final report" in text_of(signed)


def test_performer_and_interpreter_are_named_apart() -> None:
    identity = {item.label: item.text for item in compose(sample_cases.case(), SIGNED).identity}
    assert identity["Scanned by"] == "Rosa Delgado, RDH (hygienist)"
    assert identity["Interpreted by"] == "Helen Park, DDS"


def test_only_examined_structures_are_drawn_on_the_map() -> None:
    drawing = compose(sample_cases.case("submandibular-stone"), FACTS).sections[0].beside
    assert drawing is not None
    drawn = {(mark.structure, mark.side): mark for mark in drawing.marks}
    assert ("sublingual-gland", "left") not in drawn
    assert drawn["submandibular-gland", "left"].letters == "A"


def test_an_image_marked_as_not_key_is_not_printed_and_the_others_carry_their_label() -> None:
    case = sample_cases.case()
    images = (
        Image(file="a.png", structure="parotid-gland", side="right", plane="transverse"),
        Image(file="b.png", key=False),
    )
    case = paths.replace(case, "images", images)
    (printed,) = [
        image
        for section in compose(case, FACTS).sections
        for block in section.blocks
        if isinstance(block, KeyImages)
        for image in block.images
    ]
    label = " ".join(printed.label_lines)
    for fact in (
        "S-1001",
        "North Clinic",
        "12 Nov 2026, 10:20 (UTC-06:00)",
        "Right parotid gland",
        "transverse plane",
        "MI 0.8",
    ):
        assert fact in label


def test_the_same_exam_gives_the_same_tree() -> None:
    assert compose(sample_cases.case(), FACTS) == compose(sample_cases.case(), FACTS)
