"""Registering a case without the mouse: the form asks the rules, and shows all that is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.domain.camera import CameraRow
from app.domain.catalogue import Subcategory
from app.domain.draft import CaseDraft, Source, Urgency
from app.domain.place import guess_district, read_address
from app.resources import districts, subdistricts
from ui.cases.category_field import CategoryField
from ui.labels import district_name, full_clock, label, limit_words
from ui.widgets.named import named
from ui.widgets.still import Still
from ui.words import tr

SURE_MS = 4000
"""How long the second press is waited for."""

WITHIN = Qt.ShortcutContext.WidgetWithChildrenShortcut
KEEP_AFTER_MS = 400
"""How long after the last key the draft is written: a crash costs less than half a second."""


class CaseForm(QWidget):
    """One draft. The panel around it keeps the draft and sends it.

    Signals: `submitted(CaseDraft)`, `edited(CaseDraft)` some moments after the last key,
    `cancelled(uid)`, `place_wanted()` to choose on the map, `place_changed()` when kind, position
    or the sender's number are others, so that cases that may be the same can be looked for.
    """

    submitted = Signal(object)
    edited = Signal(object)
    cancelled = Signal(str)
    place_wanted = Signal()
    near_chosen = Signal(int)
    place_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self._draft = CaseDraft(uid="")
        self._loading = False
        self._still: QPixmap | None = None
        self._stale = False
        self._timer = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._build()
        self._timer.timeout.connect(lambda: self.edited.emit(self.draft()))
        QShortcut(QKeySequence("Ctrl+Return"), self, self.submit, context=WITHIN)
        self.start(CaseDraft(uid=str(uuid.uuid4())))

    # Building.

    def _build(self) -> None:
        self.title = named(QLabel(tr("立案登记")), "panelTitle")
        self.when = named(QLabel(), "muted")
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(tr("取证画面"))
        self.picture.hide()
        self.clip = named(QLabel(wordWrap=True), "muted")
        self.clip.hide()
        self.stale = named(QLabel(wordWrap=True), "staleBanner")
        self.stale.hide()
        self.accept_stale = QCheckBox(tr("确认使用陈旧画面（案卷中会注明）"))
        self.accept_stale.hide()
        self.near = named(QLabel(wordWrap=True), "conflict")
        self.near.linkActivated.connect(lambda told: self.near_chosen.emit(int(told)))
        self.near.hide()
        self.conflict = named(QLabel(wordWrap=True), "conflict")
        self.conflict.hide()
        self._make_fields()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 12, 14, 12)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.when)
        column.addLayout(head)
        for widget in (self.picture, self.clip, self.stale, self.accept_stale, self.conflict):
            column.addWidget(widget)
        column.addLayout(self._make_rows())
        column.addWidget(self.near)
        column.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        outer.addLayout(self._make_buttons())

    def _make_fields(self) -> None:
        self.subcategory = CategoryField(self)
        self.condition = QComboBox()
        self.source = QComboBox()
        for member in (Source.VIDEO, Source.PATROL, Source.HOTLINE, Source.PUBLIC, Source.LEADER):
            self.source.addItem(label(member), member)
        self.order_number = QLineEdit(maxLength=80)
        self.order_number.setPlaceholderText(tr("来文方给的编号；热线工单只登记一次"))
        self.urgency = QComboBox()
        for urgency in Urgency:
            self.urgency.addItem(label(urgency), urgency)
        self.address = QLineEdit(maxLength=300)
        self.address.setPlaceholderText(tr("路名门牌或明显标志物；写出区和街道会自动选好"))
        self.district = QComboBox()
        self.district.addItem(tr("请选择"), "")
        for district in districts():
            self.district.addItem(district.name, district.code)
        self.subdistrict = QComboBox()
        self.grid_cell = QLineEdit(maxLength=15)
        self.grid_cell.setPlaceholderText(tr("15 位编码，可不填"))
        self.position = QLineEdit(readOnly=True)
        self.position.setPlaceholderText(tr("未定位"))
        self.pick = QPushButton(tr("地图点选"))
        self.pick.setAutoDefault(False)
        self.pick.clicked.connect(self.place_wanted)
        self.description = QPlainTextEdit()
        self.description.setPlaceholderText(tr("看到了什么、多大范围、影响谁"))
        self.description.setTabChangesFocus(True)
        self.description.setFixedHeight(84)
        self.caller = QLineEdit(maxLength=60)
        self.phone = QLineEdit(maxLength=40)
        self._fields: dict[str, QWidget] = {
            "subcategory": self.subcategory,
            "address": self.address,
            "district": self.district,
            "position": self.position,
            "grid_cell": self.grid_cell,
            "description": self.description,
            "phone": self.phone,
            "order_number": self.order_number,
        }
        self.district.currentIndexChanged.connect(self._on_district)
        self.address.editingFinished.connect(self._on_address)
        self.subcategory.chosen.connect(self._on_category)
        for line in (self.address, self.grid_cell, self.caller, self.phone, self.order_number):
            line.textEdited.connect(self._touch)
        self.order_number.editingFinished.connect(self._on_order_number)
        self.source.currentIndexChanged.connect(self._offer_number)
        self.description.textChanged.connect(self._touch)
        for box in (self.condition, self.source, self.urgency, self.subdistrict):
            box.currentIndexChanged.connect(self._touch)
        self.accept_stale.toggled.connect(self._touch)

    def _make_rows(self) -> QFormLayout:
        rows = self._rows = QFormLayout()
        rows.setVerticalSpacing(9)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        place = QHBoxLayout()
        place.addWidget(self.position)
        place.addWidget(self.pick)
        kind = QHBoxLayout()
        kind.addWidget(self.source)
        kind.addWidget(self.urgency)
        self._errors: dict[str, QLabel] = {}
        for name, text, field in (
            ("subcategory", tr("类别"), self.subcategory),
            ("", tr("立案条件"), self.condition),
            ("", tr("来源"), kind),
            ("order_number", tr("来文编号"), self.order_number),
            ("address", tr("地点"), self.address),
            ("district", tr("区"), self.district),
            ("", tr("街道"), self.subdistrict),
            ("position", tr("坐标"), place),
            ("grid_cell", tr("网格"), self.grid_cell),
            ("description", tr("问题描述"), self.description),
            ("", tr("反映人"), self.caller),
            ("phone", tr("电话"), self.phone),
        ):
            rows.addRow(text, field)
            if isinstance(field, QWidget):
                field.setAccessibleName(text)
            if name:
                self._errors[name] = QLabel(wordWrap=True)
                self._errors[name].setProperty("tone", "wrong")
                self._errors[name].hide()
                rows.addRow("", self._errors[name])
        rows.setRowVisible(self.condition, False)
        self._offer_number()
        return rows

    def _make_buttons(self) -> QHBoxLayout:
        self.send = QPushButton(tr("登记（Ctrl+Enter）"))
        self.send.setProperty("weight", "main")
        self.send.clicked.connect(self.submit)
        self.cancel = QPushButton(tr("放弃"))
        self.cancel.clicked.connect(self._on_cancel)
        self._sure = QTimer(self, singleShot=True, interval=SURE_MS)
        self._sure.timeout.connect(lambda: self.cancel.setText(tr("放弃")))
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 12)
        row.addWidget(self.send, 2)
        row.addWidget(self.cancel, 1)
        return row

    def _on_cancel(self) -> None:
        """What was typed or taken goes at the second press only."""
        if self._would_lose() and not self._sure.isActive():
            self.cancel.setText(tr("再按一次放弃"))
            self._sure.start()
            return
        self._sure.stop()
        self.cancel.setText(tr("放弃"))
        self.cancelled.emit(self._draft.uid)

    def _would_lose(self) -> bool:
        """Whether there is anything that giving up would lose."""
        draft = self.draft()
        said = (draft.captures, draft.subcategory, draft.description, draft.address)
        return any((*said, draft.caller, draft.phone, draft.grid_cell, draft.order_number))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel.isEnabled():
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    # The draft.

    def offer(self, catalogue: Sequence[Subcategory]) -> None:
        """The filing standard in force."""
        self.subcategory.offer(catalogue)

    def start(self, draft: CaseDraft) -> None:
        """Show this draft; the last words of the one that was shown are kept first."""
        if self._timer.isActive():
            self._timer.stop()
            self.edited.emit(self.draft())
        self._sure.stop()
        self.cancel.setText(tr("放弃"))
        self._loading = True
        self._draft, self._still, self._stale = draft, None, False
        for widget in (self.picture, self.clip, self.stale, self.accept_stale, self.near):
            widget.hide()
        self.conflict.hide()
        self.subcategory.choose_code(draft.kind, draft.subcategory)
        self._offer_conditions(self.subcategory.entry)
        self.condition.setCurrentIndex(max(0, self.condition.findData(draft.condition)))
        self.source.setCurrentIndex(max(0, self.source.findData(draft.source)))
        self.urgency.setCurrentIndex(max(0, self.urgency.findData(draft.urgency)))
        self.address.setText(draft.address)
        self._set_place(draft.district, draft.subdistrict)
        self.grid_cell.setText(draft.grid_cell)
        self._show_position(draft.lon, draft.lat)
        self.description.setPlainText(draft.description)
        self.caller.setText(draft.caller)
        self.phone.setText(draft.phone)
        self.order_number.setText(draft.order_number)
        self.accept_stale.setChecked(draft.stale_accepted)
        self.when.setText(full_clock(draft.seen_at) if draft.seen_at else "")
        self._mark({})
        self._lock(False)
        self._loading = False

    def start_from_camera(self, uid: str, camera: CameraRow, at: datetime, capture: str) -> None:
        """A new draft that already knows where, when and from which camera."""
        self.start(
            CaseDraft(
                uid=uid,
                address=camera.site or camera.name,
                district=camera.district,
                subdistrict=camera.subdistrict,
                lon=camera.lon,
                lat=camera.lat,
                source=Source.VIDEO,
                camera_id=camera.id,
                captures=(capture,),
                seen_at=at,
            )
        )
        self.subcategory.setFocus()
        self.edited.emit(self.draft())

    def show_still(self, still: Still | None, age: float) -> None:
        """The still of this draft's capture; an old one says so in red."""
        self._still = QPixmap.fromImage(still.shaped()) if still else None
        self._show_picture()
        self._stale = age > 2
        if self._stale:
            told = tr("注意：这幅画面在按键时已经停了 {age} 秒，不是当前现场", age=round(age))
            self.stale.setText(told)
            self.stale.show()
            self.accept_stale.show()

    def show_clip(self, text: str) -> None:
        """What became of the clip."""
        self.clip.setText(text)
        self.clip.show()

    def show_conflict(self, text: str) -> None:
        """Say what stands against sending; what was typed stays."""
        self.conflict.setText(text)
        self.conflict.show()

    def show_near(self, text: str) -> None:
        """Say that similar cases are open here; empty to say nothing."""
        self.near.setText(text)
        self.near.setVisible(bool(text))

    def draft(self) -> CaseDraft:
        """The form as a value."""
        entry = self.subcategory.entry
        return replace(
            self._draft,
            kind=entry.kind.value if entry else "",
            subcategory=entry.full_code if entry else "",
            condition=self.condition.currentData() or 0,
            description=self.description.toPlainText(),
            address=self.address.text(),
            district=self.district.currentData() or "",
            subdistrict=self.subdistrict.currentData() or "",
            grid_cell=self.grid_cell.text().strip(),
            source=self.source.currentData(),
            urgency=self.urgency.currentData(),
            caller=self.caller.text(),
            phone=self.phone.text(),
            order_number=self.order_number.text().strip() if self._takes_number() else "",
            stale_accepted=self.accept_stale.isChecked(),
        )

    def submit(self) -> None:
        """Send the draft on, or show what is still wrong and stay."""
        if not self.send.isEnabled():
            return  # it is on its way
        draft = self.draft()
        wrong = dict(reversed([(p.field, tr(p.sentence)) for p in draft.problems()]))
        self._mark(wrong)
        if wrong:
            first = next(name for name in self._fields if name in wrong)
            self._fields[first].setFocus()
            return
        if self._stale and not draft.stale_accepted:
            self.accept_stale.setFocus()
            return
        self._lock(True)
        self.submitted.emit(draft)

    def unlock(self) -> None:
        """Sending is over, for better or worse."""
        self._lock(False)

    def _lock(self, sending: bool) -> None:
        """What is typed while a draft is on its way would be lost, so nothing can be."""
        for field in (
            *self._fields.values(),
            self.send,
            self.cancel,
            self.subdistrict,
            self.caller,
        ):
            field.setEnabled(not sending)

    def ask_about_stale(self) -> None:
        """Offer to use the old picture knowingly."""
        self._stale = True
        self.accept_stale.show()

    def set_position(self, lon: float, lat: float) -> None:
        """A place chosen on the map; its district is proposed, not decided."""
        self._draft = replace(self._draft, lon=lon, lat=lat)
        self._show_position(lon, lat)
        guess = guess_district(districts(), lon, lat)
        if guess is None:
            self._say("position", tr("这个点在各区示意界线之外，请核对"))
        else:
            named, _ = read_address(self.address.text(), districts(), subdistricts())
            if named and named != guess.district:
                # The outline is a sketch; what was written is somebody's word.
                words = tr(
                    "图上的点像在{guess}，地点写的是{named}，请核对",
                    guess=district_name(guess.district),
                    named=district_name(named),
                )
                self._say("district", words, "near")
                self._touch()
                self.place_changed.emit()
                return
            if self.district.currentData() != guess.district:
                self._set_place(guess.district, "")
            name = district_name(guess.district)
            told = tr("按示意界线推定为{name}，请核对", name=name)
            if not guess.sure:
                told = tr("距区界不足 500 米，推定为{name}，务必核对", name=name)
            self._say("district", told, "near")
        self._touch()
        self.place_changed.emit()

    # Reactions.

    def _touch(self) -> None:
        if not self._loading:
            self._timer.start()
            self._take_back()

    def _take_back(self) -> None:
        """What has been put right is no longer called wrong."""
        wrong = {problem.field for problem in self.draft().problems()}
        for name, field in self._fields.items():
            if field.property("wrong") and name not in wrong:
                field.setProperty("wrong", False)
                field.style().unpolish(field)
                field.style().polish(field)
                self._say(name, "")

    def _on_category(self, entry: Subcategory) -> None:
        self._say("subcategory", "")
        self._offer_conditions(entry)
        self._touch()
        if not self._loading:
            self.place_changed.emit()
            # What is left to be typed: a case from a picture knows its place already.
            (self.description if self.address.text().strip() else self.address).setFocus()

    def _offer_conditions(self, entry: Subcategory | None) -> None:
        """A category with several filing conditions: each with its limit, the usual one first."""
        conditions = entry.conditions if entry else ()
        self.condition.blockSignals(True)
        self.condition.clear()
        for one in conditions:
            told = f"{one.number}　{one.text}　{limit_words(one.limit)}"
            self.condition.addItem(told, one.number)
            place = self.condition.count() - 1
            self.condition.setItemData(place, told, Qt.ItemDataRole.ToolTipRole)
        self.condition.blockSignals(False)
        self._rows.setRowVisible(self.condition, len(conditions) > 1)

    def _takes_number(self) -> bool:
        return bool(self.source.currentData().has_numbers)

    def _offer_number(self) -> None:
        self._rows.setRowVisible(self.order_number, self._takes_number())

    def _on_order_number(self) -> None:
        """It may be a case already: whoever types it should know before the rest is typed."""
        if not self._loading:
            self.place_changed.emit()

    def _on_district(self) -> None:
        chosen = self.district.currentData()
        self.subdistrict.blockSignals(True)
        self.subdistrict.clear()
        self.subdistrict.addItem(tr("未选"), "")
        for subdistrict in subdistricts():
            if subdistrict.district == chosen:
                self.subdistrict.addItem(subdistrict.name, subdistrict.code)
        self.subdistrict.blockSignals(False)
        self._touch()

    def _on_address(self) -> None:
        """The address may name its district and subdistrict."""
        if self._loading:
            return
        district, subdistrict = read_address(self.address.text(), districts(), subdistricts())
        if district and (subdistrict or not self.district.currentData()):
            self._set_place(district, subdistrict)

    def _set_place(self, district: str, subdistrict: str) -> None:
        self.district.setCurrentIndex(max(0, self.district.findData(district)))
        self._on_district()
        self.subdistrict.setCurrentIndex(max(0, self.subdistrict.findData(subdistrict)))

    def _show_position(self, lon: float | None, lat: float | None) -> None:
        known = lon is not None and lat is not None
        self.position.setText(f"{lon:.6f}, {lat:.6f}" if known else "")

    def _mark(self, wrong: dict[str, str]) -> None:
        for name, field in self._fields.items():
            field.setProperty("wrong", name in wrong)
            field.style().unpolish(field)
            field.style().polish(field)
            self._say(name, wrong.get(name, ""))

    def _say(self, name: str, text: str, tone: str = "wrong") -> None:
        told = self._errors[name]
        told.setProperty("tone", tone)
        told.style().unpolish(told)
        told.style().polish(told)
        told.setText(text)
        told.setVisible(bool(text))

    def _show_picture(self) -> None:
        if self._still and not self._still.isNull():
            size = self._still.scaledToWidth(
                max(200, self.width() - 40), Qt.TransformationMode.SmoothTransformation
            )
            self.picture.setPixmap(
                size.scaledToHeight(220, Qt.TransformationMode.SmoothTransformation)
                if size.height() > 220
                else size
            )
            self.picture.show()
