"""The history of a claim, which nobody changes, and the files that are kept on it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.presentation import claim_history_words
from parotis.services import claims
from parotis.ui.claim_parts import Rows, quiet_button, told_row, top
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import ProblemLine, card, chip, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.presentation.claim_presenter import Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

WHEN_PX = 196
SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "application/zip": ".zip"}


class HistorySection(ClaimSection):
    NAME = "History"
    KINDS = ("kept-file",)

    def build(self) -> None:
        self._logins: Mapping[str, str] = {}
        frame, inner = card()
        inner.addWidget(label("Files kept on the claim", "section-title"))
        self._files = Rows(self._file_row, empty="No file is kept yet. Scanned letters and signed appeals come here.")
        inner.addWidget(self._files)
        self._problem = ProblemLine()
        inner.addWidget(self._problem)
        self.add(frame)
        frame, inner = card()
        inner.addWidget(label("History", "section-title"))
        inner.addWidget(
            label(
                "Newest first. Entries are never changed or removed; what is corrected is recorded anew.",
                "muted",
                wraps=True,
            )
        )
        self._events = Rows(
            self._event_row, empty="Nothing is recorded yet. Begin with the coverage call, or with the codes."
        )
        inner.addWidget(self._events)
        self.add(frame)

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del situation
        self._logins = logins
        self._events.show_values(tuple(reversed(history)))
        self._files.show_values(tuple(reversed(files)))

    def _event_row(self, event: ClaimEvent) -> QWidget:
        entry = json.loads(event.entry_json)
        title = claim_history_words.title(event.kind, entry)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        when = QVBoxLayout()
        when.setSpacing(2)
        at = event.at.astimezone()
        when.addWidget(label(wording.moment(at), "small"))
        who = self._logins.get(event.user_id, "a former account")
        when.addWidget(label(who, "small"))
        stamp = QWidget()
        stamp.setLayout(when)
        when.setContentsMargins(0, 0, 0, 0)
        row.addWidget(top(stamp, width=WHEN_PX))
        words = QVBoxLayout()
        words.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(title, "card-title"))
        step = claim_history_words.step_words(event.from_state, event.to_state)
        if step:
            head.addWidget(chip(step, "accent"))
        head.addStretch(1)
        words.addLayout(head)
        lines = claim_history_words.lines(event.kind, entry)
        for line in lines:
            words.addWidget(label(line, wraps=True))
        row.addLayout(words, 1)
        holder.setAccessibleName(". ".join(filter(None, (wording.moment(at), who, title, step, *lines))))
        return holder

    def _file_row(self, file: ClaimFileFacts) -> QWidget:
        kind = claim_history_words.FILES[file.kind]
        media = claim_history_words.MEDIA.get(file.media_type, file.media_type)
        size = claim_history_words.size(file.size)
        who = self._logins.get(file.added_by, "a former account")
        text = f"{media}, {size} \u00b7 kept {wording.moment(file.added_at.astimezone())} by {who}"
        holder, row = told_row(kind, "", text, detail=f"SHA-256 {file.sha256}")
        name = f"Save as\u2026 {kind} of {wording.exact_moment(file.added_at.astimezone())}"
        row.addWidget(quiet_button("Save as\u2026", name, partial(self._save, file)))
        return holder

    def _save(self, file: ClaimFileFacts) -> None:
        proposed = f"{file.kind}-{file.sha256[:12]}{SUFFIXES.get(file.media_type, '')}"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the kept file", proposed)
        if chosen:
            self.save_to(file, Path(chosen))

    def save_to(self, file: ClaimFileFacts, path: Path) -> None:
        """Write a kept file to a place that a person chose."""
        desk, claim_id = self.presenter.desk, self.presenter.claim_id

        def work(_progress: object) -> None:
            data = claims.kept_file(desk, claim_id, file.sha256).data
            claims.save_file(desk, claim_id, file.kind, data, path)

        self.presenter.do("kept-file", work, "The file is saved and was read back.")

    def show_problems(self, kind: str, problems: Problems) -> None:
        self._problem.say("\n".join(sentence for _, sentence in problems))

    def show_recorded(self, kind: str, sentence: str) -> None:
        self._problem.say(sentence, "success")

    def begin(self) -> None:
        self._problem.say("")
