"""What the one big button does: ask for the signature, or hand the draft to who signs, or take it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parotis.domain.issue import blocking
from parotis.presentation import exam_texts
from parotis.presentation.messages import text_of
from parotis.services import drafts
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks
    from parotis.presentation.exam_insight import ExamInsight
    from parotis.presentation.exam_view_contract import ExamViewContract
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord

NOTICE = "exam-handed-over"


class ExamHandOver:
    """Nothing is handed on that is not committed: ``flush`` comes first. ``taken`` hears of the exam's new state."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        notices: Notices,
        view: ExamViewContract,
        insight: ExamInsight,
        *,
        flush: Callable[[Callable[[bool], None]], None],
        taken: Callable[[ExamRecord], None],
    ) -> None:
        self._desk, self._tasks, self._notices = desk, tasks, notices
        self._view, self._insight = view, insight
        self._flush, self._taken = flush, taken
        self._task: Task | None = None

    def begin(self, record: ExamRecord | None) -> None:
        """Do it for the exam as last committed."""
        if record is None:
            return
        if self._desk.session.user.role == "dentist":
            self._ask_to_sign()
        else:
            self._flush(partial(self._hand_over, record.exam_id, record.state is ExamState.DRAFT))

    def close(self) -> None:
        """The exam is closed."""
        if self._task is not None:
            self._task.forget()
        self._task = None
        self._notices.clear(NOTICE)

    def _ask_to_sign(self) -> None:
        """Ask for the signature when the draft is committed and nothing blocks; else show what blocks."""
        self._insight.reveal_all()
        if blocking(self._insight.issues):
            self._view.open_panel("Checks")
            self._view.open_section("Review")
        else:
            self._flush(self._flushed_to_sign)

    def _flushed_to_sign(self, is_saved: bool) -> None:
        if is_saved:
            self._view.ask_to_sign()

    def _hand_over(self, exam_id: str, to_sign: bool, is_saved: bool) -> None:
        if is_saved:
            self._task = self._tasks.start(
                partial(_hand_over, self._desk, exam_id, to_sign), on_success=self._done, on_failure=self._failed
            )

    def _done(self, record: ExamRecord) -> None:
        self._taken(record)
        text = exam_texts.HANDED_OVER if record.state is ExamState.TO_SIGN else exam_texts.TAKEN_BACK
        self._notices.show(NOTICE, "success", text)

    def _failed(self, error: ParotisError) -> None:
        self._notices.show(NOTICE, "danger", text_of(error))


def _hand_over(desk: Desk, exam_id: str, to_sign: bool, _progress: Progress) -> ExamRecord:
    drafts.hand_over(desk, exam_id, to_sign=to_sign)
    return drafts.load(desk, exam_id)
