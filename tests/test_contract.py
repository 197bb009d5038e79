"""The words everyone shares refuse nonsense, and a series keeps its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from scrapers.contract import (
    QUOTE_FIELDS,
    SERIES_KEY,
    Evidence,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    join_conditions,
    series_id_of,
)
from scrapers.errors import ConflictingQuotes, WrongContent
from scrapers.models import base_model_of

FETCHED_AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
EVIDENCE = Evidence(quoted="a 3", place="t", url="u", fetched_at=FETCHED_AT, sha256="0" * 64, parser_version="x/1")


def quote(**changes: Any) -> Quote:
    plain: dict[str, Any] = {
        "provider": "openai",
        "model": "gpt-4.1",
        "meter": Meter.INFERENCE_INPUT,
        "value_state": ValueState.PRICED,
        "amount": Decimal(2),
        "raw_text": "2",
        "raw_unit": "1M tokens",
        "evidence": EVIDENCE,
    }
    return Quote(**(plain | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": None},
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"amount": Decimal("NaN")},
        {"amount": Decimal("Infinity")},
        {"value_state": ValueState.NOT_PRINTED},
        {"value_state": ValueState.FREE},
        {"value_state": ValueState.NOT_OFFERED, "amount": Decimal(0)},
        {"model": None},
        {"model": ""},
        {"model": "gpt-4.1 "},
        {"model": "\u200b"},
        {"model": "\u2060\ufeff\u00ad"},
        {"model": "\u3164"},
        {"model": None, "size_tier": "\u200b\u0301"},
        {"tier": ""},
        {"condition": "legacy+data_sharing"},
        {"condition": "legacy+legacy"},
    ],
)
def test_a_quote_refuses_nonsense(changes: dict[str, Any]) -> None:
    """The four nothings never mix, a price is finite and positive, names are not blank."""
    with pytest.raises(ValueError, match=r"."):
        quote(**changes)


@pytest.mark.parametrize("model", ["模型", "o4-mini", "\u200bgpt", "é", "…"])
def test_a_name_with_anything_to_see_is_a_name(model: str) -> None:
    assert quote(model=model).model == model


def test_a_series_is_named_by_its_key_alone() -> None:
    """Amount, evidence and dates do not change the name; each part of the key does."""
    one = quote()
    assert one.series_id == quote(amount=Decimal(3), effective_from=date(2026, 1, 1), base_model="x").series_id
    assert len(one.series_id) == 16
    assert set(SERIES_KEY) <= set(QUOTE_FIELDS)
    others = {quote(**{name: "other"}).series_id for name in SERIES_KEY if name != "meter"}
    assert len(others | {one.series_id}) == len(SERIES_KEY)
    assert one.series_id != quote(meter=Meter.INFERENCE_OUTPUT).series_id


def test_the_name_of_a_series_never_changes() -> None:
    """It is an address in the warehouse and on the site: a change here orphans all history."""
    assert series_id_of({"provider": "openai", "model": "gpt-4.1", "meter": "inference_input"}) == "e7905d81500237bb"
    assert series_id_of({}) == series_id_of(dict.fromkeys(SERIES_KEY))


def test_a_reading_refuses_two_prices_for_one_series() -> None:
    """Unless their dates tell them apart; a repeat of the same price is no contradiction."""
    with pytest.raises(ConflictingQuotes, match=r"openai gpt-4\.1 inference_input: both '2'"):
        Reading(quotes=(quote(), quote(amount=Decimal(3), raw_text="3")))
    with pytest.raises(ConflictingQuotes):
        Reading(quotes=(quote(), quote(amount=None, value_state=ValueState.NOT_PRINTED)))
    Reading(quotes=(quote(), quote(), quote(amount=Decimal(3), effective_from=date(2027, 1, 1))))


def test_prices_announced_or_over_are_not_in_force() -> None:
    """Both days count as within."""
    day = FETCHED_AT.date()
    assert quote().is_in_force
    assert quote(effective_from=day, effective_to=day).is_in_force
    assert not quote(effective_from=day + timedelta(days=1)).is_in_force
    assert not quote(effective_to=day - timedelta(days=1)).is_in_force


def test_conditions_join_in_one_order() -> None:
    """However they were found."""
    assert join_conditions(["legacy", "data_sharing ", "", "legacy"]) == "data_sharing+legacy"
    assert join_conditions([" ", ""]) is None


def test_a_page_knows_its_text_and_its_hash() -> None:
    """Line ends are one, a byte order mark is none of the text, a wrong charset is an error of its own kind."""
    page = Page(url="u", fetched_at=FETCHED_AT, body="\ufeffä\r\nb\rc".encode())
    assert page.text == "ä\nb\nc"
    assert replace(page, charset="utf-8").text == page.text
    assert Page(url="u", fetched_at=FETCHED_AT, body=b"").sha256.startswith("e3b0c442")
    with pytest.raises(WrongContent, match="not utf-8 text"):
        assert Page(url="u", fetched_at=FETCHED_AT, body=b"\xff").text
    with pytest.raises(WrongContent):
        assert replace(page, charset="no-such-charset").text
    evidence = page.evidence(quoted="a", place="b", parser_version="x/1")
    assert (evidence.url, evidence.fetched_at, evidence.sha256) == (page.url, page.fetched_at, page.sha256)


@pytest.mark.parametrize("when", [datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))])  # noqa: DTZ001 - the point
def test_a_page_is_dated_in_utc(when: datetime) -> None:
    """A naive or local time would shift a day's prices to another day."""
    with pytest.raises(ValueError, match="timezone-aware UTC"):
        Page(url="u", fetched_at=when, body=b"")


def test_every_meter_has_a_unit() -> None:
    """A figure without its unit is never shown."""
    assert all(meter.unit for meter in Meter)


def test_bases_are_known_by_the_table_only() -> None:
    """gpt-4o-2024-05-13 has prices of its own and is not gpt-4o; what the table does not name has no known base."""
    assert base_model_of("openai", "gpt-4o-2024-08-06") == "gpt-4o"
    assert base_model_of("openai", "gpt-4o-2024-05-13") == "gpt-4o-2024-05-13"
    assert base_model_of("openai", "gpt-4o-2027-01-01") is None
    assert base_model_of("together", "gpt-4o-2024-08-06") is None
