"""read: what the offline model reads in requirements, or why it refuses them."""

from __future__ import annotations

import json

import click

from console.options import requirements_text
from console.path_type import path_option
from console.view.errors import errors_on_stderr
from graph.errors import error_report
from graph.run.reading import NotUnderstood, read_requirements
from ledger.text.printable import printable


@click.command("read")
@click.option("--requirements", default=None, metavar="TEXT", help="The requirements.")
@click.option(
    "--requirements-file",
    default=None,
    type=path_option,
    metavar="FILE",
    help="The same from a file; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(requirements: str | None, requirements_file: str | None, as_json: bool) -> int:
    """Show what the offline model reads in requirements; nothing is written.

    Exit code 4 where it refuses them: the phrase, the reason, the nearest forms, and a sentence
    that is accepted. The language is in docs/offline-language.md.
    """
    given = {"requirements": requirements, "requirements_file": requirements_file}
    with errors_on_stderr():
        text = requirements_text(
            {name: value for name, value in given.items() if value is not None}
        )
        if text is None:
            raise click.UsageError("--requirements or --requirements-file is missing")
        try:
            lines = read_requirements(text)
        except NotUnderstood as refused:
            if as_json:
                found = error_report(refused)
                click.echo(json.dumps({"schema": 1, "reading": [], "error": found.to_json()}))
                return found.exit_code
            raise
    if as_json:
        click.echo(json.dumps({"schema": 1, "reading": lines, "error": None}))
        return 0
    for line in lines:
        click.echo(printable(line))
    return 0
