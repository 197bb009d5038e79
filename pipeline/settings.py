"""Where things are: the only reader of environment variables and of the repository's own paths."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDINGS = REPOSITORY / "scrapers" / "recordings"
GOLDEN = REPOSITORY / "tests" / "golden"
TEMPLATES = REPOSITORY / "templates"
COMPILED_TEMPLATES = REPOSITORY / ".cache" / "templates"
STATIC = REPOSITORY / "site" / "static"
CONSOLE = REPOSITORY / "site" / "console" / "dist"
"""What `make sql-console` makes: DuckDB for the browser. A copy without it is whole but for the console."""
EXAMPLE_ALERTS = REPOSITORY / "alerts.example.yaml"
DOWNLOADS = "data"
"""The folder of downloads inside the site."""


class SettingsError(Exception):
    """An environment variable holds something that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation: its state, its site and whose prices it holds."""

    home: Path
    site: Path
    site_url: str
    is_demo: bool = False
    alerts: Path = EXAMPLE_ALERTS

    @property
    def has_example_alerts(self) -> bool:
        """Whether nobody wrote rules of their own: the shipped example stands in."""
        return self.alerts == EXAMPLE_ALERTS

    @property
    def warehouse(self) -> Path:
        """The DuckDB file with the facts and what is derived from them."""
        return self.home / "warehouse.duckdb"

    @property
    def archive(self) -> Path:
        """The folder of page bodies, content-addressed."""
        return self.home / "archive"

    @property
    def looks(self) -> Path:
        """The spool of looks that were taken and are not in the warehouse yet."""
        return self.home / "looks"

    @property
    def dagster_home(self) -> Path:
        """The folder of Dagster's own storage."""
        return self.home / "dagster"

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds: one run at a time."""
        return self.home / "run.lock"

    @property
    def published(self) -> Path:
        """The folder of downloads inside the site."""
        return self.site / DOWNLOADS

    @property
    def published_database(self) -> Path:
        """The read-only copy that readers, the terminal tables and `ftprices sql` open."""
        return self.published / "prices.duckdb"


def is_demo_process(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `ftprices dev --demo` started this process: Dagster loads the definitions without our flags."""
    return bool(environment.get("FTPRICES_DEMO"))


def variables() -> Mapping[str, str]:
    """The environment, for the names that alerts.yaml holds."""
    return os.environ


def is_debugging(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a fault of the program is told with its traceback."""
    return bool(environment.get("FTPRICES_DEBUG"))


def _is_whole_address(text: str) -> bool:
    """A scheme, a host and perhaps a port and a folder: pages and feeds are named by what is put behind it."""
    try:
        parts = urlsplit(text)
        is_a_place = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        is_a_place = is_a_place and "@" not in parts.netloc  # a name and a password would be printed on every page
    except ValueError:  # "http://[::1", "http://example.org:99999/"
        return False
    return is_a_place and text.isprintable() and not {*" ?#"} & {*text}


def _path(variable: str, text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # "~somebody/x"
        raise SettingsError(f"{variable} is {text!r}; this machine has no such user, write the whole path") from error


def read_settings(*, is_demo: bool = False, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises SettingsError in one line that names the variable."""
    home = environment.get("FTPRICES_HOME") or ("data/demo" if is_demo else "data")
    site = environment.get("FTPRICES_SITE") or str(REPOSITORY / "site" / "dist")
    site_url = environment.get("FTPRICES_SITE_URL") or "http://127.0.0.1:8000/"
    if not _is_whole_address(site_url):
        raise SettingsError(
            f"FTPRICES_SITE_URL is {site_url!r}; it must be a whole address such as https://example.org/"
        )
    if not site_url.endswith("/"):
        site_url += "/"
    base = REPOSITORY if "FTPRICES_HOME" not in environment else Path.cwd()
    alerts = REPOSITORY / "alerts.yaml"
    if named := environment.get("FTPRICES_ALERTS"):  # a file that is named and not there is a fault, not the example
        alerts = _path("FTPRICES_ALERTS", named).resolve()
    elif not alerts.is_file():
        alerts = EXAMPLE_ALERTS
    return Settings(
        home=(base / _path("FTPRICES_HOME", home)).resolve(),
        site=_path("FTPRICES_SITE", site).resolve(),
        site_url=site_url,
        is_demo=is_demo,
        alerts=EXAMPLE_ALERTS if is_demo else alerts,
    )
