"""`ftprices serve`: the built site on this machine, with the headers its `_headers` file asks a host for."""

from __future__ import annotations

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from pipeline import terminal
from pipeline.errors import CommandError, NothingRead
from pipeline.settings import Settings


class SiteHandler(SimpleHTTPRequestHandler):
    """Files of the site, the site's own 404 page, its headers, and nothing that begins with a dot."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".atom": "application/atom+xml",
        ".json": "application/json",
        ".md": "text/markdown; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",
        ".duckdb": "application/octet-stream",
        ".csv": "text/csv; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing for each request; errors reach the browser."""

    def send_head(self) -> object:  # type: ignore[override]  # typeshed's union of streams adds nothing here
        """Refuse hidden files, however their names are spelled, and what is the name of no file at all."""
        try:
            path = unquote(self.path.partition("?")[0], errors="strict")
        except UnicodeDecodeError:
            self.send_error(400)
            return None
        if "\0" in path:
            self.send_error(400)
            return None
        if any(part.startswith(".") for part in path.split("/")):
            self.send_error(404)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:
        """No folder is listed: a host of static files would not do it either."""
        del path
        self.send_error(404)

    def end_headers(self) -> None:
        """Add what `_headers` says for this path; a request that was not understood has none."""
        path = unquote(getattr(self, "path", "/").partition("?")[0])
        for name, value in site_headers(Path(self.directory), path):
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@functools.lru_cache(maxsize=4)
def _rules(site: Path, _written: float) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    rules: list[tuple[str, list[tuple[str, str]]]] = []
    for line in (site / "_headers").read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            rules.append((line.strip(), []))
        elif ":" in line and rules and not line.lstrip().startswith("#"):
            name, _, value = line.strip().partition(":")
            rules[-1][1].append((name.strip(), value.strip()))
    return tuple((path, tuple(headers)) for path, headers in rules)


def site_headers(site: Path, path: str) -> list[tuple[str, str]]:
    """The headers that the site's `_headers` file gives a path: `/*` and `/folder/*` match as prefixes."""
    try:
        rules = _rules(site, (site / "_headers").stat().st_mtime)
    except OSError:
        return []
    return [
        header
        for pattern, headers in rules
        for header in headers
        if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1]))
    ]


def make_server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server for a folder, on the loopback address only."""
    handler = functools.partial(SiteHandler, directory=str(site))
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def serve_command(settings: Settings, *, port: int) -> None:
    """Serve until interrupted."""
    if not (settings.site / "index.html").is_file():
        raise NothingRead(
            f"no site is built at {settings.site}; run `make demo`, `ftprices run` or `ftprices build` first"
        )
    try:
        server = make_server(settings.site, port)
    except OSError as error:
        raise CommandError(f"port {port} cannot be had ({error.strerror}); choose another with --port") from error
    with server:
        terminal.say(f"the site is at http://127.0.0.1:{server.server_address[1]}/ (Ctrl-C stops it)")
        server.serve_forever()
