"""What may go wrong, told as the sentence the operator should read."""

from __future__ import annotations


class Refusal(Exception):
    """The rules do not allow it. Carries its sentence as a template, so that a screen can say it
    in another language: ``Refusal("{number}：已办结", number=case.number)``."""

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values)


class Conflict(Refusal):
    """Another desk was quicker; what was typed is kept and both are shown."""


class LinkLost(Refusal):
    """The database does not answer. Nothing was said to be saved that was not."""
