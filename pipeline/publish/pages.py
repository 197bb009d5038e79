"""The site map: which pages there are, where, from which template, with what to show.

One function a kind of page, and `site_map` names them all. What belongs here: titles, descriptions, which rows go
where. What does not: how a figure is worded (format.py and its neighbours) and how a page looks (templates).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pipeline.publish import availability, feeds
from pipeline.publish.advise_page import ANSWERS, VERDICTS, rankings_of
from pipeline.publish.asked import Asked
from pipeline.publish.badges import badge_of
from pipeline.publish.break_even import Scenario, answers_about, assumptions_of, scenarios_of
from pipeline.publish.calculator import PATH as OFFERS
from pipeline.publish.calculator import form_of
from pipeline.publish.changes import (
    Archive,
    Change,
    archives_of,
    changes_of,
    looks_of,
    months_of,
    moves_of,
    newest_of,
    places_of,
)
from pipeline.publish.claims import by_theme, claims_of, page_prices, tally
from pipeline.publish.closing import closing_of
from pipeline.publish.compare import Offer, default_of, file_of, offers_of
from pipeline.publish.context import SiteData
from pipeline.publish.cost_table import SAMPLES, cheapest_rows, cost_rows, run_rows
from pipeline.publish.downloads import DownloadFile, tables_of, whole_files
from pipeline.publish.elsewhere import elsewhere
from pipeline.publish.ended import Ended, ended_of
from pipeline.publish.entries import Entries, Link, ModelEntry, SellerEntry, entries_of, is_published
from pipeline.publish.figures import Notice, notices_by_series
from pipeline.publish.guide import guide_figures
from pipeline.publish.guide_page import examples_of, lora_shares, needed_of, sellers_of, steps_of
from pipeline.publish.lists import MOST_STORIES, agreement_of, stories
from pipeline.publish.markup_history import markup_history
from pipeline.publish.markups import SELLER_WORKLOAD, VOLUMES, markups_of, sellers_compared
from pipeline.publish.model_page import histories, price_card
from pipeline.publish.offers import offers_document
from pipeline.publish.price_table import prices_of
from pipeline.publish.same_model import sold_by
from pipeline.publish.sources import STRIP_DAYS, Source, held_of, past_holds_of, sources_of, strip_of
from pipeline.publish.sql_page import CSP, SqlPage
from pipeline.publish.timeline import timelines
from warehouse.export import LICENCE, LICENCE_URL

_MOVES_AT_HOME = 4


@dataclass(frozen=True, kw_only=True)
class PageSpec:
    """One page. `path` ends in "/" for a folder with an index; `moved_at` is when its subject last moved."""

    path: str
    template: str
    title: str
    description: str
    context: Mapping[str, object] = field(default_factory=dict)
    section: str = ""
    feeds: tuple[tuple[str, str], ...] = ()  # (slug, title) of the feeds that tell of this page
    moved_at: datetime | None = None
    is_listed: bool = True  # in the site map for search engines
    csp: str | None = None  # where the page needs another policy than the site's

    @property
    def file(self) -> str:
        """The file it is written to."""
        return f"{self.path}index.html" if not self.path or self.path.endswith("/") else self.path


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Everything the pages are made from, worked out once."""

    data: SiteData
    entries: Entries
    changes: list[Change]
    by_model: Mapping[str, list[Change]]  # by the model page's path
    by_seller: Mapping[str, list[Change]]
    ended: list[Ended]
    notices: Mapping[str, tuple[Notice, ...]]
    sources: list[Source]
    files: Sequence[DownloadFile]
    asked: Asked
    sql: SqlPage
    offers: list[Offer]  # what can be compared

    @cached_property
    def comparison(self) -> str:
        """What `/compare/` reads to compare them."""
        return file_of(self.offers, self.data)


def subject_of(
    data: SiteData,
    files: Sequence[DownloadFile] = (),
    asked: Asked | None = None,
    sql: SqlPage = SqlPage(),  # noqa: B008 - frozen
) -> Subject:
    """The published rows, sorted by what they are about."""
    entries = entries_of(data)
    changes = changes_of(data, entries, [row for row in data.price_change if is_published(row)])
    by_model, by_seller = defaultdict(list), defaultdict(list)
    for item in changes:
        by_seller[item.provider].append(item)
        if item.page is not None:
            by_model[item.page].append(item)
    return Subject(
        data=data,
        entries=entries,
        changes=changes,
        by_model=by_model,
        by_seller=by_seller,
        ended=ended_of(data, entries),
        notices=notices_by_series(data),
        sources=sources_of(data),
        files=files,
        asked=asked or Asked(),
        sql=sql,
        offers=offers_of(entries),
    )


def site_map(subject: Subject) -> Iterator[PageSpec]:
    """Every page of the site."""
    yield home(subject)
    yield models_index(subject)
    for entry in subject.entries.models.values():
        yield model(subject, entry)
    yield sellers_index(subject)
    for seller in subject.entries.sellers.values():
        yield seller_page(subject, seller)
    yield markup(subject)
    yield compare(subject)
    scenarios = scenarios_of(subject.data, subject.entries)
    yield break_even(subject, scenarios)
    for scenario in scenarios:
        yield scenario_page(subject, scenario)
    yield advise(subject)
    yield changes_index(subject)
    for archive in archives_of(subject.changes):
        yield month_archive(archive)
    for change in subject.changes:
        yield change_page(subject, change)
    yield status(subject)
    yield methodology(subject)
    yield data_page(subject)
    yield sql_page(subject)
    yield discontinued(subject)
    yield guide(subject)
    yield claims(subject)
    yield not_found()


def feed_list(subject: Subject) -> Iterator[feeds.Feed]:
    """Every feed of the site: all changes with their archive, one a metric, one a seller, one a model that can be tuned."""
    yield from feeds.with_archives(_feed("feeds/changes", "Fine-tune Prices: all changes", "changes/", subject.changes))
    for name, title, told in _by_metric(subject):
        yield _feed(f"feeds/metrics/{name}", f"Fine-tune Prices: {title}", "changes/", feeds.recent(told))
    for seller in subject.entries.sellers.values():
        told = subject.by_seller.get(seller.provider, [])
        yield _feed(_seller_feed(seller), f"Fine-tune Prices: {seller.name}", seller.path, feeds.recent(told))
    for entry in subject.entries.models.values():
        if has_feed(entry):
            title = f"Fine-tune Prices: {entry.name} at {subject.entries.sellers[entry.provider].name}"
            yield _feed(model_feed(entry), title, entry.path, feeds.recent(subject.by_model.get(entry.path, [])))


def has_feed(entry: ModelEntry) -> bool:
    """True for what can be tuned, is or was a tuned model, or ever moved: the rest would be a thousand empty files."""
    return entry.was_tunable or bool(entry.changes)


def model_feed(entry: ModelEntry) -> str:
    """The path of a model's feed, without its ending."""
    return f"feeds/{entry.path.strip('/')}"


def _by_metric(subject: Subject) -> Iterator[tuple[str, str, list[Change]]]:
    """The metrics that have a feed. A markup moves when a price on either side of it does."""
    sides = {row[side] for row in subject.data.markup for side in ("tuned_series_id", "base_series_id")}
    told = subject.changes
    yield "price", "prices", [item for item in told if item.metric == "price"]
    yield (
        "training",
        "prices of training",
        [item for item in told if item.metric == "price" and str(item.row["meter"]).startswith("training_")],
    )
    yield "markup", "markups", [item for item in told if item.metric == "price" and item.series_id in sides]
    yield "availability", "what can be bought", [item for item in told if item.metric == "availability"]


def home(subject: Subject) -> PageSpec:
    """What moved lately, how fresh it all is, and the cost table."""
    standing = [item for item in subject.changes if not item.is_superseded]
    rows = cost_rows(subject.entries)
    sellers = [entry for entry in subject.entries.sellers.values() if entry.models]
    return PageSpec(
        path="",
        template="home.html",
        title="What fine-tuning costs, and what moved",
        description="What fine-tuning a language model costs at every seller and what the tuned model then costs to call, "
        "with the source, the quoted words and the history of every figure.",
        section="home",
        feeds=(("feeds/changes", "All changes"),),
        moved_at=_newest(subject.changes),
        context={
            "moves": moves_of(standing)[:_MOVES_AT_HOME],
            "fresh": strip_of(subject.sources),
            "closing": closing_of(subject.data, subject.entries),
            "cheapest": cheapest_rows(rows),
            "rows": rows,
            "price_count": len(subject.data.current_price),
            "seller_count": len(sellers),
            "has_fiction": any(entry.provider.startswith("_") for entry in sellers),
        },
    )


def models_index(subject: Subject) -> PageSpec:
    """All models, by seller; the tunable ones first."""
    sellers = [entry for entry in subject.entries.sellers.values() if entry.models]
    return PageSpec(
        path="models/",
        template="models.html",
        title="Models",
        description="Every model, size tier and GPU whose price is watched, by seller.",
        section="models",
        moved_at=_newest(subject.changes),
        context={"sellers": sellers},
    )


def model(subject: Subject, entry: ModelEntry) -> PageSpec:
    """One model at one seller."""
    seller = subject.entries.sellers[entry.provider]
    return PageSpec(
        path=entry.path,
        template="model.html",
        title=f"{entry.name} at {seller.name}",
        description=f"What {entry.name} costs at {seller.name}: training, calling the tuned and the base model, "
        "availability and history, each figure with its evidence.",
        section="models",
        feeds=(
            *([(model_feed(entry), f"Changes of {entry.name}")] if has_feed(entry) else []),
            (_seller_feed(seller), f"Changes at {seller.name}"),
        ),
        moved_at=entry.moved_at or entry.first_seen_at,
        context={
            "entry": entry,
            "seller": Link(name=seller.name, path=seller.path),
            "groups": price_card(entry, subject.notices),
            "runs": run_rows(entry, subject.entries),
            "samples": list(SAMPLES.values()),
            "answers": answers_about(subject.data, entry, subject.entries),
            "sold_by": sold_by(entry, subject.entries),
            "histories": histories(entry),
            "stories": stories(entry.list_changes),
            "most_stories": MOST_STORIES,
            "agreement": agreement_of(entry.agreement, {}),
            "facts": availability.facts(subject.entries.facts_about(entry)),
            "timelines": timelines(
                subject.entries.facts_about(entry), subject.data.as_of and subject.data.as_of.date()
            ),
            "markups": markups_of(subject.entries, entry.markup),
            "markup_history": markup_history(entry),
            "changes": subject.by_model.get(entry.path, []),
            "ended": [item for item in subject.ended if item.entry is entry],
            "feed": model_feed(entry) if has_feed(entry) else None,
            "badge": badge_of(entry),
            "offers": offers_document(entry, seller.name),
        },
    )


def sellers_index(subject: Subject) -> PageSpec:
    """All sellers."""
    rows = [(entry, _sources(subject, entry)) for entry in subject.entries.sellers.values()]
    return PageSpec(
        path="providers/",
        template="providers.html",
        title="Providers",
        description="Every seller whose pages are watched: what it sells, when it was last read, what it changed.",
        section="providers",
        moved_at=_newest(subject.changes),
        context={"rows": rows},
    )


def seller_page(subject: Subject, seller: SellerEntry) -> PageSpec:
    """One seller."""
    told = subject.by_seller.get(seller.provider, [])
    rows = cost_rows(subject.entries, seller.models)
    return PageSpec(
        path=seller.path,
        template="provider.html",
        title=seller.name,
        description=f"What fine-tuning costs at {seller.name}, what can be bought, and what it changed.",
        section="providers",
        feeds=((_seller_feed(seller), f"Changes at {seller.name}"),),
        moved_at=_newest(told),
        context={
            "seller": seller,
            "sources": _sources(subject, seller),
            "rows": rows,
            "prices": prices_of(seller, rows),
            "facts": availability.facts(seller.availability),
            "moves": moves_of(told)[:20],
            "guide": guide_figures(row for row in subject.data.guide_figure if row["provider"] == seller.provider),
            "places": places_of(subject.changes),
            "feed": _seller_feed(seller),
        },
    )


def markup(subject: Subject) -> PageSpec:
    """Tuned over base, in ratios and in dollars a month."""
    found = markups_of(subject.entries, subject.data.markup)
    return PageSpec(
        path="markup/",
        template="markup.html",
        title="Markup of tuned models",
        description="What calling a tuned model costs over its base: the ratio, and the extra dollars at 1M to 5B tokens a month.",
        section="markup",
        moved_at=_newest(subject.changes),
        context={
            "standard": [item for item in found if item.tier == "standard"],
            "others": [item for item in found if item.tier != "standard"],
            "volumes": list(VOLUMES.values()),
            "hosted": sellers_compared(subject.asked.sellers, subject.entries),
            "workload": SELLER_WORKLOAD,
        },
    )


def compare(subject: Subject) -> PageSpec:
    """A few offers side by side; the script beside it compares any, as of any date."""
    return PageSpec(
        path="compare/",
        template="compare.html",
        title="Compare",
        description="Models and sellers side by side, today or as of any date: training, calling the tuned and the base model, "
        "markup, hosting and what can be bought.",
        section="compare",
        moved_at=_newest(subject.changes),
        context={
            "comparison": default_of(subject.offers, subject.data),
            "version": hashlib.sha256(subject.comparison.encode()).hexdigest()[:8],
        },
    )


def break_even(subject: Subject, scenarios: Sequence[Scenario]) -> PageSpec:
    """The reference scenarios, each with its chart and its best answer, and what the answers rest on."""
    return PageSpec(
        path="break-even/",
        template="break_even.html",
        title="When fine-tuning pays",
        description="Your own workload and seven for reference at every seller: what a month costs with the prompt and with the tuned model, "
        "the volume at which both cost the same, and what it would take.",
        section="break-even",
        moved_at=_newest(subject.changes),
        context={
            "scenarios": scenarios,
            "assumptions": assumptions_of(subject.data.assumption),
            "form": form_of(subject.data),
            "offers": OFFERS,
        },
    )


def scenario_page(subject: Subject, scenario: Scenario) -> PageSpec:
    """One reference scenario: every offer's answer."""
    return PageSpec(
        path=scenario.path,
        template="scenario.html",
        title=f"{scenario.name}: when tuning pays",
        description=f"{scenario.name}: every model that can be tuned, against the prompt, another seller and rented GPUs.",
        section="break-even",
        moved_at=_newest(subject.changes),
        context={"scenario": scenario, "assumptions": assumptions_of(subject.data.assumption)},
    )


def advise(subject: Subject) -> PageSpec:
    """Whether to tune: the questions, the verdicts, and every model priced for the reference workloads."""
    checklist = subject.data.checklist
    return PageSpec(
        path="advise/",
        template="advise.html",
        title="Should this be fine-tuned?",
        description="Seven questions with thresholds, a verdict, and every model that can be tuned priced for a workload: "
        "once, a month, twelve months, break-even, payback, markup and retirement.",
        section="advise",
        moved_at=_newest(subject.changes),
        context={
            "form": form_of(subject.data),
            "offers": OFFERS,
            "answers": ANSWERS,
            "checklist": steps_of(checklist, "checklist"),
            "loses": steps_of(checklist, "loses"),
            "needed": needed_of(checklist),
            "verdicts": VERDICTS,
            "rankings": rankings_of(subject.data, subject.asked, subject.entries),
        },
    )


def changes_index(subject: Subject) -> PageSpec:
    """The newest changes, and the months before."""
    archives = [archive for archive in archives_of(subject.changes) if archive.part == 1]
    counts = {month: len(told) for month, told in months_of(subject.changes)}
    return PageSpec(
        path="changes/",
        template="changes.html",
        title="Changes",
        description="Every move of a price and of what can be bought, dated as the interval in which it happened, with the evidence.",
        section="changes",
        feeds=(("feeds/changes", "All changes"),),
        moved_at=_newest(subject.changes),
        context={
            "months": [(month, looks_of(told)) for month, told in months_of(newest_of(subject.changes))],
            "archive": [(archive.month, archive.path, counts[archive.month]) for archive in archives],
            "parts": [],
            "sellers": [entry for entry in subject.entries.sellers.values() if entry.changes],
            "seller_feed": _seller_feed,
        },
    )


def month_archive(archive: Archive) -> PageSpec:
    """The changes of one month, or a part of them."""
    part = f", part {archive.part} of {archive.parts}" if archive.parts > 1 else ""
    first = archive.path if archive.part == 1 else archive.path.removesuffix(f"{archive.part}/")
    return PageSpec(
        path=archive.path,
        template="changes.html",
        title=f"Changes in {archive.month}{part}",
        description=f"Every change observed in {archive.month}{part}, with the evidence.",
        section="changes",
        moved_at=_newest(archive.changes),
        context={
            "months": [(archive.month, looks_of(list(archive.changes)))],
            "archive": [],
            "parts": [(part, first if part == 1 else f"{first}{part}/") for part in range(1, archive.parts + 1)],
            "sellers": [],
            "seller_feed": _seller_feed,
        },
    )


def change_page(subject: Subject, change: Change) -> PageSpec:
    """One change, for ever."""
    newer = next((item for item in subject.changes if item.event_id == change.superseded_by), None)
    return PageSpec(
        path=change.path,
        template="change.html",
        title=change.headline,
        description=f"{change.headline} ({change.when}). With the quoted words, the source and its hash.",
        section="changes",
        feeds=(("feeds/changes", "All changes"),),
        moved_at=change.updated_at,
        context={"change": change, "newer": newer},
    )


def status(subject: Subject) -> PageSpec:
    """How every source was read, what is held back, and what became of what was."""
    return PageSpec(
        path="status/",
        template="status.html",
        title="Status",
        description="Every watched page: when it was last read, what came of it, which readings are held back and why, and what became of them.",
        section="status",
        moved_at=subject.data.as_of,
        context={
            "sources": subject.sources,
            "held": held_of(subject.data, subject.entries),
            "past_holds": past_holds_of(subject.data, subject.entries),
            "days": STRIP_DAYS,
            "agreement": agreement_of(
                subject.data.source_agreement,
                {row["series_id"]: entry.path for entry in subject.entries.models.values() for row in entry.agreement},
            ),
            "alerts": next(iter(subject.data.alert_health), None),
            "as_of": subject.data.as_of,
        },
    )


def methodology(subject: Subject) -> PageSpec:
    """How the figures come about."""
    return PageSpec(
        path="methodology/",
        template="methodology.html",
        title="Methodology",
        description="How prices are read, judged, dated and published, and what each word on these pages means.",
        section="methodology",
        context={"sellers": [entry for entry in subject.entries.sellers.values() if entry.health]},
    )


def data_page(subject: Subject) -> PageSpec:
    """The downloads."""
    return PageSpec(
        path="data/",
        template="data.html",
        title="Data",
        description="Every figure and its history as DuckDB, Parquet, CSV and JSON, with sizes, hashes, licence and SQL examples.",
        section="data",
        context={
            "files": subject.files,
            "whole": whole_files(subject.files),
            "tables": tables_of(subject.files),
            "as_of": subject.data.as_of,
            "metrics": [(f"feeds/metrics/{name}", title.capitalize()) for name, title, _ in _by_metric(subject)],
            "licence": LICENCE,
            "licence_url": LICENCE_URL,
        },
    )


def sql_page(subject: Subject) -> PageSpec:
    """The recipes with their answers, the tables, and the console."""
    return PageSpec(
        path="sql/",
        template="sql.html",
        title="SQL on the price history",
        description="Named queries on every price, markup and change, with their answers, the published tables, "
        "and a read-only DuckDB in the browser, the terminal and notebooks.",
        section="sql",
        moved_at=_newest(subject.changes),
        csp=CSP if subject.sql.console else None,
        context={"sql": subject.sql, "elsewhere_of": elsewhere},
    )


def discontinued(subject: Subject) -> PageSpec:
    """What is no longer sold, with its last price."""
    return PageSpec(
        path="discontinued/",
        template="discontinued.html",
        title="Discontinued",
        description="Prices that their sellers no longer print, each with the last figure and the evidence for it.",
        section="discontinued",
        moved_at=_newest(subject.changes),
        context={"ended": subject.ended},
    )


def guide(subject: Subject) -> PageSpec:
    """When fine-tuning pays: thresholds, worked examples at today's prices, and the figures of the guide as of its day."""
    data = subject.data
    return PageSpec(
        path="guide/",
        template="guide.html",
        title="When fine-tuning pays",
        description="Where prompting ends, when tuning wins and when it loses, what data, distillation and LoRA cost, "
        "and two worked examples at today’s prices beside a guide’s.",
        section="guide",
        moved_at=_newest(subject.changes),
        context={
            "figures": guide_figures(data.guide_figure),
            "examples": examples_of(data, subject.entries),
            "claims": {claim.anchor: claim for claim in claims_of(data)},
            "prices": page_prices(data, subject.entries),
            "checklist": steps_of(data.checklist, "checklist"),
            "wins": steps_of(data.checklist, "wins"),
            "loses": steps_of(data.checklist, "loses"),
            "needed": needed_of(data.checklist),
            "floors": steps_of(data.checklist, "floor"),
            "sellers": sellers_of(data, subject.entries),
            "shares": lora_shares(data, subject.entries),
        },
    )


def claims(subject: Subject) -> PageSpec:
    """What the guide says, recomputed, and its prices beside the sellers' own."""
    found = claims_of(subject.data)
    prices = page_prices(subject.data, subject.entries)
    return PageSpec(
        path="claims/",
        template="claims.html",
        title="The guide’s claims, recomputed",
        description="Every arithmetic claim of the guide this reference grew from, computed again from its own inputs, "
        "and each of its prices beside the seller’s own page.",
        section="guide",
        moved_at=_newest(subject.changes),
        context={
            "claims": found,
            "themes": by_theme(found),
            "tally": tally(claim.words for claim in found),
            "listed": [item for item in prices if item.value],
            "unlisted": [item for item in prices if not item.value],
            "price_tally": tally(item.words for item in prices if item.value),
            "as_of": max((row["as_of"] for row in subject.data.guide_audit), default=None),
        },
    )


def not_found() -> PageSpec:
    """What a server shows for an address that does not exist."""
    return PageSpec(
        path="404.html", template="404.html", title="Not found", description="No such page.", is_listed=False
    )


def _feed(slug: str, title: str, home_path: str, told: Sequence[Change]) -> feeds.Feed:
    return feeds.Feed(slug=slug, title=title, home=home_path, changes=told)


def _seller_feed(seller: SellerEntry) -> str:
    return f"feeds/{seller.path.strip('/')}"


def _sources(subject: Subject, seller: SellerEntry) -> list[Source]:
    return [item for item in subject.sources if item.provider == seller.provider]


def _newest(told: Sequence[Change]) -> datetime | None:
    return max((item.updated_at for item in told), default=None)
