"""`break-even`: when tuning pays for a workload, at every seller, from the published copy, in the terminal."""

from __future__ import annotations

from pipeline import terminal
from pipeline.errors import UsageFault
from pipeline.published import named, open_published
from pipeline.readers import WIDTH, check_seller
from pipeline.settings import Settings
from pipeline.workload import Workload, workloads

AGAINST = ("prompt_same_base", "prompt_larger_base", "managed", "self_hosted")


def break_even_command(
    settings: Settings,
    given: Workload,
    *,
    scenario: str | None,
    provider: str | None,
    model: str | None,
    against: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """One row an offer and comparison, what pays first. Raises UsageFault for a workload that is none."""
    if against is not None and against not in AGAINST:
        raise UsageFault(f"--against is {against!r}; there are {', '.join(AGAINST)}")
    documents: list[dict[str, object]] = []
    with open_published(settings) as connection:
        check_seller(connection, provider)
        for name, parameters in workloads(connection, scenario, given).items():
            query = "break_even_all_fields" if as_json else "break_even"
            answer = named(connection, query, [provider, model, against, *parameters])
            if as_json:
                documents += [{"scenario": name, **row} for row in answer.dicts()]
                continue
            shown = [row[:-1] for row in answer.rows if everything or not row[-1]]
            beside = len(answer.rows) - len(shown)
            terminal.say(f"{name}: {_words(parameters)}")
            if shown:
                terminal.print_table(answer.columns[:-1], shown, most=WIDTH)
            else:
                terminal.say("no offer matches")
            if beside:
                terminal.say(f"{beside} comparisons more have nothing to be compared with: --all shows why")
    if as_json:
        terminal.print_json(documents)


def _words(parameters: list[object]) -> str:
    """The workload in a line."""
    figures = [float(str(one)) for one in parameters[:8]]
    requests, prompt, tuned, into, out, cached, horizon, training = figures
    return (
        f"{requests:,.0f} requests a month, prompt of {prompt:,.0f} tokens ({tuned:,.0f} once tuned), {into:,.0f} in, "
        f"{out:,.0f} out{f', {cached:.0%} of the prompt cached' if cached else ''}; {training:,.0f} training tokens a run, "
        f"{horizon:g} months to pay back in"
    )
