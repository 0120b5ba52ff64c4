"""read: what the offline model reads in requirements, or why it refuses them."""

from __future__ import annotations

from typing import Any

import click

from console.options import requirements_text
from console.parameters import json_option, path_option
from console.view.output import print_value
from graph.errors import error_report
from graph.run.reading import NotUnderstood, read_requirements


@click.command("read")
@click.option("--requirements", metavar="TEXT", help="The requirements.")
@click.option(
    "--requirements-file",
    type=path_option,
    metavar="FILE",
    help="The same from a file; - is standard input.",
)
@json_option
def read(as_json: bool, **given: Any) -> int:
    """Show what the offline model reads in requirements; nothing is written.

    Exit code 4 where it refuses them: the phrase, the reason, the nearest forms, and a sentence
    that is accepted. The language is in docs/offline-language.md.
    """
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
