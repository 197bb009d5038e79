"""What a cell of a CSV file may hold: no spreadsheet runs it as a formula, no terminal obeys it.

The downloads are guarded in SQL and `ftprices sql` in Python, by the same three patterns (RE2 has no lookahead).
"""

from __future__ import annotations

import re

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # all but tabs and line ends, which a CSV file quotes
FORMULA = r"^[=+@\t\r\n＝＋＠－-]"  # some spreadsheets take the full-width signs for the narrow ones
NO_FORMULA = r"-([0-9]+(\.[0-9]+)?)?"  # "-" is a printed nothing, "-0.5" a number; "-1+1" is neither

_CONTROL, _FORMULA, _NO_FORMULA = (re.compile(pattern) for pattern in (CONTROL, FORMULA, NO_FORMULA))


def harmless_cell(text: str) -> str:
    """The text of a cell: control characters left out, an apostrophe in front of what would be run."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if _FORMULA.match(clean) and not _NO_FORMULA.fullmatch(clean) else clean


def harmless_sql(column: str) -> str:
    """The same as an SQL expression over a column of text."""
    # The lambda names what is cleaned once: every pattern is compiled again wherever it stands.
    is_run = f"regexp_matches(clean, '{FORMULA}') AND NOT regexp_full_match(clean, '{NO_FORMULA}')"
    guarded = f"CASE WHEN {is_run} THEN '''' || clean ELSE clean END"
    return f"list_transform([regexp_replace({column}, '{CONTROL}', '', 'g')], lambda clean: {guarded})[1]"
