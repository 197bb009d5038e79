"""What the site is made from: the published tables, read once, columns listed by hand.

What belongs here: which columns the pages may use. What does not: how anything looks, and any SQL beyond `select`.
Listing the columns means that a new column in the warehouse cannot change a page, and a lost one is named at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

Row = dict[str, Any]
Rows = tuple[Row, ...]

_SERIES = (
    "series_id",
    "provider",
    "product",
    "model",
    "size_tier",
    "meter",
    "variant",
    "method",
    "technique",
    "tier",
    "context_band",
    "time_window",
    "region",
    "condition",
    "currency",
)
_EVIDENCE = ("quoted", "place", "source_url", "read_at", "sha256", "parser_version")
_SPAN = (
    *_SERIES,
    "span_id",
    "base_model",
    "value_state",
    "amount_text",
    "unit",
    "raw_text",
    "raw_unit",
    *_EVIDENCE,
    "trust",
    "first_seen_at",
    "last_verified_at",
    "known_not_before",
    "valid_from",
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "current_price": (*_SPAN, "freshness", "previous_amount", "change_ratio"),
    "price_history": (*_SPAN, "source", "valid_to"),
    "feed_history": (
        "feed",
        "feed_words",
        "feed_url",
        "feed_place",
        "provider",
        "tracked_model",
        "series_id",
        "feed_series_id",
        "model",
        "variant",
        "meter",
        "unit",
        "technique",
        "tier",
        "time_window",
        "currency",
        "tracked_method",
        "tracked_region",
        "tracked_condition",
        "tracked_band",
        "amount_text",
        "known_not_before",
        "first_seen_on",
        "last_seen_on",
        "valid_from",
        "valid_to",
        "end_reason",
        "is_read",
    ),
    "feed_markup_history": (
        "feed",
        "feed_words",
        "feed_place",
        "provider",
        "series_id",
        "model",
        "ratio",
        "valid_from",
        "valid_to",
        "last_seen_on",
    ),
    "feed_change": (
        "feed",
        "feed_words",
        "provider",
        "tracked_model",
        "model",
        "variant",
        "meter",
        "tier",
        "kind",
        "rule",
        "old_amount_text",
        "new_amount_text",
        "known_not_before",
        "observed_on",
    ),
    "source_agreement": (
        "provider",
        "series_id",
        "model",
        "meter",
        "variant",
        "method",
        "tier",
        "context_band",
        "region",
        "condition",
        "unit",
        "amount_text",
        "last_verified_at",
        "feed",
        "feed_words",
        "feed_model",
        "feed_amount_text",
        "feed_observed_on",
        "agrees",
        "state",
        "cause",
        "cause_words",
        "explained_because",
        "explained_by",
    ),
    "price_change": (
        "event_id",
        "kind",
        "metric",
        *_SERIES,
        "unit",
        "old_amount_text",
        "new_amount_text",
        "old_state",
        "new_state",
        "change_ratio",
        "observed_at",
        "known_not_before",
        "stated_date",
        "is_news",
        "headline",
        *_EVIDENCE,
        "recorded_at",
        "is_superseded",
        "superseded_by",
    ),
    "markup": (
        "provider",
        "product",
        "model",
        "base_model",
        "meter",
        "tier",
        "condition",
        "region",
        "context_band",
        "currency",
        "tuned_amount_text",
        "base_amount_text",
        "ratio",
        "unknown_because",
        "derived",
        "tuned_series_id",
        "base_series_id",
        "first_seen_at",
    ),
    "markup_history": ("tuned_series_id", "valid_from", "valid_to", "ratio"),
    "markup_at_volume": (
        "provider",
        "product",
        "model",
        "meter",
        "tier",
        "condition",
        "region",
        "context_band",
        "tokens_per_month",
        "extra_usd_per_month_text",
        "hosting_usd_per_month_text",
        "tuned_series_id",
        "base_series_id",
    ),
    "training_price": ("provider", "model", "size_tier", "series_id", "minimum_series_id"),
    "sample_run": ("provider", "model", "size_tier", "training_tokens", "run_usd_text", "is_minimum", "series_id"),
    "availability": (
        "series_id",
        "provider",
        "model",
        "variant",
        "kind",
        "stated_date",
        "in_effect",
        "first_seen_at",
        "known_not_before",
        "last_seen_at",
        "gone_at",
        *_EVIDENCE,
    ),
    "scheduled_price": (
        *_SERIES,
        "value_state",
        "amount_text",
        "unit",
        "effective_from",
        "state",
        "first_seen_at",
        "withdrawn_at",
        *_EVIDENCE,
    ),
    "provider_health": (
        "provider",
        "page",
        "url",
        "last_look_at",
        "outcome",
        "detail",
        "last_good_at",
        "consecutive_failures",
        "rows_now",
        "rows_expected",
        "held",
        "strip",
    ),
    "held": (
        "judgement_id",
        *_SERIES,
        "page",
        "unit",
        "old_amount_text",
        "new_amount_text",
        "old_state",
        "new_state",
        "raw_text",
        "rule",
        "reason",
        "since",
        *_EVIDENCE,
    ),
    "checklist": ("kind", "step", "question", "passes_when", "measure", "compares", "threshold", "up_to", "unit"),
    "claims_audit": (
        "place",
        "claim",
        "theme",
        "name",
        "says",
        "claimed_low",
        "claimed_high",
        "claimed_words",
        "unit",
        "recomputed_low",
        "recomputed_high",
        "verdict",
        "factor",
        "formula",
        "beside",
        "beside_words",
        "note",
    ),
    "claim_input": ("claim", "place", "words", "low", "high", "unit"),
    "guide_audit": (
        "as_of",
        "provider",
        "model",
        "metric",
        "variant",
        "method",
        "low",
        "high",
        "unit",
        "note",
        "seller",
        "seller_model",
        "size_tier",
        "seller_low",
        "seller_high",
        "ratio_low",
        "ratio_high",
        "verdict",
        "verified_on",
        "source_url",
        "series_id",
        "words",
    ),
    "guide_example": (
        "example",
        "basis",
        "place",
        "line",
        "low",
        "high",
        "unit",
        "unknown_because",
        *(
            f"{side}_{name}"
            for side in ("base", "tuned")
            for name in ("seller", "model", "series_id", "source_url", "verified_on")
        ),
    ),
    "guide_example_input": ("example", "place", "words", "low", "high", "unit", "source"),
    "break_even_scenario": (
        "scenario",
        "against",
        "offer_id",
        "provider",
        "product",
        "model",
        "size_tier",
        "tier",
        "condition",
        "region",
        "context_band",
        "technique",
        "against_provider",
        "against_model",
        "verdict",
        "verdict_words",
        "would_take",
        "horizon_months",
        "project_usd_high",
        "tuned_usd_per_request",
        "against_usd_per_request",
        "saved_usd_per_request",
        "tuned_fixed_usd_per_month",
        "against_fixed_usd_per_month_low",
        "tuned_usd_per_month",
        "against_usd_per_month_low",
        "against_usd_per_month_high",
        "break_even_requests_low",
        "break_even_requests_high",
        "payback_months_low",
        "payback_months_high",
    ),
    "offer_comparison": (
        "against",
        "offer_id",
        "provider",
        "product",
        "model",
        "base_model",
        "size_tier",
        "tier",
        "condition",
        "region",
        "context_band",
        "against_provider",
        "against_model",
        "against_seller",
        "valid_from",
        *(
            f"{side}_{name}"
            for side in ("tuned", "against")
            for name in ("input", "cached_input", "cache_write", "output")
        ),
        "hosting",
        "storage",
        "against_hosting",
        "against_storage",
        *(
            f"{name}_{end}"
            for name in ("gpu_usd_per_hour", "tokens_per_second", "min_gpus", "peak", "operations")
            for end in ("low", "high")
        ),
        "measured_model",
        "measured_gpus",
        "training_sft",
        "training_dpo",
        "training_minimum",
        "training_unknown_because",
        "call_unknown_because",
        "closed_to_new_on",
        "closed_to_idle_on",
        "closed_to_all_on",
        "closed_to_all_because",
        "retires_on",
        "cache_minimum_tokens",
    ),
    "scenario": (
        "scenario",
        "name",
        "requests",
        "prompt_tokens",
        "tuned_prompt_tokens",
        "input_tokens",
        "output_tokens",
        "cache_hit_rate",
        "horizon_months",
        "training_tokens",
        "method",
        "runs",
        "data_usd_low",
        "data_usd_high",
        "retrain_every_months",
        "customer",
        "note",
    ),
    "assumption": (
        "assumption",
        "subject",
        "name",
        "low",
        "high",
        "unit",
        "source",
        "source_url",
        "as_of",
        "note",
    ),
    "lora_share": (
        "provider",
        "model",
        "size_tier",
        "method",
        "lora_amount",
        "full_amount",
        "share",
        "lora_series_id",
        "verified_on",
    ),
    "seller_tuning": (
        "provider",
        "models",
        "training_low",
        "training_high",
        "minimum_low",
        "minimum_high",
        "markup_low",
        "markup_high",
        "turnaround_low_hours",
        "turnaround_high_hours",
        "verified_on",
    ),
    "same_model": ("provider", "model", "other_provider", "other_model"),
    "guide_figure": ("as_of", "provider", "model", "metric", "variant", "method", "low", "high", "unit", "note"),
    "hold": (
        "judgement_id",
        *_SERIES,
        "page",
        "unit",
        "old_amount_text",
        "new_amount_text",
        "old_state",
        "new_state",
        "raw_text",
        "rule",
        "reason",
        "held_at",
        "became",
        "decided_by",
        "decided_at",
        *_EVIDENCE,
    ),
    "alert_health": ("sent", "last_sent_at", "retried", "dead", "silent"),
}
# Of third parties' lists what is of a model with a page: with three years imported the rest is a hundred times as much.
_ONLY = dict.fromkeys(("feed_history", "feed_markup_history", "feed_change"), "tracked_model IS NOT NULL")
_STATUS = ("provider_health", "held", "hold", "alert_health")
_READ_TIMES = ("last_look_at", "last_good_at", "last_verified_at", "last_seen_at", "read_at")

# Scraped text is untrusted. Control characters break XML, and the bidirectional ones can make a page show another
# order of characters than it holds ("\u202e" before "52$" reads "$25").
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class SiteData:
    """The published rows of one moment. `as_of` is the newest read among them: the site knows no other clock."""

    current_price: Rows = ()
    price_history: Rows = ()
    price_change: Rows = ()
    feed_history: Rows = ()
    feed_markup_history: Rows = ()
    feed_change: Rows = ()
    source_agreement: Rows = ()
    markup: Rows = ()
    markup_history: Rows = ()
    markup_at_volume: Rows = ()
    training_price: Rows = ()
    sample_run: Rows = ()
    availability: Rows = ()
    scheduled_price: Rows = ()
    provider_health: Rows = ()
    held: Rows = ()
    hold: Rows = ()
    same_model: Rows = ()
    guide_figure: Rows = ()
    checklist: Rows = ()
    claims_audit: Rows = ()
    claim_input: Rows = ()
    guide_audit: Rows = ()
    guide_example: Rows = ()
    guide_example_input: Rows = ()
    break_even_scenario: Rows = ()
    offer_comparison: Rows = ()
    scenario: Rows = ()
    assumption: Rows = ()
    lora_share: Rows = ()
    seller_tuning: Rows = ()
    alert_health: Rows = ()
    as_of: datetime | None = None  # naive UTC, as in the warehouse; None in an empty one


def load(con: duckdb.DuckDBPyConnection, schema: str = "pub") -> SiteData:
    """Read the published tables of an open connection. Raises duckdb.Error when one of them or a column is missing."""
    tables = {table: _rows(con, schema, table) for table in COLUMNS}
    return SiteData(**tables, as_of=newest_read(tables.values()))


def load_with_status(published: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection) -> SiteData:
    """The tables of the published file, and how the sources do as the warehouse has it: where no price moved, all that did.

    Raises duckdb.Error when one of the tables or a column is missing.
    """
    tables = {table: _rows(published, "main", table) for table in COLUMNS if table not in _STATUS}
    tables |= {table: _rows(con, "pub", table) for table in _STATUS}
    return SiteData(**tables, as_of=newest_read(tables.values()))


def newest_read(tables: Iterable[Rows]) -> datetime | None:
    """The newest time at which anything in these rows was looked at; None where there are none."""
    times = [row[name] for rows in tables for row in rows for name in _READ_TIMES if row.get(name) is not None]
    return max(times, default=None)


def clean(text: str) -> str:
    """Text without the characters that break XML or reorder what is shown; each becomes U+FFFD."""
    # What can be printed has none of them, and is nearly all there is.
    return text if text.isprintable() else _UNWANTED.sub("\ufffd", text)


def _rows(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> Rows:
    columns = COLUMNS[table]
    listed = ", ".join(f'"{column}"' for column in columns)
    only = f"where {_ONLY[table]}" if table in _ONLY else ""
    found = con.execute(f"select {listed} from {schema}.{table} {only} order by all").fetchall()
    return tuple(
        {name: clean(value) if isinstance(value, str) else value for name, value in zip(columns, values, strict=True)}
        for values in found
    )
