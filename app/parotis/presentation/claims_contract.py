"""What the screen of the claims shows and what it is told: frozen values and one Protocol, without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from parotis.domain.claims import lifecycle
from parotis.domain.claims.records import STATES
from parotis.presentation.claim_lines import GROUPS

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimState
    from parotis.presentation.claim_lines import ClaimLine, Reminder
    from parotis.services.ports import ExamRow

Tab = Literal["Board", "List", "Not billed", "Ageing", "Remittances"]
TABS: tuple[Tab, ...] = get_args(Tab)

ALL_STATES: tuple[ClaimState, ...] = ()


def _state_choices() -> tuple[tuple[str, tuple[ClaimState, ...]], ...]:
    groups = tuple((group.title, group.states) for group in GROUPS if len(group.states) > 1)
    single = tuple((lifecycle.STATE_WORDS[state], (state,)) for state in STATES)
    renamed = tuple(("Appeals in all states" if name == "Appealed" else name, states) for name, states in groups)
    return (("Still open", lifecycle.OPEN), ("All states", ALL_STATES), *renamed, *single)


STATE_CHOICES = _state_choices()
"""The names by which the list is narrowed to states; the first is the one a person starts with."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person filters by. ``states`` narrows the list alone: on the board they are the columns."""

    text: str = ""
    states: tuple[ClaimState, ...] = lifecycle.OPEN
    is_mine: bool = False
    payer_key: str | None = None
    is_due_soon: bool = False
    with_snoozed: bool = False
    with_closed: bool = False


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """``more`` counts the claims of the column that have no card. ``amount`` is what is open in all of them."""

    title: str
    states: tuple[ClaimState, ...]
    count: int
    amount: str
    cards: tuple[ClaimLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Empty:
    """Why nothing is shown, and the button that leads on (its label, empty for none)."""

    text: str
    button: str = ""


@dataclass(frozen=True, slots=True)
class AgeingBar:
    """One bucket. ``share`` is the open amount against the largest bucket, 0 to 1."""

    label: str
    count: int
    amount: str
    share: float


@dataclass(frozen=True, slots=True)
class AgeingShown:
    bars: tuple[AgeingBar, ...]
    total: str
    description: str
    outcomes: tuple[str, ...]


class ClaimsViewContract(Protocol):
    def show_tab(self, tab: Tab) -> None: ...

    def show_wanted(self, wanted: Wanted) -> None:
        """Set the controls of the filter; nothing is asked because of it."""
        ...

    def show_payers(self, payers: tuple[tuple[str, str], ...]) -> None:
        """Key and name of each payer that can be chosen."""
        ...

    def show_reminder(self, reminder: Reminder | None) -> None: ...

    def show_board(self, columns: tuple[BoardColumn, ...]) -> None: ...

    def show_lines(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None: ...

    def show_empty(self, empty: Empty | None) -> None:
        """In the place of board and list; None takes it away."""
        ...

    def show_not_billed(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None: ...

    def show_not_billed_count(self, count: int) -> None: ...

    def show_ageing(self, shown: AgeingShown) -> None: ...

    def show_refusal(self, text: str) -> None:
        """Why what was typed for a claim is not taken; an empty text: it is taken, and the field can go."""
        ...

    def open_claim(self, claim_id: str) -> None: ...
