from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from helpers.command import PracticeFolder, make_practice, parotis

if TYPE_CHECKING:
    from pathlib import Path

OURS = {
    "format": "parotis-phrases/1",
    "name": "Ours",
    "phrases": [
        {"id": "a", "shortcut": ".a", "title": "A", "fields": ["findings.note"], "text": "Of {size} mm."},
    ],
}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> PracticeFolder:
    return make_practice(tmp_path_factory.mktemp("phrases"))


def test_a_set_is_checked_taken_listed_and_written_byte_for_byte(practice: PracticeFolder, tmp_path: Path) -> None:
    file, out = tmp_path / "ours.json", tmp_path / "out.json"
    file.write_text(json.dumps(OURS), encoding="utf-8")
    assert parotis("phrases", "check", file, "--json").json == {"name": "Ours", "phrases": 1, "templates": 0}
    assert practice.run("phrases", "import", file, "--json").json["origin"] == "practice"
    assert practice.run("phrases", "import", file, "--personal", "--json").json["origin"] == "personal"
    listed = practice.run("phrases", "list", "--json").json["sets"]
    assert [(one["name"], one["origin"]) for one in listed] == [
        ("Parotis", "shipped"), ("Ours", "practice"), ("Ours", "personal"),
    ]  # fmt: skip
    assert practice.run("phrases", "export", "Ours", "--to", out).code == 0
    assert out.read_bytes() == file.read_bytes()
    assert practice.run("phrases", "export", "Ours", "--to", out).code == 5
    assert practice.run("phrases", "export", "Nobody", "--to", tmp_path / "n.json").code == 2


def test_a_bad_file_is_refused_with_file_line_and_key_and_changes_nothing(
    practice: PracticeFolder, tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    one: Any = OURS["phrases"][0]
    other = {**one, "id": "b", "shortcut": ".b", "fields": ["findings.remark"]}
    bad = {**OURS, "name": "Bad", "phrases": [{**one, "text": "Of {size} cm."}, other]}
    file.write_text(json.dumps(bad, indent=1), encoding="utf-8")
    refused = practice.run("phrases", "import", file, "--json")
    assert refused.code == 2
    line = file.read_text(encoding="utf-8").splitlines().index('   "text": "Of {size} cm."') + 1
    first, second = (problem["path"] for problem in refused.json["error"]["problems"])
    assert first == f"bad.json:{line}: phrases[0].text"
    assert second.endswith(": phrases[1].fields[0]")
    assert parotis("phrases", "check", file).code == 2
    assert "Bad" not in {one["name"] for one in practice.run("phrases", "list", "--json").json["sets"]}
