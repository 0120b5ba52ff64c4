"""rules: what was learned from fixes that worked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from console.options import records_of
from console.parameters import json_option, workspace_option
from console.view.output import print_value
from ledger.text.counted import counted

if TYPE_CHECKING:
    from graph.records import Learned


@click.group("rules", invoke_without_command=True)
@workspace_option
@json_option
@click.pass_context
def rules(ctx: click.Context, workspace: str | None, as_json: bool) -> None:
    """List the rules that were learned from fixes, the best first.

    A rule names a failure that no pattern knows, and the action on it. One that is suggested or
    promoted is followed in place of a question to a model; one that is dropped is not.
    """
    if ctx.invoked_subcommand:
        if workspace or as_json:
            raise click.UsageError(f"options go after `{ctx.invoked_subcommand}`")
        return
    with records_of(workspace, or_empty=True) as records:
        learned = records.learned()
    value = {
        "schema": 1,
        "rules": [rule.to_json() for rule in learned.rules],
        "skipped": learned.skipped,
    }
    print_value(value, _lines(learned), as_json=as_json)


@rules.command("export")
@workspace_option
def export(workspace: str | None) -> None:
    """Print every recorded fix as a line of JSON, the oldest first."""
    with records_of(workspace) as records:
        fixes = records.ledger.fixes.list()
    for fix in fixes:
        click.echo(json.dumps(asdict(fix)))


@rules.command("forget")
@click.argument("names", metavar="RULE...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them, damaged records included.")
@workspace_option
def forget(names: tuple[str, ...], everything: bool, workspace: str | None) -> None:
    """Forget rules by their ids, with the fixes that they were learned from."""
    if bool(names) == everything:
        raise click.UsageError("name the rules to forget, or give --all")
    with records_of(workspace) as records:
        known = {rule.fix.rule: rule for rule in records.learned().rules}
        if unknown := [name for name in names if name not in known]:
            raise click.UsageError(f"there is no rule {', '.join(unknown)}; `rules` lists them")
        fixes = records.ledger.fixes
        gone = fixes.list() if everything else [one for name in names for one in known[name].tried]
        fixes.forget(gone)
    click.echo(f"forgot {counted(len(gone), 'fix')}")


def _lines(learned: Learned) -> Iterator[str]:
    if not learned.rules:
        yield "no rules yet"
    for rule in learned.rules:
        fix = rule.fix
        target = f" {fix.target}" if fix.target else ""
        yield f"{fix.rule}  {rule.status:9}  {fix.step}: {fix.action}{target}"
        yield f"  {fix.kind.replace('_', ' ')}: {fix.cause}"
        yield f"  worked {counted(rule.worked, 'time')}, failed {counted(rule.failed, 'time')}"
    yield from (f"skipped: {reason}" for reason in learned.skipped)
