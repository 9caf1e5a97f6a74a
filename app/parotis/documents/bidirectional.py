"""The order in which mixed left-to-right and right-to-left text is drawn: Unicode Standard Annex 9.

Own implementation because shaping needs the level of every character, which the usual packages do not give.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import bidirectional

_DEEPEST_LEVEL: Final = 125
_ISOLATE_STARTS: Final = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS: Final = {"RLE": (1, ""), "LRE": (0, ""), "RLO": (1, "R"), "LRO": (0, "L")}
_REMOVED: Final = frozenset({"RLE", "LRE", "RLO", "LRO", "PDF", "BN"})
_NEUTRALS: Final = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_BRACKETS: Final = dict(zip("([{⟨〈〈⟦⟪《「『【〔（［｛༺༼⁅⁽₍", ")]}⟩〉〉⟧⟫》」』】〕）］｝༻༽⁆⁾₎", strict=True))
_CLOSING: Final = {right: left for left, right in _BRACKETS.items()}


@lru_cache(maxsize=4096)
def bidi_class(character: str) -> str:
    """The bidirectional class; characters without one (unassigned) get the default of their block."""
    found = bidirectional(character)
    if found:
        return found
    code = ord(character)
    if 0x0590 <= code <= 0x05FF or 0x07C0 <= code <= 0x085F or 0xFB1D <= code <= 0xFB4F:
        return "R"
    if 0x10800 <= code <= 0x10FFF or 0x1E800 <= code <= 0x1EFFF:
        return "R"
    if 0x0600 <= code <= 0x07BF or 0x0860 <= code <= 0x08FF or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFF:
        return "AL"
    return "L"


def base_level(text: str) -> int:
    """0 (left to right) or 1, by the first strong character outside isolates; 0 when there is none."""
    depth = 0
    for character in text:
        kind = bidi_class(character)
        if kind in _ISOLATE_STARTS:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


@dataclass(slots=True)
class _Status:
    level: int
    override: str
    is_isolate: bool


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character of one paragraph (UAX 9 rules X1 to I2, before line breaking)."""
    kinds = [bidi_class(character) for character in text]
    if base == 0 and not any(kind in ("R", "AL", "AN", *_EMBEDDINGS, *_ISOLATE_STARTS) for kind in kinds):
        return [0] * len(text)
    matching = _matching_isolates(kinds)
    found, kinds = _explicit(text, kinds, matching, base)
    for sequence in _isolating_runs(found, kinds, matching):
        _resolve(text, sequence, kinds, found, base)
    previous = base
    for index, kind in enumerate(kinds):
        if kind in _REMOVED:
            found[index] = previous
        previous = found[index]
    return found


def visual_order(line_levels: list[int]) -> list[int]:
    """Indices of a line's items from left to right (rule L2)."""
    order = list(range(len(line_levels)))
    if not order:
        return order
    for level in range(max(line_levels), 0, -1):
        start = 0
        while start < len(order):
            if line_levels[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and line_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end
    return order


def _matching_isolates(kinds: list[str]) -> dict[int, int]:
    """Positions of isolate starts to their PDI, both ways."""
    matching: dict[int, int] = {}
    open_starts: list[int] = []
    for index, kind in enumerate(kinds):
        if kind in _ISOLATE_STARTS:
            open_starts.append(index)
        elif kind == "PDI" and open_starts:
            start = open_starts.pop()
            matching[start] = index
            matching[index] = start
    return matching


def _next_level(level: int, direction: int) -> int:
    return (level + 1) | 1 if direction else (level + 2) & ~1


def _explicit(  # noqa: C901  (one branch for each rule of the annex)
    text: str, kinds: list[str], matching: dict[int, int], base: int
) -> tuple[list[int], list[str]]:
    """Rules X1 to X8."""
    stack = [_Status(base, "", is_isolate=False)]
    overflow_isolates = overflow_embeddings = valid_isolates = 0
    found = [base] * len(kinds)
    result = list(kinds)
    for index, kind in enumerate(kinds):
        top = stack[-1]
        found[index] = top.level
        if kind in _EMBEDDINGS:
            direction, override = _EMBEDDINGS[kind]
            level = _next_level(top.level, direction)
            if level <= _DEEPEST_LEVEL and not overflow_isolates and not overflow_embeddings:
                stack.append(_Status(level, override, is_isolate=False))
            elif not overflow_isolates:
                overflow_embeddings += 1
        elif kind in _ISOLATE_STARTS:
            result[index] = top.override or kind
            direction = int(kind == "RLI")
            if kind == "FSI":
                direction = base_level(text[index + 1 : matching.get(index, len(text))])
            level = _next_level(top.level, direction)
            if level <= _DEEPEST_LEVEL and not overflow_isolates and not overflow_embeddings:
                valid_isolates += 1
                stack.append(_Status(level, "", is_isolate=True))
            else:
                overflow_isolates += 1
        elif kind == "PDI":
            if overflow_isolates:
                overflow_isolates -= 1
            elif valid_isolates:
                overflow_embeddings = 0
                while not stack[-1].is_isolate:
                    stack.pop()
                stack.pop()
                valid_isolates -= 1
            found[index] = stack[-1].level
            result[index] = stack[-1].override or kind
        elif kind == "PDF":
            if overflow_isolates:
                pass
            elif overflow_embeddings:
                overflow_embeddings -= 1
            elif not stack[-1].is_isolate and len(stack) > 1:
                stack.pop()
        elif kind == "B":
            found[index] = base
        elif kind != "BN" and top.override:
            result[index] = top.override
    return found, result


def _isolating_runs(found: list[int], kinds: list[str], matching: dict[int, int]) -> list[list[int]]:
    """Rules X9 and X10 (BD13): runs of one level, joined across matched isolates."""
    runs: list[list[int]] = []
    for index, kind in enumerate(kinds):
        if kind in _REMOVED:
            continue
        if runs and found[runs[-1][-1]] == found[index]:
            runs[-1].append(index)
        else:
            runs.append([index])
    starting_at = {run[0]: run for run in runs}
    sequences: list[list[int]] = []
    for run in runs:
        first = run[0]
        if first in matching and matching[first] < first:
            continue
        sequence = list(run)
        while (closing := matching.get(sequence[-1], -1)) > sequence[-1] and closing in starting_at:
            sequence.extend(starting_at[closing])
        sequences.append(sequence)
    return sequences


def _resolve(text: str, sequence: list[int], kinds: list[str], found: list[int], base: int) -> None:
    """Rules W1 to W7, N0 to N2, I1 and I2 on one isolating run sequence."""
    level = found[sequence[0]]
    before = next((found[i] for i in range(sequence[0] - 1, -1, -1) if kinds[i] not in _REMOVED), base)
    last = sequence[-1]
    after = next((found[i] for i in range(last + 1, len(found)) if kinds[i] not in _REMOVED), base)
    if kinds[last] in _ISOLATE_STARTS:
        after = base
    start_kind = "R" if max(level, before) % 2 else "L"
    end_kind = "R" if max(level, after) % 2 else "L"
    resolved = _weak([kinds[i] for i in sequence], start_kind)
    embedding = "R" if level % 2 else "L"
    _brackets([text[i] for i in sequence], resolved, [kinds[i] for i in sequence], start_kind, embedding)
    _neutrals(resolved, start_kind, end_kind, embedding)
    for index, kind in zip(sequence, resolved, strict=True):
        if level % 2 == 0:
            found[index] = level + {"L": 0, "R": 1}.get(kind, 2)
        else:
            found[index] = level + (0 if kind == "R" else 1)


def _weak(kinds: list[str], start_kind: str) -> list[str]:
    """Rules W1 to W7."""
    previous = strong = start_kind
    for i, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[i] = "ON" if previous in _ISOLATE_STARTS or previous == "PDI" else previous
        elif kind == "EN" and strong == "AL":
            kinds[i] = "AN"
        if kinds[i] in ("L", "R", "AL"):
            strong = kinds[i]
        previous = kinds[i]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for i in range(1, len(kinds) - 1):
        left, right = kinds[i - 1], kinds[i + 1]
        if left == right and ((kinds[i] in ("ES", "CS") and left == "EN") or (kinds[i] == "CS" and left == "AN")):
            kinds[i] = left
    i = 0
    while i < len(kinds):
        end = i
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > i and ((i and kinds[i - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")):
            kinds[i:end] = ["EN"] * (end - i)
        i = max(end, i + 1)
    strong = start_kind
    for i, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[i] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"
    return kinds


def _direction(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else ""


def _brackets(characters: list[str], resolved: list[str], original: list[str], start: str, embedding: str) -> None:
    """Rule N0: a pair of brackets takes one direction."""
    for opening, closing in _bracket_pairs(characters, resolved):
        inside = {_direction(kind) for kind in resolved[opening + 1 : closing]} - {""}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            context = next((_direction(k) for k in reversed(resolved[:opening]) if _direction(k)), start)
            direction = context if context != embedding else embedding
        for position in (opening, closing):
            resolved[position] = direction
            follower = position + 1
            while follower < len(original) and original[follower] == "NSM":
                resolved[follower] = direction
                follower += 1


def _bracket_pairs(characters: list[str], resolved: list[str]) -> list[tuple[int, int]]:
    """Rule BD16, with its limit of 63 open brackets."""
    pairs: list[tuple[int, int]] = []
    open_brackets: list[tuple[str, int]] = []
    for index, character in enumerate(characters):
        if resolved[index] != "ON":
            continue
        if character in _BRACKETS:
            if len(open_brackets) == 63:
                return []
            open_brackets.append((character, index))
        elif character in _CLOSING:
            for depth in range(len(open_brackets) - 1, -1, -1):
                if open_brackets[depth][0] == _CLOSING[character]:
                    pairs.append((open_brackets[depth][1], index))
                    del open_brackets[depth:]
                    break
    return sorted(pairs)


def _neutrals(kinds: list[str], start_kind: str, end_kind: str, embedding: str) -> None:
    """Rules N1 and N2."""
    i = 0
    while i < len(kinds):
        end = i
        while end < len(kinds) and kinds[end] in _NEUTRALS:
            end += 1
        if end > i:
            left = _direction(kinds[i - 1]) if i else start_kind
            right = _direction(kinds[end]) if end < len(kinds) else end_kind
            kinds[i:end] = [left if left == right else embedding] * (end - i)
        i = max(end, i + 1)
