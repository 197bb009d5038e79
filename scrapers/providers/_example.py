"""Example Seller: a seller that does not exist. The file to copy when you add one.

Start with field notes: whose page, for which plan and region, in which unit, what is odd about it, what moved when.

Page: example.invalid/pricing, plain HTML, one table in `section#fine-tuning`. US dollars; the unit stands once, in
`p.unit` above the table ("US dollars per 1M tokens"), and no cell repeats it. One price list, no regions.

Manners:
- The head has two rows with spans: "Input" stands twice, under "Tuned" and under "Base". Columns are
  found by the whole path, so a column that is moved or added changes nothing.
- A tuned model carries its base's name; which base that is stands in aliases.csv, as for every seller.
- "-" in a cell is *not printed*, "Free" is a price of zero: `money.parse` tells them apart.
- On 2026-09-11 one cell slipped by a factor of a thousand. It is read as printed: judging is not the parser's business.
- On 2026-09-12 the table became boxes. Anything that is not understood raises; an empty reading is never an answer.
"""

from __future__ import annotations

import re

from scrapers import money
from scrapers.contract import Evidence, Layout, Meter, Method, Page, Quote, Reading, Variant
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.models import base_model_of
from scrapers.tables import column_of, html_table, soup_of, text_of

NAME = "Example Seller (fictional)"  # as readers see it; the file name is the slug everywhere else
PROVIDER = "_example"
PARSER_VERSION = "1"  # raise it when the same page would read differently: stored pages are then read again

SECTION = "section#fine-tuning"
COLUMNS = (  # the head path, what it counts, who is priced
    (("Training",), Meter.TRAINING_TOKENS, Variant.FINE_TUNED),
    (("Tuned", "Input"), Meter.INFERENCE_INPUT, Variant.FINE_TUNED),
    (("Tuned", "Output"), Meter.INFERENCE_OUTPUT, Variant.FINE_TUNED),
    (("Base", "Input"), Meter.INFERENCE_INPUT, Variant.BASE),
    (("Base", "Output"), Meter.INFERENCE_OUTPUT, Variant.BASE),
)
_UNIT = re.compile(r"per (?P<unit>.+)$")  # "US dollars per 1M tokens"


def parse(page: Page) -> Reading:
    """Read the price table: amounts in US dollars per 1M tokens. Raises LayoutChanged where it is not to be found."""
    soup = soup_of(page.text)
    section = soup.select_one(SECTION)
    found = section and section.find("table")
    unit = section and (line := section.select_one("p.unit")) and _UNIT.search(text_of(line))
    if not found or not unit:
        raise LayoutChanged(f"{SECTION} has no table, or no unit above it")
    headings = tuple(text_of(heading) for heading in soup.find_all(["h1", "h2", "h3"]))
    table = html_table(found, headings[-1:], preface=unit[0])
    if not table.rows:
        raise LayoutChanged(f"{SECTION}: the table has no rows")
    quotes = []
    for row in table.rows:
        if len(row) != len(table.columns):
            raise LayoutChanged(f"{SECTION}: {len(row)} cells under {len(table.columns)} heads")
        model = row[column_of(table, "Model")].text
        for path, meter, variant in COLUMNS:
            index = column_of(table, *path)
            price = money.parse(row[index].text, unit=unit["unit"])
            if price.unit != meter.unit:
                raise UnreadablePrice(f"{model}: {price.raw_text} per {price.raw_unit} is not a price per {meter.unit}")
            evidence = Evidence(
                quoted=" | ".join(cell.text for cell in row),
                place=table.place(model, table.columns[index]),
                url=page.url,
                fetched_at=page.fetched_at,
                sha256=page.sha256,
                parser_version=f"{PROVIDER}/{PARSER_VERSION}",
            )
            quote = Quote(
                provider=PROVIDER,
                model=model,
                base_model=base_model_of(PROVIDER, model) if variant is Variant.FINE_TUNED else None,
                meter=meter,
                variant=variant,
                method=Method.SFT if meter is Meter.TRAINING_TOKENS else None,
                tier="standard",
                amount=price.amount,
                currency=price.currency,
                value_state=price.state,
                raw_text=price.raw_text,
                raw_unit=price.raw_unit,
                evidence=evidence,
            )
            quotes.append(quote)
    layout = Layout(sections={"fine_tuning": len(table.rows)}, anchors=(SECTION,), headings=headings)
    return Reading(quotes=tuple(quotes), layout=layout)
