"""The phrases in the settings: sets, a look at their phrases, and what is said of a file that is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk
from helpers.presenter_ports import InlineTasks
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton

from parotis.presentation.phrase_settings import PhraseSettingsPresenter
from parotis.ui.phrase_settings_card import PhraseSettingsCard

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

OURS = {
    "format": "parotis-phrases/1",
    "name": "Ours",
    "phrases": [
        {"id": "b", "shortcut": ".b", "title": "<b>Second</b>", "fields": ["findings.note"], "text": "<i>Two</i>."},
        {"id": "a", "shortcut": ".a", "title": "First", "fields": ["findings.note"], "text": "Of {size} mm."},
    ],
}


class Card:
    def __init__(self, qtbot: QtBot, tmp_path: Path) -> None:
        self.file = tmp_path / "ours.json"
        self.file.write_text(json.dumps(OURS, indent=1), encoding="utf-8")
        self.view = PhraseSettingsCard()
        qtbot.addWidget(self.view)
        self.presenter = PhraseSettingsPresenter(self.view, exam_desk.desk(), InlineTasks())
        self.view.attach(self.presenter)
        self.view.resize(760, 640)
        self.view.show()
        self.presenter.take(self.file, is_personal=False)

    def press(self, name: str) -> None:
        found = [one for one in self.view.findChildren(QPushButton) if one.accessibleName() == name]
        found[-1].click()

    @property
    def phrases(self) -> QListWidget:
        return self.view.findChildren(QListWidget)[0]

    def texts(self) -> list[str]:
        labels = [one for one in self.view.findChildren(QLabel) if one.isVisible()]
        assert all(one.textFormat() is Qt.TextFormat.PlainText for one in labels)
        return [one.text() for one in labels]


@pytest.fixture
def card(qtbot: QtBot, tmp_path: Path) -> Card:
    return Card(qtbot, tmp_path)


def test_a_set_shows_its_phrases_and_the_text_of_each_as_plain_text(card: Card) -> None:
    assert not card.phrases.isVisible()
    card.press("Show phrases Ours")
    lines = [card.phrases.item(row).text() for row in range(card.phrases.count())]
    assert lines == [".a   First", ".b   <b>Second</b>"]
    assert "Of [[Size]] mm." in card.texts()
    card.phrases.setCurrentRow(1)
    assert "<i>Two</i>." in card.texts()
    card.press("Show phrases Ours")
    assert not card.phrases.isVisible()


def test_another_set_takes_the_place_of_the_one_shown(card: Card) -> None:
    card.press("Show phrases Ours")
    card.press("Show phrases Parotis")
    assert card.phrases.isVisible()
    assert card.phrases.item(0).text() != ".a   First"


def test_a_newer_version_closes_the_look_at_the_old_one(card: Card) -> None:
    card.press("Show phrases Ours")
    card.presenter.take(card.file, is_personal=False)
    assert not card.phrases.isVisible()


def test_a_bad_file_shows_file_line_and_key_and_the_last_good_set_stays(card: Card) -> None:
    bad = {**OURS, "phrases": [{**OURS["phrases"][0], "text": "Of {size} cm."}, OURS["phrases"][1]]}  # type: ignore[dict-item]
    card.file.write_text(json.dumps(bad, indent=1), encoding="utf-8")
    card.presenter.take(card.file, is_personal=False)
    line = card.file.read_text(encoding="utf-8").splitlines().index('   "text": "Of {size} cm."') + 1
    assert any(text.startswith(f"ours.json, line {line}, phrases[0].text: ") for text in card.texts())
    assert any("version 1" in text for text in card.texts())
