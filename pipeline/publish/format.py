"""Figures, dates and names as readers see them: every rule of presentation that is not layout.

Exact digits are kept: a price is shown as it was printed, never rounded to cents. Only what is computed here (ratios,
percentages) is rounded, to three significant digits. The four nothings stay four words; none of them is "$0.00".
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scrapers.catalog import provider_name

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "CN¥", "JPY": "JP¥"}
_STATES = {"free": "free", "not_offered": "not offered", "not_printed": "not printed"}

METERS = {
    "training_tokens": "Training",
    "training_hours": "Training",
    "training_images": "Training",
    "training_minimum": "Minimum charge",
    "training_run": "Training run",
    "training_prefill_tokens": "Training, prefill",
    "training_cached_prefill_tokens": "Training, cached prefill",
    "training_sample_tokens": "Training, samples",
    "grader_tokens": "Grader",
    "inference_input": "Input",
    "inference_cached_input": "Cached input",
    "inference_cache_write": "Cache write",
    "inference_output": "Output",
    "inference_input_characters": "Input",
    "inference_output_characters": "Output",
    "cache_storage_token_hours": "Cache storage",
    "hosting_hours": "Hosting",
    "storage_month": "Storage",
    "custom_unit_minutes": "Custom units",
    "provisioned_unit_hours": "Provisioned units",
    "provisioned_unit_months": "Provisioned units",
    "provisioned_unit_years": "Provisioned units",
    "gpu_hours": "GPU",
}
# What tells a series from its neighbours besides its meter, in the order in which it is said.
QUALIFIERS = ("product", "method", "technique", "tier", "condition", "context_band", "time_window", "region")
_WORDS = {
    "sft": "supervised",
    "dpo": "preference (DPO)",
    "rft": "reinforcement (RFT)",
    "distillation": "distillation",
    "lora": "LoRA",
    "full": "full weights",
    "data_sharing": "with data sharing",
    "legacy": "legacy",
    "cache_5m": "5 minutes",
    "cache_30m": "30 minutes",
    "cache_1h": "1 hour",
    "fine_tuned": "tuned",
    "base": "base",
}


_MOST_PRINTED_DECIMALS = 6


def digits(amount: Decimal) -> str:
    """All digits of an amount: at least two decimals below a thousand or beside other decimals, thousands parted.

    3 -> "3.00", 0.8 -> "0.80", 2.225 -> "2.225", 25 -> "25.00", 1241 -> "1,241", 12.5 -> "12.50". Nobody prints more than
    six decimals: what has more was divided, and is shown with four of them, or with three digits that count.
    2.75954630137 -> "2.7595", 0.00012345678 -> "0.000123". The downloads have all digits.
    """
    plain = amount.normalize()
    if -int(plain.as_tuple().exponent) > _MOST_PRINTED_DECIMALS:
        plain = round(plain, max(4, 2 - plain.adjusted())).normalize()
    decimals = max(0, -int(plain.as_tuple().exponent))
    if decimals or abs(plain) < 1000:
        decimals = max(decimals, 2)
    return f"{plain:,.{decimals}f}"


def money(amount: Decimal, currency: str = "USD") -> str:
    """An amount with its currency's sign; a currency without a sign is named."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"−{sign}{digits(-amount)}" if amount < 0 else f"{sign}{digits(amount)}"


def decimal_of(value: float | str | Decimal | None) -> Decimal | None:
    """The shortest decimal that a published DOUBLE stands for (0.075, not 0.0749999...); None stays None."""
    return None if value is None else Decimal(str(value))


def value_text(row: dict[str, Any]) -> str:
    """What a price row says: an amount, or which kind of nothing."""
    state = str(row["value_state"])
    if state in _STATES:
        return _STATES[state]
    amount = decimal_of(row["amount_text"])
    return "not printed" if amount is None else money(amount, str(row["currency"]))


def amount_or_state(amount: str | None, state: str | None, currency: str = "USD") -> str | None:
    """One side of a change: an amount, a kind of nothing in words, or None where there was no such row."""
    if state is not None and state in _STATES:
        return _STATES[state]
    exact = decimal_of(amount)
    return None if exact is None else money(exact, currency)


def ratio(value: float) -> str:
    """A markup: "1.5×", "3.64×", "12×"."""
    return f"{Decimal(f'{value:.3g}').normalize():f}×"


def change(value: float | None) -> str | None:
    """A new amount over an old one, as a change: "−30%", "+12.5%", "×6.25" from threefold up; None where unknown."""
    if value is None or value <= 0:
        return None
    if value >= 3:
        return f"×{Decimal(f'{value:.3g}').normalize():f}"
    percent = Decimal(f"{abs(value - 1) * 100:.3g}").normalize()
    return f"{'−' if value < 1 else '+'}{percent:f}%"


def direction(value: float | None) -> str:
    """ "up", "down" or "": for the arrow beside a change."""
    return "" if value is None or value == 1 else "up" if value > 1 else "down"


def day(moment: date | datetime) -> str:
    """The UTC day: "2026-08-27"."""
    return f"{moment:%Y-%m-%d}"


def minute(moment: datetime) -> str:
    """The UTC minute: "2026-08-27 06:00 UTC"."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def stamp(moment: datetime) -> str:
    """The machine's form, RFC 3339: "2026-08-27T06:00:00Z"."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def when(row: dict[str, Any]) -> str:
    """When a change happened, as honestly as we know it: a stated day, or the interval between two looks.

    Never "changed on" from a gap: the day we first saw a value is the end of an interval, not its date.
    """
    observed: datetime = row["observed_at"]
    before: datetime | None = row["known_not_before"]
    stated: date | None = row["stated_date"]
    if stated is not None and row["kind"] == "scheduled":
        return f"announced for {day(stated)}"
    if stated is not None and row["kind"] == "vendor_change":
        return f"dated {day(stated)} by the seller"
    if before is None:
        return f"first seen {day(observed)}"
    if before.date() == observed.date():
        return f"{day(observed)}, between {before:%H:%M} and {observed:%H:%M} UTC"
    return f"between {day(before)} and {day(observed)}"


def seller(provider: str) -> str:
    """A seller's name."""
    return provider_name(provider)


def meter(name: str) -> str:
    """A meter in one or two words."""
    return METERS.get(name, name.replace("_", " "))


def meter_within(name: str) -> str:
    """A meter in the middle of a sentence or a list: "cached input", but "GPU"."""
    words = meter(name)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def word(value: str) -> str:
    """A method, technique, tier or condition in plain words; conditions joined by "+" are listed."""
    return ", ".join(_WORDS.get(part, part.replace("_", " ")) for part in value.split("+"))


def qualifiers(row: dict[str, Any], *, skip: tuple[str, ...] = ()) -> str:
    """What tells a series from its neighbours: method, technique, tier, condition, band, window, region."""
    return ", ".join(word(str(row[name])) for name in QUALIFIERS if name not in skip and row.get(name))


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 price", "2 prices"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size(count: int) -> str:
    """A file size in the units of downloads: "812 B", "127 KB", "3.4 MB"."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB"
