"""The payers in the settings over a real record: a form for every field, versions to read, files taken and written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from helpers.claim_window import named, with_payers
from helpers.practices import dentist_desk
from helpers.presenter_ports import InlineTasks
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QPlainTextEdit, QPushButton

from parotis.domain.claims.payers import AttachmentRules, PayerProfile
from parotis.presentation.payers_presenter import FIELDS, PayersPresenter, key_of
from parotis.services import payers
from parotis.ui.payers_card import PayersCard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from parotis.services.desk import Desk

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made, _ = dentist_desk(tmp_path / "practice")
    yield made
    made.close()


@pytest.fixture
def card(qtbot: QtBot, desk: Desk) -> PayersCard:
    made = PayersCard()
    qtbot.addWidget(made)
    made.attach(PayersPresenter(made, desk, InlineTasks()))
    made.show()
    return made


def texts(card: PayersCard) -> str:
    return "\n".join(one.text() for one in card.findChildren(QLabel) if one.isVisibleTo(card))


def press(card: PayersCard, name: str) -> None:
    named(card, QPushButton, name).click()


def write(card: PayersCard, name: str, text: str) -> None:
    named(card, QLineEdit, f"Payer, {name}").setText(text)


def dental(card: PayersCard) -> None:
    box = named(card, QComboBox, "Payer, who: Kind")
    box.setCurrentIndex(box.findData("dental"))


def test_every_field_of_a_profile_has_a_place_in_the_form() -> None:
    names = {one.name for one in dataclasses.fields(PayerProfile)} - {"attachments"}
    names |= {f"attachments.{one.name}" for one in dataclasses.fields(AttachmentRules)}
    assert {known.path for known in FIELDS} == names


def test_an_empty_list_teaches_the_next_step(card: PayersCard) -> None:
    assert "No payer is described yet." in texts(card)
    assert not named_list(card)


def named_list(card: PayersCard) -> list[str]:
    shown = card.findChildren(QListWidget)[0]
    return [shown.item(row).text() for row in range(shown.count())]


def test_a_new_payer_gets_its_key_from_its_name_and_each_change_is_a_version(card: PayersCard, desk: Desk) -> None:
    press(card, "New payer")
    write(card, "who: Name", "Prairie D\u00e9ntal Plan")
    dental(card)
    write(card, "attachments: Most MB each", "2,5")
    named(card, QCheckBox, "File types: JPEG").setChecked(True)
    named(card, QCheckBox, "Channels: Portal").setChecked(True)
    press(card, "Save payer")
    kept = payers.profile(desk, "prairie-dental-plan")
    assert str(kept.attachments.most_megabytes_each) == "2.5"
    assert (kept.attachments.types, kept.channels) == (("jpeg",), ("portal",))
    assert not named(card, QLineEdit, "Payer, who: Key").isEnabled()
    write(card, "claims and times: Time to appeal, days", "180")
    press(card, "Save payer")
    versions = named(card, QPlainTextEdit, "Versions of the payer").toPlainText()
    assert "Version 2" in versions and "Time to appeal, days: not recorded \u2192 180" in versions
    assert "Version 1" in versions and "Name: Prairie D\u00e9ntal Plan" in versions
    press(card, "Save payer")
    assert "Nothing is changed, so it stays version 2." in texts(card)
    assert named_list(card) == ["Prairie D\u00e9ntal Plan \u00b7 dental \u00b7 version 2 \u00b7 no claim answered yet"]


def test_what_is_wrong_is_marked_at_its_field_and_nothing_is_kept(card: PayersCard, desk: Desk) -> None:
    press(card, "New payer")
    write(card, "attachments: Most files", "many")
    press(card, "Save payer")
    assert named(card, QLineEdit, "Payer, who: Name").property("invalid")
    assert named(card, QLineEdit, "Payer, attachments: Most files").property("invalid")
    assert "Most files: The value must be a whole number." in texts(card)
    assert "many" not in texts(card)
    assert payers.profiles(desk) == ()


def test_a_payer_that_somebody_else_changed_meanwhile_is_not_overwritten(card: PayersCard, desk: Desk) -> None:
    with_payers(desk)
    card._presenter.refresh()  # type: ignore[union-attr]
    card._presenter.choose("prairie-dental")  # type: ignore[union-attr]
    payers.save(desk, dataclasses.replace(payers.profile(desk, "prairie-dental"), notes="Theirs."))
    write(card, "contact: Phone", "555-0199")
    press(card, "Save payer")
    assert "Somebody else saved this payer meanwhile." in texts(card)
    assert payers.profile(desk, "prairie-dental").phone == "555-0100"


def test_a_new_payer_never_takes_the_place_of_one_with_its_key(card: PayersCard, desk: Desk) -> None:
    with_payers(desk)
    press(card, "New payer")
    write(card, "who: Name", "Prairie Dental")
    dental(card)
    press(card, "Save payer")
    assert "Another payer has this key." in texts(card)
    assert payers.history(desk, "prairie-dental")[0].version == 1


def test_a_bad_file_lists_every_problem_by_row_and_field_and_takes_nothing(
    card: PayersCard, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "payers.csv"
    file.write_text("key,name,kind,appeal_days\na,,dental,x\nb,B,nope,3\n", encoding="utf-8")
    card.take(str(file))
    listed = named(card, QPlainTextEdit, "Problems of the file, by row and field").toPlainText().splitlines()
    assert [line.partition(":")[0] for line in listed] == [
        "Line 2, row 2, appeal_days",
        "Line 2, row 2, name",
        "Line 3, row 3, kind",
    ]
    assert "3 problems" in texts(card)
    assert payers.profiles(desk) == ()


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_what_is_exported_can_be_imported(card: PayersCard, desk: Desk, tmp_path: Path, suffix: str) -> None:
    with_payers(desk)
    file = tmp_path / f"payers.{suffix}"
    card.export(str(file))
    assert "Written and read back." in texts(card)
    before = [one.profile for one in payers.profiles(desk)]
    card.take(str(file))
    assert "Taken: 2 payers." in texts(card)
    assert [one.profile for one in payers.profiles(desk)] == before


def test_an_export_that_cannot_be_written_says_why(card: PayersCard, desk: Desk, tmp_path: Path) -> None:
    with_payers(desk)
    card.export(str(tmp_path / "nowhere" / "payers.json"))
    assert "The target folder is not there." in texts(card)


@pytest.mark.parametrize(
    ("name", "key"), [("Prairie Dental Plan", "prairie-dental-plan"), ("  \u00c9t\u00e9 & Co. ", "ete-co"), ("!!", "")]
)
def test_a_key_is_made_of_small_letters_digits_and_hyphens(name: str, key: str) -> None:
    assert key_of(name) == key
