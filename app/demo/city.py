"""Fills an empty database with a city's months: people, roster, cameras, cases, evidence.

Cases are lived through by the domain's own verbs, so that no step and no deadline is invented.
The same seed makes the same city.
"""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from app.demo.places import ROADS, SPOTS, WORDS, Spot
from app.domain.camera import Camera
from app.domain.camera_group import CameraGroup
from app.domain.case import Case, Order
from app.domain.catalogue import Subcategory
from app.domain.deadline import CITY
from app.domain.draft import CaseDraft, Source, Urgency
from app.domain.handover import LogKind
from app.domain.people import Person, Role, Signed
from app.domain.place import contains
from app.domain.roster import Shift
from app.domain.stages import USUAL
from app.domain.workflow import Action
from app.resources import districts, subdistricts
from app.services import accounts, handover
from app.services.calendar import published
from app.services.directory import keywords_of
from db import tables
from db.unit_of_work import Work

SURNAMES = "陈李黄张梁林刘吴何罗周郑叶谢邓苏冯曾杨卢"
GIVEN = (
    *("伟强", "秀英", "志明", "嘉欣", "俊杰", "丽华", "国栋", "雪梅", "家豪", "晓彤"),
    *("建军", "婉仪", "文锋", "海燕", "子轩", "美玲", "耀辉", "静雯", "振宇", "慧敏"),
)

POSTS = (
    (Role.SHIFT_LEADER, "值班长", 4),
    (Role.OPERATOR, "视频巡检", 16),
    (Role.DISPATCHER, "案件办理", 16),
    (Role.INSPECTOR, "综合巡检", 12),
    (Role.PRESENTER, "演示解说", 4),
    (Role.ADMINISTRATOR, "系统管理", 1),
)
"""53 people, as the contract asks at least."""

LOGINS = {
    Role.SHIFT_LEADER: "leader",
    Role.OPERATOR: "operator",
    Role.DISPATCHER: "dispatcher",
    Role.INSPECTOR: "inspector",
    Role.PRESENTER: "presenter",
    Role.ADMINISTRATOR: "admin",
    Role.CLIENT_MANAGER: "client",
}
SECOND_LOGIN = "leader2"
"""A second shift leader with an account: a handover needs two people."""

ROUND_THE_CLOCK = (
    *(Shift.EARLY, Shift.EARLY, Shift.LATE, Shift.LATE),
    *(Shift.OFF, Shift.NIGHT, Shift.NIGHT, Shift.OFF),
)
"""Four crews, three shifts, eight days; a day lies between the late and the night shifts."""


@dataclass(frozen=True)
class Staff:
    """Who acts in the city's past."""

    operators: list[Signed]
    dispatchers: list[Signed]
    inspectors: list[Signed]
    leaders: list[Signed]


def password() -> str:
    """A password that the rules accept and that can be read out."""
    return f"{secrets.token_hex(2)}-{secrets.token_hex(2).upper()}-Zs{secrets.randbelow(90) + 10}"


def make_people(work: Work, dice: random.Random) -> dict[str, str]:
    """53 people and the client's manager; the accounts' passwords, which are kept nowhere else."""
    names = _names(dice)
    told: dict[str, str] = {}
    number = 0
    for role, post, count in POSTS:
        for place in range(count):
            number += 1
            login = LOGINS[role] if place == 0 else None
            if role is Role.SHIFT_LEADER and place == 1:
                login = SECOND_LOGIN
            _add(work, next(names), f"ZS{number:03d}", role, post, login, told)
    _add(work, next(names), "KH001", Role.CLIENT_MANAGER, "甲方管理", "client", told)
    return told


def _add(
    work: Work,
    name: str,
    number: str,
    role: Role,
    post: str,
    login: str | None,
    told: dict[str, str],
) -> None:
    person = Person(name, number, role, post, login=login, joined_on="2024-02-13")
    person.key_staff = role is Role.SHIFT_LEADER
    if login:
        told[login] = password()
        person.password_hash = accounts.hasher().hash(told[login])
    work.people.add(person)


def _names(dice: random.Random) -> Iterator[str]:
    every = [surname + given for surname in SURNAMES for given in GIVEN]
    dice.shuffle(every)
    yield from every


def make_roster(work: Work, first: date, days: int, dice: random.Random) -> None:
    """This month's roster, with a little leave in it."""
    crews: dict[Role, int] = {}
    for person in work.people.rows():
        place = crews[person.role] = crews.get(person.role, -1) + 1
        for back in range(days):
            day = first + timedelta(days=back)
            shift = _planned(person.role, place, day)
            if shift in (Shift.EARLY, Shift.LATE) and dice.random() < 0.02:
                shift = Shift.LEAVE
            if person.role is not Role.CLIENT_MANAGER:
                work.duties.put(person.id, day, shift)


def _planned(role: Role, place: int, day: date) -> Shift:
    if role in (Role.SHIFT_LEADER, Role.OPERATOR, Role.DISPATCHER):
        return ROUND_THE_CLOCK[(day.toordinal() + 2 * (place % 4)) % 8]
    if role is Role.INSPECTOR:
        if (day.weekday() + place) % 7 in (5, 6):
            return Shift.OFF
        return Shift.EARLY if (place + day.isocalendar().week) % 2 else Shift.LATE
    return Shift.EARLY if published(day).working else Shift.OFF


def code_of(spot: Spot) -> str:
    """The code of a spot's camera: a catalogue may rename it, and never changes its code.

    GB/T 28181: an IP camera of city management, or of public security on its own network.
    """
    kind = "00001325" if spot.source == "wvp" else "00081326"
    return f"{spot.district}{kind}{SPOTS.index(spot) + 1:06d}"


def make_cameras(work: Work, spots: tuple[Spot, ...] = SPOTS) -> list[Camera]:
    """The cameras of the plan, without addresses yet."""
    codes = {(s.district, s.name): s.code for s in subdistricts()}
    names = {d.code: d.name for d in districts()}
    made = []
    for spot in spots:
        code = code_of(spot)
        subdistrict = codes.get((spot.district, spot.subdistrict), "")
        site = f"{names[spot.district]}{spot.subdistrict}{spot.name}"
        camera = Camera(
            code, spot.name, spot.district, subdistrict, site, spot.lon, spot.lat, "", ""
        )
        camera.keywords = keywords_of(camera)
        made.append(work.cameras.add(camera))
    return made


def make_groups(work: Work, cameras: list[Camera]) -> None:
    """A grouping beside the districts, as a special campaign brings it."""
    root = work.cameras.add_group(CameraGroup("创文重点路段")).id
    for name, place in (("商圈", 0), ("交通枢纽", 1), ("城中村", 2)):
        part = work.cameras.add_group(CameraGroup(name, root)).id
        work.cameras.put_members(part, [camera.id for camera in cameras[place::3]])


def staff(work: Work) -> Staff:
    """The people of the past, by what they may do."""
    by_role: dict[Role, list[Signed]] = {}
    for place, person in enumerate(work.people.rows()):
        who = Signed(person.id, person.name, person.role, f"{place % 12 + 1:02d}号")
        by_role.setdefault(person.role, []).append(who)
    return Staff(
        by_role[Role.OPERATOR],
        by_role[Role.DISPATCHER],
        by_role[Role.INSPECTOR],
        by_role[Role.SHIFT_LEADER],
    )


class Past:
    """Lives cases through, one after the other."""

    def __init__(
        self,
        people: Staff,
        cameras: list[Any],
        catalogue: list[Subcategory],
        now: datetime,
        days: int,
        dice: random.Random,
    ) -> None:
        self._people, self._cameras, self._catalogue = people, cameras, catalogue
        self._now, self._days, self._dice = now, days, dice
        known = {entry.full_code: entry for entry in catalogue if entry.kind.value == "event"}
        self._frequent = [known[code] for code in WORDS]
        self._numbers: dict[str, int] = {}

    def times(self, count: int) -> list[datetime]:
        """When cases were registered, in order; more by day than by night."""
        found: list[datetime] = []
        while len(found) < count:
            at = self._now - timedelta(seconds=self._dice.uniform(60, self._days * 86400))
            hour = at.astimezone(CITY).hour
            if self._dice.random() < (1.0 if 7 <= hour < 21 else 0.35):
                found.append(at)
        return sorted(found)

    def case(self, at: datetime) -> Case:
        """One case from its registration until now."""
        dice = self._dice
        entry = dice.choice(self._frequent if dice.random() < 0.75 else self._catalogue)
        draft = self._draft(entry, at)
        by_source = {Source.VIDEO: self._people.operators, Source.PATROL: self._people.inspectors}
        by = dice.choice(by_source.get(draft.source, self._people.dispatchers))
        case = Case.register(draft, entry, self._number(at), by, at)
        case.enter_stage(at, USUAL, published)
        self._live(case, entry, at)
        return case

    def counters(self) -> dict[str, int]:
        """How many cases each day has had."""
        return {f"case-{day}": count for day, count in self._numbers.items()}

    def _number(self, at: datetime) -> str:
        day = at.astimezone(CITY).strftime("%Y%m%d")
        self._numbers[day] = self._numbers.get(day, 0) + 1
        return f"CG{day}-{self._numbers[day]:05d}"

    def _draft(self, entry: Subcategory, at: datetime) -> CaseDraft:
        dice = self._dice
        words = (
            WORDS.get(entry.full_code, (entry.condition,)) if entry.kind.value == "event" else ()
        )
        source = dice.choices(
            (Source.VIDEO, Source.PATROL, Source.HOTLINE, Source.PUBLIC), (45, 25, 25, 5)
        )[0]
        common: dict[str, Any] = {
            "uid": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "kind": entry.kind.value,
            "subcategory": entry.full_code,
            "description": dice.choice(words or (entry.condition,)),
            "source": source,
            "urgency": Urgency.URGENT if dice.random() < 0.06 else Urgency.NORMAL,
            "seen_at": at,
        }
        if source is Source.VIDEO and self._cameras:
            camera = dice.choice(self._cameras)
            return CaseDraft(
                **common,
                address=camera.site,
                district=camera.district,
                subdistrict=camera.subdistrict,
                lon=camera.lon + dice.gauss(0, 0.0004),
                lat=camera.lat + dice.gauss(0, 0.0004),
                camera_id=camera.id,
            )
        return CaseDraft(**common, **self._street_place())

    def _street_place(self) -> dict[str, Any]:
        """A made-up address within a district, nearer to its middle than to its edge."""
        dice = self._dice
        weights = [9, 12, 11, 14, 10, 8, 8, 5, 4, 3, 4]
        district = dice.choices(districts(), weights[: len(districts())])[0]
        here = [s for s in subdistricts() if s.district == district.code]
        subdistrict = dice.choice(here)
        lon, lat = district.label
        for _ in range(30):
            x, y = lon + dice.gauss(0, 0.035), lat + dice.gauss(0, 0.03)
            if contains(district.rings, x, y):
                lon, lat = x, y
                break
        road = dice.choice(ROADS[district.code])
        return {
            "address": f"{district.name}{subdistrict.name}{road}{dice.randint(1, 480)}号",
            "district": district.code,
            "subdistrict": subdistrict.code,
            "lon": lon,
            "lat": lat,
        }

    def _live(self, case: Case, entry: Subcategory, at: datetime) -> None:
        dice = self._dice
        for action, who, order, wait in self._story(case, entry):
            at += wait * dice.uniform(0.5, 1.4)
            if at >= self._now:
                return
            case.advance(action, dice.choice(who), at, order(at), published)
            case.enter_stage(at, USUAL, published)

    def _story(
        self, case: Case, entry: Subcategory
    ) -> Iterator[tuple[Action, list[Signed], Callable[[datetime], Order], timedelta]]:
        """What comes next, asked again after each step."""
        dice, people = self._dice, self._people
        minutes = timedelta(minutes=1)

        def say(
            note: str = "", department: str = "", due: timedelta | None = None
        ) -> Callable[[datetime], Order]:
            return lambda at: Order(note, department, at + due if due else None)

        yield Action.ACCEPT, people.dispatchers, say(), 12 * minutes
        if dice.random() < 0.03:
            yield Action.DECLINE, people.dispatchers, say("经核实不属于城市管理范围"), 20 * minutes
            return
        yield Action.FILE, people.dispatchers, say(), 15 * minutes
        yield Action.DISPATCH, people.dispatchers, say(department=entry.department), 10 * minutes
        yield Action.ACKNOWLEDGE, people.dispatchers, say(), 40 * minutes
        if dice.random() < 0.04:
            yield Action.SEND_BACK, people.dispatchers, say("现场不在本单位管养范围"), 50 * minutes
            yield Action.DISPATCH, people.dispatchers, say(department="街道办事处"), 30 * minutes
            yield Action.ACKNOWLEDGE, people.dispatchers, say(), 30 * minutes
        if dice.random() < 0.03:
            assert case.due_at is not None
            later = Order("需夜间占道施工", due_at=case.due_at + timedelta(days=3))
            yield Action.EXTEND, people.leaders, lambda at: later, 60 * minutes
        if dice.random() < 0.05:
            reason = "群众多次反映，请优先处置"
            yield (
                Action.SUPERVISE,
                people.leaders,
                say(reason, due=timedelta(hours=4)),
                90 * minutes,
            )
        assert case.due_at is not None
        room = max(timedelta(minutes=30), case.due_at - case.steps[-1].at)
        late = 1.25 if dice.random() < 0.07 else 0.62
        yield Action.RESOLVE, people.dispatchers, say("现场已清理，恢复原状"), room * late
        if dice.random() < 0.05:
            yield Action.REWORK, people.operators, say("复看画面，问题仍在"), 30 * minutes
            yield Action.RESOLVE, people.dispatchers, say("已再次处理完毕"), 120 * minutes
        yield Action.VERIFY, dice.choice((people.operators, people.inspectors)), say(), 45 * minutes
        yield Action.APPROVE, people.leaders, say(), 60 * minutes
        yield Action.CLOSE, people.dispatchers, say(), 15 * minutes
        if dice.random() < 0.01:
            yield Action.REOPEN, people.leaders, say("回访不满意，问题反复"), timedelta(days=2)


CASE_COLUMNS = [f.name for f in fields(Case) if f.init and f.name != "steps"]
STEP_COLUMNS = [c.name for c in tables.step.c if c.name not in ("id", "case_id")]


def make_cases(
    work: Work,
    count: int,
    days: int,
    dice: random.Random,
    told: Callable[[int], None] = lambda done: None,
    batch: int = 2000,
) -> None:
    """`count` cases over the last `days` days, in batches; `told` hears how many are done."""
    people, cameras = staff(work), work.cameras.rows()
    past = Past(people, cameras, work.standards.catalogue(), work.now, days, dice)
    times = past.times(count)
    for start in range(0, count, batch):
        rows, steps = [], []
        here = times[start : start + batch]
        for at, case_id in zip(here, work.cases.reserve_ids(len(here)), strict=True):
            case = past.case(at)
            row = {name: getattr(case, name) for name in CASE_COLUMNS}
            rows.append({"id": case_id, "version": len(case.steps), **row})
            steps += [
                {"case_id": case_id, **{name: getattr(step, name) for name in STEP_COLUMNS}}
                for step in case.steps
            ]
        work.cases.insert_many(rows, steps)
        told(min(start + batch, count))
    for key, number in past.counters().items():
        work.cases.count_up(key, number)


def make_log(work: Work) -> None:
    """A few lines in the log of this shift."""
    for kind, text in (
        (LogKind.NOTE, "接班后全部视频点位已轮看一遍，无遗漏"),
        (LogKind.INSTRUCTION, "区城管局：周末重点巡看北京路、上下九占道经营，发现即报"),
        (LogKind.FAULT, "荔城增城广场点位离线，已报运维，等待到场"),
        (LogKind.NOTE, "12345 平台批量工单 18 件已全部接收"),
    ):
        handover.write_log(work, kind, text)
