"""Prices by a published rule: what a rule makes of a base price, for as long as its page says so, and never a guess."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from scrapers.contract import Page
from scrapers.providers import google
from tests.warehouse_facts import Row, built_warehouse, kept, moment, price, read, rows, statement
from warehouse.facts import Facts, record
from warehouse.tables import SEEDS
from warehouse.upkeep import refresh

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings"
FLASH, LITE = "gemini-3.5-flash", "gemini-3.1-flash-lite"
RULE = (
    "For model inference starting from Gemini 3, the tuned-model endpoint prediction price is 1.5 times the price "
    "of the base model."
)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def listed(day: float, *prices: Row) -> Facts:
    """A read of the Gemini API's price list."""
    return read(moment(day), prices, provider="google", page="gemini_api", parser="google/1")


def stated(day: float, *models: str, words: str = RULE) -> Facts:
    """A read of the page that states the rule, with these models on sale."""
    said = [
        statement("on_sale", provider="google", model=model, variant="fine_tuned", quoted=f"{model} | {words}")
        for model in models
    ]
    return read(moment(day), [], said=said, provider="google", page="reinforcement_tuning", parser="google/1")


def base(amount: str, **fields: object) -> Row:
    return price(amount, **{"provider": "google", "model": FLASH, **fields})


def derived(con: duckdb.DuckDBPyConnection) -> dict[tuple[object, ...], Row]:
    refresh(con)
    found = rows(con, "FROM mart.derived_price WHERE rule = 'gemini_tuned_prediction'")
    assert all((row["amount"] is None) == (row["unknown_because"] is not None) for row in found)
    return {(row["model"], row["meter"], row["condition"]): row for row in found}


def test_a_tuned_price_is_the_base_price_times_the_rule(con: duckdb.DuckDBPyConnection) -> None:
    """With the rule's words and the base price's series as evidence; sound has a price of its own."""
    record(
        con,
        listed(0, base("1.50"), base("9.00", meter="inference_output"), base("0.50", model=LITE, condition="audio")),
    )
    record(con, stated(1, FLASH, LITE))
    found = derived(con)
    assert {key: row["amount"] for key, row in found.items()} == {
        (FLASH, "inference_input", None): Decimal("2.25"),
        (FLASH, "inference_output", None): Decimal("13.5"),
        (LITE, "inference_input", "audio"): Decimal("0.75"),
        (LITE, "inference_output", None): None,
    }
    row = found[FLASH, "inference_input", None]
    assert (row["words"], row["base_amount"], row["base_source"]) == (RULE, Decimal("1.5"), "google/gemini_api")
    assert (row["source_url"], row["read_at"]) == ("https://google.test/reinforcement_tuning", kept(1))
    assert "may differ" in str(row["caveat"])
    unknown = found[LITE, "inference_output", None]["unknown_because"]
    assert unknown == f"no price of {LITE} was read on the page gemini_api"


def test_a_derived_price_is_a_markup_that_says_so(con: duckdb.DuckDBPyConnection) -> None:
    record(con, listed(0, base("1.50")))
    record(con, stated(0, FLASH))
    refresh(con)
    (markup,) = rows(con, "FROM pub.markup")
    assert (markup["ratio"], markup["tuned_amount_text"], markup["base_amount_text"]) == (1.5, "2.25", "1.5")
    assert (markup["derived"], markup["tuned_series_id"], markup["extra_usd_per_mtok"]) == (True, None, 0.75)
    assert rows(con, "FROM pub.current_price WHERE variant = 'fine_tuned'") == []


def test_a_derived_price_follows_its_base(con: duckdb.DuckDBPyConnection) -> None:
    record(con, stated(0, FLASH))
    assert derived(con)[FLASH, "inference_input", None]["amount"] is None
    record(con, listed(1, base("1.50")))
    record(con, listed(2, base("2.00")))
    assert derived(con)[FLASH, "inference_input", None]["amount"] == Decimal(3)


@pytest.mark.parametrize(
    "other",
    [
        base("0", condition="free_tier"),
        base("0.75", tier="batch"),
        base("4", variant="fine_tuned"),
        base("1", meter="inference_cached_input"),
        base("1.50", model="gemini-3.7-flash"),
    ],
)
def test_what_the_rule_does_not_name_is_not_multiplied(con: duckdb.DuckDBPyConnection, other: Row) -> None:
    record(con, listed(0, other))
    record(con, stated(0, FLASH, "gemini-3.7-flash"))
    assert {(row["model"], row["amount"]) for row in derived(con).values()} == {(FLASH, None)}


def test_a_rule_that_is_not_stated_any_more_gives_nothing(con: duckdb.DuckDBPyConnection) -> None:
    """A changed factor changes the words: nothing is derived until a person has read them."""
    record(con, listed(0, base("1.50")))
    record(con, stated(0, FLASH))
    assert len(derived(con)) == 2
    record(con, stated(1, FLASH, words=RULE.replace("1.5", "2")))
    assert derived(con) == {}


def test_rules_that_count_tokens_have_no_amount(con: duckdb.DuckDBPyConnection) -> None:
    record(con, listed(0, base("1.50")))
    record(con, stated(0, FLASH, words="Tokens generated during the training phase are charged as listed."))
    refresh(con)
    (row,) = rows(con, "FROM pub.derived_price")
    assert (row["method"], row["meter"], row["formula"]) == ("rft", "training_tokens", "tokens of the training phase")
    assert (row["amount"], row["unknown_because"]) == (None, "the rule counts tokens, and no price of theirs was read")


def test_every_rule_is_in_the_words_of_a_recorded_page() -> None:
    """The words a person reviewed are the words that the scraper reads, to the letter."""
    with (SEEDS / "price_rule.csv").open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    assert rules
    for rule in rules:
        (recording,) = (RECORDINGS / rule["provider"]).glob(f"{rule['page']}-*.md")
        page = Page(url="https://x.test", fetched_at=datetime(2026, 8, 20, tzinfo=UTC), body=recording.read_bytes())
        facts = google.parse(page).availability
        named = rule["models"].split() or [fact.model for fact in facts]
        assert named
        for model in named:
            (fact,) = [fact for fact in facts if fact.model == model]
            assert rule["words"] in fact.evidence.quoted, rule["rule"]
