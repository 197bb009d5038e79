"""History and what is derived from it: recomputed only when something moved, and skipped for all to see otherwise."""

from collections.abc import Iterator

import dagster as dg

from pipeline import stages
from pipeline.assets.quotes import KEY as QUOTES
from pipeline.report import told
from pipeline.workshop import Kept
from warehouse.tables import TableFile, tables

MOVES = dg.AssetKey("price_moves")
DERIVED = tuple(table for table in tables() if table.kind == "table")
"""Views derive nothing: they are not assets."""


def table_key(table: TableFile) -> dg.AssetKey:
    """`core/price_span` for core.price_span."""
    return dg.AssetKey(table.name.split("."))


def is_mart(table: TableFile) -> bool:
    """Whether a table is computed from history."""
    return table.name.startswith("mart.")


def _spec(table: TableFile) -> dg.AssetSpec:
    known = {other.name: table_key(other) for other in DERIVED}
    needed = sorted(_tables_behind(table) & known.keys())
    first = MOVES if is_mart(table) else QUOTES
    return dg.AssetSpec(
        table_key(table),
        deps=[first, *(known[name] for name in needed)],
        group_name=table.name.partition(".")[0],
        description=table.description,
        skippable=is_mart(table),
    )


def _tables_behind(table: TableFile) -> set[str]:
    """The tables a table reads, also through views."""
    files = {other.name: other for other in tables()}
    behind: set[str] = set()
    for name in table.depends:
        if name in files:
            behind |= {name} if files[name].kind == "table" else _tables_behind(files[name])
    return behind


@dg.multi_asset(
    name="history",
    specs=[
        *(_spec(table) for table in DERIVED),
        dg.AssetSpec(
            MOVES,
            deps=[dg.AssetKey(["core", "price_span"])],
            group_name="core",
            description="Materialised only when something moved: a price, a fact, an announced date, a formula.",
            skippable=True,
        ),
    ],
    required_resource_keys={"shop"},
)
def history(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Bring history and what is computed from it up to the facts, in one transaction, for the series touched."""
    kept = stages.keep_history(context.resources.shop)
    yield from (_derived(table, kept) for table in DERIVED if not is_mart(table))
    if not kept.has_moved:
        return
    news = "\n".join(f"- {line}" for line in told(kept.news, most=20)) or "nothing that readers need to hear of"
    yield dg.MaterializeResult(
        asset_key=MOVES,
        metadata={"series_touched": kept.touched, "events": kept.events, "news": dg.MetadataValue.md(news)},
    )
    yield from (_derived(table, kept) for table in DERIVED if is_mart(table))


def _derived(table: TableFile, kept: Kept) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=table_key(table),
        metadata={"rows": kept.rows.get(table.name, 0)},
        data_version=dg.DataVersion(kept.data_version),
    )
