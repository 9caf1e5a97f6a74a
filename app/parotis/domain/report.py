"""The report as a content tree: composed once, drawn as PDF by ``parotis.documents`` and as text beside the form.

Composition is in ``parotis.domain.report_composition``. Every text is plain data, never markup. ``source`` is the path
of the field that a text comes from, so that a click on it can go there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from parotis.domain.trend import Trend

ATTACHMENT_NAME: Final = "case.json"
"""The name under which the clinical part of the case is embedded in the PDF."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look. ``source`` is a case path or None for fixed words."""

    text: str
    strong: bool = False
    muted: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]


def recorded(source: str, text: str | None) -> Paragraph:
    """The text of the field at ``source``, or that it is not recorded."""
    return Paragraph((Run(text, source=source) if text else Run("Not recorded.", muted=True, source=source),))


@dataclass(frozen=True, slots=True)
class Callout:
    """The impression: set apart, strong."""

    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``column_shares`` add up to 1. A cell is a paragraph. The header repeats after a page break."""

    header: tuple[str, ...]
    rows: tuple[tuple[Paragraph, ...], ...]
    column_shares: tuple[float, ...]


def row(*cells: Run) -> tuple[Paragraph, ...]:
    """A row of a table with one run in each cell."""
    return tuple(Paragraph((cell,)) for cell in cells)


@dataclass(frozen=True, slots=True)
class TrendPlot:
    """Sizes over dates, drawn; ``caption`` says the same in words."""

    plot: Trend
    caption: str


@dataclass(frozen=True, slots=True)
class MapMark:
    """A structure drawn as scanned, with the letters of its lesions (empty when there is none)."""

    structure: str
    side: str
    has_finding: bool
    letters: str = ""


@dataclass(frozen=True, slots=True)
class RegionDrawing:
    """The face-and-neck map in the views named ("front", "right", "left"), with the marks."""

    views: tuple[str, ...]
    marks: tuple[MapMark, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class KeyImage:
    """``picture`` names the picture handed to the renderer; the label lines are printed as its border."""

    picture: str
    label_lines: tuple[str, ...]
    caption: str | None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class KeyImages:
    images: tuple[KeyImage, ...]


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Printed name, credentials, licence, time with zone and meaning; ``signed`` False shows that nobody has signed.

    ``by_hand`` are the captions of blank rules to be written on; with them nothing is said of a digital signature.
    """

    lines: tuple[Paragraph, ...]
    signed: bool
    by_hand: tuple[str, ...] = ()


Block = Paragraph | Callout | Table | TrendPlot | RegionDrawing | KeyImages | SignatureBlock


@dataclass(frozen=True, slots=True)
class Section:
    """``title`` None continues without a heading. ``beside`` is drawn to the right of the text where there is room."""

    title: str | None
    blocks: tuple[Block, ...]
    beside: RegionDrawing | None = None


@dataclass(frozen=True, slots=True)
class IdentityItem:
    label: str
    text: str
    strong: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Practice name and address lines at the left, document and exam lines at the right."""

    name: str
    address_lines: tuple[str, ...]
    right_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """On every page: patient and exam identity at the left, document in the middle; the renderer adds page x of y."""

    left: str
    middle: str
    page_words: tuple[str, str] = ("Page", "of")
    """The words before the number of the page and before their count."""


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    subtitle: str
    letterhead: Letterhead
    identity: tuple[IdentityItem, ...]
    sections: tuple[Section, ...]
    footer: Footer
    is_draft: bool
    attachment: bytes | None = None
    """The clinical part of the case in its canonical bytes, embedded in the PDF as ``case.json``."""
    addressee: tuple[str, ...] = ()
    """Lines above the title: to whom a letter goes. A report has none."""
    document_title: str = "Ultrasound report"
    """The title in the PDF's properties: fixed words, never a name."""
    language: str = "en-US"
    """The language of the fixed words, as the PDF's properties name it."""
