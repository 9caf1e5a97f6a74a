"""Processes that meet a broken disk. Each prints what happened as one JSON line."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from db.record_builders import a_case, a_record, insert, load, opened, save

from parotis.domain.errors import Fault
from parotis_db import EncryptedRecords

NOBODY = 65534


def _save_until_fault(records: EncryptedRecords, step: int) -> dict[str, object]:
    """Save ever longer drafts until the disk refuses one; then look at what is stored."""
    record = a_record()
    try:
        for length in range(0, 4_000_000, step):
            record = save(records, record, a_case(history="x" * length))
    except Fault as fault:
        return {"code": fault.code, "kept": load(records) == record}
    return {"code": None}


def full_disk(path: Path) -> dict[str, object]:
    """On a tmpfs of 1 MiB: refused, kept, and saved again once there is room."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path.parent], check=True)
    ballast = path.parent / "ballast"
    records = opened(path)
    insert(records, a_record())
    ballast.write_bytes(bytes(200_000))
    found = _save_until_fault(records, 20_000)
    ballast.unlink()
    revision = load(records).revision
    save(records, a_record(revision=revision), a_case(history="after"))
    found |= {"resumed": load(records).case.history == "after", "problems": records.integrity()}
    records.close()
    return found


def file_size_limit(path: Path) -> dict[str, object]:
    records = opened(path)
    insert(records, a_record())
    soft = path.stat().st_size + 300_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))
    found = _save_until_fault(records, 20_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    revision = load(records).revision
    save(records, a_record(revision=revision), a_case(history="after"))
    found |= {"resumed": load(records).case.history == "after", "problems": records.integrity()}
    records.close()
    return found


def saves(path: Path) -> dict[str, object]:
    """Twelve saves while the disk may fail; after a failure the record is opened anew."""
    codes: list[str] = []
    acknowledged = 0
    for number in range(1, 13):
        try:
            records = opened(path)
            record = load(records)
            acknowledged = save(records, record, a_case(complaint=f"save {number} " * 40)).revision
            acknowledged = save(records, load(records), a_case(complaint="again")).revision
            records.close()
        except Fault as fault:
            codes.append(fault.code)
    records = opened(path)
    found = {"codes": codes, "kept": load(records).revision >= acknowledged, "problems": records.integrity()}
    records.close()
    return found


def read_only_folder(path: Path) -> dict[str, object]:
    """As somebody who may read the folder but not write it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        records = opened(folder / path.name)
        insert(records, a_record())
        records.close()
        folder.joinpath(path.name).chmod(0o644)
        folder.chmod(0o555)
        is_root = os.getuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            return {"code": _fault_of_opening(folder / path.name), "unchanged": len(list(folder.iterdir())) == 1}
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o700)


def unreachable_folder(path: Path) -> dict[str, object]:
    """As somebody who may not even look into the folder."""
    if os.getuid() == 0:
        path.parent.chmod(0o700)
        os.seteuid(NOBODY)
    else:
        path.parent.chmod(0o000)
    try:
        return {"code": _fault_of_opening(path)}
    finally:
        os.seteuid(os.getuid())
        path.parent.chmod(0o700)


def _fault_of_opening(path: Path) -> str | None:
    try:
        opened(path)
    except Fault as fault:
        return fault.code
    return None


if __name__ == "__main__":
    scenarios = {
        "full-disk": full_disk,
        "file-size-limit": file_size_limit,
        "saves": saves,
        "read-only-folder": read_only_folder,
        "unreachable-folder": unreachable_folder,
    }
    sys.stdout.write(json.dumps(scenarios[sys.argv[1]](Path(sys.argv[2]))))
