"""A table as the grid a reader sees, and pages that were cut."""

from __future__ import annotations

import pytest
from bs4 import Tag

from scrapers.errors import LayoutChanged
from scrapers.span_grid import grid_of
from scrapers.tables import soup_of


def table(rows: str) -> Tag:
    found = soup_of(f"<table>{rows}</table>").table
    assert found is not None
    return found


def texts(rows: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid_of(table(rows))]


def test_a_cell_stands_in_every_row_and_column_it_spans() -> None:
    """One price for two models, one name for two rows."""
    rows = "<tr><td colspan=2>MODEL</td><td>a</td><td>b</td></tr>"
    rows += "<tr><td rowspan=2>PRICING</td><td>hit</td><td colspan=2>$1</td></tr><tr><td>miss</td><td>$2</td><td>$3</td></tr>"
    assert texts(rows) == [
        ["MODEL", "MODEL", "a", "b"],
        ["PRICING", "hit", "$1", "$1"],
        ["PRICING", "miss", "$2", "$3"],
    ]


def test_footnote_marks_and_struck_prices_are_not_part_of_a_cell() -> None:
    """ "deepseek-chat(1)" is no model, and yesterday's price no price."""
    assert texts("<tr><td>chat<sup>(1)</sup></td><td>$0.435 <b>(75% off)</b><del>$1.74</del><s>$2</s></td></tr>") == [
        ["chat", "$0.435 (75% off)"]
    ]


def test_a_table_in_a_cell_does_not_add_rows() -> None:
    """Its words belong to the cell."""
    assert texts("<tr><td>a</td><td><table><tr><td>x</td></tr></table></td></tr>") == [["a", "x"]]


def test_a_span_that_reaches_below_the_table_ends_with_it() -> None:
    """As browsers do it."""
    assert texts("<tr><td rowspan=9>a</td><td>b</td></tr><tr><td>c</td></tr>") == [["a", "b"], ["a", "c"]]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "1 cells where 2 were expected: c"),
        ("<tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=2>c</td></tr>", "overlap"),
        ("<tr><td colspan=0>a</td></tr>", "colspan '0'"),
        ("<tr><td rowspan=1000000>a</td></tr>", "rowspan"),
        ("<tr><td colspan=two>a</td></tr>", "colspan 'two'"),
    ],
)
def test_a_grid_with_holes_or_overlaps_is_refused(rows: str, words: str) -> None:
    """Nothing says then which price stands under which model."""
    with pytest.raises(LayoutChanged, match=words):
        grid_of(table(rows))
