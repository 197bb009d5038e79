"""Together AI: www.together.ai/pricing, one public page, US dollars, the same prices everywhere.

Field notes
- Fine-tuning has two tables. The first prices size tiers, method by technique, under a head of two levels; the second
  prices named models, LoRA only, with a minimum charge each. Models that share a row have one `p` each.
- Its heads are `thead > th` with no `tr`, and the second table's first head says "Size" over models. Columns are found
  by head path, never by number: readers of this page keep taking $0.54 (SFT, full) for a DPO price.
- So each row is held against the seller's own pattern (full is about 1.1 times LoRA, DPO 2.5 times SFT).
- Serverless has a table per tab. Vision repeats rows of Chat, without the cached price that Chat prints in the same
  cell as the input price ("$0.30", "$0.06 (cached)"). "$0.00" is a free model, not a hole.
- The two lists spell names differently ("Kimi K2.7-Code", "Kimi K2.7 Code"): aliases.csv says which are the same. Where
  only one list has a name, or "Llama 4 Maverick" may be either of two models, no base is named.
- Not read: hidden copies (`.hide`), the lists of competitors' prices (`data-models`), the stale JSON-LD, GPU clusters,
  reserved capacity (always "Contact sales"), and all that is not counted in tokens.
- A flattened markdown copy (2026-02-13) has the two-level head in one row (7 heads over 5 cells), runs the models of a
  row together, and glues the family to each serverless name ("gpt-oss-120B GPT-OSS").
- The DOM is as above since 2026-08-20 at the latest; the $4.00 minimum of the size tiers came between the two copies.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from scrapers import money
from scrapers.contract import Availability, AvailabilityKind, Layout, Meter, Page, Quote, Reading, Variant
from scrapers.errors import LayoutChanged
from scrapers.model_names import without_family
from scrapers.price_rows import PriceColumn, price_rows, printed_unit, quote_of
from scrapers.sections import Document, Section, document_of
from scrapers.table_shape import heads_of
from scrapers.tables import Table
from scrapers.together_training import is_training_table, job_minimums, training_quotes

NAME = "Together AI"
PROVIDER = "together"
PARSER_VERSION = "2"

SIZES, MODELS, INFERENCE, DEDICATED = "fine_tuning/sizes", "fine_tuning/models", "inference", "dedicated"
# What announces a section, even where its tables are gone: its anchor, its heading, and what is read there.
SIGNS = (
    ("fine-tuning", "Fine-Tuning", (SIZES, MODELS)),
    ("serverless-inference", "Serverless Inference", (INFERENCE,)),
    ("dedicated-inference", "Dedicated Inference", (DEDICATED,)),
)

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_TOKEN_UNIT = re.compile(r"\bper 1M tokens\b", re.IGNORECASE)
_INPUT = re.compile(r"^(?P<input>.*?)(?:\s+(?P<cached>\S+)\s*\(cached\))?$")  # "$0.30 $0.06 (cached)"
_GPU_UNIT = re.compile(r"per gpu per hour|/\s*hour", re.IGNORECASE)  # "All prices per gpu per hour", "Price/Hour"
_ON_DEMAND = re.compile(r"on-demand|/\s*hour", re.IGNORECASE)  # "On-demand Pay as you go", "Price/Hour"
_GPU = re.compile(r"^(?:(?P<count>[1-9]\d*)\s*x\s+)?(?:NVIDIA\s+)?(?P<name>.*)$")  # "1x H100 80GB", "NVIDIA HGX H100"


@dataclass
class _Found:
    """What has been read so far; `rows` counts table rows per section."""

    rows: Counter[str] = field(default_factory=Counter)
    quotes: list[Quote] = field(default_factory=list)
    availability: list[Availability] = field(default_factory=list)


def parse(page: Page) -> Reading:
    """Read the pricing page, from HTML or markdown. Raises LayoutChanged and UnreadablePrice."""
    document = document_of(page.text)
    found = _Found()
    for section in document.sections:
        _read_section(page, section, found)
    _require_sections(document, found.rows)
    unique: dict[tuple[object, ...], Quote] = {}
    for quote in found.quotes:  # tabs repeat rows; a repeat that disagrees stays, and Reading refuses it
        unique.setdefault((quote.series_id, quote.amount, quote.value_state), quote)
    return Reading(
        quotes=tuple(unique.values()),
        availability=tuple(found.availability),
        layout=Layout(
            sections=dict(found.rows),
            anchors=tuple(anchor for anchor, _, _ in SIGNS if anchor in document.anchors),
            headings=tuple(section.heading for section in document.sections if section.heading and section.tables),
        ),
    )


def _read_section(page: Page, section: Section, found: _Found) -> None:
    training: list[Quote] = []
    for table in section.tables:
        heads = {head.casefold() for head in table.columns}
        label = table.columns[0].casefold() if table.columns else ""
        if section.is_headed("Fine-Tuning") or is_training_table(table):
            for quotes in training_quotes(page, _VERSION, section, table):
                found.rows[SIZES if quotes[0].size_tier else MODELS] += 1
                training += quotes
        # Image models have an Input column too, counted in pictures; and other sellers price tokens as well.
        elif (
            (section.is_headed("Serverless Inference") or _is_cut_out(section, table))
            and {"input", "output"} & heads
            and "image" not in " ".join(heads)
        ):
            _read_inference(page, table, found)
        elif section.is_headed("Dedicated Inference") or "hardware type" in label or "per gpu per hour" in label:
            _read_dedicated(page, table, found)
    found.quotes += [*training, *job_minimums(section, training)]


def _is_cut_out(section: Section, table: Table) -> bool:
    """True for a table saved without its surroundings: no heading, no words, and rows that link to Together's models."""
    links = [
        cell.tag.select_one('a[href^="/models/"]') for row in table.rows for cell in row[:1] if cell.tag is not None
    ]
    return not section.heading and not section.words and bool(links) and all(links)


def _require_sections(document: Document, rows: Counter[str]) -> None:
    """A section that is announced and was not read, or a page with none at all, is another layout."""
    for anchor, heading, names in SIGNS:
        is_announced = anchor in document.anchors or any(section.is_headed(heading) for section in document.sections)
        if is_announced and not any(rows[name] for name in names):
            raise LayoutChanged(f"the section {heading} is there and none of its tables was found")
    if not rows:
        heads = "; ".join(heads_of(table) for section in document.sections for table in section.tables)
        raise LayoutChanged(
            f"neither fine-tuning nor serverless nor dedicated prices are on the page; "
            f"its tables are headed {heads or '(there is no table)'}"
        )


def _read_inference(page: Page, table: Table, found: _Found) -> None:
    heads = [head.casefold() for head in table.columns]
    if heads[0] != "model" or heads.count("input") != 1 or heads.count("output") != 1:
        raise LayoutChanged(f"inference: Model, Input and Output were expected, the heads are {heads_of(table)}")
    # A table cut out of the page has no words around it; the page has counted these tabs in 1M tokens in every copy.
    words = table.preface if table.headings or table.preface else "Per 1M tokens"
    unit = printed_unit(_TOKEN_UNIT, words, where="inference", like="per 1M tokens")
    first, last = heads.index("input"), heads.index("output")
    for row in price_rows(page, _VERSION, table):
        match = _INPUT.match(row.cells[first].text)
        found.quotes += [
            replace(
                quote_of(row, PriceColumn(index, meter, unit), model=without_family(row.label), text=text),
                variant=Variant.BASE,
                tier="standard",
            )
            for index, meter, text in (
                (first, Meter.INFERENCE_INPUT, match and match["input"]),
                (first, Meter.INFERENCE_CACHED_INPUT, match and match["cached"]),
                (last, Meter.INFERENCE_OUTPUT, row.cells[last].text),
            )
            if text is not None
        ]
        found.rows[INFERENCE] += 1


def _read_dedicated(page: Page, table: Table, found: _Found) -> None:
    """On-demand prices per GPU-hour. Reserved capacity stands beside them and is sold by arrangement only."""
    unit = printed_unit(_GPU_UNIT, " ".join(table.columns), where="dedicated", like="per GPU per hour")
    on_demand = [index for index, head in enumerate(table.columns) if _ON_DEMAND.search(head)]
    if len(on_demand) != 1:
        raise LayoutChanged(f"dedicated: one on-demand column was expected, the heads are {heads_of(table)}")
    column = PriceColumn(on_demand[0], Meter.GPU_HOURS, unit)
    for row in price_rows(page, _VERSION, table):
        gpu = _GPU.match(row.label)
        if gpu is None or not gpu["name"]:
            raise LayoutChanged(f"dedicated: no GPU is named by {row.label!r}")
        if money.is_by_arrangement(row.cells[column.index].text):
            found.availability.append(
                Availability(
                    provider=PROVIDER,
                    model=gpu["name"],
                    kind=AvailabilityKind.BY_ARRANGEMENT,
                    date=None,
                    variant=None,
                    evidence=row.evidence(column.index),
                )
            )
        else:
            count = int(gpu["count"]) if gpu["count"] else None
            quote = quote_of(row, column, model=gpu["name"], gpu_count=count)
            found.quotes.append(replace(quote, product="dedicated", tier="on_demand"))
        found.rows[DEDICATED] += 1
