"""Commands on what is deployed, in whichever mode, and `provision`, which deploys a folder."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graph.config.layers import resolve
from graph.config.models import FILE_NAME, Mode
from graph.config.workspace import load_environment
from graph.errors import NotYetAvailable
from graph.plan import MODES, deploys
from graph.records import Records
from graph.result import DeploymentResult, Ending
from graph.state import VERSION, DeploymentState, StepResult, initial_state
from ledger.connection import database_url, utc_now, workspace_place
from ledger.database import open_ledger
from ledger.lock import lock_feature
from ledger.runs import Run, RunOptions, new_run_id
from provisioner.errors import NotDeployed, WorkspaceInvalid
from provisioner.feature.feature_config import load_feature_config
from provisioner.feature.folder import content_revision
from provisioner.files.workspace import open_workspace
from provisioner.git.repository import find_toplevel
from provisioner.modes.base import Deployment, Provisioner, Target
from provisioner.sandbox.base import process_label
from provisioner.sandbox.choose import choose_sandbox

_STEPS = ("deploy", "health_check")


@dataclass(frozen=True, slots=True)
class DeployedFeature:
    """What is deployed of a feature: its last deployment, what serves in its place now, and what
    a rollback would bring back."""

    run: Run
    deployment: Deployment
    serving: Deployment | None
    earlier: Deployment | None

    def to_json(self) -> dict[str, Any]:
        shown = self.serving or self.deployment
        status = "running" if self.serving else "stopped"
        earlier = self.earlier.to_plain() if self.earlier else None
        shown_as = {"feature": self.run.feature, "status": status, **shown.to_plain()}
        return {**shown_as, "rollback": earlier}


def find_deployed(records: Records, feature: str = "") -> Iterator[DeployedFeature]:
    """The last deployment of a feature, or of each; raises RunNotFound for an unknown one."""
    runs = [records.deployed(feature)] if feature else records.all_deployed()
    for run in runs:
        provisioner, deployment = records.provisioner(run)
        serving = asyncio.run(provisioner.serving(deployment))
        earlier = asyncio.run(provisioner.earlier(deployment))
        yield DeployedFeature(run, deployment, serving, earlier)


def read_log(records: Records, feature: str, *, follow: bool) -> Iterator[str]:
    """The log of what is deployed, in pieces; with `follow` as long as it comes."""
    provisioner, deployment = records.provisioner(records.deployed(feature))
    try:
        yield from _log(provisioner, deployment, follow=follow)
    except NotDeployed:  # it was stopped; something else may serve in its place
        shown = asyncio.run(provisioner.serving(deployment))
        if shown is None or shown == deployment:
            raise
        yield from _log(provisioner, shown, follow=follow)


def _log(provisioner: Provisioner, deployment: Deployment, *, follow: bool) -> Iterator[str]:
    if follow:
        yield from provisioner.follow(deployment)
    else:
        yield from (f"{line}\n" for line in asyncio.run(provisioner.logs(deployment)))


def roll_back(records: Records, feature: str) -> DeployedFeature:
    """Bring back what served before; raises RunLocked while a run has the feature."""
    run = records.deployed(feature)
    provisioner, deployment = records.provisioner(run)
    with records.lock(run):
        serving = asyncio.run(provisioner.rollback(deployment))
        return DeployedFeature(run, serving, serving, asyncio.run(provisioner.earlier(serving)))


def provision_folder(
    folder: Path, *, mode: Mode, hosts: Sequence[str], skip_base: bool, unsafe: bool
) -> DeploymentResult:
    """Build and deploy a feature's folder as it is, and wait until it is healthy.

    `hosts` take the place of those of the configuration, where there is one.
    The result is recorded as a run of these steps, so that `status`, `stop` and `rollback` find it.
    """
    if not deploys(mode):
        wanted = " or ".join(one for one in MODES if deploys(one))
        raise NotYetAvailable(f"mode {mode} deploys nothing", next_step=f"use --mode {wanted}")
    flags: dict[str, Any] = {"deployment.provision_mode": mode}
    if hosts:
        flags |= {"ssh.hosts": list(hosts), "ssh.inventory": None}
    return asyncio.run(_provision(folder.resolve(), flags, skip_base=skip_base, unsafe=unsafe))


async def _provision(
    folder: Path, flags: Mapping[str, Any], *, skip_base: bool, unsafe: bool
) -> DeploymentResult:
    mode: Mode = flags["deployment.provision_mode"]
    feature = load_feature_config(folder).feature
    if not (folder / "service.py").is_file():
        raise WorkspaceInvalid(
            f"{folder} has no service.py to run",
            next_step=f"have it written: --feature {feature} --mode {mode} --regenerate service, "
            "with its --requirements",
        )
    root = await find_toplevel(folder) or folder
    workspace, environ = open_workspace(root), load_environment(root)
    state_dir = workspace.state_dir
    file = root / FILE_NAME
    layered = resolve(
        file=file if file.is_file() else None,
        environ=environ,
        flags=flags,
        names={"ssh.hosts": "--host"},
    )
    url, run_id = database_url(environ, state_dir), new_run_id(utc_now, random.SystemRandom())
    began = utc_now()
    with (
        open_ledger(url) as ledger,
        lock_feature(feature, run_id, state=state_dir, url=url),
    ):
        target = Target(
            feature=feature,
            folder=folder,
            state=state_dir,
            log=workspace.run_folder(run_id).path / "service.log",
            label=process_label(run_id, workspace.root),
            sandbox=await choose_sandbox(unsafe=unsafe),
            settings=layered.settings.of_mode(mode),
            environ=environ,
        )
        provisioner = Provisioner.create(mode, target)
        deployment = await provisioner.provision(
            revision=content_revision(folder), skip_base=skip_base
        )
        ledger.runs.create(
            run_id,
            feature=feature,
            mode=mode,
            requirements_sha="",
            options=RunOptions(mode=mode, place=workspace_place(url, state_dir)),
            graph_version=VERSION,
            process=None,
        )
        plain = initial_state(run_id=run_id, feature=feature, mode=mode, plan=list(_STEPS), keep=[])
        plain["remarks"] = list(provisioner.remarks(deployment))
        steps = dict.fromkeys(_STEPS, StepResult(status="done", attempts=1, seconds=0.0))
        result = DeploymentResult.of_state(
            cast(DeploymentState, {**plain, "deployment": deployment.to_plain(), "steps": steps}),
            Ending("done"),
            usage=ledger.usage.run(run_id).as_json(),
            running=True,
            seconds=round((utc_now() - began).total_seconds(), 3),
        )
        ledger.runs.update(run_id, status="done", result=result.record)
        return result
