"""Who may do what with which camera: rights by role, narrowed by level or group.

A role has its usual rights everywhere. As soon as a grant names a role and a right, that right
holds for the role only within the places that grants name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.domain.camera import CameraRow
from app.domain.people import Role


class Right(Enum):
    """What can be done with a camera."""

    WATCH = "watch"  # 观看
    CONTROL = "control"  # 云台控制
    REPLAY = "replay"  # 回放
    EXPORT = "export"  # 导出


W, C, R, X = Right.WATCH, Right.CONTROL, Right.REPLAY, Right.EXPORT

USUAL: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset({W, C, R}),
    Role.DISPATCHER: frozenset({W, R}),
    Role.INSPECTOR: frozenset({W, R}),
    Role.SHIFT_LEADER: frozenset({W, C, R, X}),
    Role.PRESENTER: frozenset({W}),
    Role.CLIENT_MANAGER: frozenset({W, R, X}),
    Role.ADMINISTRATOR: frozenset({W, C, R, X}),
}

GROUP, SITE = "group:", "site:"


class Placed(Protocol):
    """What stands somewhere: a camera, as a row, whole or as a list tells it."""

    @property
    def district(self) -> str: ...
    @property
    def subdistrict(self) -> str: ...
    @property
    def site(self) -> str: ...


def site_scope(camera: Placed) -> str:
    """The site that a camera stands at, as grants name it; empty if it stands at none.

    Sites of one name in two subdistricts are two sites.
    """
    area = camera.subdistrict or camera.district
    return f"{SITE}{area}/{camera.site}" if camera.site else ""


def site_of(scope: str) -> tuple[str, str] | None:
    """Administrative code and name of the site that a scope names; None if it names none."""
    if not scope.startswith(SITE):
        return None
    area, _, name = scope.removeprefix(SITE).partition("/")
    return area, name


@dataclass(frozen=True)
class Grant:
    """A right of a role in a place.

    `scope` is an administrative code (6 digits a district, 9 a subdistrict), a site
    (``site:CODE/NAME``), or ``group:ID``.
    """

    role: Role
    right: Right
    scope: str


class Access:
    """What one role may do, with the grants in force and who is in which group."""

    def __init__(
        self, role: Role, grants: Iterable[Grant] = (), members: Iterable[tuple[int, int]] = ()
    ) -> None:
        self._role = role
        self._scopes: dict[Right, set[str]] = defaultdict(set)
        for grant in grants:
            if grant.role is role:
                self._scopes[grant.right].add(grant.scope)
        self._groups: dict[int, set[str]] = defaultdict(set)
        for group, camera in members:
            self._groups[camera].add(f"{GROUP}{group}")

    def may(self, right: Right, camera: CameraRow) -> bool:
        """Whether the role has this right on this camera."""
        if right not in USUAL[self._role]:
            return False
        scopes = self._scopes.get(right)
        if not scopes:
            return True
        places = {camera.district, camera.subdistrict, site_scope(camera)} - {""}
        return bool(scopes & (places | self._groups.get(camera.id, set())))
