"""Every file of `warehouse/checks/` as an asset check: a promise of a table, kept when no row breaks it."""

from collections.abc import Iterator

import dagster as dg

from pipeline import stages
from warehouse.upkeep import promises as promise_files

SPAN = dg.AssetKey(["core", "price_span"])


@dg.multi_asset_check(
    name="promises",
    specs=[
        dg.AssetCheckSpec(promise.name, asset=SPAN, description=promise.description, blocking=True)
        for promise in promise_files()
    ],
    required_resource_keys={"shop"},
)
def promises(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Hold the history against its promises; a broken one keeps the site from being published."""
    for name, rows in stages.broken_promises(context.resources.shop).items():
        yield dg.AssetCheckResult(
            asset_key=SPAN,
            check_name=name,
            passed=not rows,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"rows": len(rows), "first": str(rows[:3])},
        )
