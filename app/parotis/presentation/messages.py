"""Every sentence about a failure, in one place: what happened, what is safe, what to do.

Made from an error's code and its own fixed fields; nothing that a person typed is in them.
"""

from __future__ import annotations

import math

from parotis.domain import errors

_TEXTS: dict[str, str] = {
    "error": "Something failed. What was saved before is still there. Try again.",
    "user": "This cannot be done. Nothing was changed.",
    "input.unreadable": "The input cannot be read. Nothing was changed.",
    "data_file.refused": "The file is refused; the last good one stays in use.",
    "image.unreadable": "The picture cannot be taken. Nothing was changed.",
    "rules.broken": "The checks block this. Nothing was signed and nothing was written. Settle the points that block.",
    "record.not_found": "It is not in this practice. Nothing was changed. Check the id, or the data folder.",
    "draft.stale": "Somebody else saved a newer version of this draft. Your text is still in the window. "
    "Copy what you need, then open the exam again.",
    "signing.preview_changed": "The draft changed after it was previewed. Nothing was signed. Preview it again.",
    "exam.already_signed": "This exam is signed and no longer changes. Nothing was changed.",
    "record.exists": "It is there already. Nothing was changed or overwritten. Choose another name or folder.",
    "refused": "Your account may not do this. Nothing was changed. Ask a dentist or an administrator of the practice.",
    "credential.rejected": "Login or passphrase is wrong. Nothing was opened.",
    "credential.weak": "The passphrase is too short or too easily guessed. Nothing was changed.",
    "fault": "The computer could not do this. What was saved before is safe. Try again.",
    "storage.full": "The disk is full. What was saved before is safe. Make room, then try again.",
    "storage.locked": "Another program holds the record. What was saved before is safe. Close it, then try again.",
    "storage.read_only": "The data folder cannot be written. What was saved before is safe. Check its permissions.",
    "storage.corrupt": "The record is damaged or belongs to other keys. Nothing was written to it. "
    "Restore the last backup, and keep the damaged file.",
    "storage.too_new": "The record was written by a newer version of the program. Nothing was changed. "
    "Install the newer version.",
    "storage.no_folder": "The data folder is not a folder. Nothing was changed. Choose another one with --data.",
    "storage.failed": "The disk or the database failed. What was saved before is safe. Check the disk, then try again.",
    "key.unavailable": "The key file of the practice is missing or damaged. The record is still encrypted and safe. "
    "Restore the key file from a backup.",
    "signer.unavailable": "The signing certificate cannot be used. Nothing was signed.",
    "target.not_writable": "Not exported: the target could not be written. Nothing is left on it, and the signed "
    "report is safe in the record.",
    "resource.missing": "A file of the program is missing. The record is safe. Install the program again.",
    "integrity.broken": "What is stored is not what was stored. Nothing was changed. Stop, and keep the data folder "
    "as it is.",
    "document.altered": "A signed report in the record is not what was signed. Stop, and keep the data folder "
    "as it is.",
    "audit.broken": "The audit chain is broken. Stop, and keep the data folder as it is.",
    "self_check.failed": "What was just written did not read back as intended, so it does not count. "
    "The draft is safe. Try again.",
    "cancelled": "Cancelled. Nothing was changed.",
}

_MORE_BY_TYPE = {
    errors.SignerUnavailable: "Ask the practice's administrator for a new certificate.",
    errors.TargetNotWritable: "Check the stick or the share, then export again.",
}


def text_of(error: errors.ParotisError) -> str:
    """One or a few sentences for the person about a failure."""
    parts = [_TEXTS[error.code]]
    if isinstance(error, errors.UnreadableImage | errors.SignerUnavailable | errors.TargetNotWritable):
        parts.insert(0, error.reason)
    if isinstance(error, errors.DataFileRefused):
        first = error.problems[0]
        key = f", {first.key}" if first.key else ""
        parts.insert(0, f"{first.file}, line {first.line}{key}: {first.reason}")
    if isinstance(error, errors.CredentialRejected) and error.wait_s > 0:
        parts.append(wait_sentence(error.wait_s))
    if isinstance(error, errors.WeakPassphrase):
        parts.append(f"Use at least {error.minimum_length} characters; several plain words are good.")
    if isinstance(error, errors.StorageTooNew):
        parts.append(f"(record version {error.found}, known {error.known})")
    parts.extend(more for kind, more in _MORE_BY_TYPE.items() if isinstance(error, kind))
    return " ".join(parts)


def for_a_form(sentence: str) -> str:
    """What the schema says of a document, for somebody who fills in a form."""
    return "This is needed." if sentence == "The key is missing." else sentence.replace(" or null", "")


def wait_sentence(wait_s: float) -> str:
    """How long the next try is held back; said also for part of a second: one that comes too soon is not judged."""
    seconds = math.ceil(wait_s)
    return f"Wait {seconds} second{'s' if seconds > 1 else ''} before the next try."


def details_of(error: errors.ParotisError) -> tuple[tuple[str, str], ...]:
    """The single points of a failure as (path, sentence): problems of an input, issues that block."""
    if isinstance(error, errors.UnreadableInput):
        return error.problems
    if isinstance(error, errors.DataFileRefused):
        return tuple((one.place, one.reason) for one in error.problems)
    if isinstance(error, errors.RulesBroken):
        return tuple((issue.path, issue.text) for issue in error.issues if issue.blocks)
    return ()
