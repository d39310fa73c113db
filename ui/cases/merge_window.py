"""Which case another one is merged into: the likely ones, or any by its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.services import cases
from app.services.cases import Alike
from app.services.cases import CaseDetail as Detail
from ui.labels import clock, label
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

ROW = Qt.ItemDataRole.UserRole
FOUND_AT_MOST = 20


class MergeWindow(QDialog):
    """Signals: `chosen(id)`: the case that goes on for both."""

    chosen = Signal(int)

    def __init__(
        self, parent: QWidget, desk: Desk, detail: Detail, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("并案 · {number}", number=detail.row.number))
        self.resize(1080, 460)
        self._desk, self.detail = desk, detail
        self._tasks = Tasks(self, on_error)
        self.words = QLineEdit(placeholderText=tr("编号、地点、描述、来电人：回车查找其他案件"))
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(tr("可能重复的案件"))
        titles = ("编号", "相似度", "距离（米）", "状态", "登记时间", "地点", "问题描述")
        self.list.setHeaderLabels([tr(title) for title in titles])
        for place, width in enumerate((150, 70, 90, 80, 110, 220)):
            self.list.setColumnWidth(place, width)
        self.go = QPushButton(tr("并入所选案件"))
        self.go.setProperty("weight", "main")
        self.told = named(QLabel(wordWrap=True), "muted")
        words = tr("本案不再单独处理，反映人和证据归入所选案件；随时可以“拆分”恢复原样")
        foot = QHBoxLayout()
        foot.addWidget(named(QLabel(words), "muted"), 1)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        head = f"{detail.row.number}　{detail.row.subcategory}　{detail.row.description}"
        column.addWidget(named(QLabel(head, wordWrap=True), "panelTitle"))
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        column.addWidget(self.told)
        column.addLayout(foot)
        self.words.returnPressed.connect(lambda: self._tasks.start(self._search()))
        self.list.currentItemChanged.connect(lambda *_: self.go.setEnabled(True))
        self.list.itemActivated.connect(lambda *_: self._choose())
        self.go.clicked.connect(self._choose)
        self.go.setEnabled(False)
        self._tasks.start(self._load())

    async def _load(self) -> None:
        found = await self._desk.ask(cases.alike_to, self.detail.row.id)
        self._show(found)
        n = len(found)
        self.told.setText(
            tr("按地点、时间、类别和文字找到 {n} 宗可能重复的案件", n=n)
            if found
            else tr("没有找到可能重复的案件：可在上面按编号或文字查找")
        )

    async def _search(self) -> None:
        wanted = CaseFilter(text=self.words.text().strip(), open_only=True)
        page = await self._desk.ask(cases.page, wanted, "registered_at", True, None, FOUND_AT_MOST)
        self._show([Alike(row, 0.0, None) for row in page.rows if row.id != self.detail.row.id])
        self.told.clear()

    def _show(self, found: Sequence[Alike]) -> None:
        self.list.clear()
        for one in found:
            row = one.row
            item = QTreeWidgetItem(
                [
                    row.number,
                    f"{one.score:.0f}%" if one.score else "—",
                    "—" if one.metres is None else f"{one.metres:.0f}",
                    label(row.status),
                    clock(row.registered_at),
                    row.address,
                    row.description,
                ]
            )
            item.setData(0, ROW, row.id)
            self.list.addTopLevelItem(item)
        if (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
        self.go.setEnabled(bool(found))

    def _choose(self) -> None:
        if (item := self.list.currentItem()) is not None:
            self.chosen.emit(item.data(0, ROW))
            self.accept()
