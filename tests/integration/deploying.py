"""A place to deploy to in each mode, as a run has it, and a deployment that can be killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel

from provisioner.errors import NotDeployed
from provisioner.modes.base import Deployment, Provisioner
from provisioner.modes.service.leftovers import end_leftovers
from provisioner.sandbox.base import process_label
from provisioner.sandbox.choose import choose_sandbox
from tests.integration.containers import target

FEATURE = "notes"
_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """Where a mode deploys the feature of a workspace.

    Attributes:
        settings: the mode's section of deployment.yaml.
        environ: what a process of its own needs to reach the place.
        made: what was deployed by this process, in order.
    """

    mode: str
    root: Path
    settings: BaseModel | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    made: list[Deployment] = field(default_factory=list)

    def label(self, revision: str) -> str:
        """The label of the processes of the run that deploys a revision here, and nowhere else."""
        return process_label(f"run-{revision}", self.root)

    async def provisioner(self, run: str = "run") -> Provisioner:
        """The mode as a run of that name has it."""
        sandbox = await choose_sandbox(unsafe=False) if self.mode == "SERVICE" else None
        found = target(self.root, FEATURE, sandbox, settings=self.settings, run=run)
        return Provisioner.create(self.mode, found)

    async def deploy(self, revision: str) -> Deployment:
        """Build, deploy and wait until it is healthy."""
        provisioner = await self.provisioner(self.label(revision))
        self.made.append(await provisioner.provision(revision=revision))
        return self.made[-1]

    async def clean(self) -> None:
        """Stop what was deployed; end by its run what a killed process left on this machine."""
        provisioner = await self.provisioner()
        for deployment in self.made:
            with suppress(NotDeployed):
                await provisioner.stop(deployment)
        runs = [self.label(deployment.revision) for deployment in self.made]
        await end_leftovers(runs, self.root / ".ai-deploy")

    def deploy_and_kill(self, revision: str, moment: str) -> None:
        """Deploy in a process of its own, and kill -9 it once it is that far."""
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_deploy, args=(self, revision, there))
        process.start()
        there.close()
        assert process.pid is not None
        while here.poll(_SECONDS) and here.recv() != moment:
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.join(_SECONDS)
        assert process.exitcode == -signal.SIGKILL


def _deploy(place: Place, revision: str, said: Connection) -> None:
    os.environ.update(place.environ)

    async def steps() -> None:
        provisioner = await place.provisioner(place.label(revision))
        await provisioner.build()
        said.send("built")
        deployment = await provisioner.deploy(revision=revision)
        said.send("deployed")
        await provisioner.wait_healthy(deployment)
        said.send("healthy")

    asyncio.run(steps())
    said.send("ended")
    signal.pause()
