"""One window for each data folder: a second start hands its request to the first, which comes to the front."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from parotis.services.window_ports import OpenRequest

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_MS = 700
"""A second start waits no longer for the first; together with its own start it ends within a second."""
_LARGEST_MESSAGE_BYTES = 4096


def server_name(folder: Path) -> str:
    """The name under which the window of a data folder listens."""
    return f"parotis-{hashlib.sha256(str(folder).encode()).hexdigest()[:24]}"


def hand_over(folder: Path, request: OpenRequest | None) -> bool:
    """Ask the running window to come to the front, and to open a patient if one is named; whether it was reached."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(folder))
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(_encoded(request))
    is_sent = socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return is_sent


class InstanceServer(QObject):
    """Hears the later starts.

    Signals:
        raised: another start asks for the window; carries the patient to open, or None.
    """

    raised = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_new_connection)
        # What a killed window left behind would keep this one from listening; the lock says there is no other.
        QLocalServer.removeServer(server_name(folder))
        self._server.listen(server_name(folder))

    def close(self) -> None:
        """Hear no more, so that the window that follows can."""
        self._server.close()

    def _on_new_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(self._on_disconnected)
            if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
                self._read(socket)

    def _on_disconnected(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        data = socket.read(_LARGEST_MESSAGE_BYTES).data()
        socket.disconnected.disconnect(self._on_disconnected)
        socket.deleteLater()
        self.raised.emit(_decoded(bytes(data)))


def _encoded(request: OpenRequest | None) -> bytes:
    if request is None:
        return b"{}"
    return json.dumps(asdict(request), default=str).encode()


def _decoded(data: bytes) -> OpenRequest | None:
    """The request in a message; None for anything that is not one."""
    try:
        facts = json.loads(data)
        if not facts:
            return None
        facts["birth_date"] = date.fromisoformat(facts["birth_date"]) if facts["birth_date"] else None
        return OpenRequest(**facts)
    except (ValueError, TypeError, KeyError):
        return None
