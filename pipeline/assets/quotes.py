"""Parse, judge, record: from archived bytes to facts, one check a provider that names what was not understood."""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipeline import stages
from pipeline.assets.pages import page_key
from scrapers.catalog import PageRow

KEY = dg.AssetKey(["raw", "quote"])


def check_name(provider: str) -> str:
    """The name of a provider's check."""
    return f"{provider.strip('_').replace('-', '_')}_read"


def quotes_asset(rows: Sequence[PageRow]) -> dg.AssetsDefinition:
    """The asset of `raw.quote` and its neighbours, over the pages of a catalogue."""
    providers = list(dict.fromkeys(row.provider for row in rows))

    @dg.multi_asset(
        name="quotes",
        specs=[
            dg.AssetSpec(
                KEY,
                deps=[page_key(row) for row in rows],
                group_name="facts",
                description="What was read in the pages and how it was judged; append-only.",
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(check_name(name), asset=KEY, description=f"Every page of {name} that was due was read.")
            for name in providers
        ],
        required_resource_keys={"shop"},
    )
    def quotes(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        lines = stages.read_pages(context.resources.shop)
        table = "\n".join(
            ["| provider | status | quotes | new | moved | held | |", "| --- | --- | --- | --- | --- | --- | --- |"]
            + [
                f"| {line.provider} | {line.status} | {line.quotes} | {line.first_seen} | {line.moved} | {line.held} | {line.words} |"
                for line in lines
            ]
        )
        yield dg.MaterializeResult(
            asset_key=KEY,
            metadata={
                "quotes": sum(line.quotes for line in lines),
                "moved": sum(line.moved for line in lines),
                "held": sum(line.held for line in lines),
                "providers": dg.MetadataValue.md(table),
            },
        )
        for line in lines:
            yield dg.AssetCheckResult(
                asset_key=KEY,
                check_name=check_name(line.provider),
                passed=line.status != "failed",
                severity=dg.AssetCheckSeverity.ERROR,
                description=line.words,
            )

    return quotes
