"""The decoding child: reads a file's bytes from standard input, writes bare pixels, knows nothing else.

Started as ``python -m parotis.imaging.child``. It lives for many pictures and ends with its parent's pipe. Whatever
a hostile file does to the decoders happens here, under limits, without files, a window or a key.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import IO, Any, Final

from PIL import Image

from parotis.domain.errors import UnreadableImage
from parotis.imaging.pictures import MAX_FILE_BYTES, MediaKind, Refusal
from parotis.imaging.raster import Pixels, decode_raster
from parotis.imaging.wire import WireBroken, read_message, write_message

_MEMORY_BYTES: Final = 1024**3
_CPU_S: Final = 12
_PR_SET_DUMPABLE: Final = 4


def main() -> int:
    """Answers requests until the pipe closes."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # A library that prints would garble the answers.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _limit_process()
    while True:
        try:
            request, data = read_message(requests, MAX_FILE_BYTES)
        except WireBroken:
            return 0
        _limit_cpu()
        _answer(answers, request, data)


def _answer(answers: IO[bytes], request: dict[str, Any], data: bytes) -> None:
    kind, frame = MediaKind(request["kind"]), request["frame"]
    try:
        pixels = _decode(data, kind, frame)
        write_message(answers, _pixels_header(pixels), pixels.data)
    except UnreadableImage as error:
        write_message(answers, {"refusal": Refusal(error.reason).name})
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        write_message(answers, {"refusal": Refusal.TOO_LARGE.name})
    except RecursionError:
        write_message(answers, {"refusal": Refusal.TOO_NESTED.name})
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001  (process boundary: decoders raise anything on hostile bytes)
        write_message(answers, {"refusal": Refusal.DAMAGED.name})


def _decode(data: bytes, kind: MediaKind, frame: int) -> Pixels:
    if kind is not MediaKind.DICOM:
        return decode_raster(data, kind, frame)
    # Imported on demand: numpy and pydicom cost five times the rest of the start.
    from parotis.imaging.dicom import decode_dicom

    return decode_dicom(data, frame)


def _pixels_header(pixels: Pixels) -> dict[str, Any]:
    return {
        "width": pixels.width,
        "height": pixels.height,
        "mode": pixels.mode,
        "frame_count": pixels.frame_count,
        "mm_per_pixel": pixels.mm_per_pixel,
        "burned_in_annotation": pixels.burned_in_annotation,
        "facts": pixels.facts,
    }


if sys.platform == "win32":

    def _limit_process() -> None:
        """Windows has no such limits; the size checks and the parent's clock remain."""

    def _limit_cpu() -> None:
        """Windows has no such limit; the parent's clock remains."""

else:
    import resource

    def _limit_process() -> None:
        """Caps memory, forbids writing files, and leaves no core that could hold a patient's picture."""
        _set_soft_limit(resource.RLIMIT_AS, _address_space_bytes() + _MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

    def _limit_cpu() -> None:
        """The processor time of all pictures so far, and a fixed share for the next one."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _set_soft_limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + _CPU_S)

    def _set_soft_limit(limit: int, value: int) -> None:
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))

    def _address_space_bytes() -> int:
        try:
            with open("/proc/self/statm", "rb") as status:  # noqa: PTH123  (no pathlib in the child's start)
                return int(status.read().split()[0]) * resource.getpagesize()
        except FileNotFoundError:
            return _MEMORY_BYTES


if __name__ == "__main__":
    raise SystemExit(main())
