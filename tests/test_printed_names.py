"""Spellings that are one name: each row is needed, none leads to another, and what is not in the table stays as printed."""

from __future__ import annotations

import csv

from scrapers.catalog import read_catalog
from scrapers.printed_names import NAMES, name_of


def rows() -> list[dict[str, str]]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_the_table_does_not_know_stays_as_printed() -> None:
    assert name_of("fireworks", "OpenAI gpt-oss-120b") == "OpenAI GPT OSS 120B"
    assert name_of("fireworks", "Kimi K3") == "Kimi K3"
    assert name_of("together", "OpenAI gpt-oss-120b") == "OpenAI gpt-oss-120b"
    assert name_of("fireworks", None) is None


def test_each_spelling_has_one_name_that_is_final() -> None:
    printed = [(row["provider"], row["printed"]) for row in rows()]
    assert printed
    assert len(set(printed)) == len(printed)
    assert not {(row["provider"], row["model"]) for row in rows()} & set(printed)
    assert {provider for provider, _ in printed} <= {row.provider for row in read_catalog()}
