"""runs, show, stop, replay, usage: the records of a workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from console.commands.deployments import would_bring_back
from console.options import recorded_options, records_of, request_from
from console.parameters import json_option, run_argument, workspace_option
from console.view.output import print_value
from console.view.pasted import going_on, tried_lines
from graph.errors import RunNotFound
from graph.request import load_requirements
from ledger.connection import stamp
from ledger.runs import Run
from ledger.text.counted import counted
from ledger.text.program import program
from ledger.usage import Grouping, Sums

_GROUPS: tuple[Grouping, ...] = get_args(Grouping)


@click.command("runs")
@click.option("--feature", default="", metavar="NAME", help="Of one feature only.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most."
)
@workspace_option
@json_option
def runs(feature: str, limit: int, workspace: str | None, as_json: bool) -> None:
    """List the runs of a workspace, the newest first."""
    with records_of(workspace, or_empty=not feature) as records:
        found = records.ledger.runs.list(limit=limit, feature=feature)
    if feature and not found:
        raise RunNotFound(
            f"there is no run of feature {feature!r}", next_step=f"`{program()} runs` lists all"
        )
    lines = [f"{run.run_id}  {_status(run):11}  {run.mode:9}  {run.feature}" for run in found]
    print_value([_row(run) for run in found], lines or ["no runs yet"], as_json=as_json)


@click.command("show")
@run_argument
@workspace_option
@json_option
def show(run_id: str, workspace: str | None, as_json: bool) -> None:
    """Explain a run: its steps, calls, proof and failure.

    RUN is a run's id, a part of it that no other run shares, or a feature for its last run.
    """
    with records_of(workspace) as records:
        run = records.run_or_last(run_id)
        events = records.events(run.run_id)
        place = records.workspace
    value = {**_row(run), "result": run.result, "events": events}
    print_value(value, _lines(run, events, place.root, place.run_dir(run.run_id)), as_json=as_json)


@click.command("stop")
@click.argument("name", metavar="FEATURE|RUN")
@workspace_option
def stop(name: str, workspace: str | None) -> None:
    """Stop what a run left running, or what was deployed last of a feature."""
    with records_of(workspace) as records:
        run = records.deployed(name)
        whole = name == run.feature
        stopped, earlier = asyncio.run((records.stop_feature if whole else records.stop)(run))
    if not stopped:
        click.echo(f"{f'feature {name}' if whole else f'run {run.run_id}'} has nothing running")
        return
    for one in stopped:
        click.echo(f"stopped {one.url} ({one.id}), revision {one.revision[:10]}")
    if earlier:
        click.echo(f"a run or `provision` deploys the files of behaviors/{run.feature}")
        click.echo(would_bring_back(run.feature, earlier.revision))


def _status(run: Run) -> str:
    """The recorded status; "interrupted" for a run that was killed."""
    return "interrupted" if run.abandoned else run.status


def _row(run: Run) -> dict[str, Any]:
    names = ("run_id", "feature", "mode", "status", "created_at", "updated_at")
    return {name: getattr(run, name) for name in names} | {"status": _status(run)}


def _lines(run: Run, events: list[dict[str, Any]], workspace: Path, folder: Path) -> Iterator[str]:
    status = _status(run)
    yield f"{run.run_id}  {run.feature}, mode {run.mode}: {status}"
    yield f"  begun {run.created_at}, last changed {run.updated_at}"
    for event in events:
        if said := _event_line(event):
            yield f"  {event['at'][11:19]}  {said}"
    result = run.result or {}
    if not run.requirements_sha:  # `provision` has no events
        yield "  made by `provision`, which deploys a folder as it is"
        yield from (f"  {step['name']}: {step['status']}" for step in result.get("steps", ()))
    if error := result.get("error"):
        yield f"  {status}: {error['type']}: {error['summary']}"
        for line in error["evidence"]:
            yield f"    | {line}"
        yield from (f"  tried: {line}" for line in tried_lines(result))
        if error["next"]:
            yield f"  next: {error['next']}"
    if commit := result.get("commit"):
        yield f"  commit: {commit}"
    if deployed := result.get("deployment"):
        yield f"  deployed: {deployed['url']} ({deployed['id']}); `status` says what serves now"
    yield f"  files of the run: {folder}"
    if command := going_on(status, run.feature, run.run_id, workspace):
        yield f"  go on with: {command}"


def _event_line(event: dict[str, Any]) -> str:
    match event["event"]:
        case "step_finished":
            again = f" round {event['round']}" if event["round"] > 1 else ""
            return f"{event['step']}{again}: {event['status']}. {event['note']}"
        case "model_called":
            how = "recalled" if event["recalled"] else f"{event['seconds']:.1f} s"
            return f"  {event['function']} by {event['model']}, {how}: {event['said']}"
        case "noted" | "logged":
            return f"  {event['text']}"
        case "run_started" if event["resumed"]:
            return "resumed"
    return ""


@click.command("replay")
@run_argument
@workspace_option
@json_option
def replay(run_id: str, workspace: str | None, as_json: bool) -> int:
    """Run a run again from its journal, without a model or a remote, and compare each step.

    RUN is a run's id, a part of it that no other run shares, or a feature for its last run. Exit
    code 0 if all is equal.
    """
    from graph.run.replay import replay as replay_run

    with records_of(workspace) as records:
        run = records.run_or_last(run_id)
        if not run.requirements_sha:
            raise RunNotFound(
                f"run {run.run_id} was made by `provision`, which asks no model: there is nothing "
                "to replay",
                next_step=f"`{program()} show {run.run_id}` says what it did",
            )
        folder = records.workspace.run_folder(run.run_id)
        given = {
            "workspace": str(records.workspace.root),
            "requirements": load_requirements(folder, run) or None,
        }
        request = request_from(recorded_options(run, given))
        events = records.events(run.run_id)
        report = asyncio.run(replay_run(request, run, records.ledger, folder, events))
    print_value(report, _replay_lines(report), as_json=as_json)
    return 0 if report["equal"] else 1


def _replay_lines(report: Mapping[str, Any]) -> Iterator[str]:
    steps = report["steps"]
    for step in steps:
        yield f"{'equal' if step['equal'] else 'OTHER':6} {_words(step)}"
    for name in report["files"]:
        yield f"OTHER  {name} has another content"
    same = sum(step["equal"] for step in steps)
    yield f"{same} of {len(steps)} steps equal, {counted(report['calls'], 'model call')}"


def _words(step: Mapping[str, Any]) -> str:
    then, replayed = step["then"], step["now"]
    name, number, status = then or replayed
    now = "" if step["equal"] else f", now {replayed[2] if replayed else 'not made'}"
    return f"{name} {number}: {status if then else 'not made then'}{now}"


def _moment(ctx: click.Context, option: click.Parameter, text: str) -> str:
    """A UTC date or time, given in ISO 8601, as the record writes it."""
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
@click.option("--by", type=click.Choice(_GROUPS), default="run", show_default=True, help="Of what.")
@click.option("--health", is_flag=True, help="Each provider's outcomes and times instead.")
@click.option("--since", default="", callback=_moment, metavar="TIME", help="From a UTC time on.")
@click.option("--run", "run_id", default="", metavar="RUN", help="Of one run only.")
@workspace_option
@json_option
def usage(
    by: Grouping, health: bool, since: str, run_id: str, workspace: str | None, as_json: bool
) -> None:
    """Report calls, tokens and cost; a failed call is charged as it was reserved."""
    if health and run_id:
        raise click.UsageError("--health goes without --run; --since narrows it")
    with records_of(workspace, or_empty=not run_id) as records:
        recorded = records.ledger.usage
        if health:
            histories = recorded.histories(since=since)
            lines = list(map(str, histories)) or ["no calls yet"]
            print_value([asdict(one) for one in histories], lines, as_json=as_json)
            return
        run = records.run(run_id).run_id if run_id else ""
        sums = recorded.report(by, since=since, run_id=run)
    values = [{**asdict(one), "usd": one.usd} for one in sums]
    print_value(values, _usage_lines(by, sums), as_json=as_json)


def _usage_lines(by: Grouping, sums: Sequence[Sums]) -> Iterator[str]:
    if not sums:
        yield "no calls yet"
        return
    yield f"{by:28} {'calls':>6} {'failed':>6} {'input':>10} {'output':>9} {'USD':>10}"
    for one in sums:
        yield (
            f"{one.name:28} {one.calls:>6} {one.failed:>6} {one.input_tokens:>10,} "
            f"{one.output_tokens:>9,} {one.usd:>10.4f}{'*' if one.unpriced else ''}"
        )
    if any(one.unpriced for one in sums):
        yield "* holds calls whose price is unknown"
