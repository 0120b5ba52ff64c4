"""The errors of this room; all of them are `ProvisionerError`s."""

from __future__ import annotations

from collections.abc import Sequence


class ProvisionerError(Exception):
    """Root of all errors of this room: lines of output prove it, a next step says what to do."""

    def __init__(self, message: str, *, evidence: Sequence[str] = (), next_step: str = "") -> None:
        super().__init__(message)
        self.evidence = tuple(evidence)
        self.next_step = next_step


class CommandFailed(ProvisionerError):
    """A command ended with another exit code than 0; a negative one is a signal's number."""

    def __init__(self, argv: Sequence[str], exit_code: int, output_tail: str) -> None:
        super().__init__(
            f"{argv[0]} ended with exit code {exit_code}", evidence=output_tail.splitlines()[-8:]
        )
        self.exit_code = exit_code
        self.output_tail = output_tail


class WorkspaceInvalid(ProvisionerError):
    """The workspace or the feature's folder cannot be worked in."""


class SigningFailed(ProvisionerError):
    """The user's git signs commits, and no signature could be made; nothing was committed."""


class HookRefused(ProvisionerError):
    """A hook of the user's repository refuses; the evidence is what it printed."""


class SecretFound(ProvisionerError):
    """What would be committed holds a key; the evidence names file and line, never the key."""


class FeatureConfigInvalid(ProvisionerError):
    """feature-config.yaml is wrong."""


class RequirementsInvalid(ProvisionerError):
    """requirements.txt, or requirements.lock, is wrong."""


class Unresolvable(ProvisionerError):
    """No set of releases meets the requirements, or a package is nowhere to be had."""


class ModulesConflict(Unresolvable):
    """A package brings a module that is another's."""


class IndexUnreachable(ProvisionerError):
    """The index of packages does not answer. It may do so later."""


class SandboxUnavailable(ProvisionerError):
    """No way of isolating generated code works on this machine."""


class DockerUnavailable(ProvisionerError):
    """No container engine answers, or it went away."""


class BuildFailed(ProvisionerError):
    """An image cannot be built; `instruction` is the one that failed, "" where none is named.

    `line` is where it begins in the Dockerfile, counted from 1; 0 where that is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        instruction: str = "",
        line: int = 0,
        evidence: Sequence[str] = (),
        next_step: str = "",
    ) -> None:
        super().__init__(message, evidence=evidence, next_step=next_step)
        self.instruction = instruction
        self.line = line


class DockerfileRefused(ProvisionerError):
    """A Dockerfile asks for something that a build may not do, or cannot be read."""


class RemoteUnreachable(ProvisionerError):
    """The remote does not answer. It may do so later."""


class RemoteInvalid(ProvisionerError):
    """The remote's address or configuration cannot work, whenever it is tried."""


class HostUnverified(RemoteInvalid):
    """A host's key is not the one that is known, or none of it is known."""


class HostUnsuitable(RemoteInvalid):
    """A host lacks what a deployment needs."""


class HostFailed(ProvisionerError):
    """A host could not do what it was asked to."""


class HostHeld(ProvisionerError):
    """Another deployment of the same feature is under way on a host."""


class RemoteDenied(ProvisionerError):
    """The remote refuses access, or the right to push to this branch."""


class BranchProtected(RemoteDenied):
    """The remote lets nobody, or not this user, push to that branch."""


class PushRejected(ProvisionerError):
    """The remote refuses the commit."""


class RemoteMoved(PushRejected):
    """The remote's branch has commits by now that ours lacks."""


class UnpushedCommits(ProvisionerError):
    """Commits of the user's that the remote lacks would be pushed along."""


class NotDeployed(ProvisionerError):
    """There is no such deployment, or none to go back to."""


class ServiceUnhealthy(ProvisionerError):
    """The service ended or did not become healthy."""


class WaitTimedOut(ProvisionerError):
    """Something did not happen within its deadline."""


class ContainerFailed(ProvisionerError):
    """The engine refuses to make, start or end a container."""


class AzureMissing(ProvisionerError):
    """Neither Azure's SDK nor the az command is installed."""


class AzureDenied(ProvisionerError):
    """Azure refuses the credentials, there are none, or they lack a role."""


class AzureRefused(ProvisionerError):
    """Azure refuses a request: an app, an environment or a subscription is not as it must be."""


class ModeUnconfigured(ProvisionerError):
    """A setting that the mode cannot do without is missing; nothing was done."""
