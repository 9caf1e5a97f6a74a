"""Process entry: hardens the process, then runs the window or a command."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the program with the arguments of the command line; the exit code."""
    from parotis.system.process import harden_process

    harden_process()
    arguments = sys.argv[1:]
    command = _command(arguments)
    wants_window = not _wants_help(arguments) and (_is_bare(arguments) or command in ("demo", "open"))
    if wants_window and has_display():
        before_window()
        # Before Qt is there: the binding reads the source of every module that is imported after it.
        from parotis.host import WindowHost
        from parotis.ui.application import run

        return run(WindowHost(arguments))
    from parotis import cli

    return cli.main(["demo"] if wants_window and _is_bare(arguments) else arguments)


def before_window() -> None:
    """Let the imports up to the first paint make no garbage collections; the shell switches them on again."""
    gc.disable()


def _command(arguments: list[str]) -> str | None:
    """The first word that is neither an option nor the value of one that may stand before a command."""
    words = iter(arguments)
    for word in words:
        if word in ("--data", "--login", "--passphrase-file"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _is_bare(arguments: list[str]) -> bool:
    """Whether there is no command: at most the data folder."""
    rest = list(arguments)
    if rest[:1] == ["--data"]:
        rest = rest[2:]
    elif rest and rest[0].startswith("--data="):
        rest = rest[1:]
    return not rest


def _wants_help(arguments: list[str]) -> bool:
    return "-h" in arguments or "--help" in arguments


def has_display() -> bool:
    """Whether a window can be shown: always but on a Linux or BSD without X11 or Wayland."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
