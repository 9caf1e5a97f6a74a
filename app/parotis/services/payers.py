"""What the practice knows of its payers: profiles kept as versions, and their files.

A file of profiles is JSON (``resources/schema/parotis-payers-1.schema.json``) or CSV. It is taken whole or not at all;
every problem is named with row and field. The program ships no facts about any payer.

CSV: UTF-8, comma or semicolon, the first row names the columns of ``COLUMNS``. ``key``, ``name`` and ``kind`` must be
there. An empty cell is "not recorded"; what has no column in the file stays as the practice has it. Dates are
YYYY-MM-DD. ``payer_ids``, ``channels`` and ``attachment_types`` separate their entries by ``|``; ``phone_script`` and
the addresses hold one entry per line of the cell. An apostrophe before ``=``, ``+``, ``-`` or ``@`` is no part of it.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from parotis.domain import canonical
from parotis.domain.checking.context import folded
from parotis.domain.claims import outcomes as outcome_words
from parotis.domain.claims.payers import PAYERS_FORMAT, PayerProfile, is_valid_on, problems
from parotis.domain.errors import DataFileRefused, FileProblem, NotFound, StaleDraft, UnreadableInput
from parotis.domain.spreadsheet_text import csv_text, plain_cell
from parotis.services.case_files import printed, schema_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from parotis.domain import case
    from parotis.services.desk import Desk
    from parotis.services.ports import LibraryFile, UnitOfWork

KIND = "payer"
"""The kind under which the practice's library keeps the profiles, one name for each key."""
SCHEMA_RESOURCE = "schema/parotis-payers-1.schema.json"
LARGEST_FILE_BYTES = 1_000_000
MOST_PROFILES = 500

_REQUIRED = ("key", "name", "kind")
_LISTS = ("payer_ids", "channels", "attachment_types")
_LINES = ("phone_script", "claims_address", "appeals_address")
_NUMBERS = ("narrative_limit", "attachment_most_files", "timely_filing_days", "appeal_days", "coverage_valid_days")
_MEGABYTES = ("attachment_most_megabytes_each", "attachment_most_megabytes_together")
_PATHS: dict[str, tuple[str, ...]] = {
    "attachment_types": ("attachments", "types"),
    "attachment_most_files": ("attachments", "most_files"),
    "attachment_most_megabytes_each": ("attachments", "most_megabytes_each"),
    "attachment_most_megabytes_together": ("attachments", "most_megabytes_together"),
    "attachment_when": ("attachments", "when"),
}
COLUMNS = (
    "key", "name", "kind", "payer_ids", "channels", "narrative_limit", "attachment_types", "attachment_most_files",
    "attachment_most_megabytes_each", "attachment_most_megabytes_together", "attachment_when", "authorization",
    "predetermination", "timely_filing_days", "appeal_days", "coverage_valid_days", "phone", "fax", "phone_script",
    "claims_address", "appeals_address", "notes", "valid_from", "valid_to", "source",
)  # fmt: skip
"""The columns of the CSV, as exported. Lengths in characters, times in days, sizes in megabytes of 1,000,000 bytes."""
_COLUMN_OF = {_PATHS.get(column, (column,)): column for column in COLUMNS}
_TWICE = "The key stands twice in the file."
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class DatedProfile:
    """One version of a profile, who added it and when. ``version`` counts from 1 for each key."""

    profile: PayerProfile
    version: int
    added_at: datetime
    added_by: str


def profiles(desk: Desk) -> tuple[DatedProfile, ...]:
    """The newest version of every payer, by key."""
    with desk.unit_of_work() as work:
        return tuple(_dated(file) for file in _current(work))


def profile(desk: Desk, key: str) -> PayerProfile:
    """The newest version of a payer.

    Raises:
        NotFound: the practice has no such payer.
    """
    return history(desk, key)[0].profile


def history(desk: Desk, key: str) -> tuple[DatedProfile, ...]:
    """Every version of a payer, newest first.

    Raises:
        NotFound: the practice has no such payer.
    """
    with desk.unit_of_work() as work:
        for file in _current(work):
            if file.name == key:
                return tuple(_versions(work, file))
    raise NotFound("payer")


def profile_for(desk: Desk, payer: case.Payer, on: date) -> PayerProfile | None:
    """What is known, for a day, of the payer of a claim: found by its id, else by its name without case and accents.

    A payer recorded as dental is never a medical profile, and the other way round. Of each payer the newest version
    that is dated for the day counts; of several payers with one id, that of the same name, then the newest.
    """
    wanted_id, wanted_name = _folded_id(payer.id or ""), folded(payer.name or "")
    with desk.unit_of_work() as work:
        dated = [
            found
            for file in _current(work)
            if (found := next((one for one in _versions(work, file) if is_valid_on(one.profile, on)), None)) is not None
            and payer.kind in (None, found.profile.kind)
        ]
    by_id = [one for one in dated if wanted_id and wanted_id in map(_folded_id, one.profile.payer_ids)]
    by_name = [one for one in by_id or dated if wanted_name and folded(one.profile.name or "") == wanted_name]
    found_at_last = max(by_name or by_id, key=lambda one: one.added_at, default=None)
    return found_at_last.profile if found_at_last is not None else None


def read_profile(desk: Desk, document: Any) -> PayerProfile:
    """A profile from JSON values, such as a form gives them.

    Raises:
        UnreadableInput: every problem with its path.
    """
    whole = {"format": PAYERS_FORMAT, "payers": [document]}
    found = [(printed(path[2:]), _in_words(path, text)) for path, text in schema_problems(whole, _schema(desk))]
    if found:
        raise UnreadableInput(sorted(set(found)))
    return _profiles_of(whole)[0]


def save(desk: Desk, changed: PayerProfile, *, expected_version: int | None = None) -> DatedProfile:
    """Keep a profile as the newest version of its payer; one that is as it was stays the version that it is.

    ``expected_version`` is the version that the person looked at, 0 for a new payer; None does not ask.

    Raises:
        Refused: the role may not work on claims. UnreadableInput: every problem with its path.
        StaleDraft: somebody else saved the payer meanwhile.
    """
    desk.require("claims.edit")
    tidied = _tidied(changed)
    against = schema_problems(_document([tidied]), _schema(desk))
    found = [(printed(path[2:]), _in_words(path, text)) for path, text in against] or list(problems(tidied))
    if found:
        raise UnreadableInput(sorted(set(found)))
    with desk.unit_of_work() as work:
        stored = {file.name: file.version for file in _current(work)}.get(tidied.key or "", 0)
        if expected_version is not None and expected_version != stored:
            raise StaleDraft(stored)
        kept = _keep(desk, work, [tidied])
        too_much = _too_much(work)
        if too_much:
            raise UnreadableInput([("", too_much)])
        work.commit()
    return kept[0]


def import_json(desk: Desk, name: str, data: bytes) -> tuple[DatedProfile, ...]:
    """Take a file of profiles, JSON if its name ends with ``.json``, else YAML; each replaces its payer's facts whole.

    Raises:
        Refused: the role may not work on claims.
        DataFileRefused: every problem with line and key; nothing is taken.
    """
    from parotis.services import data_files  # brings YAML, which only files need

    desk.require("claims.edit")
    file = data_files.read(name, data)
    found = file.against(_schema(desk))
    if found:
        raise DataFileRefused([one._replace(reason=_in_words(one.key.split("."), one.reason)) for one in found])
    read = _profiles_of(file.content)
    told = [file.problem(("payers", place, *path), text) for place, path, text in _contradictions(read)]
    if told:
        raise DataFileRefused(told)
    return _take(desk, name, read)


def export_json(desk: Desk) -> bytes:
    """The newest version of every payer as the file that ``import_json`` reads."""
    return _json([one.profile for one in profiles(desk)])


def import_csv(desk: Desk, name: str, data: bytes) -> tuple[DatedProfile, ...]:
    """Take a CSV of profiles, as the head of this module describes it.

    Raises:
        Refused: the role may not work on claims.
        DataFileRefused: every problem with row and field; nothing is taken.
    """
    desk.require("claims.edit")
    table = _Table(name, data)
    known = {one.profile.key: canonical.object_as_json(one.profile) for one in profiles(desk)}
    document = {"format": PAYERS_FORMAT, "payers": [table.merged(row, known) for row in table.rows]}
    against = [(path, _in_words(path, text)) for path, text in schema_problems(document, _schema(desk))]
    table.refuse((*against, *table.repeated_keys()) if against else ())
    read = _profiles_of(document)
    table.refuse((("payers", place, *path), text) for place, path, text in _contradictions(read))
    return _take(desk, name, read)


def export_csv(desk: Desk) -> bytes:
    """The newest version of every payer as the CSV that ``import_csv`` reads; UTF-8 with a byte order mark.

    Without a payer it is the row of column names: a form to fill in.
    """
    rows = [[_cell(one.profile, column) for column in COLUMNS] for one in profiles(desk)]
    return csv_text([COLUMNS, *rows]).encode("utf-8-sig")


def outcomes(desk: Desk) -> dict[str, str]:
    """For each payer's key what became of this practice's claims: "3 of 4 denied: documentation missing (16, N706)"."""
    rows = desk.records.queries.payer_outcomes()
    return outcome_words.sentences((row.payer_key, row.was_denied, row.denied_for, row.count) for row in rows)


def _current(work: UnitOfWork) -> tuple[LibraryFile, ...]:
    return tuple(file for file in work.libraries.current(KIND) if not file.owner)


def _versions(work: UnitOfWork, newest: LibraryFile) -> Iterator[DatedProfile]:
    yield _dated(newest)
    for number in range(newest.version - 1, 0, -1):
        yield _dated(work.libraries.version(KIND, newest.name, "", number))


def _dated(file: LibraryFile) -> DatedProfile:
    return DatedProfile(_kept(file.content), file.version, file.added_at, file.added_by)


@functools.lru_cache(maxsize=2 * MOST_PROFILES)
def _kept(content: bytes) -> PayerProfile:
    """A stored profile; they are read again whenever a claim is looked at, and the same bytes are the same profile."""
    return canonical.object_from_json(json.loads(content, parse_float=Decimal)["payers"][0], PayerProfile)


def _take(desk: Desk, name: str, read: Sequence[PayerProfile]) -> tuple[DatedProfile, ...]:
    with desk.unit_of_work() as work:
        kept = _keep(desk, work, read)
        too_much = _too_much(work)
        if too_much:
            raise DataFileRefused([FileProblem(name, 1, "", too_much)])
        work.commit()
    return kept


def _keep(desk: Desk, work: UnitOfWork, changed: Sequence[PayerProfile]) -> tuple[DatedProfile, ...]:
    """The profiles as versions, each new one in the audit chain. The caller commits."""
    current = {file.name: file for file in _current(work)}
    kept: list[DatedProfile] = []
    for one in changed:
        key, content = str(one.key), _bytes([one])
        before = current.get(key)
        if before is not None and before.content == content:
            kept.append(_dated(before))
            continue
        entry = desk.entry("payer-changed", key)
        added = work.libraries.add(KIND, key, "", content, added_at=entry.at, added_by=entry.user_id)
        work.audit.append(dataclasses.replace(entry, detail=str(added.version)))
        kept.append(_dated(added))
    return tuple(kept)


def _too_much(work: UnitOfWork) -> str | None:
    """Why the practice's profiles would no longer fit into the file that exports them."""
    current = _current(work)
    if len(current) > MOST_PROFILES:
        return f"The practice would have more than {MOST_PROFILES} payers."
    if len(_json([_dated(file).profile for file in current])) > LARGEST_FILE_BYTES:
        return f"The profiles of all payers together would be larger than {LARGEST_FILE_BYTES // 1_000_000} MB."
    return None


def _schema(desk: Desk) -> bytes:
    return desk.machine.resources.read(SCHEMA_RESOURCE)


def _document(read: Iterable[PayerProfile]) -> dict[str, Any]:
    return {"format": PAYERS_FORMAT, "payers": [canonical.object_as_json(one) for one in read]}


def _bytes(read: Iterable[PayerProfile]) -> bytes:
    return json.dumps(_document(read), ensure_ascii=False, separators=(",", ":")).encode()


def _json(read: Iterable[PayerProfile]) -> bytes:
    return (json.dumps(_document(read), ensure_ascii=False, indent=1) + "\n").encode()


def _profiles_of(document: Mapping[str, Any]) -> list[PayerProfile]:
    """The profiles of a document that has passed the schema. Numbers go through their text, so that 2.5 stays 2.5."""
    exact = json.loads(json.dumps(document, default=str), parse_float=Decimal)
    return [_tidied(canonical.object_from_json(one, PayerProfile)) for one in exact["payers"]]


def _tidied(given: PayerProfile) -> PayerProfile:
    """White space folded, in the notes only around them; line ends made one kind; an empty text made not recorded."""
    texts: dict[str, Any] = {
        name: " ".join((getattr(given, name) or "").split()) or None for name in ("name", "phone", "fax", "source")
    }
    texts["notes"] = "\n".join((given.notes or "").strip().splitlines()) or None
    lists: dict[str, Any] = {
        name: tuple(line.strip() for line in getattr(given, name)) for name in ("payer_ids", *_LINES)
    }
    return dataclasses.replace(given, **texts, **lists)


def _contradictions(read: Sequence[PayerProfile]) -> Iterator[tuple[int, tuple[str | int, ...], str]]:
    """What a schema cannot say, with the place of the profile in the file."""
    from parotis.domain import paths

    seen: set[str | None] = set()
    for place, one in enumerate(read):
        if one.key in seen:
            yield place, ("key",), _TWICE
        seen.add(one.key)
        for path, text in problems(one):
            yield place, tuple(paths.steps(path)), text


def _in_words(path: Sequence[str | int], text: str) -> str:
    if path[-1:] in (("key",), ["key"]) and text.startswith("The value does not have the form"):
        return "A key is made of small letters, digits and hyphens, 40 at most, and begins with no hyphen."
    return text


def _folded_id(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def _cell(one: PayerProfile, column: str) -> str:
    value: Any = one
    for name in _PATHS.get(column, (column,)):
        value = getattr(value, name)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ("\n" if column in _LINES else " | ").join(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a CSV: its number with the header as 1, the line on which it begins, and what its cells say."""

    number: int
    line: int
    values: Mapping[str, Any]


class _Table:
    """A CSV file read into rows of JSON values; what cannot be read is kept until ``refuse`` tells all at once."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._problems: list[FileProblem] = []
        self.rows: list[_Row] = []
        text = self._text(data)
        header = next((line for line in text.splitlines() if line.strip()), "")
        self._separator = ";" if header.count(";") > header.count(",") else ","
        records = self._records(text)
        if not records:
            self._stop(1, "", "The file is empty.")
        self._columns = self._header(records[0])
        for number, (line, cells) in enumerate(records[1:], start=2):
            if any(cell.strip() for cell in cells):
                self._read_row(number, line, cells)
        if len(self.rows) > MOST_PROFILES:
            self._stop(1, "", f"The file has more than {MOST_PROFILES} rows.")

    def merged(self, row: _Row, known: Mapping[str | None, Mapping[str, Any]]) -> dict[str, Any]:
        """The profile that a row makes: its cells over what the practice has of the payer."""
        before = known.get(row.values.get("key"), {})
        made: dict[str, Any] = {**before, "attachments": dict(before.get("attachments") or {})}
        for column, value in row.values.items():
            *outer, last = _PATHS.get(column, (column,))
            (made[outer[0]] if outer else made)[last] = value
        return {name: value for name, value in made.items() if value is not None}

    def repeated_keys(self) -> Iterator[tuple[Sequence[str | int], str]]:
        """The rows whose key an earlier row has."""
        keys = [row.values.get("key") for row in self.rows]
        for place, key in enumerate(keys):
            if key is not None and key in keys[:place]:
                yield ("payers", place, "key"), _TWICE

    def refuse(self, found: Iterable[tuple[Sequence[str | int], str]]) -> None:
        """Tell what was found, with what could not be read; of one cell the first thing.

        Raises:
            DataFileRefused: unless there is nothing.
        """
        told: dict[tuple[int, str], FileProblem] = {}
        for problem in (*self._problems, *(self._placed(path, text) for path, text in found)):
            told.setdefault((problem.line, problem.key), problem)
        if told:
            raise DataFileRefused([told[place] for place in sorted(told)])

    def _placed(self, path: Sequence[str | int], text: str) -> FileProblem:
        """A problem at a path of the document that the rows make: its row and column."""
        place = path[1] if len(path) > 1 else None
        if not isinstance(place, int):
            return FileProblem(self._name, 1, "", text)
        row = self.rows[place]
        names = tuple(step for step in path[2:] if isinstance(step, str))
        column = _COLUMN_OF.get(names, printed(names))
        if column in _REQUIRED and row.values.get(column) is None:
            text = "The cell is empty."
        return self._at(row.number, row.line, column, text)

    def _at(self, number: int, line: int, column: str, text: str) -> FileProblem:
        return FileProblem(self._name, line, f"row {number}, {column}" if column else f"row {number}", text)

    def _stop(self, line: int, key: str, text: str) -> NoReturn:
        raise DataFileRefused([*self._problems, FileProblem(self._name, line, key, text)])

    def _text(self, data: bytes) -> str:
        if len(data) > LARGEST_FILE_BYTES:
            self._stop(1, "", f"The file is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._stop(data.count(b"\n", 0, error.start) + 1, "", "The file is not UTF-8 text.")
        place = text.find("\0")
        if place >= 0:
            self._stop(text.count("\n", 0, place) + 1, "", "The file holds a NUL byte, so it is no text.")
        return text

    def _records(self, text: str) -> list[tuple[int, list[str]]]:
        """Each record with the line on which it begins; empty lines at the start are passed over."""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._separator, strict=True)
        records: list[tuple[int, list[str]]] = []
        line = 1
        try:
            for cells in reader:
                if cells or records:
                    records.append((line, cells))
                line = reader.line_num + 1
        except csv.Error:
            self._stop(line, f"row {len(records) + 1}", "The row cannot be read: its quotes or its length are wrong.")
        return records

    def _header(self, record: tuple[int, list[str]]) -> list[str]:
        line, cells = record
        names = [cell.strip().casefold().replace(" ", "_") for cell in cells]
        for place, name in enumerate(names):
            column = f"column {place + 1}"
            if name and name not in COLUMNS:
                known = printed((name,))
                self._problems.append(self._at(1, line, known, f"The format has no such column ({column})."))
            elif not name:
                self._problems.append(self._at(1, line, column, "The column has no name."))
            elif name in names[:place]:
                self._problems.append(self._at(1, line, name, "The column stands twice."))
        for name in _REQUIRED:
            if name not in names:
                self._problems.append(self._at(1, line, name, "The column is missing."))
        if self._problems:
            raise DataFileRefused(self._problems)
        return names

    def _read_row(self, number: int, line: int, cells: list[str]) -> None:
        while len(cells) > len(self._columns) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != len(self._columns):
            text = f"The row has {len(cells)} cells; the first row names {len(self._columns)} columns."
            self._problems.append(self._at(number, line, "", text))
            return
        values: dict[str, Any] = {}
        for column, cell in zip(self._columns, cells, strict=True):
            try:
                values[column] = self._value(column, plain_cell(cell).strip())
            except ValueError as error:
                self._problems.append(self._at(number, line, column, str(error)))
        self.rows.append(_Row(number, line, values))

    def _value(self, column: str, text: str) -> Any:
        if column in _LISTS:
            return [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]
        if column in _LINES:
            return [part.strip() for part in text.splitlines() if part.strip()]
        if not text:
            return None
        if column in _NUMBERS:
            return int(_matching(_WHOLE, text, "The value must be a whole number."))
        if column in _MEGABYTES:
            number = text.replace(",", ".") if self._separator == ";" else text
            return Decimal(_matching(_DECIMAL, number, "The value must be a number."))
        return text


def _matching(form: re.Pattern[str], text: str, sentence: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(sentence)
    return text
