"""What whoever asks may do with the cameras."""

from __future__ import annotations

from app.domain.access import Access
from app.domain.directory import members_below
from db.unit_of_work import Work


def access(work: Work) -> Access:
    """The rights of the present role. One in a group holds in every group below it as well."""
    below = members_below(work.cameras.groups(), work.cameras.members())
    members = [(group, camera) for group, cameras in below.items() for camera in cameras]
    return Access(work.by.role, work.cameras.grants(), members)
