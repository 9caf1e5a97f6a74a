"""The commands about phrase files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parotis.cli.answers import DONE, Answer, say
from parotis.cli.opening import opened_desk, read_file

if TYPE_CHECKING:
    from parotis.domain.phrases import ActiveSet, PhraseSet
    from parotis.services.desk import Machine


def list_sets(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import phrases

    with opened_desk(machine, options) as (desk, _):
        found = phrases.active(desk)
    for one in found:
        say(f"{one.content.name}  {one.origin}, version {one.version}: {_counted(one.content)}")
        for phrase in one.content.phrases:
            say(f"  {phrase.shortcut:16} {phrase.title}")
    return DONE, {"sets": [_listed(one) for one in found]}


def check(_machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import phrases

    content = phrases.check(options.file.name, read_file(options.file))
    say(f"The file can be taken: {_counted(content)}.")
    return DONE, {"name": content.name, "phrases": len(content.phrases), "templates": len(content.templates)}


def take(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import phrases

    data = read_file(options.file)
    with opened_desk(machine, options) as (desk, _):
        taken = phrases.import_file(desk, options.file.name, data, is_personal=options.personal)
    say(f"Taken as version {taken.version}: {_counted(taken.content)}.")
    return DONE, _listed(taken)


def export(machine: Machine, options: Any) -> tuple[int, Answer]:
    from parotis.services import phrases
    from parotis.system.atomic_files import write_new

    with opened_desk(machine, options) as (desk, _):
        data = phrases.export_file(desk, options.name, options.version)
    write_new(options.to, data)
    say("Written.")
    return DONE, {"name": options.name, "file": str(options.to), "size": len(data)}


def _counted(content: PhraseSet) -> str:
    return f"{len(content.phrases)} phrases, {len(content.templates)} templates"


def _listed(one: ActiveSet) -> Answer:
    return {
        "name": one.content.name,
        "origin": one.origin,
        "version": one.version,
        "phrases": [
            {"id": phrase.id, "shortcut": phrase.shortcut, "title": phrase.title, "fields": list(phrase.fields)}
            for phrase in one.content.phrases
        ],
        "templates": len(one.content.templates),
    }
