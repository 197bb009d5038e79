"""`ftprices dev`: Dagster's UI and daemon on this installation, the hourly schedule on."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from pipeline import terminal
from pipeline.settings import REPOSITORY, Settings

DAGSTER_YAML = """\
# Written by ftprices: an embedded instance with SQLite storage, one run at a time.
nux:
  enabled: false
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
retention:
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days:
      skipped: 7
      started: 30
      success: 30
      failure: 90
"""


def prepare_dagster_home(home: Path) -> dict[str, str]:
    """Dagster's folder with its settings; the environment that goes with it. Telemetry is off in both."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.is_file() or settings.read_text(encoding="utf-8") != DAGSTER_YAML:
        settings.write_text(DAGSTER_YAML, encoding="utf-8")
    return {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}


def use_dagster_home(home: Path) -> None:
    """Make this process use Dagster's folder."""
    os.environ.update(prepare_dagster_home(home))


def dev_command(settings: Settings, *, port: int) -> None:
    """Become `dagster dev`."""
    environment = os.environ | prepare_dagster_home(settings.dagster_home)
    environment |= {
        "FTPRICES_HOME": str(settings.home),
        "FTPRICES_SITE": str(settings.site),
        "FTPRICES_SITE_URL": settings.site_url,
        "FTPRICES_DEMO": "1" if settings.is_demo else "",
    }
    # `dagster dev` copies the handler of SIGINT to SIGTERM: started in the background with SIGINT ignored, it could
    # not be stopped at all.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    terminal.say(f"Dagster's UI: http://127.0.0.1:{port}/ (state in {settings.home})")
    program = str(Path(sys.executable).with_name("dagster"))
    os.chdir(REPOSITORY)
    os.execve(  # noqa: S606 - our own program, our own words
        program,
        [program, "dev", "--module-name", "pipeline.definitions", "--host", "127.0.0.1", "--port", str(port)],
        environment,
    )
