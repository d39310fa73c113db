"""Chinese first, English second: the literal in the code is the Chinese, the table has the other.

`tr` is called when a text is shown, never when a module is loaded, so that the language chosen at
the start holds everywhere. A test reads every literal out of the code and asks for its English.
"""

from __future__ import annotations

import json
import re
from enum import Enum

from app.domain.errors import Refusal
from app.domain.sentence import Sentence
from app.resources import resource

NOUNS = {
    "additions": "addition", "cameras": "camera", "cases": "case", "categories": "category",
    "cells": "cell", "characters": "character", "conditions": "condition",
    "contradictions": "contradiction", "corrections": "correction", "days": "day",
    "leaves": "leave", "lines": "line", "people": "person", "pictures": "picture",
    "remarks": "remark", "rows": "row", "rules": "rule", "spots": "spot", "stretches": "stretch",
    "subcategories": "subcategory", "tiles": "tile", "times": "time",
}  # fmt: skip
"""Counted things of the English sentences; Chinese has one form for one and for many."""

VERBS = {" are": " is", " were": " was", " have": " has", "": ""}
ONE_OF_MANY = re.compile(
    rf"(?<![\w.,:/-])1 ((?:[a-z-]+ )??)({'|'.join(NOUNS)})\b((?: (?:are|were|have)\b)?)"
)

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
    if not values:
        return said
    filled = said.format(**values)
    return ONE_OF_MANY.sub(_one, filled) if is_english() else filled


def _one(found: re.Match[str]) -> str:
    return f"1 {found[1]}{NOUNS[found[2]]}{VERBS[found[3]]}"


def sentence(error: Refusal | Sentence) -> str:
    """A refusal or a sentence of the rules, as it is read; enums by their labels."""
    from ui.labels import label

    values = {
        name: label(value) if isinstance(value, Enum) else tr(str(value))
        for name, value in error.values.items()
    }
    return tr(error.template, **values)
