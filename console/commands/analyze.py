"""analyze: name the failure in a log; no model, no network, no workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.parameters import json_option
from console.view.output import print_value

if TYPE_CHECKING:
    from graph.analysis import ErrorAnalysis


@click.command("analyze")
@click.argument("file", metavar="[FILE|-]", default="-")
@json_option
def analyze(file: str, as_json: bool) -> None:
    """Name the failure in a log, with the line that proves it and what to do about it.

    FILE is a log of any size; without one, or with -, standard input is read.
    """
    from graph.analysis import analyze_file

    found = analyze_file(file)
    print_value(found.to_json(), _lines(found), as_json=as_json)


def _lines(found: ErrorAnalysis) -> Iterator[str]:
    from graph.analysis import BY_A_PERSON

    yield f"{found.kind.replace('_', ' ')}, confidence {found.confidence:.2f}"
    if found.number:
        yield f"  line {found.number} | {found.line}"
    if found.target:
        yield f"  act on {found.target}"
    yield f"  {found.action}: {BY_A_PERSON[found.action]}"
    yield (f"  found by rule {found.rule}" if found.rule else "  by no rule; no model was asked")
