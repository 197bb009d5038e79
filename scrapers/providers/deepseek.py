"""DeepSeek: base prices of its own API. It sells no fine-tuning; its models are tuned by others.

Pages: `pricing` (api-docs.deepseek.com/quick_start/pricing, US dollars) and `pricing_zh` (its Chinese twin, yuan), both
Docusaurus, static HTML. Which one a body is, is read from its labels. Yuan prices are kept, and never compared.

Manners
- The table of models is transposed: models are columns, prices are rows, named by one to three cells that span
  (MODEL over two or three columns, PRICING over all its rows). One cell spans two models that cost the same. Copies in
  markdown have lost the spans, and are no form of this page.
- Footnote marks (`<sup>`) stick to names, and yesterday's price is struck through behind today's:
  "$0.435 (75% off)<del>$1.74</del>". The discounted price is the one that is charged.
- Time windows: until 2025 a discount at night (hours in the rows' names, UTC); since 2026-08 peak and off-peak, one more
  level of rows. The hours stand in a sentence, in Beijing time, which is UTC+8 all year; here they are told in UTC.
- A second table announces prices for a later day, models as rows, and today's prices end the day before. The day stands
  in a sentence. Beijing's midnight is 16:00 of the day before in UTC; days here are UTC's, so that day is the first.
- Model names are aliases ("deepseek-chat" was V3, then V3.2): the version is in the evidence of each price.
- A name that will be deprecated on a day is an availability fact. "In the future" is none: nothing has happened yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bs4 import BeautifulSoup, Tag

from scrapers import money
from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Layout,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    Variant,
)
from scrapers.dates import printed_date
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.span_grid import grid_of
from scrapers.tables import Cell, soup_of, text_of

NAME = "DeepSeek"
PROVIDER = "deepseek"
PARSER_VERSION = "1"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_MODEL_LABELS = frozenset({"MODEL", "模型"})
_VERSION_LABELS = frozenset({"MODEL VERSION", "模型版本"})
_DETAILS = frozenset({"CONTEXT LENGTH", "上下文长度"})  # a row of the table of models, and of no announcement
_PRICING_LABELS = frozenset({"PRICING", "价格"})
_KINDS = (  # what a row counts, the language it says so in, and the unit as printed
    (re.compile(r"1M (?:INPUT TOKENS|TOKENS INPUT) \(CACHE HIT\)"), Meter.INFERENCE_CACHED_INPUT, "USD", "1M TOKENS"),
    (re.compile(r"1M (?:INPUT TOKENS|TOKENS INPUT) \(CACHE MISS\)"), Meter.INFERENCE_INPUT, "USD", "1M TOKENS"),
    (re.compile(r"1M (?:OUTPUT TOKENS|TOKENS OUTPUT)"), Meter.INFERENCE_OUTPUT, "USD", "1M TOKENS"),
    (re.compile(r"百万tokens输入（缓存命中）"), Meter.INFERENCE_CACHED_INPUT, "CNY", "百万tokens"),
    (re.compile(r"百万tokens输入（缓存未命中）"), Meter.INFERENCE_INPUT, "CNY", "百万tokens"),
    (re.compile(r"百万tokens输出"), Meter.INFERENCE_OUTPUT, "CNY", "百万tokens"),
)
_WINDOWS = {"OFF-PEAK": "off-peak", "PEAK": "peak", "空闲时段": "off-peak", "高峰时段": "peak"}
# such as: STANDARD PRICE （UTC 00:30-16:30）, DISCOUNT PRICE (UTC 16:30-00:30)
_NAMED_WINDOW = re.compile(
    r"(?P<name>STANDARD|DISCOUNT) PRICE ?[(（]UTC (?P<hours>\d\d:\d\d-\d\d:\d\d)[)）]", re.IGNORECASE
)
# such as: 高峰时段为北京时间周一至周五 9:00 - 12:00、14:00 - 18:00
_PEAK_HOURS = re.compile(
    r"高峰时段为北京时间周一至周五\s*(?P<ranges>\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d(?:、\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d)*)"
)
_HOURS = re.compile(r"(?P<from>\d{1,2}):(?P<from_minute>\d\d)\s*-\s*(?P<to>\d{1,2}):(?P<to_minute>\d\d)")
_BEIJING = 8  # hours before UTC
_DAY = re.compile(
    r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?, \d{4}"
)
_SENTENCE_END = re.compile(r"。|(?<=[a-z0-9)])\.\s")
# such as: 北京时间 2026 年 8 月 23 日 00:00; without a time of day, the day's midnight
_BEIJING_DAY = re.compile(rf"北京时间\s*(?P<day>{_DAY.pattern})(?:\s*(?P<hour>\d{{1,2}}):\d\d)?")
_EFFECT = re.compile(r"生效|\btakes? effect\b|\beffective\b", re.IGNORECASE)
_WILL_GO = re.compile(r"\bwill be deprecated\b", re.IGNORECASE)
_MODEL_ID = re.compile(r"deepseek-[a-z0-9.-]+")
_DISCOUNT = re.compile(r"\s*[(（]\d{1,2}% off[)）]$", re.IGNORECASE)  # "$0.435 (75% off)", "$0.550（75% OFF）"
_AMOUNT = re.compile(r"[$¥€]\s*\d|\d\s*元")
_FINE_TUNING = re.compile(r"\bfine[\s-]?tun(?:e|ing)|微调", re.IGNORECASE)

Grid = tuple[tuple[Cell, ...], ...]


def parse(page: Page) -> Reading:
    """Read either page. Raises LayoutChanged without exactly one table of models, UnreadablePrice for a cell."""
    soup = soup_of(page.text)
    grids = [grid for table in soup.find_all("table") if _is_price_table(grid := grid_of(table))]
    current = [grid for grid in grids if any(row[0].text in _DETAILS for row in grid)]
    if len(current) != 1:
        raise LayoutChanged(
            f"one table of models with their context length and prices was expected at {page.url}; "
            f"{len(current)} are there, among {len(soup.find_all('table'))} tables"
        )
    words = text_of(soup)
    announced = [grid for grid in grids if grid is not current[0]]
    announcement = _announcement(words) if announced else None
    last = announcement.day - timedelta(days=1) if announcement else None
    quotes = [replace(quote, effective_to=last) for quote in _quotes(page, current[0], words, None)]
    for grid in announced:
        quotes += _quotes(page, grid, words, announcement)
    kind = "pricing_zh" if quotes[0].currency == "CNY" else "pricing"
    if page.page not in {None, kind}:
        raise LayoutChanged(f"expected the {page.page} page at {page.url}; what is there reads like {kind}")
    return Reading(
        quotes=tuple(quotes),
        availability=(*_not_offered(page, words), *_deprecations(page, soup)),
        layout=Layout(
            sections={"models": len({quote.model for quote in quotes if quote.effective_from is None})},
            anchors=("announced prices",) if announced else (),  # no section: an announcement comes and goes
            headings=tuple(text_of(heading) for heading in soup.find_all(["h1", "h2"])),
        ),
    )


def _is_price_table(grid: Grid) -> bool:
    return bool(grid and grid[0]) and grid[0][0].text in _MODEL_LABELS


@dataclass(frozen=True)
class _Announcement:
    """When the prices of a second table take effect, and in which words."""

    day: date
    words: str


@dataclass(frozen=True)
class _Price:
    """A cell of a table with what it counts, whose it is and where it stands."""

    meter: Meter
    currency: str
    unit: str
    model: str
    window: str | None
    cell: str
    row: tuple[str, ...]  # the cells that name it
    column: str


def _quotes(page: Page, grid: Grid, words: str, announcement: _Announcement | None) -> Iterator[Quote]:
    """The prices of one table, whichever way it lies; each model has all three kinds in each of its windows."""
    prices = list(_by_row(grid) if any(map(_kind_of, (cell.text for cell in grid[0]))) else _by_column(grid))
    hours = _peak_hours(words)
    seen: dict[tuple[str, str | None], list[Meter]] = {}
    for price in prices:
        seen.setdefault((price.model, price.window), []).append(price.meter)
    wanted = sorted(meter for _, meter, currency, _ in _KINDS if currency == "USD")
    lacking = [f"{model} {window or ''}".strip() for (model, window), found in seen.items() if sorted(found) != wanted]
    if not seen or lacking:
        raise LayoutChanged(
            f"cache hit, cache miss and output were expected once each for {', '.join(lacking) or 'models'}"
        )
    if len({price.currency for price in prices}) != 1:
        raise LayoutChanged("a table of prices in two languages")
    versions = _versions(grid)
    for price in prices:
        amount = money.parse(_DISCOUNT.sub("", price.cell), unit=price.unit, currency=price.currency)
        place = f"row '{' > '.join(price.row)}' > column '{price.column}'"
        is_signed = _AMOUNT.search(price.cell) is not None
        if amount.currency != price.currency or amount.state is not ValueState.PRICED or not is_signed:
            raise UnreadablePrice(f"{place}: {price.cell!r} is no price in {price.currency}")
        is_windowed = price.window in {"peak", "off-peak"}
        notes = [hours[0]] if hours and is_windowed else []
        notes += [announcement.words] if announcement else []
        version = [versions[price.model]] if price.model in versions else []
        yield Quote(
            provider=PROVIDER,
            model=price.model,
            meter=price.meter,
            variant=Variant.BASE,
            tier="standard",
            time_window=_with_hours(price.window, hours) if is_windowed else price.window,
            value_state=amount.state,
            amount=amount.amount,
            currency=amount.currency,
            raw_text=price.cell,
            raw_unit=amount.raw_unit,
            effective_from=announcement.day if announcement else None,
            evidence=page.evidence(
                quoted=" | ".join([*price.row, price.column, *version, price.cell, *notes]),
                place=place,
                parser_version=_VERSION,
            ),
        )


def _by_column(grid: Grid) -> Iterator[_Price]:
    """The table of models: the first row names them, the cells before the first model name each row."""
    head = [cell.text for cell in grid[0]]
    start = next((index for index, text in enumerate(head) if text not in _MODEL_LABELS), len(head))
    models = [_model(text) for text in head[start:]]
    if not models or len(set(models)) != len(models):
        raise LayoutChanged(f"the models of the table are {', '.join(models) or 'none'}")
    for row in grid[1:]:
        labels = _distinct(cell.text for cell in row[:start])
        kinds = [kind for kind in map(_kind_of, labels) if kind]
        if not kinds:
            if any(_AMOUNT.search(cell.text) for cell in row):
                raise LayoutChanged(f"prices stand in a row nobody knows: {' > '.join(labels)}")
            continue
        window = _window([label for label in labels if _kind_of(label) is None])
        for model, cell in zip(models, row[start:], strict=True):
            meter, currency, unit = kinds[0]
            yield _Price(meter, currency, unit, model, window, cell.text, labels, model)


def _by_row(grid: Grid) -> Iterator[_Price]:
    """An announcement: the first row names what is counted, the cells before that name model and window."""
    kinds = [_kind_of(cell.text) for cell in grid[0]]
    start = next(index for index, kind in enumerate(kinds) if kind)
    if None in kinds[start:] or any(cell.text not in _MODEL_LABELS for cell in grid[0][:start]):
        raise LayoutChanged(f"an announcement is headed {', '.join(cell.text for cell in grid[0])}")
    for row in grid[1:]:
        labels = _distinct(cell.text for cell in row[:start])
        window = _window(labels[1:])
        for kind, head, cell in zip(kinds[start:], grid[0][start:], row[start:], strict=True):
            if kind:
                yield _Price(*kind, _model(labels[0]), window, cell.text, labels, head.text)


def _distinct(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _kind_of(text: str) -> tuple[Meter, str, str] | None:
    return next(((meter, currency, unit) for pattern, meter, currency, unit in _KINDS if pattern.fullmatch(text)), None)


def _model(text: str) -> str:
    if _MODEL_ID.fullmatch(text) is None:
        raise LayoutChanged(f"a model like deepseek-chat was expected, not {text!r}")
    return text


def _window(labels: Sequence[str]) -> str | None:
    """The window that a row's labels name beside what is counted; None where they say PRICING and no more."""
    windows = []
    for label in labels:
        named = _NAMED_WINDOW.fullmatch(label)
        if named:
            windows.append(f"{named['name'].lower()}: {named['hours']} UTC")
        elif label.upper() in _WINDOWS:
            windows.append(_WINDOWS[label.upper()])
        elif label not in _PRICING_LABELS:
            raise LayoutChanged(f"the label {label!r} beside a price is neither a time nor a kind of price")
    if len(windows) > 1:
        raise LayoutChanged(f"a price stands under two times: {', '.join(windows)}")
    return windows[0] if windows else None


def _peak_hours(words: str) -> re.Match[str] | None:
    found = list(_PEAK_HOURS.finditer(words))
    if len({match[0] for match in found}) > 1:
        raise LayoutChanged(f"peak hours are told in two ways: {' and '.join(match[0] for match in found)}")
    return found[0] if found else None


def _with_hours(window: str | None, hours: re.Match[str] | None) -> str | None:
    """The name of a window with its hours in UTC, where the page tells them in words that are known."""
    if hours is None:
        return window
    if window == "off-peak":
        return "off-peak: all other hours"
    ranges = []
    for match in _HOURS.finditer(hours["ranges"]):
        first, last = int(match["from"]) - _BEIJING, int(match["to"]) - _BEIJING
        if first < 0 or last <= first:
            raise LayoutChanged(f"the peak hours {match[0]} do not lie within a day of UTC")
        ranges.append(f"{first:02}:{match['from_minute']}-{last:02}:{match['to_minute']}")
    return f"peak: Mon-Fri {', '.join(ranges)} UTC"


def _announcement(words: str) -> _Announcement:
    """The one day on which the announced prices take effect, and the sentence that says so."""
    sentences = [sentence for sentence in _SENTENCE_END.split(words) if _EFFECT.search(sentence)]
    days = {day for sentence in sentences for day in _days_in_utc(sentence)}
    if len(days) != 1:
        raise LayoutChanged(
            "there is a second table of prices, and one day on which it takes effect was expected; found "
            f"{', '.join(sorted(map(str, days))) or 'none'}"
        )
    sentence = next(sentence for sentence in sentences if _DAY.search(sentence))
    # Without a full stop before it, the table that follows belongs to the sentence.
    end = max(match.end() for pattern in (_EFFECT, _DAY) for match in pattern.finditer(sentence))
    return _Announcement(days.pop(), sentence[:end].strip())


def _days_in_utc(sentence: str) -> Iterator[date]:
    """The days a sentence names; of a time in Beijing the day it falls on in UTC."""
    in_beijing = {match.start("day"): match for match in _BEIJING_DAY.finditer(sentence)}
    for match in _DAY.finditer(sentence):
        day, beijing = printed_date(match[0]), in_beijing.get(match.start())
        is_day_before = beijing is not None and int(beijing["hour"] or 0) < _BEIJING
        yield day - timedelta(days=1) if is_day_before else day


def _versions(grid: Grid) -> dict[str, str]:
    """What each name of the first row stands for today, in the words of the table."""
    rows = [row for row in grid if row[0].text in _VERSION_LABELS]
    return {model.text: cell.text for row in rows for model, cell in zip(grid[0], row, strict=True) if cell.text}


def _not_offered(page: Page, words: str) -> Iterator[Availability]:
    if _FINE_TUNING.search(words) is None:
        yield Availability(
            provider=PROVIDER,
            model=None,
            kind=AvailabilityKind.NOT_OFFERED,
            date=None,
            variant=Variant.FINE_TUNED,
            evidence=page.evidence(
                quoted="The words fine-tune and fine-tuning (微调) occur nowhere on the page.",
                place="whole page",
                parser_version=_VERSION,
            ),
        )


def _deprecations(page: Page, soup: BeautifulSoup) -> Iterator[Availability]:
    """Names that a note says will be deprecated on a day: "The model names `deepseek-chat` and ... on July 24, 2026"."""
    told: set[str] = set()
    for note in soup.find_all("p"):
        words = text_of(note)
        if _WILL_GO.search(words) is None:
            continue
        days = [printed_date(day) for day in _DAY.findall(words)]
        if len(days) != 1:
            continue  # "in the future": they are sold as before until a day is told
        for name in [text_of(code) for code in note.find_all("code") if isinstance(code, Tag)]:
            if _MODEL_ID.fullmatch(name) and name not in told:
                told.add(name)
                yield Availability(
                    provider=PROVIDER,
                    model=name,
                    kind=AvailabilityKind.DEPRECATED,
                    date=days[0],
                    variant=Variant.BASE,
                    evidence=page.evidence(quoted=words, place="note under the table", parser_version=_VERSION),
                )
