"""The reading endpoint of Open311 GeoReport v2: off unless it is started, loopback unless told."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import typer

from app.commands.parts import As, Database, cli, desk_as, say
from app.domain.errors import LinkLost, Refusal

TOKEN = "ZHISHOU_OPEN311_TOKEN"
LEAST_TOKEN, MOST_PAGES = 16, 1000
ROOTS = {"services": ("services", "service"), "requests": ("service_requests", "request")}
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}

Ask = Callable[..., Any]
"""Asks a question of the desk: a function of a Work, and what it is given."""


class Endpoint(ThreadingHTTPServer):
    """Answers GET with a token; one question at a time goes to the database."""

    daemon_threads = True

    def __init__(self, host: str, port: int, token: str, ask: Ask) -> None:
        super().__init__((host, port), Answer)
        self.token, self._ask, self._one = token, ask, Lock()

    def ask(self, question: Callable[..., Any], *given: Any) -> Any:
        with self._one:
            return self._ask(question, *given)


class Answer(BaseHTTPRequestHandler):
    """One request of a client."""

    server: Endpoint
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell what was asked for; errors in the shape of the specification."""
        try:
            parts = urlsplit(self.path)
        except ValueError:
            self._error(HTTPStatus.BAD_REQUEST, "URL", "json")
            return
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        path, _, form = unquote(parts.path).strip("/").rpartition(".")
        form = form if form in TYPES else "json"
        if not self._may(given):
            self._error(HTTPStatus.FORBIDDEN, "api_key 缺失或不对 / wrong or missing api_key", form)
            return
        try:
            root, told = self._told(path, given)
        except LinkLost as lost:
            self._error(HTTPStatus.SERVICE_UNAVAILABLE, str(lost), form)
        except (Refusal, ValueError, OverflowError) as error:
            status = (
                HTTPStatus.BAD_REQUEST if not isinstance(error, Refusal) else HTTPStatus.NOT_FOUND
            )
            self._error(status, str(error), form)
        else:
            self._send(HTTPStatus.OK, *ROOTS[root], told, form)

    def _told(self, path: str, given: dict[str, str]) -> tuple[str, list[dict[str, Any]]]:
        from app.services import open311

        match path.split("/"):
            case ["services"]:
                return "services", self.server.ask(open311.services)
            case ["services", code]:
                every = self.server.ask(open311.services)
                found = [one for one in every if one["service_code"] == code]
                if not found:
                    raise Refusal("没有这个类别")
                return "services", found
            case ["requests"] if numbers := given.get("service_request_id"):
                wanted = numbers.split(",")[:50]
                return "requests", [self.server.ask(open311.request, one) for one in wanted]
            case ["requests"]:
                return "requests", self.server.ask(open311.requests, read_query(given))
            case ["requests", number]:
                return "requests", [self.server.ask(open311.request, number)]
        raise Refusal("没有这个地址")

    def _may(self, given: dict[str, str]) -> bool:
        told = given.get("api_key") or self.headers.get("Authorization") or ""
        return hmac.compare_digest(
            told.removeprefix("Bearer ").encode(), self.server.token.encode()
        )

    def _error(self, status: HTTPStatus, words: str, form: str) -> None:
        told = [{"code": int(status), "description": words}]
        self._send(status, "errors", "error", told, form)

    def _send(
        self, status: HTTPStatus, root: str, name: str, told: list[dict[str, Any]], form: str
    ) -> None:
        body = (
            json.dumps(told, ensure_ascii=False).encode()
            if form == "json"
            else (as_xml(root, name, told))
        )
        self.send_response(status)
        self.send_header("Content-Type", TYPES[form])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses carry the token: nothing is written."""


def read_query(given: dict[str, str]) -> Any:
    """The query of a request; ValueError where a date or number is none."""
    from app.services.open311 import CLOSED, MOST_ROWS, OPEN, Query

    statuses = frozenset(filter(None, given.get("status", "").split(",")))
    if not statuses <= {OPEN, CLOSED}:
        raise ValueError("status: open, closed")
    page, size = int(given.get("page", "1")), int(given.get("page_size", str(MOST_ROWS)))
    if not 1 <= page <= MOST_PAGES or not 1 <= size <= MOST_ROWS:
        raise ValueError(f"page 1..{MOST_PAGES}, page_size 1..{MOST_ROWS}")
    return Query(
        given.get("service_code", ""),
        statuses,
        _time(given.get("start_date")),
        _time(given.get("end_date")),
        _time(given.get("updated_after")),
        page,
        size,
    )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    if at.tzinfo is None:
        raise ValueError(f"{text}: a time needs its zone (W3C: 2026-11-25T08:30:00+08:00)")
    return at


def as_xml(root: str, name: str, told: list[dict[str, Any]]) -> bytes:
    """The same as the specification's XML; characters that XML has no place for are left out."""
    tree = ElementTree.Element(root)
    for one in told:
        element = ElementTree.SubElement(tree, name)
        for key, value in one.items():
            text = (
                ""
                if value is None
                else str(value).lower()
                if value in (True, False)
                else str(value)
            )
            child = ElementTree.SubElement(element, key)
            child.text = "".join(char for char in text if char >= " " or char in "\t\n\r")
    coded: bytes = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return coded


@cli.command("open311")
def serve_open311(
    acting: As,
    host: Annotated[
        str, typer.Option("--host", help="监听地址 / address to listen on")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口 / port")] = 8311,
    database: Database = None,
) -> None:
    """Open311 只读接口，令牌读自 ZHISHOU_OPEN311_TOKEN / Open311 GeoReport v2, reading only."""
    token = os.environ.get(TOKEN, "")
    if len(token) < LEAST_TOKEN:
        raise Refusal("请用 {name} 设置至少 {n} 个字符的令牌", name=TOKEN, n=LEAST_TOKEN)
    desk = desk_as(acting, database)
    try:
        with Endpoint(host, port, token, desk.ask_now) as server:
            say(f"Open311: http://{host}:{server.server_address[1]}/requests.json")
            server.serve_forever()
    except KeyboardInterrupt:
        say("已停止 / stopped")
    finally:
        desk.close()
