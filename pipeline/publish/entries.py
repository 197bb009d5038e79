"""Every model and every seller that has a page, with the rows that belong to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.publish import format as fmt
from pipeline.publish.addresses import distinct_slugs, provider_path, slug
from pipeline.publish.context import Row, SiteData
from scrapers.catalog import is_feed
from scrapers.size_tiers import ALL_MODELS

Key = tuple[str, str | None, str | None]  # provider, model, size tier
_NEVER = datetime(9999, 1, 1)  # noqa: DTZ001 - naive UTC; what was only held back has no first sight yet


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a page says of another that it leads to."""

    name: str
    path: str


@dataclass(kw_only=True)
class ModelEntry:
    """One model (or size tier, or GPU) of one seller. The rows are the published ones, in the warehouse's order."""

    key: Key
    path: str
    prices: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    listed: list[Row] = field(default_factory=list)  # stretches of third parties' lists
    list_changes: list[Row] = field(default_factory=list)  # what moved in them
    agreement: list[Row] = field(default_factory=list)  # its prices beside those of lists
    availability: list[Row] = field(default_factory=list)
    markup: list[Row] = field(default_factory=list)
    ratios: list[Row] = field(default_factory=list)  # its markups over time
    listed_ratios: list[Row] = field(default_factory=list)  # and those that third parties' lists give
    volumes: list[Row] = field(default_factory=list)  # of its markups
    ways: list[Row] = field(default_factory=list)  # to train it, also those that are gone
    runs: list[Row] = field(default_factory=list)  # of sample jobs
    base: ModelEntry | None = None
    tuned: list[ModelEntry] = field(default_factory=list)

    @property
    def provider(self) -> str:
        """The seller's slug."""
        return self.key[0]

    @property
    def name(self) -> str:
        """The name as the seller prints it."""
        if self.key[1] is not None:
            return self.key[1]
        tier = str(self.key[2])
        return tier.capitalize() if tier == ALL_MODELS.label else f"Size tier {tier}"

    @property
    def base_model(self) -> str | None:
        """The base it was tuned from, where the alias table says so."""
        return next((row["base_model"] for row in self.history if row["base_model"]), None)

    @property
    def is_tunable(self) -> bool:
        """True where somebody prints what training it costs, or that this is free."""
        return any(
            row["meter"].startswith("training_") and row["value_state"] in {"priced", "free"} for row in self.prices
        )

    @property
    def was_tunable(self) -> bool:
        """True where it, or a model tuned from it, ever had a price for training or for a tuned copy."""
        rows = [*self.history, *(row for other in self.tuned for row in other.history)]
        return any(row["meter"].startswith("training_") or row["variant"] == "fine_tuned" for row in rows)

    @property
    def first_seen_at(self) -> datetime | None:
        """When the first fact about it was read."""
        rows = [*self.history, *self.availability]
        return min((row["first_seen_at"] for row in rows), default=None)

    @property
    def moved_at(self) -> datetime | None:
        """When it last made news."""
        return max((row["observed_at"] for row in self.changes), default=None)


@dataclass(kw_only=True)
class SellerEntry:
    """One seller with its pages and models."""

    provider: str
    path: str
    models: list[ModelEntry] = field(default_factory=list)
    health: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    availability: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name people know it by."""
        return fmt.seller(self.provider)


@dataclass(frozen=True, kw_only=True)
class Entries:
    """All of them, by key and by slug, in the order in which they are listed."""

    models: dict[Key, ModelEntry]
    sellers: dict[str, SellerEntry]
    same: Mapping[Key, list[ModelEntry]] = field(default_factory=dict)  # by a model what others sell that is the same

    def facts_about(self, entry: ModelEntry) -> list[Row]:
        """What is said about a model itself, and what its seller says about everything it tunes where that concerns it."""
        wide = self.sellers[entry.provider].availability
        return [*entry.availability, *(row for row in wide if entry.was_tunable or row["kind"] == "not_offered")]

    def model_of(self, row: Row) -> ModelEntry | None:
        """The page a row belongs to; None for facts about everything a seller has."""
        return self.models.get(_key(row))


def is_published(change: Row) -> bool:
    """True for changes with a page of their own: news and corrections, but not what a page's first read found."""
    return bool(change["is_news"]) or change["kind"] != "appeared"


def entries_of(data: SiteData) -> Entries:
    """Sort the published rows by what they are about. What was there when a page was first read is no change."""
    parts: dict[Key, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    changes = tuple(row for row in data.price_change if is_published(row))
    for name, rows in (
        ("prices", data.current_price),
        ("history", data.price_history),
        ("changes", changes),
        ("availability", data.availability),
        ("scheduled", data.scheduled_price),
        ("held", data.held),
    ):
        for row in rows:
            if _key(row)[1:] != (None, None):
                parts[_key(row)][name].append(row)
    for name, rows in (
        ("markup", data.markup),
        ("volumes", data.markup_at_volume),
        ("ways", data.training_price),
        ("runs", data.sample_run),
        ("agreement", data.source_agreement),
    ):
        for row in rows:
            if _key(row) in parts:
                parts[_key(row)][name].append(row)
    for name, rows in (("listed", data.feed_history), ("list_changes", data.feed_change)):
        for row in rows:  # a model that only lists know has no page
            key = (row["provider"], row["tracked_model"], None)
            if row["tracked_model"] is not None and key in parts:
                parts[key][name].append(row)
    models = {
        key: ModelEntry(
            key=key,
            path=path,
            prices=parts[key]["prices"],
            history=parts[key]["history"],
            changes=parts[key]["changes"],
            listed=parts[key]["listed"],
            list_changes=parts[key]["list_changes"],
            agreement=parts[key]["agreement"],
            availability=parts[key]["availability"],
            markup=parts[key]["markup"],
            volumes=parts[key]["volumes"],
            ways=parts[key]["ways"],
            runs=parts[key]["runs"],
        )
        for key, path in _paths(parts)
    }
    _join_bases(models)
    _join_ratios(models, data)
    return Entries(models=models, sellers=_sellers(data, models, changes), same=_same(data, models))


def _key(row: Row) -> Key:
    return (row["provider"], row["model"], row.get("size_tier"))


def _paths(parts: dict[Key, dict[str, list[Row]]]) -> list[tuple[Key, str]]:
    folders: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for key, rows in parts.items():
        seen = [row["first_seen_at"] for name in ("history", "availability", "scheduled") for row in rows[name]]
        folders[key[0]].append((min(seen, default=_NEVER), repr(key), _wanted(key)))
    slugs = {provider: distinct_slugs(names) for provider, names in folders.items()}
    listed = sorted(parts, key=lambda key: (key[0], key[1] is None, key[1] or "", key[2] or ""))
    return [(key, f"models/{slug(key[0])}/{slugs[key[0]][repr(key)]}/") for key in listed]


def _wanted(key: Key) -> str:
    return slug(key[1]) if key[1] is not None else slug(f"size {key[2]}")


def _join_bases(models: dict[Key, ModelEntry]) -> None:
    for entry in models.values():
        base = models.get((entry.provider, entry.base_model, None)) if entry.base_model else None
        if base is not None and base is not entry:
            entry.base = base
            base.tuned.append(entry)


def _join_ratios(models: dict[Key, ModelEntry], data: SiteData) -> None:
    of_series = {row["series_id"]: entry for entry in models.values() for row in entry.history}
    for row in data.markup_history:
        if row["tuned_series_id"] in of_series:
            of_series[row["tuned_series_id"]].ratios.append(row)
    for row in data.feed_markup_history:
        if row["series_id"] in of_series:
            of_series[row["series_id"]].listed_ratios.append(row)


def _same(data: SiteData, models: dict[Key, ModelEntry]) -> dict[Key, list[ModelEntry]]:
    found: dict[Key, list[ModelEntry]] = defaultdict(list)
    for row in data.same_model:
        other = models.get((row["other_provider"], row["other_model"], None))
        if other is not None:
            found[row["provider"], row["model"], None].append(other)
    return found


def _sellers(data: SiteData, models: dict[Key, ModelEntry], changes: tuple[Row, ...]) -> dict[str, SellerEntry]:
    slugs = {entry.provider for entry in models.values()}
    slugs |= {row["provider"] for rows in (data.provider_health, data.availability, changes) for row in rows}
    # Third parties' lists are watched, and are on /status/; they sell nothing.
    listed = sorted(
        (one for one in slugs if not is_feed(one)),
        key=lambda provider: (provider.startswith("_"), fmt.seller(provider).lower(), provider),
    )
    sellers = {provider: SellerEntry(provider=provider, path=provider_path(provider)) for provider in listed}
    for entry in models.values():
        sellers[entry.provider].models.append(entry)
    for row in data.provider_health:
        if row["provider"] in sellers:
            sellers[row["provider"]].health.append(row)
    for row in changes:
        sellers[row["provider"]].changes.append(row)
    for row in data.availability:
        if row["model"] is None:
            sellers[row["provider"]].availability.append(row)
    return sellers
