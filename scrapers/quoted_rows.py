"""Rows of sellers' pages as a study quotes them, a JSON object a line. A third party's, read once and not kept up.

raw.githubusercontent.com/PaulKinlan/mwg-train, `docs/eval/quotes.jsonl`: for each price whose page it is of
(`source_url`), when it was read (`retrieved_at`), the row's words (`verbatim`) and the figure taken from them (`value`).
It holds pages of sellers whose markup nobody else has recorded, Lambda's and RunPod's among them.

- `value` must be the one price in the row's words: what is quoted is believed, what was made of it is checked.
- Read are the rows on demand per GPU-hour in US dollars; other units are other products.
- A quote that is a month old is no price of today: the file is refused then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from scrapers import money
from scrapers.contract import Layout, Meter, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier

OLDEST = timedelta(days=30)

_PRICE = re.compile(r"(?P<sign>[$€£¥]) ?(?P<figure>\d+(?:\.\d+)?)")  # "$3.99", "$ 1.59 /hr"
_START = re.compile(r'\A\s*\{"quote_id":')


@dataclass(frozen=True)
class QuotedRow:
    """One row of a seller's page: `words` are the page's, `number` is the line of the study's file."""

    number: int
    gpu: str
    memory_gb: Decimal
    words: str
    retrieved_at: datetime
    source_url: str
    amount: Decimal


def is_quoted(page: Page) -> bool:
    """Whether a page is such a file."""
    return _START.match(page.text) is not None


def reading_of(
    page: Page,
    parser_version: str,
    *,
    seller: str,
    product: str | None = None,
    condition: Callable[[QuotedRow], str | None] = lambda row: None,  # noqa: ARG005 - most sellers have none
) -> Reading:
    """The prices per GPU-hour that the rows of a seller give. Raises LayoutChanged and UnreadablePrice."""
    rows = list(_rows(page, seller))
    if not rows:
        raise LayoutChanged(f"no row of the file is of {seller}, per GPU-hour and on demand")
    newest = max(row.retrieved_at for row in rows)
    if page.fetched_at - newest > OLDEST:
        raise LayoutChanged(
            f"the rows of {seller} were quoted on {newest:%Y-%m-%d}, more than {OLDEST.days} days before"
        )
    quotes, unknown = [], set()
    for row in rows:
        model = gpu_name(row.gpu, memory_gb=row.memory_gb)
        if model is None:
            unknown.add(row.gpu)
        else:
            quote = _quote(page, parser_version, row, model)
            quotes.append(replace(quote, product=product, condition=condition(row)))
    if not quotes:
        raise LayoutChanged(f"no row of {seller} names a known GPU; there are {', '.join(sorted(unknown))[:200]}")
    headings = tuple(f"no known GPU: {name}" for name in sorted(unknown))
    return Reading(quotes=tuple(quotes), layout=Layout(sections={"on_demand": len(rows)}, headings=headings))


def _quote(page: Page, parser_version: str, row: QuotedRow, model: str) -> Quote:
    printed = _PRICE.search(row.words)
    return doubted_outlier(
        Quote(
            provider=parser_version.partition("/")[0],
            model=model,
            meter=Meter.GPU_HOURS,
            tier="on_demand",
            value_state=ValueState.PRICED,
            amount=row.amount,
            raw_text=printed[0] if printed else row.words,
            raw_unit="GPU-hour",
            evidence=page.evidence(
                quoted=row.words,
                place=f"line {row.number} > verbatim, from {row.source_url} of {row.retrieved_at:%Y-%m-%d}",
                parser_version=parser_version,
            ),
        )
    )


def _rows(page: Page, seller: str) -> Iterator[QuotedRow]:
    for number, line in enumerate(page.text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, parse_float=Decimal, parse_int=Decimal)
        except (ValueError, RecursionError) as error:
            raise LayoutChanged(f"line {number}: no quoted row in JSON ({error})") from error
        if not isinstance(cells, dict):
            raise LayoutChanged(f"line {number}: an object was expected; found {line[:80]!r}")
        kind = (cells.get("provider"), cells.get("unit"), cells.get("mode"), cells.get("currency"))
        if kind == (seller, "usd_per_gpu_hour", "on-demand", "USD"):
            yield _row(number, cells)


def _row(number: int, cells: dict[str, object]) -> QuotedRow:
    texts = {}
    for key in ("gpu", "verbatim", "retrieved_at", "source_url"):
        value = cells.get(key)
        if not isinstance(value, str) or not value.strip():
            raise LayoutChanged(f"line {number}, {key}: words were expected; found {value!r}")
        texts[key] = money.fold(value)
    memory, amount = cells.get("vram_gb"), cells.get("value")
    if not isinstance(memory, Decimal) or not isinstance(amount, Decimal):
        raise LayoutChanged(f"line {number}: vram_gb and value are {memory!r} and {amount!r}; figures were expected")
    printed = {(match["sign"], Decimal(match["figure"])) for match in _PRICE.finditer(texts["verbatim"])}
    if printed != {("$", amount)} or amount <= 0:
        raise UnreadablePrice(f"line {number}: {amount} US dollars are said to stand in {texts['verbatim'][:120]!r}")
    try:
        moment = datetime.fromisoformat(texts["retrieved_at"]).astimezone(UTC)
    except ValueError as error:
        raise LayoutChanged(f"line {number}, retrieved_at: {texts['retrieved_at']!r} is no time") from error
    return QuotedRow(number, texts["gpu"], memory, texts["verbatim"], moment, texts["source_url"], amount)
