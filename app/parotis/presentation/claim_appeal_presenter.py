"""An appeal: drafted from the evidence, seen as the letter it will be, signed with its exhibits, sent, decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from parotis.domain.claims import denial_codes, narrative_studio
from parotis.domain.claims.records import Appeal, AppealPoint
from parotis.domain.errors import CredentialRejected, NotFound
from parotis.presentation import messages
from parotis.presentation.signing_presenter import MISSING_PASSPHRASE, SLOW_MS, WRONG_PASSPHRASE
from parotis.services import claim_letters, claim_situation
from parotis.services.desk import POWERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Case
    from parotis.domain.claims.appeals import AppealLetter
    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.contracts import Progress
    from parotis.services.claim_ports import ClaimFile
    from parotis.services.claim_situation import Situation

KIND = "appeal"
CAN_APPEAL = ("denied", "part-paid", "upheld")
MOST_SOURCES_TOLD = 4
NO_DENIAL = "There is nothing to appeal. An appeal answers a denial, whole or in part, that is recorded under Payment."
NO_REPORT = "An appeal rests on the signed report, and there is none yet. Sign the report first."
SAVED = "The draft is saved. A dentist can sign it now."
SIGNED = "Signed with its exhibits, kept with the claim, read back and verified."


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """One reason of the denial: the code in words, the answer so far, and where that comes from."""

    reason: str
    title: str
    answer: str
    sources: tuple[str, ...]
    sources_words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form starts with. ``deadline`` is empty where it is not known."""

    level: int
    deadline: str
    addressed_to: tuple[str, ...]
    plan_clause: str
    points: tuple[DraftPoint, ...]
    is_saved: bool


@dataclass(frozen=True, slots=True)
class Written:
    """The letter as it would be, and its exhibits, a line for each."""

    text: str
    exhibits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be done now. ``sentence`` tells how the appeal stands."""

    sentence: str
    can_draft: bool
    can_sign: bool
    can_send: bool
    can_decide: bool
    signed_sha256: str | None


class AppealView(Protocol):
    def show_standing(self, standing: Standing) -> None: ...

    def show_draft(self, draft: Draft) -> None: ...

    def show_written(self, written: Written) -> None: ...

    def show_problem(self, text: str) -> None: ...


class AppealPresenter:
    """One level of appeal of the claim that is open."""

    def __init__(self, view: AppealView, claim: ClaimPresenter) -> None:
        self._view, self._claim = view, claim
        self._situation: Situation | None = None
        self._case: Case | None = None
        self._shown: tuple[str, int, Appeal | None] | None = None
        self._level = 1
        self._sources: dict[str, tuple[str, ...]] = {}
        self._wanted: dict[str, Any] | None = None
        self._is_writing = False

    def show(self, situation: Situation) -> None:
        """Show a claim, or the same claim again after an entry; a draft that is being typed stays."""
        claim = situation.opened.claim
        self._situation = situation
        self._case = claim_situation.case_of(self._claim.desk, situation.opened)
        standing = standing_of(situation, may_sign=self._claim.desk.session.user.role in POWERS["report.sign"])
        self._view.show_standing(standing)
        shown = (claim.claim_id, len(claim.remittances), claim.appeal)
        if standing.can_draft and shown != self._shown:
            self._shown = shown
            self._begin(situation)

    def _begin(self, situation: Situation) -> None:
        claim_id, desk = self._claim.claim_id, self._claim.desk
        started = starting_appeal(situation)
        is_saved = situation.opened.claim.appeal is not None and situation.opened.claim.appeal.sent_on is None
        self._level = started.level

        def show(letter: AppealLetter) -> None:
            self._sources = {point.reason or "": point.sources for point in letter.points}
            self._view.show_problem("")
            self._view.show_draft(self._draft(started, letter, is_saved=is_saved))
            self._view.show_written(written(letter))

        self._claim.find(lambda _progress: claim_letters.appeal(desk, claim_id, started), show, self._failed)

    def _draft(self, appeal: Appeal, letter: AppealLetter, *, is_saved: bool) -> Draft:
        return Draft(
            level=appeal.level,
            deadline=appeal.deadline.isoformat() if appeal.deadline else "",
            addressed_to=appeal.addressed_to,
            plan_clause=appeal.plan_clause or "",
            points=tuple(map(self._point, letter.points)),
            is_saved=is_saved,
        )

    def _point(self, point: AppealPoint) -> DraftPoint:
        reason = point.reason or ""
        kind = denial_codes.code_kind(reason)
        name = "Remark" if kind == "rarc" else "Reason"
        case = self._case
        words: list[str] = []
        if case is not None:
            known = (narrative_studio.words_of_source(case, source) for source in point.sources)
            words = list(dict.fromkeys(known))
        more = f"; and {len(words) - MOST_SOURCES_TOLD} more" if len(words) > MOST_SOURCES_TOLD else ""
        told = f"From {'; '.join(words[:MOST_SOURCES_TOLD])}{more}." if words else "From no field of the record."
        title = f"{name} {reason}: {denial_codes.words_of(kind, reason)}"
        return DraftPoint(reason, title, point.answer or "", point.sources, told)

    def forget(self) -> None:
        """Another claim is shown: the draft begins from the record when this one comes back."""
        self._shown = None

    def edit(self, typed: dict[str, Any]) -> None:
        """The form was changed: the letter is written anew, the newest always last."""
        self._wanted = typed
        if not self._is_writing:
            self._write()

    def _write(self) -> None:
        typed, self._wanted = self._wanted, None
        if typed is None:
            return
        claim_id, desk, drafted = self._claim.claim_id, self._claim.desk, self._appeal_of(typed)
        self._is_writing = True

        def show(letter: AppealLetter) -> None:
            self._is_writing = False
            if self._wanted is None:
                self._view.show_written(written(letter))
            self._write()

        def tell(error: ParotisError) -> None:
            self._is_writing = False
            self._failed(error)
            self._write()

        self._claim.find(
            lambda _progress: claim_letters.appeal(desk, claim_id, drafted), show, tell, on_left=self._on_left
        )

    def _on_left(self, _error: ParotisError | None) -> None:
        """The letter was of a claim that is no longer shown, and so is what waits to be written."""
        self._is_writing, self._wanted = False, None

    def _appeal_of(self, typed: dict[str, Any]) -> Appeal:
        """The draft as far as it can be read; a day that is none is told when the draft is saved."""
        try:
            deadline = dt.date.fromisoformat(str(typed.get("deadline") or ""))
        except ValueError:
            deadline = None
        return Appeal(
            level=self._level,
            addressed_to=tuple(typed.get("addressed_to", ())),
            deadline=deadline,
            plan_clause=typed.get("plan_clause"),
            points=tuple(
                AppealPoint(point["reason"], point.get("answer"), self._sources.get(point["reason"], ()))
                for point in typed.get("points", ())
            ),
        )

    def save(self, typed: dict[str, Any]) -> None:
        """Record the draft."""
        points = [
            {**point, "sources": list(self._sources.get(point["reason"], ()))} for point in typed.get("points", ())
        ]
        appeal = {**typed, "level": self._level, "points": points}
        self._claim.record({"kind": KIND, "appeal": appeal}, SAVED)

    def _failed(self, error: ParotisError) -> None:
        if isinstance(error, NotFound):
            self._view.show_problem(NO_REPORT)
            return
        details = [sentence for _, sentence in messages.details_of(error)]
        self._view.show_problem("\n".join(details) or messages.text_of(error))


def starting_appeal(situation: Situation) -> Appeal:
    """The draft that is saved, else a new level with the day and the address that are known."""
    claim, profile = situation.opened.claim, situation.opened.profile
    last = claim.appeal
    if last is not None and last.sent_on is None:
        return last
    due = next((one.on for one in situation.deadlines if one.kind == "appeal"), None)
    return Appeal(
        level=last.level + 1 if last is not None else 1,
        deadline=due,
        addressed_to=profile.appeals_address if profile is not None else (),
    )


def standing_of(situation: Situation, *, may_sign: bool) -> Standing:
    """How the appeal stands."""
    claim = situation.opened.claim
    last = claim.appeal
    waits = last is not None and last.sent_on is None
    can_draft = claim.state in CAN_APPEAL and claim.remittance is not None
    is_open = last is not None and last.sent_on is not None and last.decided_on is None
    signed = last.file_sha256 if last is not None else None
    if is_open and last is not None:
        sentence = f"Level {last.level} was sent. Record the decision when it comes."
    elif not can_draft:
        sentence = NO_DENIAL
        if last is not None and last.outcome is not None:
            word = "overturned the denial" if last.outcome == "overturned" else "upheld the denial"
            sentence = f"Level {last.level} is decided: the payer {word}."
    elif waits and signed:
        sentence = "The package is signed. Save it to a file, send it, and record that it was sent."
    elif waits:
        sentence = "The draft is saved and waits for a dentist's signature."
    elif last is not None:
        sentence = f"Level {last.level} was upheld. This is the draft of the next level."
    else:
        sentence = "For each reason there is a proposed answer from the signed report. Change what is not right."
    return Standing(sentence, can_draft, can_draft and waits and may_sign, can_draft and waits, is_open, signed)


def written(letter: AppealLetter) -> Written:
    """The letter as text, and a line for each exhibit."""
    lines = tuple(
        f"Exhibit {one.letter}: {one.title}. {' '.join(fact.text for fact in one.facts)}".strip()
        for one in letter.exhibits
    )
    return Written(letter.letter.text, lines)


class AppealSigningView(Protocol):
    def show_statement(self, text: str) -> None: ...

    def show_can_sign(self, *, can_sign: bool) -> None: ...

    def show_progress(self, text: str) -> None:
        """An empty text takes the progress away."""
        ...

    def show_problem(self, text: str) -> None: ...

    def clear_passphrase(self) -> None: ...

    def show_signed(self, sentence: str) -> None: ...


class AppealSigningPresenter:
    """One attempt at signing the saved draft with its exhibits; ``on_signed`` is called once it is kept."""

    def __init__(self, view: AppealSigningView, claim: ClaimPresenter, on_signed: Callable[[], None]) -> None:
        self._view, self._claim, self._on_signed = view, claim, on_signed
        self._is_signing = False
        self._slow = claim.timers.single_shot(self._on_slow) if claim.timers is not None else None

    @property
    def is_signing(self) -> bool:
        """Whether a signature is being made: the dialogue must stay until it is told how that ended."""
        return self._is_signing

    def start(self) -> None:
        """Tell what the signature means."""
        signer = self._claim.desk.session.user
        name = ", ".join(part for part in (signer.name, signer.credentials) if part)
        self._view.show_statement(f"{claim_letters.APPEAL_MEANING} Signed as {name}.")
        self._view.show_can_sign(can_sign=True)

    def sign(self, passphrase: str) -> None:
        """Sign and keep the package."""
        if self._is_signing:
            return
        if not passphrase:
            self._view.show_problem(MISSING_PASSPHRASE)
            return
        self._is_signing = True
        self._view.show_problem("")
        self._view.show_can_sign(can_sign=False)
        if self._slow is not None:
            self._slow.start(SLOW_MS)
        desk, claim_id = self._claim.desk, self._claim.claim_id

        def work(_progress: Progress) -> ClaimFile:
            return claim_letters.signed_appeal(desk, claim_id, passphrase)

        self._claim.find(work, self._done, self._refused, on_left=self._left)

    def _on_slow(self) -> None:
        self._view.show_progress("Putting the package together, signing and reading back\u2026")

    def _end(self) -> None:
        self._is_signing = False
        if self._slow is not None:
            self._slow.stop()
        self._view.show_progress("")
        self._view.clear_passphrase()

    def _left(self, error: ParotisError | None) -> None:
        self._end()
        self._claim.tell_left(SIGNED, error)

    def _done(self, _file: ClaimFile) -> None:
        self._end()
        self._view.show_signed(SIGNED)
        self._on_signed()

    def _refused(self, error: ParotisError) -> None:
        self._end()
        self._view.show_can_sign(can_sign=True)
        if isinstance(error, CredentialRejected):
            wait = f" {messages.wait_sentence(error.wait_s)}" if error.wait_s > 0 else ""
            self._view.show_problem(f"{WRONG_PASSPHRASE}{wait}")
            return
        details = [sentence for _, sentence in messages.details_of(error)]
        self._view.show_problem("\n".join(details) or messages.text_of(error))

    def close(self) -> None:
        """The dialogue is gone."""
        if self._slow is not None:
            self._slow.stop()
