"""The spelling dictionaries: hunspell's American English, the program's medical words, and what is added to them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from pathlib import Path

    from hunspell import Hunspell

LANGUAGE = "en_US"
MEDICAL = "medical.dic"
MOST_SUGGESTIONS = 6


class HunspellSpelling:
    """Fulfils ``Spelling``. Loads at first use, which takes a moment. Any thread may call."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds ``en_US.aff``, ``en_US.dic`` and ``medical.dic``."""
        self._folder = folder
        self._dictionary: Hunspell | None = None
        self._lock = threading.Lock()

    def is_known(self, word: str) -> bool:
        with self._lock:
            return bool(self._loaded().spell(word))

    def suggestions(self, word: str) -> tuple[str, ...]:
        with self._lock:
            return tuple(map(str, self._loaded().suggest(word)[:MOST_SUGGESTIONS]))

    def add(self, word: str) -> None:
        with self._lock:
            self._loaded().add(word)

    def _loaded(self) -> Hunspell:
        if self._dictionary is None:
            from hunspell import Hunspell

            try:
                dictionary = Hunspell(LANGUAGE, hunspell_data_dir=str(self._folder), system_encoding="UTF-8")
            except OSError as error:
                raise ResourceMissing("spelling") from error
            if not (self._folder / MEDICAL).is_file():
                raise ResourceMissing("spelling")
            dictionary.add_dic(str(self._folder / MEDICAL))
            self._dictionary = dictionary
        return self._dictionary
