"""The downloads beside the site, as the `/data/` page lists them."""

from __future__ import annotations

import hashlib
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
    "feed_price": "What third parties' lists of prices say: imported, and in no other table",
    "derived_change": "Markups, and answers about breaking even, that a change moved",
    "alert_health": "How many alerts got through",
    "readme": "What each table holds",
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
}
# Shown on the page, and run by a test against the published tables.
EXAMPLES = (
    (
        "The cheapest training prices in force",
        """select provider, coalesce(model, size_tier) as model, method, technique, amount_text, unit, last_verified_at
from current_price
where meter = 'training_tokens' and value_state = 'priced'
order by amount;""",
    ),
    (
        "What was known on a day",
        """select provider, model, meter, variant, tier, amount_text, unit
from price_history
where coalesce(valid_from, first_seen_at) <= timestamp '2026-08-01'
  and (valid_to is null or valid_to > timestamp '2026-08-01')
order by provider, model, meter;""",
    ),
    (
        "The dearest markups",
        """select provider, model, base_model, meter, tier, ratio, tuned_amount - base_amount as extra_usd_per_mtok
from markup
where ratio is not null
order by ratio desc, provider, model;""",
    ),
    (
        "What moved, and between which two looks",
        """select provider, coalesce(model, size_tier) as model, meter, old_amount, new_amount, known_not_before, observed_at
from price_change
where kind = 'vendor_change' and is_news
order by observed_at desc;""",
    ),
)


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
