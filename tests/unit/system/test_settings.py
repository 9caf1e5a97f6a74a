from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from parotis.domain.errors import StorageFailed
from parotis.system.settings import Settings, load_settings, store_settings

CHANGED = Settings(
    theme="dark",
    last_export_folder="/media/stick/Größe",
    idle_lock_minutes=10,
    side_panel_px=420,
)


def test_missing_file_gives_defaults_and_makes_nothing(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == Settings()
    assert list(tmp_path.iterdir()) == []
    assert Settings().idle_lock_minutes == 5


def test_settings_come_back_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for settings in (CHANGED, Settings()):
        store_settings(path, settings)
        assert load_settings(path) == settings


def test_what_a_later_version_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    later = {"version": 2, "theme": "light", "sterile_mode": {"on": True}}
    path.write_text(json.dumps(later))
    settings = load_settings(path)
    assert settings.theme == "light"
    store_settings(path, replace(settings, theme="dark"))
    stored = json.loads(path.read_text())
    assert (stored["version"], stored["sterile_mode"], stored["theme"]) == (2, {"on": True}, "dark")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN'])
def test_broken_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load_settings(path) == Settings()
    assert (tmp_path / "settings.json.broken").read_bytes() == content
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("theme", {}),
        ("last_export_folder", 5),
        ("idle_lock_minutes", 0),
        ("idle_lock_minutes", 16),
        ("idle_lock_minutes", "5"),
        ("idle_lock_minutes", True),
        ("idle_lock_minutes", 1.5),
        ("idle_lock_minutes", 10**30),
        ("side_panel_px", -1),
        ("side_panel_px", 4001),
        ("side_panel_px", 10.0),
    ],
)
def test_single_bad_value_gives_way_to_its_default(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "settings.json"
    store_settings(path, CHANGED)
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    assert load_settings(path) == replace(CHANGED, **{name: getattr(Settings(), name)})


def test_unreadable_place_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(StorageFailed):
        load_settings(tmp_path / "settings.json")
    with pytest.raises(StorageFailed):
        store_settings(tmp_path / "settings.json", Settings())
