"""The downloads beside the site, as the `/data/` page lists them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WORDS = {
    "prices.duckdb": "Everything as one DuckDB database: opens in DuckDB 1.2 and newer, and in the browser build",
    "prices.parquet": "The price history as one Parquet file",
    "current_price": "Every price in force, with its evidence",
    "price_history": "Every span in which a price held",
    "price_change": "Every change, with its evidence",
    "markup": "Tuned over base, for each seller, meter and tier",
    "markup_history": "Markups over time",
    "derived_price": "What a published rule makes of base prices, where no page prints a price",
    "availability": "What can be bought, by whom, until when",
    "scheduled_price": "Announced prices that are not in force",
    "provider_health": "How each watched page was read",
    "held": "Readings held back, and why",
    "hold": "Readings that were held back, and what became of each",
    "seller": "What each seller is called",
    "feed_price": "What third parties' lists of prices say, as they were imported",
    "feed_history": "Three years of third parties' lists: every stretch in which one showed a price",
    "feed_change": "What moved in third parties' lists, classed by rule",
    "feed_markup_history": "Tuned over base in third parties' lists, over time",
    "source_agreement": "Prices of sellers' pages beside third parties' lists, and why they differ",
    "derived_change": "Markups, and answers about breaking even, that a change moved",
    "alert_health": "How many alerts got through",
    "readme": "What each table holds",
    "SHA256SUMS": "The sha256 of every other file here, for sha256sum -c",
}
ALERTS_SCHEMA = "alerts.schema.json"
"""The grammar of alerts.yaml stands among the downloads and is none: the site writes it."""
_KINDS = {
    "duckdb": "DuckDB",
    "parquet": "Parquet",
    "csv": "CSV",
    "json": "JSON",
    "metadata.json": "metadata",
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
        """What is in it."""
        if self.name.endswith(".metadata.json"):
            return "Columns, units, licence and hashes of the table"
        return _WORDS.get(self.name, _WORDS.get(self.table, ""))


def parts_of(files: Sequence[DownloadFile]) -> list[tuple[str, str, list[DownloadFile]]]:
    """The downloads in tables of their own, each with its key and its caption: all in one, a table each, descriptions."""
    parts = {
        "whole": "Everything at once, and what checks it.",
        "tables": "A table each, the same rows in each format. Column names are those of the pages.",
        "descriptions": "What the columns of each table hold, with units, licence and hashes.",
    }
    listed: dict[str, list[DownloadFile]] = {key: [] for key in parts}
    for file in files:
        is_whole = file.name.startswith("prices.") or not file.name.endswith((".csv", ".json", ".parquet"))
        key = "whole" if is_whole else "descriptions" if file.name.endswith(".metadata.json") else "tables"
        listed[key].append(file)
    return [(key, words, listed[key]) for key, words in parts.items() if listed[key]]


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
