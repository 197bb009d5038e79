"""`prices`, `markup` and `changes`: what the published copy says, in the terminal."""

from __future__ import annotations

from datetime import datetime

import duckdb

from pipeline import terminal
from pipeline.errors import UsageFault
from pipeline.published import Answer, named, open_published
from pipeline.saved_page import last_moment_of, moment_of
from pipeline.settings import Settings
from scrapers.catalog import read_catalog

MOST = 1e15  # tokens: no month has more
WIDTH = 120  # columns of a terminal: what the tables of prices and of markups are kept within


def prices_command(
    settings: Settings, *, provider: str | None, model: str | None, as_of: str | None, as_json: bool
) -> None:
    """The prices in force, or those known at a time; a bare date means the end of that day."""
    moment = _naive(last_moment_of(as_of)) if as_of is not None else None
    with open_published(settings) as connection:
        check_seller(connection, provider)
        if moment is None:
            answer = named(connection, "prices_all_fields" if as_json else "prices", [provider, model])
        else:
            query = "prices_as_of_all_fields" if as_json else "prices_as_of"
            answer = named(connection, query, [provider, model, moment])
    _show(answer, as_json=as_json, nothing="no price matches", width=WIDTH)


def markup_command(
    settings: Settings,
    *,
    provider: str | None,
    model: str | None,
    tokens_in: float | None,
    tokens_out: float | None,
    as_of: str | None = None,
    as_json: bool,
) -> None:
    """Tuned over base: per meter and tier, or, where a month's tokens are given, both bills with the hosting.

    With `as_of` as it was known at that time, the first figures of all by third parties' lists.
    """
    volumes = [tokens_in, tokens_out]
    for option, tokens in zip(("--tokens-in", "--tokens-out"), volumes, strict=True):
        if tokens is not None and not 0 <= tokens <= MOST:
            raise UsageFault(f"{option} is {tokens:g}; it must be at least 0")
    if as_of is not None and volumes != [None, None]:
        raise UsageFault("--as-of goes without --tokens-in and --tokens-out: a month's bill is one of today's prices")
    moment = _naive(last_moment_of(as_of)) if as_of is not None else None
    with open_published(settings) as connection:
        check_seller(connection, provider)
        if moment is not None:
            query = "markup_as_of_all_fields" if as_json else "markup_as_of"
            answer = named(connection, query, [provider, model, moment])
        elif any(tokens is not None for tokens in volumes):
            query = "markup_at_all_fields" if as_json else "markup_at"
            answer = named(connection, query, [provider, model, *(tokens or 0.0 for tokens in volumes)])
        else:
            answer = named(connection, "markup_all_fields" if as_json else "markup", [provider, model])
    _show(answer, as_json=as_json, nothing="no tuned model matches", width=WIDTH)


def changes_command(
    settings: Settings, *, since: str | None, provider: str | None, everything: bool, as_json: bool
) -> None:
    """Events in time order; a bare date means from the beginning of that day."""
    start = _naive(moment_of(since)) if since is not None else None
    with open_published(settings) as connection:
        check_seller(connection, provider)
        answer = named(connection, "changes_all_fields" if as_json else "changes", [start, provider, everything])
    _show(answer, as_json=as_json, nothing="nothing changed")


def _naive(moment: datetime) -> datetime:
    """As the published tables hold times: UTC without saying so."""
    return moment.replace(tzinfo=None)


def check_seller(connection: duckdb.DuckDBPyConnection, provider: str | None) -> None:
    """Raises UsageFault for a seller that is neither watched nor in the history: nothing found would look like news."""
    if provider is None:
        return
    known = dict.fromkeys(row.provider for row in read_catalog())
    known |= dict.fromkeys(name for (name,) in named(connection, "sellers").rows)
    if provider not in known:
        raise UsageFault(f"no seller is called {provider!r}; there are {', '.join(known)}")


def _show(answer: Answer, *, as_json: bool, nothing: str, width: int | None = None) -> None:
    if as_json:
        terminal.print_json(answer.dicts())
    elif answer.rows:
        terminal.print_table(answer.columns, answer.rows, most=width)
    else:
        terminal.say(nothing)
