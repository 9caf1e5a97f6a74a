"""The scan list against the findings: everything scanned is described, nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding, ScanEntry, Structure
from parotis.domain.checking.context import CheckContext, advises, blocks, is_blank, sentence, the
from parotis.domain.issue import Issue

Place = ScanEntry | Finding

_SEEN_STATES = frozenset({"normal", "abnormal"})
_UNSEEN = frozenset({"not-seen", "not-examined"})
_WORDS = {"examined": "examined", "not-seen": "not seen", "not-examined": "not examined"}

# Names for several things at once, so that two entries need not be about the same one.
_MANY = frozenset({"other", "minor-salivary-gland"})


def _listed(case: Case) -> Iterator[tuple[str, Place]]:
    for number, entry in enumerate(case.scan):
        yield f"scan[{number}]", entry
    for number, finding in enumerate(case.findings):
        yield f"findings[{number}]", finding


def _is_side_open(place: Place) -> bool:
    """A side is needed and not recorded."""
    return place.side is None and place.structure is not None and _needs_side(place.structure)


def _needs_side(structure: Structure) -> bool:
    return STRUCTURES[structure].paired and structure not in _MANY


def named(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Every entry says which structure, which side and how it was."""
    for path, place in _listed(case):
        theme = "scan" if isinstance(place, ScanEntry) else "findings"
        what = "An entry of the scan list" if theme == "scan" else "A finding"
        if place.structure is None:
            yield blocks(f"{theme}.structure.missing", f"{path}.structure", f"{what} names no structure.")
            continue
        name = sentence(the(place.structure, place.side))
        if isinstance(place, ScanEntry) and place.status is None:
            yield blocks("scan.status.missing", f"{path}.status", f"{name} is listed without whether it was examined.")
        if isinstance(place, Finding) and place.state is None:
            yield blocks("findings.state.missing", f"{path}.state", f"{name} has a finding without a state.")
        if _is_side_open(place):
            text = f"{name} has a left and a right; the side is missing."
            yield blocks(f"{theme}.side.missing", f"{path}.side", text)
        elif place.side == "midline" and _needs_side(place.structure):
            text = f'"Midline" is unusual for {the(place.structure, None)}, which has a left and a right.'
            yield advises(f"{theme}.side.midline", f"{path}.side", text)


def _can_be_same(one: Place, other: Place) -> bool:
    """Whether two entries speak about the same structure and side, or may do so."""
    if one.structure is None or one.structure != other.structure:
        return False
    if _is_side_open(one) or _is_side_open(other):
        return True
    first, second = sides_of(one.side), sides_of(other.side)
    if not first or not second or first & second:
        return True
    # Left half and "midline" of an unpaired structure such as the tongue may touch.
    return not _needs_side(one.structure) and "midline" in first | second


def _uncovered(place: Place, entries: Iterable[Place]) -> tuple[str, ...]:
    """Sides of ``place`` that no entry speaks about; ("",) for a whole structure without sides."""
    sides = sides_of(place.side)
    same = [entry for entry in entries if _can_be_same(place, entry)]
    if not same:
        return tuple(sorted(sides)) or ("",)
    if place.side != "bilateral" or any(not sides_of(entry.side) for entry in same):
        return ()
    covered = frozenset[str]().union(*(sides_of(entry.side) for entry in same))
    return () if "midline" in covered else tuple(sorted(sides - covered))


def findings_were_scanned(case: Case, _: CheckContext) -> Iterator[Issue]:
    scanned = {entry.structure for entry in case.scan}
    for number, finding in enumerate(case.findings):
        if finding.structure is None or _is_side_open(finding):
            continue
        for side in _uncovered(finding, case.scan):
            name = sentence(the(finding.structure, side or None))
            if finding.structure in scanned and side:
                text = f"{name} has a finding, but only another side of it is on the scan list."
                yield blocks("findings.side.not_scanned", f"findings[{number}].side", text)
            else:
                text = f"{name} has a finding but is not on the scan list."
                yield blocks("findings.structure.not_scanned", f"findings[{number}].structure", text)


def scanned_have_findings(case: Case, _: CheckContext) -> Iterator[Issue]:
    for number, entry in enumerate(case.scan):
        if entry.status != "examined" or entry.structure is None or _is_side_open(entry):
            continue
        for side in _uncovered(entry, case.findings):
            text = f"{sentence(the(entry.structure, side or None))} was examined but has no finding."
            yield blocks("scan.without_finding", f"scan[{number}].structure", text)


def states_agree(case: Case, _: CheckContext) -> Iterator[Issue]:
    """A finding does not say more than the scan list allows."""
    for number, finding in enumerate(case.findings):
        path = f"findings[{number}].state"
        name = sentence(the(finding.structure, finding.side))
        entries = [entry for entry in case.scan if _can_be_same(finding, entry)]
        statuses = {entry.status for entry in entries}
        if finding.state in _SEEN_STATES and statuses & _UNSEEN and "examined" not in statuses:
            status = next(_WORDS[status] for status in sorted(filter(None, statuses)) if status in _UNSEEN)
            text = f"{name} is {status} on the scan list but {finding.state} in the findings."
            yield blocks("findings.state.contradicts_scan", path, text)
        elif finding.state in _UNSEEN and statuses and finding.state not in statuses:
            status = _WORDS[min(filter(None, statuses), default="examined")]
            text = f"{name} is {status} on the scan list but {_WORDS[finding.state]} in the findings."
            is_plain = "examined" in statuses and finding.state == "not-examined"
            yield (blocks if is_plain else advises)("findings.state.contradicts_scan", path, text)


def unseen_have_reasons(case: Case, _: CheckContext) -> Iterator[Issue]:
    for number, entry in enumerate(case.scan):
        if entry.status in _UNSEEN and is_blank(entry.reason):
            text = f"{sentence(the(entry.structure, entry.side))} was {_WORDS[entry.status]}; the reason is missing."
            yield advises("scan.reason.missing", f"scan[{number}].reason", text)


def no_repeats(case: Case, _: CheckContext) -> Iterator[Issue]:
    yield from _repeats("scan", "is on the scan list more than once", case.scan)
    yield from _repeats("findings", "has more than one finding", case.findings)


def _repeats(theme: str, what: str, places: Sequence[Place]) -> Iterator[Issue]:
    for (_first, one), (number, other) in combinations(enumerate(places), 2):
        if one.structure not in _MANY and _is_repeat(one, other):
            text = f"{sentence(the(other.structure, other.side))} {what}."
            yield blocks(f"{theme}.repeated", f"{theme}[{number}].structure", text)


def _is_repeat(one: Place, other: Place) -> bool:
    if one.structure is None or one.structure != other.structure:
        return False
    return one.side == other.side or bool(sides_of(one.side) & sides_of(other.side))


RULES = (named, findings_were_scanned, scanned_have_findings, states_agree, unseen_have_reasons, no_repeats)
