"""A reading as JSON: the contract's names and order, plain digits, and nothing JSON cannot hold."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from scrapers.as_json import quote_json, reading_json
from scrapers.contract import (
    AVAILABILITY_FIELDS,
    EVIDENCE_FIELDS,
    QUOTE_FIELDS,
    Availability,
    AvailabilityKind,
    Evidence,
    Layout,
    Meter,
    Quote,
    Reading,
    ValueState,
    Variant,
)

EVIDENCE = Evidence(
    quoted="a 3",
    place="t",
    url="u",
    fetched_at=datetime(2026, 11, 23, 6, tzinfo=UTC),
    sha256="0" * 64,
    parser_version="x/1",
)


def quote(amount: Decimal | None) -> Quote:
    return Quote(
        provider="newco",
        model="a",
        meter=Meter.TRAINING_TOKENS,
        variant=Variant.FINE_TUNED,
        value_state=ValueState.NOT_PRINTED if amount is None else ValueState.PRICED if amount else ValueState.FREE,
        amount=amount,
        raw_text="3",
        raw_unit="1M tokens",
        effective_from=date(2027, 1, 1),
        evidence=EVIDENCE,
    )


@pytest.mark.parametrize(
    ("amount", "digits"),
    [
        (Decimal("0.750"), "0.75"),
        (Decimal("100.00"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("5E-7"), "0.0000005"),
        (Decimal("0.00"), "0"),
        (Decimal("1.8750000000000000000000000000000001"), "1.8750000000000000000000000000000001"),
        (None, None),
    ],
)
def test_amounts_are_plain_digits(amount: Decimal | None, digits: str | None) -> None:
    """No exponent, no trailing zeros, no rounding."""
    assert quote_json(quote(amount))["amount"] == digits


def test_a_reading_has_every_field_in_order() -> None:
    """What `ftprices parse --json` prints and goldens hold: the contract's names, nulls where nothing applies."""
    fact = Availability(
        provider="newco",
        model=None,
        kind=AvailabilityKind.TRAINING_ENDS,
        date=date(2027, 1, 6),
        variant=None,
        evidence=EVIDENCE,
    )
    layout = Layout(sections={"a": 1}, anchors=("#a",), headings=("A",))
    plain = json.loads(
        json.dumps(reading_json(Reading(quotes=(quote(Decimal(3)),), availability=(fact,), layout=layout)))
    )
    assert list(plain) == ["quotes", "availability", "layout"]
    assert tuple(plain["quotes"][0]) == QUOTE_FIELDS
    assert tuple(plain["availability"][0]) == AVAILABILITY_FIELDS
    assert tuple(plain["quotes"][0]["evidence"]) == EVIDENCE_FIELDS
    assert plain["quotes"][0]["evidence"]["fetched_at"] == "2026-11-23T06:00:00Z"
    assert plain["quotes"][0]["effective_from"] == "2027-01-01"
    assert plain["quotes"][0]["meter"] == "training_tokens"
    assert plain["quotes"][0]["tier"] is None
    assert plain["quotes"][0]["derived"] is False
    assert plain["availability"][0]["kind"] == "training_ends"
    assert plain["layout"] == {"sections": {"a": 1}, "anchors": ["#a"], "headings": ["A"]}
