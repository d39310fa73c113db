"""Rights by place: districts, subdistricts, sites and groups, ticked as they are in force."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.access import Access, Grant, Right, site_scope
from app.domain.directory import Group
from app.domain.people import Role
from app.resources import subdistricts
from app.services.directory import View
from tests.conftest import OpenDesk
from tests.ui.test_rounds import cameras
from ui.directory.rights_panel import SCOPE, RightsPanel
from ui.notices import Notices

GROUPS = [Group(1, None, "创文"), Group(2, 1, "一组")]


def test_that_a_right_is_narrowed_to_a_subdistrict_and_to_a_group_below_another(
    qtbot: QtBot, open_desk: OpenDesk
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notices = Notices(window)
    panel = RightsPanel(open_desk(Role.ADMINISTRATOR), notices, notices.tell_error)
    qtbot.addWidget(panel)
    street = subdistricts()[0]
    market, quiet = cameras(2)
    market = market._replace(district=street.district, subdistrict=street.code, site="东圃市场")
    elsewhere = subdistricts()[1]
    quiet = quiet._replace(district=street.district, subdistrict=elsewhere.code, site="西门")
    left = f"site:{street.district}/再没有点位的地方"
    held = {street.code, "group:2", site_scope(market), left}
    grants = [Grant(Role.OPERATOR, Right.WATCH, scope) for scope in held]
    panel.put(View([market, quiet], GROUPS, [], Access(Role.ADMINISTRATOR)), grants)
    panel.role.setCurrentIndex(panel.role.findData(Role.OPERATOR))
    panel.right.setCurrentIndex(panel.right.findData(Right.WATCH))
    assert panel._ticked() == (Role.OPERATOR, Right.WATCH, held)
    ticked = [i for i in panel._items() if i.checkState(0) is Qt.CheckState.Checked]
    assert all(item.parent() is not None and item.parent().isExpanded() for item in ticked)
    assert {street.name, "东圃市场", "再没有点位的地方"} <= {item.text(0) for item in ticked}
    assert site_scope(quiet) not in [item.data(0, SCOPE) for item in panel._items()]
    panel._areas[quiet.subdistrict].setExpanded(True)
    shown = next(i for i in panel._items() if i.data(0, SCOPE) == site_scope(quiet))
    assert (shown.text(0), shown.checkState(0)) == ("西门", Qt.CheckState.Unchecked)
    district = next(i for i in panel._items() if i.data(0, SCOPE) == street.district)
    district.setCheckState(0, Qt.CheckState.Checked)
    panel.put(View([], GROUPS, [], Access(Role.ADMINISTRATOR)), grants)
    assert panel._ticked()[2] == held | {street.district}, "what is not saved yet stays ticked"
