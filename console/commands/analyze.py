"""analyze: name the failure in a log; no model and no network unless they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.parameters import json_option, workspace_option
from console.view.output import print_value

if TYPE_CHECKING:
    from graph.commands.analysis import ErrorAnalysis


@click.command("analyze")
@click.argument("file", metavar="[FILE|-]", default="-")
@json_option
@click.option("--ask-model", "asking", is_flag=True, help="Ask a model where no rule names it.")
@click.option(
    "--show", is_flag=True, help="With --ask-model: show what would be sent, send nothing."
)
@click.option(
    "--last-good", "good", metavar="FILE", help="The log of a run that went well, to compare with."
)
@workspace_option
def analyze(
    file: str, as_json: bool, asking: bool, show: bool, good: str | None, workspace: str | None
) -> None:
    """Name the failure in a log, with the line that proves it and what to do about it.

    FILE is a log of any size; without one, or with -, standard input is read. What the log of
    --last-good says too explains the failure only where nothing new does. A model is asked only
    with --ask-model, of the workspace's providers and within its budgets.
    """
    if (show or workspace) and not asking:
        raise click.UsageError("--show and --workspace go with --ask-model")
    if asking:
        found = _asked(file, good, show, workspace, as_json)
    else:
        from graph.commands.analysis import analyze_file, last_good

        found = analyze_file(file, last_good(good))
    if found:
        print_value(found.to_json(), _lines(found), as_json=as_json)


def _asked(
    file: str, good: str | None, show: bool, workspace: str | None, as_json: bool
) -> ErrorAnalysis | None:
    """The diagnosis of a rule, else of a model; None where only the question was shown."""
    import asyncio

    from console.options import layers_from
    from graph.commands.analysis import analyze_log, last_good, opened
    from graph.commands.log_question import ask_model, question
    from graph.config.workspace import find_workspace, load_environment

    compared = last_good(good)
    with opened(file) as log:
        if show:
            messages = [(one.role, one.content) for one in question(log, compared).messages]
            lines = (line for role, text in messages for line in (f"[{role}]", *text.splitlines()))
            value = [{"role": role, "content": text} for role, text in messages]
            print_value({"schema": 1, "messages": value}, lines, as_json=as_json)
            return None
        found = analyze_log(log, compared)
        if found.kind != "unknown":
            return found
        root = find_workspace(workspace)
        environ = load_environment(root)
        settings = layers_from({}, root, environ).settings
        return asyncio.run(ask_model(question(log, compared), root, settings, environ))


def _lines(found: ErrorAnalysis) -> Iterator[str]:
    from graph.commands.analysis import BY_A_PERSON

    kind = found.kind.replace("_", " ")
    yield f"{kind}, confidence {found.confidence:.2f}" if found.rule else kind
    yield f"  line {found.number} | {found.line}" if found.number else f"  {found.line}"
    if found.known:
        yield "  the last good run says the same, which makes it a poor explanation"
    yield from (f"  new at line {number} | {text}" for number, text in found.new)
    if found.target:
        yield f"  act on {found.target}"
    if not found.rule:
        yield "  whether anything failed is not known; --ask-model asks a model"
        return
    yield f"  {found.action}: {BY_A_PERSON[found.action]}"
    yield f"  found by {found.rule if found.rule.startswith('model ') else f'rule {found.rule}'}"
