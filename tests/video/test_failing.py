"""How long a camera that failed is left alone, and what its failure is called."""

from __future__ import annotations

import av
import pytest

from app.domain.camera import StreamState
from app.sources.source import SourceFailed, SourceLocked, SourceSilent
from app.video.failing import Patience, meaning
from app.video.route import NoVideoError, OutsideError

AWAY, AUTH, FORBIDDEN = StreamState.UNREACHABLE, StreamState.AUTH, StreamState.FORBIDDEN


@pytest.mark.parametrize(
    ("problem", "longest"),
    [
        (AWAY, (1, 2, 4, 8, 16, 30, 30)),
        (AUTH, (30, 60, 120, 300, 600, 600, 600)),
        (FORBIDDEN, (30, 60, 120, 300, 600, 600, 600)),
    ],
)
def test_that_each_failure_is_waited_out_for_longer(
    problem: StreamState, longest: tuple[int, ...]
) -> None:
    many = [Patience() for _ in range(50)]
    for most in longest:
        pauses = [one.hear(problem, held=False) for one in many]
        assert most / 2 <= min(pauses) <= max(pauses) <= most
        assert len(set(pauses)) > 1, "not all cameras in one moment"


def test_that_another_failure_and_what_has_flowed_for_a_while_begin_anew() -> None:
    patience = Patience()
    for _ in range(5):
        patience.hear(AWAY, held=False)
    assert patience.is_tried, "it waits among those that failed"
    assert 15 <= patience.hear(AUTH, held=False) <= 30
    assert 30 <= patience.hear(AUTH, held=False) <= 60
    assert patience.hear(AWAY, held=False) <= 1
    assert 1 <= patience.hear(AWAY, held=False) <= 2
    assert patience.hear(AWAY, held=True) <= 1
    assert not patience.is_tried


def test_that_the_thread_after_a_stuck_one_is_as_patient_as_the_first() -> None:
    patience = Patience()
    for _ in range(6):
        patience.hear(AWAY, held=False)
    patience.begin_anew()
    assert patience.is_tried, "it still waits among those that failed"
    assert patience.hear(AWAY, held=False) <= 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (av.error.HTTPUnauthorizedError(401, ""), StreamState.AUTH),
        (av.error.HTTPForbiddenError(403, ""), StreamState.AUTH),
        (av.error.HTTPNotFoundError(404, ""), StreamState.NOT_FOUND),
        (av.error.HTTPOtherClientError(453, ""), StreamState.LIMIT),
        (av.error.InvalidDataError(1, ""), StreamState.BROKEN),
        (SourceLocked("x"), StreamState.AUTH),
        (SourceSilent("x"), StreamState.UNREACHABLE),
        (SourceFailed("x"), StreamState.NO_VIDEO),
        (OutsideError(), StreamState.FORBIDDEN),
        (NoVideoError(), StreamState.NO_VIDEO),
        (TimeoutError(), None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_that_an_error_is_told_as_what_can_be_done_about_it(
    error: Exception, state: StreamState | None
) -> None:
    assert meaning(error) is state
