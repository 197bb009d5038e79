"""Tables come out of HTML and markdown in one shape, whatever spans, breaks and escapes they are made of."""

from __future__ import annotations

import pytest
from bs4 import Tag

from scrapers.errors import LayoutChanged
from scrapers.tables import (
    Table,
    column_of,
    ends_in_table,
    find_table,
    html_table,
    lines_of,
    markdown_tables,
    plain,
    soup_of,
    split_row,
    text_of,
)


def table_of(markup: str) -> Table:
    table = soup_of(markup).find("table")
    assert isinstance(table, Tag)
    return html_table(table, ["Prices"])


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_columns_have_the_path_of_their_heads() -> None:
    """A head over several columns names each of them."""
    table = table_of(
        "<table><thead><tr><th></th><th colspan=2>SFT</th><th colspan=2>DPO</th></tr>"
        "<tr><th>Size</th><th>LoRA</th><th>Full</th><th>LoRA</th><th>Full</th></tr></thead>"
        "<tbody><tr><td>Up to 16B</td><td>$0.48</td><td>$0.54</td><td>$1.20</td><td>$1.35</td></tr></tbody></table>"
    )
    assert table.columns == ("Size", "SFT / LoRA", "SFT / Full", "DPO / LoRA", "DPO / Full")
    assert table.rows[0][column_of(table, "dpo", "lora")].text == "$1.20"
    assert table.place("Up to 16B", "DPO / LoRA") == "Prices > row 'Up to 16B' > column 'DPO / LoRA'"


def test_a_head_that_spans_rows_does_not_shift_the_others() -> None:
    """ "Model" over two rows leaves the second row's heads under their own columns."""
    table = table_of(
        "<table><thead><tr><th rowspan=2>Model</th><th colspan=2>Short</th><th rowspan=0>Notes</th></tr>"
        "<tr><th>Input</th><th>Output</th></tr></thead><tr><td>a</td><td>1</td><td>2</td><td></td></tr></table>"
    )
    assert table.columns == ("Model", "Short / Input", "Short / Output", "Notes")


def test_heads_without_rows_of_their_own_and_several_theads() -> None:
    """`thead > th` without `tr`, twice, as one seller writes it."""
    table = table_of(
        "<table><thead><th colspan='2'>Tuned</th></thead><thead><th>Input</th><th>Output</th></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    assert table.columns == ("Tuned / Input", "Tuned / Output")


def test_a_first_row_of_th_is_the_head() -> None:
    """Tables without a `thead`."""
    table = table_of("<table><tr><th>Model</th><th>Input</th></tr><tr><td>a</td><td>1</td></tr></table>")
    assert (table.columns, texts(table)) == (("Model", "Input"), [["a", "1"]])


@pytest.mark.parametrize("span", ["", "two", "-1", "0", "100%", "1.5"])
def test_a_span_that_is_no_number_counts_as_one(span: str) -> None:
    """As browsers do; never a ValueError from the depths."""
    table = table_of(f"<table><thead><tr><th colspan='{span}'>Model</th><th>Input</th></tr></thead></table>")
    assert table.columns == ("Model", "Input")


def test_a_span_beyond_reason_is_cut() -> None:
    """A page cannot make us count to a billion."""
    table = table_of("<table><thead><tr><th colspan='999999999'>Model</th></tr></thead></table>")
    assert len(table.columns) == 1000


def test_cells_keep_their_lines() -> None:
    """One line per paragraph or break; comments, scripts and styles are no words."""
    table = table_of(
        "<table><thead><tr><th>Model</th></tr></thead><tr>"
        "<td><p>Llama<b> 4</b></p><p>Qwen\n 3</p>tail<br/>small<!-- note --><style>p{}</style><div>$<!-- -->3</div></td>"
        "</tr></table>"
    )
    assert table.rows[0][0].lines == ("Llama 4", "Qwen 3", "tail", "small", "$3")
    assert "note" not in table.rows[0][0].text


def test_lines_of_deep_nesting() -> None:
    """However deep a page is nested, reading it ends."""
    soup = soup_of("<div>" * 200 + "deep" + "</div>" * 200)
    assert lines_of(soup) == ("deep",)
    assert text_of(soup) == "deep"


def test_markdown_tables_know_their_headings() -> None:
    """The path of headings, the words before the table, and the rows."""
    text = (
        "# Pricing\n\n## Models ##\n\nPer 1M tokens\n\n| Model | Input |\n| :--- | ---: |\n| a | 1 |\n| b | 2 |\n\n"
        "## C#\n\n| Model |\n| --- |\n| c |\n"
    )
    first, second = markdown_tables(text)
    assert first.headings == ("Pricing", "Models")
    assert first.preface == "Per 1M tokens"
    assert (first.columns, texts(first)) == (("Model", "Input"), [["a", "1"], ["b", "2"]])
    assert (second.headings, second.preface) == (("Pricing", "C#"), "")


def test_markdown_cells_are_plain_and_keep_what_was_written() -> None:
    """Links leave their words, escapes their character, breaks their lines; `raw` is the cell as written."""
    row = r"| [Opus 4](/opus) **(new)** | \$3 \| 4 | `gpt-4`<br>old |"
    (table,) = markdown_tables(f"| A | B | C |\n| - | - | - |\n{row}\n")
    assert texts(table) == [["Opus 4 (new)", "$3 | 4", "gpt-4 old"]]
    assert table.rows[0][2].lines == ("gpt-4", "old")
    assert table.rows[0][2].raw == "`gpt-4`<br>old"


def test_markdown_keeps_empty_cells() -> None:
    """An empty cell holds its column."""
    (table,) = markdown_tables("|  | B | C |\n| --- | --- | --- |\n|  | 1 |  |\n")
    assert table.columns == ("", "B", "C")
    assert texts(table) == [["", "1", ""]]
    assert split_row("| a | | b |") == ["a", "", "b"]


def test_code_blocks_hold_no_tables_and_no_headings() -> None:
    """An example in a code block is not the page's price list."""
    text = "# Real\n\n```md\n# Example\n\n| A |\n| - |\n| 1 |\n```\n\nA ```word``` here\n\n| B |\n| - |\n| 2 |\n"
    (table,) = markdown_tables(text)
    assert (table.headings, table.columns) == (("Real",), ("B",))


def test_plain_text() -> None:
    """Inline marks are taken off, and a lone star stays: it is a footnote."""
    assert plain(r"**Claude** `x` \*not\* gpt-4.1* \<272K") == "Claude x *not* gpt-4.1* <272K"


def test_a_table_is_found_by_its_heads_or_not_at_all() -> None:
    """None or several with the same heads is another layout."""
    tables = markdown_tables(
        "| Model | Input |\n| - | - |\n| a | 1 |\n\ntext\n\n| Model | Output |\n| - | - |\n| a | 2 |\n"
    )
    assert find_table(tables, heads=["model", "INPUT"], where="x") is tables[0]
    with pytest.raises(LayoutChanged, match="x: 2 tables have the columns Model"):
        find_table(tables, heads=["Model"], where="x")
    with pytest.raises(LayoutChanged, match="x: 0 tables"):
        find_table(tables, heads=["Price"], where="x")
    with pytest.raises(LayoutChanged, match="0 columns are headed Price; the heads are Model, Input"):
        column_of(tables[0], "Price")
    with pytest.raises(LayoutChanged, match="2 columns"):
        column_of(tables[0], "")


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b"])
def test_control_characters_are_blanks_wherever_words_come_from(control: str) -> None:
    """A name must not colour a terminal, and two figures must not become one: "3\\x0025" is not 325."""
    cell = soup_of("<table><tr><td></td></tr></table>").td
    assert cell is not None
    cell.string = f"gpt{control}-4 3{control}25 "
    assert text_of(cell) == "gpt -4 3 25"
    assert lines_of(cell) == ("gpt -4 3 25",)
    assert plain(cell.string) == "gpt -4 3 25"


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("# Prices\n\n| a |\n| - |\n| 1 |\n", True),
        ("# Prices\n\n| a |\n| - |\n| 1 |\n\nMore words.\n", True),
        ("# Prices\n\n| a |\n| - |\n| 1 |\n\n## More\n", False),
        ("# Prices\n", False),
        ("", False),
    ],
)
def test_markdown_in_which_nothing_follows_the_last_table(text: str, is_cut: bool) -> None:
    assert ends_in_table(text) is is_cut
