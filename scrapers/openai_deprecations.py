"""OpenAI's deprecations page: on which day a model or the fine-tuning platform closes. Read by providers/openai.py.

A markdown page of pipe tables, the newest announcement first (last seen 2026-07-15):
- "Shutdown date | Model ..." ends the inference of every model its rows name, in backticks or bare. `ft-<model>` is
  the tuned version, and so is every model under "Fine-tuning GPT models". "New fine-tuning training on ..." ends
  training, not inference. Products ("Videos API") and paths ("/v1/edits") are no models.
- "Date | Update" under self-serve fine-tuning tells its wind-down in three steps, known by their words; other
  products have such tables too.
- A later announcement may move a date (gpt-4-1106-preview was to end 2026-03-26, then 2026-10-23), so the first date
  met for a model stands.
- Days are printed as "2026-10-23", "May 7, 2026" and with no-break hyphens.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from scrapers.contract import Availability, AvailabilityKind, Layout, Page, Reading, Variant
from scrapers.dates import printed_date
from scrapers.errors import LayoutChanged
from scrapers.tables import Cell, Table, markdown_tables, plain

_PAGE = re.compile(r"^#{1,6} +(?:Upcoming|Past) deprecations\s*$|^\| *Shutdown date *\|", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
_SELF_SERVE = re.compile(r"^#{1,6} .*self-serve fine-?tuning", re.IGNORECASE | re.MULTILINE)
_FINE_TUNING = re.compile(r"fine-?tuning", re.IGNORECASE)
_UPDATES = {  # how the wind-down says it, and what it means
    AvailabilityKind.CLOSED_TO_NEW: re.compile(r"not available to organizations that have not previously run"),
    AvailabilityKind.CLOSED_TO_IDLE: re.compile(r"no longer available to organizations that have not run inference"),
    AvailabilityKind.TRAINING_ENDS: re.compile(r"existing customers will no longer be able to create"),
}
_BACKTICKED = re.compile(r"`\s*([^`]+?)\s*`")
_BETWEEN_NAMES = re.compile(r"(?:[\s\\|,()]|including|and|or|which point to this snapshot)*")
_MODEL_ID = re.compile(r"[A-Za-z][\w.-]*")
_LIKE_A_MODEL = re.compile(r"[a-z]+-[\w.-]*\d[\w.-]*|o\d[\w.-]*")  # gpt-4o-audio-preview; assistants=v1 is none

_Fact = tuple[str | None, Variant, AvailabilityKind]


def is_deprecations_page(text: str) -> bool:
    """True for a body that has the page's headings or one of its tables."""
    return _PAGE.search(text) is not None


def read(page: Page, *, provider: str, parser_version: str) -> Reading:
    """The dates of the page; it has no prices. LayoutChanged for a table, row or date that is not understood."""
    tables = markdown_tables(page.text)
    _check_whole(page.text, tables)
    sections: Counter[str] = Counter()
    facts: dict[_Fact, Availability] = {}
    for table in tables:
        section = _table_kind(table)
        sections[section] += len(table.rows)
        for row in table.rows if section != "products" else ():
            day, words = row[0].text, row[1].text
            if section == "fine_tuning":
                found, place = [_update(words)], table.place(day, table.columns[1])
            else:
                found, place = list(_shutdowns(table, row[1])), table.place(words, table.columns[0])
            for model, variant, kind in found:
                fact = Availability(
                    provider=provider,
                    model=model,
                    kind=kind,
                    date=None if day.startswith("at earliest") else printed_date(day),
                    variant=variant,
                    evidence=page.evidence(quoted=f"{day} | {words}", place=place, parser_version=parser_version),
                )
                facts.setdefault((model, variant, kind), fact)  # the newest announcement comes first, and stands
    if not facts:
        raise LayoutChanged(f"expected tables headed 'Shutdown date' at {page.url}; found {len(tables)} other tables")
    if _SELF_SERVE.search(page.text) and not sections["fine_tuning"]:
        raise LayoutChanged("the section on self-serve fine-tuning: expected a table headed Date, Update; found none")
    headings = tuple(plain(heading) for heading in _HEADING.findall(page.text))
    anchors = tuple(match[0] for match in re.finditer(r"^## (?:Upcoming|Past) deprecations", page.text, re.MULTILINE))
    return Reading(
        quotes=(),
        availability=tuple(facts.values()),
        layout=Layout(sections=dict(sections), anchors=anchors, headings=headings),
    )


def _check_whole(text: str, tables: Sequence[Table]) -> None:
    """Every line that looks like a table's must have been read as one, and every row be as wide as its head."""
    lines = sum(line.lstrip().startswith("|") for line in text.split("\n"))
    in_tables = sum(len(table.rows) + 2 for table in tables)
    if lines != in_tables:
        raise LayoutChanged(f"expected {lines} lines of tables; found {in_tables} in {len(tables)} tables")
    for table in tables:
        where = " > ".join(table.headings)
        if not table.rows:
            raise LayoutChanged(f"{where}: expected rows; found none")
        for row in table.rows:
            if len(row) != len(table.columns):
                words = " | ".join(cell.text for cell in row)
                raise LayoutChanged(f"{where}: expected {len(table.columns)} cells; found {words!r}")


def _table_kind(table: Table) -> str:
    """Which rows a table holds: shutdowns of models, the wind-down of fine-tuning, or other products' dates."""
    first, second = (*(column.lower() for column in table.columns), "", "")[:2]
    if first == "shutdown date" and re.search(r"\b(?:model|system)\b", second):
        return "shutdowns"
    if (first, second) == ("date", "update"):
        words = [table.headings[-1] if table.headings else "", *(row[1].text for row in table.rows)]
        return "fine_tuning" if any(map(_FINE_TUNING.search, words)) else "products"
    where = " > ".join(table.headings)
    raise LayoutChanged(f"{where}: expected Shutdown date, Model or Date, Update; found {', '.join(table.columns)}")


def _update(words: str) -> _Fact:
    kinds = [kind for kind, pattern in _UPDATES.items() if pattern.search(words.lower())]
    if len(kinds) != 1:
        raise LayoutChanged(f"expected one of the known steps of the wind-down; found {words!r}")
    return None, Variant.FINE_TUNED, kinds[0]


def _shutdowns(table: Table, cell: Cell) -> Iterator[_Fact]:
    r"""The models a cell names: "`o1-2024-12-17` \| `o1`", "gpt-4o-audio-preview"; none for "Videos API"."""
    printed = cell.raw or ""
    lead, tick, _ = printed.partition("`")
    kind = AvailabilityKind.INFERENCE_ENDS
    is_tuned = bool(re.match(r"fine-tun(?:ing|ed)\b.*\bmodels", table.headings[-1].lower() if table.headings else ""))
    if tick and lead.lower().startswith("new fine-tuning training on"):
        kind, is_tuned = AvailabilityKind.TRAINING_ENDS, True
        printed = printed.removeprefix(lead)
    if tick and _BETWEEN_NAMES.fullmatch(_BACKTICKED.sub("", printed)) is None:
        raise LayoutChanged(f"expected the names of models; found {printed!r}")
    for name in _BACKTICKED.findall(printed) if tick else [cell.text]:
        if name.startswith("/"):  # "/v1/edits"
            continue
        if _MODEL_ID.fullmatch(name):
            model = name.removeprefix("ft-")
            yield model, Variant.FINE_TUNED if is_tuned or model != name else Variant.BASE, kind
        elif any(map(_LIKE_A_MODEL.fullmatch, name.split())):
            raise LayoutChanged(f"expected the names of models; found {printed!r}")
