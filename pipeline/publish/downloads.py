"""The downloads beside the site, as the `/data/` page lists them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.export import README_WORDS
from warehouse.tables import tables

_WORDS = {
    "prices.duckdb": "Everything as one DuckDB database: opens in DuckDB 1.2 and newer, and in the browser build",
    "prices.parquet": "The price history as one Parquet file",
    "prices.metadata.json": "Which tables there are, of which state, and the hashes of both files",
    "SHA256SUMS": "The sha256 of every other file here, for sha256sum -c",
}
ALERTS_SCHEMA = "alerts.schema.json"
"""The grammar of alerts.yaml stands among the downloads and is none: the site writes it."""
_COLUMNS = "metadata"
_KINDS = {
    "duckdb": "DuckDB",
    "parquet": "Parquet",
    "csv": "CSV",
    "json": "JSON",
    "metadata.json": _COLUMNS,
    "md": "text",
    "txt": "text",
    "": "text",
}


@dataclass(frozen=True, kw_only=True)
class DownloadFile:
    """One file under `data/`; `path` is relative to the site, `size` in bytes."""

    path: str
    size: int
    sha256: str  # "" for the database: its bytes differ between two copies of the same rows

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def table(self) -> str:
        """The table it holds, or its own name."""
        return self.name.partition(".")[0]

    @property
    def kind(self) -> str:
        """The format in a word."""
        return _KINDS.get(self.name.partition(".")[2], self.name.rpartition(".")[2].upper())

    @property
    def words(self) -> str:
        """What is in it, of a file that is no table."""
        return _WORDS.get(self.name, "")


@dataclass(frozen=True, kw_only=True)
class DownloadTable:
    """One table with its copies, and the file that describes its columns."""

    name: str
    words: str
    copies: dict[str, DownloadFile]  # by the format in a word
    columns: DownloadFile | None


def whole_files(files: Sequence[DownloadFile]) -> list[DownloadFile]:
    """What holds everything at once, and what checks it."""
    return [file for file in files if file.name in _WORDS]


def tables_of(files: Sequence[DownloadFile]) -> list[DownloadTable]:
    """Every table that has files of its own, by name."""
    words = {table.name.removeprefix("pub."): table.description for table in tables()} | {"readme": README_WORDS}
    listed: dict[str, dict[str, DownloadFile]] = {}
    for file in files:
        if file.name not in _WORDS:
            listed.setdefault(file.table, {})[file.kind] = file
    return [
        DownloadTable(
            name=name,
            words=words.get(name, ""),
            copies={kind: file for kind, file in copies.items() if kind != _COLUMNS},
            columns=copies.get(_COLUMNS),
        )
        for name, copies in sorted(listed.items())
    ]


def files_in(site: Path, folder: str = "data") -> tuple[DownloadFile, ...]:
    """The downloads that stand in the site's folder now, by name. Raises OSError where one cannot be read."""
    found = sorted((site / folder).rglob("*")) if (site / folder).is_dir() else []
    return tuple(
        DownloadFile(path=path.relative_to(site).as_posix(), size=path.stat().st_size, sha256=_sha256(path))
        for path in found
        if path.is_file() and path.name not in {"index.html", ALERTS_SCHEMA} and not path.name.startswith(".")
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
