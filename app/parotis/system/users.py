"""Who may log in: the facts about a person that the key slots hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from parotis.domain.errors import UnreadableInput

_LOGIN = re.compile(r"\w[\w.@-]{0,63}")
_LONGEST_TEXT = 200


class Role(StrEnum):
    DENTIST = "dentist"
    ASSISTANT = "assistant"
    BILLING = "billing"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class UserProfile:
    """What is known of a person before an account exists. ``login`` is normalised to lower case."""

    login: str
    display_name: str
    role: Role
    credentials: str = ""
    license_number: str = ""
    license_state: str = ""
    npi: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "login", normalised_login(self.login))
        object.__setattr__(self, "role", Role(self.role))
        problems = []
        if not _LOGIN.fullmatch(self.login):
            problems.append(("login", "A login is one word of up to 64 letters, digits and . @ _ -."))
        if not self.display_name.strip():
            problems.append(("display_name", "The name is missing."))
        for name in ("display_name", "credentials", "license_number", "license_state", "npi"):
            text = unicodedata.normalize("NFC", getattr(self, name))
            object.__setattr__(self, name, text)
            if len(text) > _LONGEST_TEXT or any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
                problems.append((name, f"At most {_LONGEST_TEXT} characters, on one line."))
        if problems:
            raise UnreadableInput(problems)


@dataclass(frozen=True, slots=True)
class User(UserProfile):
    """A person with an account. ``user_id`` is never reused; a disabled account stays for the record."""

    user_id: str = ""
    is_disabled: bool = False


def normalised_login(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed[:1000]).strip().casefold()
