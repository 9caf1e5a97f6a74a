from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames
from pydicom.pixels.processing import convert_color_space
from pydicom.pixels.utils import pixel_array
from unit.imaging.picture_files import dicom, example, gradient, jpeg, png, png_chunk_names, region

from parotis.domain.errors import UnreadableImage
from parotis.imaging.decode import PictureDecoder
from parotis.imaging.pictures import DecodedPicture, MediaKind, Refusal, sanitised_dicom

Pixels = NDArray[np.uint8]


def shown(picture: DecodedPicture) -> Pixels:
    with Image.open(io.BytesIO(picture.png), formats=("PNG",)) as opened:
        assert (opened.width, opened.height, opened.mode) == (picture.width, picture.height, picture.mode)
        return np.asarray(opened)


def refusal(decoder: PictureDecoder, data: bytes, name_suffix: str, frame: int | None = None) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decoder.decode(data, name_suffix=name_suffix, frame=frame)
    return caught.value.reason


def test_multi_frame_ybr_comes_out_in_the_colours_of_the_machine(decoder: PictureDecoder) -> None:
    data = example("ybr_color")
    picture = decoder.decode(data, frame=17, name_suffix=".dcm")
    stored = pixel_array(dcmread(io.BytesIO(data)), index=16, raw=True)
    assert np.array_equal(shown(picture), convert_color_space(stored, "YBR_FULL_422", "RGB"))
    assert (picture.width, picture.height, picture.frame, picture.frame_count) == (320, 240, 17, 30)
    assert picture.kind is MediaKind.DICOM
    assert picture.facts == {"device": "Turbo", "acquired_at": "2016-05-03T12:15:35"}


def test_uncompressed_rgb_is_taken_as_it_is(decoder: PictureDecoder) -> None:
    data = example("rgb_color")
    dataset = dcmread(io.BytesIO(data))
    planes = np.frombuffer(dataset.PixelData, np.uint8)[: 3 * 240 * 320]
    by_pixel = planes.reshape(240, 320, 3) if dataset.PlanarConfiguration == 0 else None
    by_plane = planes.reshape(3, 240, 320).transpose(1, 2, 0)
    picture = decoder.decode(data, name_suffix=".dcm")
    assert np.array_equal(shown(picture), by_plane if by_pixel is None else by_pixel)


def test_palette_colours_are_looked_up(decoder: PictureDecoder) -> None:
    data = example("palette_color")
    dataset = dcmread(io.BytesIO(data))
    tables = [
        np.frombuffer(dataset[f"{name}PaletteColorLookupTableData"].value, "<u2") >> 8
        for name in ("Red", "Green", "Blue")
    ]
    indices = np.frombuffer(dataset.PixelData, np.uint8)[: 350 * 800].reshape(350, 800)
    picture = decoder.decode(data, name_suffix=".dcm")
    assert np.array_equal(shown(picture), np.stack([table[indices] for table in tables], axis=2))
    assert picture.facts["acquired_at"] == "2011-05-25T14:56:28"


def test_jpeg_2000_decodes(decoder: PictureDecoder) -> None:
    data = example("jpeg2k")
    frame = next(generate_frames(dcmread(io.BytesIO(data)).PixelData, number_of_frames=1))
    with Image.open(io.BytesIO(frame)) as expected:
        picture = decoder.decode(data, name_suffix=".dcm")
        assert np.array_equal(shown(picture), np.asarray(expected))
    assert (picture.width, picture.height, picture.frame_count) == (640, 480, 1)


def test_lossless_jpeg_decodes(decoder: PictureDecoder) -> None:
    names = ("SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle.dcm")
    files = [Path(str(get_testdata_file(name, download=False))).read_bytes() for name in names]
    bars, same_bars = (shown(decoder.decode(file, name_suffix=".dcm")) for file in files)
    assert bars[::11, 50].tolist()[:3] == [[255, 0, 0], [255, 128, 128], [0, 255, 0]]
    assert np.array_equal(bars, same_bars)


def test_png_keeps_its_pixels_and_nothing_else(decoder: PictureDecoder) -> None:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Patient", "Canary Person")
    data = png(pnginfo=text, icc_profile=b"profile " * 40, exif=_exif(orientation=1))
    picture = decoder.decode(data, name_suffix=".PNG")
    assert np.array_equal(shown(picture), np.asarray(gradient()))
    assert set(png_chunk_names(picture.png)) == {b"IHDR", b"IDAT", b"IEND"}
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert picture.mm_per_pixel_x is None
    assert picture.burned_in_annotation is None


def test_jpeg_loses_its_exif_and_stands_upright(decoder: PictureDecoder) -> None:
    data = jpeg(quality=95, exif=_exif(orientation=6))
    assert b"Canary Person" in data
    picture = decoder.decode(data, name_suffix=".jpeg")
    assert (picture.width, picture.height) == (40, 60)
    assert b"Canary" not in picture.png
    turned = np.asarray(gradient().rotate(-90, expand=True)).astype(int)
    assert np.abs(shown(picture).astype(int) - turned).mean() < 6


def _exif(*, orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = orientation, "Canary Person"
    return exif


@pytest.mark.parametrize(
    ("source", "mode", "corner"),
    [
        (Image.new("1", (4, 4), 1), "L", 255),
        (Image.new("L", (4, 4), 90), "L", 90),
        (Image.new("LA", (4, 4), (200, 0)), "L", 0),
        (Image.new("P", (4, 4), 0), "RGB", (0, 0, 0)),
        (Image.new("RGBA", (4, 4), (10, 20, 30, 255)), "RGB", (10, 20, 30)),
        (Image.fromarray(np.full((4, 4), 40_000, np.uint16)), "L", 156),
    ],
    ids=["bits", "grey", "grey-alpha", "palette", "alpha", "sixteen-bit"],
)
def test_every_png_colour_type_becomes_grey_or_rgb(
    decoder: PictureDecoder, source: Image.Image, mode: str, corner: object
) -> None:
    picture = decoder.decode(png(source), name_suffix="png")
    assert picture.mode == mode
    assert shown(picture)[0, 0].tolist() == (list(corner) if isinstance(corner, tuple) else corner)


def test_an_animated_png_gives_its_first_frame(decoder: PictureDecoder) -> None:
    frames = [Image.new("L", (8, 8), shade) for shade in (10, 200)]
    data = png(frames[0], save_all=True, append_images=frames[1:])
    picture = decoder.decode(data, name_suffix=".png")
    assert (shown(picture)[0, 0], picture.frame_count) == (10, 1)
    assert refusal(decoder, data, ".png", frame=2) == Refusal.NO_SUCH_FRAME


def test_frames_count_from_one_and_none_is_the_first(decoder: PictureDecoder) -> None:
    frames = np.stack([np.full((40, 60), shade, np.uint8) for shade in (10, 20, 30)])
    data = dicom(frames[0], NumberOfFrames=3, PixelData=frames.tobytes())
    shades = [shown(decoder.decode(data, name_suffix=".dcm", frame=frame))[0, 0] for frame in (None, 1, 2, 3)]
    assert shades == [10, 10, 20, 30]
    for outside in (0, 4, -1):
        assert refusal(decoder, data, ".dcm", frame=outside) == Refusal.NO_SUCH_FRAME


def test_grey_windows_inversion_and_few_bits_are_shown_as_meant(decoder: PictureDecoder) -> None:
    ramp = np.arange(2400, dtype=np.uint16).reshape(40, 60)
    windowed = decoder.decode(dicom(ramp, WindowCenter=1000.5, WindowWidth=1001), name_suffix=".dcm")
    assert shown(windowed).ravel()[[0, 500, 1000, 1500, 2399]].tolist() == [0, 0, 128, 255, 255]
    inverted = decoder.decode(dicom(PhotometricInterpretation="MONOCHROME1"), name_suffix=".dcm")
    assert shown(inverted)[0, :3].tolist() == [255, 254, 253]
    four_bits = decoder.decode(dicom(np.full((2, 2), 15, np.uint8), BitsStored=4, HighBit=3), name_suffix=".dcm")
    assert shown(four_bits)[0, 0] == 255


@pytest.mark.parametrize("name_suffix", [".dcm", ".DCM", "dicom", "", ".840"])
def test_dicom_is_taken_under_the_names_it_comes_with(decoder: PictureDecoder, name_suffix: str) -> None:
    assert decoder.decode(dicom(), name_suffix=name_suffix).kind is MediaKind.DICOM


def test_regions_that_agree_calibrate_the_picture(decoder: PictureDecoder) -> None:
    spectrum = region(RegionSpatialFormat=3, PhysicalUnitsXDirection=4)
    data = dicom(SequenceOfUltrasoundRegions=[region(), region(PhysicalDeltaY=-0.01), spectrum])
    picture = decoder.decode(data, name_suffix=".dcm")
    assert picture.mm_per_pixel_x == pytest.approx(0.1)
    assert picture.mm_per_pixel_y == pytest.approx(0.1)


@pytest.mark.parametrize(
    "regions",
    [
        [region(), region(PhysicalDeltaX=0.02)],
        [region(PhysicalUnitsXDirection=4)],
        [region(RegionLocationMaxX1=595)],
        [region(PhysicalDeltaX=0.0)],
        [region(RegionSpatialFormat=3)],
        [],
    ],
    ids=["differ", "not-centimetres", "outside-the-picture", "zero", "no-2d-region", "none"],
)
def test_no_millimetres_without_a_sound_calibration(decoder: PictureDecoder, regions: list[object]) -> None:
    data = dicom(SequenceOfUltrasoundRegions=regions, PixelSpacing=[0.2, 0.2])
    picture = decoder.decode(data, name_suffix=".dcm")
    assert (picture.mm_per_pixel_x, picture.mm_per_pixel_y) == (None, None)


def test_a_rescaled_machine_picture_is_not_calibrated(decoder: PictureDecoder) -> None:
    # Its regions lie outside its pixels: the file was scaled down after the scale was written.
    assert decoder.decode(example("ybr_color"), name_suffix=".dcm").mm_per_pixel_x is None


def test_facts_are_offered_and_the_patient_is_not(decoder: PictureDecoder) -> None:
    data = dicom(
        MechanicalIndex="0.80",
        SoftTissueThermalIndex="0.3",
        ManufacturerModelName="Probe\x07 One",
        AcquisitionDateTime="20261112102030.500",
        TimezoneOffsetFromUTC="-0600",
        BurnedInAnnotation="YES",
        SequenceOfUltrasoundRegions=[region(TransducerFrequency=12_000)],
    )
    picture = decoder.decode(data, name_suffix=".dcm")
    assert picture.facts == {
        "mechanical_index": "0.8",
        "thermal_index_tis": "0.3",
        "device": "Probe One",
        "acquired_at": "2026-11-12T10:20:30-06:00",
        "frequency_mhz": "12",
    }
    assert picture.burned_in_annotation is True
    assert "Probe One" not in repr(picture)


def test_a_program_in_the_preamble_is_zeroed_and_a_tiff_header_kept() -> None:
    data = dicom()
    program = b"MZ" + bytes(126) + data[128:]
    assert sanitised_dicom(program) == data
    tiff = b"II*\x00" + bytes(124) + data[128:]
    assert sanitised_dicom(tiff) == tiff
    assert sanitised_dicom(data) == data
    assert sanitised_dicom(png()) == png()
