"""The protocol that every kind of source speaks to the console."""

from __future__ import annotations

from typing import Protocol

from app.domain.camera_source import Channel
from app.domain.errors import Refusal
from app.domain.ptz import Box, Move, Preset


class SourceFailed(Refusal):
    """The platform or device did not do what was asked; the sentence says what to do."""


class SourceSilent(SourceFailed):
    """It does not answer."""


class SourceLocked(SourceFailed):
    """It does not take the user name or the password."""


class Source(Protocol):
    """One platform or device. All calls block, may take seconds, and raise `SourceFailed`.

    They are made from worker threads only, for one camera never two at once.
    """

    holds_for: float
    """Seconds after which the device by itself ends a movement that is not asked for again; 0 if it
    never does."""

    def channels(self) -> list[Channel]:
        """Every camera there."""

    def move(self, channel: str, move: Move) -> None:
        """Move on at these speeds until told otherwise."""

    def stop(self, channel: str) -> None:
        """Stand still."""

    def presets(self, channel: str) -> list[Preset]:
        """The places this camera remembers."""

    def go_to(self, channel: str, preset: str) -> None:
        """Turn to a remembered place."""

    def remember(self, channel: str, name: str) -> Preset:
        """Remember where the camera looks now."""

    def forget(self, channel: str, preset: str) -> None:
        """Remember a place no longer."""

    def frame(self, channel: str, box: Box, nearer: bool) -> None:
        """3D positioning: bring this part into the middle and fill the picture with it, or step
        back so that the whole picture shrinks into it.
        """

    def close(self) -> None:
        """Let the connection go."""
