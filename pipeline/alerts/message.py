"""What an alert says: old to new, absolute and percent, per what, since when, with markup, breaking even and evidence.

Everything in a message comes from the ledgers, so an attempt a day later says the same. Words of pages are escaped in
HTML and made harmless in plain text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import jinja2

from pipeline.publish import format as fmt
from pipeline.publish.addresses import event_path, web_address
from pipeline.settings import TEMPLATES
from warehouse.ledger import CORRECTIONS

STORM = 20
"""More moves than this in one message are counted, and linked to."""
MOST_EFFECTS = 4
LONGEST_QUOTE = 280
_AGAINST = {
    "prompt_same_base": "prompting the same base",
    "prompt_larger_base": "prompting a larger model",
    "managed": "another seller",
}
_VERDICTS = {
    "pays": "pays",
    "beyond_horizon": "pays too late",
    "retires_first": "retires before it pays",
    "never": "never pays",
    "not_for_sale": "not for sale",
    "unknown_price": "a price is unknown",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One move with its consequences and its evidence."""

    event_id: str
    kind: str
    is_correction: bool
    headline: str
    seller: str
    before: str | None
    after: str | None
    unit: str
    absolute: str | None
    percent: str | None
    when: str
    markups: tuple[str, ...]
    break_even: tuple[str, ...]
    more: int  # consequences that are not listed
    quoted: str
    source_url: str | None
    permalink: str
    rules: tuple[str, ...]
    row: Row
    effects: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One word to operators."""

    event_id: str
    kind: str
    is_over: bool
    headline: str
    detail: str
    since: str
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message for one target. `id` is what a receiver tells repeats by."""

    id: str
    subject: str
    items: tuple[Item, ...]
    notices: tuple[Notice, ...]
    counts: tuple[tuple[str, int], ...]  # of a storm, instead of the items
    total: int
    rules: tuple[str, ...]
    changes_url: str
    status_url: str
    is_test: bool
    is_demo: bool

    @property
    def is_storm(self) -> bool:
        """Whether it counts the moves instead of telling each."""
        return bool(self.counts)

    @property
    def text(self) -> str:
        """The message as plain text."""
        return harmless(_template("message.txt").render(message=self)).strip() + "\n"

    @property
    def html(self) -> str:
        """The message as HTML."""
        return _template("message.html").render(message=self)

    def as_json(self) -> dict[str, object]:
        """The message for machines: what a webhook gets."""
        return {
            "type": "test" if self.is_test else "alert",
            "id": self.id,
            "subject": self.subject,
            "is_demo": self.is_demo,
            "rules": list(self.rules),
            "counts": dict(self.counts) if self.counts else None,
            "total": self.total,
            "changes_url": self.changes_url,
            "events": [_item_json(item) for item in self.items],
            "notices": [
                {name: getattr(one, name) for name in ("event_id", "kind", "is_over", "headline", "detail", "since")}
                for one in self.notices
            ],
            "text": self.text,
        }


def compose(
    message_id: str,
    rules: Mapping[str, Collection[str]],
    ledgers: tuple[Sequence[Row], Sequence[Row], Sequence[Row]],
    *,
    site_url: str,
    is_demo: bool,
    is_test: bool = False,
) -> Message:
    """A message of what the ledgers hold of its events; `rules` names those that fired, by event."""
    published, derived, notices = ledgers
    items = [
        _item(row, [one for one in derived if one["caused_by"] == row["event_id"]], rules, site_url)
        for row in published
    ]
    told = [
        Notice(
            event_id=row["event_id"],
            kind=row["kind"],
            is_over=row["is_over"],
            headline=row["headline"],
            detail=row["detail"] or "",
            since=fmt.minute(row["observed_at"]),
            rules=tuple(sorted(rules.get(row["event_id"], ()))),
        )
        for row in notices
    ]
    counts: tuple[tuple[str, int], ...] = ()
    if len(items) > STORM:
        found = Counter(
            f"{item.seller}: {'corrected' if item.is_correction else _kind_words(item.row)}" for item in items
        )
        counts = tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))
    subject = _subject(items, told)
    marks = [mark for mark, is_so in (("TEST", is_test), ("Demonstration", is_demo)) if is_so]
    return Message(
        id=message_id,
        subject=harmless("".join(f"[{mark}] " for mark in marks) + subject, is_line=True),
        items=() if counts else tuple(items),
        notices=tuple(told),
        counts=counts,
        total=len(items),
        rules=tuple(sorted({name for names in rules.values() for name in names})),
        changes_url=f"{site_url}changes/",
        status_url=f"{site_url}status/",
        is_test=is_test,
        is_demo=is_demo,
    )


def harmless(text: str, *, is_line: bool = False) -> str:
    """Without control characters: a scraped name must not break a mail's head or move a cursor."""
    kept = "" if is_line else "\n"
    return "".join(letter if letter.isprintable() or letter in kept else " " for letter in text)


def _subject(items: Sequence[Item], notices: Sequence[Notice]) -> str:
    if len(items) == 1:
        return items[0].headline
    if items:
        corrected = sum(item.is_correction for item in items)
        sellers = list(dict.fromkeys(item.seller for item in items))
        where = ", ".join(sellers[:3]) + (" and others" if len(sellers) > 3 else "")
        moved = len(items) - corrected
        parts = [fmt.plural(moved, "change")] if moved else []
        parts += [fmt.plural(corrected, "correction")] if corrected else []
        return f"{' and '.join(parts)} at {where}"
    return notices[0].headline if len(notices) == 1 else fmt.plural(len(notices), "notice") + " about sources"


def _item(row: Row, effects: Sequence[Row], rules: Mapping[str, Collection[str]], site_url: str) -> Item:
    is_price, currency = row["metric"] == "price", row["currency"] or "USD"
    old, new = fmt.decimal_of(row["old_amount_text"]), fmt.decimal_of(row["new_amount_text"])
    names = {name for one in (row, *effects) for name in rules.get(one["event_id"], ())}
    markups = [one for one in effects if one["metric"] == "markup"]
    answers = sorted((one for one in effects if one["metric"] == "break_even" and _reads_otherwise(one)), key=_weight)
    quoted = " ".join((row["quoted"] or "").split())
    return Item(
        event_id=row["event_id"],
        kind=row["kind"],
        is_correction=row["kind"] in CORRECTIONS,
        headline=row["headline"],
        seller=fmt.seller(row["provider"]),
        before=fmt.amount_or_state(row["old_amount_text"], row["old_state"], currency) if is_price else None,
        after=fmt.amount_or_state(row["new_amount_text"], row["new_state"], currency) if is_price else None,
        unit=row["unit"] or "",
        absolute=_signed(new - old, currency) if old is not None and new is not None and old != new else None,
        percent=fmt.change(row["change_ratio"]) if row["change_ratio"] not in (None, 1.0) else None,
        when=fmt.when(dict(row)),
        markups=tuple(_markup_words(one) for one in markups[:MOST_EFFECTS]),
        break_even=tuple(_answer_words(one) for one in answers[:MOST_EFFECTS]),
        more=max(0, len(markups) - MOST_EFFECTS) + max(0, len(answers) - MOST_EFFECTS),
        quoted=quoted if len(quoted) <= LONGEST_QUOTE else f"{quoted[:LONGEST_QUOTE].rstrip()} …",
        source_url=web_address(row["source_url"]),
        permalink=f"{site_url}{event_path(row['event_id'])}",
        rules=tuple(sorted(names)),
        row=row,
        effects=tuple(effects),
    )


def _signed(amount: Decimal, currency: str) -> str:
    return fmt.money(amount, currency) if amount < 0 else f"+{fmt.money(amount, currency)}"


def _weight(row: Row) -> tuple[object, ...]:
    """Changed verdicts first, then what is compared with the seller's own prompt."""
    order = list(_AGAINST)
    place = order.index(row["against"]) if row["against"] in order else len(order)
    return (row["old_words"] == row["new_words"], place, row["scenario"], row["model"] or "", row["event_id"])


def _named(row: Row) -> str:
    name = row["model"] or row["size_tier"] or "models"
    notes = ", ".join(
        fmt.word(row[part]) for part in ("tier", "condition", "region") if row[part] and row[part] != "standard"
    )
    return f"{name} ({notes})" if notes else str(name)


def _markup_words(row: Row) -> str:
    return (
        f"{_named(row)}, {fmt.meter_within(row['meter'])}: {fmt.ratio(row['old_value'])} -> "
        f"{fmt.ratio(row['new_value'])} its base"
    )


def _answer_words(row: Row) -> str:
    against = _AGAINST.get(row["against"], row["against"])
    old, new = _both_answers(row)
    return f"{_named(row)} for {row['scenario']} against {against}: {old} -> {new}"


def _reads_otherwise(row: Row) -> bool:
    """False where an answer moved behind the digits that are shown: "after 9.31 months -> after 9.31 months"."""
    old, new = _both_answers(row)
    return old != new


def _both_answers(row: Row) -> tuple[str, str]:
    return _months(row["old_words"], row["old_value"]), _months(row["new_words"], row["new_value"])


def _months(verdict: str, months: float | None) -> str:
    words = _VERDICTS.get(verdict, verdict.replace("_", " "))
    return words if months is None else f"{words}, after {months:.3g} months"


def _kind_words(row: Row) -> str:
    if row["metric"] == "availability":
        return "availability"
    if row["kind"] == "vendor_change" and row["change_ratio"]:
        return "prices up" if row["change_ratio"] > 1 else "prices down"
    return {"appeared": "new prices", "disappeared": "prices gone", "scheduled": "announced prices"}.get(
        row["kind"], "prices changed"
    )


def _item_json(item: Item) -> dict[str, object]:
    row = item.row
    fields = ("event_id", "kind", "metric", "provider", "model", "base_model", "size_tier", "meter", "variant", "tier",
        "condition", "currency", "unit", "old_state", "new_state", "change_ratio", "headline")  # fmt: skip
    return {
        **{name: row[name] for name in fields},
        "is_correction": item.is_correction,
        "old_amount": row["old_amount_text"],
        "new_amount": row["new_amount_text"],
        "observed_at": fmt.stamp(row["observed_at"]),
        "known_not_before": _stamp(row["known_not_before"]),
        "stated_date": None if row["stated_date"] is None else fmt.day(row["stated_date"]),
        "source_url": row["source_url"],
        "quoted": row["quoted"],
        "permalink": item.permalink,
        "rules": list(item.rules),
        "effects": [
            {
                name: one[name]
                for name in ("event_id", "metric", "model", "meter", "tier", "scenario", "against", "old_value",
                    "new_value", "old_words", "new_words")
            }
            for one in item.effects
        ],
    }  # fmt: skip


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else fmt.stamp(moment)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "alerts"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)
