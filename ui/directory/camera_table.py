"""All cameras as a table: what each is, and what its code says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from app.domain.camera import CameraRow
from app.domain.gbcode import decode
from ui.labels import district_name, subdistrict_name
from ui.words import tr

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

COLUMNS: tuple[tuple[str, int], ...] = (
    ("编码", 190),
    ("名称", 220),
    ("区", 80),
    ("街道", 110),
    ("地址", 220),
    ("行业", 140),
    ("类型", 130),
    ("网络", 150),
    ("云台", 60),
    ("来源", 90),
)

ORIGINS = {"manual": "录入", "file": "文件导入", "source": "接入平台"}


class CameraTable(QAbstractTableModel):
    """The cameras that are given it, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[CameraRow] = []

    def put(self, cameras: list[CameraRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = cameras
        self.endResetModel()

    def camera(self, row: int) -> CameraRow:
        return self._rows[row]

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(COLUMNS[section][0]) if orientation is Qt.Orientation.Horizontal else section + 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        return cells(self._rows[index.row()])[index.column()]


def cells(camera: CameraRow) -> tuple[str, ...]:
    """A camera as the table shows it."""
    told = decode(camera.code)
    return (
        camera.code,
        camera.name,
        district_name(camera.district),
        subdistrict_name(camera.subdistrict) or "—",
        camera.site or "—",
        tr(told.industry) if told else "—",
        tr(told.device) if told else "—",
        tr(told.network) if told else "—",
        tr("有") if camera.ptz else "—",
        tr(ORIGINS.get(camera.origin, camera.origin)),
    )
