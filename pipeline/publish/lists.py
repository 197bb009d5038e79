"""What third parties' lists say of a model: its price before we read the seller, where they were wrong, whether they agree now.

A list is never drawn as the seller's own figure: its stretches have a line of their own kind, end where the first read
of the seller's page begins, and what moved in them is told as what the rules made of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.publish import format as fmt
from pipeline.publish.charts import Step
from pipeline.publish.context import Row

MOST_STORIES = 6  # on a model's page; all of them are in the downloads
MOST_ROWS = 100  # of the table on /status/
STATES = {"open": ("differs", "warn"), "explained": ("explained", "off"), "agrees": ("agrees", "good")}


@dataclass(frozen=True, kw_only=True)
class ListedRow:
    """A price at a seller and in a list, side by side."""

    seller: str
    path: str | None  # of the model's page
    subject: str
    detail: str
    amount: str
    digits: str  # the same to sort by
    unit: str
    verified_at: datetime
    listed: str
    listed_digits: str
    list_name: str
    key: str
    observed_on: date
    state: str
    tone: str
    why: str | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How many prices two sources agree on, and those on which they do not, the most telling first."""

    prices: int  # that a list has as well
    pairs: int  # of a price and a list
    agreeing: int  # of the pairs
    rows: tuple[ListedRow, ...]
    more: int  # differing pairs that are not in `rows`


def spans_before(rows: Sequence[Row], first_seen_at: datetime | None) -> list[Row]:
    """The stretches of one list before our own first read of the price: of several lists that with the longest history."""
    by_list: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["first_seen_on"]):
        if first_seen_at is None or _moment(row["first_seen_on"]) < first_seen_at:
            by_list[row["feed_place"], row["feed"], row["feed_series_id"]].append(row)
    if not by_list:
        return []
    best = min(by_list, key=lambda key: (-_days(by_list[key]), key))
    return by_list[best]


def steps_before(rows: Sequence[Row], first_seen_at: datetime | None) -> tuple[Step, ...]:
    """Such stretches as steps of a chart, the last of them up to our own first read where the list goes on."""
    steps = []
    for row in rows:
        amount = fmt.decimal_of(row["amount_text"])
        since = _moment(row["valid_from"] or row["first_seen_on"])
        until = _moment(row["last_seen_on"])
        if row["valid_to"] is not None and row["end_reason"] == "moved":
            until = max(until, since)
        elif row["valid_to"] is None and first_seen_at is not None:
            until = first_seen_at if _moment(row["last_seen_on"]) >= first_seen_at else until
        if first_seen_at is not None:
            until = min(until, first_seen_at)
        before = None if row["valid_from"] or row["known_not_before"] is None else _moment(row["known_not_before"])
        if amount is not None:
            steps.append(Step(amount=amount, since=since, until=max(until, since), not_before=before, is_listed=True))
    return tuple(steps)


def stories(rows: Iterable[Row]) -> list[str]:
    """What moved in lists and not at the seller, in sentences: the false moves first, input and output as one."""
    grouped: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["rule"] in _STORIES and row["tier"] in {None, "standard"} and row["old_amount_text"] is not None:
            grouped[row["feed"], row["model"], row["rule"], row["observed_on"], row["known_not_before"]].append(row)
    ordered = sorted(
        grouped.values(), key=lambda group: (_ORDER.index(group[0]["rule"]), group[0]["observed_on"], group[0]["feed"])
    )
    return [_story(group) for group in ordered]


def agreement_of(rows: Sequence[Row], paths: dict[str, str], *, most: int = MOST_ROWS) -> Agreement:
    """The comparison with lists; `paths` are the models' pages by series."""
    differing = sorted(
        (row for row in rows if not row["agrees"]),
        key=lambda row: (
            row["state"] != "open", row["variant"] != "fine_tuned", row["cause"] != "unknown", row["cause"] == "stale",
            row["provider"], row["model"], row["meter"], row["tier"] or "", row["feed"],
        ),
    )  # fmt: skip
    return Agreement(
        prices=len({row["series_id"] for row in rows}),
        pairs=len(rows),
        agreeing=len(rows) - len(differing),
        rows=tuple(_listed(row, paths) for row in differing[:most]),
        more=max(len(differing) - most, 0),
    )


_STORIES = {
    "price_of_base_replaced": "{list} showed {old} for {what} {until}, exactly the price of its base, and then {new}: "
    "the list was corrected. The base stood still, and nothing of the seller’s shows a move.",
    "moved_alone": "{list} showed {old} for {what} {until}, and then {new}, while the base stood still: a correction of "
    "the list. Nothing of the seller’s shows a move.",
    "power_of_ten": "{list} went from {old} to {new} for {what} {between}, exactly a power of ten: a slipped unit, or "
    "its repair.",
    "alias": "{list} showed {old} for {what} {until}, and then {new}, the price of another snapshot: the name was "
    "pointed elsewhere.",
    "zero": "{list} went from {old} to {new} for {what} {between}: a zero that is a placeholder.",
    "came_back": "{list} went from {old} to {new} for {what} {between}, back to what it had shown weeks before.",
    "unconfirmed": "{list} went from {old} to {new} for {what} {between}. No page of the seller’s was read then.",
}
_ORDER = tuple(_STORIES)


def _story(group: Sequence[Row]) -> str:
    first = group[0]
    order = sorted(group, key=lambda row: list(fmt.METERS).index(row["meter"]) if row["meter"] in fmt.METERS else 99)
    who = "tuned " if first["variant"] == "fine_tuned" else ""
    same = {(row["old_amount_text"], row["new_amount_text"]) for row in group}
    meters = " and ".join(fmt.meter(row["meter"]).lower() for row in order)
    shown = order[:1] if len(same) == 1 else order
    day, before = fmt.day(first["observed_on"]), first["known_not_before"]
    between = f"between {fmt.day(before)} and {day}" if before is not None else f"by {day}"
    text = _STORIES[first["rule"]].format(
        list=first["feed_words"],
        what=f"{who}{meters}",
        old=" and ".join(_money(row["old_amount_text"]) for row in shown),
        new=" and ".join(_money(row["new_amount_text"]) for row in shown),
        until=f"until some day {between}",
        between=between,
    )
    return text[0].upper() + text[1:]


def _money(text: str) -> str:
    amount = fmt.decimal_of(text)
    return "nothing" if amount is None else fmt.money(amount)


def _listed(row: Row, paths: dict[str, str]) -> ListedRow:
    words, tone = STATES[row["state"]]
    said = row["explained_because"]
    return ListedRow(
        seller=fmt.seller(row["provider"]),
        path=paths.get(row["series_id"]),
        subject=row["model"],
        detail=", ".join(
            part
            for part in (
                fmt.meter(row["meter"]),
                {"fine_tuned": "tuned", "base": "base"}.get(row["variant"] or "", ""),
                fmt.qualifiers(row | {"product": None, "technique": None, "time_window": None}),
            )
            if part
        ),
        amount=_money(row["amount_text"]),
        digits=row["amount_text"],
        unit=row["unit"],
        verified_at=row["last_verified_at"],
        listed=_money(row["feed_amount_text"]),
        listed_digits=row["feed_amount_text"],
        list_name=row["feed_words"],
        key=row["feed_model"],
        observed_on=row["feed_observed_on"],
        state=words,
        tone=tone,
        why=f"{said} ({row['explained_by']})" if said else row["cause_words"],
    )


def _days(rows: Sequence[Row]) -> int:
    days: int = (rows[-1]["last_seen_on"] - rows[0]["first_seen_on"]).days
    return days


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())
