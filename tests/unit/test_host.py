"""Loading of libraries behind the window, while another thread loads modules of the same package."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from parotis.host import _load

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class SlowFinder:
    """Holds up whoever looks for the package, and tells that somebody does."""

    def __init__(self) -> None:
        self.looking = threading.Event()

    def find_spec(self, name: str, *_others: object) -> None:
        if name == "slow_package":
            self.looking.set()
            time.sleep(0.3)


def test_two_threads_load_modules_of_one_package_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "slow_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .inner import value\nfrom .errors import Problem\n")
    (folder / "inner.py").write_text("value = 1\n")
    (folder / "errors.py").write_text("class Problem(Exception): ...\n")
    finder = SlowFinder()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    failures: list[BaseException] = []

    def load(name: str) -> None:
        try:
            _load(name)
        except BaseException as error:  # noqa: BLE001  (the border of the thread)
            failures.append(error)

    first = threading.Thread(target=load, args=("slow_package.inner",))
    first.start()
    assert finder.looking.wait(5)
    load("slow_package.errors")
    first.join()
    assert failures == []
    assert sys.modules["slow_package.inner"].value == 1
