from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parotis.imaging.decode import PictureDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def decoder() -> Iterator[PictureDecoder]:
    with PictureDecoder() as shared:
        yield shared
