"""Which models of two sellers are the same: by their spelling, or because a list of ours says so."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, moment, price, read, rows
from warehouse.facts import record
from warehouse.upkeep import refresh


def at(provider: str, *models: str) -> list[Row]:
    return [price("5", provider=provider, model=model) for model in models]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        for provider, models in {
            "together": ("Kimi K2 Instruct", "Qwen/Qwen3-8B", "Only Here", "Kimi K2 Instruct-0905", "通义千问", "-"),
            "fireworks": ("kimi-k2-instruct", "Qwen3 8B", "qwen3.8b", "文心一言", " "),
            "openai": ("gpt-4o",),
            "azure": ("gpt-4o-2024-08-06",),
        }.items():
            record(con, read(moment(0), at(provider, *models), provider=provider, parser=f"{provider}/1"))
        refresh(con)
        yield con


def same(con: duckdb.DuckDBPyConnection) -> set[tuple[object, ...]]:
    return {tuple(row.values()) for row in rows(con, "FROM pub.same_model")}


def test_names_are_the_same_but_for_case_blanks_hyphens_and_the_makers_prefix(con: duckdb.DuckDBPyConnection):
    assert {
        ("together", "Kimi K2 Instruct", "fireworks", "kimi-k2-instruct", "spelling"),
        ("fireworks", "kimi-k2-instruct", "together", "Kimi K2 Instruct", "spelling"),
        ("together", "Qwen/Qwen3-8B", "fireworks", "Qwen3 8B", "spelling"),
        ("fireworks", "Qwen3 8B", "together", "Qwen/Qwen3-8B", "spelling"),
        ("openai", "gpt-4o", "azure", "gpt-4o-2024-08-06", "declared"),
        ("azure", "gpt-4o-2024-08-06", "openai", "gpt-4o", "declared"),
    } == same(con)  # a point, a date or another word in it is another model


def test_who_sells_it_no_longer_is_named_to_nobody_and_still_told_who_does(con: duckdb.DuckDBPyConnection):
    left = at("fireworks", "Qwen3 8B", "qwen3.8b")
    (gone,) = at("fireworks", "kimi-k2-instruct")
    record(con, read(moment(1), left, provider="fireworks", parser="fireworks/1", ended=[str(gone["series_id"])]))
    refresh(con)
    assert [("gone",)] == con.execute(
        "SELECT end_reason FROM core.price_history WHERE model = 'kimi-k2-instruct'"
    ).fetchall()
    found = {row[:4] for row in same(con)}
    assert ("together", "Kimi K2 Instruct", "fireworks", "kimi-k2-instruct") not in found
    assert ("fireworks", "kimi-k2-instruct", "together", "Kimi K2 Instruct") in found
