"""Azure: meter names word by word, one price in dozens of regions, lists in several documents, rows that are doubted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.judge import Reader, judge_reading
from scrapers.azure_meters import DATA_ZONE, GLOBAL, REGIONAL, classified, is_about_tuning
from scrapers.azure_regions import Listed, differing, spread
from scrapers.contract import AvailabilityKind, Meter, Method, Page, Quote, Reading, Variant
from scrapers.errors import ConflictingQuotes, LayoutChanged, ParseError, UnreadablePrice
from scrapers.models import is_reviewed
from scrapers.money import canonical_unit
from scrapers.providers import azure

RECORDINGS = Path(azure.__file__).parent.parent / "recordings" / "azure"
COPY = "azure-openai/2026-08-11-retail-prices-snapshot.json"
TUNED, BASE = Variant.FINE_TUNED, Variant.BASE
INPUT, CACHED, OUTPUT = Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT
TODAY = date(2026, 8, 11)

Row = dict[str, Any]


def item(meter: str, price: float, region: str = "eastus2", **changes: Any) -> Row:
    """A row in the form of the API."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "armRegionName": region,
        "effectiveStartDate": "2025-04-01T00:00:00Z",
        "meterName": meter,
        "productName": "Azure OpenAI",
        "unitOfMeasure": "1K",
        "type": "Consumption",
    } | changes


def document(items: list[Row], next_page: str | None = None, **changes: Any) -> Row:
    return {"BillingCurrency": "USD", "Items": items, "NextPageLink": next_page, "Count": len(items)} | changes


def page_of(body: object) -> Page:
    packed = body if isinstance(body, bytes) else json.dumps(body).encode()
    fetched_at = datetime(2026, 8, 11, 6, tzinfo=UTC)
    return Page(url="https://prices.azure.com/api/retail/prices", fetched_at=fetched_at, body=packed)


def read(*items: Row) -> Reading:
    return azure.parse(page_of([document(list(items))]))


def found(reading: Reading, model: str, meter: Meter, region: str | None = GLOBAL, **fields: Any) -> Quote:
    fields = {"tier": "standard", "variant": TUNED} | fields
    quotes = [
        quote
        for quote in reading.quotes
        if (quote.model, quote.meter, quote.region) == (model, meter, region)
        and all(getattr(quote, name) == value for name, value in fields.items())
    ]
    assert len(quotes) == 1, quotes
    return quotes[0]


# --- the real copy -----------------------------------------------------------------------------------------------


@pytest.fixture
def copied(shared_pages: Path) -> list[Row]:
    """The recorded rows: those that differ by region only are one row there, and lack currency, tier and type."""
    return rows_of(shared_pages / COPY)


@pytest.fixture
def openai(shared_pages: Path) -> Reading:
    return reading_of(shared_pages / COPY, "Azure OpenAI")


@cache
def rows_of(path: Path) -> list[Row]:
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return rows


@cache
def reading_of(path: Path, family: str) -> Reading:
    return azure.parse(page_of(expanded(rows_of(path), family)))


def expanded(rows: Iterable[Row], family: str) -> bytes:
    """The list that the API gives for a family: a row for each region, in documents of a thousand rows."""
    items = [
        item(
            row["meterName"],
            row["retailPrice"],
            region,
            **{name: row[name] for name in ("effectiveStartDate", "productName", "unitOfMeasure")},
        )
        for row in rows
        if family in row["productName"]
        for region in row["regions"]
    ]
    documents = [items[start : start + 1000] for start in range(0, len(items), 1000)]
    links = [f"https://prices.azure.com:443/api/retail/prices?$skip={number}000" for number in range(1, len(documents))]
    whole = [document(*pair) for pair in zip(documents, [*links, None], strict=True)]
    return json.dumps(whole).encode()


def test_every_fine_tuning_meter_of_the_real_copy_is_classified(copied):
    """474 rows and the two of a grader that embeds, under 232 names: the vocabulary knows them all."""
    tuning = [row for row in copied if is_about_tuning(row["meterName"])]
    unknown = [
        row["meterName"]
        for row in tuning
        if classified(row["productName"], row["meterName"], canonical_unit(azure.UNITS[row["unitOfMeasure"]])[0])
        is None
    ]

    assert len([row for row in tuning if not row["meterName"].startswith("text-embedding")]) == 474
    assert (len(tuning), len({row["meterName"] for row in tuning})) == (476, 232)
    assert len(unknown) < 0.02 * len(tuning)
    assert unknown == []


def test_the_prices_of_the_real_copy(openai):
    """Training, input, cached input, output and hosting, in dollars per 1M tokens or hour; and the base beside them."""
    expected = {
        "gpt-4.1": ("25", "2", "0.50", "8", "1.70"),
        "gpt-4.1-mini": ("5", "0.40", "0.10", "1.60", "1.70"),
        "gpt-4.1-nano": ("1.50", "0.10", "0.025", "0.40", "1.70"),
        "gpt-4o-2024-08-06": ("25", "2.50", "1.25", "10", "1.70"),
        "gpt-4o-mini-2024-07-18": ("3", "0.15", "0.075", "0.60", "1.70"),
    }
    for model, amounts in expected.items():
        meters = (Meter.TRAINING_TOKENS, INPUT, CACHED, OUTPUT, Meter.HOSTING_HOURS)
        assert [found(openai, model, meter).amount for meter in meters] == [Decimal(amount) for amount in amounts]
        for meter in (INPUT, CACHED, OUTPUT):
            base = found(openai, model, meter, variant=BASE)
            assert found(openai, model, meter).amount == base.amount, "the markup is 1.0"
            assert found(openai, model, meter).base_model == model
    hour = found(openai, "o4-mini", Meter.TRAINING_HOURS)
    assert (hour.amount, hour.method, hour.base_model) == (100, Method.RFT, "o4-mini-2025-04-16")
    assert found(openai, "o3-mini", Meter.TRAINING_HOURS, "regional northeurope").amount == 132
    grader = found(openai, "gpt-4.1", Meter.GRADER_TOKENS, None, variant=BASE, condition="cached_input")
    assert (grader.amount, grader.raw_text, grader.raw_unit) == (Decimal("0.55"), "0.00055", "1K")
    assert openai.layout.headings == ()
    on_sale = {fact.model for fact in openai.availability if fact.kind is AvailabilityKind.ON_SALE}
    assert on_sale >= {"gpt-4.1", "o4-mini", "gpt-oss-20b"}


def test_tiers_and_scopes_of_the_real_copy_stand_apart(openai):
    training = {
        (quote.tier, quote.region): quote.amount
        for quote in openai.quotes
        if (quote.model, quote.meter) == ("gpt-4.1", Meter.TRAINING_TOKENS)
    }
    assert training == {
        ("standard", "global"): Decimal(25),
        ("developer", "global"): Decimal("12.5"),
        ("standard", "data_zone"): Decimal("27.5"),
        ("standard", "regional"): Decimal("27.5"),
        ("standard", "regional swedencentral"): Decimal("30.25"),
        ("standard", "regional northeurope"): Decimal(33),
    }
    assert found(openai, "o4-mini", Meter.TRAINING_HOURS, tier="developer").amount == 50
    assert found(openai, "o4-mini", INPUT, tier="developer").amount == Decimal("1.10")
    hosted = {quote.tier for quote in openai.quotes if quote.meter is Meter.HOSTING_HOURS}
    assert hosted == {"standard"}, "the developer tier has no hosting"


def test_a_region_that_differs_has_its_whole_bill(openai):
    """Hosting costs the same in northeurope; who adds up its prices must find it there."""
    for region in ("regional", "regional northeurope", "regional swedencentral"):
        for model in ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"):
            for meter in (Meter.TRAINING_TOKENS, INPUT, CACHED, OUTPUT, Meter.HOSTING_HOURS):
                assert found(openai, model, meter, region).amount
            for meter in (INPUT, CACHED, OUTPUT):
                assert found(openai, model, meter, region, variant=BASE).amount
    assert found(openai, "gpt-4.1", Meter.HOSTING_HOURS, "regional northeurope").amount == Decimal("1.7")


def test_open_models_of_the_real_copy(copied, openai):
    llama = azure.parse(page_of(expanded(copied, "Azure Llama")))
    mistral = azure.parse(page_of(expanded(copied, "Azure Mistral")))

    for reading, model, training, hosting in (
        (llama, "llama-3.3-70b", "4.50", "0.30"),
        (mistral, "ministral-3b", "1.00", "0.65"),
        (openai, "gpt-oss-20b", "3.60", "0.30"),
    ):
        assert found(reading, model, Meter.TRAINING_TOKENS).amount == Decimal(training)
        assert found(reading, model, Meter.HOSTING_HOURS).amount == Decimal(hosting)
    assert found(llama, "llama-3.3-70b", Meter.TRAINING_TOKENS, "global usgovvirginia").amount == Decimal("5.6")


def test_every_tuned_price_of_the_real_copy_has_its_base_or_is_known_to_have_none(copied, openai):
    """Only the developer tier, models whose base Azure sells under no such name, and sovereign clouds have none."""
    llama = azure.parse(page_of(expanded(copied, "Azure Llama")))
    quotes = [*openai.quotes, *llama.quotes]
    bases = {
        (quote.model, quote.meter, quote.tier, quote.region): quote.amount
        for quote in quotes
        if quote.variant is BASE and quote.condition is None
    }
    ratios: Counter[str] = Counter()
    without = set()
    for quote in quotes:
        if quote.variant is TUNED and quote.meter in azure.TOKENS and quote.tier == "standard":
            base = bases.get((quote.base_model, quote.meter, quote.tier, quote.region))
            if base is None:
                without.add(quote.model)
            else:
                assert quote.amount is not None
                ratios[f"{quote.amount / base:.2f}"] += 1

    tuned = {quote.model for quote in quotes if quote.variant is TUNED and quote.model}
    assert sorted(model for model in tuned if not is_reviewed("azure", model)) == []
    assert set(ratios) == {"1.00"}
    assert ratios["1.00"] > 100
    assert without == {"gpt-35-turbo-4k", "gpt-35-turbo-16k", "gpt-oss-20b", "davinci-002", "babbage-002"}


def test_what_is_wrong_in_the_source_is_kept_and_held(openai):
    """5.50 for an input that costs 0.15 elsewhere, 44 for a cached input whose input costs 1.375: read, not believed."""
    mini = found(openai, "gpt-4o-mini", INPUT, tier="developer")
    cached = found(openai, "gpt-4o", CACHED, tier="developer")
    assert (mini.amount, cached.amount) == (Decimal("5.5"), 44)
    assert "36.67" in (mini.doubt or "")
    assert "35.20" in (cached.doubt or "")

    doubted = {(quote.model, quote.tier, quote.meter) for quote in openai.quotes if quote.doubt}
    assert doubted == {(model, "developer", meter) for model in ("gpt-4o", "gpt-4o-mini") for meter in azure.TOKENS}
    reader = Reader(read_at=datetime(2026, 8, 11, 6, tzinfo=UTC), was_conditional=False)
    held = {
        verdict.series_id for verdict in judge_reading(openai.quotes, {}, reader, {}) if verdict.verdict == "held"
    }  # fmt: skip
    assert held == {quote.series_id for quote in openai.quotes if quote.doubt}


def test_the_real_list_is_a_sane_number_of_series(copied, openai):
    """Thousands of rows become hundreds of series, and none stands twice."""
    rows = sum(len(row["regions"]) for row in copied if is_about_tuning(row["meterName"]))
    tuned = [quote for quote in openai.quotes if quote.variant is TUNED]

    assert rows > 2500
    assert len(openai.quotes) < 500
    assert len({quote.series_id for quote in openai.quotes}) == len(openai.quotes)
    assert sum(" " not in (quote.region or "") for quote in tuned) > len(tuned) / 2


def test_two_dates_of_the_real_copy_stand_side_by_side(copied):
    """Nine regions list an hour of provisioned units at 1.10 since June and at 1.20 since August: 1.20 counts."""
    rows = [
        Listed(
            region=region,
            effective_from=date.fromisoformat(row["effectiveStartDate"][:10]),
            amount=Decimal(str(row["retailPrice"])),
        )
        for row in copied
        if row["productName"] == "Azure OpenAI" and row["meterName"] == "Provisioned Managed Data Zone Unit"
        for region in row["regions"]
    ]
    twice = [region for region, count in Counter(row.region for row in rows).items() if count > 1]
    assert len(twice) == 9
    for day, amount in ((date(2026, 7, 31), "1.1"), (TODAY, "1.2")):
        (held, *ahead) = spread([row for row in rows if row.region in twice], day, where="units")
        assert (held.row.amount, held.region, held.count) == (Decimal(amount), None, 9)
        assert [price.row.amount for price in ahead] == [Decimal("1.2")] * (day < date(2026, 8, 1))


def test_recordings_hold_the_figures_of_the_real_copy(copied):
    real = {
        (row["productName"], row["meterName"], region, row["effectiveStartDate"], str(row["retailPrice"]))
        for row in copied
        for region in row["regions"]
    }
    recorded = [
        (row["productName"], row["meterName"], row["armRegionName"], row["effectiveStartDate"], str(row["retailPrice"]))
        for path in sorted(RECORDINGS.glob("*.json"))
        for part in json.loads(path.read_text(encoding="utf-8"))
        for row in part["Items"]
    ]
    assert len(recorded) > 200
    assert [row for row in recorded if row not in real] == []


def test_the_recording_shows_a_tuned_model_whole() -> None:
    """What it costs to train and to use, beside its base: a model with half its bill reads as if the rest were not sold."""
    reading = azure.parse(page_of((RECORDINGS / "openai-2026-08-11.json").read_bytes()))
    expected = {
        "gpt-4.1": ("25", "2", "0.50", "8", "1.70"),
        "gpt-4o-2024-08-06": ("25", "2.50", "1.25", "10", "1.70"),
        "gpt-4o-mini-2024-07-18": ("3", "0.15", "0.075", "0.60", "1.70"),
    }
    for model, amounts in expected.items():
        meters = (Meter.TRAINING_TOKENS, INPUT, CACHED, OUTPUT, Meter.HOSTING_HOURS)
        assert [found(reading, model, meter).amount for meter in meters] == [Decimal(amount) for amount in amounts]
        for meter in (INPUT, CACHED, OUTPUT):
            assert found(reading, model, meter, variant=BASE).amount == found(reading, model, meter).amount
    zone = [found(reading, "gpt-4.1", meter, DATA_ZONE).amount for meter in (INPUT, CACHED, OUTPUT)]
    assert zone == [Decimal("2.2"), Decimal("0.55"), Decimal("8.8")]
    assert zone == [
        found(reading, "gpt-4.1", meter, DATA_ZONE, variant=BASE).amount for meter in (INPUT, CACHED, OUTPUT)
    ]


# --- meter names -------------------------------------------------------------------------------------------------

MTOK = "1M tokens"


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("gpt-4.1-mini FT Training global Tokens", MTOK, ("gpt-4.1-mini", Meter.TRAINING_TOKENS, GLOBAL, "standard")),
        ("gpt 4.1 mini dev ft training glbl Tokens", MTOK, ("gpt-4.1-mini", Meter.TRAINING_TOKENS, GLOBAL, "developer")),
        ("gpt-4o-mini-0718-FT-Trng-regnl Tokens", MTOK, ("gpt-4o-mini-2024-07-18", Meter.TRAINING_TOKENS, REGIONAL, "standard")),
        ("babbage-002-FT-Trng-glbl tkn Tokens", MTOK, ("babbage-002", Meter.TRAINING_TOKENS, GLOBAL, "standard")),
        ("babbage-002-FT-Trng-glbl Unit", "hour", ("babbage-002", Meter.TRAINING_HOURS, GLOBAL, "standard")),
        ("o4 mini dev RFT cd inp glb Tokens", MTOK, ("o4-mini", CACHED, GLOBAL, "developer")),
        ("gpt-4.1-ft hosting regional Unit", "hour", ("gpt-4.1", Meter.HOSTING_HOURS, REGIONAL, "standard")),
        ("Az-Davinci-002-Fine Tuned-Input Tokens", MTOK, ("davinci-002", INPUT, None, "standard")),
    ],
)  # fmt: skip
def test_a_meter_name_in_its_spellings(name, unit, expected):
    said = classified("Azure OpenAI", name, unit)

    assert said is not None
    assert (said.model, *said.meters, said.scope, said.tier) == expected
    assert said.variant is TUNED


@pytest.mark.parametrize(
    ("product", "name", "unit", "expected"),
    [
        ("Azure OpenAI PP FT GPT4s", "4.1 mini ft training Dz Tokens", MTOK, ("gpt-4.1-mini", Meter.TRAINING_TOKENS, DATA_ZONE)),
        ("Azure Llama Models", "Llama3.3-Out-FT Tokens", MTOK, ("llama-3.3-70b", OUTPUT, GLOBAL)),
        ("Azure Llama Models", "3.3 70b FT Tokens", MTOK, ("llama-3.3-70b", Meter.TRAINING_TOKENS, GLOBAL)),
        ("Azure Mistral Models", "Ministral 3bFTregnl Deployment Hosting Unit", "hour", ("ministral-3b", Meter.HOSTING_HOURS, REGIONAL)),
        ("Azure OpenAI OSS Models", "20b FT regnl Tokens", MTOK, ("gpt-oss-20b", Meter.TRAINING_TOKENS, REGIONAL)),
    ],
)  # fmt: skip
def test_a_short_name_is_its_products_own(product, name, unit, expected):
    said = classified(product, name, unit)

    assert said is not None
    assert (said.model, *said.meters, said.scope) == expected
    assert classified("Azure Grok Models", name, unit) is None


@pytest.mark.parametrize(
    ("name", "meter", "tier"),
    [
        ("gpt 4.1 cached Inp Data Zone Tokens", CACHED, "standard"),
        ("gpt 4.1 Batch Outp glbl Tokens", OUTPUT, "batch"),
        ("gpt-4o-0806-Inp-regnl Tokens", INPUT, "standard"),
    ],
)
def test_a_base_meter_is_told_from_a_tuned_one(name, meter, tier):
    said = classified("Azure OpenAI", name, MTOK)

    assert said is not None
    assert (said.meters, said.variant, said.tier) == ((meter,), BASE, tier)
    assert not is_about_tuning(name)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("gpt-9 FT Training global Tokens", MTOK),  # a model nobody knows
        ("gpt-4.1 FT Training lunar Tokens", MTOK),  # a scope nobody knows
        ("gpt-4.1 FT Training global regional Tokens", MTOK),  # two scopes
        ("gpt-4.1-ft input output global Tokens", MTOK),  # two directions
        ("gpt-4.1-ft cached output global Tokens", MTOK),
        ("gpt-4.1 FT Training input global Tokens", MTOK),
        ("gpt-4.1 FT Training hosting global Unit", "hour"),
        ("gpt-4.1-ft hosting global Unit", MTOK),  # hosting by the token
        ("gpt-4.1-ft input global Tokens", "hour"),
        ("o4-mini RFT global Tokens", MTOK),
        ("gpt-4.1-ft mdl grdr inpt Unit", "hour"),
    ],
)
def test_half_a_name_understood_is_none(name, unit):
    assert classified("Azure OpenAI", name, unit) is None
    assert is_about_tuning(name)


# --- one price in many regions -----------------------------------------------------------------------------------


def listed(*rows: tuple[str, str, str]) -> list[Listed]:
    return [
        Listed(region=region, effective_from=date.fromisoformat(day), amount=Decimal(amount))
        for region, day, amount in rows
    ]


def spread_of(*rows: tuple[str, str, str], **more: Any) -> list[tuple[str | None, str, str, int]]:
    return [
        (price.region, str(price.row.amount), price.row.effective_from.isoformat(), price.count)
        for price in spread(listed(*rows), TODAY, where="x", **more)
    ]


def test_one_price_everywhere_is_one_row_that_holds_since_its_first_region():
    rows = [("b", "2026-06-01", "1"), ("a", "2025-04-01", "1"), ("c", "2025-05-01", "1")]

    assert spread_of(*rows) == [(None, "1", "2025-04-01", 3)]


def test_a_region_that_differs_has_a_row_of_its_own():
    rows = [("a", "2025-04-01", "1"), ("b", "2025-04-01", "1"), ("c", "2025-04-01", "1"), ("d", "2026-06-01", "1.2")]

    assert spread_of(*rows) == [(None, "1", "2025-04-01", 3), ("d", "1.2", "2026-06-01", 1)]


def test_without_a_majority_every_region_has_its_row():
    rows = [("a", "2025-04-01", "1"), ("b", "2025-04-01", "2")]

    assert spread_of(*rows) == [("a", "1", "2025-04-01", 1), ("b", "2", "2025-04-01", 1)]


def test_a_lone_region_differs_where_a_scope_has_no_one_price():
    alone = listed(("a", "2025-04-01", "1"))

    assert differing(alone, TODAY, where="x") == frozenset()
    assert differing(alone, TODAY, names_a_lone_region=True, where="x") == {"a"}


def test_a_region_that_is_apart_has_its_row_whatever_it_costs():
    rows = [("a", "2025-04-01", "1"), ("b", "2025-04-01", "1"), ("c", "2025-04-01", "2")]

    assert differing(listed(*rows), TODAY, where="x") == {"c"}
    assert spread_of(*rows, apart=frozenset("bz")) == [
        (None, "1", "2025-04-01", 1),
        ("b", "1", "2025-04-01", 1),
        ("c", "2", "2025-04-01", 1),
    ]
    assert spread_of(*rows, apart=frozenset("ab"))[0][0] == "a", "nothing is left for the scope to say"


def test_a_move_announced_everywhere_is_the_scopes_and_any_other_the_regions():
    now = [("a", "2025-04-01", "1"), ("b", "2025-04-01", "1"), ("c", "2025-04-01", "1")]
    everywhere = [(region, "2027-01-01", "2") for region in "abc"]

    assert spread_of(*now, *everywhere)[1:] == [(None, "2", "2027-01-01", 3)]
    assert spread_of(*now, everywhere[0])[1:] == [("a", "2", "2027-01-01", 1)]
    assert spread_of(*now, *everywhere, ("d", "2027-01-01", "3"))[1:] == [
        (None, "2", "2027-01-01", 3),
        ("d", "3", "2027-01-01", 1),
    ]
    assert spread_of(*everywhere) == [(None, "2", "2027-01-01", 3)], "nothing holds yet, all is announced"


def test_two_prices_of_one_region_and_day_are_refused():
    with pytest.raises(ConflictingQuotes, match="x in a: both 1 and 2 hold from 2025-04-01"):
        spread_of(("a", "2025-04-01", "1"), ("a", "2025-04-01", "2"))


# --- the list ----------------------------------------------------------------------------------------------------

TRAINING = item("gpt-4.1 FT Training global Tokens", 0.025)


def test_a_single_document_is_a_list_of_one():
    alone, listed_alone = document([TRAINING]), [document([TRAINING])]

    assert azure.parse(page_of(alone)).quotes[0].evidence.place == "$.Items[0].retailPrice"
    assert azure.parse(page_of(listed_alone)).quotes[0].evidence.place == "$[0].Items[0].retailPrice"


def test_an_announced_price_stands_beside_the_one_that_holds():
    soon = TRAINING | {"effectiveStartDate": "2026-12-01T00:00:00Z", "retailPrice": 0.03}
    past = TRAINING | {"effectiveStartDate": "2024-12-01T00:00:00Z", "retailPrice": 0.02}

    assert [(quote.amount, quote.effective_from, quote.is_in_force) for quote in read(past, TRAINING, soon).quotes] == [
        (25, date(2025, 4, 1), True),
        (30, date(2026, 12, 1), False),
    ]


def test_base_prices_are_read_where_the_tuned_model_is_sold():
    tuned = item("o3-mini-ft input regional Tokens", 0.001452, "northeurope")
    bases = [
        item("o3 mini 0131 input regnl Tokens", 0.00121, region) for region in ("eastus", "eastus2", "westus")
    ] + [item("o3 mini 0131 input regnl Tokens", 0.001452, "northeurope")]  # fmt: skip
    reading = read(tuned, *bases, item("gpt-4o-transcribe-txt-inp-glbl Tokens", 0.0025))

    assert [(quote.model, quote.region, quote.amount) for quote in reading.quotes] == [
        ("o3-mini", "regional northeurope", Decimal("1.452")),
        ("o3-mini-2025-01-31", "regional northeurope", Decimal("1.452")),
    ]
    assert reading.quotes[0].doubt is None


def test_what_is_no_price_of_the_list_is_passed_over():
    for change in ({"type": "Reservation"}, {"type": "DevTestConsumption"}):
        assert len(read(TRAINING, TRAINING | {"retailPrice": 1.0} | change).quotes) == 1


def test_a_meter_nobody_knows_is_listed_and_the_others_are_read():
    strange = [
        item("gpt-9 FT Training global Tokens", 0.1),
        item("gpt-4.1-ft input global Tokens", 1, tierMinimumUnits=9.0),
    ]
    known = [
        item(f"{model} FT Training {scope} Tokens", 0.025)
        for model in ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o-0806", "gpt-4o-mini-0718", "gpt-4-8k", "davinci-002")
        for scope in ("global", "regional", "data zone")
    ]  # fmt: skip
    reading = read(*known, *strange)

    assert reading.layout.sections == {"fine_tuning": 21}
    assert reading.layout.headings == (
        "not classified: gpt-4.1-ft input global Tokens",
        "not classified: gpt-9 FT Training global Tokens",
    )
    with pytest.raises(LayoutChanged, match=r"meterName: 2 of 3 fine-tuning names are not understood: gpt-4\.1-ft"):
        read(TRAINING, *strange)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([document([TRAINING], "https://prices.azure.com/next")], r"\$\[0\]: the list goes on after this document"),
        (document([TRAINING], "https://prices.azure.com/next"), r"\$: the list goes on"),
        (document([TRAINING] * 1000), r"\$: the list goes on"),
        ([document([TRAINING], BillingCurrency="EUR")], r"\$\[0\]\.BillingCurrency: expected USD; found 'EUR'"),
        ([document([TRAINING | {"currencyCode": "EUR"}])], r"Items\[0\]\.currencyCode: expected USD; found 'EUR'"),
        ([document([TRAINING], Count=2)], "2 rows were announced; 1 are there"),
        ([document([])], r"\$\[0\]\.Items: expected a list that is not empty"),
        ([], r"\$: expected a list"),
        ([[]], r"\$\[0\]: expected an object"),
        ([{"BillingCurrency": "USD", "Items": [TRAINING]}], "expected NextPageLink"),
        ([document([item("gpt 4.1 Inp glbl Tokens", 0.002)])], "no fine-tuning meter is among the rows"),
        ([document([TRAINING | {"effectiveStartDate": "soon"}])], "expected a time"),
        ([document([TRAINING | {"armRegionName": ""}])], "armRegionName: expected words"),
        ({"Error": {"Code": "TooManyRequests"}}, "BillingCurrency: expected words"),
    ],
)
def test_what_is_no_whole_list_in_dollars_is_refused(body, words):
    with pytest.raises(LayoutChanged, match=words):
        azure.parse(page_of(body))


@pytest.mark.parametrize("price", ["0.025", None, True, -0.025, [0.025]])
def test_what_is_no_price_is_refused(price):
    with pytest.raises(UnreadablePrice, match=re.escape("$[0].Items[0].retailPrice: ")):
        read(TRAINING | {"retailPrice": price})


def test_a_list_that_breaks_off_is_refused():
    whole = (RECORDINGS / "openai-2026-08-11.json").read_bytes().rstrip()
    for cut in (1, len(whole) // 4, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ParseError):
            azure.parse(page_of(whole[:cut]))
    first_of_two = json.dumps(json.loads(whole)[:1]).encode()
    with pytest.raises(LayoutChanged, match="is not whole"):
        azure.parse(page_of(first_of_two))
