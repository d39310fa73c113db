"""Cameras in from files, grouped, and opened to roles."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from app.domain.access import Right, site_scope
from app.domain.errors import Refusal
from app.domain.network import Networks
from app.domain.people import Role
from app.services import directory
from app.services.sheets import read_sheet
from db.unit_of_work import Work
from tests.conftest import OpenDesk

TITLES = [
    "国标编码",
    "点位名称",
    "区",
    "经度",
    "纬度",
    "主码流地址",
    "子码流地址",
    "用户名",
    "密码",
]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    """A workbook as a sender would make it: a title line, an empty line, the head, the rows."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "监控点位一览表")
        for place, title in enumerate(TITLES):
            sheet.write(2, place, title)
        for number, row in enumerate(rows, 3):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return path


def row(number: int, **changed: object) -> list[object]:
    told: dict[str, object] = {
        "code": f"4401060008131700{number:04d}",
        "name": f"体育西路口{number}",
        "district": "天河区",
        "lon": 113.3215,
        "lat": 23.1315,
        "main": f"rtsp://10.0.0.{number % 250 + 1}/main",
        "sub": f"rtsp://10.0.0.{number % 250 + 1}/sub",
        "user": "viewer",
        "password": "geheim",
        **changed,
    }
    return list(told.values())


def seal(secret: str) -> str:
    return f"sealed({secret})" if secret else ""


def unseal(sealed: str) -> str:
    return sealed.removeprefix("sealed(").removesuffix(")")


def planned(file: Path) -> directory.Plan:
    sheet, mapping = directory.read_file(file)
    return directory.plan(sheet, mapping, Networks())


def test_that_a_workbook_comes_in_once_and_a_change_is_taken_over(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.ADMINISTRATOR)
    file = workbook(tmp_path / "c.xlsx", [row(n) for n in range(1, 30)])
    dry, _ = desk.do_now(directory.carry_out, planned(file), seal, unseal, True)
    assert (dry.added, len(desk.ask_now(directory.view).cameras)) == (29, 0)
    done, changes = desk.do_now(directory.carry_out, planned(file), seal, unseal)
    assert (done.rows, done.added, done.changed, done.same) == (29, 29, 0, 0)
    assert len(changes) == 29
    again, changes = desk.do_now(directory.carry_out, planned(file), seal, unseal)
    assert (again.added, again.changed, again.same, changes) == (0, 0, 29, [])
    moved = [row(1, name="体育东路口"), row(2, password="neu"), row(3, password="")]
    file = workbook(tmp_path / "d.xlsx", moved)
    third, _ = desk.do_now(directory.carry_out, planned(file), seal, unseal)
    assert (third.added, third.changed, third.same) == (0, 2, 1)
    renamed, locked = third.changes
    assert renamed.fields == (("名称", "体育西路口1", "体育东路口"),)
    assert locked.fields == (("密码", "…", "…"),), "named, and never told"
    first, second, kept = sorted(desk.ask_now(directory.view).cameras, key=lambda c: c.id)[:3]
    assert (first.name, second.secret, kept.secret) == (
        "体育东路口",
        "sealed(neu)",
        "sealed(geheim)",
    )
    assert "tydlk" in first.keywords
    assert "tiyudonglukou" in first.keywords


def test_that_refused_rows_come_back_as_a_workbook_with_every_reason(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    bad = [row(1), row(1), row(2, lon="x", main="http://x/y"), row(3, main="rtsp://8.8.8.8/m")]
    bad.append(row(4, code=44010600081317000045))  # a number: Excel has lost its end
    bad.append(row(6, main="rtsp://admin:ge/h@im@10.1.1.1/m"))
    made = planned(workbook(tmp_path / "c.xlsx", bad))
    assert [one.row for one in made.refused] == [5, 6, 7, 8, 9]
    out = tmp_path / "refused.xlsx"
    assert directory.write_refused(made, out) == 5
    told = read_sheet(out)
    assert told.titles == ["原行号", *TITLES, "未收原因"]
    reasons = [cells[-1] for _, cells in told.rows]
    assert reasons[0] == "国标编码：与第 4 行的编码相同"
    assert reasons[1].count("；") == 1
    assert "网段" in reasons[2]
    assert "舍去了尾数" in reasons[3]
    assert told.rows[0][1][1] == "44010600081317000001"  # all twenty digits came back
    assert "rtsp://***@10.1.1.1/m" in told.rows[-1][1]
    assert not any("ge" in cell for _, cells in told.rows for cell in cells), "passwords stay out"
    desk = open_desk(Role.ADMINISTRATOR)
    outcome, _ = desk.do_now(directory.carry_out, made, seal, unseal)
    told_json = outcome.told()
    assert (told_json["rows"], told_json["added"], len(told_json["refused"])) == (6, 1, 6)


def test_that_a_cancelled_import_and_one_by_anybody_else_write_nothing(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "c.xlsx", [row(1)])
    sheet, mapping = directory.read_file(file)
    with pytest.raises(Refusal, match="已取消"):
        directory.plan(sheet, mapping, Networks(), told=lambda done, of: False)
    with pytest.raises(Refusal, match="还没有指定"):
        directory.plan(sheet, {"code": "国标编码"}, Networks())
    desk = open_desk(Role.OPERATOR)
    with pytest.raises(Refusal, match="系统管理员"):
        desk.do_now(directory.carry_out, planned(file), seal, unseal)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"not a workbook"), ("a.csv", b""), ("a.csv", b"one\n1\n"), ("b.csv", b"\xff\xff")],
)
def test_that_a_broken_file_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Refusal):
        directory.read_file(file)
    with pytest.raises(Refusal, match="没有这个文件"):
        directory.read_file(tmp_path / "gone.xlsx")


def test_that_groups_and_grants_decide_what_a_role_sees(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    admin, operator = open_desk(Role.ADMINISTRATOR), open_desk(Role.OPERATOR, name="乙席")
    rows = [
        row(1),
        row(2, district="荔湾区", code="own-2"),
        row(3, district="越秀区", code="own-3"),
    ]
    admin.do_now(directory.carry_out, planned(workbook(tmp_path / "c.xlsx", rows)), seal, unseal)
    placed = {camera.district: camera.id for camera in admin.ask_now(directory.view).cameras}
    assert len(operator.ask_now(directory.view).cameras) == 3
    root, _ = admin.do_now(directory.add_group, "创文重点")
    part, _ = admin.do_now(directory.add_group, "一组", root)
    admin.do_now(directory.put_members, part, [placed["440106"]])
    scopes = ["440103", f"group:{part}"]
    admin.do_now(directory.put_grants, Role.OPERATOR, Right.WATCH, scopes)
    seen = operator.ask_now(directory.view)
    assert [c.district for c in seen.cameras] == ["440103", "440106"]
    assert len(admin.ask_now(directory.view).cameras) == 3
    with pytest.raises(Refusal, match="请先删除"):
        admin.do_now(directory.drop_group, root)
    with pytest.raises(Refusal, match="权限引用"):  # else the right would hold everywhere
        admin.do_now(directory.drop_group, part)
    admin.do_now(directory.put_grants, Role.OPERATOR, Right.WATCH, [f"group:{root}"])
    seen = operator.ask_now(directory.view)
    assert [c.district for c in seen.cameras] == ["440106"], "a group holds what is below it"
    admin.do_now(directory.put_grants, Role.OPERATOR, Right.WATCH, ["440103"])
    _, changes = admin.do_now(directory.drop_group, part)
    assert [change.kind for change in changes] == ["camera"]
    assert [c.district for c in operator.ask_now(directory.view).cameras] == ["440103"]
    for refused in (
        lambda: admin.do_now(directory.add_group, " "),
        lambda: admin.do_now(directory.put_members, 99, []),
        lambda: operator.do_now(directory.put_grants, Role.OPERATOR, Right.WATCH, []),
    ):
        with pytest.raises(Refusal):
            refused()


def test_that_a_list_that_takes_a_camera_out_of_a_site_with_rights_says_so(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = open_desk(Role.ADMINISTRATOR)
    made = planned(workbook(tmp_path / "c.xlsx", [row(1), row(2)]))
    admin.do_now(directory.carry_out, made, seal, unseal)
    one, other = sorted(admin.ask_now(directory.view).cameras, key=lambda camera: camera.id)

    def stand(work: Work) -> None:
        for camera_id in (one.id, other.id):
            work.cameras.get(camera_id).site = "东圃市场"

    admin.do_now(stand)
    scope = site_scope(one._replace(site="东圃市场"))
    admin.do_now(directory.put_grants, Role.OPERATOR, Right.WATCH, [scope])
    tried, _ = admin.do_now(directory.carry_out, made, seal, unseal, dry=True)
    assert tried.warnings == [], "a list without addresses takes nobody's away"
    rows = [[*row(1), "别处"], [*row(2), "东圃市场"]]
    monkeypatch.setitem(globals(), "TITLES", [*TITLES, "安装地址"])
    moved = planned(workbook(tmp_path / "d.xlsx", rows))
    tried, _ = admin.do_now(directory.carry_out, moved, seal, unseal, dry=True)
    assert [(at, "按地点给的权限" in why) for at, why in tried.warnings] == [(4, True)]


def test_that_a_list_leaves_what_it_has_no_column_for(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = open_desk(Role.ADMINISTRATOR)
    one_address = row(2, sub="")
    first = planned(workbook(tmp_path / "c.xlsx", [row(1), one_address]))
    admin.do_now(directory.carry_out, first, seal, unseal)

    def elsewhere(work: Work) -> None:
        camera = work.cameras.by_code(str(row(1)[0]))
        assert camera is not None
        camera.district, camera.subdistrict, camera.username = "440104", "440104001", "root"

    admin.do_now(elsewhere)
    short = [
        TITLES.index(title) for title in ("国标编码", "点位名称", "经度", "纬度", "主码流地址")
    ]
    moved = [row(n, main=f"rtsp://10.9.9.{n}/main") for n in (1, 2)]
    monkeypatch.setitem(globals(), "TITLES", [TITLES[place] for place in short])
    rows = [[told[place] for place in short] for told in moved]
    admin.do_now(directory.carry_out, planned(workbook(tmp_path / "d.xlsx", rows)), seal, unseal)
    one, other = sorted(admin.ask_now(directory.view).cameras, key=lambda camera: camera.code)[:2]
    if one.district != "440104":
        one, other = other, one
    assert (one.main_url, one.sub_url) == ("rtsp://10.9.9.1/main", str(row(1)[6]))
    assert (one.district, one.subdistrict, one.username) == ("440104", "440104001", "root")
    assert other.main_url == other.sub_url == "rtsp://10.9.9.2/main", (
        "one address goes on being both"
    )
