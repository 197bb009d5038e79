"""The words everyone shares: what a page is, what a price is, and what a scraper hands over.

A scraper is one pure function, `parse(page: Page) -> Reading`. It has no clock, no network and no database.
What is here is a stable contract: the field names are the columns of `raw.quote`, the keys of
`ftprices parse --json` and the words of the site. Add to it; never rename.

Money is `Decimal` end to end, in the quote's own currency, per the meter's canonical unit (`Meter.unit`).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from scrapers.errors import ConflictingQuotes, WrongContent


class Meter(StrEnum):
    """What is being counted; each meter has one canonical unit, and every amount is per that unit."""

    TRAINING_TOKENS = "training_tokens"
    TRAINING_HOURS = "training_hours"
    TRAINING_IMAGES = "training_images"
    TRAINING_MINIMUM = "training_minimum"
    TRAINING_RUN = "training_run"
    TRAINING_PREFILL_TOKENS = "training_prefill_tokens"
    TRAINING_CACHED_PREFILL_TOKENS = "training_cached_prefill_tokens"
    TRAINING_SAMPLE_TOKENS = "training_sample_tokens"
    GRADER_TOKENS = "grader_tokens"
    INFERENCE_INPUT = "inference_input"
    INFERENCE_CACHED_INPUT = "inference_cached_input"
    INFERENCE_CACHE_WRITE = "inference_cache_write"
    INFERENCE_OUTPUT = "inference_output"
    INFERENCE_INPUT_CHARACTERS = "inference_input_characters"
    INFERENCE_OUTPUT_CHARACTERS = "inference_output_characters"
    CACHE_STORAGE_TOKEN_HOURS = "cache_storage_token_hours"  # noqa: S105 - a meter, not a password
    HOSTING_HOURS = "hosting_hours"
    STORAGE_MONTH = "storage_month"
    CUSTOM_UNIT_MINUTES = "custom_unit_minutes"
    PROVISIONED_UNIT_HOURS = "provisioned_unit_hours"
    PROVISIONED_UNIT_MONTHS = "provisioned_unit_months"
    PROVISIONED_UNIT_YEARS = "provisioned_unit_years"
    GPU_HOURS = "gpu_hours"

    @property
    def unit(self) -> str:
        """The canonical unit an amount of this meter is given per, as shown to readers."""
        return _UNITS[self]


_MTOK = "1M tokens"
_UNITS: Mapping[Meter, str] = {
    Meter.TRAINING_TOKENS: _MTOK,
    Meter.TRAINING_HOURS: "hour",
    Meter.TRAINING_IMAGES: "image",
    Meter.TRAINING_MINIMUM: "job",
    Meter.TRAINING_RUN: "job",
    Meter.TRAINING_PREFILL_TOKENS: _MTOK,
    Meter.TRAINING_CACHED_PREFILL_TOKENS: _MTOK,
    Meter.TRAINING_SAMPLE_TOKENS: _MTOK,
    Meter.GRADER_TOKENS: _MTOK,
    Meter.INFERENCE_INPUT: _MTOK,
    Meter.INFERENCE_CACHED_INPUT: _MTOK,
    Meter.INFERENCE_CACHE_WRITE: _MTOK,
    Meter.INFERENCE_OUTPUT: _MTOK,
    Meter.INFERENCE_INPUT_CHARACTERS: "1M characters",
    Meter.INFERENCE_OUTPUT_CHARACTERS: "1M characters",
    Meter.CACHE_STORAGE_TOKEN_HOURS: "1M token-hours",
    Meter.HOSTING_HOURS: "hour",
    Meter.STORAGE_MONTH: "month",
    Meter.CUSTOM_UNIT_MINUTES: "minute",
    Meter.PROVISIONED_UNIT_HOURS: "hour",
    Meter.PROVISIONED_UNIT_MONTHS: "month",
    Meter.PROVISIONED_UNIT_YEARS: "year",
    Meter.GPU_HOURS: "GPU-hour",
}


class Variant(StrEnum):
    """Who is being priced: the model as sold to all, or a customer's tuned copy of it."""

    BASE = "base"
    FINE_TUNED = "fine_tuned"


class Method(StrEnum):
    """How a model is tuned."""

    SFT = "sft"
    DPO = "dpo"
    RFT = "rft"
    DISTILLATION = "distillation"


class Technique(StrEnum):
    """Which weights are tuned: adapters only, or all of them."""

    LORA = "lora"
    FULL = "full"


class ValueState(StrEnum):
    """What a cell says. A page that was not understood is none of these: it is an error."""

    PRICED = "priced"
    FREE = "free"
    NOT_OFFERED = "not_offered"
    NOT_PRINTED = "not_printed"


class AvailabilityKind(StrEnum):
    """Whether, to whom and until when something can be bought."""

    ON_SALE = "on_sale"
    BY_ARRANGEMENT = "by_arrangement"
    CLOSED_TO_NEW = "closed_to_new"
    CLOSED_TO_IDLE = "closed_to_idle"
    TRAINING_ENDS = "training_ends"
    INFERENCE_ENDS = "inference_ends"
    DEPRECATED = "deprecated"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One body that was served at one address at one time; `fetched_at` is timezone-aware UTC."""

    url: str
    fetched_at: datetime
    body: bytes
    media_type: str = "text/html"
    charset: str | None = None
    status: int = 200
    page: str | None = None  # the catalogue's name of the page; a saved file has none

    def __post_init__(self) -> None:
        if self.fetched_at.utcoffset() != UTC.utcoffset(None):
            raise ValueError(f"fetched_at must be timezone-aware UTC, not {self.fetched_at!r}")

    @cached_property
    def sha256(self) -> str:
        """The hex digest of the body as served: its address in the archive."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def text(self) -> str:
        """The body decoded; line ends are `\\n`. Raises WrongContent when its charset does not fit."""
        charset = self.charset or "utf-8"
        try:
            decoded = self.body.decode(charset).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError) as error:
            raise WrongContent(f"{self.url}: the body is not {charset} text ({error})") from error
        return decoded.replace("\r\n", "\n").replace("\r", "\n")

    def evidence(self, *, quoted: str, place: str, parser_version: str) -> Evidence:
        """Where on this page a figure was read; `gpu_count` is for the parser to add."""
        return Evidence(
            quoted=quoted,
            place=place,
            url=self.url,
            fetched_at=self.fetched_at,
            sha256=self.sha256,
            parser_version=parser_version,
        )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where a figure was read: enough for a stranger to find it again in the archived bytes."""

    quoted: str  # the words of the page, white space folded
    place: str  # selector, JSON path, or heading path and row
    url: str
    fetched_at: datetime
    sha256: str
    parser_version: str
    gpu_count: int | None = None  # what a per-instance price was divided by


@dataclass(frozen=True, kw_only=True)
class Quote:
    """One price (or one explicit absence of a price) that a page prints."""

    provider: str
    meter: Meter
    value_state: ValueState
    amount: Decimal | None
    raw_text: str
    raw_unit: str
    evidence: Evidence
    currency: str = "USD"
    product: str | None = None
    model: str | None = None
    base_model: str | None = None
    size_tier: str | None = None
    size_min_params: int | None = None
    size_max_params: int | None = None
    variant: Variant | None = None
    method: Method | None = None
    technique: Technique | None = None
    tier: str | None = None
    context_band: str | None = None
    time_window: str | None = None
    region: str | None = None
    condition: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    derived: bool = False
    doubt: str | None = None

    def __post_init__(self) -> None:
        priced = self.value_state is ValueState.PRICED
        free = self.value_state is ValueState.FREE
        if (self.amount is not None) != (priced or free):
            raise ValueError(f"{self.value_state} does not go with the amount {self.amount!r} ({self.raw_text!r})")
        if self.amount is not None and (not self.amount.is_finite() or self.amount < 0):
            raise ValueError(f"an amount is finite and at least 0, not {self.amount!r} ({self.raw_text!r})")
        if priced and self.amount == 0:
            raise ValueError(f"a price of 0 is stated as free, or it is not a price ({self.raw_text!r})")
        if free and self.amount != 0:
            raise ValueError(f"free goes with the amount 0, not {self.amount!r}")
        if self.model is None and self.size_tier is None:
            raise ValueError(f"a quote names a model or a size tier ({self.raw_text!r})")
        for name in ("model", "size_tier", "tier", "condition", "region", "context_band"):
            value = getattr(self, name)
            if value is not None and (not is_visible(value) or value != value.strip()):
                raise ValueError(f"{name} is blank or padded: {value!a}")
        if self.condition is not None and self.condition != join_conditions(self.condition.split("+")):
            raise ValueError(f"conditions are sorted and joined by '+': {self.condition!r}")

    @cached_property
    def series_id(self) -> str:
        """16 hex digits that name the series this quote belongs to: the same price at another time."""
        return series_id_of({name: getattr(self, name) for name in SERIES_KEY})

    @property
    def is_in_force(self) -> bool:
        """False for a price announced for a later day than the read, or printed with an end before it."""
        day = self.evidence.fetched_at.date()
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or self.effective_to >= day
        )


SERIES_KEY = (
    "provider",
    "product",
    "model",
    "size_tier",
    "meter",
    "variant",
    "method",
    "technique",
    "tier",
    "context_band",
    "time_window",
    "region",
    "condition",
    "currency",
)
"""The fields that say which price it is; all others say how much, since when, or how we know."""


_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that print nothing: the fillers of Hangul, the empty cell of Braille."""


def is_visible(text: str) -> bool:
    """Whether anything of a text is seen: letters, digits or signs, not only blanks, joiners and marks on nothing."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK_LETTERS for one in text)


def series_id_of(key: Mapping[str, object]) -> str:
    """The name of a series from its key, independent of field order; unknown and missing fields count as null."""
    values = [None if key.get(name) is None else str(key[name]) for name in SERIES_KEY]
    packed = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()[:16]


def join_conditions(conditions: Sequence[str]) -> str | None:
    """Several conditions as one field: sorted, joined by '+'; None for none."""
    return "+".join(sorted({condition.strip() for condition in conditions if condition.strip()})) or None


@dataclass(frozen=True, kw_only=True)
class Availability:
    """One fact about what can be bought, by whom, until when; `model` None means everything the seller tunes."""

    provider: str
    model: str | None
    kind: AvailabilityKind
    date: date | None
    variant: Variant | None  # fine_tuned, base, or None where it holds for both
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The shape of a page: what was found, so that the next reading can be held against it."""

    sections: Mapping[str, int]  # rows read per known section; a section that is not on the page is not a key
    anchors: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one parser version read in one page body. Never empty: a page without rows raises LayoutChanged."""

    quotes: tuple[Quote, ...]
    availability: tuple[Availability, ...] = ()
    layout: Layout = field(default_factory=lambda: Layout(sections={}))

    def __post_init__(self) -> None:
        seen: dict[tuple[str, date | None, date | None], Quote] = {}
        for quote in self.quotes:
            # One series may be printed with today's price and with an announced one: the dates tell them apart.
            other = seen.setdefault((quote.series_id, quote.effective_from, quote.effective_to), quote)
            if (other.amount, other.value_state) != (quote.amount, quote.value_state):
                raise ConflictingQuotes(
                    f"{quote.provider} {quote.model or quote.size_tier} {quote.meter}: both {other.raw_text!r} "
                    f"({other.evidence.place}) and {quote.raw_text!r} ({quote.evidence.place})"
                )


QUOTE_FIELDS = tuple(item.name for item in fields(Quote))
AVAILABILITY_FIELDS = tuple(item.name for item in fields(Availability))
EVIDENCE_FIELDS = tuple(item.name for item in fields(Evidence))
