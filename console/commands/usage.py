"""usage: tokens and cost of the models, by run, day, provider or phase; providers' health."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from console.path_type import workspace_option
from console.records import records_of
from console.view.errors import errors_on_stderr
from ledger.clock import stamp
from ledger.usage import Grouping, ProviderHistory, Sums

_GROUPS: tuple[Grouping, ...] = ("run", "day", "provider", "model", "phase", "step")


def _moment(ctx: click.Context, option: click.Parameter, text: str) -> str:
    """A UTC date or time as the record writes it, so that text order is time order.

    Raises:
        BadParameter: it is no ISO 8601.
    """
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no date or time; write 2026-11-21 or 2026-11-21T14:30"
        ) from error
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


@click.command("usage")
@click.option(
    "--by", type=click.Choice(_GROUPS), default="run", show_default=True, help="Sums of what."
)
@click.option("--health", is_flag=True, help="Each provider's outcomes and times instead.")
@click.option(
    "--since",
    default="",
    callback=_moment,
    metavar="TIME",
    help="From a UTC date or time on: 2026-11-21.",
)
@click.option("--run", "run_id", default="", metavar="RUN", help="Of one run only.")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def command(
    by: Grouping, health: bool, since: str, run_id: str, workspace: str | None, as_json: bool
) -> int:
    """Report calls, tokens and cost; a failed call is charged as it was reserved."""
    if health and run_id:
        raise click.UsageError("--health goes without --run; --since narrows it")
    with errors_on_stderr(), records_of(workspace) as records:
        if health:
            return _health(records.ledger.usage.histories(since=since), as_json=as_json)
        run = records.run(run_id).run_id if run_id else ""
        sums = records.ledger.usage.report(by, since=since, run_id=run)
    if as_json:
        click.echo(json.dumps([{**asdict(one), "usd": one.usd} for one in sums]))
        return 0
    click.echo(f"{by:28} {'calls':>6} {'failed':>6} {'input':>10} {'output':>9} {'USD':>10}")
    for one in sums:
        click.echo(_line(one))
    if any(one.unpriced for one in sums):
        click.echo("* holds calls whose price is unknown")
    return 0


def _health(histories: Sequence[ProviderHistory], *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps([asdict(one) for one in histories]))
        return 0
    for one in histories:
        click.echo(str(one))
    return 0


def _line(sums: Sums) -> str:
    mark = "*" if sums.unpriced else ""
    return (
        f"{sums.name:28} {sums.calls:>6} {sums.failed:>6} {sums.input_tokens:>10,} "
        f"{sums.output_tokens:>9,} {sums.usd:>10.4f}{mark}"
    )
