"""835 files are read whole and balanced, or refused with every fault at its segment and no value told."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import remittance_text as made
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parotis.domain.claims import lifecycle, money
from parotis.domain.claims.records import Adjustment
from parotis.domain.claims.remittance_files import ProviderAdjustment, RemittanceFile
from parotis.domain.errors import UnreadableInput
from parotis.x12.problems import MOST_PROBLEMS
from parotis.x12.remittance_reader import X12RemittanceReader
from parotis.x12.segments import LARGEST_BYTES

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "835").glob("*.835"))
WHOLE = made.with_claims(*made.DENIED)


def read(data: bytes) -> RemittanceFile:
    return X12RemittanceReader().read(data)


def problems_of(data: bytes) -> dict[str, str]:
    with pytest.raises(UnreadableInput) as refused:
        read(data)
    return dict(refused.value.problems)


def changed(old: str, new: str, data: bytes = WHOLE) -> bytes:
    assert data.count(old.encode()) == 1
    return data.replace(old.encode(), new.encode())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_read_and_balance(path: Path) -> None:
    file = read(path.read_bytes())
    assert len(file.payments) == 1
    for payment in file.payments:
        assert payment.is_balanced
        assert payment.claims
        assert payment.payer_name
        assert payment.trace_number
        for claim in payment.claims:
            adjusted = sum(money.cents(one.amount) for one in lifecycle.all_adjustments(claim))
            assert money.cents(claim.charged) - money.cents(claim.paid) == adjusted
            assert claim.received_on == payment.paid_on


def test_there_are_three_samples() -> None:
    assert [path.stem for path in SAMPLES] == ["cob-contractural-adjustment", "managed-care", "secondary-payment"]


def test_impossible_payment_date_gives_way_to_the_date_of_the_file() -> None:
    managed = next(path for path in SAMPLES if path.stem == "managed-care")
    assert read(managed.read_bytes()).payments[0].paid_on == dt.date(2002, 3, 14)


def test_composites_are_split_by_a_separator_that_the_isa_does_not_name() -> None:
    secondary = next(path for path in SAMPLES if path.stem == "secondary-payment")
    lines = read(secondary.read_bytes()).payments[0].claims[1].lines
    assert [line.procedure for line in lines] == ["12345", "66543"]
    assert [line.service_date for line in lines] == [dt.date(2005, 1, 6)] * 2


def test_every_part_of_a_denied_claim_is_taken() -> None:
    payment = read(WHOLE).payments[0]
    assert (payment.payer_name, payment.payee_name, payment.payee_id) == (
        "SAMPLE PAYER", "SAMPLE PRACTICE", "1234567893",
    )  # fmt: skip
    claim = payment.claims[0]
    assert (claim.patient_control_number, claim.payer_claim_number, claim.status_code) == ("ABC123", "PAYER77", "4")
    assert (claim.charged, claim.paid, claim.patient_responsibility) == ("210.00", "0.00", None)
    assert claim.received_on == dt.date(2026, 11, 1)
    assert claim.adjustments == ()
    line = claim.lines[0]
    assert (line.procedure, line.service_date, line.remarks) == ("D0370", dt.date(2026, 10, 1), ("N706",))
    assert line.adjustments == (Adjustment("CO", "50", "210.00"),)


@pytest.mark.parametrize(
    ("written", "cents"),
    [("100", 10000), (".5", 50), ("1.", 100), ("0007.10", 710), ("123456789.5", 12345678950), ("2.500", 250)],
)
def test_amounts_are_read_in_every_form_of_x12(written: str, cents: int) -> None:
    claim = (f"CLP*A*1*{written}*{written}**12*P",)
    assert money.cents(read(made.with_claims(*claim, total=written)).payments[0].claims[0].paid) == cents


def test_reversal_and_correction_in_one_payment_balance() -> None:
    file = read(
        made.with_claims(
            "CLP*A*22*-210*-150**12*P",
            "CAS*CO*45*-60",
            "CLP*A*1*210*200*10*12*P",
            "CAS*PR*2*10**45*0",
            "MOA***N706*MA130",
            total="50",
        )
    )
    reversal, correction = file.payments[0].claims
    assert (reversal.status_code, reversal.paid) == ("22", "-150.00")
    assert [one.reason for one in correction.adjustments] == ["2", "45"]
    assert correction.remarks == ("N706", "MA130")
    assert correction.patient_responsibility == "10.00"


def test_inpatient_facts_remarks_and_quantities_are_read() -> None:
    claim = read(
        made.with_claims(
            "LX*1",
            "TS3*1234567893*11*20261231*1*500",
            "TS2*2178.45*1919.71",
            "CLP*A*1*500*400**MA*P*11*1",
            "NM1*QC*1*SAMPLE*PERSON",
            "CAS*CO*45*60*1*96*40*2",
            "NM1*74*1*OTHER*PERSON",
            "NM1*TT*2*NEXT PAYER*****PI*99",
            "MIA*0***400*MA01***************N1",
            "DTM*232*20261001",
            "QTY*CA*8",
            total="400",
        )
    ).payments[0]
    assert claim.claims[0].remarks == ("MA01", "N1")
    assert [one.amount for one in claim.claims[0].adjustments] == ["60.00", "40.00"]


def test_provider_adjustments_lower_the_payment() -> None:
    payment = read(
        made.with_claims(
            "CLP*A*1*100*100**12*P", "PLB*1234567893*20261231*WO:OLD1*30*L6*-1.25*CV>NEXT*1.25", total="70"
        )
    ).payments[0]
    assert payment.provider_adjustments == (
        ProviderAdjustment("WO", "OLD1", "30.00"),
        ProviderAdjustment("L6", None, "-1.25"),
        ProviderAdjustment("CV", "NEXT", "1.25"),
    )
    assert payment.is_balanced


def test_several_payments_groups_and_interchanges_are_kept_apart() -> None:
    first = made.interchange(
        made.message(["CLP*A*1*9*9**12*P"], total="9"), made.message(["CLP*B*1*8*8**12*P"], total="8", number="0002")
    )
    second = made.interchange(made.message(["CLP*C*1*7*7**12*P"], total="7")).replace(b"000000001", b"000000002")
    paid = [(one.paid, one.claims[0].patient_control_number) for one in read(first + second).payments]
    assert paid == [("9.00", "A"), ("8.00", "B"), ("7.00", "C")]


@pytest.mark.parametrize("ends", ["~\r\n", "~", "~\n\n", "\n", "\r\n", "\r", "|", "~ \n"])
def test_line_ends_and_terminators_of_every_kind_are_read(ends: str) -> None:
    assert read(WHOLE.replace(b"~\n", ends.encode())) == read(WHOLE)


def test_other_separators_are_taken_from_the_isa() -> None:
    other = WHOLE.replace(b"*", b"\x1d").replace(b":", b"\x1f").replace(b"~\n", b"\x1c")
    assert read(other) == read(WHOLE)
    assert read(b"\xef\xbb\xbf\n " + WHOLE + b"\n\n") == read(WHOLE)


def test_names_in_an_old_western_encoding_are_read() -> None:
    assert read(WHOLE.replace(b"SAMPLE PAYER", b"PAYER N\xda\xd1EZ")).payments[0].payer_name == "PAYER N\u00da\u00d1EZ"


def test_payment_without_any_date_has_none() -> None:
    undated = changed("*20261101~", "~", changed("DTM*405*20261101~\n", "", changed("SE*13*", "SE*12*")))
    assert read(undated).payments[0].claims[0].received_on is None


def test_two_thousand_claims_give_back_their_totals() -> None:
    payment = read(made.of_many(2000)).payments[0]
    assert len(payment.claims) == len({claim.patient_control_number for claim in payment.claims}) == 2000
    assert sum(money.cents(claim.charged) for claim in payment.claims) == 2000 * 25000
    assert sum(money.cents(claim.paid) for claim in payment.claims) == 2000 * 15025 == money.cents(payment.paid)
    adjusted = sum(money.cents(one.amount) for claim in payment.claims for one in lifecycle.all_adjustments(claim))
    assert adjusted == 2000 * 9975
    assert all(claim.lines[1].remarks == ("N1",) for claim in payment.claims)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4**0*", "segment 9 CLP03"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*210.00**", "segment 9 CLP04"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*2l0.00*0*", "segment 9 CLP03"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*210.005*0*", "segment 9 CLP03"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*1e3*0*", "segment 9 CLP03"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*210.00*1234567890*", "segment 9 CLP04"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*210.00*1*", "segment 9 CLP04"),
        ("CLP*ABC123*4*210.00*0*", "CLP*ABC123*4*211.00*0*", "segment 9 CLP04"),
        ("CLP*ABC123*4*", "CLP**4*", "segment 9 CLP01"),
        ("CLP*ABC123*4*", "CLP*ABC123**", "segment 9 CLP02"),
        ("0**12*PAYER77", "0*1,5*12*PAYER77", "segment 9 CLP05"),
        ("BPR*I*0*", "BPR*I**", "segment 4 BPR02"),
        ("BPR*I*0*", "BPR*I*ten*", "segment 4 BPR02"),
        ("BPR*I*0*", "BPR*I*10*", "segment 4 BPR02"),
        ("BPR*", "REF*", "segment 3 ST"),
        ("DTM*405*20261101", "DTM*405*20261301", "segment 6 DTM02"),
        ("DTM*472*20261001", "DTM*472*20260230", "segment 12 DTM02"),
        ("DTM*472*20261001", "DTM*472*261001", "segment 12 DTM02"),
        ("SVC*AD:D0370*210.00*0*", "SVC*AD:D0370**0*", "segment 11 SVC02"),
        ("SVC*AD:D0370*210.00*0*", "SVC*AD:D0370*210.00*1*", "segment 11 SVC03"),
        ("0**1~", "0**one~", "segment 11 SVC05"),
        ("CAS*CO*50*210.00", "CAS*XX*50*210.00", "segment 13 CAS01"),
        ("CAS*CO*50*210.00", "CAS*CO**210.00", "segment 13 CAS02"),
        ("CAS*CO*50*210.00", "CAS*CO*5 0*210.00", "segment 13 CAS02"),
        ("CAS*CO*50*210.00", "CAS*CO*50", "segment 13 CAS03"),
        ("CAS*CO*50*210.00", "CAS*CO", "segment 13 CAS02"),
        ("CAS*CO*50*210.00", "CAS*CO*50*210.00*few", "segment 13 CAS04"),
        ("LQ*HE*N706", "LQ*HE*what was said", "segment 14 LQ02"),
        ("LQ*HE*N706", "AMT*B6*much", "segment 14 AMT02"),
        ("LQ*HE*N706", "lq*HE*N706", "segment 14"),
        ("LQ*HE*N706", "HL*1", "segment 14"),
        ("LQ*HE*N706", "", "segment 14"),
        ("LQ*HE*N706", "PLB*1*20261231", "segment 14 PLB03"),
        ("LQ*HE*N706", "LQ*HE*N7\t06", "segment 14"),
        ("SE*13*0001", "SE*14*0001", "segment 15 SE01"),
        ("SE*13*0001", "SE*many*0001", "segment 15 SE01"),
        ("SE*13*0001", "SE*13*0002", "segment 15 SE02"),
        ("SE*13*0001~\n", "", "segment 3 ST"),
        ("GE*1*1", "GE*2*1", "segment 16 GE01"),
        ("GE*1*1", "GE*1*2", "segment 16 GE02"),
        ("GE*1*1~\n", "", "segment 2 GS"),
        ("IEA*1*000000001", "IEA*0*000000001", "segment 17 IEA01"),
        ("IEA*1*000000001", "IEA*1*000000002", "segment 17 IEA02"),
        ("IEA*1*000000001~\n", "", "segment 1 ISA"),
        ("IEA*1*000000001~\n", "IEA*1*000000001~\nIEA*1*000000001~\n", "segment 18 IEA"),
        ("IEA*1*000000001~\n", "IEA*1*000000001~\nCLP*A*1*1*1~\n", "segment 18"),
        ("IEA*1*000000001~", "IEA*1*000000001", "segment 17"),
        ("GS*HP*", "GS*HC*", "segment 2 GS01"),
        ("005010X221A1", "004010X091A1", "segment 2 GS08"),
        ("ST*835*0001", "ST*999*0001", "segment 3 ST01"),
        ("ST*835*0001", "ST*835", "segment 3 ST02"),
        ("ST*835*0001", "ST*835*0001*005010X222A1", "segment 3 ST03"),
        ("ISA*00*", "isa*00*", "segment 1 ISA"),
        ("ISA*00*          *", "ISA*00**", "segment 1 ISA"),
        ("*P*:~", "*P**~", "segment 1 ISA"),
        ("00501*", "00301*", "segment 1 ISA"),
        ("GS*", "\nSVC*AD:D0370*1*1~GS*", "segment 2"),
    ],
)
def test_each_fault_is_named_at_its_segment(old: str, new: str, path: str) -> None:
    assert path in problems_of(changed(old, new))


def test_all_faults_of_a_file_are_named_at_once_and_in_order() -> None:
    broken = changed("BPR*I*0*", "BPR*I*ten*", changed("CAS*CO*50", "CAS*XX*50", changed("GE*1*", "GE*3*")))
    assert list(problems_of(broken)) == ["segment 4 BPR02", "segment 13 CAS01", "segment 16 GE01"]


def test_one_unbalanced_claim_of_many_refuses_the_file_and_is_the_only_one_named() -> None:
    many = made.of_many(30)
    at = many.rindex(b"*49.75")
    assert problems_of(many[:at] + b"*49.74" + many[at + 6 :]).keys() == {"segment 361 SVC03", "segment 358 CLP04"}


def test_the_same_content_twice_is_refused() -> None:
    assert list(problems_of(WHOLE + WHOLE)) == ["segment 18 ISA13"]
    twice = made.interchange(made.message(made.DENIED), made.message(made.DENIED))
    assert list(problems_of(twice)) == ["segment 16 ST02"]


def test_a_later_interchange_with_other_separators_is_refused() -> None:
    other = WHOLE.replace(b"000000001", b"000000002").replace(b"*P*:", b"*P*>")
    assert list(problems_of(WHOLE + other)) == ["segment 18 ISA"]


def test_another_message_is_named_once_and_not_judged_by_the_rules_of_a_remittance() -> None:
    claim = made.interchange("ST*837*0001*005010X224A2~\nBHT*0019*00~\nCLM*A*1~\nSE*4*0001~\n")
    claim = claim.replace(b"GS*HP*", b"GS*HC*").replace(b"005010X221A1", b"005010X224A2")
    assert list(problems_of(claim)) == ["segment 2 GS01", "segment 3 ST01"]


def test_file_without_a_payment_is_refused() -> None:
    assert problems_of(made.interchange()) == {"file": "The file holds no payment (ST 835)."}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n ",
        b"%PDF-1.7 not a remittance",
        bytes(range(256)) * 50,
        WHOLE.decode().encode("utf-16"),
        b"\0" * (LARGEST_BYTES + 1),
        WHOLE[:107] + b"A" * 300_000,
        WHOLE[:107] + b"A~" * 5_000,
        b"ISA" + b"*" * 200,
        b"ISA*",
    ],
    ids=["empty", "blank", "pdf", "binary", "utf-16", "huge", "endless", "garbage", "stars", "short"],
)
def test_what_is_no_remittance_is_refused(data: bytes) -> None:
    assert 1 <= len(problems_of(data)) <= MOST_PROBLEMS + 1


def test_every_truncation_is_refused() -> None:
    body = WHOLE.rstrip()
    for length in range(len(body)):
        assert problems_of(body[:length])


def test_no_value_of_the_file_is_told() -> None:
    secret = "ZEBRA"
    broken = made.with_claims(
        f"CLP*{secret * 20}*{secret}*{secret}*{secret}*{secret}*12*{secret * 20}",
        f"NM1*QC*1*{secret}",
        f"{secret}*1",
        f"SVC*{secret * 20}*{secret}*{secret}**{secret}",
        f"DTM*472*{secret}",
        f"CAS*{secret}*{secret}{secret}*{secret}*{secret}",
        f"LQ*HE*{secret}{secret}",
        f"PLB*{secret}*{secret}*{secret * 20}*{secret}",
        total=secret,
    ).replace(b"GS*HP", f"GS*{secret}".encode())
    for data in (broken, broken.replace(f"GS*{secret}".encode(), b"GS*HP"), b"ISA*" + secret.encode() * 30):
        found = problems_of(data)
        assert secret not in repr(found)
        assert secret.lower() not in repr(found).lower()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"ISA")
def test_any_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    assert problems_of(data)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ISAGSTCLP*~:\n.-0123456789ADX", max_size=600))
def test_any_text_behind_a_whole_header_is_refused(text: str) -> None:
    assert problems_of(f"{made.ISA}~{text}".encode())


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([WHOLE, *(path.read_bytes() for path in SAMPLES)]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 3), st.binary(max_size=4)), min_size=1, max_size=4),
)
def test_a_damaged_file_is_read_balanced_or_refused(data: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, taken, put in cuts:
        at %= len(data) + 1
        data = data[:at] + put + data[at + taken :]
    try:
        file = read(data)
    except UnreadableInput as refused:
        assert refused.problems
        return
    assert file.payments
    for payment in file.payments:
        assert payment.is_balanced
        for claim in payment.claims:
            lifecycle.state_by_amounts(claim)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=3))
def test_segments_moved_about_are_read_balanced_or_refused(path: Path, moves: list[tuple[int, int]]) -> None:
    segments = path.read_text("ascii").split("~\n")
    for origin, target in moves:
        segments.insert(target % len(segments), segments.pop(origin % len(segments)))
    try:
        file = read("~\n".join(segments).encode())
    except UnreadableInput as refused:
        assert refused.problems
        return
    assert all(payment.is_balanced for payment in file.payments)


def test_the_library_is_loaded_only_when_a_file_is_read() -> None:
    script = "import sys; import parotis.x12.remittance_reader; sys.exit('pyx12' in sys.modules)"
    path = os.pathsep.join(sys.path)
    assert subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": path}).returncode == 0
