"""What the options name, opened: files, secrets, cases, and the practice with the person at the keyboard."""

from __future__ import annotations

import contextlib
import getpass
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis.domain.errors import NoDataFolder, NotFound, Refused, UnreadableImage, UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.domain.case import Case
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase

LARGEST_INPUT_BYTES = 500_000_000


def folder_of(options: Any) -> Path:
    """The data folder.

    Raises:
        NoDataFolder: something else than a folder is there.
    """
    from parotis.system.paths import Paths

    folder = Paths.resolve(getattr(options, "data", None), os.environ).data
    if os.path.lexists(folder) and not folder.is_dir():
        raise NoDataFolder("not a folder")
    return folder


def read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_INPUT_BYTES + 1)
    except OSError as error:
        raise UnreadableInput([("", f"The file cannot be opened ({os.strerror(error.errno or 0)}).")]) from error
    if len(data) > LARGEST_INPUT_BYTES:
        raise UnreadableInput([("", f"The file is larger than {LARGEST_INPUT_BYTES // 1_000_000} MB.")])
    return data


def secret_in(path: Path) -> str:
    """A passphrase or key from a file, without the line end that an editor puts behind it."""
    try:
        return read_file(path).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableInput([("", "The passphrase file is not UTF-8 text.")]) from error


def certificate_in(path: Path) -> bytes:
    """A certificate file as DER bytes; PEM is unwrapped."""
    import ssl

    data = read_file(path)
    if not data.lstrip().startswith(b"-----BEGIN"):
        return data
    try:
        return ssl.PEM_cert_to_DER_cert(data.decode().strip())
    except ValueError as error:
        raise UnreadableInput([("--root", "The certificate file cannot be read.")]) from error


def passphrase_of(options: Any) -> str:
    path = getattr(options, "passphrase_file", None)
    if path is not None:
        return secret_in(path)
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase: ")
    raise Refused("no passphrase given")


@contextlib.contextmanager
def opened_desk(machine: Machine, options: Any) -> Iterator[tuple[Desk, str]]:
    """The practice opened by the person of the options, and the passphrase that opened it."""
    from parotis.services import lexicons, practices

    folder = folder_of(options)
    if not machine.vaults.exists(folder):
        raise NotFound("no practice in the data folder")
    login = _login(machine, options, folder)
    passphrase = passphrase_of(options)
    desk = practices.open_desk(machine, folder, login, passphrase)
    try:
        for problem in lexicons.use_practice_files(desk):
            print(f"parotis: the practice's lexicon is refused, the shipped one is used: {problem}", file=sys.stderr)
        yield desk, passphrase
    finally:
        desk.close()


def _login(machine: Machine, options: Any, folder: Path) -> str:
    given = getattr(options, "login", None)
    if given is not None:
        return str(given)
    logins = machine.vaults.logins(folder)
    if len(logins) != 1:
        raise UnreadableInput([("--login", "Say who you are: the practice has several accounts.")])
    return logins[0]


@contextlib.contextmanager
def desk_or_throw_away(machine: Machine, options: Any, case: Case) -> Iterator[tuple[Desk, str]]:
    """The person's practice; where there is none and nobody logs in, one that ends with the command."""
    is_at_practice = machine.vaults.exists(folder_of(options)) or "login" in options
    with opened_desk(machine, options) if is_at_practice else throw_away_desk(machine, case) as opened:
        yield opened


@contextlib.contextmanager
def throw_away_desk(machine: Machine, case: Case) -> Iterator[tuple[Desk, str]]:
    """A practice that ends with the block, signed for by the interpreter that the case names."""
    from parotis.services import main_job

    with tempfile.TemporaryDirectory(prefix="parotis-") as folder:
        desk, passphrase = main_job.throw_away_desk(machine, Path(folder), case)
        try:
            yield desk, passphrase
        finally:
            desk.close()


def case_with_pictures(machine: Machine, path: Path) -> ImportedCase:
    from parotis.services import drafts

    folder = path.absolute().parent

    def beside(name: str) -> bytes:
        try:
            chosen = (folder / name).resolve()
            is_beside = not Path(name).is_absolute() and chosen.is_relative_to(folder.resolve())
            if is_beside and chosen.is_file():
                return read_file(chosen)
        except (OSError, ValueError, RuntimeError, UnreadableInput) as error:  # RuntimeError: links in a circle
            raise UnreadableImage("The file is missing or cannot be opened.") from error
        if not is_beside:
            raise UnreadableImage("The file must lie in the folder of the case file.")
        raise UnreadableImage("The file is missing or cannot be opened.")

    return drafts.read_case_with_pictures(machine, read_file(path), beside)


def exam_or_file(machine: Machine, options: Any) -> Case:
    from parotis.services import drafts

    if options.case is not None:
        return case_with_pictures(machine, options.case).case
    with opened_desk(machine, options) as (desk, _):
        return desk.resolved(drafts.load(desk, options.exam).case)
