"""AWS Bedrock: custom-model SKUs told from base SKUs, effective dates, a real zero, and the page's tables as a check."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scrapers.contract import AvailabilityKind, Meter, Method, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import ConflictingQuotes, LayoutChanged, ParseError, UnreadablePrice
from scrapers.providers import bedrock

RECORDINGS = Path(bedrock.__file__).parent.parent / "recordings" / "bedrock"
ADDRESS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrock/current/{}/index.json"
TUNED, BASE = Variant.FINE_TUNED, Variant.BASE


def page_of(body: bytes | dict[str, Any], day: str = "2026-09-11", region: str = "us-east-1") -> Page:
    packed = body if isinstance(body, bytes) else json.dumps(body).encode()
    fetched_at = datetime.fromisoformat(f"{day}T18:00:00+00:00").astimezone(UTC)
    return Page(url=ADDRESS.format(region), fetched_at=fetched_at, body=packed, media_type="application/json")


def offer(*rows: dict[str, Any], code: str = "AmazonBedrock") -> dict[str, Any]:
    """An offer file of rows: usage (required), model, price, unit, feature, day, region ..."""
    products, terms = {}, {}
    for number, row in enumerate(rows):
        sku = f"SKU{number}"
        attributes = {"usagetype": row["usage"], "regionCode": row.get("region", "us-east-1")}
        attributes |= {key: row[key] for key in ("feature", "inferenceType", "servicename") if key in row}
        if row.get("model", "Nova Test"):
            attributes[row.get("named_by", "model")] = row.get("model", "Nova Test")
        products[sku] = {"sku": sku, "attributes": attributes}
        terms[sku] = {
            f"{sku}.{day}": {
                **({"effectiveDate": f"{day}T00:00:00Z"} if day else {}),
                "priceDimensions": {"R": {"unit": row.get("unit", "1K tokens"), "pricePerUnit": {"USD": price}}},
            }
            for day, price in row.get(
                "prices", {row.get("day", "2026-08-01"): row.get("price", "0.0010000000")}
            ).items()
        }
    return {"offerCode": code, "products": products, "terms": {"OnDemand": terms}}


def read(*rows: dict[str, Any], day: str = "2026-09-11", **more: Any) -> Reading:
    return bedrock.parse(page_of(offer(*rows, **more), day))


def found(reading: Reading, model: str, meter: Meter, variant: Variant | None = TUNED, **fields: Any) -> Quote:
    quotes = [
        quote
        for quote in reading.quotes
        if (quote.model, quote.meter, quote.variant) == (model, meter, variant)
        and all(getattr(quote, name) == value for name, value in fields.items())
    ]
    assert len(quotes) == 1, quotes
    return quotes[0]


# --- the real copies ---------------------------------------------------------------------------------------------


def test_the_real_offer_file(shared_pages):
    body = (shared_pages / "aws-bedrock/2026-09-11-price-list-AmazonBedrock-us-east-1-trimmed.json").read_bytes()
    reading = bedrock.parse(page_of(body))

    tuned = found(reading, "Nova Lite", Meter.INFERENCE_INPUT)
    base = found(reading, "Nova Lite", Meter.INFERENCE_INPUT, BASE, tier="standard")
    assert tuned.amount == base.amount == Decimal("0.06")
    assert (tuned.base_model, tuned.region, tuned.tier) == ("Nova Lite", "us-east-1", "standard")
    assert tuned.raw_text == "0.0000600000"
    write = found(reading, "Nova Lite", Meter.INFERENCE_CACHE_WRITE, BASE)
    assert (write.value_state, write.amount) == (ValueState.FREE, 0)
    assert found(reading, "Nova Lite", Meter.INFERENCE_INPUT, BASE, tier="batch").amount == Decimal("0.03")
    assert found(reading, "Nova Pro", Meter.INFERENCE_INPUT, BASE, tier="flex").amount == Decimal("0.4")
    assert found(reading, "Nova 2.0 Lite", Meter.INFERENCE_INPUT, BASE).amount == Decimal("0.33")
    assert found(reading, "Titan Text G1 Lite", Meter.INFERENCE_INPUT, BASE).amount == Decimal("0.15")
    unit = found(reading, "Nova Lite", Meter.PROVISIONED_UNIT_HOURS, None)
    assert (unit.amount, unit.tier) == (55, "reserved_1_month")
    assert {quote.effective_from for quote in reading.quotes} == {date(2026, 8, 1)}
    assert len(reading.quotes) == 22, "all of the 23 SKUs but the one that is billed by the image"
    assert [(fact.model, fact.kind) for fact in reading.availability] == [("Nova Lite", AvailabilityKind.ON_SALE)]
    assert reading.layout.headings == ()


def test_the_real_rows_of_nova_2_lite(shared_pages):
    """Notes, not a served file: usage type, price and unit of each row are put into the form that is served."""
    text = (shared_pages / "aws-bedrock/2026-08-02-price-list-nova2lite-rows.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)`[^|]*\| ([\d.]+) \| per (.+?) \|$", text, re.MULTILINE)
    assert len(rows) == 8
    reading = read(
        *({"usage": usage, "price": price, "unit": unit, "model": "Nova 2.0 Lite", "day": ""} for usage, price, unit in rows),
        day="2026-08-02",
    )  # fmt: skip
    recorded = bedrock.parse(page_of((RECORDINGS / "models_us_east_1-2026-08-02.json").read_bytes(), "2026-08-02"))

    for which in (reading, recorded):
        training = found(which, "Nova 2.0 Lite", Meter.TRAINING_TOKENS)
        assert (training.amount, training.method, training.base_model) == (Decimal("3.78"), Method.SFT, "Nova 2.0 Lite")
        assert found(which, "Nova 2.0 Lite", Meter.STORAGE_MONTH).amount == Decimal("1.95")
        assert found(which, "Nova 2.0 Lite", Meter.INFERENCE_INPUT).amount == Decimal("0.30")
        assert found(which, "Nova 2.0 Lite", Meter.INFERENCE_OUTPUT).amount == Decimal("2.50")
        assert found(which, "Nova 2.0 Lite", Meter.INFERENCE_INPUT, BASE).amount == Decimal("0.33")
        assert found(which, "Nova 2.0 Lite", Meter.INFERENCE_OUTPUT, BASE).amount == Decimal("2.75")
        hour = found(which, "Nova 2.0 Lite", Meter.PROVISIONED_UNIT_HOURS, None, tier="on_demand")
        assert (hour.amount, hour.effective_from) == (Decimal("60.50"), None)


KINDS = {  # a column of the page's tables: (usage type, unit as the column prints it)
    "Price to train 1M tokens": ("Customization-Training", "1M tokens"),
    "Price per image seen": ("Customization-Training", "image"),
    "Price per training hours": ("RFT-Training-Hours", "hour"),
    "Price to store each custom model per month": ("Customization-Storage", "month"),
    "Price to store each custom model* per month": ("Customization-Storage", "month"),
    "Price to store each trained model per month": ("Customization-Storage", "month"),
    "Price per 1M input tokens": ("input-tokens-custom-model", "1M tokens"),
    "Price per 1M output tokens": ("output-tokens-custom-model", "1M tokens"),
}


def tables_as_offer(rows: list[dict[str, str]]) -> dict[str, Any]:
    """The customisation rows of the page's tables, a form that is not served, in the form that is."""
    names = ("Meta models", "Cohere models", "Amazon Nova Models", "OpenAI models", "Qwen models")
    customised = [
        row
        for row in rows
        if any(re.search(r"to train|image seen|training hours", column) for column in row)
    ]  # fmt: skip
    skus = []
    for row in customised:
        model = next(row[name] for name in names if name in row).replace("\u00a0", " ")
        stem = re.sub(r"[^A-Za-z0-9.]", "", model)
        skus += [
            {"usage": f"USE1-{stem}-{kind}", "unit": unit, "price": row[column].strip("$ "), "model": model, "day": ""}
            for column, (kind, unit) in KINDS.items()
            if column in row
        ]
    return offer(*skus)


@pytest.mark.parametrize("day", ["2026-05-26", "2026-07-14", "2026-07-24"])
def test_the_real_tables_of_the_page(shared_pages, day):
    rows = json.loads((shared_pages / f"aws-bedrock/{day}-bedrock-page-tables-extract.json").read_text("utf-8"))
    reading = bedrock.parse(page_of(tables_as_offer(rows), day))

    training = {quote.model: quote.amount for quote in reading.quotes if quote.meter is Meter.TRAINING_TOKENS}
    assert training == {
        name: Decimal(amount)
        for name, amount in {
            "Llama 3.1 Instruct (8B)": "1.49",
            "Llama 3.1 Instruct (70B)": "7.99",
            "Llama 3.2 Instruct (1B)": "0.50",
            "Llama 3.2 Instruct (3B)": "1.10",
            "Llama 3.2 Instruct (11B)": "3.50",
            "Llama 3.2 Instruct (90B)": "7.90",
            "Llama 2 Pretrained (13B)": "1.49",
            "Llama 2 Pretrained (70B)": "7.99",
            "Command": "4.00",
            "Command-Light": "1.00",
        }.items()
    }
    for model, tuned in (("gpt-oss-20b", ("0.09", "0.39")), ("Qwen3 32B", ("0.20", "0.78"))):
        hour = found(reading, model, Meter.TRAINING_HOURS)
        assert (hour.amount, hour.method, hour.base_model) == (80, Method.RFT, model)
        meters = (Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT)
        assert tuple(found(reading, model, meter).amount for meter in meters) == tuple(map(Decimal, tuned))
    assert found(reading, "Amazon Nova Canvas", Meter.TRAINING_IMAGES).amount == Decimal("0.005")
    storage = [quote.amount for quote in reading.quotes if quote.meter is Meter.STORAGE_MONTH]
    assert storage == [Decimal("1.95")] * 13


# --- what a SKU is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "feature"),
    [
        ("USE1-NovaTest-input-tokens-custom-model", "Model Customization"),
        ("USE1-NovaTest-input-tokens-custom-model", "On-demand Inference"),
        ("USE1-NovaTest-input-tokens", "Model Customization"),
    ],
)
def test_usage_type_or_feature_make_a_custom_model_and_the_inference_type_does_not(usage, feature):
    plain = {"usage": "USE1-NovaTest-output-tokens", "inferenceType": "Input tokens custom-model", "price": "2"}
    reading = read({"usage": usage, "feature": feature, "inferenceType": "Input tokens"}, plain)

    assert found(reading, "Nova Test", Meter.INFERENCE_INPUT, TUNED).amount == 1
    assert found(reading, "Nova Test", Meter.INFERENCE_OUTPUT, BASE).amount == 2000


@pytest.mark.parametrize(
    ("suffix", "variant", "tier", "region"),
    [
        ("", BASE, "standard", "us-east-1"),
        ("-batch", BASE, "batch", "us-east-1"),
        ("-cross-region-global", BASE, "standard", "global"),
        ("-cross-region-global-flex", BASE, "flex", "global"),
        ("-priority-cross-region-global", BASE, "priority", "global"),
        ("-custom-model", TUNED, "standard", "us-east-1"),
        ("-batch-custom-model", TUNED, "batch", "us-east-1"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "meter"),
    [
        ("input-tokens", Meter.INFERENCE_INPUT),
        ("output-tokens", Meter.INFERENCE_OUTPUT),
        ("cache-read-input-token-count", Meter.INFERENCE_CACHED_INPUT),
        ("cache-write-input-token-count", Meter.INFERENCE_CACHE_WRITE),
    ],
)
def test_tier_and_scope_stand_behind_the_kind(kind, meter, suffix, variant, tier, region):
    (quote,) = read({"usage": f"USE1-Nova2.0Test-{kind}{suffix}"}).quotes

    assert (quote.meter, quote.variant, quote.tier, quote.region) == (meter, variant, tier, region)


def test_what_is_no_text_is_left_out():
    reading = read(
        {"usage": "USE1-NovaTest-input-tokens"},
        {"usage": "USE1-NovaCanvas-T2I-1024-Standard", "unit": "image"},
        {"usage": "USE1-NovaSonic-speech-input-tokens"},
        {"usage": "USE1-NovaTest-input-tokens-latency-optimized"},
        {"usage": "USE1-Guardrail-ContentPolicyUnitsConsumed", "model": ""},
        {"usage": "USE1-CustomModelImport-v1", "unit": "minute", "model": ""},
    )

    assert len(reading.quotes) == 1
    assert reading.layout.headings == ()


def test_titan_models_are_named_by_an_attribute_of_their_own():
    reading = read({"usage": "USE1-TitanTest-Customization-Training", "named_by": "titanModel", "model": "Titan Test"})

    assert found(reading, "Titan Test", Meter.TRAINING_TOKENS).base_model is None


def many(count: int) -> list[dict[str, Any]]:
    return [{"usage": f"USE1-M{n}-Customization-Training", "model": f"M{n}"} for n in range(count)]


def test_a_customisation_nobody_knows_is_listed_and_the_others_are_read():
    strange = {"usage": "USE1-NovaTest-Customization-Distillation"}
    by_the_sack = {"usage": "USE1-NovaTest-Customization-Training", "unit": "sack"}
    reading = read(*many(20), strange, by_the_sack)

    assert len(reading.quotes) == 20
    assert reading.layout.headings == (
        "not classified: USE1-NovaTest-Customization-Distillation",
        "not classified: USE1-NovaTest-Customization-Training",
    )
    with pytest.raises(LayoutChanged, match="2 of 7 fine-tuning names are not understood: USE1-NovaTest"):
        read(*many(5), strange, by_the_sack)


def test_two_skus_that_disagree_about_one_price_are_both_left_out():
    twins = [{"usage": "USE1-NovaTest-input-tokens"}, {"usage": "USE1-NovaTestText-input-tokens", "price": "0.002"}]
    reading = read(*many(1), *twins)

    assert [quote.meter for quote in reading.quotes] == [Meter.TRAINING_TOKENS]
    assert reading.layout.headings == (
        "stated twice: USE1-NovaTest-input-tokens",
        "stated twice: USE1-NovaTestText-input-tokens",
    )
    twins[1]["price"] = "0.0010"
    assert len(read(*twins).quotes) == 1, "where they agree there is one price"


def test_the_latest_price_that_holds_and_the_next_one():
    prices = {"2026-01-01": "0.001", "2026-08-01": "0.002", "2027-01-01": "0.003"}
    quotes = read({"usage": "USE1-NovaTest-Customization-Training", "prices": prices}).quotes

    assert [(quote.effective_from, quote.amount, quote.is_in_force) for quote in quotes] == [
        (date(2026, 8, 1), 2, True),
        (date(2027, 1, 1), 3, False),
    ]


def test_the_region_is_the_one_of_the_address():
    here = {"usage": "EUC1-NovaTest-input-tokens", "region": "eu-central-1"}
    there = {"usage": "USE1-NovaTest-input-tokens"}

    (quote,) = bedrock.parse(page_of(offer(here, there), region="eu-central-1")).quotes
    assert quote.region == "eu-central-1"
    with pytest.raises(LayoutChanged, match="expected SKUs of the region ap-northeast-1; found none"):
        bedrock.parse(page_of(offer(here, there), region="ap-northeast-1"))


def test_marketplace_skus_without_a_unit_are_not_read():
    rows = [
        {"usage": "USE1-MP:USE1_InputTokenCount-Units", "servicename": "A 1 (Amazon Bedrock Edition)", "unit": unit}
        for unit in ("Units", "1M tokens")
    ]
    reading = read(*rows, code="AmazonBedrockFoundationModels")

    assert [quote.raw_unit for quote in reading.quotes] == ["1M tokens"]


# --- what is refused ---------------------------------------------------------------------------------------------


def test_a_file_that_breaks_off_is_refused():
    whole = (RECORDINGS / "models_us_east_1-2026-09-11.test.json").read_bytes().rstrip()
    for cut in (1, len(whole) // 4, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ParseError):
            bedrock.parse(page_of(whole[:cut]))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"offerCode": "AmazonEC2"}, LayoutChanged, "expected AmazonBedrock or .*; found 'AmazonEC2'"),
        ({"products": {}}, LayoutChanged, r"\$\.products: expected an object that is not empty"),
        ({"terms": {"Reserved": {"SKU0": {}}}}, LayoutChanged, r"\$\.terms\.OnDemand: expected an object"),
        ({"terms": {"OnDemand": {"OTHER": {}}}}, LayoutChanged, r"\$\.terms\.OnDemand\.SKU0"),
    ],
)
def test_another_file_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        bedrock.parse(page_of(offer({"usage": "USE1-NovaTest-input-tokens"}) | change))


@pytest.mark.parametrize(
    ("prices", "error", "words"),
    [
        ({"CNY": "0.001"}, UnreadablePrice, "expected USD; found CNY"),
        ({"USD": "0.001", "CNY": "0.007"}, UnreadablePrice, "expected USD; found USD, CNY"),
        ({"USD": "-0.001"}, UnreadablePrice, "no amount"),
        ({"USD": "soon"}, UnreadablePrice, "no amount"),
        ({"USD": ""}, LayoutChanged, "expected words"),
        ({"USD": 0.001}, LayoutChanged, "expected words"),
    ],
)
def test_what_is_no_price_in_dollars_is_refused(prices, error, words):
    document = offer({"usage": "USE1-NovaTest-input-tokens"})
    document["terms"]["OnDemand"]["SKU0"]["SKU0.2026-08-01"]["priceDimensions"]["R"]["pricePerUnit"] = prices

    with pytest.raises(error, match=words):
        bedrock.parse(page_of(document))


def test_prices_that_depend_on_the_amount_are_refused():
    document = offer({"usage": "USE1-NovaTest-input-tokens"})
    dimensions = document["terms"]["OnDemand"]["SKU0"]["SKU0.2026-08-01"]["priceDimensions"]
    dimensions["S"] = dimensions["R"]

    with pytest.raises(UnreadablePrice, match="expected one price; found 2"):
        bedrock.parse(page_of(document))


def test_two_prices_of_one_day_are_refused():
    document = offer({"usage": "USE1-NovaTest-input-tokens"})
    terms = document["terms"]["OnDemand"]["SKU0"]
    terms["again"] = json.loads(json.dumps(terms["SKU0.2026-08-01"]).replace("0.0010000000", "0.0020000000"))

    with pytest.raises(ConflictingQuotes, match=r"USE1-NovaTest-input-tokens: both .* hold from 2026-08-01"):
        bedrock.parse(page_of(document))


@pytest.mark.parametrize("body", [b"<html><title>Sign in</title></html>", b"[]", b"null", b'"AmazonBedrock"', b"NaN"])
def test_what_is_no_offer_is_refused(body):
    with pytest.raises(LayoutChanged):
        bedrock.parse(page_of(body))
