"""Messages between the program and its decoding child: a JSON header and a block of bytes, lengths first."""

from __future__ import annotations

import json
import struct
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct(">II")
_MAX_HEADER_BYTES: Final = 16 * 1024


class WireBroken(Exception):
    """The other side ended, or sent what is no message. Never leaves this package."""


def write_message(stream: IO[bytes], header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
    text = json.dumps(header, separators=(",", ":")).encode()
    stream.write(_LENGTHS.pack(len(text), len(payload)))
    stream.write(text)
    stream.write(payload)
    stream.flush()


def read_message(stream: IO[bytes], max_payload_bytes: int) -> tuple[dict[str, Any], bytes]:
    """The next message.

    Raises:
        WireBroken: the stream ended, the lengths are beyond the limits, or the header is not a JSON object.
    """
    header_bytes, payload_bytes = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if header_bytes > _MAX_HEADER_BYTES or payload_bytes > max_payload_bytes:
        raise WireBroken("length")
    text = _exactly(stream, header_bytes)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireBroken("header") from error
    if not isinstance(header, dict):
        raise WireBroken("header")
    return header, _exactly(stream, payload_bytes)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise WireBroken("end")
    return data
