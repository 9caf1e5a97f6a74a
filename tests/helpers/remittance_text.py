"""X12 835 files written for tests: whole and balanced unless a test breaks them."""

from __future__ import annotations

from collections.abc import Iterable

ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261101*1200*^*00501*000000001*0*P*:"
GS = "GS*HP*PAYER*PRACTICE*20261101*1200*1*X*005010X221A1"
HEADER = ("TRN*1*TRACE1*1999999999", "DTM*405*20261101", "N1*PR*SAMPLE PAYER", "N1*PE*SAMPLE PRACTICE*XX*1234567893")
DENIED = (
    "CLP*ABC123*4*210.00*0**12*PAYER77",
    "NM1*QC*1*SAMPLE*PERSON",
    "SVC*AD:D0370*210.00*0**1",
    "DTM*472*20261001",
    "CAS*CO*50*210.00",
    "LQ*HE*N706",
)
"""One claim, denied in full."""


def message(segments: Iterable[str], *, total: str = "0", number: str = "0001", header: Iterable[str] = HEADER) -> str:
    """A whole transaction set around the segments of claims."""
    body = [f"ST*835*{number}", f"BPR*I*{total}*C*CHK************20261101", *header, *segments]
    return "".join(f"{one}~\n" for one in (*body, f"SE*{len(body) + 1}*{number}"))


def interchange(*messages: str, isa: str = ISA, gs: str = GS) -> bytes:
    """A file of one interchange and one group."""
    return f"{isa}~\n{gs}~\n{''.join(messages)}GE*{len(messages)}*1~\nIEA*1*000000001~\n".encode()


def with_claims(*segments: str, total: str = "0") -> bytes:
    """A file of one payment with these segments after its header."""
    return interchange(message(segments, total=total))


def of_many(count: int) -> bytes:
    """A file with ``count`` claims of two lines: each charged 210.00 and 40.00, and paid 150.25 in all."""
    segments: list[str] = []
    for number in range(count):
        segments += [
            f"LX*{number + 1}",
            f"CLP*{number:012x}*1*250.00*150.25*50.00*12*PAYER{number:07}",
            "NM1*QC*1*SAMPLE*PERSON****MI*000000000",
            "DTM*232*20261001",
            "SVC*AD:D0370*210.00*110.25**1",
            "DTM*472*20261001",
            "CAS*PR*2*50.00",
            "CAS*CO*45*49.75",
            "AMT*B6*160.25",
            "SVC*AD:D0140*40.00*40.00**1",
            "DTM*472*20261001",
            "LQ*HE*N1",
        ]
    return interchange(message(segments, total=f"{count * 15025 // 100}.{count * 15025 % 100:02}"))
