"""check: judge a feature folder's tests as a run does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from console.view.errors import errors_on_stderr
from graph.folders import CheckResult, check_folder
from ledger.text.counted import counted


@click.command("check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--mutation", is_flag=True, help="Also measure what changes of main.py they notice.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Run the code without isolation.")
def command(folder: Path, as_json: bool, mutation: bool, unsafe_no_sandbox: bool) -> int:
    """Run a feature folder's tests in the sandbox; exit code 0 for green, 1 for anything else."""
    with errors_on_stderr():
        result = asyncio.run(check_folder(folder, mutation=mutation, unsafe=unsafe_no_sandbox))
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _show(result)
    return 0 if result.green else 1


def _show(result: CheckResult) -> None:
    judgement, report = result.judgement, result.mutation
    click.echo(
        f"{judgement.verdict}: {judgement.passed} of {judgement.collected} passed, "
        f"{counted(judgement.assertions, 'assertion')}, sandbox {judgement.sandbox}, "
        f"{judgement.seconds:.2f} s"
    )
    if judgement.reason:
        click.echo(f"  {judgement.reason}")
    for failure in judgement.failures:
        click.echo(f"  {failure.name}")
        for line in failure.message.splitlines():
            click.echo(f"    {line}")
    if report and report.score is None:
        click.echo(f"no mutation score: {report.reason}")
    elif report:
        click.echo(f"mutation: {report.words()}")
        for mutant in report.survived:
            click.echo("\n".join(f"  {line}" for line in mutant.diff.splitlines()))
