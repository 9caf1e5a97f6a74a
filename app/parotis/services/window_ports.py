"""What the window asks of the process around it. Imported before the first paint, so it imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from parotis.services.desk import Machine

ThemeChoice = Literal["system", "light", "dark"]

LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES = 1, 15
SIDE_PANEL_PX, MOST_SIDE_PANEL_PX = 344, 4000
PEDAL_KEYS = ("F4", "F12", "F13", "F14", "F15", "PgDown", "Pause", "ScrollLock")
"""The keys that foot pedals send and that the form has no other use for."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose at this machine. No patient data and no secret. A side panel of 0 px is folded away.

    ``pedal_key`` confirms what is proposed and goes on; a foot pedal is a keyboard with one key.
    """

    theme: ThemeChoice = "system"
    idle_lock_minutes: int = 5
    last_export_folder: str = ""
    side_panel_px: int = SIDE_PANEL_PX
    spell_check: bool = True
    glove_mode: bool = False
    pedal_key: str = "F4"


class Preferences(Protocol):
    """Keeps the choices between runs."""

    def get(self) -> Choices:
        """Raises StorageReadOnly, StorageFailed."""
        ...

    def put(self, choices: Choices) -> None:
        """Raises StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed."""
        ...


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What a practice-management program hands over: open this patient, or a new one with these facts."""

    chart_number: str
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """How the program was started. ``is_demo``: on a throw-away practice, which ends with the window."""

    is_demo: bool = False
    export_folder: str = ""
    request: OpenRequest | None = None


class Host(Protocol):
    """The process and the folders that the window lives in."""

    folder: Path
    launch: Launch
    geometry_file: Path

    @property
    def preferences(self) -> Preferences: ...

    @property
    def preloads(self) -> tuple[Callable[[], None], ...]:
        """Each loads one library that the record and the report need; to be called away from the GUI thread."""
        ...

    def prepare(self) -> None:
        """Make the folders. Raises Fault."""
        ...

    def spread_crash_net(self) -> None:
        """Start the log and the crash net. Raises Fault."""
        ...

    def acquire(self) -> bool:
        """Take the lock of the data folder; False when another window has it. Raises Fault."""
        ...

    def release(self) -> None:
        """Give the lock back, for the process that follows."""
        ...

    def read_resource(self, name: str) -> bytes:
        """Raises ResourceMissing."""
        ...

    def has_practice(self) -> bool: ...

    def accounts(self) -> tuple[str, tuple[str, ...]]:
        """The practice's name and the logins that can unlock it. Raises KeyUnavailable, NotFound."""
        ...

    def machine(self) -> Machine:
        """The adapters, made when first asked for; loads much code."""
        ...

    def restart_command(self) -> tuple[str, list[str]]:
        """Program and arguments that open the same data folder again."""
        ...

    def demo_command(self) -> tuple[str, list[str]]:
        """Program and arguments that open a sample practice."""
        ...

    def write_text(self, path: Path, text: str) -> None:
        """Write a new small file, whole or not at all. Raises AlreadyExists, Fault."""
        ...

    def close(self, *, is_following: bool) -> None:
        """Let go of everything. ``is_following``: a fresh process takes the folder over."""
        ...
