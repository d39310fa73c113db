"""A sentence of the rules, its values apart, so that a screen can say it in another language."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sentence:
    """A Chinese template and what stands in it."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def said(template: str, /, **values: object) -> Sentence:
    return Sentence(template, values)
