"""Between the scrapers' records and the warehouse's rows: the one place that knows both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from pipeline.judge import Announced, AnnouncedKey, Standing, Value, Verdict
from pipeline.looks import Look
from scrapers.catalog import PageRow, provider_name
from scrapers.contract import (
    EVIDENCE_FIELDS,
    QUOTE_FIELDS,
    Availability,
    Evidence,
    Meter,
    Method,
    Quote,
    Reading,
    Technique,
    ValueState,
    Variant,
)
from warehouse.facts import quote_id_of
from warehouse.state import AnnouncedState, BasePrice, SeriesState

Row = dict[str, Any]

STORED_AS = {"url": "source_url", "fetched_at": "read_at"}
"""Evidence fields whose column has another name."""


def page_read(
    look: Look,
    *,
    outcome: str | None = None,
    detail: str | None = None,
    parser_version: str | None = None,
    reading_id: str | None = None,
) -> Row:
    """A row of raw.page_read; `outcome` is what reading made of a page that was had."""
    return {
        "tick_id": look.tick_id,
        "provider": look.provider,
        "page": look.page,
        "url": look.url,
        "fetched_at": look.fetched_at,
        "status": look.status,
        "etag": look.etag,
        "last_modified": look.last_modified,
        "media_type": look.media_type,
        "sha256": look.sha256,
        "outcome": outcome or look.outcome,
        "detail": detail if outcome else look.detail,
        "was_conditional": look.was_conditional,
        "parser_version": parser_version,
        "reading_id": reading_id,
    }


def reading(row: PageRow, look: Look, read: Reading, parser_version: str) -> Row:
    """A row of raw.reading."""
    return {
        "provider": look.provider,
        "page": look.page,
        "sha256": look.sha256,
        "parser_version": parser_version,
        "first_read_id": look.read_id,
        "quote_count": len(read.quotes),
        "sections": json.dumps(dict(read.layout.sections), sort_keys=True),
        "anchors": json.dumps(read.layout.anchors),
        "headings": json.dumps(read.layout.headings, ensure_ascii=False),
        "trust": row.trust,
        "seller": provider_name(row.provider),
    }


def quote(page: str, reading_id: str, one: Quote) -> Row:
    """A row of raw.quote."""
    fields = {name: getattr(one, name) for name in QUOTE_FIELDS if name != "evidence"}
    return {"reading_id": reading_id, "page": page, "series_id": one.series_id} | fields | _evidence(one.evidence)


def availability(page: str, reading_id: str, fact: Availability) -> Row:
    """A row of raw.availability."""
    evidence = _evidence(fact.evidence)
    evidence.pop("gpu_count")
    return {
        "reading_id": reading_id,
        "page": page,
        "provider": fact.provider,
        "model": fact.model,
        "kind": fact.kind,
        "stated_date": fact.date,
        "variant": fact.variant,
    } | evidence


def judgement(row: PageRow, look: Look, reading_id: str, verdict: Verdict) -> Row:
    """A row of raw.judgement."""
    return {
        "series_id": verdict.series_id,
        "provider": row.provider,
        "page": row.page,
        "quote_id": None if verdict.quote is None else quote_id_of(quote(row.page, reading_id, verdict.quote)),
        "read_id": look.read_id,
        "read_at": look.fetched_at,
        "verdict": verdict.verdict,
        "rule": verdict.rule,
        "reason": verdict.reason,
        "judged_by": "judge",
        "judged_at": look.fetched_at,
    }


def _evidence(evidence: Evidence) -> Row:
    return {STORED_AS.get(name, name): getattr(evidence, name) for name in EVIDENCE_FIELDS}


def quote_of(row: Mapping[str, Any]) -> Quote:
    """A Quote from its row in raw.quote: a body that was parsed before is not parsed again."""
    evidence = Evidence(
        **{name: row[STORED_AS.get(name, name)] for name in EVIDENCE_FIELDS}
        | {"fetched_at": row["read_at"].replace(tzinfo=UTC)}
    )
    fields = {name: row[name] for name in QUOTE_FIELDS if name != "evidence"}
    kinds = {"meter": Meter, "value_state": ValueState, "variant": Variant, "method": Method, "technique": Technique}
    fields |= {name: kind(fields[name]) for name, kind in kinds.items() if fields[name] is not None}
    return Quote(**fields, evidence=evidence)


def as_read(one: Quote, look: Look) -> Quote:
    """The quote as this look saw it: whether an announced price is in force depends on the day of the look."""
    if one.evidence.fetched_at == look.fetched_at:
        return one
    return replace(one, evidence=replace(one.evidence, fetched_at=look.fetched_at))


def standing(found: SeriesState) -> Standing:
    """What the warehouse knows of a series, as the judge wants it."""
    return Standing(
        accepted=_value(found.accepted_amount, found.accepted_state),
        accepted_seen_at=found.accepted_seen_at,
        previous=found.previous_amount,
        previous_seen_at=found.previous_seen_at,
        run_value=_value(found.run_amount, found.run_state),
        run_reads=found.run_reads,
        run_after=found.run_after,
        run_has_unconditional=found.run_has_unconditional,
        last_verdict=found.last_verdict,
        last_rule=found.last_rule,
        last_value=_value(found.last_amount, found.last_state),
        absent_reads=found.absent_reads,
    )


def bases(provider: str, prices: Iterable[BasePrice]) -> dict[str, Decimal]:
    """The accepted prices of a seller's base models, under the names the static rules know them by."""
    return {f"{provider}|{base.model}|{base.meter}|{base.tier}": base.amount for base in prices}


def announced(found: AnnouncedState) -> tuple[AnnouncedKey, Announced]:
    """What the warehouse knows of an announced price, as the judge wants it, under its name."""
    key = (found.series_id, found.effective_from, (found.amount, found.value_state))
    return key, Announced(
        is_believed=found.is_believed,
        run_reads=found.run_reads,
        run_has_unconditional=found.run_has_unconditional,
        last_verdict=found.last_verdict,
        last_rule=found.last_rule,
    )


def _value(amount: Decimal | None, state: str | None) -> Value | None:
    return None if state is None else (amount, state)
