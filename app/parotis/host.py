"""The process around the window: its arguments, its folders, its lock, its log, and how it starts itself anew.

Imported before the first paint. What is heavy is imported where it is first needed.
"""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from parotis.services.window_ports import Choices, Launch, OpenRequest, ThemeChoice
from parotis.system.atomic_files import storage_fault
from parotis.system.paths import KEY_FILE_NAMES, Paths, resource_bytes
from parotis.system.process import InstanceLock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from io import TextIOWrapper

    from parotis.services.desk import Machine
    from parotis.system.logs import Logging

CRASH_FILE = "crash.txt"
PRELOADED = (
    "cryptography.hazmat.primitives.ciphers.aead",
    "argon2.low_level",
    "parotis.system.vault",
    "sqlalchemy.engine",
    "sqlalchemy.sql",
    "sqlalchemy",
    "sqlcipher3",
    "parotis_db",
    "parotis.domain.checks",
    "parotis.bootstrap",
    "parotis.services.exporting",
    "parotis.services.signing",
    "parotis.services.drafts",
    "parotis.documents.adapters",
    "reportlab.pdfgen.canvas",
    "parotis.documents.render",
    "parotis.documents.pages",
    "cryptography.x509",
    "parotis.documents.signature",
    "parotis.documents.verification",
)


class WindowHost:
    """Fulfils ``Host`` for this process."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Read the arguments of the command line.

        Raises:
            SystemExit: they are not the window's; what is wrong is on standard error.
        """
        data, self.launch = _parsed(arguments)
        self._is_temporary = self.launch.is_demo and data is None
        if self._is_temporary:
            import tempfile

            data = Path(tempfile.mkdtemp(prefix="parotis-demo-"))
        self._paths = Paths.resolve(data, os.environ)
        self.folder = self._paths.data
        if self.launch.is_demo and self.folder.name.startswith("parotis-demo-"):
            self._is_temporary = True
        self.geometry_file = self._paths.config / "window.ini"
        self._lock = InstanceLock(self._paths.instance_lock)
        self._machine: Machine | None = None
        self._logging: Logging | None = None
        self._crash_file: TextIOWrapper | None = None
        self.preferences = SettingsFile(self._paths.settings)
        self.preloads: tuple[Callable[[], None], ...] = tuple(partial(_load, name) for name in PRELOADED)

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            Fault: a folder cannot be made.
        """
        self._paths.prepare()

    def spread_crash_net(self) -> None:
        """Start the log, which also hears what nobody else caught, and note the places of a hard crash in a file.

        Raises:
            Fault: a file cannot be made.
        """
        import faulthandler

        from parotis.system.logs import Logging

        self._logging = Logging(self._paths.logs)
        try:
            self._crash_file = (self._paths.logs / CRASH_FILE).open("a", encoding="utf-8")
        except OSError as error:
            raise storage_fault(error) from error
        faulthandler.enable(self._crash_file)

    def acquire(self) -> bool:
        try:
            self._paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_fault(error) from error
        return self._lock.acquire()

    def release(self) -> None:
        self._lock.release()

    def read_resource(self, name: str) -> bytes:
        return resource_bytes(name)

    def has_practice(self) -> bool:
        return any(os.path.lexists(self.folder / name) for name in KEY_FILE_NAMES)

    def accounts(self) -> tuple[str, tuple[str, ...]]:
        from parotis.system.vault import Vault

        vault = Vault.open(self.folder)
        return vault.practice_name, tuple(user.login for user in vault.users() if not user.is_disabled)

    def machine(self) -> Machine:
        if self._machine is None:
            from parotis import bootstrap

            self._machine = bootstrap.machine()
        return self._machine

    def demo_command(self) -> tuple[str, list[str]]:
        return sys.executable, [*_own_arguments(), "demo"]

    def restart_command(self) -> tuple[str, list[str]]:
        demo = ["demo"] if self.launch.is_demo else []
        to = ["--to", self.launch.export_folder] if self.launch.is_demo and self.launch.export_folder else []
        return sys.executable, [*_own_arguments(), *demo, "--data", str(self.folder), *to]

    def write_text(self, path: Path, text: str) -> None:
        from parotis.system.atomic_files import write_new

        write_new(path, text.encode())

    def close(self, *, is_following: bool) -> None:
        import faulthandler

        if self._machine is not None:
            self._machine.pictures.close()
        faulthandler.disable()
        if self._crash_file is not None:
            self._crash_file.close()
        if self._logging is not None:
            self._logging.close()
        self._lock.release()
        if self._is_temporary and not is_following:
            import shutil

            shutil.rmtree(self.folder, ignore_errors=True)


class SettingsFile:
    """Fulfils ``Preferences``; what other parts of the program keep in the file stays as it is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self) -> Choices:
        from parotis.system.settings import load_settings

        settings = load_settings(self._path)
        return Choices(
            settings.theme,
            settings.idle_lock_minutes,
            settings.last_export_folder,
            settings.side_panel_px,
            settings.spell_check,
            settings.glove_mode,
            settings.pedal_key,
        )

    def put(self, choices: Choices) -> None:
        from dataclasses import replace

        from parotis.system.settings import load_settings, store_settings

        settings = replace(
            load_settings(self._path),
            theme=choices.theme if choices.theme in get_args(ThemeChoice) else "system",
            idle_lock_minutes=choices.idle_lock_minutes,
            last_export_folder=choices.last_export_folder,
            side_panel_px=choices.side_panel_px,
            spell_check=choices.spell_check,
            glove_mode=choices.glove_mode,
            pedal_key=choices.pedal_key,
        )
        store_settings(self._path, settings)


def _own_arguments() -> list[str]:
    return [] if getattr(sys, "frozen", False) else ["-m", "parotis"]


def _load(name: str) -> None:
    """Import a module, its packages first.

    Asked for at once, a module is locked before its package. Where the package itself imports the module, another
    thread that imports the package at the same time is then handed the module half made.
    """
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        importlib.import_module(".".join(parts[:end]))


def _parsed(arguments: Sequence[str]) -> tuple[Path | None, Launch]:
    """The data folder, if one is named, and what to do."""
    if not arguments:
        return None, Launch()
    import argparse

    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path)
    common.add_argument("--json", action="store_true")
    parser = argparse.ArgumentParser(prog="parotis", parents=[common])
    commands = parser.add_subparsers(dest="command")
    demo = commands.add_parser("demo", parents=[common])
    demo.add_argument("--to", default="")
    patient = commands.add_parser("open", parents=[common])
    patient.add_argument("--chart-number", required=True)
    patient.add_argument("--family", default=None)
    patient.add_argument("--given", default=None)
    patient.add_argument("--birth-date", type=_day, default=None)
    patient.add_argument("--sex", choices=("female", "male", "other", "unknown"), default=None)
    options = parser.parse_args(arguments)
    return getattr(options, "data", None), _launch(options)


def _launch(options: Any) -> Launch:
    if options.command == "demo":
        return Launch(is_demo=True, export_folder=options.to and str(Path(options.to).absolute()))
    if options.command == "open":
        request = OpenRequest(options.chart_number, options.family, options.given, options.birth_date, options.sex)
        return Launch(request=request)
    return Launch()


def _day(text: str) -> object:
    from datetime import date

    return date.fromisoformat(text)
