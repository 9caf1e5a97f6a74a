from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.case import Case
from parotis.presentation.undo import Draft, History


def _draft(text: str) -> Draft:
    return Draft(dataclasses.replace(Case(), complaint=text))


def test_a_run_of_typing_in_one_field_is_one_step() -> None:
    history = History()
    for before in ("", "s", "sw"):
        history.record(_draft(before), "complaint", is_typing=True)
    assert history.undo(_draft("swe")) == (_draft(""), "complaint")
    assert not history.can_undo


def test_another_field_or_a_pause_starts_a_step() -> None:
    history = History()
    history.record(_draft("a"), "complaint", is_typing=True)
    history.record(_draft("b"), "history", is_typing=True)
    history.break_run()
    history.record(_draft("c"), "history", is_typing=True)
    assert [history.undo(_draft("d")), history.undo(_draft("c")), history.undo(_draft("b"))] == [
        (_draft("c"), "history"),
        (_draft("b"), "history"),
        (_draft("a"), "complaint"),
    ]


def test_the_history_is_bounded() -> None:
    history = History(most_steps=3)
    for number in range(10):
        history.record(_draft(str(number)), "complaint", is_typing=False)
    steps = 0
    while history.undo(_draft("now")) is not None:
        steps += 1
    assert steps == 3


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = History()
    history.record(_draft("a"), "complaint", is_typing=False)
    history.undo(_draft("b"))
    assert history.can_redo
    history.record(_draft("a"), "complaint", is_typing=False)
    assert not history.can_redo


@given(st.lists(st.text(max_size=3), min_size=1, max_size=20))
def test_undoing_everything_and_redoing_it_comes_back(texts: list[str]) -> None:
    history, now = History(), _draft("start")
    for text in texts:
        history.record(now, "complaint", is_typing=False)
        now = _draft(text)
    last = now
    while (step := history.undo(now)) is not None:
        now = step[0]
    assert now == _draft("start")
    while (step := history.redo(now)) is not None:
        now = step[0]
    assert now == last
