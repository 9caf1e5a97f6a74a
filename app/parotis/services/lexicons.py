"""The lexicon files of program and practice: judged before use; a bad set leaves the last good one in use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from parotis import shipped
from parotis.domain import lexicon, lexicon_tables
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import LesionKind, Structure
from parotis.domain.errors import DataFileRefused, FileProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parotis.services.data_files import DataFile
    from parotis.services.desk import Desk

KIND = "lexicon"
"""The kind under which the practice's library keeps the files."""
FIXED = ("structures", "codes")
"""Files that the case format and public code systems fix: shipped, never replaced."""
NAMES = tuple(f"{name}.json" for name in (*lexicon.FILES, *FIXED))
SCHEMA_RESOURCE = "schema/parotis-lexicon-1.schema.json"

Path = tuple[str | int, ...]


def shipped_files() -> dict[str, bytes]:
    """Every lexicon file that the program ships, by name."""
    return {name: shipped.read(f"lexicon/{name}") for name in NAMES}


def check(files: Mapping[str, bytes]) -> lexicon.Lexicon:
    """The lexicon of the shipped files with the given ones in their places.

    Raises:
        DataFileRefused: with every problem, each with file, line and key: an unknown file, key, term, structure or
            kind, a missing unit, a key that stands twice, a value that cannot be.
    """
    problems: list[FileProblem] = []
    documents: dict[str, Any] = {}
    own = shipped_files()
    for name, data in {**own, **files}.items():
        try:
            documents[name] = _read(name, data).content
        except DataFileRefused as refused:
            problems += refused.problems
            continue
        if name.removesuffix(".json") in FIXED and documents[name] != json.loads(own[name]):
            problems.append(FileProblem(name, 1, "", "This file is fixed and cannot be replaced."))
    if problems:
        raise DataFileRefused(problems)
    return lexicon_tables.built({name.removesuffix(".json"): content for name, content in documents.items()})


def load(files: Mapping[str, bytes]) -> None:
    """Use the given files in place of the shipped ones from now on.

    Raises:
        DataFileRefused: as ``check``; the lexicon that was in use stays.
    """
    lexicon.adopt(check(files))


def add(desk: Desk, name: str, data: bytes) -> None:
    """Keep a file as the newest of its name for the practice, and use it from now on.

    Raises:
        Refused: the role may not change the practice. DataFileRefused: as ``check``; nothing is kept.
    """
    desk.require("practice.edit")
    checked = check({**_kept_by(desk), name: data})
    with desk.unit_of_work() as work:
        work.libraries.add(KIND, name, "", data, added_at=desk.machine.clock.now(), added_by=desk.session.user.user_id)
        work.audit.append(desk.entry("lexicon-changed", name))
        work.commit()
    lexicon.adopt(checked)


def use_practice_files(desk: Desk) -> tuple[FileProblem, ...]:
    """Use the practice's own files, and the shipped ones where it has none.

    A newer program may refuse what an older one took: then the lexicon in use stays, and what is wrong is returned.
    """
    files = _kept_by(desk)
    if not files:
        lexicon.adopt(lexicon.shipped_lexicon())
        return ()
    try:
        load(files)
    except DataFileRefused as refused:
        desk.note("lexicon-refused")
        return refused.problems
    return ()


def _kept_by(desk: Desk) -> dict[str, bytes]:
    with desk.unit_of_work() as work:
        return {file.name: file.content for file in work.libraries.current(KIND) if not file.owner}


def _read(name: str, data: bytes) -> DataFile:
    from parotis.services import data_files  # brings YAML and JSON Schema, which only new files need

    if name not in NAMES:
        raise DataFileRefused([FileProblem(name, 1, "", "The lexicon has no file of this name.")])
    file = data_files.read(name, data)
    own = name.removesuffix(".json")
    schema = json.loads(shipped.read(SCHEMA_RESOURCE))
    rule = own if own in schema["$defs"] else "part"
    problems = file.against(json.dumps({**schema, "$ref": f"#/$defs/{rule}"}).encode())
    if not problems:
        problems = [file.problem(path, reason) for path, reason in _contradictions(own, file.content)]
    if problems:
        raise DataFileRefused([_in_words_of_the_lexicon(problem) for problem in problems])
    return file


def _in_words_of_the_lexicon(problem: FileProblem) -> FileProblem:
    is_term = ".terms." in problem.key and problem.reason == "The format has no such key."
    if (is_term and not problem.key.startswith(("terms.", "kinds."))) or (is_term and problem.key.count("terms.") > 1):
        return problem._replace(reason="The lexicon has no such term.")
    if problem.key.endswith(".unit"):
        return problem._replace(reason="The unit of a size must be mm; what is no size has null.")
    return problem


def _contradictions(name: str, said: Any) -> Iterator[tuple[Path, str]]:
    """What a schema cannot say: names that must be known, values of studies that must fit together."""
    if name == "structures":
        yield from _structures(said["structures"])
    if name not in lexicon_tables.PARTS:
        return
    attributes = {facts.id for kind in said["of"] for facts in _attributes_of_kind(kind)} | set(said["attributes"])
    for place, attribute in enumerate(said["decisive"]):
        if attribute not in attributes:
            yield ("decisive", place), "The case format has no such attribute here."
    yield from _unknown_kinds((), said)
    for part in ("views", "limits"):
        for key, one in said[part].items():
            yield from _unknown_structures((part, key), one)
            yield from _unknown_kinds((part, key), one)
    for attribute, facts in said["attributes"].items():
        path = ("attributes", attribute)
        if "after" in facts and facts["after"] not in attributes:
            yield (*path, "after"), "The case format has no such attribute here."
        for place, reference in enumerate(facts.get("references", ())):
            yield from _reference((*path, "references", place), reference, said["studies"])


def _attributes_of_kind(kind: str) -> tuple[lexicon.AttributeFacts, ...]:
    return next((lexicon.attributes_of(facts.id) for facts in STRUCTURES.values() if facts.kind == kind), ())


def _structures(said: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name in said:
        if name not in get_args(Structure):
            yield ("structures", name), "The case format has no such structure."
    for name in get_args(Structure):
        if name not in said:
            yield ("structures", name), "The key is missing."


def _unknown_structures(path: Path, said: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for place, structure in enumerate(said.get("structures", ())):
        if structure not in STRUCTURES:
            yield (*path, "structures", place), "The case format has no such structure."


def _unknown_kinds(path: Path, said: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for place, kind in enumerate(said.get("lesions", ())):
        if kind not in get_args(LesionKind):
            yield (*path, "lesions", place), "The case format has no such kind of lesion."


def _reference(path: Path, said: Mapping[str, Any], studies: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    yield from _unknown_structures(path, said)
    if said["study"] not in studies:
        yield (*path, "study"), "The file has no such study."
    if not {"mean", "low", "high", "cutoff"} & said.keys():
        yield path, "A reference needs a mean, a range or a cut-off."
    if said.get("low", 0) > said.get("high", said.get("low", 0)):
        yield (*path, "low"), "The range ends before it begins."
