"""Which files of a signed exam go to a payer, and what the payer's channel would refuse of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.claims.payers import AttachmentRules

CHANNEL = "claims.pack."
"""What the codes of issues begin with that are the channel's."""
FILES_GAP = "files"
"""The item of the checklist that the same issues are told in."""
IMAGE_PREFIX, PAGE_PREFIX, REPORT = "images/", "report-p", "report.pdf"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file that could be attached. ``reason`` says why it is or is not sent."""

    name: str
    media: str
    size: int
    is_sent: bool
    reason: str


def chosen(sizes: Mapping[str, int], rules: AttachmentRules | None) -> tuple[PackFile, ...]:
    """Which of report, pages and images go to the payer: the signed PDF where it is taken, else its pages."""
    types = rules.types if rules else ()
    takes_pdf, takes_jpeg = not types or "pdf" in types, not types or "jpeg" in types
    found = []
    for name, size in sizes.items():
        if name == REPORT:
            reason = "The signed report." if takes_pdf else "The channel takes no PDF: its pages go instead."
            found.append(PackFile(name, "pdf", size, takes_pdf, reason))
        elif name.startswith(PAGE_PREFIX):
            is_sent = takes_jpeg and not takes_pdf
            reason = "A page of the signed report." if is_sent else "Kept for a channel that takes no PDF."
            found.append(PackFile(name, "jpeg", size, is_sent, reason))
        elif name.startswith(IMAGE_PREFIX):
            reason = "A key image with its label." if takes_jpeg else "The channel takes no JPEG."
            found.append(PackFile(name, "jpeg", size, takes_jpeg, reason))
    return tuple(found)


def channel_problems(files: tuple[PackFile, ...], rules: AttachmentRules | None) -> tuple[Issue, ...]:
    """What the payer's channel would refuse: types, count, megabytes of 1,000,000 bytes."""
    if rules is None:
        return ()
    sent = [file for file in files if file.is_sent]
    found = []
    if files and not sent:
        found.append(
            Issue("claims.pack.types", "blocks", "attachments", "The channel takes neither PDF nor JPEG files.")
        )
    if rules.most_files is not None and len(sent) > rules.most_files:
        text = f"{len(sent)} files would be sent, and the channel takes {rules.most_files}."
        found.append(Issue("claims.pack.count", "blocks", "attachments", text))
    each, together = rules.most_megabytes_each, rules.most_megabytes_together
    for file in sent:
        if each is not None and file.size > each * MEGABYTE:
            text = f"A file has {file.size / MEGABYTE:.1f} MB, and the channel takes {each} MB each."
            found.append(Issue("claims.pack.size", "blocks", file.name, text))
    total = sum(file.size for file in sent)
    if together is not None and total > together * MEGABYTE:
        text = f"The files have {total / MEGABYTE:.1f} MB together, and the channel takes {together} MB."
        found.append(Issue("claims.pack.total", "blocks", "attachments", text))
    return tuple(found)


def sizes_known(report_bytes: int, page_count: int, image_count: int) -> dict[str, int]:
    """The files of a pack before its pages and images are drawn: those have no size yet."""
    return {
        REPORT: report_bytes,
        **{f"{PAGE_PREFIX}{number:02}.jpg": 0 for number in range(1, page_count + 1)},
        **{f"{IMAGE_PREFIX}{number:02}.jpg": 0 for number in range(1, image_count + 1)},
    }
