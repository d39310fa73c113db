"""Chinese first, English second: the literal in the code is the Chinese, the table has the other.

`tr` is called when a text is shown, never when a module is loaded, so that the language chosen at
the start holds everywhere. A test reads every literal out of the code and asks for its English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from enum import Enum

from app.domain.errors import Refusal
from app.domain.sentence import Sentence
from app.resources import resource

NOUNS = {
    "additions": "addition", "cameras": "camera", "cases": "case", "categories": "category",
    "cells": "cell", "characters": "character", "conditions": "condition",
    "contradictions": "contradiction", "corrections": "correction", "days": "day",
    "faults": "fault",
    "leaves": "leave", "lines": "line", "people": "person", "pictures": "picture",
    "remarks": "remark", "rows": "row", "rules": "rule", "spots": "spot", "stretches": "stretch",
    "subcategories": "subcategory", "tiles": "tile", "times": "time",
}  # fmt: skip
"""Counted things of the English sentences; Chinese has one form for one and for many."""

VERBS = {" are": " is", " were": " was", " have": " has", "": ""}
COUNTED = re.compile(rf"{{(\w+)}} ((?:[a-z-]+ )??)({'|'.join(NOUNS)})\b((?: (?:are|were|have)\b)?)")

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
    if is_english():
        said = COUNTED.sub(lambda found: _counted(found, values), said)
    return said.format(**values)


def _counted(found: re.Match[str], values: Mapping[str, object]) -> str:
    """A counted noun of a template, in the singular where there is one of it."""
    name, which, noun, verb = found.groups()
    if values.get(name) != 1:
        return found[0]
    return f"{{{name}}} {which}{NOUNS[noun]}{VERBS[verb]}"


def sentence(error: Refusal | Sentence) -> str:
    """A refusal or a sentence of the rules, as it is read; enums by their labels."""
    from ui.labels import label

    values = {
        name: label(value) if isinstance(value, Enum) else _said(value)
        for name, value in error.values.items()
    }
    return tr(error.template, **values)


def _said(value: object) -> object:
    return value if isinstance(value, int) else tr(str(value))


def listed(words: Iterable[str], mark: str = "、") -> str:
    """Words in a row, with the marks of the chosen language between them: 、 or ，, or ； between
    longer ones.
    """
    between = {"、": ", ", "，": ", ", "；": "; "}[mark] if is_english() else mark
    return between.join(words)
