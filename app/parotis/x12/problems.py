"""The collected faults of one file, in the order of its segments."""

from __future__ import annotations

from parotis.domain.errors import UnreadableInput

MOST_PROBLEMS = 1000


class Problems:
    """Collects (path, sentence) pairs. A sentence names segments and limits, never a value of the file."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, number: int, element: str, sentence: str) -> None:
        """Note a fault of the segment ``number`` (from 1, the ISA), at an element such as ``CLP04``.

        Raises:
            UnreadableInput: there are so many that the rest would tell nothing.
        """
        self._found.append((number, f"segment {number} {element}".rstrip(), sentence))
        if len(self._found) >= MOST_PROBLEMS:
            self.add_whole(f"More than {MOST_PROBLEMS:,} problems: the file was not read further.")
            self.refuse()

    def add_whole(self, sentence: str) -> None:
        """Note a fault of the file as a whole; it is told last."""
        self._found.append((2**31, "file", sentence))

    def refuse(self) -> None:
        """Raise what was found, if anything was.

        Raises:
            UnreadableInput: with every problem, by segment.
        """
        if self._found:
            raise UnreadableInput([(path, told) for _, path, told in sorted(self._found, key=lambda one: one[0])])
