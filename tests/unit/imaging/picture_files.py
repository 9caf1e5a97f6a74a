"""Picture files made for the tests: sound, hostile and broken ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydicom import examples, uid
from pydicom.dataset import Dataset, FileMetaDataset

DICOM_MARK = bytes(128) + b"DICM"


def example(name: str) -> bytes:
    return Path(examples.get_path(name)).read_bytes()


def gradient(width: int = 60, height: int = 40) -> Image.Image:
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    planes = (across * 255 // width, down * 255 // height, (across + down) % 256)
    return Image.fromarray(np.stack(planes, axis=2).astype(np.uint8))


def png(picture: Image.Image | None = None, **options: Any) -> bytes:
    return _saved(picture or gradient(), "PNG", **options)


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    return _saved(picture or gradient(), "JPEG", **options)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, format=kind, **options)
    return target.getvalue()


def png_of_zeros(width: int, height: int, bit_depth: int) -> bytes:
    """A valid grey PNG of one colour, however large, without holding it in memory."""
    packer = zlib.compressobj(1)
    row = bytes(1 + (width * bit_depth + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bit_depth, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_chunk_names(data: bytes) -> list[bytes]:
    names, position = [], 8
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        names.append(data[position + 4 : position + 8])
        position += 12 + length
    return names


def dicom(pixels: Any = None, *, syntax: str = uid.ExplicitVRLittleEndian, **elements: Any) -> bytes:
    """A small ultrasound file; ``elements`` are set, or left out where None."""
    if pixels is None:
        pixels = np.arange(40 * 60, dtype=np.uint8).reshape(40, 60)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.UID(syntax)
    dataset.SOPClassUID = uid.UltrasoundImageStorage
    dataset.SOPInstanceUID = "2.25.1"
    dataset.PatientName = "Canary^Patient"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    colour = pixels.ndim == 3
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OW" if bits > 8 else "OB"
    for name, value in elements.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    target = io.BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def region(**elements: Any) -> Dataset:
    """An ultrasound region of two-dimensional tissue over the whole small file, 0.1 mm per pixel."""
    values: dict[str, Any] = {
        "RegionSpatialFormat": 1,
        "RegionDataType": 1,
        "RegionFlags": 0,
        "RegionLocationMinX0": 0,
        "RegionLocationMinY0": 0,
        "RegionLocationMaxX1": 59,
        "RegionLocationMaxY1": 39,
        "PhysicalUnitsXDirection": 3,
        "PhysicalUnitsYDirection": 3,
        "PhysicalDeltaX": 0.01,
        "PhysicalDeltaY": 0.01,
    }
    dataset = Dataset()
    for name, value in (values | elements).items():
        setattr(dataset, name, value)
    return dataset


def _file_meta(syntax: str) -> bytes:
    value = syntax.encode() + b"\x00" * (len(syntax) % 2)
    element = struct.pack("<HH2sH", 2, 0x10, b"UI", len(value)) + value
    return struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(element)) + element


def deflated_dicom_of_zeros(inflated_bytes: int) -> bytes:
    packer = zlib.compressobj(1, wbits=-15)
    block = bytes(1024 * 1024)
    header = struct.pack("<HH2sHI", 9, 0x10, b"OB", 0, inflated_bytes)
    body = [packer.compress(header), *(packer.compress(block) for _ in range(inflated_bytes // len(block)))]
    return DICOM_MARK + _file_meta(uid.DeflatedExplicitVRLittleEndian) + b"".join(body) + packer.flush()


def nested_dicom(depth: int) -> bytes:
    sequence = struct.pack("<HH2sHI", 0x18, 0x6011, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    return DICOM_MARK + _file_meta(uid.ExplicitVRLittleEndian) + (sequence + item) * depth
