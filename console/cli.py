"""The command line: its options, and what its exit code is."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from console.lazy_group import COMMANDS, LazyGroup
from console.parameters import mode_choice, path_option

_READER_GONE = 128 + signal.SIGPIPE
# Objects between two collections. The imports of a run make half a million that stay: collecting
# them again and again took a fifth of its time.
_OBJECTS = 50_000


# An option that was not given is absent, so that defaults live in one place.
def _path(name: str, metavar: str, help: str) -> Callable[[Any], Any]:  # noqa: A002  # click's own word
    return click.option(name, type=path_option, metavar=metavar, help=help)


def _switch(name: str, help: str) -> Callable[[Any], Any]:  # noqa: A002  # click's own word
    return click.option(name, is_flag=True, default=None, help=help)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--feature", metavar="NAME", help="The feature; it lives in behaviors/NAME/.")
@click.option("--requirements", metavar="TEXT", help="What it must do, in plain sentences.")
@_path("--requirements-file", "FILE", "The same from a file; - is standard input.")
@click.option("--mode", type=mode_choice, help="How far to go.")
@_path("--config", "FILE", "A deployment.yaml; else the workspace's.")
@click.option("--max-retries", type=int, metavar="N", help="Repairs of a file after its first try.")
@click.option("--budget-usd", type=float, metavar="X", help="What the run may cost at most.")
@_switch("--no-regenerate", "Keep tests and code as they are; test, commit and deploy them.")
@click.option(
    "--regenerate",
    type=click.Choice(("tests", "main", "service", "all")),
    multiple=True,
    help="Of a feature that exists, write this part anew; repeatable.",
)
@click.option(
    "--host", multiple=True, metavar="USER@HOST[:PORT]", help="Mode SSH: where to; repeatable."
)
@_switch("--skip-base-rebuild", "Never rebuild the base or dependency image.")
@_switch("--recovery-mode", "Go on from the failure of this feature's last run.")
@_switch("--analyze-logs", "With --recovery-mode: fetch fresh logs first.")
@_switch("--dry-run", "Show the plan and its cost; call no model, change nothing.")
@_switch("--no-push", "Stop short of the remote.")
@_switch("--no-commit", "Stop short of git altogether.")
@_switch("--push-with-mine", "Push your own commits along that the remote lacks.")
@_switch("--keep", "Leave the service running at the end, and say how to stop it.")
@_path("--workspace", "DIR", "The folder to work in; else the top of this repository.")
@_switch("--json", "The result as one JSON object on standard output.")
@_path("--events", "FILE", "Every event as NDJSON while the run goes on.")
@_switch("--yes", "Approve what would be asked.")
@_switch("--no-input", "Never ask: stop with exit code 3.")
@_switch("--unsafe-no-sandbox", "Run generated code without isolation.")
@click.version_option(package_name="ai-assisted-deploy", prog_name="ai-assisted-deploy")
@click.pass_context
def cli(ctx: click.Context, /, **given: Any) -> int | None:
    """From a feature's name and its requirements to a tested, running, committed service.

    \b
      ai-assisted-deploy --feature orders --mode SERVICE --requirements \\
        "Create REST API for orders. An order has a customer (text) and a quantity (whole
         number from 1 to 100). Orders can be created, fetched, listed and deleted."
    """
    options = {name: value for name, value in given.items() if value not in (None, ())}
    if ctx.invoked_subcommand in (None, "resume") and sys.stderr.isatty():
        # What comes next is imported first, which takes about a second.
        click.echo("starting", err=True)
    if ctx.invoked_subcommand is not None:
        if options:
            words = ", ".join("--" + name.replace("_", "-") for name in options)
            raise click.UsageError(f"{words}: options of the main command go without a command")
        return None
    if "feature" not in options:
        raise click.UsageError("--feature is missing; see --help")
    from console.commands.run import run_command

    return run_command(options)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line, of this process where no arguments are given; exit with its code."""
    if argv is None:
        gc.set_threshold(_OBJECTS)
        atexit.register(gc.freeze)
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
    except (click.Abort, KeyboardInterrupt):
        code = 128 + signal.SIGINT
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC, errno.EIO):
            raise
        _discard_output(error)
        code = _READER_GONE if error.errno == errno.EPIPE else 1
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    """Run the command line; gives its exit code, also for an error that is expected."""
    try:
        code = cli.main(arguments, prog_name="ai-assisted-deploy", standalone_mode=False)
    except SystemExit:  # click's own end where nobody reads any more; no command has another
        return _READER_GONE
    except (click.Abort, OSError):
        raise
    except Exception as error:  # reported where its kind is known, else raised again
        from console.failed import report_failure

        command = next((one for one in arguments[:1] if one in COMMANDS), "")
        reported = report_failure(error, command, arguments)
        if reported is None:
            raise
        return reported
    return code if isinstance(code, int) else 0


def _discard_output(error: OSError) -> None:
    """Discard buffered output that cannot be written: a closed pipe or a full disk."""
    lost = [sys.stdout, sys.stderr]
    if error.errno == errno.ENOSPC:
        sys.stderr.write(f"error: standard output: {error.strerror}\n")
        lost = [sys.stdout]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in lost:
        os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    main()
