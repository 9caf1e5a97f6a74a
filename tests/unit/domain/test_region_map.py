from pathlib import Path

import pytest

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.errors import ResourceMissing
from parotis.domain.region_map import EXTENT, VIEWS, Direction, MapView, Mark, RegionMap, keys_of, marks_of

DRAWING = Path(__file__).parents[3] / "resources" / "anatomy" / "face-neck-map.svg"
DIRECTIONS: tuple[Direction, ...] = ("left", "right", "up", "down")


@pytest.fixture(scope="module")
def region_map() -> RegionMap:
    return RegionMap(DRAWING.read_bytes())


def test_every_structure_of_the_format_is_on_the_map_with_each_of_its_sides(region_map: RegionMap) -> None:
    expected = {
        (facts.id, side)
        for facts in STRUCTURES.values()
        if facts.id != "other"
        for side in (("left", "right") if facts.paired else ("midline",))
    }
    assert set(region_map.structures()) == expected


@pytest.mark.parametrize("view", VIEWS)
def test_each_area_is_drawn_once_closed_and_inside_its_box(region_map: RegionMap, view: MapView) -> None:
    shapes = region_map.shapes(view)
    assert len({shape.key for shape in shapes}) == len(shapes)
    for shape in shapes:
        letters = "".join(letter for letter, _ in shape.path)
        assert letters.startswith("M"), shape.key
        assert letters.endswith("Z"), shape.key
        assert letters.count("M") == letters.count("Z") == 1, shape.key
        numbers = [number for _, numbers in shape.path for number in numbers]
        assert all(0 <= number <= EXTENT for number in (*numbers, *shape.anchor)), shape.key


@pytest.mark.parametrize("view", VIEWS)
def test_arrow_keys_walk_from_any_area_to_any_other(region_map: RegionMap, view: MapView) -> None:
    shapes = region_map.shapes(view)
    steps = {
        shape.key: {
            next_shape.key
            for direction in DIRECTIONS
            if (next_shape := region_map.neighbour(shape, direction)) is not None
        }
        for shape in shapes
    }
    for start in steps:
        seen, waiting = {start}, [start]
        while waiting:
            new = steps[waiting.pop()] - seen
            seen |= new
            waiting += new
        assert seen == set(steps), f"not reached from {start}: {set(steps) - seen}"


def test_left_and_right_are_mirror_images(region_map: RegionMap) -> None:
    right = {shape.structure: shape for shape in region_map.shapes("right")}
    for shape in region_map.shapes("left"):
        twin = right[shape.structure]
        assert shape.anchor == (EXTENT - twin.anchor[0], twin.anchor[1])
        assert (shape.side, twin.side) in {("left", "right"), ("midline", "midline")}
    for shape in region_map.shapes("front"):
        is_inset = shape.structure in {"sublingual-gland", "minor-salivary-gland"}
        if shape.side == "right" and not is_inset:
            assert shape.anchor[0] < EXTENT / 2, shape.structure


def test_each_profile_shows_only_its_own_side(region_map: RegionMap) -> None:
    for view in ("left", "right"):
        assert {shape.side for shape in region_map.shapes(view)} == {view, "midline"}


def test_front_prints_the_sides_where_the_patient_has_them(region_map: RegionMap) -> None:
    x = {caption.text: caption.x for caption in region_map.captions("front")}
    assert x["Right"] < EXTENT / 2 < x["Left"]


def test_small_areas_lie_on_top(region_map: RegionMap) -> None:
    for view in VIEWS:
        order = [shape.spot for shape in region_map.shapes(view)]
        assert order == sorted(order)


def test_the_view_of_a_structure_is_its_own_profile_first(region_map: RegionMap) -> None:
    assert region_map.views_showing("parotid-gland", "left")[0] == "left"
    assert region_map.views_showing("tongue", "midline") == region_map.views_showing("tongue", None) == ("front",)
    assert set(region_map.views_showing("parotid-gland", "bilateral")) == set(VIEWS)
    assert region_map.views_showing("other", "left") == ()


@pytest.mark.parametrize(
    "damaged",
    [b"", b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["empty", "cut", "another drawing"],
)
def test_a_damaged_drawing_is_named_as_a_missing_resource(damaged: bytes) -> None:
    with pytest.raises(ResourceMissing):
        RegionMap(damaged)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"profile.masseter.right", b"profile.elbow.right"),
        (b"profile.masseter.right", b"profile.masseter.top"),
        (b'd="M', b'd="M7 C'),
    ],
    ids=["unknown structure", "unknown side", "short path"],
)
def test_a_drawing_that_says_something_else_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(ResourceMissing):
        RegionMap(DRAWING.read_bytes().replace(old, new))


def test_sides_of_an_exam_stand_for_areas() -> None:
    assert keys_of("masseter", "bilateral") == (("masseter", "right"), ("masseter", "left"))
    assert keys_of("tongue", None) == keys_of("tongue", "midline") == (("tongue", "midline"),)


def test_a_finding_is_never_hidden_by_a_scan_of_the_same_area() -> None:
    finding, scanned = Mark("finding", ("A",)), Mark("scanned")
    recorded = [
        ("masseter", "right", finding),
        ("masseter", "bilateral", scanned),
        ("masseter", "right", Mark("finding", ("B", "A"))),
    ]
    assert marks_of(recorded) == {
        ("masseter", "right"): Mark("finding", ("A", "B")),
        ("masseter", "left"): scanned,
    }
