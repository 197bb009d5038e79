"""Printed days to dates: "May 7, 2026", "May 7th, 2026", "Jan 6, 2027", "2026-10-23", "2026 年 8 月 23 日".

Also with no-break hyphens; and the days of machine-made timestamps: "2026-08-01T00:00:00Z".
"""

from __future__ import annotations

import re
from datetime import date

from scrapers.errors import LayoutChanged
from scrapers.money import fold

# Own names: strptime's change with the locale of the machine.
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")  # "2026‑03‑26" is printed with U+2011
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_CHINESE = re.compile(r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日")
_WORDS = re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})")


_TIMESTAMP = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")


def timestamp_day(text: str) -> date:
    """The UTC day of a timestamp in UTC. Raises LayoutChanged for anything else."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise LayoutChanged(f"expected a time such as 2026-08-01T00:00:00Z; found {text!r}")
    return printed_date(match["day"])


def printed_date(text: str) -> date:
    """The one day a text consists of. Raises LayoutChanged for anything else."""
    words = _HYPHENS.sub("-", fold(text))
    match = _ISO.fullmatch(words) or _CHINESE.fullmatch(words) or _WORDS.fullmatch(words)
    if match is None:
        raise LayoutChanged(f"expected a day such as 2026-10-23 or May 7, 2026; found {text!r}")
    month = match["month"].lower()
    try:
        numbers = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(month)]  # "Sept" is one too
        return date(int(match["year"]), numbers[0] if numbers else int(month), int(match["day"]))
    except ValueError as error:
        raise LayoutChanged(f"{text!r} is not a day of the calendar") from error
