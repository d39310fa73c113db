"""The files the program carries, found from the source tree and from the shipped program alike."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.place import District, Subdistrict


def resource(name: str) -> Path:
    """The path of a file below `resources/`."""
    base = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    return base / "resources" / name


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV resource; lines that begin with # tell its source."""
    with resource(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def districts() -> tuple[District, ...]:
    """The city's districts with their generalised outlines."""
    told: dict[str, Any] = json.loads(resource("map/districts.geojson").read_text("utf-8"))
    return tuple(
        District(
            str(feature["properties"]["adcode"]),
            feature["properties"]["name"],
            tuple(_rings(feature["geometry"])),
            (feature["properties"]["label_lon"], feature["properties"]["label_lat"]),
        )
        for feature in told["features"]
    )


def _rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        for ring in polygon:
            yield [(lon, lat) for lon, lat, *_ in ring]


@cache
def water() -> tuple[list[tuple[float, float]], ...]:
    """Banks of rivers and estuaries, as lines of (lon, lat)."""
    told: dict[str, Any] = json.loads(resource("map/water.geojson").read_text("utf-8"))
    lines: list[list[tuple[float, float]]] = []
    for feature in told["features"]:
        geometry = feature["geometry"]
        if geometry["type"] == "LineString":
            lines.append([(lon, lat) for lon, lat, *_ in geometry["coordinates"]])
        else:
            lines.extend(_rings(geometry))
    return tuple(lines)


@cache
def subdistricts() -> tuple[Subdistrict, ...]:
    """The city's subdistricts and towns."""
    return tuple(
        Subdistrict(row["street_code9"], row["street"], row["district_code"])
        for row in table("map/subdistricts.csv")
    )
