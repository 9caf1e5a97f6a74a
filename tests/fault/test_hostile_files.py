"""Case files and pictures that are not what they should be: refused in one sentence, and nothing is written."""

from __future__ import annotations

import copy
import io
import json
import os
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pydicom.examples
import pytest
from fault import full_document
from helpers import sample_cases
from helpers.command import parotis
from PIL import Image

from parotis import cli
from parotis.services.case_files import read_case

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "Quillfeather"
SAMPLE_PICTURES = sample_cases.SAMPLES / "images"


@pytest.fixture
def refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[bytes], dict[str, Any]]:
    """Runs the main job on a case file that must be refused as unreadable; the error that was told."""
    monkeypatch.setenv("PAROTIS_DATA", str(tmp_path / "none"))
    (tmp_path / "in").mkdir()

    def run(data: bytes) -> dict[str, Any]:
        file = tmp_path / "in" / "case.json"
        file.write_bytes(data)
        code = cli.main(["run", str(file), "--to", str(tmp_path / "out"), "--json"])
        told = capsys.readouterr()
        assert code == 2, told
        answer: dict[str, Any] = json.loads(told.out)
        assert set(answer) == {"error"}
        assert "Traceback" not in told.err
        assert CANARY not in told.out + told.err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]
        error: dict[str, Any] = answer["error"]
        assert error["text"].endswith(".")
        return error

    return run


def problems(error: dict[str, Any]) -> dict[str, str]:
    return {problem["path"]: problem["text"] for problem in error["problems"]}


def shown(place: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def test_the_full_document_is_sound() -> None:
    document = full_document.full()
    assert len(list(full_document.leaves(document))) > 190
    assert read_case(sample_cases.as_bytes(document), sample_cases.schema()).complaint == "text"


def _objects(value: Any, where: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [where] if isinstance(value, dict) else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, inner in items for place in _objects(inner, (*where, key))]


def test_an_unknown_key_is_named_at_every_level(refused: Callable[[bytes], dict[str, Any]]) -> None:
    document = full_document.full()
    places = _objects(document)
    assert len(places) > 25
    for place in places:
        changed = copy.deepcopy(document)
        full_document.put(changed, (*place, "colour"), CANARY)
        found = problems(refused(sample_cases.as_bytes(changed)))
        assert found == {shown((*place, "colour")): "The format has no such key."}


WRONG: tuple[Any, ...] = (CANARY, 7, 1.5, True, [CANARY], {"colour": CANARY}, [], {}, -(10**9))


def _is_like(value: Any, wrong: Any) -> bool:
    if isinstance(value, bool) or isinstance(wrong, bool):
        return type(value) is type(wrong)
    return isinstance(value, str) == isinstance(wrong, str) and not isinstance(wrong, list | dict)


def test_a_wrong_type_is_named_at_every_leaf(refused: Callable[[bytes], dict[str, Any]]) -> None:
    document = full_document.full()
    for number, (place, value) in enumerate(full_document.leaves(document)):
        chosen = [wrong for wrong in WRONG if not _is_like(value, wrong)]
        if place[-1] in ("hilum", "necrosis", "calcification", "cortical_breach", "notified"):
            chosen = [wrong for wrong in chosen if not isinstance(wrong, bool)]
        wrong = chosen[number % len(chosen)]
        changed = copy.deepcopy(document)
        full_document.put(changed, place, wrong)
        found = problems(refused(sample_cases.as_bytes(changed)))
        assert list(found) == [shown(place)], (place, wrong)


def test_a_word_outside_the_list_is_named_at_every_coded_leaf(refused: Callable[[bytes], dict[str, Any]]) -> None:
    document = full_document.full()
    coded = [place for place, value in full_document.leaves(document) if isinstance(value, str) and value != "text"]
    for place in coded:
        if place[:2] in (("claim", "diagnoses"),):
            continue
        changed = copy.deepcopy(document)
        full_document.put(changed, place, CANARY)
        assert list(problems(refused(sample_cases.as_bytes(changed)))) == [shown(place)]


def test_a_file_cut_off_anywhere_is_refused(refused: Callable[[bytes], dict[str, Any]]) -> None:
    data = sample_cases.as_bytes(sample_cases.document())
    for cut in range(0, len(data) - 1, len(data) // 40):
        assert "" in problems(refused(data[:cut]))


def test_a_text_of_a_million_characters_is_refused(refused: Callable[[bytes], dict[str, Any]]) -> None:
    document = full_document.full()
    for place in full_document.free_text_places(document)[::25]:
        changed = copy.deepcopy(document)
        full_document.put(changed, place, CANARY + "x" * 1_000_000)
        assert list(problems(refused(sample_cases.as_bytes(changed)))) == [shown(place)]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [40, 400, 700, 950, 3_000, 200_000])
def test_deep_nesting_is_refused(depth: int, opening: str, refused: Callable[[bytes], dict[str, Any]]) -> None:
    closing = "]" if opening == "[" else "}"
    data = '{"complaint":' + opening * depth + "1" + closing * depth + "}"
    assert problems(refused(data.encode())) == {"": "The file is nested too deeply."}


def test_many_faults_are_refused_without_looking_at_them_all(refused: Callable[[bytes], dict[str, Any]]) -> None:
    many = ",".join(f'"k{number}":1' for number in range(200_000))
    assert problems(refused(f'{{{many},"z":1,"z":2}}'.encode())) == {"z": "The key stands twice in one object."}
    assert len(problems(refused(b'{"symptoms":[' + b",".join([b"0"] * 300_000) + b"]}"))) <= 200


def _changed_text(old: str, new: str) -> bytes:
    data = sample_cases.as_bytes(sample_cases.document()).decode()
    assert old in data
    return data.replace(old, new, 1).encode("utf-8", "surrogatepass")


ODD = {
    "nothing": b"",
    "blank": b" \n ",
    "utf-16": sample_cases.as_bytes(sample_cases.document()).decode().encode("utf-16"),
    "utf-16 without a mark": sample_cases.as_bytes(sample_cases.document()).decode().encode("utf-16-le"),
    "latin-1": _changed_text('"complaint": "', '"complaint": "\u00e9').decode().encode("latin-1"),
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + sample_cases.as_bytes(sample_cases.document()),
    "a list": b"[]",
    "a text": b'"parotis-case/1"',
    "null": b"null",
    "nan": _changed_text('"mechanical_index": ', '"mechanical_index": NaN, "x": '),
    "infinity": _changed_text('"mechanical_index": ', '"mechanical_index": -Infinity, "x": '),
    "huge exponent": _changed_text('"mechanical_index": ', '"mechanical_index": 1e999999999, "x": '),
    "tiny exponent": _changed_text('"mechanical_index": ', '"mechanical_index": 1e-999999999, "x": '),
    "ten thousand digits": _changed_text('"mechanical_index": ', f'"mechanical_index": {"9" * 10_000}, "x": '),
    "twice": _changed_text('"complaint": ', f'"complaint": "{CANARY}", "complaint": '),
    "comment": b"/* x */" + sample_cases.as_bytes(sample_cases.document()),
    "trailing": sample_cases.as_bytes(sample_cases.document()) + b"{}",
    "nul": _changed_text('"complaint": "', '"complaint": "\\u0000'),
    "escape": _changed_text('"complaint": "', '"complaint": "\\u001b[31m'),
    "lone surrogate": _changed_text('"complaint": "', '"complaint": "\\ud800'),
    "noncharacter": _changed_text('"complaint": "', '"complaint": "\\uffff'),
    "no such day": _changed_text("1979-06-14", "1979-02-30"),
    "not ascii digits": _changed_text("1979-06-14", "\u0661979-06-14"),
    "no offset": _changed_text("-06:00", ""),
    "other version": _changed_text("parotis-case/1", "parotis-case/2"),
    "pickle": b"\x80\x04\x95",
    "pdf": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_is_no_case_file_is_refused(name: str, refused: Callable[[bytes], dict[str, Any]]) -> None:
    assert refused(ODD[name])["code"] == "input.unreadable"


def test_one_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(b"\xef\xbb\xbf" + sample_cases.as_bytes(sample_cases.document()))
    assert cli.main(["case", "check", str(file), "--json"]) == 0


@pytest.mark.parametrize("name", ["utf-16", "twice", "escape", "huge exponent"])
def test_the_program_as_a_process_refuses_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(ODD[name])
    done = parotis("run", tmp_path / "case.json", "--to", tmp_path / "out", "--json", data=tmp_path / "none")
    assert done.code == 2
    assert done.json["error"]["code"] == "input.unreadable"
    assert CANARY not in done.out + done.err
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]


def test_what_is_no_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAROTIS_DATA", str(tmp_path / "none"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path, tmp_path / "absent.json", tmp_path / "loop", tmp_path / ("n" * 300), Path("/proc/self/mem")):
        assert cli.main(["run", str(path), "--to", str(tmp_path / "out"), "--json"]) == 2
        told = capsys.readouterr()
        assert json.loads(told.out)["error"]["code"] == "input.unreadable"


# --- pictures ----------------------------------------------------------------------------------------------------


def _bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 2_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _as(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, kind)
    return file.getvalue()


PNG = (SAMPLE_PICTURES / "parotid-right-longitudinal.png").read_bytes()

BAD_PICTURES: dict[str, tuple[str, bytes]] = {
    "cut off": ("a.png", PNG[: len(PNG) // 2]),
    "header only": ("a.png", PNG[:40]),
    "empty": ("a.png", b""),
    "bomb": ("a.png", _bomb()),
    "gif by name of png": ("a.png", _as("GIF")),
    "jpeg by name of png": ("a.png", _as("JPEG")),
    "eps by name of png": ("a.png", _as("EPS")),
    "tiff": ("a.tif", _as("TIFF")),
    "webp": ("a.webp", _as("WEBP")),
    "no suffix": ("a", b"hello"),
    "text by name of dcm": ("a.dcm", b"DICM" * 100),
    "markup by name of png": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a folder": (".", b""),
    "itself": ("case.json", b""),
    "a link in a circle": ("loop.png", b""),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_bad_picture_is_named_and_nothing_is_written(
    name: str, tmp_path: Path, refused: Callable[[bytes], dict[str, Any]]
) -> None:
    file, data = BAD_PICTURES[name]
    target = tmp_path / "in" / file
    if file == "loop.png":
        target.symlink_to(target)
    elif data or name == "empty":
        target.write_bytes(data)
    document = sample_cases.document()
    document["images"] = [{"file": file, "structure": "parotid-gland", "side": "right", "caption": CANARY}]
    assert list(problems(refused(sample_cases.as_bytes(document)))) == ["images[0].file"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    tmp_path: Path, refused: Callable[[bytes], dict[str, Any]]
) -> None:
    (tmp_path / "in" / "out.png").symlink_to(SAMPLE_PICTURES / "parotid-right-longitudinal.png")
    document = sample_cases.document()
    document["images"] = [{"file": "out.png", "structure": "parotid-gland", "side": "right"}]
    assert list(problems(refused(sample_cases.as_bytes(document)))) == ["images[0].file"]


DICOM = ("ybr_color", "rgb_color", "palette_color", "jpeg2k")


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four real ultrasound examples under plain names; those that are not in the package are left out."""
    folder = tmp_path_factory.mktemp("dicom")
    for name in DICOM:
        source = Path(pydicom.examples.get_path(name))
        (folder / f"{name}.dcm").write_bytes(source.read_bytes())
    return folder


def _image(name: str, **more: Any) -> dict[str, Any]:
    view = {"structure": "parotid-gland", "side": "right", "plane": "longitudinal", "key": True}
    return {"file": f"{name}.dcm", **view, **more}


def test_the_four_real_dicom_examples_go_the_whole_way(examples: Path, tmp_path: Path) -> None:
    document = sample_cases.document()
    document["images"] = [
        _image("ybr_color", frame=1), _image("ybr_color", frame=30, plane="transverse"),
        _image("rgb_color"), _image("palette_color"), _image("jpeg2k"),
    ]  # fmt: skip
    (examples / "case.json").write_bytes(sample_cases.as_bytes(document))
    done = parotis("run", examples / "case.json", "--to", tmp_path / "out", "--json", data=tmp_path / "none")
    assert done.code == 0, done.err
    written = sorted(Path(done.json["bundle"]).glob("images/*.jpg"))
    assert len(written) == 5
    assert len({path.read_bytes() for path in written}) == 5


@pytest.mark.parametrize("frame", [0, -1, 31, 10**6])
def test_a_frame_that_is_not_there_is_refused(
    frame: int, examples: Path, tmp_path: Path, refused: Callable[[bytes], dict[str, Any]]
) -> None:
    os.link(examples / "ybr_color.dcm", tmp_path / "in" / "ybr_color.dcm")
    document = sample_cases.document()
    document["images"] = [_image("ybr_color", frame=frame)]
    assert set(problems(refused(sample_cases.as_bytes(document)))) <= {"images[0].file", "images[0].frame"}


def test_patient_data_of_a_dicom_file_reaches_no_exported_file(examples: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(examples / "rgb_color.dcm")
    dataset.PatientName = CANARY
    dataset.PatientID = CANARY
    dataset.save_as(tmp_path / "named.dcm")
    document = sample_cases.document()
    document["images"] = [_image("named")]
    (tmp_path / "case.json").write_bytes(sample_cases.as_bytes(document))
    done = parotis("run", tmp_path / "case.json", "--to", tmp_path / "out", "--json", data=tmp_path / "none")
    assert done.code == 0, done.err
    assert CANARY not in done.out + done.err
    for path in Path(done.json["bundle"]).rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()
