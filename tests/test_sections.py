"""Pages are cut at their main headings, hidden parts are not seen, and uneven tables are refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scrapers.errors import LayoutChanged
from scrapers.model_names import models_in, without_family
from scrapers.ratios import RatioRule, doubt_of
from scrapers.sections import document_of
from scrapers.table_shape import even_rows, releveled
from scrapers.tables import Cell, html_table, markdown_tables, soup_of

HTML = """<body><p>before</p><div id="one"></div><h2>First one</h2><p>a unit</p>
<table><thead><th>Model</th><th>Price</th></thead><tbody><div><tr><td>m</td><td>$1</td></tr></div></tbody></table>
<p>a note</p><div class="hide"><p>unseen</p><table><tr><th>Model</th></tr></table></div><script>"unseen"</script>
<!-- unseen --><p hidden>unseen</p><h1>Second</h1><div class="hide-tablet"><p>seen</p></div></body>"""

MARKDOWN = """before

# First one

a unit

|Model|Price|
|--|--|
|m|$1|

a note

### Deeper

## Second

seen
"""


@pytest.mark.parametrize("text", [HTML, MARKDOWN])
def test_a_page_is_cut_at_its_main_headings(text: str) -> None:
    """HTML and markdown come out alike: words outside the tables, tables with the words before them."""
    document = document_of(text)
    assert [section.heading for section in document.sections] == ["", "First one", "Second"]
    before, first, second = document.sections
    assert before.words == "before"
    assert first.words.startswith("a unit a note")
    assert second.words == "seen"
    assert [table.preface for table in first.tables] == ["a unit"]
    assert [[cell.text for cell in row] for row in first.tables[0].rows] == [["m", "$1"]]
    assert first.tables[0].headings == ("First one",)
    assert not second.tables
    assert not any("unseen" in section.words for section in document.sections)


def test_anchors_are_the_ids_of_a_page() -> None:
    """An empty element with an id announces a section even where its tables are gone."""
    assert document_of(HTML).anchors == {"one"}
    assert document_of(MARKDOWN).anchors == frozenset()


def test_a_page_nested_beyond_reason_is_still_read() -> None:
    """Anyone may serve such a page: it must not end in Python's own recursion limit."""
    assert [section.words for section in document_of("<div>" * 3000 + "words").sections] == ["words"]


def test_a_heading_is_known_in_any_spelling() -> None:
    """Case, hyphens and blanks have all changed in recorded pages."""
    section = document_of("## Fine-tuning\n").sections[-1]
    assert section.is_headed("Finetuning")
    assert section.is_headed("FINE TUNING")
    assert not section.is_headed("Tuning")


def test_rows_of_another_width_than_their_heads_are_refused() -> None:
    """A dropped head would move every figure under its neighbour's."""
    markup = "<table><thead><th>Size</th><th>LoRA</th></thead><tr><td>a</td><td>1</td><td>2</td></tr></table>"
    with pytest.raises(LayoutChanged, match="2, 3 cells"):
        even_rows(html_table(soup_of(markup).find_all("table")[0]))


def test_a_table_without_rows_is_refused() -> None:
    """An empty table is a page filled in by a script, or another page: never an answer."""
    with pytest.raises(LayoutChanged, match="no rows"):
        even_rows(markdown_tables("# P\n\n|a|b|\n|--|--|\n")[0])


def test_a_flattened_head_gets_its_two_levels_back() -> None:
    """Seven heads over five cells, as a fetch tool left them."""
    table = markdown_tables("|SFT|DPO|Size|LoRA|Full|LoRA|Full|\n|--|--|--|--|--|--|--|\n|s|1|2|3|4|\n")[0]
    columns = releveled(table, {"size"}).columns
    assert columns == ("Size", "SFT / LoRA", "SFT / Full", "DPO / LoRA", "DPO / Full")


@pytest.mark.parametrize("head", ["|Size|LoRA|Full|", "|SFT|DPO|Size|LoRA|", "|LoRA|Full|"])
def test_other_heads_stay_as_they_are(head: str) -> None:
    """One level, parts that do not divide evenly, no head for the row labels."""
    table = markdown_tables(f"{head}\n{'|--' * head.count('|')}\n|a|b|\n")[0]
    assert releveled(table, {"size"}) == table


def test_models_that_share_a_cell_are_told_apart() -> None:
    """One paragraph each in HTML; in a flattened copy, where the family begins again."""
    markup = "<table><tr><td><div><p>K 2</p></div><p>K 3 <b>x</b></p></td></tr></table>"
    cell = html_table(soup_of(markup).find_all("table")[0]).rows[0][0]
    assert models_in(cell) == ["K 2", "K 3 x"]
    for text, names in (
        ("GLM-4.6 GLM-4.7", ["GLM-4.6", "GLM-4.7"]),
        ("Llama 4 Scout Llama 4 Scout Instruct", ["Llama 4 Scout", "Llama 4 Scout Instruct"]),
        ("Kimi K2 Base", ["Kimi K2 Base"]),
        ("gpt-oss-120B", ["gpt-oss-120B"]),
    ):
        assert models_in(Cell(text, (text,))) == names


def test_a_glued_family_is_taken_off() -> None:
    """Only where the name begins with it: the last word of a plain name is its own."""
    assert without_family("gpt-oss-120B GPT-OSS") == "gpt-oss-120B"
    assert without_family("Qwen3-Coder-Next Qwen") == "Qwen3-Coder-Next"
    assert without_family("Llama 3.3 70B") == "Llama 3.3 70B"
    assert without_family("Inkling") == "Inkling"


RULE = RatioRule("full / LoRA", "full", "lora", Decimal("1.05"), Decimal("1.25"))


@pytest.mark.parametrize("full", ["1.05", "1.10", "1.25"])
def test_a_row_within_the_pattern_is_not_doubted(full: str) -> None:
    """The ends of the range belong to it."""
    assert doubt_of({"full": Decimal(full), "lora": Decimal(1)}, [RULE]) is None


def test_a_doubt_says_which_ratio_how_much_and_what_was_allowed() -> None:
    """A person has to judge it without opening the parser."""
    doubt = doubt_of({"full": Decimal("0.48"), "lora": Decimal("0.54")}, [RULE])
    assert doubt == "full / LoRA is 0.89, and this seller keeps to 1.05 to 1.25"


@pytest.mark.parametrize("lora", [None, Decimal(0)])
def test_what_cannot_be_divided_is_not_doubted(lora: Decimal | None) -> None:
    """A price that is not printed, or free, has no ratio."""
    assert doubt_of({"full": Decimal(1), "lora": lora}, [RULE]) is None
