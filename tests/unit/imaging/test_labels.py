from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from unit.imaging.picture_files import gradient, png

from parotis.domain.errors import ResourceMissing
from parotis.imaging.labels import LabelPainter
from parotis.imaging.lettering import ELLIPSIS, Lettering, _coverage, _levels, _visual_order

FONTS = Path(__file__).resolve().parents[3] / "resources" / "fonts"
PAINTER = LabelPainter(FONTS)
LETTERING = Lettering(FONTS)
LABEL = (
    "Patient A-1001 · Prairie Dental Imaging",
    "2026-11-12 10:20 UTC-06:00 · image 1 of 4",
    "right parotid gland, longitudinal plane",
    "MI 0.8, TIS 0.3",
)
Pixels = NDArray[np.uint8]


def sheet(picture_png: bytes, label: tuple[str, ...]) -> Pixels:
    with Image.open(io.BytesIO(PAINTER.labelled(picture_png, label)), formats=("JPEG",)) as opened:
        assert not opened.getexif()
        return np.asarray(opened.convert("RGB")).astype(np.int16)


def picture_box(pixels: Pixels) -> tuple[slice, slice]:
    """Where the magenta test picture lies on its sheet."""
    magenta = (pixels[..., 0] > 200) & (pixels[..., 1] < 60) & (pixels[..., 2] > 200)
    rows, columns = np.flatnonzero(magenta.any(axis=1)), np.flatnonzero(magenta.any(axis=0))
    assert magenta[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


@pytest.mark.parametrize("size", [(640, 480), (60, 40), (1600, 30)])
def test_the_border_lies_around_the_whole_picture_and_not_on_it(size: tuple[int, int]) -> None:
    box = picture_box(sheet(png(Image.new("RGB", size, "magenta")), LABEL))
    assert (box[1].stop - box[1].start, box[0].stop - box[0].start) == size
    scan = gradient(*size)
    assert np.abs(sheet(png(scan), LABEL)[box] - np.asarray(scan)).mean() < 3


def test_the_same_label_gives_the_same_bytes() -> None:
    assert PAINTER.labelled(png(), LABEL) == LabelPainter(FONTS).labelled(png(), LABEL)


@pytest.mark.parametrize("position", range(len(LABEL)))
def test_every_line_is_on_the_label(position: int) -> None:
    changed = tuple("other text" if number == position else line for number, line in enumerate(LABEL))
    before, after = sheet(png(), LABEL), sheet(png(), changed)
    assert before.shape != after.shape or np.abs(before - after).max() > 100


def test_two_lines_stand_above_and_the_others_below() -> None:
    magenta = png(Image.new("RGB", (900, 480), "magenta"))
    bare, above, full = (sheet(magenta, LABEL[:count]) for count in (0, 2, 4))
    assert picture_box(bare)[0].start < picture_box(above)[0].start == picture_box(full)[0].start
    assert len(full) > len(above)


def test_long_texts_stay_inside_the_margins_and_cost_no_other_text() -> None:
    magenta = png(Image.new("RGB", (640, 480), "magenta"))
    long = ("Patient 7 " + "W" * 500, LABEL[1], "חיך " * 90, "left", "very long name " * 60)
    pixels = sheet(magenta, long)
    margins = np.concatenate([pixels[:, :8].ravel(), pixels[:, -8:].ravel(), pixels[-6:].ravel()])
    assert margins.min() > 230
    short_box, long_box = picture_box(sheet(magenta, LABEL)), picture_box(pixels)
    assert long_box[0].start - short_box[0].start >= 3 * 14
    rows_below = len(pixels) - long_box[0].stop
    assert rows_below - (len(sheet(magenta, LABEL)) - short_box[0].stop) >= 3 * 14


def test_missing_fonts_are_a_damaged_installation(tmp_path: Path) -> None:
    with pytest.raises(ResourceMissing):
        LabelPainter(tmp_path).labelled(png(), LABEL)


@pytest.mark.parametrize(
    "text",
    ["Müller ŁÓDŹ", "Ελένη", "Жанна", "שָׁלוֹם", "عيادة الأسنان ٣", "山田太郎", "やまだ", "14 mm × 9 µm ≤ ½"],
)
def test_each_script_finds_a_font_that_has_it(text: str) -> None:
    for run in LETTERING._runs(text, bold=True):
        assert {ord(character) for character in run.text} <= _coverage(run.path)


def test_mixed_directions_are_drawn_in_visual_order() -> None:
    runs = LETTERING._runs("Dr. אב 12 גד (x)", bold=False)
    drawn = [run.text.strip() for run in _visual_order(runs)]
    assert [text for text in drawn if text] == ["Dr.", "גד", "12", "אב", "(x)"]
    assert _levels("a אב 12 ג.") == [0, 0, 1, 1, 1, 2, 2, 1, 1, 0]


def test_lines_break_at_spaces_and_lose_nothing_that_fits() -> None:
    text = "Submandibular gland with its duct and the neighbouring lymph nodes"
    lines = LETTERING.wrapped(text, 14, 200, 9, bold=False)
    assert " ".join(lines) == text
    assert len(lines) > 1
    assert LETTERING.wrapped(text, 14, 200, 2, bold=False)[1].endswith(ELLIPSIS)


any_text = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=150, deadline=None)
@given(any_text, st.integers(1, 3))
def test_any_text_wraps_into_lines_that_fit(text: str, max_lines: int) -> None:
    lines = LETTERING.wrapped(text, 14, 240, max_lines, bold=False)
    assert 1 <= len(lines) <= max_lines
    assert all(LETTERING.width(line, 14, bold=False) <= 240 or _is_one_cluster(line) for line in lines)


def _is_one_cluster(line: str) -> bool:
    return sum(not unicodedata.category(character).startswith("M") for character in line) <= 2


@settings(max_examples=40, deadline=None)
@given(any_text)
def test_any_text_can_be_drawn(text: str) -> None:
    pixels = sheet(png(), (text, *LABEL, text))
    assert pixels[:, -6:].min() > 225
