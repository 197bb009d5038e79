"""Running `ftprices` as a person does: another process, its own state, its exit code and what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Installation:
    """A state folder and a site of its own."""

    home: Path
    site: Path
    is_demo: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """The environment the program sees: this installation and nothing of the machine's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FTPRICES_", "DAGSTER_"))}
        return kept | {"FTPRICES_HOME": str(self.home), "FTPRICES_SITE": str(self.site)}

    def command(self, *words: str) -> list[str]:
        """The words of a command; the demonstration's flag goes behind."""
        return [sys.executable, "-m", "pipeline", *words, *(["--demo"] if self.is_demo else [])]

    def say(self, *words: str, stdin: str | None = None) -> Said:
        """Run one command."""
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            input=stdin,
            env=self.environment,
            timeout=900,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)
