"""Word of a record that was written, as desks pass it on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A record that was written. `kind` may be one that a newer desk knows and we do not."""

    kind: str
    id: int
