"""Imported files become clean pictures, with the decoders kept in a child process that may crash."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from parotis.domain.errors import UnreadableImage
from parotis.imaging.answers import picture_facts
from parotis.imaging.pictures import (
    BYTES_PER_PIXEL,
    MAX_FILE_BYTES,
    MAX_PIXELS,
    DecodedPicture,
    MediaKind,
    Refusal,
    kind_of_content,
    kind_of_suffix,
)
from parotis.imaging.wire import WireBroken, read_message, write_message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

CHILD_COMMAND: Final = (sys.executable, "-P", "-s", "-m", "parotis.imaging.child")
LIMIT_S: Final = 10.0
_MAX_PIXEL_BYTES: Final = MAX_PIXELS * max(BYTES_PER_PIXEL.values())
_SOURCE_ROOT: Final = Path(__file__).parents[2]
_KEPT_ENVIRONMENT: Final = ("SYSTEMROOT", "USERPROFILE", "TEMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class PictureDecoder:
    """Owns one decoding child: started at the first picture, reused, replaced after a crash or a timeout.

    May be used from any thread, one picture at a time; close it, or use it as a context manager. ``command`` starts
    the child (a frozen program needs its own), ``limit_s`` is the longest that one picture may take, in seconds.
    """

    def __init__(self, *, command: Sequence[str] = CHILD_COMMAND, limit_s: float = LIMIT_S) -> None:
        self._command = tuple(command)
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def decode(self, data: bytes, *, frame: int | None = None, name_suffix: str) -> DecodedPicture:
        """One frame, counted from 1 (None: the first), of the file whose name ends in ``name_suffix``.

        Raises:
            UnreadableImage: with one of the sentences of ``Refusal``.
        """
        kind = _agreed_kind(data, name_suffix)
        wanted = 1 if frame is None else frame
        header, pixels = self._ask({"kind": kind, "frame": wanted}, data)
        facts = picture_facts(header, len(pixels), wanted)
        return DecodedPicture(
            kind=kind,
            png=_clean_png(facts.width, facts.height, facts.mode, pixels),
            sha256=hashlib.sha256(data).hexdigest(),
            frame=wanted,
            width=facts.width,
            height=facts.height,
            mode=facts.mode,
            frame_count=facts.frame_count,
            mm_per_pixel_x=facts.mm_per_pixel_x,
            mm_per_pixel_y=facts.mm_per_pixel_y,
            burned_in_annotation=facts.burned_in_annotation,
            facts=facts.facts,
        )

    def close(self) -> None:
        """Ends the child. A later picture starts a new one."""
        with self._lock:
            self._end_child()

    def _ask(self, request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            child = self._running_child()
            timed_out = threading.Event()

            def stop() -> None:
                timed_out.set()
                child.kill()

            watch = threading.Timer(self._limit_s, stop)
            watch.start()
            answered = False
            try:
                requests, answers = _pipes(child)
                write_message(requests, request, data)
                header, payload = read_message(answers, _MAX_PIXEL_BYTES)
                answered = True
            except (WireBroken, OSError) as error:
                reason = Refusal.TOO_SLOW if timed_out.is_set() else Refusal.DECODER_STOPPED
                raise UnreadableImage(reason) from error
            finally:
                watch.cancel()
                watch.join()
                # INVARIANT: a child with an answer still to come is never asked again, or the next picture would
                # get the pixels of this one.
                if not answered or timed_out.is_set():
                    self._end_child()
        if "refusal" in header:
            raise UnreadableImage(_refusal(header["refusal"]))
        return header, payload

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end_child()
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        environment |= {"PYTHONPATH": str(_SOURCE_ROOT), "OPENBLAS_NUM_THREADS": "1"}
        try:
            self._child = subprocess.Popen(  # noqa: S603  (a fixed command of our own)
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise UnreadableImage(Refusal.DECODER_STOPPED) from error
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in _pipes(child):
            # Closing flushes what the dead child never read.
            with contextlib.suppress(OSError):
                pipe.close()
        child.wait()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise WireBroken("pipe")
    return child.stdin, child.stdout


def _agreed_kind(data: bytes, name_suffix: str) -> MediaKind:
    if not data:
        raise UnreadableImage(Refusal.EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableImage(Refusal.FILE_TOO_LARGE)
    promised = kind_of_suffix(name_suffix)
    if promised is None:
        raise UnreadableImage(Refusal.UNKNOWN_FORMAT)
    if kind_of_content(data) is not promised:
        raise UnreadableImage(Refusal.OTHER_FORMAT)
    return promised


def _refusal(name: object) -> Refusal:
    return Refusal.__members__.get(str(name), Refusal.DECODER_STOPPED)


def _clean_png(width: int, height: int, mode: str, pixels: bytes) -> bytes:
    # Imported on demand: the window starts without Pillow.
    from PIL import Image, PngImagePlugin  # noqa: F401  (registers the one format that is written)

    target = io.BytesIO()
    Image.frombytes(mode, (width, height), pixels).save(target, format="PNG", compress_level=3)
    return target.getvalue()
