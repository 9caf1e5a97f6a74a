"""A process that saves numbered drafts until it is killed. Each revision is printed after its commit."""

from __future__ import annotations

import sys
from pathlib import Path

from db.record_builders import a_case, load, opened, save


def main() -> None:
    records = opened(Path(sys.argv[1]))
    record = load(records)
    while True:
        following = record.revision + 1
        record = save(records, record, a_case(complaint=f"revision {following} " * (1 + following % 400)))
        sys.stdout.write(f"{record.revision}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
