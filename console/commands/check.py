"""check: a feature folder's tests, judged as a run judges them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from console.failure import told_on_stderr
from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.sandbox.choose import choose_sandbox


@click.command("check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Run the code without isolation.")
def command(folder: Path, as_json: bool, unsafe_no_sandbox: bool) -> int:
    """Run a feature folder's tests in the sandbox; exit code 0 for green, 1 for anything else."""
    with told_on_stderr():
        judgement = asyncio.run(_judge(folder, unsafe_no_sandbox))
    if as_json:
        click.echo(json.dumps(to_json(judgement)))
    else:
        _tell(judgement)
    return 0 if judgement.verdict == "green" else 1


async def _judge(folder: Path, unsafe: bool) -> Judgement:
    tests, code = read_folder(folder)
    async with Judge(await choose_sandbox(unsafe=unsafe)) as judge:
        return await judge.judge(tests, code)


def to_json(judgement: Judgement) -> dict[str, Any]:
    """The object of contract/CLI.md, with the reason at its end."""
    return {
        "schema": 1,
        "verdict": judgement.verdict,
        "collected": judgement.collected,
        "passed": judgement.passed,
        "failed": judgement.failed,
        "assertions": judgement.assertions,
        "failures": [{"test": one.name, "message": one.message} for one in judgement.failures],
        "mutation_score": None,
        "sandbox": judgement.sandbox,
        "seconds": round(judgement.seconds, 3),
        "reason": judgement.reason,
    }


def _tell(judgement: Judgement) -> None:
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
