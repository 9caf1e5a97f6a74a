"""The search index: which words of a case are searched, and how typed text becomes a safe FTS5 query.

The index keeps no copy of the text. Scripts written without spaces are indexed character by character, so that any
part of a Chinese name is found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, bindparam, column, select, table, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from parotis.domain.case import Case, Finding, Image, ScanEntry, Symptom

    _Placed = Symptom | ScanEntry | Finding | Image

_MOST_WORDS = 16
_LONGEST_WORD = 64

_UNSPACED = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\uac00-\ud7af"  # Hangul
    "]"
)

SearchedText = tuple[str, str]
"""Who the patient is (chart number, names, birth date); what the exam says (reason, words, structures)."""

_LAST_SEQ = 2**32
"""The index numbers exams downwards from here: FTS5 streams upwards, and so gives the newest first at once."""

_index = table("exam_text", column("rowid", Integer), column("exam_text", Text))
_PUT = text("INSERT OR REPLACE INTO exam_text (rowid, identity, story) VALUES (:row, :identity, :story)")

NEWEST_MATCHES = (
    select((_LAST_SEQ - _index.c.rowid).label("seq"))
    .where(_index.c.exam_text.op("MATCH")(bindparam("query", type_=Text)))
    .limit(bindparam("match_limit", type_=Integer))
)
"""``seq`` of the exams that match ``query``, the one recorded last first, at most ``match_limit``."""


def searched_text(case: Case) -> SearchedText:
    """What a search finds this case by."""
    patient = case.patient
    identity = (
        patient.chart_number,
        patient.family_name,
        patient.given_name,
        patient.birth_date.isoformat() if patient.birth_date else None,
    )
    parts: tuple[_Placed, ...] = (*case.symptoms, *case.scan, *case.findings, *case.images)
    places = [f"{part.structure or ''} {part.side or ''}" for part in parts]
    story = (
        case.rationale.reason,
        case.complaint,
        case.rationale.question,
        *case.interpretation.impression,
        *dict.fromkeys(places),
    )
    return _joined(identity), _joined(story)


def _joined(parts: Iterable[str | None]) -> str:
    return _spaced("\n".join(part for part in parts if part))


def _spaced(words: str) -> str:
    return _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFC", words))


def put(connection: Connection, seq: int, searched: SearchedText) -> None:
    """Make the index say of exam ``seq`` what ``searched`` says."""
    connection.execute(_PUT, {"row": _LAST_SEQ - seq, "identity": searched[0], "story": searched[1]})


def words(typed: str) -> tuple[str, ...]:
    """The words of what a person typed, each one safe as an FTS5 string; at most 16 of 64 characters."""
    readable = typed.encode(errors="replace").decode().replace("\0", " ")
    found = [word for word in readable.split() if any(map(str.isalnum, word))]
    return tuple(_spaced(word[:_LONGEST_WORD]).strip().replace('"', '""') for word in found[:_MOST_WORDS])


def whole_identity(terms: tuple[str, ...]) -> str:
    """The query for exams whose patient has every word as it is."""
    return "identity : (" + " AND ".join(f'"{term}"' for term in terms) + ")"


def identity(terms: tuple[str, ...]) -> str:
    """The query for exams whose patient has every word, by prefix."""
    return f"identity : ({anywhere(terms)})"


def anywhere(terms: tuple[str, ...]) -> str:
    """The query for exams that have every word somewhere, by prefix."""
    return " AND ".join(f'"{term}" *' for term in terms)
