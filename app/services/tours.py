"""Tours: kept for oneself or for all, and found again by whoever may run them."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.roster import Shift
from app.domain.tour import Tour, TourRow, check
from db.unit_of_work import Work

KEEPING = frozenset({Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR})
FOR_ALL = frozenset({Role.SHIFT_LEADER, Role.ADMINISTRATOR})


def mine(work: Work) -> list[TourRow]:
    """The tours of everybody and one's own, by name."""
    return [row for row in work.cameras.tours() if row.owner_id in (None, work.by.person_id)]


def save(
    work: Work,
    name: str,
    cameras: Sequence[int],
    dwell_s: int,
    tiles: int,
    for_all: bool = False,
    shift: Shift | None = None,
) -> int:
    """Keep a tour; one of the same name and owner is replaced. The tour's id."""
    if work.by.role not in KEEPING:
        raise Refusal("您的岗位不能保存轮巡")
    if for_all and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的轮巡由值班长或管理员保存")
    check(name, cameras, dwell_s, tiles)
    owner = None if for_all else work.by.person_id
    ids = ",".join(str(one) for one in dict.fromkeys(cameras))
    known = work.cameras.tour_of(name.strip(), owner)
    if known is None:
        return work.cameras.add_tour(Tour(name.strip(), ids, dwell_s, tiles, owner, shift)).id
    known.cameras, known.dwell_s, known.tiles, known.shift = ids, dwell_s, tiles, shift
    return known.id


def drop(work: Work, tour_id: int) -> None:
    """Take a tour away: one's own, or everybody's by who may keep those."""
    tour = work.cameras.tour(tour_id)
    if tour.owner_id is None and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的轮巡由值班长或管理员删除")
    if tour.owner_id not in (None, work.by.person_id):
        raise Refusal("这条轮巡是别人的")
    work.cameras.drop_tour(tour)
