"""Google: the Gemini API's base prices, the documentation's rules of tuning, and a price list nobody has seen.

Pages, told apart by their content:
- `gemini_api` (ai.google.dev): US dollars, base prices of the Gemini API, which has sold no tuning since mid-2025.
  Notes in scrapers/gemini_api_prices.py.
- `supervised_tuning`, `preference_tuning`, `reinforcement_tuning`, `open_model_tuning` (docs.cloud.google.com): what
  can be tuned on the Agent Platform (Vertex AI until 2026), and how it is billed, without one amount. Known from
  copies in markdown, so experimental. Notes in scrapers/google_tuning_docs.py.
- `pricing` (cloud.google.com/gemini-enterprise-agent-platform/generative-ai/pricing, until 2026 cloud.google.com/
  vertex-ai/generative-ai/pricing): the only page with dollars for tuning, under "Model tuning". No copy of it was
  found, so nothing is known of its layout and nothing is read: every body is refused, in words that help whoever
  records the first one. Experimental. Older Vertex AI models were priced per 1,000 characters; characters are no tokens.
"""

from __future__ import annotations

from scrapers import gemini_api_prices, google_tuning_docs
from scrapers.contract import Page, Reading
from scrapers.errors import LayoutChanged
from scrapers.tables import markdown_tables, soup_of, text_of

NAME = "Google"
PROVIDER = "google"
PARSER_VERSION = "1"

UNSEEN = "pricing"


def parse(page: Page) -> Reading:
    """Read the page a body is. Raises LayoutChanged for any other, and for the price list that was never seen."""
    version = f"{PROVIDER}/{PARSER_VERSION}"
    is_price_list = gemini_api_prices.is_price_list(page.text)
    kind = "gemini_api" if is_price_list else google_tuning_docs.kind_of(page.text)
    if kind is None or page.page not in {None, kind}:
        wanted = "one of its known pages" if page.page in {None, UNSEEN} else f"the {page.page} page"
        unseen = "; the Agent Platform's price list was never recorded, and is not guessed at" * (page.page == UNSEEN)
        raise LayoutChanged(f"{page.url}: expected {wanted}; found {_seen(page)}{unseen}")
    if is_price_list:
        return gemini_api_prices.read(page, provider=PROVIDER, parser_version=version)
    return google_tuning_docs.read(page, provider=PROVIDER, parser_version=version)


def _seen(page: Page) -> str:
    """What a page that was not understood holds, for the person who must record it or repair this file."""
    soup = soup_of(page.text)
    headings = [text_of(heading) for heading in soup.find_all(["h1", "h2", "h3"])][:8]
    tables = len(soup.find_all("table")) + len(markdown_tables(page.text))
    return f"{tables} tables and the headings {', '.join(headings) or 'none'}"
