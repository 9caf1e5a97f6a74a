"""Text that tries to be something else, through every text field: to PDF and back, through JSON, search and label."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fault import full_document
from helpers import hostile_text, sample_cases
from helpers.command import ROOT
from PIL import Image

from parotis import bootstrap
from parotis.domain import canonical, narrative
from parotis.domain.case import Case
from parotis.domain.report_composition import ReportFacts, compose, image_label_lines
from parotis.services.case_files import read_case
from parotis.services.ports import ExamRecord, ExamState, ImageLabel
from parotis_db import open_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.services.ports import PdfComposer

Place = tuple[str | int, ...]

FACTS = ReportFacts("North Clinic", (), "R-1")
DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NEUTRAL = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"})
PAGE_FURNITURE = ("StructureFinding", "LesionStructureAxes(mm)Volume(mL)Depth(mm)Images", "StructureMeasuredComputed")
OWN_PARAGRAPH: tuple[Place, ...] = (
    ("complaint",), ("history",), ("clinical_exam",), ("rationale", "question"), ("rationale", "note"),
    ("interpretation", "comparison"), ("interpretation", "limitations"), ("interpretation", "recommendation"),
)  # fmt: skip


@pytest.fixture(scope="module")
def composer() -> Iterator[PdfComposer]:
    machine = bootstrap.machine()
    yield machine.composer
    machine.pictures.close()


def bare(text: str) -> str:
    """Text as it can be compared: NFC, no white space (lines wrap, tabs are drawn as spaces) and no direction marks.

    Direction marks are left out on both sides because the reader adds its own around right-to-left text.
    """
    normal = unicodedata.normalize("NFC", text).translate(dict.fromkeys(map(ord, DIRECTION_MARKS)))
    return "".join(normal.split())


def turns_lines(text: str) -> bool:
    """Whether the text has right-to-left letters or marks of direction."""
    return any(unicodedata.bidirectional(character) not in NEUTRAL for character in text)


def has_marks(text: str) -> bool:
    return any(mark in text for mark in DIRECTION_MARKS)


def readings(pdf: Path) -> list[str]:
    """What poppler reads without head and foot of the pages: whole pages in two orders, and the panel's columns."""
    whole = (0, 612)
    columns = [(54 + 126 * column - 2, 122) for column in range(4)]
    return [_cropped(pdf, *whole), _cropped(pdf, *whole, "-raw"), *(_cropped(pdf, *column) for column in columns)]


def _cropped(pdf: Path, left: int, width: int, *order: str) -> str:
    area = ("-r", "72", "-x", str(left), "-y", "30", "-W", str(width), "-H", "718")
    read = subprocess.run(["pdftotext", *order, *area, pdf, "-"], capture_output=True, check=True, text=True).stdout
    pages = [bare(page) for page in read.split("\f")]
    for furniture in PAGE_FURNITURE:
        pages = [page.removeprefix(furniture) for page in pages]
    return "".join(pages)


def paragraph_of(place: Place) -> Place:
    """Fields that share a paragraph, and so perhaps a line, share this."""
    if place in OWN_PARAGRAPH or place[:2] == ("interpretation", "impression"):
        return place
    return place[:2] if place[0] in ("findings", "interpretation", "rationale") else place[:1]


def filled(texts: list[str], turn: int) -> tuple[dict[str, Any], dict[Place, str]]:
    """A document with as many of the texts as fit, taken off the list, and what was put where.

    A reader of a PDF must guess the direction of each line. So that it can, of the fields that share a paragraph only
    one gets text that turns lines, and text with explicit marks goes into paragraphs of its own.
    """
    document = full_document.full()
    document["scan"][0]["status"] = "not-examined"  # without the map, whose caption stands beside the text
    places = [place for place in full_document.free_text_places(document) if place[0] != "claim"]
    start = turn * 7 % len(places)
    put: dict[Place, str] = {}
    turned: set[Place] = set()
    for place in places[start:] + places[:start]:
        for position, text in enumerate(texts[:60]):
            is_turning = turns_lines(text)
            if (is_turning and paragraph_of(place) in turned) or (has_marks(text) and place not in OWN_PARAGRAPH):
                continue
            if is_turning:
                turned.add(paragraph_of(place))
            put[place] = texts.pop(position)
            full_document.put(document, place, put[place])
            break
    return document, put


def is_there(text: str, found: list[str]) -> bool:
    """Whether a reading holds the text in its order; text with marks that turn order round, all its characters."""
    wanted = bare(text)
    if any(wanted in reading for reading in found):
        return True
    return has_marks(text) and any(_holds_permutation(reading, wanted) for reading in found)


def _holds_permutation(reading: str, wanted: str) -> bool:
    missing = Counter(wanted)
    for position, character in enumerate(reading):
        missing[character] -= 1
        if position >= len(wanted):
            missing[reading[position - len(wanted)]] += 1
        if not any(missing.values()):
            return True
    return False


def lost_on_paper(composer: PdfComposer, texts: list[str], pdf: Path) -> list[tuple[Place, str]]:
    """Every text that did not come out of a PDF as it went in, with the field that it was in."""
    rest, turn, lost = list(texts), 0, []
    while rest:
        document, put = filled(rest, turn)
        turn += 1
        case = read_case(sample_cases.as_bytes(document), sample_cases.schema())
        pdf.write_bytes(composer.render(compose(case, FACTS), {}))
        found = readings(pdf)
        lost += [(place, ascii(text)) for place, text in put.items() if not is_there(text, found)]
    return lost


def test_hostile_text_in_every_field_comes_out_of_the_report_as_typed(composer: PdfComposer, tmp_path: Path) -> None:
    assert lost_on_paper(composer, hostile_text.strings(2026, 200), tmp_path / "report.pdf") == []


@pytest.mark.full
def test_two_thousand_hostile_texts_come_out_of_the_report_as_typed(composer: PdfComposer, tmp_path: Path) -> None:
    assert lost_on_paper(composer, hostile_text.strings(1911, 2000), tmp_path / "report.pdf") == []


def test_the_check_of_the_paper_can_fail(composer: PdfComposer, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    case = read_case(sample_cases.as_bytes(full_document.full()), sample_cases.schema())
    pdf.write_bytes(composer.render(compose(case, FACTS), {}))
    assert is_there("Ultrasound of the face", readings(pdf))
    assert not is_there("Ultrasound of the \u202efoot", readings(pdf))


def case_with(text: str) -> Case:
    """The full document with the same text in every text field."""
    document = full_document.full()
    for place in full_document.free_text_places(document):
        full_document.put(document, place, text)
    return read_case(sample_cases.as_bytes(document), sample_cases.schema())


def hostile_texts() -> list[str]:
    return hostile_text.strings(7, 150)


def test_hostile_text_survives_the_canonical_form_byte_for_byte() -> None:
    for text in hostile_texts():
        case = case_with(text)
        data = canonical.encoded(case)
        assert canonical.decoded(data) == case
        assert case.complaint == text
        assert json.loads(data)["claim"]["payer"]["name"] == text
        assert read_case(data, sample_cases.schema()) == case


def test_the_narrative_says_hostile_text_as_typed_and_keeps_its_limits() -> None:
    for text in hostile_texts():
        case = case_with(text)
        for limit in narrative.LENGTHS:
            assert len(narrative.compose(case, limit).text) <= limit
        letter = narrative.letter(case, practice_name=text, payer=text)
        assert bare(text) in bare(letter)


def test_search_takes_hostile_text_as_words_and_never_as_a_query(tmp_path: Path) -> None:
    records = open_records(tmp_path / "practice.db", bytes(48), bytes(32), practice_id="p")
    now = bootstrap.SystemClock().now()
    texts = hostile_texts()
    try:
        with records.unit_of_work() as work:
            for number, text in enumerate(texts):
                case = case_with(text)
                work.exams.insert(ExamRecord(f"{number:012x}", ExamState.DRAFT, 1, case, (), now, now, "u"))
            work.commit()
        for number, text in enumerate(texts):
            records.queries.patients(text)
            found = {row.exam_id for row in records.queries.search(text, limit=len(texts))}
            has_words = any(map(str.isalnum, text)) and len(text) <= 60
            if has_words:
                assert f"{number:012x}" in found, ascii(text)
        with records.unit_of_work() as work:
            assert all(work.exams.get(f"{number:012x}").case.history == text for number, text in enumerate(texts))
    finally:
        records.close()


def test_the_label_border_takes_hostile_text(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (640, 120)).save(picture, "PNG")
    machine = bootstrap.machine()
    document = sample_cases.document()
    document["images"] = [{"file": "a.png", "phase": "x", "structure": "masseter", "side": "left"}]
    for text in hostile_text.strings(3, 60):
        changed = copy.deepcopy(document)
        changed["patient"] |= {"family_name": text, "given_name": text, "chart_number": text}
        changed["images"][0]["phase"] = text
        case = read_case(sample_cases.as_bytes(changed), sample_cases.schema())
        facts = ReportFacts(text, (text,), "R-1")
        jpeg = machine.pictures.labelled_jpeg(picture.getvalue(), ImageLabel(image_label_lines(case, 0, facts)))
        with Image.open(io.BytesIO(jpeg)) as bordered:
            assert bordered.height < 120 + 14 * 2 * 20


OPENED_BY = """
import sys
opened = []
def watch(event, arguments):
    if event == "open":
        opened.append(str(arguments[0]))
sys.addaudithook(watch)
import json
from pathlib import Path
sys.path.insert(0, {tests!r})
from fault import test_hostile_text as target
texts = target.hostile_text.strings(5, 200)
made = target.bootstrap.machine()
while texts:
    document, _ = target.filled(texts, 0)
    case = target.read_case(target.sample_cases.as_bytes(document), target.sample_cases.schema())
    pdf = made.composer.render(target.compose(case, target.FACTS), {{}})
    made.composer.page_jpegs(pdf, dots_per_inch=20)
    target.narrative.letter(case, practice_name="x")
made.pictures.close()
Path({answer!r}).write_text(json.dumps(sorted(set(opened))))
"""


def test_rendering_hostile_text_opens_no_file_but_the_programs_own(tmp_path: Path) -> None:
    trace, answer = tmp_path / "trace.txt", tmp_path / "answer.json"
    program = OPENED_BY.format(tests=str(ROOT / "tests"), answer=str(answer))
    command = [sys.executable, "-c", program]
    is_traced = _can_trace(tmp_path)
    if is_traced:
        command = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,connect", "-o", str(trace), *command]
    environment = {"PYTHONPATH": f"{ROOT / 'app'}:{ROOT / 'db'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(command, check=True, env=environment, capture_output=True, timeout=120)
    opened = json.loads(answer.read_text(encoding="utf-8"))
    allowed = (str(ROOT), str(tmp_path), sys.prefix, sys.base_prefix, "/usr/lib", "/usr/local/lib", "/lib")
    own = [name for name in opened if name.startswith("/") and not name.startswith(allowed)]
    assert [name for name in own if not name.startswith(("/usr/share/zoneinfo", "/proc/", "/dev/", "/etc/"))] == []
    assert not any("passwd" in name or "shadow" in name or "win.ini" in name for name in opened)
    if is_traced:
        seen = trace.read_text(encoding="utf-8", errors="replace")
        assert '"/etc/passwd"' not in seen
        assert "id_rsa" not in seen
        assert "AF_INET" not in seen


def _can_trace(folder: Path) -> bool:
    try:
        done = subprocess.run(["strace", "-o", folder / "try.txt", "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0
