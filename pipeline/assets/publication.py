"""The site, the downloads and the feeds; the status page alone when nothing moved."""

import dagster as dg

from pipeline import stages
from pipeline.assets.history import MOVES
from pipeline.assets.quotes import KEY as QUOTES

MARKUP = dg.AssetKey(["mart", "markup"])
SPAN = dg.AssetKey(["core", "price_span"])


@dg.asset(
    key=["site", "pages"],
    deps=[MOVES, MARKUP, SPAN],  # a broken promise of the history blocks what stands on it
    group_name="publication",
    required_resource_keys={"shop"},
    description="Pages, downloads and feeds; only pages whose figures changed are written.",
)
def site(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Publish."""
    done = stages.publish(context.resources.shop)
    return dg.MaterializeResult(
        metadata={
            "pages_written": done.written,
            "pages_unchanged": done.unchanged,
            "pages_removed": done.removed,
            "site": dg.MetadataValue.url(context.resources.shop.settings.site_url),
        }
    )


@dg.asset(
    key=["site", "status"],
    deps=[QUOTES],
    group_name="publication",
    required_resource_keys={"shop"},
    description="The status page: every source with its last look, its last good read and what is held.",
)
def status_page(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Publish the status page alone; every tick does, whatever moved."""
    written = stages.publish_status(context.resources.shop)
    return dg.MaterializeResult(metadata={"written": written})
