"""Chinese first, English second: the literal in the code is the Chinese, the table has the other.

`tr` is called when a text is shown, never when a module is loaded, so that the language chosen at
the start holds everywhere. A test reads every literal out of the code and asks for its English.
"""

from __future__ import annotations

import json
from enum import Enum

from app.domain.errors import Refusal
from app.domain.sentence import Sentence
from app.resources import resource

_english: dict[str, str] = {}


def choose_language(language: str) -> None:
    """Speak "zh" or "en" from here on."""
    _english.clear()
    if language == "en":
        _english.update(json.loads(resource("words/en.json").read_text(encoding="utf-8")))


def is_english() -> bool:
    return bool(_english)


def tr(text: str, /, **values: object) -> str:
    """The text in the chosen language, with its values filled in."""
    said = _english.get(text, text)
    return said.format(**values) if values else said


def sentence(error: Refusal | Sentence) -> str:
    """A refusal or a sentence of the rules, as it is read; enums by their labels."""
    from ui.labels import label

    values = {
        name: label(value) if isinstance(value, Enum) else tr(str(value))
        for name, value in error.values.items()
    }
    return tr(error.template, **values)
