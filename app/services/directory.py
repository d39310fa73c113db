"""The directory of cameras: brought in from files, grouped, and opened to roles by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.access import GROUP, Access, Grant, Right, site_scope
from app.domain.camera import Camera, CameraRow, redact
from app.domain.camera_group import CameraGroup
from app.domain.camera_import import (
    COLUMNS,
    CameraDraft,
    Places,
    guess_mapping,
    missing,
    read_row,
    remarks,
)
from app.domain.camera_source import SourceRow
from app.domain.directory import Group
from app.domain.errors import Refusal
from app.domain.network import Networks
from app.domain.people import Role
from app.resources import districts, subdistricts
from app.services import rights
from app.services.pinyin import keywords
from app.services.sheets import Sheet, read_sheet, records, write_workbook
from db.unit_of_work import Work

Told = Callable[[int, int], bool]
"""Told how many rows are done of how many; answers whether to go on."""


@dataclass(frozen=True)
class View:
    """All that a desk shows of the directory: only what its role may watch."""

    cameras: list[CameraRow]
    groups: list[Group]
    members: list[tuple[int, int]]
    access: Access
    sources: list[SourceRow] = field(default_factory=list)


def view(work: Work) -> View:
    """The directory as whoever sits here may see it."""
    members, access = work.cameras.members(), rights.access(work)
    cameras = [c for c in work.cameras.rows() if access.may(Right.WATCH, c)]
    seen = {camera.id for camera in cameras}
    kept = [(group, camera) for group, camera in members if camera in seen]
    return View(cameras, work.cameras.groups(), kept, access, work.video.sources())


def grants(work: Work) -> list[Grant]:
    """Every right that is narrowed to places."""
    return work.cameras.grants()


# In from a file.


@dataclass
class Refused:
    """A row that was not taken: every cell of it, and why."""

    row: int
    cells: list[str]
    problems: list[tuple[str, Refusal]]  # title of the column, and why


@dataclass
class Plan:
    """What an import would do, row by row; nothing is written by making it."""

    titles: list[str]
    mapping: dict[str, str]
    rows: int = 0
    drafts: list[tuple[int, CameraDraft]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)


FieldChange = tuple[str, str, str]
"""Title, as it was, as it will be."""


class Change(NamedTuple):
    """A camera that an import changes: its row, its name, and each field by its title, as it was
    and as it will be. A password is named and never told.
    """

    row: int
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Outcome:
    """What an import did, or on a dry run would do."""

    rows: int
    added: int
    changes: list[Change]
    same: int
    refused: list[Refused]
    warnings: list[tuple[int, str]]

    @property
    def changed(self) -> int:
        return len(self.changes)

    def told(self, say: Callable[[Refusal], str] = str) -> dict[str, Any]:
        """As JSON tells it; one entry for each wrong cell, in the language of `say`."""
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "changes": [
                {"row": one.row, "name": one.name, "columns": [title for title, *_ in one.fields]}
                for one in self.changes
            ],
            "same": self.same,
            "refused": [
                {"row": one.row, "column": column, "reason": say(why)}
                for one in self.refused
                for column, why in one.problems
            ],
            "warnings": [{"row": row, "reason": reason} for row, reason in self.warnings],
        }


def read_file(file: Path) -> tuple[Sheet, dict[str, str]]:
    """The file's cells and the guessed meaning of its columns. Needs no database."""
    sheet = read_sheet(file)
    return sheet, guess_mapping(sheet.titles)


def plan(
    sheet: Sheet,
    mapping: Mapping[str, str],
    networks: Networks,
    told: Told = lambda done, of: True,
) -> Plan:
    """Read every row by this mapping (field to title). Needs no database; may take seconds."""
    if lacking := missing(mapping):
        raise Refusal("还没有指定这些列：{columns}", columns="、".join(lacking))
    places = Places(districts(), subdistricts(), networks)
    title_of = {column.field: mapping.get(column.field, column.title) for column in COLUMNS}
    made = Plan(sheet.titles, dict(mapping))
    first_row: dict[str, int] = {}
    for done, ((number, record), (_, cells)) in enumerate(
        zip(records(sheet), sheet.rows, strict=True)
    ):
        if done % 200 == 0 and not told(done, len(sheet.rows)):
            raise Refusal("已取消，没有写入任何点位")
        made.rows += 1
        answer = read_row({f: record.get(title, "") for f, title in mapping.items()}, places)
        if isinstance(answer, CameraDraft) and answer.code in first_row:
            why = Refusal("与第 {row} 行的编码相同", row=first_row[answer.code])
            made.refused.append(Refused(number, cells, [(title_of["code"], why)]))
        elif isinstance(answer, CameraDraft):
            first_row[answer.code] = number
            made.drafts.append((number, answer))
            made.warnings += [(number, remark) for remark in remarks(answer, places)]
        else:
            problems = [(title_of[one.field], one.why) for one in answer]
            made.refused.append(Refused(number, cells, problems))
    told(len(sheet.rows), len(sheet.rows))
    return made


def carry_out(
    work: Work,
    made: Plan,
    seal: Callable[[str], str],
    unseal: Callable[[str], str],
    dry: bool = False,
) -> Outcome:
    """Write what is planned, in this one transaction; cameras are known by their code.

    The same file a second time changes nothing. An empty password leaves the one that is kept.
    """
    only_administrators(work)
    known = work.cameras.by_codes([draft.code for _, draft in made.drafts])
    fresh: list[Camera] = []
    changes: list[Change] = []
    warnings = list(made.warnings)
    granted = {grant.scope for grant in work.cameras.grants()}
    for number, draft in made.drafts:
        camera = known.get(draft.code)
        if camera is None:
            fresh.append(_new(draft, seal))
        elif fields := _differing(camera, draft, _told_of(camera, draft, made.mapping), unseal):
            changes.append(Change(number, camera.name, fields))
            moved = {title for title, *_ in fields} & WHERE
            if moved and site_scope(camera) in granted - {site_scope(draft)}:
                warnings.append((number, "按地点给的权限不再包含它：请在“权限”里核对"))
            if not dry:
                _take_over(camera, draft, _told_of(camera, draft, made.mapping), seal)
    if not dry:
        work.cameras.add_all(fresh)
    same = len(made.drafts) - len(fresh) - len(changes)
    return Outcome(made.rows, len(fresh), changes, same, made.refused, sorted(warnings))


def write_refused(made: Plan, file: Path, say: Callable[[Refusal], str] = str) -> int:
    """The refused rows as a workbook: as they came, with the reason in the last column.

    Passwords stay out of it, in a column of their own as in an address: the workbook goes from hand
    to hand. Whoever brings the rows in again fills them in.
    """
    wide, secret = len(made.titles), made.mapping.get("password")

    def cells(refused: Refused) -> list[str]:
        told = zip(made.titles, _wide(refused.cells, wide), strict=True)
        return ["" if title == secret else redact(cell) for title, cell in told]

    rows = ([str(one.row), *cells(one), _why(one, say)] for one in made.refused)
    return write_workbook(file, ["原行号", *made.titles, "未收原因"], rows)


def _why(refused: Refused, say: Callable[[Refusal], str]) -> str:
    return "；".join(f"{column}：{say(why)}" for column, why in refused.problems)


def _wide(cells: list[str], count: int) -> list[str]:
    return [*cells, *[""] * count][:count]


PLAIN = (
    "name", "district", "subdistrict", "site", "lon", "lat", "main_url", "sub_url",
    "source_id", "channel",
)  # fmt: skip


TITLE_OF = {
    **{column.field: column.title for column in COLUMNS},
    "source_id": "接入平台",
    "channel": "平台通道",
}


WHERE = {TITLE_OF[name] for name in ("district", "subdistrict", "site")}


def _told_of(camera: Camera, draft: CameraDraft, mapping: Mapping[str, str]) -> list[str]:
    """The fields that a draft tells of. A list says nothing of sources, nor of what it has no
    column for: a camera keeps those. What was worked out instead fills gaps alone, and the one
    address of a camera goes on being both.
    """
    if draft.source_id is not None:
        return [*PLAIN, "username", "ptz"]
    one_address = camera.sub_url == camera.main_url
    gaps = {name for name in ("district", "subdistrict") if not getattr(camera, name)}
    gaps |= {"sub_url"} if one_address else set()
    gaps |= {"ptz"} if draft.ptz else set()  # by the type in its code
    fields = (*PLAIN[:-2], "username", "ptz")
    return [name for name in fields if name in mapping or name in gaps]


def _differing(
    camera: Camera, draft: CameraDraft, fields: Iterable[str], unseal: Callable[[str], str]
) -> tuple[FieldChange, ...]:
    """What this row would change: title, old and new; a password is named, never told."""
    found = [
        (TITLE_OF[name], str(getattr(camera, name)), str(getattr(draft, name)))
        for name in fields
        if getattr(camera, name) != getattr(draft, name)
    ]
    if draft.password:
        try:
            kept = unseal(camera.secret)
        except Refusal:
            kept = None  # sealed with another desk's key: this very import puts it right
        if kept != draft.password:
            found.append((TITLE_OF["password"], "…", "…"))
    return tuple(found)


def _take_over(
    camera: Camera, draft: CameraDraft, fields: Iterable[str], seal: Callable[[str], str]
) -> None:
    for name in fields:
        setattr(camera, name, getattr(draft, name))
    camera.keywords = keywords_of(camera)
    if draft.password:
        camera.secret = seal(draft.password)


def _new(draft: CameraDraft, seal: Callable[[str], str]) -> Camera:
    camera = Camera(
        code=draft.code,
        **{name: getattr(draft, name) for name in PLAIN},
        username=draft.username,
        secret=seal(draft.password),
        ptz=draft.ptz,
        origin="file" if draft.source_id is None else "source",
    )
    camera.keywords = keywords_of(camera)
    return camera


def keywords_of(camera: Camera) -> str:
    """What the search finds a camera by."""
    return keywords(camera.name, camera.site, camera.code)[:1000]


# Groupings and rights.


def add_group(work: Work, name: str, parent_id: int | None = None) -> int:
    """A new grouping, or a group within one."""
    only_administrators(work)
    if not name.strip():
        raise Refusal("请填写分组名称")
    if parent_id is not None:
        work.cameras.group(parent_id)
    return work.cameras.add_group(CameraGroup(name.strip(), parent_id)).id


def put_members(work: Work, group_id: int, camera_ids: Iterable[int]) -> None:
    """These cameras, and no others, are in the group."""
    only_administrators(work)
    work.cameras.group(group_id)
    work.cameras.put_members(group_id, camera_ids)
    work.touch("camera", 0)


def drop_group(work: Work, group_id: int) -> None:
    """Take a group away; its cameras stay in the directory."""
    only_administrators(work)
    group = work.cameras.group(group_id)
    if any(one.parent_id == group_id for one in work.cameras.groups()):
        raise Refusal("请先删除“{name}”下面的分组", name=group.name)
    scope = f"{GROUP}{group_id}"
    if any(grant.scope == scope for grant in work.cameras.grants()):
        # Without its last place a role would have the right everywhere.
        raise Refusal("“{name}”还被权限引用，请先在权限中去掉", name=group.name)
    work.cameras.drop_group(group)
    work.touch("camera", 0)


def put_grants(work: Work, role: Role, right: Right, scopes: Iterable[str]) -> None:
    """The role has this right in these places only; with no place, everywhere as usual."""
    only_administrators(work)
    work.cameras.put_grants(role, right, scopes)
    work.touch("camera", 0)


def only_administrators(work: Work) -> None:
    """Refuse everybody else."""
    if work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("只有系统管理员可以修改监控点位目录")
