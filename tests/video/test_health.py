"""Pictures judged on footage that the thresholds have never seen, and on a real stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app.demo.loops import Shape, encode
from app.demo.rtsp import RtspServer, Served
from app.domain.camera import StreamState
from app.domain.health import symptom
from app.video.measures import Look, Measurer, unpack
from app.video.messages import Capture, Decode, Looked, StillTaken
from app.video.supervisor import Engines
from tests.conftest import SHARED
from tests.video.ear import SUB, Ear
from tests.video.labelled import covered, film, frame, labelled_set

WALKERS = SHARED / "video" / "street-walkers.mp4"


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, StreamState | None, StreamState | None]]:
    if not WALKERS.exists():
        pytest.skip("street-walkers.mp4 is not beside the project")
    told = []
    for one in labelled_set(WALKERS):
        measurer = Measurer()
        measurer.reference, measurer.last = measurer.look(one.reference), measurer.look(one.before)
        told.append((one.name, one.trouble, symptom(measurer.measure(one.now))))
    return told


def test_that_what_is_said_is_true_and_what_is_wrong_is_said(
    judged: list[tuple[str, StreamState | None, StreamState | None]],
) -> None:
    said = [(wanted, got) for _, wanted, got in judged if got is not None]
    wrong = [(wanted, got) for _, wanted, got in judged if wanted is not None]
    precision = sum(wanted is got for wanted, got in said) / len(said)
    recall = sum(wanted is got for wanted, got in wrong) / len(wrong)
    assert len(judged) >= 600
    assert precision >= 0.95
    assert recall >= 0.9


def test_that_every_trouble_is_found_and_no_good_picture_is_blamed(
    judged: list[tuple[str, StreamState | None, StreamState | None]],
) -> None:
    for trouble in {wanted for _, wanted, _ in judged if wanted}:
        mine = [got for _, wanted, got in judged if wanted is trouble]
        assert mine.count(trouble) / len(mine) >= 0.8, trouble
    assert not [name for name, wanted, got in judged if wanted is None and got is not None]


def test_that_light_and_texture_are_what_numpy_would_say() -> None:
    dice = np.random.default_rng(3)
    for brightest in (40, 130, 255):
        luma = dice.integers(brightest // 2, brightest + 1, (180, 320)).astype(np.float32)
        look = Look(luma, 128.0, 128.0)
        assert look.light == pytest.approx(np.percentile(luma, 99), abs=1.0)
        blocks = luma[20:160].reshape(7, 20, 16, 20).swapaxes(1, 2)
        assert look.texture == pytest.approx(blocks.std(axis=(2, 3)), abs=0.01)


def test_that_a_look_is_kept_and_read_again(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    look = Measurer().look(frame(dice.integers(0, 255, (288, 352, 3))))
    again = unpack(look.packed())
    assert isinstance(again, Look)
    assert np.abs(again.luma - look.luma).max() <= 1
    assert (again.blue, again.red) == pytest.approx((look.blue, look.red), abs=0.01)
    assert unpack(b"short") is None


def spoilt(kind: str, count: int) -> Iterator[av.VideoFrame]:
    """A street as a camera in trouble sends it: black, frozen, or covered to two thirds."""
    source = Path(__file__).resolve().parents[2] / "resources" / "video" / "street-bikes.mp4"
    pictures = film(source, 1)[:count]
    dice = np.random.default_rng(3)
    bag = covered(0.9, 70)
    for number in range(count):
        picture = pictures[0 if kind == "frozen" else number].astype(np.float32)
        if kind == "black":
            picture = picture * 0 + dice.normal(10, 1.5, picture.shape)
        yield frame(bag(picture) if kind == "covered" else picture)


@pytest.mark.video
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("black", StreamState.BLACK),
        ("frozen", StreamState.FROZEN),
        ("covered", StreamState.COVERED),
    ],
)
def test_that_a_camera_that_sends_and_shows_nothing_is_called_by_its_name(
    tmp_path: Path, kind: str, state: StreamState
) -> None:
    loop = tmp_path / f"{kind}.h264"
    encode(spoilt(kind, 75), [(loop, Shape(640, 272, 900, 25))])
    ear = Ear()
    engines = Engines(ear, count=1)
    try:
        with RtspServer([stream := Served("/x", str(loop))]) as server:
            engines.open(SUB, server.url(stream))
            ear.wait_state(SUB, StreamState.LIVE)
            if kind != "covered":  # of that one nobody looks at it: it is judged all the same
                engines.view(SUB, 320, 180, Decode.FULL)
            ear.wait_state(SUB, state, within=35)
            engines.ask_look(SUB)
            ear.wait_for(lambda: ear.of(Looked))
            if kind == "frozen":
                wanted = Capture("c", SUB, tmp_path / "c.jpg", tmp_path / "c.mp4", 1, 0.2)
                engines.capture(wanted)
                ear.wait_for(lambda: ear.of(StillTaken))
                still = ear.of(StillTaken)[0]
                assert isinstance(still, StillTaken)
                assert still.age > 18  # as old as the picture, however fresh its packet
    finally:
        engines.stop()
