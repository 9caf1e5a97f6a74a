"""The payers in the settings: what is known of each, its versions, and files taken and written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, Protocol

from parotis.domain import canonical, wording
from parotis.domain.errors import DataFileRefused, StaleDraft, UnreadableInput
from parotis.presentation import messages
from parotis.services import payers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.desk import Desk
    from parotis.services.payers import DatedProfile

SAVED = "Saved as version {version}. Claims use it from now on; older versions stay readable."
UNCHANGED = "Nothing is changed, so it stays version {version}."
TAKEN = "Taken: {count}. Each is a version of its payer; one that is as it was stays as it was."
WRITTEN = "Written and read back."
STALE = (
    "Somebody else saved this payer meanwhile. Nothing was changed. Choose it in the list to see the newest version."
)
OTHERS_KEY = "Another payer has this key. Choose that payer to change it, or take another key."
About = Literal["list", "payer"]
_NUMBERS = ("attachments.most_megabytes_each", "attachments.most_megabytes_together")
_KEY_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a profile: its path in the JSON form, and its label."""

    path: str
    label: str


FIELDS: tuple[Field, ...] = (
    Field("key", "Key"),
    Field("name", "Name"),
    Field("kind", "Kind"),
    Field("payer_ids", "Payer ids"),
    Field("channels", "Channels"),
    Field("narrative_limit", "Narrative limit, characters"),
    Field("timely_filing_days", "Timely filing, days"),
    Field("appeal_days", "Time to appeal, days"),
    Field("coverage_valid_days", "Coverage call holds, days"),
    Field("authorization", "Prior authorization"),
    Field("predetermination", "Predetermination"),
    Field("attachments.types", "File types"),
    Field("attachments.when", "Attachments go"),
    Field("attachments.most_files", "Most files"),
    Field("attachments.most_megabytes_each", "Most MB each"),
    Field("attachments.most_megabytes_together", "Most MB together"),
    Field("phone", "Phone"),
    Field("fax", "Fax"),
    Field("phone_script", "Way through the phone menu"),
    Field("claims_address", "Address for claims"),
    Field("appeals_address", "Address for appeals"),
    Field("notes", "Notes"),
    Field("valid_from", "Valid from"),
    Field("valid_to", "Valid to"),
    Field("source", "Where this is from"),
)

_LABELS = {known.path: known.label for known in FIELDS}


@dataclass(frozen=True, slots=True)
class PayerRow:
    """One payer of the list. ``outcome`` is what became of this practice's claims, empty when none was answered."""

    key: str
    name: str
    kind: str
    version: int
    outcome: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: who and when, and what it changed of the one before, a line for each field."""

    heading: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPayer:
    """One payer: its values by path, and its versions, newest first; a new one has none."""

    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    versions: tuple[VersionRow, ...] = ()
    is_new: bool = False


class PayersView(Protocol):
    def show_payers(self, rows: tuple[PayerRow, ...], chosen: str | None) -> None: ...

    def show_payer(self, payer: ShownPayer) -> None: ...

    def show_field_problems(self, problems: tuple[tuple[str, str], ...]) -> None: ...

    def show_result(self, about: About, text: str, *, is_problem: bool) -> None:
        """How a deed ended: at the list, or at the form of one payer."""
        ...

    def show_file_problems(self, lines: tuple[str, ...]) -> None:
        """Every problem of a file by row and field; nothing takes the list away."""
        ...


class PayersPresenter:
    """The list, and one payer at a time."""

    def __init__(self, view: PayersView, desk: Desk, tasks: Tasks) -> None:
        self._view, self._desk, self._tasks = view, desk, tasks
        self._chosen: str | None = None
        self._version = 0

    def refresh(self) -> None:
        """Read the payers anew; the form keeps what is typed."""
        desk = self._desk

        def work(_progress: Progress) -> tuple[PayerRow, ...]:
            outcomes = payers.outcomes(desk)
            return tuple(_row(one, outcomes.get(one.profile.key or "", "")) for one in payers.profiles(desk))

        self._tasks.start(
            work, on_success=lambda rows: self._view.show_payers(rows, self._chosen), on_failure=self._failed
        )

    def choose(self, key: str) -> None:
        """Show a payer with its versions."""
        desk = self._desk

        def work(_progress: Progress) -> tuple[tuple[DatedProfile, ...], dict[str, str]]:
            return payers.history(desk, key), {user.user_id: user.name for user in desk.session.users()}

        def show(found: tuple[tuple[DatedProfile, ...], dict[str, str]]) -> None:
            versions, names = found
            newest = versions[0]
            self._chosen, self._version = key, newest.version
            title = f"{newest.profile.name}, version {newest.version}"
            self._view.show_payer(ShownPayer(title, values_of(newest), version_rows(versions, names)))

        self._tasks.start(work, on_success=show, on_failure=self._failed)

    def new(self) -> None:
        """Begin a payer."""
        self._chosen, self._version = None, 0
        self._view.show_payer(ShownPayer("New payer", is_new=True))

    def save(self, values: Mapping[str, Any]) -> None:
        """Keep what is typed as the newest version."""
        desk, version, is_new = self._desk, self._version, self._chosen is None
        document = document_of(values)
        if is_new and not document.get("key"):
            document["key"] = key_of(str(document.get("name") or ""))

        def work(_progress: Progress) -> DatedProfile:
            return payers.save(desk, payers.read_profile(desk, document), expected_version=version)

        def saved(kept: DatedProfile) -> None:
            text = SAVED if kept.version != version else UNCHANGED
            self._view.show_field_problems(())
            self._view.show_result("payer", text.format(version=kept.version), is_problem=False)
            self._chosen = kept.profile.key
            self.refresh()
            self.choose(kept.profile.key or "")

        def refused(error: ParotisError) -> None:
            if isinstance(error, StaleDraft):
                self._view.show_result("payer", OTHERS_KEY if is_new else STALE, is_problem=True)
            elif isinstance(error, UnreadableInput):
                found = tuple((path, messages.for_a_form(text)) for path, text in error.problems)
                if is_new and "key" not in values and any(path == "name" for path, _ in found):
                    found = tuple(one for one in found if one[0] != "key")  # the key is made from the name
                told = [f"{_LABELS.get(path, path)}: {text}" if path else text for path, text in found]
                self._view.show_result("payer", "\n".join(["Not saved.", *told]), is_problem=True)
                self._view.show_field_problems(found)
            else:
                self._view.show_result("payer", messages.text_of(error), is_problem=True)

        self._tasks.start(work, on_success=saved, on_failure=refused)

    def take(self, file: Path) -> None:
        """Take a file of profiles, JSON or CSV, whole or not at all."""
        desk = self._desk

        def work(_progress: Progress) -> int:
            try:
                with file.open("rb") as opened:
                    data = opened.read(payers.LARGEST_FILE_BYTES + 1)
            except OSError as error:
                raise UnreadableInput([("", "The file cannot be opened.")]) from error
            read = payers.import_csv if file.suffix.lower() == ".csv" else payers.import_json
            return len(read(desk, file.name, data))

        def taken(count: int) -> None:
            self._view.show_file_problems(())
            self._view.show_result("list", TAKEN.format(count=_counted(count)), is_problem=False)
            self.refresh()

        self._tasks.start(work, on_success=taken, on_failure=self._not_taken)

    def _not_taken(self, error: ParotisError) -> None:
        if isinstance(error, DataFileRefused):
            count = len(error.problems)
            text = f"The file is refused and nothing was taken: {count} problem{'' if count == 1 else 's'}."
            self._view.show_file_problems(
                tuple(file_problem_line(one.line, one.key, one.reason) for one in error.problems)
            )
            self._view.show_result("list", text, is_problem=True)
        else:
            self._failed(error)

    def export(self, file: Path) -> None:
        """Write every payer's newest version: CSV if the name ends so, else JSON."""
        desk = self._desk

        def work(_progress: Progress) -> None:
            write = payers.export_csv if file.suffix.lower() == ".csv" else payers.export_json
            desk.machine.destination.write_file(file, write(desk))

        self._tasks.start(
            work,
            on_success=lambda _nothing: self._view.show_result("list", WRITTEN, is_problem=False),
            on_failure=self._failed,
        )

    def _failed(self, error: ParotisError) -> None:
        details = [sentence for _, sentence in messages.details_of(error)]
        self._view.show_result("list", "\n".join(details) or messages.text_of(error), is_problem=True)


def file_problem_line(line: int, key: str, reason: str) -> str:
    """A problem of a file for the list: its row and field."""
    return f"Line {line}{f', {key}' if key else ''}: {reason}"


def _counted(count: int) -> str:
    return f"{count} payer{'' if count == 1 else 's'}"


def _row(one: DatedProfile, outcome: str) -> PayerRow:
    profile = one.profile
    return PayerRow(profile.key or "", profile.name or "", profile.kind or "", one.version, outcome)


def values_of(one: DatedProfile) -> dict[str, Any]:
    """The values of a version by path, as a form shows them."""
    document = canonical.object_as_json(one.profile)
    return {known.path: _read(document, known.path) for known in FIELDS}


def _read(document: Any, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def document_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path as the JSON form of a profile. A number that is none stays text, and the schema says so."""
    made: dict[str, Any] = {}
    for path, value in values.items():
        *outer, last = path.split(".")
        owner = made
        for part in outer:
            owner = owner.setdefault(part, {})
        owner[last] = _number(value) if path in _NUMBERS else value
    return made


def _number(value: Any) -> Any:
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        return value
    return float(number) if number.is_finite() else value


def key_of(name: str) -> str:
    """A key from a name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_KEY_LENGTH].strip("-")


def version_rows(versions: tuple[DatedProfile, ...], names: Mapping[str, str]) -> tuple[VersionRow, ...]:
    """Versions, newest first, each with what it changed of the one before."""
    rows = []
    for place, one in enumerate(versions):
        before = values_of(versions[place + 1]) if place + 1 < len(versions) else {}
        now = values_of(one)
        changes = tuple(
            f"{known.label}: {_said(before.get(known.path))} \u2192 {_said(now[known.path])}"
            if before
            else f"{known.label}: {_said(now[known.path])}"
            for known in FIELDS
            if now[known.path] != before.get(known.path) and (before or _is_said(now[known.path]))
        )
        by = names.get(one.added_by, "an account that is gone")
        heading = f"Version {one.version}, {wording.day(one.added_at.astimezone())}, by {by}"
        rows.append(VersionRow(heading, changes))
    return tuple(rows)


def _is_said(value: Any) -> bool:
    return value not in (None, "", [])


def _said(value: Any) -> str:
    if not _is_said(value):
        return "not recorded"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
