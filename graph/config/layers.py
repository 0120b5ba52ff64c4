"""Layers of the configuration: flags beat environment variables beat the file beats defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from graph.config.models import DeploymentConfig
from graph.errors import ConfigError
from ledger.text.masking import quoted
from ledger.text.program import program
from ledger.text.validation import faults, file_faults
from ledger.text.yaml_file import YamlInvalid, load_yaml

ENV_PREFIX = "AI_DEPLOY_"
_NEAR = 0.8  # similarity, 0 to 1, from which a name is suggested
# Set for the processes that this tool starts.
_NO_SETTINGS = ("AI_DEPLOY_RUN", "AI_DEPLOY_TCP_PROXY_REACH", "AI_DEPLOY_TCP_PROXY_GIVE")
_SHOWN = "`{} config show` lists the settings and where each comes from"
_WRITTEN = "correct the file; `{} config write --folder DIR` writes one with every setting"
_PATHS = {
    "assistant": ("models_file", "pricing_file"),
    "ssh": ("inventory", "key", "known_hosts"),
}


@dataclass(frozen=True, slots=True)
class Layered:
    """Settings and, for every key path, the layer that gave its value."""

    settings: DeploymentConfig
    sources: Mapping[str, str]


def leaf_paths(model: type[BaseModel] = DeploymentConfig, prefix: str = "") -> Iterator[str]:
    """Every key path of the settings, e.g. ``deployment.max_retries``, in file order."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaf_paths(field.annotation, f"{path}.")
        else:
            yield path


def variable(path: str) -> str:
    """The environment variable of a key path: AI_DEPLOY_DEPLOYMENT_MAX_RETRIES."""
    return ENV_PREFIX + path.upper().replace(".", "_")


def resolve(
    *,
    file: Path | None,
    environ: Mapping[str, str],
    flags: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> Layered:
    """Merge the layers and validate the result.

    Args:
        flags: key path → value of the flags that were given; absent ones are absent.
        names: key path → the flag as a person typed it.
    """
    tree: dict[str, Any] = {}
    sources: dict[str, str] = {}
    if file is not None:
        tree = _read(file)
        sources.update((path, str(file)) for path in leaf_paths() if _has(tree, path))
        _check_file(tree, file)
    _refuse_unknown(environ)
    for path in leaf_paths():
        name = variable(path)
        if name in environ:
            _put(tree, path, _load(environ[name], f"${name}"))
            sources[path] = f"${name}"
    for path, value in flags.items():
        _put(tree, path, value)
        sources[path] = (names or {}).get(path, "flag")
    return Layered(
        _validate(tree, sources), {path: sources.get(path, "default") for path in leaf_paths()}
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """Raise ConfigError for variables with the settings' prefix that are no settings."""
    known = [variable(path) for path in leaf_paths()]
    unset = f"unset it; {_SHOWN.format(program())}"
    found = []
    for name in sorted(environ):
        if name.startswith(ENV_PREFIX) and name not in known and name not in _NO_SETTINGS:
            near = get_close_matches(name, known, n=1, cutoff=_NEAR)
            found.append((f"${name}", f"it may be {near[0]}; else unset it" if near else unset))
    if found:
        name, advice = found[0]
        lines = tuple(f"{one}: {step}" for one, step in found) if found[1:] else ()
        more = f" (and {len(found) - 1} more)" if found[1:] else ""
        why = f"is no setting, and would change nothing{more}"
        raise ConfigError(name, why, evidence=lines, next_step=advice)


def _load(source: Path | str, name: str = "") -> Any:
    try:
        return load_yaml(source, name=name)
    except YamlInvalid as error:
        raise ConfigError(error.place, error.why, next_step=error.next_step) from error


def _read(file: Path) -> dict[str, Any]:
    """The file's settings; paths that it names are relative to its own folder."""
    tree = _load(file)
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(str(file), f"expected sections such as deployment:, found {quoted(tree)}")
    for name, keys in _PATHS.items():
        section = tree.get(name)
        for key in keys:
            if isinstance(section, dict) and isinstance(section.get(key), str):
                section[key] = str(file.parent / Path(section[key]).expanduser())
    return tree


def _check_file(tree: dict[str, Any], file: Path) -> None:
    """Raise ConfigError with all that is wrong in the file, each with its line."""
    try:
        DeploymentConfig.model_validate(tree)
    except ValidationError as error:
        summary, evidence = file_faults(error, str(file), file, DeploymentConfig)
        place, _, why = summary.partition(": ")
        raise ConfigError(
            place, why, evidence=evidence, next_step=_WRITTEN.format(program())
        ) from error


def _validate(tree: dict[str, Any], sources: Mapping[str, str]) -> DeploymentConfig:
    """The settings; raises ConfigError with all that is wrong in variables and flags."""
    try:
        return DeploymentConfig.model_validate(tree)
    except ValidationError as error:
        found = [(_source(sources, one.path), one) for one in faults(error, DeploymentConfig)]
        where, first = found[0]
        lines = tuple(f"{source}: {one}" for source, one in found) if found[1:] else ()
        more = f" (and {len(found) - 1} more)" if found[1:] else ""
        raise ConfigError(
            f"{where}: {first.path}",
            f"{first.why}{more}",
            evidence=lines,
            next_step=_SHOWN.format(program()),
        ) from error


def _source(sources: Mapping[str, str], path: str) -> str:
    """The layer that gave the value at a path, or around it."""
    return next((sources[one] for one in sources if f"{path}.".startswith(f"{one}.")), "settings")


def _has(tree: Mapping[str, Any], path: str) -> bool:
    node: Any = tree
    for part in path.split("."):
        if not isinstance(node, Mapping) or part not in node:
            return False
        node = node[part]
    return True


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *sections, key = path.split(".")
    for section in sections:
        tree = tree.setdefault(section, {})
    tree[key] = value
