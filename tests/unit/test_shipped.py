from __future__ import annotations

import pytest

from parotis import shipped


def test_a_shipped_file_is_read_and_an_absent_one_is_told() -> None:
    assert shipped.read("lexicon/gland.json").startswith(b"{")
    assert shipped.path("lexicon").is_dir()
    for name in ("lexicon", "absent", "../pyproject.toml"):
        with pytest.raises(shipped.NotShipped):
            shipped.read(name)
