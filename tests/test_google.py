"""Google: every figure of the real pages, the rules of the documentation, and every half-read page refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.catalog import read_page
from scrapers.contract import AvailabilityKind, Meter, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.gemini_cells import price_parts

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings" / "google"
LIST = "gemini_api-2026-08-13.html"
LIST_2025 = "gemini_api-2025-05-15.test.md"
RULE = (
    "For model inference starting from Gemini 3, the tuned-model endpoint prediction price is 1.5 times the price "
    "of the base model."
)
SHORT, LONG = "prompts <= 200k tokens", "prompts > 200k tokens"
INPUT, CACHED, OUTPUT = Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT
STORAGE = Meter.CACHE_STORAGE_TOKEN_HOURS


def page(body: str | bytes, name: str | None = None) -> Page:
    return Page(
        url="https://ai.google.dev/gemini-api/docs/pricing",
        fetched_at=datetime(2026, 8, 20, 6, tzinfo=UTC),
        body=body.encode() if isinstance(body, str) else body,
        page=name,
    )


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> Reading:
    return read_page("google", page((folder / "google" / name).read_bytes()))


def paid(reading: Reading, model: str, tier: str = "standard") -> dict[tuple[Meter, str | None, str | None], str]:
    """The paid base prices of a model by meter, context band and condition."""
    return {
        (quote.meter, quote.context_band, quote.condition): str(quote.amount)
        for quote in reading.quotes
        if (quote.model, quote.tier, quote.variant) == (model, tier, Variant.BASE)
        and quote.value_state is ValueState.PRICED
    }


def bands(*figures: str) -> dict[tuple[Meter, str | None, str | None], str]:
    """Input, output and cached input, each for short and long prompts, and cache storage."""
    keys = [(meter, band, None) for meter in (INPUT, OUTPUT, CACHED) for band in (SHORT, LONG)]
    return dict(zip([*keys, (STORAGE, None, None)], figures, strict=True))


# The real pages


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("tier", "figures"),
    [
        ("standard", ("2.00", "4.00", "12.00", "18.00", "0.20", "0.40", "4.50")),
        ("batch", ("1.00", "2.00", "6.00", "9.00", "0.20", "0.40", "4.50")),
        ("flex", ("1.00", "2.00", "6.00", "9.00", "0.20", "0.40", "4.50")),
        ("priority", ("3.60", "7.20", "21.60", "32.40", "0.36", "0.72", "8.10")),
    ],
)
def test_two_lengths_of_prompt_share_a_cell_of_the_real_page(
    shared_pages: Path, tier: str, figures: tuple[str, ...]
) -> None:
    """And two names share the prices; the cache of batch and flex costs what it costs in standard."""
    reading = real(shared_pages, "2026-08-13-ai-google-dev-pricing-html-slice-gemini-3.1-pro.html")
    for model in ("gemini-3.1-pro-preview", "gemini-3.1-pro-preview-customtools"):
        assert paid(reading, model, tier) == bands(*figures)
    assert {quote.condition for quote in reading.quotes if quote.value_state is ValueState.NOT_OFFERED} == {"free_tier"}


@pytest.mark.real_pages
def test_the_real_page_prices_sound_apart(shared_pages: Path) -> None:
    reading = real(shared_pages, "2026-08-13-ai-google-dev-pricing-html-slice-gemini-2.5-flash.html")
    standard = {(INPUT, None, None): "0.30", (INPUT, None, "audio"): "1.00", (OUTPUT, None, None): "2.50"}
    batch = {(INPUT, None, None): "0.15", (INPUT, None, "audio"): "0.50", (OUTPUT, None, None): "1.25"}
    cache = {(CACHED, None, None): "0.03", (CACHED, None, "audio"): "0.1", (STORAGE, None, None): "1.00"}
    assert paid(reading, "gemini-2.5-flash") == standard | cache
    assert paid(reading, "gemini-2.5-flash", "batch") == batch | cache


@pytest.mark.real_pages
def test_free_of_charge_is_a_zero_of_the_free_tier_only(shared_pages: Path) -> None:
    """A zero that could be taken for the paid price would be the cheapest model on the site."""
    reading = real(shared_pages, "2026-08-13-ai-google-dev-pricing-html-slice-gemini-2.5-pro-standard.html")
    assert paid(reading, "gemini-2.5-pro") == bands("1.25", "2.50", "10.00", "15.00", "0.125", "0.25", "4.50")
    free = [quote for quote in reading.quotes if quote.value_state is ValueState.FREE]
    assert [(quote.meter, quote.amount, quote.condition) for quote in free] == [
        (INPUT, Decimal(0), "free_tier"),
        (OUTPUT, Decimal(0), "free_tier"),
    ]


@pytest.mark.real_pages
def test_the_page_of_august_2025_has_no_word_of_tuning(shared_pages: Path) -> None:
    reading = real(shared_pages, "2025-08-15-ai-google-dev-pricing.md")
    assert paid(reading, "gemini-2.5-pro") == bands("1.25", "2.50", "10.00", "15.00", "0.31", "0.625", "4.50")
    assert paid(reading, "gemini-2.5-flash-lite")[CACHED, None, "audio"] == "0.125"
    assert {quote.meter for quote in reading.quotes} == {INPUT, OUTPUT, CACHED, STORAGE}
    assert reading.availability == ()


@pytest.mark.real_pages
def test_tuning_that_is_not_available_is_not_offered(shared_pages: Path) -> None:
    reading = real(shared_pages, "undated-2025-05-ai-google-dev-pricing-tuning-sections.md")
    tuning = [quote for quote in reading.quotes if quote.meter is Meter.TRAINING_TOKENS]
    assert {(quote.model, quote.variant, quote.value_state, quote.raw_text) for quote in tuning} == {
        ("gemini-2.0-flash-lite", Variant.FINE_TUNED, ValueState.NOT_OFFERED, "Not available")
    }
    (fact,) = reading.availability
    assert (fact.model, fact.kind, fact.variant) == (
        "gemini-2.0-flash-lite", AvailabilityKind.NOT_OFFERED, Variant.FINE_TUNED,
    )  # fmt: skip


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("name", "models", "rule"),
    [
        (
            "2026-08-20-gcp-docs-supervised-tuning.md",
            ["2.5-flash", "2.5-flash-lite", "2.5-pro", "3.1-flash-lite", "3.5-flash"],
            "multiplying the number of tokens in your training dataset by the number of epochs.",
        ),
        (
            "2026-08-20-gcp-docs-preference-tuning.md",
            ["2.5-flash", "2.5-flash-lite"],
            "multiplying the number of tokens in the prompt by 2, and then adding the number of completion tokens.",
        ),
        ("2026-08-20-gcp-docs-reinforcement-tuning.md", ["3.1-flash-lite", "3.5-flash"], RULE),
    ],
)
def test_the_documentation_says_what_is_tuned_and_by_which_rule(
    shared_pages: Path, name: str, models: list[str], rule: str
) -> None:
    """No amount stands there, so there is no quote; the rule's words are each model's evidence."""
    reading = real(shared_pages, name)
    assert reading.quotes == ()
    assert sorted(str(fact.model) for fact in reading.availability) == [f"gemini-{model}" for model in models]
    for fact in reading.availability:
        assert (fact.kind, fact.variant) == (AvailabilityKind.ON_SALE, Variant.FINE_TUNED)
        assert rule in fact.evidence.quoted


@pytest.mark.real_pages
def test_a_teacher_is_not_tuned(shared_pages: Path) -> None:
    reading = real(shared_pages, "2026-08-04-gcp-docs-open-model-tuning.md")
    models = [fact.model for fact in reading.availability]
    assert len(models) == 20
    assert "meta/llama3-3@llama-3.3-70b-instruct" in models
    assert not any("deepseek" in str(model) for model in models)


# The price list


def test_announced_prices_carry_their_days() -> None:
    reading = read_page("google", page(recorded(LIST)))
    found = [
        (quote.amount, quote.effective_from, quote.effective_to, quote.is_in_force)
        for quote in reading.quotes
        if (quote.model, quote.meter, quote.tier) == ("gemini-3.7-flash", INPUT, "standard") and quote.condition is None
    ]
    assert found == [
        (Decimal("0.75"), None, date(2026, 12, 31), True),
        (Decimal("1.50"), date(2027, 1, 1), None, False),
    ]


def test_what_is_not_counted_in_tokens_is_not_read_as_tokens() -> None:
    """Pictures, seconds of film, prices by the clock, tools."""
    models = {quote.model for quote in read_page("google", page(recorded(LIST))).quotes}
    assert {"gemini-3.5-flash", "gemini-3.1-flash-live-preview", "gemma-4"} <= models
    assert not {"gemini-3-pro-image", "veo-2.0-generate-001", "gemini-embedding-2", "Pricing for tools"} & models


def test_a_model_that_was_shut_down_says_since_when() -> None:
    facts = {(fact.model, fact.kind): fact.date for fact in read_page("google", page(recorded(LIST))).availability}
    assert facts["gemini-2.0-flash", AvailabilityKind.INFERENCE_ENDS] == date(2026, 6, 1)
    assert facts["gemini-2.0-flash", AvailabilityKind.DEPRECATED] is None


def test_token_prices_that_are_the_same_for_tuned_models_are_derived() -> None:
    """Spring 2025: training was free, and tuned prices were those of the base, by a rule on the same page."""
    reading = read_page("google", page(recorded(LIST_2025)))
    tuned = [quote for quote in reading.quotes if quote.variant is Variant.FINE_TUNED and quote.amount is not None]
    training = [quote for quote in tuned if quote.meter is Meter.TRAINING_TOKENS]
    assert [(quote.model, quote.value_state, quote.condition) for quote in training] == [
        ("gemini-1.5-flash", ValueState.FREE, "free_tier"),
        ("gemini-1.5-flash", ValueState.FREE, None),
    ]
    derived = [quote for quote in tuned if quote.derived and quote.condition is None]
    assert [(quote.meter, quote.context_band, str(quote.amount)) for quote in derived] == [
        (INPUT, "prompts <= 128k tokens", "0.075"),
        (INPUT, "prompts > 128k tokens", "0.15"),
        (OUTPUT, "prompts <= 128k tokens", "0.30"),
        (OUTPUT, "prompts > 128k tokens", "0.60"),
    ]
    assert {quote.base_model for quote in derived} == {"gemini-1.5-flash"}
    assert all("Token prices are the same for tuned models" in quote.evidence.quoted for quote in derived)
    assert {quote.model for quote in reading.quotes if quote.derived} == {"gemini-1.5-flash"}


def test_the_lines_of_a_cell() -> None:
    """As printed, footnotes and all; characters are not tokens, and words are no price."""
    lines = ["Same as Standard", "$0.20, prompts <= 200k tokens", "$3.50 or $0.0053/min* (audio)", "$1.50 (text/image)"]
    assert [(part.text, part.context_band, part.condition) for part in price_parts(lines)] == [
        ("$0.20", SHORT, None),
        ("$3.50", None, "audio"),
        ("$1.50", None, None),
    ]
    for line in ("$1.25 to $2.50", "$1.25 / 1,000 characters", "$0.04 per song", "$1 (smell)", "from $1.25", "€1.25"):
        with pytest.raises(UnreadablePrice):
            price_parts([line])
    with pytest.raises(UnreadablePrice):
        price_parts([])


# Refused


def changed(*swaps: tuple[str, str]) -> str:
    text = recorded(LIST)
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (changed(("Input price", "Prompt price")), "none of the known ones"),
        (changed(("per 1M tokens in USD", "per 1M characters in USD")), "Paid Tier, per 1M tokens in USD"),
        (changed(("per 1M tokens in USD", "per 1M tokens in EUR")), "Paid Tier, per 1M tokens in USD"),
        (changed(("Free Tier", "Trial")), "0 columns are headed Free Tier"),
        (changed(("$9.00", "Contact sales")), "no price like"),
        (changed(("$9.00", "$9.00 / 1,000,000 tokens per hour")), "price of storing a cache"),
        (changed(("<td>$9.00</td>", "<td></td>")), "an empty cell"),
        (changed(("<td>$9.00</td>", "")), "different widths"),
        (changed((">Flex<", ">Turbo<")), "expected a tier of"),
        (changed(("Tuning price</td><td>Not available", "Tuning price</td><td>$8.00")), "price of tuning"),
        (changed(("has been shut down June 1, 2026", "is being shut down")), "the day of the shutdown"),
        (changed(("</html>", "")), "</html>"),
    ],
)
def test_a_page_that_moved_is_refused_in_words(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read_page("google", page(body))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize(
    ("name", "end"),
    [
        (LIST, "</html>"),
        (LIST_2025, "* Google AI"),
        *((f"{name}_tuning-2026-08-20.md", "## What's next") for name in ("supervised", "preference")),
    ],
)
def test_a_page_cut_short_is_refused(name: str, end: str, share: float) -> None:
    text = recorded(name)
    with pytest.raises(ParseError):
        read_page("google", page(text[: int(text.index(end) * share)]))


def test_the_rule_must_stand_where_it_stood() -> None:
    text = recorded("reinforcement_tuning-2026-08-20.md").replace(RULE, "Prices are on the price list.")
    with pytest.raises(LayoutChanged, match="times the price of the base model"):
        read_page("google", page(text))


def test_the_documentation_is_read_from_html_by_its_headings() -> None:
    """Its HTML was never seen: what has the headings, the list and the rule is understood, all else is refused."""
    rule = "The number of training tokens is multiplying the number of tokens in your training dataset by the epochs."
    body = (
        "<html><h1>About supervised fine-tuning for Gemini models</h1><h2>Supported models</h2>"
        "<ul><li><p><a href='#'>Gemini 3.5 Flash</a></p></li></ul>"
        f"<h2>Pricing</h2><p>{rule}</p><h2>What's next</h2></html>"
    )
    (fact,) = read_page("google", page(body)).availability
    assert (fact.model, fact.evidence.quoted) == ("gemini-3.5-flash", f"Gemini 3.5 Flash | {rule}")
    with pytest.raises(LayoutChanged, match="expected models under"):
        read_page("google", page(body.replace("Gemini 3.5 Flash", "All models")))


@pytest.mark.parametrize(
    "body",
    [
        "<html><h2>Model tuning</h2><table><tr><th>Model</th></tr><tr><td>Gemini 2.5 Flash $5.00</td></tr></table></html>",
        "<html><title>Sign in</title><form></form></html>",
        recorded(LIST),
    ],
)
def test_the_price_list_nobody_has_seen_is_not_guessed_at(body: str) -> None:
    """Whatever is served there: a likely table, a login, even another page of Google's that is known."""
    with pytest.raises(LayoutChanged, match="was never recorded, and is not guessed at"):
        read_page("google", page(body, "pricing"))


def test_a_known_page_behind_the_address_of_another_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="expected the supervised_tuning page"):
        read_page("google", page(recorded("preference_tuning-2026-08-20.md"), "supervised_tuning"))


def test_a_figure_is_per_million_tokens() -> None:
    quotes: list[Quote] = [q for q in read_page("google", page(recorded(LIST))).quotes if q.amount]
    assert {(quote.meter.unit, quote.currency) for quote in quotes} == {("1M tokens", "USD"), ("1M token-hours", "USD")}
