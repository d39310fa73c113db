"""Cameras that are really served, and an ear for the engines that read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cameras import TestCameras, serving
from tests.video.ear import Ear


@pytest.fixture
def cameras(loops: dict[str, Path]) -> Iterator[TestCameras]:
    with serving(loops) as served:
        yield served


@pytest.fixture
def ear() -> Ear:
    return Ear()
