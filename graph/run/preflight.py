"""Checks before the first step: whether the request can be carried out, which files are kept."""

from __future__ import annotations

import re
from collections.abc import Collection

from graph.errors import ConfigError, FeatureExists, NotYetAvailable
from graph.plan import MODES, deploys
from graph.run.regenerate import (
    CHOICES,
    GENERATED,
    MAIN,
    TESTS,
    check_regenerate,
    keeps_everything,
    regenerate_setting,
)
from graph.run.request import RunRequest
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.scaffold import check_feature_name
from provisioner.git import Repository

# Control characters but tab, newline, form feed and return; what no UTF-8 was read from.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST = 100_000  # characters; more is a document, not the requirements of one feature
_RECOVER = "; --recovery-mode goes on from the failure of its last run"


def check_request(request: RunRequest) -> None:
    """Refuse what can be refused without looking at the disk.

    Raises:
        ConfigError, NotYetAvailable, WorkspaceInvalid.
    """
    check_feature_name(request.feature)
    mode = request.settings.deployment.provision_mode
    if mode not in MODES:
        raise NotYetAvailable(
            f"mode {mode} is not available in this version",
            next_step=f"use --mode {' or --mode '.join(MODES)}",
        )
    if request.settings.deployment.rebuild_base_env:
        raise NotYetAvailable(
            "deployment.rebuild_base_env is not available in this version: tests and services "
            "run with the packages that this tool is installed with",
            next_step="set it to false, or give --skip-base-rebuild",
        )
    if request.settings.github.wait_for_completion:
        raise NotYetAvailable(
            "github.wait_for_completion is not available in this version",
            next_step="set it to false and watch the workflow run on GitHub",
        )
    check_regenerate(request)
    if request.keep_running and not deploys(mode):
        raise ConfigError("--keep", f"mode {mode} starts no service that could be left running")
    if request.keep_files and request.recovery:
        raise ConfigError(
            "--no-regenerate",
            "contradicts --recovery-mode, which goes on with the files of the run that failed",
        )
    if request.requirements is not None:
        _check_requirements(request.requirements)


def _check_requirements(text: str) -> None:
    if not re.search(r"\w", text):
        raise ConfigError(
            "--requirements", "is empty; say what the feature must do, in plain sentences"
        )
    if odd := _NO_TEXT.search(text):
        raise ConfigError(
            "--requirements",
            f"is no plain text: character {odd.start() + 1} is {odd.group()!a}; save it as UTF-8",
        )
    if len(text) > _LONGEST:
        raise ConfigError(
            "--requirements",
            f"has {len(text):,} characters, {_LONGEST:,} are allowed; split it into features",
        )


async def files_to_keep(
    request: RunRequest,
    folder: FeatureFolder,
    repository: Repository | None,
    plan: list[str],
    *,
    failed: bool = False,
) -> list[str]:
    """The generated files that are there and stay as they are.

    Work that somebody else than this tool left there is never overwritten without being asked
    for, and uncommitted work not even then.

    Args:
        request: what was asked for.
        folder: the feature's.
        repository: None where git is left alone.
        plan: the run's steps.
        failed: whether the feature's last run failed, and can be recovered.

    Raises:
        FeatureExists: saying which flags apply.
        ConfigError: a file is missing that no model may write.
    """
    there = [name for name in GENERATED if folder.read(name) is not None]
    if keeps_everything(request):
        check_kept(request, there, folder.relative, plan)
        return there
    uncommitted = await _uncommitted(folder, repository)
    keep = []
    for name in there:
        dirty = name in uncommitted
        if dirty and folder.is_leftover(name):
            continue
        wanted = regenerate_setting(request, name)
        if wanted is None:
            raise FeatureExists(
                f"{folder.relative}/{name} exists already",
                next_step=f"{CHOICES}{_RECOVER if failed else ''}",
            )
        if wanted and dirty and not folder.is_ours(name):
            raise FeatureExists(
                f"{folder.relative}/{name} has changes that no commit holds",
                next_step="commit them, or keep them with --no-regenerate",
            )
        if not wanted:
            keep.append(name)
    return keep


def check_kept(request: RunRequest, there: Collection[str], place: str, plan: list[str]) -> None:
    """Check that the files which a run keeps are there, or may be written.

    Args:
        request: one that keeps what is there.
        there: the generated files in the feature's folder.
        place: the folder, as it is shown.
        plan: the run's steps.

    Raises:
        ConfigError: naming what is missing.
    """
    missing = " and no ".join(name for name in generated_files(plan) if name not in there)
    if missing and not request.settings.deployment.ai_generate_code:
        raise ConfigError("deployment.ai_generate_code", f"is off, and {place} has no {missing}")
    if missing and request.requirements is None:
        raise ConfigError(
            "--no-regenerate",
            f"{place} has no {missing}, and there are no --requirements to write it by",
        )


def generated_files(plan: list[str]) -> tuple[str, ...]:
    """The generated files that a plan works with."""
    return GENERATED if has_service(plan) else (TESTS, MAIN)


def has_service(plan: list[str]) -> bool:
    """Whether a plan writes a service; without one no file of a service is scaffolded."""
    return "generate_service" in plan


async def _uncommitted(folder: FeatureFolder, repository: Repository | None) -> set[str]:
    if repository is None:
        return set(GENERATED)
    status = await repository.folder_status(folder.relative)
    return {path.rpartition("/")[2] for path in (*status.changed, *status.untracked)}
