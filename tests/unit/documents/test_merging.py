"""Several PDFs as one, which is then signed as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.documents.certificates import SIGNED_AT, a_practice
from unit.documents.conftest import a_report, bare

from parotis.documents.adapters import PadesSigner
from parotis.domain.errors import UnreadableInput
from parotis.services.ports import VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.documents.adapters import ReportComposer


def test_pages_follow_each_other_and_the_whole_can_be_signed(
    composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    practice = a_practice()
    first, second = composer.render(a_report("The letter."), {}), composer.render(a_report("The exhibit."), {})
    sealed = PadesSigner().sign(second, practice.leaf(), signed_at=SIGNED_AT, signer_name="H", reason="Final.")
    whole = composer.merged([first, sealed], {"report.pdf": sealed})
    signed = PadesSigner().sign(whole, practice.leaf(), signed_at=SIGNED_AT, signer_name="Helen Park", reason="Appeal.")
    verdict = PadesSigner().verify(signed, practice.root_der)
    assert verdict.status is VerdictStatus.VALID
    assert verdict.attachments["report.pdf"] == sealed
    words = bare(text_of(signed))
    assert words.index("Theletter.") < words.index("Theexhibit.")
    assert len(composer.page_jpegs(signed, dots_per_inch=20)) == 2


def test_a_part_that_is_no_pdf_is_refused(composer: ReportComposer) -> None:
    with pytest.raises(UnreadableInput):
        composer.merged([b"no pdf"], {})
