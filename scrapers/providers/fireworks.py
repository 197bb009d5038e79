"""Fireworks AI: what it charges for tuning, for tuned and base models, and for the GPUs tuned models are served on.

Pages, each told by its content; all in US dollars, one price list, no regions:
- `pricing` (fireworks.ai/pricing): managed training by size, the serverless training API by model, on-demand GPUs.
  Its DOM was never seen, only texts of it (2026-02-13 whole, 2026-10-08 in rows): tables are found by their heads.
- `cost_estimator`, `models` (docs, `.md`): JSON inside exported components, see scrapers/fireworks_docs.py.
- `serverless` (docs, HTML): base prices, which left the pricing page in the course of 2026.
- `billing_faq` (docs, `.md`): what serving a tuned model costs, in words.

Manners
- Sizes are "Models 16.1B - 80B (e.g. ...)". Managed training named no technique until full-parameter tuning was sold
  beside it in 2026; all of it was LoRA then (documentation of 2025-11), so a head that names none is LoRA.
- DPO costs twice SFT and full twice LoRA, in every row of every copy: a row that breaks this is doubted.
- "Same price as base models" is a claim of the pricing page and holds for serverless serving, which the FAQ of 2025-11
  limits to listed models; later documentation wants a dedicated deployment. It is kept in words, as a tuned price
  that is not printed, under the product `serverless`; the GPU-hours of `dedicated` are what is sure.
- Reinforcement tuning is billed per GPU-hour at the on-demand price, says a sentence under the first table: derived.
- GPU columns have been dated by their heads ("up to Aug 31", "from Sep 1"), without a year: the nearest one is meant.
- A model and a size have had several spellings ("gpt-oss-120b", "GPT OSS 120B"): scrapers/names.csv has the one name.
- Not read: audio, pictures, embeddings. Labels look like prices ("262K", "16.1B - 80B").
"""

from __future__ import annotations

from dataclasses import replace

from scrapers import fireworks_docs, fireworks_pricing, fireworks_serverless
from scrapers.contract import Page, Reading
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.printed_names import name_of

NAME = "Fireworks AI"
PROVIDER = "fireworks"
PARSER_VERSION = "1"

READERS = (  # the page's name, how its text is told, and what reads it; the pricing page is what is none of the others
    ("cost_estimator", fireworks_docs.is_estimator, fireworks_docs.read_estimator),
    ("models", fireworks_docs.is_catalogue, fireworks_docs.read_catalogue),
    ("billing_faq", fireworks_docs.is_faq, fireworks_docs.read_faq),
    ("serverless", fireworks_serverless.is_price_list, fireworks_serverless.read_price_list),
    ("pricing", lambda _: True, fireworks_pricing.read_pricing),
)


def parse(page: Page) -> Reading:
    """Read any of the pages. Raises LayoutChanged and UnreadablePrice."""
    kind, read = next((name, read) for name, is_it, read in READERS if is_it(page.text))
    if page.page not in {None, kind}:
        raise LayoutChanged(f"expected the {page.page} page at {page.url}; what is there reads like {kind}")
    reading = read(page, f"{PROVIDER}/{PARSER_VERSION}")
    for quote in reading.quotes:
        if quote.currency != "USD":
            raise UnreadablePrice(f"{quote.evidence.place}: {quote.raw_text!r} is not in US dollars")
    return replace(
        reading,
        quotes=tuple(
            replace(quote, model=name_of(PROVIDER, quote.model), size_tier=name_of(PROVIDER, quote.size_tier))
            for quote in reading.quotes
        ),
        availability=tuple(replace(fact, model=name_of(PROVIDER, fact.model)) for fact in reading.availability),
    )
