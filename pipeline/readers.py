"""`prices`, `markup`, `changes` and `sql`: what the published copy says, in the terminal."""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path

from pipeline import terminal
from pipeline.errors import UsageFault
from pipeline.published import Answer, ask, named, open_published
from pipeline.saved_page import moment_of
from pipeline.settings import Settings

STYLES = ("table", "csv", "json", "parquet")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def prices_command(
    settings: Settings, *, provider: str | None, model: str | None, as_of: str | None, as_json: bool
) -> None:
    """The prices in force, or those known on a date."""
    with open_published(settings) as connection:
        if as_of is None:
            answer = named(connection, "prices", [provider, model])
        else:
            answer = named(connection, "prices_as_of", [provider, model, moment_of(as_of).replace(tzinfo=None)])
    _show(answer, as_json=as_json, nothing="no price matches")


def markup_command(settings: Settings, *, provider: str | None, model: str | None, as_json: bool) -> None:
    """Tuned over base, per meter and tier."""
    with open_published(settings) as connection:
        answer = named(connection, "markup", [provider, model])
    _show(answer, as_json=as_json, nothing="no tuned model matches")


def changes_command(
    settings: Settings, *, since: str | None, provider: str | None, everything: bool, as_json: bool
) -> None:
    """Events in time order."""
    start = moment_of(since).replace(tzinfo=None) if since else None
    with open_published(settings) as connection:
        if as_json:
            answer = named(connection, "changes_all_fields", [start, provider, everything])
        else:
            answer = named(connection, "changes", [start, provider, everything])
    _show(answer, as_json=as_json, nothing="nothing changed")


def sql_command(settings: Settings, query: str, *, style: str, output: Path | None) -> None:
    """One read-only query; tables and documents go to standard output or to `output`."""
    if style not in STYLES:
        raise UsageFault(f"--format is one of {', '.join(STYLES)}, not {style!r}")
    text = sys.stdin.read() if query == "-" else query
    if not text.strip():
        raise UsageFault("the query is empty")
    if style == "parquet":
        _write_parquet(settings, text, output)
        return
    with open_published(settings) as connection:
        answer = ask(connection, text)
    if style == "table" and output is None:
        terminal.print_table(answer.columns, answer.rows)
        terminal.say(f"{len(answer.rows)} {'row' if len(answer.rows) == 1 else 'rows'}")
        return
    document = _as_csv(answer) if style == "csv" else _as_text(answer, style)
    if output is None:
        sys.stdout.write(document)
    else:
        _replace(output, document.encode())


def _as_text(answer: Answer, style: str) -> str:
    import json  # noqa: PLC0415 - only this format needs it

    if style == "json":
        return json.dumps(answer.dicts(), indent=2, default=_json_value, ensure_ascii=False) + "\n"
    lines = ["\t".join(answer.columns), *("\t".join(terminal.shown(value) for value in row) for row in answer.rows)]
    return "\n".join(lines) + "\n"


def _json_value(value: object) -> object:
    try:
        return terminal.plain_json(value)
    except TypeError:
        return str(value)


def _as_csv(answer: Answer) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_csv_value(value) for value in row] for row in answer.rows)
    return stream.getvalue()


def _csv_value(value: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted with an apostrophe; numbers stay numbers."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return "" if value is None else value


def _write_parquet(settings: Settings, query: str, output: Path | None) -> None:
    if output is None:
        raise UsageFault("parquet is not text: say where to write it with --output FILE")
    target = _target(output)
    temporary = _beside(target)
    quoted = str(temporary).replace("'", "''")
    try:
        with open_published(settings, writable_file=temporary) as connection:
            ask(connection, f"COPY ({query.strip().rstrip(';')}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _replace(output: Path, body: bytes) -> None:
    target = _target(output)
    temporary = _beside(target)
    try:
        temporary.write_bytes(body)
        temporary.replace(target)
    except OSError as error:
        raise UsageFault(f"{target}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _target(output: Path) -> Path:
    target = output.resolve()
    if target.is_dir():
        raise UsageFault(f"{target} is a folder: name a file")
    if not target.parent.is_dir():
        raise UsageFault(f"{target.parent} is not a folder")
    return target


def _beside(target: Path) -> Path:
    """A name of ours in the same folder: what stands there already is never touched before the end."""
    return target.with_name(f".{target.name}.{os.getpid()}.tmp")


def _show(answer: Answer, *, as_json: bool, nothing: str) -> None:
    if as_json:
        terminal.print_json(answer.dicts())
    elif answer.rows:
        terminal.print_table(answer.columns, answer.rows)
    else:
        terminal.say(nothing)
