from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from pydicom import uid
from pydicom.encaps import encapsulate
from unit.imaging.picture_files import (
    deflated_dicom_of_zeros,
    dicom,
    example,
    gradient,
    jpeg,
    nested_dicom,
    png,
    png_of_zeros,
)

from parotis.domain.errors import UnreadableImage
from parotis.imaging import decode
from parotis.imaging.answers import picture_facts
from parotis.imaging.decode import CHILD_COMMAND, PictureDecoder
from parotis.imaging.pictures import MAX_FILE_BYTES, Refusal

if TYPE_CHECKING:
    from pathlib import Path

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux process limits")


def refusal(decoder: PictureDecoder, data: bytes, name_suffix: str) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decoder.decode(data, name_suffix=name_suffix)
    return caught.value.reason


@pytest.mark.parametrize(("side_px", "bit_depth"), [(12_000, 8), (20_000, 1)])
def test_a_png_bomb_is_refused_without_memory(decoder: PictureDecoder, side_px: int, bit_depth: int) -> None:
    bomb = png_of_zeros(side_px, side_px, bit_depth)
    tracemalloc.start()
    try:
        assert refusal(decoder, bomb, ".png") == Refusal.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_long_thin_picture_is_refused(decoder: PictureDecoder) -> None:
    assert refusal(decoder, png_of_zeros(12_001, 10, 8), ".png") == Refusal.TOO_LARGE
    assert decoder.decode(png_of_zeros(12_000, 10, 8), name_suffix=".png").width == 12_000


def test_a_deflated_dicom_bomb_is_refused(decoder: PictureDecoder) -> None:
    bomb = deflated_dicom_of_zeros(200 * 1024 * 1024)
    assert len(bomb) < 2 * 1024 * 1024
    assert refusal(decoder, bomb, ".dcm") == Refusal.UNSUPPORTED_COMPRESSION


def test_a_bomb_inside_a_small_dicom_is_refused(decoder: PictureDecoder) -> None:
    inner = jpeg(Image.new("L", (11_000, 11_000)))
    data = dicom(syntax=uid.JPEGBaseline8Bit, PixelData=encapsulate([inner]))
    assert refusal(decoder, data, ".dcm") in {Refusal.DAMAGED, Refusal.TOO_LARGE}


def test_a_jpeg_of_another_size_than_its_dicom_says_is_refused(decoder: PictureDecoder) -> None:
    data = dicom(syntax=uid.JPEGBaseline8Bit, PixelData=encapsulate([jpeg(Image.new("L", (61, 40)))]))
    assert refusal(decoder, data, ".dcm") == Refusal.DAMAGED


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"Rows": 65_535, "Columns": 65_535, "NumberOfFrames": 2_000_000_000}, Refusal.TOO_LARGE),
        ({"Rows": 8_000, "Columns": 8_000}, Refusal.TOO_LARGE),
        ({"Rows": 5_000, "Columns": 5_000}, Refusal.DAMAGED),
        ({"NumberOfFrames": 2_000_000_000}, Refusal.DAMAGED),
        ({"NumberOfFrames": 3}, Refusal.DAMAGED),
        ({"NumberOfFrames": -1}, Refusal.DAMAGED),
        ({"Rows": 0}, Refusal.NO_PIXELS),
        ({"Rows": None}, Refusal.NO_PIXELS),
        ({"PixelData": None}, Refusal.DAMAGED),
        ({"PhotometricInterpretation": "CIELAB"}, Refusal.DAMAGED),
    ],
)
def test_a_dicom_header_that_lies_is_refused(
    decoder: PictureDecoder, elements: dict[str, Any], reason: Refusal
) -> None:
    assert refusal(decoder, dicom(**elements), ".dcm") == reason


@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.HTJ2KLossless, uid.MPEG4HP41])
def test_compressions_without_a_decoder_are_named_as_such(decoder: PictureDecoder, syntax: str) -> None:
    data = dicom(syntax=syntax, PixelData=encapsulate([b"\xff\xd8frame"]))
    assert refusal(decoder, data, ".dcm") == Refusal.UNSUPPORTED_COMPRESSION


def test_deeply_nested_sequences_are_refused(decoder: PictureDecoder) -> None:
    assert refusal(decoder, nested_dicom(20_000), ".dcm") == Refusal.TOO_NESTED


@pytest.mark.parametrize(
    ("data", "name_suffix", "reason"),
    [
        (b"", ".png", Refusal.EMPTY),
        (jpeg(), ".png", Refusal.OTHER_FORMAT),
        (png(), ".jpg", Refusal.OTHER_FORMAT),
        (png(), ".dcm", Refusal.OTHER_FORMAT),
        (dicom()[128:], ".dcm", Refusal.OTHER_FORMAT),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", ".png", Refusal.OTHER_FORMAT),
        (b"GIF89a" + bytes(40), ".gif", Refusal.UNKNOWN_FORMAT),
        (png(), ".txt", Refusal.UNKNOWN_FORMAT),
        (png(), "", Refusal.OTHER_FORMAT),
    ],
    ids=["empty", "jpeg-as-png", "png-as-jpeg", "png-as-dicom", "no-preamble", "eps", "gif", "txt", "bare"],
)
def test_a_name_that_does_not_fit_its_content_is_refused(
    decoder: PictureDecoder, data: bytes, name_suffix: str, reason: Refusal
) -> None:
    assert refusal(decoder, data, name_suffix) == reason


def test_a_file_beyond_the_cap_is_refused_before_it_is_sent(decoder: PictureDecoder) -> None:
    assert refusal(decoder, bytes(MAX_FILE_BYTES + 1), ".png") == Refusal.FILE_TOO_LARGE


@pytest.mark.parametrize(
    ("data", "name_suffix"),
    [
        (png(), ".png"),
        (jpeg(), ".jpg"),
        (jpeg(progressive=True), ".jpg"),
        (dicom(), ".dcm"),
        (example("jpeg2k"), ".dcm"),
    ],
    ids=["png", "jpeg", "progressive-jpeg", "dicom", "jpeg-2000"],
)
def test_a_truncated_file_is_refused_wherever_it_ends(decoder: PictureDecoder, data: bytes, name_suffix: str) -> None:
    reasons = {refusal(decoder, data[: len(data) * part // 20], name_suffix) for part in range(1, 20)}
    assert reasons <= {Refusal.DAMAGED, Refusal.OTHER_FORMAT, Refusal.NO_PIXELS, Refusal.UNSUPPORTED_COMPRESSION}
    assert Refusal.DAMAGED in reasons
    assert decoder.decode(data, name_suffix=name_suffix).width > 0


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    # Most structure is in the first kilobyte, so half of the changes go there.
    for _ in range(chance.randint(1, 12)):
        reach = len(changed) if chance.random() < 0.5 else min(1024, len(changed))
        changed[chance.randrange(reach)] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))
    if chance.random() < 0.2:
        start = chance.randrange(len(changed))
        del changed[start : start + chance.randint(1, 64)]
    return bytes(changed)


SEEDS = [
    (png(), ".png"),
    (jpeg(), ".jpg"),
    (jpeg(progressive=True), ".jpg"),
    (dicom(), ".dcm"),
    (dicom(np.asarray(gradient())), ".dcm"),
    (example("ybr_color"), ".dcm"),
    (example("palette_color"), ".dcm"),
    (example("jpeg2k"), ".dcm"),
]


def survives(decoder: PictureDecoder, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    outcomes = {"decoded": 0, "refused": 0}
    for turn in range(rounds):
        data, name_suffix = SEEDS[turn % len(SEEDS)]
        try:
            picture = decoder.decode(mutated(data, chance), name_suffix=name_suffix)
            assert picture.png.startswith(b"\x89PNG")
            outcomes["decoded"] += 1
        except UnreadableImage as error:
            assert error.reason in set(Refusal)
            outcomes["refused"] += 1
    assert min(outcomes.values()) > rounds // 20
    assert decoder.decode(png(), name_suffix=".png").width == 60


def test_300_mutated_files_decode_or_are_refused(decoder: PictureDecoder) -> None:
    survives(decoder, 300, seed=20261112)


@pytest.mark.full
def test_3000_mutated_files_decode_or_are_refused(decoder: PictureDecoder) -> None:
    survives(decoder, 3_000, seed=20261113)


def test_a_child_that_died_between_two_pictures_is_replaced() -> None:
    with PictureDecoder() as decoder:
        decoder.decode(png(), name_suffix=".png")
        assert decoder._child is not None
        first = decoder._child
        first.kill()
        first.wait()
        assert decoder.decode(png(), name_suffix=".png").width == 60
        assert decoder._child is not first


def test_a_child_killed_in_the_middle_of_a_picture_is_replaced(tmp_path: Path) -> None:
    marker = tmp_path / "died once"
    script = f"""
import os, pathlib, runpy, sys
marker = pathlib.Path({str(marker)!r})
if not marker.exists():
    marker.touch()
    sys.stdin.buffer.read(20)
    os.kill(os.getpid(), {int(signal.SIGTERM)})
runpy.run_module("parotis.imaging.child", run_name="__main__")
"""
    with PictureDecoder(command=(sys.executable, "-c", script)) as decoder:
        large = png(Image.effect_noise((1200, 900), 90))
        assert refusal(decoder, large, ".png") == Refusal.DECODER_STOPPED
        assert decoder.decode(large, name_suffix=".png").width == 1200


def test_an_interrupted_picture_never_lends_its_pixels_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with PictureDecoder() as decoder:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(decode, "read_message", interrupted)
            decoder.decode(png(gradient(90, 70)), name_suffix=".png")
        assert decoder.decode(png(), name_suffix=".png").width == 60


def test_a_child_that_hangs_is_stopped_by_the_clock() -> None:
    stuck = (sys.executable, "-c", "import threading; threading.Event().wait()")
    with PictureDecoder(command=stuck, limit_s=0.3) as decoder:
        assert refusal(decoder, png(Image.effect_noise((1200, 900), 90)), ".png") == Refusal.TOO_SLOW
        assert decoder._child is None


def test_a_child_that_cannot_start_or_talks_nonsense_is_a_refusal(tmp_path: Path) -> None:
    absent = (str(tmp_path / "absent"),)
    nonsense = (sys.executable, "-c", "print('x' * 100)")
    for command in (absent, nonsense):
        with PictureDecoder(command=command) as decoder:
            assert refusal(decoder, png(), ".png") == Refusal.DECODER_STOPPED


def test_closing_ends_the_child_and_a_later_picture_starts_another() -> None:
    decoder = PictureDecoder()
    decoder.close()
    decoder.decode(png(), name_suffix=".png")
    child = decoder._child
    assert child is not None
    decoder.close()
    assert child.returncode is not None
    assert decoder.decode(png(), name_suffix=".png").width == 60
    decoder.close()


def test_the_child_ends_with_its_pipe() -> None:
    done = subprocess.run(CHILD_COMMAND, input=b"", env=_child_environment(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@needs_linux
def test_the_child_is_limited_and_leaves_no_core() -> None:
    script = (
        "import ctypes, resource; from parotis.imaging import child;"
        "child._limit_process(); child._limit_cpu();"
        "names = ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_CORE', 'RLIMIT_FSIZE');"
        "print(*(resource.getrlimit(getattr(resource, name))[0] for name in names), ctypes.CDLL(None).prctl(3))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=_child_environment(), capture_output=True, check=True)
    memory, cpu_s, core, file_size, dumpable = map(int, done.stdout.split())
    assert 1024**3 < memory < 1.5 * 1024**3
    assert 12 <= cpu_s <= 14
    assert (core, file_size, dumpable) == (0, 0, 0)


def _child_environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.mark.parametrize(
    "change",
    [
        {"width": 61},
        {"width": 0},
        {"width": 2**40},
        {"height": "40"},
        {"mode": "RGBA"},
        {"mode": None},
        {"mode": ["L"]},
        {"frame_count": 0},
        {"frame_count": 10**9},
    ],
)
def test_an_answer_that_does_not_fit_its_pixels_is_refused(change: dict[str, object]) -> None:
    header = {"width": 60, "height": 40, "mode": "L", "frame_count": 1} | change
    with pytest.raises(UnreadableImage):
        picture_facts(header, 2400, 1)


def test_an_answer_is_kept_only_as_far_as_it_is_known() -> None:
    header = {
        "width": 60,
        "height": 40,
        "mode": "L",
        "frame_count": 1,
        "mm_per_pixel": [float("nan"), 0.1],
        "burned_in_annotation": "YES",
        "facts": {"device": "Probe", "patient": "Canary", "acquired_at": "x" * 65, "mechanical_index": 3},
    }
    facts = picture_facts(header, 2400, 1)
    assert (facts.mm_per_pixel_x, facts.mm_per_pixel_y, facts.burned_in_annotation) == (None, None, None)
    assert facts.facts == {"device": "Probe"}


def test_a_refusal_never_tells_what_was_in_the_file(decoder: PictureDecoder) -> None:
    with pytest.raises(UnreadableImage) as caught:
        decoder.decode(dicom(PixelData=b"CANARY"), name_suffix=".dcm")
    error = caught.value
    causes: list[BaseException | None] = [error, error.__cause__, error.__context__]
    texts = [f"{cause} {cause!r}".lower() for cause in causes]
    assert not any("canary" in text for text in texts)


def test_pictures_asked_for_at_once_are_not_mixed_up(decoder: PictureDecoder) -> None:
    sizes = [(500 + number, 400) for number in range(24)]
    files = [png(gradient(*size)) for size in sizes]
    with ThreadPoolExecutor(4) as pool:
        pictures = pool.map(lambda data: decoder.decode(data, name_suffix=".png"), files)
        assert [(picture.width, picture.height) for picture in pictures] == sizes
