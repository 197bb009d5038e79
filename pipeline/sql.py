"""`ftprices sql`: one question to the published copy, its rows written as they come.

The question is given as words, on standard input, in a file or by the name of a recipe; what can be asked about is
a question too (`--schema`, `--recipes`).
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipeline import terminal
from pipeline.csv_text import write_csv
from pipeline.errors import UsageFault
from pipeline.published import Row, Watch, bounded, check_kind, fenced, open_published, private_copy, stream, temporary
from pipeline.question import check_question
from pipeline.schema import Schema, schema_of
from pipeline.settings import Settings
from warehouse.recipes import recipes

MOST_TABLE_ROWS = 10_000  # a table is laid out as a whole; the other formats are written row by row

Writer = Callable[[TextIO, tuple[str, ...], Iterable[Row]], None]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, in exactly one of these ways."""

    text: str | None = None
    file: Path | None = None
    recipe: str | None = None
    lists_recipes: bool = False
    shows_schema: bool = False


def sql_command(settings: Settings, question: Question, *, style: str, output: Path | None, timeout_s: float) -> None:
    """One read-only query; tables and documents go to standard output or to `output`.

    Raises UsageFault for what is not one query that only reads, with DuckDB's words for what it does not understand;
    CommandError when it takes longer than `timeout_s` seconds.
    """
    _check_words(question)
    if question.lists_recipes:
        _print_recipes(style)
    elif question.shows_schema:
        _print_schema(settings, style)
    else:
        _answer(settings, _text_of(question), style=style, output=output, timeout_s=timeout_s)


def _check_words(question: Question) -> None:
    asked = (
        question.text,
        question.file,
        question.recipe,
        question.lists_recipes or None,
        question.shows_schema or None,
    )
    if sum(one is not None for one in asked) != 1:
        raise UsageFault("ask one thing: a query, '-', --file FILE, --recipe NAME, --recipes or --schema")


def _text_of(question: Question) -> str:
    if question.recipe is not None:
        named = {recipe.name: recipe.query for recipe in recipes()}
        if question.recipe not in named:
            raise UsageFault(f"there is no recipe {question.recipe!r}; `ftprices sql --recipes` lists them")
        return named[question.recipe]
    if question.file is not None:
        try:
            return question.file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UsageFault(f"{question.file} cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise UsageFault(f"{question.file} is not UTF-8 text") from error
    assert question.text is not None  # noqa: S101 - _check_words
    return _from_standard_input() if question.text == "-" else question.text


def _print_recipes(style: str) -> None:
    if style == "json":
        terminal.print_json([{"name": one.name, "group": one.group, "title": one.title, "answers": one.answers, "query": one.query} for one in recipes()])  # fmt: skip
        return
    terminal.print_table(("recipe", "answers"), [(recipe.name, recipe.answers) for recipe in recipes()])


def _print_schema(settings: Settings, style: str) -> None:
    with open_published(settings) as connection:
        schema = schema_of(connection)
    if style == "json":
        terminal.print_json(
            {
                "tables": [
                    {"name": table.name, "words": table.words, "rows": table.rows, "columns": [vars(one) for one in table.columns]}
                    for table in schema.tables
                ],
                "functions": [vars(function) for function in schema.functions],
            }
        )  # fmt: skip
        return
    for line in _schema_lines(schema):
        terminal.print_line(line)


def _schema_lines(schema: Schema) -> Iterator[str]:
    for table in schema.tables:
        yield f"{table.name}  ({table.rows} {'row' if table.rows == 1 else 'rows'})"
        yield f"    {table.words}"
        for column in table.columns:
            yield f"  {column.name} {column.type}: {column.words}"
        yield ""
    for function in schema.functions:
        yield function.call
        yield f"    {function.words}"


def _answer(settings: Settings, text: str, *, style: str, output: Path | None, timeout_s: float) -> None:
    if style not in ("table", "parquet", *WRITERS):
        raise UsageFault(f"--format is one of {', '.join(('table', *WRITERS, 'parquet'))}, not {style!r}")
    if style == "parquet" and output is None:
        raise UsageFault("parquet is not text: say where to write it with --output FILE")
    if not timeout_s > 0:  # nor is "nan" a number of seconds
        raise UsageFault(f"--timeout is a number of seconds, not {timeout_s}")
    target = None if output is None else _target(settings, output)
    watch = Watch(timeout_s, counts_writing=target is not None)
    with bounded(), private_copy(settings) as copy, fenced(copy) as connection:
        check_kind(settings, connection)
        check_question(connection, text)
        if style == "parquet" and target is not None:
            made = copy.with_name("rows.parquet")  # in the private folder: nothing else can be written
            with watch.over(connection):
                connection.from_query(text).write_parquet(str(made), compression="zstd")
            with _replacing(target) as part:
                shutil.copyfile(made, part)
            _say_where(settings)
            return
        columns, batches = stream(connection, text, watch=watch)
        first = next(batches, [])  # most of what can go wrong has gone wrong here, and nothing is printed yet
        rows = itertools.chain(first, itertools.chain.from_iterable(batches))
        if target is not None:
            with _replacing(target) as part, part.open("w", encoding="utf-8", newline="") as file:
                (WRITERS.get(style) or _write_lines)(file, columns, rows)
        elif style == "table":
            _print_table(columns, rows)
        else:
            WRITERS[style](sys.stdout, columns, rows)
            sys.stdout.flush()  # who has enough of it hears no more
    _say_where(settings)


def _say_where(settings: Settings) -> None:
    """The one line that opens the same file in DuckDB's own shell."""
    name = shlex.quote(f"duckdb:{settings.published_database}")  # the prefix: opened once, it may be replaced meanwhile
    terminal.say(f"the same file in DuckDB's own shell, 1.4 or newer: duckdb -readonly {name}")


def _from_standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UsageFault("the query is not UTF-8 text") from error


def _print_table(columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    listed = list(itertools.islice(rows, MOST_TABLE_ROWS))
    terminal.print_table(columns, listed)
    count = f"{len(listed)} {'row' if len(listed) == 1 else 'rows'}"
    is_cut = next(rows, None) is not None
    terminal.say(f"the first {count}; --format csv or json gives all" if is_cut else count)


def _write_json(file: TextIO, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """A list of row objects, one after the other."""
    is_ascii = file is sys.stdout and terminal.is_ascii_only()
    opening = "[\n"
    for row in rows:
        one = terminal.json_text(dict(zip(columns, row, strict=True)), is_ascii=is_ascii)
        file.write(opening + textwrap.indent(one, "  "))
        opening = ",\n"
    file.write("[]\n" if opening == "[\n" else "\n]\n")


def _write_lines(file: TextIO, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """A table for a file: a line a row, tabs between."""
    file.write("\t".join(terminal.harmless(column) for column in columns) + "\n")
    file.writelines("\t".join(terminal.shown(value) for value in row) + "\n" for row in rows)


WRITERS: dict[str, Writer] = {"csv": write_csv, "json": _write_json}


def _target(settings: Settings, output: Path) -> Path:
    target = output.resolve()
    if target.is_dir():
        raise UsageFault(f"{target} is a folder: name a file")
    if target.exists() and not target.is_file():
        raise UsageFault(f"{target} is no ordinary file and stays as it is: name another, or leave --output out")
    for folder, holds in ((settings.site, "what is published"), (settings.home, "the state")):
        if target.is_relative_to(folder.resolve()):
            raise UsageFault(f"{folder} holds {holds} and nothing else: name a file elsewhere")
    if not target.parent.is_dir():
        raise UsageFault(f"{target.parent} is not a folder")
    return target


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A file of ours in the target's folder that takes its place at the end: what stands there is never half replaced."""
    part = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary(part):
            yield part
            part.replace(target)
    except OSError as error:
        raise UsageFault(f"{target}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
