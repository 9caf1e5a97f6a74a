"""The files that the program ships, found in each way to install it. Standard library only; below every other part."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath


class NotShipped(LookupError):
    """The installation is damaged, or the name leaves the shipped files."""


def path(name: str) -> Path:
    """The path of a shipped file or folder, such as ``anatomy/map.svg``.

    Raises:
        NotShipped: it is not there, or ``name`` leaves the resources.
    """
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or "\\" in name or ":" in name or "\0" in name:
        raise NotShipped("name outside the resources")
    found = _root().joinpath(*relative.parts)
    if not found.exists():
        raise NotShipped(name)
    return found


def read(name: str) -> bytes:
    """The content of a shipped file.

    Raises:
        NotShipped: it is not there or cannot be read.
    """
    try:
        return path(name).read_bytes()
    except OSError as error:
        raise NotShipped(name) from error


def _root() -> Path:
    package = Path(__file__).resolve().parent
    candidates = [package / "resources", package.parents[1] / "resources"]
    frozen_root: str | None = getattr(sys, "_MEIPASS", None)
    if frozen_root is not None:
        candidates.insert(0, Path(frozen_root) / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise NotShipped("resources")
