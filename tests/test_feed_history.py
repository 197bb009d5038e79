"""Third parties' lists over time: what stood in them, what their moves were, and what the shipped history answers."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.litellm_prices import region_in
from tests.test_history_properties import check
from tests.warehouse_facts import Row, built_warehouse, feed_price, moment, price, read, rows
from warehouse import export
from warehouse.facts import record, record_feed_prices
from warehouse.upkeep import needs_refresh, refresh

SEEDS = Path(__file__).resolve().parent.parent / "warehouse" / "seeds"
KINDS = {
    "appeared", "correction", "alias_repointed", "unit_slip", "placeholder", "disappeared", "scheduled", "withdrawn",
}  # fmt: skip

# The fine-tuned prices that were ever listed, with the day a list first had them: key, input, output, over base, since.
MARKUPS = (
    ("ft:gpt-3.5-turbo", "12", "16", 8.0, 8.0, "2023-12-14"),
    ("ft:gpt-3.5-turbo", "3", "6", 2.0, 3.0, "2024-03-25"),
    ("ft:gpt-3.5-turbo", "3", "6", 6.0, 4.0, "2025-09-28"),
    ("ft:gpt-3.5-turbo-0125", "3", "6", 6.0, 4.0, "2024-09-06"),
    ("ft:gpt-3.5-turbo-1106", "3", "6", 3.0, 3.0, "2024-09-06"),
    ("ft:gpt-3.5-turbo-0613", "3", "6", 2.0, 3.0, "2024-09-06"),
    ("ft:davinci-002", "2", "2", 1.0, 1.0, "2024-06-05"),
    ("ft:davinci-002", "12", "12", 6.0, 6.0, "2025-12-14"),
    ("ft:babbage-002", "1.6", "1.6", 4.0, 4.0, "2025-12-14"),
    ("ft:gpt-4-0613", "30", "60", 1.0, 1.0, "2024-06-30"),
    ("ft:gpt-4o-2024-05-13", "5", "15", 1.0, 1.0, "2024-06-30"),
    ("ft:gpt-4o-2024-08-06", "3.75", "15", 1.5, 1.5, "2024-09-06"),
    ("ft:gpt-4o-2024-11-20", "3.75", "15", 1.5, 1.5, "2024-11-22"),
    ("ft:gpt-4o-mini-2024-07-18", "0.3", "1.2", 2.0, 2.0, "2024-09-06"),
    ("ft:gpt-4.1-2025-04-14", "3", "12", 1.5, 1.5, "2025-12-14"),
    ("ft:gpt-4.1-mini-2025-04-14", "0.8", "3.2", 2.0, 2.0, "2025-12-14"),
    ("ft:gpt-4.1-nano-2025-04-14", "0.2", "0.8", 2.0, 2.0, "2025-12-14"),
    ("ft:o4-mini-2025-04-16", "4", "16", 4.0 / 1.1, 16 / 4.4, "2025-12-14"),
)
MARKUP_QUERY = """
    SELECT tuned.model, tuned.tuned_amount_text, other.tuned_amount_text, tuned.ratio, other.ratio,
        min(tuned.valid_from)::VARCHAR AS since
    FROM feed_markup_history AS tuned INNER JOIN feed_markup_history AS other USING (feed, model, tier, valid_from)
    WHERE tuned.meter = 'inference_input' AND other.meter = 'inference_output' AND tuned.tier = 'standard'
      AND tuned.ratio IS NOT NULL
    GROUP BY ALL"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as connection:
        yield connection


def listed(day: int | date, model: str, amount: str, **more: object) -> Row:
    """One price of a list that ships no history, on a day of 2025 or another."""
    observed_on = day if isinstance(day, date) else date(2025, 1, day)
    is_tuned = model.startswith("ft:")
    fields: Row = {
        "source": "a-list",
        "observed_on": observed_on,
        "model": model,
        "base_model": model.removeprefix("ft:") if is_tuned else None,
        "variant": "fine_tuned" if is_tuned else "base",
        "quoted": f"{model} | {more.get('meter', 'input')} | {more.get('effective_from')}",
    }
    return feed_price(amount, **(fields | more))


def take_in(con: duckdb.DuckDBPyConnection, *prices: Row) -> None:
    record_feed_prices(con, prices)
    refresh(con)
    assert not needs_refresh(con)


def events(con: duckdb.DuckDBPyConnection, feed: str = "a-list", **where: str) -> list[tuple[str, str, str]]:
    """Kind, rule and day of what happened in a list."""
    conditions = " AND ".join(["feed = $feed", *(f"{name} = ${name}" for name in where)])
    return con.execute(
        f"""SELECT kind, rule, observed_on::VARCHAR FROM core.feed_change WHERE {conditions}
            ORDER BY observed_on, kind, rule""",
        {"feed": feed, **where},
    ).fetchall()


def test_a_move_lies_between_two_snapshots_and_is_never_dated_to_a_day(con: duckdb.DuckDBPyConnection):
    dust = "2.0000000001"
    take_in(con, listed(1, "m", "2"), listed(5, "m", dust), listed(20, "m", "3"), listed(25, "other", "1"))
    assert rows(con, "SELECT * FROM core.feed_span WHERE feed = 'a-list' AND model = 'm' ORDER BY first_seen_on") != []
    spans = con.execute(
        """SELECT amount::DOUBLE, known_not_before::VARCHAR, first_seen_on::VARCHAR, last_seen_on::VARCHAR,
               valid_to::VARCHAR, end_reason
           FROM core.feed_span WHERE feed = 'a-list' AND model = 'm' ORDER BY first_seen_on"""
    ).fetchall()
    assert spans == [
        (2.0, None, "2025-01-01", "2025-01-05", "2025-01-20", "moved"),
        (3.0, "2025-01-05", "2025-01-20", "2025-01-20", "2025-01-25", "gone"),
    ]


def test_the_rules_tell_what_a_move_of_a_list_was(con: duckdb.DuckDBPyConnection):
    take_in(
        con,
        *(listed(1, model, amount) for model, amount in (("a", "2"), ("ft:a", "2"), ("b", "2"), ("ft:b", "4"))),
        *(listed(2, model, amount) for model, amount in (("a", "2"), ("ft:a", "6"), ("b", "2"), ("ft:b", "5"))),
        listed(1, "slip", "1.63"), listed(2, "slip", "0.163"),
        listed(1, "free", "3"), listed(2, "free", "0"),
        listed(1, "gpt-3.5-turbo", "1.5"), listed(2, "gpt-3.5-turbo", "0.5"),
        listed(1, "gpt-3.5-turbo-0125", "0.5"), listed(2, "gpt-3.5-turbo-0125", "0.5"),
        listed(1, "round", "0.03", meter="inference_cached_input"),
        listed(2, "round", "0.025", meter="inference_cached_input"),
        listed(1, "flap", "1"), listed(2, "flap", "2"), listed(3, "flap", "1"),
        listed(1, "o", "10"), listed(2, "o", "2"),
    )  # fmt: skip
    told = {
        model: [event[:2] for event in events(con, model=model) if event[2] in ("2025-01-02", "2025-01-03")][:1]
        for model in ("ft:a", "ft:b", "slip", "free", "gpt-3.5-turbo", "round", "o")
    }
    assert told == {
        "ft:a": [("correction", "price_of_base_replaced")],
        "ft:b": [("correction", "moved_alone")],
        "slip": [("unit_slip", "power_of_ten")],
        "free": [("placeholder", "zero")],
        "gpt-3.5-turbo": [("alias_repointed", "alias")],
        "round": [("correction", "rounded")],
        "o": [("correction", "unconfirmed")],
    }
    assert ("placeholder", "price_of_base", "2025-01-01") in events(con, model="ft:a")
    assert ("correction", "came_back", "2025-01-03") in events(con, model="flap")


def test_an_announced_price_that_is_taken_back_is_scheduled_and_withdrawn_and_never_holds(
    con: duckdb.DuckDBPyConnection,
):
    autumn = date(2026, 9, 1)
    for day in (date(2026, 7, 1), date(2026, 8, 1)):
        record_feed_prices(con, [listed(day, "sonnet", "2"), listed(day, "sonnet", "3", effective_from=autumn)])
    take_in(con, listed(date(2026, 8, 20), "sonnet", "2"), listed(date(2026, 9, 5), "sonnet", "2"))
    assert events(con) == [
        ("appeared", "first_sight", "2026-07-01"),
        ("scheduled", "later_day", "2026-07-01"),
        ("withdrawn", "gone_before_its_day", "2026-08-20"),
    ]
    assert con.execute("SELECT amount::DOUBLE, valid_to FROM core.feed_span WHERE feed = 'a-list'").fetchall() == [
        (2.0, None)
    ]


def test_a_stated_day_dates_the_price_where_the_list_states_it(con: duckdb.DuckDBPyConnection):
    stated = date(2025, 1, 12)
    take_in(con, listed(10, "m", "2"), listed(20, "m", "3", effective_from=stated))
    assert con.execute(
        "SELECT amount::DOUBLE, valid_from, valid_to FROM core.feed_span WHERE feed = 'a-list' ORDER BY first_seen_on"
    ).fetchall() == [(2.0, None, stated), (3.0, stated, None)]


def test_a_base_that_is_gone_makes_the_markup_unknown_and_never_zero(con: duckdb.DuckDBPyConnection):
    take_in(con, *(listed(1, *one) for one in (("m", "2"), ("ft:m", "6"))), listed(9, "ft:m", "6"))
    assert con.execute(
        """SELECT valid_from::VARCHAR, valid_to::VARCHAR, ratio, unknown_because FROM mart.feed_markup_history
           WHERE feed = 'a-list' ORDER BY valid_from"""
    ).fetchall() == [
        ("2025-01-01", "2025-01-09", 3.0, None),
        ("2025-01-09", None, None, "the list has no price of its base m since 2025-01-09"),
    ]


def test_a_sellers_own_page_makes_it_the_sellers_move_and_still_no_news(con: duckdb.DuckDBPyConnection):
    before, after = price("10", model="o3"), price("2", model="o3")
    record(con, read(moment(-210), [before]))
    record(con, read(moment(-200), [after], verdicts=[(after, "accepted", "confirmed")]))
    take_in(con, listed(date(2025, 6, 1), "o3", "10"), listed(date(2025, 6, 20), "o3", "2"))
    found = con.execute(
        "SELECT kind, rule, event_id IS NOT NULL, is_news FROM mart.feed_event WHERE feed = 'a-list' AND old_amount = 10"
    ).fetchall()
    assert found == [("vendor_change", "vendor_evidence", True, False)]
    assert con.execute(
        "SELECT DISTINCT kind FROM mart.feed_event WHERE model = 'o3' AND feed = 'genai-prices'"
    ).fetchall()
    assert con.execute("SELECT count(*) FROM core.price_change WHERE is_news AND quote_id IS NULL").fetchone() == (0,)


def test_pages_touch_no_list_and_lists_touch_no_page(con: duckdb.DuckDBPyConnection):
    con.execute("UPDATE core.feed_span SET last_version = 'as it was'")
    record(con, read(moment(0), [price("5")]))
    refresh(con)
    assert con.execute("SELECT DISTINCT last_version FROM core.feed_span").fetchall() == [("as it was",)]
    assert refresh_series(con, listed(1, "m", "2")) == ()
    assert ("as it was",) not in con.execute(
        "SELECT last_version FROM core.feed_span WHERE provider = 'openai'"
    ).fetchall()


def refresh_series(con: duckdb.DuckDBPyConnection, *prices: Row) -> tuple[tuple[str, str, str], ...]:
    record_feed_prices(con, prices)
    return refresh(con).series


facts = st.lists(
    st.builds(
        lambda day, model, amount, until: listed(
            day, model, amount, effective_from=None if until is None else date(2025, 1, until)
        ),
        st.integers(1, 12),
        st.sampled_from(["m", "ft:m", "gpt-4.1"]),
        st.sampled_from(["2", "2", "4", "20", "0"]),
        st.sampled_from([None, None, None, 6]),
    ),
    min_size=2,
    max_size=12,
    unique_by=lambda row: (row["observed_on"], row["quoted"], row["amount"]),
)


@settings(max_examples=6, deadline=None)
@given(facts.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made), st.integers(1, 5))))
def test_late_and_back_dated_imports_give_what_a_rebuild_gives(drawn: tuple[list[Row], list[Row], int]):
    made, shuffled, at_once = drawn
    with built_warehouse() as con:
        record_feed_prices(con, made)
        refresh(con)
        expected = con.execute("FROM core.feed_span ORDER BY ALL").fetchall()
    with built_warehouse() as con:
        for start in range(0, len(shuffled), at_once):
            record_feed_prices(con, shuffled[start : start + at_once])
            refresh(con)
        assert expected == con.execute("FROM core.feed_span ORDER BY ALL").fetchall()
        check(con)


# --- the shipped history


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """What an installation publishes that has read one page once: gpt-4.1 and the tuned davinci-002 on New Year 2026."""
    folder = tmp_path_factory.mktemp("published")
    tuned = price("12", model="davinci-002", variant="fine_tuned", base_model="davinci-002", condition="legacy")
    with built_warehouse() as con:
        seen = [price("2.5", model="gpt-4.1"), price("0.5", model="gpt-4.1", meter="inference_cached_input"), tuned]
        record(con, read(moment(0), seen))
        refresh(con)
        export.publish(con, folder)
    with duckdb.connect(str(folder / "prices.duckdb"), read_only=True) as reader:
        yield reader


def test_the_shipped_history_is_small_dated_and_mapped_without_doubt():
    sizes = [file.stat().st_size for file in SEEDS.glob("feed_*.csv")]
    assert len(sizes) >= 5
    assert sum(sizes) < 200_000
    with (SEEDS / "feed_model.csv").open(encoding="utf-8", newline="") as file:
        names = [(row["provider"], row["product"], row["key"]) for row in csv.DictReader(file)]
    assert len(names) > 150
    assert len(names) == len(set(names))


def test_every_markup_that_was_ever_listed_can_be_asked_for(shipped: duckdb.DuckDBPyConnection):
    found = {(*row[:3], round(row[3], 6), round(row[4], 6)): row[5] for row in shipped.execute(MARKUP_QUERY).fetchall()}
    for key, tuned_in, tuned_out, ratio_in, ratio_out, since in MARKUPS:
        assert found[key, tuned_in, tuned_out, round(ratio_in, 6), round(ratio_out, 6)] == since


def test_no_list_alone_ever_shows_a_sellers_move(shipped: duckdb.DuckDBPyConnection):
    assert {row[0] for row in shipped.execute("SELECT DISTINCT kind FROM feed_change").fetchall()} <= KINDS
    assert shipped.execute("SELECT count(*) FROM feed_change WHERE is_news").fetchone() == (0,)
    story = shipped.execute(
        """SELECT kind, rule, known_not_before::VARCHAR, observed_on::VARCHAR, old_amount, new_amount, base_amount
           FROM feed_change WHERE model = 'ft:davinci-002' AND feed = 'litellm' AND meter = 'inference_input'
             AND tier = 'standard' ORDER BY observed_on"""
    ).fetchall()
    assert story == [
        ("placeholder", "price_of_base", "2023-12-14", "2024-12-09", None, 2.0, 2.0),
        ("correction", "price_of_base_replaced", "2025-11-09", "2025-12-14", 2.0, 12.0, 2.0),
    ]
    stale = "SELECT kind, rule, observed_on::VARCHAR FROM feed_change WHERE model = '{}' AND old_amount = {} AND meter = '{}'"
    alone = shipped.execute(stale.format("ft:gpt-3.5-turbo", 12, "inference_input")).fetchall()
    assert sorted(alone) == [("correction", "moved_alone", "2024-12-09"), ("correction", "unconfirmed", "2024-02-05")]
    cut = shipped.execute(stale.format("o3", 10, "inference_input")).fetchall()
    assert {("correction", "unconfirmed", "2025-06-11")} < set(cut)
    slip = shipped.execute(stale.format("claude-instant-1.2", 1.63, "inference_input")).fetchall()
    assert ("unit_slip", "power_of_ten", "2023-12-14") in slip
    gone = shipped.execute(
        """SELECT ratio, unknown_because FROM feed_markup_history
           WHERE model = 'ft:gpt-3.5-turbo-0613' AND feed = 'litellm' AND valid_to IS NULL"""
    ).fetchall()
    assert set(gone) == {(None, "the list has no price of its base gpt-3.5-turbo-0613 since 2026-03-13")}


def test_a_price_as_of_a_date_is_a_lists_before_the_first_read_and_the_sellers_after(
    shipped: duckdb.DuckDBPyConnection,
):
    ask = "SELECT amount, trust, source FROM price_as_of('{}') WHERE provider = 'openai' AND model = '{}' AND meter = 'inference_input' AND variant = '{}' AND tier = 'standard'"
    for day, model, variant, expected in (
        ("2025-06-01", "gpt-4.1", "base", (2.0, "third_party", "litellm")),
        ("2026-01-02", "gpt-4.1", "base", (2.5, "vendor", "openai/pricing")),
        ("2025-12-13", "davinci-002", "fine_tuned", (2.0, "third_party", "litellm")),  # the interval: the old one holds
        ("2025-12-14", "davinci-002", "fine_tuned", (12.0, "third_party", "litellm")),
        ("2025-06-10", "o3", "base", (10.0, "third_party", "tokencost")),
        ("2025-06-12", "o3", "base", (2.0, "third_party", "tokencost")),
    ):
        assert shipped.execute(ask.format(day, model, variant)).fetchall() == [expected], (day, model)
    assert shipped.execute(ask.format("2026-01-02", "o3", "base")).fetchall() == []  # the seller is read since
    assert shipped.execute("SELECT count(*) FROM price_as_of('2023-01-01')").fetchone() == (0,)


def test_a_markup_as_of_a_date_has_its_base_from_the_same_list(shipped: duckdb.DuckDBPyConnection):
    ask = "SELECT tuned_amount, base_amount, ratio, source, unknown_because FROM markup_as_of('{}') WHERE model = '{}' AND meter = 'inference_input' AND tier = 'standard'"
    assert shipped.execute(ask.format("2023-12-20", "gpt-3.5-turbo")).fetchall() == [(12.0, 1.5, 8.0, "litellm", None)]
    assert shipped.execute(ask.format("2024-06-30", "gpt-3.5-turbo")).fetchall() == [(3.0, 1.5, 2.0, "tokencost", None)]
    assert shipped.execute(ask.format("2025-12-20", "davinci-002")).fetchall() == [(12.0, 2.0, 6.0, "litellm", None)]
    assert shipped.execute(
        "SELECT count(*) FROM markup_as_of('2024-06-30') WHERE ratio IS NULL AND unknown_because IS NULL"
    ).fetchone() == (0,)


def test_sources_that_agree_and_differ_stand_side_by_side(shipped: duckdb.DuckDBPyConnection):
    found = shipped.execute(
        """SELECT meter, feed, amount, feed_amount, agrees, cause IS NULL, state FROM source_agreement
           WHERE model = 'gpt-4.1' AND feed IN ('litellm', 'portkey') ORDER BY ALL"""
    ).fetchall()
    assert found == [
        ("inference_cached_input", "litellm", 0.5, 0.5, True, True, "agrees"),
        ("inference_cached_input", "portkey", 0.5, 0.5, True, True, "agrees"),
        ("inference_input", "litellm", 2.5, 2.0, False, False, "open"),
        ("inference_input", "portkey", 2.5, 2.0, False, False, "open"),
    ]


ROUTES = (
    "'openai': 'openai', 'text-completion-openai': 'openai', '': 'openai', 'anthropic': 'anthropic', 'gemini': 'google',"
    " 'google': 'google', 'mistral': 'mistral', 'mistral-ai': 'mistral', 'deepseek': 'deepseek', 'together_ai': 'together',"
    " 'togetherai': 'together', 'together': 'together', 'together-ai': 'together', 'fireworks_ai': 'fireworks',"
    " 'fireworks-ai': 'fireworks', 'fireworks': 'fireworks', 'bedrock_converse': 'bedrock'"
)


@pytest.mark.real_pages
def test_the_shipped_history_is_what_its_query_gives_and_the_whole_file_adds_to_it(shared_pages: Path):
    observations = shared_pages.parent / "feeds" / "price_observations.parquet"
    query = (SEEDS.parent / "queries" / "feed_history_seed.sql").read_text(encoding="utf-8")
    with built_warehouse() as con:
        made = con.execute(query, {"observations": str(observations)}).fetchall()
        with (SEEDS / "feed_history.csv").open(encoding="utf-8", newline="") as file:
            kept = [tuple(row.values()) for row in csv.DictReader(file)]
        assert kept == [tuple("" if value is None else str(value) for value in row) for row in made]
        ask = "SELECT * EXCLUDE (feed_span_id, feed_series_id) FROM core.feed_span WHERE (provider, model) IN (SELECT (provider, key) FROM seed.feed_model) AND meter IN ('inference_input', 'inference_output') AND tier = 'standard' AND context_band IS NULL ORDER BY ALL"
        before = con.execute(ask).fetchall()
        of_litellm = "source IN ('litellm', 'tokencost', 'tokencost-git')"
        con.execute("CREATE TEMP TABLE region (seller VARCHAR, model VARCHAR, region VARCHAR)")
        for seller, words in (("azure", "azure"), ("bedrock", "bedrock%")):
            keys = con.execute(
                f"SELECT DISTINCT model FROM read_parquet('{observations}') WHERE provider LIKE '{words}' AND {of_litellm}"
            ).fetchall()
            assert len(keys) > 100
            con.executemany(
                "INSERT INTO region VALUES (?, ?, ?)", [(seller, key, region_in(seller, key)) for (key,) in keys]
            )
        con.execute(
            f"""INSERT INTO raw.feed_price (feed_price_id, source, origin, source_version, observed_on, provider, product, model,
                    base_model, meter, variant, tier, region, amount, currency, raw_text, raw_unit, quoted, sha256, line, imported_at)
                SELECT row_number() OVER ()::VARCHAR, 'observations', source, source_version, observed_on,
                    coalesce(MAP {{{ROUTES}}}[coalesce(provider, '')], provider) AS seller,
                    CASE WHEN seller = 'google' AND source <> 'genai-prices' THEN 'gemini_api' END, model,
                    CASE WHEN starts_with(model, 'ft:') THEN substr(model, 4) END, 'inference_' || price_kind,
                    CASE WHEN starts_with(model, 'ft:') THEN 'fine_tuned' ELSE 'base' END, 'standard',
                    CASE WHEN {of_litellm} THEN (SELECT max(region) FROM region WHERE region.seller = coalesce(MAP {{{ROUTES}}}[coalesce(provider, '')], provider) AND region.model = seen.model) END,
                    usd, 'USD',
                    usd::VARCHAR, unit, model || price_kind || coalesce(provider, ''), 'x', 1, TIMESTAMP '2026-11-23'
                FROM read_parquet('{observations}') AS seen WHERE price_kind IN ('input', 'output')"""
        )
        con.execute("INSERT INTO core.touched_feed SELECT DISTINCT provider FROM raw.feed_price")
        refresh(con)
        assert before == con.execute(ask).fetchall()  # the same prices again are no other history
        kinds = {row[0] for row in con.execute("SELECT DISTINCT kind FROM mart.feed_event").fetchall()}
        assert kinds <= KINDS
        assert len(kinds) >= 6
        counted = con.execute("SELECT count(*) FROM core.feed_span").fetchone()
        assert counted is not None
        assert counted[0] > 5000


# Keys of a cloud whose scope nobody can tell (LiteLLM priced `azure/gpt-4o-2024-08-06` first as Azure's global, then as its
# regional deployments; `amazon.nova-2-lite-v1:0` costs 0.30 there and 0.33 at models.dev) or whose price is not read.
OF_NO_CERTAIN_SCOPE = re.compile(r"azure/(?!us/|eu/|global)|azure_ai/|amazon\.nova-2-lite|azure/(us|eu)/gpt-4o$")
OF_CLOUDS = re.compile(
    r"(?:azure|azure_ai)/(?:[a-z-]+/)?(?:gpt-4\.1(?:-mini)?(?:-2025-04-14)?|gpt-4o(?:-2024-08-06)?|gpt-4o-mini(?:-2024-07-18)?"
    r"|o4-mini(?:-2025-04-16)?|llama-3\.3-70b-instruct|ministral-3b)|(?:[a-z-]+\.)?amazon\.nova-2-lite-v1:0",
    re.IGNORECASE,
)
COSTS = {
    "inference_input": "input_cost_per_token",
    "inference_output": "output_cost_per_token",
    "inference_cached_input": "cache_read_input_token_cost",
}


@pytest.mark.real_pages
def test_the_clouds_keys_of_the_shipped_history_are_in_the_lists_own_files(shared_pages: Path):
    """Counted from LiteLLM's files as they were packaged: every key of a tracked model that names its scope, and no other."""
    with (SEEDS / "feed_history.csv").open(encoding="utf-8", newline="") as file:
        kept = [
            row for row in csv.DictReader(file) if row["feed"] == "litellm" and row["provider"] in {"azure", "bedrock"}
        ]
    compared, left_out = 0, set()
    for path in sorted((shared_pages.parent / "feeds").glob("litellm_*.json.gz")):
        day = path.name.split("_")[1]
        table = json.loads(gzip.decompress(path.read_bytes()))
        printed = {}
        for key, entry in table.items():
            if not OF_CLOUDS.fullmatch(key):
                continue
            if OF_NO_CERTAIN_SCOPE.match(key):
                left_out.add(key)
                continue
            for meter, name in COSTS.items():
                if name in entry:
                    printed[key, meter] = round(Decimal(str(entry[name])) * 1_000_000, 8)
        found = {
            (row["model"], row["meter"]): Decimal(row["amount"])
            for row in kept
            if row["first_on"] <= day <= row["last_on"]
        }
        assert printed == found, day
        compared += len(printed)
    assert compared > 60
    assert {"azure/gpt-4o-2024-08-06", "azure/gpt-4.1-mini", "amazon.nova-2-lite-v1:0"} < left_out


def test_a_key_of_a_cloud_is_a_price_of_its_own_scope_alone():
    with (SEEDS / "feed_model.csv").open(encoding="utf-8", newline="") as file:
        scopes = {row["key"]: row["region"] for row in csv.DictReader(file) if row["provider"] == "azure"}
    assert len(scopes) == 19
    for key, scope in scopes.items():
        assert scope == ("data_zone" if key.split("/")[1] in {"us", "eu"} else "global")
    with built_warehouse() as con:
        ask = """SELECT model, tracked_region, amount::DOUBLE FROM mart.feed_history
                 WHERE provider = '{}' AND meter = 'inference_input' AND feed = 'litellm' AND valid_to IS NULL"""
        azure = set(con.execute(ask.format("azure")).fetchall())
        assert {
            ("azure/us/gpt-4.1-2025-04-14", "data_zone", 2.2),
            ("azure/global/gpt-4o-2024-08-06", "global", 2.5),
        } < azure
        nova = {(region, amount) for _, region, amount in con.execute(ask.format("bedrock")).fetchall()}
        assert nova == {("apac", 0.396), ("eu", 0.429), ("global", 0.3), ("jp", 0.396), ("us", 0.33)}
        # the same key on the schedule goes on with the stretch that ships
        row = feed_price(
            "2.2", source="litellm", observed_on=date(2026, 12, 3), provider="azure", model="azure/us/gpt-4.1", region="us",
            quoted="azure/us/gpt-4.1 input",
        )  # fmt: skip
        record_feed_prices(con, [row])
        refresh(con)
        went_on = con.execute(
            """SELECT first_seen_on::VARCHAR, last_seen_on::VARCHAR FROM mart.feed_history WHERE model = 'azure/us/gpt-4.1'
                 AND meter = 'inference_input' AND feed = 'litellm'"""
        ).fetchall()
        assert went_on == [("2026-10-11", "2026-12-03")]
