"""Options of the command line as a RunRequest, and the records of the workspace they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.view.output import note_workspace
from graph.config.layers import Layered, resolve
from graph.config.models import FILE_NAME
from graph.config.workspace import find_workspace, load_environment
from graph.errors import ConfigError, RunNotFound
from graph.request import PARTS, RunRequest, agree, find_requirements, refuse
from ledger.runs import Run, RunOptions

if TYPE_CHECKING:
    from graph.records import Records

_SETTINGS = {
    "mode": "deployment.provision_mode",
    "max_retries": "deployment.max_retries",
    "budget_usd": "assistant.budgets.run.usd",
    "host": "ssh.hosts",
    "unsafe_no_sandbox": "limits.unsafe_no_sandbox",
    "push_with_mine": "git.push_with_mine",
}
_STORED = (*_SETTINGS, "config", "skip_base_rebuild", "no_regenerate", "no_push", "no_commit")
_LARGEST = 1_000_000  # bytes of a requirements file


@contextmanager
def records_of(
    workspace: str | None, *, note: bool = True, or_empty: bool = False
) -> Iterator[Records]:
    """Open the records of a workspace, and note which it is where it is not the current folder.

    Where nothing was ever run there they are empty, if that is asked for; else RunNotFound.
    """
    from graph.records import open_records

    place = find_workspace(workspace)
    if note:
        note_workspace(place)
    with open_records(place, or_empty=or_empty) as records:
        yield records


def request_from(options: Mapping[str, Any]) -> RunRequest:
    """Make the request of the main command's options; an option that was not given is absent."""
    workspace = find_workspace(options.get("workspace"))
    environ = load_environment(workspace)
    settings = layers_from(options, workspace, environ).settings
    stored = {name: options[name] for name in _STORED if name in options}
    if "config" in stored:  # whatever folder the run is resumed in
        stored["config"] = str(Path(stored["config"]).absolute())
    named = options.get("regenerate", ())
    # The parts to write anew, in the order of the workflow.
    regenerate = tuple(part for part in PARTS if part in named or "all" in named)
    stored["regenerate"] = list(regenerate)
    return RunRequest(
        feature=options["feature"],
        requirements=requirements_text(options),
        workspace=workspace,
        settings=settings,
        options=RunOptions.of(stored),
        environ=environ,
        commit=not options.get("no_commit", False),
        push=not options.get("no_push", False),
        keep_files=options.get("no_regenerate", False),
        regenerate=regenerate,
        keep_running=options.get("keep", False),
        recovery=options.get("recovery_mode", False),
        analyze_logs=options.get("analyze_logs", False),
        approve=agree if options.get("yes") else refuse,
    )


def recorded_options(run: Run, given: Mapping[str, Any]) -> dict[str, Any]:
    """The mode and the options that a recorded run was begun with, under those given now."""
    recorded = run.options.given()
    begun = {name: recorded[name] for name in (*_STORED, "regenerate") if name in recorded}
    return {**begun, "mode": run.mode, **given, "feature": run.feature}


def continued_options(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options under which a request goes on with a run, where it is one that does.

    `--recovery-mode` goes on with the feature's last run, and `--feature NAME` alone with an
    unfinished one. What that run was to keep or to write anew is recorded with its files.
    """
    recovery = options.get("recovery_mode", False)
    new = {"requirements", "requirements_file", "no_regenerate", "regenerate"} & options.keys()
    if new and not recovery:
        return options
    with suppress(RunNotFound), records_of(options.get("workspace"), note=False) as records:
        run = records.going_on(options["feature"], recovery=recovery)
        if run:
            begun = recorded_options(run, options)
            if recovery:
                for name in {"no_regenerate", "regenerate"} - options.keys():
                    begun.pop(name, None)
            if begun.get("dry_run") and not new:
                begun["requirements"] = find_requirements(records.workspace, run)
            return begun
    return options


def layers_from(options: Mapping[str, Any], workspace: Path, environ: Mapping[str, str]) -> Layered:
    """The settings and where each comes from."""
    flags = {path: options[name] for name, path in _SETTINGS.items() if name in options}
    if "host" in options:  # these alone
        flags["ssh.inventory"] = None
    if options.get("skip_base_rebuild"):
        flags["deployment.rebuild_base_env"] = False
    names = {path: f"--{name.replace('_', '-')}" for name, path in _SETTINGS.items()}
    file = Path(options["config"]).absolute() if "config" in options else workspace / FILE_NAME
    there = file.is_file()
    if "config" in options and not there:
        raise ConfigError("--config", f"{file} is no file")
    return resolve(file=file if there else None, environ=environ, flags=flags, names=names)


def requirements_text(options: Mapping[str, Any]) -> str | None:
    """The requirements as text, from a file or standard input; None where none were given."""
    text: str | None = options.get("requirements")
    file: str | None = options.get("requirements_file")
    if text is not None and file is not None:
        raise ConfigError("--requirements", "goes without --requirements-file; give one of them")
    source = "-" if text == "-" else file
    if source is None:
        return text
    try:
        with click.open_file(source, "rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ConfigError("--requirements-file", f"is larger than {_LARGEST:,} bytes")
        return str(data, "utf-8-sig")
    except OSError as error:
        raise ConfigError("--requirements-file", f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError("--requirements-file", f"is not UTF-8: {error}") from error
