"""What the pages ask the warehouse's functions: one model at two sellers, every model for each workload, the rules of advice.

Loaded apart from the tables, because it costs more, and only a whole build shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import duckdb

from pipeline.publish.context import Row, Rows, SiteData, clean
from pipeline.published import QUERIES
from pipeline.workload import Workload


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Rows of `break_even_seller`, of `ranking` by scenario, and of `advice_rules`."""

    sellers: Rows = ()
    rankings: Mapping[str, Rows] = field(default_factory=dict)
    rules: Rows = ()


def ask(con: duckdb.DuckDBPyConnection, data: SiteData) -> Asked:
    """The answers for the default workload and the reference ones. Raises duckdb.Error."""
    ranking = (QUERIES / "ranking.sql").read_text(encoding="utf-8")
    names = [one.name for one in fields(Workload)]
    nothing = [None] * 5  # no model, no bill and no errors of one's own
    return Asked(
        sellers=_rows(con, "FROM break_even_seller()"),
        rankings={
            str(row["scenario"]): _rows(con, ranking, [*(row[name] for name in names), *nothing])
            for row in data.scenario
        },
        rules=_rows(con, "FROM advice_rules()"),
    )


def _rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | None = None) -> Rows:
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    rows: list[Row] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tuple(
        {name: clean(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    )
