"""Exams drawn at random from a seed, over every structure, side, lesion, certainty and state; and claims for them.

Some are contradictory, as drafts are: what is asked of a text is that it says what is recorded, not that it is true.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any, get_args

from parotis.domain import case as c
from parotis.domain import lexicon
from parotis.domain.claims import records as r
from parotis.domain.claims.letter_tree import PracticeFacts, SignedDocument
from parotis.domain.claims.payers import PayerProfile

STRUCTURES = get_args(c.Structure)
SIDES = (None, *get_args(c.Side))
FAMILY = ("Lindqvist", "Abara", "Okafor", "Nguyen", "Garc\u00eda", "Petrov", "Haddad", "Kim", "Moreau", "Silva")
GIVEN = ("Maja", "Chidi", "Ngozi", "Linh", "Luc\u00eda", "Anna", "Omar", "Jun", "Claire", "Rui")
TEXTS = (
    "Lump of about {n} mm on the {side} {word}, for {m} weeks.",
    "Was told of a {n} mm {kind} elsewhere on {m} May",
    "Cannot exclude a {kind}; {certainty} only. Follow in {m} months",
    "The {side} {word} is unremarkable; {n}.5 cm below is not",
    "no change <b>since</b> {m} visits & {n}%",
    "Tender {word}\n\nworse on the {side} since week {m}",
)
PLAIN_TEXTS = ("no change since then", "noticed while shaving", "comes and goes", "as before & <steady>", "Felt firm.")
WORDS = ("cheek", "parotid gland", "jaw joint", "neck", "tongue", "masseter")


class Draw:
    """One exam. ``plain``: typed texts name no number, side, kind or certainty, so that only coded fields do."""

    def __init__(self, seed: int, *, plain: bool = False) -> None:
        self._seed = seed
        self._draw = random.Random(seed)
        self._plain = plain

    def text(self) -> str:
        draw = self._draw
        if self._plain:
            return " ".join(draw.sample(PLAIN_TEXTS, 2))
        values = {
            "n": draw.randint(2, 97), "m": draw.randint(2, 28), "side": draw.choice(("left", "right")),
            "word": draw.choice(WORDS), "kind": draw.choice(("stone", "cyst", "node")),
            "certainty": draw.choice(("definite", "probable", "indeterminate")),
        }  # fmt: skip
        return draw.choice(TEXTS).format(**values)

    def maybe(self, value: Any, share: float = 0.7) -> Any:
        return value if self._draw.random() < share else None

    def millimetres(self, top: int = 60) -> Decimal:
        return Decimal(self._draw.randint(5, top * 10)) / 10

    def day(self) -> dt.date:
        return dt.date(2024, 1, 1) + dt.timedelta(days=self._draw.randint(0, 1000))

    def moment(self) -> dt.datetime:
        zone = dt.timezone(dt.timedelta(hours=self._draw.choice((-8, -6, -5, 0, 2))))
        at = dt.time(self._draw.randint(7, 18), self._draw.randint(0, 59))
        return dt.datetime.combine(self.day(), at, zone)

    def exam(self) -> c.Case:
        draw = self._draw
        first = STRUCTURES[self._seed % len(STRUCTURES)]
        others = draw.sample(STRUCTURES, draw.randint(0, 4))
        places = [(first, SIDES[self._seed % len(SIDES)]), *((one, draw.choice(SIDES)) for one in others)]
        return c.Case(
            patient=c.Patient(
                f"S-{draw.randint(1000, 9999)}", draw.choice(FAMILY), draw.choice(GIVEN), self.maybe(self.day()),
                self.maybe(draw.choice(get_args(c.Sex))),
            ),
            exam=c.ExamFacts(
                self.moment(),
                self.maybe(c.Performer("Rosa Delgado", "RDH", "hygienist")),
                self.maybe(c.Interpreter("Helen Park", "DDS", "D-20417", "IL", "1234567893")),
                None,
                c.Consent(given=True),
            ),
            complaint=self.maybe(self.text()),
            history=self.maybe(self.text()),
            clinical_exam=self.maybe(self.text()),
            symptoms=tuple(self._symptom(*draw.choice(places)) for _ in range(draw.randint(0, 3))),
            rationale=self._rationale(),
            technique=c.Technique(
                self.maybe("Handheld scanner"), self.maybe("linear"),
                self.maybe((Decimal("7.5"), Decimal(draw.randint(12, 24)))),
                self.maybe(draw.choice(get_args(c.Doppler))),
            ),
            scan=tuple(
                c.ScanEntry(structure, side, draw.choice(get_args(c.ScanStatus)), self.maybe(self.text(), 0.2))
                for structure, side in [*places, *((one, draw.choice(SIDES)) for one in draw.sample(STRUCTURES, 2))]
            ),
            findings=tuple(self._finding(*place) for place in places),
            interpretation=self._reading(),
            images=tuple(
                c.Image(f"sha256:{number}", *draw.choice(places), "transverse", key=self.maybe(draw.random() < 0.8))
                for number in range(draw.randint(0, 4))
            ),
            claim=c.Claim(
                (c.Procedure("D0370", f"{draw.randint(90, 1900)}.{draw.choice(('00', '50'))}", 1),),
                tuple(draw.sample(("R22.0", "K11.5", "M26.631", "R59.0", "L04.0"), draw.randint(0, 3))),
                c.Payer("Prairie Dental Plan", "PDP01", "dental"),
                self.maybe(c.Subscriber("Maja Lindqvist", "PDP-558-221-09", "4410", "self")),
            ),
        )  # fmt: skip

    def _symptom(self, structure: Any, side: Any) -> c.Symptom:
        draw = self._draw
        duration = c.Duration(Decimal(draw.randint(1, 30)), draw.choice(get_args(c.TimeUnit)))
        return c.Symptom(
            draw.choice(get_args(c.SymptomKind)), self.maybe(structure), side, self.maybe(self.day()),
            self.maybe(duration), self.maybe(self.text(), 0.3), self.maybe(draw.randint(0, 10)),
            (self.text(),) if draw.random() < 0.2 else (), self.maybe(self.text(), 0.2),
        )  # fmt: skip

    def _rationale(self) -> c.Rationale:
        draw = self._draw
        studies = tuple(
            c.PriorStudy(draw.choice(get_args(c.PriorStudyKind)), self.maybe(self.day()), self.maybe(self.text()),
                         self.maybe(self.text()))
            for _ in range(draw.randint(0, 2))
        )  # fmt: skip
        return c.Rationale(
            self.maybe(draw.choice(get_args(c.Reason)), 0.9), self.maybe(self.text(), 0.9), studies,
            tuple(draw.sample(get_args(c.WhyUltrasound), draw.randint(0, 3))), self.maybe(self.text(), 0.2),
        )  # fmt: skip

    def _finding(self, structure: Any, side: Any) -> c.Finding:
        draw = self._draw
        state = draw.choice(("normal", "abnormal", "abnormal", "abnormal", "not-seen", "not-examined", None))
        is_seen = state in ("normal", "abnormal")
        lesions = []
        if state == "abnormal":
            kinds = lexicon.lesions_of(structure)
            lesions = [self._lesion(letter, draw.choice(kinds)) for letter in "ABC"[: draw.randint(0, 2)]]
        return c.Finding(
            structure, side, state, self._attributes(structure) if is_seen else c.Attributes(), tuple(lesions),
            self.maybe(self.text(), 0.2),
        )  # fmt: skip

    def _attributes(self, structure: Any) -> c.Attributes:
        values: dict[str, Any] = {}
        for facts in lexicon.attributes_of(structure):
            if self._draw.random() < 0.4:
                values[facts.id] = self._value(facts)
        return c.Attributes(**values)

    def _value(self, facts: lexicon.AttributeFacts) -> Any:
        if facts.value == "millimetres":
            return self.millimetres()
        return self._draw.randint(0, 3) if facts.value == "grade" else self._draw.choice(facts.terms)

    def _lesion(self, letter: str, kind: Any) -> c.Lesion:
        axes = (self.millimetres(), self.maybe(self.millimetres()), self.maybe(self.millimetres()))
        values = {facts.id: self._value(facts) for facts in lexicon.lesion_terms_of(kind) if self._draw.random() < 0.4}
        return c.Lesion(
            letter, kind, self.maybe(axes, 0.8), self.maybe(self.millimetres(), 0.4), note=self.maybe(self.text(), 0.2),
            shadow=self._draw.choice((True, False)) if kind == "stone" else None, **values,
        )  # fmt: skip

    def _reading(self) -> c.Interpretation:
        draw = self._draw
        follow_up = c.FollowUp(Decimal(draw.randint(1, 12)), draw.choice(get_args(c.TimeUnit)))
        told = self.text() if draw.random() < 0.5 else True
        return c.Interpretation(
            tuple(self.text() for _ in range(draw.randint(0, 2))),
            tuple(self.text() for _ in range(draw.randint(0, 1))),
            self.maybe(draw.choice(get_args(c.Certainty)), 0.8), self.maybe(self.text()), self.maybe(follow_up),
            self.maybe(self.text()), self.maybe(self.text(), 0.3),
            self.maybe(c.Urgent(told, self.moment(), self.text()), 0.2),
        )  # fmt: skip

    # The claim

    def claim(self, case: c.Case) -> r.ClaimRecord:
        draw = self._draw
        call = r.CoverageCall(
            self.moment(), self.maybe(draw.choice(get_args(r.CallSource))), self.maybe("Dana Wu"),
            self.maybe("C-88120"),
            (r.Answer("covered", draw.choice(get_args(r.AnswerWord)), self.maybe("by report only")),),
            expires_on=self.maybe(self.day()),
        )  # fmt: skip
        number = r.Authorization(
            draw.choice(get_args(r.AuthorizationKind)), draw.choice(get_args(r.AuthorizationStatus)), self.day(),
            self.maybe(self.day()), self.maybe("PD-77120"), ("D0370",), self.maybe(draw.randint(1, 4)),
            self.maybe(self.day()),
        )  # fmt: skip
        sent = r.Submission(self.day(), self.maybe("clearinghouse"), control_number=self.maybe("ACN-331"))
        return r.ClaimRecord(
            "claim", "exam", billing=case.claim, service_date=self.maybe(self.day()), practice_code=self.maybe("99999"),
            calls=(call,) if draw.random() < 0.8 else (), authorizations=(number,) if draw.random() < 0.7 else (),
            submissions=(sent,) if draw.random() < 0.8 else (),
        )  # fmt: skip

    def remittance(self) -> r.Remittance:
        draw = self._draw
        codes = draw.sample(("16", "252", "50", "55", "96", "204", "197", "29", "18", "97"), draw.randint(1, 5))
        return r.Remittance(
            self.maybe(self.day()), trace_number=self.maybe("TRN-9"), payer_claim_number=self.maybe("PC-4471"),
            status_code="4", charged="210.00", paid="0.00",
            adjustments=tuple(r.Adjustment("CO", code, "21.00") for code in codes),
            remarks=tuple(draw.sample(("N706", "M127"), draw.randint(0, 2))),
        )  # fmt: skip

    def appeal(self) -> r.Appeal:
        typed = r.AppealPoint("50", f"{self.text()}\n{self.text()}", ("interpretation.impression",))
        return r.Appeal(
            deadline=self.maybe(self.day()), plan_clause=self.maybe(self.text()),
            points=(typed,) if self._draw.random() < 0.3 else (),
        )  # fmt: skip


PRACTICE = PracticeFacts("North Clinic", ("12 Elm Street", "Springfield, IL 62701"), "(217) 555-0100", "1558598797")
DOCUMENT = SignedDocument("R-2026-0042", dt.datetime(2026, 11, 12, 11, 5, tzinfo=dt.UTC), "ab" * 32)
PAYER = PayerProfile(
    key="pdp", name="Prairie Dental Plan", kind="dental", claims_address=("P.O. Box 77",),
    appeals_address=("P.O. Box 78",),
)  # fmt: skip
WRITTEN_ON = dt.date(2026, 11, 28)
