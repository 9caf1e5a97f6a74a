"""Makes the editor of a field of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from parotis.ui.code_search import CodesEditor
from parotis.ui.form_editors_choice import ChipsEditor, ChoiceEditor, FlagEditor
from parotis.ui.form_editors_text import LineEditor, LinesEditor, ParagraphEditor
from parotis.ui.spelling_highlighter import SpellingHighlighter

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.coding import IcdCode
    from parotis.forms.exam_form import Field
    from parotis.presentation.spelling import SpellCheck
    from parotis.ui.form_editors_base import FieldEditor
    from parotis.ui.icons import Icons
    from parotis.ui.phrase_assistant import PhraseAssistant
    from parotis.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class FormTools:
    """What the parts of a form need besides their field."""

    theme: Theme
    icons: Icons
    search_codes: Callable[[str], tuple[IcdCode, ...]]
    describe_code: Callable[[str], str]
    entered_by: Callable[[str], str] = lambda _path: ""
    phrases: PhraseAssistant | None = None
    spell_check: SpellCheck | None = None


def make_editor(field: Field, name: str, tools: FormTools) -> FieldEditor:
    """The editor for a field, with its accessible name; running text is spell-checked."""
    editor = _made(field, name, tools)
    if tools.spell_check is not None and isinstance(editor.input, QPlainTextEdit):
        SpellingHighlighter(editor.input, tools.spell_check, tools.theme)
    return editor


def _made(field: Field, name: str, tools: FormTools) -> FieldEditor:
    match field.kind:
        case "paragraph":
            return ParagraphEditor(field, name)
        case "lines":
            return LinesEditor(field, name)
        case "choice":
            return ChoiceEditor(field, name)
        case "chips":
            return ChipsEditor(field, name)
        case "flag":
            return FlagEditor(field, name)
        case "codes":
            return CodesEditor(field, name, tools.icons, tools.search_codes, tools.describe_code)
        case _:
            return LineEditor(field, name)
