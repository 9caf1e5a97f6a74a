"""Preferences of the person at this machine. No patient data and no secret; losing them costs a minute."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from parotis.system.atomic_files import storage_fault, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

VERSION = 1
_LARGEST_FILE_BYTES = 1 << 20
_LONGEST_TEXT = 4096
_LARGEST_PIXELS = 100_000

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class WindowPlacement:
    """Where the main window was, in device-independent pixels of the virtual desktop."""

    x: int
    y: int
    width: int
    height: int
    is_maximized: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """``unknown`` keeps what a later version wrote, so that going back and forth loses nothing."""

    theme: Theme = "system"
    side_panel_width: int = 360
    last_export_folder: str = ""
    window: WindowPlacement | None = None
    idle_lock_minutes: int = 5
    unknown: Mapping[str, Any] = field(default_factory=dict)


def load_settings(path: Path) -> Settings:
    """The settings at ``path``; defaults if there are none. A single bad value gives way to its default.

    A file that is no JSON object is set aside as ``<name>.broken``.

    Raises:
        StorageReadOnly, StorageFailed: it is there and cannot be read or set aside.
    """
    try:
        document = _read_object(path)
        if document is None:
            log.warning("the settings were broken and are set aside")
            path.replace(path.with_name(f"{path.name}.broken"))
            return Settings()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise storage_fault(error) from error
    known = {name: document[name] for name, is_valid in _VALID.items() if is_valid(document.get(name))}
    placement = document.get("window")
    if isinstance(placement, dict) and _is_placement(placement):
        known["window"] = WindowPlacement(**placement)
    unknown = {key: value for key, value in document.items() if key not in _OWN_KEYS}
    if document.get("version") != VERSION:
        unknown["version"] = document.get("version")
    return Settings(**known, unknown=unknown)


def store_settings(path: Path, settings: Settings) -> None:
    """Write all settings, whole or not at all.

    Raises:
        StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed: not written.
    """
    window = settings.window
    document = {
        "version": VERSION,
        **settings.unknown,
        **{name: getattr(settings, name) for name in _VALID},
        "window": None if window is None else {part.name: getattr(window, part.name) for part in fields(window)},
    }
    write_atomically(path, json.dumps(document, indent=1, sort_keys=True).encode())


def _read_object(path: Path) -> dict[str, Any] | None:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE_BYTES)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _is_integer(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_placement(value: dict[str, Any]) -> bool:
    return (
        value.keys() == {part.name for part in fields(WindowPlacement)}
        and all(_is_integer(value[name], -_LARGEST_PIXELS, _LARGEST_PIXELS) for name in ("x", "y"))
        and all(_is_integer(value[name], 1, _LARGEST_PIXELS) for name in ("width", "height"))
        and isinstance(value["is_maximized"], bool)
    )


_VALID: Mapping[str, Callable[[object], bool]] = {
    "theme": lambda value: value in ("system", "light", "dark"),
    "side_panel_width": lambda value: _is_integer(value, 0, _LARGEST_PIXELS),
    "last_export_folder": lambda value: isinstance(value, str) and len(value) <= _LONGEST_TEXT,
    "idle_lock_minutes": lambda value: _is_integer(value, 1, 15),
}
_OWN_KEYS = frozenset({*_VALID, "window", "version"})
