"""Watching the CI runs of a commit outside of a run; the workflow file that makes there be some."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graph.config.models import DeploymentConfig
from graph.errors import APPROVAL, DONE, FAILED, ConfigError
from graph.nodes.await_ci import terms_of
from provisioner.ci.base import Unwatched
from provisioner.ci.connect import connect
from provisioner.ci.watch import Watch
from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write
from provisioner.git.repository import open_repository
from provisioner.github.workflow_file import WORKFLOW, workflow_file

_EXIT_CODES = {"passed": DONE, "approval": APPROVAL}


async def watch_commit(
    workspace: Path,
    sha: str,
    settings: DeploymentConfig,
    environ: Mapping[str, str],
    report: Callable[[str], None],
) -> tuple[dict[str, Any], int]:
    """Watch the runs of a commit, "" for HEAD's; gives the JSON object and the exit code.

    Anything but a success is none: 3 where a person has to approve, else 1.
    """
    repository = await open_repository(workspace)
    full = await repository.git.commit(sha or "HEAD")
    if full is None:
        raise WorkspaceInvalid(
            f"there is no commit {sha or 'HEAD'} here", next_step="`git log` lists those there are"
        )
    branch = await repository.git.branch() or ""
    url = await repository.push_url(branch or None, settings.git.remote)
    github = settings.github
    provider = connect(url, environ, repository=github.repository, workflow=github.workflow)
    if isinstance(provider, Unwatched):
        raise ConfigError("watch", provider.why, next_step=provider.next_step)
    name, terms = branch.removeprefix("refs/heads/"), terms_of(settings)
    try:
        verdict = await Watch(provider, full, name, terms, report, asyncio.sleep).run()
    finally:
        await provider.aclose()
    record = {"schema": 1, "sha": full, **asdict(verdict)}
    del record["whole"], record["good"]
    return record, _EXIT_CODES.get(verdict.end, FAILED)


async def write_workflow(workspace: Path, *, force: bool = False) -> tuple[Path, bool]:
    """Write the workflow file of a repository; gives its place, and whether it was written.

    One that somebody has changed stays, unless it is forced. Raises WorkspaceInvalid outside of a
    repository.
    """
    try:
        await open_repository(workspace)
    except WorkspaceInvalid as error:
        next_step = error.next_step.removesuffix(", or use --no-commit")
        raise WorkspaceInvalid(str(error), evidence=error.evidence, next_step=next_step) from error
    file = workspace / WORKFLOW
    content = workflow_file()
    if file.is_file():
        if file.read_text("utf-8") == content:
            return file, False
        if not force:
            raise ConfigError(
                str(file),
                "is there, and is another one",
                next_step="--force writes it anew; `git diff` shows what that changes",
            )
    atomic_write(file, content.encode())
    return file, True
