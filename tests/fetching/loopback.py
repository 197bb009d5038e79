"""A loopback server that does everything servers do, faults included. A route is a function of a request's handler."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scrapers.fetch import FetchRequest

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
PAGE = b"<!doctype html><html><head><title>Pricing</title></head><body>$3.00 / 1M tokens</body></html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 3

    def do_GET(self):
        site = self.server.site
        site.seen.append((self.path, dict(self.headers)))
        route = site.routes.get(self.path)
        if route is None and self.path.endswith("/robots.txt"):
            route = says(404)
        (route or says(404))(self)

    def log_message(self, *args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request, client_address):
        """A client that hangs up on a faulty answer is what these tests are about."""


class Site:
    """A loopback server: a route is a function of the request's handler; what was asked is in `seen`."""

    def __init__(self, server):
        self.server = server
        self.routes: dict[str, Callable] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.is_closing = threading.Event()

    def url(self, path="/pricing", host="127.0.0.1"):
        return f"http://{host}:{self.server.server_port}{path}"

    def rewrite(self, url):
        """The demonstration's mapping: https://host/path is /host/path here."""
        return self.url("/" + url.partition("://")[2])

    def asked(self, path="/pricing"):
        return [headers for seen, headers in self.seen if seen == path]


@contextmanager
def running_site() -> Iterator[Site]:
    server = Server(("127.0.0.1", 0), Handler)
    site = server.site = Site(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        site.is_closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def says(status=200, body=b"", **headers):
    """A route that answers plainly; `_` in a header's name stands for `-`."""

    def route(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if status not in {204, 304} and not any(name.lower() == "content_length" for name in headers):
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return route


def page(body=PAGE, content_type="text/html; charset=utf-8", **headers):
    return says(200, body, **({"Content_Type": content_type} if content_type else {}), **headers)


def in_turn(*routes):
    """The first route for the first request, and so on; the last one for all that follow."""
    left = itertools.chain(routes, itertools.repeat(routes[-1]))
    return lambda handler: next(left)(handler)  # noqa: PLW0108 - the next one is for the next request


def ask(url, *media_types, **fields):
    return FetchRequest(url=url, media_types=media_types or ("text/html",), **fields)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resets(handler):
    """Cut the connection with a reset."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
