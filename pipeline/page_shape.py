"""Whether a page as a whole may be believed beside its last good reading: no section lost, not a third of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from pipeline.judge import READS_TO_CONFIRM, reads_apart

SHRINK_SUSPECT = Decimal(1) / 3


def page_fault(
    sections: Mapping[str, int],
    last_sections: Mapping[str, int] | None,
    *,
    seen_before: bool,
    is_other_parser: bool = False,
) -> tuple[str, str] | None:
    """What is wrong with a whole reading beside the page's last good one: ("layout_changed" or "suspect", words).

    `seen_before` is true when the read before this one, failed looks apart, found as many rows: a smaller page is
    believed then. A page that lost a section is not, nor one that another parser than the last good reading's finds
    smaller (`is_other_parser`), since that one will find it smaller every time; a person decides about those.
    """
    if last_sections is None:
        return None
    lost = [name for name, rows in last_sections.items() if rows and name not in sections]
    if lost:
        return "layout_changed", f"the section {', '.join(lost)} of the last good reading is not on the page"
    before, now = sum(last_sections.values()), sum(sections.values())
    if not before or now > before * (1 - SHRINK_SUSPECT):
        return None
    fewer = f"{now} rows where the last good reading had {before}"
    if is_other_parser:
        return "layout_changed", f"{fewer}, with another parser: a person decides, see `ftprices review list`"
    return None if seen_before else ("suspect", f"{fewer}; a second reading decides")


def is_seen_before(
    sections: Mapping[str, int], suspects: Sequence[tuple[datetime, Mapping[str, int]]], read_at: datetime
) -> bool:
    """Whether the newest suspect readings found as many rows in each section, the first of them another read ago."""
    agreeing: list[datetime] = []
    for suspect_at, found in reversed(suspects):
        if found != sections:
            break
        agreeing.append(suspect_at)
    return reads_apart([*agreeing, read_at]) >= READS_TO_CONFIRM
