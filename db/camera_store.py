"""Cameras in the database, and the history of their state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.access import Grant, Right
from app.domain.availability import HOLD_S, Noted
from app.domain.camera import Camera, CameraRow, StreamState
from app.domain.camera_group import CameraGroup
from app.domain.directory import Group
from app.domain.errors import Refusal
from app.domain.fault import Fault, FaultPicture
from app.domain.ledger import Seen, Visit
from app.domain.people import Role
from app.domain.roster import Shift
from app.domain.tour import Tour, TourRow
from db import tables

C = tables.camera.c
S = tables.camera_state.c
G = tables.camera_group.c
R = tables.camera_reference.c
F = tables.fault.c
P = tables.fault_picture.c
T = tables.tour.c
MEMBER, GRANT = tables.camera_group_member, tables.camera_grant

PORTION = 500
"""Values in one IN list; SQLite takes no more than some ten thousand, older ones 999."""


class CameraStore:
    """Cameras of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, camera_id: int) -> Camera:
        camera = self._session.get(Camera, camera_id)
        if camera is None:
            raise Refusal("没有这个监控点位")
        return camera

    def by_code(self, code: str) -> Camera | None:
        return self._session.scalar(select(Camera).where(C.code == code))

    def add(self, camera: Camera) -> Camera:
        self._session.add(camera)
        self._session.flush()
        return camera

    def by_codes(self, codes: Sequence[str]) -> dict[str, Camera]:
        """The cameras of these codes, by code; asked in portions that any database takes."""
        found: dict[str, Camera] = {}
        for start in range(0, len(codes), PORTION):
            chosen = select(Camera).where(C.code.in_(codes[start : start + PORTION]))
            found |= {camera.code: camera for camera in self._session.scalars(chosen)}
        return found

    def add_all(self, cameras: Sequence[Camera]) -> None:
        """Put many into the directory at once."""
        self._session.add_all(cameras)
        self._session.flush()

    # Groupings and rights.

    def groups(self) -> list[Group]:
        found = self._session.execute(select(G.id, G.parent_id, G.name).order_by(G.name, G.id))
        return [Group(*row) for row in found]

    def members(self) -> list[tuple[int, int]]:
        """(group id, camera id) of every membership."""
        return [(row.group_id, row.camera_id) for row in self._session.execute(select(MEMBER))]

    def group(self, group_id: int) -> CameraGroup:
        found = self._session.get(CameraGroup, group_id)
        if found is None:
            raise Refusal("没有这个分组")
        return found

    def add_group(self, group: CameraGroup) -> CameraGroup:
        self._session.add(group)
        self._session.flush()
        return group

    def put_members(self, group_id: int, camera_ids: Iterable[int]) -> None:
        """These cameras, and no others, are in the group."""
        self._session.execute(delete(MEMBER).where(MEMBER.c.group_id == group_id))
        rows = [{"group_id": group_id, "camera_id": one} for one in sorted(set(camera_ids))]
        if rows:
            self._session.execute(insert(MEMBER), rows)

    def drop_group(self, group: CameraGroup) -> None:
        """Take an empty branch away; its memberships go with it."""
        self._session.execute(delete(MEMBER).where(MEMBER.c.group_id == group.id))
        self._session.delete(group)
        self._session.flush()

    def grants(self) -> list[Grant]:
        found = self._session.execute(select(GRANT).order_by(*GRANT.c))
        return [Grant(row.role, Right(row.right), row.scope) for row in found]

    def put_grants(self, role: Role, right: Right, scopes: Iterable[str]) -> None:
        """The role has the right in these places only; in none: as usual, everywhere."""
        mine = (GRANT.c.role == role, GRANT.c.right == right)
        self._session.execute(delete(GRANT).where(*mine))
        rows = [{"role": role, "right": right, "scope": one} for one in sorted(set(scopes))]
        if rows:
            self._session.execute(insert(GRANT), rows)

    def rows(self) -> list[CameraRow]:
        columns = [C[name] for name in CameraRow._fields]
        found = self._session.execute(select(*columns).order_by(C.district, C.code))
        return [CameraRow(*row) for row in found]

    def row(self, camera_id: int) -> CameraRow:
        columns = [C[name] for name in CameraRow._fields]
        found = self._session.execute(select(*columns).where(C.id == camera_id)).one_or_none()
        if found is None:
            raise Refusal("没有这个监控点位")
        return CameraRow(*found)

    def note_states(
        self, desk: str, notes: Sequence[tuple[int, str, StreamState, datetime]]
    ) -> None:
        """Add lines (camera id, stream, state, time) to the history of what was true; one that is
        there already, since its desk was not told so, is not added twice.
        """
        if not notes:
            return
        times = [at for *_, at in notes]
        there = select(S.camera_id, S.at, S.state).where(
            S.desk == desk, S.at >= min(times), S.at <= max(times)
        )
        known = {tuple(row) for row in self._session.execute(there)}
        rows = [
            {"camera_id": one, "stream": stream, "state": state.value, "at": at, "desk": desk}
            for one, stream, state, at in notes
            if (one, at, state.value) not in known
        ]
        if rows:
            self._session.execute(insert(tables.camera_state), rows)

    def newest_notes(self) -> dict[int, datetime]:
        """When anything was noted last of each camera that is in use; by its id."""
        mine = select(S.at).where(S.camera_id == C.id).order_by(S.id.desc()).limit(1)
        query = select(C.id, mine.scalar_subquery()).where(C.enabled)
        return {one: at for one, at in self._session.execute(query) if at is not None}

    def noting_desks(self, since: datetime) -> set[str]:
        """The desks that have noted anything since then."""
        return set(self._session.scalars(select(S.desk).distinct().where(S.at >= since)))

    def forget_states(self, before: datetime, most: int) -> int:
        """Take states away that were noted before then, so many at once; how many."""
        old = select(S.id).where(S.at < before).limit(most).scalar_subquery()
        found = self._session.execute(delete(tables.camera_state).where(S.id.in_(old)))
        return cast(CursorResult[Any], found).rowcount

    def history(
        self, begins: datetime, ends: datetime, camera_id: int | None = None
    ) -> list[Noted]:
        """Every noted state of this span, and those before it that may still count; by time. Of
        every camera, or of one.
        """
        since = begins - timedelta(seconds=HOLD_S)  # what was noted earlier counts no more
        columns = (S.camera_id, S.state, S.at, S.desk)
        query = select(*columns).where(S.at >= since, S.at < ends).order_by(S.at, S.id)
        if camera_id is not None:
            query = query.where(S.camera_id == camera_id)
        found = self._session.execute(query)
        return [Noted(row.camera_id, StreamState(row.state), row.at, row.desk) for row in found]

    def lock(self, camera_id: int) -> None:
        """Until this work ends no other desk writes what hangs on this camera (PostgreSQL)."""
        self._session.execute(select(C.id).where(C.id == camera_id).with_for_update())

    # Reference pictures.

    def reference(self, camera_id: int) -> bytes | None:
        found = self._session.scalar(select(R.look).where(R.camera_id == camera_id))
        return bytes(found) if found is not None else None

    def put_reference(self, camera_id: int, look: bytes, at: datetime, by: str) -> None:
        """This look is the camera's reference from here on."""
        table = tables.camera_reference
        self._session.execute(delete(table).where(R.camera_id == camera_id))
        told = {"camera_id": camera_id, "look": look, "taken_at": at, "taken_by": by}
        self._session.execute(insert(table).values(**told))

    # Tours.

    def tours(self) -> list[TourRow]:
        columns = (T.id, T.version, T.name, T.cameras, T.dwell_s, T.tiles, T.owner_id, T.shift)
        found = self._session.execute(select(*columns).order_by(T.name, T.id))
        return [
            TourRow(*row[:3], tuple(int(one) for one in row.cameras.split(",")), *row[4:])
            for row in found
        ]

    def tour(self, tour_id: int) -> Tour:
        found = self._session.get(Tour, tour_id)
        if found is None:
            raise Refusal("没有这条轮巡")
        return found

    def tour_of(self, name: str, owner_id: int | None) -> Tour | None:
        """The tour of this name and owner."""
        mine = T.owner_id.is_(None) if owner_id is None else T.owner_id == owner_id
        return self._session.scalar(select(Tour).where(T.name == name, mine))

    def add_tour(self, tour: Tour) -> Tour:
        self._session.add(tour)
        self._session.flush()
        return tour

    def drop_tour(self, tour: Tour) -> None:
        self._session.delete(tour)
        self._session.flush()

    # The ledger of watching.

    def add_visits(self, visits: Sequence[Visit]) -> None:
        """Write these; one that is there already, since its desk was not told so, is not written
        twice.
        """
        if not visits:
            return
        v = tables.visit.c
        times = [visit.begins for visit in visits]
        there = select(v.desk, v.person_id, v.camera_id, v.begins, v.seconds, v.goes_on).where(
            v.desk.in_({visit.desk for visit in visits}),
            v.camera_id.in_({visit.camera_id for visit in visits}),
            v.begins >= min(times),
            v.begins <= max(times),
        )
        known = {tuple(row) for row in self._session.execute(there)}
        # As plain rows: an object that was written and rolled back would not be written again.
        columns = [column.name for column in v if column.name != "id"]
        rows = [
            {name: getattr(visit, name) for name in columns}
            for visit in visits
            if visit.told not in known
        ]
        if rows:
            self._session.execute(insert(tables.visit), rows)

    def visits(self, day: date, shift: Shift) -> list[Visit]:
        v = tables.visit.c
        chosen = select(Visit).where(v.day == day, v.shift == shift)
        return list(self._session.scalars(chosen.order_by(v.id)))

    def seen(
        self, begins: datetime, ends: datetime, cameras: Sequence[int], limit: int
    ) -> list[Seen]:
        """Who had one of these cameras on the screen between these times, for each shift and desk
        one line, the newest first; `camera` is its id in digits.
        """
        v = tables.visit.c
        first, whole = func.min(v.begins), func.sum(v.seconds)
        of = (v.camera_id, v.person, v.desk, v.day, v.shift)
        chosen = (
            select(first, v.person, v.desk, v.camera_id, whole, v.shift)
            .where(v.camera_id.in_(cameras), v.begins >= begins, v.begins < ends)
            .group_by(*of)
            .having(whole > 0)
            .order_by(first.desc())
            .limit(limit)
        )
        rows = self._session.execute(chosen)
        return [Seen(row[0], row[1], row[2], str(row[3]), row[4], row[5]) for row in rows]

    def plan(self, day: date, shift: Shift) -> set[int] | None:
        """What was planned for a shift; None where that was not kept."""
        p = tables.watch_plan.c
        told = self._session.scalar(select(p.cameras).where(p.day == day, p.shift == shift))
        return None if told is None else {int(one) for one in told.split(",") if one}

    def keep_plan(self, day: date, shift: Shift, cameras: Iterable[int]) -> None:
        """This was planned for the shift, whatever was kept before."""
        table, told = tables.watch_plan, ",".join(str(one) for one in sorted(cameras))
        is_postgresql = self._session.get_bind().dialect.name == "postgresql"
        row = (postgresql.insert if is_postgresql else sqlite.insert)(table)
        kept = row.values(day=day, shift=shift, cameras=told).on_conflict_do_update(
            index_elements=[table.c.day, table.c.shift], set_={"cameras": told}
        )
        self._session.execute(kept)

    # Faults.

    def open_fault(self, camera_id: int) -> Fault | None:
        """The fault of this camera that nobody has closed."""
        chosen = select(Fault).where(F.camera_id == camera_id, F.solved_at.is_(None))
        return self._session.scalar(chosen.order_by(F.id.desc()).limit(1))

    def fault(self, fault_id: int) -> Fault:
        found = self._session.get(Fault, fault_id)
        if found is None:
            raise Refusal("没有这个设备故障")
        return found

    def add_fault(self, fault: Fault) -> Fault:
        self._session.add(fault)
        self._session.flush()
        return fault

    def has_fault_picture(self, fault: Fault) -> bool:
        """Whether there is one of the state that the fault is in."""
        chosen = select(P.fault_id).where(P.fault_id == fault.id, P.state == fault.state)
        return self._session.scalar(chosen) is not None

    def add_fault_picture(self, fault_id: int, picture: FaultPicture) -> None:
        told = {"fault_id": fault_id, **picture._asdict()}
        self._session.execute(insert(tables.fault_picture).values(**told))

    def fault_pictures(self, fault_id: int) -> list[FaultPicture]:
        """The newest first."""
        chosen = select(P.state, P.taken_at, P.jpeg).where(P.fault_id == fault_id)
        found = self._session.execute(chosen.order_by(P.taken_at.desc()))
        return [FaultPicture(state, at, bytes(jpeg)) for state, at, jpeg in found]

    def forget_fault_pictures(self, before: datetime, most: int) -> int:
        """Take away those of faults that were solved before then, so many at once; how many."""
        solved = select(F.id).join_from(tables.fault, tables.fault_picture)
        old = solved.where(F.solved_at < before).limit(most).scalar_subquery()
        found = self._session.execute(delete(tables.fault_picture).where(P.fault_id.in_(old)))
        return cast(CursorResult[Any], found).rowcount

    def faults(self, since: datetime) -> list[Fault]:
        """What is open, and what was solved since; open ones first, the oldest first."""
        chosen = select(Fault).where(or_(F.solved_at.is_(None), F.solved_at >= since))
        found = list(self._session.scalars(chosen.order_by(F.opened_at)))
        return sorted(found, key=lambda one: one.solved_at is not None)
