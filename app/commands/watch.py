"""A folder that is watched: every list of orders laid there is brought in, unattended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.errors import Conflict, LinkLost, Refusal
from app.services import intake, presets

SUFFIXES = frozenset({".xlsx", ".xls", ".xlsm", ".csv", ".tsv", ".json"})
DONE, BROKEN = "已导入", "未能导入"
"""Where files go: those that were read, and those that could not be."""

QUIET_S = 3.0
"""A file that was written to within this is still being copied."""

Say = Callable[[Refusal], str]


@dataclass(frozen=True)
class Reading:
    """How lists are read: by a sender's preset (by guess without one), and what is put where a row
    names no district or no known category. Categories are told by `scheme` if it names one.
    """

    preset: str = ""
    district: str = ""
    fallback: str = ""
    scheme: str = ""


def bring_in(desk: Desk, file: Path, how: Reading, dry: bool) -> tuple[intake.Plan, intake.Outcome]:
    """Read one list and, unless `dry`, write it in one transaction."""
    known = desk.ask_now(presets.every)
    sheet, told = intake.read_file(file, known)
    if how.preset:
        told = desk.ask_now(presets.named, how.preset).for_titles(sheet.titles)
    told = replace(
        told,
        district=how.district or told.district,
        fallback=how.fallback or told.fallback,
        scheme=how.scheme or told.scheme,
    )
    plan = intake.plan(file.name, sheet, told, desk.ask_now(intake.terms))
    outcome = desk.ask_now(intake.judge, plan)
    if not dry and outcome.added:
        numbers, _ = desk.do_now(intake.reserve, outcome.added)
        outcome, _ = desk.do_now(intake.carry_out, plan, numbers)
    return plan, outcome


def look(desk: Desk, folder: Path, how: Reading, say: Say) -> list[dict[str, Any]]:
    """Bring in every file that lies in the folder and is whole; what became of each.

    A file that was read goes to 已导入 with what was told of it beside it and its refused rows as a
    workbook; one that could not be goes to 未能导入 with the reason. A database that is away leaves
    the files where they are.
    """
    told = []
    for file in sorted(folder.iterdir()):
        try:
            if file.suffix.lower() in SUFFIXES and file.is_file() and _is_whole(file):
                told.append({"file": file.name, **_take(desk, file, how, say)})
        except (LinkLost, Conflict) as error:
            if isinstance(error, LinkLost):
                raise
            told.append({"file": file.name, "error": say(error)})  # tried again with the next look
        except OSError as error:  # open in Excel, or gone: it is looked at again
            told.append({"file": file.name, "error": f"{file.name}: {error.strerror}"})
    return told


def _take(desk: Desk, file: Path, how: Reading, say: Say) -> dict[str, Any]:
    """Bring one file in and put it away with what is to be said of it."""
    stamp = datetime.now(CITY).strftime("%Y%m%d-%H%M%S")
    try:
        plan, outcome = bring_in(desk, file, how, dry=False)
    except (LinkLost, Conflict):
        raise
    except Refusal as refusal:
        target = _put_away(file, file.parent / BROKEN, stamp)
        _beside(target, ".txt").write_text(say(refusal) + "\n", encoding="utf-8")
        return {"error": say(refusal)}
    target = _put_away(file, file.parent / DONE, stamp)
    report = outcome.told(say)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    _beside(target, ".json").write_text(text, encoding="utf-8")
    if plan.refused:
        intake.write_refused(plan, _beside(target, "-未收行.xlsx"), say)
    return report


def watch(
    desk: Desk, folder: Path, how: Reading, say: Say, tell: Callable[[dict[str, Any]], None],
    each: float, once: bool,
) -> None:  # fmt: skip
    """Look again and again; `tell` hears of every file. Ends after the first look if `once`."""
    if not folder.is_dir():
        raise Refusal("没有这个目录：{folder}", folder=folder)
    while True:
        try:
            for one in look(desk, folder, how, say):
                tell(one)
        except LinkLost as lost:
            if once:
                raise
            tell({"file": "", "error": say(lost)})
        if once:
            return
        time.sleep(each)


def _is_whole(file: Path) -> bool:
    return time.time() - file.stat().st_mtime >= QUIET_S


def _put_away(file: Path, folder: Path, stamp: str) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / f"{stamp}-{file.name}"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{stamp}-{number}-{file.name}"
    return file.rename(target)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(f"{file.name}{ending}")
