from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from unit.documents.conftest import RESOURCES, a_report, bare

from parotis.documents.adapters import ReportComposer
from parotis.documents.render import DRAFT_WORDS
from parotis.domain.errors import ResourceMissing, UnreadableImage, UnreadableInput
from parotis.domain.region_map import RegionMap
from parotis.domain.report import (
    Callout,
    KeyImage,
    KeyImages,
    MapMark,
    Paragraph,
    RegionDrawing,
    Report,
    Run,
    Section,
    SignatureBlock,
    Table,
    TrendPlot,
)
from parotis.domain.trend import Measured, Series, Trend, trend

HOSTILE = 'שלום <img src="/etc/passwd"> &amp; ]]> %(x)s {{7*7}} 耳下腺 لا 😀 \\ ('


def _words(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _with(report: Report, *sections: Section) -> Report:
    return replace(report, sections=(*report.sections, *sections))


def _picture(width: int = 64, height: int = 48) -> bytes:
    written = io.BytesIO()
    Image.new("L", (width, height), 90).save(written, "PNG")
    return written.getvalue()


def _plot(letter: str) -> Trend:
    days = (date(2025, 11, 10), date(2026, 5, 12), date(2026, 11, 12))
    sizes = ((11, 12, 14), (6, 6, 7), (3, 4, 5), (9, 8, 7), (2, 2, 2))
    series = [
        Series(f"{letter}{number}", "parotid-gland", "right", tuple(map(Measured, days, map(Decimal, of_lesion))))
        for number, of_lesion in enumerate(sizes)
    ]
    plot = trend(series)
    assert plot is not None
    return plot


def _full_report(text: str) -> Report:
    marks = (MapMark("parotid", "right", has_finding=True, letters="A"), MapMark("parotid", "left", has_finding=False))
    table = Table(("Structure", "Finding"), ((_words("Parotid"), _words(text)),) * 3, (0.3, 0.7))
    image = KeyImage("picture", (text, "line two"), text)
    return _with(
        a_report(is_draft=True, patient=text),
        Section("Indication", (_words(text), _words("more")), beside=RegionDrawing(("right", "left"), marks, "Map")),
        Section("Findings", (table,)),
        Section("Comparison", (TrendPlot(_plot(text), text),)),
        Section("Impression", (Callout((_words(text),)),)),
        Section("Map", (RegionDrawing(("front",), marks, "Shaded: scanned."),)),
        Section("Key images", (KeyImages((image,) * 3),)),
        Section(None, (SignatureBlock((_words(text),), signed=False),)),
    )


def test_same_report_gives_the_same_bytes(composer: ReportComposer) -> None:
    pictures = {"picture": _picture()}
    assert composer.render(_full_report(HOSTILE), pictures) == composer.render(_full_report(HOSTILE), pictures)


def test_order_of_earlier_reports_does_not_change_the_bytes(composer: ReportComposer) -> None:
    region_map = RegionMap((RESOURCES / "anatomy" / "face-neck-map.svg").read_bytes())
    fresh = ReportComposer(RESOURCES / "fonts", region_map)
    assert fresh.render(a_report("Normal."), {}) == composer.render(a_report("Normal."), {})


def test_other_content_gives_another_document_id(composer: ReportComposer) -> None:
    ids = [composer.render(a_report(text), {}).rsplit(b"/ID", 1)[1][:60] for text in ("one", "two")]
    assert ids[0] != ids[1]


def test_every_place_shows_hostile_text_as_typed(composer: ReportComposer, text_of: Callable[[bytes], str]) -> None:
    shown = bare(text_of(composer.render(_full_report(HOSTILE), {"picture": _picture()})))
    assert shown.count('<imgsrc="/etc/passwd">&amp;]]>%(x)s{{7*7}}') >= 6
    assert shown.count("耳下腺") >= 9


def test_every_page_has_identity_number_and_draft_mark(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    pdf = composer.render(a_report("word " * 3000, is_draft=True), {})
    pages = text_of(pdf).split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Lindqvist, Maja · S-1001" in page
        assert f"Page {number} of {len(pages)}" in page
        assert DRAFT_WORDS in page


def test_signed_report_has_no_draft_mark(composer: ReportComposer, text_of: Callable[[bytes], str]) -> None:
    assert DRAFT_WORDS not in text_of(composer.render(a_report("Normal."), {}))


def test_table_header_repeats_on_the_next_page(composer: ReportComposer, text_of: Callable[[bytes], str]) -> None:
    rows = tuple((_words(f"Row {number}"), _words("text " * 30)) for number in range(40))
    pdf = composer.render(_with(a_report(), Section("Findings", (Table(("Place", "What"), rows, (0.3, 0.7)),))), {})
    pages = text_of(pdf).split("\f")[:-1]
    assert len(pages) > 1
    assert all("Place" in page for page in pages)


def test_cell_higher_than_a_page_is_split(composer: ReportComposer, text_of: Callable[[bytes], str]) -> None:
    words = " ".join(f"w{number}" for number in range(3000))
    table = Table(("Place", "What"), ((_words("Row"), _words(words)),), (0.3, 0.7))
    pdf = composer.render(_with(a_report(), Section("Findings", (table,))), {})
    text = text_of(pdf)
    assert text.count("\f") > 1
    assert set(words.split()) <= set(text.split())


def test_heading_is_not_left_alone_at_the_foot_of_a_page(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    for lines in range(30, 50):
        pdf = composer.render(a_report("line\n" * lines, "follows"), {})
        for page in text_of(pdf).split("\f")[:-1]:
            assert ("PART 1" in page) == ("follows" in page)


def test_name_of_twenty_thousand_letters_is_printed_whole(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    pdf = composer.render(a_report("Normal.", patient="x" * 20_000), {})
    assert text_of(pdf).count("x") >= 20_000


def test_metadata_names_no_patient(composer: ReportComposer) -> None:
    pdf = composer.render(a_report("Normal."), {})
    assert b"Lindqvist" not in pdf
    assert b"(Ultrasound report)" in pdf
    assert b"/Lang" in pdf


def test_missing_picture_is_named_as_such(composer: ReportComposer) -> None:
    with pytest.raises(UnreadableImage):
        composer.render(_full_report("x"), {})


def test_picture_that_is_none_is_refused(composer: ReportComposer) -> None:
    with pytest.raises(UnreadableImage):
        composer.render(_full_report("x"), {"picture": b"no picture"})


def test_missing_font_is_a_damaged_installation(tmp_path: Path) -> None:
    region_map = RegionMap((RESOURCES / "anatomy" / "face-neck-map.svg").read_bytes())
    with pytest.raises(ResourceMissing):
        ReportComposer(tmp_path, region_map).render(a_report("x"), {})


def test_pages_become_pictures_of_the_asked_resolution(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    pdf = composer.render(a_report("word " * 1500), {})
    pictures = composer.page_jpegs(pdf, dots_per_inch=50)
    assert len(pictures) == text_of(pdf).count("\f") > 1
    with Image.open(io.BytesIO(pictures[0]), formats=("JPEG",)) as picture:
        assert picture.size == (425, 550)


def test_page_pictures_of_no_pdf_are_refused(composer: ReportComposer) -> None:
    with pytest.raises(UnreadableInput):
        composer.page_jpegs(b"hello")


def test_nothing_but_the_program_itself_is_opened(tmp_path: Path) -> None:
    """Hostile text names files; a settings file of the PDF library lies in the home folder; none is touched."""
    (tmp_path / ".reportlab_settings").write_text("raise SystemExit('settings were run')")
    (tmp_path / ".reportlab_mods").write_text("raise SystemExit('settings were run')")
    program = """
        import sys
        opened = []
        watched = ("open", "socket.connect")
        sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event in watched else None)
        from unit.documents.test_render import HOSTILE, _full_report, _picture
        from unit.documents.conftest import RESOURCES
        from parotis.documents.adapters import ReportComposer
        from parotis.domain.region_map import RegionMap
        svg = (RESOURCES / "anatomy" / "face-neck-map.svg").read_bytes()
        composer = ReportComposer(RESOURCES / "fonts", RegionMap(svg))
        composer.render(_full_report("x"), {"picture": _picture()})
        del opened[:]
        composer.render(_full_report(HOSTILE), {"picture": _picture()})
        fonts = str(RESOURCES / "fonts")
        print([path for path in opened if not path.startswith((fonts, sys.prefix, sys.base_prefix))])
    """
    paths = os.pathsep.join(str(RESOURCES.parent / part) for part in ("app", "db", "tests"))
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "[]"


def test_a_plot_is_lines_and_outlines_and_only_its_caption_is_read(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    plain = composer.render(_with(a_report(), Section("Comparison", ())), {})
    plotted = composer.render(_with(a_report(), Section("Comparison", (TrendPlot(_plot("Q"), "In words."),))), {})
    assert "In words." in text_of(plotted)
    assert "Q0" not in text_of(plotted)
    assert len(plotted) > len(plain)
