"""The README's and manual's pictures, taken from the running demo."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QPointF, Qt

from app.demo.lists import NAME
from app.demo.places import SPOTS
from app.domain.camera import StreamState
from app.domain.case_list import CaseFilter
from app.domain.inspection import Verdict
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.main import Console
from app.services import cameras as camera_verbs
from app.services import cases
from ui.actions import Command
from ui.main_window import MainWindow
from ui.widgets.ask_reason import ReasonDialog
from ui.words import is_english

LIVE_WITHIN_S = 25
ENGLISH_WIDTH, SMOOTH = 1280, Qt.TransformationMode.SmoothTransformation
TABS = ("duty", "roster", "handover", "faults", "ledger", "availability", "audit")
DOME_NAME = next(spot.name for spot in SPOTS if spot.source == "onvif")
"""The spot whose camera turns."""


async def take_pictures(console: Console, folder: Path) -> int:
    """Walk through the pages as a person would and keep a picture of each; the exit code."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    window = console.window
    shoot = _Camera(console, folder)
    await live(window, 11)
    await asyncio.sleep(13)  # the evidence clip wants ten seconds before the key
    await shoot("wall")
    await _register(console, shoot)
    await _cases(console, shoot)
    await _figures(console, shoot)
    await _map(console, shoot)
    await _tour(console, shoot)
    await _inspection(console, shoot)
    await _beside(console, shoot)
    await _recheck(console, shoot)
    await _duty(console, shoot)
    window.show_page(Command.VIDEO)
    window.eyes.wall.toggle_enlarged(window.eyes.wall.tiles[6])
    await asyncio.sleep(3)
    await shoot("main-stream")
    window.eyes.wall.toggle_enlarged()
    window.lock()
    await asyncio.sleep(1)
    await shoot("locked")
    window.unlock.signed_in.emit(console.desk.signed)
    await _directory(console, shoot)
    return 0


class _Camera:
    def __init__(self, console: Console, folder: Path) -> None:
        self._console, self._folder = console, folder

    async def __call__(self, name: str) -> None:
        await asyncio.sleep(0.2)
        picture = self._console.window.screen().grabWindow(0).toImage()
        if is_english():  # the same views a second time: smaller, so that both stay within reason
            picture = picture.scaledToWidth(ENGLISH_WIDTH, SMOOTH)
        await asyncio.to_thread(picture.save, str(self._folder / f"{name}.png"))


async def live(window: MainWindow, count: int) -> None:
    """Wait until so many tiles are live; a TimeoutError if they are not in time."""
    async with asyncio.timeout(LIVE_WITHIN_S):
        while sum(t.truth.state is StreamState.LIVE for t in window.eyes.wall.tiles) < count:
            await asyncio.sleep(0.1)


async def _register(console: Console, shoot: _Camera) -> None:
    window = console.window
    window.eyes.wall.choose(window.eyes.wall.tiles[6])
    window.capture()
    await asyncio.sleep(0.8)
    form = window.form
    form.subcategory.setFocus()
    form.subcategory.setText("zdjy")
    form.subcategory.textEdited.emit("zdjy")
    await asyncio.sleep(0.4)
    await shoot("category")
    form.subcategory.choose(form.subcategory.found()[0])
    form.description.setPlainText("人行道上有摊贩摆卖水果，占用盲道约三米")
    await asyncio.sleep(7)
    await shoot("register")
    form.submit()
    await asyncio.sleep(1)


async def _cases(console: Console, shoot: _Camera) -> None:
    window = console.window
    window.show_page(Command.CASES)
    await asyncio.sleep(0.8)
    newest = window.list.model.row_at(0)
    assert newest is not None
    window.panel.show_case(newest.id)
    window.panel.tabs.setCurrentIndex(1)
    await asyncio.sleep(1)
    window.panel.evidence.list.setCurrentRow(1)
    await asyncio.sleep(2.5)
    await shoot("evidence")
    window.panel.evidence.bar.export.click()
    await asyncio.sleep(0.5)
    asked = window.findChild(ReasonDialog)
    if asked is not None:  # an operator may not take out
        asked.reason.setText("交区城管局复核占道经营工单")
        await shoot("export")
        asked.reject()
    handled = await console.desk.ask(
        cases.page, CaseFilter(statuses=frozenset({CaseStatus.HANDLING})), "due_at", False, None, 1
    )
    window.panel.show_case(handled.rows[0].id)
    window.panel.tabs.setCurrentIndex(2)
    await asyncio.sleep(0.8)
    await shoot("cases")
    window.panel.press(Action.CORRECT)
    correction = window.panel.correction
    correction.address.setText(f"{correction.address.text()}东侧")
    correction.reason.setText("来电人补充了方位")
    await asyncio.sleep(0.5)
    await shoot("correction")
    correction.end()


async def _figures(console: Console, shoot: _Camera) -> None:
    """Last month in figures, and what was hot in it."""
    window = console.window
    window.show_page(Command.FIGURES)
    window.figures.span.setCurrentIndex(1)
    while window.figures.report is None or window.figures.trouble is None:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    await shoot("figures")
    window.figures.tabs.setCurrentIndex(1)
    await asyncio.sleep(1)
    await shoot("trouble")
    window.figures.tabs.setCurrentWidget(window.figures.handing)
    await asyncio.sleep(0.5)
    await shoot("handing")


async def _standard(console: Console, shoot: _Camera) -> None:
    """The standard, who answers, and another office's scheme."""
    page = console.window.standard
    console.window.show_page(Command.STANDARD)
    for panel, name in (
        (page.conditions, "standard"),
        (page.rules, "rules"),
        (page.schemes, "schemes"),
        (page.calendar, "calendar"),
    ):
        page.tabs.setCurrentWidget(panel)
        await asyncio.sleep(0.8)
        if panel is page.rules:
            page.rules.district.setCurrentIndex(page.rules.district.findData("440106"))
            page.rules.category.choose_code("event", "0401")
            await asyncio.sleep(0.5)
        await shoot(name)


async def _tour(console: Console, shoot: _Camera) -> None:
    """A tour over a grouping, four spots at a time."""
    window, bar = console.window, console.window.video.tours
    window.show_page(Command.VIDEO)
    window.eyes.tree.scheme.setCurrentIndex(2)
    bar.edit.setChecked(True)
    bar.name.setText("重点路段夜巡")
    await asyncio.sleep(0.3)
    bar.keep.click()
    while not bar.tours.count():
        await asyncio.sleep(0.1)
    bar.toggle()
    await asyncio.sleep(4)
    bar.edit.setChecked(True)
    await shoot("tour")
    bar.edit.setChecked(False)
    bar.toggle()
    window.eyes.tree.scheme.setCurrentIndex(0)
    window.eyes.wall.arrange("16")
    window.eyes.wall.fill([camera.id for camera in window.cameras])
    await live(window, 11)


async def _inspection(console: Console, shoot: _Camera) -> None:
    """The pad of a camera that turns, then a round of inspection."""
    window, eyes = console.window, console.window.eyes
    window.show_page(Command.VIDEO)
    dome = next(tile for tile in eyes.wall.tiles if tile.camera and tile.camera.name == DOME_NAME)
    eyes.wall.choose(dome)
    eyes.wall.toggle_enlarged(dome)
    await asyncio.sleep(3)
    await shoot("ptz")
    eyes.wall.toggle_enlarged()
    assert dome.camera is not None
    await console.desk.run(
        camera_verbs.put_task,
        dome.camera.id,
        "看地铁口人行道有没有占道摆卖、共享单车乱放；看路口两侧垃圾桶是否满溢",
    )
    await asyncio.sleep(1)
    eyes.inspection.at_once.setCurrentIndex(eyes.inspection.at_once.findData(4))
    eyes.toggle_inspection()
    await asyncio.sleep(5)
    await shoot("inspection")
    eyes.inspection.answer(Verdict.FAULT)  # told, and shown on the page of faults
    await asyncio.sleep(1)
    eyes.inspection.stop()
    eyes.wall.arrange("16")
    eyes.wall.fill([camera.id for camera in window.cameras])
    await live(window, 11)


async def _beside(console: Console, shoot: _Camera) -> None:
    """Windows beside the wall: the last half minute of a tile, and the course of its camera."""
    eyes = console.window.eyes
    tile = eyes.wall.tiles[0]
    eyes.wall.choose(tile)
    tile.zoom_by(4, QPointF(tile.width() * 0.5, tile.height() * 0.6))
    await asyncio.sleep(2)
    eyes.walls.asked.emit(tile.mapToGlobal(tile.rect().center()))
    await shoot("zoom")
    eyes.menu.close()
    tile.zoom_by(-8, QPointF(0, 0))
    eyes.show_replay()
    await asyncio.sleep(4)
    await shoot("replay")
    eyes.replays.close()
    assert tile.camera is not None
    eyes.tree.history_wanted.emit(tile.camera.id)
    while eyes.history is None or not eyes.history.table.topLevelItemCount():
        await asyncio.sleep(0.1)
    await shoot("states")
    eyes.history.close()


async def _recheck(console: Console, shoot: _Camera) -> None:
    """The case that was just registered, looked at again, and what its camera has seen."""
    window = console.window
    newest = (
        await console.desk.ask(cases.page, CaseFilter(), "registered_at", True, None, 1)
    ).rows[0]
    detail = await console.desk.ask(cases.detail, newest.id)
    window.casework.rechecks.open(detail)
    while (
        window.casework.rechecks.recheck is None
        or window.casework.rechecks.recheck.alignment is None
    ):
        await asyncio.sleep(0.1)
    window.casework.rechecks.recheck.fade.setValue(35)
    await asyncio.sleep(1)
    await shoot("recheck")
    window.casework.rechecks.recheck.close()
    assert newest.camera_id is not None
    window.casework.rechecks.trace(newest.camera_id)
    await asyncio.sleep(3)
    await shoot("trace")
    window.casework.rechecks.close()


async def _duty(console: Console, shoot: _Camera) -> None:
    """The page of duty, tab by tab; of the faults the one that a person has told."""
    window = console.window
    window.show_page(Command.DUTY)
    for tab, name in enumerate(TABS):
        window.duty.tabs.setCurrentIndex(tab)
        await asyncio.sleep(0.8)
        if name == "faults":
            window.duty.faults.choose(StreamState.TOLD)
            await asyncio.sleep(0.5)
        await shoot(name)


async def _directory(console: Console, shoot: _Camera) -> None:
    """The administrator's page, with the demo's list tried and not written."""
    from app.demo.demo import signed_as

    window = console.window
    window.sign_off()
    window.enter(await asyncio.to_thread(signed_as, console.desk, Role.ADMINISTRATOR))
    imports = window.directory.imports
    imports.take(console.settings.home / NAME)
    while not imports.trial.isEnabled():
        await asyncio.sleep(0.1)
    imports.trial.click()
    while not imports.told.text():
        await asyncio.sleep(0.1)
    await shoot("directory")
    window.directory.tabs.setCurrentIndex(1)
    sources = window.directory.sources
    sources.list.setCurrentRow(0)
    sources.read.click()
    await asyncio.sleep(2)
    await shoot("sources")
    for tab, name in ((2, "groups"), (3, "rights")):
        window.directory.tabs.setCurrentIndex(tab)
        await asyncio.sleep(0.5)
        await shoot(name)
    await _standard(console, shoot)


async def _map(console: Console, shoot: _Camera) -> None:
    window = console.window
    window.show_page(Command.MAP)
    while window.casework.map.map is None or not len(window.casework.map.map.points):
        await asyncio.sleep(0.05)
    city_map = window.casework.map.map
    await asyncio.sleep(0.5)
    await shoot("map")
    camera = window.stage.camera(7)
    assert camera is not None
    city_map.look_at(camera.lon, camera.lat, 6000)
    await asyncio.sleep(0.6)
    cluster = max(city_map.cases.clusters, key=lambda one: one.count)
    city_map.cases_clicked.emit([int(i) for i in city_map.points.ids[cluster.members][:8]])
    await asyncio.sleep(0.8)
    await shoot("map-near")
