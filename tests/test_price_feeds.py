"""Third parties' lists of prices: what each module reads in a file, its traps, and what the real files hold."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers import feed_amounts
from scrapers.contract import Meter
from scrapers.errors import LayoutChanged, ScrapeError
from scrapers.feed_amounts import amount_of
from scrapers.feed_keys import TIERS, cost_key
from scrapers.feed_prices import FeedLine, FeedPrice, NotTold, Told, is_snapshot, known_feeds, read_feed
from scrapers.feed_sellers import SELLERS, seller_of, sellers_of
from scrapers.feeds import observations

DAY = date(2026, 8, 21)
SNAPSHOTS = ("litellm", "tokencost", "models.dev", "openrouter", "genai-prices", "portkey")
HISTORIES = ("openrouter-history", "llm-pricing-history")


def lines_of(
    feed: str, document: Any, *, name: str = "openai.json", day: date = DAY, seller: str | None = None
) -> list[FeedLine]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    module = known_feeds()[feed]
    told = Told(observed_on=day, file_name=name, seller=seller) if is_snapshot(module) else None
    return list(read_feed(module, io.BytesIO(body), told))


def prices_of(feed: str, document: Any, **words: Any) -> list[FeedPrice]:
    return [price for line in lines_of(feed, document, **words) for price in line.prices]


def faults_of(feed: str, document: Any, **words: Any) -> list[str]:
    return [fault for line in lines_of(feed, document, **words) for fault in line.not_understood]


def told(price: FeedPrice) -> tuple[str, ...]:
    """A price without its model: meter, tier, band, window, condition and amount, those that are there."""
    parts = (price.meter, price.tier, price.context_band, price.time_window, price.region, price.condition)
    return (*(str(part) for part in parts if part), format(price.amount.normalize(), "f"))


def amounts(prices: list[FeedPrice], model: str, **words: str | None) -> dict[str, Decimal]:
    """The standard amounts of a model by their meter."""
    wanted = {"tier": "standard", "context_band": None, "condition": None, "region": None, **words}
    return {
        str(price.meter): price.amount
        for price in prices
        if price.model == model and all(getattr(price, name) == value for name, value in wanted.items())
    }


# Amounts


@pytest.mark.parametrize(
    ("printed", "factor", "amount"),
    [
        ("3.75e-06", feed_amounts.PER_TOKEN, "3.75"),
        ("2.9999900000000002e-06", feed_amounts.PER_TOKEN, "2.99999"),
        ("5.999999999999999e-05", feed_amounts.CENTS_PER_TOKEN, "0.6"),
        ("0.7499999999999999", feed_amounts.PER_MTOK, "0.75"),
        ("0", feed_amounts.PER_TOKEN, "0"),
        ("0.0", feed_amounts.PER_TOKEN, "0"),
        ("10000", feed_amounts.CENTS_PER_HOUR, "100"),
        ("6e-09", feed_amounts.PER_TOKEN, "0.006"),
        ("1e-20", feed_amounts.PER_TOKEN, None),  # it would be 0
        ("-1e-06", feed_amounts.PER_TOKEN, None),
        ("NaN", feed_amounts.PER_TOKEN, None),
        ("Infinity", feed_amounts.PER_TOKEN, None),
        ("1e999999999", feed_amounts.PER_TOKEN, None),
        ("1" * 400, feed_amounts.PER_TOKEN, None),
        ("3", feed_amounts.PER_TOKEN, None),  # per 1M tokens where a price per token belongs
        ("seven", feed_amounts.PER_TOKEN, None),
    ],
)
def test_an_amount_is_exact_without_binary_dust(printed: str, factor: Decimal, amount: str | None):
    assert amount_of(printed, factor) == (None if amount is None else Decimal(amount))


@given(st.decimals(min_value=Decimal("0.000001"), max_value=9999, places=6))
def test_a_price_through_a_binary_float_and_any_unit_is_the_price(price: Decimal):
    """Printed per token, per token in cents, and per 1M tokens, as a float prints it: the same amount to the digit."""
    kept = amount_of(str(price), feed_amounts.PER_MTOK)
    assert kept == price
    for unit in (feed_amounts.PER_TOKEN, feed_amounts.CENTS_PER_TOKEN):
        assert amount_of(repr(float(price) / float(unit)), unit) == price
    assert amount_of(str(kept), feed_amounts.PER_MTOK) == kept


# LiteLLM's keys


_WAYS = {
    "input_cost_per_token": Meter.INFERENCE_INPUT,
    "output_cost_per_token": Meter.INFERENCE_OUTPUT,
    "cache_read_input_token_cost": Meter.INFERENCE_CACHED_INPUT,
    "cache_creation_input_token_cost": Meter.INFERENCE_CACHE_WRITE,
}


@given(
    st.sampled_from(sorted(_WAYS)),
    st.one_of(st.none(), st.integers(1, 2000)),
    st.one_of(st.none(), st.integers(1, 24)),
    st.booleans(),
    st.one_of(st.none(), st.sampled_from(["batches", "flex", "priority", "ultrafast"])),
)
def test_a_key_that_is_composed_is_read_as_it_was_meant(
    stem: str, band: int | None, life: int | None, life_first: bool, tier: str | None
):
    life = life if stem.startswith("cache_creation") else None
    suffixes = [f"_above_{band}k_tokens" if band else "", f"_above_{life}hr" if life else ""]
    priced = cost_key(stem + "".join(suffixes[::-1] if life_first else suffixes) + (f"_{tier}" if tier else ""))
    assert priced is not None
    assert (priced.meter, priced.tier) == (_WAYS[stem], TIERS[tier] if tier else "standard")
    assert priced.context_band == (f"above {band}k tokens" if band else None)
    assert priced.condition == (f"cache_{life}h" if life else None)


@given(st.text(alphabet="abcdehiklmnoprstuv_0123", max_size=24))
def test_whatever_stands_behind_a_key_is_known_or_nothing(tail: str):
    priced = cost_key(f"input_cost_per_token_{tail}")
    assert priced is None or tail in TIERS or tail.startswith("above_")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("output_cost_per_reasoning_token", ("inference_output", "standard", "reasoning")),
        ("input_cost_per_audio_token_batches", ("inference_input", "batch", "audio")),
        ("cache_read_input_audio_token_cost_flex", ("inference_cached_input", "flex", "audio")),
        ("input_cost_per_character", ("inference_input_characters", "standard", None)),
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
            ("inference_cache_write", "standard", "cache_1h"),
        ),
        ("input_cost_per_token_cache_hit", None),
        ("input_cost_per_token_turbo", None),
        ("output_cost_per_second_1080p", None),
        ("input_cost_per_image", None),
        ("search_context_cost_per_query", None),
        ("input_cost_per_token_above_128k_tokens_above_200k_tokens", None),
        ("input_cost_per_token_above_1hr", None),
        ("citation_cost_per_token", None),
    ],
)
def test_keys_of_a_kind(key: str, words: tuple[str, str, str | None] | None):
    priced = cost_key(key)
    assert (priced and (priced.meter, priced.tier, priced.condition)) == words


# LiteLLM and its copies


def test_an_entry_of_litellm_is_its_prices():
    entry = {
        "litellm_provider": "openai",
        "input_cost_per_token": 3.75e-06,
        "output_cost_per_token_batches": 1.25e-05,
        "cache_read_input_token_cost_above_200k_tokens": 2.5e-07,
        "output_cost_per_token_turbo": 1,
        "search_context_cost_per_query": {"search_context_size_high": 0.1},
        "deprecation_date": "2027-01-14",
        "max_tokens": 16384,
    }
    (line,) = lines_of("litellm", {"ft:gpt-4o-2024-08-06": entry})
    assert [told(price) for price in line.prices] == [
        ("inference_input", "standard", "3.75"),
        ("inference_output", "batch", "12.5"),
        ("inference_cached_input", "standard", "above 200k tokens", "0.25"),
    ]
    assert {(one.model, one.base_model, one.variant) for one in line.prices} == {
        ("ft:gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "fine_tuned")
    }
    assert {one.deprecated_on for one in line.prices} == {date(2027, 1, 14)}
    assert (line.prices[0].raw_text, line.prices[0].raw_unit) == ("3.75e-06", "token")
    assert line.not_understood == (
        "no known price: output_cost_per_token_turbo",
        "no known price: search_context_cost_per_query",
    )


@pytest.mark.parametrize("order", [("sample_spec", "m"), ("m", "sample_spec"), ("m",)])
def test_the_template_is_skipped_wherever_it_stands(order: tuple[str, ...]):
    entries = {
        "sample_spec": {
            "litellm_provider": "one of https://x",
            "input_cost_per_token": 0.5,
            "deprecation_date": "a day",
        },
        "m": {"litellm_provider": "openai", "input_cost_per_token": 1e-06},
    }
    (price,) = prices_of("litellm", {name: entries[name] for name in order})
    assert (price.model, price.amount) == ("m", 1)
    assert faults_of("litellm", {name: entries[name] for name in order}) == []


@pytest.mark.parametrize(
    ("key", "route", "told_as"),
    [
        ("eu.anthropic.claude", "bedrock_converse", ("bedrock", None, "eu")),
        ("us-gov.anthropic.claude", "bedrock", ("bedrock", None, "us-gov")),
        ("anthropic.claude", "bedrock", ("bedrock", None, None)),
        ("bedrock/us-east-1/anthropic.claude", "bedrock", ("bedrock", None, "us-east-1")),
        ("bedrock/us-gov-west-1/claude", "bedrock", ("bedrock", None, "us-gov-west-1")),
        ("azure/us/gpt-4.1", "azure", ("azure", None, "us")),
        ("azure/gpt-4.1", "azure", ("azure", None, None)),
        ("us.model", "openai", ("openai", None, None)),
        ("vertex_ai/x", "vertex_ai-new_models", ("google", "vertex_ai", None)),
        ("gemini/x", "gemini", ("google", "gemini_api", None)),
        ("together-ai-4.1b-8b", "together_ai", ("together", None, None)),
    ],
)
def test_the_route_is_the_seller_and_the_key_the_region(key: str, route: str, told_as: tuple[str | None, ...]):
    (price,) = prices_of("litellm", {key: {"litellm_provider": route, "input_cost_per_token": 1e-06}})
    assert (price.provider, price.product, price.region) == told_as
    assert price.model == key


def test_prices_by_length_and_hour_of_litellm():
    peak = [
        {"weekdays": [1, 2, 3, 4, 5], "hours_utc": ["00:00-01:00", "10:00-00:00"]},
        {"weekdays": [6, 7], "hours_utc": "00:00-00:00"},
    ]
    entry = {
        "litellm_provider": "deepseek",
        "input_cost_per_token": 3e-07,
        "input_cost_per_token_cache_hit": 6e-09,
        "cache_read_input_token_cost": 6e-09,
        "off_peak_pricing": {"input_cost_per_token": 1.5e-07, "windows": peak},
        "tiered_pricing": [
            {"output_cost_per_token": 4e-07, "range": [0, 256000.0]},
            {"output_cost_per_token": 2e-06, "range": [256000.0, 1000000.0]},
        ],
    }
    (line,) = lines_of("litellm", {"deepseek-flash": entry})
    assert [told(price) for price in line.prices] == [
        ("inference_input", "standard", "0.3"),
        ("inference_cached_input", "standard", "0.006"),
        ("inference_output", "standard", "0.4"),
        ("inference_output", "standard", "above 256k tokens", "2"),
        ("inference_input", "standard", "Mon-Fri 00:00-01:00, 10:00-00:00; Sat-Sun 00:00-00:00", "0.15"),
    ]
    assert line.not_understood == ()
    entry["off_peak_pricing"] = {"input_cost_per_token": 1e-07, "windows": "at night"}
    entry["tiered_pricing"] = [{"input_cost_per_token": 1e-07}]
    assert faults_of("litellm", {"m": entry}) == ["no known price: tiered_pricing", "no known price: off_peak_pricing"]


def test_zero_is_printed_doubted_where_both_are_and_missing_is_no_price():
    free = {"litellm_provider": "openai", "input_cost_per_token": 0.0, "output_cost_per_token": 0}
    embedding = {"litellm_provider": "openai", "input_cost_per_token": 1e-07, "output_cost_per_token": 0.0}
    nothing = {"litellm_provider": "openai", "max_tokens": 5, "input_cost_per_token": None}
    lines = lines_of("litellm", {"a": free, "b": embedding, "c": nothing})
    assert [(price.amount, price.doubt is not None) for line in lines for price in line.prices] == [
        (0, True),
        (0, True),
        (Decimal("0.1"), False),
        (0, False),
    ]
    assert lines[2].not_understood == ("no price",)


def test_a_placeholder_is_doubted_in_the_lists_own_words():
    entry = {"litellm_provider": "openai", "input_cost_per_token": 3e-05, "source": "Defaulting to base model pricing"}
    (price,) = prices_of("litellm", {"ft:gpt-4-0613": entry})
    assert price.doubt == "the list says of it: Defaulting to base model pricing"


def test_numbers_that_are_no_prices_are_counted():
    body = (
        b'{"a": {"litellm_provider": "openai", "input_cost_per_token": -1, "output_cost_per_token": 1e400,'
        b' "cache_read_input_token_cost": "many", "cache_creation_input_token_cost": 123456789}, "b": 7,'
        b' "c": {"litellm_provider": ["x"], "input_cost_per_token": 1e-6}}'
    )
    assert prices_of("litellm", body) == []
    assert faults_of("litellm", body) == [
        "no amount: input_cost_per_token -1",
        "no amount: output_cost_per_token 1e400",
        "no amount: cache_read_input_token_cost many",
        "no amount: cache_creation_input_token_cost 123456789",
        "no entry: b",
        "no known seller: c",
    ]


def test_a_copy_without_routes_is_read_by_the_beginnings_of_its_keys():
    entry = {"input_cost_per_token": 3e-06}
    keys = ("ft:gpt-3.5-turbo", "azure/gpt-4", "anthropic.claude-v2", "gemini-pro", "gemini/gemini-pro", "dolphin")
    lines = lines_of("tokencost", dict.fromkeys(keys, entry))
    assert [[price.provider for price in line.prices] for line in lines] == [
        ["openai"],
        ["azure"],
        ["bedrock"],
        ["google"],
        ["google"],
        [],
    ]
    assert lines[-1].not_understood == ("no known seller: dolphin",)


# models.dev


def test_a_model_of_models_dev():
    cost = {
        "input": 5,
        "output": 25.5,
        "cache_read": 0.5,
        "reasoning": 30,
        "input_audio": 7,
        "image": 3,
        "tiers": [{"input": 10, "output": 37.5, "tier": {"size": 272000, "type": "context"}}],
        "context_over_200k": {"input": 10, "output": 37.5},
    }
    modes = {
        "fast": {"cost": {"input": 12.5}, "provider": {"body": {"service_tier": "priority"}}},
        "quick": {"cost": {"input": 30}, "provider": {"body": {"speed": "fast"}}},
    }
    models = {"openai/gpt/x": {"cost": cost, "experimental": {"modes": modes}}, "none": {"name": "no cost"}}
    lines = lines_of("models.dev", {"openai": {"models": models}, "kilo": {"models": {"a": {"cost": {"input": 1}}}}})
    assert [told(price) for price in lines[0].prices] == [
        ("inference_input", "standard", "5"),
        ("inference_output", "standard", "25.5"),
        ("inference_cached_input", "standard", "0.5"),
        ("inference_output", "standard", "reasoning", "30"),
        ("inference_input", "standard", "audio", "7"),
        ("inference_input", "standard", "above 272k tokens", "10"),
        ("inference_output", "standard", "above 272k tokens", "37.5"),
        ("inference_input", "priority", "12.5"),
        ("inference_input", "standard", "quick_mode", "30"),
    ]
    assert {price.model for price in lines[0].prices} == {"openai/gpt/x"}
    assert [line.not_understood for line in lines] == [
        ("no known price: image",),
        ("no price",),
        ("no known seller: kilo",),
    ]


def test_the_older_word_for_long_prompts_is_read_where_the_newer_is_missing():
    cost = {"input": 0, "output": 0, "context_over_200k": {"input": 4}}
    prices = prices_of("models.dev", {"google": {"models": {"m": {"cost": cost}}}})
    assert told(prices[-1]) == ("inference_input", "standard", "above 200k tokens", "4")
    assert all(price.doubt for price in prices)


# OpenRouter


def test_a_model_of_openrouter_is_the_aggregators_price():
    pricing = {
        "prompt": "0.00000022",
        "completion": "-1",
        "input_cache_write_1h": "0.000006",
        "image": "0.001",
        "overrides": [
            {"utc_start": 1000, "utc_end": 100, "prompt": "0.0000001"},
            {"min_prompt_tokens": 200000, "utc_start": 0, "utc_end": 30, "prompt": "0.000004"},
            {"utc_start": 2500, "utc_end": 100, "prompt": "0.1"},
        ],
    }
    models = [
        {"id": "deepseek/x", "pricing": pricing},
        {"id": "x/y:free", "pricing": {"prompt": "0", "completion": "0"}},
    ]
    models += [{"id": "x/y:batch", "pricing": {"prompt": "0.000001"}}]
    lines = lines_of("openrouter", {"data": models})
    assert [told(price) for line in lines for price in line.prices] == [
        ("inference_input", "standard", "0.22"),
        ("inference_cache_write", "standard", "cache_1h", "6"),
        ("inference_input", "standard", "10:00-01:00", "0.1"),
        ("inference_input", "standard", "above 200k tokens", "00:00-00:30", "4"),
        ("inference_input", "standard", "0"),
        ("inference_output", "standard", "0"),
        ("inference_input", "batch", "1"),
    ]
    assert {price.provider for line in lines for price in line.prices} == {"openrouter"}
    assert {price.doubt for line in lines for price in line.prices} == {None}
    assert lines[0].not_understood == (
        "no price: it varies (-1)",
        "no known price: image",
        "no known condition of an override",
    )


def test_a_history_of_openrouter_carries_its_days():
    points = [["2024-09-21", 3.0, 12], ["2025-02-01", None, 4.4], ["2025-02-30", 1, 1], ["2025-03-01", -1, "?"]]
    lines = lines_of("openrouter-history", {"models": {"openai/o1-mini": {"points": points}}})
    assert [(str(price.observed_on), *told(price)) for line in lines for price in line.prices] == [
        ("2024-09-21", "inference_input", "standard", "3"),
        ("2024-09-21", "inference_output", "standard", "12"),
        ("2025-02-01", "inference_output", "standard", "4.4"),
    ]
    assert [len(line.not_understood) for line in lines] == [0, 0, 1, 2]


# genai-prices


def genai(*models: dict[str, Any], key: str = "openai") -> list[dict[str, Any]]:
    return [{"id": key, "models": list(models)}]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 6, 1), [("10", None, "2025-06-09"), ("2", "2025-06-10", "2026-11-30"), ("3", "2026-12-01", None)]),
        (date(2025, 6, 10), [("2", "2025-06-10", "2026-11-30"), ("3", "2026-12-01", None)]),
        (date(2026, 12, 1), [("3", "2026-12-01", None)]),
    ],
)
def test_the_last_price_that_matches_wins_and_announced_ones_are_kept(
    day: date, words: list[tuple[str, str | None, str | None]]
):
    prices = [
        {"prices": {"input_mtok": 10}},
        {"constraint": {"start_date": "2025-06-10"}, "prices": {"input_mtok": 2}},
        {"constraint": {"start_date": "2026-12-01"}, "prices": {"input_mtok": 3}},
    ]

    def text(when: date | None) -> str | None:
        return when.isoformat() if when else None

    found = prices_of("genai-prices", genai({"id": "o3", "prices": prices}), day=day)
    assert [(str(one.amount), text(one.effective_from), text(one.effective_to)) for one in found] == words


def test_a_model_of_genai_prices_with_steps_hours_and_kinds():
    prices = [
        {"prices": {"input_mtok": {"base": 3, "tiers": [{"start": 200000, "price": 6}]}, "cache_write_1h_mtok": 0.5}},
        {
            "constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
            "prices": {"input_mtok": 0.27, "cache_audio_read_mtok": 1, "web_searches_kcount": 10},
        },
        {"constraint": {"weekday": 3}, "prices": {"input_mtok": 1}},
    ]
    (line,) = lines_of("genai-prices", genai({"id": "x", "prices": prices}))
    assert [told(price) for price in line.prices] == [
        ("inference_input", "standard", "3"),
        ("inference_input", "standard", "above 200k tokens", "6"),
        ("inference_cache_write", "standard", "cache_1h", "0.5"),
        ("inference_input", "standard", "00:30-16:30", "0.27"),
        ("inference_cached_input", "standard", "00:30-16:30", "audio", "1"),
    ]
    assert line.not_understood == ("no known constraint: {...}", "no known price: web_searches_kcount")


def test_a_tuned_id_of_genai_prices_is_the_beginning_of_names():
    models = [{"id": one, "prices": {"input_mtok": 3}} for one in ("ft:gpt-4o", "ft:gpt-3.5-turbo-", "gpt-4o", "ft:x")]
    found = prices_of("genai-prices", genai(*models))
    assert [(one.model, one.variant, one.base_model) for one in found] == [
        ("ft:gpt-4o", "fine_tuned", "gpt-4o"),
        ("ft:gpt-3.5-turbo-", "fine_tuned", None),
        ("gpt-4o", "base", None),
        ("ft:x", "fine_tuned", None),
    ]


def test_the_frozen_first_version_is_refused():
    many = [{"id": f"m{number}", "prices": {"input_mtok": 3}} for number in range(300)]
    with pytest.raises(LayoutChanged, match="first version's list, which is frozen"):
        lines_of("genai-prices", genai(*many))
    many[7]["prices"] = {"cache_write_1h_mtok": 1}
    assert len(prices_of("genai-prices", genai(*many))) == 300


# Portkey


def portkey(model: str = "gpt-4o", **about: Any) -> dict[str, Any]:
    template = {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0}}, "currency": "USD"}}
    return {"default": template, model: about}


def test_a_model_of_portkey_is_in_cents_and_has_training_prices():
    def at(cents: float) -> dict[str, Any]:
        return {"pricing_config": {"pay_as_you_go": {"request_token": {"price": cents}}}}

    config = {
        "pay_as_you_go": {
            "request_token": {"price": 0.00025},
            "response_token": {"price": 7.499999999999999e-05},
            "cache_write_input_token": {"price": 0},
            "request_audio_token": {"price": 0.004},
            "cached_text_input_token": {"price": 0.0001},
            "additional_units": {"web_search": {"price": 1}},
        },
        "batch_config": {"request_token": {"price": 0.000125}},
        "finetune_config": {
            "pay_per_token": {"price": 0.0025},
            "pay_per_hour": {"price": 10000},
            "pay_per_job": {"price": 1},
        },
    }
    modes = {
        "standard": {"context_tiers": {"lte-272k": at(0.00025), "gt-272k": at(0.0005)}},
        "batch": at(0.0002),
        "priority": at(0.0009),
        "odd": at(1),
    }
    custom = {
        "regions": {"default": {"execution_modes": modes}, "us,eu": {"execution_modes": {"standard": at(0.000275)}}}
    }
    (line,) = lines_of("portkey", portkey(pricing_config=config, custom_pricing=custom))
    assert [told(price) for price in line.prices] == [
        ("inference_input", "standard", "2.5"),
        ("inference_output", "standard", "0.75"),
        ("inference_cache_write", "standard", "0"),
        ("inference_input", "standard", "audio", "40"),
        ("inference_cached_input", "standard", "text", "1"),
        ("inference_input", "batch", "1.25"),
        ("training_tokens", "standard", "25"),
        ("training_hours", "standard", "100"),
        ("inference_input", "standard", "above 272k tokens", "5"),
        ("inference_input", "priority", "9"),
        ("inference_input", "standard", "us,eu", "2.75"),
    ]
    assert {price.variant for price in line.prices if price.meter.startswith("training")} == {"fine_tuned"}
    assert {told(price)[-1]: price.doubt for price in line.prices if price.doubt} == {
        "0": "0 in this list is free, or not known",
        "1.25": "custom_pricing.default.batch.request_token says 0.0002",
    }
    assert line.not_understood == (
        "no known price: web_search",
        "no known price: finetune_config.pay_per_job",
        "no known price: execution_modes.odd",
    )


@pytest.mark.parametrize(
    ("name", "seller", "provider"),
    [
        ("openai.json", None, "openai"),
        ("open-ai.json", None, "openai"),
        ("azure-openai.json.gz", None, "azure"),
        ("portkey-azure-openai_2026-08-21_f654307e.json.gz", None, "azure"),
        ("portkey-vertex-ai_2026-08-21_f654307e.json", None, "google"),
        ("anything", "together-ai", "together"),
        ("openai.json", "bedrock", "bedrock"),
        ("prices.json", None, None),
        ("", None, None),
        ("openai.json", "nobody", None),
    ],
)
def test_whose_prices_portkeys_file_holds_is_told(name: str, seller: str | None, provider: str | None):
    document = portkey(pricing_config={"pay_as_you_go": {"request_token": {"price": 0.0001}}})
    if provider is None:
        with pytest.raises(NotTold, match="say which: "):
            lines_of("portkey", document, name=name, seller=seller)
    else:
        assert [price.provider for price in prices_of("portkey", document, name=name, seller=seller)] == [provider]


# The log of changes


def test_the_log_prices_what_it_says_is_new():
    rows = """date,event,source,provider,model,field,old,new
2026-08-10,changed,openrouter,deepseek,deepseek/v3,input_usd_per_mtok,0.26,0.269
2026-08-10,changed,openrouter,deepseek,deepseek/v3,cache_read_usd_per_mtok,,0.05
2026-08-10,changed,openrouter,deepseek,deepseek/v3,cache_read_usd_per_mtok,0.05,
2026-08-11,added,litellm,openai,ft:gpt-9,,,0.35/1.5
2026-08-11,removed,openrouter,openai,openai/x,,0.35/1.5,
2026-08-11,added,litellm,xai,grok,,,1/2
2026-13-11,added,litellm,openai,x,,,1/2
2026-08-11,added,elsewhere,openai,x,,,1/2
2026-08-11,added,litellm,openai,x,,,1
2026-08-11,renamed,litellm,openai,x,,,1
2026-08-11,changed,litellm,openai,x,output_usd_per_mtok,1,-3
"""
    lines = lines_of("llm-pricing-history", rows.encode())
    assert [(one.provider, one.model, one.origin, *told(one)) for line in lines for one in line.prices] == [
        ("openrouter", "deepseek/v3", "openrouter", "inference_input", "standard", "0.269"),
        ("openrouter", "deepseek/v3", "openrouter", "inference_cached_input", "standard", "0.05"),
        ("openai", "ft:gpt-9", "litellm", "inference_input", "standard", "0.35"),
        ("openai", "ft:gpt-9", "litellm", "inference_output", "standard", "1.5"),
    ]
    assert [fault for line in lines for fault in line.not_understood] == [
        "no price: it went",
        "no price: the model went",
        "no known seller: xai",
        "no known date: 2026-13-11",
        "no known source: elsewhere",
        "no known pair of prices: 1",
        "no known event: renamed",
        "no amount: output_usd_per_mtok -3",
    ]


# Observations


def observed(folder: Path, rows: str) -> Path:
    file = folder / "observations"
    duckdb.execute(f"""COPY (SELECT * FROM (VALUES {rows}) AS t({", ".join(observations.COLUMNS)}))
                       TO '{file}' (FORMAT parquet)""")
    return file


def test_observations_are_read_as_a_whole_or_accounted_for(tmp_path: Path):
    file = observed(
        tmp_path,
        """(DATE '2025-12-14', 'litellm', '1.80.10', 'openai', 'ft:gpt-4.1', 'batch_output', 'usd_per_mtok', 6.50::DECIMAL(20, 8)),
           (DATE '2025-12-15', 'portkey-git', 'abc', 'azure-openai', 'o4-mini', 'training', 'usd_per_hour', 100),
           (DATE '2025-12-15', 'tokencost', '1', '', 'ft:gpt-3.5-turbo', 'input', 'usd_per_mtok', 0),
           (DATE '2025-12-15', 'litellm', '1', 'bedrock', 'm', 'flex_cache_write_above_12hr_above_272k', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'litellm', '1', 'openai', 'm', 'cached_input_per_audio_token', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'litellm', '1', 'openai', 'm', 'input_batch_requests', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'litellm', '1', 'openai', 'm', 'input_per_furlong', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'litellm', '1', 'nobody', 'm', 'input', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'tokencost', '1', '', 'm', 'input', 'usd_per_mtok', 3),
           (NULL, 'litellm', '1', 'openai', 'm', 'input', 'usd_per_mtok', 3),
           (DATE '2025-12-15', 'litellm', '1', 'openai', 'm', 'input', 'usd_per_mtok', -3)""",
    )
    staged = observations.stage(file, tmp_path / "staged")
    assert (staged.rows, staged.prices, staged.doubted) == (11, 6, 1)
    assert staged.not_understood == {
        "no known price: input_per_furlong usd_per_mtok": 1,
        "no known seller: litellm nobody": 1,
        "no known seller: tokencost ": 1,
        "no date": 1,
        "no amount: -3.00000000": 1,
    }
    kept = duckdb.execute(
        f"""SELECT provider, model, base_model, variant, meter, tier, context_band, condition, raw_text, origin
            FROM read_parquet('{tmp_path / "staged"}') ORDER BY line"""
    ).fetchall()
    assert kept == [
        ("openai", "ft:gpt-4.1", "gpt-4.1", "fine_tuned", "inference_output", "batch", None, None, "6.5", "litellm"),
        ("azure", "o4-mini", None, "fine_tuned", "training_hours", "standard", None, None, "100", "portkey-git"),
        (
            "openai",
            "ft:gpt-3.5-turbo",
            "gpt-3.5-turbo",
            "fine_tuned",
            "inference_input",
            "standard",
            None,
            None,
            "0",
            "tokencost",
        ),
        (
            "bedrock",
            "m",
            None,
            "base",
            "inference_cache_write",
            "flex",
            "above 272k tokens",
            "cache_12h",
            "3",
            "litellm",
        ),
        ("openai", "m", None, "base", "inference_cached_input", "standard", None, "audio", "3", "litellm"),
        ("openai", "m", None, "base", "inference_input", "batch", None, None, "3", "litellm"),
    ]


@pytest.mark.parametrize("body", [b"", b"PAR1 and no more", b"observed_on,source\n"])
def test_a_file_that_is_no_parquet_file_is_refused(body: bytes, tmp_path: Path):
    (tmp_path / "observations").write_bytes(body)
    with pytest.raises(LayoutChanged, match="no Parquet file of prices"):
        observations.stage(tmp_path / "observations", tmp_path / "staged")
    duckdb.execute(f"COPY (SELECT 1 AS observed_on) TO '{tmp_path / 'other'}' (FORMAT parquet)")
    with pytest.raises(LayoutChanged, match="a column source, source_version"):
        observations.stage(tmp_path / "other", tmp_path / "staged")
    assert not (tmp_path / "staged").exists()


# Every feed


SAMPLES: dict[str, Any] = {
    "litellm": {"m": {"litellm_provider": "openai", "input_cost_per_token": 1e-06}},
    "models.dev": {"openai": {"models": {"m": {"cost": {"input": 1}}}}},
    "openrouter": {"data": [{"id": "m", "pricing": {"prompt": "0.000001"}}]},
    "genai-prices": [{"id": "openai", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}],
    "portkey": {"m": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}}},
    "openrouter-history": {"models": {"m": {"points": [["2026-01-01", 1, 2]]}}},
}


@pytest.mark.parametrize("feed", [*SNAPSHOTS, *HISTORIES])
def test_another_file_and_a_broken_one_are_refused(feed: str):
    own = SAMPLES.get(feed, SAMPLES["litellm"] if feed == "tokencost" else None)
    for sample in SAMPLES.values():
        if sample is not own:
            with pytest.raises(ScrapeError):
                lines_of(feed, sample)
    if own is not None:
        assert prices_of(feed, own)
        with pytest.raises(LayoutChanged):
            lines_of(feed, json.dumps(own).encode()[:-2])
    nested = b'{"a":' * 100_000
    for body in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html></html>",
        b"\xff\xfe\x00",
        b'{"a": NaN}',
        b'{"\\ud800": 1}',
        nested,
        b"[" * 100_000,
    ):
        with pytest.raises(ScrapeError):
            lines_of(feed, body)


@pytest.mark.parametrize("feed", SNAPSHOTS)
def test_a_file_of_one_day_needs_its_day(feed: str):
    with pytest.raises(NotTold, match="does not print its day"):
        list(read_feed(known_feeds()[feed], io.BytesIO(b"{}")))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "models",
                    "cost",
                    "prices",
                    "pricing",
                    "data",
                    "input",
                    "output",
                    "input_mtok",
                    "tiers",
                    "constraint",
                    "base",
                    "start",
                    "tier",
                    "size",
                    "type",
                    "prompt",
                    "overrides",
                    "litellm_provider",
                    "input_cost_per_token",
                    "tiered_pricing",
                    "off_peak_pricing",
                    "windows",
                    "range",
                    "openai",
                    "pricing_config",
                    "pay_as_you_go",
                    "request_token",
                    "price",
                    "custom_pricing",
                    "regions",
                    "execution_modes",
                    "standard",
                    "context_tiers",
                    "finetune_config",
                    "points",
                    "experimental",
                    "modes",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*SNAPSHOTS, "openrouter-history"]), _JSON)
def test_no_document_is_met_with_anything_but_prices_or_words(feed: str, document: Any):
    try:
        lines = lines_of(feed, document)
    except ScrapeError as error:
        if "did not foresee" in str(error):
            raise
        return
    for line in lines:
        assert line.prices or line.not_understood
        assert all(0 <= price.amount <= feed_amounts.MOST for price in line.prices)


def test_the_table_of_sellers_names_sellers_that_are_there():
    with SELLERS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["feed"] for row in rows} <= known_feeds().keys()
    assert len({(row["feed"], row["key"]) for row in rows}) == len(rows) > 50
    modules = {file.stem for file in (SELLERS.parent / "providers").glob("*.py")} | {"openrouter"}
    assert {row["provider"] for row in rows} <= modules
    assert seller_of("litellm", "vertex_ai-of-tomorrow") == seller_of("litellm", "vertex_ai")
    assert seller_of("litellm", "vertexai") is None
    assert sellers_of("nobody") == {}


# The real files


def unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def real_files(folder: Path) -> Iterator[tuple[str, Path, date]]:
    """Every raw file of the folder, the feed it is of, and the day in its name."""
    names = {
        "models-dev": "models.dev",
        "openrouter-models": "openrouter",
        "openrouter-price-history": "openrouter-history",
        "genai-prices-v2": "genai-prices",
    }
    for file in sorted(folder.glob("*_20*_*.gz")):
        start, day, _ = file.name.split("_", 2)
        yield names.get(start, "portkey" if start.startswith("portkey") else start), file, date.fromisoformat(day)


@pytest.fixture(scope="module")
def real(shared_feeds: Path) -> dict[str, list[FeedLine]]:
    """What is read in every raw file, by its name."""
    return {
        file.name: lines_of(feed, unpacked(file), name=file.name, day=day)
        for feed, file, day in real_files(shared_feeds)
    }


@pytest.mark.real_pages
def test_every_real_file_is_read_and_no_two_prices_share_their_words(
    real: dict[str, list[FeedLine]], shared_feeds: Path
):
    assert len(real) == 14 == len(list(shared_feeds.glob("*.json.gz"))) + len(list(shared_feeds.glob("llm-*.csv.gz")))
    for name, lines in real.items():
        prices = [price for line in lines for price in line.prices]
        assert len(prices) > 100, name
        words = {(price.observed_on, price.quoted, price.raw_text) for price in prices}
        # The one history that may see a model twice a day has 23 prices that are the same again.
        assert len(prices) - len(words) == (23 if name.startswith("openrouter-price-history") else 0), name
        assert not [fault for line in lines for fault in line.not_understood if fault.startswith("no amount")], name


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("version", "size", "tuned"),
    [("1.14.4", 141, 1), ("1.54.1", 703, 10), ("1.74.0", 1141, 10), ("1.80.10", 2162, 14), ("1.109.1", 4553, 14)],
)
def test_litellm_grows_a_hundredfold_and_each_known_sellers_price_per_token_is_there(
    version: str, size: int, tuned: int, real: dict[str, list[FeedLine]], shared_feeds: Path
):
    (file,) = shared_feeds.glob(f"litellm_*_{version}.json.gz")
    entries = json.loads(unpacked(file), parse_float=str)
    assert len(entries) == size
    lines = real[file.name]
    assert len(lines) == size - ("sample_spec" in entries)
    prices = [price for line in lines for price in line.prices]
    assert len({price.model for price in prices if price.variant == "fine_tuned"}) == tuned
    assert {key for key in entries if key.startswith("ft:")} == {
        price.model for price in prices if price.variant == "fine_tuned"
    }
    # Counted without a line of the importer: keys of tokens, by their shape, of the routes of the nine sellers.
    shape = re.compile(r"(input|output)_cost_per_token|cache_(read|creation)_input_token_cost")
    wanted = re.compile(
        r"openai|text-completion-openai|anthropic|azure(_ai|_text)?|bedrock(_\w+)?|gemini|palm|vertex_ai.*|together_ai|fireworks_ai.*|mistral|deepseek"
    )
    printed = sorted(
        (key, name, str(value))
        for key, entry in entries.items()
        if key != "sample_spec" and wanted.fullmatch(entry.get("litellm_provider") or "")
        for name, value in entry.items()
        if shape.match(name) and not name.endswith("_cache_hit") and value is not None
    )
    sellers = {"openai", "anthropic", "azure", "bedrock", "google", "together", "fireworks", "mistral", "deepseek"}
    read = sorted(
        (price.model, price.quoted.rpartition(" | ")[2], price.raw_text)
        for price in prices
        if price.provider in sellers and shape.match(price.quoted.rpartition(" | ")[2])
    )
    assert read == printed
    for price in prices:
        if price.raw_unit == "token":
            assert abs(price.amount - Decimal(price.raw_text) * 1_000_000) <= price.amount * Decimal("1e-9")


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("version", "model", "paid"),
    [
        ("1.14.4", "ft:gpt-3.5-turbo", {"inference_input": "12", "inference_output": "16"}),
        ("1.14.4", "gpt-3.5-turbo", {"inference_input": "1.5", "inference_output": "2"}),
        ("1.54.1", "ft:davinci-002", {"inference_input": "2", "inference_output": "2"}),
        ("1.54.1", "ft:gpt-4o-2024-08-06", {"inference_input": "3.75", "inference_output": "15"}),
        ("1.80.10", "ft:davinci-002", {"inference_input": "12", "inference_output": "12"}),
        ("1.80.10", "ft:babbage-002", {"inference_input": "1.6", "inference_output": "1.6"}),
        ("1.109.1", "ft:gpt-3.5-turbo", {"inference_input": "3", "inference_output": "6"}),
        ("1.109.1", "gpt-3.5-turbo", {"inference_input": "0.5", "inference_output": "1.5"}),
        ("1.109.1", "ft:gpt-4-0613", {"inference_input": "30", "inference_output": "60"}),
        (
            "1.109.1",
            "ft:gpt-4.1-2025-04-14",
            {"inference_input": "3", "inference_output": "12", "inference_cached_input": "0.75"},
        ),
        (
            "1.109.1",
            "ft:o4-mini-2025-04-16",
            {"inference_input": "4", "inference_output": "16", "inference_cached_input": "1"},
        ),
        (
            "1.109.1",
            "ft:gpt-4o-2024-11-20",
            {"inference_input": "3.75", "inference_output": "15", "inference_cache_write": "1.875"},
        ),
    ],
)
def test_what_tuned_models_cost_in_litellm_over_three_years(
    version: str, model: str, paid: dict[str, str], real: dict[str, list[FeedLine]]
):
    (lines,) = [found for name, found in real.items() if name.startswith("litellm") and f"_{version}." in name]
    prices = [price for line in lines for price in line.prices]
    found = amounts(prices, model)
    assert {meter: found[meter] for meter in paid} == {meter: Decimal(amount) for meter, amount in paid.items()}


@pytest.mark.real_pages
def test_what_only_the_newest_litellm_says(real: dict[str, list[FeedLine]]):
    prices = [price for line in real["litellm_2026-11-12_1.109.1.json.gz"] for price in line.prices]
    batch = amounts(prices, "ft:gpt-4o-2024-08-06", tier="batch")
    assert (batch["inference_input"], batch["inference_output"]) == (Decimal("2.225"), Decimal("12.5"))
    ends = {price.model: str(price.deprecated_on) for price in prices if price.variant == "fine_tuned"}
    assert (ends["ft:gpt-4.1-nano-2025-04-14"], ends["ft:gpt-4.1-2025-04-14"]) == ("2026-10-23", "2027-01-14")
    assert {price.model for price in prices if (price.doubt or "").startswith("the list says")} == {"ft:gpt-4-0613"}
    assert any(price.time_window for price in prices if price.provider == "deepseek")


@pytest.mark.real_pages
def test_the_training_prices_of_portkey(real: dict[str, list[FeedLine]], shared_feeds: Path):
    training = {"openai": {}, "azure": {}, "google": {}}
    for name, lines in real.items():
        for price in (price for line in lines for price in line.prices if price.meter.startswith("training")):
            assert name.startswith("portkey")
            training[price.provider][price.model] = str(price.amount.normalize())
    printed = sum(
        "finetune_config" in (about.get("pricing_config") or {})
        for file in shared_feeds.glob("portkey-*.gz")
        for about in json.loads(unpacked(file)).values()
    )
    assert sum(map(len, training.values())) == printed == 30
    assert training["openai"] == {
        "gpt-4o-2024-08-06": "25",
        "gpt-4o-mini-2024-07-18": "3",
        "gpt-4.1-2025-04-14": "25",
        "gpt-4.1-mini-2025-04-14": "5",
        "gpt-4.1-nano-2025-04-14": "1.5",
        "o4-mini-2025-04-16": "1E+2",
    }
    assert training["azure"] == training["openai"] | {"gpt-35-turbo-1106": "8"}
    assert (training["google"]["gemini-1.5-pro-002"], training["google"]["llama4@llama-4-scout-17b-16e-instruct"]) == (
        "8E+1",
        "5.77",
    )


@pytest.mark.real_pages
def test_the_other_real_files_hold_what_their_own_words_say(real: dict[str, list[FeedLine]], shared_feeds: Path):
    def prices(start: str) -> list[FeedPrice]:
        (lines,) = [found for name, found in real.items() if name.startswith(start)]
        return [price for line in lines for price in line.prices]

    def body(start: str) -> Any:
        (file,) = shared_feeds.glob(f"{start}*.gz")
        return json.loads(unpacked(file))

    # models.dev: of OpenAI's models every price of tokens, long prompts and modes included, once
    models = body("models-dev")["openai"]["models"]
    names = {"input", "output", "cache_read", "cache_write", "reasoning", "input_audio", "output_audio"}
    costs = [model.get("cost") or {} for model in models.values()]
    modes = [
        mode["cost"] for model in models.values() for mode in model.get("experimental", {}).get("modes", {}).values()
    ]
    steps = [step for cost in [*costs, *modes] for step in cost.get("tiers", [])]
    counted = sum(len(names & one.keys()) for one in [*costs, *modes, *steps])
    assert len([one for one in prices("models-dev") if one.provider == "openai"]) == counted > 100
    # OpenRouter: strings of tokens, wherever they stand, but for the variable ones
    others = ("input_cache_write_1h", "internal_reasoning", "audio", "input_audio_cache", "audio_output")
    keys = {"prompt", "completion", "input_cache_read", "input_cache_write", *others}
    pricings = [one["pricing"] for one in body("openrouter-models")["data"]]
    held = [*pricings, *(override for one in pricings for override in one.get("overrides", []))]
    assert len(prices("openrouter-models")) == sum(one[key] != "-1" for one in held for key in keys & one.keys())
    windows = {one.time_window for one in prices("openrouter-models")}
    assert windows == {None, "10:00-01:00", "01:00-04:00", "04:00-06:00", "06:00-10:00"}
    # genai-prices: o3 as it is since 2025-06-10, and what was announced for 2027
    o3 = [one for one in prices("genai-prices") if one.model == "o3" and one.provider == "openai"]
    assert {str(one.meter): (str(one.amount), str(one.effective_from)) for one in o3} == {
        "inference_input": ("2", "2025-06-10"),
        "inference_cached_input": ("0.5", "2025-06-10"),
        "inference_output": ("8", "2025-06-10"),
    }
    flash = [
        one for one in prices("genai-prices") if one.model == "gemini-3.7-flash" and one.meter == "inference_output"
    ]
    assert [
        (str(one.amount), str(one.effective_from), str(one.effective_to)) for one in flash if one.provider == "google"
    ] == [
        ("3.75", "None", "2026-12-31"),
        ("7.5", "2027-01-01", "None"),
    ]
    assert {one.model for one in prices("genai-prices") if one.variant == "fine_tuned"} == {
        "ft:gpt-3.5-turbo-",
        "ft:gpt-4o",
        "ft:gpt-4o-mini",
    }
    # The history of OpenRouter: each point's two figures, those that are there
    points = [point for model in body("openrouter-price-history")["models"].values() for point in model["points"]]
    assert len(prices("openrouter-price-history")) == sum(
        figure is not None and figure >= 0 for point in points for figure in point[1:]
    )
    # tokencost's copy of 2024-02, without routes
    assert amounts(prices("tokencost"), "ft:gpt-3.5-turbo") == {"inference_input": 3, "inference_output": 6}
