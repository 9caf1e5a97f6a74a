"""The program's own fonts, a renderer, and readers of finished PDFs that the program does not use itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from parotis.documents.adapters import ReportComposer
from parotis.documents.fonts import FontLibrary
from parotis.domain.region_map import RegionMap
from parotis.domain.report import Footer, IdentityItem, Letterhead, Paragraph, Report, Run, Section

RESOURCES = Path(__file__).resolve().parents[3] / "resources"

BIDI_MARKS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def bare(text: str) -> str:
    """Text without white space and without marks of direction."""
    return "".join(text.translate(BIDI_MARKS).split())


def a_report(*texts: str, is_draft: bool = False, patient: str = "Lindqvist, Maja") -> Report:
    sections = tuple(Section(f"Part {number}", (Paragraph((Run(text),)),)) for number, text in enumerate(texts))
    return Report(
        title="Ultrasound of the face and neck",
        subtitle="Maxillofacial ultrasound",
        letterhead=Letterhead("North Clinic", ("12 Elm Street",), ("Report R-1",)),
        identity=(IdentityItem("Patient", patient, strong=True), IdentityItem("Chart", "S-1001")),
        sections=sections,
        footer=Footer("Lindqvist, Maja · S-1001", "R-1 v1"),
        is_draft=is_draft,
        attachment=b'{"case":1}',
    )


@pytest.fixture(scope="session")
def fonts() -> FontLibrary:
    return FontLibrary(RESOURCES / "fonts")


@pytest.fixture(scope="session")
def composer() -> ReportComposer:
    region_map = RegionMap((RESOURCES / "anatomy" / "face-neck-map.svg").read_bytes())
    return ReportComposer(RESOURCES / "fonts", region_map)


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], str]:
    """What poppler reads out of a PDF."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")

    def read(pdf: bytes) -> str:
        file = tmp_path / "read.pdf"
        file.write_bytes(pdf)
        return subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True, text=True).stdout

    return read
