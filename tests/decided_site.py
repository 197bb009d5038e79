"""A small site with every kind of answer: real and guide prices, closed and retiring models, hosting, open weights, no price."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.publish.render import build_site
from tests.warehouse_facts import Row, built_warehouse, moment, price, read, statement
from warehouse import export
from warehouse.facts import record
from warehouse.upkeep import refresh

EVIL = "<script>alert(1)</script>"


def _calls(model: str, into: str | None, out: str, cached: str | None = None, **fields: object) -> list[Row]:
    rows = [price(into, model=model, **fields), price(out, model=model, meter="inference_output", **fields)]
    return rows + ([price(cached, model=model, meter="inference_cached_input", **fields)] if cached else [])


def _tuned(
    base: str, model: str, prices: tuple[str | None, str, str | None], sft: str | None, **fields: object
) -> list[Row]:
    named = {"variant": "fine_tuned", "base_model": base, **fields}
    trained = [price(sft, model=model, meter="training_tokens", method="sft", **named)] if sft else []
    return _calls(model, *prices, **named) + trained


def _openai() -> list[Row]:
    return [
        *_calls("gpt-5-mini", "0.25", "2"),
        *_tuned("gpt-5-mini", "gpt-5-mini-tuned", ("0.375", "3", None), "25"),
        *_calls("gpt-4.1", "2", "8", "0.5"),
        *_tuned("gpt-4.1", "gpt-4.1-2025-04-14", ("3", "12", "0.75"), "25"),
        price("25", model="gpt-4.1-2025-04-14", base_model="gpt-4.1", variant="fine_tuned", meter="training_tokens", method="dpo"),
        *_calls("gpt-4.1-mini", "0.4", "1.6", "0.1"),
        *_tuned("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", ("0.8", "3.2", "0.2"), "5"),
        *_calls("gpt-4o", "2.5", "10"),
        *_tuned("gpt-4o", "gpt-4o-retiring", ("3.75", "15", None), "25"),
        *_tuned("gpt-4o", "gpt-4o-gone", ("3.75", "15", None), "25"),
        *_tuned("gpt-4o", EVIL, ("0.1", "0.2", None), None),
    ]  # fmt: skip


def _azure() -> list[Row]:
    at = {"provider": "azure", "region": "global"}
    hosted = {**at, "variant": "fine_tuned", "meter": "hosting_hours"}
    rows = [
        *_calls("gpt-4.1", "2", "8", **at),
        *_tuned("gpt-4.1", "gpt-4.1", ("2", "8", None), "25", **at),
        *_calls("gpt-4.1-mini", "0.4", "1.6", **at),
        *_tuned("gpt-4.1-mini", "gpt-4.1-mini", ("0.4", "1.6", None), "5", **at),
        *_calls("llama-3.3-70b", "0.71", "0.71", **at),
        *_tuned("llama-3.3-70b", "llama-3.3-70b", ("5", "5", None), "4.50", **at),
    ]
    return rows + [price("1.70", model=model, base_model=model, **hosted) for model in ("gpt-4.1", "gpt-4.1-mini")]


def _together() -> list[Row]:
    at: Row = {"provider": "together", "tier": None}
    sized = {**at, "model": None, "size_tier": "Up to 16B", "variant": "fine_tuned"}
    return [
        price("0.48", **sized, meter="training_tokens", method="sft", technique="lora"),
        price("4", **sized, meter="training_minimum"),
        *_calls("cached-model", "3", "15", "0.3", **at),
        price("3.75", model="cached-model", meter="inference_cache_write", **at),
        *_tuned("cached-model", "cached-model-tuned", ("3", "15", "0.3"), "2", **at),
        price("3.75", model="cached-model-tuned", base_model="cached-model", variant="fine_tuned", meter="inference_cache_write", **at),
        price("6", model="cached-model-tuned", base_model="cached-model", variant="fine_tuned", meter="training_minimum", **at),
    ]  # fmt: skip


def build_decided(site: Path) -> Path:
    """Build it, with its downloads."""
    said = [
        statement("closed_to_new", date(2026, 5, 7), variant="fine_tuned"),
        statement("closed_to_idle", date(2026, 7, 2), variant="fine_tuned"),
        statement("training_ends", date(2027, 1, 6), variant="fine_tuned"),
        statement("inference_ends", date(2027, 2, 28), model="gpt-4o-retiring", variant="fine_tuned"),
        statement("training_ends", date(2026, 6, 1), model="gpt-4o-gone", variant="fine_tuned"),
    ]
    rented = [
        price(amount, provider=provider, model="H100 SXM 80GB", meter="gpu_hours", variant=None, tier="on_demand")
        for provider, amount in (("runpod", "2.09"), ("lambda", "2.99"))
    ]
    with built_warehouse() as con:
        record(con, read(moment(200), _openai(), said=said))
        record(con, read(moment(200), _azure(), provider="azure", parser="azure/1"))
        record(con, read(moment(200), _together(), provider="together", parser="together/1"))
        for row in rented:
            provider = str(row["provider"])
            record(con, read(moment(200), [row], provider=provider, parser=f"{provider}/1"))
        refresh(con)
        export.publish(con, site / "data")
        build_site(con, site, site_url="https://x.test/", is_demo=True, stamp="t")
    return site
