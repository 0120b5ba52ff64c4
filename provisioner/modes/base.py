"""Provisioner: the one seam between the workflow and a place where a feature runs.

A mode is a folder beside this file; `graph/plan.py` says which steps it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, get_args

from provisioner.errors import NotDeployed, SandboxUnavailable

if TYPE_CHECKING:
    from pydantic import BaseModel

    from provisioner.image.decision import Wishes
    from provisioner.modes.health import HealthReport
    from provisioner.sandbox.base import Sandbox

DeployedMode = Literal["SERVICE", "CONTAINER", "AZURE", "SSH", "CLOUDRUN"]
Status = Literal["running", "stopped"]


class PlainDeployment(TypedDict):
    """A deployment in a checkpoint or a result."""

    mode: str
    id: str
    url: str
    revision: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """What state, results and commands keep of a deployment; its provisioner finds it by the id."""

    mode: DeployedMode
    id: str
    url: str
    revision: str

    def to_plain(self) -> PlainDeployment:
        """Plain values; `of_plain` is the reverse."""
        return PlainDeployment(mode=self.mode, id=self.id, url=self.url, revision=self.revision)

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Deployment:
        """The deployment that `to_plain` gave; raises NotDeployed for values of none."""
        mode = plain.get("mode")
        if mode not in get_args(DeployedMode):
            raise NotDeployed(f"{mode!r} is no mode in which something can be deployed")
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be deployed, and the local means for it.

    Attributes:
        folder: the feature's folder.
        state: a folder of the tool's own, where a provisioner keeps what it has to find again.
        log: where the output of a local process goes.
        label: in the environment of every started process, see `provisioner.sandbox.base`.
        sandbox: what generated code runs in on this machine; None where nothing is started.
        wishes: how images are built; None is as they are built where nothing is configured.
        settings: the section of the configuration that has the mode's name in lower case. None
            for modes of this machine, and for commands on what was deployed: a provisioner records
            in `state` what it needs to find that again, whatever is configured by then.
        environ: variables of the process and of the workspace's .env, which hold values of secrets.
        on_line: is given each line of a build.
    """

    feature: str
    folder: Path
    state: Path
    log: Path
    label: str = ""
    sandbox: Sandbox | None = None
    wishes: Wishes | None = None
    settings: BaseModel | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    on_line: Callable[[str], None] = lambda line: None

    @property
    def keeps_secrets(self) -> bool:
        """Whether the mode has a place for secrets; none that deploys on this machine has."""
        return self.settings is not None

    def require_sandbox(self) -> Sandbox:
        """The sandbox; raises SandboxUnavailable where none was chosen."""
        if self.sandbox is None:
            raise SandboxUnavailable("no sandbox was chosen to start generated code in")
        return self.sandbox


class Provisioner(ABC):
    """A place where a feature runs. All waiting is bounded; nothing is deployed twice.

    `lasting` says whether a deployment goes on after its run without being asked to.
    """

    mode: ClassVar[DeployedMode]
    lasting: ClassVar[bool] = True

    @staticmethod
    def create(mode: str, target: Target) -> Provisioner:
        """The provisioner of a mode; raises NotDeployed where it deploys nothing."""
        if mode not in PROVISIONERS:
            raise NotDeployed(f"mode {mode} deploys nothing")
        provisioner: Provisioner = resolve_name(PROVISIONERS[mode])(target)
        return provisioner

    @staticmethod
    def check_settings(mode: str, settings: BaseModel | None) -> None:
        """Refuse the settings of a mode that cannot work, without a look at any other machine."""
        if mode in PROVISIONERS:
            resolve_name(PROVISIONERS[mode]).check(settings)

    @staticmethod
    def commands(mode: str, folder: Path) -> Mapping[str, str]:
        """See `preview`; {} for a mode that deploys nothing. The folder need not exist yet."""
        if mode not in PROVISIONERS:
            return {}
        commands: Mapping[str, str] = resolve_name(PROVISIONERS[mode]).preview(folder)
        return commands

    async def provision(self, *, revision: str, skip_base: bool = False) -> Deployment:
        """Build, deploy and wait until the deployment is healthy; raises as these do."""
        await self.build(skip_base=skip_base)
        deployment = await self.deploy(revision=revision)
        await self.wait_healthy(deployment)
        return deployment

    @classmethod
    @abstractmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        """What it would do, by step of the workflow: commands and requests, one line each."""

    @classmethod  # noqa: B027  # most modes take all
    def check(cls, settings: BaseModel | None) -> None:
        """Raise RemoteInvalid or ModeUnconfigured for settings that cannot work."""

    @abstractmethod
    async def build(self, *, skip_base: bool = False) -> str:
        """Make what is deployed, with `skip_base` its last layers alone; one line on it, or ""."""

    @abstractmethod
    async def deploy(self, *, revision: str) -> Deployment:
        """Start it; it need not be healthy yet."""

    @abstractmethod
    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        """Wait for a healthy answer of its revision; raises ServiceUnhealthy or WaitTimedOut."""

    @abstractmethod
    async def status(self, deployment: Deployment) -> Status:
        """Whether it runs."""

    async def serving(self, deployment: Deployment) -> Deployment | None:
        """What serves in its place now, None where nothing does."""
        return deployment if await self.status(deployment) == "running" else None

    async def earlier(self, deployment: Deployment) -> Deployment | None:
        """What `rollback` would bring back, None for nothing."""
        return None

    def remarks(self, deployment: Deployment) -> tuple[str, ...]:
        """What is otherwise than its configuration asks for, a sentence each."""
        return ()

    @abstractmethod
    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        """The last lines of its output."""

    @abstractmethod
    def follow(self, deployment: Deployment) -> Iterator[str]:
        """Its output, from the last lines on and as it comes, until it ends. It blocks."""

    @abstractmethod
    async def stop(self, deployment: Deployment) -> bool:
        """End it; False where it does not run."""

    @abstractmethod
    async def rollback(self, deployment: Deployment) -> Deployment:
        """Bring back what ran before it; raises NotDeployed where nothing earlier is kept."""


#: Mode → its class. A further mode is a folder and a line here.
PROVISIONERS: Mapping[str, str] = {
    "SERVICE": "provisioner.modes.service.provisioner:ServiceProvisioner",
    "CONTAINER": "provisioner.modes.container.provisioner:ContainerProvisioner",
    "CLOUDRUN": "provisioner.modes.cloudrun.provisioner:CloudRunProvisioner",
    "AZURE": "provisioner.modes.azure.provisioner:AzureProvisioner",
    "SSH": "provisioner.modes.ssh.provisioner:SSHProvisioner",
}
