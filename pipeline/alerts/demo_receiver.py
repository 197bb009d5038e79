"""The demonstration's channels: a mailbox in its state folder, and a webhook on loopback that checks signatures.

The webhook is a receiver as a reader would write one: it refuses what is not signed, drops what it has by its id,
and keeps one line of JSON a message. It asks no time: the demonstration's clock stands at a recorded date.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

KEY = b"the demonstration keeps no secret"
MOST_BYTES = 4_000_000


@contextmanager
def demo_channels(home: Path) -> Iterator[Mapping[str, str]]:
    """The variables of the shipped rules, for as long as the receiver runs."""
    folder = home / "alerts"
    server = _Receiver(folder / "webhook.jsonl")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield {
            "ALERTS_MAILBOX": str(folder / "mailbox"),
            "ALERTS_HOOK_URL": f"http://127.0.0.1:{server.server_address[1]}/alerts",
            "ALERTS_HOOK_SECRET": f"whsec_{base64.b64encode(KEY).decode()}",
        }
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Receiver(ThreadingHTTPServer):
    def __init__(self, file: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        self.taken = {json.loads(line)["id"] for line in lines}

    def take(self, message_id: str, body: bytes) -> None:
        if message_id in self.taken:
            return
        self.taken.add(message_id)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        line = {"id": message_id, "signature": "verified", "message": json.loads(body)}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), MOST_BYTES))
        message_id = self.headers.get("webhook-id") or ""
        signed = b".".join((message_id.encode(), (self.headers.get("webhook-timestamp") or "").encode(), body))
        expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        given = (self.headers.get("webhook-signature") or "").split()
        if not any(hmac.compare_digest(expected, one) for one in given):
            self.send_error(HTTPStatus.UNAUTHORIZED)
            return
        self.server.take(message_id, body)
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass
