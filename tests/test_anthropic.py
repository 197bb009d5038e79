"""Anthropic: base prices, two prices for one model, notes in model cells, and fine-tuning that is not sold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import Availability, AvailabilityKind, Meter, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import ConflictingQuotes, LayoutChanged, UnreadablePrice
from scrapers.providers import anthropic

RECORDINGS = Path(anthropic.__file__).parent.parent / "recordings" / "anthropic"
REAL = ("2026-01-15", "2026-05-01", "2026-07-21", "2026-08-21")
URL = "https://platform.claude.com/docs/en/about-claude/pricing.md"

HEAD = "| Model | Base Input Tokens | 5m Cache Writes | 1h Cache Writes | Cache Hits & Refreshes | Output Tokens |"
RULE = "|---|---|---|---|---|---|"
OPUS = "| Claude Opus 5 | $5 / MTok | $6.25 / MTok | $10 / MTok | $0.50 / MTok | $25 / MTok |"


def page_of(text: str, day: str = "2026-08-21") -> Page:
    fetched_at = datetime.fromisoformat(f"{day}T06:00:00+00:00").astimezone(UTC)
    return Page(url=URL, fetched_at=fetched_at, body=text.encode(), media_type="text/markdown")


def read(text: str, day: str = "2026-08-21") -> Reading:
    return anthropic.parse(page_of(text, day))


def small_page(*rows: str, head: str = HEAD, rule: str = RULE, after: str = "") -> str:
    return "\n".join(["# Pricing", "", "## Model pricing", "", head, rule, *(rows or (OPUS,)), "", after])


def recorded(day: str) -> str:
    return (RECORDINGS / f"pricing-{day}.md").read_text(encoding="utf-8")


def amounts(reading: Reading, model: str, tier: str = "standard") -> dict[tuple[Meter, str | None], Decimal | None]:
    """What a model costs on the day of the read."""
    return {
        (quote.meter, quote.condition): quote.amount
        for quote in reading.quotes
        if quote.model == model and quote.tier == tier and quote.is_in_force
    }


def prices(base: str, write_5m: str, write_1h: str, hit: str, out: str) -> dict[tuple[Meter, str | None], Decimal]:
    return {
        (Meter.INFERENCE_INPUT, None): Decimal(base),
        (Meter.INFERENCE_CACHE_WRITE, "cache_5m"): Decimal(write_5m),
        (Meter.INFERENCE_CACHE_WRITE, "cache_1h"): Decimal(write_1h),
        (Meter.INFERENCE_CACHED_INPUT, None): Decimal(hit),
        (Meter.INFERENCE_OUTPUT, None): Decimal(out),
    }


def in_and_out(base: str, out: str) -> dict[tuple[Meter, str | None], Decimal]:
    return {(Meter.INFERENCE_INPUT, None): Decimal(base), (Meter.INFERENCE_OUTPUT, None): Decimal(out)}


def facts(availability: Iterable[Availability]) -> set[tuple[str | None, str, date | None, str | None]]:
    return {(fact.model, fact.kind.value, fact.date, fact.variant) for fact in availability}


def check_august(reading: Reading) -> None:
    assert reading.layout.sections == {"model_pricing": 15, "batch": 15, "fast_mode": 1}
    assert len(reading.quotes) == 15 * 5 + 15 * 2 + 2 * 2
    assert amounts(reading, "Claude Sonnet 5") == prices("2", "2.50", "4", "0.20", "10")
    assert amounts(reading, "Claude Haiku 4.5") == prices("1", "1.25", "2", "0.10", "5")
    assert amounts(reading, "Claude Opus 4.1") == prices("15", "18.75", "30", "1.50", "75")
    assert amounts(reading, "Claude Sonnet 5", "batch") == in_and_out("1", "5")
    assert amounts(reading, "Claude Opus 5", "priority") == in_and_out("10", "50")
    assert amounts(reading, "Claude Opus 4.8", "priority") == in_and_out("10", "50")
    assert facts(reading.availability) == {
        ("Claude Mythos 5", "by_arrangement", None, "base"),
        ("Claude Opus 4.1", "inference_ends", None, "base"),
        ("Claude Opus 4", "inference_ends", None, "base"),
        ("Claude Sonnet 4", "inference_ends", None, "base"),
        ("Claude Haiku 3.5", "inference_ends", None, "base"),
        (None, "not_offered", None, "fine_tuned"),
    }


def check_july(reading: Reading) -> None:
    def dated(quotes: Iterable[Quote]) -> list[tuple[Decimal | None, date | None, date | None, bool]]:
        return [(quote.amount, quote.effective_from, quote.effective_to, quote.is_in_force) for quote in quotes]

    sonnet = [quote for quote in reading.quotes if quote.model == "Claude Sonnet 5"]
    now, later = (None, date(2026, 8, 31), True), (date(2026, 9, 1), None, False)
    assert dated(quote for quote in sonnet if quote.meter is Meter.INFERENCE_INPUT) == [
        (Decimal(2), *now),
        (Decimal(3), *later),
        (Decimal(1), *now),
        (Decimal("1.50"), *later),
    ]
    assert len({quote.series_id for quote in sonnet}) == 5 + 2
    assert amounts(reading, "Claude Sonnet 5") == prices("2", "2.50", "4", "0.20", "10")
    assert amounts(reading, "Claude Opus 4.7", "priority") == in_and_out("30", "150")
    assert ("Claude Opus 4.1", "deprecated", None, "base") in facts(reading.availability)


def check_january(reading: Reading) -> None:
    assert reading.layout.sections == {"model_pricing": 10, "batch": 10}
    assert amounts(reading, "Claude Haiku 3.5") == prices("0.80", "1", "1.60", "0.08", "4")
    assert amounts(reading, "Claude Haiku 3") == prices("0.25", "0.30", "0.50", "0.03", "1.25")
    assert amounts(reading, "Claude Haiku 3", "batch") == in_and_out("0.125", "0.625")
    assert "Long context pricing" in reading.layout.headings
    assert {quote.tier for quote in reading.quotes} == {"standard", "batch"}  # and no price for long contexts
    assert facts(reading.availability) == {
        ("Claude Sonnet 3.7", "deprecated", None, "base"),
        ("Claude Opus 3", "deprecated", None, "base"),
        (None, "not_offered", None, "fine_tuned"),
    }


CHECKS = {"2026-01-15": check_january, "2026-07-21": check_july, "2026-08-21": check_august}


@pytest.mark.parametrize("day", CHECKS)
def test_recordings(day):
    CHECKS[day](read(recorded(day), day))


@pytest.mark.real_pages
@pytest.mark.parametrize("day", REAL)
def test_real_pages(shared_pages, day):
    text = (shared_pages / "anthropic" / f"{day}-platform-claude-pricing.md").read_text(encoding="utf-8")
    reading = read(text, day)

    CHECKS.get(day, lambda _: None)(reading)
    assert [quote.doubt for quote in reading.quotes if quote.doubt] == []
    assert {quote.variant for quote in reading.quotes} == {Variant.BASE}
    assert {quote.value_state for quote in reading.quotes} == {ValueState.PRICED}
    assert [quote.model for quote in reading.quotes if not (quote.model or "").startswith("Claude ")] == []
    assert [quote.model for quote in reading.quotes if set(quote.model or "") & set("()[]*/,")] == []
    assert (None, "not_offered", None, "fine_tuned") in facts(reading.availability)


@pytest.mark.real_pages
@pytest.mark.parametrize("day", CHECKS)
def test_recordings_hold_the_figures_of_the_real_pages(shared_pages, day):
    def figures(reading: Reading) -> list[tuple[str, Decimal | None, str, date | None, date | None]]:
        return [
            (quote.series_id, quote.amount, quote.raw_text, quote.effective_from, quote.effective_to)
            for quote in reading.quotes
        ]

    real = read((shared_pages / "anthropic" / f"{day}-platform-claude-pricing.md").read_text(encoding="utf-8"), day)

    assert figures(read(recorded(day), day)) == figures(real)


@pytest.mark.real_pages
def test_fast_mode_without_a_model_column_is_counted_and_not_priced(shared_pages):
    text = (shared_pages / "anthropic" / "2026-05-01-platform-claude-pricing.md").read_text(encoding="utf-8")
    reading = read(text, "2026-05-01")

    assert reading.layout.sections == {"model_pricing": 13, "batch": 13, "fast_mode": 1}
    assert {quote.tier for quote in reading.quotes} == {"standard", "batch"}


def test_fast_mode_without_a_model_column_in_a_small_page():
    fast = "### Fast mode pricing\n\n| Input | Output |\n|:--|:--|\n| $30 / MTok | $150 / MTok |\n"
    reading = read(small_page(after=fast))

    assert reading.layout.sections == {"model_pricing": 1, "fast_mode": 1}
    assert {quote.tier for quote in reading.quotes} == {"standard"}


def test_one_fast_mode_row_may_name_several_models():
    table = "| Model | Input | Output |\n|--|--|--|\n| {} | $10 / MTok | $50 / MTok |\n"
    for cell in ("Claude Opus 5 / Claude Opus 4.8", "Claude Opus 5, and Claude Opus 4.8"):
        reading = read(small_page(after="### Fast mode pricing\n\n" + table.format(cell)))
        assert {quote.model for quote in reading.quotes if quote.tier == "priority"} == {
            "Claude Opus 5",
            "Claude Opus 4.8",
        }


def test_the_evidence_leads_back_to_the_row():
    quote = read(recorded("2026-08-21")).quotes[1]

    assert quote.raw_text == "$12.50 / MTok"
    assert quote.raw_unit == "MTok"
    assert quote.evidence.quoted.startswith("Claude Fable 5 | $10 / MTok | $12.50 / MTok")
    assert quote.evidence.place == "Model pricing > row 'Claude Fable 5' > column '5m Cache Writes'"
    assert quote.evidence.parser_version == f"anthropic/{anthropic.PARSER_VERSION}"


def test_a_retirement_note_is_quoted_as_evidence():
    (fact,) = (fact for fact in read(recorded("2026-08-21")).availability if fact.model == "Claude Opus 4")

    assert "retired, except on Google Cloud" in fact.evidence.quoted


def test_padding_order_and_escaped_dollars_change_nothing():
    cells = [cell.strip() for cell in OPUS.strip("|").split("|")]
    heads = [cell.strip() for cell in HEAD.strip("|").split("|")]
    turned = small_page(
        "|" + "|".join(f"  {cell.replace('$', chr(92) + '$')}" for cell in reversed(cells)) + "|",
        head="|" + "|".join(reversed(heads)) + "|",
    )

    assert amounts(read(turned), "Claude Opus 5") == amounts(read(small_page()), "Claude Opus 5")
    assert amounts(read(turned), "Claude Opus 5") == prices("5", "6.25", "10", "0.50", "25")


@pytest.mark.parametrize(
    ("cell", "model", "kind", "day"),
    [
        ("Claude Opus 5 ([deprecated](/docs/x))", "Claude Opus 5", AvailabilityKind.DEPRECATED, None),
        ("Claude Opus 5 (retired, except on Bedrock)", "Claude Opus 5", AvailabilityKind.INFERENCE_ENDS, None),
        (
            "Claude Opus 5 (retiring January 5, 2027)",
            "Claude Opus 5",
            AvailabilityKind.INFERENCE_ENDS,
            date(2027, 1, 5),
        ),
        ("Claude Opus 5 (limited availability)", "Claude Opus 5", AvailabilityKind.BY_ARRANGEMENT, None),
        ("**Claude Opus 5**\\* (deprecated)", "Claude Opus 5", AvailabilityKind.DEPRECATED, None),
    ],
)
def test_notes_in_model_cells_are_facts_and_not_part_of_the_name(cell, model, kind, day):
    reading = read(small_page(OPUS.replace("Claude Opus 5", cell)))

    assert {quote.model for quote in reading.quotes} == {model}
    assert {quote.condition for quote in reading.quotes} == {None, "cache_1h", "cache_5m"}
    assert (model, kind.value, day, "base") in facts(reading.availability)


@pytest.mark.parametrize(
    "end", ["through August 31, 2026", "(through August 31, 2026)", "[through August 31, 2026](#x)"]
)
def test_a_price_with_a_last_day_ends_then(end):
    reading = read(small_page(OPUS.replace("Opus 5", f"Opus 5 {end}")), "2026-09-01")

    assert {(quote.model, quote.effective_to) for quote in reading.quotes} == {("Claude Opus 5", date(2026, 8, 31))}
    assert amounts(reading, "Claude Opus 5") == {}


def test_a_first_and_a_last_day_may_stand_together():
    words = "starting May 1, 2026 through August 31, 2026"
    quote = read(small_page(OPUS.replace("Opus 5", f"Opus 5 {words}"))).quotes[0]

    assert (quote.effective_from, quote.effective_to) == (date(2026, 5, 1), date(2026, 8, 31))


@pytest.mark.parametrize(
    "cell",
    [
        "Claude Opus 5 until August 31",
        "Claude Opus 5 from Sept. 1, 2026",
        "Claude Opus 5 (introductory until Aug 31)",
        "Claude Opus 5 starting February 31, 2027",
        "Claude Opus 5 & friends",
        "",
    ],
)
def test_a_model_cell_that_is_not_understood_is_never_todays_price(cell):
    with pytest.raises(LayoutChanged):
        read(small_page(OPUS.replace("Claude Opus 5", cell)))


def test_an_unknown_note_makes_another_price_of_the_model():
    reading = read(small_page(OPUS, OPUS.replace("Opus 5 |", "Opus 5 (Priority seats) |").replace("$5 ", "$5.1 ")))

    assert {quote.condition for quote in reading.quotes if quote.meter is Meter.INFERENCE_INPUT} == {
        None,
        "priority seats",
    }


def test_one_model_with_two_prices_of_the_same_day_is_an_error():
    with pytest.raises(ConflictingQuotes):
        read(small_page(OPUS, OPUS.replace("$5 ", "$6 ")))


@pytest.mark.parametrize(
    "words", ["Fine-tuning is now on sale.", "You may fine-tune Haiku.", "finetuning", "Fine tuned"]
)
def test_not_offered_is_said_only_where_the_page_never_speaks_of_it(words):
    silent, speaking = read(small_page()), read(small_page(after=words))

    assert facts(silent.availability) == {(None, "not_offered", None, "fine_tuned")}
    assert silent.availability[0].evidence.place == "whole page"
    assert facts(speaking.availability) == set()
    assert "fine-tuning" in speaking.layout.headings[-1]
    assert "fine-tuning" not in "".join(silent.layout.headings)


def test_a_row_that_breaks_the_sellers_own_rules_is_read_and_doubted():
    swapped = OPUS.replace("$0.50", "$50")
    batch = (
        "### Batch processing\n\n| Model | Batch input | Batch output |\n|-|-|-|\n"
        "| Claude Opus 5 | $2.50 / MTok | $25 / MTok |\n"
    )
    doubted = [quote for quote in read(small_page(swapped, after=batch)).quotes if quote.doubt]

    assert [(quote.meter, quote.tier, quote.amount) for quote in doubted] == [
        (Meter.INFERENCE_CACHED_INPUT, "standard", Decimal(50)),
        (Meter.INFERENCE_OUTPUT, "batch", Decimal(25)),
    ]
    assert doubted[0].doubt == "the seller's own rule is 0.1 times the standard inference_input of 5: 0.5, not 50"


def test_a_cell_may_say_nothing():
    reading = read(small_page(OPUS.replace("$6.25 / MTok", "-").replace("$10 / MTok", "N/A")))

    assert [quote.value_state for quote in reading.quotes].count(ValueState.NOT_PRINTED) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body><h1>Model pricing</h1></body></html>",
        "# Pricing\n\n## Model pricing\n\nSee the table elsewhere.\n",
        small_page().replace("## Model pricing", "## Plans"),
        small_page().replace("5m Cache Writes", "Short cache"),
        small_page().replace("| Model |", "| Name |"),
        small_page().replace(OPUS, ""),
        small_page().replace("| $25 / MTok |", "|"),
        small_page(OPUS + " $3 / MTok |", head=HEAD + " Training |", rule=RULE + "-|"),
        small_page() + small_page(),
        small_page(after="### Batch processing\n\nHalf price.\n"),
        small_page(after="### Batch processing\n\n| Model | Batch input | Batch output |\n|-|-|-|\n"),
        small_page(after="### Fast mode pricing\n\nAsk us.\n"),
    ],
)
def test_a_changed_layout_is_an_error(text):
    with pytest.raises(LayoutChanged):
        read(text)


def test_a_new_column_without_prices_is_no_change_of_layout():
    wider = small_page(OPUS + " 1M |", head=HEAD + " Context |", rule=RULE + "-|")

    assert amounts(read(wider), "Claude Opus 5") == prices("5", "6.25", "10", "0.50", "25")


@pytest.mark.parametrize("cell", ["$25", "$25 / hour", "$25 / KTok", "from $25 / MTok", "$20-$25 / MTok", "soon"])
def test_a_cell_that_is_no_price_per_million_tokens_is_an_error_with_its_place(cell):
    with pytest.raises(UnreadablePrice, match="row 'Claude Opus 5' > column 'Output Tokens'"):
        read(small_page(OPUS.replace("$25 / MTok", cell)))
