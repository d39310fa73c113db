"""Digital zoom: what is under the mouse stays there, and nothing beyond the picture is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QTransform
from pytestqt.qtbot import QtBot

from ui.widgets.clip_view import ClipView
from ui.widgets.zoom import MOST, Zoom

PLACE = QRect(40, 20, 640, 360)
POINTS = st.builds(QPointF, st.floats(40, 680), st.floats(20, 380))


def painted(zoom: Zoom) -> QTransform:
    return zoom.transform(PLACE)


def covers(zoom: Zoom) -> bool:
    """Whether the zoomed picture fills the place where the whole one was."""
    whole = painted(zoom).mapRect(QRectF(PLACE)).adjusted(-0.01, -0.01, 0.01, 0.01)
    return whole.contains(QRectF(PLACE))


@given(POINTS, st.lists(st.floats(-4, 6), max_size=12))
def test_that_the_picture_always_fills_its_place(at: QPointF, turns: list[float]) -> None:
    zoom = Zoom()
    for steps in turns:
        zoom.turn(steps, at, PLACE)
        assert 1.0 <= zoom.scale <= MOST
        assert covers(zoom)
        zoom.drag(QPointF(steps * 90, -steps * 70), PLACE)
        assert covers(zoom)


@given(POINTS, st.floats(1, 5), st.floats(0.5, 4))
def test_that_what_is_under_the_mouse_stays_there(at: QPointF, first: float, more: float) -> None:
    zoom = Zoom()
    zoom.turn(first, QPointF(360, 200), PLACE)
    under = painted(zoom).inverted()[0].map(at)
    zoom.turn(more, at, PLACE)
    now = painted(zoom).map(under)
    assert abs(now.x() - at.x()) < 0.01
    assert abs(now.y() - at.y()) < 0.01


def test_that_the_wheel_turned_back_shows_the_whole_again() -> None:
    zoom, corner = Zoom(), QPointF(41, 21)
    zoom.turn(3, corner, PLACE)
    assert zoom.is_on
    zoom.turn(-3, QPointF(600, 300), PLACE)
    assert not zoom.is_on
    assert painted(zoom).isIdentity()


def test_that_a_picture_that_is_nearer_says_how_much(qtbot: QtBot) -> None:
    view = ClipView()
    qtbot.addWidget(view)
    view.resize(640, 400)
    green = QImage(640, 360, QImage.Format.Format_RGB32)
    green.fill(QColor("#00ff00"))
    view.show_image(green)
    view.show()

    def is_marked() -> bool:
        """Whether anything but the picture stands in its upper right corner."""
        shown = view.stage.grab().toImage()
        corner = shown.copy(shown.width() - 80, 20, 70, 40)
        points = [(x, y) for x in range(corner.width()) for y in range(corner.height())]
        return any(corner.pixelColor(x, y) != QColor("#00ff00") for x, y in points)

    assert not is_marked()
    view.stage.zoom.turn(4, QPointF(300, 200), view.stage.rect())
    assert is_marked()
    view.stage.zoom.reset()
    assert not is_marked()
