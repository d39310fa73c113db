"""How senders write their lists: the presets that are shipped, and those that were saved."""

from __future__ import annotations

import json

from app.domain.coordinates import System
from app.domain.errors import Refusal
from app.domain.order_columns import PRESETS, Preset, missing
from app.domain.people import ONLOOKERS
from db.unit_of_work import Work


def every(work: Work) -> list[Preset]:
    """Saved ones first: they know the sender better."""
    saved = work.batches.presets()
    kept = [_read(name, told) for name, told in sorted(saved.items())]
    return kept + [preset for preset in PRESETS if preset.name not in saved]


def named(work: Work, name: str) -> Preset:
    """The preset of this name; a Refusal that tells the names there are."""
    for preset in every(work):
        if preset.name == name:
            return preset
    names = "、".join(preset.name for preset in every(work))
    raise Refusal("没有预设“{name}”，现有：{names}", name=name, names=names)


def save(work: Work, preset: Preset) -> None:
    """Keep how a sender writes; one of the same name is replaced."""
    if work.by.role in ONLOOKERS:
        raise Refusal("您的岗位不能保存导入预设")
    if not preset.name.strip():
        raise Refusal("请填写来文单位的名称")
    if lacking := missing(preset.columns):
        raise Refusal("还没有指定这些列：{columns}", columns="、".join(lacking))
    told = {
        "columns": dict(preset.columns),
        "system": preset.system.value,
        "month_first": preset.month_first,
        "category_words": dict(preset.category_words),
        "fallback": preset.fallback,
        "district": preset.district,
        "scheme": preset.scheme,
    }
    work.batches.put_preset(preset.name.strip()[:60], json.dumps(told, ensure_ascii=False))


def _read(name: str, content: str) -> Preset:
    told = json.loads(content)
    return Preset(
        name,
        told["columns"],
        System(told["system"]),
        told["month_first"],
        told["category_words"],
        told["fallback"],
        told["district"],
        told.get("scheme", ""),  # presets of before there were any
    )
