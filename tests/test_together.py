"""Together AI: the real pages as far as they were kept, and what happens when its tables are tampered with."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import Meter, Method, Page, Quote, Reading, Technique, ValueState, Variant
from scrapers.errors import ConflictingQuotes, LayoutChanged, ParseError, UnreadablePrice
from scrapers.models import ALIASES
from scrapers.providers import together

RECORDINGS = Path(together.__file__).parent.parent / "recordings" / "together"
SLICE = "2026-08-20-pricing-html-slice-{}.html"
COLUMNS = [
    (Method.SFT, Technique.LORA),
    (Method.SFT, Technique.FULL),
    (Method.DPO, Technique.LORA),
    (Method.DPO, Technique.FULL),
]
TIERS = {
    "Up to 16B": ["0.48", "0.54", "1.20", "1.35"],
    "17B-69B": ["1.50", "1.65", "3.75", "4.12"],
    "70-100B": ["2.90", "3.20", "7.25", "8.00"],
}
MINIMUM = "<p>Each job is subject to a minimum charge of $4.00.</p>"


def read(body: str) -> Reading:
    fetched_at = datetime(2026, 8, 21, 6, tzinfo=UTC)
    return together.parse(Page(url="https://www.together.ai/pricing", fetched_at=fetched_at, body=body.encode()))


def recorded(name: str = "pricing-2026-08-21.html") -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> str:
    return (folder / "together" / name).read_text(encoding="utf-8")


def edited(old: str, new: str, body: str | None = None) -> str:
    """The August recording with one thing changed; a change that changes nothing tests nothing."""
    text = recorded() if body is None else body
    assert old in text, old
    return text.replace(old, new)


def training(reading: Reading, name: str) -> list[Decimal | None]:
    """The prices of one tier or model, in the order SFT LoRA, SFT full, DPO LoRA, DPO full."""
    found = {(quote.method, quote.technique): quote.amount for quote in of(reading, name, Meter.TRAINING_TOKENS)}
    return [found[column] for column in COLUMNS if column in found]


def minimum(reading: Reading, name: str) -> Quote:
    (quote,) = of(reading, name, Meter.TRAINING_MINIMUM)
    return quote


def of(reading: Reading, name: str, meter: Meter) -> list[Quote]:
    return [quote for quote in reading.quotes if name in {quote.model, quote.size_tier} and quote.meter is meter]


def price(reading: Reading, name: str, meter: Meter) -> Decimal | None:
    (quote,) = of(reading, name, meter)
    return quote.amount


def decimals(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def tuned_models(reading: Reading) -> set[str]:
    return {quote.model for quote in reading.quotes if quote.model and quote.variant is Variant.FINE_TUNED}


def doubted(reading: Reading) -> set[str | None]:
    return {quote.model or quote.size_tier for quote in reading.quotes if quote.doubt}


# The real pages


def check_tiers(reading: Reading) -> None:
    for tier, amounts in TIERS.items():
        assert training(reading, tier) == decimals(*amounts)
    bounds = {
        quote.size_tier: (quote.size_min_params, quote.size_max_params) for quote in reading.quotes if quote.size_tier
    }
    assert bounds == {
        "Up to 16B": (0, 16 * 10**9),
        "17B-69B": (17 * 10**9, 69 * 10**9),
        "70-100B": (70 * 10**9, 100 * 10**9),
    }


def check_august_training(reading: Reading) -> None:
    check_tiers(reading)
    assert all(minimum(reading, tier).amount == 4 for tier in TIERS)
    for model in ("Kimi K2.6", "Kimi K2.7-Code"):
        assert training(reading, model) == decimals("15", "37.5")
        assert minimum(reading, model).amount == 60
    assert training(reading, "GLM-5.2") == decimals("40", "100")
    assert minimum(reading, "GLM-5.2").amount == 60
    assert len(tuned_models(reading)) == 13
    assert not doubted(reading)
    assert reading.layout.sections["fine_tuning/sizes"] == 3
    assert reading.layout.sections["fine_tuning/models"] == 9


@pytest.mark.real_pages
@pytest.mark.parametrize("slices", [["finetuning"], ["finetuning-opening", "finetuning"]])
def test_the_real_fine_tuning_section_of_august(shared_pages: Path, slices: list[str]) -> None:
    """As it was served, and without the anchor that stands before its heading."""
    reading = read("".join(real(shared_pages, SLICE.format(name)) for name in slices))
    check_august_training(reading)
    assert len(reading.quotes) == 3 * 4 + 3 + 13 * 3
    assert set(reading.layout.sections) == {"fine_tuning/sizes", "fine_tuning/models"}
    assert reading.layout.anchors == (("fine-tuning",) if len(slices) == 2 else ())
    note = minimum(reading, "Up to 16B").evidence
    assert note.quoted == "Each job is subject to a minimum charge of $4.00"


@pytest.mark.real_pages
def test_the_real_page_of_february(shared_pages: Path) -> None:
    """Flattened markdown: heads of two levels in one row, models run together, families glued to names."""
    reading = read(real(shared_pages, "2026-02-13-pricing-page.md"))
    check_tiers(reading)
    assert not any(of(reading, tier, Meter.TRAINING_MINIMUM) for tier in TIERS)
    assert training(reading, "Kimi K2 Base") == decimals("15", "37.5")
    assert minimum(reading, "Kimi K2 Base").amount == 60
    assert minimum(reading, "Qwen3-235B-A22B").value_state is ValueState.FREE
    assert len(tuned_models(reading)) == 20
    assert {"DeepSeek-V3.1-Base", "Kimi K2 Instruct-0905", "Llama 4 Maverick", "GLM-4.7"} <= tuned_models(reading)
    assert price(reading, "gpt-oss-120B", Meter.INFERENCE_INPUT) == Decimal("0.15")
    assert price(reading, "Qwen3-Coder-Next", Meter.INFERENCE_OUTPUT) == Decimal("1.20")
    assert price(reading, "H100 80GB", Meter.GPU_HOURS) == Decimal("3.36")
    assert reading.layout.sections == {
        "inference": 28,
        "dedicated": 6,
        "fine_tuning/sizes": 3,
        "fine_tuning/models": 8,
    }
    assert len(reading.quotes) == 28 * 2 + 6 + 3 * 4 + 20 * 3
    assert not doubted(reading)


@pytest.mark.real_pages
def test_the_real_serverless_table_of_august(shared_pages: Path) -> None:
    """The slice is cut from its heading and its unit: read alone as with both, refused under a heading without one."""
    body = real(shared_pages, SLICE.format("serverless-chat"))
    reading = read(f"<h2>Serverless Inference</h2><p>Price per 1M tokens</p>{body}")
    assert [(quote.series_id, quote.amount) for quote in reading.quotes] == [
        (quote.series_id, quote.amount) for quote in read(body).quotes
    ]
    assert len(reading.quotes) == 4 * 3
    assert price(reading, "MiniMax M3", Meter.INFERENCE_INPUT) == Decimal("0.30")
    assert price(reading, "MiniMax M3", Meter.INFERENCE_CACHED_INPUT) == Decimal("0.06")
    assert price(reading, "Kimi K3", Meter.INFERENCE_OUTPUT) == 15
    assert {(quote.tier, quote.variant) for quote in reading.quotes} == {("standard", Variant.BASE)}
    with pytest.raises(LayoutChanged, match="per 1M tokens"):
        read(f"<h2>Serverless Inference</h2>{body}")


@pytest.mark.real_pages
def test_the_real_dedicated_table_of_august(shared_pages: Path) -> None:
    """Two prices; "Contact us" is a fact about availability and not a price."""
    reading = read(real(shared_pages, SLICE.format("dedicated")))
    amounts = {quote.model: quote.amount for quote in reading.quotes}
    assert amounts == {"HGX H100": Decimal("5.49"), "HGX B200": Decimal("8.99")}
    assert {(quote.product, quote.tier, quote.variant) for quote in reading.quotes} == {
        ("dedicated", "on_demand", None)
    }
    assert [(fact.model, fact.kind.value, fact.variant) for fact in reading.availability] == [
        ("HGX H200", "by_arrangement", None),
        ("HGX B300", "by_arrangement", None),
    ]


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("finetuning-opening", "the section Fine-Tuning is there"),
        ("gpu-clusters", "its tables are headed Hardware, ON-Demand"),
        ("cms-price-lists", "there is no table"),
    ],
)
def test_a_real_slice_without_a_section_of_ours_is_refused(shared_pages: Path, name: str, words: str) -> None:
    """With the reason in words; competitors' list prices among them are never read."""
    with pytest.raises(LayoutChanged, match=re.escape(words)):
        read(real(shared_pages, SLICE.format(name)))


@pytest.mark.real_pages
@pytest.mark.parametrize("name", ["2025-11-08-docs-fine-tuning-pricing.md", "undated-docs-fine-tuning-pricing-2026.md"])
def test_the_documentation_of_prices_is_not_the_price_list(shared_pages: Path, name: str) -> None:
    """It speaks of tiers and minimums, and holds no rates."""
    with pytest.raises(ParseError):
        read(real(shared_pages, name))


# The recordings


def test_the_recorded_august_page_agrees_with_the_real_one() -> None:
    """The reproduction says what the real slices say."""
    reading = read(recorded())
    check_august_training(reading)
    assert price(reading, "HGX H100", Meter.GPU_HOURS) == Decimal("5.49")
    assert price(reading, "DeepSeek V4 Flash 0731", Meter.INFERENCE_CACHED_INPUT) == Decimal("0.03")
    assert of(reading, "Ternary Bonsai 27B", Meter.INFERENCE_INPUT)[0].value_state is ValueState.FREE


def test_both_forms_of_the_february_page_give_the_same_prices() -> None:
    """Flattened or not, fine-tuning and dedicated are complete in both recordings."""

    def prices(name: str) -> set[tuple[str, Decimal | None]]:
        quotes = read(recorded(name)).quotes
        return {(quote.series_id, quote.amount) for quote in quotes if quote.variant is not Variant.BASE}

    assert prices("pricing-2026-02-13.html") == prices("pricing-2026-02-13.test.md")
    assert len(prices("pricing-2026-02-13.html")) == 3 * 4 + 20 * 3 + 6


def test_the_announced_cut_moves_two_prices_and_nothing_else() -> None:
    """gpt-oss-120B at half price, its minimum as it was."""
    before, after = read(recorded()), read(recorded("pricing-2026-09-11.html"))
    old = {quote.series_id: quote.amount for quote in before.quotes}
    moved = [quote for quote in after.quotes if old[quote.series_id] != quote.amount]
    assert len(old) == len(after.quotes)
    assert [(quote.model, quote.method, quote.amount) for quote in moved] == [
        ("gpt-oss-120B", Method.SFT, Decimal("2.50")),
        ("gpt-oss-120B", Method.DPO, Decimal("6.25")),
    ]
    assert not doubted(after)


# Tampering


SFT_HEAD = '<th colspan="2"><div><p>Supervised Fine-Tuning</p></div></th>'
DPO_HEAD = '<th colspan="2"><div><p>Direct Preference Optimization</p></div></th>'
SIZE_HEAD = "<th><div><p>Size</p></div></th>"
LORA_HEAD = "<th><div><p>LoRA</p></div></th>"
FULL_HEAD = "<th><div><p>Full Fine-Tuning</p></div></th>"
MODEL_SFT_HEAD = "<th><div><p>Supervised <br/>Fine-Tuning (LoRA)</p></div></th>"
MINIMUM_HEAD = "<th><div><p>Minimum charge</p></div></th>"
INPUT_HEAD = '<th data-sort="number"><div><p>Input</p></div></th>'
OUTPUT_HEAD = '<th data-sort="number"><div><p>output</p></div></th>'
HOUR_HEAD = "<th><div><p>On-demand</p></div><div><p>Pay as you go</p></div></th>"


@pytest.mark.parametrize(
    "head",
    [
        SFT_HEAD,
        DPO_HEAD,
        SIZE_HEAD,
        LORA_HEAD,
        FULL_HEAD,
        MODEL_SFT_HEAD,
        MINIMUM_HEAD,
        INPUT_HEAD,
        OUTPUT_HEAD,
        HOUR_HEAD,
    ],
)
def test_a_dropped_head_is_a_changed_layout(head: str) -> None:
    """Every figure after it would stand under its neighbour's name."""
    with pytest.raises(LayoutChanged):
        read(recorded_without_first(head))


def recorded_without_first(words: str) -> str:
    assert words in recorded()
    return recorded().replace(words, "", 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Per 1M tokens</p>", ""),
        ("<p>Per 1M tokens</p>", "<p>Per 1K tokens</p>"),
        ("<p>Price per 1M tokens</p>", ""),
        ("<p>All prices per gpu per hour</p>", "<p>All prices</p>"),
    ],
)
def test_a_price_without_its_unit_is_not_read(old: str, new: str) -> None:
    """No unit, or another one: the factor would be a guess."""
    with pytest.raises(LayoutChanged, match="no unit like"):
        read(edited(old, new))


@pytest.mark.parametrize("price", ["$0.48", "$40", "$60", "$0.14", "$1.20"])
@pytest.mark.parametrize("words", ["from $3", "see docs", "$1 / $2", "$5 / hour"])
def test_words_in_the_place_of_a_price_are_not_guessed_at(price: str, words: str) -> None:
    """Neither dropped nor taken for nothing; a price per something else is one of them."""
    with pytest.raises((UnreadablePrice, LayoutChanged)):
        read(edited(f"<p>{price}</p>", f"<p>{words}</p>", recorded().replace(' data-batch=""', "")))


@pytest.mark.parametrize(
    ("old", "new", "row", "words"),
    [
        (
            "<td><div><p>$0.48</p></div></td><td><div><p>$0.54</p></div></td>",
            "<td><div><p>$0.54</p></div></td><td><div><p>$0.48</p></div></td>",
            "Up to 16B",
            "full / LoRA (SFT) is 0.89, and this seller keeps to 1.05 to 1.25",
        ),
        (
            "<td><div><p>$1.65</p></div></td><td><div><p>$3.75</p></div></td>",
            "<td><div><p>$3.75</p></div></td><td><div><p>$1.65</p></div></td>",
            "17B-69B",
            "DPO / SFT (LoRA) is 1.10, and this seller keeps to 2.2 to 2.8",
        ),
        (
            "<td><div><p>$8.00</p></div></td><td><div><p>$20.00</p></div></td><td><div><p>$16.00</p></div></td>",
            "<td><div><p>$20.00</p></div></td><td><div><p>$8.00</p></div></td><td><div><p>$16.00</p></div></td>",
            "Llama 4 Maverick Instruct",
            "DPO / SFT (LoRA) is 0.40, and this seller keeps to 2.2 to 2.8",
        ),
    ],
)
def test_swapped_cells_put_their_row_in_doubt_and_no_other(old: str, new: str, row: str, words: str) -> None:
    """The quotes are kept, each with the broken ratio in words; the seller's other rows are not held up."""
    reading = read(edited(old, new))
    assert len(reading.quotes) == len(read(recorded()).quotes)
    assert doubted(reading) == {row}
    quotes = [quote for quote in reading.quotes if quote.doubt]
    assert len(quotes) == len(of(reading, row, Meter.TRAINING_TOKENS)) + (0 if row in TIERS else 1)
    assert all(words in str(quote.doubt) for quote in quotes)


def test_swapped_heads_put_every_size_tier_in_doubt() -> None:
    """LoRA and full under each other's names: all three rows say so, the models' table is untouched."""
    swapped = edited(LORA_HEAD + FULL_HEAD, FULL_HEAD + LORA_HEAD)
    assert doubted(read(swapped)) == set(TIERS)


def test_models_of_one_row_share_its_doubt() -> None:
    """The row is in doubt, and it prices three models."""
    reading = read(edited("<p>$40</p>", "<p>$4</p>"))
    assert doubted(reading) == {"GLM-5.2", "GLM-5.1", "GLM-5"}


@pytest.mark.parametrize("price", ["$0.48", "$8.99", "$0.15"])
def test_a_hidden_copy_is_not_read(price: str) -> None:
    """Webflow keeps hidden copies with other figures before the visible tables."""
    body = recorded()
    copies = "".join(re.findall(r"<table.*?</table>", body, re.DOTALL)).replace(price, "$777")
    reading = read(body.replace("<h2>Fine-Tuning</h2>", f'<h2>Fine-Tuning</h2><div class="hide">{copies}</div>'))
    assert reading.quotes
    assert [quote.amount for quote in reading.quotes] == [quote.amount for quote in read(body).quotes]


def test_tables_hidden_altogether_are_a_changed_layout() -> None:
    """The section is announced, and nothing of it is to be seen."""
    with pytest.raises(LayoutChanged, match="Fine-Tuning is there"):
        read(edited('<div data-tabs="wrap">', '<div data-tabs="wrap" class="hide">'))


@pytest.mark.parametrize("section", ["serverless-inference", "dedicated-inference", "gpu-clusters", "fine-tuning"])
def test_sections_are_read_independently(section: str) -> None:
    """A page without one of them still gives the others, and does not count the missing one."""
    parts = re.split(r"(?=<div data-accordion-status)", recorded())
    (gone,) = [part for part in parts if f'<div id="{section}">' in part]
    reading = read("".join(part for part in parts if part != gone))
    whole = read(recorded()).layout.sections
    lost = {
        "serverless-inference": {"inference"},
        "dedicated-inference": {"dedicated"},
        "gpu-clusters": set[str](),
        "fine-tuning": {"fine_tuning/sizes", "fine_tuning/models"},
    }[section]
    assert reading.layout.sections == {name: rows for name, rows in whole.items() if name not in lost}


@pytest.mark.parametrize("edit", [lambda row: "", lambda row: row.replace("<p>17B-69B</p>", "<p></p>")])
def test_a_row_that_is_gone_is_not_an_error_and_a_nameless_one_is(edit: Callable[[str], str]) -> None:
    """What vanished is for the judge to see; a price of nothing is not a price."""
    (row,) = re.findall(r"<tr><td><p>17B-69B</p>.*?</tr>", recorded())
    body = recorded().replace(row, edit(row))
    if edit(row):
        with pytest.raises(LayoutChanged, match="no name"):
            read(body)
    else:
        assert read(body).layout.sections["fine_tuning/sizes"] == 2


def test_a_tier_that_is_no_size_is_a_changed_layout() -> None:
    """Models in the table of sizes would be priced under a head that says otherwise."""
    with pytest.raises(LayoutChanged, match="'All others' stands where a size tier belongs"):
        read(edited("<p>17B-69B</p>", "<p>All others</p>"))


def test_full_prices_for_named_models_are_read_where_the_head_says_so() -> None:
    """Autumn 2026 was reported to price models by method and technique; the head of two levels says it all."""
    body = edited("<p>17B-69B</p>", "<p>Qwen3.5-9B</p>", edited("<p>70-100B</p>", "<p>70B+</p>"))
    reading = read(body.replace("<p>Size</p>", "<p>Model</p>"))
    assert training(reading, "Qwen3.5-9B") == decimals(*TIERS["17B-69B"])
    assert reading.layout.sections["fine_tuning/sizes"] == 2
    (tier,) = {(quote.size_min_params, quote.size_max_params) for quote in reading.quotes if quote.size_tier == "70B+"}
    assert tier == (70 * 10**9, None)


def test_a_page_without_a_minimum_has_none() -> None:
    """February's page noted none: that is not a price of zero."""
    reading = read(edited(MINIMUM, ""))
    assert not any(of(reading, tier, Meter.TRAINING_MINIMUM) for tier in TIERS)


def test_a_minimum_without_an_amount_is_not_passed_over() -> None:
    """The words are there, the amount is not where it was."""
    with pytest.raises(UnreadablePrice, match="minimum"):
        read(edited("minimum charge of $4.00", "minimum charge of four dollars"))


def test_a_tab_that_contradicts_another_is_refused() -> None:
    """Vision repeats rows of Chat: equal ones are one series, unequal ones are nobody's price."""
    chat, kimi, vision = recorded().rpartition("<p>Kimi K3</p>")
    assert chat.count("<p>Kimi K3</p>") == 1
    with pytest.raises(ConflictingQuotes, match="Kimi K3"):
        read(chat + kimi + vision.replace("$15.00", "$14.00", 1))


def test_a_price_for_several_gpus_becomes_one_per_gpu_hour() -> None:
    """February printed "1x H100 80GB" per hour; the count stays in the evidence."""
    body = edited("<p>1x H100 80GB</p>", "<p>8x H100 80GB</p>", recorded("pricing-2026-02-13.html"))
    (quote,) = of(read(body), "H100 80GB", Meter.GPU_HOURS)
    assert (quote.amount, quote.evidence.gpu_count, quote.raw_text) == (Decimal("0.42"), 8, "$3.36")


def test_an_hourly_price_of_an_unknown_number_of_gpus_is_refused() -> None:
    """An HGX board holds eight: dividing by one would be a guess."""
    with pytest.raises(UnreadablePrice, match="per hour"):
        read(edited("<p>1x H100 80GB</p>", "<p>HGX H100</p>", recorded("pricing-2026-02-13.html")))


def test_tuned_models_name_the_base_they_are_served_as() -> None:
    """Both lists are on the page, and spell the same models differently; each base that is named has its own price."""
    reading = read(recorded())
    bases = {quote.model: quote.base_model for quote in reading.quotes if quote.variant is Variant.FINE_TUNED}
    assert bases["Kimi K2.7-Code"] == "Kimi K2.7 Code"
    assert bases["DeepSeek-V4 Flash 0731"] == "DeepSeek V4 Flash 0731"
    assert bases["Llama 4 Maverick Instruct"] is None
    priced = {quote.model for quote in reading.quotes if quote.variant is Variant.BASE}
    assert {"Kimi K2.7 Code", "DeepSeek V4 Flash 0731", "GLM-5.2", "gpt-oss-120B", "Qwen3.5-397B-A17B"} <= priced


def test_an_alias_is_the_same_name_in_another_spelling() -> None:
    """A base that differs in a word or a number is another model: "GLM-5" is not "GLM-5.2"."""
    with ALIASES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["provider"] == "together" and row["base_model"]]
    assert rows
    for row in rows:
        tuned, base = (re.sub(r"[^a-z0-9.]", "", row[column].lower()) for column in ("model", "base_model"))
        assert tuned == base.removesuffix("fp8"), row
