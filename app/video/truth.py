"""What may be said of a picture: what the engine says, held against the clocks in the slot."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.camera import STALL_AFTER_S, StreamState
from app.video.frames import Slot

KEY_AFTER_S = 22.0
"""Where key frames only are shown, a picture may be so old while packets come: cameras that save
send one each ten or twenty seconds. Its age is told from four seconds on."""

KEY_FRESH_S = 4.0
"""A key frame that is older is shown with its age, and counts in no ledger as seen live."""


class Truth(NamedTuple):
    """What a tile says: the state, and how old its picture is in whole seconds (-1: none)."""

    state: StreamState
    age: int

    @property
    def is_live(self) -> bool:
        """Whether what is shown is in order, and of now."""
        return self.state is StreamState.LIVE and self.age == 0


def truth_of(slot: Slot, said: StreamState, full: bool, now: float) -> Truth:
    """The engine's word, corrected by the clocks in the slot, which no hung engine can stop.

    `full`: every picture is asked for, not key frames only; `now` in monotonic seconds. MISSION C4:
    a picture that stands still is never shown as live.
    """
    picture = slot.picture()
    if picture is None:
        return Truth(StreamState.CONNECTING if said is StreamState.LIVE else said, -1)
    age, moving = now - picture.arrived, now - slot.packet_at <= STALL_AFTER_S
    if said is StreamState.LATE and not moving:
        said = StreamState.STALLED
    if said.flows:
        patience = STALL_AFTER_S if full else KEY_AFTER_S
        if age <= STALL_AFTER_S or (moving and age <= patience):
            return Truth(said, int(age) if age > KEY_FRESH_S else 0)
        said = StreamState.BROKEN if moving and age > 2 * patience else StreamState.STALLED
    return Truth(said, int(age))
