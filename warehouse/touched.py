"""Which series new facts touch: the list of what upkeep has to derive again.

A look at a page that shows what the look before it showed touches nothing, so a tick in which nothing moved derives
nothing. Facts that arrive in order touch the series that differ between two neighbouring readings; facts that arrive
late touch the whole page, which is rare and always right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.tables import sql_version

Row = Mapping[str, object]


@dataclass(frozen=True)
class Appended:
    """The rows that were new: looks at pages, readings, their rows (quotes and availability), judgements."""

    page_reads: Sequence[Row]
    readings: Sequence[Row]
    read_rows: Sequence[Row]
    judgements: Sequence[Row]


def mark(con: duckdb.DuckDBPyConnection, appended: Appended) -> None:
    """Put what `appended` touches on the list, in the caller's transaction."""
    if appended.judgements:
        con.execute(
            """INSERT INTO core.touched_series
               SELECT DISTINCT unnest($provider::VARCHAR[]), unnest($page::VARCHAR[]), unnest($series_id::VARCHAR[])""",
            {name: [row[name] for row in appended.judgements] for name in ("provider", "page", "series_id")},
        )
    good = [row for row in appended.page_reads if row["outcome"] == "good"]
    for provider, page in sorted({(str(row["provider"]), str(row["page"])) for row in (*good, *appended.read_rows)}):
        of_page = [row for row in good if (row["provider"], row["page"]) == (provider, page)]
        new_readings = {
            str(row["reading_id"]) for row in appended.read_rows if (row["provider"], row["page"]) == (provider, page)
        }
        _mark_page(con, provider, page, of_page, new_readings)
    _mark_read_twice(con, appended.readings)


def mark_everything(con: duckdb.DuckDBPyConnection) -> None:
    """Put every series there is on the list: what a rebuild derives."""
    con.execute("DELETE FROM core.touched_series")
    con.execute(
        """INSERT INTO core.touched_series
           SELECT provider, page, series_id FROM raw.quote UNION SELECT provider, page, series_id FROM raw.availability"""
    )


def mark_feeds(con: duckdb.DuckDBPyConnection, providers: Iterable[str]) -> None:
    """Note of whom third parties' lists say something new, in the caller's transaction: their tables are derived again,
    and what is held of these sellers is put to the lists. Whoever derives the tables leaves the second still to do."""
    for name in ("core.touched_feed", "core.unheard_feed"):
        con.execute(
            f"INSERT INTO {name} SELECT DISTINCT unnest($providers::VARCHAR[])", {"providers": sorted(providers)}
        )


def mark_every_feed(con: duckdb.DuckDBPyConnection) -> None:
    """Put every seller on that list of whom a third party's list says anything: what a rebuild derives."""
    con.execute("DELETE FROM core.touched_feed")
    con.execute(
        """INSERT INTO core.touched_feed
           SELECT provider FROM raw.feed_price UNION SELECT provider FROM seed.feed_history"""
    )


def mark_due(con: duckdb.DuckDBPyConnection, since: object, until: object) -> None:
    """Put on the list the series whose stated date `is_due`."""
    con.execute(f"INSERT INTO core.touched_series {_DUE}", {"since": since, "until": until})


def is_due(con: duckdb.DuckDBPyConnection, since: object, until: object) -> bool:
    """Whether a date that a seller stated, or a whole month before the last day of a model, falls after the day of `since` and not after the day of `until`."""
    return con.execute(_DUE, {"since": since, "until": until}).fetchone() is not None


def mark_other_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Put on the list the same series of the seller's other pages: what one page said first is no news of another."""
    con.execute(
        """INSERT INTO core.touched_series
           SELECT DISTINCT quote.provider, quote.page, quote.series_id
           FROM raw.quote AS quote SEMI JOIN core.touched_series AS touched USING (provider, series_id)
           ANTI JOIN core.touched_series AS listed USING (provider, page, series_id)"""
    )


_DUE = """
    SELECT provider, page, series_id FROM raw.quote
    WHERE effective_from > $since::DATE AND effective_from <= $until::DATE
    UNION
    SELECT provider, page, series_id FROM raw.availability
    WHERE stated_date > $since::DATE AND stated_date <= $until::DATE
    UNION -- the day on which a tuned model answers for a whole month less (mart/offer_history.sql)
    SELECT provider, page, series_id FROM raw.availability CROSS JOIN range(1, 13) AS months(n)
    WHERE kind = 'inference_ends'
      AND stated_date - to_months(months.n::INTEGER) + INTERVAL 1 DAY > $since::DATE
      AND stated_date - to_months(months.n::INTEGER) + INTERVAL 1 DAY <= $until::DATE"""


def _mark_page(
    con: duckdb.DuckDBPyConnection, provider: str, page: str, good: Sequence[Row], new_readings: set[str]
) -> None:
    before = con.execute(
        """SELECT fetched_at, max_by(reading_id, read_id) FROM raw.page_read
           WHERE provider = $provider AND page = $page AND outcome = 'good'
             AND read_id NOT IN (SELECT unnest($new::VARCHAR[]))
           GROUP BY fetched_at ORDER BY fetched_at DESC LIMIT 1""",
        {"provider": provider, "page": page, "new": [row["read_id"] for row in good]},
    ).fetchone()
    is_late = bool(good and before and before[0] >= min(row["fetched_at"] for row in good))  # type: ignore[type-var]
    is_filled_in = bool(new_readings) and bool(
        con.execute(
            """SELECT 1 FROM raw.page_read WHERE provider = $provider AND page = $page AND outcome = 'good'
                 AND reading_id IN (SELECT unnest($readings::VARCHAR[]))
                 AND read_id NOT IN (SELECT unnest($new::VARCHAR[])) LIMIT 1""",
            {
                "provider": provider,
                "page": page,
                "readings": sorted(new_readings),
                "new": [row["read_id"] for row in good],
            },
        ).fetchone()
    )
    if is_late or is_filled_in or len(good) > 1:
        _mark_whole_page(con, provider, page)
    elif good and before is None:
        _mark_reading(con, good[0]["reading_id"])
    elif good and before is not None:
        _mark_moved(con, good[0], before)
        _mark_missed(con, good[0])


def _mark_whole_page(con: duckdb.DuckDBPyConnection, provider: str, page: str) -> None:
    con.execute(
        """INSERT INTO core.touched_series
           SELECT provider, page, series_id FROM raw.quote WHERE provider = $provider AND page = $page
           UNION
           SELECT provider, page, series_id FROM raw.availability WHERE provider = $provider AND page = $page""",
        {"provider": provider, "page": page},
    )


def _mark_read_twice(con: duckdb.DuckDBPyConnection, readings: Sequence[Row]) -> None:
    """Bodies that two parsers have read: what is different is ours, of whatever read (core/second_reading.sql)."""
    twice = con.execute(
        """SELECT DISTINCT new.provider, new.page
           FROM raw.reading AS new INNER JOIN raw.reading AS other USING (provider, page, sha256)
           WHERE new.reading_id IN (SELECT unnest($ids::VARCHAR[])) AND new.parser_version <> other.parser_version""",
        {"ids": [row["reading_id"] for row in readings]},
    ).fetchall()
    for provider, page in twice:
        _mark_whole_page(con, provider, page)


def _mark_reading(con: duckdb.DuckDBPyConnection, reading_id: object) -> None:
    con.execute(
        """INSERT INTO core.touched_series
           SELECT provider, page, series_id FROM raw.quote WHERE reading_id = $reading_id
           UNION
           SELECT provider, page, series_id FROM raw.availability WHERE reading_id = $reading_id""",
        {"reading_id": reading_id},
    )


def _mark_moved(con: duckdb.DuckDBPyConnection, read: Row, before: tuple[object, object]) -> None:
    last_read_at, last_reading = before
    facts = {
        "provider": read["provider"],
        "page": read["page"],
        "new": read["reading_id"],
        "old": last_reading,
        "new_day": read["fetched_at"],
        "old_day": last_read_at,
    }
    if read["reading_id"] != last_reading:
        # The columns are those that the core tables take from more than the first quote of a span.
        con.execute(
            """INSERT INTO core.touched_series
               WITH read AS (
                   SELECT reading_id, series_id, amount, value_state, base_model, derived, effective_from, effective_to
                   FROM raw.quote WHERE reading_id IN ($new, $old)
               ), new AS (SELECT * EXCLUDE (reading_id) FROM read WHERE reading_id = $new),
               old AS (SELECT * EXCLUDE (reading_id) FROM read WHERE reading_id = $old),
               moved AS ((FROM new EXCEPT FROM old) UNION (FROM old EXCEPT FROM new))
               SELECT DISTINCT $provider, $page, series_id FROM moved
               UNION
               SELECT provider, page, series_id FROM raw.availability WHERE reading_id = $new
                 AND series_id NOT IN (SELECT series_id FROM raw.availability WHERE reading_id = $old)""",
            {name: facts[name] for name in ("provider", "page", "new", "old")},
        )
    con.execute(  # a printed date lies between the two looks: what was announced is now in force, or over
        """INSERT INTO core.touched_series
           SELECT DISTINCT provider, page, series_id FROM raw.quote
           WHERE reading_id IN ($new, $old)
             AND (effective_from > $old_day::DATE AND effective_from <= $new_day::DATE
                  OR effective_to >= $old_day::DATE AND effective_to < $new_day::DATE)""",
        {name: facts[name] for name in ("new", "old", "new_day", "old_day")},
    )


def _mark_missed(con: duckdb.DuckDBPyConnection, read: Row) -> None:
    """What was said and is not on this read: how many reads missed it counts (core/availability_history.sql and
    core/scheduled_price.sql), though the page did not move.

    The tables tell what was said. What they do not know yet is on the list already, and where they are not made, or
    by other SQL, everything will be derived anew.
    """
    if con.execute("SELECT sql_version FROM core.derived_state").fetchone() != (sql_version(),):
        return
    con.execute(
        """INSERT INTO core.touched_series
           SELECT provider, page, series_id FROM core.availability_history
           WHERE provider = $provider AND page = $page AND gone_at IS NULL
             AND series_id NOT IN (SELECT series_id FROM raw.availability WHERE reading_id = $reading_id)
           UNION
           SELECT provider, page, series_id FROM core.scheduled_price AS scheduled
           WHERE provider = $provider AND page = $page AND withdrawn_at IS NULL AND kept_at IS NULL
             AND NOT EXISTS (
                 SELECT 1 FROM raw.quote AS quote
                 WHERE quote.reading_id = $reading_id AND quote.series_id = scheduled.series_id
                   AND quote.effective_from = scheduled.effective_from AND quote.effective_from > $read_at::DATE
                   AND quote.value_state = scheduled.value_state
                   AND quote.amount IS NOT DISTINCT FROM scheduled.amount)""",
        {
            "provider": read["provider"],
            "page": read["page"],
            "reading_id": read["reading_id"],
            "read_at": read["fetched_at"],
        },
    )
