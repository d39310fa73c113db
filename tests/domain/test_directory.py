"""The directory of cameras: codes, trees, rights, networks, and what a row of a file becomes."""

from __future__ import annotations

import pytest

from app.domain.access import Access, Grant, Right, site_of, site_scope
from app.domain.camera import CameraRow, StreamState
from app.domain.camera_import import CameraDraft, Places, guess_mapping, missing, read_row, remarks
from app.domain.directory import (
    Group,
    Node,
    area_path,
    build,
    cameras_below,
    count_states,
    finder,
    group_paths,
    industry_path,
    members_below,
    pruned,
)
from app.domain.errors import Refusal
from app.domain.gbcode import decode, doubts
from app.domain.network import Networks
from app.domain.people import Role
from app.resources import districts, subdistricts

POLICE = "44010600001320000123"
CITY = "44010600081317000045"


def camera(number: int, **changed: object) -> CameraRow:
    url, words = "rtsp://10.0.0.1/main", f"点位{number} dianwei{number} dw{number}"
    row = CameraRow(
        number, 1, f"C{number}", f"点位{number}", "440106", "440106006", f"体育西路 {number} 号",
        113.3, 23.1, url, url, "", "", True, words, False, "file",
    )  # fmt: skip
    return row._replace(**changed)  # type: ignore[arg-type]


def shape(node: Node) -> list[object]:
    """A tree as nested lists of names."""
    return [node.name, *(shape(child) for child in node.children)] if node.children else [node.name]


# Codes.


def test_that_a_code_of_twenty_digits_says_where_whose_and_on_which_network() -> None:
    told = decode(POLICE)
    assert told is not None
    assert (told.area, told.industry, told.device, told.network, told.serial) == (
        "440106", "公安", "网络摄像机", "监控专网", "000123",
    )  # fmt: skip
    assert told.is_camera
    assert told.is_public_security
    city = decode(CITY)
    assert city is not None
    assert (city.industry, city.device, city.network) == ("城市管理", "摄像机", "互联网")
    assert not city.is_public_security


@pytest.mark.parametrize("code", ["", "4401", POLICE[:-1], POLICE + "0", "４" * 20, "x" * 20])
def test_that_what_is_no_such_code_is_not_read_as_one(code: str) -> None:
    assert decode(code) is None
    assert doubts(code, frozenset()) == []


def test_that_a_code_of_another_city_or_kind_is_doubted_and_not_refused() -> None:
    areas = frozenset({"440106"})
    assert doubts(POLICE, areas) == []
    assert len(doubts("11010600002000000123", areas)) == 2


# The tree.


def test_that_the_tree_has_district_subdistrict_and_shared_sites() -> None:
    cameras = [
        camera(1, site="广场"),
        camera(2, site="广场"),
        camera(3, site="桥头"),
        camera(4, district="", subdistrict="", site=""),
    ]
    path = area_path("市", lambda code: f"区{code}", lambda code: f"街{code}")
    root = build("", cameras, lambda one: [path(one)])
    assert shape(root) == [
        "",
        [
            "市",
            ["区440106", ["街440106006", ["广场", ["点位1"], ["点位2"]], ["点位3"]]],
            ["未归属", ["点位4"]],
        ],
    ]
    city = root.children[0]
    assert (city.total, city.children[0].total) == (4, 3)
    count_states(root, {1: StreamState.LIVE, 3: StreamState.STALLED})
    assert (city.live, city.trouble) == (1, 1)
    assert (city.children[1].live, city.children[1].trouble) == (0, 0), "nobody has looked"
    assert [one.id for one in cameras_below(root)] == [1, 2, 3, 4]


def test_that_a_group_counts_the_cameras_of_the_groups_below_it_once() -> None:
    groups = [Group(1, None, "创文"), Group(2, 1, "一组"), Group(3, 1, "二组"), Group(4, 9, "孤")]
    below = members_below(groups, [(2, 7), (3, 7), (3, 8), (1, 9), (4, 1)])
    assert below == {1: {7, 8, 9}, 2: {7}, 3: {7, 8}, 4: {1}}


def test_that_a_camera_may_stand_in_several_groups_and_a_ring_of_groups_hangs_nobody() -> None:
    groups = [Group(1, None, "创文"), Group(2, 1, "一组"), Group(3, 2, "重点"), Group(4, 5, "环")]
    groups.append(Group(5, 4, "环"))
    paths = group_paths(1, groups, [(2, 1), (3, 1), (1, 2), (4, 3), (9, 3)])
    root = build("创文", [camera(1), camera(2), camera(3)], paths)
    assert shape(root) == ["创文", ["一组", ["点位1"], ["重点", ["点位1"]]], ["点位2"]]
    assert root.total == 3


def test_that_the_industry_tree_reads_the_code() -> None:
    assert industry_path(camera(1, code=POLICE)) == ("公安", "监控专网")
    assert industry_path(camera(1)) == ("自有编码",)


@pytest.mark.parametrize("typed", ["体育西", "dw7", "DIANWEI7", "440106 点位7"])
def test_that_a_search_finds_by_name_pinyin_road_and_code(typed: str) -> None:
    wanted = camera(7, keywords="点位7 dianwei7 dw7 体育西路 7 号 44010600081317000045")
    cameras = [camera(1), wanted, camera(2)]
    found = pruned(build("", cameras, lambda one: [("区", "街")]), finder(typed))
    assert [one.id for one in cameras_below(found)] == [7]
    assert shape(found) == ["", ["区", ["街", ["点位7"]]]]


# Rights.


def test_that_a_role_has_its_usual_rights_everywhere_until_a_grant_narrows_them() -> None:
    here, there = camera(1), camera(2, district="440103", subdistrict="440103001")
    free = Access(Role.OPERATOR)
    assert free.may(Right.WATCH, here)
    assert free.may(Right.CONTROL, there)
    assert not free.may(Right.EXPORT, here)
    grants = [
        Grant(Role.OPERATOR, Right.WATCH, "440106"),
        Grant(Role.OPERATOR, Right.CONTROL, "group:5"),
        Grant(Role.OPERATOR, Right.EXPORT, "440106"),
        Grant(Role.PRESENTER, Right.WATCH, "440103001"),
    ]
    told = Access(Role.OPERATOR, grants, [(5, 2)])
    assert (told.may(Right.WATCH, here), told.may(Right.WATCH, there)) == (True, False)
    assert (told.may(Right.CONTROL, here), told.may(Right.CONTROL, there)) == (False, True)
    assert not told.may(Right.EXPORT, here)  # a grant narrows, it never widens a role
    assert Access(Role.PRESENTER, grants).may(Right.WATCH, there)


def test_that_a_right_at_a_site_holds_at_that_site_and_not_at_one_of_its_name_elsewhere() -> None:
    market = camera(1, site="东圃市场/东门")
    nearby, namesake = camera(2, site=""), camera(3, site=market.site, subdistrict="440106007")
    told = Access(Role.OPERATOR, [Grant(Role.OPERATOR, Right.WATCH, site_scope(market))])
    assert [told.may(Right.WATCH, one) for one in (market, nearby, namesake)] == [
        True,
        False,
        False,
    ]
    assert site_of(site_scope(market)) == ("440106006", market.site)
    assert site_of(site_scope(market._replace(subdistrict=""))) == ("440106", market.site)
    assert site_scope(nearby) == ""
    assert [site_of(scope) for scope in ("440106", "group:5")] == [None, None]


# Networks.


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:10.0.0.1", True),
        ("8.8.8.8", False),
        ("169.254.169.254", False),
        ("::ffff:8.8.8.8", False),
        ("camera.local", False),
    ],
)
def test_that_only_private_addresses_are_allowed_unless_told(address: str, allowed: bool) -> None:
    assert Networks().allow(address) is allowed


def test_that_a_network_that_is_none_is_refused_and_a_name_waits_for_its_look_up() -> None:
    with pytest.raises(Refusal, match=r"10\.0\.0\.0/8"):
        Networks(["10.0.0.1/8"])
    Networks().check_host("camera.local")
    with pytest.raises(Refusal, match="网段"):
        Networks().check_host("8.8.8.8")
    Networks(["8.8.8.0/24"]).check_host("8.8.8.8")


# Rows of a file.

PLACES = Places(districts(), subdistricts(), Networks())
GOOD = {
    "code": POLICE,
    "name": "体育西路口",
    "lon": "113.3215",
    "lat": "23.1315",
    "main_url": "rtsp://10.0.0.1/main",
}


def test_that_a_row_becomes_a_camera_placed_by_its_code_or_by_where_it_stands() -> None:
    told = read_row({**GOOD, "ptz": "球机"}, PLACES)
    assert isinstance(told, CameraDraft)
    assert (told.district, told.sub_url, told.ptz) == ("440106", told.main_url, True)
    assert remarks(told, PLACES) == ["没有子码流，小窗格也用主码流"]
    placed = read_row({**GOOD, "code": "own-1"}, PLACES)
    assert isinstance(placed, CameraDraft)
    assert placed.district == "440106"  # read off the outline
    odd = read_row({**GOOD, "district": "越秀", "subdistrict": "北京街"}, PLACES)
    assert isinstance(odd, CameraDraft)
    assert odd.subdistrict.startswith("440104")
    assert "编码中的区与所属区不同，按所属区归入" in remarks(odd, PLACES)


def test_that_every_reason_why_a_row_is_refused_is_told_at_once() -> None:
    told = read_row(
        {
            "code": "4.4010600001320002e+19",
            "name": "",
            "lon": "23.1",
            "lat": "113.3",
            "main_url": "http://10.0.0.1/x",
            "sub_url": "rtsp://8.8.8.8/x",
            "district": "朝阳区",
            "subdistrict": "无此街",
            "site": "长" * 121,
        },
        PLACES,
    )
    assert isinstance(told, list)
    assert [wrong.field for wrong in told] == [
        "site", "code", "name", "lon", "main_url", "sub_url", "district", "subdistrict",
    ]  # fmt: skip
    assert "写反" in str(told[3].why)


@pytest.mark.parametrize(("lon", "lat"), [("", ""), ("abc", "23"), ("0", "0"), ("116.4", "39.9")])
def test_that_a_place_outside_the_city_is_none(lon: str, lat: str) -> None:
    told = read_row({**GOOD, "lon": lon, "lat": lat}, PLACES)
    assert isinstance(told, list)
    assert [wrong.field for wrong in told] == ["lon"]


def test_that_columns_are_known_by_what_senders_call_them() -> None:
    titles = [
        "序号",
        "国标编码",
        "点位名称",
        "所属区",
        "安装地址",
        "经度",
        "纬度",
        "RTSP地址",
        "子码流",
    ]
    mapping = guess_mapping(titles)
    assert mapping == {
        "code": "国标编码", "name": "点位名称", "district": "所属区", "site": "安装地址",
        "lon": "经度", "lat": "纬度", "main_url": "RTSP地址", "sub_url": "子码流",
    }  # fmt: skip
    assert missing(mapping) == []
    assert missing(guess_mapping(["名称", "x", "y"])) == ["编码", "主码流地址"]
