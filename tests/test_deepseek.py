"""DeepSeek: the real copies of its price table, the two ways its tables lie, and what is refused."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.catalog import read_page
from scrapers.contract import AvailabilityKind, Meter, Page, Quote, Reading, Variant
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.providers import deepseek

RECORDINGS = Path(deepseek.__file__).parent.parent / "recordings" / "deepseek"
V3, V4, CHINESE = "pricing-2025-12-20.html", "pricing-2026-04-24.html", "pricing_zh-2026-08-21.html"
METERS = (Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT)
PEAK = "peak: Mon-Fri 01:00-04:00, 06:00-10:00 UTC"
OFF_PEAK = "off-peak: all other hours"


def read(body: str, day: str = "2026-08-21", page: str | None = None) -> Reading:
    fetched_at = datetime.fromisoformat(f"{day}T06:00:00").replace(tzinfo=UTC)
    url = "https://api-docs.deepseek.com/quick_start/pricing"
    return read_page("deepseek", Page(url=url, fetched_at=fetched_at, body=body.encode(), page=page))


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> str:
    return (folder / "deepseek" / name).read_text(encoding="utf-8")


def edited(name: str, old: str, new: str) -> str:
    """A recording with one thing changed; a change that changes nothing tests nothing."""
    text = recorded(name)
    assert old in text, old
    return text.replace(old, new)


def of(reading: Reading, model: str, window: str | None = None) -> list[Quote]:
    """The three prices of a model in one window: cache hit, cache miss, output."""
    found = {quote.meter: quote for quote in reading.quotes if (quote.model, quote.time_window) == (model, window)}
    return [found[meter] for meter in METERS]


def amounts(reading: Reading, model: str, window: str | None = None) -> list[Decimal | None]:
    return [quote.amount for quote in of(reading, model, window)]


def decimals(text: str) -> list[Decimal]:
    return [Decimal(amount) for amount in text.split()]


def html_of_markdown(text: str) -> str:
    """The crawled table of 2025-12 in the served form: the spans its markdown lost are put back.

    A row with one value for two models spans both; a first cell without a neighbour spans the columns of names.
    """
    lines = re.findall(r"^(?:\*\*)?([A-Z1\[].*\|.*)", text, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert rows[0] == ["MODEL", "deepseek-chat", "deepseek-reasoner"]
    out = []
    for row in rows:
        group = [row.pop(0)] if row[0] in {"FEATURES", "PRICING"} else []
        label, *values = row
        span = 2 // len(values)
        names = [*(f"<td>{name}</td>" for name in group), f"<td>{label}</td>"]
        if not group and not label.startswith(("1M", "[", "FIM")):  # neither a price nor a feature
            names = [f"<td colspan=2>{label}</td>"]
        cells = "".join(f"<td colspan={span}>{html.escape(value)}</td>" for value in values)
        out.append(f"<tr>{''.join(names)}{cells}</tr>")
    body = "".join(out)
    for name, count in (("FEATURES", len(re.findall(r"✓|✗", text)) // 2), ("PRICING", 3)):
        body = body.replace(f"<td>{name}</td>", f"<td rowspan={count}>{name}</td>")
    return f"<html><body><table>{body}</table></body></html>"


@pytest.mark.real_pages
def test_the_real_page_of_december_2025(shared_pages: Path) -> None:
    """V3.2: one price for both models."""
    text = real(shared_pages, "2025-12-20-models-and-pricing-en.md")
    rows = [line for line in text.split("\n") if "|" in line and "---" not in line]
    assert len(rows) > 8
    text = text.replace("(Non-thinking Mode)| DeepSeek-V3.2  \n(Thinking Mode)", "| DeepSeek-V3.2")
    text = re.sub(r"MODEL VERSION\| DeepSeek-V3.2\s+\| ", "MODEL VERSION| DeepSeek-V3.2| ", text)
    text = re.sub(r"DEFAULT: 4K\s+MAXIMUM: 8K\| DEFAULT: 32K\s+MAXIMUM: 64K", "8K| 64K", text)
    reading = read(html_of_markdown(text), "2025-12-20")
    for model in ("deepseek-chat", "deepseek-reasoner"):
        assert amounts(reading, model) == decimals("0.028 0.28 0.42")
    assert "DeepSeek-V3.2" in of(reading, "deepseek-chat")[0].evidence.quoted
    (fact,) = reading.availability
    assert (fact.kind, fact.model, fact.variant) == (AvailabilityKind.NOT_OFFERED, None, Variant.FINE_TUNED)


def html_of_tabs(text: str) -> str:
    """The table pasted from a browser in 2025-02, in the served form: tabs are cells, and group names span three rows."""
    table = text[text.index("MODEL(1)") : text.index("\n(1) The")]
    table = re.sub(r"(STANDARD PRICE|DISCOUNT PRICE)(?:\(6\))?\n（", r"\1（", table)
    rows = []
    for line in table.split("\n"):
        cells = [re.sub(r"\(\d\)$", r"<sup>(n)</sup>", cell) for cell in line.split("\t")]
        width = 'colspan="2"' if len(cells) == 3 and not cells[0].startswith("1M") else ""
        if len(cells) == 4:
            width = 'rowspan="3"'
        rows.append(f"<tr><td {width}>{cells[0]}</td>{''.join(f'<td>{cell}</td>' for cell in cells[1:])}</tr>")
    return f"<html><body><table>{''.join(rows)}</table></body></html>"


@pytest.mark.real_pages
def test_the_real_page_of_february_2025(shared_pages: Path) -> None:
    """Two windows of the day, the hours in the names of the rows; discounts are noted behind the price."""
    reading = read(html_of_tabs(real(shared_pages, "2025-02-26-models-and-pricing-pasted.txt")), "2025-02-26")
    day, night = "standard: 00:30-16:30 UTC", "discount: 16:30-00:30 UTC"
    assert amounts(reading, "deepseek-chat", day) == decimals("0.07 0.27 1.10")
    assert amounts(reading, "deepseek-reasoner", day) == decimals("0.14 0.55 2.19")
    assert amounts(reading, "deepseek-chat", night) == decimals("0.035 0.135 0.550")
    assert amounts(reading, "deepseek-reasoner", night) == decimals("0.035 0.135 0.550")
    assert of(reading, "deepseek-reasoner", night)[2].raw_text == "$0.550（75% OFF）"
    assert len(reading.quotes) == 12


@pytest.mark.real_pages
def test_the_real_table_of_spring_2026(shared_pages: Path) -> None:
    """V4; a table that is none of prices stands before it. Two old names are to go "in the future", which is no fact yet."""
    reading = read(real(shared_pages, "undated-2026-spring-test-cut-v4-table.html"))
    assert amounts(reading, "deepseek-v4-flash") == decimals("0.028 0.14 0.28")
    assert amounts(reading, "deepseek-v4-pro") == decimals("0.145 1.74 3.48")
    assert {quote.currency for quote in reading.quotes} == {"USD"}
    assert {fact.kind for fact in reading.availability} == {AvailabilityKind.NOT_OFFERED}


@pytest.mark.real_pages
def test_the_real_chinese_tables_of_august_2026(shared_pages: Path) -> None:
    """Today's prices, and on the same page those of a later day in two windows; all in yuan."""
    reading = read(real(shared_pages, "undated-2026-08-test-cut-zh-cny-peak-table.html"))
    check_august(reading)
    assert of(reading, "deepseek-v4-pro", PEAK)[2].evidence.quoted.endswith(
        "新价格将于北京时间 2026 年 8 月 23 日 00:00 开始生效"
    )


def check_august(reading: Reading) -> None:
    assert amounts(reading, "deepseek-v4-flash") == decimals("0.02 1 2")
    assert amounts(reading, "deepseek-v4-pro") == decimals("0.025 3 6")
    assert amounts(reading, "deepseek-v4-flash", OFF_PEAK) == decimals("0.05 1.5 4.5")
    assert amounts(reading, "deepseek-v4-flash", PEAK) == decimals("0.10 3.0 9.0")
    assert amounts(reading, "deepseek-v4-pro", OFF_PEAK) == decimals("0.15 4.5 13.5")
    assert amounts(reading, "deepseek-v4-pro", PEAK) == decimals("0.30 9.0 27.0")
    assert {quote.currency for quote in reading.quotes} == {"CNY"}
    scheduled = {quote.time_window: quote.effective_from for quote in reading.quotes}
    # Beijing's midnight of the 23rd is 16:00 of the 22nd in UTC.
    assert scheduled == {None: None, PEAK: date(2026, 8, 22), OFF_PEAK: date(2026, 8, 22)}
    assert {quote.effective_to for quote in reading.quotes if not quote.time_window} == {date(2026, 8, 21)}
    assert {quote.is_in_force for quote in reading.quotes if quote.time_window} == {False}
    evidence = of(reading, "deepseek-v4-pro", PEAK)[0].evidence
    assert "北京时间周一至周五 9:00 - 12:00" in evidence.quoted
    assert "2026 年 8 月 23 日" in evidence.quoted
    assert evidence.place == "row 'deepseek-v4-pro > 高峰时段' > column '百万tokens输入（缓存命中）'"


@pytest.mark.parametrize(("day", "is_announced"), [("2026-08-21", False), ("2026-08-22", True), ("2026-08-25", True)])
def test_announced_prices_take_the_place_of_todays_from_their_day_on(day: str, is_announced: bool) -> None:
    """The page may go on printing both tables; one price of a model is in force at a time."""
    quotes = read(recorded(CHINESE), day).quotes
    assert {quote.is_in_force for quote in quotes if quote.time_window} == {is_announced}
    assert {quote.is_in_force for quote in quotes if not quote.time_window} == {not is_announced}


def test_an_afternoon_in_beijing_is_the_same_day_in_utc() -> None:
    reading = read(edited(CHINESE, "23 日 00:00", "23 日 08:00"))
    assert {quote.effective_from for quote in reading.quotes if quote.time_window} == {date(2026, 8, 23)}


def nested(*, label: str = "PEAK") -> str:
    """The table of V4 with two windows a kind; peak costs twice as much."""
    body = recorded(V4)
    body = re.sub(r'(<tr><td )colspan="2"', r'\1colspan="3"', body)
    body = body.replace('<td rowspan="3">PRICING', '<td rowspan="6">PRICING')
    body = re.sub(r"<td>(Json Output|FIM Completion \(Beta\))", r'<td colspan="2">\1', body)

    def split(match: re.Match[str]) -> str:
        kind, first, second = match.groups()
        twice = f"<td>${2 * Decimal(first)}</td><td>${2 * Decimal(second)}</td>"
        return (
            f'<td rowspan="2">{kind}</td><td>OFF-PEAK</td><td>${first}</td><td>${second}</td></tr>'
            f"<tr><td>{label}</td>{twice}</tr>"
        )

    return re.sub(r"<td>(1M [A-Z ()]+)</td><td>\$([\d.]+)</td><td>\$([\d.]+)</td></tr>", split, body)


def test_a_level_of_windows_under_each_kind_is_read() -> None:
    """Without known words about the hours a window has its name only."""
    reading = read(nested())
    assert amounts(reading, "deepseek-v4-flash", "off-peak") == decimals("0.028 0.14 0.28")
    assert amounts(reading, "deepseek-v4-flash", "peak") == decimals("0.056 0.28 0.56")
    assert amounts(reading, "deepseek-v4-pro", "peak") == decimals("0.29 3.48 6.96")
    assert len(reading.quotes) == 12


def test_the_price_of_yesterday_is_not_the_price_of_today() -> None:
    """Struck through behind the new one."""
    reading = read(edited(V4, "$1.74", "$0.435 (75% off)<del>$1.74</del>"))
    quote = of(reading, "deepseek-v4-pro")[1]
    assert (quote.amount, quote.raw_text) == (Decimal("0.435"), "$0.435 (75% off)")


def test_english_announcements_are_dated_by_their_sentence() -> None:
    """A table of a later day stands below that of today."""
    kinds = "".join(
        f"<td>1M {kind}</td>" for kind in ("INPUT TOKENS (CACHE HIT)", "INPUT TOKENS (CACHE MISS)", "OUTPUT TOKENS")
    )
    rows = "<tr><td rowspan=2>deepseek-v4-flash</td><td>OFF-PEAK</td><td>$0.003</td><td>$0.15</td><td>$0.6</td></tr>"
    rows += "<tr><td>PEAK</td><td>$0.006</td><td>$0.3</td><td>$1.2</td></tr>"
    table = f"<table><tr><td colspan=2>MODEL</td>{kinds}</tr>{rows}</table>"
    body = edited(
        V4, "</body>", f"<p>Prices change. They take effect on September 10, 2026. Read on.</p>{table}</body>"
    )
    reading = read(body)
    assert amounts(reading, "deepseek-v4-flash", "peak") == decimals("0.006 0.3 1.2")
    assert {quote.effective_from for quote in reading.quotes if quote.time_window} == {date(2026, 9, 10)}
    assert {quote.effective_to for quote in reading.quotes if not quote.time_window} == {date(2026, 9, 9)}
    for words in ("They come soon.", "They take effect soon.", "They take effect on May 1, 2026 or June 1, 2026."):
        with pytest.raises(LayoutChanged, match="one day on which it takes effect"):
            read(body.replace("They take effect on September 10, 2026.", words))


def test_the_two_names_that_go_have_the_day_that_is_told() -> None:
    """No day is told in the copies, and then nothing has happened; one that is told counts for both."""
    assert not [fact for fact in read(recorded(V4)).availability if fact.model]
    body = edited(V4, "will be deprecated in the future", "will be deprecated on July 24, 2026")
    days = {fact.model: fact.date for fact in read(body).availability if fact.model}
    assert days == {"deepseek-chat": date(2026, 7, 24), "deepseek-reasoner": date(2026, 7, 24)}


def test_nothing_is_said_where_the_page_speaks_of_fine_tuning() -> None:
    """Then a person must read what it says."""
    body = edited(V4, "</body>", "<p>Fine-tuning is new.</p></body>")
    assert AvailabilityKind.NOT_OFFERED not in {fact.kind for fact in read(body).availability}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (V4, "$0.14<", "0.14 元<", "no price in USD"),
        (V4, "$0.14<", "0.14<", "no price in USD"),
        (V4, "$0.14<", "-<", "no price in USD"),
        (V4, "$0.14<", "from $0.14<", "no amount"),
        (V4, "$", "€", "no price in USD"),
        (CHINESE, "0.025元", "$0.025", "no price in CNY"),
        (V4, "1M OUTPUT TOKENS", "1M REASONING TOKENS", "prices stand in a row nobody knows"),
        (V4, "1M OUTPUT TOKENS", "1M INPUT TOKENS (CACHE HIT)", "expected once each"),
        (V4, "CONTEXT LENGTH", "WINDOW", "one table of models with their context length"),
        (V4, '<td colspan="2">CONTEXT', "<td>CONTEXT", "cells where 4 were expected"),
        (V4, ">deepseek-v4-pro<", "><", "a model like deepseek-chat"),
        (V4, ">deepseek-v4-pro<", ">deepseek-v4-flash<", "the models of the table are"),
        (V4, ">PRICING<", ">WEEKEND PRICING<", "neither a time nor a kind of price"),
        (V3, "MODEL</td>", "NAME</td>", "0 are there, among 1 tables"),
        (CHINESE, "生效", "公布", "one day on which it takes effect"),
        (CHINESE, "空闲时段</td>", "周末</td>", "neither a time"),
        (CHINESE, "9:00 - 12:00", "7:00 - 12:00", "within a day of UTC"),
        (CHINESE, "<td>百万tokens输出</td></tr>", "<td>百万字符</td></tr>", "an announcement is headed"),
    ],
)
def test_what_is_not_understood_is_refused(name: str, old: str, new: str, words: str) -> None:
    """In words that name the place, and never by fewer rows."""
    with pytest.raises((LayoutChanged, UnreadablePrice), match=words):
        read(edited(name, old, new))


def test_a_window_nobody_knows_is_refused() -> None:
    """Its price would be taken for that of another time."""
    with pytest.raises(LayoutChanged, match="'HOLIDAYS' beside a price"):
        read(nested(label="HOLIDAYS"))


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDINGS.iterdir()))
def test_a_page_that_was_cut_is_refused(name: str) -> None:
    """A torn transfer must not look like prices that were withdrawn."""
    body = recorded(name)
    for percent in range(2, 100, 7):
        with pytest.raises(ParseError):
            read(body[: len(body) * percent // 100])


@pytest.mark.parametrize(("name", "page"), [(V4, "pricing_zh"), (CHINESE, "pricing")])
def test_the_page_in_the_other_currency_is_refused(name: str, page: str) -> None:
    """A seller may redirect by country: yuan are no dollars."""
    with pytest.raises(LayoutChanged, match=f"expected the {page} page"):
        read(recorded(name), page=page)


@pytest.mark.parametrize(
    "body", ["<form><h1>Log in</h1></form>", "<h1>Cookies</h1><table><tr><td>Accept</td></tr></table>"]
)
def test_a_wall_in_front_of_the_page_is_refused(body: str) -> None:
    """Nothing is sold there."""
    with pytest.raises(LayoutChanged):
        read(f"<html><body>{body}</body></html>")
