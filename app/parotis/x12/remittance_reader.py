"""X12 835 files (005010X221A1) as remittances: all of a file, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.claims.remittance_files import RemittanceFile
from parotis.x12 import values
from parotis.x12.payments import PaymentReading
from parotis.x12.problems import Problems
from parotis.x12.segments import has_separators_of, segments_of

if TYPE_CHECKING:
    from parotis.domain.claims.remittance_files import Payment
    from parotis.x12.segments import Segment

REMITTANCE_GROUP = "HP"
REMITTANCE_MESSAGE = "835"
VERSIONS = frozenset({"005010X221A1", "005010X221"})
_ISA_ELEMENTS = 16


class X12RemittanceReader:
    """Fulfils ``RemittanceReader``."""

    def read(self, data: bytes) -> RemittanceFile:
        """Every payment of the file.

        Separators are those of the ISA; a BPR16 that is no date gives way to DTM 405; composites may be split by
        another separator than ISA16 says; a file may hold several interchanges.

        Raises:
            UnreadableInput: with every problem, each at its segment (counted from 1, the ISA) and element.
        """
        problems = Problems()
        envelope = _Envelope(problems)
        for segment in segments_of(data, problems):
            envelope.take(segment)
        payments = envelope.finish()
        problems.refuse()
        return RemittanceFile(payments)


@dataclass(slots=True)
class _Level:
    """An opened interchange, group or message: its first segment, its control number and what it has held so far."""

    start: Segment
    control_number: str
    held: int = 0


class _Envelope:
    """The nesting ISA, GS, ST with its counts and control numbers; what lies inside goes to a ``PaymentReading``."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._first: Segment | None = None
        self._interchange: _Level | None = None
        self._group: _Level | None = None
        self._message: _Level | None = None
        self._reading: PaymentReading | None = None
        self._is_foreign_group = False
        self._interchange_numbers: set[str] = set()
        self._group_numbers: set[str] = set()
        self._message_numbers: set[str] = set()
        self._payments: list[Payment] = []
        self._handlers = {
            "ISA": self._open_interchange,
            "GS": self._open_group,
            "ST": self._open_message,
            "SE": self._close_message,
            "GE": self._close_group,
            "IEA": self._close_interchange,
        }

    def take(self, segment: Segment) -> None:
        handler = self._handlers.get(segment.name)
        if handler is not None:
            handler(segment)
            return
        if self._message is None:
            self._note(segment, "", "The segment stands outside of any message (ST to SE).")
            return
        self._message.held += 1
        if self._reading is not None:
            self._reading.take(segment)

    def finish(self) -> tuple[Payment, ...]:
        """The payments, at the end of the file."""
        if self._first is None:
            return ()
        self._end_interchange()
        if not self._payments and not len(self._problems):
            self._problems.add_whole("The file holds no payment (ST 835).")
        return tuple(self._payments)

    def _note(self, segment: Segment, element: str, sentence: str) -> None:
        self._problems.add(segment.number, element, sentence)

    def _open_interchange(self, segment: Segment) -> None:
        self._end_interchange()
        first = self._first = self._first or segment
        if len(segment) != _ISA_ELEMENTS or not has_separators_of(segment, first):
            self._note(segment, "ISA", "The interchange has not 16 elements, or uses other separators than the first.")
        number = _control_number(segment, 13)
        self._note_repeated(segment, "ISA13", number, self._interchange_numbers)
        self._interchange = _Level(segment, number)
        self._group_numbers = set()

    def _open_group(self, segment: Segment) -> None:
        self._end_group()
        if self._interchange is None:
            self._note(segment, "GS", "The group lies outside of any interchange (ISA to IEA).")
        else:
            self._interchange.held += 1
        number = _control_number(segment, 6)
        self._note_repeated(segment, "GS06", number, self._group_numbers)
        self._group = _Level(segment, number)
        self._message_numbers = set()
        self._is_foreign_group = segment.text(1) != REMITTANCE_GROUP or segment.text(8) not in VERSIONS
        if segment.text(1) != REMITTANCE_GROUP:
            self._note(segment, "GS01", "The group holds other messages than remittances (HP).")
        elif self._is_foreign_group:
            self._note(segment, "GS08", "The group is of another version than 005010X221A1.")

    def _open_message(self, segment: Segment) -> None:
        self._end_message()
        if self._group is None:
            self._note(segment, "ST", "The message lies outside of any group (GS to GE).")
        else:
            self._group.held += 1
        number = segment.text(2)
        if not number:
            self._note(segment, "ST02", "The control number is missing.")
        self._note_repeated(segment, "ST02", number, self._message_numbers)
        self._message = _Level(segment, number, held=1)
        is_remittance = segment.text(1) == REMITTANCE_MESSAGE
        if not is_remittance:
            self._note(segment, "ST01", "The message is no remittance (835).")
        elif segment.text(3) and segment.text(3) not in VERSIONS:
            self._note(segment, "ST03", "The message is of another version than 005010X221A1.")
        # What another kind of message holds is not judged by the rules of this one.
        if is_remittance and not self._is_foreign_group:
            self._reading = PaymentReading(segment, len(self._payments) + 1, self._problems)

    def _close_message(self, segment: Segment) -> None:
        message = self._message
        if message is None:
            self._note(segment, "SE", "The segment ends a message that was not begun.")
            return
        if values.count(segment, 1) != message.held + 1:
            self._note(segment, "SE01", "The count is not that of the segments from ST to SE.")
        if segment.text(2) != message.control_number:
            self._note(segment, "SE02", "The control number is not that of the ST segment.")
        self._message = None
        self._finish_reading()

    def _close_group(self, segment: Segment) -> None:
        self._end_message()
        group = self._group
        if group is None:
            self._note(segment, "GE", "The segment ends a group that was not begun.")
            return
        if values.count(segment, 1) != group.held:
            self._note(segment, "GE01", "The count is not that of the messages in the group.")
        if _control_number(segment, 2) != group.control_number:
            self._note(segment, "GE02", "The control number is not that of the GS segment.")
        self._group = None

    def _close_interchange(self, segment: Segment) -> None:
        self._end_group()
        interchange = self._interchange
        if interchange is None:
            self._note(segment, "IEA", "The segment ends an interchange that was not begun.")
            return
        if values.count(segment, 1) != interchange.held:
            self._note(segment, "IEA01", "The count is not that of the groups in the interchange.")
        if _control_number(segment, 2) != interchange.control_number:
            self._note(segment, "IEA02", "The control number is not that of the ISA segment.")
        self._interchange = None

    def _end_interchange(self) -> None:
        self._end_group()
        if self._interchange is not None:
            self._note(self._interchange.start, "ISA", "The interchange has no IEA segment: the file is not whole.")
            self._interchange = None

    def _end_group(self) -> None:
        self._end_message()
        if self._group is not None:
            self._note(self._group.start, "GS", "The group has no GE segment: the file is not whole.")
            self._group = None

    def _end_message(self) -> None:
        if self._message is not None:
            self._note(self._message.start, "ST", "The message has no SE segment: the file is not whole.")
            self._message = None
            self._finish_reading()

    def _finish_reading(self) -> None:
        if self._reading is not None:
            self._payments.append(self._reading.finish())
            self._reading = None

    def _note_repeated(self, segment: Segment, element: str, number: str, known: set[str]) -> None:
        if number and number in known:
            self._note(segment, element, "The control number was used before: the same content stands here twice.")
        known.add(number)


def _control_number(segment: Segment, position: int) -> str:
    """A control number of ISA or GS, which are numbers: zeros before them do not tell them apart."""
    text = segment.text(position)
    return text.lstrip("0") or "0" if text else ""
