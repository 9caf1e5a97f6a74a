"""The commands on lexicon files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parotis.cli.answers import DONE, Answer, say
from parotis.cli.opening import opened_desk, read_file

if TYPE_CHECKING:
    from parotis.services.desk import Machine


def check(machine: Machine, options: Any) -> tuple[int, Answer]:
    """The given files in the places of the shipped ones; without any, the shipped ones alone."""
    from parotis.services import lexicons

    given = {path.name: read_file(path) for path in options.files}
    lexicons.check(given)
    checked = sorted(given or lexicons.shipped_files())
    say(f"Nothing to settle in {len(checked)} file{'s' if len(checked) > 1 else ''}.")
    return DONE, {"files": checked, "problems": []}


def add(machine: Machine, options: Any) -> tuple[int, Answer]:
    """A file that the practice uses from now on in the place of the shipped one."""
    from parotis.services import lexicons

    data = read_file(options.file)
    with opened_desk(machine, options) as (desk, _):
        lexicons.add(desk, options.file.name, data)
    say("The practice uses the file from now on.")
    return DONE, {"file": options.file.name}
