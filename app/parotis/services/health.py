"""What this machine has and lacks, in facts and in lines for a person."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotis.domain.errors import AuditChainBroken

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.services.desk import Desk, Machine

LIBRARIES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "alembic",
    "sqlcipher3",
    "reportlab",
    "pyHanko",
    "cryptography",
    "argon2-cffi",
    "pillow",
    "pydicom",
    "jsonschema",
    "pypdfium2",
)

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class HealthReport:
    facts: dict[str, Any]
    lines: tuple[str, ...]


def code_set_advice(machine: Machine) -> str | None:
    """A sentence when a newer ICD-10-CM release than the program's may be in force; None otherwise."""
    if not machine.icd.is_newer_release_possible(machine.clock.now().date()):
        return None
    return (
        f"The ICD-10-CM list is release {machine.icd.release}, valid to {machine.icd.valid_to}. "
        "A newer release may exist: codes are checked against this one."
    )


def report(machine: Machine, folder: Path, *, free_bytes: int) -> HealthReport:
    """Versions, data folder, free space, clock and code sets. Opens nothing and needs no passphrase."""
    now = machine.clock.now()
    versions = {name: _version(name) for name in LIBRARIES}
    has_practice = machine.vaults.exists(folder)
    facts: dict[str, Any] = {
        "program_version": machine.program_version,
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": versions,
        "data_folder": str(folder),
        "practice": has_practice,
        "free_bytes": free_bytes,
        "clock": now.isoformat(timespec="seconds"),
        "icd10cm": {
            "release": machine.icd.release,
            "valid_from": machine.icd.valid_from.isoformat(),
            "valid_to": machine.icd.valid_to.isoformat(),
            "newer_release_possible": machine.icd.is_newer_release_possible(now.date()),
        },
        "cdt": {"edition": machine.cdt.edition, "valid_to": machine.cdt.valid_to.isoformat()},
    }
    warnings = [f"{name} is missing: install the program again." for name, version in versions.items() if not version]
    if free_bytes < LEAST_FREE_BYTES:
        warnings.append("Less than 1 GB is free on the disk of the data folder.")
    advice = code_set_advice(machine)
    if advice:
        warnings.append(advice)
    facts["warnings"] = warnings
    lines = (
        f"Parotis {machine.program_version}, Python {facts['python']}, {facts['system']}",
        f"Data folder: {folder} ({'a practice is there' if has_practice else 'no practice yet'})",
        f"Free space: {free_bytes / 1e9:.1f} GB",
        f"Clock: {facts['clock']}",
        *(f"{name}: {version or 'missing'}" for name, version in versions.items()),
        *(f"Note: {warning}" for warning in warnings),
    )
    return HealthReport(facts, lines)


def damage_of(desk: Desk) -> tuple[str, ...]:
    """What is wrong with the open record: damaged pages, broken references, a broken audit chain."""
    found = list(desk.records.integrity())
    try:
        with desk.unit_of_work() as work:
            work.audit.verify()
    except AuditChainBroken:
        found.append("The audit chain is broken.")
    return tuple(found)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
