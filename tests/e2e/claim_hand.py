"""A person at the claims: with the mouse, or with keys alone. Both find everything by its accessible name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from e2e.window_driver import CTRL, WindowDriver
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLabel,
    QListWidget,
    QScrollArea,
    QTableView,
    QToolButton,
    QWidget,
)

from parotis.presentation.claim_payment_presenter import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_TABS = 250
PARTS = "Parts of the claim"
SECTIONS = (
    "Overview",
    "Coverage",
    "Authorization",
    "Codes",
    "Narrative",
    "Checklist",
    "Pack",
    "Payment",
    "Appeal",
    "Patient paper",
)
MEMBER = {
    "family_name": "Family name",
    "given_name": "Given name",
    "birth_date": "Date of birth",
    "member_id": "Member number",
    "group": "Group",
}
CHANNELS = {"clearinghouse": "Clearinghouse", "portal": "Payer's portal", "mail": "Mail", "fax": "Fax"}
STATUSES = {"approved": "Approved", "asked": "Asked for", "denied": "Denied"}
CARDS = {"predetermination": "Predetermination", "authorization": "Prior authorization"}


class Hand:
    """The mouse: each click lands on a point of the window where the widget is in sight."""

    def __init__(self, driver: WindowDriver) -> None:
        self.driver = driver

    # -- fingers -----------------------------------------------------------------------------------------------------

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Scroll to a widget and click where it is seen; what another widget hides cannot be clicked."""
        self.driver.until(widget.isEnabled)
        window = widget.window()

        def hit() -> tuple[QWidget | None, QPoint]:
            outer = widget.parentWidget()
            while outer is not None:
                if isinstance(outer, QScrollArea):
                    outer.ensureWidgetVisible(widget)
                outer = outer.parentWidget()
            place = widget.mapTo(window, at or widget.rect().center())
            found = window.childAt(place)
            is_seen = found is not None and (found is widget or widget.isAncestorOf(found))
            return (found if is_seen else None), place

        self.driver.until(lambda: hit()[0] is not None)
        found, place = hit()
        assert found is not None
        QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=found.mapFrom(window, place))

    def press(self, name: str) -> None:
        self.click(self.driver.find(name, QAbstractButton))

    def fill(self, name: str, text: str) -> None:
        """Type in the place of what stands in a field."""
        field = self.driver.find(name)
        self.click(field)
        QTest.keyClick(field, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(field, text)

    def choose(self, name: str, words: str) -> None:
        """Open a list and click the entry."""
        field = self.driver.find(name, QComboBox)
        if field.currentText() == words:
            return
        self.click(field)
        view = field.view()
        self.driver.until(view.isVisible)
        row = field.findText(words)
        assert row >= 0, [field.itemText(at) for at in range(field.count())]
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.keyClick(view, Qt.Key.Key_Home)
        for _ in range(row):
            QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Return)
        assert field.currentText() == words

    def section(self, name: str) -> None:
        """A part of the claim."""
        outline = self.driver.find(PARTS, QListWidget)
        item = next(outline.item(row) for row in range(outline.count()) if outline.item(row).text() == name)
        place = outline.viewport().mapTo(outline, outline.visualItemRect(item).center())
        self.click(outline, place)
        self.driver.until(lambda: any(one.accessibleName() == name for one in self._in_front()))

    def screen(self, name: str) -> None:
        self.click(self.driver.find(name, QToolButton))

    def tab(self, name: str) -> None:
        """A tab above a list."""
        self.click(self.driver.find(name, QToolButton))

    def open_row(self, table: str, words: str) -> None:
        """The row of a list that has these words."""
        view = self._listed(table, words)
        index = view.model().index(row_with(view, words), 0)
        self.click(view, view.viewport().mapTo(view, view.visualRect(index).center()))

    def open_card(self, column: str, words: str) -> None:
        view = self._listed(column, words)
        index = view.model().index(row_with(view, words), 0)
        self.click(view, view.viewport().mapTo(view, view.visualRect(index).center()))

    def _listed(self, name: str, words: str) -> QAbstractItemView:
        """The list of a name in sight, once it has the words."""

        def found() -> list[QAbstractItemView]:
            return [one for one in self.driver.shown(name, QAbstractItemView) if row_with(one, words) >= 0]

        self.driver.until(lambda: bool(found()))
        return found()[0]

    # -- eyes --------------------------------------------------------------------------------------------------------

    def _in_front(self) -> list[QWidget]:
        return [one for one in self.driver.window.findChildren(QWidget) if one.isVisible()]

    def shows(self, words: str) -> bool:
        """Whether a label or a message in sight says so."""
        return any(words in one.text() for one in self.driver.root().findChildren(QLabel) if one.isVisible())

    def until_shown(self, words: str) -> None:
        self.driver.until(lambda: self.shows(words))

    def until_told(self, words: str) -> None:
        """A message bar says so."""
        self.driver.until(
            lambda: any(
                words in bar.accessibleName()
                for bar in self.driver.root().findChildren(QFrame)
                if bar.property("notice") and bar.isVisible()
            )
        )

    def ending_with(self, start: str, end: str) -> str:
        """The whole name of a control in sight."""

        def found() -> list[str]:
            names = [one.accessibleName() for one in self._in_front()]
            return [name for name in names if name.startswith(start) and name.endswith(end)]

        self.driver.until(lambda: bool(found()))
        return found()[0]

    # -- the work on a claim, an entry at a time ---------------------------------------------------------------------

    def do(self, document: Mapping[str, Any], state: str) -> None:
        """Record one step of ``claim_journeys`` and wait until the claim shows the state after it."""
        getattr(self, f"_{document['kind'].replace('-', '_')}")(document)
        self.until_state(state)

    def until_state(self, state: str) -> None:
        from parotis.domain.claims import lifecycle
        from parotis.ui.claim_parts import STATE_SHAPES

        words = f"{STATE_SHAPES[state][0]} {lifecycle.STATE_WORDS[state]}"  # type: ignore[index]
        self.driver.until(
            lambda: any(one.text() == words for one in self.driver.window.findChildren(QLabel) if one.isVisible())
        )

    def fill_all(self, card: str, fields: tuple[tuple[str, object], ...]) -> None:
        for field, text in fields:
            if text is not None:
                self.fill(f"{card}: {field}", str(text))

    def _coverage_call(self, document: Mapping[str, Any]) -> None:
        import datetime as dt

        call = document["call"]
        self.section("Coverage")
        called_at = dt.datetime.fromisoformat(call["called_at"]).astimezone()
        self.fill_all(
            "Coverage call",
            (
                ("Called at", called_at.strftime("%Y-%m-%d %H:%M")),
                ("Holds until", call["expires_on"]),
                ("Representative", call["representative"]),
                ("Reference number", call["reference_number"]),
            ),
        )
        for name, text in call["member"].items():
            self.fill(f"{MEMBER[name]} as the payer has it", text)
        self.press("Record the call")
        self.until_shown(f"reference {call['reference_number']}")

    def _authorization(self, document: Mapping[str, Any]) -> None:
        authorization = document["authorization"]
        card = CARDS[authorization["kind"]]
        self.section("Authorization")
        self.choose(f"{card}: Status", STATUSES[authorization["status"]])
        self.fill_all(
            card,
            (
                ("Asked on", authorization.get("asked_on")),
                ("Answered on", authorization.get("answered_on")),
                ("Number", authorization.get("number")),
                ("Units", authorization.get("units")),
                ("Holds until", authorization.get("expires_on")),
            ),
        )
        self.press(f"Record {card.lower()}")
        self.until_told(f"{card} is recorded.")
        self.until_shown(authorization["number"])

    def _override(self, document: Mapping[str, Any]) -> None:
        end = f", {document['gap']}"
        self.section("Checklist")
        self.press(self.ending_with("Override: ", end))
        self.fill(self.ending_with("Reason for going over: ", end), document["reason"])
        self.press(self.ending_with("Record reason: ", end))
        self.until_shown(f"Reason: {document['reason']}")

    def _state(self, document: Mapping[str, Any]) -> None:
        self.section("Overview")
        if "on" in document:
            self.fill("Day of the step", document["on"])
        words = {"ready": "Mark ready", "acknowledged": "Acknowledged", "closed": "Close the claim"}
        self.press(words[document["to"]])

    def _sent(self, document: Mapping[str, Any]) -> None:
        sending = document["submission"]
        self.section("Overview")
        self.press("Record sending\u2026")
        self.fill("Record sending: Sent on", sending["sent_on"])
        self.choose("Record sending: Channel", CHANNELS[sending["channel"]])
        self.press("Record sending")

    def _remittance(self, document: Mapping[str, Any]) -> None:
        remittance = document["remittance"]
        self.section("Payment")
        self.fill_all(
            "Explanation of benefits",
            (
                ("Received on", remittance["received_on"]),
                ("Payer's claim number", remittance.get("payer_claim_number")),
                ("Trace or check number", remittance.get("trace_number")),
                ("Charged", remittance["charged"]),
                ("Paid", remittance["paid"]),
            ),
        )
        for number, adjustment in enumerate(remittance["adjustments"], start=1):
            self.choose(f"Adjustment {number}: Group", dict(GROUPS)[adjustment["group"]])
            self.fill(f"Adjustment {number}: Reason code", adjustment["reason"])
            self.fill(f"Adjustment {number}: Amount", adjustment["amount"])
        if remarks := remittance.get("remarks"):
            self.fill("Remark codes (RARC)", ", ".join(remarks))
        self.press("Record answer")
        self.until_told("Recorded. What to do next is told above.")

    def _appeal(self, document: Mapping[str, Any]) -> None:
        self.section("Appeal")
        self.driver.find("Text of the letter")
        if clause := document["appeal"].get("plan_clause"):
            self.fill("Appeal: Wording of the plan, as the plan or the notice has it", clause)
        self.press("Save draft")
        self.until_told("The draft is saved.")

    def _appeal_sent(self, document: Mapping[str, Any]) -> None:
        self.section("Appeal")
        self.fill("Record as sent: Sent on", document["on"])
        self.fill("Record as sent: How it was sent", document["how"])
        self.press("Record as sent")

    def _appeal_decided(self, document: Mapping[str, Any]) -> None:
        outcomes = {
            "overturned": "Overturned: the payer pays",
            "upheld": "Upheld: the denial stands",
        }
        self.section("Appeal")
        self.fill("Record decision: Decided on", document["on"])
        self.choose("Record decision: Outcome", outcomes[document["outcome"]])
        self.press("Record decision")


class KeyHand(Hand):
    """Keys alone: no mouse, and no focus but what Tab and shortcuts give."""

    def walk_to(self, name: str) -> QWidget:
        """Tab until the focus is on a name; what keys cannot reach fails here."""
        self.driver.find(name)
        for _ in range(_MOST_TABS):
            focused = self.driver.root().focusWidget()
            if focused is not None and focused.accessibleName() == name and focused.isEnabled():
                return focused
            self.driver.key(Qt.Key.Key_Tab)
        pytest.fail(f"the keys do not reach {name}")

    def press(self, name: str) -> None:
        self.walk_to(name)
        self.driver.key(Qt.Key.Key_Space)

    def fill(self, name: str, text: str) -> None:
        field = self.walk_to(name)
        self.driver.key(Qt.Key.Key_A, CTRL)
        QTest.keyClicks(field, text)

    def choose(self, name: str, words: str) -> None:
        field = self.walk_to(name)
        assert isinstance(field, QComboBox)
        for letter in words:
            if field.currentText() == words:
                return
            QTest.keyClicks(field, letter)
        assert field.currentText() == words

    def section(self, name: str) -> None:
        self.driver.key(getattr(Qt.Key, f"Key_{(SECTIONS.index(name) + 1) % 10}"), CTRL)
        self.driver.until(lambda: any(one.accessibleName() == name for one in self._in_front()))

    def screen(self, name: str) -> None:
        number = ("Worklist", "Patients", "Claims", "Exports", "Settings").index(name) + 1
        self.driver.key(getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.AltModifier)

    def tab(self, name: str) -> None:
        """Of tabs the one in front has the focus; arrows go to the others."""
        tabs = [one for one in self.driver.window.findChildren(QToolButton) if one.property("tab") and one.isVisible()]
        self.walk_to(next(one.accessibleName() for one in tabs if one.isChecked()))
        for _ in tabs:
            focused = self.driver.window.focusWidget()
            if focused is not None and focused.accessibleName() == name:
                return
            self.driver.key(Qt.Key.Key_Right)
        pytest.fail(f"the arrows do not reach {name}")

    def open_row(self, table: str, words: str) -> None:
        self._open_in(self._listed(table, words), words)

    def open_card(self, column: str, words: str) -> None:
        self._open_in(self._listed(column, words), words)

    def _open_in(self, view: QAbstractItemView, words: str) -> None:
        self.walk_to(view.accessibleName())
        self.driver.key(Qt.Key.Key_Home)
        for _ in range(row_with(view, words)):
            self.driver.key(Qt.Key.Key_Down)
        assert view.currentIndex().row() == row_with(view, words)
        self.driver.key(Qt.Key.Key_Return)


def row_with(view: QAbstractItemView, words: str) -> int:
    """The row whose cells say these words, or whose card does; -1 while there is none."""
    model = view.model()
    columns = range(model.columnCount() if isinstance(view, QTableView) else 1)
    for row in range(model.rowCount()):
        cells = [model.index(row, column) for column in columns]
        told = " ".join(
            f"{cell.data() or ''} {cell.data(int(Qt.ItemDataRole.AccessibleTextRole)) or ''}" for cell in cells
        )
        if re.search(re.escape(words), told):
            return row
    return -1
