"""Availability facts in words: what can be bought, by whom, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.figures import Proof, proof_of

# kind: (once it holds, before it holds, without a date, tone); the order is from the most to the least final
_WORDS = {
    "not_offered": ("not offered since {}", "not offered from {}", "fine-tuning not offered", "off"),
    "inference_ends": ("stopped answering {}", "answers until {}", "inference is ending", "bad"),
    "training_ends": ("training ended {}", "training ends {}", "training is ending", "bad"),
    "closed_to_new": (
        "closed to new customers since {}",
        "closes to new customers {}",
        "closed to new customers",
        "warn",
    ),
    "closed_to_idle": (
        "closed to idle customers since {}",
        "closes to idle customers {}",
        "closed to idle customers",
        "warn",
    ),
    "deprecated": ("deprecated since {}", "deprecated from {}", "deprecated", "warn"),
    "by_arrangement": ("by arrangement since {}", "by arrangement from {}", "by arrangement", "warn"),
    "on_sale": ("on sale since {}", "on sale from {}", "on sale", "good"),
}
_WHO = {"fine_tuned": "tuned models", "base": "base models"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One availability fact. `is_wide` facts hold for everything the seller tunes."""

    words: str
    tone: str  # good, warn, bad, off
    kind: str
    who: str
    day: date | None
    is_wide: bool
    is_gone: bool
    history: str
    proof: Proof

    @property
    def kind_words(self) -> str:
        """The kind without its date, for filters: "training ends"."""
        return self.kind.replace("_", " ")


def fact(row: Row) -> Fact:
    """The fact of a row of `availability`, in words that fit whether its date has come or not."""
    kind = row["kind"]
    past, future, undated, tone = _WORDS.get(kind, ("{}", "{}", kind.replace("_", " "), "warn"))
    stated: date | None = row["stated_date"]
    words = undated if stated is None else (past if row["in_effect"] else future).format(fmt.day(stated))
    history = f"stated since {fmt.day(row['first_seen_at'])}"
    if row["gone_at"] is not None:
        history += f"; no longer stated at the look of {fmt.day(row['gone_at'])}"
    return Fact(
        words=words,
        tone=tone,
        kind=kind,
        who=_WHO.get(row["variant"] or "", ""),
        day=stated,
        is_wide=row["model"] is None,
        is_gone=row["gone_at"] is not None,
        history=history,
        proof=proof_of({**row, "last_verified_at": row["last_seen_at"]}),
    )


def facts(rows: list[Row]) -> list[Fact]:
    """Facts from the most final to the mildest, those no longer stated last."""
    order = list(_WORDS)
    return sorted(
        (fact(row) for row in rows),
        key=lambda item: (item.is_gone, order.index(item.kind) if item.kind in order else len(order), item.words),
    )


def short(found: list[Fact], *, count: int = 2) -> list[Fact]:
    """The few facts that a table has room for: those still stated about tuned models, one a kind."""
    chosen: dict[str, Fact] = {}
    for item in found:
        if not item.is_gone and item.who != _WHO["base"]:
            chosen.setdefault(item.kind, item)
    return list(chosen.values())[:count]
