"""A toy warehouse for the site: the published tables, by hand, small enough to check with a pencil.

The figures are real ones (OpenAI's and Together's pages of 2026) as far as they go; the fictional seller has what the
real ones lack: a markup that moved, a reading held back, a broken page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.publish.calculator import TEXTS
from pipeline.publish.context import COLUMNS
from pipeline.publish.downloads import DownloadFile
from pipeline.publish.render import BuildResult, build_site
from scrapers.contract import Meter, series_id_of
from warehouse.tables import HERE, TableFile, macros, read_table

Row = dict[str, Any]
SITE_URL = "https://prices.example/tuning/"
AS_OF = datetime.fromisoformat("2026-09-13T07:00")
_TIMES = {"read_at", "first_seen_at", "last_verified_at", "known_not_before", "valid_to", "observed_at", "recorded_at",
    "gone_at", "withdrawn_at", "last_seen_at", "last_look_at", "last_good_at", "since",
    "held_at", "decided_at"}  # fmt: skip
_DATES = {
    "as_of",
    "valid_from",
    "stated_date",
    "effective_from",
    "verified_on",
    "base_verified_on",
    "tuned_verified_on",
    "first_seen_on",
    "last_seen_on",
    "observed_on",
    "feed_observed_on",
}
_NUMBERS = {"amount", "previous_amount", "change_ratio", "old_amount", "new_amount", "tuned_amount", "base_amount",
    "ratio", "low", "high", "claimed_low", "claimed_high", "recomputed_low", "recomputed_high", "factor", "beside",
    "seller_low", "seller_high", "ratio_low", "ratio_high", "threshold", "up_to", "lora_amount", "full_amount", "share",
    "training_low", "training_high", "minimum_low", "minimum_high", "markup_low", "markup_high",
    "turnaround_low_hours", "turnaround_high_hours", "requests", "prompt_tokens", "tuned_prompt_tokens", "input_tokens",
    "output_tokens", "horizon_months", "training_tokens", "runs", "data_usd_low", "data_usd_high", "project_usd_high",
    "tuned_usd_per_request", "against_usd_per_request", "saved_usd_per_request", "tuned_fixed_usd_per_month",
    "against_fixed_usd_per_month_low", "tuned_usd_per_month", "against_usd_per_month_low", "against_usd_per_month_high",
    "break_even_requests_low", "break_even_requests_high", "payback_months_low", "payback_months_high"}  # fmt: skip
_PLACES = {"place", "step", "models"}  # INTEGER in the guide's tables; place is words elsewhere
_GUIDE = {"checklist", "claims_audit", "claim_input", "guide_example", "guide_example_input", "seller_tuning"}
_COUNTS = {"rows_now", "rows_expected", "held", "consecutive_failures"}
_FLAGS = {"is_news", "is_superseded", "in_effect", "derived", "is_read", "agrees"}
_LISTS = {"feed_history", "feed_markup_history", "feed_change"}  # dated by the day
# Amounts as doubles: the pages never read them, readers of the published file do.
_BESIDE = {
    "current_price": ("amount",),
    "price_history": ("amount",),
    "price_change": ("old_amount", "new_amount"),
    "markup": ("tuned_amount", "base_amount"),
}
# What the warehouse works out from these rows, in an order in which each finds what it reads.
_WORKED_OUT = ("training_price", "sample_run", "markup_at_volume")
_READ_BY_THEM = ("current_price", "price_history", "markup", "markup_history", "derived_price", "seller", "offer_comparison",
    "checklist", "feed_history", "feed_markup_history")  # fmt: skip
_URLS = {
    ("openai", "pricing"): "https://developers.openai.com/api/docs/pricing",
    ("openai", "deprecations"): "https://developers.openai.com/api/docs/deprecations.md",
    ("together", "pricing"): "https://www.together.ai/pricing",
    ("anthropic", "pricing"): "https://platform.claude.com/docs/en/about-claude/pricing.md",
    ("_example", "pricing"): "https://example.invalid/pricing",
}


def at(day: str, hour: int = 6) -> datetime:
    """Naive UTC, as the warehouse keeps it."""
    return datetime.fromisoformat(day).replace(hour=hour)


class Toy:
    """The published tables under construction; `connect` puts them into an in-memory DuckDB."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS if table not in _WORKED_OUT}

    def price(
        self, provider: str, meter: str, *spans: tuple[str, str | None], verified: str = "2026-09-13", until: str | None = None,
        before: dict[str, str] | None = None, quoted: str = "", place: str = "", **key: Any,
    ) -> str:  # fmt: skip
        """A series with its spans (first seen, amount or state); `before` names a span's last look at the old value."""
        full = {"provider": provider, "meter": meter, "currency": "USD", **key}
        series = {name: full.get(name) for name in ("provider", "product", "model", "size_tier", "meter", "variant",
            "method", "technique", "tier", "context_band", "time_window", "region", "condition", "currency")}  # fmt: skip
        series_id = series_id_of(series)
        previous: str | None = None
        for index, (seen, amount) in enumerate(spans):
            is_last = index == len(spans) - 1
            closes = until if is_last else spans[index + 1][0]
            state = "priced" if amount and amount[0].isdigit() else amount or "not_printed"
            if amount == "0":
                state = "free"
            words = (
                f"${amount}" if state == "priced" else {"free": "Free", "not_printed": "-"}.get(state, "Not available")
            )
            row = {
                **series,
                "series_id": series_id,
                "span_id": f"{series_id[:8]}-{index}",
                "base_model": key.get("base_model"),
                "value_state": state,
                "amount": float(amount) if state in {"priced", "free"} else None,
                "amount_text": amount if state in {"priced", "free"} else None,
                "unit": Meter(meter).unit,
                "raw_text": words,
                "raw_unit": Meter(meter).unit,
                "quoted": quoted or f"{key.get('model') or key.get('size_tier')} {words}",
                "place": place or "Fine-tuning > table 1",
                "source": f"{provider}/pricing",
                "source_url": _URLS[provider, "pricing"],
                "sha256": hashlib.sha256(f"{provider}{seen}".encode()).hexdigest(),
                "parser_version": f"{provider}/1",
                "read_at": at(seen),
                "trust": "vendor",
                "first_seen_at": at(seen),
                "last_verified_at": at((before or {}).get(closes, closes) if closes else verified),
                "known_not_before": at(before[seen]) if before and seen in before else None,
                "valid_from": None,
                "valid_to": at(closes) if closes else None,
                "freshness": "fresh" if verified >= "2026-09-11" else "ageing",
                "previous_amount": float(previous) if previous else None,
                "change_ratio": float(amount) / float(previous) if previous and amount and state == "priced" else None,
            }
            self.tables["price_history"].append(row)
            if closes is None:
                self.tables["current_price"].append(row)
            previous = amount if state == "priced" else None
        return series_id

    def tuned(
        self,
        model: str,
        base: str,
        training: str,
        prices: tuple[str, str | None, str],
        over: tuple[str, str],
        **key: Any,
    ) -> None:
        """An OpenAI row: training, tuned input, cached input and output, and the markup over its base."""
        seen = "2026-05-29"
        shared = {"model": model, "base_model": base, "tier": "standard", "variant": "fine_tuned", **key}
        self.price(
            "openai",
            "training_tokens",
            (seen, training),
            method="sft",
            quoted=f"{model} {training} {prices[0]}",
            **shared,
        )
        for meter, amount in zip(
            ("inference_input", "inference_cached_input", "inference_output"), prices, strict=True
        ):
            self.price("openai", meter, (seen, amount), **shared)
        for meter, amount, under in (("inference_input", prices[0], over[0]), ("inference_output", prices[2], over[1])):
            self.markup("openai", model, base, meter, str(amount), under, condition=key.get("condition"))

    def base(self, provider: str, model: str, into: str, out: str, *, seen: str = "2026-05-29", **key: Any) -> None:
        """Base prices of one model, input and output."""
        for meter, amount in (("inference_input", into), ("inference_output", out)):
            self.price(provider, meter, (seen, amount), model=model, tier="standard", variant="base", **key)

    def series(self, provider: str, model: str, meter: str, variant: str) -> str | None:
        """The series of a standard price that is in force."""
        for row in self.tables["current_price"]:
            if (row["provider"], row["model"], row["meter"], row["variant"], row["tier"]) == (
                provider,
                model,
                meter,
                variant,
                "standard",
            ):
                return str(row["series_id"])
        return None

    def markup(
        self, provider: str, model: str, base: str, meter: str, tuned: str | None, under: str | None, **key: Any
    ) -> None:
        """One markup, as the warehouse would compute it."""
        ratio = float(tuned) / float(under) if tuned and under else None
        self.tables["markup"].append({
            "provider": provider, "model": model, "base_model": base, "meter": meter, "tier": key.get("tier", "standard"),
            "condition": key.get("condition"), "currency": "USD", "tuned_amount_text": tuned, "base_amount_text": under,
            "tuned_amount": float(tuned) if tuned else None, "base_amount": float(under) if under else None, "ratio": ratio,
            "tuned_series_id": self.series(provider, model, meter, "fine_tuned"),
            "base_series_id": self.series(provider, base, meter, "base"),
            "unknown_because": key.get("because"), "derived": key.get("derived", False), "first_seen_at": at("2026-05-29"),
        })  # fmt: skip
        newest = self.tables["markup"][-1]
        if newest["tuned_series_id"] and ratio:
            self.tables["markup_history"].append({"tuned_series_id": newest["tuned_series_id"], "ratio": ratio,
                "valid_from": at("2026-05-29"), "valid_to": None})  # fmt: skip

    def event(
        self,
        event_id: str,
        kind: str,
        provider: str,
        headline: str,
        observed: str,
        *,
        before: str | None = None,
        **key: Any,
    ) -> None:
        """One published event; `old` and `new` are amounts as strings."""
        old, new, page = key.pop("old", None), key.pop("new", None), key.pop("page", "pricing")
        row: Row = dict.fromkeys(COLUMNS["price_change"])
        row |= {
            "event_id": event_id, "kind": kind, "metric": "price", "provider": provider, "currency": "USD",
            "unit": Meter(key["meter"]).unit if "meter" in key else None, "old_amount_text": old, "new_amount_text": new,
            "old_amount": float(old) if old else None, "new_amount": float(new) if new else None,
            "old_state": "priced" if old else None, "new_state": "priced" if new else None,
            "change_ratio": float(new) / float(old) if old and new else None,
            "observed_at": at(observed), "known_not_before": at(before) if before else None, "is_news": kind != "correction",
            "is_superseded": False, "recorded_at": at(observed, 7), "read_at": at(observed), "parser_version": f"{provider}/1",
            "headline": headline, "quoted": headline.rsplit(":", maxsplit=1)[-1].strip(), "place": "Fine-tuning > table 2",
            "source_url": _URLS[provider, page],
            "sha256": hashlib.sha256(f"{provider}{observed}".encode()).hexdigest(), **key,
        }  # fmt: skip
        self.tables["price_change"].append(row)

    def fact(
        self,
        provider: str,
        kind: str,
        stated: str | None,
        *,
        model: str | None = None,
        page: str = "pricing",
        **key: Any,
    ) -> None:
        """One availability fact."""
        self.tables["availability"].append({
            "provider": provider, "model": model, "variant": None, "kind": kind,
            "stated_date": date.fromisoformat(stated) if stated else None,
            "in_effect": stated is None or stated <= "2026-09-13", "first_seen_at": at("2026-07-15"),
            "known_not_before": None, "last_seen_at": at("2026-09-13"), "gone_at": None, "quoted": "", "read_at": at("2026-07-15"),
            "parser_version": f"{provider}/1", "series_id": hashlib.sha256(f"{provider}{model}{kind}".encode()).hexdigest()[:16], "place": "Update to self-serve fine-tuning",
            "source_url": _URLS[provider, page], "sha256": hashlib.sha256(provider.encode()).hexdigest(), **key,
        })  # fmt: skip

    def health(
        self, provider: str, page: str, outcome: str, strip: str, rows: tuple[int | None, int | None], **key: Any
    ) -> None:
        """How one page was read."""
        self.tables["provider_health"].append({
            "provider": provider, "page": page, "url": _URLS[provider, page], "last_look_at": AS_OF,
            "outcome": outcome, "detail": None, "last_good_at": at("2026-09-13"), "consecutive_failures": 0,
            "rows_now": rows[0], "rows_expected": rows[1], "held": 0, "strip": strip.rjust(90, "-"), **key,
        })  # fmt: skip

    def hold(
        self,
        judgement_id: str,
        held: str,
        became: str,
        decided: str | None,
        amounts: tuple[str | None, str],
        **key: Any,
    ) -> None:
        """One reading that was held back; `amounts` are what stood and what was read."""
        old, new = amounts
        provider = key["provider"]
        self.tables["hold"].append({
            "judgement_id": judgement_id, "page": "pricing", "currency": "USD", "unit": Meter(key["meter"]).unit,
            "old_amount_text": old, "new_amount_text": new, "old_state": "priced" if old else None, "new_state": "priced",
            "raw_text": f"${new}", "rule": "ratio", "reason": "outside 0.25 to 4", "held_at": at(held), "became": became,
            "decided_at": at(decided) if decided else None, "source_url": _URLS[provider, "pricing"],
            "quoted": f"{key.get('model')} ${new}", "read_at": at(held), **key,
        })  # fmt: skip

    def listed(
        self, series_id: str | None, model: str, amount: str, days: tuple[str | None, str, str, str | None], **key: Any
    ) -> None:
        """One stretch of a third party's list: the snapshot before, the first, the last, and the one without it."""
        before, first, last, until = (None if day is None else date.fromisoformat(day) for day in days)
        self.tables["feed_history"].append({
            "feed": "litellm", "feed_words": "LiteLLM's model cost map", "feed_url": "https://github.com/BerriAI/litellm",
            "feed_place": 1, "provider": "openai", "tracked_model": model, "series_id": series_id,
            "feed_series_id": f"list of {series_id}", "model": f"ft:{model}", "amount_text": amount,
            "known_not_before": before, "first_seen_on": first, "last_seen_on": last, "valid_to": until,
            "end_reason": None if until is None else "moved", "is_read": True, "unit": Meter(key["meter"]).unit,
            "currency": "USD", "tier": "standard", **key,
        })  # fmt: skip

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The tables in a new in-memory database, in the schema `pub`; the caller closes it."""
        con = duckdb.connect()
        con.execute("create schema pub")
        for statements in macros("warehouse"):
            con.execute(statements)
        for table in dict.fromkeys([*self.tables, *_READ_BY_THEM]):
            whole = _real(table).columns if table in _READ_BY_THEM else ()
            columns = tuple(dict.fromkeys([*COLUMNS.get(table, ()), *_BESIDE.get(table, ()), *whole]))
            types = ", ".join(f'"{name}" {_type(name, table)}' for name in columns)
            con.execute(f"create table pub.{table} ({types})")
            marks = ", ".join("?" for _ in columns)
            for row in self.tables.get(table, ()):
                con.execute(f"insert into pub.{table} values ({marks})", [row.get(name) for name in columns])
        for table in _WORKED_OUT:
            con.execute(f"create view pub.{table} as {_real(table).query}")
        for statements in macros("warehouse", asks_tables=True):
            con.execute(statements)
        return con


def _real(table: str) -> TableFile:
    return read_table(HERE / "pub" / f"{table}.sql")


def _type(name: str, table: str) -> str:
    if table == "offer_comparison" and name not in _DATES:
        words = name in TEXTS or name == "span_ids" or name.endswith("_technique")
        return "DATE" if name.endswith("_on") else "VARCHAR" if words else "DOUBLE"
    if name in _TIMES or (name, table) == ("valid_from", "markup_history"):
        return "DATE" if table in _LISTS else "TIMESTAMP"
    if name in _DATES:
        return "DATE"
    if name in _NUMBERS:
        return "DOUBLE"
    if name == "feed_place" or (name in _PLACES and table in _GUIDE):
        return "INTEGER"
    if name in _COUNTS and table == "provider_health":
        return "INTEGER"
    return "BOOLEAN" if name in _FLAGS else "VARCHAR"


def build(
    made: Toy, out: Path, *, is_demo: bool = False, stamp: str = "toy", files: Sequence[DownloadFile] = ()
) -> BuildResult:
    """The site of a toy warehouse."""
    with closing(made.connect()) as con:
        return build_site(con, out, site_url=SITE_URL, is_demo=is_demo, stamp=stamp, files=files)


def toy() -> Toy:
    """The toy warehouse of the golden site."""
    made = Toy()
    _openai(made)
    _together(made)
    _anthropic(made)
    _example(made)
    _same(made)
    _guide(made)
    _break_even(made)
    return made


def _openai(made: Toy) -> None:
    made.base("openai", "gpt-4.1", "2", "8")
    made.base("openai", "gpt-4.1-mini", "0.4", "1.6")
    made.base("openai", "gpt-3.5-turbo", "0.5", "1.5")
    made.tuned("gpt-4.1-2025-04-14", "gpt-4.1", "25", ("3", "0.75", "12"), ("2", "8"))
    made.tuned("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini", "5", ("0.8", "0.2", "3.2"), ("0.4", "1.6"))
    made.tuned("gpt-3.5-turbo", "gpt-3.5-turbo", "8", ("3", None, "6"), ("0.5", "1.5"), condition="legacy")
    _lists(made)
    for meter, amount in (("inference_input", "1.5"), ("inference_cached_input", "0.5"), ("inference_output", "6")):
        made.price(
            "openai",
            meter,
            ("2026-05-29", amount),
            model="gpt-4.1-2025-04-14",
            base_model="gpt-4.1",
            tier="batch",
            variant="fine_tuned",
        )
    hours = {"model": "o4-mini-2025-04-16", "base_model": "o4-mini", "tier": "standard", "variant": "fine_tuned"}
    made.price(
        "openai",
        "training_hours",
        ("2026-05-29", "100"),
        method="rft",
        quoted="o4-mini-2025-04-16 $100.00 / hour",
        **hours,
    )
    made.price("openai", "inference_input", ("2026-05-29", "4"), **hours)
    made.price("openai", "inference_output", ("2026-05-29", "16"), **hours)
    made.markup(
        "openai", "o4-mini-2025-04-16", "o4-mini", "inference_input", "4", None, because="the base is no longer printed"
    )
    luna = {"model": "gpt-5.6-luna", "tier": "standard", "variant": "base"}
    seen = {"2026-08-27": "2026-07-15"}
    moved = made.price("openai", "inference_input", ("2026-05-29", "1"), ("2026-08-27", "0.2"), before=seen, **luna)
    made.event("a1f0c2d39b7e6a01", "vendor_change", "openai", "OpenAI gpt-5.6-luna input fell from $1.00 to $0.20 per 1M tokens",
        "2026-08-27", before="2026-07-15", old="1", new="0.2", series_id=moved, meter="inference_input", **luna)  # fmt: skip
    words = "The platform is no longer accessible to new users"
    made.fact("openai", "closed_to_new", "2026-05-07", page="deprecations", quoted=words)
    made.fact(
        "openai", "training_ends", "2027-01-06", page="deprecations", quoted="creating new training jobs ends for all"
    )
    made.fact(
        "openai",
        "inference_ends",
        "2026-10-23",
        model="o4-mini-2025-04-16",
        page="deprecations",
        quoted="2026-10-23 ft-o4-mini",
    )
    made.event("b2e1d3c48a6f5b12", "appeared", "openai", "OpenAI closed fine-tuning to new customers on 2026-05-07", "2026-07-15",
        before="2026-05-29", metric="availability", page="deprecations", stated_date=date(2026, 5, 7), quoted=words)  # fmt: skip
    made.tables["scheduled_price"].append({
        "series_id": moved, "provider": "openai", "model": "gpt-5.6-luna", "size_tier": None, "meter": "inference_input",
        "amount_text": "0.25", "value_state": "priced", "unit": "1M tokens", "currency": "USD",
        "effective_from": date(2026, 11, 22), "state": "scheduled", "first_seen_at": at("2026-08-27"), "withdrawn_at": None,
        "quoted": "promotional pricing at least through November 21, 2026", "place": "footnote",
        "source_url": _URLS["openai", "pricing"], "sha256": hashlib.sha256(b"luna").hexdigest(),
    })  # fmt: skip
    made.health("openai", "pricing", "good", "g" * 12 + "-" * 4 + "ggggg", (118, 118))
    made.health("openai", "deprecations", "good", "g" * 12 + "-" * 4 + "ggggg", (31, 30))


def _lists(made: Toy) -> None:
    """What a list said of a tuned model before its seller was read: wrong for a year, then corrected, one price then gone."""
    model, who = "gpt-3.5-turbo", {"variant": "fine_tuned"}
    for meter, wrong, right, mine in (("inference_input", "0.5", "3", "3"), ("inference_output", "1.5", "6", "6")):
        series = made.series("openai", model, meter, "fine_tuned")
        made.listed(series, model, wrong, (None, "2024-06-05", "2025-11-09", "2025-12-14"), meter=meter, **who)
        known = ("2026-09-10", None) if meter == "inference_input" else ("2026-02-01", "2026-03-13")
        end = None if meter == "inference_input" else "gone"
        days = ("2025-11-09", "2025-12-14", *known)
        made.listed(series, model, right, days, meter=meter, end_reason=end, **who)
        made.tables["feed_markup_history"].append({
            "feed": "litellm", "feed_words": "LiteLLM's model cost map", "feed_place": 1, "provider": "openai",
            "series_id": series, "model": f"ft:{model}",
            "tracked_model": model, "ratio": 6.0, "valid_from": date(2025, 12, 14), "last_seen_on": date(2026, 2, 1),
        })  # fmt: skip
        made.tables["feed_change"].append({
            "feed": "litellm", "feed_words": "LiteLLM's model cost map", "provider": "openai", "tracked_model": model,
            "model": f"ft:{model}", "meter": meter, "tier": "standard", "kind": "correction",
            "rule": "price_of_base_replaced", "old_amount_text": wrong, "new_amount_text": right,
            "known_not_before": date(2025, 11, 9), "observed_on": date(2025, 12, 14), **who,
        })  # fmt: skip
        for feed, amount, cause in (
            ("litellm", mine, None),
            ("models-dev", wrong, "the list prints the price of the base"),
        ):
            said = "their table has no tuned models" if feed == "models-dev" and meter == "inference_output" else None
            made.tables["source_agreement"].append({
                "provider": "openai", "series_id": series, "model": model, "meter": meter, "tier": "standard",
                "condition": "legacy", "unit": "1M tokens", "amount_text": mine, "last_verified_at": at("2026-08-27"),
                "feed": feed, "feed_words": feed, "feed_model": f"ft:{model}", "feed_amount_text": amount,
                "feed_observed_on": date(2026, 9, 10), "agrees": cause is None,
                "state": "agrees" if cause is None else "explained" if said else "open",
                "cause": None if cause is None else "placeholder", "cause_words": cause,
                "explained_because": said, "explained_by": "ada" if said else None, **who,
            })  # fmt: skip


def _together(made: Toy) -> None:
    first = "2026-02-13"
    for tier, amounts in (("Up to 16B", ("0.48", "0.54", "1.2", "1.35")), ("17B-69B", ("1.5", "1.65", "3.75", "4.12"))):
        ways = (("sft", "lora"), ("sft", "full"), ("dpo", "lora"), ("dpo", "full"))
        for (method, technique), amount in zip(ways, amounts, strict=True):
            made.price(
                "together",
                "training_tokens",
                (first, amount),
                size_tier=tier,
                method=method,
                technique=technique,
                variant="fine_tuned",
            )
        made.price("together", "training_minimum", ("2026-08-21", "4"), size_tier=tier, variant="fine_tuned",
            quoted="Each job is subject to a minimum charge of $4.00.")  # fmt: skip
    seen = {"2026-09-11": "2026-08-21"}
    for name, minimum, steps in (
        ("gpt-oss-120B", "6", {"sft": ("5", "2.5"), "dpo": ("12.5", "6.25")}),
        ("gpt-oss-20b", None, {"sft": ("1.5", "0.4"), "dpo": ("3.75", "1")}),
    ):
        for method, (old, new) in steps.items():
            key = {"model": name, "method": method, "technique": "lora", "variant": "fine_tuned"}
            series = made.price("together", "training_tokens", (first, old), ("2026-09-11", new), before=seen, **key)
            made.event(hashlib.sha256(f"{name}{method}".encode()).hexdigest()[:16], "vendor_change", "together",
                f"Together AI {name} training ({method}, lora) fell from ${float(old):.2f} to ${float(new):.2f} per 1M tokens",
                "2026-09-11", before="2026-08-21", old=old, new=new, series_id=series, meter="training_tokens", **key)  # fmt: skip
        if minimum:
            made.price("together", "training_minimum", (first, minimum), model=name, variant="fine_tuned")
    made.price(
        "together",
        "training_tokens",
        (first, "6"),
        model="Qwen3-235B-A22B",
        method="sft",
        technique="lora",
        variant="fine_tuned",
    )
    made.price(
        "together",
        "training_minimum",
        (first, "0"),
        model="Qwen3-235B-A22B",
        variant="fine_tuned",
        quoted="No min price",
    )
    gone = {"model": "Llama 4 Scout", "method": "sft", "technique": "lora", "variant": "fine_tuned"}
    series = made.price("together", "training_tokens", (first, "3"), until="2026-09-11", before=seen, **gone)
    made.event("c3d2e4b59f7a6c23", "disappeared", "together", "Together AI no longer prints Llama 4 Scout training (sft, lora), last $3.00 per 1M tokens",
        "2026-09-11", before="2026-08-21", old="3", series_id=series, meter="training_tokens", **gone)  # fmt: skip
    made.event("d4c3f5a60e8b7d34", "vendor_change", "together", "Together AI 17B-69B training (dpo, full) rose from $4.12 to $4.13 per 1M tokens",
        "2026-08-21", before="2026-02-13", old="4.12", new="4.13", meter="training_tokens", size_tier="17B-69B", method="dpo",
        technique="full", variant="fine_tuned", is_superseded=True, superseded_by="e5b4a6f71d9c8e45")  # fmt: skip
    made.event("e5b4a6f71d9c8e45", "correction", "together", "Corrected: Together AI 17B-69B training (dpo, full) was $4.12 all along",
        "2026-09-11", old="4.13", new="4.12", meter="training_tokens", size_tier="17B-69B", method="dpo", technique="full",
        variant="fine_tuned")  # fmt: skip
    odd = {
        "provider": "together",
        "meter": "training_tokens",
        "method": "sft",
        "technique": "lora",
        "variant": "fine_tuned",
    }
    made.hold(
        "1b2c3d4e5f607182",
        "2026-08-21",
        "accepted",
        "2026-08-26",
        ("1.5", "0.3"),
        model="gpt-oss-20b",
        decided_by="judge",
        **odd,
    )
    made.hold(
        "2c3d4e5f60718293",
        "2026-08-21",
        "refused",
        "2026-08-22",
        ("5", "0.5"),
        model="gpt-oss-120B",
        decided_by="Ada",
        **odd,
    )
    made.hold("3d4e5f6071829304", "2026-02-13", "gone away", "2026-02-14", ("3", "30"), model="Llama 4 Scout", **odd)
    made.hold("4e5f607182930415", "2026-08-21", "gone away", "2026-09-11", (None, "7"), model="Never Sold", **odd)
    made.health("together", "pricing", "good", "g" + "-" * 6 + "ggggg", (74, 74))


def _anthropic(made: Toy) -> None:
    made.base("anthropic", "Claude Haiku 4.5", "1", "5", seen="2026-01-15", verified="2026-09-08")
    made.fact("anthropic", "not_offered", None, quoted="")
    made.health("anthropic", "pricing", "unreachable", "g" * 8 + "-" * 4 + "gggffff", (48, 48), last_good_at=at("2026-09-08"),
        detail="no answer within 20 s, 3 attempts", consecutive_failures=4)  # fmt: skip


def _same(made: Toy) -> None:
    pair = (("together", "gpt-oss-120B"), ("_example", "example-large"))
    for (provider, model), (other, its) in (pair, pair[::-1]):
        made.tables["same_model"].append(
            {"provider": provider, "model": model, "other_provider": other, "other_model": its}
        )


def _example(made: Toy) -> None:
    seen = {"2026-09-10": "2026-09-09"}
    key = {"model": "example-large", "base_model": "example-large", "tier": "standard"}
    made.price("_example", "training_tokens", ("2026-09-09", "10"), method="sft", variant="fine_tuned", **key)
    made.price("_example", "hosting_hours", ("2026-09-09", "1.7"), variant="fine_tuned", **key)
    series = made.price(
        "_example",
        "inference_input",
        ("2026-09-09", "3"),
        ("2026-09-10", "4.5"),
        before=seen,
        variant="fine_tuned",
        **key,
    )
    made.price("_example", "inference_output", ("2026-09-09", "not_offered"), variant="fine_tuned", **key)
    made.base("_example", "example-large", "2", "8", seen="2026-09-09")
    made.markup("_example", "example-large", "example-large", "inference_input", "4.5", "2")
    made.event("f6a5b7e82c0d9f56", "vendor_change", "_example", "Example Seller example-large tuned input rose from $3.00 to $4.50 per 1M tokens",
        "2026-09-10", before="2026-09-09", old="3", new="4.5", series_id=series, meter="inference_input", variant="fine_tuned",
        model="example-large", tier="standard")  # fmt: skip
    made.tables["held"].append({
        "judgement_id": "0a1b2c3d4e5f6071", "series_id": series, "provider": "_example", "page": "pricing",
        "model": "example-large", "meter": "inference_input", "variant": "fine_tuned", "tier": "standard", "currency": "USD",
        "unit": "1M tokens", "new_state": "priced", "new_amount_text": "4500", "old_amount_text": "4.5", "old_state": "priced",
        "raw_text": "$4.50 / 1K tokens", "rule": "power_of_ten",
        "reason": "exactly 1000 times the last accepted amount: a slipped unit looks like this", "since": at("2026-09-13"),
        "source_url": _URLS["_example", "pricing"], "quoted": "example-large $4.50 / 1K tokens",
    })  # fmt: skip
    slip = {"provider": "_example", "meter": "inference_input", "variant": "fine_tuned", "rule": "power_of_ten",
        "reason": "4.5 to 4500 is exactly 1000 times: a slipped unit?", "raw_text": "$4.50 / 1K tokens", **key}  # fmt: skip
    made.hold("0a1b2c3d4e5f6071", "2026-09-13", "held", None, ("4.5", "4500"), **slip)
    made.hold("5f60718293041526", "2026-09-11", "gone away", "2026-09-12", ("4.5", "4500"), **slip)
    made.health(
        "_example",
        "pricing",
        "suspect",
        "ggsfg",
        (4, 8),
        held=1,
        detail="4 of 8 rows: waits for a second look",
    )


def _guide(made: Toy) -> None:
    figures = (
        ("openai", "gpt-4o", "training_tokens", None, "sft", 25.0, 25.0, "USD per 1M tokens", "called legacy"),
        ("openai", "gpt-4o", "markup", "fine_tuned", "sft", 1.5, 1.5, "times the base price", None),
        ("openai", None, "turnaround", None, "sft", 24.0, 48.0, "hours", None),
        (None, "H100", "gpu_hours", None, None, 2.0, 4.0, "USD per GPU-hour", "spot"),
    )
    names = ("provider", "model", "metric", "variant", "method", "low", "high", "unit", "note")
    day = date(2026, 6, 20)
    made.tables["guide_figure"] += [{"as_of": day, **dict(zip(names, figure, strict=True))} for figure in figures]
    _claims(made)
    _examples(made)
    haiku = made.series("anthropic", "Claude Haiku 4.5", "inference_input", "base")
    figure = ("bedrock", "claude-haiku-4.5", "inference_input", "base", None, 0.1, 0.1, "USD per 1M tokens", "implied")
    made.tables["guide_audit"] += [
        {"as_of": day, **dict(zip(names, figure, strict=True)), "seller": "anthropic", "seller_model": "Claude Haiku 4.5",
            "seller_low": 1.0, "seller_high": 1.0, "ratio_low": 10.0, "ratio_high": 10.0, "verdict": "off_by_factor",
            "verified_on": date(2026, 9, 8), "source_url": _URLS["anthropic", "pricing"], "series_id": haiku,
            "words": "the maker’s own page"},
        {"as_of": day, **dict(zip(names, figures[0], strict=True)), "verdict": "unlisted",
            "words": "no page lists it: the list has no such model"},
        {"as_of": day, **dict(zip(names, figures[2], strict=True)), "verdict": "no_price", "words": "no seller’s price"},
    ]  # fmt: skip
    steps = (
        ("checklist", 1, "Is the prompt used up?", "six of eight techniques were tried", "techniques_tried", "at_least", 6.0, 8.0, "techniques"),
        ("checklist", 1, "Is the prompt used up?", "the score has not moved for a month", "flat_days", "at_least", 30.0, None, "days"),
        ("checklist", 2, "Was something cheaper tried first?", "a LoRA run was measured", "cheaper_tried", "is", 1.0, None, "yes or no"),
        ("wins", 1, "Many examples that agree", "annotators agree on most", "agreement", "above", 0.85, None, "share"),
        ("loses", 1, "Too few examples", "fewer than 5,000 examples", "examples", "below", 5000.0, None, "examples"),
        ("floor", 1, "Style with LoRA", "a simple style can be learned", "examples", "at_least", 500.0, 1000.0, "examples"),
    )  # fmt: skip
    columns = COLUMNS["checklist"]
    made.tables["checklist"] += [dict(zip(columns, step, strict=True)) for step in steps]
    lora = {"provider": "together", "size_tier": "Up to 16B", "method": "sft", "verified_on": date(2026, 9, 13)}
    made.tables["lora_share"].append({**lora, "lora_amount": 0.48, "full_amount": 0.54, "share": 0.48 / 0.54})
    made.tables["seller_tuning"] += [
        {"provider": "openai", "models": 4, "training_low": 5.0, "training_high": 25.0, "markup_low": 1.5, "markup_high": 6.0,
            "turnaround_low_hours": 24.0, "turnaround_high_hours": 48.0, "verified_on": date(2026, 9, 13)},
        {"provider": "together", "models": 5, "training_low": 0.4, "training_high": 6.0, "minimum_low": 4.0,
            "minimum_high": 6.0, "turnaround_low_hours": 0.0, "turnaround_high_hours": 24.0, "verified_on": date(2026, 9, 13)},
        {"provider": "_example", "models": 1, "training_low": 10.0, "training_high": 10.0},
    ]  # fmt: skip


def _claims(made: Toy) -> None:
    told: tuple[Row, ...] = (
        {"place": 1, "claim": "classification-prompt-monthly", "theme": "classification", "name": "The prompt’s bill",
            "says": "The prompt’s bill is put at $212 a month", "claimed_low": 212.0, "claimed_high": 212.0,
            "unit": "USD a month", "recomputed_low": 237.5, "recomputed_high": 237.5, "verdict": "differs",
            "formula": "requests × tokens × price", "beside": 250.0, "beside_words": "by another reading", "note": "It gives more"},
        {"place": 2, "claim": "voice-prompt-per-million", "theme": "prompt", "name": "The prompt, per million calls",
            "says": "A prompt is put at $0.15", "claimed_low": 0.15, "claimed_high": 0.15, "unit": "USD per 1M requests",
            "recomputed_low": 150.0, "recomputed_high": 150.0, "verdict": "off_by_factor", "factor": 1000.0,
            "formula": "requests × prompt tokens × price"},
        {"place": 3, "claim": "tuned-gpt54-vs-sonnet", "theme": "markup", "name": "One model against another",
            "says": "One is called dearer", "claimed_words": "dearer", "unit": "times", "recomputed_low": 1.0,
            "recomputed_high": 1.0, "verdict": "differs", "formula": "one price ÷ the other"},
        {"place": 4, "claim": "lora-share", "theme": "lora", "name": "LoRA against a full run", "says": "LoRA costs less",
            "claimed_low": 0.1, "claimed_high": 0.3, "unit": "share", "recomputed_low": 0.4 / 3, "recomputed_high": 0.2,
            "verdict": "holds", "formula": "cost of a LoRA run ÷ cost of a full run"},
    )  # fmt: skip
    made.tables["claims_audit"] += told
    made.tables["claim_input"] += [
        {"claim": "classification-prompt-monthly", "place": 1, "words": "requests a month", "low": 5e6, "high": 5e6, "unit": "requests"},
        {"claim": "classification-prompt-monthly", "place": 2, "words": "input", "low": 0.25, "high": 0.25, "unit": "USD per 1M tokens"},
        {"claim": "lora-share", "place": 1, "words": "LoRA run", "low": 40.0, "high": 60.0, "unit": "USD"},
    ]  # fmt: skip


def _examples(made: Toy) -> None:
    mini = {
        f"{side}_{name}": value
        for side, model, variant in (("base", "gpt-4.1-mini", "base"), ("tuned", "gpt-4.1-mini-2025-04-14", "fine_tuned"))
        for name, value in (
            ("seller", "openai"),
            ("model", model),
            ("series_id", made.series("openai", model, "inference_input", variant)),
            ("source_url", _URLS["openai", "pricing"]),
            ("verified_on", date(2026, 9, 13)),
        )
    }  # fmt: skip
    missing = "no page lists the tuned price"
    for basis, rest, answers in (
        ("guide", {}, (237.5, 356.25, (1300.0, 3600.0))),
        ("today", {"unknown_because": missing}, (237.5, None, None)),
        ("stand_in", mini, (340.0, 680.0, (4080.0, 4080.0))),
    ):
        for place, (line, answer) in enumerate(zip(("base_bill", "tuned_bill", "year_one"), answers, strict=True), 1):
            low, high = answer if isinstance(answer, tuple) else (answer, answer)
            row = {"example": "classification", "basis": basis, "place": place, "line": line, "low": low, "high": high}
            unit = "USD" if line == "year_one" else "USD a month"
            made.tables["guide_example"].append({**rest, **row, "unit": unit})
            if low is not None:
                made.tables["guide_example"][-1]["unknown_because"] = None
    made.tables["guide_example_input"] += [
        {"example": "classification", "place": 1, "words": "tickets a month", "low": 5e6, "high": 5e6, "unit": "requests", "source": "guide"},
        {"example": "classification", "place": 2, "words": "an error", "low": 0.05, "high": 0.05, "unit": "USD", "source": "assumption"},
    ]  # fmt: skip


def _break_even(made: Toy) -> None:
    """One workload with an answer that pays, one that is a range and does not, and one that is unknown."""
    made.tables["scenario"].append({
        "scenario": "ticket-classification", "name": "Ticket classification", "requests": 5e6, "prompt_tokens": 600,
        "tuned_prompt_tokens": 50, "input_tokens": 150, "output_tokens": 5, "horizon_months": 12, "training_tokens": 16e6,
        "method": "sft", "runs": 4, "data_usd_low": 9200, "data_usd_high": 9200, "customer": "active",
        "note": "Five million tickets a month, and a prompt of 600 tokens that tuning replaces",
    })  # fmt: skip
    made.tables["assumption"].append({
        "assumption": "peak_to_average", "name": "Peak over average load", "low": 2, "high": 4, "unit": "times",
        "source": "our assumption", "as_of": date(2026, 9, 1), "note": "GPUs are rented for the peak",
    })  # fmt: skip
    sold = {
        "offer_id": "1", "provider": "openai", "model": "gpt-4.1-mini-2025-04-14", "base_model": "gpt-4.1-mini", "tier": "standard",
        "against_provider": "openai", "valid_from": date(2026, 5, 29), "tuned_input": 0.8, "tuned_cached_input": 0.2,
        "tuned_output": 3.2, "training_sft": 5, "cache_minimum_tokens": 1024,
    }  # fmt: skip
    made.tables["offer_comparison"] += [
        {**sold, "against": "prompt_same_base", "against_model": "gpt-4.1-mini", "against_input": 0.4, "against_output": 1.6},
        {**sold, "against": "prompt_larger_base", "against_model": "gpt-4.1", "against_input": 2, "against_output": 8},
        {**sold, "against": "managed", "against_provider": None, "call_unknown_because": "no other seller of this model is read"},
    ]  # fmt: skip
    offer = {
        "scenario": "ticket-classification",
        "provider": "openai",
        "tier": "standard",
        "against_provider": "openai",
    }
    mini = {**offer, "offer_id": "1", "model": "gpt-4.1-mini-2025-04-14", "base_model": "gpt-4.1-mini"}
    bill = {
        "horizon_months": 12, "project_usd_high": 9520, "tuned_usd_per_request": 176e-6, "tuned_fixed_usd_per_month": 0,
        "against_fixed_usd_per_month_low": 0, "tuned_usd_per_month": 880,
    }  # fmt: skip
    made.tables["break_even_scenario"] += [
        {
            **mini, **bill, "against": "prompt_larger_base", "against_model": "gpt-4.1", "verdict": "pays",
            "verdict_words": "pays back in 1.4 months", "would_take": "more than 581,623 requests a month, as now",
            "against_usd_per_request": 1540e-6, "saved_usd_per_request": 1364e-6, "against_usd_per_month_low": 7700,
            "against_usd_per_month_high": 7700, "break_even_requests_low": 581622.7, "break_even_requests_high": 581622.7,
            "payback_months_low": 1.396, "payback_months_high": 1.396,
        },
        {
            **mini, **bill, "against": "prompt_same_base", "against_model": "gpt-4.1-mini", "verdict": "beyond_horizon",
            "verdict_words": "pays back in 14.4 months; the horizon is 12",
            "would_take": "more than 6,010,102 requests a month", "against_usd_per_request": 308e-6,
            "saved_usd_per_request": 132e-6, "against_usd_per_month_low": 1540, "against_usd_per_month_high": 1540,
            "break_even_requests_low": 6010101.0, "break_even_requests_high": 6010101.0,
            "payback_months_low": 14.42, "payback_months_high": 14.42,
        },
        {
            **mini, **bill, "against": "self_hosted", "against_provider": None, "against_model": "Llama 3.1 8B on H100 SXM 80GB",
            "verdict": "never", "verdict_words": "the seller costs less at this volume",
            "would_take": "more than 72,540,521 requests a month, or never at the dear end", "against_usd_per_request": 0,
            "saved_usd_per_request": 176e-6, "against_usd_per_month_low": 5285, "against_usd_per_month_high": 24490,
            "break_even_requests_low": 72540521.0, "break_even_requests_high": None,
        },
        {
            **offer, "provider": "together", "against_provider": "together", "offer_id": "2", "size_tier": "Up to 16B",
            "tier": None, "against": "prompt_same_base", "verdict": "unknown_price",
            "verdict_words": "no page prints what calling the tuned model costs", "would_take": "a price",
        },
        {
            **mini, "against": "managed", "against_provider": None, "verdict": "nothing_to_compare",
            "verdict_words": "no other seller of this model is read", "would_take": "another seller of this model",
        },
    ]  # fmt: skip
