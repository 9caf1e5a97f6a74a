"""Small disks for a test: mounted by the superuser, or in a name space of their own where users may have one."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault.signed_practice import SignedPractice, furnish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Makes disks in memory: ``small_disk(kilobytes, "ro")``."""
    with contextlib.ExitStack() as mounted:
        yield lambda kilobytes, *options: mounted.enter_context(_disk(tmp_path, kilobytes, *options))


@contextlib.contextmanager
def _disk(folder: Path, kilobytes: int, *options: str) -> Iterator[Path]:
    place = folder / f"disk-{kilobytes}-{'-'.join(options)}"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", ",".join((f"size={kilobytes}k", "mode=0777", *options)), "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)
        return
    script = 'shift 0; "$@" && echo mounted && exec sleep 600'
    keeper = subprocess.Popen(
        ["unshare", "-Urm", "sh", "-c", script, "sh", *mount], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert keeper.stdout is not None
        if not keeper.stdout.readline():
            pytest.skip("no disk can be mounted here")
        yield Path(f"/proc/{keeper.pid}/root{place}")
    finally:
        keeper.kill()
        keeper.communicate()


@pytest.fixture(scope="module")
def signed_practice(tmp_path_factory: pytest.TempPathFactory) -> SignedPractice:
    """A practice with one signed exam that has pictures."""
    return furnish(tmp_path_factory.mktemp("signed"))
