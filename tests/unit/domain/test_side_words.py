"""Reading sides in free text."""

import pytest

from parotis.domain.checking.side_words import mentions


def read(text):
    return [(mention.side, mention.standing) for mention in mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It hurts right away when I eat.",
        "The swelling was left untreated for years.",
        "All right otherwise. The bite does not feel right.",
        "He turned left and felt a pop in the jaw.",
        "Head turned to the left. Deviation to the right on opening.",
        "Right-handed. Left knee replaced; stent in the left carotid.",
        "What is left is a small scar; nothing left of the swelling.",
        "Referred by R. Jones and L. Smith.",
        "Pain after RT for carcinoma, both solid and cystic.",
        "The rights of the leftmost bright copyright.",
        "",
        "右側の腫れ",
    ],
)
def test_words_that_only_look_like_a_side_are_none(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My right cheek is puffy in front of the ear.", [("right", "asserted")]),
        ("Lump under my jaw on the left that hurts when I eat.", [("left", "asserted")]),
        ("Rt. parotid swelling, Lt. side normal.", [("right", "asserted"), ("left", "denied")]),
        ("Pain (L) TMJ, clicking (R).", [("left", "asserted"), ("right", "asserted")]),
        ("Swelling R parotid > L parotid.", [("right", "asserted"), ("left", "compared")]),
        ("Swelling L.", [("left", "asserted")]),
        ("Both parotid glands are enlarged.", [("bilateral", "asserted")]),
        ("No mass, cyst or stone in the left gland.", [("left", "doubtful")]),
        ("No stone in the left gland.", [("left", "denied")]),
        ("The left gland shows no abnormality.", [("left", "denied")]),
        ("The gland on the right isn't enlarged.", [("right", "denied")]),
        ("Right cyst without flow.", [("right", "asserted")]),
        ("Right cyst; left parotid not seen.", [("right", "asserted"), ("left", "denied")]),
        ("Right masseter thicker than the left.", [("right", "asserted"), ("left", "compared")]),
        ("Compared with the left, the right one is thick.", [("left", "compared"), ("right", "asserted")]),
        ("Stone of the left gland, removed in 2014.", [("left", "doubtful")]),
        ("Swelling on the right has not gone away.", [("right", "asserted")]),
        ("Swelling right below the ear on the left side.", [("left", "asserted")]),
        ("On the right, no stone; on the left, a stone.", [("right", "denied"), ("left", "asserted")]),
        ("Left TMJ: no effusion. Right TMJ: effusion.", [("left", "denied"), ("right", "asserted")]),
    ],
)
def test_side_and_standing_are_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        ("cyst in the tail of the left parotid gland", "parotid-gland"),
        ("stone of the Wharton's duct on the left", "submandibular-gland"),
        ("pain in the left jaw joint", "temporomandibular-joint"),
        ("left level IIa node", "node-level-iia"),
        ("node at level 2A on the left", "node-level-iia"),
        ("right and left masseters", "masseter"),
        ("lump in front of the left ear", "preauricular-region"),
    ],
)
def test_side_is_bound_to_its_structure(text, structure):
    (left,) = [mention for mention in mentions(text) if mention.side == "left"]
    assert left.structures is not None
    assert structure in left.structures


def test_two_sides_keep_their_own_structures():
    right, left = mentions("Cyst of the right parotid gland and stone of the left submandibular gland.")
    assert "parotid-gland" in (right.structures or ())
    assert "submandibular-gland" in (left.structures or ())
    assert not (right.structures or frozenset()) & (left.structures or frozenset())


def test_sign_is_taken_from_the_words_beside_the_side():
    assert mentions("Palpable lump, left parotid tail.")[0].has_sign
    assert not mentions("Left parotid soft, no swelling.")[0].has_sign


def test_removal_is_past_in_a_history_and_an_act_in_a_plan():
    (past,), (plan,) = mentions("removal of the left gland"), mentions("removal of the left gland", is_plan=True)
    assert (past.standing, plan.standing, plan.has_sign) == ("doubtful", "asserted", True)


def test_endless_text_is_read_in_pieces():
    found = mentions("left parotid " * 2_000)
    assert {mention.side for mention in found} == {"left"}
