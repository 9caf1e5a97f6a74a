from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from unit.documents.certificates import SIGNED_AT, Practice, a_practice
from unit.documents.conftest import a_report

from parotis.documents import verification
from parotis.documents.adapters import PadesSigner, ReportComposer
from parotis.domain.errors import SelfCheckFailed, SignerUnavailable, UnreadableInput
from parotis.services.ports import SigningIdentity, VerdictStatus


@pytest.fixture(scope="module")
def practice() -> Practice:
    return a_practice()


@pytest.fixture(scope="module")
def unsigned(composer: ReportComposer) -> bytes:
    return composer.render(a_report("Normal."), {})


def _signed(pdf: bytes, identity: SigningIdentity) -> bytes:
    return PadesSigner().sign(pdf, identity, signed_at=SIGNED_AT, signer_name="Helen Park, DDS", reason="Final report.")


@pytest.fixture(scope="module")
def signed(unsigned: bytes, practice: Practice) -> bytes:
    return _signed(unsigned, practice.leaf())


def _status(pdf: bytes, root: bytes | None) -> VerdictStatus:
    return PadesSigner().verify(pdf, root).status


def test_signed_report_is_valid_and_names_signer_time_and_case(signed: bytes, practice: Practice) -> None:
    verdict = PadesSigner().verify(signed, practice.root_der)
    assert verdict.status is VerdictStatus.VALID
    assert verdict.signer == "Helen Park, DDS"
    assert verdict.signed_at == SIGNED_AT
    assert verdict.attachments == {"case.json": b'{"case":1}'}


def test_signature_keeps_the_unsigned_bytes_as_they_were(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned)


def test_other_tools_find_a_valid_signature_over_the_total_document(signed: bytes, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None or shutil.which("qpdf") is None:
        pytest.skip("pdfsig and qpdf are not installed")
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    found = subprocess.run(["pdfsig", file], check=True, capture_output=True, text=True).stdout
    assert "Signature is Valid" in found
    assert "Total document signed" in found
    assert "ETSI.CAdES.detached" in found
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)


def test_signer_of_another_practice_is_unknown(signed: bytes) -> None:
    assert _status(signed, a_practice("Other root").root_der) is VerdictStatus.UNKNOWN_ISSUER


def test_root_of_the_same_name_does_not_vouch(signed: bytes) -> None:
    assert _status(signed, a_practice().root_der) is VerdictStatus.UNKNOWN_ISSUER


def test_without_a_root_nobody_vouches(signed: bytes) -> None:
    assert PadesSigner().verify(signed, None).reasons == (verification.NO_ROOT,)


def test_report_without_signature_is_not_signed(unsigned: bytes, practice: Practice) -> None:
    assert _status(unsigned, practice.root_der) is VerdictStatus.NOT_SIGNED


def test_certificate_may_run_out_after_signing(unsigned: bytes, practice: Practice) -> None:
    short = practice.leaf(starts=SIGNED_AT - timedelta(days=1), days=32)
    assert _status(_signed(unsigned, short), practice.root_der) is VerdictStatus.VALID


def _updated(pdf: bytes, change: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page_reference = writer.find_page_for_modification(0)[0]
    page = page_reference.get_object()
    if change == "info":
        info = writer.trailer["/Info"]
        info["/Title"] = generic.TextStringObject("Other patient")
        writer.update_container(info)
    elif change == "content":
        stream = generic.StreamObject(stream_data=b"0 0 300 300 re f")
        page["/Contents"] = writer.add_object(stream)
        writer.update_container(page)
    elif change == "annotation":
        note = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
                generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 300, 300))),
                generic.pdf_name("/Contents"): generic.TextStringObject("normal"),
            }
        )
        annotations = page.get("/Annots", generic.ArrayObject())
        page["/Annots"] = generic.ArrayObject([*annotations, writer.add_object(note)])
        writer.update_container(page)
    elif change == "page":
        pages = writer.root["/Pages"]
        pages["/Count"] = generic.NumberObject(1)
        pages["/Kids"] = generic.ArrayObject([page_reference])
        writer.update_container(pages)
        writer.root["/PageMode"] = generic.pdf_name("/FullScreen")
        writer.update_root()
    elif change == "form removed":
        del writer.root["/AcroForm"]
        writer.update_root()
    elif change == "attachment":
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        file = names[1]["/EF"].raw_get("/F")
        replaced = generic.StreamObject(stream_data=b'{"case":2}')
        writer.objects[0, file.idnum] = replaced
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("change", ["info", "content", "annotation", "page", "form removed", "attachment"])
def test_update_behind_the_signature_is_found(change: str, signed: bytes, practice: Practice) -> None:
    changed = _updated(signed, change)
    assert changed.startswith(signed)
    assert changed != signed
    assert _status(changed, practice.root_der) is VerdictStatus.CHANGED


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"\0" * 100, b"garbage"])
def test_bytes_behind_the_signature_are_found(tail: bytes, signed: bytes, practice: Practice) -> None:
    assert _status(signed + tail, practice.root_der) is VerdictStatus.CHANGED


def test_second_signature_is_refused(signed: bytes, practice: Practice) -> None:
    with pytest.raises(SelfCheckFailed):
        _signed(signed, practice.leaf())


def test_file_cut_back_to_before_signing_is_not_signed(signed: bytes, unsigned: bytes, practice: Practice) -> None:
    assert _status(signed[: len(unsigned)], practice.root_der) is VerdictStatus.NOT_SIGNED


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.98, 0.999])
def test_truncated_file_is_never_valid(share: float, signed: bytes, practice: Practice) -> None:
    assert _status(signed[: int(len(signed) * share)], practice.root_der) in (
        VerdictStatus.CHANGED,
        VerdictStatus.NOT_SIGNED,
    )


def test_flipped_bits_in_the_signed_part_are_found(signed: bytes, practice: Practice) -> None:
    numbers = re.search(rb"/ByteRange \[\s*0 (\d+) (\d+)", signed)
    assert numbers is not None
    start, end = (int(number) for number in numbers.groups())
    for position in range(0, len(signed), len(signed) // 60):
        if start <= position < end:
            continue
        flipped = bytearray(signed)
        flipped[position] ^= 0x04
        if b"%PDF-" not in flipped[:1024]:
            continue
        assert _status(bytes(flipped), practice.root_der) in (VerdictStatus.CHANGED, VerdictStatus.NOT_SIGNED), position


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/ByteRange [", b"/ByteRangX ["),
        (b"/ByteRange [0", b"/ByteRange [9"),
        (b"ETSI.CAdES.detached", b"ETSI.CAdES.detachXX"),
        (b"/DocMDP", b"/DocMDX"),
    ],
)
def test_bent_signature_dictionary_is_found(old: bytes, new: bytes, signed: bytes, practice: Practice) -> None:
    assert old in signed
    assert _status(signed.replace(old, new), practice.root_der) in (VerdictStatus.CHANGED, VerdictStatus.NOT_SIGNED)


def test_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(UnreadableInput):
        PadesSigner().verify(b"hello", None)


def test_root_that_is_no_certificate_is_refused(signed: bytes) -> None:
    with pytest.raises(UnreadableInput):
        PadesSigner().verify(signed, b"hello")


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        ({"starts": SIGNED_AT + timedelta(days=1)}, "not yet valid"),
        ({"starts": SIGNED_AT - timedelta(days=100), "days": 90}, "expired"),
        ({"days": 35}, "less than 30 days"),
        ({"non_repudiation": False}, "not meant for signing"),
        ({"other_key": True}, "does not belong"),
    ],
)
def test_unfit_certificate_is_refused_before_signing(
    leaf: dict[str, object], reason: str, unsigned: bytes, practice: Practice
) -> None:
    with pytest.raises(SignerUnavailable) as refused:
        _signed(unsigned, practice.leaf(**leaf))  # type: ignore[arg-type]
    assert reason in refused.value.reason


def test_leaf_of_another_practice_is_refused_before_signing(unsigned: bytes, practice: Practice) -> None:
    leaf = practice.leaf()
    foreign = SigningIdentity(leaf.private_key, leaf.certificate, (a_practice("Other root").root_der,))
    with pytest.raises(SignerUnavailable, match="not issued by this practice"):
        _signed(unsigned, foreign)


def test_unreadable_key_is_refused_before_signing(unsigned: bytes, practice: Practice) -> None:
    leaf = practice.leaf()
    with pytest.raises(SignerUnavailable):
        _signed(unsigned, SigningIdentity(b"no key", leaf.certificate, leaf.chain))


def test_room_behind_the_signature_may_hold_only_zeros(signed: bytes, practice: Practice) -> None:
    end = signed.index(b"0" * 100 + b">") + 100
    filled = signed[: end - 50] + b"1" + signed[end - 49 :]
    assert _status(filled, practice.root_der) is VerdictStatus.CHANGED
