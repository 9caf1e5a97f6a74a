"""Every control of the claims has a name of its own, and Tab meets the controls in the order in which one reads."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from helpers import claim_journeys, exam_desk
from helpers.claim_desk import ClaimQueriesInMemory, RecordingDeeds, desk, exam_row
from helpers.claim_rows import row
from helpers.claim_window import ClaimWindow, named, new_claim, shown, walk, with_payers
from helpers.practices import dentist_desk
from helpers.presenter_ports import InlineTasks, RecordingNotices
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QPushButton,
    QScrollArea,
    QWidget,
)

from parotis.presentation.claims_contract import TABS
from parotis.presentation.claims_presenter import ClaimsPresenter
from parotis.presentation.remittance_presenter import RemittancePresenter
from parotis.ui.claim_section import EntryCard
from parotis.ui.claim_view import SECTIONS, ClaimView
from parotis.ui.claims_view import ClaimsView
from parotis.ui.icons import Icons
from parotis.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytestqt.qtbot import QtBot

    from parotis.presentation.claims_contract import Tab
    from parotis.services.desk import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support|propagateSizeHints")

NAMES = tuple(section.NAME for section in SECTIONS)
SIZE = (1196, 774)
SAME_LINE_PX = 16
"""Controls whose middles lie as near as that stand on one line."""

STANDS: dict[str, int] = {"to-bill": 2, "denied": 5, "draft": 6, "appealed": 7, "paid": 9}
"""How many steps of the appealed case are recorded."""


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, dict[str, str]]]:
    """The same case in the states in which the parts of a claim differ."""
    made, passphrase = dentist_desk(tmp_path_factory.mktemp("names"))
    with_payers(made)
    claims = {}
    for stand, count in STANDS.items():
        claims[stand] = new_claim(made, passphrase, "submandibular-stone")
        walk(made, claims[stand], *(document for document, _ in claim_journeys.OVERTURNED[:count]))
    yield made, claims
    made.close()
    made.machine.pictures.close()


@pytest.fixture(scope="module", params=STANDS)
def window(
    request: pytest.FixtureRequest, practice: tuple[Desk, dict[str, str]], qapp: QApplication
) -> Iterator[ClaimWindow]:
    made = shown(practice[0], practice[1][request.param])
    made.view.resize(*SIZE)
    made.view.show()
    yield made
    made.view.close()
    made.view.deleteLater()


def controls(owner: QWidget) -> list[QWidget]:
    """What Tab stops at, in sight below a widget."""
    return [
        one
        for one in owner.findChildren(QWidget)
        if one.isVisibleTo(owner)
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and not isinstance(one, QScrollArea)
    ]


def met_by_tab(view: ClaimView, section: QWidget) -> list[QWidget]:
    """The controls of a part as Tab meets them after the outline; Tab is pressed until it leaves the part."""
    view.focus_first()
    met: list[QWidget] = []
    for _ in range(300):
        focused = view.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = view.focusWidget()
        if now is not None and section.isAncestorOf(now):
            met.append(now)
        elif met:
            return met
    assert not met, f"Tab does not leave {section.accessibleName()}"
    return met


def is_met_by_arrows(control: QWidget) -> bool:
    """Of buttons of which one is down, Tab meets that one."""
    group = control.group() if isinstance(control, QAbstractButton) else None
    return group is not None and group.exclusive() and not control.isChecked()  # type: ignore[attr-defined]


def in_focus_order(owner: QWidget) -> list[QWidget]:
    """The controls in the focus chain."""
    wanted = set(controls(owner))
    found: list[QWidget] = []
    at = owner.nextInFocusChain()
    while at is not owner and at is not None:
        if at in wanted:
            found.append(at)
        at = at.nextInFocusChain()
    return found


def cards(owner: QWidget) -> list[QFrame]:
    return [one for one in owner.findChildren(QFrame) if one.property("card") and one.isVisibleTo(owner)]


def place(widget: QWidget, owner: QWidget) -> tuple[int, int]:
    """Middle from the top and left edge; the first line of what is high."""
    top_left = widget.mapTo(owner, QPoint(0, 0))
    return top_left.y() + min(widget.height(), 36) // 2, top_left.x()


def out_of_order(met: Sequence[QWidget], owner: QWidget) -> list[str]:
    """Each control that Tab meets after one that stands below it, or to the right of it on its line."""
    wrong = []
    for before, after in itertools.pairwise(met):
        (top, left), (next_top, next_left) = place(before, owner), place(after, owner)
        if next_top < top - SAME_LINE_PX or (abs(next_top - top) <= SAME_LINE_PX and next_left < left):
            wrong.append(f"{before.accessibleName()} -> {after.accessibleName()}")
    return wrong


@pytest.mark.parametrize("name", NAMES)
def test_every_control_of_a_part_has_a_name_that_no_other_there_has(window: ClaimWindow, name: str) -> None:
    section = window.section(name)
    names = Counter(one.accessibleName() for one in controls(section))
    nameless = [repr(one) for one in controls(section) if not one.accessibleName()]
    assert not nameless
    assert {one: count for one, count in names.items() if count > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_tab_meets_the_controls_of_each_card_in_reading_order(window: ClaimWindow, name: str) -> None:
    section = window.section(name)
    met = met_by_tab(window.view, section)
    assert [one.accessibleName() for one in controls(section) if one not in met and not is_met_by_arrows(one)] == []
    assert [line for one in cards(section) for line in out_of_order([c for c in met if one.isAncestorOf(c)], one)] == []


@pytest.mark.parametrize("name", NAMES)
def test_tab_goes_from_card_to_card_downwards(window: ClaimWindow, name: str) -> None:
    section = window.section(name)
    order = [
        next((number for number, one in enumerate(cards(section)) if one.isAncestorOf(control)), -1)
        for control in met_by_tab(window.view, section)
    ]
    tops = [place(cards(section)[number], section) for number in dict.fromkeys(order) if number >= 0]
    assert tops == sorted(tops)
    assert [number for number, before in zip(order[1:], order, strict=False) if number != before] == list(
        dict.fromkeys(order)
    )[1:]


def test_tab_meets_rows_that_were_added_where_they_stand(window: ClaimWindow) -> None:
    section = window.section("Payment")
    for name in ("Add adjustment", "Add service line"):
        for _ in range(2):
            QTest.mouseClick(named(section, QPushButton, name), Qt.MouseButton.LeftButton)
            QApplication.processEvents()
    met = met_by_tab(window.view, section)
    names = [one.accessibleName() for one in met]
    assert sum(name.startswith("Adjustment ") and name.endswith(": Group") for name in names) == 3
    assert sum(name.startswith("Line ") and name.endswith(": Procedure") for name in names) == 2
    assert out_of_order(met, section) == []


def test_the_head_and_the_outline_of_a_claim_are_named(window: ClaimWindow) -> None:
    inside = {one for name in NAMES for one in window.view.section(name).findChildren(QWidget)}
    outside = [one for one in controls(window.view) if one not in inside]
    names = [one.accessibleName() for one in outside]
    assert all(names)
    assert len(set(names)) == len(names)
    assert {"Claims", "Open exam", "Parts of the claim"} <= set(names)


def test_every_form_of_an_entry_is_named_with_its_card(window: ClaimWindow) -> None:
    for name in NAMES:
        for made in window.view.section(name).findChildren(EntryCard):
            assert all(":" in one.accessibleName() for one in controls(made.form))


@pytest.fixture(scope="module")
def screen(qapp: QApplication) -> Iterator[tuple[ClaimsView, ClaimsPresenter]]:
    theme = Theme(exam_desk.ShippedResources().read)
    queries = ClaimQueriesInMemory(*(row(number) for number in range(30)))
    queries.exams = [exam_row(1), exam_row(2, "Hartmann")]
    deeds = RecordingDeeds(queries)
    deeds.sentences = ("Prairie Dental Plan: 3 of 4 denied.",)
    view = ClaimsView(theme, Icons(exam_desk.ShippedResources().read, theme))
    presenter = ClaimsPresenter(view, desk(queries), deeds, InlineTasks(), RecordingNotices())
    view.attach(presenter)
    view.attach_remittances(lambda pane: RemittancePresenter(pane, deeds, InlineTasks(), presenter.refresh))
    view.resize(*SIZE)
    view.show()
    presenter.refresh()
    yield view, presenter
    view.close()
    view.deleteLater()


@pytest.mark.parametrize("tab", TABS)
def test_every_control_of_the_claims_screen_has_a_name_of_its_own_and_its_place_in_the_order(
    screen: tuple[ClaimsView, ClaimsPresenter], qtbot: QtBot, tab: Tab
) -> None:
    view, presenter = screen
    presenter.choose_tab(tab)
    names = Counter(one.accessibleName() for one in controls(view))
    assert "" not in names
    assert {one: count for one, count in names.items() if count > 1} == {}
    met = in_focus_order(view)
    lists = [one for one in met if isinstance(one, QAbstractScrollArea)]
    others = [one for one in met if one not in lists]
    assert out_of_order(others, view) == []
    assert out_of_order(lists, view) == []
