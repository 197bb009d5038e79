"""What the published copy says of itself: its tables, columns and functions, with their words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `type` is DuckDB's name of it."""

    name: str
    type: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table."""

    name: str
    words: str
    rows: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, kw_only=True)
class Function:
    """One macro; a table function stands after FROM."""

    name: str
    words: str
    parameters: tuple[str, ...]
    is_table: bool

    @property
    def call(self) -> str:
        """How it is written."""
        return f"{'FROM ' if self.is_table else ''}{self.name}({', '.join(self.parameters)})"


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Everything a query can name."""

    tables: tuple[Table, ...]
    functions: tuple[Function, ...]


def schema_of(connection: duckdb.DuckDBPyConnection) -> Schema:
    """The schema of the open database; tables and functions by name, columns in their order."""
    columns: dict[str, list[Column]] = {}
    for table, column, kind, words in connection.execute(
        """SELECT table_name, column_name, data_type, comment FROM duckdb_columns()
           WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index"""
    ).fetchall():
        columns.setdefault(table, []).append(Column(name=column, type=kind, words=words or ""))
    tables = []
    for name, words in connection.execute(
        """SELECT table_name, comment FROM duckdb_tables()
           WHERE database_name = current_database() AND NOT internal ORDER BY table_name"""
    ).fetchall():
        counted = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        rows = counted[0] if counted else 0
        tables.append(Table(name=name, words=words or "", rows=rows, columns=tuple(columns.get(name, ()))))
    functions = [
        Function(name=name, words=words or "", parameters=tuple(_shown(one) for one in parameters), is_table=is_table)
        for name, words, parameters, is_table in connection.execute(
            """SELECT function_name, comment, parameters, function_type = 'table_macro' FROM duckdb_functions()
               WHERE database_name = current_database() AND NOT internal ORDER BY function_name"""
        ).fetchall()
    ]
    return Schema(tables=tuple(tables), functions=tuple(functions))


def _shown(parameter: str) -> str:
    """A parameter by its name alone, whatever else this version of DuckDB tells of it."""
    return re.split(r"\s|:=", parameter.strip(), maxsplit=1)[0]
