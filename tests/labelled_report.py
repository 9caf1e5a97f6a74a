"""Runs `parotis case check --json` over the labelled drafts, written out as case files, and prints a table by kind.

The command runs in this process for all of them, and as a process of its own for a sample, whose answers must be equal.
"""

from __future__ import annotations

import contextlib
import io
import json
import struct
import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "app"), str(ROOT / "db")]

from helpers import command, labelled_set  # noqa: E402

from parotis import cli  # noqa: E402
from parotis.domain.issue import Issue  # noqa: E402

EVERY = 40


def _picture(number: int) -> bytes:
    """A small grey PNG, another one for each number."""
    rows = b"".join(b"\0" + bytes([100 + number] * 8) for _ in range(8))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def answered(file: Path) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        cli.main(["case", "check", str(file), "--json"])
    return dict(json.loads(out.getvalue()))


def written(folder: Path, name: str, document: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(document["images"]):
        (folder / image["file"]).write_bytes(_picture(number))
    file = folder / f"{name}.json"
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return file


def issues_in(answer: dict[str, Any]) -> tuple[Issue, ...]:
    return tuple(Issue(one["code"], one["severity"], one["path"], one["text"]) for one in answer["issues"])


def main() -> int:
    seeded, found, alarms, unlike = Counter[str](), Counter[str](), [], 0
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        files: list[Path] = []
        clean: dict[str, tuple[Issue, ...]] = {}
        for number, draft in enumerate(labelled_set.clean()):
            files.append(written(Path(scratch) / f"clean-{number}", "case", draft.document))
            clean[draft.name] = issues_in(answered(files[-1]))
            alarms += [(draft.name, issue) for issue in labelled_set.false_alarms(clean[draft.name])]
        for number, fault in enumerate(labelled_set.seeded()):
            files.append(written(Path(scratch) / f"fault-{number}", "case", fault.document))
            seeded[fault.kind] += 1
            if labelled_set.names_the_fault(fault, issues_in(answered(files[-1])), clean[fault.base]):
                found[fault.kind] += 1
            else:
                missed.append(fault)
        sample = files[::EVERY]
        unlike = sum(command.parotis("case", "check", file, "--json").json != answered(file) for file in sample)
    print(f"{'kind of fault':<16}{'seeded':>8}{'found':>8}{'missed':>8}")
    for kind, count in seeded.items():
        print(f"{kind:<16}{count:>8}{found[kind]:>8}{count - found[kind]:>8}")
    print(f"{'all':<16}{seeded.total():>8}{found.total():>8}{seeded.total() - found.total():>8}")
    for fault in missed:
        print(f"missed: {fault.kind}: {fault.name} ({', '.join(fault.paths)})")
    rate = 100 * len({name for name, _ in alarms}) / len(clean)
    print(f"\nclean drafts: {len(clean)}; with a false alarm: {rate:.1f} in 100")
    for name, issue in alarms:
        print(f"false alarm: {name}: {issue.code} at {issue.path}: {issue.text}")
    print(f"sample through a process of its own: {len(sample)} files, {unlike} answers unlike")
    return 1 if missed or rate > labelled_set.MOST_FALSE_ALARMS_IN_100 or unlike else 0


if __name__ == "__main__":
    sys.exit(main())
