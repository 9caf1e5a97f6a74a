"""The build of the packed ICD-10-CM table, on a small release made up here."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from parotis.domain.coding import IcdCodeSet

TABULAR = """<ICD10CM.tabular><version>2027</version><chapter><name>19</name><desc>Made up (S00-T88)</desc>
<section id="S00-S02"><desc>Head (S00-S02)</desc><excludes1><note>made up (T07)</note></excludes1>
<diag><name>S00</name><desc>Scratch</desc>
  <excludes1>
    <note>open fracture (S02.- with 7th character B)</note><note>cut (S01.0-S01.1)</note><note>see elsewhere</note>
  </excludes1>
  <sevenChrDef><extension char="A">first</extension><extension char="D">later</extension></sevenChrDef>
  <diag><name>S00.0</name><desc>Scratch, left</desc></diag>
  <diag><name>S00.1</name><desc>Scratch, right</desc></diag></diag>
<diag><name>S01</name><desc>Cut</desc>
  <diag><name>S01.0</name><desc>Cut, left</desc></diag>
  <diag><name>S01.1</name><desc>Cut, right</desc></diag>
  <diag><name>S01.2</name><desc>Cut, side unknown</desc></diag></diag>
<diag><name>S02</name><desc>Fracture</desc>
  <sevenChrDef><extension char="A">closed</extension><extension char="B">open</extension></sevenChrDef></diag>
</section><section id="T07-T07"><desc>Many (T07)</desc><diag><name>T07</name><desc>Many injuries</desc></diag></section>
</chapter></ICD10CM.tabular>"""
LISTED = "19 S00-S02 S00 S000 S000XXA S000XXD S001 S001XXA S01 S010 S011 S012 S02 S02XXXA S02XXXB T07-T07 T07"


@pytest.fixture(scope="module")
def build_codes() -> ModuleType:
    path = Path(__file__).parents[2] / "packaging" / "build_codes.py"
    spec = importlib.util.spec_from_file_location("build_codes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def a_wheel(folder: Path, listed: str = LISTED) -> Path:
    path = folder / "simple_icd_10_cm-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("simple_icd_10_cm/data/icd10c-tabular-October-1-2026.xml", TABULAR)
        archive.writestr("simple_icd_10_cm/data/code-list-October-2026.txt", "\r\n".join(listed.split()))
    return path


def test_release_and_dates_come_from_the_file_name(build_codes: ModuleType, tmp_path: Path) -> None:
    name, data, _ = build_codes.build(a_wheel(tmp_path))
    icd = IcdCodeSet.from_bytes(data)
    assert name == "icd10cm-2026-10.codes"
    assert icd.release == "ICD-10-CM FY2027, October 2026"
    assert (icd.fiscal_year_from.isoformat(), icd.valid_to.isoformat()) == ("2026-10-01", "2027-09-30")


def test_same_release_gives_the_same_bytes(build_codes: ModuleType, tmp_path: Path) -> None:
    wheel = a_wheel(tmp_path)
    assert build_codes.build(wheel)[1] == build_codes.build(wheel)[1]


def test_only_published_seventh_characters_are_kept(build_codes: ModuleType, tmp_path: Path) -> None:
    icd = IcdCodeSet.from_bytes(build_codes.build(a_wheel(tmp_path))[1])
    found = icd.lookup("S00.0XXD")
    assert found is not None
    assert (found.description, found.billable) == ("Scratch, left, later", True)
    assert icd.lookup("S00.1XXD") is None


def test_notes_become_the_codes_that_they_name(build_codes: ModuleType, tmp_path: Path) -> None:
    icd = IcdCodeSet.from_bytes(build_codes.build(a_wheel(tmp_path))[1])
    excluded = {
        other
        for other in ("S01.0", "S01.1", "S01.2", "S02.XXXA", "S02.XXXB", "T07", "S00.1XXA")
        if icd.excludes1("S00.0XXA", other)
    }
    assert excluded == {"S01.0", "S01.1", "S02.XXXB", "T07"}


def test_codes_of_the_clinical_list_that_a_release_lacks_are_named(build_codes: ModuleType, tmp_path: Path) -> None:
    findings = build_codes.build(a_wheel(tmp_path))[2]
    assert "in the common list, but not billable: R22.0" in findings
    assert not any(finding.startswith("note not resolved") for finding in findings)


def test_list_and_tree_that_differ_stop_the_build(build_codes: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="differ in 1 codes"):
        build_codes.build(a_wheel(tmp_path, LISTED + " S013"))
