"""How a window ends: locked by a fresh process, covered while saving fails, and found again as it was left."""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from e2e.window_driver import CTRL, WindowDriver
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton

from parotis import bootstrap
from parotis.services import drafts, practices, sample_practice
from parotis.services.ports import ExamState
from parotis.ui.single_instance import server_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

PASSPHRASE = sample_practice.DENTIST.passphrase


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    machine = bootstrap.machine()
    desk = practices.create(
        machine,
        tmp_path / "data",
        "Lakeside Dental",
        sample_practice.DENTIST.person,
        PASSPHRASE,
        keep_recovery_key=lambda _key: None,
        throw_away=True,
    )
    desk.close()
    machine.pictures.close()
    return desk.folder


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[WindowDriver]:
    made = WindowDriver(qtbot, qapp, folder)
    made.unlock("park", PASSPHRASE)
    made.until(lambda: not made.window.is_covered)
    yield made
    made.close()


def overtake(folder: Path) -> None:
    """Somebody else saves a newer version of the draft."""
    machine = bootstrap.machine()
    desk = practices.open_desk(machine, folder, "park", PASSPHRASE)
    row = desk.records.queries.worklist((ExamState.DRAFT,), limit=1)[0]
    record = drafts.load(desk, row.exam_id)
    drafts.save(desk, record, record.case, ())
    desk.close()
    machine.pictures.close()


def listening_process(folder: Path) -> int:
    """The process whose window listens for this folder; 0 while there is none."""
    connection = QLocalSocket()
    connection.connectToServer(server_name(folder))
    if not connection.waitForConnected(100):
        return 0
    with socket.fromfd(int(connection.socketDescriptor()), socket.AF_UNIX, socket.SOCK_STREAM) as duplicate:
        credentials = duplicate.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    connection.disconnectFromServer()
    return int(struct.unpack("3i", credentials)[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only here a socket names the process behind it")
def test_lock_ends_this_window_and_a_fresh_process_takes_over(
    driver: WindowDriver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    assert listening_process(folder) == os.getpid()
    driver.click(driver.find("Lock", QToolButton))
    driver.until(lambda: driver.has_ended)
    assert not driver.window.isVisible()
    driver.until(lambda: listening_process(folder) != 0)
    fresh = listening_process(folder)
    assert fresh != os.getpid()
    assert not driver.host.acquire()
    os.kill(fresh, signal.SIGTERM)
    driver.until(driver.host.acquire)
    driver.host.release()


def test_while_saving_fails_a_locked_window_shows_nothing_until_the_passphrase(
    driver: WindowDriver, folder: Path
) -> None:
    driver.key(Qt.Key.Key_N, CTRL)
    driver.type_into("Family name", "Okafor")
    driver.until(lambda: driver.window.save_state.text().startswith("Saved"))
    overtake(folder)
    driver.type_into("Given name", "Ngozi")
    driver.click(driver.find("Lock", QToolButton))
    driver.until(lambda: bool(driver.shown("Passphrase", QLineEdit)))
    assert driver.window.is_covered
    assert not driver.shown("Given name", QLineEdit)
    driver.window.close()
    driver.type_into("Passphrase", "not the right words at all")
    driver.press("Unlock")
    driver.until(lambda: "Login or passphrase is wrong" in driver.text_of_notices(driver.window))
    assert driver.window.is_covered
    driver.wait_out_the_penalty(driver.window)
    driver.type_into("Passphrase", PASSPHRASE)
    driver.press("Unlock")
    driver.until(lambda: not driver.window.is_covered)
    assert driver.find("Given name", QLineEdit).text() == "Ngozi"
    driver.press("Close without saving")
    driver.until(lambda: driver.has_ended)


def test_a_side_panel_folded_away_stays_so_at_the_next_start(
    driver: WindowDriver, qtbot: QtBot, qapp: QApplication, folder: Path
) -> None:
    driver.window.resize(1280, 800)
    driver.key(Qt.Key.Key_N, CTRL)
    driver.find("Family name", QLineEdit)
    assert driver.shown("Report and checks", QFrame)
    driver.key(Qt.Key.Key_F9)
    driver.until(lambda: not driver.shown("Report and checks", QFrame))
    driver.close()

    again = WindowDriver(qtbot, qapp, folder)
    again.unlock("park", PASSPHRASE)
    again.until(lambda: not again.window.is_covered)
    again.window.resize(1280, 800)
    again.key(Qt.Key.Key_N, CTRL)
    again.find("Family name", QLineEdit)
    assert not again.shown("Report and checks", QFrame)
    again.close()
