from __future__ import annotations

import inspect

import pytest

from parotis.domain import errors
from parotis.presentation import messages

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.ParotisError) and kind.__module__ == errors.__name__
]
CANARY = "Quillfeather"


def made(kind: type[errors.ParotisError]) -> errors.ParotisError:
    """An error of the class whose free texts hold a marked name where a careless caller might put one."""
    special: dict[type[errors.ParotisError], errors.ParotisError] = {
        errors.UnreadableInput: errors.UnreadableInput([("patient.birth_date", "The value is not a date.")]),
        errors.UnreadableImage: errors.UnreadableImage("The file is empty."),
        errors.DataFileRefused: errors.DataFileRefused(
            [errors.FileProblem("gland.json", 12, "attributes.duct_mm.unit", "The key is missing.")]
        ),
        errors.RulesBroken: errors.RulesBroken(()),
        errors.StaleDraft: errors.StaleDraft(7),
        errors.CredentialRejected: errors.CredentialRejected(12),
        errors.WeakPassphrase: errors.WeakPassphrase(15),
        errors.StorageTooNew: errors.StorageTooNew("0009", "0001"),
        errors.SignerUnavailable: errors.SignerUnavailable("The certificate has expired."),
        errors.TargetNotWritable: errors.TargetNotWritable("The target is full."),
    }
    return special.get(kind) or kind(CANARY)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_failure_has_a_sentence_without_what_somebody_typed(kind: type[errors.ParotisError]) -> None:
    text = messages.text_of(made(kind))
    assert text.endswith((".", ")"))
    assert CANARY not in text


def test_every_failure_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in CLASSES]
    assert len(codes) == len(set(codes))


def test_a_guesser_is_told_how_long_to_wait() -> None:
    assert "12 seconds" in messages.text_of(errors.CredentialRejected(12))


def test_a_refused_file_is_named_with_line_and_key() -> None:
    error = made(errors.DataFileRefused)
    text = messages.text_of(error)
    assert text.startswith("gland.json, line 12, attributes.duct_mm.unit: The key is missing.")
    assert text.endswith("the last good one stays in use.")
    assert messages.details_of(error) == (("gland.json:12: attributes.duct_mm.unit", "The key is missing."),)
    assert "gland" not in str(error)
