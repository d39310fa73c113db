"""Street scenes as a camera on a pole would see them, drawn for the demo city.

Everything that moves returns to where it was after one loop, so a loop has no seam. The problems an
inspector looks for (litter, a stall on the pavement, a fallen sign, an overflowing bin) come and go
within the loop.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QLinearGradient,
    QPainter,
    QPen,
    QPolygonF,
)

WIDTH, HEIGHT = 1280, 720
FONT = "Noto Sans CJK SC"

SHOPS = [
    "便利店",
    "五金电器",
    "肠粉王",
    "水果批发",
    "药房",
    "茶餐厅",
    "文具",
    "洗衣",
    "早餐",
    "花店",
]
PROBLEMS = ["litter", "stall", "sign", "bin"]


@dataclass(frozen=True)
class Mover:
    """Something that crosses the picture `laps` whole times in a loop."""

    lane: float  # y of its foot, as a share of the height
    scale: float
    laps: int  # negative: from right to left
    offset: float
    colour: QColor
    kind: str

    def x(self, phase: float) -> float:
        """Where its middle is at `phase` of the loop, with room to be out of sight."""
        along = (self.offset + phase * self.laps) % 1.0
        return -160 + along * (WIDTH + 320)


class Street:
    """One camera's view. `seed` decides what stands there; the same seed draws the same street."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.night = seed % 5 == 3
        self.park = seed % 4 == 2
        self._still = self._paint_still()
        self._movers = sorted(self._make_movers(), key=lambda mover: mover.lane)
        self._problems = self._make_problems()

    def paint(self, phase: float) -> QImage:
        """The picture at `phase` (0 to 1) of the loop; the caller may paint on it."""
        picture = self._still.copy()
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind, begins, ends, x in self._problems:
            if begins <= phase < ends:
                PROBLEM_PAINTERS[kind](painter, x)
        for mover in self._movers:
            MOVER_PAINTERS[mover.kind](painter, mover, mover.x(phase), phase)
        painter.end()
        return picture

    def _make_movers(self) -> list[Mover]:
        dice, movers = self._dice, []
        colours = ["#b8bcc2", "#23262b", "#8c1f24", "#1f4f8c", "#d9dadb", "#c98d1b", "#3f6b4d"]
        for lane, scale, laps in ((0.645, 0.9, -2), (0.715, 1.05, -3), (0.80, 1.25, 2)):
            for _ in range(dice.randint(2, 3)):
                kind = "bus" if dice.random() < 0.15 else "car"
                colour = QColor(dice.choice(colours))
                movers.append(Mover(lane, scale, laps, dice.random(), colour, kind))
        for _ in range(dice.randint(5, 8)):
            far = dice.random() < 0.6
            lane = dice.uniform(0.535, 0.56) if far else dice.uniform(0.915, 0.97)
            colour = QColor(dice.choice([*colours, "#d7c9a0", "#6d4c7d"]))
            laps = dice.choice((-1, 1))
            movers.append(Mover(lane, 0.62 if far else 1.15, laps, dice.random(), colour, "walker"))
        movers.append(Mover(0.86, 1.0, 2, dice.random(), QColor("#ffcc33"), "rider"))
        return movers

    def _make_problems(self) -> list[tuple[str, float, float, float]]:
        kinds = self._dice.sample(PROBLEMS, 2)
        first = self._dice.uniform(0.05, 0.3)
        return [
            (kinds[0], first, first + 0.45, self._dice.uniform(180, 560)),
            (kinds[1], first + 0.25, first + 0.62, self._dice.uniform(660, 1080)),
        ]

    def _paint_still(self) -> QImage:
        picture = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_sky(painter)
        if self.park:
            self._paint_park(painter)
        else:
            self._paint_buildings(painter)
        self._paint_ground(painter)
        self._paint_trees(painter)
        if self.night:
            painter.fillRect(0, 0, WIDTH, HEIGHT, QColor(6, 10, 30, 130))
            for x in range(120, WIDTH, 330):
                self._paint_lamp(painter, x)
        painter.end()
        return picture

    def _paint_sky(self, painter: QPainter) -> None:
        sky = QLinearGradient(0, 0, 0, HEIGHT * 0.45)
        top, low = self._dice.choice(
            [("#7fa8cf", "#dbe7ee"), ("#9aa7b0", "#cfd6d8"), ("#c9b28f", "#ecdcc0")]
        )
        sky.setColorAt(0, QColor(top))
        sky.setColorAt(1, QColor(low))
        painter.fillRect(0, 0, WIDTH, HEIGHT, QBrush(sky))

    def _paint_buildings(self, painter: QPainter) -> None:
        dice, x = self._dice, -30.0
        walls = ["#a99f8f", "#8f8578", "#b5aa9a", "#7e8a91", "#9a7f6b", "#c2b8a3"]
        foot = HEIGHT * 0.50
        while x < WIDTH:
            wide, high = dice.uniform(130, 230), dice.uniform(190, 330)
            painter.fillRect(QRectF(x, foot - high, wide, high), QColor(dice.choice(walls)))
            self._paint_windows(painter, x, foot - high, wide, high - 78)
            self._paint_shop(painter, x, foot, wide)
            x += wide + dice.choice((0, 0, 6, 26))

    def _paint_windows(
        self, painter: QPainter, x: float, y: float, wide: float, high: float
    ) -> None:
        for row in range(int(high // 44)):
            for column in range(int((wide - 16) // 38)):
                lit = self.night and self._dice.random() < 0.5
                colour = QColor("#f4d98c") if lit else QColor(70, 84, 96, 200)
                painter.fillRect(QRectF(x + 12 + column * 38, y + 12 + row * 44, 24, 28), colour)

    def _paint_shop(self, painter: QPainter, x: float, foot: float, wide: float) -> None:
        dice = self._dice
        board = QRectF(x + 4, foot - 76, wide - 8, 26)
        painter.fillRect(QRectF(x + 6, foot - 50, wide - 12, 50), QColor("#33383d"))
        painter.fillRect(QRectF(x + 14, foot - 44, wide * 0.45, 40), QColor("#6f8791"))
        painter.fillRect(board, QColor(dice.choice(["#a3262a", "#1d5c8f", "#2f6e45", "#c2761b"])))
        font = QFont(FONT)
        font.setPixelSize(18)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#fff6dd"))
        painter.drawText(board, Qt.AlignmentFlag.AlignCenter, dice.choice(SHOPS))

    def _paint_park(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for _ in range(46):
            shade = self._dice.randint(60, 110)
            painter.setBrush(QColor(40, shade, 48))
            x, y = self._dice.uniform(-20, WIDTH), self._dice.uniform(0.24, 0.46) * HEIGHT
            painter.drawEllipse(QPointF(x, y), self._dice.uniform(50, 110), 62)
        painter.fillRect(QRectF(0, HEIGHT * 0.46, WIDTH, HEIGHT * 0.05), QColor("#4c6a42"))
        painter.setPen(QPen(QColor("#39444a"), 3))
        for x in range(0, WIDTH, 22):
            painter.drawLine(QPointF(x, HEIGHT * 0.46), QPointF(x, HEIGHT * 0.51))

    def _paint_ground(self, painter: QPainter) -> None:
        def band(top: float, bottom: float, colour: str) -> None:
            painter.fillRect(
                QRectF(0, top * HEIGHT, WIDTH, (bottom - top) * HEIGHT + 1), QColor(colour)
            )

        band(0.50, 0.585, "#a7a196")
        band(0.585, 0.595, "#d5cfc2")
        band(0.595, 0.865, "#4b4d51")
        band(0.865, 0.88, "#d5cfc2")
        band(0.88, 1.0, "#9b958a")
        painter.setPen(QPen(QColor(120, 114, 104), 1))
        for x in range(-200, WIDTH + 200, 56):
            painter.drawLine(QPointF(x, HEIGHT), QPointF(x + 46, HEIGHT * 0.88))
        painter.setPen(QPen(QColor("#d9d9d2"), 4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, HEIGHT * 0.665), QPointF(WIDTH, HEIGHT * 0.665))
        painter.setPen(QPen(QColor("#d8a520"), 5))
        painter.drawLine(QPointF(0, HEIGHT * 0.742), QPointF(WIDTH, HEIGHT * 0.742))
        crossing = self._dice.uniform(350, 900)
        for stripe in range(6):
            y = HEIGHT * (0.61 + stripe * 0.043)
            painter.fillRect(QRectF(crossing - stripe * 8, y, 120, 13), QColor("#dcdcd6"))

    def _paint_trees(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for x in range(self._dice.randint(20, 120), WIDTH, self._dice.randint(210, 290)):
            painter.setBrush(QColor("#5b4431"))
            painter.drawRect(QRectF(x - 5, HEIGHT * 0.44, 10, HEIGHT * 0.12))
            for _ in range(9):
                painter.setBrush(QColor(46, self._dice.randint(86, 124), 52, 235))
                dx, dy = self._dice.uniform(-46, 46), self._dice.uniform(-52, 20)
                painter.drawEllipse(QPointF(x + dx, HEIGHT * 0.40 + dy), 34, 28)

    @staticmethod
    def _paint_lamp(painter: QPainter, x: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 222, 150, 36))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, 250), QPointF(x - 170, HEIGHT * 0.87), QPointF(x + 170, HEIGHT * 0.87)]
            )
        )
        painter.setBrush(QColor(255, 240, 200))
        painter.drawEllipse(QPointF(x, 250), 9, 6)


def _paint_car(painter: QPainter, mover: Mover, x: float, _phase: float) -> None:
    s, foot = mover.scale, mover.lane * HEIGHT
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 70))
    painter.drawEllipse(QPointF(x, foot), 74 * s, 9 * s)
    painter.setBrush(mover.colour)
    painter.drawRoundedRect(QRectF(x - 70 * s, foot - 40 * s, 140 * s, 34 * s), 10 * s, 10 * s)
    painter.drawRoundedRect(QRectF(x - 42 * s, foot - 64 * s, 84 * s, 34 * s), 14 * s, 14 * s)
    painter.setBrush(QColor(40, 54, 66))
    painter.drawRoundedRect(QRectF(x - 36 * s, foot - 59 * s, 72 * s, 20 * s), 7 * s, 7 * s)
    _paint_wheels(painter, x, foot, s, (-44, 44))
    front = 1 if mover.laps > 0 else -1
    painter.setBrush(QColor("#fff2c0"))
    painter.drawEllipse(QPointF(x + front * 67 * s, foot - 27 * s), 5 * s, 4 * s)


def _paint_bus(painter: QPainter, mover: Mover, x: float, _phase: float) -> None:
    s, foot = mover.scale, mover.lane * HEIGHT
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#1f7a5c"))
    painter.drawRoundedRect(QRectF(x - 130 * s, foot - 104 * s, 260 * s, 96 * s), 8, 8)
    painter.setBrush(QColor(196, 216, 222))
    for pane in range(6):
        painter.drawRect(QRectF(x - 120 * s + pane * 40 * s, foot - 94 * s, 34 * s, 34 * s))
    _paint_wheels(painter, x, foot, s, (-86, 86))


def _paint_wheels(
    painter: QPainter, x: float, foot: float, s: float, offsets: tuple[int, ...]
) -> None:
    painter.setBrush(QColor("#16181a"))
    for offset in offsets:
        painter.drawEllipse(QPointF(x + offset * s, foot - 8 * s), 12 * s, 12 * s)


def _paint_walker(painter: QPainter, mover: Mover, x: float, phase: float) -> None:
    s, foot = mover.scale, mover.lane * HEIGHT
    swing = math.sin(phase * 2 * math.pi * 40 + mover.offset * 7) * 9 * s
    painter.setPen(QPen(QColor("#2b2b30"), 6 * s, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(x, foot - 34 * s), QPointF(x + swing, foot))
    painter.drawLine(QPointF(x, foot - 34 * s), QPointF(x - swing, foot))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mover.colour)
    painter.drawRoundedRect(QRectF(x - 9 * s, foot - 70 * s, 18 * s, 40 * s), 7 * s, 7 * s)
    painter.setBrush(QColor("#c99a77"))
    painter.drawEllipse(QPointF(x, foot - 79 * s), 8 * s, 9 * s)


def _paint_rider(painter: QPainter, mover: Mover, x: float, phase: float) -> None:
    s, foot = mover.scale, mover.lane * HEIGHT
    painter.setPen(QPen(QColor("#16181a"), 4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x - 24, foot - 14), 15, 15)
    painter.drawEllipse(QPointF(x + 24, foot - 14), 15, 15)
    painter.fillRect(QRectF(x - 44, foot - 62, 30, 30), mover.colour)
    seat = Mover(mover.lane - 0.035, s * 0.8, mover.laps, 0, QColor("#e0a52e"), "walker")
    _paint_walker(painter, seat, x, phase / 4)


def _paint_litter(painter: QPainter, x: float) -> None:
    dice, y = random.Random(int(x)), HEIGHT * 0.93
    painter.setPen(Qt.PenStyle.NoPen)
    for _ in range(26):
        colour = dice.choice(["#e8e8e0", "#2f6fb0", "#c43c33", "#1e1e1e", "#e3b23c"])
        painter.setBrush(QColor(colour))
        at = QPointF(x + dice.uniform(-70, 70), y + dice.uniform(-20, 22))
        painter.drawEllipse(at, dice.uniform(5, 13), dice.uniform(4, 9))
    painter.setBrush(QColor("#15171a"))
    painter.drawEllipse(QPointF(x - 34, y - 14), 27, 25)
    painter.drawEllipse(QPointF(x + 10, y - 16), 24, 22)


def _paint_stall(painter: QPainter, x: float) -> None:
    foot = HEIGHT * 0.575
    painter.setPen(QPen(QColor("#6b6e70"), 5))
    painter.drawLine(QPointF(x, foot), QPointF(x, foot - 112))
    painter.setPen(Qt.PenStyle.NoPen)
    for wedge in range(6):
        painter.setBrush(QColor("#d0342c") if wedge % 2 else QColor("#f2efe6"))
        left = x - 84 + wedge * 28
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, foot - 142), QPointF(left, foot - 98), QPointF(left + 28, foot - 98)]
            )
        )
    painter.setBrush(QColor("#8a5a2b"))
    painter.drawRect(QRectF(x - 62, foot - 38, 124, 34))
    for fruit in range(9):
        painter.setBrush(QColor("#e8902a") if fruit % 2 else QColor("#7fae3a"))
        painter.drawEllipse(QPointF(x - 50 + fruit * 12.5, foot - 42), 8, 8)


def _paint_sign(painter: QPainter, x: float) -> None:
    painter.save()
    painter.translate(x, HEIGHT * 0.93)
    painter.rotate(-14)
    painter.fillRect(QRectF(-95, -30, 190, 56), QColor("#1f57a4"))
    painter.setPen(QPen(QColor("#dfe8f5"), 3))
    painter.drawRect(QRectF(-90, -25, 180, 46))
    font = QFont(FONT)
    font.setPixelSize(26)
    painter.setFont(font)
    painter.drawText(QRectF(-90, -25, 180, 46), Qt.AlignmentFlag.AlignCenter, "停车场 →")
    painter.restore()


def _paint_bin(painter: QPainter, x: float) -> None:
    foot = HEIGHT * 0.60
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#2c6b3f"))
    painter.drawRoundedRect(QRectF(x - 26, foot - 66, 52, 66), 5, 5)
    for dx, dy, colour in ((-22, -74, "#1b1d20"), (8, -80, "#d8d8d2"), (30, -8, "#1b1d20")):
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(x + dx, foot + dy), 20, 15)


MOVER_PAINTERS: dict[str, Callable[[QPainter, Mover, float, float], None]] = {
    "car": _paint_car,
    "bus": _paint_bus,
    "walker": _paint_walker,
    "rider": _paint_rider,
}
PROBLEM_PAINTERS: dict[str, Callable[[QPainter, float], None]] = {
    "litter": _paint_litter,
    "stall": _paint_stall,
    "sign": _paint_sign,
    "bin": _paint_bin,
}


def burn_in(picture: QImage, name: str, seconds: float) -> None:
    """Write the camera's name and the running second onto the picture, as a camera's OSD does."""
    painter = QPainter(picture)
    font = QFont(FONT)
    font.setPixelSize(30)
    font.setBold(True)
    painter.setFont(font)
    for text, flag in (
        (name, Qt.AlignmentFlag.AlignLeft),
        (f"演示  {seconds:04.1f} 秒", Qt.AlignmentFlag.AlignRight),
    ):
        for colour, shift in ((QColor(0, 0, 0, 200), 2), (QColor("white"), 0)):
            painter.setPen(colour)
            painter.drawText(QRectF(24 + shift, 82 + shift, WIDTH - 48, 44), flag, text)
    painter.end()


CLOCK_BITS = 16
"""Bits of the machine-readable clock: enough for loops of 65 536 pictures."""


def burn_in_clock(picture: QImage, number: int) -> None:
    """A strip of black and white squares along the lower edge: the picture's number in binary.

    Framed by one white and one black square, so that a reader can set its threshold.
    """
    painter = QPainter(picture)
    bits = [1, 0, *((number >> bit) & 1 for bit in range(CLOCK_BITS))]
    wide = WIDTH / len(bits)
    for place, bit in enumerate(bits):
        colour = QColor("white") if bit else QColor("black")
        painter.fillRect(QRectF(place * wide, HEIGHT - 48, wide + 1, 48), colour)
    painter.end()
