"""What programs ask for first: the index of everything that can be downloaded, and the site in a few lines for models."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.publish import format as fmt
from pipeline.publish.badges import Badge
from pipeline.publish.downloads import DownloadFile
from pipeline.publish.entries import ModelEntry
from pipeline.publish.feeds import Feed
from pipeline.publish.pages import PageSpec, Subject
from warehouse.export import LICENCE, LICENCE_URL, METHODOLOGY_VERSION

VERSION = 1  # of the index: fields are added, never changed or taken away


def api_index(
    subject: Subject, feeds: Iterable[Feed], badges: Sequence[tuple[ModelEntry, Badge]], *, site_url: str
) -> str:
    """`/api/v1/index.json`: every table with its files, every feed, calendar and badge, with whole addresses."""
    as_of = subject.data.as_of
    document = {
        "version": VERSION,
        "name": "Fine-tune Prices",
        "as_of": None if as_of is None else fmt.stamp(as_of),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "methodology_version": METHODOLOGY_VERSION,
        "files": [_file(file, site_url) for file in subject.files if file.name.startswith("prices.")],
        "tables": _tables(subject.files, site_url),
        "feeds": [
            {"title": feed.title, "atom": f"{site_url}{feed.slug}.atom", "json": f"{site_url}{feed.slug}.json"}
            for feed in feeds
            if not feed.current
        ],
        "calendar": f"{site_url}feeds/announced.ics",
        "models": [
            {
                "provider": entry.provider,
                "model": entry.key[1],
                "size_tier": entry.key[2],
                "page": f"{site_url}{entry.path}",
                "badge": f"{site_url}{badge.slug}.svg",
                "badge_endpoint": f"{site_url}{badge.slug}.json",
            }
            for entry, badge in badges
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def llms_txt(specs: Sequence[PageSpec], *, site_url: str) -> str:
    """`/llms.txt`: what the site is, and where a program that reads text finds what."""
    top = [spec for spec in specs if spec.is_listed and spec.path.count("/") <= 1 and spec.path]
    lines = [
        "# Fine-tune Prices",
        "",
        (
            "> What fine-tuning a language model costs at every seller, what a tuned model then costs to call beside its base,"
            " when that pays back, and every change since, each figure with its source, date and quoted words."
        ),
        "",
        (
            "Prices are per the unit beside them; most are US dollars per 1,000,000 tokens. “free”, “not offered” and “not"
            " printed” are three different nothings. A figure that is old says so: look at its verified date."
        ),
        "",
        "## Pages",
        "",
        *(f"- [{spec.title}]({site_url}{spec.path}): {spec.description}" for spec in top),
        "",
        "## Data",
        "",
        f"- [Index of all downloads]({site_url}api/v1/index.json): every table as CSV, JSON and with its metadata",
        f"- [Current prices]({site_url}data/current_price.json): one row a price, with evidence",
        f"- [Changes]({site_url}feeds/changes.json): JSON Feed of what moved",
        f"- [Announced dates]({site_url}feeds/announced.ics): calendar",
    ]
    return "\n".join(lines) + "\n"


def _tables(files: Sequence[DownloadFile], site_url: str) -> list[dict[str, object]]:
    tables: dict[str, dict[str, DownloadFile]] = defaultdict(dict)
    for file in files:
        if not file.name.startswith("prices."):
            tables[file.table][file.name.partition(".")[2]] = file
    return [
        {"name": name, "description": next(iter(kinds.values())).words or None}
        | {kind.replace(".", "_"): _file(file, site_url) for kind, file in sorted(kinds.items())}
        for name, kinds in sorted(tables.items())
        if "metadata.json" in kinds
    ]


def _file(file: DownloadFile, site_url: str) -> dict[str, object]:
    return {"url": f"{site_url}{file.path}", "bytes": file.size, "sha256": file.sha256 or None}
