"""Whether a table is as wide as its heads say, and heads that a copy has flattened, put right.

A figure is only as good as the head above it: where heads and rows are of different widths, nothing can be read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from scrapers.errors import LayoutChanged
from scrapers.tables import Cell, Table


def even_rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
    """The rows, all as wide as every head row. Raises LayoutChanged for a table without rows or of several widths."""
    where = f"{' > '.join(table.headings) or 'no heading'}: the table headed {heads_of(table)}"
    if not table.rows:
        raise LayoutChanged(f"{where} has no rows")
    widths = sorted({len(line) for line in (*table.heads, *table.rows)})
    if len(widths) != 1:
        raise LayoutChanged(f"{where} has heads and rows of different widths ({', '.join(map(str, widths))} cells)")
    return table.rows


def releveled(table: Table, labels: Collection[str]) -> Table:
    """A head of two levels that was flattened into one row, as two rows again; any other table as it is.

    "SFT | DPO | Size | LoRA | Full | LoRA | Full" over 5 cells: what stands before the row labels' head (`labels`,
    case folded) was the upper level, and spans what stands after it in equal parts.
    """
    head = table.heads[0] if len(table.heads) == 1 else ()
    start = next((index for index, name in enumerate(head) if name.casefold() in labels), 0)
    upper, lower = head[:start], head[start:]
    if not upper or (len(lower) - 1) % len(upper):
        return table
    spread = tuple(name for name in upper for _ in range((len(lower) - 1) // len(upper)))
    return replace(table, heads=(("", *spread), lower))


def heads_of(table: Table) -> str:
    """The column names, for a message."""
    return ", ".join(table.columns) or "(nothing)"
