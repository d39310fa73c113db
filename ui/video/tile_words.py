"""The words over a tile's picture: whose it is, how it is, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.domain.camera import Stream, StreamState
from app.video.truth import Truth
from ui.labels import label
from ui.theme import TOKENS, stream_colour
from ui.words import tr

STRIP, SMALL_STRIP = 26, 14
ROOMY_PX = 110


SILENT = frozenset(
    {StreamState.STALLED, StreamState.LATE, StreamState.CONNECTING, StreamState.IDLE}
)
"""Nobody can do anything about these but wait."""


def advice(state: StreamState) -> str:
    """What a person can do about it."""
    match state:
        case StreamState.AUTH:
            return tr("用户名或密码不对，请管理员核对")
        case StreamState.NOT_FOUND:
            return tr("摄像机上没有这个通道，请核对地址")
        case StreamState.UNREACHABLE:
            return tr("网络不通或设备关机，正在自动重连")
        case StreamState.FORBIDDEN:
            return tr("地址不在允许的摄像机网段内，请管理员核对")
        case StreamState.LIMIT:
            return tr("设备不再接受新的连接，正在自动重连")
        case StreamState.NO_VIDEO | StreamState.BROKEN:
            return tr("有连接但没有可用画面，正在自动重连")
        case _:
            return tr("正在等待第一帧画面")


def trouble(truth: Truth) -> tuple[str, str]:
    """What is said over a picture that is not live: the state, and since when."""
    title = label(truth.state)
    if truth.state is StreamState.STALLED:
        title = tr("画面停滞 {age} 秒", age=truth.age)
    elif truth.state is StreamState.LATE:
        title = tr("画面延迟 {age} 秒", age=truth.age)
    if truth.state.flows:  # black or frozen: what is there cannot be used
        return title, tr("设备仍在发送，但画面不可用")
    last = tr("最后画面在 {age} 秒前", age=truth.age)
    return title, last if truth.state in SILENT else f"{last}　{advice(truth.state)}"


def short(truth: Truth, stream: Stream | None, full: bool, zoom: float = 1.0) -> str:
    """The state beside the name; which stream it is, where that is not the usual one, and how much
    larger than it comes.
    """
    state = label(truth.state)
    if truth.state is StreamState.LIVE and not truth.is_live:
        state = tr("关键帧 {age} 秒前", age=truth.age)
    elif truth.state is StreamState.LIVE and not full:
        state = tr("关键帧")  # live, and a second or two behind
    larger = [f"{zoom:.1f}×"] if zoom > 1 else []
    main = [label(Stream.MAIN)] if stream is Stream.MAIN else []
    return " · ".join([*larger, *main, state])


class TileWords:
    """Paints them on a tile of this size: an overview of 256 has room for a name and a colour."""

    def __init__(self, rect: QRect, font: QFont) -> None:
        self._rect, self._font = rect, QFont(font)
        self._is_roomy = rect.height() >= ROOMY_PX
        self._font.setPixelSize(13 if self._is_roomy else 10)
        self.strip_high = STRIP if self._is_roomy else SMALL_STRIP

    def paint(self, painter: QPainter, title: str, below: str, colour: str) -> None:
        """Two lines in the middle; the second only where there is room for it."""
        middle = self._rect.adjusted(6, self.strip_high, -6, 0)
        font = QFont(self._font)
        font.setPixelSize(max(self._font.pixelSize(), min(22, self._rect.height() // 11)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        upper = QRect(middle.left(), middle.top(), middle.width(), middle.height() // 2)
        lower = QRect(middle.left(), upper.bottom() + 4, middle.width(), middle.height() // 2)
        centre = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(upper, centre | Qt.AlignmentFlag.AlignBottom, title)
        if not self._is_roomy:
            return  # the state alone: what to do about it has no room
        font.setBold(False)
        font.setPixelSize(max(12, font.pixelSize() - 5))
        painter.setFont(font)
        painter.setPen(QColor(TOKENS["muted"]))
        flags = centre | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(lower, flags, below)

    def paint_warning(self, painter: QPainter, state: StreamState) -> None:
        """A line over the lower edge: the picture is there to be looked at, and not in order."""
        high = self.strip_high
        line = QRect(0, self._rect.height() - high, self._rect.width(), high)
        painter.fillRect(line, QColor(TOKENS["warn_ground"]))
        painter.setPen(QColor(TOKENS["near"]))
        painter.setFont(self._font)
        words = tr("画面异常：{what}", what=label(state))
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)

    def strip(self, name: str, truth: Truth, state: str, ratio: float) -> QPixmap:
        """Name and state for the upper edge; at `ratio` device pixels to a pixel."""
        wide, high = self._rect.width(), self.strip_high
        strip = QPixmap(round(wide * ratio), round(high * ratio))
        strip.setDevicePixelRatio(ratio)
        strip.fill(QColor(10, 13, 16, 190))
        painter = QPainter(strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = stream_colour(truth.state)
        if truth.state is StreamState.LIVE and not truth.is_live:
            colour = QColor(TOKENS["near"])
        painter.setBrush(colour)
        painter.drawEllipse(high // 3, high // 2 - high // 6, high // 3, high // 3)
        painter.setFont(self._font)
        if not self._is_roomy:
            state = ""  # the mark's colour tells, and words over a picture that is not live
        taken = painter.fontMetrics().horizontalAdvance(state) + 10
        painter.setPen(colour)
        vertical = Qt.AlignmentFlag.AlignVCenter
        right = QRect(wide - taken - 4, 0, taken, high)
        painter.drawText(right, vertical | Qt.AlignmentFlag.AlignRight, state)
        painter.setPen(QColor(TOKENS["text"]))
        room = wide - taken - 8 - high
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        left = QRect(high - 2, 0, room, high)
        painter.drawText(left, vertical | Qt.AlignmentFlag.AlignLeft, name)
        painter.end()
        return strip
