"""Checks before the first step: can the request be carried out, and which files are kept.

Whether a file that exists is written anew, the first of these decides that says something:

1. ``--no-regenerate``, or ``ai_generate_code: false``: every file that is there is kept.
2. ``--regenerate PART``: the files of that part are written anew.
3. ``deployment.regenerate_test``, ``regenerate_main``, ``regenerate_service``, where not null.
4. Any ``--regenerate``: the parts that it does not name are kept.

Where none of them does, a run of a feature that exists is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from time import time

from graph.errors import ConfigError, FeatureExists
from graph.plan import GENERATED, MAIN, SERVICE, SERVICE_TESTS, TESTS, deploys, planned_steps
from graph.request import RunRequest
from provisioner.feature.feature_config import check_feature_name
from provisioner.feature.folder import FeatureFolder
from provisioner.files.workspace import BEHAVIORS
from provisioner.git.remote.push import refuse_unpushed
from provisioner.git.repository import Repository, open_repository
from provisioner.modes.base import Provisioner

# The part of each file, and the setting that decides on it.
_DECIDED_BY = {
    TESTS: ("tests", "regenerate_test"),
    MAIN: ("main", "regenerate_main"),
    SERVICE: ("service", "regenerate_service"),
    SERVICE_TESTS: ("tests", "regenerate_test"),
}
CHOICES = (
    "--regenerate all writes the feature anew (tests, main or service: that part alone, "
    "the others are kept); --no-regenerate tests, commits and deploys what is there"
)
_RECOVER = "; --recovery-mode goes on from the failure of its last run"
_RECOVERY = "contradicts --recovery-mode, which goes on with the files of the run that failed"
# Control characters but tab, newline, form feed and return; what no UTF-8 was read from.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST = 100_000  # characters; more is a document, not the requirements of one feature


def check_request(request: RunRequest) -> None:
    """Refuse what can be refused without looking at the disk."""
    check_feature_name(request.feature)
    deployment = request.settings.deployment
    mode, regenerate = deployment.provision_mode, bool(request.regenerate)
    Provisioner.check_settings(mode, request.settings.of_mode(mode))
    by_hand = "contradicts deployment.ai_generate_code: false; no model may write a file"
    served = f"mode {mode} starts no service that could be left running"
    contradictions = (
        (regenerate and request.keep_files, "--regenerate", "contradicts --no-regenerate"),
        (regenerate and request.recovery, "--regenerate", _RECOVERY),
        (regenerate and not deployment.ai_generate_code, "--regenerate", by_hand),
        (
            request.regenerate == ("service",) and not deploys(mode),
            "--regenerate service",
            f"mode {mode} has no service",
        ),
        (request.keep_running and not deploys(mode), "--keep", served),
        (request.keep_files and request.recovery, "--no-regenerate", _RECOVERY),
    )
    for applies, option, why in contradictions:
        if applies:
            raise ConfigError(option, why)
    if request.requirements is not None:
        _check_requirements(request.requirements)


def _check_requirements(text: str) -> None:
    why = ""
    if not re.search(r"\w", text):
        why = "is empty; say what the feature must do, in plain sentences"
    elif odd := _NO_TEXT.search(text):
        why = f"is no plain text: character {odd.start() + 1} is {odd.group()!a}; save it as UTF-8"
    elif len(text) > _LONGEST:
        why = f"has {len(text):,} characters, {_LONGEST:,} are allowed; split it into features"
    if why:
        raise ConfigError("--requirements", why)


async def checked_plan(
    request: RunRequest, now: Callable[[], float] = time
) -> tuple[list[str], Repository | None]:
    """The steps of a request, and its repository where git is touched; refuse what cannot be done.

    Commits get their time from `now`, in seconds since 1970.
    """
    check_request(request)
    plan = planned_steps(request.settings, commit=request.commit, push=request.push)
    if "commit" not in plan:
        return plan, None
    repository = await open_repository(request.workspace, now=now)
    git = request.settings.git
    branch = git.branch_of(request.feature)
    await repository.check_committable(f"{BEHAVIORS}/{request.feature}", branch)
    if "push" in plan:
        await repository.check_pushable(branch, git.remote)
        mine = await repository.unpushed(branch=branch, remote=git.remote)
        if mine and not git.push_with_mine:
            refuse_unpushed(mine, git.remote or "the remote")
    return plan, repository


def keeps_everything(request: RunRequest) -> bool:
    """Whether no file that is there is written anew, whatever else is set."""
    return request.keep_files or not request.settings.deployment.ai_generate_code


def regenerate_setting(request: RunRequest, name: str) -> bool | None:
    """Whether a generated file that is there is written anew; None where nothing decides."""
    if keeps_everything(request):
        return False
    part, key = _DECIDED_BY[name]
    if part in request.regenerate:
        return True
    setting: bool | None = getattr(request.settings.deployment, key)
    return False if setting is None and request.regenerate else setting


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
    for, and uncommitted work not even then: FeatureExists says which flags apply, and how to go
    on where the feature's last run `failed`.
    """
    there = [name for name in GENERATED if folder.read(name) is not None]
    if keeps_everything(request):
        check_kept(request, there, folder.relative, plan)
        return there
    uncommitted = set(GENERATED)
    if repository:
        changed = await repository.uncommitted(folder.relative)
        uncommitted = {path.rpartition("/")[2] for path in changed}
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
    """Raise ConfigError where a file that the plan needs is not there, and may not be written."""
    missing = " and no ".join(name for name in generated_files(plan) if name not in there)
    if missing and not request.settings.deployment.ai_generate_code:
        raise ConfigError("deployment.ai_generate_code", f"is off, and {place} has no {missing}")
    if missing and request.requirements is None:
        raise ConfigError(
            "--no-regenerate",
            f"{place} has no {missing}, and there are no --requirements to write it by",
            next_step="give them again, or go on with a run that failed by --recovery-mode",
        )


def generated_files(plan: list[str]) -> tuple[str, ...]:
    return GENERATED if "generate_service" in plan else (TESTS, MAIN)
