"""Three exams of one patient, signed one after the other: the third report compares with the two before it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from helpers import three_exams
from helpers.practices import dentist_desk
from PIL import Image

from parotis.domain import paths
from parotis.domain.errors import PreviewChanged
from parotis.services import drafts, reports, signing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, SignedDocument

ACCENT = (15, 118, 110)
"""The colour of the lines in print."""


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, tuple[SignedDocument, ...]]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    yield desk, passphrase, three_exams.sign_all(desk, passphrase)
    desk.close()


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
    return " ".join(read.split())


def section_of(text: str) -> str:
    return text[text.index("COMPARISON") : text.index("LIMITATIONS")]


def later(desk: Desk) -> ExamRecord:
    """A fourth exam as a draft, a day after the third."""
    case = three_exams.exam(2)
    at = case.exam.performed_at
    assert at is not None
    return drafts.import_case(
        desk, drafts.ImportedCase(paths.replace(case, "exam.performed_at", at.replace(day=13)), ())
    )


def test_the_third_report_says_what_changed_and_when(
    signed: tuple[Desk, str, tuple[SignedDocument, ...]], tmp_path: Path
) -> None:
    compared = section_of(text_of(signed[2][2].pdf, tmp_path))
    for words in (
        "Compared with the ultrasound of 12 May 2026 (6 months earlier): lesion A of the right parotid gland measures",
        "Lesion Earlier This exam Change",
        "Larger: axes +1.8 (+15%)",
        "No clear change: axes +0.3 (+5%)",
        "Not described today",
        "12 May 2026 (6 months)",
        "This is a rule of display, not a clinical threshold.",
        "Lesion A, right parotid gland: 11.0 mm on 10 Nov 2025, 12.4 mm on 12 May 2026, 14.2 mm on 12 Nov 2026.",
        "Right masseter, thickness relaxed",
    ):
        assert words in compared, words


def test_the_plot_stands_in_the_third_report_only(
    signed: tuple[Desk, str, tuple[SignedDocument, ...]], tmp_path: Path
) -> None:
    caption = "Longest axis in mm over the dates of the examinations."
    assert [caption in text_of(document.pdf, tmp_path) for document in signed[2]] == [False, False, True]


def test_the_first_report_compares_with_nothing(
    signed: tuple[Desk, str, tuple[SignedDocument, ...]], tmp_path: Path
) -> None:
    assert section_of(text_of(signed[2][0].pdf, tmp_path)) == "COMPARISON No earlier ultrasound in this record. "


def test_the_lines_are_drawn_on_the_page_above_their_caption(
    signed: tuple[Desk, str, tuple[SignedDocument, ...]], tmp_path: Path
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(signed[2][2].pdf)
    words = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True, text=True).stdout
    pages = words.split("<page ")[1:]
    (number,) = [at for at, page in enumerate(pages, start=1) if ">Longest<" in page]
    (caption,) = [line for line in pages[number - 1].splitlines() if ">Longest<" in line]
    foot = float(caption.split('yMin="')[1].split('"')[0])
    subprocess.run(
        ["pdftoppm", "-r", "72", "-f", str(number), "-l", str(number), "-png", file, tmp_path / "p"], check=True
    )
    (picture,) = tmp_path.glob("p-*.png")
    plot = Image.open(picture).convert("RGB").crop((60, int(foot) - 120, 345, int(foot) - 20))
    columns = {
        x
        for x in range(plot.width)
        for y in range(plot.height)
        if sum(abs(one - other) for one, other in zip(plot.getpixel((x, y)), ACCENT, strict=True)) < 90
    }
    assert len(columns) > plot.width * 0.8  # the lines run from the first exam to the last


def test_the_same_draft_and_record_give_the_same_bytes(signed: tuple[Desk, str, tuple[SignedDocument, ...]]) -> None:
    desk = signed[0]
    record = later(desk)
    assert reports.preview(desk, record.exam_id) == reports.preview(desk, record.exam_id)


def test_an_earlier_exam_signed_after_the_preview_is_noticed(
    signed: tuple[Desk, str, tuple[SignedDocument, ...]],
) -> None:
    desk, passphrase, _ = signed
    record = later(desk)
    looked_at = reports.preview(desk, record.exam_id).content_sha256
    between = three_exams.exam(2)
    at = between.exam.performed_at
    assert at is not None
    between = paths.replace(between, "exam.performed_at", at.replace(hour=23))
    between = paths.replace(between, "findings[0].lesions[0].size_mm", three_exams.size(("19.0", "11.0", "9.8")))
    impression = "Simple cyst of the right parotid tail, 19.0 x 11.0 x 9.8 mm: benign appearance."
    between = paths.replace(between, "interpretation.impression", (impression,))
    signing.sign(desk, drafts.import_case(desk, drafts.ImportedCase(between, ())).exam_id, passphrase)
    with pytest.raises(PreviewChanged):
        signing.sign(desk, record.exam_id, passphrase, previewed_sha256=looked_at)
