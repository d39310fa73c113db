"""What this desk is told from outside: read once, from a file and the environment."""

from __future__ import annotations

import os
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from app.domain.errors import Refusal
from app.domain.evidence import LONGEST_RING_S, RING_S
from app.domain.network import PRIVATE, Networks


@dataclass(frozen=True)
class Settings:
    """Where things are and what this desk is called."""

    home: Path
    database: str
    desk: str
    language: str = "zh"
    idle_lock_minutes: float = 10
    evidence_store: str = ""
    """Where all desks' evidence comes together: a folder, a share, s3://bucket/prefix; empty: only
    on this desk."""

    evidence_endpoint: str = ""
    """The end point of a bucket that is not Amazon's."""

    ring_seconds: float = RING_S
    """How far back replay and evidence reach."""

    camera_networks: tuple[str, ...] = PRIVATE
    """Where cameras may stand, as CIDR; nothing outside is ever opened."""

    @property
    def is_new(self) -> bool:
        """Whether the embedded database of these settings has not been made yet."""
        head = "sqlite:///"
        return self.database.startswith(head) and not Path(self.database[len(head) :]).exists()

    @property
    def evidence(self) -> Path:
        """The folder of stills and clips."""
        return self.home / "evidence"

    @property
    def drafts(self) -> Path:
        """The folder of forms that were not sent yet."""
        return self.home / "drafts"

    @property
    def pending(self) -> Path:
        """Records of evidence that are not in the database yet."""
        return self.home / "pending"

    @property
    def uploads(self) -> Path:
        """What still has to be copied to the evidence store."""
        return self.home / "uploads"

    @property
    def fetched(self) -> Path:
        """Other desks' evidence that was looked at here."""
        return self.home / "fetched"

    @property
    def logs(self) -> Path:
        return self.home / "logs"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from ``settings.toml`` in the data folder; the environment has the last word.

    ZHISHOU_HOME names the data folder, ZHISHOU_DATABASE the database's URL, ZHISHOU_DESK the name
    under which this desk signs, ZHISHOU_LANG the language (zh or en), ZHISHOU_CAMERA_NETWORKS the
    networks that cameras may stand in, separated by commas; ZHISHOU_RING_SECONDS how far back
    replay and evidence reach (30 to 600); ZHISHOU_EVIDENCE_STORE and ZHISHOU_EVIDENCE_ENDPOINT
    where all desks' evidence comes together.
    """
    told = environment.get("ZHISHOU_HOME")
    home = Path(told).expanduser().absolute() if told else user_data_path("zhishou")
    file = _read_file(home / "settings.toml")

    def setting(name: str, default: str) -> str:
        return environment.get(f"ZHISHOU_{name.upper()}") or str(file.get(name, default))

    minutes = setting("idle_lock_minutes", "10")
    try:
        idle = float(minutes)
    except ValueError:
        raise Refusal("idle_lock_minutes 应为分钟数，现在是“{text}”", text=minutes) from None
    seconds = setting("ring_seconds", str(RING_S))
    try:
        ring = float(seconds)
    except ValueError:
        ring = 0.0
    if not RING_S <= ring <= LONGEST_RING_S:
        raise Refusal("ring_seconds 应为 30 到 600 之间的秒数，现在是“{text}”", text=seconds)
    return Settings(
        camera_networks=_networks(environment, file),
        home=home,
        database=setting("database", f"sqlite:///{home / 'zhishou.db'}"),
        desk=setting("desk", socket.gethostname()),
        language=setting("lang", "zh"),
        idle_lock_minutes=idle,
        ring_seconds=ring,
        evidence_store=setting("evidence_store", ""),
        evidence_endpoint=setting("evidence_endpoint", ""),
    )


def _networks(environment: Mapping[str, str], file: Mapping[str, Any]) -> tuple[str, ...]:
    told = environment.get("ZHISHOU_CAMERA_NETWORKS") or file.get("camera_networks", PRIVATE)
    listed = told.split(",") if isinstance(told, str) else told
    return Networks(str(one).strip() for one in listed).told


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("配置文件 {path} 写错了：{error}", path=path, error=error) from error
