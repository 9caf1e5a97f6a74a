from __future__ import annotations

import logging
import sys
import threading
import warnings
from pathlib import Path

import pytest

from parotis.domain.errors import StorageFailed
from parotis.system.logs import Logging, described

CANARY = "Quillfeather"


@pytest.fixture
def log_file(tmp_path: Path):
    with Logging(tmp_path):
        yield tmp_path / "parotis.log"


def fail() -> None:
    patient = CANARY
    try:
        int(patient)
    except ValueError as error:
        raise RuntimeError(f"no number: {patient}") from error


def test_own_records_are_kept_with_time_level_and_name(log_file: Path) -> None:
    logging.getLogger("parotis.services.exams").info("exam %s saved", "0a1b")
    logging.getLogger("parotis.services.exams").debug("not kept")
    line = log_file.read_text()
    assert line.endswith("+00:00 INFO parotis.services.exams exam 0a1b saved\n")
    assert line.count("\n") == 1


def test_exception_is_kept_by_type_and_place_only(log_file: Path) -> None:
    try:
        fail()
    except RuntimeError:
        logging.getLogger("parotis.x").exception("task failed")
    text = log_file.read_text()
    assert "RuntimeError at test_logs.py:" in text
    assert "in fail, from ValueError at test_logs.py:" in text
    assert CANARY not in text
    assert text.count("\n") == 1


def test_foreign_records_lose_their_message(log_file: Path) -> None:
    logging.getLogger("pydicom").warning("invalid value %r", CANARY)
    logging.getLogger("parotisx").warning(CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn_explicit(CANARY, UserWarning, "file.py", 3, registry={})
    text = log_file.read_text()
    assert "WARNING pydicom test_logs:" in text
    assert CANARY not in text


def test_one_record_cannot_forge_another(log_file: Path) -> None:
    logging.getLogger("parotis.x").info("a\n2026 ERROR forged\r\x1b[31m\u2028%s", "x" * 5000)
    text = log_file.read_text()
    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert len(text) < 2200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_uncaught_errors_are_logged_without_their_text(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    text = log_file.read_text()
    assert text.count("CRITICAL parotis.system.logs uncaught: RuntimeError at test_logs.py:") == 2
    written = capsys.readouterr()
    assert CANARY not in text + written.err + written.out
    assert written.err.startswith("internal error: RuntimeError at test_logs.py:")


def test_record_that_cannot_be_formatted_prints_nothing(tmp_path: Path, run_child) -> None:
    code = """
import logging, sys
from pathlib import Path
from parotis.system.logs import Logging
with Logging(Path(sys.argv[1])):
    logging.getLogger("parotis.x").info("%d", sys.argv[2])
    logging.getLogger("parotis.x").info("next")
"""
    child = run_child(code, tmp_path, CANARY)
    assert (child.returncode, child.stdout, child.stderr) == (0, "", "")
    assert (tmp_path / "parotis.log").read_text().endswith("parotis.x next\n")


def test_file_is_private_and_rotates(tmp_path: Path) -> None:
    with Logging(tmp_path):
        for _ in range(4000):
            logging.getLogger("parotis.x").info("y" * 1900)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["parotis.log", *(f"parotis.log.{number}" for number in range(1, 6))]
    assert all(file.stat().st_size <= 1_000_000 for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files) or sys.platform == "win32"


def test_closing_puts_everything_back(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, logging.getLogger().level)
    handlers = list(logging.getLogger().handlers)
    Logging(tmp_path).close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, logging.getLogger().level) == before
    assert logging.getLogger().handlers == handlers


def test_missing_folder_is_a_storage_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        Logging(tmp_path / "absent")


def test_endless_chain_of_causes_is_cut() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert described(first).count("from") == 7
