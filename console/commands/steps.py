"""check, inject-config, generate-service-test, read: steps that need no run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.options import layers_from, requirements_text
from console.parameters import folder_argument, json_option, path_option, unsafe_option
from console.view.output import print_value
from graph.errors import error_report
from ledger.text.counted import counted

if TYPE_CHECKING:
    from graph.commands.folder import CheckResult


@click.command("check")
@folder_argument
@json_option
@click.option("--mutation", is_flag=True, help="Also measure what changes of main.py they notice.")
@unsafe_option
def check(folder: Path, as_json: bool, mutation: bool, unsafe: bool) -> int:
    """Run a feature folder's tests in the sandbox; exit code 0 for green, 1 for anything else."""
    from graph.commands.folder import check_folder
    from graph.config.workspace import find_workspace, load_environment

    workspace = find_workspace(None)
    quality = layers_from({}, workspace, load_environment(workspace)).settings.quality
    checking = check_folder(folder, mutation=mutation, unsafe=unsafe, isolation=quality.isolation)
    result = asyncio.run(checking)
    print_value(result.to_json(), _lines(result), as_json=as_json)
    return 0 if result.green else 1


def _lines(result: CheckResult) -> Iterator[str]:
    judgement, report = result.judgement, result.mutation
    yield (
        f"{judgement.verdict}: {judgement.passed} of {judgement.collected} passed, "
        f"{counted(judgement.assertions, 'assertion')}, sandbox {judgement.sandbox}, "
        f"{judgement.seconds:.2f} s"
    )
    if judgement.reason or judgement.remark:
        yield f"  {judgement.reason or judgement.remark}"
    for failure in judgement.failures:
        yield f"  {failure.name}"
        for line in failure.message.splitlines():
            yield f"    {line}"
    if report and report.score is None:
        yield f"no mutation score: {report.reason}"
    elif report:
        yield f"mutation: {report.words()}"
        for mutant in report.survived:
            for line in mutant.diff.splitlines():
                yield f"  {line}"


@click.command("inject-config")
@folder_argument
def inject_config(folder: Path) -> None:
    """Write Dockerfile, .dockerignore and containerapp.yaml from feature-config.yaml."""
    from graph.commands.folder import inject_config as write_files

    written, kept = write_files(folder)
    for name in written:
        click.echo(f"written  {folder / name}")
    for name in kept:
        click.echo(f"kept     {folder / name}")


@click.command("generate-service-test")
@folder_argument
@click.option("--force", is_flag=True, help="Write over a service-test.py that is there.")
@unsafe_option
def generate_service_test(folder: Path, force: bool, unsafe: bool) -> None:
    """Write service-test.py; every test in it asserts a status and a body."""
    from graph.commands.folder import write_service_test

    file, generated = write_service_test(folder, force=force, unsafe=unsafe)
    click.echo(f"written  {file}, {counted(generated.tests, 'test')}")
    for line in generated.left_out:
        click.echo(f"left out {line}")


@click.command("read")
@click.option("--requirements", metavar="TEXT", help="The requirements.")
@click.option("--requirements-file", type=path_option, metavar="FILE", help="A file; - is stdin.")
@json_option
def read(as_json: bool, **given: Any) -> int:
    """Show what the offline model reads in requirements; nothing is written.

    Exit code 4 where it refuses them: the phrase, the reason, the nearest forms, and a sentence
    that is accepted. The language is in docs/offline-language.md.
    """
    from graph.run.reading import NotUnderstood, read_requirements

    text = requirements_text(given)
    if text is None:
        raise click.UsageError("--requirements or --requirements-file is missing")
    try:
        lines = read_requirements(text)
    except NotUnderstood as refused:
        if not as_json:
            raise
        report = error_report(refused)
        print_value({"schema": 1, "reading": [], "error": report.to_json()}, [], as_json=True)
        return report.exit_code
    print_value({"schema": 1, "reading": lines, "error": None}, lines, as_json=as_json)
    return 0
