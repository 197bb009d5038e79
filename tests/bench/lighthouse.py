"""Lighthouse over five kinds of page of the built site, on loopback: scores as a table, 1 where one is too low.

By hand (`make lighthouse`), never in CI: performance on a shared machine jitters. Chromium is CHROME_PATH.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parent.parent.parent
CLI = ROOT / "tools" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROME = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
PAGES = ("", "models/openai/gpt-4.1-2025-04-14/", "providers/openai/", "markup/", "compare/")
LEAST = 95
SKIPPED = "is-crawlable"  # a demonstration asks not to be indexed


class Packing(SimpleHTTPRequestHandler):
    """Files as hosts of static sites send them: text is packed."""

    def send_head(self) -> BinaryIO | None:
        """The head, and the content behind it."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        kind = self.guess_type(str(file))
        if not file.is_file() or not kind.startswith(("text/", "application/j", "image/svg")):
            return super().send_head()
        content = gzip.compress(file.read_bytes(), mtime=0)
        self.send_response(200)
        for name, value in {
            "Content-Type": kind,
            "Content-Encoding": "gzip",
            "Content-Length": str(len(content)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        return io.BytesIO(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def scores(url: str) -> dict[str, int]:
    """The four scores of one page, 0 to 100. Raises CalledProcessError."""
    done = subprocess.run(
        [shutil.which("node") or "node", str(CLI), url, "--quiet", "--output=json", f"--skip-audits={SKIPPED}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"],
        capture_output=True, text=True, check=True, timeout=180, env={**os.environ, "CHROME_PATH": CHROME},
    )  # fmt: skip
    return {name: round((found["score"] or 0) * 100) for name, found in json.loads(done.stdout)["categories"].items()}


def main() -> int:
    """Print the table."""
    site = Path(os.environ.get("FTPRICES_SITE", ROOT / "site" / "dist"))
    if not (site / "index.html").is_file():
        print(f"{site} holds no site: make demo first")
        return 2
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Packing, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lowest = 100
    for path in PAGES:
        found = scores(f"http://127.0.0.1:{server.server_port}/{path}")
        lowest = min(lowest, *found.values())
        print(f"/{path:<40}" + "  ".join(f"{name} {score:3}" for name, score in found.items()), flush=True)
    server.shutdown()
    server.server_close()
    return int(lowest < LEAST)


if __name__ == "__main__":
    sys.exit(main())
