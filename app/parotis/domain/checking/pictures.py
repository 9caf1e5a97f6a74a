"""The images of the exam: readable, and of what was scanned."""

from __future__ import annotations

from collections.abc import Iterator

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Image
from parotis.domain.checking.context import CheckContext, advises, blocks, is_blank, the
from parotis.domain.issue import Issue


def readable(case: Case, context: CheckContext) -> Iterator[Issue]:
    if not case.images:
        text = "There is no image: the record and most payers want the key images kept."
        yield advises("images.missing", "images", text)
    for place, image in enumerate(case.images):
        if is_blank(image.file):
            yield blocks("images.file.missing", f"images[{place}].file", f"Image {place + 1} has no file.")
        elif place in context.picture_problems:
            text = f"Image {place + 1}: {context.picture_problems[place]}"
            yield blocks("images.file.unreadable", f"images[{place}].file", text)


def labelled(case: Case, _: CheckContext) -> Iterator[Issue]:
    """An image names its structure and side; a key image, which is printed, its plane as well."""
    if case.images and not any(image.key for image in case.images):
        yield advises("images.key.missing", "images[0].key", "No image is marked as a key image.")
    for place, image in enumerate(case.images):
        for name in _unlabelled(image):
            if name == "plane" and not image.key:
                continue
            text = f"{'Key image' if image.key else 'Image'} {place + 1} has no {name}."
            yield advises(f"images.{name}.missing", f"images[{place}].{name}", text)
    seen: set[tuple[str | None, int | None]] = set()
    for place, image in enumerate(case.images):
        if (image.file, image.frame or 1) in seen and not is_blank(image.file):
            text = f"Image {place + 1} is the same picture as another one."
            yield advises("images.repeated", f"images[{place}].file", text)
        seen.add((image.file, image.frame or 1))


def _unlabelled(image: Image) -> Iterator[str]:
    if image.structure is None:
        yield "structure"
    elif image.side is None and STRUCTURES[image.structure].paired:
        yield "side"
    if image.plane is None:
        yield "plane"


def of_what_was_scanned(case: Case, _: CheckContext) -> Iterator[Issue]:
    for place, image in enumerate(case.images):
        if image.structure is None or not case.scan:
            continue
        entries = [entry for entry in case.scan if entry.structure == image.structure]
        name = the(image.structure, image.side)
        if not entries:
            judge = blocks if image.key else advises
            text = f"Image {place + 1} shows {name}, which is not on the scan list."
            yield judge("images.structure.not_scanned", f"images[{place}].structure", text)
            continue
        scanned = frozenset[str]().union(*(sides_of(entry.side) for entry in entries))
        lateral = sides_of(image.side) & {"left", "right"}
        if lateral and scanned & {"left", "right"} and not lateral & scanned and "midline" not in scanned:
            text = f"Image {place + 1} shows {name}, but only the other side is on the scan list."
            yield blocks("images.side.not_scanned", f"images[{place}].side", text)
        elif all(entry.status == "not-examined" for entry in entries):
            text = f"Image {place + 1} shows {name}, which was not examined."
            yield blocks("images.structure.not_examined", f"images[{place}].structure", text)


RULES = (readable, labelled, of_what_was_scanned)
