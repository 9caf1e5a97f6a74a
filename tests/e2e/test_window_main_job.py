"""The whole job as a person does it: unlock, fill in, add images, sign, export. Keys and mouse only, nothing faked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from e2e.window_driver import CTRL, WindowDriver
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QToolButton

from parotis import bootstrap, cli
from parotis.services import sample_practice
from parotis.system.paths import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

PASSPHRASE = sample_practice.DENTIST.passphrase


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a practice with no exam in it yet."""
    from parotis.services import practices

    machine = bootstrap.machine()
    data = tmp_path / "data"
    desk = practices.create(
        machine,
        data,
        "Lakeside Dental",
        sample_practice.DENTIST.person,
        PASSPHRASE,
        keep_recovery_key=lambda _key: None,
        throw_away=True,
    )
    desk.close()
    machine.pictures.close()
    return data


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[WindowDriver]:
    made = WindowDriver(qtbot, qapp, folder)
    yield made
    made.close()


def test_an_exam_goes_from_unlock_to_a_verified_bundle(driver: WindowDriver, tmp_path: Path) -> None:
    driver.unlock("park", PASSPHRASE)
    driver.until(lambda: not driver.window.is_covered)
    driver.key(Qt.Key.Key_N, CTRL)
    fill_in_patient(driver)
    fill_in_symptoms(driver)
    fill_in_rationale(driver)
    fill_in_region_and_findings(driver)
    fill_in_interpretation(driver)
    add_images(driver)
    sign(driver)
    bundle = export(driver, tmp_path / "stick")
    assert_bundle_verifies(bundle)


def fill_in_patient(driver: WindowDriver) -> None:
    driver.type_into("Chart number", "S-2001")
    driver.type_into("Family name", "Lindqvist")
    driver.type_into("Given name", "Maja")
    driver.type_into("Date of birth", "1979-06-14")
    driver.choose("Sex", "Female")
    driver.choose("Consent given", "Yes")


def fill_in_symptoms(driver: WindowDriver) -> None:
    driver.section(2)
    driver.type_into("Chief complaint", "My right cheek has been puffy for weeks.")
    driver.type_into("History", "Painless swelling, slowly larger. No fever, no trauma.")
    driver.press("Add symptom")
    driver.choose("Symptom", "Swelling")
    driver.choose("Structure", "Parotid gland")
    driver.choose("Side", "Right")
    driver.type_into("Duration", "5")
    driver.choose("Duration unit", "Weeks")


def fill_in_rationale(driver: WindowDriver) -> None:
    driver.section(3)
    driver.choose("Reason for ultrasound", "Swelling of unknown origin")
    driver.type_into("Clinical question", "Is there a focal lesion of the right parotid gland?")
    driver.click(driver.find("Shows soft tissue", QToolButton))


def fill_in_region_and_findings(driver: WindowDriver) -> None:
    driver.section(4)
    search = driver.find("Add structure", QLineEdit)
    driver.type_into("Add structure", "right parotid gland")
    driver.until(lambda: search.completer() is None or search.completer().completionCount() > 0)
    driver.press_return(search)
    driver.type_into("Device", "Sonix One")
    driver.type_into("Probe", "L14-5")
    driver.choose("Doppler", "Colour")
    driver.section(5)
    driver.click(driver.find("Abnormal, Right parotid gland", QToolButton))
    driver.press("Add lesion")
    driver.choose("Kind of lesion", "Cyst")
    for name, text in (("Longest", "14.2"), ("Perpendicular", "11.0"), ("Third axis", "9.5")):
        driver.type_into(name, text)
    driver.choose("Composition", "Cystic")
    driver.choose("Margin", "Circumscribed")
    driver.choose("Posterior", "Enhancement")
    driver.choose("Flow", "None")


def fill_in_interpretation(driver: WindowDriver) -> None:
    driver.section(6)
    driver.type_into("Impression", "Simple cyst of the right parotid gland.")
    driver.choose("Certainty", "Probable")
    driver.type_into("Recommendation", "Follow-up ultrasound.")
    driver.type_into("Limitations", "None.")
    driver.type_into("Comparison", "None available.")


def add_images(driver: WindowDriver) -> None:
    images = resource("samples/images")
    driver.section(7)
    for plane, suffix in (("Longitudinal", ""), ("Transverse", ", Image 2")):
        driver.press("Add image")
        driver.choose_file(images / f"parotid-right-{plane.lower()}.png")
        driver.choose(f"Structure{suffix}", "Parotid gland")
        driver.choose(f"Side{suffix}", "Right")
        driver.choose(f"Plane{suffix}", plane)


def sign(driver: WindowDriver) -> None:
    driver.press("Sign")
    driver.until(lambda: driver.root() is not driver.window)
    dialog = driver.root()
    driver.until(driver.find("Passphrase").isEnabled)
    driver.type_into("Passphrase", "not the right words at all")
    driver.press("Sign report")
    driver.until(lambda: "passphrase is wrong" in driver.text_of_notices(dialog))
    driver.until(driver.find("Passphrase").isEnabled)
    driver.wait_out_the_penalty(dialog)
    driver.type_into("Passphrase", PASSPHRASE)
    driver.press("Sign report")
    driver.until(lambda: "Signed and stored, read back and verified." in driver.text_of_notices(dialog))


def export(driver: WindowDriver, target: Path) -> Path:
    signing_dialog = driver.root()
    driver.press("Export")
    driver.until(lambda: driver.root() not in (driver.window, signing_dialog))
    dialog = driver.root()
    driver.type_into("Folder", str(target))
    driver.press("Export")
    driver.until(lambda: "Exported and read back:" in driver.text_of_notices(dialog))
    driver.press("Close")
    return next(target.iterdir())


def assert_bundle_verifies(bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    assert {entry["name"] for entry in manifest["files"]} >= {"report.pdf", "claim.json", "case.json", "narrative.txt"}
    assert len(list((bundle / "images").iterdir())) == 2
    case = json.loads((bundle / "case.json").read_bytes())
    assert case["patient"]["family_name"] == "Lindqvist"
    assert case["findings"][0]["lesions"][0]["size_mm"] == [14.2, 11.0, 9.5]
    assert cli.main(["verify", str(bundle / "report.pdf"), "--root", str(bundle / "practice-root.cer")]) == 0


def test_a_wrong_passphrase_opens_nothing_and_says_so(driver: WindowDriver) -> None:
    driver.unlock("park", "not the right words at all")
    driver.until(lambda: "Login or passphrase is wrong" in driver.text_of_notices(driver.window))
    assert driver.window.is_covered
    assert driver.find("Passphrase", QLineEdit).text() == ""


def test_what_was_typed_is_there_after_the_window_was_closed(
    driver: WindowDriver, qtbot: QtBot, qapp: QApplication, folder: Path
) -> None:
    driver.unlock("park", PASSPHRASE)
    driver.until(lambda: not driver.window.is_covered)
    driver.key(Qt.Key.Key_N, CTRL)
    driver.type_into("Family name", "Okafor")
    driver.section(2)
    driver.type_into("Chief complaint", "Dry mouth")
    driver.close()

    again = WindowDriver(qtbot, qapp, folder)
    again.unlock("park", PASSPHRASE)
    again.until(lambda: not again.window.is_covered)
    again.open_first_exam()
    assert again.find("Family name", QLineEdit).text() == "Okafor"
    again.section(2)
    assert again.find("Chief complaint", QPlainTextEdit).toPlainText() == "Dry mouth"
    again.close()


def test_a_second_start_raises_the_first_window_and_ends(driver: WindowDriver, folder: Path, qtbot: QtBot) -> None:
    driver.until(lambda: driver.shell.is_listening)
    raised: list[object] = []
    driver.shell.raised.connect(raised.append)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)}
    second = subprocess.Popen(
        [sys.executable, "-m", "parotis", "open", "--data", str(folder), "--chart-number", "S-7"], env=environment
    )
    driver.until(lambda: second.poll() is not None)
    assert second.returncode == 0
    driver.until(lambda: bool(raised))
    assert getattr(raised[0], "chart_number", None) == "S-7"
