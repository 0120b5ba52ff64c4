"""check: a feature folder's tests, judged as a run judges them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from console.view.errors import told_on_stderr
from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.quality.mutation.prove import MutationReport, prove
from provisioner.sandbox.choose import choose_sandbox

_MUTATION_SECONDS = 60.0


@click.command("check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--mutation", is_flag=True, help="Also measure what changes of main.py they notice.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Run the code without isolation.")
def command(folder: Path, as_json: bool, mutation: bool, unsafe_no_sandbox: bool) -> int:
    """Run a feature folder's tests in the sandbox; exit code 0 for green, 1 for anything else."""
    with told_on_stderr():
        judgement, report = asyncio.run(_judge(folder, mutation, unsafe_no_sandbox))
    if as_json:
        click.echo(json.dumps(to_json(judgement, report)))
    else:
        _tell(judgement, report)
    return 0 if judgement.verdict == "green" else 1


async def _judge(
    folder: Path, mutation: bool, unsafe: bool
) -> tuple[Judgement, MutationReport | None]:
    tests, code = read_folder(folder)
    async with Judge(await choose_sandbox(unsafe=unsafe)) as judge:
        judgement = await judge.judge(tests, code)
        if not mutation or judgement.verdict != "green":
            return judgement, None
        return judgement, await prove(judge, tests, code, seconds=_MUTATION_SECONDS)


def to_json(judgement: Judgement, report: MutationReport | None = None) -> dict[str, Any]:
    """The object of contract/CLI.md, with the reason and what survived at its end."""
    return {
        "schema": 1,
        "verdict": judgement.verdict,
        "collected": judgement.collected,
        "passed": judgement.passed,
        "failed": judgement.failed,
        "assertions": judgement.assertions,
        "failures": [{"test": one.name, "message": one.message} for one in judgement.failures],
        "mutation_score": report.score if report else None,
        "sandbox": judgement.sandbox,
        "seconds": round(judgement.seconds, 3),
        "reason": judgement.reason,
        "survivors": [{"line": one.line, "diff": one.diff} for one in report.survived]
        if report
        else [],
    }


def _tell(judgement: Judgement, report: MutationReport | None) -> None:
    click.echo(
        f"{judgement.verdict}: {judgement.passed} of {judgement.collected} passed, "
        f"{judgement.assertions} assertions, sandbox {judgement.sandbox}, "
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
        click.echo(f"mutation: {report.score:.2f}, {report.killed} of {report.total} killed")
        for mutant in report.survived:
            click.echo("\n".join(f"  {line}" for line in mutant.diff.splitlines()))
