"""The read-only copies: one DuckDB file, one Parquet file, and CSV, JSON and metadata for every published table.

A table too long for CSV and JSON has a Parquet file instead.

Every file is written beside its place under another name, flushed to disk and moved there in one step: a reader
sees the old file or the new one, never half of one, and never waits, if it opens the name once. CSV and JSON are the
same bytes for the same rows; no clock is asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.database import transaction
from warehouse.spreadsheet import harmless_sql
from warehouse.tables import TableFile, macros, tables

STORAGE_VERSION = "v1.2.0"  # before it each of a thousand columns has 3 KB of statistics, half of the file
BLOCK_SIZE = 16384  # the smallest there is: the tables are small, and the browser downloads the whole file
MOST_TEXT_ROWS = 50_000
"""Rows of a table that is also given as CSV and JSON: 380,000 prices of third parties' lists were 490 MB of text."""
METHODOLOGY_VERSION = "1"  # raised when a rule by which figures come about changes
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
DATABASE = "prices.duckdb"
PARQUET = "prices.parquet"
CHECKSUMS = "SHA256SUMS"
"""The sha256 of every other file, as `sha256sum -c` reads it."""

# What a number is in; amounts stand beside their currency and unit columns.
UNITS = {
    "amount": "currency per unit",
    "old_amount": "currency per unit",
    "new_amount": "currency per unit",
    "previous_amount": "currency per unit",
    "current_amount": "currency per unit",
    "tuned_amount": "currency per 1M tokens",
    "base_amount": "currency per 1M tokens",
    "extra_usd_per_mtok": "USD per 1M tokens",
    "change_ratio": "new over old",
    "ratio": "tuned over base",
    "lora_amount": "USD per 1M tokens",
    "full_amount": "USD per 1M tokens",
    "share": "LoRA over full",
    "training_low": "USD per 1M tokens",
    "training_high": "USD per 1M tokens",
    "minimum_low": "USD",
    "minimum_high": "USD",
    "markup_low": "tuned over base",
    "markup_high": "tuned over base",
    "turnaround_low_hours": "hours",
    "turnaround_high_hours": "hours",
    "ratio_low": "page over guide",
    "ratio_high": "page over guide",
    "factor": "recomputed over claimed",
    "feed_amount": "currency per unit",
    "age_days": "days",
    "size_min_params": "parameters",
    "size_max_params": "parameters",
}

_README = (
    ("what", "What fine-tuning a language model costs at every seller, what a tuned model costs to call, and every change."),
    ("evidence", "Every price carries the words it was read from, its place on the page, the address and the page's hash."),
    ("amount", "amount is per unit, in currency; amount_text has the exact digits. Only USD is ever compared."),
    ("time", "Every time is UTC. A change lies after known_not_before, up to observed_at or first_seen_at."),
    ("nothing", "free, not_offered and not_printed are three different nothings; value_state says which."),
    ("held", "What was read and is not believed yet stands in held; hold says what became of all that was held back."),
    ("feeds", "feed_price holds what third parties' lists were imported with; feed_history, feed_change and feed_markup_history are three years of them, source_agreement holds them beside the sellers' pages. Only price_as_of and markup_as_of take a price from a list, for the time before a seller was read, and say so: trust is third_party."),
    ("long", f"A table of more than {MOST_TEXT_ROWS} rows has no CSV and no JSON: it is here, and in a Parquet file of its name."),
    ("guide", "guide_figure holds what a guide said in 2026; guide_audit and claims_audit hold it beside what pages and formulas say."),
    ("functions", "FROM price_as_of('2024-06-30'), markup_as_of('2024-06-30'), price_history_of('openai', 'gpt-4.1'), changes_since('2026-08-01'), markup_at(1e8, 1e7), training_cost(examples := 10000, tokens_per_example := 500)"),
    ("licence", f"{LICENCE}, {LICENCE_URL}"),
    ("methodology_version", METHODOLOGY_VERSION),
)  # fmt: skip


README_WORDS = "One row per thing to know before using these tables."
_TERMS = {"licence": LICENCE, "licence_url": LICENCE_URL, "methodology_version": METHODOLOGY_VERSION}


@dataclass(frozen=True, kw_only=True)
class Published:
    """One file that was put in its place; `rows` is null where a file holds more than one table, or none."""

    path: Path
    size: int
    sha256: str
    rows: int | None = None


def publish(con: duckdb.DuckDBPyConnection, folder: Path, *, stamp: Mapping[str, str] | None = None) -> list[Published]:
    """Write every copy into `folder`, replacing what stands there; the files, in the order of their names.

    `stamp` says which state the figures are of; it goes into the readme table and the metadata as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = dict(stamp or {})
    files: dict[str, int | None] = {DATABASE: None, PARQUET: None}
    published = [table for table in tables() if table.name.startswith("pub.")]
    with _database(con, _part(folder, DATABASE)) as copy:
        counts = _write_tables(copy, published, facts)
        written = _written(copy)
        history = _plain_query(written["price_history"])
        _copy(copy, history, _part(folder, PARQUET), "FORMAT parquet, COMPRESSION zstd")
        files[PARQUET] = counts["price_history"]
        described = {name: {**_described(written[name]), "rows": rows} for name, rows in counts.items()}
        for name, rows in counts.items():
            files |= dict.fromkeys(_write_copies(copy, written[name], folder, rows), rows)
    for name, description in described.items():
        copies = [file for file in files if file.rpartition(".")[0] == name]
        _write_metadata(folder, name, {**description, **facts}, copies)
    content = _content(folder, files.keys() - {DATABASE})
    _keep_same(folder, content)
    everything: dict[str, object] = {
        "name": "prices",
        "description": "Every table, and the price history.",
        **_TERMS,
        **facts,
    }
    everything |= {"tables": sorted(counts), "content_sha256": content}
    _write_metadata(folder, "prices", everything, [DATABASE, PARQUET])
    files |= {f"{name}.metadata.json": None for name in (*counts, "prices")}
    sums = [f"{_sha256(_part(folder, name))}  {name}\n" for name in sorted(files)]
    _part(folder, CHECKSUMS).write_text("".join(sums), encoding="utf-8")
    files[CHECKSUMS] = None
    return _put_in_place(folder, files)


def _write_copies(copy: duckdb.DuckDBPyConnection, table: _Written, folder: Path, rows: int) -> tuple[str, ...]:
    """The copies of a table beside the database: CSV and JSON, or Parquet where those would be too long; their names."""
    name = table.name
    if rows > MOST_TEXT_ROWS:
        _copy(copy, _plain_query(table), _part(folder, f"{name}.parquet"), "FORMAT parquet, COMPRESSION zstd")
        return (f"{name}.parquet",)
    _copy(copy, _csv_query(table), _part(folder, f"{name}.csv"), "FORMAT csv, HEADER")
    _copy(copy, _json_query(table), _part(folder, f"{name}.json"), "FORMAT json, ARRAY true")
    return (f"{name}.csv", f"{name}.json")


def file_names() -> frozenset[str]:
    """The names of all files that `publish` may write: of a table CSV and JSON, or Parquet where it is long."""
    names = [*(_bare(table) for table in tables() if table.name.startswith("pub.")), "readme"]
    endings = ("csv", "json", "parquet", "metadata.json")
    listed = {f"{name}.{ending}" for name in names for ending in endings}
    return frozenset(listed | {DATABASE, PARQUET, CHECKSUMS, "prices.metadata.json"})


@contextmanager
def _database(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor of `con` with a new database file attached as `published`; the file is complete at the end."""
    for old in (file, file.with_name(f"{file.name}.wal")):  # what a killed run left
        old.unlink(missing_ok=True)
    copy = con.cursor()
    quoted = str(file).replace("'", "''")
    try:
        copy.execute(f"ATTACH '{quoted}' AS published (STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_SIZE})")
        try:
            # Left to itself DuckDB samples: the file's length, which pages print, would be another each time.
            copy.execute("PRAGMA force_compression = 'dictionary'")
            yield copy
            copy.execute("CHECKPOINT published")
        finally:
            copy.execute("PRAGMA force_compression = 'auto'")
            copy.execute("DETACH published")
    finally:
        copy.close()


def _content(folder: Path, names: Iterable[str]) -> str:
    """A digest of what the database holds: its rows, as the other files give them, its functions and its format."""
    digest = hashlib.sha256(f"{STORAGE_VERSION} {BLOCK_SIZE}".encode())
    for text in [
        *(f"{name} {_sha256(_part(folder, name))}" for name in sorted(names)),
        *macros("published"),
        *macros("published", asks_tables=True),
    ]:
        digest.update(text.encode())
    return digest.hexdigest()


def is_whole(folder: Path) -> bool:
    """Whether the database in `folder` has the bytes that were written there: a bad sector changes no length."""
    return _content_of(folder) is not None


def _content_of(folder: Path) -> str | None:
    """The digest of what the database in `folder` holds; None where nothing stands there, or nothing to be trusted."""
    try:
        said = json.loads((folder / "prices.metadata.json").read_text(encoding="utf-8"))
        (standing,) = [file["sha256"] for file in said["files"] if file["name"] == DATABASE]
        return str(said["content_sha256"]) if _sha256(folder / DATABASE) == standing else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep_same(folder: Path, content: str) -> None:
    """Keep the database that stands where it holds the same: DuckDB leaves what it had in memory between the values."""
    if _content_of(folder) == content:
        shutil.copyfile(folder / DATABASE, _part(folder, DATABASE))


def _write_tables(
    copy: duckdb.DuckDBPyConnection, published: list[TableFile], stamp: Mapping[str, str]
) -> dict[str, int]:
    with transaction(copy):  # a commit of its own for each of a thousand comments costs more than the rows
        for table in published:
            name = f"published.main.{_bare(table)}"
            columns = ", ".join(table.columns)
            copy.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM {table.name} ORDER BY {table.order}")
            _comment(copy, f"TABLE {name}", table.description)
            for column, words in table.columns.items():
                _comment(copy, f"COLUMN {name}.{column}", words)
        _write_readme(copy, published, stamp)
    _write_macros(copy)
    counts = {}
    for name in sorted([*(_bare(table) for table in published), "readme"]):
        row = copy.execute(f"SELECT count(*) FROM published.main.{name}").fetchone()
        counts[name] = row[0] if row else 0
    return counts


def _write_readme(copy: duckdb.DuckDBPyConnection, published: list[TableFile], stamp: Mapping[str, str]) -> None:
    lines = [*_README, *sorted(stamp.items())]
    lines += [(f"table {_bare(table)}", table.description) for table in sorted(published, key=_bare)]
    copy.execute("CREATE TABLE published.main.readme (place INTEGER, topic VARCHAR, words VARCHAR)")
    for place, (topic, words) in enumerate(lines, 1):
        copy.execute("INSERT INTO published.main.readme VALUES (?, ?, ?)", [place, topic, words])
    _comment(copy, "TABLE published.main.readme", README_WORDS)
    for column, words in {
        "place": "the order to read in",
        "topic": "what it is about",
        "words": "what to know",
    }.items():
        _comment(copy, f"COLUMN published.main.readme.{column}", words)


def _write_macros(copy: duckdb.DuckDBPyConnection) -> None:
    # A macro's body finds its tables in the database that is current when it is made.
    home = copy.execute("SELECT current_database()").fetchone() or ("memory",)
    copy.execute("USE published")
    try:
        for statements in (*macros("published"), *macros("published", asks_tables=True)):
            copy.execute(statements)
    finally:
        copy.execute(f'USE "{home[0]}"')


def _comment(copy: duckdb.DuckDBPyConnection, what: str, words: str) -> None:
    quoted = words.replace("'", "''")
    copy.execute(f"COMMENT ON {what} IS '{quoted}'")


def _bare(table: TableFile) -> str:
    return table.name.removeprefix("pub.")


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A table of the published database: its words, and name, type and words of each of its columns."""

    name: str
    words: str
    columns: list[tuple[str, str, str]]


def _written(copy: duckdb.DuckDBPyConnection) -> dict[str, _Written]:
    """Every published table by its name. Asked once: to list columns, DuckDB plans every view of every database."""
    rows = copy.execute(
        """SELECT table_name, tables.comment, list((column_name, data_type, columns.comment) ORDER BY column_index)
           FROM duckdb_columns() AS columns
           INNER JOIN duckdb_tables() AS tables USING (database_name, schema_name, table_name)
           WHERE database_name = 'published' AND schema_name = 'main' GROUP BY ALL"""
    ).fetchall()
    return {name: _Written(name=name, words=words, columns=columns) for name, words, columns in rows}


def _plain_query(table: _Written) -> str:
    listed = ", ".join(column for column, _, _ in table.columns)
    return f"SELECT {listed} FROM published.main.{table.name} ORDER BY rowid"  # rowid: as it was sorted on writing


def _csv_query(table: _Written) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; times say that they are UTC."""
    columns = [
        f"{harmless_sql(column)} AS {column}" if kind == "VARCHAR" else _as_text(column, kind)
        for column, kind, _ in table.columns
    ]
    return f"SELECT {', '.join(columns)} FROM published.main.{table.name} ORDER BY rowid"


def _json_query(table: _Written) -> str:
    columns = [_as_text(column, kind) for column, kind, _ in table.columns]
    return f"SELECT {', '.join(columns)} FROM published.main.{table.name} ORDER BY rowid"


def _as_text(column: str, kind: str) -> str:
    return f"strftime({column}, '%Y-%m-%dT%H:%M:%SZ') AS {column}" if kind == "TIMESTAMP" else column


def _copy(copy: duckdb.DuckDBPyConnection, query: str, file: Path, options: str) -> None:
    quoted = str(file).replace("'", "''")
    copy.execute(f"COPY ({query}) TO '{quoted}' ({options})")


def _described(table: _Written) -> dict[str, object]:
    return {
        "name": table.name,
        "description": table.words,
        **_TERMS,
        "columns": [
            {"name": column, "type": kind, "unit": UNITS.get(column), "description": words}
            for column, kind, words in table.columns
        ],
    }


def _write_metadata(folder: Path, name: str, document: Mapping[str, object], of_files: list[str]) -> None:
    parts = {one: _part(folder, one) for one in of_files}
    files = [{"name": one, "sha256": _sha256(part), "bytes": part.stat().st_size} for one, part in parts.items()]
    text = json.dumps({**document, "files": files}, indent=1, ensure_ascii=False) + "\n"
    _part(folder, f"{name}.metadata.json").write_text(text, encoding="utf-8")


def part_of(file: Path) -> Path:
    """The name under which a file is written before it is moved into its place."""
    return file.with_name(f".{file.name}.part")


def _part(folder: Path, name: str) -> Path:
    return part_of(folder / name)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _stands(file: Path, digest: str) -> bool:
    return file.is_file() and _sha256(file) == digest


def _put_in_place(folder: Path, files: Mapping[str, int | None]) -> list[Published]:
    done = []
    digests = {name: _sha256(_part(folder, name)) for name in files}
    # What stands with the same bytes stays: a mirror and a reader's cache see what moved, and nothing else.
    moved = [name for name in files if not _stands(folder / name, digests[name])]
    for name in moved:
        with _part(folder, name).open("rb") as opened:
            os.fsync(opened.fileno())
    for name, rows in sorted(files.items()):
        part, path = _part(folder, name), folder / name
        size = part.stat().st_size
        part.replace(path) if name in moved else part.unlink()
        done.append(Published(path=path, size=size, sha256=digests[name], rows=rows))
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return done
