"""One asset a page: fetch and archive. Never opens the warehouse, never fails the run: a page that was not had is a
red check with its reason, and the others go on.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipeline import stages
from scrapers.catalog import PageRow

CHECK = "had"


def page_key(row: PageRow) -> dg.AssetKey:
    """`page/<provider>/<page>`."""
    return dg.AssetKey(["page", row.provider, row.page])


def page_asset(row: PageRow) -> dg.AssetsDefinition:
    """The asset of one catalogue row."""
    key = page_key(row)

    @dg.asset(
        key=key,
        group_name="pages",
        description=f"{row.url} ({row.notes})",
        required_resource_keys={"shop"},
        check_specs=[dg.AssetCheckSpec(CHECK, asset=key, description="The page was had, or is not due.")],
    )
    def look_at_page(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        seen = stages.look_at_page(context.resources.shop, row)
        metadata: dict[str, Any] = {
            "outcome": seen.outcome,
            "url": dg.MetadataValue.url(row.url),
            "bytes_moved": seen.is_new_body,
            **({"detail": seen.detail} if seen.detail else {}),
            **({"sha256": seen.sha256} if seen.sha256 else {}),
        }
        check = dg.AssetCheckResult(
            check_name=CHECK,
            passed=seen.outcome in {"good", "not_due"},
            severity=dg.AssetCheckSeverity.ERROR,
            metadata=metadata,
        )
        yield dg.MaterializeResult(metadata=metadata, check_results=[check])

    return look_at_page
