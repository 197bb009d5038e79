"""The README is true: its table of sellers is the catalogue's, its commands are the program's."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from pipeline.cli import app
from scrapers.catalog import FEED_CATALOG, provider_name, read_catalog
from warehouse.recipes import recipes

README = Path(__file__).resolve().parent.parent / "README.md"
SELLERS, RECIPES = (
    re.compile(rf"(<!-- {name}: [^\n]* -->\n)(.*?)(<!-- /{name} -->)", re.DOTALL) for name in ("sellers", "recipes")
)


def sellers_table() -> str:
    lines = ["| seller | page | every | what it is |", "| --- | --- | --- | --- |"]
    sellers, lists = read_catalog(), read_catalog(FEED_CATALOG)
    assert sellers
    assert lists
    for row in (*sellers, *lists):
        name = provider_name(row.provider)
        address = f"[{row.page}]({row.url})" if row.scope == "live" else row.page
        lines.append(f"| {name} | {address} | {row.cadence_hours} h | {row.notes} |")
    return "\n".join(lines) + "\n"


def recipes_table() -> str:
    lines = ["| recipe | answers |", "| --- | --- |"]
    listed = recipes()
    assert listed
    lines += [f"| `{recipe.name}` | {recipe.answers} |" for recipe in listed]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("pattern", "table"), [(SELLERS, sellers_table), (RECIPES, recipes_table)])
def test_the_readmes_tables_are_those_of_the_files(pattern: re.Pattern[str], table: Callable[[], str]):
    text = README.read_text(encoding="utf-8")
    region = pattern.search(text)
    assert region is not None
    if os.environ.get("FTPRICES_WRITE_DOCS"):
        README.write_text(text[: region.start(2)] + table() + text[region.end(2) :], encoding="utf-8")
    assert table() == region[2], "run FTPRICES_WRITE_DOCS=1 make test, and look at the difference"


def test_every_command_is_in_the_readme():
    text = README.read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    names = set(group.commands)  # type: ignore[attr-defined]  # the app is a group
    assert len(names) > 10
    assert set() == {name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`|make {name}\b", text)}


def test_every_command_says_what_it_does():
    group = typer.main.get_command(app)
    assert [] == [name for name, command in group.commands.items() if not command.help]  # type: ignore[attr-defined]
