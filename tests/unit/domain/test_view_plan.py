from __future__ import annotations

from parotis.domain.case import Case, Finding, Image, Lesion
from parotis.domain.view_plan import plan


def test_a_joint_needs_both_mouth_positions_and_an_image_counts_once() -> None:
    joint = Finding("temporomandibular-joint", "right", "normal")
    closed = Image("a.png", "temporomandibular-joint", "right", "coronal", "closed mouth")
    found = {view.phase: view.image for view in plan(Case(findings=(joint,), images=(closed,)))}
    assert found["closed mouth"] == 1
    assert found["open mouth"] is None


def test_an_image_of_the_other_side_shows_nothing_of_this_one() -> None:
    gland = Finding("parotid-gland", "right", "normal")
    left = Image("a.png", "parotid-gland", "left", "longitudinal")
    assert all(view.image is None for view in plan(Case(findings=(gland,), images=(left,))))


def test_a_measured_lesion_asks_for_more_views_than_a_normal_gland() -> None:
    normal = Finding("parotid-gland", "right", "normal")
    sized = Lesion("A", "solid-mass", size_mm=(10, 8, 7))  # type: ignore[arg-type]
    mass = Finding("parotid-gland", "right", "abnormal", lesions=(sized,))
    assert len(plan(Case(findings=(mass,)))) > len(plan(Case(findings=(normal,)))) > 0


def test_what_was_not_examined_needs_no_image() -> None:
    assert plan(Case(findings=(Finding("parotid-gland", "right", "not-examined"),))) == ()
