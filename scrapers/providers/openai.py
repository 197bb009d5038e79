"""OpenAI: prices of its base and tuned models, and the dates on which models and the tuning platform close.

Pages: `pricing` (developers.openai.com/api/docs/pricing, HTML made by Astro) and `deprecations` (the `.md` address,
dates only). Which one a body is, is read from the body. US dollars, OpenAI's own API, no data-residency uplift.

Manners of the pricing page (last seen 2026-08-27):
- The visible tables are collapsed: two of ten tuned rows, three of some forty base rows. All rows are in the `props`
  of the `astro-island` around each table, and are read from there only. Copies without islands (the `.md` address,
  whose fine-tuning panes are empty; a browser's text) would yield a few rows or none, so they are refused.
- openai.com/api/pricing, the address of old, sells ChatGPT plans.
- The section is found by `h2#fine-tuning` and the switcher `ft-pricing`, not by its title ("Fine-tuning" until about
  March 2026, then "Finetuning"). One pane a tier; the batch pane is hidden.
- Training is per 1M tokens, or "$100.00 / hour" (o4-mini, reinforcement). Cells are numbers, null, "-", "" or text.
- "with data sharing" and "Legacy" are small print in the model's cell: conditions, not parts of its name.
- Base rows have 4 cells (model, input, cached input, output) or 5 (a cache write before the output), in one table.
  Long-context prices are computed by a script and are nowhere in the data.
- "Fast mode" is the priority tier, renamed on 2026-07-30.
- Batch is mostly half of standard, and not always (gpt-4o 2.225 / 0.9 / 12.5): read as printed, never derived.

The manners of the deprecations page stand in scrapers/openai_deprecations.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from scrapers import money, openai_deprecations
from scrapers.astro import Value, island_props
from scrapers.contract import (
    Layout,
    Meter,
    Method,
    Page,
    Quote,
    Reading,
    Variant,
    join_conditions,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.models import base_model_of
from scrapers.tables import html_table, lines_of, plain, soup_of, text_of

NAME = "OpenAI"
PROVIDER = "openai"
PARSER_VERSION = "1"

SWITCHER = "data-content-switcher-id"
PANE = "data-content-switcher-pane"
TIERS = {"standard": "standard", "batch": "batch", "flex": "flex", "priority": "priority", "fast": "priority"}
CONDITIONS = {"with data sharing": "data_sharing", "legacy": "legacy"}
METERS = {
    "Input": Meter.INFERENCE_INPUT,
    "Cached input": Meter.INFERENCE_CACHED_INPUT,
    "Cache writes": Meter.INFERENCE_CACHE_WRITE,
    "Output": Meter.INFERENCE_OUTPUT,
}
TRAINING = {  # by the unit printed in the cell: reinforcement fine-tuning is the one that is billed by time
    "1M tokens": (Meter.TRAINING_TOKENS, Method.SFT),
    "hour": (Meter.TRAINING_HOURS, Method.RFT),
}
TUNED_HEADS = ("Model", "Training", "Input", "Cached input", "Output")
BASE_HEADS = {  # by the width of the row
    4: ("Model", "Input", "Cached input", "Output"),
    5: ("Model", "Input", "Cached input", "Cache writes", "Output"),
}

# as in: gpt-4.1-2025-04-14; gpt-5.5 (<272K context length); o4-mini-2025-04-16 with data sharing
_MODEL_CELL = re.compile(r"(?P<model>[A-Za-z][\w.:-]*)(?:\s+\((?P<bracket>[^()]+)\)|\s+(?P<words>[^()]+))?")
_UNIT_LINE = re.compile(r"Prices per (?P<unit>[^.]+)\.?")  # "Prices per 1M tokens."
_TUNING_TITLE = re.compile(r"fine[\s-]?tuning", re.IGNORECASE)
_BASE_TITLE = re.compile(r"flagship models", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


def parse(page: Page) -> Reading:
    """Read either page. Raises LayoutChanged when a known section is there and its rows are not, or none is there."""
    kind = "deprecations" if openai_deprecations.is_deprecations_page(page.text) else "pricing"
    if page.page not in {None, kind}:
        raise LayoutChanged(f"expected the {page.page} page of {page.url}; found {_seen(page)}")
    if kind == "deprecations":
        return openai_deprecations.read(page, provider=PROVIDER, parser_version=f"{PROVIDER}/{PARSER_VERSION}")
    return _read_prices(page)


@dataclass(frozen=True, kw_only=True)
class _Pane:
    """One tier of one section: its rows as printed, each cell under the name of its column."""

    section: str
    tier: str
    variant: Variant
    unit: str  # as printed over the section
    place: str
    rows: Sequence[Mapping[str, Value]]


def _read_prices(page: Page) -> Reading:
    soup = soup_of(page.text)
    panes = [*_tuned_panes(soup), *_base_panes(soup)]
    if not panes:
        raise LayoutChanged(
            f'expected astro-island[props] under [{SWITCHER}="ft-pricing"], or TextTokenPricingTables islands, '
            f"at {page.url}; found {_seen(page)}"
        )
    sections = {f"{pane.section}/{pane.tier}": len(pane.rows) for pane in panes}
    if len(sections) != len(panes):
        raise LayoutChanged(f"expected each tier once; found {', '.join(pane.place for pane in panes)}")
    return Reading(
        quotes=tuple(quote for pane in panes for quote in _quotes(page, pane)),
        layout=Layout(
            sections=sections,
            anchors=tuple(pane.place for pane in panes),
            headings=tuple(_title(heading) for heading in soup.find_all(["h1", "h2", "h3"])),
        ),
    )


def _seen(page: Page) -> str:
    """What a page that was not understood holds, for the person who must repair this file."""
    soup = soup_of(page.text)
    titles = [_title(heading) for heading in soup.find_all(["h1", "h2", "h3"])]
    titles += [plain(heading) for heading in _MARKDOWN_HEADING.findall(page.text)]
    islands = len(soup.find_all("astro-island"))
    return f"{islands} islands and the headings {', '.join(titles[:8]) or 'none'}"


def _tuned_panes(soup: BeautifulSoup) -> Iterator[_Pane]:
    switcher = _switcher(soup, "ft-pricing", soup.find(id="fine-tuning") or _titled(soup, _TUNING_TITLE))
    if switcher is None:
        return
    for pane, island in _panes(switcher, "PricingTable"):
        where = _island_place(pane, "PricingTable")
        props = island_props(island, ("headings", "rows"), where)
        heads = props["headings"]
        if not isinstance(heads, list) or sorted(map(str, heads)) != sorted(TUNED_HEADS):
            raise LayoutChanged(f"{where}: expected the headings {', '.join(TUNED_HEADS)}; found {heads}")
        yield _Pane(
            section="fine_tuning",
            tier=_tier(pane, where),
            variant=Variant.FINE_TUNED,
            unit=_unit_over(island, where),
            place=where,
            rows=_rows(props["rows"], {len(heads): tuple(map(str, heads))}, where),
        )


def _base_panes(soup: BeautifulSoup) -> Iterator[_Pane]:
    islands = list(soup.select('astro-island[component-export="TextTokenPricingTables"]'))
    switcher = _switcher(soup, "latest-pricing", soup.find(id="latest-models") or _titled(soup, _BASE_TITLE), islands)
    if switcher is not None:
        islands = [island for _, island in _panes(switcher, "TextTokenPricingTables")]
    for island in islands:
        where = 'astro-island[component-export="TextTokenPricingTables"]'
        props = island_props(island, ("tier", "rows"), where)
        tier = _tier(props["tier"], where)
        pane = island.find_parent(attrs={PANE: True})
        if pane is not None and _tier(pane.get("data-value"), where) != tier:
            raise LayoutChanged(f"{where}: the pane {pane.get('data-value')!r} holds the tier {props['tier']!r}")
        where = _island_place(str(props["tier"]), "TextTokenPricingTables")
        yield _Pane(
            section="base",
            tier=tier,
            variant=Variant.BASE,
            unit=_unit_over(island, where),
            place=where,
            rows=_rows(props["rows"], _base_heads(island, where), where),
        )


def _title(heading: Tag) -> str:
    """The words of a heading: `<h2><p>Finetuning</p></h2>` is not valid, and the parser moves the `p` behind it."""
    behind = heading.find_next("p")
    return text_of(heading) or (text_of(behind) if behind else "")


def _titled(soup: BeautifulSoup, title: re.Pattern[str]) -> Tag | None:
    return next((heading for heading in soup.find_all(["h1", "h2", "h3"]) if title.search(_title(heading))), None)


def _switcher(soup: BeautifulSoup, name: str, mark: Tag | None, islands: Sequence[Tag] = ()) -> Tag | None:
    """The tabs of a section. None where the section is absent; LayoutChanged where only its mark is left."""
    switcher = soup.select_one(f'[{SWITCHER}="{name}"]')
    if switcher is None and mark is not None and not islands:
        where = f"the section '{_title(mark)[:40]}'"
        raise LayoutChanged(f'{where}: expected [{SWITCHER}="{name}"] with astro-islands; found none')
    return switcher


def _panes(switcher: Tag, export: str) -> list[tuple[str, Tag]]:
    """The tabs' panes, each as its value and its one island. None may be missing, or its rows would go unnoticed."""
    where = f'[{SWITCHER}="{switcher[SWITCHER]}"]'
    panes = switcher.select(f"[{PANE}]")
    found = [(str(pane.get("data-value")), pane.select(f'astro-island[component-export="{export}"]')) for pane in panes]
    for value, islands in found:
        if len(islands) != 1:
            rows = len(switcher.select("tbody tr"))
            raise LayoutChanged(
                f"{where}: expected one astro-island {export} in the pane {value!r}; found {len(islands)} "
                f"({rows} rows are visible in all panes, and those are never all rows)"
            )
    options = {str(option.get("data-value")) for option in switcher.select("[data-content-switcher-option]")}
    values = {value for value, _ in found}
    islands = switcher.select(f'astro-island[component-export="{export}"]')
    if not found or len(islands) != len(found) or (options and options != values):
        raise LayoutChanged(
            f"{where}: expected a [{PANE}] for each of the tabs {sorted(options)}; found {sorted(values)} "
            f"and {len(islands)} astro-islands {export}"
        )
    return [(value, islands[0]) for value, islands in found]


def _island_place(pane: str, export: str) -> str:
    return f'[{PANE}][data-value="{pane}"] astro-island[component-export="{export}"]'


def _tier(printed: object, where: str) -> str:
    tier = TIERS.get(str(printed))
    if tier is None:
        raise LayoutChanged(f"{where}: expected a tier of {', '.join(TIERS)}; found {printed!r}")
    return tier


def _unit_over(island: Tag, where: str) -> str:
    """The unit printed over a section, as printed. A section cut out without its head is taken to be per 1M tokens."""
    own = island.find_parent(attrs={SWITCHER: True})
    section = own or island
    for parent in section.parents:  # the section is the largest element that holds no other section's tabs
        if parent.parent is None or any(other is not own for other in parent.select(f"[{SWITCHER}]")):
            break
        section = parent
    printed = [text_of(line) for line in section.select(".pricing-switcher-meta")]
    if not printed and section.find(["h1", "h2", "h3"]) is None:
        return "1M tokens"
    match = _UNIT_LINE.fullmatch(printed[0]) if len(printed) == 1 else None
    try:
        unit = match["unit"] if match else ""
        is_tokens = money.canonical_unit(unit)[0] == "1M tokens"
    except UnreadablePrice:
        is_tokens = False
    if not is_tokens:
        raise LayoutChanged(f"{where}: expected the line 'Prices per 1M tokens.' over it; found {printed}")
    return unit


def _base_heads(island: Tag, where: str) -> Mapping[int, Sequence[str]]:
    """The columns of base rows by width. Their data has no headings, so the visible table's must be the known ones."""
    table = island.find("table")
    if table is None:
        return BASE_HEADS
    heads = html_table(table).heads
    printed = heads[-1] if heads else ()
    known = {width: names for width, names in BASE_HEADS.items() if printed[:width] == names}
    if not known:
        expected = " or ".join(", ".join(names) for names in BASE_HEADS.values())
        raise LayoutChanged(f"{where}: expected the heads {expected}; found {', '.join(printed) or 'none'}")
    return {width: names for width, names in BASE_HEADS.items() if width <= max(known)}


def _rows(rows: Value, heads: Mapping[int, Sequence[str]], where: str) -> list[Mapping[str, Value]]:
    if not isinstance(rows, list) or not rows:
        raise LayoutChanged(f"{where}: expected rows; found {rows!r}")
    named: list[Mapping[str, Value]] = []
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) not in heads:
            widths = " or ".join(map(str, heads))
            raise LayoutChanged(f"{where} props.rows[{number}]: expected {widths} cells; found {row!r}")
        named.append(dict(zip(heads[len(row)], row, strict=True)))
    return named


def _quotes(page: Page, pane: _Pane) -> Iterator[Quote]:
    for number, row in enumerate(pane.rows):
        where = f"{pane.place} props.rows[{number}]"
        model, context_band, condition = _model_cell(row["Model"], where)
        is_tuned = pane.variant is Variant.FINE_TUNED
        for column, (head, cell) in enumerate(row.items()):
            if head == "Model":
                continue
            place = f"{where}[{column}] ({head})"
            price = _price(cell, pane.unit, place)
            meter, method = TRAINING.get(price.unit, (None, None)) if head == "Training" else (METERS[head], None)
            if meter is None or price.unit != meter.unit:
                raise UnreadablePrice(f"{place}: {price.raw_text!r} is per {price.unit}")
            yield Quote(
                provider=PROVIDER,
                model=model,
                base_model=base_model_of(PROVIDER, model) if is_tuned else None,
                meter=meter,
                variant=pane.variant,
                method=method,
                tier=pane.tier,
                context_band=context_band,
                condition=condition,
                amount=price.amount,
                currency=price.currency,
                value_state=price.state,
                raw_text=price.raw_text,
                raw_unit=price.raw_unit,
                evidence=page.evidence(
                    quoted=money.fold(" | ".join(_words(other) for other in row.values())),
                    place=place,
                    parser_version=f"{PROVIDER}/{PARSER_VERSION}",
                ),
            )


def _price(cell: Value, unit: str, place: str) -> money.Price:
    try:
        return money.parse(_words(cell), unit=unit)
    except UnreadablePrice as error:
        raise UnreadablePrice(f"{place}: {error}") from error


def _model_cell(cell: Value, where: str) -> tuple[str, str | None, str | None]:
    """The name, the context band and the conditions that a model cell prints."""
    first, *small = _lines(cell) or ("",)
    match = _MODEL_CELL.fullmatch(first)
    if match is None or cell is None:
        raise LayoutChanged(f"{where}: expected a model's name; found {_words(cell)!r}")
    band: str | None = None
    conditions = []
    for note in [match["bracket"], match["words"], *small]:
        if note is None:
            continue
        if note.endswith("context length"):
            band = note
        elif note.strip("()").lower() in CONDITIONS:
            conditions.append(CONDITIONS[note.strip("()").lower()])
        else:
            raise LayoutChanged(f"{where}: a note beside the model is not understood: {note!r}")
    return match["model"], band, join_conditions(conditions)


def _lines(cell: Value) -> Sequence[str]:
    """The lines of a cell: `{"__pricingHtml": "name<br /><small>note</small>"}` has several, all others one."""
    match cell:
        case {"__pricingHtml": str() as markup}:
            return lines_of(soup_of(markup))
        case str():
            return (money.fold(cell),)
        case None:
            return ("null",)
        case bool() | list() | dict():
            raise LayoutChanged(f"expected a number or words in a cell; found {cell!r}")
    return (format(cell, "f"),)


def _words(cell: Value) -> str:
    return " ".join(_lines(cell))
