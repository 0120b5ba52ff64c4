"""Options of the command line as a RunRequest, and the recorded options of a run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from graph.config.layers import Layered, resolve
from graph.config.models import FILE_NAME
from graph.config.workspace import find_workspace, load_environment
from graph.errors import ConfigError, RunNotFound
from graph.run.request import PARTS, RunRequest, agree, refuse
from graph.run.requirements import find_requirements
from ledger.run_options import RunOptions
from ledger.runs import Run

_SETTINGS = {
    "mode": "deployment.provision_mode",
    "max_retries": "deployment.max_retries",
    "budget_usd": "assistant.budgets.run.usd",
    "unsafe_no_sandbox": "limits.unsafe_no_sandbox",
}
_STORED = (
    *_SETTINGS,
    "config",
    "skip_base_rebuild",
    "no_regenerate",
    "no_push",
    "no_commit",
)
_LARGEST = 1_000_000  # bytes of a requirements file


def request_from(options: Mapping[str, Any]) -> RunRequest:
    """Make the request of the main command's options; an option that was not given is absent.

    Raises:
        ConfigError: an option or a file is wrong.
    """
    workspace = find_workspace(options.get("workspace"))
    environ = load_environment(workspace)
    settings = layers_from(options, workspace, environ).settings
    stored = {name: options[name] for name in _STORED if name in options}
    if "config" in stored:  # whatever folder the run is resumed in
        stored["config"] = str(Path(stored["config"]).absolute())
    regenerate = _parts(options)
    if regenerate:
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
        approve=agree if options.get("yes") else refuse,
    )


def _parts(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts to write anew, in the order of the workflow."""
    named = options.get("regenerate", ())
    return tuple(part for part in PARTS if part in named or "all" in named)


def recorded_options(run: Run, given: Mapping[str, Any]) -> dict[str, Any]:
    """The mode and the options that a recorded run was begun with, under those given now.

    What else is recorded of the run, such as the files that it keeps, is no option.
    """
    begun = {
        name: value
        for name, value in run.options.given().items()
        if name in (*_STORED, "regenerate")
    }
    return {**begun, "mode": run.mode, **given, "feature": run.feature}


def continued_options(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options under which a request goes on with a run, where it is one that does.

    `--recovery-mode` goes on with the feature's last run, and `--feature NAME` alone with an
    unfinished one: in that run's mode and with its options, under those given now. What it was to
    keep or to write anew is recorded with its files.
    """
    recovery = options.get("recovery_mode", False)
    new = {"requirements", "requirements_file", "no_regenerate", "regenerate"} & options.keys()
    if new and not recovery:
        return options
    from graph.records import open_records

    workspace = find_workspace(options.get("workspace"))
    with suppress(RunNotFound), open_records(workspace) as records:
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
    if "mode" in options:
        flags[_SETTINGS["mode"]] = options["mode"].upper()
    if options.get("skip_base_rebuild"):
        flags["deployment.rebuild_base_env"] = False
    names = {path: f"--{name.replace('_', '-')}" for name, path in _SETTINGS.items()}
    file = _config_file(options, workspace)
    return resolve(file=file, environ=environ, flags=flags, names=names)


def _config_file(options: Mapping[str, Any], workspace: Path) -> Path | None:
    if "config" in options:
        file = Path(options["config"]).absolute()
        if not file.is_file():
            raise ConfigError("--config", f"{file} is no file")
        return file
    file = workspace / FILE_NAME
    return file if file.is_file() else None


def requirements_text(options: Mapping[str, Any]) -> str | None:
    text, file = options.get("requirements"), options.get("requirements_file")
    if text is not None and file is not None:
        raise ConfigError("--requirements", "goes without --requirements-file; give one of them")
    if text == "-" or file == "-":
        data = sys.stdin.buffer.read(_LARGEST + 1)
    elif file is not None:
        data = _read(Path(file))
    else:
        return text
    if len(data) > _LARGEST:
        raise ConfigError("--requirements-file", f"is larger than {_LARGEST:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("--requirements-file", f"is not UTF-8: {error}") from error


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError("--requirements-file", f"{file}: {error.strerror}") from error
