"""OpenAI: every figure of the real pages, and every way a page can be half read is refused."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scrapers.contract import Availability, AvailabilityKind, Meter, Method, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.providers import openai

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings" / "openai"
TUNED_SLICE = "2026-08-27-developers-pricing-html-slice-finetuning.html"
BASE_SLICE = "2026-08-27-developers-pricing-html-slice-flagship-standard.html"
FOOTNOTE_SLICE = "2026-08-27-developers-pricing-html-slice-finetuning-footnote.html"
DEPRECATIONS = "2026-07-15-developers-deprecations-llms-md.md"

# training, input, cached input, output, in dollars per 1M tokens (o4-mini: training per hour)
TUNED = {
    ("o4-mini-2025-04-16", None): ("100", "4", "1", "16"),
    ("o4-mini-2025-04-16", "data_sharing"): ("100", "2", "0.5", "8"),
    ("gpt-4.1-2025-04-14", None): ("25", "3", "0.75", "12"),
    ("gpt-4.1-mini-2025-04-14", None): ("5", "0.8", "0.2", "3.2"),
    ("gpt-4.1-nano-2025-04-14", None): ("1.5", "0.2", "0.05", "0.8"),
    ("gpt-4o-2024-08-06", None): ("25", "3.75", "1.875", "15"),
    ("gpt-4o-mini-2024-07-18", None): ("3", "0.3", "0.15", "1.2"),
    ("gpt-3.5-turbo", "legacy"): ("8", "3", None, "6"),
    ("davinci-002", "legacy"): ("6", "12", None, "12"),
    ("babbage-002", "legacy"): ("0.4", "1.6", None, "1.6"),
}
TUNED_BATCH = {
    ("o4-mini-2025-04-16", None): ("100", "2", "0.5", "8"),
    ("o4-mini-2025-04-16", "data_sharing"): ("100", "1", "0.25", "4"),
    ("gpt-4.1-2025-04-14", None): ("25", "1.5", "0.5", "6"),
    ("gpt-4.1-mini-2025-04-14", None): ("5", "0.4", "0.1", "1.6"),
    ("gpt-4.1-nano-2025-04-14", None): ("1.5", "0.1", "0.025", "0.4"),
    ("gpt-4o-2024-08-06", None): ("25", "2.225", "0.9", "12.5"),
    ("gpt-4o-mini-2024-07-18", None): ("3", "0.15", "0.075", "0.6"),
    ("gpt-3.5-turbo", "legacy"): ("8", "1.5", None, "3"),
    ("davinci-002", "legacy"): ("6", "6", None, "6"),
    ("babbage-002", "legacy"): ("0.4", "0.8", None, "0.9"),
}
# input, cached input, cache write, output
BASE = {
    "gpt-4.1": ("2", "0.5", "8"),
    "gpt-4.1-mini": ("0.4", "0.1", "1.6"),
    "gpt-4.1-nano": ("0.1", "0.025", "0.4"),
    "gpt-4o": ("2.5", "1.25", "10"),
    "gpt-4o-2024-05-13": ("5", None, "15"),
    "gpt-4o-mini": ("0.15", "0.075", "0.6"),
    "o4-mini": ("1.1", "0.275", "4.4"),
    "gpt-3.5-turbo": ("0.5", None, "1.5"),
    "davinci-002": ("2", None, "2"),
    "babbage-002": ("0.4", None, "0.4"),
}
INFERENCE = (Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT)


def page(body: str | bytes, name: str | None = None) -> Page:
    return Page(
        url="https://developers.openai.com/api/docs/pricing",
        fetched_at=datetime(2026, 8, 27, 6, tzinfo=UTC),
        body=body.encode() if isinstance(body, str) else body,
        page=name,
    )


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> bytes:
    return (folder / "openai" / name).read_bytes()


def prices(reading: Reading, **wanted: object) -> dict[Meter, Quote]:
    found = [quote for quote in reading.quotes if all(getattr(quote, name) == value for name, value in wanted.items())]
    by_meter = {quote.meter: quote for quote in found}
    assert len(by_meter) == len(found), f"{wanted} is not one row"
    return by_meter


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def check_tuned(reading: Reading) -> None:
    """All twenty tuned rows, every figure."""
    tuned = [quote for quote in reading.quotes if quote.variant is Variant.FINE_TUNED]
    assert len(tuned) == 2 * 10 * 4
    for tier, rows in (("standard", TUNED), ("batch", TUNED_BATCH)):
        for (model, condition), figures in rows.items():
            row = prices(reading, model=model, condition=condition, tier=tier, variant=Variant.FINE_TUNED)
            training = Meter.TRAINING_HOURS if model.startswith("o4") else Meter.TRAINING_TOKENS
            amounts = [row[meter].amount for meter in (training, *INFERENCE)]
            assert amounts == [decimal(figure) for figure in figures], (model, condition, tier)
            assert row[training].method is (Method.RFT if training is Meter.TRAINING_HOURS else Method.SFT)
            assert {row[meter].method for meter in INFERENCE} == {None}


def check_base(reading: Reading) -> None:
    for model, figures in BASE.items():
        row = prices(reading, model=model, variant=Variant.BASE, tier="standard")
        assert list(row) == list(INFERENCE)
        assert [row[meter].amount for meter in INFERENCE] == [decimal(figure) for figure in figures], model
        assert {quote.base_model for quote in row.values()} == {None}


# The real pages


@pytest.mark.real_pages
def test_the_real_fine_tuning_section_is_read_whole(shared_pages: Path) -> None:
    """All ten rows of both panes come out, though two are visible."""
    reading = openai.parse(page(real(shared_pages, TUNED_SLICE)))
    assert dict(reading.layout.sections) == {"fine_tuning/standard": 10, "fine_tuning/batch": 10}
    assert reading.layout.headings == ("Finetuning",)
    check_tuned(reading)


@pytest.mark.real_pages
def test_the_real_base_prices_are_read_from_a_cut_page(shared_pages: Path) -> None:
    """36 rows of two widths come out, though one is visible and no element is closed."""
    reading = openai.parse(page(real(shared_pages, BASE_SLICE)))
    assert dict(reading.layout.sections) == {"base/standard": 36}
    assert {quote.variant for quote in reading.quotes} == {Variant.BASE}
    check_base(reading)
    sol = prices(reading, model="gpt-5.6-sol")
    assert {meter: quote.amount for meter, quote in sol.items()} == {
        Meter.INFERENCE_INPUT: Decimal(4),
        Meter.INFERENCE_CACHED_INPUT: Decimal("0.4"),
        Meter.INFERENCE_CACHE_WRITE: Decimal(5),
        Meter.INFERENCE_OUTPUT: Decimal(20),
    }
    banded = prices(reading, model="gpt-5.5", context_band="<272K context length")
    assert banded[Meter.INFERENCE_CACHE_WRITE].value_state is ValueState.NOT_PRINTED
    assert banded[Meter.INFERENCE_OUTPUT].amount == Decimal(30)
    assert banded[Meter.INFERENCE_INPUT].evidence.quoted == "gpt-5.5 (<272K context length) | 5 | 0.5 | - | 30"


@pytest.mark.real_pages
def test_real_sections_side_by_side_are_both_read(shared_pages: Path) -> None:
    """The markup's two halves on one page keep apart, also where the base section is cut."""
    unclosed = b"</div></div>"  # two of the elements around the section were not copied
    reading = openai.parse(page(real(shared_pages, TUNED_SLICE) + unclosed + real(shared_pages, BASE_SLICE)))
    assert sum(reading.layout.sections.values()) == 10 + 10 + 36
    check_tuned(reading)
    check_base(reading)


@pytest.mark.real_pages
@pytest.mark.parametrize(
    "name",
    [
        "2026-05-29-developers-pricing-llms-md.md",
        "2026-06-26-developers-pricing-rendered.md",
        "2026-06-26-openai-com-api-pricing-chatgpt-plans.md",
        "2026-07-15-developers-pricing-llms-md.md",
        "undated-2025-07-platform-docs-pricing-text.txt",
        FOOTNOTE_SLICE,
    ],
)
def test_real_copies_without_data_are_refused(shared_pages: Path, name: str) -> None:
    """Visible rows only, empty panes, the plans of another product, a footnote: never a short reading."""
    with pytest.raises(LayoutChanged, match=r"expected astro-island.* found 0 islands"):
        openai.parse(page(real(shared_pages, name)))


@pytest.mark.real_pages
def test_the_real_table_alone_is_refused(shared_pages: Path) -> None:
    """With the islands' data taken off, the two visible rows are not mistaken for all."""
    body = real(shared_pages, TUNED_SLICE).decode()
    for stripped in (re.sub(r' props="[^"]*"', "", body), re.sub(r' props="[^"]*"', ' props="{}"', body)):
        assert "o4-mini-2025-04-16" in stripped
        with pytest.raises(LayoutChanged, match="props"):
            openai.parse(page(stripped))
    with pytest.raises(LayoutChanged, match="4 rows are visible"):
        openai.parse(page(body.replace("astro-island", "div")))


@pytest.mark.real_pages
def test_the_real_deprecations_page_gives_every_date(shared_pages: Path) -> None:
    """The wind-down's three days, the tuned versions' last day, and each model named in a shutdown row."""
    reading = openai.parse(page(real(shared_pages, DEPRECATIONS)))
    assert reading.quotes == ()
    assert dict(reading.layout.sections) == {"shutdowns": 132, "fine_tuning": 3, "products": 7}
    assert reading.layout.anchors == ("## Upcoming deprecations", "## Past deprecations")
    facts = check_dates(reading)
    newest = ("gpt-5-2025-08-07", Variant.BASE, AvailabilityKind.INFERENCE_ENDS)
    assert facts[newest].date == date(2026, 12, 11)
    assert len(facts) == 138


def check_dates(reading: Reading) -> dict[tuple[str | None, Variant | None, AvailabilityKind], Availability]:
    facts = {(fact.model, fact.variant, fact.kind): fact for fact in reading.availability}
    everything = {kind: fact.date for (model, _, kind), fact in facts.items() if model is None}
    assert everything == {
        AvailabilityKind.CLOSED_TO_NEW: date(2026, 5, 7),
        AvailabilityKind.CLOSED_TO_IDLE: date(2026, 7, 2),
        AvailabilityKind.TRAINING_ENDS: date(2027, 1, 6),
    }
    tuned = {
        model: fact.date
        for (model, variant, kind), fact in facts.items()
        if variant is Variant.FINE_TUNED and kind is AvailabilityKind.INFERENCE_ENDS
    }
    assert tuned == dict.fromkeys(
        ["o4-mini-2025-04-16", "gpt-3.5-turbo", "gpt-4", "gpt-4.1-nano-2025-04-14", "babbage-002", "davinci-002"],
        date(2026, 10, 23),
    ) | dict.fromkeys(["ada", "babbage", "curie", "davinci"], date(2024, 1, 4))
    base = {
        model: fact.date
        for (model, variant, kind), fact in facts.items()
        if variant is Variant.BASE and kind is AvailabilityKind.INFERENCE_ENDS
    }
    assert base["gpt-4.1-nano"] == base["gpt-4.1-nano-2025-04-14"] == date(2026, 10, 23)
    assert base["gpt-3.5-turbo-completions"] == base["o4-mini"] == date(2026, 10, 23)
    assert base["babbage-002"] == date(2026, 9, 28)
    assert base["gpt-4-turbo-preview"] == date(2026, 3, 26)  # named in brackets, the day in no-break hyphens
    assert base["gpt-4o-mini-audio-preview"] == date(2026, 5, 7)  # without backticks
    assert base["gpt-5.3-chat-latest"] == date(2026, 8, 10)
    assert base["gpt-4-1106-preview"] == date(2026, 10, 23)  # moved by the newest announcement
    assert base["gpt-4-0314"] == date(2026, 3, 26)  # "at earliest 2024-06-13" in an older one
    assert not {"Videos", "Videos API", "API", "v1", "edits", "New"} & base.keys()
    training = facts["babbage-002", Variant.FINE_TUNED, AvailabilityKind.TRAINING_ENDS]
    assert training.date == date(2024, 10, 28)
    assert len(facts) == len(reading.availability)
    return facts


# Our recordings: the same figures, and what a torn page does


@pytest.mark.parametrize("day", ["2026-05-29", "2026-07-15", "2026-08-27"])
def test_recorded_pages_hold_the_same_tuned_prices(day: str) -> None:
    """Tuned prices and the bases of the tuned models did not move between the copies on file."""
    reading = openai.parse(page(recorded(f"pricing-{day}.html"), "pricing"))
    check_tuned(reading)
    check_base(reading)
    models = {quote.model: quote.base_model for quote in reading.quotes if quote.variant is Variant.FINE_TUNED}
    assert models["gpt-4.1-2025-04-14"] == "gpt-4.1"
    assert models["gpt-4o-2024-08-06"] == "gpt-4o"
    assert None not in models.values()


def test_recorded_base_prices_moved_as_they_did() -> None:
    """gpt-5.6-luna fell from 1 dollar to 20 cents between July and August 2026."""
    july, august = (
        prices(openai.parse(page(recorded(f"pricing-{day}.html"))), model="gpt-5.6-luna")
        for day in ("2026-07-15", "2026-08-27")
    )
    assert july[Meter.INFERENCE_INPUT].amount == Decimal(1)
    assert august[Meter.INFERENCE_INPUT].amount == Decimal("0.2")
    assert july[Meter.INFERENCE_INPUT].series_id == august[Meter.INFERENCE_INPUT].series_id


def test_a_hole_in_a_narrow_row_is_said_and_a_missing_column_is_not() -> None:
    """null, "-" and "" are *not printed*; a row without a cache-write cell has no such quote."""
    may = openai.parse(page(recorded("pricing-2026-05-29.html")))
    assert Meter.INFERENCE_CACHE_WRITE not in {quote.meter for quote in may.quotes}
    for model, printed in (("gpt-5.5-pro", ""), ("gpt-5.2-pro", "-"), ("o1-pro", "null")):
        cached = prices(may, model=model)[Meter.INFERENCE_CACHED_INPUT]
        assert (cached.value_state, cached.raw_text) == (ValueState.NOT_PRINTED, printed)


@pytest.mark.parametrize("day", ["2026-05-29", "2026-07-15"])
def test_recorded_deprecations_hold_the_real_dates(day: str) -> None:
    """The recordings tell what the real page told; the June announcements are in the later one only."""
    facts = check_dates(openai.parse(page(recorded(f"deprecations-{day}.md"), "deprecations")))
    announced_in_june = ("gpt-5-2025-08-07", Variant.BASE, AvailabilityKind.INFERENCE_ENDS)
    assert (announced_in_june in facts) == (day == "2026-07-15")


def with_props(body: str, export: str, change: Callable[[dict[str, Any]], object], *, nth: int = 0) -> str:
    """The page with the data of one island changed."""
    found = list(re.finditer(rf'component-export="{export}" props="([^"]*)"', body))[nth]
    props = json.loads(html.unescape(found[1]))
    change(props)
    return body[: found.start(1)] + html.escape(json.dumps(props)) + body[found.end(1) :]


def tuned_rows(props: dict[str, Any]) -> list[Any]:
    rows = props["rows"][1]
    assert isinstance(rows, list)
    return rows


TORN: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a cell is gone": ("PricingTable", lambda props: tuned_rows(props)[2][1].pop()),
    "a cell too many": ("PricingTable", lambda props: tuned_rows(props)[2][1].append([0, 1])),
    "a base row is narrow": ("TextTokenPricingTables", lambda props: tuned_rows(props)[-1][1].pop()),
    "a row is no row": ("PricingTable", lambda props: tuned_rows(props).append([0, "soon"])),
    "no rows": ("PricingTable", lambda props: tuned_rows(props).clear()),
    "no base rows": ("TextTokenPricingTables", lambda props: tuned_rows(props).clear()),
    "rows under another name": ("PricingTable", lambda props: props.update(lines=props.pop("rows"))),
    "a heading is renamed": ("PricingTable", lambda props: props["headings"][1].__setitem__(3, [0, "Cached"])),
    "a heading is gone": ("PricingTable", lambda props: props["headings"][1].pop()),
    "a tag nobody knows": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(2, [7, "4"])),
    "an untagged value": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(2, 4)),
    "no model": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(0, [0, None])),
    "a number for a model": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(0, [0, 4.1])),
    "a note nobody knows": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(0, [0, "o4 (beta)"])),
    "truth for a price": ("PricingTable", lambda props: tuned_rows(props)[0][1].__setitem__(2, [0, True])),
    "a tier nobody knows": ("TextTokenPricingTables", lambda props: props.update(tier=[0, "scale"])),
    "another tier's pane": ("TextTokenPricingTables", lambda props: props.update(tier=[0, "flex"])),
}


@pytest.mark.parametrize("torn", TORN)
def test_torn_data_is_refused(torn: str) -> None:
    """Whatever is wrong with one row or heading, the page is refused and not read around it."""
    export, change = TORN[torn]
    with pytest.raises(LayoutChanged, match=r"expected|not understood|holds"):
        openai.parse(page(with_props(recorded("pricing-2026-08-27.html"), export, change)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('props="{&quot;headings', 'props="{headings'),
        ('props="{&quot;headings', 'props="[&quot;headings'),
        (' props="{&quot;headings', ' data="{&quot;headings'),
        ('component-export="PricingTable"', 'component-export="PriceGrid"'),
        ('component-export="TextTokenPricingTables"', 'component-export="TokenTables"'),
        ('data-content-switcher-id="ft-pricing"', 'data-content-switcher-id="tuning"'),
        ('data-content-switcher-pane="true" data-value="batch"', 'data-pane="true" data-value="batch"'),
        ('data-content-switcher-pane="true" data-value="batch"', 'data-content-switcher-pane="true"'),
        ('data-content-switcher-pane="true" data-value="batch"', 'data-content-switcher-pane="true" data-value="new"'),
        ("Prices per 1M tokens.", "Prices per token bundle."),
        ("Prices per 1M tokens.", "Prices per hour."),
        ('<small class="pricing-switcher-meta">', "<small>"),
        ("<th><span>Cache writes</span></th>", ""),
        ("<th><span>Output</span></th>", "<th><span>Result</span></th>"),
    ],
)
def test_torn_structure_is_refused(old: str, new: str) -> None:
    """A section whose mark is there and whose rows are not found is an error, not a shorter reading."""
    body = recorded("pricing-2026-08-27.html")
    assert old in body
    with pytest.raises(LayoutChanged, match="expected"):
        openai.parse(page(body.replace(old, new)))


def test_a_section_that_is_gone_is_not_counted() -> None:
    """Without its heading and its tabs a section is simply absent; the other one is read."""
    body = recorded("pricing-2026-08-27.html")
    without_tuned = body[: body.index('<div class="pricing-subsection')]
    assert list(openai.parse(page(without_tuned)).layout.sections) == ["base/standard"]
    without_base = body[body.index('<div class="pricing-subsection') :]
    assert list(openai.parse(page(without_base)).layout.sections) == ["fine_tuning/standard", "fine_tuning/batch"]


def test_columns_are_found_by_their_heads() -> None:
    """Columns that change places are read all the same."""

    def swap(props: dict[str, Any]) -> None:
        for row in [props["headings"], *tuned_rows(props)]:
            row[1][3], row[1][4] = row[1][4], row[1][3]

    body = recorded("pricing-2026-08-27.html")
    check_tuned(openai.parse(page(with_props(body, "PricingTable", swap))))


def test_the_unit_over_the_section_counts() -> None:
    """A page that turns to prices per 1,000 tokens is read a thousand times higher, with the unit as printed."""
    body = recorded("pricing-2026-08-27.html").replace("Prices per 1M tokens.", "Prices per 1K tokens.")
    training = prices(openai.parse(page(body)), model="gpt-4.1-2025-04-14", tier="standard")[Meter.TRAINING_TOKENS]
    assert (training.amount, training.raw_text, training.raw_unit) == (Decimal(25000), "25", "1K tokens")


@pytest.mark.parametrize(
    "cell", ["$100.00 / image", "25 to 30", "contact us", "€ 3 $ 4", 1e30, -4, {"__pricingHtml": [0, "4<br />5"]}]
)
def test_a_cell_that_is_no_price_is_refused(cell: object) -> None:
    """A range, another unit, a negative figure: the message names the place."""

    def put(props: dict[str, Any]) -> None:
        tuned_rows(props)[2][1][1] = [0, cell]

    with pytest.raises(ParseError, match=r'data-value="standard".*rows\[2\]') as caught:
        openai.parse(page(with_props(recorded("pricing-2026-08-27.html"), "PricingTable", put)))
    assert caught.type in {LayoutChanged, UnreadablePrice}


def test_figures_are_exact() -> None:
    """0.1 stays 0.1, however many digits are printed: no figure passes through a binary float."""
    body = recorded("pricing-2026-08-27.html").replace("[0,1.875]", "[0,1.8750000000000000000001]")
    tuned = prices(openai.parse(page(body)), model="gpt-4o-2024-08-06", tier="standard")
    assert tuned[Meter.INFERENCE_CACHED_INPUT].amount == Decimal("1.8750000000000000000001")
    tiny = recorded("pricing-2026-08-27.html").replace("[0,1.875]", "[0,5e-7]")
    tuned = prices(openai.parse(page(tiny)), model="gpt-4o-2024-08-06", tier="standard")
    assert tuned[Meter.INFERENCE_CACHED_INPUT].amount == Decimal("0.0000005")


def test_fast_mode_is_the_priority_tier() -> None:
    """The renamed tier goes on with the series of the old one."""
    body = recorded("pricing-2026-08-27.html")
    base, tuned = body.split('<div class="pricing-subsection')
    fast = with_props(base, "TextTokenPricingTables", lambda props: props.update(tier=[0, "fast"]))
    reading = openai.parse(page(fast.replace('data-value="standard"', 'data-value="fast"') + "<div " + tuned))
    assert "base/priority" in reading.layout.sections
    assert {quote.tier for quote in reading.quotes if quote.variant is Variant.BASE} == {"priority"}


def test_one_tier_twice_is_refused() -> None:
    """Two panes that say they are the same tier: one of them is not."""
    body = recorded("pricing-2026-08-27.html").replace('data-value="batch"', 'data-value="standard"')
    with pytest.raises(LayoutChanged, match="each tier once"):
        openai.parse(page(body))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Shutdown date | Model snapshot | Substitute model |", "| When | Model snapshot | Substitute model |"),
        ("| Shutdown date | Model snapshot | Substitute model |", "| Shutdown date | Name | Substitute model |"),
        ("| 2026-10-23 | `gpt-4o-2024-05-13` | `gpt-5.5` |", "| 2026-10-23 | `gpt-4o-2024-05-13` |"),
        ("| 2026-10-23 | `gpt-4o-2024-05-13` |", "| autumn | `gpt-4o-2024-05-13` |"),
        ("| 2026-10-23 | `gpt-4o-2024-05-13` |", "| 2026-02-30 | `gpt-4o-2024-05-13` |"),
        ("| `gpt-4o-2024-05-13` |", "| `gpt-4o-2024-05-13` (except `gpt-4o`) |"),
        ("| `gpt-4o-2024-05-13` |", "| `gpt-4o-2024-05-13 |"),
        ("| `gpt-4o-2024-05-13` |", "| All of gpt-4o-2024-05-13 |"),
        ("| `gpt-4o-2024-05-13` |", "| Everything on `gpt-4o-2024-05-13` |"),
        ("| --- | --- |\n| May 7, 2026", "| May 7, 2026"),
        ("Active existing customers will no longer be able to create", "Customers may go on creating"),
        ("| Date | Update |\n| --- | --- |\n| May 7, 2026 |", "| Date | News |\n| --- | --- |\n| May 7, 2026 |"),
    ],
)
def test_a_torn_deprecations_page_is_refused(old: str, new: str) -> None:
    """A row, a date or a table that is not understood is never left out in silence."""
    body = recorded("deprecations-2026-07-15.md")
    assert old in body
    with pytest.raises(LayoutChanged):
        openai.parse(page(body.replace(old, new)))


def test_the_wind_down_must_be_in_its_section() -> None:
    """The heading without its table means that the table is somewhere we do not look."""
    body = recorded("deprecations-2026-07-15.md")
    start = body.index("| Date | Update |", body.index("self-serve"))
    end = body.index("###", start)
    with pytest.raises(LayoutChanged, match="self-serve fine-tuning"):
        openai.parse(page(body[:start] + body[end:]))


@pytest.mark.parametrize(
    ("name", "body"),
    [("pricing", "deprecations-2026-07-15.md"), ("deprecations", "pricing-2026-08-27.html")],
)
def test_the_other_page_behind_an_address_is_refused(name: str, body: str) -> None:
    """An address that serves the other page has no good look, though the page itself could be read."""
    with pytest.raises(LayoutChanged, match=f"expected the {name} page"):
        openai.parse(page(recorded(body), name))
