"""Fireworks AI: the real copies as far as they were kept, its pages held against each other, and what is refused."""

from __future__ import annotations

import csv
import html
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.catalog import read_page
from scrapers.contract import AvailabilityKind, Meter, Method, Page, Quote, Reading, Technique, ValueState, Variant
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.fireworks_sizes import model_size
from scrapers.models import is_reviewed
from scrapers.providers import fireworks

SERVERLESS = "serverless-2026-08-29.html"
RECORDINGS = Path(fireworks.__file__).parent.parent / "recordings" / "fireworks"
B = 10**9
TIERS = {
    "up to 16B": (0, 16 * B),
    "16.1B - 80B": (16_100_000_000, 80 * B),
    "80B - 300B": (80 * B, 300 * B),
    ">300B": (300 * B, None),
}
COLUMNS = ("sft lora", "dpo lora", "sft full", "dpo full")
HEADS = ("LoRA SFT", "LoRA DPO", "Full Param SFT", "Full Param DPO")


def read(body: str, day: str = "2026-10-08", page: str | None = None) -> Reading:
    fetched_at = datetime.fromisoformat(f"{day}T06:00:00").replace(tzinfo=UTC)
    return read_page(
        "fireworks", Page(url="https://fireworks.ai/pricing", fetched_at=fetched_at, body=body.encode(), page=page)
    )


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> str:
    return (folder / "fireworks" / name).read_text(encoding="utf-8")


def edited(name: str, old: str, new: str) -> str:
    """A recording with one thing changed; a change that changes nothing tests nothing."""
    text = recorded(name)
    assert old in text, old
    return text.replace(old, new)


def training(reading: Reading, name: str) -> dict[str, Decimal | None]:
    """The managed prices of a tier or a model by method and technique."""
    return {
        f"{quote.method} {quote.technique}": quote.amount
        for quote in reading.quotes
        if name in {quote.model, quote.size_tier}
        and quote.meter is Meter.TRAINING_TOKENS
        and quote.product == "managed"
    }


def amounts(text: str, columns: tuple[str, ...] = COLUMNS) -> dict[str, Decimal]:
    return dict(zip(columns, map(Decimal, text.split()), strict=False))


def of(reading: Reading, name: str, meter: Meter, **fields: object) -> Quote:
    (quote,) = [
        quote
        for quote in reading.quotes
        if name in {quote.model, quote.size_tier}
        and quote.meter is meter
        and all(getattr(quote, field) == value for field, value in fields.items())
    ]
    return quote


def bounds(reading: Reading) -> dict[str | None, tuple[int | None, int | None]]:
    return {
        quote.size_tier: (quote.size_min_params, quote.size_max_params)
        for quote in reading.quotes
        if quote.product == "managed" and quote.size_tier
    }


def table(heads: tuple[str, ...], rows: list[list[str]]) -> str:
    cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>{body}</tbody></table>"
    )


def whole(body: str) -> str:
    return f"<html><body>{body}</body></html>"


# The real copies


@pytest.mark.real_pages
def test_the_real_text_of_february(shared_pages: Path) -> None:
    """Four size tiers with bounds, on-demand GPUs, and the claim about tuned models beside the mode it needs."""
    reading = read(real(shared_pages, "2026-02-13-pricing-page.md"), "2026-02-13")
    two = COLUMNS[:2]
    assert training(reading, "up to 16B") == amounts("0.50 1.00", two)
    assert training(reading, "16.1B - 80B") == amounts("3.00 6.00", two)
    assert training(reading, "80B - 300B") == amounts("6.00 12.00", two)
    assert training(reading, ">300B") == amounts("10.00 20.00", two)
    assert bounds(reading) == TIERS
    assert not any(quote.doubt for quote in reading.quotes)
    gpus = {"A100 80GB": "2.90", "H100 80GB": "4.00", "H200 141GB": "6.00", "B200 180GB": "9.00"}
    for name, amount in gpus.items():
        assert of(reading, name, Meter.GPU_HOURS, product="dedicated").amount == Decimal(amount)
    rft = of(reading, "H100 80GB", Meter.GPU_HOURS, method=Method.RFT)
    assert (rft.amount, rft.derived, rft.product) == (4, True, "managed")
    assert "Reinforcement fine tuning jobs are priced per GPU hour" in rft.evidence.quoted
    claim = of(reading, "all models", Meter.INFERENCE_OUTPUT)
    assert (claim.value_state, claim.amount, claim.product) == (ValueState.NOT_PRINTED, None, "serverless")
    assert claim.evidence.quoted == "Serve fine-tuned models for the same price as base models"
    assert of(reading, "MiniMax M2 family", Meter.INFERENCE_CACHED_INPUT).amount == Decimal("0.03")
    assert of(reading, "Kimi K2 Thinking", Meter.INFERENCE_OUTPUT).amount == Decimal("2.50")
    assert of(reading, "MoE 56.1B - 176B", Meter.INFERENCE_INPUT).amount == Decimal("1.20")
    assert reading.layout.sections == {"managed_training": 4, "on_demand_gpus": 4}
    assert len({quote.model or quote.size_tier for quote in reading.quotes if quote.variant is Variant.BASE}) == 15
    assert not any(quote.raw_text in {"$0.0015", "$0.008"} for quote in reading.quotes), "audio and embeddings"


def quoted_page(folder: Path) -> str:
    """The rows quoted of 2026-10-08 as tables again; the heads are told as notes on the page name them."""
    managed, api = [], []
    for row in csv.DictReader(real(folder, "2026-10-08-pricing-rows-quoted.csv").splitlines()):
        label, prices = row["row_label"], row["cells_in_page_order"].split()
        if label.startswith("Models "):
            managed.append([label, *prices])
        else:
            name, _, context = label.rpartition(" ")
            api.append([name, context, *prices])
    assert (len(managed), len(api)) == (4, 6)
    heads = ("Base Model", "Context", "Prefill", "Cached Prefill", "Sample", "Train per 1M")
    return whole(f"<p>Priced per 1M training tokens</p>{table(('Base Model', *HEADS), managed)}{table(heads, api)}")


@pytest.mark.real_pages
def test_the_rows_quoted_of_october(shared_pages: Path) -> None:
    """LoRA and full apart, and the same models at other prices in the serverless training API."""
    reading = read(quoted_page(shared_pages))
    assert training(reading, "up to 16B") == amounts("0.50 1.00 1.00 2.00")
    assert training(reading, "16.1B - 80B") == amounts("3 6 6 12")
    assert training(reading, "80B - 300B") == amounts("6 12 12 24")
    assert training(reading, ">300B") == amounts("10 20 20 40")
    assert bounds(reading) == TIERS
    assert not any(quote.doubt for quote in reading.quotes)
    train = {
        "Qwen 3.8 27B": "4.103",
        "DeepSeek V4 Flash 0731": "5.20",
        "Muse Glimmer 30B": "5.86",
        "GLM 5.3 Flash": "8.89",
        "GLM 5.3": "14.58",
        "Kimi K3": "32.55",
    }
    for model, amount in train.items():
        quote = of(reading, model, Meter.TRAINING_TOKENS)
        assert (quote.amount, quote.product) == (Decimal(amount), "serverless_training")
    assert of(reading, "Qwen 3.8 27B", Meter.TRAINING_CACHED_PREFILL_TOKENS).amount == Decimal("0.372")
    assert of(reading, "Kimi K3", Meter.TRAINING_SAMPLE_TOKENS, context_band="192K").amount == Decimal("27.11")
    assert len(reading.quotes) == 4 * 4 + 6 * 4


def quoted_estimator(folder: Path) -> str:
    """The JSON quoted of the estimator, put into an outline of the code it stands in."""
    lines = real(folder, "2026-10-08-docs-cost-estimator-quotes.txt").splitlines()
    (rates,) = [line for line in lines if line.startswith('"managedRates"')]
    models = [f"{{{line}}}" for line in lines if line.startswith('"id"')]
    assert len(models) == 5
    opening = real(folder, "undated-2026-docs-cost-estimator-md-opening.md")
    return f"{opening}\nconst DATA = {{{rates}, models: [{', '.join(models)}]}};\n}};\n<TrainingCostEstimator />\n"


@pytest.mark.real_pages
def test_the_estimator_as_quoted_in_october(shared_pages: Path) -> None:
    """Tiers as on the pricing page; each model's price follows from its number of parameters, and says so."""
    reading = read(quoted_estimator(shared_pages))
    two = COLUMNS[:2]
    assert training(reading, "up to 16B") == amounts("0.5 1", two)
    assert training(reading, ">300B") == amounts("10 20", two)
    assert bounds(reading) == TIERS
    assert training(reading, "Qwen 3 14B") == amounts("0.5 1", two)
    assert training(reading, "Gemma 4 26B A4B IT") == amounts("3 6", two)
    gemma = of(reading, "Gemma 4 31B IT", Meter.TRAINING_TOKENS, method=Method.DPO)
    assert gemma.derived
    assert gemma.evidence.quoted.endswith('"paramCount": 32216731964 | "maxParams": 80000000000, "sft": 3, "dpo": 6')
    assert len(reading.quotes) == 4 * 2 + 5 * 2
    assert len([quote for quote in reading.quotes if quote.derived]) == 10


@pytest.mark.real_pages
def test_of_every_tuned_model_that_was_quoted_it_is_known_which_base_it_has(shared_pages: Path) -> None:
    quotes = [*read(quoted_page(shared_pages)).quotes, *read(quoted_estimator(shared_pages)).quotes]
    tuned = {quote.model for quote in quotes if quote.variant is Variant.FINE_TUNED and quote.model}
    assert len(tuned) == 11
    assert sorted(model for model in tuned if not is_reviewed("fireworks", model)) == []


@pytest.mark.real_pages
def test_the_catalogue_of_august(shared_pages: Path) -> None:
    """The models of both slices, with what can be done to them; it prints no prices."""
    reading = read(catalogue(shared_pages))
    assert not reading.quotes
    kinds = {fact.model: fact.kind for fact in reading.availability}
    assert kinds == dict.fromkeys(
        ["Cogito v1 Preview Llama 70B", "Qwen 3.5 27B", "Qwen 3.5 35B A3B", "Qwen 3.5 397B A17B", "Qwen 3.5 9B"],
        AvailabilityKind.ON_SALE,
    )


def catalogue(folder: Path) -> str:
    """The two slices of the catalogue, joined and closed."""
    opening = real(folder, "2026-08-28-docs-fine-tuning-models-md-slice-opening.md").rstrip()
    more = real(folder, "2026-08-28-docs-fine-tuning-models-md-slice-qwen3p5.md").strip()
    return f"{opening.removesuffix('}, {')}{more.removesuffix(', {')}]\n  }};\n}};\n<ModelsCatalog />\n"


@pytest.mark.real_pages
def test_catalogue_and_estimator_count_the_same_parameters(shared_pages: Path) -> None:
    """The number decides the price, so the two pages are held against each other."""
    text = catalogue(shared_pages)
    models = json.JSONDecoder().raw_decode(text, text.index('{\n    "generatedAt"'))[0]["models"]
    counted = {model["id"]: model["paramCount"] for model in models}
    pattern = r'"id": "([^"]+)", "label": "[^"]+", "paramCount": (\d+)'
    estimated = {name: int(size) for name, size in re.findall(pattern, quoted_estimator(shared_pages))}
    shared = counted.keys() & estimated.keys()
    assert shared == {"qwen3p5-9b"}
    assert all(counted[name] == estimated[name] for name in shared)


@pytest.mark.real_pages
def test_the_real_serverless_list_of_august(shared_pages: Path) -> None:
    """22 models with up to six prices in two cells, and five sizes with one price."""
    reading = read(whole(real(shared_pages, "undated-2026-08-docs-serverless-pricing-html-slice.html")))
    assert reading.layout.sections == {"base/models": 22, "base/sizes": 5}
    assert len(reading.quotes) == 22 * 6 + 5 * 2
    inference = (Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT)
    k3 = [of(reading, "Kimi K3", meter, tier="standard").amount for meter in inference]
    assert k3 == [Decimal("3.00"), Decimal("0.30"), Decimal("15.00")]
    assert of(reading, "Kimi K3", Meter.INFERENCE_CACHED_INPUT, tier="priority").amount == Decimal("0.375")
    assert of(reading, "Kimi K3 US", Meter.INFERENCE_OUTPUT, tier="priority").amount == Decimal("20.625")
    flash = of(reading, "DeepSeek V4 Flash 0731", Meter.INFERENCE_CACHED_INPUT, tier="priority")
    assert flash.amount == Decimal("0.00875")
    fast = of(reading, "Kimi K3 Fast", Meter.INFERENCE_INPUT, tier="priority")
    assert (fast.value_state, fast.amount) == (ValueState.NOT_OFFERED, None)
    assert of(reading, "NVIDIA Nemotron 3 Ultra", Meter.INFERENCE_OUTPUT, tier="standard").condition == "preview"
    assert of(reading, "4B - 16B", Meter.INFERENCE_OUTPUT).amount == Decimal("0.20")
    assert {quote.variant for quote in reading.quotes} == {Variant.BASE}


@pytest.mark.real_pages
def test_the_real_faq_of_november_2025(shared_pages: Path) -> None:
    """Serverless hosting is free, for listed models; on demand it is paid by the hour, at a price printed elsewhere."""
    reading = read(real(shared_pages, "2025-11-08-docs-are-there-extra-fees-for-serving-fine-tuned-models.md"))
    free = of(reading, "all models", Meter.HOSTING_HOURS, product="serverless")
    assert (free.value_state, free.condition) == (ValueState.FREE, "listed_models")
    assert free.evidence.quoted == "Hosting the models on serverless infrastructure"
    paid = of(reading, "all models", Meter.HOSTING_HOURS, product="dedicated")
    assert (paid.value_state, paid.amount) == (ValueState.NOT_PRINTED, None)


# Pages held against each other


def test_the_estimator_and_the_pricing_page_agree() -> None:
    """The same series under the same names, at the same prices: a page that lags behind the other would fall out."""
    prices = {quote.series_id: quote.amount for quote in read(recorded("pricing-2026-10-08.html")).quotes}
    tiers = [quote for quote in read(recorded("cost_estimator-2026-10-08.md")).quotes if quote.size_tier]
    assert len(tiers) == 8
    assert bounds(read(recorded("cost_estimator-2026-10-08.md"))) == bounds(read(recorded("pricing-2026-10-08.html")))
    assert [prices.get(quote.series_id) for quote in tiers] == [quote.amount for quote in tiers]


def test_gpus_rose_and_kept_their_series() -> None:
    """4.00 an hour in February, 8.00 from September; tuning prices are those of the same series."""
    before, after = read(recorded("pricing-2026-02-13.html"), "2026-02-13"), read(recorded("pricing-2026-10-08.html"))
    first = of(before, "H100 80GB", Meter.GPU_HOURS, product="dedicated")
    then = of(after, "H100 80GB", Meter.GPU_HOURS, product="dedicated", is_in_force=True)
    assert (first.amount, first.effective_from) == (4, None)
    assert (then.amount, then.effective_from) == (8, date(2026, 9, 1))
    ended = of(after, "H100 80GB", Meter.GPU_HOURS, product="dedicated", is_in_force=False)
    assert (ended.amount, ended.effective_to) == (7, date(2026, 8, 31))
    assert first.series_id == then.series_id == ended.series_id
    sft = [
        of(page, "up to 16B", Meter.TRAINING_TOKENS, method=Method.SFT, technique=Technique.LORA)
        for page in (before, after)
    ]
    assert sft[0].series_id == sft[1].series_id


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("OpenAI GPT OSS 120B", "OpenAI gpt-oss-120b", "OpenAI GPT OSS 120B"),
        ("OpenAI GPT OSS 20B", "OpenAI gpt-oss-20b", "OpenAI GPT OSS 20B"),
        ("MoE up to 56B", "MoE 0B - 56B", "MoE up to 56B"),
    ],
)
def test_a_model_spelled_in_two_ways_is_one_series(name: str, before: str, after: str) -> None:
    """The evidence keeps what each page printed."""
    pages = read(recorded("pricing-2026-02-13.html")), read(recorded(SERVERLESS))
    first, then = [of(page, name, Meter.INFERENCE_OUTPUT, tier="standard") for page in pages]
    assert first.series_id == then.series_id
    assert before in first.evidence.quoted
    assert after in then.evidence.quoted.replace("–", "-")


# What is odd on these pages


@pytest.mark.parametrize(
    ("label", "name", "least", "most"),
    [
        ("Models up to 16B parameters", "up to 16B", 0, 16 * B),
        ("Models 80B - 300B (e.g. Qwen3-235B, gpt-oss-120B)", "80B - 300B", 80 * B, 300 * B),
        ("Models >300B (e.g. DeepSeek V3, Kimi K2)", ">300B", 300 * B, None),
        ("4B – 16B parameters", "4B - 16B", 4 * B, 16 * B),
        ("MoE up to 56B parameters (e.g. Mixtral 8x7B)", "MoE up to 56B", 0, 56 * B),
    ],
)
def test_sizes_lose_the_words_around_them(label: str, name: str, least: int, most: int | None) -> None:
    """Examples change without the tier being another one; a kind of model is part of its name."""
    tier = model_size(label)
    assert tier is not None
    assert (tier.label, tier.least, tier.most) == (name, least, most)


@pytest.mark.parametrize("name", ["Kimi K2.5", "OpenAI gpt-oss-120b", "MoE", "Models", "Qwen3 VL 30B A3B"])
def test_a_model_is_no_size(name: str) -> None:
    """Names carry sizes too."""
    assert model_size(name) is None


@pytest.mark.parametrize(
    ("heads", "read_on", "first", "last"),
    [
        (("up to Aug 31", "from Sep 1"), "2026-08-27", date(2026, 9, 1), date(2026, 8, 31)),
        (("until December 31", "starting Jan 1"), "2026-12-20", date(2027, 1, 1), date(2026, 12, 31)),
        (("through Aug 31, 2026", "from Sep 1, 2026"), "2027-01-05", date(2026, 9, 1), date(2026, 8, 31)),
    ],
)
def test_gpu_columns_with_dates_are_one_series_at_two_times(
    heads: tuple[str, str], read_on: str, first: date, last: date
) -> None:
    """The days stand in the heads, mostly without a year."""
    new = "".join(f"<th>$ / hour {head}</th>" for head in heads)
    body = edited("pricing-2026-02-13.html", "<th>$ / hour (billed per second)</th>", new)
    reading = read(re.sub(r"(GPU</td><td>\$)(\d)", r"\g<1>\2.00</td><td>$1\2", body), read_on)
    old, coming = [
        quote
        for quote in reading.quotes
        if quote.model == "H100 80GB" and quote.meter is Meter.GPU_HOURS and quote.product == "dedicated"
    ]
    assert old.series_id == coming.series_id
    assert (old.effective_to, old.effective_from) == (last, None)
    assert (coming.effective_from, coming.effective_to) == (first, None)


def test_a_row_that_breaks_the_sellers_pattern_is_doubted() -> None:
    """DPO is twice SFT: columns that change places give themselves away."""
    reading = read(edited("pricing-2026-10-08.html", "<td>$3.00</td><td>$6.00</td>", "<td>$6.00</td><td>$3.00</td>"))
    assert {quote.size_tier for quote in reading.quotes if quote.doubt} == {"16.1B - 80B"}
    estimate = read(edited("cost_estimator-2026-10-08.md", '"dpo": 6', '"dpo": 60'))
    doubted = {quote.model or quote.size_tier for quote in estimate.quotes if quote.doubt}
    assert doubted == {"16.1B - 80B", "Gemma 4 26B A4B IT", "Gemma 4 31B IT"}


def test_a_competitors_rates_are_not_the_sellers() -> None:
    """The estimator compares with Tinker, whose rates stand beside Fireworks' own."""
    body = edited("cost_estimator-2026-10-08.md", '"models": [', '"tinker": {"train": 0.22}, "models": [')
    assert not [quote for quote in read(body).quotes if quote.amount == Decimal("0.22")]


def test_a_model_that_is_not_tuned_by_a_method_has_no_price_of_it() -> None:
    """The flag decides, and no price is made up."""
    body = recorded("cost_estimator-2026-10-08.md").replace('"managedDpo": true', '"managedDpo": false', 1)
    assert training(read(body), "Qwen 3 8B") == amounts("0.5", COLUMNS[:1])


def test_a_model_that_cannot_be_tuned_is_not_offered() -> None:
    """It stands in the catalogue with all flags off."""
    body = edited("models-2026-08-28.md", '"rftLoraManaged": true', '"rftLoraManaged": false')
    kinds = {fact.model: fact.kind for fact in read(body).availability}
    assert kinds["Cogito v1 Preview Llama 70B"] is AvailabilityKind.NOT_OFFERED


# What is refused


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("pricing-2026-10-08.html", "Full Param SFT", "Full Param", "one method and one technique"),
        ("pricing-2026-10-08.html", "Full Param SFT", "LoRA SFT", "do not pair up"),
        ("pricing-2026-10-08.html", "Priced per 1M training tokens", "Priced by use", "no unit like"),
        ("pricing-2026-10-08.html", "Models 16.1B - 80B", "Kimi K3", "stands where a size"),
        ("pricing-2026-10-08.html", "Models 16.1B - 80B", "", "no name"),
        ("pricing-2026-10-08.html", "$4.103", "$4.103 or less", "unit"),
        ("pricing-2026-10-08.html", "262K", "long", "a context like 262K"),
        ("pricing-2026-10-08.html", "H100 80 GB GPU", "the fast one", "no GPU is named"),
        ("pricing-2026-10-08.html", "$", "€", "not in US dollars"),
        ("pricing-2026-10-08.html", "LoRA SFT", "LoRA", "one method"),
        ("pricing-2026-02-13.html", "$0.56 input, $1.68 output", "$0.56 input, $1.68 reasoning", "were expected"),
        ("pricing-2026-02-13.html", "$0.56 input, $1.68 output", "$0.56 output", "were expected"),
        ("cost_estimator-2026-10-08.md", "80000000000", "32000000000", "the tiers were expected to end at"),
        ("cost_estimator-2026-10-08.md", '"maxParams": null', '"maxParams": 900000000000', "tiers were expected"),
        ("cost_estimator-2026-10-08.md", '"sft": 3', '"sft": "3"', "no price"),
        ("cost_estimator-2026-10-08.md", '"sft": 3', '"sft": 0', "no price"),
        ("cost_estimator-2026-10-08.md", '"sft": 3', '"sft": NaN', "no literal JSON"),
        ("cost_estimator-2026-10-08.md", '"sft": 3,', '"sft": 3, "rl": 9,', "maxParams, sft and dpo"),
        ("cost_estimator-2026-10-08.md", '"label": "Qwen 3 8B",', '"name": "Qwen 3 8B",', "4 of them have an id"),
        ("cost_estimator-2026-10-08.md", '"managedRates"', '"rates"', 'one list "managedRates"'),
        ("models-2026-08-28.md", '"paramCount"', '"size"', "paramCount and flags"),
        (SERVERLESS, "input / cached input / output", "output / input", "no unit like"),
        (SERVERLESS, "$3.00 / $0.30 / $15.00</td>", "$3.00 / $15.00</td>", "three prices"),
        (SERVERLESS, "<th>Priority</th>", "<th>Batch</th>", "Standard and Priority were expected"),
        (SERVERLESS, "uniformly to input and output", "to input", "one price for input and output"),
        (SERVERLESS, "$", "€", "not in US dollars"),
        ("billing_faq-2025-11-08.md", "* Hosting", "* Storing", "serverless hosting is free"),
    ],
)
def test_what_is_not_understood_is_refused(name: str, old: str, new: str, words: str) -> None:
    """In words that name the place, and never by fewer rows."""
    with pytest.raises((LayoutChanged, UnreadablePrice), match=words):
        read(edited(name, old, new))


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDINGS.iterdir()))
def test_a_page_that_was_cut_gives_the_whole_reading_or_none(name: str) -> None:
    """A torn transfer must not look like prices that were withdrawn."""
    body = recorded(name)
    expected = [(quote.series_id, quote.amount) for quote in read(body).quotes]
    refused = 0
    for percent in range(2, 100, 7):
        try:
            found = read(body[: len(body) * percent // 100])
        except ParseError:
            refused += 1
        else:
            assert [(quote.series_id, quote.amount) for quote in found.quotes] == expected
    assert refused > 5


@pytest.mark.parametrize("page", ["models", "serverless", "billing_faq", "pricing"])
def test_another_of_its_pages_at_an_address_is_refused(page: str) -> None:
    """A redirect from one page to another is not a page whose prices are gone."""
    with pytest.raises(LayoutChanged, match=f"expected the {page} page"):
        read(recorded("cost_estimator-2026-10-08.md"), page=page)


@pytest.mark.parametrize(
    "body",
    [
        "<form><h1>Log in</h1><input name=email></form>",
        "<h1>We value your privacy</h1><p>Accept all cookies to see our pricing.</p>",
        "<h2 id='text-and-vision-models'>Text and vision models</h2>",
    ],
)
def test_a_wall_in_front_of_the_page_is_refused(body: str) -> None:
    """Nothing is sold there."""
    with pytest.raises(LayoutChanged):
        read(whole(body))
