"""Preferences of the person at this machine. No patient data and no secret; losing them costs a minute."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from parotis.services.window_ports import (
    LEAST_IDLE_MINUTES,
    MOST_IDLE_MINUTES,
    MOST_SIDE_PANEL_PX,
    PEDAL_KEYS,
    SIDE_PANEL_PX,
    ThemeChoice,
)
from parotis.system.atomic_files import storage_fault, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

VERSION = 1
_LARGEST_FILE_BYTES = 1 << 20
_LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    """``unknown`` keeps what a later version wrote, so that going back and forth loses nothing."""

    theme: ThemeChoice = "system"
    last_export_folder: str = ""
    idle_lock_minutes: int = 5
    side_panel_px: int = SIDE_PANEL_PX
    spell_check: bool = True
    glove_mode: bool = False
    pedal_key: str = "F4"
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
    unknown = {key: value for key, value in document.items() if key not in _OWN_KEYS}
    if document.get("version") != VERSION:
        unknown["version"] = document.get("version")
    return Settings(**known, unknown=unknown)


def store_settings(path: Path, settings: Settings) -> None:
    """Write all settings, whole or not at all.

    Raises:
        StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed: not written.
    """
    document = {
        "version": VERSION,
        **settings.unknown,
        **{name: getattr(settings, name) for name in _VALID},
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


_VALID: Mapping[str, Callable[[object], bool]] = {
    "theme": lambda value: value in get_args(ThemeChoice),
    "last_export_folder": lambda value: isinstance(value, str) and len(value) <= _LONGEST_TEXT,
    "idle_lock_minutes": lambda value: _is_integer(value, LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES),
    "side_panel_px": lambda value: _is_integer(value, 0, MOST_SIDE_PANEL_PX),
    "spell_check": lambda value: isinstance(value, bool),
    "glove_mode": lambda value: isinstance(value, bool),
    "pedal_key": lambda value: value in PEDAL_KEYS,
}
_OWN_KEYS = frozenset({*_VALID, "version"})
