"""Types into the real exam screen of a real practice until it is killed, and tells each key and each save.

Usage: typing_driver.py FOLDER EXAM SEED. Lines told: ``key SECONDS COUNT`` after a key was typed and handled, where
COUNT is how many characters stand in the two fields; ``saved SECONDS [COMPLAINT] [HISTORY]`` when the screen says so.
SECONDS are of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from fault import signed_practice  # noqa: E402
from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget  # noqa: E402

from parotis.domain.region_map import RegionMap  # noqa: E402
from parotis.presentation.exam_presenter import ExamPresenter  # noqa: E402
from parotis.ui.exam_view import ExamView  # noqa: E402
from parotis.ui.icons import Icons  # noqa: E402
from parotis.ui.notice_bar import BarNotices, NoticeBar  # noqa: E402
from parotis.ui.task_runner import GuiTimers, TaskRunner  # noqa: E402
from parotis.ui.theme import Theme  # noqa: E402

FIELDS = ("Chief complaint", "History")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Typist:
    """One key at a time, at the pace of a person: bursts, pauses for thought, and now and then the other field."""

    def __init__(self, view: ExamView, presenter: ExamPresenter, seed: int) -> None:
        self._view, self._presenter = view, presenter
        self._random = random.Random(seed)
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._key)
        self._edits = [edit for edit in view.findChildren(QPlainTextEdit) if edit.accessibleName() in FIELDS]
        assert len(self._edits) == len(FIELDS)
        self._edit = self._edits[0]
        self._revision = 0
        view.save_state_changed.connect(self._on_state)
        self._edit.setFocus()
        self._timer.start(50)

    def _on_state(self, _text: str, _kind: str) -> None:
        record = self._presenter.record
        if record is not None and record.revision != self._revision:
            self._revision = record.revision
            tell("saved", time.monotonic(), f"[{record.case.complaint or ''}]", f"[{record.case.history or ''}]")

    def _key(self) -> None:
        if self._random.random() < 0.02:
            self._edit = self._random.choice(self._edits)
            self._edit.setFocus()
        QTest.keyClick(self._edit, self._random.choice(LETTERS))
        tell("key", time.monotonic(), sum(len(edit.toPlainText()) for edit in self._edits))
        is_thinking = self._random.random() < 0.03
        self._timer.start(self._random.randint(900, 1500) if is_thinking else self._random.randint(15, 90))


def main(folder: str, exam_id: str, seed: str) -> int:
    application = QApplication(sys.argv[:1])
    desk = signed_practice.opened(Path(folder))

    def read(name: str) -> bytes:
        return (ROOT / "resources" / name).read_bytes()

    theme = Theme(read)
    icons = Icons(read, theme)
    window = QWidget()
    layout = QVBoxLayout(window)
    bar = NoticeBar(icons, window)
    presenter = ExamPresenter(desk, TaskRunner(window), GuiTimers(window), BarNotices(bar))
    view = ExamView(presenter, theme, icons, RegionMap(read("anatomy/face-neck-map.svg")), window)
    layout.addWidget(bar)
    layout.addWidget(view)
    window.resize(1280, 800)
    window.show()
    typists: list[Typist] = []

    def begin() -> None:
        if presenter.record is None:
            QTimer.singleShot(20, begin)
            return
        view.open_section("Symptoms")
        typists.append(Typist(view, presenter, int(seed)))

    presenter.open(exam_id)
    begin()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
