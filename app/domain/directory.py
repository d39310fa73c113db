"""The directory of cameras as one tree, by administrative level or by any other grouping.

Pure values: the window's tree, the command line and the tests ask the same code.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.camera import CameraRow, StreamState
from app.domain.fault import FAULTY
from app.domain.gbcode import decode

BY_AREA = "area"
BY_INDUSTRY = "industry"

UNPLACED = "未归属"


@dataclass(eq=False)
class Node:
    """A level of the tree, or a camera at its end (`camera` set, no children)."""

    name: str
    parent: Node | None = None
    camera: CameraRow | None = None
    children: list[Node] = field(default_factory=list)
    total: int = 0  # cameras below
    live: int = 0
    trouble: int = 0  # cameras below whose picture is known to be out of order
    row: int = 0  # place among its siblings

    def add(self, child: Node) -> Node:
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


@dataclass(frozen=True)
class Group:
    """A node of a grouping (业务分组): `parent_id` None makes it a grouping of its own."""

    id: int
    parent_id: int | None
    name: str


Path = tuple[str, ...]


def area_path(
    city: str, district: Callable[[str], str], subdistrict: Callable[[str], str]
) -> Callable[[CameraRow], Path]:
    """City, district, subdistrict, site; a level that is not known is left out."""

    def path(camera: CameraRow) -> Path:
        levels = [city, district(camera.district) if camera.district else UNPLACED]
        if camera.subdistrict:
            levels.append(subdistrict(camera.subdistrict))
        if camera.site:
            levels.append(camera.site)
        return tuple(levels)

    return path


def industry_path(camera: CameraRow) -> Path:
    """Whose the camera is and on which network, as its code says."""
    told = decode(camera.code)
    return (told.industry, told.network) if told else ("自有编码",)


def group_paths(
    root: int, groups: Iterable[Group], members: Iterable[tuple[int, int]]
) -> Callable[[CameraRow], list[Path]]:
    """Where each camera stands in the grouping `root`; members are (group id, camera id).

    A camera may stand in several groups of one grouping, or in none.
    """
    known = {group.id: group for group in groups}
    paths: dict[int, Path] = {}
    for group in known.values():
        names: list[str] = []
        node: Group | None = group
        seen: set[int] = set()
        while node is not None and node.id != root and node.id not in seen:
            seen.add(node.id)
            names.append(node.name)
            node = known.get(node.parent_id) if node.parent_id is not None else None
        if node is not None and node.id == root:
            paths[group.id] = tuple(reversed(names))
    places: dict[int, list[Path]] = defaultdict(list)
    for group_id, camera_id in members:
        if group_id in paths:
            places[camera_id].append(paths[group_id])
    return lambda camera: places.get(camera.id, [])


def members_below(
    groups: Iterable[Group], members: Iterable[tuple[int, int]]
) -> dict[int, set[int]]:
    """The cameras of each group and of all groups below it, each once."""
    parents = {group.id: group.parent_id for group in groups}
    below: dict[int, set[int]] = {group: set() for group in parents}
    for group_id, camera in members:
        above: int | None = group_id
        while above in below and camera not in below[above]:
            below[above].add(camera)
            above = parents[above]
    return below


def build(
    name: str, cameras: Sequence[CameraRow], paths: Callable[[CameraRow], list[Path]]
) -> Node:
    """The tree under a root of this name. A site of one camera is the camera itself."""
    placed = [(path, camera) for camera in cameras for path in paths(camera)]
    crowd = Counter(path for path, _ in placed)
    root = Node(name)
    levels: dict[Path, Node] = {(): root}

    def level(path: Path) -> Node:
        if path not in levels:
            levels[path] = level(path[:-1]).add(Node(path[-1]))
        return levels[path]

    for path, camera in placed:
        alone = len(path) > 3 and path[-1] == camera.site and crowd[path] == 1
        node = level(path[:-1] if alone else path).add(Node(camera.name, camera=camera))
        node.total = 1
        for above in node.ancestors():
            above.total += 1
    return root


def cameras_below(node: Node) -> Iterator[CameraRow]:
    """Every camera of a branch, in the order of the tree."""
    if node.camera is not None:
        yield node.camera
    for child in node.children:
        yield from cameras_below(child)


def pruned(root: Node, wanted: Callable[[CameraRow], bool]) -> Node:
    """The same tree with only the cameras that are wanted, and only the levels that hold some."""
    copy = Node(root.name, camera=root.camera)
    for child in root.children:
        if child.camera is not None:
            if wanted(child.camera):
                copy.add(Node(child.name, camera=child.camera, total=1))
        elif (kept := pruned(child, wanted)).children:
            copy.add(kept)
    copy.total = sum(child.total for child in copy.children)
    return copy


def count_states(root: Node, states: Mapping[int, StreamState]) -> None:
    """Write into every level how many of its cameras are live and how many in trouble.

    One that nobody has opened is neither: nothing is known of it.
    """
    if root.camera is not None:
        root.live, root.trouble = counted(states.get(root.camera.id, StreamState.IDLE))
        return
    for child in root.children:
        count_states(child, states)
    root.live = sum(child.live for child in root.children)
    root.trouble = sum(child.trouble for child in root.children)


def counted(state: StreamState) -> tuple[int, int]:
    """What a camera in this state adds to the counts of live ones and of ones in trouble."""
    return int(state is StreamState.LIVE), int(state in FAULTY)


def finder(typed: str) -> Callable[[CameraRow], bool]:
    """Whether a camera is meant: each word in its name, pinyin, code, road or address."""
    words = typed.lower().split()

    def wanted(camera: CameraRow) -> bool:
        return all(word in camera.keywords for word in words)

    return wanted
