"""The demonstration's internet: a loopback web server that serves each page as it was recorded by a given day.

Belongs here: which recording is served when, and serving it. Does not belong here: the clock and the ticks of the
demonstration, and fetching, which goes through the real fetcher with `DemoServer.local_url` in place of the address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from scrapers.catalog import PageRow

MOST_DATES = 36
FAILS_IN_THE_DEMO = frozenset({"_example"})  # of real sellers only what they did serve is played

_CONTENT_TYPES = {
    "html": "text/html",
    "md": "text/markdown",
    "json": "application/json",
    "csv": "text/csv",
    "yml": "text/plain",
    "jsonl": "text/plain",
}
# "pricing-2026-08-27.html", "pricing-2026-09-12.fails.html", "deprecations-2026-07-15.test.md"
_RECORDING = re.compile(
    rf"(?P<page>\w+)-(?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?P<mark>\.fails|\.test)?\.(?P<kind>{'|'.join(_CONTENT_TYPES)})"
)
_ROBOTS = b"User-agent: *\nAllow: /\n"


def recorded_dates(recordings: Path, rows: Iterable[PageRow]) -> list[date]:
    """The days of all recordings that can be played, oldest first; of more than 36 days the newest 36.

    What was recorded before the first of them is still served on it, so no page is lost, only its earlier days.
    """
    return sorted({day for row in rows for day, _ in _playable(recordings, row)})[-MOST_DATES:]


def recording_for(recordings: Path, row: PageRow, day: date) -> Path | None:
    """The newest recording of a page that is not later than `day`; None before its first."""
    return max((found for found in _playable(recordings, row) if found[0] <= day), default=(day, None))[1]


def is_recorded(recordings: Path, row: PageRow, after: date | None, until: date) -> bool:
    """Whether a page was recorded in the days after `after` up to `until`: on other days nobody saw it, and neither
    does the demonstration."""
    return any((after is None or after < day) and day <= until for day, _ in _playable(recordings, row))


def _playable(recordings: Path, row: PageRow) -> Iterator[tuple[date, Path]]:
    for path in sorted((recordings / row.provider).glob("*")):
        name = _RECORDING.fullmatch(path.name)
        if name is None or name["page"] != row.page or name["mark"] == ".test":
            continue
        if name["mark"] is None or row.provider in FAILS_IN_THE_DEMO:
            yield date.fromisoformat(name["day"]), path


class DemoServer:
    """Serves the catalogue's pages on 127.0.0.1 as they stood on `day`, which may be set at any time; at first, the newest.

    Use it in a `with` block. A page is at /<host>/<path>; before its first recording it is a 404.
    """

    def __init__(self, recordings: Path, rows: Iterable[PageRow], day: date = date.max) -> None:
        self.recordings = recordings
        self.day = day
        self._rows = {_path_of(row.url): row for row in rows}
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.demo = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="demo-server")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None and self._thread is not None  # noqa: S101, PT018 - only left after entering
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def local_url(self, real_url: str) -> str:
        """The loopback address that stands for an address of the real internet."""
        if self._server is None:
            raise RuntimeError("the demonstration's server runs inside a `with` block only")
        return f"http://127.0.0.1:{self._server.server_port}{_path_of(real_url)}"

    def content_at(self, path: str) -> tuple[bytes, str] | None:
        """The body and content type at a local path on `day`; None where nothing is served."""
        if path == "/robots.txt" or (path.count("/") == 2 and path.endswith("/robots.txt")):
            return _ROBOTS, "text/plain; charset=utf-8"
        row = self._rows.get(path)
        recording = recording_for(self.recordings, row, self.day) if row else None
        if recording is None:
            return None
        return recording.read_bytes(), f"{_CONTENT_TYPES[recording.suffix[1:]]}; charset=utf-8"


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"/{parts.netloc}{parts.path or '/'}{query}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing the server waits for its threads: none is left behind
    demo: DemoServer


class _Handler(BaseHTTPRequestHandler):
    timeout = 5  # seconds; a client that connects and says nothing does not hold the shutdown for longer
    server: _Server

    def do_GET(self) -> None:
        found = self.server.demo.content_at(self.path)
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, b"nothing was recorded here by this day\n", {})
            return
        body, content_type = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        known = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        if etag in known:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", {"ETag": etag})
        else:
            self._answer(HTTPStatus.OK, body, {"ETag": etag, "Content-Type": content_type})

    def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the demonstration prints what moved, not its own requests."""
